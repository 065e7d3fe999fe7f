//! Properties of an app's life, whatever happens to it.

use manifest::Restart;
use proptest::prelude::*;
use vyoma_lifecycle::{
    App, AppState, BACKOFF_FIRST, BACKOFF_MOST, Effect, End, Event, QUARANTINE_AFTER, SECOND, STOP_WITHIN,
};

/// What the world does to an app.
#[derive(Clone, Copy, Debug)]
enum Op {
    Event(Event),
    /// The process ends, if there is one.
    Die(End),
    /// Time passes.
    Wait(u64),
}

fn op() -> impl Strategy<Value = Op> {
    let event = prop::sample::select(vec![
        Event::Start,
        Event::Running,
        Event::Alive,
        Event::Stop,
        Event::Restart,
        Event::Condemn,
        Event::Tick,
    ]);
    prop_oneof![
        4 => event.prop_map(Op::Event),
        2 => prop::sample::select(vec![End::Clean, End::Failure]).prop_map(Op::Die),
        2 => (0..70 * SECOND).prop_map(Op::Wait),
    ]
}

fn policy() -> impl Strategy<Value = Restart> {
    prop::sample::select(vec![Restart::Never, Restart::OnFailure, Restart::Always])
}

/// A world that carries effects out.
struct World {
    app: App,
    now: u64,
    live: u32,
    dying: bool,
}

impl World {
    fn tell(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.app.on(event, self.now);
        for effect in &effects {
            match effect {
                Effect::Spawn => self.live += 1,
                Effect::Kill => self.dying = true,
                _ => {}
            }
        }
        effects
    }

    fn die(&mut self, end: End) {
        if self.live > 0 {
            self.live -= 1;
            self.dying = false;
            self.tell(Event::Ended(end));
        }
    }
}

proptest! {
    #[test]
    fn there_is_at_most_one_live_process(
        policy in policy(), watchdog in 0u32..5, ops in prop::collection::vec(op(), 0..80)
    ) {
        let mut w = World { app: App::new(policy, watchdog), now: SECOND, live: 0, dying: false };
        for op in ops {
            match op {
                Op::Event(event) => { w.tell(event); }
                Op::Die(end) => w.die(end),
                Op::Wait(ns) => w.now += ns,
            }
            prop_assert!(w.live <= 1, "{:?}", w.app);
            prop_assert_eq!(w.live == 1, w.app.has_process(), "{:?}", w.app);
            if let AppState::Backoff { until } = w.app.state() {
                prop_assert!(until <= w.now + BACKOFF_MOST);
            }
            // A tick that is due does something, once: the event loop cannot spin.
            let before = w.app.next_tick();
            if before.is_some_and(|due| due <= w.now) {
                prop_assert!(!w.tell(Event::Tick).is_empty());
                prop_assert!(w.app.next_tick().is_none_or(|due| due > w.now), "{:?}", w.app);
            }
            if w.dying {
                w.die(End::Failure);
            }
        }
    }

    #[test]
    fn a_stopped_app_stays_stopped(policy in policy(), end in prop::sample::select(vec![End::Clean, End::Failure])) {
        let mut app = App::new(policy, 0);
        prop_assert_eq!(app.on(Event::Start, 0), vec![Effect::Spawn]);
        prop_assert_eq!(app.on(Event::Stop, 1), vec![Effect::CloseStdin]);
        prop_assert_eq!(app.on(Event::Tick, STOP_WITHIN), vec![]);
        prop_assert_eq!(app.on(Event::Tick, STOP_WITHIN + 1), vec![Effect::Kill]);
        prop_assert_eq!(app.on(Event::Ended(end), STOP_WITHIN + 2), vec![Effect::RemoveWindow]);
        prop_assert_eq!((app.state(), app.next_tick()), (AppState::Exited, None));
    }
}

#[test]
fn failures_double_the_pause_and_end_in_quarantine() {
    let mut app = App::new(Restart::OnFailure, 0);
    let mut now = 0;
    let _ = app.on(Event::Start, now);
    let mut pauses = Vec::new();
    loop {
        let _ = app.on(Event::Running, now);
        let effects = app.on(Event::Ended(End::Failure), now);
        match app.state() {
            AppState::Backoff { until } => {
                pauses.push(until - now);
                now = until;
                assert_eq!(app.on(Event::Tick, now), [Effect::Spawn]);
                assert!(app.was_restarted_by_policy());
            }
            state => {
                assert_eq!((state, effects), (AppState::Quarantined, vec![Effect::AnnounceFailure]));
                break;
            }
        }
    }
    assert_eq!(pauses.len() + 1, QUARANTINE_AFTER as usize);
    assert_eq!((pauses[0], pauses[1], pauses[6]), (BACKOFF_FIRST, 2 * BACKOFF_FIRST, BACKOFF_MOST));
    assert_eq!(app.on(Event::Start, now), [Effect::Spawn]);
}

#[test]
fn a_minute_of_health_forgets_failures() {
    let mut app = App::new(Restart::Always, 0);
    let mut now = 0;
    let _ = app.on(Event::Start, now);
    for _ in 0..20 {
        let _ = app.on(Event::Running, now);
        now += 60 * SECOND;
        assert_eq!(app.on(Event::Ended(End::Failure), now), [Effect::AnnounceRestart { in_ms: 500 }]);
        now += BACKOFF_FIRST;
        let _ = app.on(Event::Tick, now);
    }
}

#[test]
fn a_failure_that_is_not_restarted_keeps_its_picture() {
    let mut app = App::new(Restart::Never, 0);
    let _ = app.on(Event::Start, 0);
    assert_eq!(app.on(Event::Ended(End::Failure), 1), [Effect::AnnounceFailure]);
    assert_eq!(app.on(Event::Stop, 2), [Effect::RemoveWindow]);
}

#[test]
fn a_silent_app_is_killed_by_its_watchdog_and_one_that_prints_is_not() {
    let mut app = App::new(Restart::Always, 2);
    let _ = app.on(Event::Start, 0);
    let _ = app.on(Event::Running, 0);
    let _ = app.on(Event::Alive, SECOND);
    assert_eq!(app.on(Event::Tick, 2 * SECOND), []);
    assert_eq!(app.on(Event::Tick, 3 * SECOND), [Effect::Kill]);
    assert_eq!(app.on(Event::Tick, 9 * SECOND), []);
}
