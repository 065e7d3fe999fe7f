//! The machine as PID 1 sees it: mounts, cgroups, power.

use std::fs;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, ResolveFlags};
use rustix::mount::{MountFlags, UnmountFlags};
use rustix::system::RebootCommand;

/// Mounts a file system of the kernel's, and makes its directory.
///
/// # Errors
/// As `mkdir(2)` and `mount(2)`.
pub fn mount(kind: &str, source: &str, target: &str, options: &str, exec: Exec) -> io::Result<()> {
    fs::create_dir_all(target)?;
    let mut flags = MountFlags::NOSUID;
    if kind != "devtmpfs" {
        flags |= MountFlags::NODEV;
    }
    if exec == Exec::No {
        flags |= MountFlags::NOEXEC;
    }
    let options = std::ffi::CString::new(options)?;
    let options = (!options.is_empty()).then_some(options.as_c_str());
    Ok(rustix::mount::mount(source, target, kind, flags, options)?)
}

/// Whether programs may be run from a file system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exec {
    /// They may.
    Yes,
    /// They may not.
    No,
}

/// Writes out and lets go of a file system; one that is busy is detached.
///
/// # Errors
/// As `umount2(2)`.
pub fn unmount(target: &str) -> io::Result<()> {
    match rustix::mount::unmount(target, UnmountFlags::empty()) {
        Err(rustix::io::Errno::BUSY) => Ok(rustix::mount::unmount(target, UnmountFlags::DETACH)?),
        other => Ok(other?),
    }
}

/// Writes everything out.
pub fn sync() {
    rustix::fs::sync();
}

/// How a machine ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Power {
    /// Off.
    Off,
    /// On again.
    Restart,
}

/// Ends the machine at once. Returns only if that fails.
///
/// # Errors
/// As `reboot(2)`.
pub fn reboot(power: Power) -> io::Result<()> {
    let command = match power {
        Power::Off => RebootCommand::PowerOff,
        Power::Restart => RebootCommand::Restart,
    };
    Ok(rustix::system::reboot(command)?)
}

/// Ctrl+Alt+Del becomes SIGINT to PID 1 instead of a reset.
///
/// # Errors
/// As `reboot(2)`.
pub fn take_ctrl_alt_del() -> io::Result<()> {
    Ok(rustix::system::reboot(RebootCommand::CadOff)?)
}

/// Keeps this process's memory out of other processes' reach and sight; hosted, also adopts orphans of
/// children so that nothing outlives us unseen.
///
/// # Errors
/// As `prctl(2)`.
pub fn adopt_orphans() -> io::Result<()> {
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    Ok(())
}

/// Our effective user id.
#[must_use]
pub fn effective_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Opens a directory by path, to hand it over.
///
/// # Errors
/// As `open(2)`.
pub fn open_directory(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?)
}

/// Opens a file for reading, to hand it over. Links are not followed at the end of the path.
///
/// # Errors
/// As `open(2)`.
pub fn open_file(path: &Path) -> io::Result<OwnedFd> {
    Ok(rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW, Mode::empty())?)
}

/// Opens a regular file by a path that stays below a directory: no link is followed, nothing leads out
/// (`openat2(2)`, `RESOLVE_BENEATH`). With it come its length in bytes and when its content last changed, in
/// nanoseconds since 1970.
///
/// # Errors
/// As `openat2(2)`; `InvalidInput` for what is no regular file.
pub fn open_beneath(directory: &Path, path: &Path) -> io::Result<(OwnedFd, u64, u64)> {
    let directory = open_directory(directory)?;
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    let file = rustix::fs::openat2(&directory, path, flags, Mode::empty(), resolve)?;
    let stat = rustix::fs::fstat(&file)?;
    if rustix::fs::FileType::from_raw_mode(stat.st_mode) != rustix::fs::FileType::RegularFile {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let seconds = u64::try_from(stat.st_mtime).unwrap_or(0);
    let changed_ns = seconds.saturating_mul(1_000_000_000).saturating_add(stat.st_mtime_nsec);
    Ok((file, u64::try_from(stat.st_size).unwrap_or(0), changed_ns))
}

/// Opens a device node without waiting for it.
///
/// # Errors
/// As `open(2)`.
pub fn open_device(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDWR | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    Ok(rustix::fs::open(path, flags, Mode::empty())?)
}

/// Gives a file or directory to a user and group.
///
/// # Errors
/// As `chown(2)`.
pub fn give_to(path: &Path, id: u32) -> io::Result<()> {
    std::os::unix::fs::chown(path, Some(id), Some(id))
}

/// Whether a directory takes anything: makes one in it and removes that again. Asking for rights is not enough, as a
/// file system may be full, or refuse only when it is tried.
///
/// # Errors
/// As `mkdir(2)` and `rmdir(2)`.
pub fn try_to_write(directory: &Path) -> io::Result<()> {
    let probe = directory.join(".vyoma-probe");
    match std::fs::create_dir(&probe) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(e),
        _ => std::fs::remove_dir(&probe),
    }
}

/// Bytes free for us in the file system that holds `path`.
///
/// # Errors
/// As `statfs(2)`.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let s = rustix::fs::statvfs(path)?;
    Ok(s.f_bavail.saturating_mul(s.f_frsize))
}

/// Makes a serial port carry bytes unchanged at 115200 baud, never waiting.
///
/// # Errors
/// As `termios(3)`.
pub fn make_raw(port: &OwnedFd) -> io::Result<()> {
    let mut settings = rustix::termios::tcgetattr(port)?;
    settings.make_raw();
    settings.set_speed(115_200)?;
    rustix::termios::tcsetattr(port, rustix::termios::OptionalActions::Now, &settings)?;
    Ok(())
}

