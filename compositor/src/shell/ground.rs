//! The wallpaper: the sky, or one colour.

use paint::{Output, PixelViewMut, Rect};

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
