use super::*;
use guest::MemoryFiles;
use ui::{App, Session, Stage, faults};

fn session(files: MemoryFiles) -> Session<Stage<Terminal<MemoryFiles>>> {
    let mut session = Session::new(Stage::new(Terminal::new(files)), 1_795_246_936_250);
    session.line("VYOMA_SYSTEM:screen:1080,1920");
    session.lines(&["REPLY:theme dark", "REPLY:locale en"]);
    session
}

fn press(session: &mut Session<Stage<Terminal<MemoryFiles>>>, press: Press) -> String {
    let view = session.app.seen().expect("a canvas");
    let found = view.pressable().find(|(message, _)| *message == press).map(|(_, place)| place);
    session.tap(found.expect("it is there"))
}

#[test]
fn session_draws_a_number_in_another_language_and_begins_anew() {
    let mut session = session(MemoryFiles::default());
    let drawn = press(&mut session, Press::Language(Language::German));
    assert!(drawn.contains("Worum geht es?"), "{drawn}");
    press(&mut session, Press::Service(1));
    press(&mut session, Press::Back);
    press(&mut session, Press::Service(2));
    let lines = press(&mut session, Press::Draw);
    assert!(lines.contains(",bold,C 001\n") && lines.contains("@broadcast: ticket C 001\n"), "{lines}");
    assert_eq!(session.app.wake_at(), Some(session.now().ms + SHOWN_MS));
    let lines = session.after(SHOWN_MS);
    assert!(lines.contains("@supervisor: locale\n"), "{lines}");
    assert!(session.line("REPLY:locale en").contains("Welcome"));
}

#[test]
fn session_by_keys_alone_draws_a_number() {
    let mut session = session(MemoryFiles::default());
    session.lines(&["\t", "", "\t", "", "\t", "\t", ""]);
    assert!(matches!(session.app.screen.step, Step::Drawn(Some(_))), "{:?}", session.app.screen.step);
    session.line("\x1b");
    assert_eq!(session.app.screen.step, Step::Welcome);
    assert!(!session.app.is_done(), "whoever stands in front of it cannot close it");
}

#[test]
fn who_goes_away_is_forgotten_and_who_stays_is_not() {
    let mut session = session(MemoryFiles::default());
    press(&mut session, Press::Language(Language::English));
    session.after(IDLE_MS - 1);
    session.line("VYOMA_INPUT:touch:down:0,1,1");
    session.after(IDLE_MS - 1);
    assert_eq!(session.app.screen.step, Step::Choose);
    session.after(1);
    assert_eq!(session.app.screen.step, Step::Welcome);
    assert_eq!(session.app.wake_at(), None);
}

#[test]
fn without_room_for_the_count_no_number_is_given() {
    let mut session = session(MemoryFiles::with_room(0));
    press(&mut session, Press::Language(Language::English));
    press(&mut session, Press::Service(0));
    let lines = press(&mut session, Press::Draw);
    assert!(
        lines.contains("No number could be drawn") && lines.contains("no number: no space left\n"),
        "{lines}"
    );
    assert!(!lines.contains("@broadcast"));
}

#[test]
fn layout_in_every_look_has_no_faults() {
    let mut desk = Desk::default();
    let ticket = desk.draw(3, 0, &mut MemoryFiles::default()).ok();
    ui::each_window_look(|(w, h), look| {
        for step in [Step::Welcome, Step::Choose, Step::Confirm(3), Step::Drawn(ticket), Step::Drawn(None)] {
            let mut session = session(MemoryFiles::default());
            session.line(&format!("VYOMA_SYSTEM:resize:{w},{h}"));
            session.app.system.look = look;
            session.app.screen.step = step;
            let view = session.app.seen().expect("a canvas");
            assert_eq!(faults(&view), [""; 0], "{w}x{h} {look:?}");
        }
    });
}
