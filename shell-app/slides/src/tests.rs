use super::*;
use guest::MemoryFiles;
use ui::{App, Session, Stage, faults};

/// A PNG's beginning, of this size.
fn png(w: u32, h: u32) -> Vec<u8> {
    let mut head = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    head.extend(w.to_be_bytes());
    head.extend(h.to_be_bytes());
    head
}

fn filled() -> MemoryFiles {
    let mut files = MemoryFiles::default();
    for (name, bytes) in [
        ("a, first.PNG", png(400, 100)),
        ("b.png", png(100, 400)),
        ("c.jpg", b"no picture".to_vec()),
        ("d.png", png(9000, 4000)),
        ("notes.txt", b"hello".to_vec()),
    ] {
        files.write(name, &bytes).expect("room");
    }
    files
}

fn session(files: MemoryFiles) -> Session<Stage<Slides<MemoryFiles>>> {
    let mut session = Session::new(Stage::new(Slides::new(files)), 0);
    session.line("VYOMA_SYSTEM:screen:800,480");
    session
}

fn place(session: &Session<Stage<Slides<MemoryFiles>>>, press: Press) -> Rect {
    let view = session.app.seen().expect("a canvas");
    let found = view.pressable().find(|(message, _)| *message == press);
    found.expect("it is there").1
}

fn path(session: &Session<Stage<Slides<MemoryFiles>>>) -> &str {
    session.app.screen.path().unwrap_or_default()
}

#[test]
fn pictures_are_shown_as_large_as_they_fit() {
    let mut session = session(filled());
    session.after(CONTROLS_MS);
    assert_eq!(path(&session), "/data/a, first.PNG");
    session.app.forget();
    assert!(session.after(0).contains("VYOMA_DRAW:draw_image:0,140,800,200,/data/a, first.PNG\n"));
    assert!(session.line("\x1b[C").contains("VYOMA_DRAW:draw_image:340,0,120,480,/data/b.png\n"));
    assert!(!session.line("\x1b[C").contains("draw_image"), "it is no picture");
    assert_eq!(session.app.screen.shown, Shown::Unknown);
    session.line("\x1b[C");
    assert_eq!(session.app.screen.shown, Shown::TooLarge);
    session.line("\x1b[C");
    assert_eq!(path(&session), "/data/a, first.PNG");
    session.line("\x1b[D");
    assert_eq!(path(&session), "/data/d.png");
}

#[test]
fn session_by_touch_alone() {
    let mut session = session(filled());
    session.lines(&[
        "VYOMA_INPUT:touch:down:3,600,240",
        "VYOMA_INPUT:touch:move:3,400,250",
        "VYOMA_INPUT:touch:up:3,300,250",
    ]);
    assert_eq!(path(&session), "/data/b.png");
    let press =
        |x: i32| [format!("VYOMA_INPUT:touch:down:0,{x},240"), format!("VYOMA_INPUT:touch:up:0,{x},240")];
    session.lines(&press(40));
    assert_eq!(path(&session), "/data/a, first.PNG");
    session.lines(&press(760));
    assert_eq!(path(&session), "/data/b.png");
    session.lines(&press(400));
    assert!(session.app.seen().expect("a canvas").pressable().next().is_none(), "the controls went");
    session.lines(&press(400));
    let play = place(&session, Press::Play);
    session.tap(play);
    session.after(INTERVALS[0] * 1000);
    assert_eq!(path(&session), "/data/c.jpg");
    // A finger that the system took away did nothing.
    session.lines(&["VYOMA_INPUT:touch:down:0,600,240", "VYOMA_INPUT:touch:cancel:0,300,240"]);
    assert_eq!(path(&session), "/data/c.jpg");
    session.line("VYOMA_INPUT:mouse:move:400,200");
    let back = place(&session, Press::Back);
    session.tap(back);
    assert!(session.app.is_done());
}

