//! Shapes with smooth edges, by distance: coverage is the part of a pixel inside the shape's edge.

use paint::{Color, Output, PixelViewMut, Rect, blend_over};

/// A rounded rectangle, filled.
pub(crate) fn rounded(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    rect: Rect<Output>,
    radius: u32,
    color: Color,
) {
    corners(canvas, clip, rect, [radius; 4], color);
}

/// A rectangle whose corners (top left, top right, bottom right, bottom left) are rounded.
pub(crate) fn corners(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    rect: Rect<Output>,
    radii: [u32; 4],
    color: Color,
) {
    let most = rect.w().min(rect.h()) / 2;
    let radii = radii.map(|r| r.min(most).cast_signed());
    let pixel = color.premultiplied();
    let shown = rect.intersect(clip);
    canvas.for_rows(shown, |y, row| {
        let near_top = y - rect.top();
        let near_bottom = rect.bottom() - 1 - y;
        for (x, out) in (shown.left().max(0)..).zip(row.iter_mut()) {
            let (near_left, near_right) = (x - rect.left(), rect.right() - 1 - x);
            let top = near_top < near_bottom;
            let left = near_left < near_right;
            let radius = match (top, left) {
                (true, true) => radii[0],
                (true, false) => radii[1],
                (false, false) => radii[2],
                (false, true) => radii[3],
            };
            let (dx, dy) = (radius - near_left.min(near_right), radius - near_top.min(near_bottom));
            let coverage = if dx > 0 && dy > 0 { corner_coverage(dx, dy, radius) } else { 255 };
            *out = blend_over(pixel, *out, coverage);
        }
    });
}

/// A disc around (cx, cy), in 16ths of a pixel, of this radius.
pub(crate) fn disc(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    centre: (i32, i32),
    radius: i32,
    color: Color,
) {
    ring(canvas, clip, centre, (0, radius), color);
}

/// A ring with a round hole in it.
pub(crate) fn ring_around(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    (cx, cy): (i32, i32),
    (inner, outer): (i32, i32),
    ((hx, hy), hole): ((i32, i32), i32),
    color: Color,
) {
    let pixel = color.premultiplied();
    let shown = bounds((cx, cy), outer).intersect(clip);
    canvas.for_rows(shown, |y, row| {
        for (x, out) in (shown.left().max(0)..).zip(row.iter_mut()) {
            let distance = hypot16(x * 16 + 8 - cx, y * 16 + 8 - cy);
            let ring = coverage16((outer - distance).min(distance - inner));
            let kept = coverage16(hypot16(x * 16 + 8 - hx, y * 16 + 8 - hy) - hole);
            *out = blend_over(pixel, *out, ring.min(kept));
        }
    });
}

/// The pixels that a circle can touch.
fn bounds((cx, cy): (i32, i32), radius: i32) -> Rect<Output> {
    let edge = |v: i32| v.div_euclid(16);
    Rect::from_edges(
        edge(cx - radius) - 1,
        edge(cy - radius) - 1,
        edge(cx + radius) + 2,
        edge(cy + radius) + 2,
    )
}

/// The ring between two radii around (cx, cy), all in 16ths of a pixel.
pub(crate) fn ring(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    (cx, cy): (i32, i32),
    (inner, outer): (i32, i32),
    color: Color,
) {
    let pixel = color.premultiplied();
    let shown = bounds((cx, cy), outer).intersect(clip);
    canvas.for_rows(shown, |y, row| {
        for (x, out) in (shown.left().max(0)..).zip(row.iter_mut()) {
            let distance = hypot16(x * 16 + 8 - cx, y * 16 + 8 - cy);
            let outside = coverage16(outer - distance);
            let inside = if inner > 0 { coverage16(inner - distance) } else { 0 };
            *out = blend_over(pixel, *out, outside - inside.min(outside));
        }
    });
}

/// Coverage of a pixel whose centre lies `inside` 16ths of a pixel inside an edge.
fn coverage16(inside: i32) -> u8 {
    u8::try_from(((inside + 8) * 255 / 16).clamp(0, 255)).unwrap_or(255)
}

/// Coverage of the pixel `dx`, `dy` pixels (from 1) into a corner of this radius.
fn corner_coverage(dx: i32, dy: i32, radius: i32) -> u8 {
    coverage16(radius * 16 - hypot16(dx * 16 - 8, dy * 16 - 8))
}

fn hypot16(x: i32, y: i32) -> i32 {
    let square = i64::from(x) * i64::from(x) + i64::from(y) * i64::from(y);
    i32::try_from(square.unsigned_abs().isqrt()).unwrap_or(i32::MAX)
}

/// Blends a premultiplied picture of `w` columns over the canvas with its top-left pixel at (x, y).
pub(crate) fn picture(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    rect: Rect<Output>,
    pixels: &[u32],
    alpha: u8,
) {
    let shown = rect.intersect(clip);
    let w = rect.w() as usize;
    canvas.for_rows(shown, |y, row| {
        let start = y.abs_diff(rect.top()) as usize * w + shown.left().abs_diff(rect.left()) as usize;
        for (out, pixel) in row.iter_mut().zip(pixels.get(start..).unwrap_or(&[])) {
            *out = blend_over(*pixel, *out, alpha);
        }
    });
}
