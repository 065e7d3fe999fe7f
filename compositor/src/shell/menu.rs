//! An app's menu: rows in a panel that hangs from its title bar's button, or from the corner of its content.

use control_protocol::compositor::MenuEntry;
use paint::{Output, PixelViewMut, Point, Rect, Size};
use scene::{Direction, WindowId};

use super::chrome;
use crate::paint::shapes::rounded;
use crate::paint::text::Face;
use crate::theme::{Palette, faded};

/// Corners of the panel, in pixels.
const CORNER: u32 = 12;
/// Between the panel's edge and its rows, in pixels.
const PADDING: i32 = 6;
/// Between a row's edge and its text, in pixels.
const INSET: i32 = 14;
/// Between a label and its shortcut, at least, in pixels.
const GAP: i32 = 32;
/// Height of a separator's row, in pixels.
const SEPARATOR: i32 = 9;
/// Widths of a panel where the screen has room for it, in pixels.
const WIDTH: (i32, i32) = (200, 440);
/// Nearest to the screen's edges, in pixels.
const MARGIN: i32 = 8;
/// From what it hangs from, in pixels.
const DROP: i32 = 4;

/// Height of a row, in pixels: for fingers or for a pointer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RowHeight {
    Finger = 48,
    Pointer = 34,
}

/// How the chosen row came to be chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum By {
    Keys,
    Hand,
}

/// Whether there is anything to choose in a menu.
pub(crate) fn has_items(entries: &[MenuEntry]) -> bool {
    entries.iter().any(|entry| matches!(entry, MenuEntry::Item { .. }))
}

fn is_able(entry: &MenuEntry) -> bool {
    matches!(entry, MenuEntry::Item { enabled: true, .. })
}

/// An open menu.
#[derive(Debug)]
pub(crate) struct Menu {
    /// Whose.
    pub(crate) id: WindowId,
    /// What it hangs from, on a screen of a size; elsewhere it would be somebody else's.
    anchor: (Rect<Output>, Size<Output>),
    entries: Vec<MenuEntry>,
    /// Top and bottom of each row from the top of all, in pixels.
    rows: Vec<(i32, i32)>,
    panel: Rect<Output>,
    /// How far rows are moved up, in pixels.
    scroll: i32,
    chosen: Option<(usize, By)>,
}

impl Menu {
    /// `entries` hang from `anchor` on a screen of this size.
    pub(crate) fn new(
        id: WindowId,
        entries: Vec<MenuEntry>,
        anchor: (Rect<Output>, Size<Output>),
        row: RowHeight,
    ) -> Self {
        let mut rows = Vec::new();
        let mut end = 0;
        for entry in &entries {
            let height = if *entry == MenuEntry::Separator { SEPARATOR } else { row as i32 };
            rows.push((end, end + height));
            end += height;
        }
        let panel = place(anchor, width(&entries), end + 2 * PADDING);
        Self { id, anchor, entries, rows, panel, scroll: 0, chosen: None }
    }

    /// Whether it still is where it belongs.
    pub(crate) fn hangs_from(&self, anchor: (Rect<Output>, Size<Output>)) -> bool {
        self.anchor == anchor
    }

    /// Every pixel it covers, but for its shadow.
    pub(crate) fn panel(&self) -> Rect<Output> {
        self.panel
    }

    /// Every pixel it changes.
    pub(crate) fn extents(&self) -> Rect<Output> {
        chrome::shadow_extents(self.panel)
    }

    /// The chosen item, if it can be chosen.
    pub(crate) fn chosen(&self) -> Option<usize> {
        self.chosen.map(|(at, _)| at)
    }

    /// Chooses what is under a point, or nothing.
    pub(crate) fn point(&mut self, at: Point<Output>) {
        let chosen = self.row_at(at).filter(|row| is_able(&self.entries[*row]));
        self.chosen = chosen.map(|row| (row, By::Hand));
    }

    /// Chooses the next item, or the one before, around the ends.
    pub(crate) fn step(&mut self, direction: Direction) {
        let count = self.entries.len();
        let next = |from: usize| match direction {
            Direction::Forward => (from + 1) % count,
            Direction::Backward => (from + count - 1) % count,
        };
        let before = match direction {
            Direction::Forward => count.saturating_sub(1),
            Direction::Backward => 0,
        };
        let mut at = self.chosen().unwrap_or(before);
        for _ in 0..count {
            at = next(at);
            if is_able(&self.entries[at]) {
                return self.choose(at);
            }
        }
    }

