//! Descriptors that a program was started with.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers already taken, one bit each.
static TAKEN: AtomicU64 = AtomicU64::new(0);

/// The first number that is not a standard stream.
const FIRST: RawFd = 3;

/// Takes ownership of a descriptor that whoever started the program left open for it: number 3 to 63, once each, before
/// the program opens any of its own.
///
/// # Errors
/// `InvalidInput` for a number out of range or taken before; else as `fcntl(2)`, if it is not open.
pub fn take_inherited(number: RawFd) -> io::Result<OwnedFd> {
    let bit = u32::try_from(number).ok().filter(|n| number >= FIRST && *n < 64).map(|n| 1u64 << n);
    let free = bit.is_some_and(|bit| TAKEN.fetch_or(bit, Ordering::Relaxed) & bit == 0);
    if !free {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "no such inherited descriptor, or taken before",
        ));
    }
    // SAFETY: the number is borrowed for one call that fails with EBADF if it is not open.
    let open = unsafe { std::os::fd::BorrowedFd::borrow_raw(number) };
    rustix::io::fcntl_setfd(open, rustix::io::FdFlags::CLOEXEC)?;
    // SAFETY: it is open (fcntl succeeded), and nobody else owns it: it was open when the program started, standard
    // streams are excluded, and `TAKEN` gives each number out once.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Closes every descriptor from `first` on. For a program's first act: nothing in it owns one of these yet.
///
/// # Errors
/// As `close_range(2)`.
///
/// # Safety
/// No object of the program may own a descriptor of this number or above.
pub unsafe fn close_from(first: RawFd) -> io::Result<()> {
    let first = libc::c_uint::try_from(first).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: the call takes no pointer; the caller says that nobody owns what is closed.
    // By number: musl has no wrapper.
    if unsafe { libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, 0) } == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
