//! What the clock looks like.

use clock::Clock;
use guest::{MemoryFiles, Store};
use ui::Stage;

fn hold(name: &str, keys: &'static [&'static str]) {
    let begin = || {
        let mut files = MemoryFiles::default();
        files.write("clock.txt", b"home utc\nalarm 390\nalarm 450 off\nalarm 1200\n").expect("room");
        Stage::new(Clock::new(files))
    };
    gallery::hold(env!("CARGO_MANIFEST_DIR"), name, begin, |session| session.lines(keys));
}

#[test]
fn the_time_in_digits() {
    hold("digits", &["\t"]);
}

#[test]
fn alarms() {
    hold("alarms", &["3"]);
}
