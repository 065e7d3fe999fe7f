//! The machine's watchdog: restarts it when nobody feeds it.

use std::path::Path;

use control_protocol::Level;
use lifecycle::{Feeding, Nanos, Sick, WATCHDOG_LEAST};
use sys::machine::WatchdogDevice;

use crate::supervisor::Supervisor;

/// Its node. Opening it sets it going.
const NODE: &str = "/dev/watchdog";

/// The device, and when it is fed.
pub(crate) struct Watchdog {
    device: WatchdogDevice,
    feeding: lifecycle::Watchdog,
}

impl Supervisor {
    /// Sets it going, where there is one and the device's configuration wants it.
    pub(crate) fn open_watchdog(&mut self) {
        let secs = self.settings.watchdog_secs();
        if secs == 0 || !Path::new(NODE).exists() {
            return;
        }
        match WatchdogDevice::open(Path::new(NODE), secs.max(WATCHDOG_LEAST)) {
            Ok((device, secs)) => {
                let feeding = lifecycle::Watchdog::new(sys::monotonic_ns());
                self.watchdog = Some(Watchdog { device, feeding });
                let main = self.settings.main_app().map(|app| format!(" and {app}")).unwrap_or_default();
                let line = format!("watchdog: the machine restarts after {secs} s without compositor{main}");
                self.log.system(Level::Info, &line);
            }
            Err(e) => self.log.system(Level::Error, &format!("{NODE}: {e}: nothing watches this machine")),
        }
    }

    pub(crate) fn next_feeding(&self) -> Option<Nanos> {
        self.watchdog.as_ref().map(|watchdog| watchdog.feeding.next_tick())
    }

    /// Feeds it, if everybody who must be well is.
    pub(crate) fn feed_watchdog(&mut self, now: Nanos) {
        let Some(watchdog) = &mut self.watchdog else { return };
        let main = self.settings.main_app().map(|name| {
            let id = self.apps.find(name.as_str());
            id.and_then(|id| self.apps.get(id)).map(|entry| &entry.life)
        });
        let Some(Feeding { sick, is_news }) = watchdog.feeding.on_tick(&self.compositor.life, main, now)
        else {
            return;
        };
        let fed = if sick.is_none() { watchdog.device.feed() } else { Ok(()) };
        if let Err(e) = fed {
            self.log.system(Level::Error, &format!("{NODE} takes nothing: {e}"));
        }
        match sick.filter(|_| is_news) {
            Some(Sick::Compositor) => {
                self.log.system(Level::Error, "watchdog: not fed, the compositor does not answer");
            }
            Some(Sick::MainApp) => {
                let app = self.settings.main_app().map(ToString::to_string).unwrap_or_default();
                self.log.system(Level::Error, &format!("watchdog: not fed, {app} does not run"));
            }
            None if is_news => self.log.system(Level::Info, "watchdog: fed again"),
            None => {}
        }
    }

    /// The machine shall be off, and stay so.
    pub(crate) fn still_watchdog(&mut self) {
        if let Some(Err(e)) = self.watchdog.take().map(|watchdog| watchdog.device.still()) {
            self.log.system(Level::Warn, &format!("{NODE} cannot be stilled: {e}"));
        }
    }
}
