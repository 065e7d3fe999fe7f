//! The one clock of the system.

use rustix::time::{ClockId, clock_gettime};

/// Nanoseconds of `CLOCK_MONOTONIC`, which on the machines we boot starts with the kernel.
pub type Nanos = u64;

/// Now.
#[must_use]
pub fn monotonic_ns() -> Nanos {
    let t = clock_gettime(ClockId::Monotonic);
    let seconds = u64::try_from(t.tv_sec).unwrap_or(0);
    seconds.saturating_mul(1_000_000_000).saturating_add(u64::try_from(t.tv_nsec).unwrap_or(0))
}
