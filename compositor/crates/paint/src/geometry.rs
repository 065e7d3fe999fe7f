//! Points, sizes and rectangles that carry the space they are in.

use core::fmt;
use core::marker::PhantomData;

/// The longest edge of a canvas, a surface or an output, in pixels.
///
/// Larger than any panel a kiosk drives (8K is 7680), small enough that four bytes a pixel over the
/// square of it still fit 31 bits of a file offset.
pub const MAX_EDGE: u32 = 16_384;

/// A coordinate space. Values of different spaces do not mix.
pub trait Space: Copy + Clone + Eq + fmt::Debug + 'static {}

/// The space of one window's content: pixels of the canvas the app draws on, origin top-left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Surface {}
impl Space for Surface {}

/// The space of a screen as people see it: pixels after rotation, origin top-left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Output {}
impl Space for Output {}

/// A position in pixels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Point<S> {
    /// Pixels to the right of the origin.
    pub x: i32,
    /// Pixels below the origin.
    pub y: i32,
    space: PhantomData<S>,
}

impl<S: Space> Point<S> {
    /// The point at (x, y).
    #[must_use]
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y, space: PhantomData }
    }

    /// This point moved by (dx, dy), saturating.
    #[must_use]
    pub const fn offset(self, dx: i32, dy: i32) -> Self {
        Self::new(self.x.saturating_add(dx), self.y.saturating_add(dy))
    }
}

impl<S> fmt::Debug for Point<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {})", self.x, self.y)
    }
}

/// The size of something with pixels: both edges from 1 to [`MAX_EDGE`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Size<S> {
    w: u32,
    h: u32,
    space: PhantomData<S>,
}

impl<S: Space> Size<S> {
    /// A size, or `None` if an edge is 0 or longer than [`MAX_EDGE`].
    #[must_use]
    pub const fn new(w: u32, h: u32) -> Option<Self> {
        if w == 0 || h == 0 || w > MAX_EDGE || h > MAX_EDGE {
            return None;
        }
        Some(Self { w, h, space: PhantomData })
    }

    /// The size nearest to (w, h) that is one.
    #[must_use]
    pub fn clamped(w: u32, h: u32) -> Self {
        Self { w: w.clamp(1, MAX_EDGE), h: h.clamp(1, MAX_EDGE), space: PhantomData }
    }

    /// Width in pixels, 1 to [`MAX_EDGE`].
    #[must_use]
    pub const fn w(self) -> u32 {
        self.w
    }

    /// Height in pixels, 1 to [`MAX_EDGE`].
    #[must_use]
    pub const fn h(self) -> u32 {
        self.h
    }

    /// Number of pixels.
    #[must_use]
    pub const fn area(self) -> usize {
        self.w as usize * self.h as usize
    }

    /// The rectangle of this size at the origin.
    #[must_use]
    pub const fn rect(self) -> Rect<S> {
        Rect::new(0, 0, self.w, self.h)
    }

    /// The same edges in another space. The caller says that one pixel here is one pixel there.
    #[must_use]
    pub const fn cast<T: Space>(self) -> Size<T> {
        Size { w: self.w, h: self.h, space: PhantomData }
    }
}

impl<S> fmt::Debug for Size<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.w, self.h)
    }
}

/// A rectangle of pixels, half open: it holds `left..right` and `top..bottom`. It may be empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Rect<S> {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
    space: PhantomData<S>,
}

impl<S: Space> Rect<S> {
    /// The rectangle that holds nothing.
    pub const EMPTY: Self = Self::new(0, 0, 0, 0);

    /// The rectangle `w` by `h` at (x, y); edges beyond `i32` saturate.
    #[must_use]
    pub const fn new(x: i32, y: i32, w: u32, h: u32) -> Self {
        Self {
            left: x,
            top: y,
            right: x.saturating_add_unsigned(w),
            bottom: y.saturating_add_unsigned(h),
            space: PhantomData,
        }
    }

    /// The rectangle between four edges; empty where an edge lies before its opposite.
    #[must_use]
    pub const fn from_edges(left: i32, top: i32, right: i32, bottom: i32) -> Self {
        let right = if right < left { left } else { right };
        let bottom = if bottom < top { top } else { bottom };
        Self { left, top, right, bottom, space: PhantomData }
    }

    /// Left edge, inclusive.
    #[must_use]
    pub const fn left(self) -> i32 {
        self.left
    }

    /// Top edge, inclusive.
    #[must_use]
    pub const fn top(self) -> i32 {
        self.top
    }

