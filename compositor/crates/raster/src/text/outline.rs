//! Outlines to coverage.

use ab_glyph_rasterizer::{Rasterizer, point};
use ttf_parser::{Face as Font, GlyphId, OutlineBuilder};

use super::cache::Mask;

/// Above this size the grid is finer than the eye: outlines are drawn as they are.
const HINTED_PX: f32 = 40.0;

/// Heights that are moved to the pixel grid: baseline, x-height and capitals, as FreeType's light hinting does. In
/// between the outline is stretched evenly.
struct Zones([(f32, f32); 3]);

impl Zones {
    fn new(font: &Font<'_>, scale: f32, px: f32, fitted: bool) -> Self {
        let height = |units: Option<i16>, part: f32| {
            let at = units.map_or(part * px, |units| f32::from(units) * scale);
            if px > HINTED_PX || !fitted { (at, at) } else { (at, at.round().max(1.0)) }
        };
        let (x, mut capital) = (height(font.x_height(), 0.5), height(font.capital_height(), 0.7));
        if fitted && capital.1 <= x.1 {
            capital.1 = x.1 + 1.0;
        }
        Self([(0.0, 0.0), x, capital])
    }

    fn fit(&self, y: f32) -> f32 {
        let [zero, x, capital] = self.0;
        // Round letters overshoot their line by about a fiftieth of the em: pull that back onto the line.
        let slack = 0.03 * capital.0;
        for zone in [x, capital] {
            if zone.0 != zone.1 && y >= zone.0 && y < zone.0 + slack {
                return zone.1;
            }
        }
        let between = |a: (f32, f32), b: (f32, f32)| a.1 + (y - a.0) * (b.1 - a.1) / (b.0 - a.0);
        if y <= 0.0 {
            y
        } else if y <= x.0 {
            between(zero, x)
        } else if y <= capital.0 {
            between(x, capital)
        } else {
            y + capital.1 - capital.0
        }
    }
}

/// Font units to pixels of a mask, y down.
struct Pen<'a> {
    raster: &'a mut Rasterizer,
    zones: &'a Zones,
    scale: (f32, f32),
    shift: (f32, f32),
    last: (f32, f32),
    first: (f32, f32),
}

impl Pen<'_> {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (x * self.scale.0 + self.shift.0, self.shift.1 - self.zones.fit(y * self.scale.1))
    }

    fn line(&mut self, to: (f32, f32)) {
        self.raster.draw_line(point(self.last.0, self.last.1), point(to.0, to.1));
        self.last = to;
    }
}

impl OutlineBuilder for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.last = self.at(x, y);
        self.first = self.last;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.line(to);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (one, to) = (self.at(x1, y1), self.at(x, y));
        self.raster.draw_quad(point(self.last.0, self.last.1), point(one.0, one.1), point(to.0, to.1));
        self.last = to;
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (one, two, to) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        let last = point(self.last.0, self.last.1);
        self.raster.draw_cubic(last, point(one.0, one.1), point(two.0, two.1), point(to.0, to.1));
        self.last = to;
    }

    fn close(&mut self) {
        let to = self.first;
        self.line(to);
    }
}

/// Coverage of a glyph whose pen is at (`x`, 0), y down. The em is `wide` by `px` pixels; `fitted` moves the heights
/// of letters to the grid.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a glyph of at most MAX_GLYPH_PX is a few thousand pixels at most, and its edges are ordered"
)]
pub(super) fn draw(font: &Font<'_>, glyph: GlyphId, (wide, px): (f32, f32), x: f32, fitted: bool) -> Mask {
    let em = f32::from(font.units_per_em());
    let (wide, scale) = (wide / em, px / em);
    let Some(bounds) = font.glyph_bounding_box(glyph) else { return Mask::default() };
    let zones = Zones::new(font, scale, px, fitted);
    let left = (f32::from(bounds.x_min) * wide + x).floor();
    let right = (f32::from(bounds.x_max) * wide + x).ceil();
    // One more row on each side: fitting moves an edge by less than a pixel.
    let top = -(f32::from(bounds.y_max) * scale).ceil() - 1.0;
    let bottom = -(f32::from(bounds.y_min) * scale).floor() + 1.0;
    let (w, h) = ((right - left).clamp(0.0, 4096.0) as usize, (bottom - top).clamp(0.0, 4096.0) as usize);
    if w == 0 || h == 0 {
        return Mask::default();
    }
    let mut raster = Rasterizer::new(w, h);
    let shift = (x - left, -top);
    let mut pen = Pen {
        raster: &mut raster,
        zones: &zones,
        scale: (wide, scale),
        shift,
        last: (0.0, 0.0),
        first: (0.0, 0.0),
    };
    font.outline_glyph(glyph, &mut pen);
    let mut coverage = vec![0; w * h];
    raster.for_each_pixel(|at, value| coverage[at] = (value * 255.0 + 0.5).clamp(0.0, 255.0) as u8);
    Mask { left: left as i32, top: top as i32, w: w as u32, coverage: coverage.into() }
}