    /// Chooses the first item, or the last.
    pub(crate) fn end(&mut self, direction: Direction) {
        self.chosen = None;
        self.step(direction);
    }

    fn choose(&mut self, row: usize) {
        self.chosen = Some((row, By::Keys));
        let (top, bottom) = self.rows[row];
        self.scroll_to(self.scroll.clamp(bottom - self.room(), top.max(bottom - self.room())));
    }

    /// How far rows are moved up, in pixels.
    pub(crate) fn scroll(&self) -> i32 {
        self.scroll
    }

    /// Moves rows as far as there are some.
    pub(crate) fn scroll_to(&mut self, scroll: i32) {
        self.scroll = scroll.clamp(0, (self.height() - self.room()).max(0));
    }

    /// Height of all rows.
    fn height(&self) -> i32 {
        self.rows.last().map_or(0, |(_, bottom)| *bottom)
    }

    /// Height of what the panel shows of them.
    fn room(&self) -> i32 {
        self.inner().h().cast_signed()
    }

    fn inner(&self) -> Rect<Output> {
        self.panel.outset(-PADDING)
    }

    fn row(&self, at: usize) -> Rect<Output> {
        let (inner, (top, bottom)) = (self.inner(), self.rows[at]);
        let origin = inner.top() - self.scroll;
        Rect::from_edges(inner.left(), origin + top, inner.right(), origin + bottom)
    }

    fn row_at(&self, p: Point<Output>) -> Option<usize> {
        if !self.inner().contains(p) {
            return None;
        }
        (0..self.rows.len()).find(|at| self.row(*at).contains(p))
    }

    pub(crate) fn draw(&self, canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>, palette: &Palette) {
        if self.extents().intersect(clip).is_empty() {
            return;
        }
        chrome::shadow(canvas, clip, self.panel, CORNER, palette);
        rounded(canvas, clip, self.panel, CORNER, palette.line);
        rounded(canvas, clip, self.panel.outset(-1), CORNER - 1, palette.surface);
        let shown = clip.intersect(self.inner());
        for (at, entry) in self.entries.iter().enumerate() {
            let row = self.row(at);
            if row.intersect(shown).is_empty() {
                continue;
            }
            match entry {
                MenuEntry::Separator => {
                    let y = (row.top() + row.bottom()) / 2;
                    let line = Rect::from_edges(row.left() + INSET, y, row.right() - INSET, y + 1);
                    rounded(canvas, shown, line, 0, palette.line);
                }
                MenuEntry::Item { label, enabled, shortcut } => {
                    self.draw_field(canvas, shown, at, palette);
                    let shortcut = shortcut.map(|s| s.to_string()).unwrap_or_default();
                    draw_texts(canvas, shown, row, (label, &shortcut), *enabled, palette);
                }
            }
        }
        self.draw_bar(canvas, clip, palette);
    }

    /// What the chosen row stands on; one that keys chose has the ring of focus.
    fn draw_field(
        &self,
        canvas: &mut PixelViewMut<'_, Output>,
        clip: Rect<Output>,
        at: usize,
        palette: &Palette,
    ) {
        let field = self.row(at);
        match self.chosen.filter(|(chosen, _)| *chosen == at) {
            Some((_, By::Keys)) => {
                rounded(canvas, clip, field, 8, palette.sky);
                rounded(canvas, clip, field.outset(-2), 6, palette.raised);
            }
            Some((_, By::Hand)) => rounded(canvas, clip, field, 8, palette.raised),
            None => {}
        }
    }

    /// Says that there is more than the panel shows, and where.
    fn draw_bar(&self, canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>, palette: &Palette) {
        let (room, height) = (self.room(), self.height());
        if room >= height {
            return;
        }
        let along =
            |part: i32| i32::try_from(i64::from(room) * i64::from(part) / i64::from(height)).unwrap_or(0);
        let (top, length) = (self.inner().top() + along(self.scroll), along(room).max(16));
        let right = self.panel.right() - 3;
        rounded(canvas, clip, Rect::from_edges(right - 4, top, right, top + length), 2, palette.dim);
    }
}

