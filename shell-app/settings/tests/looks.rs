//! What the settings look like.

use settings::Settings;
use ui::Stage;

#[test]
fn all_of_them() {
    gallery::hold(
        env!("CARGO_MANIFEST_DIR"),
        "all",
        || Stage::new(Settings::default()),
        |session| session.lines(&["REPLY:VyomaOS 0.1.0", "REPLY:1h 02m 03s", "\t", "\t"]),
    );
}
