//! The compositor's life. It is never given up: without it nobody sees anything.
//!
//! ```text
//!   Starting ──ready──▶ Ready
//!      ▲  │ended          │ ended, or no pong
//!      │  ▼               ▼
//!      └────────────── Failed{until}
//! ```

use crate::{BACKOFF_FIRST, Nanos, SECOND};

/// How often it is asked whether its loop turns.
pub const PING_EVERY: Nanos = 2 * SECOND;
/// How long it may take to answer, also right after its start: mode setting on old hardware takes a second or two.
pub const PONG_WITHIN: Nanos = 5 * SECOND;
/// One that lived this long is started again at once when it ends: it showed a picture and answered a question, and
/// what made it crash takes its time. An app is kept waiting for longer, but nobody looks at a black app.
const HEALTHY_AFTER: Nanos = 5 * SECOND;
/// Longest pause between starts: a person waits in front of the screen.
const PAUSE_MOST: Nanos = 8 * SECOND;

/// Where it is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompositorState {
    /// Its process exists; it has not said a word.
    Starting,
    /// It speaks.
    Ready,
    /// To be started at this time.
    Failed {
        /// When.
        until: Nanos,
    },
}

/// What happens to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompositorEvent {
    /// A message came.
    Heard,
    /// Its process ended, or could not be made.
    Ended,
    /// Time passed.
    Tick,
}

/// What the supervisor must do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompositorEffect {
    /// Make its process.
    Spawn,
    /// SIGKILL: it hangs.
    Kill,
    /// Ask it whether it lives.
    Ping,
}

/// Its life so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompositorLife {
    state: CompositorState,
    started: Nanos,
    pub(crate) heard: Nanos,
    pub(crate) pinged: Nanos,
    failures: u32,
    pub(crate) killed: bool,
}

impl CompositorLife {
    /// To be started at once.
    #[must_use]
    pub fn new(now: Nanos) -> Self {
        let state = CompositorState::Failed { until: now };
        Self { state, started: now, heard: now, pinged: now, failures: 0, killed: false }
    }

    /// Where it is.
    #[must_use]
    pub fn state(&self) -> CompositorState {
        self.state
    }

    /// How often it failed since it was last healthy.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// When [`CompositorEvent::Tick`] is next due.
    #[must_use]
    pub fn next_tick(&self) -> Option<Nanos> {
        match self.state {
            CompositorState::Failed { until } => Some(until),
            _ if self.killed => None,
            _ if self.heard < self.pinged => Some(self.pinged.saturating_add(PONG_WITHIN)),
            _ => Some(self.heard.max(self.pinged).saturating_add(PING_EVERY)),
        }
    }

    /// Takes an event; what is to be done about it.
    #[must_use]
    pub fn on(&mut self, event: CompositorEvent, now: Nanos) -> Option<CompositorEffect> {
        match (event, self.state) {
            (CompositorEvent::Heard, CompositorState::Starting | CompositorState::Ready) => {
                self.heard = now;
                self.state = CompositorState::Ready;
                None
            }
            (CompositorEvent::Ended, CompositorState::Starting | CompositorState::Ready) => {
                if now.saturating_sub(self.started) >= HEALTHY_AFTER {
                    self.failures = 0;
                }
                self.failures = self.failures.saturating_add(1);
                self.state = CompositorState::Failed { until: now.saturating_add(pause(self.failures)) };
                None
            }
            (CompositorEvent::Tick, _) => self.on_tick(now),
            _ => None,
        }
    }

    fn on_tick(&mut self, now: Nanos) -> Option<CompositorEffect> {
        if self.next_tick().is_none_or(|due| now < due) {
            return None;
        }
        match self.state {
            CompositorState::Failed { .. } => {
                (self.started, self.heard, self.pinged, self.killed) = (now, now, now, false);
                self.state = CompositorState::Starting;
                Some(CompositorEffect::Spawn)
            }
            // Due with a question unanswered: it hangs.
            _ if self.heard < self.pinged => {
                self.killed = true;
                Some(CompositorEffect::Kill)
            }
            _ => {
                self.pinged = now.max(self.heard + 1);
                Some(CompositorEffect::Ping)
            }
        }
    }
}

/// The first time at once: a person should see no more than one missing frame.
fn pause(failures: u32) -> Nanos {
    match failures {
        0 | 1 => 0,
        n => (BACKOFF_FIRST << (n - 2).min(8)).min(PAUSE_MOST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_crash_restarts_at_once_and_later_ones_wait_longer() {
        let mut life = CompositorLife::new(0);
        let mut now = 0;
        let mut pauses = Vec::new();
        for _ in 0..8 {
            assert_eq!(life.on(CompositorEvent::Tick, now), Some(CompositorEffect::Spawn));
            assert_eq!(life.on(CompositorEvent::Ended, now), None);
            let due = life.next_tick().unwrap();
            pauses.push((due - now) / 1_000_000);
            now = due;
        }
        assert_eq!(pauses, [0, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    }

    #[test]
    fn silence_after_a_question_is_a_hang_and_an_answer_is_not() {
        let mut life = CompositorLife::new(0);
        let _ = life.on(CompositorEvent::Tick, 0);
        for _ in 0..10 {
            let mut now = life.next_tick().unwrap();
            assert_eq!(life.on(CompositorEvent::Tick, now), Some(CompositorEffect::Ping));
            now += SECOND;
            let _ = life.on(CompositorEvent::Heard, now);
        }
        let mut now = life.next_tick().unwrap();
        assert_eq!(life.on(CompositorEvent::Tick, now), Some(CompositorEffect::Ping));
        let asked = now;
        while let Some(due) = life.next_tick() {
            let effect = life.on(CompositorEvent::Tick, due);
            if effect == Some(CompositorEffect::Kill) {
                assert_eq!(due, asked + PONG_WITHIN);
            }
            assert!(due > now || effect.is_some(), "ticks make progress");
            now = due;
        }
        assert!(life.next_tick().is_none());
    }
}
