//! What input devices must be asked beyond reading them.

use std::io;
use std::os::fd::AsFd;

use rustix::ioctl::{Opcode, Setter, ioctl};

/// `_IOW('E', 0xa0, int)` of linux/input.h.
const EVIOCSCLOCKID: Opcode = 0x4004_45a0;
/// Linux's number of the monotonic clock.
const CLOCK_MONOTONIC: i32 = 1;

/// Makes an input device (`/dev/input/event*`) stamp its events with the clock of [`crate::monotonic_ns`], and
/// reading it never block.
///
/// # Errors
/// As `ioctl(2)` and `fcntl(2)`: the descriptor is no input device.
pub fn use_monotonic_timestamps(device: impl AsFd) -> io::Result<()> {
    let flags = rustix::fs::fcntl_getfl(&device)?;
    rustix::fs::fcntl_setfl(&device, flags | rustix::fs::OFlags::NONBLOCK)?;
    // SAFETY: this request reads one `int` from its argument.
    unsafe { ioctl(device, Setter::<EVIOCSCLOCKID, i32>::new(CLOCK_MONOTONIC))? };
    Ok(())
}
