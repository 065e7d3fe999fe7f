//! Where everything is, for a canvas, a way of use and a number of apps. Areas are those of a language that is read from
//! the left.

use alloc::vec::Vec;
use core::ops::Range;

use ui::{Look, Point, Rect, space, type_size};

/// Height of the strip with the page dots, at the bottom edge.
const FOOT: i32 = space::TARGET;
/// Between two page dots, middle to middle.
const DOT_PITCH: i32 = 20;
/// Most tiles beside each other, and below each other: more are further away than a glance.
const MAX_COLUMNS: i32 = 6;
const MAX_ROWS: i32 = 6;
/// So many apps are few.
const FEW: i32 = 4;
/// Canvases that are at least so high have room for what was used last.
const TALL: i32 = 700;
/// Height of a place for what was used last.
const RECENT: i32 = 68;

/// What the launcher is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Large tiles and the time, and no way to anything else.
    Kiosk,
    /// All there is.
    Desk,
}

/// What else is to be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// How many apps the grid holds.
    pub(crate) count: usize,
    /// Apps that were used last.
    pub(crate) recent: usize,
    /// What is typed, where that has no place of its own.
    pub(crate) typed: bool,
    /// Letters to touch.
    pub(crate) letters: usize,
}

/// The places on the canvas; what there is none of has an empty one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) canvas: Rect,
    /// The line at the top of a desk.
    pub(crate) status: Rect,
    /// The time of day of a kiosk, the size it is written in, and the date.
    pub(crate) clock: Rect,
    pub(crate) clock_px: i32,
    pub(crate) date: Rect,
    /// The field to search with.
    pub(crate) field: Rect,
    /// What the categories have.
    pub(crate) chips: Rect,
    /// Where what was used last has a place.
    pub(crate) recent: Vec<Rect>,
    /// Where tiles may be, all of the width.
    pub(crate) band: Rect,
    /// The letters to touch.
    pub(crate) letters: Rect,
    /// The dots, and the buttons beside them.
    pub(crate) foot: Rect,
    tile: (i32, i32),
    /// Edge of the icon on a tile.
    pub(crate) icon: i32,
    gap: i32,
    columns: i32,
    rows: i32,
    origin: Point,
    count: usize,
}

