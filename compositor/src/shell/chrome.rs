//! Around and over windows: title bars, shadows, banners.

use paint::{Color, Output, PixelViewMut, Point, Rect, blend_over};
use scene::{Banner, CONTROL_PITCH, Part, SHADOW_BLUR, SHADOW_DROP};

use crate::paint::shapes::{corners, disc, frame, line, rounded};
use crate::paint::text::Face;
use crate::seat::chrome::ControlState;
use crate::theme::{Palette, faded};

/// Whether a window has the keyboard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Attention {
    Focused,
    Resting,
}

/// Radius of a window's upper corners, in pixels.
const CORNER: u32 = 12;

/// Left of a title, in pixels.
const TITLE_MARGIN: i32 = 12;

/// What a title bar says.
pub(crate) struct TitleBar<'a> {
    pub(crate) rect: Rect<Output>,
    /// Its button for the app's menu.
    pub(crate) menu: Option<Rect<Output>>,
    pub(crate) title: &'a str,
    pub(crate) attention: Attention,
    /// The control that is pointed at.
    pub(crate) control: Option<(Part, ControlState)>,
}

pub(crate) fn title_bar(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    bar: &TitleBar<'_>,
    palette: &Palette,
) {
    let rect = bar.rect;
    // At the screen's own corners there is nothing to be seen behind a round one.
    let top = rect.top() <= 0;
    let left = if top && rect.left() <= 0 { 0 } else { CORNER };
    let right = if top && rect.right() >= canvas.size().w().cast_signed() { 0 } else { CORNER };
    corners(canvas, clip, rect, [left, right, 0, 0], palette.surface);
    let below = Rect::from_edges(rect.left(), rect.bottom() - 1, rect.right(), rect.bottom());
    let (line_color, text) = match bar.attention {
        Attention::Focused => (faded(palette.accent, 102), palette.text),
        Attention::Resting => (faded(palette.line, 110), palette.dim),
    };
    rounded(canvas, clip, below, 0, line_color);
    let pitch = CONTROL_PITCH.cast_signed();
    let middle = rect.top() + rect.h().cast_signed() / 2;
    let pointed_at = |part| bar.control.filter(|(pointed, _)| *pointed == part).map(|(_, state)| state);
    if let Some(button) = bar.menu {
        menu_button(canvas, clip, button, pointed_at(Part::Menu), bar.attention, palette);
    }
    for (nth, part) in [(1, Part::Close), (2, Part::Maximise), (3, Part::Minimise)] {
        let at = (rect.right() - nth * pitch, middle);
        control(canvas, clip, at, part, pointed_at(part), bar.attention, palette);
    }
    let (width, controls) = (rect.w().cast_signed(), 4 * pitch);
    let margin = bar.menu.map_or(TITLE_MARGIN, |button| button.w().cast_signed() + 4);
    let room = width - controls - margin;
    if room > 24 {
        let title = Face::CAPTION.fitted(bar.title, room);
        // In the middle of the bar, or as near to it as the controls leave room.
        let own = Face::CAPTION.width(&title);
        let left = rect.left() + ((width - own) / 2).min(width - controls - own).max(margin);
        Face::CAPTION.draw(canvas, clip, Point::new(left, middle + 5), text, &title);
    }
}

/// Three lines in a rounded field that shows when it is pointed at.
fn menu_button(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    button: Rect<Output>,
    state: Option<ControlState>,
    attention: Attention,
    palette: &Palette,
) {
    let field =
        Rect::from_edges(button.left() + 8, button.top() + 3, button.right() - 4, button.bottom() - 4);
    match state {
        Some(ControlState::Pressed) => rounded(canvas, clip, field, 6, palette.line),
        Some(ControlState::Hovered) => rounded(canvas, clip, field, 6, palette.raised),
        None => {}
    }
    let color = match (state, attention) {
        (Some(_), _) => palette.text,
        (None, Attention::Focused) => palette.dim,
        (None, Attention::Resting) => palette.line,
    };
    let middle = (field.left() + field.right()) / 2;
    for y in [-4, 0, 4] {
        let y = (field.top() + field.bottom()) / 2 + y;
        rounded(canvas, clip, Rect::from_edges(middle - 7, y - 1, middle + 7, y + 1), 1, color);
    }
}