#[test]
fn session_by_mouse_alone() {
    let mut session = session(filled());
    session.after(CONTROLS_MS);
    session.line("VYOMA_INPUT:mouse:move:400,200");
    let press = |area: Rect| {
        ["down", "up"].map(|what| format!("VYOMA_INPUT:mouse:{what}:{},{}", area.center().x, area.center().y))
    };
    let next = place(&session, Press::Next);
    session.lines(&press(next));
    assert_eq!(path(&session), "/data/b.png");
    session.line("VYOMA_INPUT:mouse:wheel:400,200:0,-1");
    assert_eq!(path(&session), "/data/a, first.PNG");
}

#[test]
fn session_by_keys_alone() {
    let mut session = session(filled());
    session.line("p");
    assert!(session.app.screen.is_playing());
    session.after(INTERVALS[0] * 1000 - 1);
    assert_eq!(path(&session), "/data/a, first.PNG");
    session.after(1);
    assert_eq!(path(&session), "/data/b.png");
    session.line("i");
    session.after(INTERVALS[0] * 1000);
    assert_eq!(path(&session), "/data/b.png", "twice as long now");
    session.line("p");
    session.after(INTERVALS[1] * 1000);
    assert_eq!(path(&session), "/data/b.png", "it was ended");
    session.line("\x1b[F");
    assert_eq!(path(&session), "/data/d.png");
    // Tab walks over the controls: back, previous, show.
    session.lines(&["\t", "\t", "\t", ""]);
    assert!(session.app.screen.is_playing());
    session.line("\x1b");
    assert!(session.app.is_done());
}

#[test]
fn an_empty_folder_says_where_pictures_belong_and_notices_them() {
    let mut session = session(MemoryFiles::default());
    assert_eq!(session.app.screen.path(), None);
    let examples = place(&session, Press::Examples);
    session.tap(examples);
    assert_eq!(path(&session), OWN[0]);
    for own in OWN {
        assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(own).is_file(), "{own}");
    }
    session.lines(&["\x1b[C", "\x1b[C", "\x1b[C"]);
    assert_eq!(path(&session), OWN[0], "round they go");

    let mut session = self::session(MemoryFiles::default());
    session.app.screen.files.write("late.gif", b"GIF89a\x20\x03\xe0\x01\0").expect("room");
    assert!(session.after(LOOK_MS).contains("draw_image:0,0,800,480,/data/late.gif"));
}

#[test]
fn pictures_that_go_are_no_trouble() {
    let mut session = session(filled());
    session.line("p");
    session.app.screen.files = MemoryFiles::default();
    for _ in 0..8 {
        session.after(INTERVALS[0] * 1000);
        session.line("\x1b[C");
    }
    assert_eq!(session.app.screen.path(), None);
    assert!(session.app.wake_at().is_none_or(|at| at > session.now().ms), "no endless loop");
}

#[test]
fn signage_plays_by_itself_until_somebody_stops_it() {
    let mut session = session(filled());
    session.line("VYOMA_SYSTEM:display_profile:signage");
    assert!(session.app.screen.is_playing());
    session.line("p");
    session.after(60_000);
    assert!(!session.app.screen.is_playing());
}

#[test]
fn a_language_from_the_right_turns_pages_from_the_left() {
    let mut session = session(filled());
    session.app.system.look.language = ui::Language::Arabic;
    session.line("\x1b[D");
    assert_eq!(path(&session), "/data/b.png");
}

#[test]
fn layout_in_every_look_has_no_faults() {
    ui::each_window_look(|(w, h), look| {
        for (files, at) in [(MemoryFiles::default(), 0), (filled(), 0), (filled(), 2), (filled(), 3)] {
            let mut session = session(files);
            session.line(&format!("VYOMA_SYSTEM:resize:{w},{h}"));
            session.app.system.look = look;
            session.app.screen.go(at);
            let view = session.app.seen().expect("a canvas");
            assert_eq!(faults(&view), [""; 0], "{w}x{h} {look:?}");
        }
    });
}
