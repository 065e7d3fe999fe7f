use super::*;
use ui::{Picture, Rect, Session, Stage, faults};

fn session(w: i32, h: i32) -> Session<Stage<Calculator>> {
    let mut session = Session::new(Stage::new(Calculator::default()), 1_795_246_936_250);
    session.line(&["VYOMA_SYSTEM:screen:", &w.to_string(), ",", &h.to_string()].concat());
    session
}

fn place(session: &Session<Stage<Calculator>>, key: char) -> Rect {
    let view = session.app.seen().expect("a canvas");
    let found = view.pressable().find(|(message, _)| *message == Press::Key(key));
    found.expect("the key").1
}

#[test]
fn session_by_keys_touch_and_focus_reckons() {
    let mut session = session(800, 480);
    session.lines(&["1", "2", "*", "3"]);
    assert_eq!(session.app.screen.expression(), "12×3");
    let (plus, equals) = (place(&session, '+'), place(&session, '='));
    session.tap(plus);
    session.line("4");
    let lines = session.tap(equals);
    assert_eq!(session.app.screen.expression(), "40");
    assert!(lines.contains(",bold,40\n"), "{lines}");
    // A digit begins anew, and Enter presses what has the focus.
    session.lines(&["7", "\t", "\x1b[B"]);
    assert_eq!(session.app.screen.expression(), "7");
    session.line("");
    assert_ne!(session.app.screen.expression(), "7");
    session.line("\x1b");
    assert!(session.app.system.is_done);
}

#[test]
fn equals_of_what_cannot_be_says_why() {
    let mut session = session(800, 480);
    let lines = session.lines(&["1", "/", "0", "="]);
    assert!(lines.contains("Division by zero"), "{lines}");
    assert_eq!(session.app.screen.expression(), "1÷0");
    assert!(session.line("VYOMA_SYSTEM:locale:de").contains("Division durch null"));
}

#[test]
fn long_expressions_are_bounded() {
    let mut session = session(800, 480);
    for _ in 0..200 {
        session.line("9");
    }
    assert_eq!(session.app.screen.expression().len(), LONGEST);
}

#[test]
fn layout_in_every_look_has_no_faults() {
    ui::each_window_look(|(w, h), look| {
        let mut session = session(w, h);
        session.lines(&["1", "2", "/", "7"]);
        session.app.system.look = look;
        let view = session.app.seen().expect("a canvas");
        assert_eq!(faults(&view), [""; 0], "{w}x{h} {look:?}");
    });
}

#[test]
fn drawing_what_changed_is_the_same_as_drawing_all() {
    let mut session = session(800, 480);
    let mut picture = Picture::new(800, 480);
    session.app.forget();
    picture.draw(&session.after(0));
    let lines = ["1", "+", "\t", "", "VYOMA_INPUT:mouse:move:500,300", "=", "VYOMA_INPUT:mouse:down:700,440"];
    for line in lines.iter().cycle().take(40) {
        picture.draw(&session.line(line));
        session.app.forget();
        let mut whole = Picture::new(800, 480);
        whole.draw(&session.after(0));
        assert_eq!(picture.difference(&whole), Rect::default(), "{line}");
    }
}
