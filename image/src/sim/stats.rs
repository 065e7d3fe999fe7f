//! What a run cost: frames and latencies by app, processor time and memory by process.

use std::collections::BTreeMap;

use control_protocol::{AppStats, Latency};
use serde_json::{Value, json};

/// Processor time and memory of one process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Cost {
    /// User and system time of all its threads, in milliseconds.
    pub(super) cpu_ms: u64,
    /// Proportional set size in KiB; `None` where the kernel does not tell.
    pub(super) pss_kib: Option<u64>,
}

/// Reads what a running process cost so far; `None` once it is gone.
#[must_use]
pub(super) fn cost(pid: u32) -> Option<Cost> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let ticks = cpu_ticks(&stat)?;
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    Some(Cost { cpu_ms: ticks * 1000 / rustix::param::clock_ticks_per_second(), pss_kib: pss(&rollup) })
}

/// Fields 14 and 15 of `proc_pid_stat(5)`; the name before them may hold anything.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<u64>().ok();
    Some(next()? + next()?)
}

fn pss(rollup: &str) -> Option<u64> {
    rollup.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix("kB")?.trim().parse().ok())
}

/// The whole as JSON: `apps` and `processes` by name.
#[must_use]
pub(super) fn json(
    elapsed_ms: u64,
    apps: &[(String, AppStats)],
    processes: &BTreeMap<String, Cost>,
) -> Value {
    let apps: serde_json::Map<_, _> = apps.iter().map(|(name, stats)| (name.clone(), app(stats))).collect();
    let processes: serde_json::Map<_, _> = processes
        .iter()
        .map(|(name, cost)| (name.clone(), json!({ "cpu_ms": cost.cpu_ms, "pss_kib": cost.pss_kib })))
        .collect();
    json!({ "elapsed_ms": elapsed_ms, "apps": apps, "processes": processes })
}

fn app(stats: &AppStats) -> Value {
    json!({
        "frames": { "committed": stats.committed, "presented": stats.presented, "dropped": stats.dropped },
        "commit_to_present_us": latency(stats.commit_to_present),
        "input_to_present_us": latency(stats.input_to_present),
    })
}

fn latency(latency: Latency) -> Value {
    json!({ "count": latency.count, "p50": latency.p50_us, "p99": latency.p99_us, "max": latency.max_us })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_ticks_a_name_with_brackets_does_not_confuse() {
        let stat = "12 (a) b (c) S 1 1 1 0 -1 0 1 2 3 4 40 2 0 0 20 0 1 0 5";
        assert_eq!(cpu_ticks(stat), Some(42));
        assert_eq!(cpu_ticks("12 (a) S"), None);
        assert_eq!(pss("Rss: 9 kB\nPss:            1234 kB\nPss_Dirty: 3 kB\n"), Some(1234));
    }

    #[test]
    fn cost_of_this_process_is_known_and_of_none_is_not() {
        assert!(cost(std::process::id()).unwrap().pss_kib.unwrap() > 100);
        assert_eq!(cost(u32::MAX), None);
    }
}
