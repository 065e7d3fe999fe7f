//! Alt+Tab: which windows there are to switch to, which one is chosen, and where each is drawn.

use paint::{Output, Point, Rect, Size};

use crate::{Scene, WindowId};

/// Which way through the windows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// To the one used before.
    Forward,
    /// The other way round.
    Backward,
}

/// Around the panel's cells and between them, in pixels.
const GAP: i32 = 16;
/// Inside a cell around picture and title, in pixels.
const PADDING: i32 = 12;
/// Height of a title's line below its picture, in pixels.
const TITLE: i32 = 32;

/// The windows to switch to, the latest used first; never empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Switcher {
    order: Vec<WindowId>,
    chosen: usize,
}

/// One window in the switcher.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Which.
    pub id: WindowId,
    /// All of it.
    pub rect: Rect<Output>,
    /// The place of its picture.
    pub picture: Rect<Output>,
    /// The place of its title, one line.
    pub title: Rect<Output>,
}

/// How cells lie on a screen.
struct Grid {
    panel: Rect<Output>,
    columns: usize,
    /// The first row that is seen, and how many are.
    first: usize,
    rows: usize,
    cell: (i32, i32),
}

impl Switcher {
    /// The windows of a scene, with the one chosen that a single step leads to; `None` if there is none.
    #[must_use]
    pub fn open(scene: &Scene, direction: Direction) -> Option<Self> {
        let order = scene.switch_order();
        let first = *order.first()?;
        // From elsewhere, say the launcher, the first step leads to the window used last.
        let chosen = match direction {
            Direction::Forward if scene.focused() != Some(first) => 0,
            Direction::Forward => 1 % order.len(),
            Direction::Backward => order.len() - 1,
        };
        Some(Self { order, chosen })
    }

    /// Chooses the next one.
    pub fn step(&mut self, direction: Direction) {
        let count = self.order.len();
        self.chosen = match direction {
            Direction::Forward => (self.chosen + 1) % count,
            Direction::Backward => (self.chosen + count - 1) % count,
        };
    }

    /// Chooses a window.
    pub fn choose(&mut self, id: WindowId) {
        if let Some(i) = self.order.iter().position(|w| *w == id) {
            self.chosen = i;
        }
    }

    /// The chosen window.
    #[must_use]
    pub fn chosen(&self) -> Option<WindowId> {
        self.order.get(self.chosen).copied()
    }

    /// The window is gone; the answer is what is left, if there is something.
    #[must_use]
    pub fn without(mut self, id: WindowId) -> Option<Self> {
        let Some(i) = self.order.iter().position(|w| *w == id) else { return Some(self) };
        self.order.remove(i);
        if self.chosen > i || self.chosen == self.order.len() {
            self.chosen = self.chosen.saturating_sub(1);
        }
        (!self.order.is_empty()).then_some(self)
    }

    /// All that the switcher covers on a screen of this size.
    #[must_use]
    pub fn panel(&self, screen: Size<Output>) -> Rect<Output> {
        self.grid(screen).panel
    }

    /// What is seen of the windows; the chosen one always is.
    #[must_use]
    pub fn cells(&self, screen: Size<Output>) -> Vec<Cell> {
        let grid = self.grid(screen);
        let shown = self.order.iter().enumerate().skip(grid.first * grid.columns);
        shown.take(grid.rows * grid.columns).map(|(i, id)| grid.cell(*id, i, self.order.len())).collect()
    }

    /// The window whose cell is at a point.
    #[must_use]
    pub fn at(&self, screen: Size<Output>, p: Point<Output>) -> Option<WindowId> {
        self.cells(screen).into_iter().find(|c| c.rect.contains(p)).map(|c| c.id)
    }

    fn grid(&self, screen: Size<Output>) -> Grid {
        let (sw, sh) = (screen.w().cast_signed(), screen.h().cast_signed());
        // About five in a row of a wide screen, two in one of a narrow one.
        let w = (sw / 6).clamp(136, 304).min((sw - 4 * GAP).max(48));
        let h = ((w - 2 * PADDING) * 5 / 8 + 2 * PADDING + TITLE).min((sh - 4 * GAP).max(48));
        let fits =
            |room: i32, edge: i32| usize::try_from((room - 3 * GAP) / (edge + GAP)).unwrap_or(1).max(1);
        let count = self.order.len();
        let widest = fits(sw, w);
        // Rows of about the same length.
        let all_rows = count.div_ceil(widest);
        let columns = count.div_ceil(all_rows);
        let rows = all_rows.min(fits(sh, h));
        let first = (self.chosen / columns + 1).saturating_sub(rows);
        let edge = |n: usize, edge: i32| i32::try_from(n).unwrap_or(1) * (edge + GAP) + GAP;
        let (pw, ph) = (edge(columns, w), edge(rows, h));
        let panel = Rect::new((sw - pw) / 2, (sh - ph) / 2, pw.unsigned_abs(), ph.unsigned_abs());
        Grid { panel, columns, first, rows, cell: (w, h) }
    }
}

impl Grid {
    fn cell(&self, id: WindowId, i: usize, count: usize) -> Cell {
        let (w, h) = self.cell;
        let (row, column) = (i / self.columns, i % self.columns);
        let in_row = (count - row * self.columns).min(self.columns);
        let number = |n: usize| i32::try_from(n).unwrap_or(0);
        // A last row that is shorter stands in the middle.
        let indent = number(self.columns - in_row) * (w + GAP) / 2;
        let x = self.panel.left() + GAP + indent + number(column) * (w + GAP);
        let y = self.panel.top() + GAP + number(row - self.first) * (h + GAP);
        let rect = Rect::from_edges(x, y, x + w, y + h);
        let inner = rect.outset(-PADDING);
        let picture = Rect::from_edges(
            inner.left(),
            inner.top(),
            inner.right().max(inner.left() + 1),
            (inner.bottom() - TITLE).max(inner.top() + 1),
        );
        let title =
            Rect::from_edges(inner.left(), picture.bottom(), inner.right(), picture.bottom() + TITLE + 4);
        Cell { id, rect, picture, title }
    }
}
