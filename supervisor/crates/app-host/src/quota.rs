//! `limits.data`: how much an app may keep below its `/data`.
//!
//! Every write is counted before it is done, as if it made its file longer; when the count reaches the limit, the
//! directory is measured anew, which takes back what was deleted or written over. That holds on every file system,
//! and costs an addition a write. An app that writes without end within its limit, over what it has, waits: what it does
//! to the disk is done to all.

use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use control_protocol::Level;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use sys::{Nanos, monotonic_ns};

use crate::pace::Pace;
use crate::shared::Shared;

/// Files and directories an app may have.
const MAX_ENTRIES: u64 = 10_000;

/// What an entry takes beside its bytes: the blocks of usual file systems.
const ENTRY_BYTES: u64 = 4096;

/// The least that an app may write at once, and in a minute.
const BURST_LEAST: u64 = 16 << 20;
const A_MINUTE: Nanos = 60_000_000_000;

/// What is there, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Used {
    bytes: u64,
    entries: u64,
}

struct State {
    used: Used,
    writes: Writes,
    /// Whether it was said that the app is at its limit.
    said: bool,
}

/// The bound of one app.
pub(crate) struct Quota {
    directory: OwnedFd,
    limit: u64,
    state: Mutex<State>,
    shared: Arc<Shared>,
}

/// How fast an app may write: at once as much as it may keep, and that much again each minute; each write counts as a
/// block at least.
struct Writes {
    pace: Pace,
    /// Bytes at once.
    burst: u64,
}

impl Writes {
    fn new(limit: u64) -> Self {
        Self { pace: Pace::new(A_MINUTE), burst: limit.max(BURST_LEAST) }
    }

    /// Counts bytes, and gives how long to wait before they are written.
    fn take(&mut self, bytes: u64, now: Nanos) -> Nanos {
        let time = u128::from(bytes.max(ENTRY_BYTES)) * u128::from(A_MINUTE) / u128::from(self.burst);
        self.pace.take(Nanos::try_from(time).unwrap_or(Nanos::MAX), now)
    }
}

/// What is about to be done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Growth {
    /// So many bytes are written.
    Bytes(u64),
    /// A file, directory or link may be made.
    Entry,
}

impl Quota {
    /// Measures the directory.
    ///
    /// # Errors
    /// If the directory cannot be opened again.
    pub(crate) fn new(directory: &OwnedFd, limit: u64, shared: Arc<Shared>) -> std::io::Result<Self> {
        let directory = directory.try_clone()?;
        let used = measure(&directory);
        Ok(Self {
            directory,
            limit,
            state: Mutex::new(State { used, writes: Writes::new(limit), said: false }),
            shared,
        })
    }

    /// Whether a file may be made this long.
    pub(crate) fn allows_length(&self, bytes: u64) -> bool {
        let allowed = bytes <= self.limit;
        if !allowed {
            self.say();
        }
        allowed
    }

    /// Counts it, if there is room, and lets an app wait that writes without end: disks are for all.
    pub(crate) fn take(&self, growth: Growth) -> bool {
        let (bytes, entries) = match growth {
            Growth::Bytes(bytes) => (bytes, 0),
            Growth::Entry => (ENTRY_BYTES, 1),
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |used: Used| {
            used.bytes.saturating_add(bytes) <= self.limit && used.entries + entries <= MAX_ENTRIES
        };
        if !fits(state.used) {
            state.used = measure(&self.directory);
        }
        let fits = fits(state.used);
        if fits {
            state.used.bytes = state.used.bytes.saturating_add(bytes);
            state.used.entries += entries;
        }
        let wait = if fits { state.writes.take(bytes, monotonic_ns()) } else { 0 };
        drop(state);
        if wait > 0 {
            std::thread::sleep(Duration::from_nanos(wait));
        }
        if !fits {
            self.say();
        }
        fits
    }

    fn say(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::replace(&mut state.said, true) {
            let line = format!(
                "its /data is full: limits.data allows {} bytes and {MAX_ENTRIES} files; what it writes fails",
                self.limit
            );
            self.shared.broker.note(Level::Warn, &line);
        }
    }
}

/// What is below a directory. What cannot be looked at, or is beyond the bound, counts as more than is allowed.
fn measure(directory: &OwnedFd) -> Used {
    let mut used = Used::default();
    let mut waiting: VecDeque<OwnedFd> = directory.try_clone().into_iter().collect();
    while let Some(directory) = waiting.pop_front() {
        let Ok(entries) = Dir::read_from(&directory) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            used.entries += 1;
            if used.entries > MAX_ENTRIES {
                return used;
            }
            // One that went meanwhile takes nothing.
            let Ok(stat) = rustix::fs::statat(directory.as_fd(), name, AtFlags::SYMLINK_NOFOLLOW) else {
                continue;
            };
            let bytes = u64::try_from(stat.st_blocks).unwrap_or(0).saturating_mul(512);
            used.bytes = used.bytes.saturating_add(bytes);
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
                // A tree wider than there are descriptors is not looked into further: its entries count.
                waiting.extend(rustix::fs::openat(directory.as_fd(), name, flags, Mode::empty()).ok());
            }
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn take_of_what_may_be_kept_never_waits_and_more_has_its_pace() {
        let (limit, now) = (64 << 20, 10 * A_MINUTE);
        let mut pace = Writes::new(limit);
        assert_eq!((0..64).map(|_| pace.take(1 << 20, now)).max(), Some(0));
        let (mut written, mut at) = (0, now);
        while at < now + 2 * A_MINUTE {
            at += pace.take(1 << 20, at);
            written += 1;
        }
        assert!((128..=130).contains(&written), "{written} MiB in two minutes after the first 64");
        assert_eq!(pace.take(limit, at + 2 * A_MINUTE), 0, "who rested may write as much at once again");
    }

    #[test]
    fn take_of_a_byte_counts_as_a_block_and_small_limits_may_be_written_often() {
        let mut pace = Writes::new(1);
        let blocks = BURST_LEAST / ENTRY_BYTES;
        assert_eq!((0..blocks).map(|_| pace.take(1, A_MINUTE)).max(), Some(0));
        assert_ne!(pace.take(1, A_MINUTE), 0);
        assert_ne!(pace.take(u64::MAX, A_MINUTE), 0);
    }
}
