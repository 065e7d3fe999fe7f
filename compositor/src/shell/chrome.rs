//! Around and over windows: title bars, shadows, banners.

use paint::{Color, Output, PixelViewMut, Point, Rect, blend_over};
use scene::{Banner, CONTROL_PITCH, SHADOW_BLUR, SHADOW_DROP};

use crate::paint::shapes::{corners, disc, rounded};
use crate::paint::text::Face;
use crate::theme::{Palette, faded};

/// Whether a window has the keyboard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Attention {
    Focused,
    Resting,
}

/// Radius of a window's upper corners, in pixels.
const CORNER: u32 = 12;

pub(crate) fn title_bar(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    bar: Rect<Output>,
    title: &str,
    attention: Attention,
    palette: &Palette,
) {
    corners(canvas, clip, bar, [CORNER, CORNER, 0, 0], palette.surface);
    let line = Rect::from_edges(bar.left(), bar.bottom() - 1, bar.right(), bar.bottom());
    let (line_color, text) = match attention {
        Attention::Focused => (faded(palette.accent, 102), palette.text),
        Attention::Resting => (faded(palette.line, 160), palette.dim),
    };
    rounded(canvas, clip, line, 0, line_color);
    let pitch = CONTROL_PITCH.cast_signed();
    let middle = bar.top() + bar.h().cast_signed() / 2;
    for (nth, color) in [(1, palette.error), (2, palette.dim), (3, palette.dim)] {
        let color = if attention == Attention::Focused { color } else { palette.line };
        disc(canvas, clip, ((bar.right() - nth * pitch) * 16, middle * 16), 6 * 16, color);
    }
    let room = bar.w().cast_signed() - 8 * pitch;
    if room > 24 {
        let title = Face::CAPTION.fitted(title, room);
        let left = bar.left() + (bar.w().cast_signed() - Face::CAPTION.width(&title)) / 2;
        Face::CAPTION.draw(canvas, clip, Point::new(left, middle + 5), text, &title);
    }
}

/// The shadow of a window's frame: 35 % black, falling 8, fading over 24 pixels.
pub(crate) fn shadow(canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>, frame: Rect<Output>) {
    // It is soft on both sides of the caster's edge: dark half a blur inside, gone a whole one outside.
    let blur = SHADOW_BLUR.cast_signed();
    let caster = frame.offset(0, SHADOW_DROP.cast_signed()).outset(-blur / 2);
    let reach = blur + blur / 2;
    let away = |v: i32, low: i32, high: i32| (low - v).max(v - high + 1).max(0);
    canvas.for_rows(clip, |y, row| {
        let dy = away(y, caster.top(), caster.bottom());
        for (x, out) in (clip.left().max(0)..).zip(row.iter_mut()) {
            let dx = away(x, caster.left(), caster.right());
            let distance = (dx * dx + dy * dy).unsigned_abs().isqrt().cast_signed();
            if distance < reach {
                let left = reach - distance;
                let alpha = u8::try_from(89 * left * left / (reach * reach)).unwrap_or(0);
                *out = blend_over(0xff00_0000, *out, alpha);
            }
        }
    });
}

/// Steps of the spinner's turn.
pub(crate) const SPINNER_STEPS: u32 = 8;

pub(crate) fn banner(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    rect: Rect<Output>,
    (banner, title): (Banner, &str),
    step: u32,
    palette: &Palette,
) {
    let text = match banner {
        Banner::None => return,
        Banner::Restarting => format!("{title} is starting again …"),
        Banner::Quarantined => format!("{title} failed too often and was stopped"),
        Banner::Unresponsive => format!("{title} does not answer"),
    };
    rounded(canvas, clip, rect, 12, palette.line);
    rounded(canvas, clip, rect.outset(-1), 11, palette.raised);
    let middle = rect.top() + rect.h().cast_signed() / 2;
    let icon = (rect.left() + 28, middle);
    if banner == Banner::Restarting {
        spinner(canvas, clip, icon, step, palette.dim);
    } else {
        disc(canvas, clip, (icon.0 * 16, icon.1 * 16), 9 * 16, palette.error);
        let x = icon.0 - Face::CAPTION.width("!") / 2;
        Face::CAPTION.draw(canvas, clip, Point::new(x, middle + 5), palette.raised, "!");
    }
    let text = Face::BODY.fitted(&text, rect.w().cast_signed() - 68);
    Face::BODY.draw(canvas, clip, Point::new(rect.left() + 52, middle + 5), palette.dim, &text);
}

/// Eight dots on a circle, the leading one bright.
fn spinner(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    at: (i32, i32),
    step: u32,
    color: Color,
) {
    const DOTS: [(i32, i32); 8] = [(0, -8), (6, -6), (8, 0), (6, 6), (0, 8), (-6, 6), (-8, 0), (-6, -6)];
    for (i, (dx, dy)) in (0u32..).zip(DOTS) {
        let behind = (step + SPINNER_STEPS - i) % SPINNER_STEPS;
        let alpha = u8::try_from(255 - behind * 28).unwrap_or(60);
        disc(canvas, clip, ((at.0 + dx) * 16, (at.1 + dy) * 16), 30, faded(color, alpha));
    }
}
