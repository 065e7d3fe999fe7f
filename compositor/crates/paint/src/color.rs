//! Colours and the one blending rule.

/// A colour as apps write it: straight (not premultiplied) red, green, blue and alpha, sRGB.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Color {
    /// Red, 0 to 255.
    pub r: u8,
    /// Green, 0 to 255.
    pub g: u8,
    /// Blue, 0 to 255.
    pub b: u8,
    /// Opacity: 0 is invisible, 255 is opaque.
    pub a: u8,
}

impl Color {
    /// The contract's number: `R<<24 | G<<16 | B<<8 | A`.
    #[must_use]
    pub const fn from_rgba(rgba: u32) -> Self {
        let [r, g, b, a] = rgba.to_be_bytes();
        Self { r, g, b, a }
    }

    /// An opaque colour from `0xRRGGBB`.
    #[must_use]
    pub const fn from_rgb(rgb: u32) -> Self {
        Self::from_rgba(rgb << 8 | 0xff)
    }

    /// The pixel of this colour: premultiplied `0xAARRGGBB`.
    #[must_use]
    pub const fn premultiplied(self) -> u32 {
        let a = self.a as u32;
        u32::from_be_bytes([
            self.a,
            div255(self.r as u32 * a),
            div255(self.g as u32 * a),
            div255(self.b as u32 * a),
        ])
    }
}

/// `source` over `below`, both premultiplied `0xAARRGGBB`, with the source's coverage scaled by `alpha`.
///
/// Porter and Duff's "over" (1984) on premultiplied values: `s*alpha + d*(1 - s.a*alpha)`, each product
/// rounded to nearest. Opaque over anything is exactly the source; transparent is exactly what was below.
#[must_use]
pub const fn blend_over(source: u32, below: u32, alpha: u8) -> u32 {
    let s = source.to_be_bytes();
    let d = below.to_be_bytes();
    let alpha = alpha as u32;
    let keep = 255 - div255(s[0] as u32 * alpha) as u32;
    let mut out = [0u8; 4];
    let mut i = 0;
    while i < 4 {
        out[i] = div255(s[i] as u32 * alpha).saturating_add(div255(d[i] as u32 * keep));
        i += 1;
    }
    u32::from_be_bytes(out)
}

/// `x / 255` rounded to nearest, exact for `x <= 255 * 255`.
#[expect(clippy::cast_possible_truncation, reason = "x <= 255 * 255, so the quotient fits a byte")]
const fn div255(x: u32) -> u8 {
    let x = x + 128;
    ((x + (x >> 8)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn div255_every_product_is_rounded_to_nearest() {
        for x in 0..=255 * 255u32 {
            assert_eq!(u32::from(div255(x)), (x * 2 + 255) / 510, "{x}");
        }
    }

    #[test]
    fn blend_over_opaque_and_transparent_are_exact() {
        let below = Color::from_rgba(0x1020_3080).premultiplied();
        let opaque = Color::from_rgb(0x00ab_cdef).premultiplied();
        assert_eq!(blend_over(opaque, below, 255), opaque);
        assert_eq!(blend_over(0, below, 255), below);
        assert_eq!(blend_over(opaque, below, 0), below);
    }
}
