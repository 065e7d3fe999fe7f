//! `limits.data`: how much an app may keep below its `/data`.
//!
//! Every write is counted before it is done, as if it made its file longer; when the count reaches the limit, the
//! directory is measured anew, which takes back what was deleted or written over. That holds on every file system,
//! and costs an addition a write.

use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};

use control_protocol::Level;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};

use crate::shared::Shared;

/// Files and directories an app may have.
const MAX_ENTRIES: u64 = 10_000;

/// What an entry takes beside its bytes: the blocks of usual file systems.
const ENTRY_BYTES: u64 = 4096;

/// What is there, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Used {
    bytes: u64,
    entries: u64,
}

struct State {
    used: Used,
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
        Ok(Self { directory, limit, state: Mutex::new(State { used, said: false }), shared })
    }

    /// Whether a file may be made this long.
    pub(crate) fn allows_length(&self, bytes: u64) -> bool {
        let allowed = bytes <= self.limit;
        if !allowed {
            self.say();
        }
        allowed
    }

    /// Counts it, if there is room.
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
        drop(state);
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
