//! When the machine's watchdog is fed: while compositor and main app are well. Whoever hangs is killed and started
//! again long before the watchdog bites; it is for when that does not help, and for a supervisor that hangs itself.

use crate::{App, AppState, CompositorLife, CompositorState, Nanos, PONG_WITHIN, SECOND};

/// Who is not well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sick {
    /// The compositor does not run, or does not answer.
    Compositor,
    /// The app that the device is for does not run.
    MainApp,
}

/// How often it is fed: several times within the shortest time it can be set to.
const FEED_EVERY: Nanos = 3 * SECOND;

/// The shortest time a watchdog is given, in seconds: an app may take as long to come back.
pub const WATCHDOG_LEAST: u32 = 10;

/// The state of feeding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Watchdog {
    due: Nanos,
    said: Option<Sick>,
}

/// What is to be done about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Feeding {
    /// Who keeps it from being fed; nobody: feed it.
    pub sick: Option<Sick>,
    /// Whether that is news.
    pub is_news: bool,
}

impl Watchdog {
    /// One that was fed just now.
    #[must_use]
    pub fn new(now: Nanos) -> Self {
        Self { due: now.saturating_add(FEED_EVERY), said: None }
    }

    /// When [`Watchdog::on_tick`] has something to do.
    #[must_use]
    pub fn next_tick(&self) -> Nanos {
        self.due
    }

    /// Time passed. `main` is the app that the device is for, if one is configured; one that nobody knows is `Some(None)`.
    #[must_use]
    pub fn on_tick(
        &mut self,
        compositor: &CompositorLife,
        main: Option<Option<&App>>,
        now: Nanos,
    ) -> Option<Feeding> {
        if now < self.due {
            return None;
        }
        self.due = now.saturating_add(FEED_EVERY);
        let runs = |app: Option<&App>| app.is_some_and(|app| app.state() == AppState::Running);
        let sick = match main {
            _ if !compositor.is_well(now) => Some(Sick::Compositor),
            Some(app) if !runs(app) => Some(Sick::MainApp),
            _ => None,
        };
        let is_news = sick != self.said;
        self.said = sick;
        Some(Feeding { sick, is_news })
    }
}

impl CompositorLife {
    /// Whether it runs and answers.
    #[must_use]
    pub fn is_well(&self, now: Nanos) -> bool {
        let is_silent = self.heard < self.pinged && now >= self.pinged.saturating_add(PONG_WITHIN);
        self.state() == CompositorState::Ready && !is_silent && !self.killed
    }
}

#[cfg(test)]
mod tests {
    use manifest::Restart;

    use super::*;
    use crate::{CompositorEvent, End, Event};

    /// A compositor that was heard at this time.
    fn heard(at: Nanos) -> CompositorLife {
        let mut life = CompositorLife::new(0);
        let _ = life.on(CompositorEvent::Tick, 0);
        let _ = life.on(CompositorEvent::Heard, at);
        life
    }

    fn running() -> App {
        let mut app = App::new(Restart::Always, 0);
        let _ = app.on(Event::Start, 0);
        let _ = app.on(Event::Running, 0);
        app
    }

    fn sick(compositor: &CompositorLife, main: Option<Option<&App>>, now: Nanos) -> Option<Sick> {
        let mut watchdog = Watchdog::new(0);
        watchdog.on_tick(compositor, main, now.max(FEED_EVERY)).unwrap().sick
    }

    #[test]
    fn fed_while_all_are_well_and_in_time() {
        let (mut watchdog, mut now) = (Watchdog::new(0), 0);
        assert_eq!(watchdog.on_tick(&heard(0), None, FEED_EVERY - 1), None);
        for _ in 0..9 {
            assert!(watchdog.next_tick() - now <= u64::from(WATCHDOG_LEAST) * SECOND / 3);
            now = watchdog.next_tick();
            let main = running();
            let fed = watchdog.on_tick(&heard(now), Some(Some(&main)), now);
            assert_eq!(fed, Some(Feeding { sick: None, is_news: false }));
        }
    }

    #[test]
    fn not_fed_without_a_compositor_until_there_is_one() {
        assert_eq!(sick(&CompositorLife::new(0), None, 0), Some(Sick::Compositor));
        let mut life = heard(0);
        let _ = life.on(CompositorEvent::Ended, SECOND);
        assert_eq!(sick(&life, None, SECOND), Some(Sick::Compositor));
        let _ = life.on(CompositorEvent::Tick, SECOND);
        assert_eq!(sick(&life, None, SECOND), Some(Sick::Compositor), "it has not said a word");
        let _ = life.on(CompositorEvent::Heard, 2 * SECOND);
        assert_eq!(sick(&life, None, 2 * SECOND), None);
    }

    #[test]
    fn not_fed_while_the_compositor_hangs() {
        let mut life = heard(SECOND);
        let asked = life.next_tick().unwrap();
        let _ = life.on(CompositorEvent::Tick, asked);
        assert_eq!(sick(&life, None, asked + PONG_WITHIN - 1), None);
        assert_eq!(sick(&life, None, asked + PONG_WITHIN), Some(Sick::Compositor));
        let _ = life.on(CompositorEvent::Tick, asked + PONG_WITHIN);
        let _ = life.on(CompositorEvent::Heard, asked + PONG_WITHIN + 1);
        assert_eq!(sick(&life, None, asked + PONG_WITHIN + 2), Some(Sick::Compositor), "it is being killed");
    }

    #[test]
    fn not_fed_while_the_main_app_does_not_run() {
        let mut app = running();
        assert_eq!(sick(&heard(0), Some(Some(&app)), 0), None);
        let _ = app.on(Event::Ended(End::Failure), SECOND);
        assert_eq!(sick(&heard(0), Some(Some(&app)), SECOND), Some(Sick::MainApp));
        assert_eq!(sick(&heard(0), Some(None), 0), Some(Sick::MainApp), "nobody is called so");
        assert_eq!(sick(&heard(0), None, 0), None, "other apps may end");
    }

    #[test]
    fn sickness_and_recovery_are_news_once() {
        let mut watchdog = Watchdog::new(0);
        let mut tell = |life: &CompositorLife| {
            let now = watchdog.next_tick();
            watchdog.on_tick(life, None, now).unwrap().is_news
        };
        let (well, gone) = (heard(0), CompositorLife::new(0));
        assert_eq!(
            [tell(&well), tell(&gone), tell(&gone), tell(&well), tell(&well)],
            [false, true, false, true, false]
        );
    }
}
