//! A bounded set of rectangles that covers at least what was added to it.

use alloc::vec::Vec;

use crate::{Rect, Space};

/// How many rectangles a [`Region`] keeps before it joins the two that waste least.
///
/// A frame's damage is a few widgets; sixteen keep them apart, and every walk over a region stays trivial.
pub const MAX_REGION_RECTS: usize = 16;

/// An area to repaint. It covers every rectangle added to it and may cover more: at most
/// [`MAX_REGION_RECTS`] rectangles are kept, and beyond that neighbours are joined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Region<S> {
    rects: Vec<Rect<S>>,
}

impl<S: Space> Default for Region<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Space> Region<S> {
    /// The empty region.
    #[must_use]
    pub const fn new() -> Self {
        Self { rects: Vec::new() }
    }

    /// The rectangles. None is empty and none covers another, but two may overlap.
    #[must_use]
    pub fn rects(&self) -> &[Rect<S>] {
        &self.rects
    }

    /// Whether there is nothing to repaint.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rects.is_empty()
    }

    /// The smallest rectangle that covers the region.
    #[must_use]
    pub fn bounds(&self) -> Rect<S> {
        self.rects.iter().fold(Rect::EMPTY, |all, r| all.union(*r))
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.rects.clear();
    }

    /// The region, leaving the empty one behind.
    #[must_use]
    pub fn take(&mut self) -> Self {
        core::mem::take(self)
    }

    /// Adds a rectangle.
    pub fn add(&mut self, rect: Rect<S>) {
        let mut rect = rect;
        if rect.is_empty() || self.rects.iter().any(|r| r.covers(rect)) {
            return;
        }
        // Joining may make the result cover or touch others, so look again until nothing joins.
        while let Some(i) = self.rects.iter().position(|r| waste(*r, rect) <= 0) {
            rect = rect.union(self.rects.swap_remove(i));
        }
        self.rects.push(rect);
        if self.rects.len() > MAX_REGION_RECTS {
            self.join_cheapest_pair();
        }
    }

    /// Adds every rectangle of `other`.
    pub fn add_region(&mut self, other: &Self) {
        for r in &other.rects {
            self.add(*r);
        }
    }

    /// Whether any rectangle of the region shares a pixel with `rect`.
    #[must_use]
    pub fn intersects(&self, rect: Rect<S>) -> bool {
        self.rects.iter().any(|r| !r.intersect(rect).is_empty())
    }

    /// The region clipped to `clip`.
    #[must_use]
    pub fn clipped(&self, clip: Rect<S>) -> Self {
        let mut out = Self::new();
        for r in &self.rects {
            out.add(r.intersect(clip));
        }
        out
    }

    fn join_cheapest_pair(&mut self) {
        let mut best = (0, 1, i128::MAX);
        for i in 0..self.rects.len() {
            for j in i + 1..self.rects.len() {
                let w = waste(self.rects[i], self.rects[j]);
                if w < best.2 {
                    best = (i, j, w);
                }
            }
        }
        let b = self.rects.swap_remove(best.1);
        let a = self.rects.swap_remove(best.0);
        self.add(a.union(b));
    }
}

impl<S: Space> FromIterator<Rect<S>> for Region<S> {
    fn from_iter<I: IntoIterator<Item = Rect<S>>>(rects: I) -> Self {
        let mut out = Self::new();
        for r in rects {
            out.add(r);
        }
        out
    }
}

/// Pixels that joining two rectangles would repaint without need; negative where they overlap much.
fn waste<S: Space>(a: Rect<S>, b: Rect<S>) -> i128 {
    i128::from(a.union(b).area()) - i128::from(a.area()) - i128::from(b.area())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Output, Point};
    use proptest::prelude::*;

    fn rect() -> impl Strategy<Value = Rect<Output>> {
        (-20..60i32, -20..60i32, 0..30u32, 0..30u32).prop_map(|(x, y, w, h)| Rect::new(x, y, w, h))
    }

    proptest! {
        #[test]
        fn add_any_rects_covers_each_within_the_bound(rects in prop::collection::vec(rect(), 0..60)) {
            let region: Region<Output> = rects.iter().copied().collect();
            prop_assert!(region.rects().len() <= MAX_REGION_RECTS);
            for r in &rects {
                for y in r.top()..r.bottom() {
                    for x in r.left()..r.right() {
                        prop_assert!(region.rects().iter().any(|q| q.contains(Point::new(x, y))));
                    }
                }
            }
            for (i, a) in region.rects().iter().enumerate() {
                prop_assert!(!a.is_empty());
                for (j, b) in region.rects().iter().enumerate() {
                    prop_assert!(i == j || !a.covers(*b));
                }
            }
        }
    }

    #[test]
    fn add_touching_halves_joins_them() {
        let region: Region<Output> = [Rect::new(0, 0, 5, 10), Rect::new(5, 0, 5, 10)].into_iter().collect();
        assert_eq!(region.rects(), &[Rect::new(0, 0, 10, 10)]);
    }
}
