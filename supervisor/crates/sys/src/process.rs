//! Starting, watching and ending processes (`clone3(2)`, `pidfd_open(2)`).
//!
//! A child gets exactly what [`Spawn`] lists: descriptor 3, standard error, nothing else.
//! It dies with its parent.

use std::ffi::{CString, c_char};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

/// What a child is to be.
#[derive(Clone, Copy, Debug)]
pub struct Spawn<'a> {
    /// The program, opened for reading or with `O_PATH`: no path is looked up after the child lost its rights.
    pub program: BorrowedFd<'a>,
    /// `argv[0]`.
    pub name: &'a str,
    /// Its descriptor 3.
    pub socket: BorrowedFd<'a>,
    /// Its standard error; standard input is empty, and standard output takes nothing.
    pub stderr: BorrowedFd<'a>,
    /// What separates it from the rest of the system.
    pub isolation: Isolation,
    /// The cgroup it starts in.
    pub cgroup: Option<BorrowedFd<'a>>,
}

/// What separates a child from the rest of the system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Isolation {
    /// Nothing but its own session.
    Session,
    /// Its own user, mount, pid, net, ipc and uts namespaces; root inside is this id outside.
    Namespaces {
        /// User and group outside.
        id: u32,
    },
    /// The same with a network of the system: no net namespace.
    NamespacesWithNetwork {
        /// User and group outside.
        id: u32,
    },
}

/// How a process ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// With an exit code.
    Code(i32),
    /// By a signal.
    Signal(i32),
}

/// A child, by descriptor: its number cannot come to mean another one.
#[derive(Debug)]
pub struct Child {
    pidfd: OwnedFd,
    pid: u32,
}

impl Child {
    /// The process's number in our namespace.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Sends SIGKILL. A process that ended already is fine.
    ///
    /// # Errors
    /// As `pidfd_send_signal(2)`.
    pub fn kill(&self) -> io::Result<()> {
        match rustix::process::pidfd_send_signal(&self.pidfd, Signal::KILL) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
            Err(e) => Err(e.into()),
        }
    }

    /// How it ended, if it has. The descriptor is readable then. Collects it: afterwards there is nothing more to learn.
    ///
    /// # Errors
    /// As `waitid(2)`.
    pub fn ended(&self) -> io::Result<Option<Ended>> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
        let Some(status) = rustix::process::waitid(WaitId::PidFd(self.pidfd.as_fd()), options)? else {
            return Ok(None);
        };
        Ok(Some(match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => Ended::Code(code),
            (None, signal) => Ended::Signal(signal.unwrap_or(0)),
        }))
    }
}

impl AsFd for Child {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }
}

/// Collects ended children that are not ours by descriptor: on PID 1 orphans end up here. Stops at one that
/// `is_ours` knows by its number; its descriptor tells of it.
pub fn reap_orphans(is_ours: impl Fn(u32) -> bool) {
    loop {
        // SAFETY: all bits zero are a valid siginfo_t, which the call fills in.
        let pid = unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
            if libc::waitid(libc::P_ALL, 0, &mut info, options) != 0 {
                return;
            }
            info.si_pid()
        };
        let known = u32::try_from(pid).is_ok_and(&is_ours);
        let Some(orphan) = Pid::from_raw(pid).filter(|_| !known) else { return };
        if rustix::process::waitpid(Some(orphan), rustix::process::WaitOptions::NOHANG).is_err() {
            return;
        }
    }
}

/// `struct clone_args` of `clone3(2)`.
#[repr(C)]
#[derive(Default)]
struct CloneArgs {
    flags: u64,
    pidfd: u64,
    child_tid: u64,
    parent_tid: u64,
    exit_signal: u64,
    stack: u64,
    stack_size: u64,
    tls: u64,
    set_tid: u64,
    set_tid_size: u64,
    cgroup: u64,
}

