//! What the monitor looks like.

use system_monitor::Monitor;
use ui::Stage;

#[test]
fn apps_and_a_log() {
    let rows =
        |s: u32| format!("REPLY:clock:run:{s}:0|launcher:run:{}:0|notes:run:12:1|paint:stop:0:0", 4000 + s);
    let costs = |s: u32| {
        format!(
            "REPLY:clock run {s}s 0 restarts {}ms 9216KiB {s} frames|launcher run 9s 0 restarts 900ms 21504KiB {} frames",
            s * s * 2,
            s * 30
        )
    };
    let begin = || Stage::new(Monitor::default());
    gallery::hold(env!("CARGO_MANIFEST_DIR"), "apps", begin, move |session| {
        let mut printed = String::new();
        for s in (60..76).step_by(2) {
            printed += &session.lines(&[&rows(s), &costs(s), "REPLY:it is 7:42|an alarm was set|it rang"]);
            printed += &session.after(2000);
        }
        printed
    });
}
