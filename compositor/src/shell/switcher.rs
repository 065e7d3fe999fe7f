//! The switcher over the windows: panel, cells and titles; the pictures in them are the windows' own.

use paint::{Output, PixelViewMut, Point, Rect};
use scene::{Cell, WindowId};

use super::chrome;
use crate::paint::shapes::rounded;
use crate::paint::text::Face;
use crate::theme::Palette;

/// Corners of panel and cells, in pixels.
const PANEL_CORNER: u32 = 16;
const CELL_CORNER: u32 = 12;

/// Every pixel that a switcher with this panel changes.
pub(crate) fn extents(panel: Rect<Output>) -> Rect<Output> {
    chrome::shadow_extents(panel)
}

pub(crate) fn panel(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    panel: Rect<Output>,
    palette: &Palette,
) {
    chrome::shadow(canvas, clip, panel, PANEL_CORNER, palette);
    rounded(canvas, clip, panel, PANEL_CORNER, palette.line);
    rounded(canvas, clip, panel.outset(-1), PANEL_CORNER - 1, palette.surface);
}

/// What lies below a window's picture, which covers `picture`. The chosen one is raised, with the ring of focus around it.
pub(crate) fn cell(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    (cell, picture): (&Cell, Rect<Output>),
    chosen: Option<WindowId>,
    palette: &Palette,
) {
    if chosen == Some(cell.id) {
        rounded(canvas, clip, cell.rect.outset(4), CELL_CORNER + 4, palette.sky);
        rounded(canvas, clip, cell.rect.outset(2), CELL_CORNER + 2, palette.surface);
        rounded(canvas, clip, cell.rect, CELL_CORNER, palette.raised);
    }
    rounded(canvas, clip, picture.outset(1), 0, palette.line);
    rounded(canvas, clip, picture, 0, palette.backing());
}

pub(crate) fn title(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    cell: &Cell,
    title: &str,
    chosen: Option<WindowId>,
    palette: &Palette,
) {
    let face = Face::CAPTION;
    let color = if chosen == Some(cell.id) { palette.text } else { palette.dim };
    let title = face.fitted(title, cell.title.w().cast_signed());
    let left = cell.title.left() + (cell.title.w().cast_signed() - face.width(&title)) / 2;
    let baseline = cell.title.top() + (cell.title.h().cast_signed() + face.ascent()) / 2 - 1;
    face.draw(canvas, clip, Point::new(left, baseline), color, &title);
}
