use super::*;
use guest::{FileError, MemoryFiles};
use ui::{App, Session, Stage, faults};

fn session(files: MemoryFiles) -> Session<Stage<Notes<MemoryFiles>>> {
    let mut session = Session::new(Stage::new(Notes::new(files)), 1_795_246_936_250);
    session.line("VYOMA_SYSTEM:screen:1280,800");
    session
}

fn place(session: &Session<Stage<Notes<MemoryFiles>>>, press: Press) -> Rect {
    let view = session.app.seen().expect("a canvas");
    let found = view.pressable().find(|(message, _)| *message == press);
    found.expect("it is there").1
}

fn filled(count: usize) -> MemoryFiles {
    let mut files = MemoryFiles::default();
    for n in 1..=count {
        files.write(&format!("note-{n}.txt"), format!("Note {n}\nand more").as_bytes()).expect("room");
    }
    files.write("other.txt", b"no note").expect("room");
    files
}

#[test]
fn session_writes_saves_and_reads_a_note_again() {
    let mut session = session(MemoryFiles::default());
    let new = place(&session, Press::New);
    session.tap(new);
    session.lines(&["H", "i", "", "ä", "x", "\x7f"]);
    assert_eq!(session.app.screen.files().list(), Ok(vec![]), "not yet");
    assert_eq!(session.app.wake_at(), Some(session.now().ms + SAVE_MS));
    session.after(SAVE_MS);
    assert_eq!(session.app.screen.files().read("note-1.txt").as_deref(), Ok("Hi\nä".as_bytes()));
    let again = Notes::new(session.app.screen.files.clone());
    assert_eq!(again.entries, [Entry { number: 1, title: "Hi".into() }]);
    session.lines(&["!", "\x1b"]);
    assert_eq!(session.app.screen.files().read("note-1.txt").as_deref(), Ok("Hi\nä!".as_bytes()));
    session.line("\x1b");
    assert!(session.app.is_done());
}

#[test]
fn session_opens_another_and_deletes_after_a_question() {
    let mut session = session(filled(3));
    assert_eq!(session.app.screen.entries.len(), 3);
    let second = place(&session, Press::Note(1));
    assert!(session.tap(second).contains(",Note 2\n"));
    let delete = place(&session, Press::Delete);
    session.tap(delete);
    session.line("\x1b");
    assert_eq!(session.app.screen.entries.len(), 3);
    session.tap(delete);
    let sure = place(&session, Press::DoDelete);
    session.tap(sure);
    assert_eq!(session.app.screen.files().read("note-2.txt"), Err(FileError::Absent));
    assert_eq!(session.app.screen.open.as_ref().map(|(number, _)| *number), Some(3));
}

#[test]
fn pointing_at_the_text_moves_the_caret() {
    let mut session = session(filled(1));
    let view = session.app.seen().expect("a canvas");
    let (page, _) = session.app.screen.page(&view);
    session.line(&format!("VYOMA_INPUT:touch:down:0,{},{}", page.x(), page.y() + 4));
    session.line("X");
    assert_eq!(session.app.screen.open.as_ref().map(|(_, editor)| editor.text()), Some("XNote 1\nand more"));
}

#[test]
fn a_finger_on_the_text_brings_keys_that_write() {
    let mut session = session(filled(1));
    let view = session.app.seen().expect("a canvas");
    let (page, _) = session.app.screen.page(&view);
    session.tap(page);
    for stroke in [
        Stroke::Shift,
        Stroke::Letter(0),
        Stroke::Letter(0),
        Stroke::Named(NamedKey::Enter),
        Stroke::Space,
        Stroke::Named(NamedKey::Backspace),
    ] {
        let key = place(&session, Press::Stroke(stroke));
        session.tap(key);
    }
    session.after(SAVE_MS);
    assert_eq!(
        session.app.screen.files().read("note-1.txt").as_deref(),
        Ok("Note 1\nand moreQq\n".as_bytes())
    );
    let toggle = place(&session, Press::Keys);
    session.tap(toggle);
    assert!(!session.app.screen.keys.is_open);
}

#[test]
fn menu_begins_saves_and_asks_before_it_deletes() {
    let mut session = session(MemoryFiles::default());
    let menu = |action: &str| format!("VYOMA_SYSTEM:menu_action:{action}");
    session.lines(&[menu("new"), "a".into(), menu("save")]);
    assert_eq!(session.app.screen.files().read("note-1.txt").as_deref(), Ok("a".as_bytes()));
    session.line(&menu("keys"));
    assert!(session.app.screen.keys.is_open);
    session.lines(&[menu("delete"), menu("new")]);
    assert!(session.app.screen.is_asked && session.app.screen.entries.len() == 1);
    let manifest = include_str!("../vyoma.toml");
    let actions = manifest.lines().filter_map(|line| line.strip_prefix("action = "));
    assert_eq!(actions.collect::<Vec<_>>(), ["\"new\"", "\"save\"", "\"delete\"", "\"keys\""]);
}

#[test]
fn a_full_disk_is_said_and_the_text_stays() {
    let mut session = session(MemoryFiles::with_room(3));
    session.lines(&["n", "a", "b", "c", "d"]);
    let drawn = session.after(SAVE_MS);
    assert!(drawn.contains("no space left"), "{drawn}");
    assert_eq!(session.app.screen.open.as_ref().map(|(_, editor)| editor.text()), Some("abcd"));
}

#[test]
fn layout_in_every_look_has_no_faults() {
    ui::each_window_look(|(w, h), look| {
        for (count, is_asked) in [(0, false), (3, true), (40, false)] {
            let mut session = session(filled(count));
            session.line(&format!("VYOMA_SYSTEM:resize:{w},{h}"));
            session.app.system.look = look;
            session.app.screen.is_asked = is_asked;
            session.app.screen.is_writing = true;
            session.app.screen.keys.is_open = count == 40;
            let view = session.app.seen().expect("a canvas");
            assert_eq!(faults(&view), [""; 0], "{w}x{h} {look:?}");
        }
    });
}
