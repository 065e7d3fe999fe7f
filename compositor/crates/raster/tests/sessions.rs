//! Recorded sessions: what an app printed, byte for byte, and the last frame it leaves. A bug that was seen on a
//! device becomes a folder `sessions/<name>-<w>x<h>/` with `app.draw`; `VYOMA_BLESS=1` makes its `frame.png`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use common::{assert_golden_at, composed};
use draw_protocol::{Decoder, Line};
use paint::Size;
use vyoma_raster::{Canvas, Outcome};

/// Outlines are `f32`: their edges may round differently by a hair on another machine.
const OUTLINES: u8 = 2;

fn sessions() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions");
    let mut all: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

/// The size at the end of the folder's name.
fn size(session: &Path) -> Size<paint::Surface> {
    let name = session.file_name().unwrap().to_str().unwrap();
    let (w, h) = name.rsplit_once('-').unwrap().1.split_once('x').unwrap();
    Size::new(w.parse().unwrap(), h.parse().unwrap()).unwrap()
}

/// Plays a stream in pieces; the canvas after it, and after each flush.
fn play(session: &Path, piece: usize) -> (Canvas, Vec<Vec<u32>>) {
    let stream = std::fs::read(session.join("app.draw")).unwrap();
    let (mut canvas, mut frames) = (Canvas::new(size(session)), Vec::new());
    let mut decoder = Decoder::new();
    let mut draw = |line: Line<'_>| {
        if let Line::Draw(Ok(command)) = line
            && canvas.apply(&command) == Outcome::Present
        {
            frames.push(composed(&canvas));
        }
        ControlFlow::Continue(())
    };
    for piece in stream.chunks(piece) {
        decoder.push(piece, &mut draw);
    }
    decoder.finish(&mut draw);
    (canvas, frames)
}

#[test]
fn sessions_leave_their_frames() {
    for session in sessions() {
        let (canvas, _) = play(&session, 4096);
        assert_golden_at(&session.join("frame.png"), &canvas, OUTLINES);
    }
}

#[test]
fn sessions_in_pieces_of_any_size_draw_the_same_frames() {
    for session in sessions() {
        let (_, whole) = play(&session, usize::MAX);
        assert!(!whole.is_empty(), "{} never flushes", session.display());
        for piece in [1, 7, 1000] {
            assert!(play(&session, piece).1 == whole, "{} in pieces of {piece}", session.display());
        }
    }
}
