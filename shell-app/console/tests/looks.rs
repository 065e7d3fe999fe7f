//! What the console looks like.

use console::Console;
use guest::MemoryFiles;
use ui::Stage;

#[test]
fn an_answer_and_a_line() {
    let begin = || Stage::new(Console::new(MemoryFiles::default()));
    gallery::hold(env!("CARGO_MANIFEST_DIR"), "console", begin, |session| {
        let keys = |text: &str| text.chars().map(String::from).collect::<Vec<_>>();
        let mut printed = session.line("REPLY:clock|console|paint");
        printed += &session.lines(&keys("ps"));
        printed += &session.lines(&["", "REPLY:clock:run:75:0|console:run:9:0|paint:stop:0:2"]);
        printed += &session.lines(&keys("help"));
        printed += &session.line("");
        printed += &session.lines(&keys("log cl"));
        printed
    });
}

#[test]
fn keys_to_press() {
    let begin = || Stage::new(Console::new(MemoryFiles::default()));
    gallery::hold(env!("CARGO_MANIFEST_DIR"), "keys", begin, |session| {
        session.lines(&["VYOMA_INPUT:touch:down:0,200,200", "VYOMA_INPUT:touch:up:0,200,200", "h"])
    });
}
