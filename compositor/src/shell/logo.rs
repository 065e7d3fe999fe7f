//! The mark: a night sky's horizon and one warm light rising over it.

use paint::{Output, PixelViewMut, Point, Rect};

use crate::paint::shapes::{disc, ring_around};
use crate::paint::text::Face;
use crate::theme::Palette;

/// Draws the mark centred at `centre`, `size` pixels high.
pub(crate) fn mark(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    centre: Point<Output>,
    size: i32,
    palette: &Palette,
) {
    // The proportions of `assets/logo.svg`, whose square is 24 wide and holds a circle of 11.3.
    let unit = |tenths: i32| size * 16 * tenths / 240;
    let (cx, cy) = (centre.x.saturating_mul(16), centre.y.saturating_mul(16));
    let (lx, ly) = (cx + unit(77), cy - unit(77));
    let around = ((lx, ly), unit(47));
    ring_around(canvas, clip, (cx, cy), (unit(106), unit(120)), around, palette.text);
    disc(canvas, clip, (lx, ly), unit(34), palette.accent);
}

/// Draws the splash's mark and name around the middle of the screen.
pub(crate) fn splash(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    screen: Rect<Output>,
    palette: &Palette,
) {
    let size = i32::try_from((screen.w().min(screen.h()) / 5).clamp(72, 192)).unwrap_or(96);
    let (cx, cy) =
        (screen.left() + screen.w().cast_signed() / 2, screen.top() + screen.h().cast_signed() / 2);
    mark(canvas, clip, Point::new(cx, cy - size / 3), size, palette);
    let name = "Vyoma";
    let left = cx - Face::DISPLAY.width(name) / 2;
    let baseline = cy + size / 3 + 56;
    Face::DISPLAY.draw(canvas, clip, Point::new(left, baseline), palette.text, name);
}
