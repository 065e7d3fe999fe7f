//! What happens to apps: (state, event, now) to (state, effects).
//!
//! Pure: no descriptor, no clock, no thread. Time is an argument in nanoseconds of the monotonic clock. Every
//! transition is total: an event that makes no sense in a state changes nothing. The supervisor carries the
//! effects out and reports what came of them as events.

#![forbid(unsafe_code)]

mod app;
mod compositor;
mod rates;
mod rights;
mod watchdog;

pub use app::{
    App, AppState, BACKOFF_FIRST, BACKOFF_MOST, Effect, End, Event, HEALTHY_AFTER, QUARANTINE_AFTER,
    START_WITHIN, STOP_WITHIN,
};
pub use compositor::{
    CompositorEffect, CompositorEvent, CompositorLife, CompositorState, PING_EVERY, PONG_WITHIN,
};
pub use rates::{HEARD, KEPT_LINES, LOG_LINES, MESSAGES, REQUESTS, Rate, TokenBucket};
pub use rights::{Decision, Focus, decide, verb};
pub use watchdog::{Feeding, Sick, WATCHDOG_LEAST, Watchdog};

/// Nanoseconds of the monotonic clock.
pub type Nanos = u64;

/// A second.
pub const SECOND: Nanos = 1_000_000_000;
