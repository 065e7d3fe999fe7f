//! Small vector shapes, and their anti-aliased pixels as runs of equal coverage.
//!
//! The contract draws rectangles and rounded rectangles. A stroke, an arc or a gradient is drawn as what it is made of:
//! rows of pixels. Coverage is exact enough for strokes: half a pixel around the distance to the outline.

use alloc::vec;
use alloc::vec::Vec;

use crate::geometry::Rect;
use crate::icon::{self, Icon};
use crate::number::{byte, ceil, float, floor, sin_cos, sqrt};

/// What a part is, and what its five numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A straight stroke: one end (x, y), the other (x, y).
    Line,
    /// A stroke along a circle: its middle (x, y), its radius, where it begins and how far it goes, in degrees clockwise
    /// from twelve o'clock; 360 is the whole circle.
    Arc,
    /// A filled circle: its middle (x, y), its radius.
    Disc,
    /// A filled rounded rectangle: left, top, width, height, radius of its corners.
    Block,
    /// A stroke along a rounded rectangle, centred on its edge: the same.
    Outline,
}

impl Form {
    /// The one with this number, as `form as u8` gives it.
    pub(crate) const fn of(number: u8) -> Self {
        match number {
            0 => Self::Line,
            1 => Self::Arc,
            2 => Self::Disc,
            3 => Self::Block,
            _ => Self::Outline,
        }
    }
}

/// One part of a shape. Lengths are units of the shape's grid; an outline is drawn with the shape's stroke, round ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// What it is.
    pub form: Form,
    /// Its numbers: a place, and what its form wants besides; 0 for what it does not.
    pub numbers: [f32; 5],
}

impl Part {
    /// A straight stroke between two points.
    #[must_use]
    pub const fn line((x, y): (f32, f32), (to_x, to_y): (f32, f32)) -> Self {
        Self { form: Form::Line, numbers: [x, y, to_x, to_y, 0.0] }
    }

    /// A stroke along a circle, in degrees clockwise from twelve o'clock.
    #[must_use]
    pub const fn arc((x, y): (f32, f32), radius: f32, from: f32, sweep: f32) -> Self {
        Self { form: Form::Arc, numbers: [x, y, radius, from, sweep] }
    }

    /// A stroke along a whole circle.
    #[must_use]
    pub const fn circle(center: (f32, f32), radius: f32) -> Self {
        Self::arc(center, radius, 0.0, 360.0)
    }

    /// A filled circle.
    #[must_use]
    pub const fn disc((x, y): (f32, f32), radius: f32) -> Self {
        Self { form: Form::Disc, numbers: [x, y, radius, 0.0, 0.0] }
    }

    /// A filled rounded rectangle: left, top, width, height, and the radius of its corners.
    #[must_use]
    pub const fn block((x, y, w, h): (f32, f32, f32, f32), radius: f32) -> Self {
        Self { form: Form::Block, numbers: [x, y, w, h, radius] }
    }

    /// The part moved by (dx, dy) units.
    #[must_use]
    pub fn moved(self, dx: f32, dy: f32) -> Self {
        let [x, y, mut a, mut b, c] = self.numbers;
        if self.form == Form::Line {
            (a, b) = (a + dx, b + dy);
        }
        Self { form: self.form, numbers: [x + dx, y + dy, a, b, c] }
    }
}

/// A shape on a square grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape<'a> {
    /// Edge of the grid in units.
    pub grid: f32,
    /// Width of strokes in units.
    pub stroke: f32,
    /// What is drawn.
    pub parts: &'a [Part],
    /// What is then cut out of it.
    pub holes: &'a [Part],
}

/// Pixels of one row with the same coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// First pixel, from the left of the mask.
    pub x: i32,
    /// Row, from the top of the mask.
    pub y: i32,
    /// Number of pixels, at least 1.
    pub len: i32,
    /// 1 to 255; 255 is covered fully.
    pub coverage: u8,
}

/// The pixels of a shape: runs from top to bottom, from left to right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mask {
    runs: Vec<Run>,
}

/// Coverage is kept in steps of this, so that neighbours on an edge share a run. Finer steps are not visible.
const COVERAGE_STEP: u8 = 8;

impl Mask {
    /// The shape's pixels where its whole grid is `edge` pixels wide.
    #[must_use]
    pub fn of(shape: &Shape<'_>, edge: i32) -> Self {
        let mut field = Field::new(edge, edge, shape.stroke, float(edge) / shape.grid);
        for part in shape.parts {
            field.add(part, Paint::Cover);
        }
        for hole in shape.holes {
            field.add(hole, Paint::Bare);
        }
        field.into_mask()
    }