    /// Right edge, exclusive.
    #[must_use]
    pub const fn right(self) -> i32 {
        self.right
    }

    /// Bottom edge, exclusive.
    #[must_use]
    pub const fn bottom(self) -> i32 {
        self.bottom
    }

    /// Width in pixels.
    #[must_use]
    pub const fn w(self) -> u32 {
        self.right.abs_diff(self.left)
    }

    /// Height in pixels.
    #[must_use]
    pub const fn h(self) -> u32 {
        self.bottom.abs_diff(self.top)
    }

    /// The top-left corner.
    #[must_use]
    pub const fn origin(self) -> Point<S> {
        Point::new(self.left, self.top)
    }

    /// Whether it holds no pixel.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.right <= self.left || self.bottom <= self.top
    }

    /// Number of pixels.
    #[must_use]
    pub const fn area(self) -> u64 {
        if self.is_empty() { 0 } else { self.w() as u64 * self.h() as u64 }
    }

    /// Whether the pixel at `p` is inside.
    #[must_use]
    pub const fn contains(self, p: Point<S>) -> bool {
        p.x >= self.left && p.x < self.right && p.y >= self.top && p.y < self.bottom
    }

    /// Whether every pixel of `other` is inside. True for an empty `other`.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        other.is_empty()
            || (other.left >= self.left
                && other.right <= self.right
                && other.top >= self.top
                && other.bottom <= self.bottom)
    }

    /// The pixels in both, [`Rect::EMPTY`] if there is none.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        let r = Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
            space: PhantomData,
        };
        if r.is_empty() { Self::EMPTY } else { r }
    }

    /// The smallest rectangle that covers both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
            space: PhantomData,
        }
    }

    /// This rectangle moved by (dx, dy), saturating.
    #[must_use]
    pub const fn offset(self, dx: i32, dy: i32) -> Self {
        Self {
            left: self.left.saturating_add(dx),
            top: self.top.saturating_add(dy),
            right: self.right.saturating_add(dx),
            bottom: self.bottom.saturating_add(dy),
            space: PhantomData,
        }
    }

    /// This rectangle grown by `by` pixels on each side, saturating.
    #[must_use]
    pub const fn outset(self, by: i32) -> Self {
        Self::from_edges(
            self.left.saturating_sub(by),
            self.top.saturating_sub(by),
            self.right.saturating_add(by),
            self.bottom.saturating_add(by),
        )
    }

    /// The same edges in another space. The caller says that one pixel here is one pixel there.
    #[must_use]
    pub const fn cast<T: Space>(self) -> Rect<T> {
        Rect { left: self.left, top: self.top, right: self.right, bottom: self.bottom, space: PhantomData }
    }

    /// The part of `self` outside `hole`: at most four rectangles, top, bottom, left, right.
    pub fn subtract(self, hole: Self) -> impl Iterator<Item = Self> {
        let h = self.intersect(hole);
        let pieces = if h.is_empty() {
            [self, Self::EMPTY, Self::EMPTY, Self::EMPTY]
        } else {
            [
                Self::from_edges(self.left, self.top, self.right, h.top),
                Self::from_edges(self.left, h.bottom, self.right, self.bottom),
                Self::from_edges(self.left, h.top, h.left, h.bottom),
                Self::from_edges(h.right, h.top, self.right, h.bottom),
            ]
        };
        pieces.into_iter().filter(|r| !r.is_empty())
    }
}

impl<S> fmt::Debug for Rect<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (w, h) = (self.right.abs_diff(self.left), self.bottom.abs_diff(self.top));
        write!(f, "{w}x{h}+{}+{}", self.left, self.top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    type R = Rect<Output>;

    #[test]
    fn new_far_edges_saturate() {
        let r = R::new(i32::MAX - 1, i32::MIN, u32::MAX, u32::MAX);
        assert_eq!(r.right(), i32::MAX);
        assert_eq!(r.w(), 1);
        assert_eq!(r.bottom(), i32::MAX);
        assert_eq!(r.area(), u64::from(u32::MAX));
    }

    #[test]
    fn subtract_hole_inside_leaves_the_frame() {
        let frame: u64 = R::new(0, 0, 10, 10).subtract(R::new(2, 3, 4, 5)).map(R::area).sum();
        assert_eq!(frame, 100 - 20);
    }

    #[test]
    fn size_outside_the_limits_is_none() {
        assert!(Size::<Output>::new(0, 5).is_none());
        assert!(Size::<Output>::new(5, MAX_EDGE + 1).is_none());
        assert!(Size::<Output>::new(MAX_EDGE, 1).is_some());
    }
}
