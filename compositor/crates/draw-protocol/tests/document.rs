//! Runs the examples of docs/protocol.md, so that the page cannot drift from the code.

use vyoma_draw_protocol::{Decoder, Line};

const PAGE: &str = include_str!("../../../../docs/protocol.md");

/// Lines of every fenced block with this info string, with their line numbers on the page.
fn examples(info: &str) -> Vec<(usize, &'static str)> {
    let fence = format!("```{info}");
    let mut lines = Vec::new();
    let mut inside = false;
    for (number, line) in PAGE.lines().enumerate() {
        if inside && line != "```" {
            lines.push((number + 1, line));
        }
        inside = if inside { line != "```" } else { line == fence };
    }
    assert!(!lines.is_empty(), "docs/protocol.md has no {fence} block");
    lines
}

/// What the decoder makes of one line: `Some(true)` a command, `Some(false)` a refused one.
fn verdict(line: &str) -> Option<bool> {
    let mut verdict = None;
    let bytes = format!("{line}\n");
    Decoder::new().push(bytes.as_bytes(), &mut |line: Line<'_>| {
        if let Line::Draw(result) = line {
            verdict = Some(result.is_ok());
        }
        std::ops::ControlFlow::Continue(())
    });
    verdict
}

#[test]
fn draw_examples_decode() {
    for (number, line) in examples("draw") {
        assert_eq!(verdict(line), Some(true), "docs/protocol.md:{number}: {line}");
    }
}

#[test]
fn dropped_examples_are_refused() {
    for (number, line) in examples("dropped") {
        assert_eq!(verdict(line), Some(false), "docs/protocol.md:{number}: {line}");
    }
}
