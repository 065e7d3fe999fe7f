//! From upright pixels to a turned screen's.

use paint::{Output, PixelView, Rect, Size, Space};

/// The space of a screen's own scanout: what the hardware reads, before people turn the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Native {}
impl Space for Native {}

/// How far the picture is turned clockwise on the screen's scanout.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Rotation {
    /// Not at all.
    #[default]
    None,
    /// A quarter.
    Quarter,
    /// A half.
    Half,
    /// Three quarters.
    ThreeQuarters,
}

impl Rotation {
    /// The rotation of so many degrees clockwise, if it is a multiple of 90 below 360.
    #[must_use]
    pub const fn from_degrees(degrees: u16) -> Option<Self> {
        match degrees {
            0 => Some(Self::None),
            90 => Some(Self::Quarter),
            180 => Some(Self::Half),
            270 => Some(Self::ThreeQuarters),
            _ => None,
        }
    }

    /// Where a place of the scanout is in the picture, both in 65536 parts of their edges: touch screens lie on
    /// the glass as the hardware scans it out.
    #[must_use]
    pub const fn upright_fraction(self, x: u16, y: u16) -> (u16, u16) {
        match self {
            Self::None => (x, y),
            Self::Quarter => (y, u16::MAX - x),
            Self::Half => (u16::MAX - x, u16::MAX - y),
            Self::ThreeQuarters => (u16::MAX - y, x),
        }
    }

    /// Size of the picture for a scanout of this size.
    pub(crate) fn upright(self, native: Size<Native>) -> Size<Output> {
        match self {
            Self::None | Self::Half => native.cast(),
            Self::Quarter | Self::ThreeQuarters => Size::clamped(native.h(), native.w()),
        }
    }

    /// The scanout pixels that show `rect` of a picture of size `upright`.
    pub(crate) fn to_native(self, rect: Rect<Output>, upright: Size<Output>) -> Rect<Native> {
        let (w, h) = (upright.w().cast_signed(), upright.h().cast_signed());
        let (l, t, r, b) = (rect.left(), rect.top(), rect.right(), rect.bottom());
        match self {
            Self::None => Rect::from_edges(l, t, r, b),
            Self::Quarter => Rect::from_edges(h - b, l, h - t, r),
            Self::Half => Rect::from_edges(w - r, h - b, w - l, h - t),
            Self::ThreeQuarters => Rect::from_edges(t, w - r, b, w - l),
        }
    }

    /// Writes scanout row `y`, from column `left` on, into `out`.
    #[expect(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "edges are at most MAX_EDGE, and the caller clips to the scanout"
    )]
    pub(crate) fn native_row(self, from: PixelView<'_, Output>, y: i32, left: i32, out: &mut [u32]) {
        let (w, h) = (from.size().w() as i32, from.size().h() as i32);
        if self == Self::None {
            let row = from.row(y as usize);
            let start = (left as usize).min(row.len());
            let len = out.len().min(row.len() - start);
            out[..len].copy_from_slice(&row[start..start + len]);
            return;
        }
        for (i, pixel) in out.iter_mut().enumerate() {
            let x = left + i as i32;
            let (ux, uy) = match self {
                Self::None => (x, y),
                Self::Quarter => (y, h - 1 - x),
                Self::Half => (w - 1 - x, h - 1 - y),
                Self::ThreeQuarters => (w - 1 - y, x),
            };
            *pixel = from.row(uy as usize).get(ux as usize).copied().unwrap_or(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(rotation: Rotation) -> Vec<u32> {
        // 1 2 3
        // 4 5 6
        let pixels = [1, 2, 3, 4, 5, 6];
        let upright = Size::<Output>::new(3, 2).unwrap();
        let view = PixelView::new(&pixels, 3, upright).unwrap();
        let native = rotation.to_native(upright.rect(), upright);
        let mut out = Vec::new();
        for y in native.top()..native.bottom() {
            let mut row = vec![0; native.w() as usize];
            rotation.native_row(view, y, native.left(), &mut row);
            out.extend(row);
        }
        out
    }

    #[test]
    fn native_row_each_rotation_turns_clockwise() {
        assert_eq!(turned(Rotation::None), [1, 2, 3, 4, 5, 6]);
        assert_eq!(turned(Rotation::Quarter), [4, 1, 5, 2, 6, 3]);
        assert_eq!(turned(Rotation::Half), [6, 5, 4, 3, 2, 1]);
        assert_eq!(turned(Rotation::ThreeQuarters), [3, 6, 2, 5, 1, 4]);
    }

    #[test]
    fn to_native_single_pixels_agree_with_native_row() {
        let upright = Size::<Output>::new(3, 2).unwrap();
        let pixels = [1, 2, 3, 4, 5, 6];
        let view = PixelView::new(&pixels, 3, upright).unwrap();
        for r in [Rotation::None, Rotation::Quarter, Rotation::Half, Rotation::ThreeQuarters] {
            for y in 0..2 {
                for x in 0..3 {
                    let at = r.to_native(Rect::new(x, y, 1, 1), upright);
                    let mut out = [0];
                    r.native_row(view, at.top(), at.left(), &mut out);
                    assert_eq!(out[0], (y * 3 + x + 1).cast_unsigned());
                }
            }
        }
    }
}
