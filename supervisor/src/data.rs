//! `/data`: the host's folder, a disk that is labelled for it, or memory.
//!
//! A disk that goes away while the device runs is told to people; memory is in its place until it is back. PID 1 waits
//! for a disk when it mounts it and reads from it, and the compositor paints meanwhile; it never waits for one that
//! synchronises.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use control_protocol::Level;
use control_protocol::compositor::ToCompositor;
use lifecycle::{Event, Nanos, SECOND};
use sys::machine::{self, Cgroup, DiskLimits, Exec};
use sys::{Action, Uevent};

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

/// What a process may read from and write to the disk.
const OF_AN_APP: DiskLimits = DiskLimits { read: 64 << 20, written: 16 << 20, requests: 1000 };

/// What `/data` is, as far as it is a disk.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) enum Disk {
    /// None, and none is expected.
    #[default]
    None,
    /// Apps wait for one that is to be there.
    Awaited,
    /// It is there and not mounted yet.
    Found(Labelled),
    /// It is `/data`.
    Mounted(Labelled),
    /// One is expected: that which was there, or, where there was none, any with the label.
    Missing(Option<Uuid>),
}

/// A disk or a partition with the label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Labelled {
    /// Below `/dev`.
    node: String,
    uuid: Uuid,
}

/// What tells an ext4 file system from all others.
type Uuid = [u8; 16];

impl Labelled {
    /// The numbers `major:minor` of the disk that it is, or is a part of.
    fn numbers(&self) -> Option<String> {
        numbers(&std::fs::read_to_string("/proc/partitions").ok()?, &self.node)
    }
}

/// What is put at `/data` while the device runs.
enum Data {
    Disk(Labelled),
    Memory,
}

impl Supervisor {
    /// Gives a group its bounds on the disk that is `/data`, if one is: far above what app-host lets an app write, and
    /// below what most disks can do. They are for processes that were captured.
    pub(crate) fn limit_disk(&self, group: &Cgroup) -> io::Result<()> {
        let Disk::Mounted(disk) = &self.disk else { return Ok(()) };
        let numbers = disk.numbers().ok_or(io::ErrorKind::NotFound)?;
        group.limit_disk(&numbers, OF_AN_APP)
    }

    /// When it is looked again for a disk that is to be there.
    pub(crate) fn next_look_for_data(&self) -> Option<Nanos> {
        (self.disk == Disk::Awaited).then(|| sys::monotonic_ns() + LOOK_EVERY)
    }

    /// Whether it is known what `/data` will be.
    pub(crate) fn data_is_known(&mut self, now: Nanos) -> bool {
        if self.disk == Disk::Awaited {
            match disk() {
                Some(found) => self.disk = Disk::Found(found),
                None if now >= self.started + DISK_WITHIN => self.disk = Disk::Missing(None),
                None => {}
            }
        }
        self.disk != Disk::Awaited
    }

    /// Mounts what there is; what cannot be kept is said.
    pub(crate) fn mount_data(&mut self) {
        let options = "trans=virtio,version=9p2000.L,msize=131072,cache=none";
        if machine::mount("9p", "data", "/data", options, Exec::No).is_ok() {
            self.log.system(Level::Info, "/data is the host's (9p)");
            self.disk = Disk::None;
            return self.try_data();
        }
        let found = match &self.disk {
            Disk::Found(found) => Some(found.clone()),
            Disk::Missing(_) => None,
            Disk::None | Disk::Awaited | Disk::Mounted(_) => disk(),
        };
        let Some(found) = found else {
            self.log
                .system(Level::Warn, "no disk for /data: what apps write is kept in memory and forgotten");
            return self.keep_data_in_memory();
        };
        self.put_data(Data::Disk(found));
    }

    fn mount_disk(&mut self, disk: Labelled) -> Result<(), String> {
        let name = format!("/dev/{}", disk.node);
        // What an app has synchronised is there after a power cut: the journal's barriers are on by default.
        machine::mount("ext4", &name, "/data", "errors=remount-ro", Exec::No)
            .map_err(|e| format!("{name} cannot be mounted: {e}"))?;
        self.log.system(Level::Info, &format!("/data is {name} (ext4)"));
        self.disk = Disk::Mounted(disk);
        self.try_data();
        Ok(())
    }

    /// A block device came or went.
    pub(crate) fn on_disk(&mut self, event: &Uevent) {
        if !self.is_booted {
            // What is there by then is looked for when `/data` is mounted.
            return;
        }
        match (event.action, &self.disk) {
            (Action::Remove, Disk::Mounted(disk)) if disk.node == event.node => {
                let (why, uuid) = (format!("/dev/{} was removed", event.node), disk.uuid);
                self.disk = Disk::Missing(Some(uuid));
                self.say_data_is_lost(&why);
                self.replace_data(Data::Memory);
            }
            (Action::Add, Disk::Missing(wanted)) => {
                let Some(found) = labelled(&event.node) else { return };
                if wanted.is_some_and(|wanted| wanted != found.uuid) {
                    let line = format!(
                        "/dev/{} is not the disk that was /data; it is used once the device is restarted",
                        event.node
                    );
                    return self.log.system(Level::Warn, &line);
                }
                self.replace_data(Data::Disk(found));
                if matches!(self.disk, Disk::Mounted(_)) {
                    let (title, text) = ("Data is back".to_owned(), "What apps write is kept.".to_owned());
                    self.tell_compositor(&ToCompositor::Notice { title, text }, Vec::new());
                }
            }
            _ => {}
        }
    }

