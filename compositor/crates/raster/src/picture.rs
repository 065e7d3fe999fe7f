//! Pictures that apps bring: PNG, JPEG, GIF, WebP and SVG, decoded and scaled inside the jail.
//!
//! Decoders are libraries'; the limits are ours. A picture that lies about its size is refused before memory
//! is taken for it: [`MAX_SOURCE_BYTES`] of file, [`MAX_SOURCE_PIXELS`] of source, [`MAX_DECODE_BYTES`] for
//! the decoder.

mod decode;
mod scale;
mod svg;
mod webp;

use std::sync::Arc;

use paint::{Size, Surface};

use decode::Decoded;
pub use decode::{PictureError, decode_base64};
pub(crate) use decode::{Source, format_of, limits, trust};

/// The largest picture file, in bytes: a photograph of a good camera.
pub const MAX_SOURCE_BYTES: usize = 16 << 20;

/// The largest source, in pixels: a screen of 3840 x 2160. At four bytes each they take half of the 64 MiB that a
/// process has by default, with the guest in it.
pub const MAX_SOURCE_PIXELS: u64 = 3840 * 2160;

/// What a decoder may allocate, in bytes: the pixels, and some room to work.
pub const MAX_DECODE_BYTES: u64 = 48 << 20;

/// Pictures kept for the next frame, in bytes of pixels; the least recently drawn goes first.
pub const MAX_CACHE_BYTES: usize = 12 << 20;

/// A decoded picture at the size it is drawn: premultiplied `0xAARRGGBB`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    size: Size<Surface>,
    pixels: Vec<u32>,
}

impl Picture {
    /// Decodes the bytes of a file and scales the result to `size`; the format is taken from the content.
    /// Of an animation it is the first frame.
    ///
    /// # Errors
    /// [`PictureError`] says what the bytes are or lack.
    pub fn decode(bytes: &[u8], size: Size<Surface>) -> Result<Self, PictureError> {
        match decode::decode(bytes, size)? {
            Decoded::Pixels(source) => Ok(source.scaled(size)),
            Decoded::Drawing(picture) => Ok(picture),
        }
    }

    /// Decodes the bytes of a file and fills `size` with the middle of the picture, in proportion.
    ///
    /// # Errors
    /// As [`Picture::decode`].
    pub fn decode_covering(bytes: &[u8], size: Size<Surface>) -> Result<Self, PictureError> {
        match decode::decode(bytes, size)? {
            Decoded::Pixels(source) => Ok(source.cropped(size).scaled(size)),
            Decoded::Drawing(picture) => Ok(picture),
        }
    }

    /// Takes `w * h` pixels of straight RGBA bytes, and scales to `size`, which is w by h.
    ///
    /// # Errors
    /// [`PictureError::RawLength`] if there are more or fewer bytes.
    pub fn from_rgba(bytes: &[u8], size: Size<Surface>) -> Result<Self, PictureError> {
        let expected = size.area() * 4;
        if bytes.len() != expected {
            return Err(PictureError::RawLength { expected, found: bytes.len() });
        }
        Ok(Self { size, pixels: decode::premultiply(bytes) })
    }

    /// Width and height.
    #[must_use]
    pub const fn size(&self) -> Size<Surface> {
        self.size
    }

    /// Row `y`, or the empty slice below the last.
    #[must_use]
    pub fn row(&self, y: usize) -> &[u32] {
        let w = self.size.w() as usize;
        self.pixels.get(y * w..(y + 1) * w).unwrap_or(&[])
    }

    pub(crate) const fn of_pixels(size: Size<Surface>, pixels: Vec<u32>) -> Self {
        Self { size, pixels }
    }

    fn bytes(&self) -> usize {
        self.pixels.len() * 4
    }
}

/// Pictures drawn lately, by source and size.
#[derive(Debug, Default)]
pub struct PictureCache {
    /// Least recently used first.
    entries: Vec<(PictureKey, Arc<Picture>)>,
    bytes: usize,
}

