//! The steps by which a process shuts itself in.
//!
//! Each function is one step; `app-host` and the compositor call them in the order their own documentation gives and
//! name the step that failed. Steps that the kernel counts per thread (capabilities, Landlock) must come before the process
//! starts a second thread.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, PathBeneath, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetStatus, Scope,
};
use rustix::fs::CWD;
use rustix::io::Errno;
use rustix::mount::{
    FsMountFlags, FsOpenFlags, MountAttrFlags, MountFlags, MountPropagationFlags, MoveMountFlags,
    UnmountFlags, fsconfig_create, fsconfig_set_string, fsmount, fsopen, mount_change, mount_remount,
    move_mount, unmount,
};
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, chroot, fchdir, pivot_root, set_dumpable_behavior, setrlimit,
};
use rustix::thread::{CapabilitiesSecureBits, CapabilitySet, CapabilitySets};
use seccompiler::{apply_filter_all_threads, sock_filter};

/// Sets the limits that have no place in a cgroup: no core dumps, so many descriptors, no locked memory, no
/// message queues.
///
/// # Errors
/// As `setrlimit(2)`.
pub fn limit_resources(descriptors: u64) -> io::Result<()> {
    let limits = [
        (Resource::Core, 0),
        (Resource::Nofile, descriptors),
        (Resource::Memlock, 0),
        (Resource::Msgqueue, 0),
    ];
    for (resource, most) in limits {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// From now on the process starts no process and no thread.
///
/// # Errors
/// As `setrlimit(2)`.
pub fn forbid_processes() -> io::Result<()> {
    Ok(setrlimit(Resource::Nproc, Rlimit { current: Some(0), maximum: Some(0) })?)
}

/// Names the machine as the process sees it; needs a UTS namespace of its own.
///
/// # Errors
/// As `sethostname(2)`.
pub fn set_hostname(name: &str) -> io::Result<()> {
    Ok(rustix::system::sethostname(name.as_bytes())?)
}

/// Replaces the whole file system by an empty directory that nobody can write to. Needs a mount namespace of
/// its own. Descriptors opened before stay.
///
/// The root of an initramfs cannot be pivoted away; there the empty directory is mounted over it and entered by
/// `chroot`, which a process without capabilities cannot leave.
///
/// # Errors
/// As the mount calls, with the call's name.
pub fn enter_empty_root() -> io::Result<()> {
    let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    step("mount private", mount_change("/", private))?;
    let tmpfs = step("fsopen", fsopen("tmpfs", FsOpenFlags::FSOPEN_CLOEXEC))?;
    for (key, value) in [("size", "4k"), ("nr_inodes", "1"), ("mode", "555")] {
        step("fsconfig", fsconfig_set_string(&tmpfs, key, value))?;
    }
    step("fsconfig", fsconfig_create(&tmpfs))?;
    let closed = MountAttrFlags::MOUNT_ATTR_NOSUID
        | MountAttrFlags::MOUNT_ATTR_NODEV
        | MountAttrFlags::MOUNT_ATTR_NOEXEC;
    let root = step("fsmount", fsmount(&tmpfs, FsMountFlags::FSMOUNT_CLOEXEC, closed))?;
    step("move_mount", move_mount(&root, "", CWD, "/", MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH))?;
    step("fchdir", fchdir(&root))?;
    match pivot_root(".", ".") {
        Ok(()) => step("umount", unmount(".", UnmountFlags::DETACH))?,
        Err(Errno::INVAL) => step("chroot", chroot("."))?,
        Err(e) => return step("pivot_root", Err(e)),
    }
    step("chdir", rustix::process::chdir("/"))?;
    let flags =
        MountFlags::BIND | MountFlags::RDONLY | MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    step("remount", mount_remount("/", flags, ""))
}

fn step<T>(call: &str, result: Result<T, Errno>) -> io::Result<T> {
    result.map_err(|errno| {
        let e = io::Error::from(errno);
        io::Error::new(e.kind(), format!("{call}: {e}"))
    })
}

/// Gives up every capability in every set, and locks the process so that it can gain none by any way.
///
/// # Errors
/// As `prctl(2)` and `capset(2)`.
pub fn drop_capabilities() -> io::Result<()> {
    rustix::thread::clear_ambient_capability_set()?;
    // Bits are tried one by one: the kernel knows where its list ends.
    for bit in 0..64 {
        let capability = CapabilitySet::from_bits_retain(1 << bit);
        match rustix::thread::remove_capability_from_bounding_set(capability) {
            Ok(()) => {}
            Err(Errno::INVAL) => break,
            // Without CAP_SETPCAP the set cannot shrink; no_new_privs makes it meaningless.
            Err(Errno::PERM) => break,
            Err(e) => return Err(e.into()),
        }
    }
    let bits = CapabilitiesSecureBits::NO_ROOT
        | CapabilitiesSecureBits::NO_ROOT_LOCKED
        | CapabilitiesSecureBits::NO_SETUID_FIXUP
        | CapabilitiesSecureBits::NO_SETUID_FIXUP_LOCKED
        | CapabilitiesSecureBits::KEEP_CAPS_LOCKED
        | CapabilitiesSecureBits::NO_CAP_AMBIENT_RAISE
        | CapabilitiesSecureBits::NO_CAP_AMBIENT_RAISE_LOCKED;
    match rustix::thread::set_capabilities_secure_bits(bits) {
        Ok(()) | Err(Errno::PERM) => {}
        Err(e) => return Err(e.into()),
    }
    let none = CapabilitySet::empty();
    let none = CapabilitySets { effective: none, permitted: none, inheritable: none };
    Ok(rustix::thread::set_capabilities(None, none)?)
}

/// No exec ever adds a right; no other process of the same user reads this one's memory.
///
/// # Errors
/// As `prctl(2)`.
pub fn lock_privileges() -> io::Result<()> {
    rustix::thread::set_no_new_privs(true)?;
    Ok(set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// What Landlock may leave open.
#[derive(Debug)]
pub struct Reachable<'a> {
    /// Directories below which files may be read.
    pub read: &'a [BorrowedFd<'a>],
    /// Directories below which files may be read, written, made and removed.
    pub write: &'a [BorrowedFd<'a>],
    /// TCP.
    pub network: NetworkAccess,
}

/// Whether TCP is left open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NetworkAccess {
    /// `bind` and `connect` are refused.
    Denied,
    /// Other layers decide.
    Granted,
}

