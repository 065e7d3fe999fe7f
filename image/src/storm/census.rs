//! What a system of processes holds of its machine: processes, descriptors, shared memory.

use std::collections::BTreeMap;
use std::fs;

/// How many of each kind of descriptor or mapping a process has.
pub(super) type Holdings = BTreeMap<String, usize>;

/// The parent of a process; `None` once it is gone.
pub(super) fn parent_of(pid: u32) -> Option<u32> {
    stat(pid).map(|(_, parent)| parent)
}

/// State and parent (`proc_pid_stat(5)`); the name before them may hold anything.
fn stat(pid: u32) -> Option<(char, u32)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// All processes below one, with their states; `Z` for one that ended and was not collected.
pub(super) fn descendants(root: u32) -> BTreeMap<u32, char> {
    let processes: Vec<(u32, char, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(|pid| stat(pid).map(|(state, parent)| (pid, state, parent)))
        .collect();
    let mut found = BTreeMap::new();
    let mut parents = vec![root];
    while let Some(parent) = parents.pop() {
        for (pid, state, _) in processes.iter().filter(|(_, _, of)| *of == parent) {
            if found.insert(*pid, *state).is_none() {
                parents.push(*pid);
            }
        }
    }
    found
}

/// What a process has open and mapped, by kind; `None` where the kernel does not tell.
pub(super) fn holdings(pid: u32) -> Option<Holdings> {
    let mut holdings = Holdings::new();
    for entry in fs::read_dir(format!("/proc/{pid}/fd")).ok()?.flatten() {
        // One that was closed meanwhile is no leak.
        let Ok(target) = fs::read_link(entry.path()) else { continue };
        *holdings.entry(kind(&target.to_string_lossy())).or_default() += 1;
    }
    for line in fs::read_to_string(format!("/proc/{pid}/maps")).ok()?.lines() {
        if let Some((_, name)) = line.split_once("/memfd:") {
            *holdings.entry(format!("map of {}", kind(name))).or_default() += 1;
        }
    }
    Some(holdings)
}

/// A link's target without what is particular to one descriptor.
fn kind(target: &str) -> String {
    let target = target.strip_suffix(" (deleted)").unwrap_or(target);
    target.split_once(":[").map_or(target, |(kind, _)| kind).to_owned()
}

/// Resident memory in KiB.
pub(super) fn resident_kib(pid: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// What one has that the other has not, for people.
pub(super) fn difference(before: &Holdings, now: &Holdings) -> String {
    let kinds: std::collections::BTreeSet<_> = before.keys().chain(now.keys()).collect();
    let count = |of: &Holdings, kind: &str| of.get(kind).copied().unwrap_or(0);
    let differing = kinds.into_iter().filter(|kind| count(before, kind) != count(now, kind));
    differing
        .map(|kind| format!("{kind}: {} were {}", count(now, kind), count(before, kind)))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn descendants_are_seen_until_they_are_collected() {
        let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
        let (me, pid) = (std::process::id(), child.id());
        assert_eq!(parent_of(pid), Some(me));
        assert!(descendants(me).contains_key(&pid));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!descendants(me).contains_key(&pid));
        assert_eq!(parent_of(pid), None);
    }

    #[test]
    fn difference_names_what_is_more() {
        let before = Holdings::from([("socket".into(), 2), ("pipe".into(), 1)]);
        let now = Holdings::from([("socket".into(), 3), ("pipe".into(), 1)]);
        assert_eq!(difference(&before, &now), "socket: 3 were 2");
        assert_eq!(difference(&before, &before), "");
        assert_eq!(kind("socket:[123]"), "socket");
        assert_eq!(kind("/memfd:surface (deleted)"), "/memfd:surface");
        assert!(holdings(std::process::id()).unwrap().values().sum::<usize>() >= 3);
    }
}
