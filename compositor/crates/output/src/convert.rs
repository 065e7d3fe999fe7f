//! From our pixels to any framebuffer's.

/// Where one colour lies in a framebuffer's pixel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Field {
    /// Lowest bit.
    pub(crate) shift: u32,
    /// Number of bits, 1 to 8; 0 for a field that is not there.
    pub(crate) bits: u32,
}

/// A framebuffer's pixel: true colour in 2, 3 or 4 bytes, little endian.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PixelLayout {
    /// 2, 3 or 4.
    pub(crate) bytes: usize,
    pub(crate) red: Field,
    pub(crate) green: Field,
    pub(crate) blue: Field,
    /// Filled with ones: our picture is opaque.
    pub(crate) alpha: Field,
}

impl PixelLayout {
    /// The layout, or `None` if fields do not fit its bytes.
    pub(crate) fn new(bytes: usize, [red, green, blue, alpha]: [Field; 4]) -> Option<Self> {
        let room = 8 * u32::try_from(bytes).ok()?;
        let fits = |f: Field| f.bits <= 8 && f.shift.checked_add(f.bits).is_some_and(|end| end <= room);
        let colours = [red, green, blue].into_iter().all(|f| f.bits >= 1 && fits(f));
        let ok = (2..=4).contains(&bytes) && colours && fits(alpha);
        ok.then_some(Self { bytes, red, green, blue, alpha })
    }

    /// One pixel `0xAARRGGBB` in this layout.
    pub(crate) const fn pixel(self, argb: u32) -> u32 {
        let [_, r, g, b] = argb.to_be_bytes();
        put(self.red, r) | put(self.green, g) | put(self.blue, b) | put(self.alpha, 255)
    }

    /// A row of pixels in this layout; `out` takes as many as fit.
    pub(crate) fn row(self, from: &[u32], out: &mut [u8]) {
        for (pixel, bytes) in from.iter().zip(out.chunks_exact_mut(self.bytes)) {
            bytes.copy_from_slice(&self.pixel(*pixel).to_le_bytes()[..self.bytes]);
        }
    }
}

/// The top bits of a value in a field.
const fn put(field: Field, value: u8) -> u32 {
    if field.bits == 0 { 0 } else { ((value as u32) >> (8 - field.bits)) << field.shift }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(shift: u32, bits: u32) -> Field {
        Field { shift, bits }
    }

    #[test]
    fn row_each_common_layout_has_its_bytes() {
        let rgb565 = PixelLayout::new(2, [field(11, 5), field(5, 6), field(0, 5), field(0, 0)]).unwrap();
        let bgr888 = PixelLayout::new(3, [field(0, 8), field(8, 8), field(16, 8), field(0, 0)]).unwrap();
        let xrgb = PixelLayout::new(4, [field(16, 8), field(8, 8), field(0, 8), field(24, 8)]).unwrap();
        let pixels = [0x00ff_8040, 0xffff_ffff];
        let mut out = [0; 8];
        rgb565.row(&pixels, &mut out[..4]);
        assert_eq!(out[..4], [0x08, 0xfc, 0xff, 0xff]);
        bgr888.row(&pixels, &mut out[..6]);
        assert_eq!(out[..6], [0xff, 0x80, 0x40, 0xff, 0xff, 0xff]);
        xrgb.row(&pixels, &mut out);
        assert_eq!(out, [0x40, 0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    }

    #[test]
    fn new_fields_beyond_the_pixel_are_refused() {
        assert!(PixelLayout::new(2, [field(11, 6), field(5, 6), field(0, 5), field(0, 0)]).is_none());
        assert!(PixelLayout::new(1, [field(0, 3), field(3, 3), field(6, 2), field(0, 0)]).is_none());
        assert!(PixelLayout::new(4, [field(0, 10), field(10, 10), field(20, 10), field(30, 2)]).is_none());
        assert!(PixelLayout::new(4, [field(u32::MAX, 8), field(0, 8), field(8, 8), field(0, 0)]).is_none());
    }
}
