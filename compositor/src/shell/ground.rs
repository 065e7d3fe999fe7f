//! The wallpaper: the sky, one colour, or a picture.

use std::os::fd::OwnedFd;

use paint::{Output, PixelViewMut, Rect, Size};
use sys::ReadMapping;

/// What lies behind all windows.
#[derive(Debug)]
pub(crate) enum Wallpaper {
    /// The theme's gradient.
    Sky,
    /// `0xRRGGBB`.
    Color(u32),
    /// Somebody's picture.
    Picture(Picture),
}

/// A picture, decoded elsewhere for a screen of its size.
#[derive(Debug)]
pub(crate) struct Picture {
    size: Size<Output>,
    memory: ReadMapping,
}

impl Picture {
    pub(crate) fn new(w: u32, h: u32, memory: OwnedFd) -> std::io::Result<Self> {
        let wrong = || std::io::Error::other(format!("{w}x{h} pixels are no screen"));
        let size = Size::new(w, h).ok_or_else(wrong)?;
        Ok(Self { size, memory: ReadMapping::new(memory, size.area())? })
    }

    /// Fills `clip`. On a screen of another size the middle of the picture fills it, in proportion, by the
    /// nearest pixel: it was decoded for the screen that was there.
    pub(crate) fn draw(&self, canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>) {
        let screen = canvas.size();
        let (w, h) = (self.size.w() as usize, self.size.h() as usize);
        let (sw, sh) = (screen.w() as usize, screen.h() as usize);
        // Screen pixels along the edge that the picture just covers, and how many picture pixels those are.
        let (by, of) = if sw * h >= sh * w { (sw, w) } else { (sh, h) };
        let (left, top) = ((w * by / of).saturating_sub(sw) / 2, (h * by / of).saturating_sub(sh) / 2);
        let start = usize::try_from(clip.left()).unwrap_or(0);
        let mut source = vec![0; w];
        canvas.for_rows(clip, |y, row| {
            let y = usize::try_from(y).unwrap_or(0);
            let at = ((y + top) * of / by).min(h - 1) * w;
            if screen == self.size {
                return self.memory.read(at + start, row);
            }
            self.memory.read(at, &mut source);
            for (x, out) in (start..).zip(row.iter_mut()) {
                let x = ((x + left) * of / by).min(w - 1);
                *out = source.get(x).copied().unwrap_or(0);
            }
        });
    }
}

/// Fills `clip` with the vertical gradient, for a screen `height` pixels high. The launcher paints the same
/// gradient with the same arithmetic, so that it fades in over the splash without a jump.
pub(crate) fn sky(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    (top, bottom): (u32, u32),
    height: u32,
) {
    let last = height.saturating_sub(1);
    canvas.for_rows(clip, |y, row| {
        row.fill(0xff00_0000 | sky_row(top, bottom, u32::try_from(y).unwrap_or(0), last))
    });
}

/// The colour of row `y` of rows 0 to `last`: each channel rounded to nearest.
fn sky_row(top: u32, bottom: u32, y: u32, last: u32) -> u32 {
    if last == 0 {
        return top;
    }
    let y = y.min(last);
    let (a, b) = (top.to_be_bytes(), bottom.to_be_bytes());
    let mut out = [0; 4];
    for i in 0..4 {
        let sum = u32::from(a[i]) * (last - y) + u32::from(b[i]) * y + last / 2;
        out[i] = u8::try_from(sum / last).unwrap_or(255);
    }
    u32::from_be_bytes(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sky_row_ends_are_the_two_colours() {
        assert_eq!(sky_row(0x0b1020, 0x131b38, 0, 799), 0x0b1020);
        assert_eq!(sky_row(0x0b1020, 0x131b38, 799, 799), 0x131b38);
        assert_eq!(sky_row(0x0b1020, 0x131b38, 400, 799), 0x0f162c);
        assert_eq!(sky_row(0x0b1020, 0x131b38, 5, 0), 0x0b1020);
    }
}
