//! What lies over the windows on purpose: darkness that any input ends, and a lock that a PIN ends.
//!
//! ```text
//! curtain:  None ──blank, idle──▶ Dim, Dark ──input, unblank──▶ None
//! lock:     open ──lock──▶ Asking ──PIN──▶ Checking ──right──▶ open
//!                             ▲               │ wrong
//!                             └──time passed── Wrong (longer each time)
//! ```
//!
//! The state is here and not in the compositor: one that crashed comes back locked.

use control_protocol::Level;
use control_protocol::compositor::{Curtain, LockView, ToCompositor};
use control_protocol::job::{Job, JobResult};
use lifecycle::{Nanos, SECOND};
use manifest::IdleAction;

use crate::jobs::{Asker, Purpose};
use crate::supervisor::Supervisor;

/// The pause after the first wrong PIN; each further one doubles it.
const FIRST_PAUSE: Nanos = SECOND;

/// The longest pause. Ten thousand PINs of four digits then take a month.
const LONGEST_PAUSE: Nanos = 300 * SECOND;

/// The longest PIN that is looked at, in bytes.
const MAX_PIN: usize = 64;

const NO_PIN: &str = "no PIN is set: put the line that `cargo vyoma pin` prints into /etc/vyoma/device.toml";

/// The state.
#[derive(Default)]
pub(crate) struct Guard {
    curtain: Curtain,
    lock: Option<LockView>,
    /// Wrong PINs since the last right one.
    failures: u32,
    /// No PIN is looked at before.
    not_before: Nanos,
    is_checking: bool,
}

impl Guard {
    pub(crate) fn is_locked(&self) -> bool {
        self.lock.is_some()
    }
}

/// The pause after so many wrong PINs in a row, from 1.
fn pause(failures: u32) -> Nanos {
    (FIRST_PAUSE << failures.saturating_sub(1).min(16)).min(LONGEST_PAUSE)
}

/// Whole seconds, none of them too few.
fn seconds(nanos: Nanos) -> u64 {
    nanos.div_ceil(SECOND)
}

impl Supervisor {
    /// All that a new compositor must know, before it has a screen.
    pub(crate) fn tell_guard(&mut self) {
        let secs = self.settings.idle_secs();
        if secs > 0 {
            self.tell_compositor(&ToCompositor::IdleAfter { secs }, Vec::new());
        }
        if let Some(view) = self.guard.lock {
            self.tell_compositor(&ToCompositor::Lock(Some(view)), Vec::new());
        }
        if self.guard.curtain != Curtain::None {
            self.tell_compositor(&ToCompositor::Curtain(self.guard.curtain), Vec::new());
        }
    }

    /// Draws the curtain, or opens it.
    pub(crate) fn set_curtain(&mut self, curtain: Curtain) {
        self.guard.curtain = curtain;
        self.tell_compositor(&ToCompositor::Curtain(curtain), Vec::new());
    }

    /// Input ended the curtain; the compositor did so already.
    pub(crate) fn on_woke(&mut self) {
        self.guard.curtain = Curtain::None;
    }

    /// What the device does when nobody uses it.
    pub(crate) fn go_idle(&mut self) -> Result<(), String> {
        match self.settings.idle_action() {
            IdleAction::Dim => self.set_curtain(Curtain::Dim),
            IdleAction::Blank => self.set_curtain(Curtain::Dark),
            IdleAction::Lock => {
                self.lock()?;
                self.set_curtain(Curtain::Dark);
            }
        }
        Ok(())
    }

    /// Nobody used the device for as long as its configuration says.
    pub(crate) fn on_idle(&mut self) {
        if let Err(why) = self.go_idle() {
            self.log.system(Level::Warn, &format!("idle: {why}"));
            self.set_curtain(Curtain::Dark);
        }
    }

