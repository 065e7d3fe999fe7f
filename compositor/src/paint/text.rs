//! Text of the system's own surfaces, from atlases that `build.rs` made.

use paint::{Color, Output, PixelViewMut, Point, Rect, blend_over};

/// A face in one size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Face(&'static [u8]);

macro_rules! atlas {
    ($name:literal) => {
        Face(include_bytes!(concat!(env!("OUT_DIR"), "/", $name)))
    };
}

impl Face {
    /// Titles of windows and toasts.
    pub(crate) const CAPTION: Self = atlas!("bold13");
    /// Running text.
    pub(crate) const BODY: Self = atlas!("regular15");
    /// What is read from some distance.
    pub(crate) const LARGE: Self = atlas!("regular24");
    /// One sentence for three metres.
    pub(crate) const DISPLAY: Self = atlas!("bold40");
    /// Tables of facts.
    pub(crate) const MONO: Self = atlas!("mono16");
}

const HEADER: usize = 4;
const ENTRY: usize = 14;

struct Glyph {
    advance: i32,
    left: i32,
    top: i32,
    w: u32,
    h: u32,
    coverage: &'static [u8],
}

impl Face {
    /// Pixels from the top of a line to its baseline.
    pub(crate) fn ascent(self) -> i32 {
        self.0.first().copied().map_or(0, i32::from)
    }

    /// Pixels from one baseline to the next.
    pub(crate) fn line_height(self) -> i32 {
        self.0.get(1).copied().map_or(0, i32::from)
    }

    fn count(self) -> usize {
        usize::from(self.u16(2))
    }

    fn u16(self, at: usize) -> u16 {
        self.0.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
    }

    fn u32(self, at: usize) -> u32 {
        self.0.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    fn i8(self, at: usize) -> i32 {
        self.0.get(at).map_or(0, |b| i32::from(b.cast_signed()))
    }

    fn find(self, c: char) -> Option<usize> {
        let (mut low, mut high) = (0, self.count());
        while low < high {
            let mid = usize::midpoint(low, high);
            let here = self.u32(HEADER + mid * ENTRY);
            match here.cmp(&u32::from(c)) {
                std::cmp::Ordering::Equal => return Some(HEADER + mid * ENTRY),
                std::cmp::Ordering::Less => low = mid + 1,
                std::cmp::Ordering::Greater => high = mid,
            }
        }
        None
    }

    /// The character's glyph, or the replacement's for one the atlas has not.
    fn glyph(self, c: char) -> Option<Glyph> {
        let at = self.find(c).or_else(|| self.find('\u{fffd}')).or_else(|| self.find('?'))?;
        let byte = |i: usize| u32::from(self.0.get(at + i).copied().unwrap_or(0));
        let pixels = self.0.get(HEADER + self.count() * ENTRY..)?;
        Some(Glyph {
            advance: i32::from(self.u16(at + 4)),
            left: self.i8(at + 6),
            top: self.i8(at + 7),
            w: byte(8),
            h: byte(9),
            coverage: pixels.get(self.u32(at + 10) as usize..)?,
        })
    }

    /// Width of a text in pixels.
    pub(crate) fn width(self, text: &str) -> i32 {
        (text.chars().filter_map(|c| self.glyph(c)).map(|g| g.advance).sum::<i32>() + 63) / 64
    }

    /// The text, cut with an ellipsis where it is wider than `max` pixels.
    pub(crate) fn fitted(self, text: &str, max: i32) -> String {
        if self.width(text) <= max {
            return text.to_owned();
        }
        let room = max - self.width("…");
        let mut used = 0;
        let mut out: String = text
            .chars()
            .take_while(|c| {
                used += self.glyph(*c).map_or(0, |g| g.advance);
                used <= room * 64
            })
            .collect();
        out.truncate(out.trim_end().len());
        out.push('…');
        out
    }

    /// The text in lines of at most `max` pixels, broken at spaces, at most `lines` of them.
    pub(crate) fn wrapped(self, text: &str, max: i32, lines: usize) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer) <= max || line.is_empty() {
                line = longer;
            } else {
                out.push(std::mem::replace(&mut line, word.to_owned()));
            }
        }
        out.push(line);
        if out.len() > lines {
            let rest = out.split_off(lines.saturating_sub(1)).join(" ");
            out.push(rest);
        }
        out.iter().map(|l| self.fitted(l, max)).collect()
    }

    /// Draws a line of text with its baseline's left end at `at`.
    pub(crate) fn draw(
        self,
        canvas: &mut PixelViewMut<'_, Output>,
        clip: Rect<Output>,
        at: Point<Output>,
        color: Color,
        text: &str,
    ) {
        let pixel = color.premultiplied();
        let mut pen = at.x.saturating_mul(64);
        for c in text.chars() {
            let Some(glyph) = self.glyph(c) else { continue };
            let origin = Point::new((pen + 32) >> 6, at.y).offset(glyph.left, -glyph.top);
            draw_glyph(canvas, clip, origin, pixel, &glyph);
            pen = pen.saturating_add(glyph.advance);
        }
    }
}

fn draw_glyph(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    origin: Point<Output>,
    pixel: u32,
    glyph: &Glyph,
) {
    let area = Rect::new(origin.x, origin.y, glyph.w, glyph.h);
    let shown = area.intersect(clip);
    canvas.for_rows(shown, |y, row| {
        let start = (y.abs_diff(origin.y) * glyph.w + shown.left().max(0).abs_diff(origin.x)) as usize;
        for (i, out) in row.iter_mut().enumerate() {
            let at = start + i;
            let Some(pair) = glyph.coverage.get(at / 2) else { return };
            let coverage = if at.is_multiple_of(2) { pair & 15 } else { pair >> 4 };
            if coverage > 0 {
                *out = blend_over(pixel, *out, coverage * 17);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fitted_long_text_ends_with_an_ellipsis_inside() {
        let face = Face::BODY;
        assert_eq!(face.fitted("clock", 500), "clock");
        let cut = face.fitted("a title that is much too long for its window", 120);
        assert!(cut.ends_with('…') && face.width(&cut) <= 120, "{cut}");
    }

    #[test]
    fn wrapped_text_stays_within_lines_and_width() {
        let lines = Face::DISPLAY.wrapped("There is no screen that answers on this machine today", 400, 3);
        assert!(lines.len() <= 3 && lines.iter().all(|l| Face::DISPLAY.width(l) <= 400), "{lines:?}");
    }

    #[test]
    fn faces_have_sensible_metrics() {
        for face in [Face::CAPTION, Face::BODY, Face::LARGE, Face::DISPLAY, Face::MONO] {
            assert!(face.count() > 180 && face.ascent() > 8 && face.line_height() > face.ascent());
            assert!(face.width("W") >= face.width("i"));
        }
        assert_eq!(Face::MONO.width("iiii"), Face::MONO.width("WWWW"));
    }
}
