//! What is on a sheet, as pixels.

use alloc::vec::Vec;

use ui::number::float;
use ui::{Mask, Part, Point, Rect};

use crate::layout::INKS;
use crate::sheet::{Sheet, piece_bounds};
use crate::view::{INK_COLORS, PAPER};

/// The sheet's `w` by `h` pixels, three bytes each, from the top left: as the screen shows them but for the round corners.
pub(crate) fn of(sheet: &Sheet, w: i32, h: i32) -> Vec<u8> {
    let size = |edge: i32| usize::try_from(edge).unwrap_or(0);
    let [r, g, b, _] = PAPER.channels();
    let mut pixels = [r, g, b].repeat(size(w) * size(h));
    let paper = Rect::new(0, 0, w, h);
    let middle = |point: Point| (float(point.x) + 0.5, float(point.y) + 0.5);
    for stroke in sheet.strokes() {
        let color = INK_COLORS[stroke.ink.0.min(INKS - 1)].channels();
        for piece in stroke.pieces() {
            let area = piece_bounds(piece, stroke.width).intersection(paper);
            let line = Part::line(middle(piece.0), middle(piece.1));
            for run in Mask::of_part(&line, float(stroke.width), area).runs() {
                let begin = size((area.y() + run.y) * w + area.x() + run.x) * 3;
                let row = pixels.get_mut(begin..begin + size(run.len) * 3).unwrap_or_default();
                for (n, byte) in row.iter_mut().enumerate() {
                    let (ink, part) = (u32::from(color[n % 3]), u32::from(run.coverage));
                    let mixed = (ink * part + u32::from(*byte) * (255 - part) + 127) / 255;
                    *byte = mixed.to_le_bytes()[0];
                }
            }
        }
    }
    pixels
}
