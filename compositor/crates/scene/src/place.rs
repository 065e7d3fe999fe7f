//! Where a canvas lies on the output, and the way back.

use paint::{Output, Point, Rect, Size, Surface};

/// How canvas pixels become output pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scale {
    /// Each canvas pixel is a square of so many output pixels, at least 1.
    Whole(u32),
    /// Averaged down to a smaller place.
    Smooth,
}

/// Where a canvas lies on the output.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Placement {
    /// Size of the canvas.
    pub canvas: Size<Surface>,
    /// The output pixels it covers, never empty.
    pub content: Rect<Output>,
    /// How it is scaled.
    pub scale: Scale,
}

impl Placement {
    /// The canvas unscaled with its top-left pixel at `at`.
    #[must_use]
    pub fn at(canvas: Size<Surface>, at: Point<Output>) -> Self {
        Self { canvas, content: Rect::new(at.x, at.y, canvas.w(), canvas.h()), scale: Scale::Whole(1) }
    }

    /// The canvas centred in a place: scaled by the largest whole number that fits, or smoothly down, in
    /// proportion, where not even 1 fits.
    #[must_use]
    pub fn fit(canvas: Size<Surface>, place: Rect<Output>) -> Self {
        let (pw, ph) = (place.w().max(1), place.h().max(1));
        let whole = (pw / canvas.w()).min(ph / canvas.h());
        let (w, h, scale) = if whole >= 1 {
            (canvas.w() * whole, canvas.h() * whole, Scale::Whole(whole))
        } else {
            let (w, h) = shrink(canvas, pw, ph);
            (w, h, Scale::Smooth)
        };
        let (dx, dy) = (pw.saturating_sub(w) / 2, ph.saturating_sub(h) / 2);
        let origin = place.origin();
        let content =
            Rect::new(origin.x.saturating_add_unsigned(dx), origin.y.saturating_add_unsigned(dy), w, h);
        Self { canvas, content, scale }
    }

    /// The canvas pixel under an output pixel; outside the canvas for a point outside the content.
    #[must_use]
    pub fn to_surface(&self, p: Point<Output>) -> Point<Surface> {
        let x = along(p.x, self.content.left(), self.canvas.w(), self.content.w());
        let y = along(p.y, self.content.top(), self.canvas.h(), self.content.h());
        Point::new(x, y)
    }

    /// The output pixels that show any of these canvas pixels.
    #[must_use]
    pub fn to_output(&self, rect: Rect<Surface>) -> Rect<Output> {
        let rect = rect.intersect(self.canvas.rect());
        if rect.is_empty() {
            return Rect::EMPTY;
        }
        match self.scale {
            Scale::Whole(1) => rect.cast::<Output>().offset(self.content.left(), self.content.top()),
            _ => self.scaled(rect),
        }
    }

    /// The output pixels of a place of the canvas that may lie beside it too, each edge rounded down: what lies side by
    /// side does so on the output. Edges are at most [`paint::MAX_EDGE`] away from the canvas's corner, so that nothing
    /// overflows; others saturate.
    pub(crate) fn beyond(&self, place: Rect<Surface>) -> Rect<Output> {
        let along = |v: i32, canvas: u32, content: u32, start: i32| {
            let far = (i64::from(v) * i64::from(content)).div_euclid(i64::from(canvas.max(1)));
            let far = far + i64::from(start);
            i32::try_from(far).unwrap_or(if far < 0 { i32::MIN } else { i32::MAX })
        };
        let (cw, ch) = (self.canvas.w(), self.canvas.h());
        let x = |v| along(v, cw, self.content.w(), self.content.left());
        let y = |v| along(v, ch, self.content.h(), self.content.top());
        Rect::from_edges(x(place.left()), y(place.top()), x(place.right()), y(place.bottom()))
    }

    fn scaled(&self, rect: Rect<Surface>) -> Rect<Output> {
        let (cw, ch) = (self.content.w(), self.content.h());
        let (left, right) = span(rect.left(), rect.right(), cw, self.canvas.w());
        let (top, bottom) = span(rect.top(), rect.bottom(), ch, self.canvas.h());
        let moved =
            Rect::from_edges(left, top, right, bottom).offset(self.content.left(), self.content.top());
        // Smooth scaling may look at the pixel beside.
        if self.scale == Scale::Smooth { moved.outset(1).intersect(self.content) } else { moved }
    }
}

/// The largest size in the canvas's proportion inside `pw` by `ph`.
fn shrink(canvas: Size<Surface>, pw: u32, ph: u32) -> (u32, u32) {
    let (w, h) = (u64::from(canvas.w()), u64::from(canvas.h()));
    let (pw, ph) = (u64::from(pw), u64::from(ph));
    let (w, h) = if pw * h <= ph * w { (pw, h * pw / w) } else { (w * ph / h, ph) };
    (narrow(w), narrow(h))
}

fn narrow(v: u64) -> u32 {
    u32::try_from(v).unwrap_or(u32::MAX).max(1)
}

fn along(p: i32, start: i32, canvas: u32, content: u32) -> i32 {
    let from_start = i64::from(p) - i64::from(start);
    let mapped = (from_start * i64::from(canvas)).div_euclid(i64::from(content.max(1)));
    i32::try_from(mapped).unwrap_or(if mapped < 0 { i32::MIN } else { i32::MAX })
}

/// First and one past the last output pixel of a span of canvas pixels.
fn span(from: i32, to: i32, content: u32, canvas: u32) -> (i32, i32) {
    let (content, canvas) = (i64::from(content), i64::from(canvas.max(1)));
    let low = i64::from(from) * content / canvas;
    let high = (i64::from(to) * content + canvas - 1) / canvas;
    (i32::try_from(low).unwrap_or(0), i32::try_from(high).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn size(w: u32, h: u32) -> Size<Surface> {
        Size::new(w, h).unwrap()
    }

    #[test]
    fn fit_smaller_canvas_is_a_whole_number_and_centred() {
        let p = Placement::fit(size(400, 240), Rect::new(0, 0, 1280, 800));
        assert_eq!(p.scale, Scale::Whole(3));
        assert_eq!(p.content, Rect::new(40, 40, 1200, 720));
        assert_eq!(p.to_surface(Point::new(40, 759)), Point::new(0, 239));
    }

    #[test]
    fn fit_larger_canvas_keeps_its_proportion() {
        let p = Placement::fit(size(1920, 1080), Rect::new(0, 0, 800, 480));
        assert_eq!((p.scale, p.content), (Scale::Smooth, Rect::new(0, 15, 800, 450)));
    }

    proptest! {
        #[test]
        fn fit_any_canvas_lies_inside_and_maps_back(
            (w, h, pw, ph) in (1..3000u32, 1..3000u32, 1..3000u32, 1..3000u32), x in 0..3000i32, y in 0..3000i32,
        ) {
            let place = Rect::new(7, -9, pw, ph);
            let p = Placement::fit(size(w, h), place);
            prop_assert!(place.covers(p.content) && !p.content.is_empty());
            let at = Point::new(7 + x % pw.cast_signed(), -9 + y % ph.cast_signed());
            let s = p.to_surface(at);
            prop_assert_eq!(p.content.contains(at), p.canvas.rect().contains(s));
            if p.content.contains(at) {
                prop_assert!(p.to_output(Rect::new(s.x, s.y, 1, 1)).contains(at));
            }
        }
    }
}