/// How much of it the kernel enforces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Enforced {
    /// All that was asked for.
    Fully,
    /// An older kernel: files are confined, something newer is not.
    Partly,
    /// The kernel has no Landlock.
    Not,
}

/// Confines the calling thread, and those it starts, by Landlock (`landlock(7)`), as far as the kernel has it.
///
/// # Errors
/// If the kernel has Landlock and refuses the rules.
pub fn restrict_files(reachable: &Reachable<'_>) -> io::Result<Enforced> {
    let failed = |e: landlock::RulesetError| io::Error::other(e);
    let abi = ABI::V6;
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))
        .and_then(|r| r.scope(Scope::from_all(abi)))
        .map_err(failed)?;
    if reachable.network == NetworkAccess::Denied {
        rules = rules.handle_access(AccessNet::from_all(abi)).map_err(failed)?;
    }
    let mut rules = rules.create().map_err(failed)?;
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let write = AccessFs::from_all(abi) & !AccessFs::Execute & !AccessFs::MakeBlock & !AccessFs::MakeChar;
    for (dirs, access) in [(reachable.read, read), (reachable.write, write)] {
        for dir in dirs {
            rules = rules.add_rule(PathBeneath::new(dir.as_fd(), access)).map_err(failed)?;
        }
    }
    Ok(match rules.restrict_self().map_err(failed)?.ruleset {
        RulesetStatus::FullyEnforced => Enforced::Fully,
        RulesetStatus::PartiallyEnforced => Enforced::Partly,
        RulesetStatus::NotEnforced => Enforced::Not,
    })
}

/// Bytes of one instruction of a filter: code (2), jumps (1 and 1), operand (4), little endian.
const INSTRUCTION: usize = 8;

/// Puts a filter of system calls on every thread (`seccomp(2)`): instructions of the classic packet filter, 8 bytes each,
/// as the crate `syscalls` compiles its lists.
///
/// # Errors
/// If there is none, or the kernel refuses it.
pub fn apply_filter(program: &[u8]) -> io::Result<()> {
    let instructions: Vec<sock_filter> = program
        .chunks_exact(INSTRUCTION)
        .map(|i| sock_filter {
            code: u16::from_le_bytes([i[0], i[1]]),
            jt: i[2],
            jf: i[3],
            k: u32::from_le_bytes([i[4], i[5], i[6], i[7]]),
        })
        .collect();
    apply_filter_all_threads(&instructions).map_err(io::Error::other)
}
