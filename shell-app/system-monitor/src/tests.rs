use super::*;
use ui::{App, Session, Stage, faults};

const PS: &str = "REPLY:clock:run:75:0|launcher:run:4000:2|paint:stop:0:0";

fn session() -> Session<Stage<Monitor>> {
    let mut session = Session::new(Stage::new(Monitor::default()), 1_795_246_936_250);
    let asked = session.line("VYOMA_SYSTEM:screen:1280,800");
    assert!(asked.contains("@supervisor: ps-raw\n"), "{asked}");
    session.lines(&["REPLY:theme dark", "REPLY:locale en", PS]);
    session
}

fn place(session: &Session<Stage<Monitor>>, press: Press) -> Rect {
    let view = session.app.seen().expect("a canvas");
    let found = view.pressable().find(|(message, _)| *message == press);
    found.expect("it is there").1
}

#[test]
fn session_asks_every_two_seconds_and_draws_what_changed() {
    let mut session = session();
    assert_eq!(session.app.wake_at(), Some(session.now().ms + PERIOD_MS));
    let asked = session.after(PERIOD_MS);
    assert!(asked.contains("@supervisor: ps-raw\n@supervisor: ps\n@supervisor: log clock\n"), "{asked}");
    let drawn = session.line("REPLY:clock:run:200:0|launcher:run:4002:2|paint:stop:0:0");
    assert!(drawn.contains("draw") && !drawn.contains(",launcher\n"), "names stay: {drawn}");
    assert!(session.line("REPLY:tick|tock").contains(",mono,tock\n"));
}

#[test]
fn session_shows_what_apps_cost() {
    let mut session = session();
    let costs = |cpu: u64| {
        format!(
            "REPLY:clock  run  75s   0 restarts  {cpu}ms  12300KiB|paint  stop  0s  0 restarts  0ms  0KiB"
        )
    };
    assert!(session.line(&costs(1000)).contains(",running, 1 min, 0 %, 12 MB\n"));
    session.after(PERIOD_MS);
    session.line(PS);
    assert!(session.line(&costs(1500)).contains(",running, 1 min, 25 %, 12 MB\n"));
    assert_eq!(session.app.screen.load("clock").map(|load| load.history.clone()), Some(vec![250]));
    session.line("REPLY:its log");
    session.after(PERIOD_MS);
    session.lines(&[PS, &costs(7), "REPLY:its log"]);
    assert_eq!(
        session.app.screen.load("clock").map(|load| load.history.len()),
        Some(1),
        "it was started again"
    );
    session.after(PERIOD_MS);
    session.lines(&[PS, "REPLY:"]);
    assert!(session.app.screen.loads.is_empty());
}

#[test]
fn session_shows_pictures_a_second_between_two_answers() {
    let mut session = session();
    let told = |session: &mut Session<Stage<Monitor>>, frames: &str| {
        let drawn = session.line(&format!("REPLY:clock run 75s 0 restarts 10ms 9KiB{frames}"));
        session.lines(&["REPLY:its log"]);
        session.after(PERIOD_MS);
        session.line(PS);
        drawn
    };
    assert!(!told(&mut session, "     1000 frames").contains("fps"), "the first answer tells no rate");
    assert!(told(&mut session, "     1061 frames").contains(",31 fps\n"), "61 in two seconds");
    assert!(told(&mut session, "     1061 frames").contains(",0 fps\n"));
    assert!(!told(&mut session, "        5 frames").contains("fps"), "counted anew");
    assert!(told(&mut session, "       25 frames").contains(",10 fps\n"));
    assert!(!told(&mut session, "").contains("fps"), "nobody counts");
    let most = u64::MAX;
    told(&mut session, " 0 frames");
    told(&mut session, &format!(" {most} frames"));
}

#[test]
fn session_ends_and_starts_the_chosen_app() {
    let mut session = session();
    let launcher = place(&session, Press::App(1));
    assert!(session.tap(launcher).contains("@supervisor: log launcher\n"));
    session.lines(&["REPLY:clock:run:75:0|launcher:run:4000:2|paint:stop:0:0", "REPLY:x"]);
    let end = place(&session, Press::End);
    assert!(session.tap(end).contains("@supervisor: kill launcher\n"));
    assert!(session.line("REPLY:error: denied kill").contains("Denied kill"));
    let paint = place(&session, Press::App(2));
    session.tap(paint);
    let view = session.app.seen().expect("a canvas");
    assert!(view.pressable().all(|(message, _)| message != Press::End), "it does not run");
    assert!(session.line("r").contains("@supervisor: run paint\n"));
}

#[test]
fn many_apps_are_scrolled() {
    let mut session = session();
    let all: Vec<String> = (0..60).map(|n| format!("app-{n:02}:run:{n}:0")).collect();
    session.after(PERIOD_MS);
    session.line(&format!("REPLY:{}", all.join("|")));
    let room = session.app.screen.room;
    assert!(room > 5 && room < 60);
    session.line("VYOMA_INPUT:mouse:wheel:100,300:0,3");
    assert_eq!(session.app.screen.first, 3);
    session.line("VYOMA_INPUT:mouse:wheel:100,300:0,500");
    assert_eq!(session.app.screen.first, 60 - room);
    session.line("REPLY:its log");
    session.after(PERIOD_MS);
    session.line(PS);
    assert_eq!(session.app.screen.first, 0);
}

#[test]
fn layout_in_every_look_has_no_faults() {
    ui::each_window_look(|(w, h), look| {
        for many in [false, true] {
            let mut session = session();
            session.line(&format!("VYOMA_SYSTEM:resize:{w},{h}"));
            if many {
                session.after(PERIOD_MS);
                let all: Vec<String> = (0..60).map(|n| format!("app-{n:02}:run:{n}:0")).collect();
                session.line(&format!("REPLY:{}", all.join("|")));
            }
            session.app.system.look = look;
            let view = session.app.seen().expect("a canvas");
            assert_eq!(faults(&view), [""; 0], "{w}x{h} {look:?}");
        }
    });
}
