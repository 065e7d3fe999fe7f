//! `/data`: the host's folder, a disk that is labelled for it, or memory.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use control_protocol::Level;
use control_protocol::compositor::ToCompositor;
use lifecycle::{Nanos, SECOND};
use sys::machine::{self, Exec};

use crate::supervisor::Supervisor;

/// The label of the file system that is `/data`: `mkfs.ext4 -L vyoma-data`.
const LABEL: &[u8] = b"vyoma-data";

/// How long a disk may take to appear where the kernel's command line says `vyoma.data=disk`: USB sticks take some
/// seconds from power-on.
const DISK_WITHIN: Nanos = 10 * SECOND;

/// How often is looked for it meanwhile.
const LOOK_EVERY: Nanos = SECOND / 10;

/// Block devices that are looked at: more than machines have.
const MAX_DISKS: usize = 64;

/// Where the superblock of an ext4 file system begins, and what of it is read (Linux,
/// `Documentation/filesystems/ext4/super.rst`).
const SUPERBLOCK_AT: u64 = 1024;
const SUPERBLOCK: usize = 136;

impl Supervisor {
    /// When it is looked again for a disk that is to be there.
    pub(crate) fn next_look_for_data(&self) -> Option<Nanos> {
        self.awaits_disk.then(|| sys::monotonic_ns() + LOOK_EVERY)
    }

    /// Whether it is known what `/data` will be.
    pub(crate) fn data_is_known(&mut self, now: Nanos) -> bool {
        if self.awaits_disk && (disk().is_some() || now >= self.started + DISK_WITHIN) {
            self.awaits_disk = false;
        }
        !self.awaits_disk
    }

    /// Mounts what there is; what cannot be kept is said.
    pub(crate) fn mount_data(&mut self) {
        let options = "trans=virtio,version=9p2000.L,msize=131072,cache=none";
        if machine::mount("9p", "data", "/data", options, Exec::No).is_ok() {
            self.log.system(Level::Info, "/data is the host's (9p)");
            return self.try_data();
        }
        let Some(disk) = disk() else {
            self.log
                .system(Level::Warn, "no disk for /data: what apps write is kept in memory and forgotten");
            return self.keep_data_in_memory();
        };
        let name = disk.display().to_string();
        // What an app has synchronised is there after a power cut: the journal's barriers are on by default.
        match machine::mount("ext4", &name, "/data", "errors=remount-ro", Exec::No) {
            Ok(()) => {
                self.log.system(Level::Info, &format!("/data is {name} (ext4)"));
                self.try_data();
            }
            Err(e) => {
                self.say_data_is_lost(&format!("{name} cannot be mounted: {e}"));
                self.keep_data_in_memory();
            }
        }
    }

    fn try_data(&mut self) {
        if let Err(e) = machine::try_to_write(Path::new("/data")) {
            self.say_data_is_lost(&format!("/data cannot be written: {e}"));
        }
    }

    fn keep_data_in_memory(&mut self) {
        if let Err(e) = machine::mount("tmpfs", "data", "/data", "mode=0755,size=64m", Exec::No) {
            self.log.system(Level::Error, &format!("/data cannot be mounted: {e}"));
        }
    }

    /// There was to be a place for data, and there is none: for people, on the screen too.
    fn say_data_is_lost(&mut self, why: &str) {
        let line = format!("{why}; what apps write is kept in memory and forgotten");
        self.log.system(Level::Error, &line);
        let title = "Nothing is kept".to_owned();
        self.tell_compositor(&ToCompositor::Notice { title, text: why.to_owned() }, Vec::new());
    }
}

/// The first disk or partition with the label.
fn disk() -> Option<PathBuf> {
    let partitions = std::fs::read_to_string("/proc/partitions").ok()?;
    names(&partitions).map(|name| Path::new("/dev").join(name)).find(|path| is_labelled(path))
}

/// Names of block devices in `/proc/partitions`: two lines of heading, then major, minor, blocks, name.
fn names(partitions: &str) -> impl Iterator<Item = &str> {
    let names = partitions.lines().skip(2).filter_map(|line| line.split_whitespace().nth(3));
    names.filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric())).take(MAX_DISKS)
}

fn is_labelled(path: &Path) -> bool {
    let mut superblock = [0; SUPERBLOCK];
    let read = File::open(path).and_then(|disk| disk.read_exact_at(&mut superblock, SUPERBLOCK_AT));
    read.is_ok() && has_label(&superblock)
}

fn has_label(superblock: &[u8; SUPERBLOCK]) -> bool {
    let (magic, label) = (&superblock[56..58], &superblock[120..136]);
    magic == [0x53, 0xef] && label.starts_with(LABEL) && label[LABEL.len()..].iter().all(|b| *b == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_devices_and_no_paths() {
        let text = "major minor  #blocks  name\n\n   8        0   65536 sda\n   8        1   65535 sda1\n\
                    259        0   10 nvme0n1p2\n   1        0   10 ../x\nshort\n";
        assert_eq!(names(text).collect::<Vec<_>>(), ["sda", "sda1", "nvme0n1p2"]);
        assert_eq!(names("").count(), 0);
    }

    #[test]
    fn has_label_wants_magic_and_the_whole_name() {
        let superblock = |magic: [u8; 2], label: &[u8]| {
            let mut bytes = [0; SUPERBLOCK];
            bytes[56..58].copy_from_slice(&magic);
            bytes[120..120 + label.len()].copy_from_slice(label);
            bytes
        };
        assert!(has_label(&superblock([0x53, 0xef], LABEL)));
        assert!(!has_label(&superblock([0x53, 0xef], b"vyoma-data2")));
        assert!(!has_label(&superblock([0x53, 0xef], b"vyoma")));
        assert!(!has_label(&superblock([0, 0], LABEL)));
    }
}
