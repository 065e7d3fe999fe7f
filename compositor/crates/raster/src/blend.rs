//! `paint::blend_over`, two channels at a time. The results are the same bit for bit; the tests hold that.

const LANES: u32 = 0x00ff_00ff;

/// Each of the four channels of `pixel` times `by`, over 255, rounded to nearest.
#[inline]
pub(crate) const fn scale(pixel: u32, by: u32) -> u32 {
    let low = (pixel & LANES) * by + 0x0080_0080;
    let high = ((pixel >> 8) & LANES) * by + 0x0080_0080;
    let low = ((low + ((low >> 8) & LANES)) >> 8) & LANES;
    let high = (high + ((high >> 8) & LANES)) & !LANES;
    low | high
}

/// Premultiplied `source` over `below`.
#[inline]
pub(crate) const fn over(source: u32, below: u32) -> u32 {
    // No channel of a premultiplied colour exceeds its alpha, so the sum cannot carry.
    source + scale(below, 255 - (source >> 24))
}

/// Blends `source` over every pixel.
pub(crate) fn over_row(row: &mut [u32], source: u32) {
    match source >> 24 {
        255 => row.fill(source),
        0 => {}
        _ => row.iter_mut().for_each(|pixel| *pixel = over(source, *pixel)),
    }
}

/// Blends `source` over each pixel with its coverage of `mask`.
pub(crate) fn mask_row(row: &mut [u32], mask: &[u8], source: u32) {
    for (pixel, &coverage) in row.iter_mut().zip(mask) {
        match coverage {
            0 => {}
            255 => *pixel = over(source, *pixel),
            coverage => *pixel = over(scale(source, u32::from(coverage)), *pixel),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paint::{Color, blend_over};

    #[test]
    fn blending_equals_the_one_rule() {
        let mut n: u32 = 1;
        for _ in 0..200_000 {
            n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let source = Color::from_rgba(n).premultiplied();
            let below = Color::from_rgba(n.rotate_left(13) ^ 0x5a5a_1234).premultiplied();
            let coverage = n.to_be_bytes()[0];
            assert_eq!(over(source, below), blend_over(source, below, 255));
            assert_eq!(over(scale(source, u32::from(coverage)), below), blend_over(source, below, coverage));
        }
    }
}
