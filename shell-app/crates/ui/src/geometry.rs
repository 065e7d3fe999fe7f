//! Pixels of an app's canvas.

/// A position on the canvas, in pixels from its top-left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Point {
    /// Pixels to the right.
    pub x: i32,
    /// Pixels down.
    pub y: i32,
}

impl Point {
    /// The point at (x, y).
    #[must_use]
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }

    /// How far `other` is away along the longer axis, in pixels.
    #[must_use]
    pub const fn reach(self, other: Self) -> i32 {
        let (dx, dy) = (
            self.x.saturating_sub(other.x).saturating_abs(),
            self.y.saturating_sub(other.y).saturating_abs(),
        );
        if dx > dy { dx } else { dy }
    }
}

/// A rectangle on the canvas, in pixels. A width or height that is not positive holds nothing.
///
/// Each of its four numbers is kept in 16 bits: beyond ±32 767 pixels, which no canvas is wide, it stays at the edge. A
/// rectangle is therefore one number, and passing it on costs a program for WebAssembly a few bytes instead of thirty.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Rect(u64);

impl Rect {
    /// A rectangle from its top-left corner and its size.
    #[must_use]
    #[inline(never)]
    pub const fn new(x: i32, y: i32, w: i32, h: i32) -> Self {
        Self(packed(x) | packed(y) << 16 | packed(w) << 32 | packed(h) << 48)
    }

    /// Left edge.
    #[must_use]
    pub const fn x(self) -> i32 {
        self.number(0)
    }

    /// Top edge.
    #[must_use]
    #[inline(never)]
    pub const fn y(self) -> i32 {
        self.number(16)
    }

    /// Width.
    #[must_use]
    #[inline(never)]
    pub const fn w(self) -> i32 {
        self.number(32)
    }

    /// Height.
    #[must_use]
    #[inline(never)]
    pub const fn h(self) -> i32 {
        self.number(48)
    }

    const fn number(self, bit: u32) -> i32 {
        let [low, high, ..] = (self.0 >> bit).to_le_bytes();
        i16::from_le_bytes([low, high]) as i32
    }

    /// The rectangle of this size with its middle at `center`.
    #[must_use]
    #[inline(never)]
    pub const fn around(center: Point, w: i32, h: i32) -> Self {
        Self::new(center.x - w / 2, center.y - h / 2, w, h)
    }

    /// First column to the right of it.
    #[must_use]
    #[inline(never)]
    pub const fn right(self) -> i32 {
        self.x() + self.w()
    }

    /// First row below it.
    #[must_use]
    #[inline(never)]
    pub const fn bottom(self) -> i32 {
        self.y() + self.h()
    }

    /// Its middle, rounded towards the top left.
    #[must_use]
    pub const fn center(self) -> Point {
        Point::new(self.x() + self.w() / 2, self.y() + self.h() / 2)
    }

    /// Whether it holds no pixel.
    #[must_use]
    #[inline(never)]
    pub const fn is_empty(self) -> bool {
        self.w() <= 0 || self.h() <= 0
    }

    /// Whether the pixel at `at` is inside.
    #[must_use]
    #[inline(never)]
    pub const fn contains(self, at: Point) -> bool {
        at.x >= self.x() && at.y >= self.y() && at.x < self.right() && at.y < self.bottom()
    }

    /// Whether all of `other` is inside; an empty one is inside anything.
    #[must_use]
    pub fn holds(self, other: Self) -> bool {
        other.is_empty() || self.union(other) == self
    }

    /// The pixels in both; empty if there are none.
    #[must_use]
    #[inline(never)]
    pub fn intersection(self, other: Self) -> Self {
        let (x, y) = (self.x().max(other.x()), self.y().max(other.y()));
        let w = self.right().min(other.right()) - x;
        let h = self.bottom().min(other.bottom()) - y;
        if w <= 0 || h <= 0 { Self::default() } else { Self::new(x, y, w, h) }
    }

    /// Whether a pixel is in both.
    #[must_use]
    pub fn touches(self, other: Self) -> bool {
        !self.intersection(other).is_empty()
    }

    /// The smallest rectangle that holds both; an empty one adds nothing.
    #[must_use]
    #[inline(never)]
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        let (x, y) = (self.x().min(other.x()), self.y().min(other.y()));
        Self::new(x, y, self.right().max(other.right()) - x, self.bottom().max(other.bottom()) - y)
    }

    /// Moved by (dx, dy).
    #[must_use]
    #[inline(never)]
    pub const fn offset(self, dx: i32, dy: i32) -> Self {
        Self::new(self.x() + dx, self.y() + dy, self.w(), self.h())
    }

    /// Grown by `by` on each side; a negative value shrinks.
    #[must_use]
    #[inline(never)]
    pub const fn grown(self, by: i32) -> Self {
        Self::new(self.x() - by, self.y() - by, self.w() + 2 * by, self.h() + 2 * by)
    }

    /// Grown around its middle to at least the size of a touch target.
    #[must_use]
    pub fn as_target(self) -> Self {
        let (w, h) = (self.w().max(crate::space::TARGET), self.h().max(crate::space::TARGET));
        Self::new(self.x() - (w - self.w()) / 2, self.y() - (h - self.h()) / 2, w, h)
    }

    /// Where it lies on a canvas that is read from the right.
    #[must_use]
    #[inline(never)]
    pub const fn mirrored(self, canvas: Self) -> Self {
        Self::new(canvas.right() - (self.right() - canvas.x()), self.y(), self.w(), self.h())
    }
}

impl core::fmt::Debug for Rect {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "Rect({}, {}, {}, {})", self.x(), self.y(), self.w(), self.h())
    }
}

/// A number in 16 bits, at the edge of them where it has no place.
const fn packed(number: i32) -> u64 {
    let (least, most) = (i16::MIN as i32, i16::MAX as i32);
    let number = if number < least {
        least
    } else if number > most {
        most
    } else {
        number
    };
    (number.cast_unsigned() & 0xffff) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intersection_of_apart_rectangles_is_empty() {
        assert!(Rect::new(0, 0, 4, 4).intersection(Rect::new(4, 0, 4, 4)).is_empty());
        assert_eq!(Rect::new(0, 0, 4, 4).intersection(Rect::new(2, 3, 9, 9)), Rect::new(2, 3, 2, 1));
    }

    #[test]
    fn union_with_an_empty_rectangle_changes_nothing() {
        let a = Rect::new(3, 3, 5, 5);
        assert_eq!(a.union(Rect::default()), a);
        assert_eq!(Rect::default().union(a), a);
    }

    #[test]
    fn new_keeps_what_has_a_place_and_the_edge_of_what_has_none() {
        let numbers = |x, y, w, h| {
            let rect = Rect::new(x, y, w, h);
            (rect.x(), rect.y(), rect.w(), rect.h())
        };
        assert_eq!(numbers(-1, 32_767, -32_768, 0), (-1, 32_767, -32_768, 0));
        assert_eq!(numbers(i32::MIN, 40_000, i32::MAX, 5), (-32_768, 32_767, 32_767, 5));
        assert_eq!(Rect::new(-5, -7, 3, 2).mirrored(Rect::new(0, 0, 100, 50)), Rect::new(102, -7, 3, 2));
    }

    #[test]
    fn as_target_grows_small_things_around_their_middle() {
        assert_eq!(Rect::new(100, 100, 24, 60).as_target(), Rect::new(88, 100, 48, 60));
    }
}
