//! What a process has cost so far.

/// Processor time and memory of a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// User and system time of all its threads, in milliseconds.
    pub cpu_ms: u64,
    /// Memory of its own and shared with others, in KiB.
    pub memory_kib: u64,
}

/// Milliseconds in a tick of `proc_pid_stat(5)`: `USER_HZ` is 100 on every machine we run on.
const TICK_MS: u64 = 10;

/// Reads it; nothing of a process that is gone.
#[must_use]
pub fn usage(pid: u32) -> Usage {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/{pid}/{file}")).unwrap_or_default();
    Usage {
        cpu_ms: ticks(&read("stat")).unwrap_or(0).saturating_mul(TICK_MS),
        memory_kib: resident(&read("status")).unwrap_or(0),
    }
}

/// Fields 14 and 15; the name before them may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    next()?.checked_add(next()?)
}

fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_ascii_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_of_this_process_is_some_and_of_none_is_nothing() {
        assert!(usage(std::process::id()).memory_kib > 100);
        assert_eq!(usage(u32::MAX), Usage::default());
    }

    #[test]
    fn ticks_are_found_behind_any_name() {
        assert_eq!(ticks("7 (a) b ) S 1 2 3 4 5 6 7 8 9 10 40 2 0 0"), Some(42));
        for broken in ["", "7 (a) S 1", "7 (a) S 1 2 3 4 5 6 7 8 9 10 x 2"] {
            assert_eq!(ticks(broken), None, "{broken}");
        }
        assert_eq!(resident("Name:\tx\nVmRSS:\t  1234 kB\n"), Some(1234));
    }
}
