use super::*;
use ui::{Picture, Session, filled};

fn session() -> Session<Painter> {
    let mut session = Session::new(Painter::default(), 0);
    let first = session.line("VYOMA_SYSTEM:screen:800,480");
    assert!(first.ends_with("VYOMA_DRAW:flush\n") && first.contains("Draw something"));
    session
}

fn layout(session: &Session<Painter>) -> Layout {
    session.app.layout.clone().unwrap()
}

/// A pixel as something to tap.
fn at(x: i32, y: i32) -> Rect {
    Rect::new(x, y, 1, 1)
}

#[test]
fn on_key_digit_moves_the_ring_and_draws_nothing_else() {
    let mut session = session();
    let lines = session.line("5");
    assert_eq!(session.app.ink, 4);
    assert!(lines.contains("ffb454"), "the accent is drawn");
    assert!(filled(&lines).y >= layout(&session).inks[0].y - 2, "{lines}");
    assert_eq!(session.line("q"), "", "no shortcut, no picture");
}

#[test]
fn on_key_plus_and_minus_choose_a_brush_and_stop_at_the_ends() {
    let mut session = session();
    (0..9).for_each(|_| drop(session.line("+")));
    assert_eq!(session.app.brush, BRUSHES - 1);
    (0..9).for_each(|_| drop(session.line("-")));
    assert_eq!(session.app.brush, 0);
}

#[test]
fn on_pointer_drag_paints_within_the_paper() {
    let mut session = session();
    let paper = layout(&session).paper;
    session.line("VYOMA_INPUT:mouse:down:100,200");
    let lines = session.line("VYOMA_INPUT:mouse:drag:5000,220");
    assert!(lines.contains("1a2236"), "ink");
    assert!(paper.holds(filled(&lines)), "{:?}", filled(&lines));
    session.line("VYOMA_INPUT:mouse:up:5000,220");
    assert_eq!(session.app.sheet.strokes().len(), 1);
    assert_eq!(session.line("VYOMA_INPUT:mouse:move:120,220"), "");
}

#[test]
fn on_pointer_two_fingers_paint_two_strokes() {
    let mut session = session();
    for line in [
        "down:1,100,200",
        "down:2,300,200",
        "move:1,110,220",
        "move:2,310,220",
        "up:1,120,240",
        "up:2,320,240",
    ] {
        session.line(&format!("VYOMA_INPUT:touch:{line}"));
    }
    let strokes = session.app.sheet.strokes();
    assert_eq!(strokes.iter().map(|stroke| stroke.pieces().count()).collect::<Vec<_>>(), [3, 3]);
}

#[test]
fn on_pointer_cancel_takes_the_stroke_back() {
    let mut session = session();
    session.line("VYOMA_INPUT:touch:down:1,100,200");
    let lines = session.line("VYOMA_INPUT:touch:cancel:1,100,200");
    assert!(session.app.sheet.is_empty() && lines.contains("Draw something"));
}

#[test]
fn on_pointer_taps_choose_clear_and_close() {
    let mut session = session();
    let layout = layout(&session);
    session.tap(layout.inks[3]);
    session.tap(layout.brushes[2]);
    assert_eq!((session.app.ink, session.app.brush), (3, 2));
    session.tap(layout.paper);
    assert!(!session.app.sheet.is_empty());
    session.tap(layout.clear);
    assert!(session.app.sheet.is_empty());
    session.tap(layout.undo);
    assert!(!session.app.sheet.is_empty());
    session.tap(layout.back);
    assert!(session.app.is_done());
}

#[test]
fn on_event_click_alone_paints_a_dot() {
    let mut session = session();
    session.line("VYOMA_INPUT:mouse:click:200,200:left");
    assert_eq!(session.app.sheet.strokes().len(), 1);
}

#[test]
fn on_size_keeps_what_is_painted() {
    let mut session = session();
    session.tap(at(200, 200));
    let lines = session.line("VYOMA_SYSTEM:resize:1280,800");
    assert!(lines.contains("1a2236") && !lines.contains("Draw something"));
}

#[test]
fn on_key_escape_closes() {
    let mut session = session();
    session.line("\x1b");
    assert!(session.app.is_done());
}

#[test]
fn drawing_what_changed_is_the_same_as_drawing_all() {
    let mut session = Session::new(Painter::default(), 0);
    let mut picture = Picture::new(800, 480);
    picture.draw(&session.line("VYOMA_SYSTEM:screen:800,480"));
    let lines = [
        "VYOMA_INPUT:touch:down:1,20,60",
        "VYOMA_INPUT:touch:move:1,300,200",
        "3",
        "VYOMA_INPUT:touch:up:1,700,460",
        "+",
        "VYOMA_INPUT:mouse:down:400,200",
        "VYOMA_INPUT:mouse:drag:410,220",
        "\t",
        "VYOMA_INPUT:mouse:up:410,240",
        "z",
        "8",
        "VYOMA_INPUT:touch:down:2,780,400",
        "VYOMA_INPUT:touch:cancel:2,1,1",
        "VYOMA_INPUT:mouse:move:200,450",
        "c",
        "z",
        "VYOMA_INPUT:mouse:move:780,30",
        "\x1b[D",
        "z",
    ];
    for (step, line) in lines.iter().cycle().take(lines.len() * 4).enumerate() {
        picture.draw(&session.line(line));
        session.app.stale.all = true;
        let mut whole = Picture::new(800, 480);
        whole.draw(&session.line("q"));
        let difference = picture.difference(&whole);
        assert!(difference.is_empty(), "{difference:?} at step {step}, {line:?}");
    }
}

#[test]
fn theme_of_the_system_is_followed() {
    let mut session = session();
    assert_eq!(session.line("VYOMA_SYSTEM:focus:gained"), "@supervisor: theme\n");
    assert_eq!(session.line("REPLY:theme dark"), "", "nothing changed");
    assert!(session.line("REPLY:theme light").contains("0xf3f5faff"));
}
