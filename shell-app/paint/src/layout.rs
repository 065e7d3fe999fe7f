//! Where everything is, for a size of the canvas.

use ui::{Rect, space};

/// Number of colours.
pub(crate) const INKS: usize = 9;
/// Number of buttons in the bar at the top, beside the one that closes.
pub(crate) const TOOLS: usize = 5;
/// Number of brushes.
pub(crate) const BRUSHES: usize = 4;

/// The places on the canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) canvas: Rect,
    pub(crate) back: Rect,
    pub(crate) title: Rect,
    /// In the bar at the top, from the left: open, save, undo, redo, clear.
    pub(crate) tools: [Rect; TOOLS],
    pub(crate) paper: Rect,
    pub(crate) inks: [Rect; INKS],
    pub(crate) brushes: [Rect; BRUSHES],
}

/// Whether the bar at the top has a button that closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// It has.
    Here,
    /// The window has one.
    Elsewhere,
}

impl Layout {
    /// The layout of a canvas of `w` by `h` pixels.
    pub(crate) fn new(w: i32, h: i32, closing: Closing) -> Self {
        let margin = space::margin(w);
        let edge = space::TARGET;
        let bar = edge + space::XS;
        // Icons stand at the margin; what is touched reaches beyond.
        let (left, right) = (margin - space::S, w - margin + space::S);
        let top = space::XS / 2;
        let back = Rect::new(left, top, edge, edge);
        let title_x = if closing == Closing::Here { back.right() + space::XS / 2 } else { margin };
        let gap = if w < 640 { 0 } else { space::XS };
        let tools_x = right - row_width(TOOLS, gap);
        let tools = row(tools_x, top, gap);

        let (inks_w, brushes_w) = (row_width(INKS, space::XS), row_width(BRUSHES, space::XS));
        let is_one_row = inks_w + space::XL + brushes_w <= w - 2 * margin;
        let rows = if is_one_row { 1 } else { 2 };
        let below = rows * (edge + space::XS) + space::XS;
        let paper = Rect::new(margin, bar, w - 2 * margin, (h - bar - below).max(1));
        let first = paper.bottom() + space::XS;
        let (inks, brushes) = if is_one_row {
            let x = (w - inks_w - space::XL - brushes_w) / 2;
            (row(x, first, space::XS), row(x + inks_w + space::XL, first, space::XS))
        } else {
            // As far apart as the width allows, but never over each other.
            let gap = ((w - 2 * left.max(0) - row_width(INKS, 0)) / row_width_gaps(INKS)).clamp(0, space::XS);
            let x = (w - row_width(INKS, gap)) / 2;
            (row(x, first, gap), row((w - brushes_w) / 2, first + edge + space::XS, space::XS))
        };
        Self {
            canvas: Rect::new(0, 0, w, h),
            back,
            title: Rect::new(title_x, top, (tools_x - title_x).max(0), edge),
            tools,
            paper,
            inks,
            brushes,
        }
    }
}

fn row_width_gaps(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(1) - 1
}

fn row_width(count: usize, gap: i32) -> i32 {
    row_width_gaps(count) * (space::TARGET + gap) + space::TARGET
}

fn row<const N: usize>(x: i32, y: i32, gap: i32) -> [Rect; N] {
    core::array::from_fn(|n| {
        let n = i32::try_from(n).unwrap_or(0);
        Rect::new(x + n * (space::TARGET + gap), y, space::TARGET, space::TARGET)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_at_every_size_nothing_overlaps_and_targets_are_large_enough() {
        for (w, h) in [(800, 480), (1280, 800), (1920, 1080), (1080, 1920), (480, 800), (640, 480)] {
            for closing in [Closing::Here, Closing::Elsewhere] {
                let layout = Layout::new(w, h, closing);
                let mut places = vec![layout.title, layout.paper];
                places.extend(layout.tools);
                if closing == Closing::Here {
                    places.push(layout.back);
                }
                places.extend(layout.inks);
                places.extend(layout.brushes);
                for (n, a) in places.iter().enumerate() {
                    assert!(layout.canvas.holds(*a), "{a:?} at {w}x{h}");
                    assert!(a.w() >= space::TARGET && a.h() >= space::TARGET, "{a:?} at {w}x{h}");
                    for b in &places[n + 1..] {
                        assert!(!a.touches(*b), "{a:?} and {b:?} at {w}x{h}");
                    }
                }
                assert!(layout.paper.h() * 5 >= h * 3, "most of it is paper at {w}x{h}");
            }
        }
    }

    #[test]
    fn new_with_a_tiny_canvas_does_not_fail() {
        for (w, h) in [(1, 1), (2000, 3), (3, 2000)] {
            let layout = Layout::new(w, h, Closing::Here);
            assert!(layout.paper.h() >= 1);
        }
    }
}
