//! What notes look like.

use guest::{MemoryFiles, Store};
use notes::Notes;
use ui::Stage;

#[test]
fn a_list_and_a_note() {
    let begin = || {
        let mut files = MemoryFiles::default();
        let texts = ["Shopping\nMilk, bread, pears", "Tuesday\nThe lift is serviced at nine.", "Ideas"];
        for (n, text) in texts.iter().enumerate() {
            files.write(&format!("note-{}.txt", n + 1), text.as_bytes()).expect("room");
        }
        Stage::new(Notes::new(files))
    };
    gallery::hold(env!("CARGO_MANIFEST_DIR"), "notes", begin, |session| session.lines(&["\t", "\t", "\t"]));
}
