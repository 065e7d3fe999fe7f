//! Shapes with smooth edges, by distance: coverage is the part of a pixel inside the shape's edge.

use paint::{Color, Output, PixelViewMut, Point, Rect, blend_over};

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
    let pixel = color.premultiplied();
    let shown = rect.intersect(clip);
    let shape = Corners::new(rect, radii);
    canvas.for_rows(shown, |y, row| {
        for (x, out) in (shown.left().max(0)..).zip(row.iter_mut()) {
            *out = blend_over(pixel, *out, shape.coverage(x, y));
        }
    });
}

/// A rectangle with rounded corners, to be asked pixel by pixel.
struct Corners {
    rect: Rect<Output>,
    radii: [i32; 4],
}

impl Corners {
    fn new(rect: Rect<Output>, radii: [u32; 4]) -> Self {
        let most = rect.w().min(rect.h()) / 2;
        Self { rect, radii: radii.map(|r| r.min(most).cast_signed()) }
    }

    fn coverage(&self, x: i32, y: i32) -> u8 {
        let rect = self.rect;
        if !rect.contains(Point::new(x, y)) {
            return 0;
        }
        let (near_top, near_bottom) = (y - rect.top(), rect.bottom() - 1 - y);
        let (near_left, near_right) = (x - rect.left(), rect.right() - 1 - x);
        let radius = match (near_top < near_bottom, near_left < near_right) {
            (true, true) => self.radii[0],
            (true, false) => self.radii[1],
            (false, false) => self.radii[2],
            (false, true) => self.radii[3],
        };
        let (dx, dy) = (radius - near_left.min(near_right), radius - near_top.min(near_bottom));
        if dx > 0 && dy > 0 { corner_coverage(dx, dy, radius) } else { 255 }
    }
}

/// The one-pixel border of a rectangle whose corners are rounded.
pub(crate) fn frame(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    rect: Rect<Output>,
    radii: [u32; 4],
    color: Color,
) {
    let pixel = color.premultiplied();
    let shown = rect.intersect(clip);
    let outer = Corners::new(rect, radii);
    let inner = Corners::new(rect.outset(-1), radii.map(|r| r.saturating_sub(1)));
    canvas.for_rows(shown, |y, row| {
        for (x, out) in (shown.left().max(0)..).zip(row.iter_mut()) {
            let coverage = outer.coverage(x, y);
            *out = blend_over(pixel, *out, coverage - inner.coverage(x, y).min(coverage));
        }
    });
}

/// A line with round ends between two points, `width` wide, all in 16ths of a pixel.
pub(crate) fn line(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    from: (i32, i32),
    to: (i32, i32),
    width: i32,
    color: Color,
) {
    let pixel = color.premultiplied();
    let (ex, ey) = (i64::from(to.0 - from.0), i64::from(to.1 - from.1));
    let square = (ex * ex + ey * ey).max(1);
    let shown = bounds(from, width / 2).union(bounds(to, width / 2)).intersect(clip);
    canvas.for_rows(shown, |y, row| {
        for (x, out) in (shown.left().max(0)..).zip(row.iter_mut()) {
            let (px, py) = (x * 16 + 8 - from.0, y * 16 + 8 - from.1);
            // The nearest point of the line, by how far along it lies.
            let along = (i64::from(px) * ex + i64::from(py) * ey).clamp(0, square);
            let near = |e: i64| i32::try_from(e * along / square).unwrap_or(0);
            let distance = hypot16(px - near(ex), py - near(ey));
            *out = blend_over(pixel, *out, coverage16(width / 2 - distance));
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
