/// A colour as the contract writes it: `R<<24 | G<<16 | B<<8 | A`, not premultiplied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rgba(pub u32);

impl Rgba {
    /// The colour of four 8-bit channels, not premultiplied.
    #[must_use]
    pub const fn new(r: u8, g: u8, b: u8, a: u8) -> Self {
        Self(u32::from_be_bytes([r, g, b, a]))
    }

    /// An opaque colour from `0xRRGGBB`; bits above the 24 are ignored.
    #[must_use]
    pub const fn opaque(rgb: u32) -> Self {
        Self((rgb << 8) | 0xff)
    }

    /// Red, green, blue and alpha, not premultiplied.
    #[must_use]
    pub const fn channels(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }

    /// 0 is transparent, 255 opaque.
    #[must_use]
    pub const fn alpha(self) -> u8 {
        self.channels()[3]
    }

    /// The same colour with another alpha.
    #[must_use]
    pub const fn with_alpha(self, alpha: u8) -> Self {
        let [r, g, b, _] = self.channels();
        Self::new(r, g, b, alpha)
    }
}
