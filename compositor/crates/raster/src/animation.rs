//! Pictures that move: GIF and WebP, decoded to the size they are drawn at. Time is an argument, in milliseconds.

use std::io::Cursor;
use std::num::NonZeroU32;

use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::LoopCount;
use image::{AnimationDecoder, Frames, ImageDecoder, ImageFormat};
use paint::{Size, Surface};

use crate::picture::{Picture, PictureError, Source, format_of, limits, trust};

/// Frames of one file: half a minute at 30 a second.
pub const MAX_FRAMES: usize = 1000;

/// Frames of all animations of an app, in bytes at the size they are drawn: 50 frames of 320x240. A process has 64 MiB
/// by default, with the guest in it.
pub const MAX_ANIMATION_BYTES: usize = 16 << 20;

/// The largest source of an animation, in pixels: a decoder holds two or three of its frames at once.
pub const MAX_ANIMATION_PIXELS: u64 = 1920 * 1080;

/// A delay shorter than this counts as [`SLOW`], as in browsers: files with it were made for machines that were slower.
const SHORTEST: u64 = 20;
const SLOW: u64 = 100;

/// A decoded animation at the size it is drawn.
#[derive(Debug)]
pub struct Animation {
    frames: Vec<Picture>,
    /// When each frame ends, in milliseconds since the first one began.
    ends: Vec<u64>,
    /// How often it is played; `None`: for ever.
    loops: Option<NonZeroU32>,
}

/// What is seen of an animation at some time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// Which frame.
    pub frame: usize,
    /// When it gives way to another, in milliseconds since the first one began; `None`: it stays.
    pub until: Option<u64>,
}

impl Animation {
    /// Decodes the bytes of a file and scales its frames to `size`. A picture that does not move has one frame.
    ///
    /// # Errors
    /// [`PictureError`]; [`PictureError::TooManyFrames`] for one whose frames take more than `most` bytes.
    pub fn decode(bytes: &[u8], size: Size<Surface>, most: usize) -> Result<Self, PictureError> {
        let at_most = |w, h| {
            let fits = u64::from(w) * u64::from(h) <= MAX_ANIMATION_PIXELS;
            fits.then_some(()).ok_or(PictureError::TooManyFrames { most })
        };
        match format_of(bytes) {
            Some(ImageFormat::Gif) => {
                let mut decoder = GifDecoder::new(Cursor::new(bytes))?;
                decoder.set_limits(limits())?;
                at_most(decoder.dimensions().0, decoder.dimensions().1)?;
                // Without this block it is played once, which the decoder does not tell.
                let is_endless = bytes.windows(11).any(|b| b == b"NETSCAPE2.0");
                let loops = if is_endless { finite(decoder.loop_count()) } else { Some(NonZeroU32::MIN) };
                Self::of(decoder.into_frames(), loops, size, most)
            }
            Some(format @ ImageFormat::WebP) => {
                trust(bytes, format)?;
                let mut decoder = WebPDecoder::new(Cursor::new(bytes))?;
                decoder.set_limits(limits())?;
                if !decoder.has_animation() {
                    return Self::still(bytes, size);
                }
                at_most(decoder.dimensions().0, decoder.dimensions().1)?;
                let loops = finite(decoder.loop_count());
                Self::of(decoder.into_frames(), loops, size, most)
            }
            _ => Self::still(bytes, size),
        }
    }

    fn still(bytes: &[u8], size: Size<Surface>) -> Result<Self, PictureError> {
        Ok(Self { frames: vec![Picture::decode(bytes, size)?], ends: vec![SLOW], loops: None })
    }

    fn of(
        frames: Frames<'_>,
        loops: Option<NonZeroU32>,
        size: Size<Surface>,
        most: usize,
    ) -> Result<Self, PictureError> {
        let mut animation = Self { frames: Vec::new(), ends: Vec::new(), loops };
        let mut end = 0;
        for frame in frames {
            let frame = frame?;
            let taken = (animation.frames.len() + 1) * size.area() * 4;
            if animation.frames.len() == MAX_FRAMES || taken > most {
                return Err(PictureError::TooManyFrames { most });
            }
            let (numerator, denominator) = frame.delay().numer_denom_ms();
            let delay = u64::from(numerator / denominator.max(1));
            end += if delay < SHORTEST { SLOW } else { delay };
            let rgba = frame.into_buffer();
            let (w, h) = rgba.dimensions();
            let own = Size::new(w, h).ok_or(PictureError::TooLarge { w, h })?;
            animation.frames.push(Source { size: own, rgba: rgba.into_raw() }.scaled(size));
            animation.ends.push(end);
        }
        if animation.frames.is_empty() { Err(PictureError::NoFrames) } else { Ok(animation) }
    }

