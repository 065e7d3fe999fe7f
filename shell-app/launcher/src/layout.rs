//! Where everything is, for a size of the canvas and a number of apps.

use ui::{Point, Rect, space, type_size};

/// Height of the status line.
const STATUS: i32 = 40;
/// Height of the strip with the page dots, at the bottom edge.
const DOTS: i32 = 48;
/// Between two page dots, middle to middle.
const DOT_PITCH: i32 = 20;
/// Most tiles beside each other, and below each other: more are further away than a glance.
const MAX_COLUMNS: i32 = 6;
const MAX_ROWS: i32 = 5;
/// So many apps are few.
const FEW: i32 = 4;
/// Least room beside the grid, for a button of 48.
const GUTTER: i32 = 64;
const GUTTER_SMALL: i32 = 56;
/// How far a tile's focus ring reaches beyond it.
pub(crate) const RING: i32 = 4;

/// The places on the canvas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// All of the canvas.
    pub(crate) canvas: Rect,
    /// Distance of content from the edges.
    pub(crate) margin: i32,
    /// The line at the top.
    pub(crate) status: Rect,
    /// The power button; what is touched is as large.
    pub(crate) power: Rect,
    /// The time of day.
    pub(crate) clock: Rect,
    /// Size of its digits.
    pub(crate) clock_px: i32,
    /// Day and month.
    pub(crate) date: Rect,
    /// Size of its text.
    pub(crate) date_px: i32,
    /// Where tiles may be: as large as the most rows, all of the width.
    pub(crate) band: Rect,
    /// Edge of a tile.
    pub(crate) tile: i32,
    /// Edge of the icon on it.
    pub(crate) icon: i32,
    gap: i32,
    columns: i32,
    rows: i32,
    used_columns: i32,
    /// How far a single page with few rows stands below the band's top.
    lowered: i32,
    count: usize,
    /// The dots, in a strip one can touch.
    pub(crate) dots: Rect,
    /// The buttons beside the grid, where there is room.
    pub(crate) previous: Option<Rect>,
    pub(crate) next: Option<Rect>,
}

impl Layout {
    /// The layout of a canvas of `w` by `h` pixels for `count` apps.
    pub(crate) fn new((w, h): (i32, i32), count: usize) -> Self {
        let margin = space::margin(w);
        let short = w.min(h);
        let (tile, gap, icon) = match short {
            ..=599 => (160, space::M, 64),
            600..=999 => (184, space::L, 80),
            _ => (208, space::L, 96),
        };
        let (clock_px, date_px) = if short < 600 {
            (type_size::DISPLAY, type_size::BODY)
        } else {
            (type_size::CLOCK, type_size::TITLE)
        };
        let (clock_h, date_h) = (clock_px, type_size::line_height(date_px));
        // On a small screen the time stands in the status line's height; otherwise below it.
        let (least_top, below_clock, between) =
            if short < 600 { (space::XS, 0, space::S) } else { (STATUS, space::XS, space::XL) };

        // Beside the grid is room for the buttons that turn pages.
        let beside = margin.max(if short < 600 { GUTTER_SMALL } else { GUTTER });
        let columns = ((w - 2 * beside + gap) / (tile + gap)).clamp(1, MAX_COLUMNS);
        let room = h - DOTS - least_top - clock_h - below_clock - date_h - between;
        let rows = ((room + gap) / (tile + gap)).clamp(1, MAX_ROWS);
        let grid_h = rows * (tile + gap) - gap;
        // What is left over goes above and below, a little less above.
        let left_over = (room - grid_h).max(0);
        let top = least_top + left_over * 2 / 5;
        let clock = Rect::new(margin, top, w - 2 * margin, clock_h);
        let date = Rect::new(margin, clock.bottom() + below_clock, w - 2 * margin, date_h);
        let grid_top = date.bottom() + between;
        let band = Rect::new(0, grid_top - RING, w, grid_h + 2 * RING);

        let power_edge = space::TARGET;
        // Its icon stands at the margin; what is touched reaches beyond.
        let power = Rect::new(
            w - margin + space::S - power_edge,
            (STATUS - power_edge) / 2 + space::XS,
            power_edge,
            power_edge,
        );

        let mut layout = Self {
            canvas: Rect::new(0, 0, w, h),
            margin,
            status: Rect::new(0, 0, w, STATUS + space::M),
            power,
            clock,
            clock_px,
            date,
            date_px,
            band,
            tile,
            icon,
            gap,
            columns,
            rows,
            used_columns: 1,
            lowered: 0,
            count: 0,
            dots: Rect::new(0, (band.bottom() + space::XS).min(h - DOTS), w, DOTS),
            previous: None,
            next: None,
        };
        layout.set_count(count);
        layout
    }

    fn set_count(&mut self, count: usize) {
        self.count = count;
        let count = i32::try_from(count).unwrap_or(i32::MAX);
        // Few apps get large tiles: they are what the device is for.
        let large = self.tile * 5 / 4 / 8 * 8;
        let fits = count * (large + self.gap) <= self.canvas.w - 2 * self.margin;
        if (1..=FEW).contains(&count) && large <= self.band.h - 2 * RING && fits {
            self.icon = self.icon * 5 / 4 / 8 * 8;
            self.tile = large;
            self.columns = count;
            self.rows = 1;
        }
        let used_rows = (count - 1).max(0) / self.columns + 1;
        if used_rows <= self.rows {
            // A single page: rows of about the same length.
            self.columns = (count - 1).max(0) / used_rows + 1;
        }
        self.used_columns = count.clamp(1, self.columns);
        let used_height = used_rows * (self.tile + self.gap) - self.gap;
        // A little above the middle of the band.
        self.lowered = (self.band.h - 2 * RING - used_height).max(0) * 2 / 5;
        let side = self.grid_left();
        if self.pages() > 1 && side >= space::TARGET {
            let middle = self.band.center().y;
            let edge = space::TARGET;
            let x = (side - edge) / 2;
            let x = x.min(self.margin);
            self.previous = Some(Rect::around(Point::new(x + edge / 2, middle), edge, edge));
            self.next = Some(Rect::around(Point::new(self.canvas.w - x - edge / 2, middle), edge, edge));
        }
    }