/// `WDIOC_SETTIMEOUT` (`linux/watchdog.h`): seconds in, the seconds that the device can do out.
const SET_TIMEOUT: rustix::ioctl::Opcode = rustix::ioctl::opcode::read_write::<i32>(b'W', 6);

/// The machine's watchdog (Linux, `Documentation/watchdog/watchdog-api.rst`).
#[derive(Debug)]
pub struct WatchdogDevice(fs::File);

impl WatchdogDevice {
    /// Sets it going; with it comes after how many seconds it restarts the machine, which may be others than asked for.
    ///
    /// # Errors
    /// As `open(2)` and `ioctl(2)`.
    pub fn open(path: &Path, secs: u32) -> io::Result<(Self, u32)> {
        let device = fs::File::from(open_device(path)?);
        let mut timeout = i32::try_from(secs).unwrap_or(i32::MAX);
        // SAFETY: WDIOC_SETTIMEOUT reads and writes one int, which is what the updater passes.
        unsafe {
            rustix::ioctl::ioctl(&device, rustix::ioctl::Updater::<SET_TIMEOUT, i32>::new(&mut timeout))?
        };
        let mut device = Self(device);
        device.feed()?;
        Ok((device, u32::try_from(timeout).unwrap_or(secs)))
    }

    /// It begins to count anew.
    ///
    /// # Errors
    /// As `write(2)`.
    pub fn feed(&mut self) -> io::Result<()> {
        self.0.write_all(b"\0")
    }

    /// It counts no more.
    ///
    /// # Errors
    /// As `write(2)`.
    pub fn still(mut self) -> io::Result<()> {
        // The one letter that says that closing is meant.
        self.0.write_all(b"V")
    }
}

/// A cgroup of version 2.
#[derive(Debug)]
pub struct Cgroup {
    path: PathBuf,
}

/// Bounds of a [`Cgroup`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CgroupLimits {
    /// Bytes of memory; swap is off.
    pub memory: u64,
    /// Percent of one core.
    pub cpu: u32,
    /// Processes and threads.
    pub pids: u32,
}

/// Bounds of what goes between a [`Cgroup`] and a disk, a second.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DiskLimits {
    /// Bytes that are read.
    pub read: u64,
    /// Bytes that are written.
    pub written: u64,
    /// Requests that read, and requests that write.
    pub requests: u32,
}

/// One scheduling period of `cpu.max`, in microseconds: the kernel's default.
const CPU_PERIOD_US: u64 = 100_000;

impl Cgroup {
    /// Makes the controllers usable below `parent`.
    ///
    /// # Errors
    /// If `parent` is no cgroup we may divide.
    pub fn delegate(parent: &Path) -> io::Result<()> {
        let control = parent.join("cgroup.subtree_control");
        // A kernel without disks has nothing to divide there.
        let _ = fs::write(&control, "+io");
        fs::write(control, "+memory +pids +cpu")
    }

    /// Makes one, or takes one of that name, and bounds it.
    ///
    /// # Errors
    /// As `mkdir(2)`, or if a bound is refused.
    pub fn new(parent: &Path, name: &str, limits: CgroupLimits) -> io::Result<Self> {
        let path = parent.join(name);
        match fs::create_dir(&path) {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
            _ => {}
        }
        let group = Self { path };
        group.write("memory.max", &limits.memory.to_string())?;
        // One process of a group that is out of memory is no use without the others.
        group.write("memory.oom.group", "1")?;
        // Absent where the kernel has no swap: then there is nothing to turn off.
        let _ = group.write("memory.swap.max", "0");
        group.write("pids.max", &limits.pids.to_string())?;
        let quota = u64::from(limits.cpu) * CPU_PERIOD_US / 100;
        group.write("cpu.max", &format!("{quota} {CPU_PERIOD_US}"))?;
        Ok(group)
    }

    fn write(&self, file: &str, value: &str) -> io::Result<()> {
        let path = self.path.join(file);
        fs::write(&path, value).map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))
    }

    /// Its share of the processor against its siblings: 100 is what everybody has.
    ///
    /// # Errors
    /// If the kernel refuses it.
    pub fn weigh(&self, weight: u32) -> io::Result<()> {
        self.write("cpu.weight", &weight.to_string())
    }

    /// Bounds what goes between it and a whole disk, by that one's numbers `major:minor`.
    ///
    /// # Errors
    /// If there is no such disk, or the kernel does not bound disks.
    pub fn limit_disk(&self, numbers: &str, limits: DiskLimits) -> io::Result<()> {
        let DiskLimits { read, written, requests } = limits;
        let line = format!("{numbers} rbps={read} wbps={written} riops={requests} wiops={requests}");
        self.write("io.max", &line)
    }

    /// Its directory, to start a process in.
    ///
    /// # Errors
    /// As `open(2)`.
    pub fn open(&self) -> io::Result<OwnedFd> {
        open_directory(&self.path)
    }

    /// How often the kernel killed in it because memory ran out.
    #[must_use]
    pub fn oom_kills(&self) -> u64 {
        let events = fs::read_to_string(self.path.join("memory.events")).unwrap_or_default();
        let line = events.lines().find_map(|l| l.strip_prefix("oom_kill "));
        line.and_then(|n| n.trim().parse().ok()).unwrap_or(0)
    }

    /// Kills everything in it (`cgroup.kill`).
    ///
    /// # Errors
    /// If the kernel has no such file.
    pub fn kill(&self) -> io::Result<()> {
        self.write("cgroup.kill", "1")
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // Busy while a process of it is not collected yet: then the next `new` takes it over.
        let _ = fs::remove_dir(&self.path);
    }
}