    /// Width and height of every frame.
    #[must_use]
    pub fn size(&self) -> Size<Surface> {
        self.frames.first().map_or(Size::clamped(1, 1), Picture::size)
    }

    /// What its frames take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.frames.len() * self.size().area() * 4
    }

    /// What is seen so many milliseconds after it began.
    #[must_use]
    pub fn at(&self, elapsed: u64) -> Moment {
        let last = self.frames.len().saturating_sub(1);
        let once = self.ends.last().copied().unwrap_or(1).max(1);
        let whole = self.loops.map(|loops| once.saturating_mul(u64::from(loops.get())));
        if last == 0 || whole.is_some_and(|whole| elapsed >= whole) {
            return Moment { frame: last, until: None };
        }
        let into = elapsed % once;
        let frame = self.ends.partition_point(|end| *end <= into);
        let until = elapsed - into + self.ends.get(frame).copied().unwrap_or(once);
        Moment { frame, until: Some(until).filter(|until| Some(*until) != whole) }
    }

    /// The picture of a [`Moment`].
    #[must_use]
    pub fn frame(&self, frame: usize) -> Option<&Picture> {
        self.frames.get(frame)
    }
}

fn finite(loops: LoopCount) -> Option<NonZeroU32> {
    match loops {
        LoopCount::Infinite => None,
        LoopCount::Finite(loops) => Some(loops),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::gif::{GifEncoder, Repeat};
    use image::{Delay, Frame, RgbaImage};

    /// Frames of one colour each, with their delays.
    fn gif(frames: &[(u8, u32)], repeat: Option<Repeat>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = GifEncoder::new(&mut bytes);
        if let Some(repeat) = repeat {
            encoder.set_repeat(repeat).unwrap();
        }
        for (value, ms) in frames {
            let image = RgbaImage::from_pixel(4, 2, image::Rgba([*value, 0, 0, 255]));
            let delay = Delay::from_numer_denom_ms(*ms, 1);
            encoder.encode_frame(Frame::from_parts(image, 0, 0, delay)).unwrap();
        }
        drop(encoder);
        bytes
    }

    fn seen(animation: &Animation, elapsed: u64) -> (usize, Option<u64>) {
        let Moment { frame, until } = animation.at(elapsed);
        (frame, until)
    }

    #[test]
    fn at_follows_the_files_delays_and_loops() {
        let bytes = gif(&[(10, 50), (20, 100), (30, 10)], Some(Repeat::Finite(2)));
        let animation = Animation::decode(&bytes, Size::clamped(4, 2), MAX_ANIMATION_BYTES).unwrap();
        // The last delay is none that a machine keeps: it counts as 100 ms.
        for (elapsed, expected) in [
            (0, (0, Some(50))),
            (49, (0, Some(50))),
            (50, (1, Some(150))),
            (150, (2, Some(250))),
            (250, (0, Some(300))),
            (499, (2, None)),
            (500, (2, None)),
            (u64::MAX, (2, None)),
        ] {
            assert_eq!(seen(&animation, elapsed), expected, "{elapsed}");
        }
        assert_eq!(animation.frame(1).unwrap().row(0)[0] >> 16 & 255, 20);
    }

    #[test]
    fn at_without_a_loop_block_plays_once_and_with_an_endless_one_for_ever() {
        let size = Size::clamped(2, 1);
        let once = Animation::decode(&gif(&[(1, 20), (2, 20)], None), size, 1 << 20).unwrap();
        assert_eq!((seen(&once, 25), seen(&once, 45)), ((1, None), (1, None)));
        let endless = gif(&[(1, 20), (2, 20)], Some(Repeat::Infinite));
        let endless = Animation::decode(&endless, size, 1 << 20).unwrap();
        assert_eq!(seen(&endless, 40 * 1_000_000 + 5), (0, Some(40 * 1_000_000 + 20)));
        assert_eq!((endless.size(), endless.bytes()), (size, 16));
    }

    #[test]
    fn decode_more_frames_than_there_is_room_for_is_refused() {
        let bytes = gif(&[(1, 20), (2, 20), (3, 20)], None);
        let size = Size::clamped(64, 64);
        let refused = Animation::decode(&bytes, size, 2 * 64 * 64 * 4);
        assert!(matches!(refused, Err(PictureError::TooManyFrames { .. })), "{refused:?}");
        assert!(Animation::decode(&bytes[..40], size, 1 << 20).is_err());
        assert!(Animation::decode(b"GIF89a", size, 1 << 20).is_err());
    }
}
