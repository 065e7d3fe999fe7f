//! A pace that lets go at once what comes seldom, and makes wait what comes without end.

use sys::Nanos;

/// When the next thing would be done if each took its time, after a burst at once (the generic cell rate algorithm, ITU-T
/// I.371).
#[derive(Debug)]
pub(crate) struct Pace {
    due: Nanos,
    burst: Nanos,
}

impl Pace {
    /// One that lets go at once what takes so much time together.
    pub(crate) const fn new(burst: Nanos) -> Self {
        Self { due: 0, burst }
    }

    /// Counts what takes this time, and gives how long it has to wait.
    pub(crate) fn take(&mut self, time: Nanos, now: Nanos) -> Nanos {
        self.due = self.due.max(now.saturating_sub(self.burst)).saturating_add(time);
        self.due.saturating_sub(now)
    }
}
