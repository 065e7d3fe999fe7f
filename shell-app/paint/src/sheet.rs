//! What is painted: strokes on a sheet of paper, with a way back.

use alloc::vec;
use alloc::vec::Vec;

use ui::{Point, Rect};

/// Most points kept of all strokes: some minutes of uninterrupted painting. When there are more, the oldest strokes are
/// forgotten: they stay on the screen until the sheet is drawn anew.
const MAX_POINTS: usize = 16_384;

/// A colour, by its place in the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ink(pub(crate) usize);

/// A line drawn without lifting the brush. Points are relative to the sheet's corner.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) ink: Ink,
    /// Width in pixels.
    pub(crate) width: i32,
    /// Where it began, if that is known.
    dot: Option<Point>,
    points: Vec<Point>,
}

impl Stroke {
    pub(crate) fn new(ink: Ink, width: i32, at: Point) -> Self {
        Self { ink, width, dot: Some(at), points: vec![at] }
    }

    /// A single piece of one.
    pub(crate) fn piece(ink: Ink, width: i32, from: Point, to: Point) -> Self {
        Self { ink, width, dot: None, points: vec![from, to] }
    }

    /// Where it is now.
    pub(crate) fn end(&self) -> Point {
        self.points.last().copied().unwrap_or_default()
    }

    /// Its pieces as they were painted: the dot where it began, then from each point to the next.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        let dot = self.dot.map(|at| (at, at));
        dot.into_iter().chain(self.points.windows(2).map(|pair| (pair[0], pair[1])))
    }

    /// Every pixel it may touch.
    pub(crate) fn bounds(&self) -> Rect {
        self.pieces().map(|piece| piece_bounds(piece, self.width)).fold(Rect::default(), Rect::union)
    }
}

/// Every pixel a piece this wide may touch.
pub(crate) fn piece_bounds((from, to): (Point, Point), width: i32) -> Rect {
    let (x, y) = (from.x.min(to.x), from.y.min(to.y));
    Rect::new(x, y, (from.x - to.x).abs() + 1, (from.y - to.y).abs() + 1).grown(width / 2 + 1)
}

/// The strokes on a sheet, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    strokes: Vec<Stroke>,
    points: usize,
    /// What was there before it was cleared, until something new is painted.
    cleared: Vec<Stroke>,
}

/// What undoing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undone {
    /// There was nothing.
    Nothing,
    /// Something within these pixels.
    Within(Rect),
    /// All of it.
    All,
}

impl Sheet {
    pub(crate) fn strokes(&self) -> &[Stroke] {
        &self.strokes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.strokes.is_empty()
    }

    pub(crate) fn can_undo(&self) -> bool {
        !self.strokes.is_empty() || !self.cleared.is_empty()
    }

    /// Begins a stroke.
    pub(crate) fn begin(&mut self, stroke: Stroke) {
        self.cleared.clear();
        self.strokes.push(stroke);
        self.points += 1;
        self.forget();
    }

    /// Lengthens the newest stroke of this ink and width that ends at `from`.
    pub(crate) fn extend(&mut self, ink: Ink, width: i32, from: Point, to: Point) {
        let found = self
            .strokes
            .iter_mut()
            .rev()
            .find(|stroke| stroke.ink == ink && stroke.width == width && stroke.end() == from);
        match found {
            Some(stroke) => {
                stroke.points.push(to);
                self.points += 1;
                self.forget();
            }
            // It was forgotten meanwhile.
            None => {
                self.points += 1;
                self.begin(Stroke::piece(ink, width, from, to));
            }
        }
    }

    /// Takes back the newest stroke, or the clearing.
    pub(crate) fn undo(&mut self) -> Undone {
        if let Some(stroke) = self.strokes.pop() {
            self.points -= stroke.points.len();
            return Undone::Within(stroke.bounds());
        }
        if self.cleared.is_empty() {
            return Undone::Nothing;
        }
        self.strokes = core::mem::take(&mut self.cleared);
        self.points = self.strokes.iter().map(|stroke| stroke.points.len()).sum();
        Undone::All
    }

    /// Takes everything away. Whether there was anything.
    pub(crate) fn clear(&mut self) -> bool {
        if self.strokes.is_empty() {
            return false;
        }
        self.cleared = core::mem::take(&mut self.strokes);
        self.points = 0;
        true
    }

    fn forget(&mut self) {
        while self.points > MAX_POINTS {
            if self.strokes.len() > 1 {
                self.points -= self.strokes.remove(0).points.len();
            } else if let Some(stroke) = self.strokes.first_mut() {
                // One endless stroke: its older half.
                let half = stroke.points.len() / 2;
                stroke.points.drain(..half);
                stroke.dot = None;
                self.points -= half;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: Ink = Ink(0);

    fn at(x: i32) -> Point {
        Point::new(x, 0)
    }

    #[test]
    fn undo_is_the_newest_stroke_then_nothing() {
        let mut sheet = Sheet::default();
        sheet.begin(Stroke::new(INK, 4, at(10)));
        sheet.extend(INK, 4, at(10), at(30));
        sheet.begin(Stroke::new(INK, 8, at(100)));
        assert_eq!(sheet.undo(), Undone::Within(Rect::new(95, -5, 11, 11)));
        assert_eq!(sheet.undo(), Undone::Within(Rect::new(7, -3, 27, 7)));
        assert_eq!((sheet.undo(), sheet.points), (Undone::Nothing, 0));
    }

    #[test]
    fn undo_after_clear_brings_everything_back() {
        let mut sheet = Sheet::default();
        assert!(!sheet.clear());
        sheet.begin(Stroke::new(INK, 4, at(10)));
        assert!(sheet.clear() && sheet.is_empty() && sheet.can_undo());
        assert_eq!((sheet.undo(), sheet.strokes().len()), (Undone::All, 1));
        sheet.clear();
        sheet.begin(Stroke::new(INK, 4, at(20)));
        sheet.undo();
        assert!(!sheet.can_undo(), "what was cleared before something new is gone");
    }

    #[test]
    fn extend_without_end_is_bounded() {
        let mut sheet = Sheet::default();
        sheet.begin(Stroke::new(INK, 4, at(0)));
        for x in 0..100_000 {
            sheet.extend(INK, 4, at(x), at(x + 1));
            assert!(sheet.points <= MAX_POINTS);
        }
        for x in 0..100_000 {
            sheet.begin(Stroke::new(INK, 4, at(x)));
        }
        let kept: usize = sheet.strokes().iter().map(|stroke| stroke.points.len()).sum();
        assert_eq!((kept, sheet.points), (MAX_POINTS, MAX_POINTS));
    }

    #[test]
    fn extend_of_a_forgotten_stroke_goes_on() {
        let mut sheet = Sheet::default();
        sheet.extend(INK, 4, at(0), at(9));
        assert_eq!((sheet.strokes().len(), sheet.points), (1, 2));
    }
}
