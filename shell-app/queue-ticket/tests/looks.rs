//! What the terminal looks like.

use guest::MemoryFiles;
use queue_ticket::Terminal;
use ui::Stage;

fn hold(name: &str, keys: &'static [&'static str]) {
    let begin = || Stage::new(Terminal::new(MemoryFiles::default()));
    gallery::hold(env!("CARGO_MANIFEST_DIR"), name, begin, |session| session.lines(keys));
}

#[test]
fn the_first_page() {
    hold("first", &["\t"]);
}
