//! A disk with a volatile cache, and what a power cut leaves of it.
//!
//! QEMU logs every write and every flush of the guest in order (`blklogwrites`; the format is that of Linux'
//! dm-log-writes, `Documentation/admin-guide/device-mapper/log-writes.rst`). A cut at a moment of the log leaves what was
//! flushed before it, and of every later write all, nothing, or some of its sectors: a disk promises no more.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::chance::Chance;

/// A sector, the unit of the log and the most that a disk writes as one.
const SECTOR: u64 = 512;

/// Flags of an entry.
const FLUSH: u64 = 1;
const FUA: u64 = 2;
const DISCARD: u64 = 4;

/// The log's first bytes.
const MAGIC: u64 = 0x6a_736677_736872;

/// One write or flush.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Entry {
    /// On the disk, in sectors.
    sector: u64,
    sectors: u64,
    flags: u64,
    /// Where its bytes are in the log.
    data: u64,
    /// Where the log goes on after it.
    end: u64,
}

/// What a guest did to its disk, in order.
#[derive(Debug)]
pub(super) struct Log {
    file: File,
    entries: Vec<Entry>,
}

/// Why a log cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum LogError {
    #[error("the log of the disk cannot be read")]
    Read(#[source] io::Error),
    #[error("the log of the disk begins with {0:#x}, not with {MAGIC:#x}")]
    Magic(u64),
    /// Of two writes at the same time the later was logged and the earlier was not yet.
    #[error("the log of the disk has a hole at byte {0}")]
    Hole(u64),
}

impl Log {
    /// Reads the log of a machine that is off.
    pub(super) fn read(path: &Path) -> Result<Self, LogError> {
        let file = File::open(path).map_err(LogError::Read)?;
        let length = file.metadata().map_err(LogError::Read)?.len();
        let mut entries = Vec::new();
        let mut at = SECTOR;
        let [magic, ..] = numbers(&file, 0)?;
        if magic != MAGIC {
            return Err(LogError::Magic(magic));
        }
        while at + SECTOR <= length {
            let [sector, sectors, flags, _] = numbers(&file, at)?;
            let data = at + SECTOR;
            let bytes = if flags & DISCARD == 0 { sectors.saturating_mul(SECTOR) } else { 0 };
            let end = data.saturating_add(bytes);
            if sectors == 0 && flags == 0 {
                return Err(LogError::Hole(at));
            }
            // The last one was being written when the machine went off.
            if end > length {
                break;
            }
            entries.push(Entry { sector, sectors, flags, data, end });
            at = end;
        }
        Ok(Self { file, entries })
    }

    /// Moments at which the power may go: before each entry, and after the last.
    pub(super) fn moments(&self) -> usize {
        self.entries.len() + 1
    }

    /// How long the log was at a moment.
    pub(super) fn length_at(&self, moment: usize) -> u64 {
        self.entries[..moment.min(self.entries.len())].last().map_or(SECTOR, |entry| entry.end)
    }

    /// Makes of a disk as it was when the machine was switched on what a cut at that moment leaves.
    pub(super) fn cut(&self, moment: usize, disk: &Path, chance: &mut Chance) -> io::Result<()> {
        let done = &self.entries[..moment.min(self.entries.len())];
        let safe = done.iter().rposition(|entry| entry.flags & FLUSH != 0).unwrap_or(0);
        let disk = fs::OpenOptions::new().write(true).open(disk)?;
        for (i, entry) in done.iter().enumerate() {
            if entry.flags & DISCARD != 0 {
                continue;
            }
            let whole = i < safe || entry.flags & FUA != 0;
            // All, nothing, or a part.
            let luck = if whole { 0 } else { chance.below(3) };
            for nth in 0..entry.sectors {
                if luck == 0 || luck == 1 && chance.below(2) == 0 {
                    let mut bytes = [0; 512];
                    self.file.read_exact_at(&mut bytes, entry.data + nth * SECTOR)?;
                    disk.write_all_at(&bytes, (entry.sector + nth) * SECTOR)?;
                }
            }
        }
        Ok(())
    }
}

fn numbers(file: &File, at: u64) -> Result<[u64; 4], LogError> {
    let mut bytes = [0; 32];
    file.read_exact_at(&mut bytes, at).map_err(LogError::Read)?;
    let mut numbers = [0; 4];
    for (number, bytes) in numbers.iter_mut().zip(bytes.chunks_exact(8)) {
        *number = bytes.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte));
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A log of writes of one sector, each filled with a number, and of flushes.
    fn log_of(entries: &[(u64, u64, u8)], folder: &Path) -> Log {
        let mut bytes = MAGIC.to_le_bytes().to_vec();
        bytes.resize(512, 0);
        for (sector, flags, fill) in entries {
            let sectors = u64::from(*flags != FLUSH);
            for number in [*sector, sectors, *flags, 0] {
                bytes.extend(number.to_le_bytes());
            }
            bytes.resize(bytes.len().next_multiple_of(512), 0);
            bytes.extend(vec![*fill; usize::try_from(sectors * SECTOR).unwrap()]);
        }
        let path = folder.join("log");
        fs::write(&path, bytes).unwrap();
        Log::read(&path).unwrap()
    }

    #[test]
    fn cut_keeps_what_was_flushed_and_may_lose_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let log = log_of(&[(0, 0, 1), (0, FLUSH, 0), (1, 0, 2), (2, FUA, 3)], folder.path());
        assert_eq!((log.moments(), log.length_at(0), log.length_at(2)), (5, 512, 2048));
        let disk = folder.path().join("disk");
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..50 {
            fs::write(&disk, [0; 2048]).unwrap();
            log.cut(4, &disk, &mut Chance::new(seed)).unwrap();
            let bytes = fs::read(&disk).unwrap();
            assert_eq!((bytes[0], bytes[1024]), (1, 3), "flushed, and written through");
            seen.insert(bytes[512]);
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [0, 2]);
        fs::write(&disk, [0; 2048]).unwrap();
        log.cut(0, &disk, &mut Chance::new(0)).unwrap();
        assert_eq!(fs::read(&disk).unwrap(), [0; 2048]);
    }

    #[test]
    fn read_tells_what_is_no_log_and_leaves_out_what_is_not_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        log_of(&[(0, 0, 1), (1, 0, 2)], folder.path());
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() - 100]).unwrap();
        assert_eq!(Log::read(&path).unwrap().moments(), 2);
        fs::write(&path, [&whole[..], &[0; 512]].concat()).unwrap();
        assert!(matches!(Log::read(&path), Err(LogError::Hole(2560))));
        fs::write(&path, [1; 512]).unwrap();
        assert!(matches!(Log::read(&path), Err(LogError::Magic(_))));
    }
}