    /// Asks for the PIN before anything else is seen.
    pub(crate) fn lock(&mut self) -> Result<(), String> {
        if self.settings.pin().is_none() {
            return Err(NO_PIN.to_owned());
        }
        if self.guard.lock.is_none() {
            self.log.system(Level::Info, "locked");
            let left = self.guard.not_before.saturating_sub(sys::monotonic_ns());
            self.show_lock(Some(if left > 0 { wrong(left) } else { LockView::Asking }));
        }
        Ok(())
    }

    fn show_lock(&mut self, view: Option<LockView>) {
        self.guard.lock = view;
        self.tell_compositor(&ToCompositor::Lock(view), Vec::new());
    }

    /// Looks at a PIN that an app or a person gives. The error is the reply; else it comes later.
    pub(crate) fn unlock(&mut self, asker: Option<Asker>, pin: &str) -> Result<(), String> {
        let refused = |why: String| Err(format!("error: unlock: {why}"));
        let Some(hash) = self.settings.pin().cloned() else { return refused(NO_PIN.to_owned()) };
        if self.guard.lock.is_none() {
            if let Some(asker) = asker {
                self.reply(asker, Some("unlock ok".to_owned()));
            }
            return Ok(());
        }
        if self.guard.is_checking {
            return refused("a PIN is being checked".to_owned());
        }
        let left = self.guard.not_before.saturating_sub(sys::monotonic_ns());
        if left > 0 {
            return refused(format!("wait {} s", seconds(left)));
        }
        if pin.is_empty() || pin.len() > MAX_PIN {
            return refused(format!("a PIN has 1 to {MAX_PIN} digits"));
        }
        self.guard.is_checking = true;
        self.show_lock(Some(LockView::Checking));
        self.start_job(Job::Pin { pin: pin.to_owned(), hash }, Vec::new(), Purpose::Pin(asker));
        Ok(())
    }

    /// The person at the screen entered a PIN.
    pub(crate) fn on_pin(&mut self, pin: &str) {
        if let Err(why) = self.unlock(None, pin) {
            self.log.system(Level::Info, &why);
            let left = self.guard.not_before.saturating_sub(sys::monotonic_ns());
            if self.guard.is_locked() && !self.guard.is_checking {
                self.show_lock(Some(if left > 0 { wrong(left) } else { LockView::Asking }));
            }
        }
    }

    /// A PIN was looked at.
    pub(crate) fn on_pin_checked(&mut self, asker: Option<Asker>, result: JobResult) {
        self.guard.is_checking = false;
        let reply = match result {
            JobResult::Pin { right: true } => {
                self.guard.failures = 0;
                self.log.system(Level::Info, "unlocked");
                self.show_lock(None);
                "unlock ok".to_owned()
            }
            JobResult::Pin { right: false } => {
                self.guard.failures = self.guard.failures.saturating_add(1);
                let pause = pause(self.guard.failures);
                self.guard.not_before = sys::monotonic_ns() + pause;
                let n = self.guard.failures;
                self.log.system(Level::Warn, &format!("a wrong PIN, {n} in a row"));
                self.show_lock(Some(wrong(pause)));
                format!("error: unlock: wrong PIN, wait {} s", seconds(pause))
            }
            JobResult::Failed(why) => {
                self.log.system(Level::Error, &format!("the PIN cannot be checked: {why}"));
                self.show_lock(Some(LockView::Trouble));
                format!("error: unlock: it cannot be checked: {why}")
            }
            JobResult::Written | JobResult::Address(_) | JobResult::Page { .. } => {
                "error: unlock: it cannot be checked".to_owned()
            }
        };
        if let Some(asker) = asker {
            self.reply(asker, Some(reply));
        }
    }
}

fn wrong(left: Nanos) -> LockView {
    LockView::Wrong { wait_ms: u32::try_from(left / 1_000_000).unwrap_or(u32::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pause_grows_up_to_its_bound() {
        assert_eq!([1, 2, 3, 4].map(pause), [1, 2, 4, 8].map(|s| s * SECOND));
        assert_eq!((pause(10), pause(u32::MAX)), (LONGEST_PAUSE, LONGEST_PAUSE));
        assert_eq!((seconds(1), seconds(SECOND), seconds(SECOND + 1)), (1, 1, 2));
    }
}