    /// An icon's pixels where its grid is `edge` pixels wide.
    #[must_use]
    pub fn of_icon(icon: Icon, edge: i32) -> Self {
        let mut field = Field::new(edge, edge, icon::STROKE, float(edge) / float(icon::GRID));
        for (part, paint) in icon.parts() {
            field.add(&part, paint);
        }
        field.into_mask()
    }

    /// The pixels of one part where a unit is a pixel, relative to `window`'s top-left corner and cut to it.
    #[must_use]
    pub fn of_part(part: &Part, stroke: f32, window: Rect) -> Self {
        let mut field = Field::new(window.w(), window.h(), stroke, 1.0);
        field.add(&part.moved(-float(window.x()), -float(window.y())), Paint::Cover);
        field.into_mask()
    }

    /// Its runs.
    #[must_use]
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }
}

/// What a part does to what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// It is painted over it.
    Cover,
    /// It is cut out of it.
    Bare,
}

/// Coverage of a rectangle of pixels.
struct Field {
    w: usize,
    h: usize,
    /// Width of strokes in units.
    stroke: f32,
    /// Pixels to a unit.
    scale: f32,
    coverage: Vec<u8>,
}

impl Field {
    fn new(w: i32, h: i32, stroke: f32, scale: f32) -> Self {
        let (w, h) = (usize::try_from(w).unwrap_or(0), usize::try_from(h).unwrap_or(0));
        Self { w, h, stroke, scale, coverage: vec![0; w * h] }
    }

    fn add(&mut self, part: &Part, paint: Paint) {
        let distance = Distance::of(part, self.stroke, self.scale);
        let [left, top, right, bottom] = distance.bounds;
        let clamp = |edge: i32, max: usize| usize::try_from(edge).unwrap_or(0).min(max);
        let columns = clamp(floor(left), self.w)..clamp(ceil(right), self.w);
        for y in clamp(floor(top), self.h)..clamp(ceil(bottom), self.h) {
            let row = &mut self.coverage[y * self.w..][..self.w];
            for x in columns.clone() {
                let (px, py) = (pixel_center(x), pixel_center(y));
                let new = byte(0.5 - distance.at(px, py));
                row[x] = match paint {
                    Paint::Cover => row[x].max(new),
                    Paint::Bare => row[x].min(255 - new),
                };
            }
        }
    }

    fn into_mask(self) -> Mask {
        let mut runs: Vec<Run> = Vec::new();
        for (y, row) in self.coverage.chunks_exact(self.w.max(1)).enumerate() {
            let y = i32::try_from(y).unwrap_or(i32::MAX);
            let mut rest = row;
            let mut x = 0;
            while let [first, ..] = rest {
                let coverage = step(*first);
                let same = rest.iter().take_while(|other| step(**other) == coverage).count();
                let len = i32::try_from(same).unwrap_or(i32::MAX);
                if coverage > 0 {
                    runs.push(Run { x, y, len, coverage });
                }
                x += len;
                rest = rest.get(same..).unwrap_or_default();
            }
        }
        Mask { runs }
    }
}

/// Middle of the pixel with this index.
#[expect(clippy::cast_precision_loss, reason = "masks are far smaller than 2^24 pixels wide")]
fn pixel_center(index: usize) -> f32 {
    index as f32 + 0.5
}

/// Coverage in steps: nearly nothing is nothing, nearly all is all.
const fn step(coverage: u8) -> u8 {
    match coverage {
        0..COVERAGE_STEP => 0,
        c if c > 255 - COVERAGE_STEP => 255,
        c => c / COVERAGE_STEP * COVERAGE_STEP,
    }
}

/// Signed distance to a part's edge in pixels, negative inside. The forms are the well-known ones of Inigo Quilez,
/// <https://iquilezles.org/articles/distfunctions2d/>.
struct Distance {
    /// A disc is a line to its own beginning.
    form: Form,
    /// The middle, or one end.
    at: (f32, f32),
    /// The other end; half the width and height; sine and cosine of half an arc's way.
    to: (f32, f32),
    /// Sine and cosine of the middle of an arc's way.
    turn: (f32, f32),
    radius: f32,
    /// Half the stroke.
    half: f32,
    /// Left, top, right, bottom of the pixels it may cover.
    bounds: [f32; 4],
}

