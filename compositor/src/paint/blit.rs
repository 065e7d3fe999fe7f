//! From an app's shared memory to the screen.

use paint::{Output, PixelViewMut, Rect, blend_over};
use scene::{Coverage, Placement, Scale};
use surface_protocol::{Layout, SlotId};
use sys::ReadMapping;

/// Where a window's pixels are.
#[derive(Clone, Copy)]
pub(crate) struct Pixels<'a> {
    pub(crate) mapping: &'a ReadMapping,
    pub(crate) layout: Layout,
    pub(crate) slot: SlotId,
    /// Opacity of the whole window.
    pub(crate) alpha: u8,
}

/// Rows between memory and screen, kept from frame to frame.
#[derive(Default)]
pub(crate) struct Scratch {
    row: Vec<u32>,
    sums: Vec<[u32; 4]>,
    ends: Vec<(usize, usize)>,
}

/// Paints the part of a window inside `clip`.
pub(crate) fn window(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    placement: Placement,
    coverage: Coverage,
    pixels: Pixels<'_>,
    scratch: &mut Scratch,
) {
    let shown = clip.intersect(placement.content).intersect(canvas.size().rect());
    if shown.is_empty() || pixels.layout.size() != placement.canvas {
        return;
    }
    match placement.scale {
        Scale::Whole(1) => unscaled(canvas, shown, placement, coverage, pixels, scratch),
        Scale::Whole(_) => magnified(canvas, shown, placement, coverage, pixels, scratch),
        Scale::Smooth => reduced(canvas, shown, placement, coverage, pixels, scratch),
    }
}

/// Offsets into a canvas are inside it: the scene clips.
fn index(v: i32) -> usize {
    usize::try_from(v).unwrap_or(0)
}

fn row_of(v: i32) -> u32 {
    u32::try_from(v).unwrap_or(0)
}

/// Blends a row over another; most pixels of most windows are all there or not there at all.
fn blend_row(row: &mut [u32], over: &[u32], alpha: u8) {
    for (out, pixel) in row.iter_mut().zip(over) {
        match (pixel >> 24, alpha) {
            (255, 255) => *out = *pixel,
            (0, _) => {}
            _ => *out = blend_over(*pixel, *out, alpha),
        }
    }
}

/// Mixes opaque rows: `old` with weight `left` of 255 over what is there. Two channels at a time, each
/// product below 2^16, so none reaches its neighbour; rounded down.
pub(crate) fn mix_row(row: &mut [u32], old: &[u32], left: u8) {
    const PAIR: u32 = 0x00ff_00ff;
    let weight = u32::from(left) + u32::from(left >> 7);
    for (out, old) in row.iter_mut().zip(old) {
        let mix = |a: u32, b: u32| (((a & PAIR) * weight + (b & PAIR) * (256 - weight)) >> 8) & PAIR;
        *out = mix(*old, *out) | mix(*old >> 8, *out >> 8) << 8;
    }
}

fn unscaled(
    canvas: &mut PixelViewMut<'_, Output>,
    shown: Rect<Output>,
    placement: Placement,
    coverage: Coverage,
    p: Pixels<'_>,
    scratch: &mut Scratch,
) {
    let (left, top) = (placement.content.left(), placement.content.top());
    let start = index(shown.left() - left);
    canvas.for_rows(shown, |y, row| {
        let at = p.layout.row_start(p.slot, row_of(y - top)) + start;
        if coverage == Coverage::Opaque {
            p.mapping.read(at, row);
            return;
        }
        scratch.row.resize(row.len(), 0);
        p.mapping.read(at, &mut scratch.row);
        blend_row(row, &scratch.row, p.alpha);
    });
}

fn magnified(
    canvas: &mut PixelViewMut<'_, Output>,
    shown: Rect<Output>,
    placement: Placement,
    coverage: Coverage,
    p: Pixels<'_>,
    scratch: &mut Scratch,
) {
    let Scale::Whole(scale) = placement.scale else { return };
    let scale = index(scale.cast_signed()).max(1);
    let left = index(shown.left() - placement.content.left());
    let first = left / scale;
    let count = (left + index(shown.w().cast_signed())).div_ceil(scale) - first;
    let mut read_row = None;
    canvas.for_rows(shown, |y, row| {
        let source = index(y - placement.content.top()) / scale;
        if read_row != Some(source) {
            scratch.row.resize(count, 0);
            let source_row = u32::try_from(source).unwrap_or(0);
            p.mapping.read(p.layout.row_start(p.slot, source_row) + first, &mut scratch.row);
            read_row = Some(source);
        }
        let mut within = left % scale;
        let mut from = scratch.row.iter();
        let mut pixel = from.next().copied().unwrap_or(0);
        for out in row {
            if within == scale {
                within = 0;
                pixel = from.next().copied().unwrap_or(0);
            }
            within += 1;
            *out = if coverage == Coverage::Opaque { pixel } else { blend_over(pixel, *out, p.alpha) };
        }
    });
}

/// Each output pixel is the mean of the canvas pixels it covers, by whole pixels (a box filter).
fn reduced(
    canvas: &mut PixelViewMut<'_, Output>,
    shown: Rect<Output>,
    placement: Placement,
    coverage: Coverage,
    p: Pixels<'_>,
    scratch: &mut Scratch,
) {
    let (cw, ch) = (placement.canvas.w() as usize, placement.canvas.h() as usize);
    let (ow, oh) = (placement.content.w() as usize, placement.content.h() as usize);
    let left = index(shown.left() - placement.content.left());
    let span = |i: usize, canvas: usize, out: usize| {
        let from = i * canvas / out;
        (from, ((i + 1) * canvas / out).max(from + 1).min(canvas))
    };
    let Scratch { row: source, sums, ends } = scratch;
    ends.clear();
    ends.extend((left..left + shown.w() as usize).map(|x| span(x, cw, ow)));
    let (first, last) = (ends.first().map_or(0, |e| e.0), ends.last().map_or(0, |e| e.1));
    canvas.for_rows(shown, |y, row| {
        sums.clear();
        sums.resize(row.len(), [0; 4]);
        let (top, bottom) = span(index(y - placement.content.top()), ch, oh);
        for source_row in top..bottom {
            source.resize(last - first, 0);
            let source_row = u32::try_from(source_row).unwrap_or(0);
            p.mapping.read(p.layout.row_start(p.slot, source_row) + first, source);
            for (sum, (from, to)) in sums.iter_mut().zip(ends.iter()) {
                for pixel in &source[from - first..to - first] {
                    for (s, byte) in sum.iter_mut().zip(pixel.to_be_bytes()) {
                        *s += u32::from(byte);
                    }
                }
            }
        }
        for ((out, sum), (from, to)) in row.iter_mut().zip(sums.iter()).zip(ends.iter()) {
            let count = u32::try_from((to - from) * (bottom - top)).unwrap_or(1).max(1);
            let mean = |s: u32| u8::try_from((s + count / 2) / count).unwrap_or(255);
            let pixel = u32::from_be_bytes(sum.map(mean));
            *out = if coverage == Coverage::Opaque { pixel } else { blend_over(pixel, *out, p.alpha) };
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mix_row_ends_are_exact_and_the_middle_is_between() {
        let old = [0xffff_ffff, 0xff12_3456];
        let mut row = [0xff00_0000, 0xffab_cdef];
        mix_row(&mut row, &old, 0);
        assert_eq!(row, [0xff00_0000, 0xffab_cdef]);
        mix_row(&mut row, &old, 128);
        assert_eq!(row[0], 0xff80_8080);
        mix_row(&mut row, &old, 255);
        assert_eq!(row, old);
    }
}
