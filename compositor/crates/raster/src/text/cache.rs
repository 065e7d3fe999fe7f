//! Coverage masks of glyphs drawn lately.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Bytes of coverage kept, with the room of the entries. A page of text in three sizes takes a tenth of it; when it
/// is full everything goes at once, which costs one frame of rasterising and no bookkeeping in all others.
pub const GLYPH_CACHE_BYTES: usize = 1 << 20;

/// What one entry costs beside its coverage.
const ENTRY_BYTES: usize = 80;

/// Coverage of one glyph, relative to its cell's top left or to its pen position.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mask {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) w: u32,
    pub(crate) coverage: Box<[u8]>,
}

/// Which glyph at which size: a face or cell size, pixels, and a quarter of a pixel the pen is off the grid.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// A glyph of the face; a code point of cells and of what is drawn.
    pub(crate) glyph: u32,
    pub(crate) face: u8,
    pub(crate) quarter: u8,
    pub(crate) px: u16,
}

/// Multiply and fold: keys are a few bytes and come from the app itself, which can slow down only itself.
#[derive(Default)]
pub(crate) struct Fold(u64);

impl Hasher for Fold {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }

    fn write_u8(&mut self, n: u8) {
        self.write_u64(u64::from(n));
    }

    fn write_u16(&mut self, n: u16) {
        self.write_u64(u64::from(n));
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(9) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// Masks by key, bounded by [`GLYPH_CACHE_BYTES`].
#[derive(Default)]
pub(crate) struct Cache {
    places: HashMap<Key, usize, BuildHasherDefault<Fold>>,
    masks: Vec<Mask>,
    bytes: usize,
}

impl Cache {
    /// The mask of `key`, made if it is not there.
    pub(crate) fn get(&mut self, key: Key, make: impl FnOnce() -> Mask) -> &Mask {
        let place = match self.places.get(&key) {
            Some(&place) => place,
            None => self.insert(key, make()),
        };
        &self.masks[place]
    }

    fn insert(&mut self, key: Key, mask: Mask) -> usize {
        let bytes = mask.coverage.len() + ENTRY_BYTES;
        if self.bytes + bytes > GLYPH_CACHE_BYTES {
            self.places.clear();
            self.masks.clear();
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.places.insert(key, self.masks.len());
        self.masks.push(mask);
        self.masks.len() - 1
    }

    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}