/// What a cached picture was made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PictureKey {
    /// Path of the file, or the inline data's hash as text.
    pub source: String,
    /// The file's time of change in nanoseconds; 0 for inline data.
    pub version: u128,
    /// Size it is drawn at.
    pub size: Size<Surface>,
}

impl PictureCache {
    /// The picture of this key, if it is kept; it counts as used.
    pub fn get(&mut self, key: &PictureKey) -> Option<Arc<Picture>> {
        let at = self.entries.iter().position(|(k, _)| k == key)?;
        let entry = self.entries.remove(at);
        let picture = Arc::clone(&entry.1);
        self.entries.push(entry);
        Some(picture)
    }

    /// Keeps a picture, dropping others beyond [`MAX_CACHE_BYTES`]. One that is larger alone is not kept.
    pub fn insert(&mut self, key: PictureKey, picture: Arc<Picture>) {
        if picture.bytes() > MAX_CACHE_BYTES {
            return;
        }
        self.entries.retain(|(k, p)| {
            let other = *k != key;
            if !other {
                self.bytes -= p.bytes();
            }
            other
        });
        self.bytes += picture.bytes();
        self.entries.push((key, picture));
        while self.bytes > MAX_CACHE_BYTES {
            self.bytes -= self.entries.remove(0).1.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u32) -> PictureKey {
        PictureKey { source: n.to_string(), version: 0, size: Size::clamped(1024, 1024) }
    }

    #[test]
    fn insert_beyond_the_bound_drops_the_least_recently_used() {
        let mut cache = PictureCache::default();
        let size = Size::clamped(1024, 1024);
        let picture = Arc::new(Picture { size, pixels: vec![0; size.area()] });
        for n in 0..3 {
            cache.insert(key(n), Arc::clone(&picture));
        }
        assert!(cache.get(&key(0)).is_some());
        cache.insert(key(3), picture);
        assert!(cache.get(&key(0)).is_some());
        assert!(cache.get(&key(1)).is_none());
        assert!(cache.bytes <= MAX_CACHE_BYTES);
    }

    #[test]
    fn cropped_keeps_the_middle_in_the_targets_proportion() {
        let rgba: Vec<u8> = (0..12u8).flat_map(|n| [n, n, n, 255]).collect();
        let source = |w, h| decode::Source { size: Size::clamped(w, h), rgba: rgba.clone() };
        let wide = source(6, 2).cropped(Size::clamped(20, 20));
        assert_eq!((wide.size, wide.rgba[0], wide.rgba[8]), (Size::clamped(2, 2), 2, 8));
        let high = source(2, 6).cropped(Size::clamped(40, 20));
        assert_eq!((high.size, high.rgba[0]), (Size::clamped(2, 1), 4));
        let same = source(4, 3).cropped(Size::clamped(400, 300));
        assert_eq!((same.size, same.rgba.len()), (Size::clamped(4, 3), 48));
    }

    #[test]
    fn from_rgba_other_length_is_an_error() {
        let size = Size::clamped(2, 1);
        assert!(Picture::from_rgba(&[0; 7], size).is_err());
        let p = Picture::from_rgba(&[255, 0, 0, 255, 0, 255, 0, 128], size).unwrap();
        assert_eq!(p.row(0), &[0xffff_0000, 0x8000_8000]);
    }

    #[test]
    fn draw_picture_beyond_the_edges_is_clipped_and_blended() {
        let mut canvas = crate::Canvas::new(Size::clamped(4, 3));
        let _ = canvas.take_damage();
        let half_white = [255, 255, 255, 128].repeat(9);
        let picture = Picture::from_rgba(&half_white, Size::clamped(3, 3)).unwrap();
        canvas.draw_picture(-1, 1, &picture);
        canvas.draw_picture(i32::MAX, i32::MIN, &picture);
        let white = 0x8080_8080;
        assert_eq!(canvas.pixels(), &[0, 0, 0, 0, white, white, 0, 0, white, white, 0, 0]);
        assert!(canvas.take_damage().bounds().covers(paint::Rect::new(0, 1, 2, 2)));
    }
}
