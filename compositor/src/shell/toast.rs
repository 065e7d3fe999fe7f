//! Notices at the top right: two lines, four seconds.

use std::collections::VecDeque;

use paint::{Output, PixelViewMut, Point, Rect, Region, Size};
use sys::Nanos;

use crate::paint::shapes::{disc, rounded};
use crate::paint::text::Face;
use crate::theme::Palette;

/// How long a toast stays (the look).
const STAYS: Nanos = 4_000_000_000;
/// Toasts at once. More push the oldest out: a flood of notices never covers the screen.
const MOST: usize = 3;
const WIDTH: u32 = 360;
const HEIGHT: u32 = 72;
const GAP: u32 = 8;
/// Longest text kept, in characters: more than fits the width.
const LONGEST: usize = 200;

#[derive(Debug)]
struct Toast {
    title: String,
    text: String,
    until: Nanos,
}

/// The notices on the screen, oldest on top.
#[derive(Debug, Default)]
pub(crate) struct Toasts(VecDeque<Toast>);

impl Toasts {
    pub(crate) fn push(&mut self, title: &str, text: &str, now: Nanos) {
        let short = |s: &str| s.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(Toast { title: short(title), text: short(text), until: now + STAYS });
    }

    /// Removes what is over; the answer is whether there was any.
    pub(crate) fn expire(&mut self, now: Nanos) -> bool {
        let before = self.0.len();
        self.0.retain(|t| t.until > now);
        self.0.len() != before
    }

    pub(crate) fn next_end(&self) -> Option<Nanos> {
        self.0.iter().map(|t| t.until).min()
    }

    /// Everything that toasts could ever cover.
    pub(crate) fn area(screen: Size<Output>) -> Region<Output> {
        (0..MOST).map(|nth| place(screen, nth)).collect()
    }

    pub(crate) fn draw(&self, canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>, palette: &Palette) {
        for (nth, toast) in self.0.iter().enumerate() {
            let rect = place(canvas.size(), nth);
            if rect.intersect(clip).is_empty() {
                continue;
            }
            rounded(canvas, clip, rect, 12, palette.line);
            rounded(canvas, clip, rect.outset(-1), 11, palette.raised);
            let middle = rect.top() + HEIGHT.cast_signed() / 2;
            disc(canvas, clip, ((rect.left() + 32) * 16, middle * 16), 14 * 16, palette.sky);
            let x = rect.left() + 32 - Face::CAPTION.width("i") / 2;
            Face::CAPTION.draw(canvas, clip, Point::new(x, middle + 5), palette.raised, "i");
            let (left, room) = (rect.left() + 60, rect.w().cast_signed() - 76);
            let title = Face::CAPTION.fitted(&toast.title, room);
            Face::CAPTION.draw(canvas, clip, Point::new(left, middle - 5), palette.text, &title);
            let text = Face::BODY.fitted(&toast.text, room);
            Face::BODY.draw(canvas, clip, Point::new(left, middle + 17), palette.dim, &text);
        }
    }
}

fn place(screen: Size<Output>, nth: usize) -> Rect<Output> {
    let margin = if screen.w() <= 800 { 16 } else { 24 };
    let w = WIDTH.min(screen.w().saturating_sub(2 * margin).max(1));
    let x = screen.w().saturating_sub(w + margin);
    let y = margin + u32::try_from(nth).unwrap_or(0) * (HEIGHT + GAP);
    Rect::new(x.cast_signed(), y.cast_signed(), w, HEIGHT)
}
