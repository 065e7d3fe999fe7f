//! Signals as events (`signalfd(2)`).

use std::io;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr;

/// A signal that the supervisor acts on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signal {
    /// A child ended.
    Child,
    /// End in order: SIGTERM.
    Terminate,
    /// End in order: SIGINT; on PID 1 the kernel sends it for Ctrl+Alt+Del.
    Interrupt,
    /// The machine's power fails or its button was pressed: SIGPWR.
    Power,
}

const WATCHED: [(i32, Signal); 4] = [
    (libc::SIGCHLD, Signal::Child),
    (libc::SIGTERM, Signal::Terminate),
    (libc::SIGINT, Signal::Interrupt),
    (libc::SIGPWR, Signal::Power),
];

/// The watched signals, blocked and readable.
#[derive(Debug)]
pub struct Signals(OwnedFd);

impl Signals {
    /// Blocks the watched signals for this thread, which must be the only one, and opens the descriptor. A
    /// broken pipe no longer kills.
    ///
    /// # Errors
    /// As `signalfd(2)`.
    pub fn new() -> io::Result<Self> {
        // SAFETY: the set is initialised by sigemptyset before use; the calls take pointers to it only.
        unsafe {
            let mut set: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&mut set);
            for (number, _) in WATCHED {
                libc::sigaddset(&mut set, number);
            }
            libc::sigaddset(&mut set, libc::SIGHUP);
            libc::sigaddset(&mut set, libc::SIGPIPE);
            if libc::sigprocmask(libc::SIG_BLOCK, &set, ptr::null_mut()) != 0 {
                return Err(io::Error::last_os_error());
            }
            let fd = libc::signalfd(-1, &set, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK);
            if fd < 0 {
                return Err(io::Error::last_os_error());
            }
            // A new descriptor that nobody else owns.
            Ok(Self(OwnedFd::from_raw_fd(fd)))
        }
    }

    /// The next one that arrived, if any.
    #[must_use]
    pub fn next(&self) -> Option<Signal> {
        // `struct signalfd_siginfo` begins with the signal's number and has 128 bytes.
        let mut info = [0u8; 128];
        loop {
            match rustix::io::read(&self.0, &mut info) {
                Ok(128) => {}
                _ => return None,
            }
            let number = i32::from_ne_bytes([info[0], info[1], info[2], info[3]]);
            if let Some((_, signal)) = WATCHED.iter().find(|(n, _)| *n == number) {
                return Some(*signal);
            }
        }
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