/// A disc of 12 pixels; pointed at, it grows and says by its sign what it does.
fn control(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    (x, y): (i32, i32),
    part: Part,
    state: Option<ControlState>,
    attention: Attention,
    palette: &Palette,
) {
    let own = if part == Part::Close { palette.error } else { palette.dim };
    let color = match (state, attention) {
        (Some(ControlState::Pressed), _) => palette.text,
        (None, Attention::Resting) => palette.line,
        (Some(ControlState::Hovered), _) | (None, Attention::Focused) => own,
    };
    let radius = if state.is_some() { 8 } else { 6 };
    disc(canvas, clip, (x * 16, y * 16), radius * 16, color);
    if state.is_none() {
        return;
    }
    // Signs in 16ths of a pixel around the middle.
    let strokes: &[[(i32, i32); 2]] = match part {
        Part::Close => &[[(-44, -44), (44, 44)], [(-44, 44), (44, -44)]],
        Part::Maximise => {
            &[[(-44, -40), (44, -40)], [(44, -40), (44, 40)], [(44, 40), (-44, 40)], [(-44, 40), (-44, -40)]]
        }
        _ => &[[(-48, 8), (48, 8)]],
    };
    for [from, to] in strokes {
        let at = |(dx, dy): (i32, i32)| (x * 16 + dx, y * 16 + dy);
        line(canvas, clip, at(*from), at(*to), 20, palette.surface);
    }
}

/// All that a shadow around a frame reaches.
pub(crate) fn shadow_extents(frame: Rect<Output>) -> Rect<Output> {
    let (blur, drop) = (SHADOW_BLUR.cast_signed(), SHADOW_DROP.cast_signed());
    frame.outset(blur).union(frame.outset(blur).offset(0, drop))
}

/// The hairline around a window, outside of its frame; in the accent around the one with the keyboard.
pub(crate) fn outline(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    rect: Rect<Output>,
    attention: Attention,
    palette: &Palette,
) {
    let color = match attention {
        Attention::Focused => faded(palette.accent, 102),
        Attention::Resting => faded(palette.line, 110),
    };
    frame(canvas, clip, rect.outset(1), [CORNER + 1, CORNER + 1, 0, 0], color);
}

/// The shadow of something: 35 % black (10 % on a light ground), falling 8, fading over 24 pixels. `corner` is the
/// radius of what throws it.
pub(crate) fn shadow(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    frame: Rect<Output>,
    corner: u32,
    palette: &Palette,
) {
    // It is soft on both sides of the caster's edge: dark half a blur inside, gone a whole one outside.
    let blur = SHADOW_BLUR.cast_signed();
    let inset = blur / 2 + corner.cast_signed() / 4;
    let caster = frame.offset(0, SHADOW_DROP.cast_signed()).outset(-inset);
    let reach = blur + inset;
    let most = palette.shadow;
    let away = |v: i32, low: i32, high: i32| (low - v).max(v - high + 1).max(0);
    canvas.for_rows(clip, |y, row| {
        let dy = away(y, caster.top(), caster.bottom());
        for (x, out) in (clip.left().max(0)..).zip(row.iter_mut()) {
            let dx = away(x, caster.left(), caster.right());
            let distance = (dx * dx + dy * dy).unsigned_abs().isqrt().cast_signed();
            if distance < reach {
                let left = reach - distance;
                let alpha = u8::try_from(most * left * left / (reach * reach)).unwrap_or(0);
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
    let says = match banner {
        Banner::None => return,
        Banner::Restarting => " is starting again …",
        Banner::Quarantined => " failed too often and was stopped",
        Banner::Unresponsive => " does not answer",
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
    // What happened is worth more than a whole title.
    let room = rect.w().cast_signed() - 68;
    let title = Face::BODY.fitted(title, (room - Face::BODY.width(says)).max(48));
    let text = Face::BODY.fitted(&format!("{title}{says}"), room);
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
