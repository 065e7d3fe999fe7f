//! The orderly end: of the machine, or of a hosted supervisor and all it started.

use control_protocol::Level;
use control_protocol::compositor::{SystemPage, ToCompositor};
use lifecycle::{Event, Nanos, SECOND, STOP_WITHIN};
use sys::machine::Power;

use crate::supervisor::Supervisor;

/// From SIGKILL to the end whatever happens: a process that the kernel cannot end keeps nobody from leaving.
const GRACE: Nanos = 2 * SECOND;

/// How it ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    PowerOff,
    Reboot,
}

/// It is ending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Ending {
    pub(crate) kind: Kind,
    /// When it ends with whatever still runs.
    pub(crate) deadline: Nanos,
    /// Nothing is left to wait for.
    pub(crate) is_over: bool,
}

impl Supervisor {
    /// Begins to end. What is stopping stays so; nothing starts any more.
    pub(crate) fn end(&mut self, kind: Kind) {
        if self.ending.is_some() {
            return;
        }
        let deadline = sys::monotonic_ns() + STOP_WITHIN + GRACE;
        self.ending = Some(Ending { kind, deadline, is_over: false });
        let (page, word) = match kind {
            Kind::PowerOff => (SystemPage::PoweringOff, "powering off"),
            Kind::Reboot => (SystemPage::Rebooting, "restarting"),
        };
        self.log.system(Level::Info, word);
        self.keep_chosen_now();
        self.page = Some(page.clone());
        self.tell_compositor(&ToCompositor::Page(page), Vec::new());
        for id in self.apps.ids() {
            let is_up =
                self.apps.get(id).is_some_and(|e| e.life.has_process() || e.life.next_tick().is_some());
            if is_up {
                self.tell(id, Event::Stop);
            }
        }
        self.check_ended();
    }

    /// Whether the end is reached.
    pub(crate) fn check_ended(&mut self) {
        let Some(ending) = &mut self.ending else { return };
        let left = self.apps.iter().filter(|e| e.process.is_some()).count();
        let is_done = left == 0 && !self.keeping.is_writing();
        if is_done || sys::monotonic_ns() >= ending.deadline {
            ending.is_over = true;
        }
    }

    /// The last steps. On a machine this does not return unless the kernel refuses.
    pub(crate) fn finish(&mut self, kind: Kind) {
        for entry in self.apps.iter_mut() {
            if let Some(process) = entry.process.take() {
                let _ = process.child.kill();
            }
        }
        self.jobs.kill_all();
        if self.is_hosted() {
            self.compositor.kill();
            if let Some(driver) = &mut self.log.driver {
                driver.flush();
            }
            return;
        }
        // The compositor goes with the machine: its page is the last thing seen.
        sys::machine::sync();
        for target in ["/data", "/run", "/tmp"] {
            // What is not mounted needs no unmounting.
            let _ = sys::machine::unmount(target);
        }
        sys::machine::sync();
        let power = match kind {
            Kind::PowerOff => Power::Off,
            Kind::Reboot => Power::Restart,
        };
        if kind == Kind::PowerOff {
            self.still_watchdog();
        }
        self.log.system(Level::Info, "off");
        if let Some(driver) = &mut self.log.driver {
            driver.flush();
        }
        if let Err(e) = sys::machine::reboot(power) {
            self.log.system(Level::Error, &format!("the machine refuses to end: {e}"));
        }
    }
}
