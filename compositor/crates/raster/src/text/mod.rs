//! Text: fixed cells, wrapped cells, and proportional glyphs.

mod atlas;
mod cache;
mod face;
mod lines;

use draw_protocol::limits::MAX_GLYPH_PX;
use draw_protocol::{Rgba, TextSize, Weight};
use paint::{Color, Rect};

pub use cache::GLYPH_CACHE_BYTES;
use cache::{Cache, Key, Mask};
use face::{Face, Faces};

use crate::canvas::Target;

/// `Key::face` of the cells; below are the faces.
const CELLS: u8 = 8;

/// Fonts and the masks made from them.
#[derive(Default)]
pub(crate) struct Text {
    faces: Faces,
    cache: Cache,
}

impl Text {
    /// Draws `text` in cells, one for each code point that does not combine; `at` is the top left of the first.
    pub(crate) fn cells(
        &mut self,
        target: &mut Target<'_>,
        at: (i32, i32),
        color: Rgba,
        size: TextSize,
        text: &str,
    ) {
        let (w, h) = size.cell();
        let bounds = target.size.rect();
        let source = Color::from_rgba(color.0).premultiplied();
        let visible = Rect::new(bounds.left(), at.1, bounds.w(), h.unsigned_abs()).intersect(bounds);
        if source >> 24 == 0 || visible.is_empty() {
            return;
        }
        // The cell the next mark would share, and the one after it.
        let (mut x, mut next) = (i64::from(at.0), i64::from(at.0));
        for char in text.chars() {
            if !is_mark(char) {
                x = next;
                next += i64::from(w);
            }
            if x >= i64::from(bounds.right()) {
                break;
            }
            let Ok(left) = i32::try_from(x) else { continue };
            if left <= -w || matches!(char, ' ' | '\u{a0}') {
                continue;
            }
            let key = Key { char, face: CELLS, quarter: 0, px: u16::try_from(h).unwrap_or(0) };
            let faces = &mut self.faces;
            let mask = self.cache.get(key, || cell(faces, char, size));
            target.mask((left + mask.left, at.1.saturating_add(mask.top)), mask.w, &mask.coverage, source);
        }
        let end = i32::try_from(next).unwrap_or(i32::MAX);
        target.damage.add(Rect::from_edges(at.0, visible.top(), end, visible.bottom()).intersect(bounds));
    }

    /// Draws proportional text; `at` is the pen position on the baseline.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "quarters are 0 to 3, the pixel size is at most MAX_GLYPH_PX, and a pen far outside may be rough"
    )]
    pub(crate) fn glyphs(
        &mut self,
        target: &mut Target<'_>,
        at: (i32, i32),
        color: Rgba,
        (px, weight): (i32, Weight),
        text: &str,
    ) {
        let source = Color::from_rgba(color.0).premultiplied();
        if px <= 0 || source >> 24 == 0 {
            return;
        }
        let px = px.min(MAX_GLYPH_PX);
        let bounds = target.size.rect();
        let mut pen = 0.0f32;
        let mut damaged = Rect::EMPTY;
        for char in text.chars() {
            let quarters = (pen * 4.0).round() as i64;
            let left = i64::from(at.0) + quarters.div_euclid(4);
            if left > i64::from(bounds.right()) + i64::from(px) {
                break;
            }
            let (advance, face) = self.advance(face_of(weight), char, px as f32);
            pen += advance;
            let Ok(left) = i32::try_from(left) else { continue };
            if left < -4 * px || matches!(char, ' ' | '\u{a0}') || is_invisible(char) {
                continue;
            }
            let quarter = quarters.rem_euclid(4) as u8;
            let key = Key { char, face: face_of(weight) as u8, quarter, px: px as u16 };
            let faces = &mut self.faces;
            let mask = self.cache.get(key, || match face {
                Some((face, glyph)) => faces.mask(face, glyph, px as f32, f32::from(quarter) / 4.0),
                None => missing(px),
            });
            let (x, y) = (left.saturating_add(mask.left), at.1.saturating_add(mask.top));
            let rows = (mask.coverage.len() as u32).checked_div(mask.w).unwrap_or(0);
            damaged = damaged.union(Rect::new(x, y, mask.w, rows).intersect(bounds));
            target.mask((x, y), mask.w, &mask.coverage, source);
        }
        target.damage.add(damaged);
    }

    /// Advance of a character in pixels, and the glyph that is drawn; `None` is the box.
    fn advance(&mut self, face: Face, char: char, px: f32) -> (f32, Option<(Face, ttf_parser::GlyphId)>) {
        if is_invisible(char) {
            return (0.0, None);
        }
        match self.faces.with(face, char) {
            Some((face, glyph)) => (self.faces.advance(face, glyph, px), Some((face, glyph))),
            None => (px * MISSING_ADVANCE, None),
        }
    }
}

/// Advance of the box, as a part of the em: that of the monospace face.
const MISSING_ADVANCE: f32 = 0.6;

/// Width in pixels that `draw_glyph` advances for `text` at `px` pixels an em: the sum of the glyphs' advances, not
/// rounded, without kerning. 0 if `px` is not positive.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "at most MAX_GLYPH_PX")]
pub fn measure(text: &str, px: i32, weight: Weight) -> f32 {
    let mut fonts = Text::default();
    let px = px.clamp(0, MAX_GLYPH_PX) as f32;
    text.chars().map(|char| fonts.advance(face_of(weight), char, px).0).sum()
}

