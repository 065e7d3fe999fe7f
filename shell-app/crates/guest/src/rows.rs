//! The answer to `ps-raw`, read.

use alloc::vec::Vec;

/// Whether an app runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppState {
    /// It does.
    Running,
    /// It does not.
    Stopped,
}

/// An app as the system lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppRow<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it runs.
    pub state: AppState,
    /// How long it does, in seconds.
    pub uptime_s: u64,
    /// How often it was started again.
    pub restarts: u64,
}

/// The rows of `name:run|stop:uptime_s:restarts|...`. What is no row is left out.
///
/// ```
/// let rows = vyoma_guest::rows("clock:run:12:0|paint:stop:0:3");
/// assert_eq!((rows[0].name, rows[0].uptime_s, rows[1].restarts), ("clock", 12, 3));
/// ```
#[must_use]
pub fn rows(text: &str) -> Vec<AppRow<'_>> {
    let text = text.strip_prefix("ps-raw:").unwrap_or(text);
    text.split('|').filter_map(row).collect()
}

fn row(text: &str) -> Option<AppRow<'_>> {
    let mut fields = text.split(':');
    let name = fields.next().filter(|name| !name.is_empty())?;
    let state = match fields.next()? {
        "run" => AppState::Running,
        "stop" => AppState::Stopped,
        _ => return None,
    };
    let uptime_s = fields.next()?.parse().ok()?;
    let restarts = fields.next()?.parse().ok()?;
    fields.next().is_none().then_some(AppRow { name, state, uptime_s, restarts })
}

/// What an app's process has cost, as the answer to `ps` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppCost<'a> {
    /// Its name.
    pub name: &'a str,
    /// Processor time since it was started, in milliseconds.
    pub cpu_ms: u64,
    /// Memory in KiB.
    pub memory_kib: u64,
    /// Frames that were shown on a screen, where there is one that counts them.
    pub frames: Option<u64>,
}

/// The costs in the rows of `ps`: the words that end in `ms` and in `KiB`, and the number before `frames` at the end. A row
/// without the first two is left out.
///
/// ```
/// let costs = vyoma_guest::costs("clock  run  12s   0 restarts    340ms    5120KiB     7 frames|paint");
/// assert_eq!((costs.len(), costs[0].cpu_ms, costs[0].memory_kib, costs[0].frames), (1, 340, 5120, Some(7)));
/// ```
#[must_use]
pub fn costs(text: &str) -> Vec<AppCost<'_>> {
    let cost = |row: &'_ str| -> Option<(u64, u64)> {
        let number = |unit: &str| row.split(' ').find_map(|word| word.strip_suffix(unit)?.parse().ok());
        Some((number("ms")?, number("KiB")?))
    };
    let rows = text.split('|').filter_map(|row| {
        let name = row.split(' ').next().filter(|name| !name.is_empty())?;
        let (cpu_ms, memory_kib) = cost(row)?;
        let counted = row.strip_suffix(" frames").and_then(|row| row.rsplit(' ').next());
        Some(AppCost { name, cpu_ms, memory_kib, frames: counted.and_then(|word| word.parse().ok()) })
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_leaves_out_what_is_none() {
        for text in ["", "a", "a:run", "a:run:x:0", "a:walk:1:1", ":run:1:1", "a:run:1:1:1"] {
            assert!(rows(text).is_empty(), "{text}");
        }
        assert_eq!(rows("x|a:stop:0:2|").len(), 1);
    }

    #[test]
    fn costs_of_frames_that_nobody_counted_are_none() {
        for (end, frames) in
            [(" 0 frames", Some(0)), ("", None), (" x frames", None), (" frames", None), (" 7 frames ", None)]
        {
            let row = ["clock run 340ms 5120KiB", end].concat();
            let costs: Vec<_> = costs(&row).iter().map(|cost| cost.frames).collect();
            assert_eq!(costs, [frames], "{row}");
        }
    }
}
