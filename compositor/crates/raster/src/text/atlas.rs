//! The pre-hinted cells that `assets/fonts/build.py` makes.

use super::cache::Mask;

/// A sorted index and packed 4-bit coverage; the format is described in `assets/fonts/README.md`.
pub(crate) struct Atlas(&'static [u8]);

/// Cells of 4x8, drawn by hand.
pub(crate) const SMALL: Atlas = Atlas(include_bytes!("../../../../../assets/fonts/cells-4x8.bin"));
/// Cells of 8x16, hinted to the grid.
pub(crate) const MEDIUM: Atlas = Atlas(include_bytes!("../../../../../assets/fonts/cells-8x16.bin"));

impl Atlas {
    fn u16(&self, at: usize) -> Option<u16> {
        Some(u16::from_le_bytes([*self.0.get(at)?, *self.0.get(at + 1)?]))
    }

    /// The mask of a character, placed in its cell.
    pub(crate) fn glyph(&self, char: char) -> Option<Mask> {
        let code = u16::try_from(u32::from(char)).ok()?;
        let count = usize::from(self.u16(0)?);
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.u16(2 + middle * 4)? < code {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if low == count || self.u16(2 + low * 4)? != code {
            return None;
        }
        let at = 2 + count * 4 + usize::from(self.u16(4 + low * 4)?);
        let (&[xw, yh], packed) = self.0.get(at..)?.split_first_chunk()?;
        let w = u32::from(xw & 15);
        let h = if w == 0 { 0 } else { u32::from(yh & 15) + 1 };
        let nibble = |n: usize| packed.get(n / 2).map(|byte| if n & 1 == 0 { byte >> 4 } else { byte & 15 });
        let coverage =
            (0..(w * h) as usize).map(|n| nibble(n).map(|level| level * 17)).collect::<Option<_>>()?;
        Some(Mask { left: i32::from(xw >> 4), top: i32::from(yh >> 4), w, coverage })
    }
}
