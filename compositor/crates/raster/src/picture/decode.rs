//! Files to pixels, behind our limits.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use paint::{Color, MAX_EDGE, Size, Surface};

use crate::animation::{MAX_ANIMATION_PIXELS, MAX_FRAMES};

use super::{MAX_DECODE_BYTES, MAX_SOURCE_BYTES, MAX_SOURCE_PIXELS, Picture, scale, svg, webp};

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// A file over [`MAX_SOURCE_BYTES`].
    #[error("the file has {0} bytes; a picture has at most {MAX_SOURCE_BYTES}")]
    TooManyBytes(usize),
    /// None of the formats.
    #[error("not a PNG, JPEG, GIF, WebP or SVG file")]
    UnknownFormat,
    /// An edge or an area over the limits.
    #[error("the picture is {w}x{h} pixels; at most {MAX_SOURCE_PIXELS} pixels and {MAX_EDGE} on an edge")]
    TooLarge {
        /// Width it claims.
        w: u32,
        /// Height it claims.
        h: u32,
    },
    /// The decoder gave up.
    #[error("the picture is broken: {0}")]
    Broken(#[from] image::ImageError),
    /// A frame of a WebP animation whose data is of another size than its head says.
    #[error("the picture is broken: a frame's data is not of the size that the frame says")]
    FrameSize,
    /// The SVG parser gave up.
    #[error("the SVG is broken: {0}")]
    BrokenSvg(String),
    /// Raw data of another length than its size.
    #[error("raw data has {found} bytes; width * height * 4 is {expected}")]
    RawLength {
        /// Bytes the size asks for.
        expected: usize,
        /// Bytes there are.
        found: usize,
    },
    /// An animation with more frames than there is room for.
    #[error(
        "the animation's frames are too many or too large: {MAX_FRAMES} frames, {MAX_ANIMATION_PIXELS} pixels in the \
         file, and {most} bytes at the size they are drawn are left for this app"
    )]
    TooManyFrames {
        /// Bytes that were left for it.
        most: usize,
    },
    /// An animation without a frame.
    #[error("the animation has no frame")]
    NoFrames,
    /// Inline data that is not base64.
    #[error("the data is not base64: {0}")]
    Base64(#[from] base64::DecodeError),
}

/// The bytes of inline data (RFC 4648, section 4; padding may be left out).
///
/// # Errors
/// [`PictureError::Base64`] names the offending position.
pub fn decode_base64(text: &str) -> Result<Vec<u8>, PictureError> {
    use base64::Engine;
    use base64::alphabet::STANDARD;
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
    const ENGINE: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    Ok(ENGINE.decode(text.trim())?)
}

/// What a file holds.
pub(super) enum Decoded {
    /// Pixels of its own size.
    Pixels(Source),
    /// A drawing without a size, at the target's.
    Drawing(Picture),
}

/// Decoded pixels: straight RGBA bytes, row by row.
pub(crate) struct Source {
    pub(crate) size: Size<Surface>,
    pub(crate) rgba: Vec<u8>,
}

impl Source {
    /// As it is drawn at this size.
    pub(crate) fn scaled(&self, size: Size<Surface>) -> Picture {
        if self.size == size {
            return Picture::of_pixels(size, premultiply(&self.rgba));
        }
        scale::scale(self, size)
    }

    /// The middle of it in the proportion of `target`.
    pub(super) fn cropped(self, target: Size<Surface>) -> Self {
        let (w, h) = (u64::from(self.size.w()), u64::from(self.size.h()));
        let (tw, th) = (u64::from(target.w()), u64::from(target.h()));
        let narrow = |v: u64| usize::try_from(v).unwrap_or(1).max(1);
        let (cw, ch) =
            if w * th > h * tw { (narrow(h * tw / th), narrow(h)) } else { (narrow(w), narrow(w * th / tw)) };
        let (left, top) = ((narrow(w) - cw) / 2, (narrow(h) - ch) / 2);
        if (left, top) == (0, 0) && cw * ch == self.size.area() {
            return self;
        }
        let rows = self.rgba.chunks_exact(narrow(w) * 4).skip(top).take(ch);
        let rgba = rows.flat_map(|row| &row[left * 4..(left + cw) * 4]).copied().collect();
        let edge = |n: usize| u32::try_from(n).unwrap_or(1);
        Self { size: Size::clamped(edge(cw), edge(ch)), rgba }
    }