/// Starts a child.
///
/// # Errors
/// As `clone3(2)`; also if the id maps cannot be written. What fails in the child itself ends it with code 127.
pub fn spawn(spawn: &Spawn<'_>) -> io::Result<Child> {
    // Everything that allocates happens before the clone.
    let name = CString::new(spawn.name)?;
    let argv = [name.as_ptr(), ptr::null()];
    let envp = [ptr::null::<c_char>()];
    // Reading it is the end at once, writing to it fails: nobody holds the other end.
    let (null, _) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
    let (wait, go) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC)?;
    // Sources at 10 and above: putting them at 0 to 3 cannot overwrite one that is still needed.
    let high = |fd: BorrowedFd<'_>| rustix::io::fcntl_dupfd_cloexec(fd, 10);
    let (socket, stderr) = (high(spawn.socket)?, high(spawn.stderr)?);
    let (program, null, wait) = (high(spawn.program)?, high(null.as_fd())?, high(wait.as_fd())?);

    let mut pidfd: RawFd = -1;
    let mut args = CloneArgs {
        flags: libc::CLONE_PIDFD as u64,
        pidfd: ptr::from_mut(&mut pidfd) as u64,
        exit_signal: libc::SIGCHLD as u64,
        ..CloneArgs::default()
    };
    let namespaces = (libc::CLONE_NEWUSER
        | libc::CLONE_NEWNS
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS) as u64;
    let id = match spawn.isolation {
        Isolation::Session => None,
        Isolation::Namespaces { id } => {
            args.flags |= namespaces | libc::CLONE_NEWNET as u64;
            Some(id)
        }
        Isolation::NamespacesWithNetwork { id } => {
            args.flags |= namespaces;
            Some(id)
        }
    };
    if let Some(cgroup) = spawn.cgroup {
        const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = u64::from(cgroup.as_raw_fd().cast_unsigned());
    }
    let plan = Plan {
        stdio: null.as_raw_fd(),
        stderr: stderr.as_raw_fd(),
        socket: socket.as_raw_fd(),
        program: program.as_raw_fd(),
        wait: wait.as_raw_fd(),
        become_root: id.is_some(),
        argv: argv.as_ptr(),
        envp: envp.as_ptr(),
    };
    // SAFETY: without CLONE_VM the child has a copy of this address space, as after fork(2). The process has
    // one thread (the callers are PID 1, which never makes another, and tests), and `run_child` makes only
    // system calls on values prepared above, so no lock or allocator state of a vanished thread matters.
    let pid = unsafe { libc::syscall(libc::SYS_clone3, ptr::from_mut(&mut args), size_of::<CloneArgs>()) };
    match pid {
        0 => run_child(&plan),
        1.. => {
            // SAFETY: on success with CLONE_PIDFD the kernel stored a new descriptor that nobody else owns.
            let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
            let child = Child { pidfd, pid: u32::try_from(pid).unwrap_or(0) };
            if let Some(id) = id
                && let Err(e) = map_ids(child.pid, id)
            {
                // The child still waits: it ends as the pipe closes; collect it before saying why.
                child.kill()?;
                let _ = rustix::process::waitid(WaitId::PidFd(child.as_fd()), WaitIdOptions::EXITED);
                return Err(e);
            }
            // A child that is gone already is seen by its pidfd.
            let _ = rustix::io::write(&go, &[1]);
            Ok(child)
        }
        _ => Err(io::Error::last_os_error()),
    }
}

/// Root inside is `id` outside. As root every id is ours to give and supplementary groups can be dropped; as
/// somebody else only our own, and `setgroups(2)` must be denied first (`user_namespaces(7)`).
fn map_ids(pid: u32, id: u32) -> io::Result<()> {
    let write = |file: &str, text: &str| {
        let path = format!("/proc/{pid}/{file}");
        std::fs::write(&path, text).map_err(|e| io::Error::new(e.kind(), format!("{path}: {e}")))
    };
    let (uid, gid) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    if uid != 0 {
        write("setgroups", "deny")?;
    }
    let (uid, gid) = if uid == 0 { (id, id) } else { (uid, gid) };
    write("gid_map", &format!("0 {gid} 1"))?;
    write("uid_map", &format!("0 {uid} 1"))
}

/// Numbers and pointers only: the child must not allocate, and drops nothing.
struct Plan {
    stdio: RawFd,
    stderr: RawFd,
    socket: RawFd,
    program: RawFd,
    wait: RawFd,
    become_root: bool,
    argv: *const *const c_char,
    envp: *const *const c_char,
}

/// Exit code of a child that did not get as far as its program.
const NOT_STARTED: i32 = 127;

