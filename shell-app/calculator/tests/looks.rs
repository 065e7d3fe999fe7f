//! What the calculator looks like.

use calculator::Calculator;
use ui::Stage;

#[test]
fn a_sum() {
    gallery::hold(
        env!("CARGO_MANIFEST_DIR"),
        "sum",
        || Stage::new(Calculator::default()),
        |session| session.lines(&["1", "2", ".", "5", "*", "4", "+", "\t"]),
    );
}
