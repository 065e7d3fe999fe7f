//! What the clock looks like.

use clock::Clock;
use guest::{MemoryFiles, Store};
use ui::Stage;

fn begin() -> Stage<Clock<MemoryFiles>> {
    let mut files = MemoryFiles::default();
    files.write("clock.txt", b"home utc\nalarm 390\nalarm 450 off\nalarm 1200\n").expect("room");
    Stage::new(Clock::new(files))
}

fn hold(name: &str, keys: &'static [&'static str]) {
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

#[test]
fn small_windows() {
    let pages: [(&str, &[&str]); 6] = [
        ("small-digits", &["\t"]),
        ("small-hands", &["f"]),
        ("small-world", &["2"]),
        ("small-alarms", &["3"]),
        ("small-timer", &["4"]),
        ("small-editor", &["n"]),
    ];
    for (name, keys) in pages {
        let sizes = [(380, 280), (320, 240)];
        gallery::hold_windows(env!("CARGO_MANIFEST_DIR"), name, &sizes, begin, |session| session.lines(keys));
    }
}
