//! What the viewer looks like.

use guest::{MemoryFiles, Store};
use slides::Slides;
use ui::Stage;

#[test]
fn an_empty_folder() {
    gallery::hold(
        env!("CARGO_MANIFEST_DIR"),
        "empty",
        || Stage::new(Slides::new(MemoryFiles::default())),
        |_| String::new(),
    );
}

#[test]
fn the_controls_over_what_is_no_picture() {
    let begin = || {
        let mut files = MemoryFiles::default();
        for name in ["Broken.jpg", "other.png"] {
            files.write(name, b"no picture").expect("room");
        }
        Stage::new(Slides::new(files))
    };
    gallery::hold(env!("CARGO_MANIFEST_DIR"), "controls", begin, |session| session.lines(&["\t"; 3]));
}
