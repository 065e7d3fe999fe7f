//! One app's life.
//!
//! ```text
//!              start                 running
//!  Declared ──────────▶ Starting ──────────────▶ Running
//!                        ▲  │  │                  │   │
//!                  due   │  │  └──── stop ──┐     │   └── clean end, not restarted ──▶ Exited
//!                        │  │ ended         ▼     │ stop, restart
//!                     Backoff ◀─────────┐ Stopping ◀──┘
//!                        │     failure  │   │  │
//!                        │              │   │  └─ ended, to start again ──▶ Starting
//!                        │  8 failures  │   └──── ended ──────────────────▶ Exited
//!                        └──────────────┴──────▶ Quarantined
//!
//!  start: also from Exited, Backoff and Quarantined.  stop in Backoff: Exited.
//! ```

use manifest::Restart;

use crate::{Nanos, SECOND};

/// First pause before a restart.
pub const BACKOFF_FIRST: Nanos = SECOND / 2;
/// Longest pause before a restart.
pub const BACKOFF_MOST: Nanos = 30 * SECOND;
/// An app that lived this long is healthy: what failed before is forgotten.
pub const HEALTHY_AFTER: Nanos = 60 * SECOND;
/// Failures in a row after which an app is not started again by itself.
pub const QUARANTINE_AFTER: u32 = 8;
/// From the end of stdin to SIGKILL: apps sleep for 2 s inside their loops.
pub const STOP_WITHIN: Nanos = 3 * SECOND;
/// From the start of its process to the start of the guest's code. Loading a large module in an emulated
/// machine takes seconds; half a minute means that it hangs.
pub const START_WITHIN: Nanos = 30 * SECOND;

/// Where an app is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AppState {
    /// Known, never started.
    Declared,
    /// Its process exists, its code does not run yet.
    Starting,
    /// Its code runs.
    Running,
    /// Asked to end.
    Stopping {
        /// When it is killed; `None`: it was.
        kill_at: Option<Nanos>,
        /// Whether it is started again afterwards.
        again: bool,
    },
    /// Ended, and not to be started by itself.
    Exited,
    /// To be started at this time.
    Backoff {
        /// When.
        until: Nanos,
    },
    /// Failed [`QUARANTINE_AFTER`] times in a row.
    Quarantined,
}

/// What happens to an app.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Somebody wants it to run.
    Start,
    /// Its code is about to run.
    Running,
    /// It printed a line.
    Alive,
    /// It shall end.
    Stop,
    /// It shall end and start, or just start.
    Restart,
    /// Its process ended, or could not be made.
    Ended(End),
    /// It broke a protocol or must otherwise die as a failure of its own.
    Condemn,
    /// Time passed.
    Tick,
}

/// How a process ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// With exit code 0.
    Clean,
    /// In any other way.
    Failure,
}

/// What the supervisor must do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Make its process. If that fails: [`Event::Ended`].
    Spawn,
    /// End its stdin.
    CloseStdin,
    /// SIGKILL.
    Kill,
    /// The window stays with a banner; the next start is in so many milliseconds.
    AnnounceRestart {
        /// Milliseconds.
        in_ms: u32,
    },
    /// The window stays with a banner: no start follows by itself.
    AnnounceFailure,
    /// The window goes.
    RemoveWindow,
}

/// An app's life so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct App {
    state: AppState,
    policy: Restart,
    watchdog: Option<Nanos>,
    /// Failures since it was last healthy.
    failures: u32,
    /// Ends of any kind since it was last healthy: what the backoff doubles with.
    streak: u32,
    restarts: u32,
    started: Nanos,
    alive: Nanos,
    condemned: bool,
    by_policy: bool,
}

impl App {
    /// An app that was never started. `watchdog_secs` of 0 is no watchdog.
    #[must_use]
    pub fn new(policy: Restart, watchdog_secs: u32) -> Self {
        Self {
            state: AppState::Declared,
            policy,
            watchdog: (watchdog_secs > 0).then(|| Nanos::from(watchdog_secs) * SECOND),
            failures: 0,
            streak: 0,
            restarts: 0,
            started: 0,
            alive: 0,
            condemned: false,
            by_policy: false,
        }
    }

    /// Where it is.
    #[must_use]
    pub fn state(&self) -> AppState {
        self.state
    }

    /// Whether it has a process.
    #[must_use]
    pub fn has_process(&self) -> bool {
        matches!(self.state, AppState::Starting | AppState::Running | AppState::Stopping { .. })
    }

    /// Whether others see it as running: it has a process and was not asked to end.
    #[must_use]
    pub fn is_up(&self) -> bool {
        matches!(self.state, AppState::Starting | AppState::Running)
    }

    /// How often it was started again, by policy or by request.
    #[must_use]
    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    /// When its process was made.
    #[must_use]
    pub fn started(&self) -> Nanos {
        self.started
    }

    /// Whether the last start was the policy's, not a person's or an app's.
    #[must_use]
    pub fn was_restarted_by_policy(&self) -> bool {
        self.by_policy
    }

    /// Changes when it is started again by itself.
    pub fn set_policy(&mut self, policy: Restart) {
        self.policy = policy;
    }

    /// When [`Event::Tick`] is next due.
    #[must_use]
    pub fn next_tick(&self) -> Option<Nanos> {
        match self.state {
            AppState::Starting if !self.condemned => Some(self.started.saturating_add(START_WITHIN)),
            AppState::Running if !self.condemned => self.watchdog.map(|w| self.alive.saturating_add(w)),
            AppState::Stopping { kill_at, .. } => kill_at,
            AppState::Backoff { until } => Some(until),
            _ => None,
        }
    }