    /// Row `y`, premultiplied.
    pub(super) fn row(&self, y: usize) -> Vec<u32> {
        let bytes = self.size.w() as usize * 4;
        premultiply(self.rgba.get(y * bytes..(y + 1) * bytes).unwrap_or(&[]))
    }
}

/// The first frame of a file, at its own size; an SVG, which has none, at `target`.
pub(super) fn decode(bytes: &[u8], target: Size<Surface>) -> Result<Decoded, PictureError> {
    if bytes.len() > MAX_SOURCE_BYTES {
        return Err(PictureError::TooManyBytes(bytes.len()));
    }
    let Some(format) = format_of(bytes) else {
        return if svg::looks_like_svg(bytes) {
            svg::render(bytes, target).map(Decoded::Drawing)
        } else {
            Err(PictureError::UnknownFormat)
        };
    };
    trust(bytes, format)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder()?;
    let (w, h) = decoder.dimensions();
    let size = Size::new(w, h).filter(|s| s.area() as u64 <= MAX_SOURCE_PIXELS);
    let size = size.ok_or(PictureError::TooLarge { w, h })?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    let rgba = image.into_rgba8();
    let size = Size::new(rgba.width(), rgba.height()).unwrap_or(size);
    Ok(Decoded::Pixels(Source { size, rgba: rgba.into_raw() }))
}

/// Refuses what a decoder would take on trust.
pub(crate) fn trust(bytes: &[u8], format: ImageFormat) -> Result<(), PictureError> {
    if format == ImageFormat::WebP && !webp::frames_agree(bytes) {
        Err(PictureError::FrameSize)
    } else {
        Ok(())
    }
}

/// What decoders may take.
pub(crate) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_EDGE);
    limits.max_image_height = Some(MAX_EDGE);
    limits.max_alloc = Some(MAX_DECODE_BYTES);
    limits
}

/// The formats we link, by their first bytes.
pub(crate) fn format_of(bytes: &[u8]) -> Option<ImageFormat> {
    let format = image::guess_format(bytes).ok()?;
    let linked = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    linked.contains(&format).then_some(format)
}

/// Straight RGBA bytes to premultiplied pixels.
pub(super) fn premultiply(rgba: &[u8]) -> Vec<u32> {
    let (pixels, _) = rgba.as_chunks::<4>();
    pixels.iter().map(|&[r, g, b, a]| Color { r, g, b, a }.premultiplied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG header that claims a size, without the data for it.
    fn png_that_claims(w: u32, h: u32) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend(w.to_be_bytes());
        png.extend(h.to_be_bytes());
        png.extend([8, 6, 0, 0, 0]);
        let crc = crc32(&png[12..]);
        png.extend(crc.to_be_bytes());
        png.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        png
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let mut crc = u32::MAX;
        for b in bytes {
            crc ^= u32::from(*b);
            for _ in 0..8 {
                crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
            }
        }
        !crc
    }

    #[test]
    fn decode_png_that_lies_about_its_size_is_refused() {
        let target = Size::clamped(8, 8);
        assert!(matches!(
            decode(&png_that_claims(16_000, 16_000), target),
            Err(PictureError::TooLarge { w: 16_000, h: 16_000 })
        ));
        assert!(decode(&png_that_claims(u32::MAX / 2, 1), target).is_err());
        assert!(decode(&png_that_claims(100, 100), target).is_err());
    }

    #[test]
    fn decode_other_bytes_are_an_unknown_format() {
        let target = Size::clamped(8, 8);
        for bytes in [&b""[..], b"hello", b"BM\0\0\0\0", &[0; 64]] {
            assert!(matches!(decode(bytes, target), Err(PictureError::UnknownFormat)));
        }
    }

    #[test]
    fn decode_base64_with_and_without_padding_is_the_same() {
        assert_eq!(decode_base64("/////w==").unwrap(), [255; 4]);
        assert_eq!(decode_base64("/////w").unwrap(), [255; 4]);
        assert!(decode_base64("!").is_err());
    }
}
