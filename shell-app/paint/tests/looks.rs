//! What paint looks like.

use guest::MemoryFiles;
use paint::Painter;

#[test]
fn a_picture() {
    gallery::hold(
        env!("CARGO_MANIFEST_DIR"),
        "picture",
        || Painter::new(MemoryFiles::default()),
        |session| {
            let mut printed = String::new();
            for (ink, y) in (1..=8).zip((120..).step_by(28)) {
                printed += &session.line(&ink.to_string());
                printed += &session.lines(&[
                    format!("VYOMA_INPUT:mouse:down:80,{y}"),
                    format!("VYOMA_INPUT:mouse:drag:300,{}", y - 40),
                    format!("VYOMA_INPUT:mouse:drag:500,{}", y + 20),
                    format!("VYOMA_INPUT:mouse:up:700,{y}"),
                ]);
            }
            printed
        },
    );
}
