//! Masks of single cells.

use draw_protocol::TextSize;
use paint::Rect;

use super::cache::Mask;
use super::chars::{is_invisible, is_mark, is_space};
use super::face::{Face, Faces};
use super::{atlas, lines};

/// One cell's mask. Cells of 16x32 come from the outlines: at that size the grid no longer asks for more.
#[expect(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "cells are 4 to 32 pixels")]
pub(super) fn cell(faces: &mut Faces, char: char, size: TextSize) -> Mask {
    let (w, h) = size.cell();
    let hinted = match size {
        TextSize::Small => atlas::SMALL.glyph(char),
        TextSize::Medium => atlas::MEDIUM.glyph(char),
        TextSize::Large => None,
    };
    if char.is_control() || is_invisible(char) || is_space(char) {
        return Mask::default();
    }
    if let Some(mask) = hinted.or_else(|| lines::glyph(char, w as usize, h as usize)) {
        return mask;
    }
    let Some((face, glyph)) = faces.with(Face::MONO, char) else {
        return lines::missing(w as usize, h as usize);
    };
    // JetBrains Mono advances 0.6 em: this size fills the cell's width; the baseline is at three quarters of it.
    let px = w as f32 / 0.6;
    let advance = faces.advance(face, glyph, px);
    if is_mark(char) && advance == 0.0 {
        return clip(faces.mask(face, glyph, (px, px), w as f32), w, h);
    }
    // What is wider than the cell is condensed into it, and becomes a little lower, so that it keeps its look.
    let squeeze = (w as f32 / advance.max(1.0)).min(1.0);
    let shift = ((w as f32 - advance * squeeze) / 2.0).round();
    clip(faces.mask(face, glyph, (px * squeeze, px * squeeze.sqrt()), shift), w, h)
}

/// Moves a mask from its baseline into its cell and cuts off what leaves the cell.
#[expect(clippy::cast_sign_loss, reason = "edges are clipped to the cell")]
fn clip(mask: Mask, w: i32, h: i32) -> Mask {
    let rows = i32::try_from(mask.coverage.len() / (mask.w.max(1) as usize)).unwrap_or(0);
    let from: Rect<paint::Surface> = Rect::new(mask.left, mask.top + h * 3 / 4, mask.w, rows.unsigned_abs());
    let kept = from.intersect(Rect::new(0, 0, w.unsigned_abs(), h.unsigned_abs()));
    let mut coverage = Vec::with_capacity((kept.w() * kept.h()) as usize);
    for y in kept.top()..kept.bottom() {
        let row = (y - from.top()) as usize * mask.w as usize;
        let columns = (kept.left() - from.left()) as usize..(kept.right() - from.left()) as usize;
        coverage.extend_from_slice(&mask.coverage[row..][columns]);
    }
    Mask { left: kept.left(), top: kept.top(), w: kept.w(), coverage: coverage.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ascii_character_has_a_cell_in_every_size() {
        let mut faces = Faces::default();
        for char in '!'..='~' {
            for size in [TextSize::Small, TextSize::Medium, TextSize::Large] {
                let (w, h) = size.cell();
                let mask = cell(&mut faces, char, size);
                let rows = mask.coverage.len() / mask.w as usize;
                assert!(mask.coverage.iter().any(|c| *c > 100), "{char}");
                let rows = u32::try_from(rows).unwrap();
                let cell = Rect::<paint::Surface>::new(0, 0, w.unsigned_abs(), h.unsigned_abs());
                assert!(cell.covers(Rect::new(mask.left, mask.top, mask.w, rows)), "{char}");
            }
        }
    }
}
