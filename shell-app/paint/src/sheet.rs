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
    /// What was taken back, the newest last, until something new is painted.
    undone: Vec<Stroke>,
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

    pub(crate) fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Begins a stroke.
    pub(crate) fn begin(&mut self, stroke: Stroke) {
        self.cleared.clear();
        self.undone.clear();
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
            let bounds = stroke.bounds();
            self.undone.push(stroke);
            return Undone::Within(bounds);
        }
        if self.cleared.is_empty() {
            return Undone::Nothing;
        }
        self.strokes = core::mem::take(&mut self.cleared);
        self.points = self.strokes.iter().map(|stroke| stroke.points.len()).sum();
        Undone::All
    }

    /// Brings back what was taken back last.
    pub(crate) fn redo(&mut self) -> Undone {
        let Some(stroke) = self.undone.pop() else { return Undone::Nothing };
        let bounds = stroke.bounds();
        self.points += stroke.points.len();
        self.strokes.push(stroke);
        self.forget();
        Undone::Within(bounds)
    }

    /// Takes everything away. Whether there was anything.
    pub(crate) fn clear(&mut self) -> bool {
        if self.strokes.is_empty() {
            return false;
        }
        self.undone.clear();
        self.cleared = core::mem::take(&mut self.strokes);
        self.points = 0;
        true
    }

    /// The strokes as bytes: of each its ink, its width and whether it has a dot, then how many points, and these, all
    /// the least significant byte first.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for stroke in &self.strokes {
            let small = |value: i32| u8::try_from(value).unwrap_or(u8::MAX);
            let ink = small(i32::try_from(stroke.ink.0).unwrap_or(0));
            bytes.extend([ink, small(stroke.width), u8::from(stroke.dot.is_some())]);
            bytes.extend(u16::try_from(stroke.points.len()).unwrap_or(u16::MAX).to_le_bytes());
            for point in &stroke.points {
                for edge in [point.x, point.y] {
                    bytes.extend(i16::try_from(edge).unwrap_or(i16::MAX).to_le_bytes());
                }
            }
        }
        bytes
    }

    /// The sheet of such bytes; `None` where they are none.
    pub(crate) fn read(mut bytes: &[u8]) -> Option<Self> {
        let mut sheet = Self::default();
        while let Some(([ink, width, has_dot, low, high], rest)) = bytes.split_first_chunk() {
            let count = usize::from(u16::from_le_bytes([*low, *high]));
            let (places, rest) = rest.split_at_checked(count * 4)?;
            bytes = rest;
            let at = |four: &[u8; 4]| {
                let edge = |low, high| i32::from(i16::from_le_bytes([low, high]));
                Point::new(edge(four[0], four[1]), edge(four[2], four[3]))
            };
            let points: Vec<Point> = places.as_chunks().0.iter().map(at).collect();
            let first = points.first().copied().filter(|_| *width > 0)?;
            let dot = (*has_dot == 1).then_some(first);
            sheet.points += points.len();
            if sheet.points > MAX_POINTS {
                return None;
            }
            sheet.strokes.push(Stroke { ink: Ink(usize::from(*ink)), width: i32::from(*width), dot, points });
        }
        bytes.is_empty().then_some(sheet)
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
    fn redo_brings_back_until_something_new_is_painted() {
        let mut sheet = Sheet::default();
        sheet.begin(Stroke::new(INK, 4, at(10)));
        sheet.begin(Stroke::new(INK, 4, at(50)));
        for _ in 0..2 {
            sheet.undo();
        }
        assert_eq!(sheet.redo(), Undone::Within(Rect::new(7, -3, 7, 7)));
        assert_eq!((sheet.strokes().len(), sheet.points, sheet.can_redo()), (1, 1, true));
        sheet.begin(Stroke::new(INK, 4, at(90)));
        assert_eq!((sheet.redo(), sheet.can_redo()), (Undone::Nothing, false));
    }

    #[test]
    fn bytes_of_a_sheet_are_read_again_and_no_others() {
        let mut sheet = Sheet::default();
        sheet.begin(Stroke::new(Ink(3), 28, Point::new(-64, 900)));
        sheet.extend(Ink(3), 28, Point::new(-64, 900), at(30));
        sheet.extend(INK, 4, at(7), at(9));
        let bytes = sheet.bytes();
        let again = Sheet::read(&bytes).expect("a sheet");
        assert_eq!((again.strokes(), again.points), (sheet.strokes(), sheet.points));
        assert!(Sheet::read(&[]).is_some_and(|sheet| sheet.is_empty()));
        for cut in 1..bytes.len() {
            let found = Sheet::read(&bytes[..cut]);
            assert!(found.is_none_or(|found| found.strokes().len() < 2), "{cut}");
        }
        assert!(Sheet::read(&[0, 0, 1, 1, 0, 0, 0, 0, 0]).is_none(), "no width");
        assert!(Sheet::read(&[255; 70_000]).is_none());
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
