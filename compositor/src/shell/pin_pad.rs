//! The lock's PIN pad: twelve keys, the entered digits as dots, one line that says what is going on.

use control_protocol::compositor::LockView;
use paint::{Color, Output, PixelViewMut, Point, Rect, Size};
use sys::Nanos;

use super::{ground, logo};
use crate::paint::shapes::{disc, rounded};
use crate::paint::text::Face;
use crate::theme::Palette;

/// Digits that are taken.
const MOST: usize = 12;

const SECOND: Nanos = 1_000_000_000;

/// A key of the pad.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Key {
    Digit(u8),
    Back,
    Enter,
}

/// Rows as people know them from telephones.
const KEYS: [Key; 12] = [
    Key::Digit(1),
    Key::Digit(2),
    Key::Digit(3),
    Key::Digit(4),
    Key::Digit(5),
    Key::Digit(6),
    Key::Digit(7),
    Key::Digit(8),
    Key::Digit(9),
    Key::Back,
    Key::Digit(0),
    Key::Enter,
];

/// The pad.
#[derive(Debug)]
pub(crate) struct PinPad {
    view: LockView,
    entered: String,
    /// When the next PIN is looked at.
    until: Nanos,
    /// Whole seconds left, as they are shown.
    left: u64,
    /// The key that is held down, and the one that is pointed at.
    pub(crate) held: Option<Key>,
    pub(crate) hovered: Option<Key>,
}

impl Default for PinPad {
    fn default() -> Self {
        Self { view: LockView::Asking, entered: String::new(), until: 0, left: 0, held: None, hovered: None }
    }
}

impl PinPad {
    /// What the supervisor says.
    pub(crate) fn show(&mut self, view: LockView, now: Nanos) {
        self.view = view;
        if let LockView::Wrong { wait_ms } = view {
            self.until = now.saturating_add(Nanos::from(wait_ms) * 1_000_000);
            self.left = u64::from(wait_ms).div_ceil(1000);
        } else {
            self.left = 0;
        }
        if view != LockView::Checking {
            self.entered.clear();
        }
    }

    /// Moves the count of seconds to `now`; whether it looks different.
    pub(crate) fn tick(&mut self, now: Nanos) -> bool {
        let left = if self.left == 0 { 0 } else { self.until.saturating_sub(now).div_ceil(SECOND) };
        std::mem::replace(&mut self.left, left) != left
    }

    /// When the count of seconds changes.
    pub(crate) fn next_tick(&self) -> Option<Nanos> {
        (self.left > 0).then(|| self.until.saturating_sub((self.left - 1) * SECOND))
    }

    fn takes_keys(&self) -> bool {
        self.view != LockView::Checking && self.left == 0
    }

    pub(super) fn press(&mut self, key: Key) -> super::guard::Pressed {
        use super::guard::Pressed;
        if !self.takes_keys() {
            return Pressed::Nothing;
        }
        match key {
            Key::Digit(d) if self.entered.len() < MOST => self.entered.push(char::from(b'0' + d % 10)),
            Key::Back if !self.entered.is_empty() => {
                self.entered.pop();
            }
            Key::Enter if !self.entered.is_empty() => return Pressed::Entered(self.entered.clone()),
            _ => return Pressed::Nothing,
        }
        Pressed::Changed
    }

    /// The key at a point of the screen.
    pub(crate) fn key_at(screen: Size<Output>, at: Point<Output>) -> Option<Key> {
        let layout = Layout::of(screen);
        let half = layout.gap / 2;
        // Half of the gap belongs to each key: a finger that is a little off hits it still.
        (0..KEYS.len()).find(|i| layout.key(*i).outset(half).contains(at)).map(|i| KEYS[i])
    }

    /// Paints the part of the pad inside `clip`, ground included.
    pub(super) fn draw(&self, canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>, palette: &Palette) {
        let screen = canvas.size();
        let layout = Layout::of(screen);
        ground::sky(canvas, clip, palette.ground, screen.h());
        let cx = screen.w().cast_signed() / 2;
        if let Some(y) = layout.mark {
            logo::mark(canvas, clip, Point::new(cx, y), 56, palette);
        }
        let (line, color) = self.line(palette);
        let left = cx - Face::LARGE.width(&line) / 2;
        Face::LARGE.draw(canvas, clip, Point::new(left, layout.line), color, &line);
        self.draw_dots(canvas, clip, (cx, layout.dots), palette);
        for (i, key) in KEYS.into_iter().enumerate() {
            self.draw_key(canvas, clip, (layout.key(i), key), palette);
        }
    }

    /// What is going on.
    fn line(&self, palette: &Palette) -> (String, Color) {
        match self.view {
            LockView::Asking => ("Enter the PIN".to_owned(), palette.text),
            LockView::Checking => ("Checking …".to_owned(), palette.dim),
            LockView::Wrong { .. } if self.left == 0 => ("Wrong PIN, try again".to_owned(), palette.error),
            LockView::Wrong { .. } => (format!("Wrong PIN, wait {} s", self.left), palette.error),
            LockView::Trouble => ("The PIN cannot be checked now".to_owned(), palette.error),
        }
    }

