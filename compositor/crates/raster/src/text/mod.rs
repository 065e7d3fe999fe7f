//! Text: fixed cells, wrapped cells, and proportional glyphs.

mod atlas;
mod cache;
mod cell;
mod chars;
mod face;
mod kern;
mod line;
mod lines;
mod outline;
mod wanted;
mod wrap;

use draw_protocol::limits::MAX_GLYPH_PX;
use draw_protocol::{Rgba, TextSize, Weight};
use paint::{Color, Rect};
use ttf_parser::GlyphId;

pub use cache::GLYPH_CACHE_BYTES;
use cache::{Cache, Key, Mask};
use cell::cell;
use chars::{is_invisible, is_mark, is_space};
pub use face::FontError;
use face::{Face, Faces};
use line::{Lines, Sign, is_complex};
use wanted::Wanted;
pub use wanted::{MAX_FONTS, ScriptCode};
pub(crate) use wrap::wrap;

use crate::canvas::Target;

/// `Key::face` of the cells; far below are the faces.
const CELLS: u8 = u8::MAX;
/// `Key::face` of characters that no font has.
const DRAWN: u8 = u8::MAX - 1;

/// Fonts and the masks made from them.
#[derive(Default)]
pub(crate) struct Text {
    faces: Faces,
    cache: Cache,
    lines: Lines,
    wanted: Wanted,
}

impl Text {
    /// From now on [`Text::wants`] asks.
    pub(crate) fn ask_for_fonts(&mut self) {
        self.wanted.start();
    }

    /// A script of `text` that needs a font which was not asked for yet.
    pub(crate) fn wants(&mut self, text: &str) -> Option<ScriptCode> {
        self.wanted.first(&mut self.faces, text)
    }

    /// Answers what [`Text::wants`] asked.
    pub(crate) fn set_font(
        &mut self,
        script: ScriptCode,
        font: Option<&'static [u8]>,
    ) -> Result<(), FontError> {
        self.wanted.answered(script);
        let Some(font) = font else { return Ok(()) };
        self.faces.add(font)?;
        // Boxes that stood for its characters are drawn anew.
        self.cache = Cache::default();
        self.lines = Lines::default();
        Ok(())
    }

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
            if left <= -w || is_space(char) {
                continue;
            }
            let key = Key { glyph: char.into(), face: CELLS, quarter: 0, px: u16::try_from(h).unwrap_or(0) };
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
        let face = face_of(weight);
        let mut damaged = Rect::EMPTY;
        if is_complex(text) {
            let line = self.lines.get(&mut self.faces, face, text);
            for placed in &line.signs {
                let quarters = (f64::from(placed.x) * f64::from(px) * 4.0).round() as i64;
                let y = (placed.y * px as f32).round() as i32;
                damaged = damaged.union(self.sign(target, (at, quarters, y), source, px, placed.sign));
            }
            return target.damage.add(damaged);
        }
        let bounds = target.size.rect();
        let (mut pen, mut last) = (0.0f32, None);
        for char in text.chars() {
            let (before, glyph, advance) = self.step(face, char, px as f32, &mut last);
            let quarters = ((pen + before) * 4.0).round() as i64;
            if i64::from(at.0) + quarters / 4 > i64::from(bounds.right()) + i64::from(px) {
                break;
            }
            pen += before + advance;
            if is_space(char) || is_invisible(char) {
                continue;
            }
            let sign = glyph.map_or(Sign::Drawn(char), |(face, glyph)| Sign::Glyph(face, glyph));
            damaged = damaged.union(self.sign(target, (at, quarters, 0), source, px, sign));
        }
        target.damage.add(damaged);
    }

    /// Draws one sign, whose pen is quarters of a pixel right of `at` and pixels above it. Returns what it covers.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "quarters are 0 to 3, and the pixel size is at most MAX_GLYPH_PX"
    )]
    fn sign(
        &mut self,
        target: &mut Target<'_>,
        (at, quarters, up): ((i32, i32), i64, i32),
        source: u32,
        px: i32,
        sign: Sign,
    ) -> Rect<paint::Surface> {
        let bounds = target.size.rect();
        let left = i64::from(at.0) + quarters.div_euclid(4);
        let Ok(left) = i32::try_from(left) else { return Rect::EMPTY };
        if left < -4 * px || i64::from(left) > i64::from(bounds.right()) + 4 * i64::from(px) {
            return Rect::EMPTY;
        }
        let quarter = quarters.rem_euclid(4) as u8;
        let key = |face, glyph| Key { glyph, face, quarter, px: px as u16 };
        let faces = &mut self.faces;
        let mask = match sign {
            Sign::Glyph(face, glyph) => self.cache.get(key(face.number(), u32::from(glyph.0)), || {
                faces.mask(face, glyph, (px as f32, px as f32), f32::from(quarter) / 4.0)
            }),
            Sign::Drawn(char) => self.cache.get(key(DRAWN, char.into()), || drawn(char, px)),
        };
        let (x, y) = (left.saturating_add(mask.left), at.1.saturating_sub(up).saturating_add(mask.top));
        let rows = (mask.coverage.len() as u32).checked_div(mask.w).unwrap_or(0);
        target.mask((x, y), mask.w, &mask.coverage, source);
        Rect::new(x, y, mask.w, rows).intersect(bounds)
    }

    /// One character of a line without shaping: the kerning before it, the glyph that is drawn (`None` is the box),
    /// and its advance, in pixels. `last` is the glyph before it.
    fn step(
        &mut self,
        face: Face,
        char: char,
        px: f32,
        last: &mut Option<(Face, GlyphId)>,
    ) -> (f32, Option<(Face, GlyphId)>, f32) {
        if is_invisible(char) {
            return (0.0, None, 0.0);
        }
        let this = self.faces.with(face, char);
        let before = match (core::mem::replace(last, this), this) {
            (Some((left_face, left)), Some((face, right))) if left_face == face && px >= KERNED_PX => {
                self.faces.kern(face, left, right, px)
            }
            _ => 0.0,
        };
        let advance = this.map_or(px * MISSING_ADVANCE, |(face, glyph)| self.faces.advance(face, glyph, px));
        (before, this, advance)
    }
}

