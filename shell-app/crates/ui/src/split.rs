//! Where things go: rectangles cut into rows, columns and grids. Every cut leaves whole pixels and loses none.

use alloc::vec::Vec;

use crate::geometry::Rect;

impl Rect {
    /// Smaller by `by` pixels on every side.
    #[must_use]
    pub const fn inset(self, by: i32) -> Self {
        self.grown(-by)
    }

    /// The topmost `height` pixels, and what is below them after `gap`.
    #[must_use]
    pub const fn cut_top(self, height: i32, gap: i32) -> (Self, Self) {
        let rest = height + gap;
        (
            Self::new(self.x(), self.y(), self.w(), height),
            Self::new(self.x(), self.y() + rest, self.w(), self.h() - rest),
        )
    }

    /// The lowest `height` pixels, and what is above them before `gap`.
    #[must_use]
    pub const fn cut_bottom(self, height: i32, gap: i32) -> (Self, Self) {
        let (top, rest) = (self.bottom() - height, self.h() - height - gap);
        (Self::new(self.x(), top, self.w(), height), Self::new(self.x(), self.y(), self.w(), rest))
    }

    /// The first `width` pixels, and what is after them and `gap`.
    #[must_use]
    pub const fn cut_start(self, width: i32, gap: i32) -> (Self, Self) {
        let rest = width + gap;
        (
            Self::new(self.x(), self.y(), width, self.h()),
            Self::new(self.x() + rest, self.y(), self.w() - rest, self.h()),
        )
    }

    /// The last `width` pixels, and what is before them and `gap`.
    #[must_use]
    pub const fn cut_end(self, width: i32, gap: i32) -> (Self, Self) {
        let rest = self.w() - width - gap;
        (
            Self::new(self.right() - width, self.y(), width, self.h()),
            Self::new(self.x(), self.y(), rest, self.h()),
        )
    }

    /// `count` columns of one width, with `gap` between.
    #[must_use]
    pub fn columns(self, count: i32, gap: i32) -> Vec<Self> {
        let at = |n: i32| self.x() + (self.w() + gap) * n / count.max(1);
        (0..count).map(|n| Self::new(at(n), self.y(), at(n + 1) - gap - at(n), self.h())).collect()
    }

    /// `count` rows of one height, with `gap` between.
    #[must_use]
    pub fn rows(self, count: i32, gap: i32) -> Vec<Self> {
        let at = |n: i32| self.y() + (self.h() + gap) * n / count.max(1);
        (0..count).map(|n| Self::new(self.x(), at(n), self.w(), at(n + 1) - gap - at(n))).collect()
    }

    /// A grid, row by row.
    #[must_use]
    pub fn grid(self, columns: i32, rows: i32, gap: i32) -> Vec<Self> {
        self.rows(rows, gap).into_iter().flat_map(|row| row.columns(columns, gap)).collect()
    }

    /// The middle of it, at most this large.
    #[must_use]
    pub fn at_most(self, w: i32, h: i32) -> Self {
        Self::around(self.center(), self.w().min(w), self.h().min(h))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_rows_fill_and_keep_their_gaps() {
        for (w, count, gap) in [(100, 3, 8), (7, 2, 1), (1920, 6, 24), (480, 1, 8)] {
            let all = Rect::new(5, 9, w, 50).columns(count, gap);
            assert_eq!(all.len(), usize::try_from(count).expect("small"));
            assert_eq!((all[0].x(), all[all.len() - 1].right()), (5, 5 + w));
            assert!(all.windows(2).all(|two| two[1].x() - two[0].right() == gap));
            let widths = all.iter().map(|one| one.w());
            assert!(widths.clone().max().expect("one") - widths.min().expect("one") <= 1);
        }
        let rows = Rect::new(0, 0, 10, 100).rows(4, 4);
        assert_eq!((rows[0].h(), rows[3].bottom()), (22, 100));
        assert_eq!(Rect::new(0, 0, 100, 100).grid(2, 3, 4).len(), 6);
        assert!(Rect::new(0, 0, 10, 10).columns(0, 4).is_empty());
    }

    #[test]
    fn cuts_are_beside_each_other() {
        let whole = Rect::new(10, 20, 300, 200);
        let (head, body) = whole.cut_top(40, 8);
        assert_eq!((head.h(), body.y() - head.bottom(), body.bottom()), (40, 8, 220));
        let (foot, body) = whole.cut_bottom(40, 8);
        assert_eq!((foot.bottom(), foot.y() - body.bottom(), body.y()), (220, 8, 20));
        let (end, start) = whole.cut_end(50, 10);
        assert_eq!((end.right(), end.x() - start.right(), start.x()), (310, 10, 10));
        let (start, end) = whole.cut_start(50, 10);
        assert_eq!((start.w(), end.x() - start.right(), end.right()), (50, 10, 310));
    }
}
