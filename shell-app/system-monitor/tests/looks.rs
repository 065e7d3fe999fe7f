//! What the monitor looks like.

use system_monitor::Monitor;
use ui::Stage;

#[test]
fn apps_and_a_log() {
    let rows =
        |s: u32| format!("REPLY:clock:run:{s}:0|launcher:run:{}:0|notes:run:12:1|paint:stop:0:0", 4000 + s);
    gallery::hold(
        env!("CARGO_MANIFEST_DIR"),
        "apps",
        || Stage::new(Monitor::default()),
        move |session| {
            let mut printed = session.lines(&[&rows(75)]);
            printed += &session.after(2000);
            printed += &session.lines(&[&rows(77), "REPLY:it is 7:42|an alarm was set|it rang"]);
            printed
        },
    );
}