/// Plain text is kerned from this size on, in pixels: headings, where a gap is seen. Below, a text is as wide as the
/// sum of its advances, which is how apps place a caret in a line, and a pair is off by a pixel or two.
const KERNED_PX: f32 = 24.0;

/// Advance of the box, as a part of the em: that of the monospace face.
const MISSING_ADVANCE: f32 = 0.6;

/// Width in pixels that `draw_glyph` advances for `text` at `px` pixels an em: the sum of the glyphs' advances, not
/// rounded, and of their kerning from 24 pixels on. 0 if `px` is not positive.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "at most MAX_GLYPH_PX")]
pub fn measure(text: &str, px: i32, weight: Weight) -> f32 {
    let mut fonts = Text::default();
    let px = px.clamp(0, MAX_GLYPH_PX) as f32;
    if is_complex(text) {
        return fonts.lines.get(&mut fonts.faces, face_of(weight), text).width * px;
    }
    let mut last = None;
    let step = |char| fonts.step(face_of(weight), char, px, &mut last);
    text.chars().map(step).map(|(before, _, advance)| before + advance).sum()
}

fn face_of(weight: Weight) -> Face {
    match weight {
        Weight::Regular => Face::REGULAR,
        Weight::Bold => Face::BOLD,
        Weight::Mono => Face::MONO,
    }
}

/// What no font has, at a pen position on the baseline: the drawn characters as wide as their advance, so that they
/// join, or the box.
fn drawn(char: char, px: i32) -> Mask {
    let edge = |units: i32| usize::try_from((px * units + 19) / 20).unwrap_or(0).max(4);
    if let Some(mask) = lines::glyph(char, edge(12), edge(26)) {
        return Mask { top: -px, ..mask };
    }
    let mask = lines::missing(edge(11), edge(20));
    Mask { top: -px * 7 / 8, ..mask }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_kerned_as_the_shaper_does() {
        let texts = [
            "AVATAR To. Tyre",
            "Yes, \u{201c}quoted\u{201d} L'Avion",
            "Γάτα ТАРАКАН Грузия",
            "P.A. 11:47, 0.5",
        ];
        for weight in [Weight::Regular, Weight::Bold, Weight::Mono] {
            for text in texts {
                let mut fonts = Text::default();
                // The mark makes it complex, and has no width.
                let complex = format!("{text}\u{301}");
                let shaped = fonts.lines.get(&mut fonts.faces, face_of(weight), &complex).width * 100.0;
                let plain = measure(text, 100, weight);
                assert!((shaped - plain).abs() < 0.05, "{text:?} {weight:?}: {plain}, shaped {shaped}");
            }
        }
        let apart = measure("A", 100, Weight::Regular) + measure("V", 100, Weight::Regular);
        assert!(measure("AV", 100, Weight::Regular) < apart - 1.0);
        // A clock does not shake.
        for digit in '1'..='9' {
            let time = |digit: char| {
                measure(&format!("{digit}:{digit}{digit} {digit}.{digit}"), 100, Weight::Regular)
            };
            assert!((time(digit) - time('0')).abs() < 0.01, "{digit}");
        }
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
    fn the_cache_stays_within_its_bound() {
        let mut text = Text::default();
        for n in 0..5000u32 {
            let key = Key { glyph: n, face: 0, quarter: 0, px: 1 };
            text.cache.get(key, || Mask { coverage: vec![0; 1000].into(), ..Mask::default() });
            assert!(text.cache.bytes() <= GLYPH_CACHE_BYTES);
        }
    }
}
