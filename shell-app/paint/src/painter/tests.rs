use super::*;
use guest::{FileError, MemoryFiles};
use ui::{Picture, Session, filled};

fn session() -> Session<Painter<MemoryFiles>> {
    let mut session = Session::new(Painter::new(MemoryFiles::default()), 0);
    let first = session.line("VYOMA_SYSTEM:screen:800,480");
    assert!(first.ends_with("VYOMA_DRAW:flush\n") && first.contains("Draw something"));
    session
}

fn layout(session: &Session<Painter<MemoryFiles>>) -> Layout {
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
    assert!(filled(&lines).y() >= layout(&session).inks[0].y() - 2, "{lines}");
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
    session.tap(layout.tools[4]);
    assert!(session.app.sheet.is_empty());
    session.tap(layout.tools[2]);
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
    let mut session = Session::new(Painter::new(MemoryFiles::default()), 0);
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
        "z",
        "y",
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
    assert_eq!(session.line("VYOMA_SYSTEM:focus:gained"), "@supervisor: theme\n@supervisor: locale\n");
    assert_eq!(session.line("REPLY:theme dark"), "", "nothing changed");
    assert!(session.line("REPLY:theme light").contains("0xf3f5faff"));
}

#[test]
fn what_is_saved_is_a_picture_and_is_opened_again() {
    let mut session = session();
    assert_eq!(session.line("s"), "", "there is nothing to save");
    assert!(session.line("o").contains(",Nothing is saved yet\n"));
    session.line("2");
    session.lines(&[
        "VYOMA_INPUT:mouse:down:100,200",
        "VYOMA_INPUT:mouse:drag:300,200",
        "VYOMA_INPUT:mouse:up:300,200",
    ]);
    assert!(session.line("s").contains(",Saved as painting-1.png\n"));
    assert!(session.after(WORDS_MS).contains(",Paint\n"), "the words go");
    let file = session.app.files().read("painting-1.png").expect("a file");
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(&file)).read_info().expect("a picture");
    let mut pixels = vec![0; reader.output_buffer_size().expect("small")];
    let info = reader.next_frame(&mut pixels).expect("pixels");
    let paper = layout(&session).paper;
    assert_eq!((i64::from(info.width), i64::from(info.height)), (i64::from(paper.w()), i64::from(paper.h())));
    let at = |x: i32, y: i32| {
        let begin = usize::try_from(((y - paper.y()) * paper.w() + x - paper.x()) * 3).expect("inside");
        [pixels[begin], pixels[begin + 1], pixels[begin + 2]]
    };
    assert_eq!((at(200, 200), at(200, 100)), ([0xe0, 0x48, 0x48], [0xf7, 0xf9, 0xfc]));

    session.lines(&["c", "VYOMA_INPUT:touch:down:0,50,90", "VYOMA_INPUT:touch:up:0,50,90", "s"]);
    assert_eq!(session.app.files().list(), Ok(vec!["painting-1.png".into(), "painting-2.png".into()]));
    let lines = session.line("o");
    assert!(lines.contains(",painting-1.png\n") && lines.contains("e04848"), "{lines}");
    session.lines(&["z", "y", "s"]);
    assert_eq!(session.app.files().list().map(|names| names.len()), Ok(2), "it is the same picture still");
    assert!(session.line("o").contains(",painting-2.png\n"), "round they go");
}

#[test]
fn files_that_cannot_be_had_are_said() {
    let mut files = MemoryFiles::default();
    files.write("painting-7.png", b"no picture").expect("room");
    let mut session = Session::new(Painter::new(files), 0);
    session.line("VYOMA_SYSTEM:screen:800,480");
    assert!(session.line("o").contains("Not of this app"));
    session.app.files = MemoryFiles::with_room(10);
    session.lines(&["VYOMA_INPUT:touch:down:0,50,90", "VYOMA_INPUT:touch:up:0,50,90"]);
    assert!(session.line("s").contains("no space left"));
    assert_eq!(session.app.files().read("painting-1.png"), Err(FileError::Absent));
}

#[test]
fn on_key_a_pen_paints_where_arrows_lead_it() {
    let mut session = session();
    let middle = layout(&session).paper.center();
    let mark = session.line("d");
    assert!(mark.contains("ffb454"), "its mark is seen");
    session.lines(&["\x1b[C", "", "\x1b[C", "\x1b[B", "", "\x1b[D"]);
    let strokes = session.app.sheet.strokes();
    assert_eq!(strokes.iter().map(|stroke| stroke.pieces().count()).collect::<Vec<_>>(), [3]);
    assert_eq!(session.app.pen, Some(Point::new(middle.x + 16, middle.y + 16)));
    (0..200).for_each(|_| drop(session.line("\x1b[A")));
    assert!(session.app.pen.is_some_and(|at| layout(&session).paper.contains(at)));
    session.line("\x1b");
    assert!(session.app.pen.is_none() && !session.app.is_done());
}

#[test]
fn on_menu_does_what_keys_do() {
    let mut session = session();
    session.lines(&["VYOMA_INPUT:mouse:down:100,200", "VYOMA_INPUT:mouse:up:150,200"]);
    let menu = |action: &str| format!("VYOMA_SYSTEM:menu_action:{action}");
    session.line(&menu("undo"));
    assert!(session.app.sheet.is_empty());
    session.lines(&[menu("redo"), menu("save"), menu("nonsense")]);
    assert_eq!(session.app.files().list(), Ok(vec!["painting-1.png".into()]));
    session.line(&menu("clear"));
    assert!(session.app.sheet.is_empty());
    session.line(&menu("open"));
    assert_eq!(session.app.sheet.strokes().len(), 1);
    session.line(&menu("pen"));
    assert!(session.app.pen.is_some());
}

#[test]
fn menu_of_the_manifest_names_what_is_known() {
    let manifest = include_str!("../../vyoma.toml");
    let actions = manifest.lines().filter_map(|line| line.strip_prefix("action = "));
    let known = ["open", "save", "undo", "redo", "clear", "pen"].map(|action| format!("\"{action}\""));
    assert_eq!(actions.collect::<Vec<_>>(), known);
}