    /// Tiles on a full page.
    pub(crate) fn per_page(&self) -> usize {
        usize::try_from(self.columns * self.rows).unwrap_or(1).max(1)
    }

    /// Pages, at least 1.
    pub(crate) fn pages(&self) -> usize {
        self.count.div_ceil(self.per_page()).max(1)
    }

    /// Tiles beside each other.
    pub(crate) fn columns(&self) -> usize {
        usize::try_from(self.columns).unwrap_or(1).max(1)
    }

    /// The page that app `index` is on.
    pub(crate) fn page_of(&self, index: usize) -> usize {
        index / self.per_page()
    }

    /// The apps on a page.
    pub(crate) fn apps_on(&self, page: usize) -> core::ops::Range<usize> {
        let first = (page * self.per_page()).min(self.count);
        first..(first + self.per_page()).min(self.count)
    }

    /// Where app `index` is while its page is shown.
    pub(crate) fn tile(&self, index: usize) -> Rect {
        let place = i32::try_from(index % self.per_page()).unwrap_or(0);
        let pitch = self.tile + self.gap;
        Rect::new(
            self.grid_left() + place % self.columns * pitch,
            self.band.y + RING + self.lowered + place / self.columns * pitch,
            self.tile,
            self.tile,
        )
    }

    /// The dot of a page.
    pub(crate) fn dot(&self, page: usize) -> Point {
        let pages = i32::try_from(self.pages()).unwrap_or(1);
        let page = i32::try_from(page).unwrap_or(0);
        let first = self.canvas.w / 2 - (pages - 1) * DOT_PITCH / 2;
        Point::new(first + page * DOT_PITCH, self.dots.center().y)
    }

    fn grid_left(&self) -> i32 {
        let width = self.used_columns * (self.tile + self.gap) - self.gap;
        (self.canvas.w - width) / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [(i32, i32); 7] =
        [(800, 480), (1280, 800), (1920, 1080), (1080, 1920), (480, 800), (1024, 600), (3840, 2160)];

    fn layouts() -> impl Iterator<Item = Layout> {
        SIZES.into_iter().flat_map(|size| {
            [0, 1, 2, 5, 8, 23, 24, 25, 200].into_iter().map(move |count| Layout::new(size, count))
        })
    }

    #[test]
    fn new_at_every_size_nothing_overlaps() {
        for layout in layouts() {
            let mut places = vec![layout.clock, layout.date, layout.dots];
            places.extend([layout.previous, layout.next].into_iter().flatten());
            places.extend(layout.apps_on(0).map(|index| layout.tile(index).grown(RING - 1)));
            for (n, a) in places.iter().enumerate() {
                assert!(layout.canvas.holds(*a), "{a:?} in {:?}", layout.canvas);
                for b in &places[n + 1..] {
                    assert!(!a.touches(*b), "{a:?} and {b:?} at {:?}", layout.canvas);
                }
            }
            for index in layout.apps_on(0) {
                assert!(layout.band.holds(layout.tile(index).grown(RING)));
                assert!(!layout.power.touches(layout.tile(index).grown(RING)));
            }
        }
    }

    #[test]
    fn new_at_every_size_targets_are_large_enough() {
        for layout in layouts() {
            assert!(layout.tile >= 160);
            for target in
                [Some(layout.power), Some(layout.dots), layout.previous, layout.next].into_iter().flatten()
            {
                assert!(target.w >= space::TARGET && target.h >= space::TARGET, "{target:?}");
                assert!(layout.canvas.holds(target));
            }
        }
    }

    #[test]
    fn new_at_the_named_sizes_has_the_expected_grid() {
        let grid = |w, h| {
            let layout = Layout::new((w, h), 100);
            (layout.columns, layout.rows)
        };
        assert_eq!(grid(800, 480), (4, 2));
        assert_eq!(grid(480, 800), (2, 3));
        assert_eq!(grid(1280, 800), (5, 2));
        assert_eq!(grid(1920, 1080), (6, 3));
        assert_eq!(grid(1080, 1920), (4, 5));
    }

    #[test]
    fn new_with_one_page_has_rows_of_about_the_same_length() {
        let columns = |count| Layout::new((800, 480), count).columns();
        assert_eq!([1, 2, 3, 4, 5, 6, 7, 8, 9].map(columns), [1, 2, 3, 4, 3, 3, 4, 4, 4]);
    }

    #[test]
    fn apps_on_all_pages_is_every_app_once() {
        for layout in layouts() {
            let all: Vec<usize> = (0..layout.pages()).flat_map(|page| layout.apps_on(page)).collect();
            assert_eq!(all, (0..layout.count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn new_with_a_tiny_canvas_does_not_fail() {
        for size in [(1, 1), (100, 20), (20, 4000)] {
            let layout = Layout::new(size, 50);
            assert!(layout.pages() >= 1 && layout.per_page() >= 1);
        }
    }
}