fn run_child(plan: &Plan) -> ! {
    // SAFETY: only async-signal-safe system calls on descriptors that were opened before the clone and
    // pointers into memory that this copy of the address space holds until exec or exit.
    unsafe {
        let mut byte = 0u8;
        // Until the parent has mapped our ids. Nothing to read means that it failed or died.
        if libc::read(plan.wait, ptr::from_mut(&mut byte).cast(), 1) != 1 {
            libc::_exit(NOT_STARTED);
        }
        if plan.become_root {
            // Refused where the parent is not root: then there is nothing to drop either.
            libc::syscall(libc::SYS_setgroups, 0usize, ptr::null::<libc::gid_t>());
            if libc::syscall(libc::SYS_setresgid, 0, 0, 0) != 0
                || libc::syscall(libc::SYS_setresuid, 0, 0, 0) != 0
            {
                libc::_exit(NOT_STARTED);
            }
        }
        libc::setsid();
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &none, ptr::null_mut());
        // After the change of ids, which would clear it.
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
        let placed = libc::dup2(plan.stdio, 0) == 0
            && libc::dup2(plan.stdio, 1) == 1
            && libc::dup2(plan.stderr, 2) == 2
            && libc::dup2(plan.socket, 3) == 3;
        const CLOSE_RANGE_CLOEXEC: u32 = 4;
        let closed = libc::syscall(libc::SYS_close_range, 4u32, u32::MAX, CLOSE_RANGE_CLOEXEC) == 0;
        if placed && closed {
            let empty = c"";
            libc::syscall(
                libc::SYS_execveat,
                plan.program,
                empty.as_ptr(),
                plan.argv,
                plan.envp,
                libc::AT_EMPTY_PATH,
            );
        }
        libc::_exit(NOT_STARTED)
    }
}

/// Bounds a process where no cgroup can: its private writable memory, and its open files.
///
/// # Errors
/// As `prlimit(2)`.
pub fn limit_process(pid: u32, data_bytes: u64) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, prlimit};
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let to = |n| Rlimit { current: Some(n), maximum: Some(n) };
    prlimit(pid, Resource::Data, to(data_bytes))?;
    prlimit(pid, Resource::Core, to(0))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Poller, Received, Seqpacket, Token};

    #[derive(Clone, Copy)]
    struct One;
    impl Token for One {
        fn to_u64(self) -> u64 {
            0
        }
        fn from_u64(_: u64) -> Self {
            One
        }
    }

    fn wait(child: &Child) -> Ended {
        let poller = Poller::<One>::new().unwrap();
        poller.add(child, One).unwrap();
        let mut events = Vec::new();
        poller.wait(&mut events, Some(10_000_000_000)).unwrap();
        assert_eq!(events.len(), 1, "the child ends within ten seconds");
        child.ended().unwrap().unwrap()
    }

    /// Starts a program that ignores its arguments.
    fn start(path: &str, isolation: Isolation) -> (io::Result<Child>, Seqpacket) {
        let program = std::fs::File::open(path).unwrap();
        let (ours, theirs) = Seqpacket::pair().unwrap();
        let null = std::fs::OpenOptions::new().write(true).open("/dev/null").unwrap();
        let child = spawn(&Spawn {
            program: program.as_fd(),
            name: "test",
            socket: theirs.as_fd(),
            stderr: null.as_fd(),
            isolation,
            cgroup: None,
        });
        (child, ours)
    }

    #[test]
    fn spawn_a_program_that_ends_says_how() {
        for (path, code) in [("/bin/true", 0), ("/bin/false", 1)] {
            let (child, socket) = start(path, Isolation::Session);
            assert_eq!(wait(&child.unwrap()), Ended::Code(code));
            assert!(matches!(socket.receive(&mut [0; 8]).unwrap(), Received::Gone));
        }
    }

    #[test]
    fn spawn_something_that_is_no_program_ends_with_127() {
        let (child, _socket) = start("/etc/passwd", Isolation::Session);
        assert_eq!(wait(&child.unwrap()), Ended::Code(NOT_STARTED));
    }

    #[test]
    fn spawn_in_namespaces_runs_where_the_kernel_allows_them() {
        match start("/bin/true", Isolation::Namespaces { id: 100_007 }) {
            (Ok(child), _) => assert_eq!(wait(&child), Ended::Code(0)),
            (Err(e), _) => assert!(
                matches!(e.kind(), io::ErrorKind::PermissionDenied) || e.raw_os_error() == Some(libc::ENOSPC),
                "{e}"
            ),
        }
    }

    #[test]
    fn kill_ends_by_the_signal() {
        // Reads standard input, which is empty but for this one: cat of a socket would; sleep needs arguments.
        let (child, _socket) = start("/usr/bin/yes", Isolation::Session);
        let child = child.unwrap();
        child.kill().unwrap();
        assert!(matches!(wait(&child), Ended::Signal(9)));
        assert!(child.kill().is_ok());
    }
}
