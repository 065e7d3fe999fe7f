//! A rough picture of what an app drew: enough to see whether drawing what changed leaves the same as drawing all.
//!
//! Fills are exact. A rounded corner and a line of text are blots that blend with what is below them: drawn twice over
//! each other they differ from drawn once, as their soft edges do on a screen.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use draw_protocol::{Area, Command, Decoder, Line, Rgba};

use crate::geometry::Rect;
use crate::number::ceil;
use crate::text::measure;

/// How much of a soft edge's colour there is: any part that is not all.
const SOFT: u8 = 96;

/// Pixels of a canvas, `0xRRGGBB`.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    bounds: Rect,
    pixels: Vec<u32>,
}

impl Picture {
    /// A black one.
    #[must_use]
    pub fn new(w: i32, h: i32) -> Self {
        let area = usize::try_from(w).unwrap_or(0) * usize::try_from(h).unwrap_or(0);
        Self { bounds: Rect::new(0, 0, w, h), pixels: vec![0; area] }
    }

    /// Draws what an app printed. Lines that draw nothing are skipped.
    pub fn draw(&mut self, lines: &str) {
        let mut decoder = Decoder::new();
        let _ = decoder.push(lines.as_bytes(), &mut |line: Line<'_>| {
            if let Line::Draw(Ok(command)) = line {
                self.command(&command);
            }
            ControlFlow::Continue(())
        });
    }

    /// The smallest rectangle around the pixels in which two pictures of one size differ; empty if they do not.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Rect {
        let mut found = Rect::default();
        for (n, _) in self.pixels.iter().zip(&other.pixels).enumerate().filter(|(_, (a, b))| a != b) {
            let n = i32::try_from(n).unwrap_or(0);
            found = found.union(Rect::new(n % self.bounds.w(), n / self.bounds.w(), 1, 1));
        }
        found
    }

    fn command(&mut self, command: &Command<'_>) {
        match *command {
            Command::FillRect { area, color } => self.fill(rect(area), color),
            Command::ClearRegion { area } => self.fill(rect(area), Rgba::opaque(0)),
            Command::FillRoundRect { area, color, radius } => {
                let area = rect(area);
                let r = radius.clamp(0, area.w().min(area.h()) / 2);
                self.fill(Rect::new(area.x() + r, area.y(), area.w() - 2 * r, area.h()), color);
                for x in [area.x(), area.right() - r] {
                    self.fill(Rect::new(x, area.y() + r, r, area.h() - 2 * r), color);
                    for y in [area.y(), area.bottom() - r] {
                        self.fill(Rect::new(x, y, r, r), crate::theme::faded(color, SOFT));
                    }
                }
            }
            Command::Glyphs { x, y, color, px, weight, text } => {
                let area = Rect::new(x, y - px * 3 / 4, ceil(measure(text, px, weight)), px);
                let sum: u32 = text.chars().map(u32::from).sum();
                let part = SOFT + u8::try_from(sum % 97).unwrap_or(0);
                self.fill(area, crate::theme::faded(color, part));
            }
            _ => {}
        }
    }

    fn fill(&mut self, area: Rect, color: Rgba) {
        let area = area.intersection(self.bounds);
        let [r, g, b, alpha] = color.channels().map(u32::from);
        for y in area.y()..area.bottom() {
            let row = usize::try_from(y * self.bounds.w() + area.x()).unwrap_or(0);
            let width = usize::try_from(area.w()).unwrap_or(0);
            let pixels = &mut self.pixels[row..row + width];
            if alpha == 255 {
                pixels.fill((r << 16) | (g << 8) | b);
                continue;
            }
            for pixel in pixels {
                let mix = |new: u32, shift: u32| {
                    ((new * alpha + ((*pixel >> shift) & 255) * (255 - alpha) + 127) / 255) << shift
                };
                *pixel = mix(r, 16) | mix(g, 8) | mix(b, 0);
            }
        }
    }
}

impl core::fmt::Debug for Picture {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Picture({:?})", self.bounds)
    }
}

const fn rect(area: Area) -> Rect {
    Rect::new(area.x, area.y, area.w, area.h)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draw_soft_things_twice_differs_from_once() {
        for line in [
            "VYOMA_DRAW:fill_rect_r:2,2,12,12,0xffffffff,4\n",
            "VYOMA_DRAW:draw_glyph:2,12,0xffffffff,10,bold,hi\n",
            "VYOMA_DRAW:fill_rect:2,2,4,4,0xffffff80\n",
        ] {
            let (mut once, mut twice) = (Picture::new(20, 20), Picture::new(20, 20));
            once.draw(line);
            twice.draw(line);
            assert_eq!(once, twice);
            twice.draw(line);
            assert!(!once.difference(&twice).is_empty(), "{line}");
        }
    }
}