impl Distance {
    fn of(part: &Part, stroke: f32, scale: f32) -> Self {
        let (mut form, [x, y, a, b, c]) = (part.form, part.numbers);
        let mut at = (x * scale, y * scale);
        let mut turn = (0.0, 0.0);
        let mut radius = a * scale;
        let mut half = stroke * scale / 2.0;
        // How far it reaches from its middle, or from both its ends.
        let mut reach = (0.0, 0.0);
        let mut end = at;
        let to = match form {
            Form::Line => {
                end = (a * scale, b * scale);
                end
            }
            Form::Disc => {
                (form, half) = (Form::Line, radius);
                at
            }
            Form::Arc => {
                turn = sin_cos((b + c / 2.0).to_radians());
                reach = (radius, radius);
                sin_cos((c / 2.0).to_radians())
            }
            _ => {
                at = ((x + a / 2.0) * scale, (y + b / 2.0) * scale);
                end = at;
                reach = (a / 2.0 * scale, b / 2.0 * scale);
                radius = (c * scale).min(a.min(b) * scale / 2.0);
                reach
            }
        };
        let (w, h) = (reach.0 + half + 1.0, reach.1 + half + 1.0);
        let bounds = [at.0.min(end.0) - w, at.1.min(end.1) - h, at.0.max(end.0) + w, at.1.max(end.1) + h];
        Self { form, at, to, turn, radius, half, bounds }
    }

    fn at(&self, x: f32, y: f32) -> f32 {
        let &Self { form, at, to, turn: (sin, cos), radius, half, .. } = self;
        let (px, py) = (x - at.0, y - at.1);
        match form {
            Form::Line | Form::Disc => {
                let (dx, dy) = (to.0 - at.0, to.1 - at.1);
                let length2 = dx * dx + dy * dy;
                let t = if length2 > 0.0 { ((px * dx + py * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
                length(px - dx * t, py - dy * t) - half
            }
            Form::Arc => {
                let py = -py;
                // Turned so that the middle of the arc points up, then folded onto its right half.
                let (ux, uy) = ((px * cos - py * sin).abs(), px * sin + py * cos);
                if to.1 * ux > to.0 * uy {
                    length(ux - to.0 * radius, uy - to.1 * radius) - half
                } else {
                    (length(ux, uy) - radius).abs() - half
                }
            }
            _ => {
                let qx = px.abs() - to.0 + radius;
                let qy = py.abs() - to.1 + radius;
                let edge = length(qx.max(0.0), qy.max(0.0)) + qx.max(qy).min(0.0) - radius;
                if form == Form::Outline { edge.abs() - half } else { edge }
            }
        }
    }
}

fn length(x: f32, y: f32) -> f32 {
    sqrt(x * x + y * y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(mask: &Mask) -> f32 {
        mask.runs().iter().map(|run| float(run.len) * f32::from(run.coverage) / 255.0).sum()
    }

    fn shape(parts: &[Part]) -> Shape<'_> {
        Shape { grid: 24.0, stroke: 2.0, parts, holes: &[] }
    }

    #[test]
    fn disc_covers_its_area() {
        let parts = [Part::disc((12.0, 12.0), 10.0)];
        let covered = area(&Mask::of(&shape(&parts), 48));
        assert!((covered - 20.0 * 20.0 * core::f32::consts::PI).abs() < 12.0, "{covered}");
    }

    #[test]
    fn block_on_whole_pixels_has_only_full_runs() {
        let parts = [Part::block((2.0, 3.0, 4.0, 5.0), 0.0)];
        let mask = Mask::of(&shape(&parts), 24);
        assert_eq!(mask.runs().len(), 5);
        assert_eq!(mask.runs()[0], Run { x: 2, y: 3, len: 4, coverage: 255 });
    }

    #[test]
    fn arc_of_a_quarter_covers_a_quarter_of_the_ring() {
        let parts = [Part::arc((12.0, 12.0), 8.0, 0.0, 90.0)];
        let covered = area(&Mask::of(&shape(&parts), 96));
        let ring = core::f32::consts::PI * 2.0 * 32.0 * 8.0 / 4.0;
        let caps = core::f32::consts::PI * 16.0;
        assert!((covered - ring - caps).abs() < 12.0, "{covered} of {}", ring + caps);
        let mask = Mask::of(&shape(&parts), 96);
        assert!(mask.runs().iter().all(|run| run.x >= 43 && run.y <= 53), "right of and above the middle");
    }

    #[test]
    fn hole_takes_away_what_was_there() {
        let parts = [Part::block((0.0, 0.0, 24.0, 24.0), 0.0)];
        let holes = [Part::block((0.0, 0.0, 24.0, 12.0), 0.0)];
        let mask = Mask::of(&Shape { grid: 24.0, stroke: 2.0, parts: &parts, holes: &holes }, 24);
        assert_eq!(mask.runs().len(), 12);
        assert_eq!(mask.runs()[0].y, 12);
    }

    #[test]
    fn of_part_outside_its_window_is_empty() {
        let part = Part::line((-50.0, 4.0), (-10.0, 4.0));
        assert!(Mask::of_part(&part, 6.0, Rect::new(0, 0, 20, 20)).runs().is_empty());
        assert!(Mask::of_part(&part, 6.0, Rect::new(0, 0, 0, 0)).runs().is_empty());
    }
}