fn draw_texts(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    row: Rect<Output>,
    (label, shortcut): (&str, &str),
    enabled: bool,
    palette: &Palette,
) {
    let (ink, keys) = if enabled {
        (palette.text, palette.dim)
    } else {
        (faded(palette.dim, 150), faded(palette.dim, 150))
    };
    // Capitals, seven tenths of the ascent high, stand in the middle.
    let baseline = (row.top() + row.bottom()) / 2 + Face::BODY.ascent() * 3 / 8;
    let own = Face::BODY.width(shortcut);
    let right = row.right() - INSET;
    Face::BODY.draw(canvas, clip, Point::new(right - own, baseline), keys, shortcut);
    let room = right - row.left() - INSET - if shortcut.is_empty() { 0 } else { own + INSET };
    let label = Face::BODY.fitted(label, room);
    Face::BODY.draw(canvas, clip, Point::new(row.left() + INSET, baseline), ink, &label);
}

/// The width that shows every label and shortcut.
fn width(entries: &[MenuEntry]) -> i32 {
    let wanted = entries.iter().map(|entry| match entry {
        MenuEntry::Separator => 0,
        MenuEntry::Item { label, shortcut, .. } => {
            let keys = shortcut.map_or(0, |s| GAP + Face::BODY.width(&s.to_string()));
            Face::BODY.width(label) + keys
        }
    });
    (wanted.max().unwrap_or(0) + 2 * (INSET + PADDING)).clamp(WIDTH.0, WIDTH.1)
}

/// Below the anchor where there is room, on the screen in any case.
fn place((anchor, screen): (Rect<Output>, Size<Output>), width: i32, height: i32) -> Rect<Output> {
    let (sw, sh) = (screen.w().cast_signed(), screen.h().cast_signed());
    let least = 2 * PADDING + 1;
    let (w, h) = (width.min(sw - 2 * MARGIN).max(least), height.min(sh - 2 * MARGIN).max(least));
    let inside = |at: i32, edge: i32, most: i32| at.min(most - MARGIN - edge).max(MARGIN);
    let (x, y) = (inside(anchor.left(), w, sw), inside(anchor.bottom() + DROP, h, sh));
    Rect::from_edges(x, y, x + w, y + h)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(label: &str, enabled: bool) -> MenuEntry {
        MenuEntry::Item { label: label.into(), enabled, shortcut: "Ctrl+S".parse().ok() }
    }

    fn menu(entries: Vec<MenuEntry>, anchor: Rect<Output>, (w, h): (u32, u32)) -> Menu {
        Menu::new(WindowId(1), entries, (anchor, Size::clamped(w, h)), RowHeight::Finger)
    }

    #[test]
    fn panel_is_on_the_screen_wherever_it_hangs() {
        for screen in [(800, 480), (1920, 1080), (320, 200), (64, 48)] {
            for (x, y) in [(-300, -90), (0, 0), (780, 470), (1900, 1070), (5000, 5000)] {
                for rows in [1, 7, 64] {
                    let entries = vec![item("A label that is longer than most of them are", true); rows];
                    let menu = menu(entries, Rect::new(x, y, 40, 28), screen);
                    let all = Size::<Output>::clamped(screen.0, screen.1).rect();
                    assert!(all.covers(menu.panel()), "{screen:?} {x},{y}: {:?}", menu.panel());
                }
            }
        }
    }

    #[test]
    fn step_goes_around_and_never_to_what_cannot_be_chosen() {
        let entries = vec![item("a", false), item("b", true), MenuEntry::Separator, item("c", true)];
        let mut menu = menu(entries, Rect::new(0, 0, 40, 28), (800, 480));
        let mut steps = Vec::new();
        for _ in 0..3 {
            menu.step(Direction::Forward);
            steps.push(menu.chosen().unwrap());
        }
        menu.end(Direction::Backward);
        assert_eq!((steps, menu.chosen()), (vec![1, 3, 1], Some(3)));
        menu.point(Point::new(menu.panel().left() + 20, menu.panel().top() + 20));
        assert_eq!(menu.chosen(), None);
    }

    #[test]
    fn step_in_a_long_menu_shows_the_chosen_row() {
        let mut menu = menu(vec![item("a", true); 64], Rect::new(0, 0, 40, 28), (800, 480));
        for n in 0..70 {
            menu.step(Direction::Forward);
            let row = menu.row(menu.chosen().unwrap());
            assert_eq!(row.intersect(menu.inner()), row, "{n}");
        }
        menu.scroll_to(i32::MAX);
        assert_eq!(menu.row(63).bottom(), menu.inner().bottom());
    }
}
