//! How much of something an app may do: token buckets.

use crate::{Nanos, SECOND};

/// A sustained rate and a burst.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// A second, for ever.
    pub per_second: u32,
    /// At once, after a pause.
    pub burst: u32,
}

/// Messages of one sender to other apps. A chat or a window manager sends a few a second; ten apps flooding
/// at this rate cost the broker less than a tenth of a slow core.
pub const MESSAGES: Rate = Rate { per_second: 200, burst: 400 };
/// Requests of one app. Monitors ask for `ps-raw` at the rate of their pings.
pub const REQUESTS: Rate = Rate { per_second: 200, burst: 400 };
/// Log lines of one app on the console, which is a serial line of 11 kB/s on real devices.
pub const LOG_LINES: Rate = Rate { per_second: 10, burst: 50 };

/// Log lines of an app that are kept: a little above what an honest app-host passes on, so that it holds against one
/// that was captured, and for what the supervisor itself says of an app that asks for what it may not.
pub const KEPT_LINES: Rate = Rate { per_second: 60, burst: 250 };

/// Whatever an app-host says, in datagrams: an honest one lets its app wait at half of it. One that says more is not
/// heard for a while, so that a captured one costs PID 1 a few hundredths of a core and not all of it.
pub const HEARD: Rate = Rate { per_second: 2000, burst: 4000 };

/// Counts against a [`Rate`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenBucket {
    rate: Rate,
    /// In billionths of a token.
    level: u64,
    at: Nanos,
    refused: u64,
}

impl TokenBucket {
    /// A full one.
    #[must_use]
    pub fn new(rate: Rate, now: Nanos) -> Self {
        Self { rate, level: u64::from(rate.burst) * SECOND, at: now, refused: 0 }
    }

    /// Takes one token. `Some(n)`: allowed, and `n` were refused since the last that was allowed.
    #[must_use]
    pub fn take(&mut self, now: Nanos) -> Option<u64> {
        let passed = now.saturating_sub(self.at);
        self.at = self.at.max(now);
        let most = u64::from(self.rate.burst) * SECOND;
        self.level =
            self.level.saturating_add(passed.saturating_mul(u64::from(self.rate.per_second))).min(most);
        if self.level < SECOND {
            self.refused = self.refused.saturating_add(1);
            return None;
        }
        self.level -= SECOND;
        Some(std::mem::take(&mut self.refused))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn take_a_burst_then_the_rate() {
        let mut bucket = TokenBucket::new(Rate { per_second: 2, burst: 3 }, 0);
        assert_eq!((0..5).filter(|_| bucket.take(0).is_some()).count(), 3);
        assert_eq!(bucket.take(SECOND / 2), Some(2));
        assert_eq!(bucket.take(SECOND / 2), None);
        assert_eq!((0..9).filter(|_| bucket.take(u64::MAX).is_some()).count(), 3);
    }
}