    /// Takes an event; what is to be done about it, in order.
    #[must_use]
    pub fn on(&mut self, event: Event, now: Nanos) -> Vec<Effect> {
        match event {
            Event::Start => self.on_start(now),
            Event::Restart => self.on_restart(now),
            Event::Stop => self.on_stop(now),
            Event::Ended(end) => self.on_ended(end, now),
            Event::Tick => self.on_tick(now),
            Event::Condemn => self.condemn(),
            Event::Running => {
                if self.state == AppState::Starting {
                    self.state = AppState::Running;
                    self.alive = now;
                }
                Vec::new()
            }
            Event::Alive => {
                self.alive = now;
                Vec::new()
            }
        }
    }

    fn spawn(&mut self, now: Nanos) -> Vec<Effect> {
        self.state = AppState::Starting;
        self.started = now;
        self.alive = now;
        self.condemned = false;
        vec![Effect::Spawn]
    }

    fn on_start(&mut self, now: Nanos) -> Vec<Effect> {
        match self.state {
            AppState::Starting | AppState::Running => Vec::new(),
            AppState::Stopping { ref mut again, .. } => {
                *again = true;
                Vec::new()
            }
            AppState::Declared | AppState::Exited | AppState::Backoff { .. } | AppState::Quarantined => {
                (self.failures, self.streak, self.by_policy) = (0, 0, false);
                self.spawn(now)
            }
        }
    }

    fn on_restart(&mut self, now: Nanos) -> Vec<Effect> {
        match self.state {
            AppState::Starting | AppState::Running => {
                self.state =
                    AppState::Stopping { kill_at: Some(now.saturating_add(STOP_WITHIN)), again: true };
                vec![Effect::CloseStdin]
            }
            _ => {
                let effects = self.on_start(now);
                self.restarts = self.restarts.saturating_add(u32::from(!effects.is_empty()));
                effects
            }
        }
    }

    fn on_stop(&mut self, now: Nanos) -> Vec<Effect> {
        match self.state {
            AppState::Starting | AppState::Running => {
                self.state =
                    AppState::Stopping { kill_at: Some(now.saturating_add(STOP_WITHIN)), again: false };
                vec![Effect::CloseStdin]
            }
            AppState::Stopping { ref mut again, .. } => {
                *again = false;
                Vec::new()
            }
            AppState::Backoff { .. } | AppState::Exited | AppState::Quarantined => {
                self.state = AppState::Exited;
                vec![Effect::RemoveWindow]
            }
            AppState::Declared => Vec::new(),
        }
    }

    fn on_ended(&mut self, end: End, now: Nanos) -> Vec<Effect> {
        match self.state {
            AppState::Stopping { again: true, .. } => {
                self.restarts = self.restarts.saturating_add(1);
                self.by_policy = false;
                self.spawn(now)
            }
            AppState::Stopping { again: false, .. } => {
                self.state = AppState::Exited;
                vec![Effect::RemoveWindow]
            }
            AppState::Starting | AppState::Running => self.on_unasked_end(end, now),
            _ => Vec::new(),
        }
    }

    fn on_unasked_end(&mut self, end: End, now: Nanos) -> Vec<Effect> {
        if now.saturating_sub(self.started) >= HEALTHY_AFTER {
            (self.failures, self.streak) = (0, 0);
        }
        self.streak = self.streak.saturating_add(1);
        self.failures = self.failures.saturating_add(u32::from(end == End::Failure));
        let again = match self.policy {
            Restart::Never => false,
            Restart::OnFailure => end == End::Failure,
            Restart::Always => true,
        };
        match (again, end) {
            (false, End::Clean) => {
                self.state = AppState::Exited;
                vec![Effect::RemoveWindow]
            }
            (false, End::Failure) => {
                self.state = AppState::Exited;
                vec![Effect::AnnounceFailure]
            }
            (true, _) if self.failures >= QUARANTINE_AFTER => {
                self.state = AppState::Quarantined;
                vec![Effect::AnnounceFailure]
            }
            (true, _) => {
                let pause = backoff(self.streak);
                self.state = AppState::Backoff { until: now.saturating_add(pause) };
                let in_ms = u32::try_from(pause / 1_000_000).unwrap_or(u32::MAX);
                vec![Effect::AnnounceRestart { in_ms }]
            }
        }
    }

    fn on_tick(&mut self, now: Nanos) -> Vec<Effect> {
        if self.next_tick().is_none_or(|due| now < due) {
            return Vec::new();
        }
        match self.state {
            AppState::Stopping { ref mut kill_at, .. } => {
                *kill_at = None;
                vec![Effect::Kill]
            }
            AppState::Backoff { .. } => {
                self.restarts = self.restarts.saturating_add(1);
                self.by_policy = true;
                self.spawn(now)
            }
            _ => self.condemn(),
        }
    }

    fn condemn(&mut self) -> Vec<Effect> {
        if !self.has_process() || self.condemned {
            return Vec::new();
        }
        self.condemned = true;
        vec![Effect::Kill]
    }
}

/// The pause after so many ends in a row, from 1.
fn backoff(streak: u32) -> Nanos {
    let doublings = streak.saturating_sub(1).min(16);
    (BACKOFF_FIRST << doublings).min(BACKOFF_MOST)
}
