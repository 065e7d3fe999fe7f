use super::*;
use guest::MemoryFiles;
use ui::{App, Session, Stage, faults};

fn session() -> Session<Stage<Console<MemoryFiles>>> {
    let mut session = Session::new(Stage::new(Console::new(MemoryFiles::default())), 1_795_246_936_250);
    session.line("VYOMA_SYSTEM:screen:1280,800");
    session.lines(&["REPLY:theme dark", "REPLY:locale en", "REPLY:clock|console|paint"]);
    session
}

fn typed(session: &mut Session<Stage<Console<MemoryFiles>>>, text: &str) -> String {
    let keys: Vec<String> = text.chars().map(String::from).collect();
    session.lines(&keys)
}

#[test]
fn session_lists_ends_and_says_what_is_wrong() {
    let mut session = session();
    typed(&mut session, "ps");
    assert!(session.line("").contains("@supervisor: ps-raw\n"));
    let drawn = session.line("REPLY:clock:run:75:0|paint:stop:0:2");
    assert!(drawn.contains("clock                running   75        0\n"), "{drawn}");
    typed(&mut session, "kill cl");
    assert!(session.line("\t").contains(",kill clock"), "completed");
    assert!(session.line("").contains("@supervisor: kill clock \n") || session.app.screen.line.is_empty());
    assert!(session.line("REPLY:killed clock").contains("ended clock"));
    typed(&mut session, "kill nobody");
    session.line("");
    assert!(session.line("REPLY:nobody not running").contains("It does not run"));
}

#[test]
fn session_walks_through_history_and_edits_the_line() {
    let mut session = session();
    typed(&mut session, "echo one");
    session.line("");
    typed(&mut session, "echo two");
    session.line("");
    typed(&mut session, "x");
    session.lines(&["\x1b[A", "\x1b[A"]);
    assert_eq!(session.app.screen.line, "echo one");
    session.lines(&["\x1b[B", "\x1b[B"]);
    assert_eq!(session.app.screen.line, "x");
    session.lines(&["\x03", "a", "b", "ä", "\x1b[D", "\x7f", "\x1b[H", "\x1b[3~"]);
    assert_eq!(session.app.screen.line, "ä");
    session.lines(&["\x03", "\x0c"]);
    assert!(session.app.screen.lines.is_empty() && session.app.screen.line.is_empty());
    typed(&mut session, "exit");
    session.line("");
    assert!(session.app.is_done());
}

#[test]
fn what_is_kept_is_bounded() {
    let mut session = session();
    for n in 0..MOST_LINES + 50 {
        typed(&mut session, &format!("echo {n}"));
        session.line("");
    }
    assert!(session.app.screen.lines.len() <= MOST_LINES && session.app.screen.history.len() <= MOST_HISTORY);
    typed(&mut session, &"x".repeat(LONGEST + 50));
    assert_eq!(session.app.screen.line.len(), LONGEST);
    session.line("VYOMA_INPUT:mouse:wheel:5,5:0,-100000");
    session.line("VYOMA_SYSTEM:resize:1,1");
}

#[test]
fn keys_on_the_canvas_type_complete_and_enter() {
    let mut session = session();
    let press = |session: &mut Session<Stage<Console<MemoryFiles>>>, press: Press| {
        let view = session.app.seen().expect("a canvas");
        let found = view.pressable().find(|(message, _)| *message == press).expect("it is there").1;
        session.tap(found)
    };
    press(&mut session, Press::Keys);
    // `u`, the rest of `uptime`, and what asks for it.
    press(&mut session, Press::Stroke(Stroke::Letter(6)));
    press(&mut session, Press::Stroke(Stroke::Named(NamedKey::Tab)));
    assert_eq!(session.app.screen.line, "uptime ");
    let asked = press(&mut session, Press::Stroke(Stroke::Named(NamedKey::Enter)));
    assert!(asked.contains("@supervisor: uptime\n"), "{asked}");
    press(&mut session, Press::Stroke(Stroke::Named(NamedKey::Up)));
    assert_eq!(session.app.screen.line, "uptime ");
    press(&mut session, Press::Keys);
    assert!(!session.app.screen.keys.is_open);
}

#[test]
fn layout_in_every_look_has_no_faults() {
    ui::each_window_look(|(w, h), look| {
        let mut session = session();
        session.line(&format!("VYOMA_SYSTEM:resize:{w},{h}"));
        typed(&mut session, "help");
        session.line("");
        typed(&mut session, &"long ".repeat(60));
        session.app.system.look = look;
        for (is_open, press) in
            [(false, None), (true, None), (true, Some(Stroke::Signs)), (true, Some(Stroke::Script))]
        {
            let keys = &mut session.app.screen.keys;
            keys.is_open = is_open;
            press.map(|press| keys.press(press, look.language));
            let view = session.app.seen().expect("a canvas");
            assert_eq!(faults(&view), [""; 0], "{w}x{h} {look:?}");
        }
    });
}