impl Layout {
    pub(crate) fn new(canvas: Rect, look: &Look, of: Use, wanted: Wanted) -> Self {
        let (w, h) = (canvas.w(), canvas.h());
        let short = w.min(h);
        let margin = space::margin(w);
        let content = Rect::new(margin, 0, (w - 2 * margin).max(1), h);
        let is_small = short < 600;
        let (least, gap, icon) = match (of, short) {
            (Use::Kiosk, ..=599) => (160, space::S, 80),
            (Use::Kiosk, 600..=999) => (208, space::L, 104),
            (Use::Kiosk, _) => (248, space::L, 128),
            (Use::Desk, ..=599) => (144, space::S, 64),
            (Use::Desk, 600..=999) => (168, space::M, 72),
            (Use::Desk, _) => (200, 20, 88),
        };
        let columns = ((content.w() + gap) / (least + gap)).clamp(1, MAX_COLUMNS);
        let (tile_w, least_h) = match of {
            Use::Kiosk => (least.min(content.w()), least),
            Use::Desk => {
                let fitting = (content.w() + gap) / columns - gap;
                // The icon, the name, and the mark below.
                let high = icon + look.line(type_size::BODY) + 3 * space::S;
                (fitting.min(least * 5 / 4), high)
            }
        };
        let column_w = columns * (tile_w + gap) - gap;
        let column = Rect::new((w - column_w) / 2, 0, column_w, h);

        let mut layout = Self {
            canvas,
            status: Rect::default(),
            clock: Rect::default(),
            clock_px: 0,
            date: Rect::default(),
            field: Rect::default(),
            chips: Rect::default(),
            recent: Vec::new(),
            band: canvas,
            letters: Rect::default(),
            foot: Rect::new(column.x(), h - FOOT, column_w, FOOT),
            tile: (tile_w, least_h),
            icon,
            gap,
            columns,
            rows: 1,
            origin: Point::new(column.x(), 0),
            count: wanted.count,
        };
        let mut rest = Rect::new(column.x(), 0, column_w, h - FOOT);
        if of == Use::Desk {
            let high = if is_small { space::TARGET } else { 56 };
            layout.status = Rect::new(content.x(), 0, content.w(), high);
            let (row, below) = rest.cut_top(high, space::S).1.cut_top(space::TARGET, space::S);
            let (field, chips) = row.cut_start((row.w() / 3).clamp(200, 360).min(row.w()), space::XS);
            // Beside a field on a narrow canvas nothing else is found.
            if row.w() < 560 {
                layout.field = row;
            } else {
                (layout.field, layout.chips) = (field, chips);
            }
            rest = below;
        } else {
            let (px, date_px) = if is_small {
                (type_size::DISPLAY, type_size::BODY)
            } else {
                (type_size::CLOCK, type_size::TITLE)
            };
            let date_h = look.line(date_px);
            let above = if is_small { space::XS } else { space::L };
            let (clock, below) = rest.cut_top(above, 0).1.cut_top(px, if is_small { 0 } else { space::XS });
            let (date, below) = below.cut_top(if wanted.typed { space::TARGET } else { date_h }, 0);
            let (clock, date) = (
                Rect::new(content.x(), clock.y(), content.w(), clock.h()),
                Rect::new(content.x(), date.y(), content.w(), date.h()),
            );
            (layout.clock, layout.clock_px, layout.date) = (clock, px, date);
            if wanted.typed {
                layout.field = date.at_most(360, space::TARGET);
            }
            rest = below.cut_top(if is_small { space::XS } else { space::XL }, 0).1;
        }
        if wanted.letters > 0 {
            let per_row = usize::try_from(column_w / (space::TARGET + space::XS)).unwrap_or(1).max(1);
            let lines = i32::try_from(wanted.letters.div_ceil(per_row)).unwrap_or(1);
            let high = lines * (space::TARGET + space::XS) + space::XS;
            let (letters, above) = rest.cut_bottom(high.min(rest.h() / 2), space::XS);
            layout.letters = letters;
            rest = above;
        } else if of == Use::Desk && h >= TALL && wanted.recent > 0 {
            let (row, below) = rest.cut_top(RECENT, space::M);
            let fitting = (row.w() / 220).max(1);
            let wide = (row.w() + gap) / fitting - gap;
            for n in 0..fitting.min(i32::try_from(wanted.recent).unwrap_or(fitting)) {
                layout.recent.push(Rect::new(row.x() + n * (wide + gap), row.y(), wide, row.h()));
            }
            rest = below;
        }
        layout.set_grid(of, rest);
        layout
    }

    fn set_grid(&mut self, of: Use, room: Rect) {
        let count = i32::try_from(self.count).unwrap_or(i32::MAX);
        let (mut w, mut h) = self.tile;
        let gap = self.gap;
        h = h.min(room.h().max(1));
        self.band = Rect::new(0, room.y() - space::XS, self.canvas.w(), room.h() + space::XS);
        // Few apps get large tiles: they are what the device is for.
        let large = w * 5 / 4 / 8 * 8;
        let fits = count * (large + gap) - gap <= room.w().max(self.canvas.w() - 2 * space::XXL);
        if of == Use::Kiosk && (1..=FEW).contains(&count) && large <= room.h() && fits {
            (w, h, self.icon) = (large, large, self.icon * 5 / 4 / 8 * 8);
            self.columns = count;
        }
        self.rows = ((room.h() + gap) / (h + gap)).clamp(1, MAX_ROWS);
        let used = (count - 1).max(0) / self.columns + 1;
        let mut lowered = 0;
        if of == Use::Kiosk {
            if used <= self.rows {
                // A single page: rows of about the same length, a little above the middle.
                self.columns = (count - 1).max(0) / used + 1;
            }
            let high = used.min(self.rows) * (h + gap) - gap;
            lowered = (room.h() - high).max(0) * 2 / 5;
        } else {
            // What is left over goes into the tiles.
            h = ((room.h() + gap) / self.rows - gap).clamp(1, h * 5 / 4);
        }
        let width = self.columns * (w + gap) - gap;
        self.tile = (w, h);
        self.origin = Point::new((self.canvas.w() - width) / 2, room.y() + lowered);
    }

