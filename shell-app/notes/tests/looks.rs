//! What notes look like.

use guest::{MemoryFiles, Store};
use notes::{Notes, Press};
use ui::Stage;

fn begin() -> Stage<Notes<MemoryFiles>> {
    let mut files = MemoryFiles::default();
    let texts = ["Shopping\nMilk, bread, pears", "Tuesday\nThe lift is serviced at nine.", "Ideas"];
    for (n, text) in texts.iter().enumerate() {
        files.write(&format!("note-{}.txt", n + 1), text.as_bytes()).expect("room");
    }
    Stage::new(Notes::new(files))
}

#[test]
fn a_list_and_a_note() {
    gallery::hold(env!("CARGO_MANIFEST_DIR"), "notes", begin, |session| session.lines(&["\t", "\t", "\t"]));
}

#[test]
fn keys_on_the_canvas() {
    gallery::hold(env!("CARGO_MANIFEST_DIR"), "keys", begin, |session| {
        let mut printed = String::new();
        for press in [Press::Note(0), Press::Keys] {
            let view = session.app.seen().expect("a canvas");
            let found = view.pressable().find(|(message, _)| *message == press);
            printed += &session.tap(found.expect("it is there").1);
        }
        printed
    });
}