    fn draw_dots(
        &self,
        canvas: &mut PixelViewMut<'_, Output>,
        clip: Rect<Output>,
        (cx, y): (i32, i32),
        palette: &Palette,
    ) {
        const PITCH: i32 = 24;
        let count = i32::try_from(self.entered.len()).unwrap_or(0);
        if count == 0 {
            let rest = Rect::from_edges(cx - 2 * PITCH, y, cx + 2 * PITCH, y + 1);
            return rounded(canvas, clip, rest, 0, palette.line);
        }
        let first = cx - (count - 1) * PITCH / 2;
        for n in 0..count {
            disc(canvas, clip, ((first + n * PITCH) * 16, y * 16), 6 * 16, palette.text);
        }
    }

    fn draw_key(
        &self,
        canvas: &mut PixelViewMut<'_, Output>,
        clip: Rect<Output>,
        (rect, key): (Rect<Output>, Key),
        palette: &Palette,
    ) {
        if rect.outset(1).intersect(clip).is_empty() {
            return;
        }
        let is_able = self.takes_keys() && (matches!(key, Key::Digit(_)) || !self.entered.is_empty());
        let (border, face, ink) = match key {
            _ if !is_able => (palette.line, palette.surface, palette.dim),
            _ if self.held == Some(key) => (palette.text, palette.line, palette.text),
            Key::Enter => (palette.accent, palette.accent, palette.on_accent),
            _ if self.hovered == Some(key) => (palette.sky, palette.raised, palette.text),
            _ => (palette.line, palette.raised, palette.text),
        };
        rounded(canvas, clip, rect, 12, border);
        rounded(canvas, clip, rect.outset(-1), 11, face);
        let (text, font) = match key {
            Key::Digit(d) => (char::from(b'0' + d % 10).to_string(), Face::LARGE),
            Key::Back if Face::BODY.width("Delete") + 8 > rect.w().cast_signed() => {
                ("Del".to_owned(), Face::BODY)
            }
            Key::Back => ("Delete".to_owned(), Face::BODY),
            Key::Enter => ("OK".to_owned(), Face::LARGE),
        };
        let left = rect.left() + (rect.w().cast_signed() - font.width(&text)) / 2;
        // Figures and capitals stand on the baseline, seven tenths of the ascent high.
        let baseline = rect.top() + rect.h().cast_signed() / 2 + font.ascent() * 3 / 8;
        font.draw(canvas, clip, Point::new(left, baseline), ink, &text);
    }
}

/// Where things are, in pixels of the screen.
#[derive(Clone, Copy, Debug)]
struct Layout {
    /// Middle of the mark, where there is room for it.
    mark: Option<i32>,
    /// Baseline of the line.
    line: i32,
    /// Middle of the dots.
    dots: i32,
    /// Top left of the first key.
    keys: (i32, i32),
    edge: i32,
    gap: i32,
}

impl Layout {
    fn of(screen: Size<Output>) -> Self {
        let (w, h) = (screen.w().cast_signed(), screen.h().cast_signed());
        let gap = if h < 600 { 8 } else { 16 };
        // Four rows below two lines of text; targets for fingers where the screen has room for them.
        let room = (h - 16 * 2 - 88) / 4 - gap;
        let edge = room.min((w - 4 * gap) / 3).clamp(24, 96);
        let below = 4 * edge + 3 * gap;
        let has_room = h >= below + 88 + 96 + 64;
        let above = if has_room { 88 + 96 } else { 88 };
        let top = ((h - below - above) / 2).max(0);
        let line = top + above - 88 + 26;
        Self {
            mark: has_room.then_some(top + 28),
            line,
            dots: line + 30,
            keys: ((w - 3 * edge - 2 * gap) / 2, top + above),
            edge,
            gap,
        }
    }

    fn key(&self, nth: usize) -> Rect<Output> {
        let nth = i32::try_from(nth).unwrap_or(0);
        let pitch = self.edge + self.gap;
        let (x, y) = (self.keys.0 + nth % 3 * pitch, self.keys.1 + nth / 3 * pitch);
        Rect::from_edges(x, y, x + self.edge, y + self.edge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_on_the_screen_apart_and_large_enough() {
        for (w, h) in [(800, 480), (1280, 800), (1920, 1080), (1080, 1920), (480, 272)] {
            let screen: Size<Output> = Size::clamped(w, h);
            let layout = Layout::of(screen);
            let least = if h < 400 { 24 } else { 48 };
            assert!(layout.edge >= least, "{w}x{h}: {layout:?}");
            for (i, key) in KEYS.into_iter().enumerate() {
                let rect = layout.key(i);
                assert_eq!(rect.intersect(screen.rect()), rect, "{w}x{h}: key {i}");
                let middle = Point::new(rect.left() + layout.edge / 2, rect.top() + layout.edge / 2);
                assert_eq!(PinPad::key_at(screen, middle), Some(key));
                assert!((0..i).all(|other| layout.key(other).intersect(rect).is_empty()));
            }
            assert!(layout.dots + 6 < layout.keys.1 && layout.line > 0);
        }
    }
}