fn face_of(weight: Weight) -> Face {
    match weight {
        Weight::Regular => Face::Regular,
        Weight::Bold => Face::Bold,
        Weight::Mono => Face::Mono,
    }
}

/// The box at a pen position on the baseline.
fn missing(px: i32) -> Mask {
    let edge = |units: i32| usize::try_from(px * units / 16).unwrap_or(0).max(4);
    let mask = lines::missing(edge(9), edge(16));
    Mask { top: -px * 7 / 8, ..mask }
}

/// One cell's mask. Cells of 16x32 come from the outlines: at that size the grid no longer asks for more.
#[expect(clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "cells are 4 to 32 pixels")]
fn cell(faces: &mut Faces, char: char, size: TextSize) -> Mask {
    let (w, h) = size.cell();
    let hinted = match size {
        TextSize::Small => atlas::SMALL.glyph(char),
        TextSize::Medium => atlas::MEDIUM.glyph(char),
        TextSize::Large => None,
    };
    if char.is_control() || is_invisible(char) {
        return Mask::default();
    }
    if let Some(mask) = hinted.or_else(|| lines::glyph(char, w as usize, h as usize)) {
        return mask;
    }
    let Some((face, glyph)) = faces.with(Face::Mono, char) else {
        return lines::missing(w as usize, h as usize);
    };
    // JetBrains Mono advances 0.6 em: this size fills the cell's width; the baseline is at three quarters of it.
    let px = w as f32 / 0.6;
    let advance = faces.advance(face, glyph, px);
    let shift = if is_mark(char) && advance == 0.0 { w as f32 } else { ((w as f32 - advance) / 2.0).round() };
    let mask = faces.mask(face, glyph, px, shift);
    clip(mask, w, h)
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

/// Whether a character shares the cell of the one before it: the combining marks of the scripts the fonts have and of
/// their neighbours, joiners and variation selectors (Unicode categories Mn and Me, and the invisible of Cf).
fn is_mark(char: char) -> bool {
    matches!(u32::from(char),
        0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x5bf | 0x5c1..=0x5c2 | 0x610..=0x61a | 0x64b..=0x65f
        | 0x670 | 0x6d6..=0x6dc | 0x93a | 0x93c | 0x941..=0x948 | 0x94d | 0xe31 | 0xe34..=0xe3a | 0xe47..=0xe4e
        | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20f0 | 0x3099..=0x309a | 0xfe20..=0xfe2f
        | 0xe0100..=0xe01ef)
        || is_invisible(char)
}

/// Joiners, direction marks and variation selectors: they take no room and draw nothing.
fn is_invisible(char: char) -> bool {
    matches!(u32::from(char), 0x200b..=0x200f | 0x2060 | 0xfe00..=0xfe0f | 0xfeff)
}

/// The lines of a greedy word wrap to `columns` cells, which is at least 1. Words end at spaces; the spaces at a
/// break are dropped, others stay; a word longer than a line is broken.
pub(crate) fn wrap(text: &str, columns: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest.filter(|text| !text.is_empty())?;
        let mut cells = 0;
        let (mut word, mut space) = (false, None);
        for (at, char) in text.char_indices() {
            if is_mark(char) {
                continue;
            }
            if cells == columns {
                let (line, after) = match space {
                    _ if char == ' ' => text.split_at(at),
                    Some(space) => text.split_at(space),
                    None => text.split_at(at),
                };
                rest =
                    Some(if char == ' ' || space.is_some() { after.trim_start_matches(' ') } else { after });
                return Some(line);
            }
            // A line's leading spaces are no place to break it.
            if char != ' ' {
                word = true;
            } else if word {
                space = Some(at);
            }
            cells += 1;
        }
        rest = None;
        Some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, columns: usize) -> Vec<&str> {
        wrap(text, columns).collect()
    }

    #[test]
    fn wrapping_is_greedy_and_breaks_long_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("a  b   c", 4), ["a  b", "c"]);
        assert_eq!(wrapped("ab cdefgh", 4), ["ab", "cdef", "gh"]);
        assert_eq!(wrapped("", 4), [""; 0]);
        assert_eq!(wrapped("xe\u{301}y", 2), ["xe\u{301}", "y"]);
        assert_eq!(wrapped("a b", 1), ["a", "b"]);
    }

    #[test]
    fn digits_are_tabular_and_mono_is_mono() {
        let one = |text, weight| measure(text, 100, weight);
        assert_eq!(one("1111", Weight::Regular), one("8080", Weight::Regular));
        assert_eq!(one("111", Weight::Bold), one("777", Weight::Bold));
        assert_eq!(one("il", Weight::Mono), one("WM", Weight::Mono));
        assert!((one("WM", Weight::Mono) - 120.0).abs() < 0.01);
    }

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

    #[test]
    fn the_cache_stays_within_its_bound() {
        let mut text = Text::default();
        for n in 0..5000u32 {
            let key = Key { char: char::from_u32(0x4e00 + n).unwrap(), face: 0, quarter: 0, px: 1 };
            text.cache.get(key, || Mask { coverage: vec![0; 1000].into(), ..Mask::default() });
            assert!(text.cache.bytes() <= GLYPH_CACHE_BYTES);
        }
    }
}
