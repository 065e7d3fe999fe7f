//! What moves: pages that slide. Positions follow the time, not the number of frames.

use ui::number::{float, round};

/// How long a page takes to its place, in milliseconds.
const SLIDE_MS: u64 = 200;

/// How far the shown page is from its place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Slide {
    /// It is there.
    #[default]
    Still,
    /// A finger holds it, so many pixels to the right of its place.
    Held(i32),
    /// It glides there.
    Gliding {
        /// Pixels to the right when it began.
        from: i32,
        /// When that was.
        start: u64,
        /// Pixels to the right now.
        offset: i32,
    },
}

impl Slide {
    /// Pixels to the right of its place.
    #[inline(never)]
    pub(crate) const fn offset(self) -> i32 {
        match self {
            Self::Still => 0,
            Self::Held(offset) | Self::Gliding { offset, .. } => offset,
        }
    }

    pub(crate) const fn is_held(self) -> bool {
        matches!(self, Self::Held(_))
    }

    pub(crate) const fn is_moving(self) -> bool {
        matches!(self, Self::Gliding { .. })
    }

    /// A finger takes it where it is.
    pub(crate) const fn hold(&mut self) {
        *self = Self::Held(self.offset());
    }

    /// The finger moved it here.
    pub(crate) const fn pull_to(&mut self, offset: i32) {
        *self = Self::Held(offset);
    }

    /// Its place moved by `by` pixels to the left; it glides there from where it is.
    pub(crate) const fn glide(&mut self, by: i32, now: u64) {
        let from = self.offset().saturating_add(by);
        *self = Self::Gliding { from, start: now, offset: from };
    }

    /// Lets time pass. Whether anything moved.
    pub(crate) fn advance(&mut self, now: u64) -> bool {
        let Self::Gliding { from, start, offset } = self else { return false };
        let part = eased(now.saturating_sub(*start), SLIDE_MS);
        *offset = round(float(*from) * (1.0 - part));
        if part >= 1.0 {
            *self = Self::Still;
        }
        true
    }

    /// When it is at its place.
    pub(crate) const fn ends_at(self) -> Option<u64> {
        if let Self::Gliding { start, .. } = self { Some(start + SLIDE_MS) } else { None }
    }
}

/// The way made after so much of the time: fast first, then slow (a cubic).
fn eased(elapsed: u64, duration: u64) -> f32 {
    let whole = i32::try_from(duration).unwrap_or(i32::MAX);
    let part = i32::try_from(elapsed.min(duration)).unwrap_or(i32::MAX);
    let left = 1.0 - float(part) / float(whole.max(1));
    1.0 - left * left * left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slide_glides_to_its_place_and_stops() {
        let mut slide = Slide::default();
        slide.hold();
        slide.pull_to(-100);
        slide.glide(800, 1_000);
        assert_eq!(slide.offset(), 700);
        let mut last = 700;
        for now in 1_001..1_200 {
            assert!(slide.advance(now));
            assert!(slide.offset() <= last && slide.offset() >= 0);
            last = slide.offset();
        }
        assert!(slide.advance(1_200));
        assert_eq!(slide, Slide::Still);
        assert!(!slide.advance(1_201));
    }
}
