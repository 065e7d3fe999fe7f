//! What the settings look like.

use settings::Settings;
use ui::Stage;

/// What the system answers a settings app that begins.
const ANSWERS: [&str; 5] = [
    "REPLY:VyomaOS 0.1.0",
    "REPLY:1h 02m 03s",
    "REPLY:us|de|gb|fr|es|it",
    "REPLY:keyboard us",
    "REPLY:brightness 70",
];

fn look(name: &str, then: &[&str]) {
    gallery::hold(
        env!("CARGO_MANIFEST_DIR"),
        name,
        || Stage::new(Settings::default()),
        |session| session.lines(&ANSWERS) + &session.lines(then),
    );
}

#[test]
fn all_of_them() {
    look("all", &["\t", "\t"]);
}

#[test]
fn the_other_page() {
    // Where there are pages, the third thing that keys come to is the second page.
    look("device", &["\t", "\t", "\t", ""]);
}
