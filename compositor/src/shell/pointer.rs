//! The pointer's picture, where it is, and when it hides.

use paint::{Output, Point, Rect};
use sys::Nanos;

/// Edge of the picture, in pixels.
pub(crate) const EDGE: u32 = 24;
/// The pixel that points.
pub(crate) const HOT: (i32, i32) = (2, 2);
/// Without motion it hides after this long (the look).
const HIDES: Nanos = 3_000_000_000;

/// The pointer.
#[derive(Debug)]
pub(crate) struct Pointer {
    pub(crate) at: Point<Output>,
    /// When it hides; `None` while it is hidden.
    until: Option<Nanos>,
}

impl Pointer {
    pub(crate) const fn new() -> Self {
        Self { at: Point::new(0, 0), until: None }
    }

    pub(crate) fn move_to(&mut self, at: Point<Output>, now: Nanos) {
        (self.at, self.until) = (at, Some(now + HIDES));
    }

    pub(crate) fn hide(&mut self) {
        self.until = None;
    }

    pub(crate) fn is_shown(&self) -> bool {
        self.until.is_some()
    }

    pub(crate) fn hides_at(&self) -> Option<Nanos> {
        self.until
    }

    pub(crate) fn rect(&self) -> Rect<Output> {
        Rect::new(self.at.x - HOT.0, self.at.y - HOT.1, EDGE, EDGE)
    }
}

/// Corners of the arrow, in pixels.
const ARROW: [(f32, f32); 7] =
    [(2.0, 2.0), (2.0, 18.6), (6.0, 15.0), (8.7, 21.4), (11.6, 20.2), (8.9, 13.9), (14.2, 13.6)];
/// Width of the light rim around it, in pixels.
const RIM: f32 = 1.3;

/// The arrow: dark, with a light rim; `EDGE` by `EDGE` premultiplied pixels.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a picture of 24 pixels, with coverage clamped to 0..=1"
)]
pub(crate) fn picture() -> Vec<u32> {
    let mut out = Vec::with_capacity((EDGE * EDGE) as usize);
    for y in 0..EDGE {
        for x in 0..EDGE {
            let distance = distance_to_arrow(x as f32 + 0.5, y as f32 + 0.5);
            let cover = |edge: f32| (edge - distance + 0.5).clamp(0.0, 1.0);
            let rim =
                paint::Color { a: (cover(RIM) * 255.0).round() as u8, ..paint::Color::from_rgb(0x00ea_effa) };
            let dark =
                paint::Color { a: (cover(0.0) * 255.0).round() as u8, ..paint::Color::from_rgb(0x000b_1020) };
            out.push(paint::blend_over(dark.premultiplied(), rim.premultiplied(), 255));
        }
    }
    out
}

/// Signed distance from the arrow's edge, negative inside: the nearest side, and an even-odd test.
fn distance_to_arrow(x: f32, y: f32) -> f32 {
    let mut nearest = f32::MAX;
    let mut inside = false;
    for i in 0..ARROW.len() {
        let ((ax, ay), (bx, by)) = (ARROW[i], ARROW[(i + 1) % ARROW.len()]);
        let (ex, ey) = (bx - ax, by - ay);
        let along = (((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey)).clamp(0.0, 1.0);
        let (dx, dy) = (x - ax - ex * along, y - ay - ey * along);
        nearest = nearest.min((dx * dx + dy * dy).sqrt());
        if (ay > y) != (by > y) && x < ex * (y - ay) / ey + ax {
            inside = !inside;
        }
    }
    if inside { -nearest } else { nearest }
}
