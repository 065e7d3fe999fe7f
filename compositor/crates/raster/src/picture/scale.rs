//! Scaling: area average down, bilinear up.

use paint::{Size, Surface};

use super::Picture;
use super::decode::Source;

/// Weights are 16.16 fixed point: their sum over a pixel's span is exactly this.
const ONE: u64 = 1 << 16;

/// The source pixels that make one target pixel, with their weights.
struct Span {
    start: usize,
    weights: Vec<u64>,
}

/// `source` at another size. Separable: rows first, then columns. Down-scaling averages the whole area a
/// pixel covers (a box filter, so that nothing is skipped); up-scaling interpolates linearly between pixel
/// centres. Premultiplied values are mixed, so that transparent neighbours do not bleed.
pub(super) fn scale(source: &Source, size: Size<Surface>) -> Picture {
    let columns = spans(source.size.w(), size.w());
    let rows = spans(source.size.h(), size.h());
    let w = size.w() as usize;
    let mut across = Vec::with_capacity(w * source.size.h() as usize);
    for y in 0..source.size.h() as usize {
        let row = source.row(y);
        across.extend(columns.iter().map(|span| mix(span, |i| row[i])));
    }
    let mut pixels = Vec::with_capacity(size.area());
    for span in &rows {
        pixels.extend((0..w).map(|x| mix(span, |y| across[y * w + x])));
    }
    Picture { size, pixels }
}

/// The span of each of `to` pixels over `from` source pixels.
fn spans(from: u32, to: u32) -> Vec<Span> {
    (0..to).map(|i| if to < from { area_span(i, from, to) } else { linear_span(i, from, to) }).collect()
}

fn area_span(i: u32, from: u32, to: u32) -> Span {
    let (i, from, to) = (u64::from(i), u64::from(from), u64::from(to));
    // In units of 1/to source pixels, target pixel i covers [i*from, (i+1)*from).
    let (begin, end) = (i * from, (i + 1) * from);
    let (first, last) = (begin / to, (end - 1) / to);
    let covered = (first..=last).map(|s| end.min((s + 1) * to) - begin.max(s * to));
    span(first, covered.map(|c| c * ONE / from).collect())
}

fn linear_span(i: u32, from: u32, to: u32) -> Span {
    let (i, from, to) = (u64::from(i), u64::from(from), u64::from(to));
    // The target's centre in source pixels, (i + 1/2) * from / to - 1/2, in 16.16 and clamped to the centres.
    let centre = ((2 * i + 1) * from * ONE / (2 * to)).saturating_sub(ONE / 2).min((from - 1) * ONE);
    let (first, part) = (centre / ONE, centre % ONE);
    span(first, if part == 0 { vec![ONE] } else { vec![ONE - part, part] })
}

/// A span whose weights sum to exactly [`ONE`]: what rounding lost goes to the heaviest.
fn span(start: u64, mut weights: Vec<u64>) -> Span {
    let missing = ONE - weights.iter().sum::<u64>().min(ONE);
    if let Some(heaviest) = weights.iter_mut().max() {
        *heaviest += missing;
    }
    Span { start: usize::try_from(start).unwrap_or(0), weights }
}

fn mix(span: &Span, pixel: impl Fn(usize) -> u32) -> u32 {
    let mut sums = [ONE / 2; 4];
    for (i, weight) in span.weights.iter().enumerate() {
        for (sum, channel) in sums.iter_mut().zip(pixel(span.start + i).to_be_bytes()) {
            *sum += u64::from(channel) * weight;
        }
    }
    u32::from_be_bytes(sums.map(|s| u8::try_from(s / ONE).unwrap_or(u8::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of straight RGBA pixels `0xRRGGBBAA`.
    fn picture(w: u32, h: u32, pixel: impl Fn(u32, u32) -> u32) -> Source {
        let pixels = (0..h).flat_map(|y| (0..w).map(move |x| (x, y))).map(|(x, y)| pixel(x, y));
        Source { size: Size::clamped(w, h), rgba: pixels.flat_map(u32::to_be_bytes).collect() }
    }

    #[test]
    fn scale_one_colour_keeps_it_exactly() {
        for (from, to) in [((7, 5), (3, 2)), ((3, 2), (17, 9)), ((1, 1), (4, 4)), ((1000, 1), (3, 1))] {
            let out = scale(&picture(from.0, from.1, |_, _| 0x8040_20ff), Size::clamped(to.0, to.1));
            assert!(out.pixels.iter().all(|p| *p == 0xff80_4020), "{from:?} to {to:?}");
        }
    }

    #[test]
    fn scale_half_averages_each_pair() {
        let out = scale(
            &picture(4, 1, |x, _| if x % 2 == 0 { 0x0000_00ff } else { 0xffff_ffff }),
            Size::clamped(2, 1),
        );
        assert_eq!(out.pixels, [0xff80_8080, 0xff80_8080]);
    }

    #[test]
    fn scale_thin_line_survives_strong_reduction() {
        let out = scale(&picture(100, 1, |x, _| if x == 37 { 0xffff_ffff } else { 0 }), Size::clamped(4, 1));
        assert!(out.pixels[1] != 0);
        assert_eq!(out.pixels[0], 0);
    }
}