    /// How many pages there are; at least one.
    pub(crate) fn pages(&self) -> usize {
        self.count.div_ceil(self.per_page()).max(1)
    }

    /// How many apps are on a page.
    #[inline(never)]
    pub(crate) fn per_page(&self) -> usize {
        usize::try_from(self.columns * self.rows).unwrap_or(1).max(1)
    }

    /// How many apps are beside each other.
    pub(crate) fn columns(&self) -> usize {
        usize::try_from(self.columns).unwrap_or(1).max(1)
    }

    /// The apps on a page.
    pub(crate) fn apps_on(&self, page: usize) -> Range<usize> {
        let start = (page * self.per_page()).min(self.count);
        start..(start + self.per_page()).min(self.count)
    }

    /// The page of an app.
    pub(crate) fn page_of(&self, index: usize) -> usize {
        index / self.per_page()
    }

    /// Where the app's tile is on its page.
    pub(crate) fn tile(&self, index: usize) -> Rect {
        let at = i32::try_from(index % self.per_page()).unwrap_or(0);
        let ((w, h), gap) = (self.tile, self.gap);
        let (column, row) = (at % self.columns, at / self.columns);
        Rect::new(self.origin.x + column * (w + gap), self.origin.y + row * (h + gap), w, h)
    }

    /// The middle of a page's dot.
    pub(crate) fn dot(&self, page: usize) -> Point {
        let dots = |count: usize| i32::try_from(count).unwrap_or(0) * DOT_PITCH;
        let center = self.foot.center();
        Point::new(center.x + dots(page) - dots(self.pages() - 1) / 2, center.y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout((w, h): (i32, i32), of: Use, count: usize) -> Layout {
        let wanted = Wanted { count, recent: 2, typed: false, letters: 0 };
        Layout::new(Rect::new(0, 0, w, h), &Look::default(), of, wanted)
    }

    const SIZES: [(i32, i32); 5] = [(800, 480), (1280, 800), (1920, 1080), (1080, 1920), (480, 800)];

    #[test]
    fn new_at_the_named_sizes_has_the_expected_grid() {
        let grid = |size, of| {
            let layout = layout(size, of, 100);
            (layout.columns, layout.rows)
        };
        assert_eq!(SIZES.map(|size| grid(size, Use::Kiosk)), [(4, 2), (5, 2), (6, 3), (3, 6), (2, 3)]);
        assert_eq!(SIZES.map(|size| grid(size, Use::Desk)), [(5, 2), (6, 3), (6, 5), (4, 6), (2, 4)]);
    }

    #[test]
    fn new_kiosk_with_one_page_has_rows_of_about_the_same_length() {
        let columns = |count| layout((800, 480), Use::Kiosk, count).columns();
        assert_eq!([1, 2, 3, 4, 5, 6, 7, 8, 9].map(columns), [1, 2, 3, 4, 3, 3, 4, 4, 4]);
    }

    #[test]
    fn new_kiosk_tiles_are_at_least_160() {
        for size in SIZES {
            let tile = layout(size, Use::Kiosk, 30).tile(0);
            assert!(tile.w() >= 160 && tile.h() >= 160, "{tile:?} at {size:?}");
        }
    }

    #[test]
    fn apps_on_all_pages_is_every_app_once() {
        for size in SIZES {
            for of in [Use::Kiosk, Use::Desk] {
                let layout = layout(size, of, 77);
                let all: Vec<usize> = (0..layout.pages()).flat_map(|page| layout.apps_on(page)).collect();
                assert_eq!(all, (0..77).collect::<Vec<_>>());
                let tiles: Vec<Rect> = layout.apps_on(0).map(|index| layout.tile(index)).collect();
                assert!(tiles.iter().all(|tile| layout.band.holds(*tile) && !layout.foot.touches(*tile)));
            }
        }
    }

    #[test]
    fn new_with_a_tiny_canvas_does_not_fail() {
        for size in [(1, 1), (100, 20), (20, 4000)] {
            for of in [Use::Kiosk, Use::Desk] {
                let wanted = Wanted { count: 50, recent: 9, typed: true, letters: 40 };
                let layout = Layout::new(Rect::new(0, 0, size.0, size.1), &Look::default(), of, wanted);
                assert!(layout.pages() >= 1 && layout.per_page() >= 1);
            }
        }
    }
}