    /// Takes what is at `/data` away and puts something else there; apps that had a directory in it are started again,
    /// since theirs is gone or another.
    fn replace_data(&mut self, data: Data) {
        if let Err(e) = machine::unmount("/data") {
            self.log.system(Level::Error, &format!("/data cannot be unmounted: {e}"));
        }
        self.put_data(data);
        self.on_other_data();
        for id in self.apps.ids() {
            if self.apps.get(id).is_some_and(|app| app.data.is_some() && app.life.has_process()) {
                self.tell(id, Event::Restart);
            }
        }
    }

    /// Mounts what is to be `/data`; memory in the place of a disk that cannot be mounted.
    fn put_data(&mut self, data: Data) {
        match data {
            Data::Memory => self.keep_data_in_memory(),
            Data::Disk(disk) => {
                let uuid = disk.uuid;
                if let Err(why) = self.mount_disk(disk) {
                    self.disk = Disk::Missing(Some(uuid));
                    self.say_data_is_lost(&why);
                    self.keep_data_in_memory();
                }
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
fn disk() -> Option<Labelled> {
    let partitions = std::fs::read_to_string("/proc/partitions").ok()?;
    names(&partitions).find_map(labelled)
}

/// The numbers of the whole disk that `node` is or is a part of: `sda` of `sda1`, `nvme0n1` of `nvme0n1p2`.
fn numbers(partitions: &str, node: &str) -> Option<String> {
    let is_part_of = |disk: &str| {
        let part = node.strip_prefix(disk)?;
        let number =
            if disk.ends_with(|c: char| c.is_ascii_digit()) { part.strip_prefix('p')? } else { part };
        (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(())
    };
    let rows = || {
        partitions.lines().filter_map(|line| {
            let mut fields = line.split_whitespace();
            let (major, minor, _, name) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
            Some((name, format!("{major}:{minor}")))
        })
    };
    let whole = rows().find(|(name, _)| is_part_of(name).is_some());
    whole.or_else(|| rows().find(|(name, _)| *name == node)).map(|(_, numbers)| numbers)
}

/// Names of block devices in `/proc/partitions`: two lines of heading, then major, minor, blocks, name.
fn names(partitions: &str) -> impl Iterator<Item = &str> {
    let names = partitions.lines().skip(2).filter_map(|line| line.split_whitespace().nth(3));
    names.filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric())).take(MAX_DISKS)
}

/// A device below `/dev`, if the file system on it is one with the label.
fn labelled(node: &str) -> Option<Labelled> {
    let mut superblock = [0; SUPERBLOCK];
    let disk = File::open(Path::new("/dev").join(node)).ok()?;
    disk.read_exact_at(&mut superblock, SUPERBLOCK_AT).ok()?;
    Some(Labelled { node: node.to_owned(), uuid: uuid_of(&superblock)? })
}

fn uuid_of(superblock: &[u8; SUPERBLOCK]) -> Option<Uuid> {
    let (magic, uuid, label) = (&superblock[56..58], &superblock[104..120], &superblock[120..136]);
    let is_ours =
        magic == [0x53, 0xef] && label.starts_with(LABEL) && label[LABEL.len()..].iter().all(|b| *b == 0);
    uuid.try_into().ok().filter(|_| is_ours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_whole_disk() {
        let partitions = "major minor  #blocks  name\n\n 8 0 976 sda\n 8 1 975 sda1\n 8 16 9 sdb\n 254 0 9 vda\n \
                          259 0 9 nvme0n1\n 259 2 8 nvme0n1p2\n 179 0 9 mmcblk0\n 179 1 8 mmcblk0p1\n";
        let of = |node| numbers(partitions, node);
        assert_eq!(of("sda1").as_deref(), Some("8:0"));
        assert_eq!(of("sda").as_deref(), Some("8:0"));
        assert_eq!(of("sdb").as_deref(), Some("8:16"));
        assert_eq!(of("nvme0n1p2").as_deref(), Some("259:0"));
        assert_eq!(of("nvme0n1").as_deref(), Some("259:0"));
        assert_eq!(of("mmcblk0p1").as_deref(), Some("179:0"));
        assert_eq!(of("sdc"), None);
        assert_eq!(numbers("major minor", "sda"), None);
    }

    #[test]
    fn names_are_those_of_devices_and_no_paths() {
        let text = "major minor  #blocks  name\n\n   8        0   65536 sda\n   8        1   65535 sda1\n\
                    259        0   10 nvme0n1p2\n   1        0   10 ../x\nshort\n";
        assert_eq!(names(text).collect::<Vec<_>>(), ["sda", "sda1", "nvme0n1p2"]);
        assert_eq!(names("").count(), 0);
    }

    #[test]
    fn uuid_of_wants_magic_and_the_whole_name() {
        let superblock = |magic: [u8; 2], label: &[u8]| {
            let mut bytes = [0; SUPERBLOCK];
            bytes[56..58].copy_from_slice(&magic);
            bytes[104..120].fill(7);
            bytes[120..120 + label.len()].copy_from_slice(label);
            bytes
        };
        assert_eq!(uuid_of(&superblock([0x53, 0xef], LABEL)), Some([7; 16]));
        assert_eq!(uuid_of(&superblock([0x53, 0xef], b"vyoma-data2")), None);
        assert_eq!(uuid_of(&superblock([0x53, 0xef], b"vyoma")), None);
        assert_eq!(uuid_of(&superblock([0, 0], LABEL)), None);
    }
}
