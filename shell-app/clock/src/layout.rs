//! Where everything is, for a size of the canvas.

use ui::number::{float, round, sin_cos};
use ui::{Rect, space, type_size};

/// Lights in the ring.
pub(crate) const SECONDS: u64 = 60;
/// Largest radius of the ring, in pixels: the digits inside are at most 72.
const MAX_RADIUS: i32 = 232;
const SWITCH_WIDTH: i32 = 216;

/// The places on the canvas.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) canvas: Rect,
    pub(crate) back: Rect,
    pub(crate) time: Rect,
    pub(crate) time_px: i32,
    pub(crate) date: Rect,
    pub(crate) date_px: i32,
    /// What changes the way hours are counted, and its two words.
    pub(crate) switch: Rect,
    pub(crate) day: Rect,
    pub(crate) half: Rect,
    center: (f32, f32),
    radius: f32,
    /// Radius of a light that is not lit, in pixels.
    pub(crate) light_radius: f32,
}

impl Layout {
    /// The layout of a canvas of `w` by `h` pixels.
    pub(crate) fn new(w: i32, h: i32) -> Self {
        let canvas = Rect::new(0, 0, w, h);
        let margin = space::margin(w);
        let below = space::L + space::TARGET;
        // The ring and the switch below it, in the middle of the canvas.
        let room = (h - 2 * margin - below).min(w - 2 * margin);
        let radius = (room / 2 - space::XS).clamp(8, MAX_RADIUS);
        let whole = 2 * radius + below;
        let middle = (w / 2, (h - whole) / 2 + radius);
        let (time_px, date_px) = if radius >= 200 {
            (type_size::CLOCK, type_size::TITLE)
        } else if radius >= 150 {
            (type_size::CLOCK, type_size::BODY)
        } else {
            (type_size::DISPLAY, type_size::CAPTION)
        };
        let inner = Rect::new(middle.0 - radius * 4 / 5, 0, radius * 8 / 5, 0);
        let time = Rect::new(inner.x, middle.1 - time_px * 3 / 4, inner.w, time_px);
        let date =
            Rect::new(inner.x, time.bottom() + space::XS / 2, inner.w, type_size::line_height(date_px));
        let switch_top = (middle.1 + radius + space::L).min(h - margin - space::TARGET);
        let switch = Rect::new((w - SWITCH_WIDTH) / 2, switch_top, SWITCH_WIDTH, space::TARGET);
        let inside = switch.grown(-space::XS / 2);
        Self {
            canvas,
            // Its icon stands at the margin; what is touched reaches beyond.
            back: Rect::new(margin - space::S, margin - space::S, space::TARGET, space::TARGET),
            time,
            time_px,
            date,
            date_px,
            switch,
            day: Rect::new(inside.x, inside.y, inside.w / 2, inside.h),
            half: Rect::new(inside.x + inside.w / 2, inside.y, inside.w / 2, inside.h),
            center: (float(middle.0), float(middle.1)),
            radius: float(radius),
            light_radius: match radius {
                ..130 => 2.0,
                130..200 => 3.0,
                _ => 4.0,
            },
        }
    }

    /// The middle of a second's light; zero is at twelve o'clock.
    pub(crate) fn light(&self, second: u64) -> (f32, f32) {
        let turns = float(i32::try_from(second % SECONDS).unwrap_or(0)) / 60.0;
        let (sin, cos) = sin_cos(turns * core::f32::consts::TAU);
        (self.center.0 + self.radius * sin, self.center.1 - self.radius * cos)
    }

    /// The pixels a light may cover, lit or not.
    pub(crate) fn light_area(&self, second: u64) -> Rect {
        let (x, y) = self.light(second);
        let edge = round(self.light_radius * 4.0);
        Rect::new(round(x) - edge / 2, round(y) - edge / 2, edge, edge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ui::{Weight, measure};

    #[test]
    fn new_at_every_size_nothing_overlaps_and_text_fits() {
        for (w, h) in [(800, 480), (1280, 800), (1920, 1080), (1080, 1920), (480, 800)] {
            let layout = Layout::new(w, h);
            let mut places = vec![layout.back, layout.time, layout.date, layout.switch];
            places.extend((0..SECONDS).map(|second| layout.light_area(second)));
            for (n, a) in places.iter().enumerate() {
                assert!(layout.canvas.holds(*a), "{a:?} at {w}x{h}");
                for b in &places[n + 1..] {
                    assert!(!a.touches(*b), "{a:?} and {b:?} at {w}x{h}");
                }
            }
            assert!(layout.switch.h >= space::TARGET && layout.back.w >= space::TARGET);
            let width = |text, px, weight| round(measure(text, px, weight));
            assert!(width("Wednesday, 30 September", layout.date_px, Weight::Regular) <= layout.date.w);
            let time =
                width("12:59", layout.time_px, Weight::Bold) + width(" PM", layout.date_px, Weight::Bold);
            assert!(time <= layout.time.w, "{time} in {:?}", layout.time);
            assert!(width("24 hours", type_size::CAPTION, Weight::Bold) <= layout.day.w - 16);
        }
    }

    #[test]
    fn new_with_a_tiny_canvas_does_not_fail() {
        for (w, h) in [(1, 1), (3000, 2), (40, 40)] {
            let layout = Layout::new(w, h);
            assert!(layout.radius > 0.0);
        }
    }
}
