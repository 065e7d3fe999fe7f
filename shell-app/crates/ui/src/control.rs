//! Buttons: what one presses, in every state.

use draw_protocol::Rgba;

use crate::frame::{Align, Frame, TextStyle};
use crate::geometry::Rect;
use crate::icon::Icon;
use crate::theme::{Palette, mix, space, type_size};

/// Width of a focus ring, and its distance from what it surrounds, in pixels.
const RING: i32 = 2;

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing is drawn behind its label until the pointer is over it.
    Quiet,
    /// A plate.
    Raised,
    /// A plate in the accent: the one action of a place.
    Primary,
    /// A plate, and the label in the accent: the one that is chosen.
    Chosen,
}

/// What state something that can be pressed is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stance {
    /// Nothing is near it.
    Rest,
    /// The pointer is over it.
    Hover,
    /// It is held down.
    Pressed,
    /// It cannot be pressed now.
    Disabled,
}

/// The colours of a button: of its plate, if it has one, and of what stands on it.
fn colors(palette: &Palette, tone: Tone, stance: Stance) -> (Option<Rgba>, Rgba) {
    match (tone, stance) {
        (Tone::Quiet, Stance::Rest) => (None, palette.dim),
        (Tone::Quiet, Stance::Disabled) => (None, palette.line),
        (_, Stance::Disabled) => (Some(palette.surface), palette.line),
        (Tone::Quiet, Stance::Hover) => (Some(palette.raised), palette.text),
        (Tone::Raised, Stance::Rest) => (Some(palette.raised), palette.text),
        (Tone::Chosen, _) => (Some(palette.raised), palette.accent),
        (Tone::Raised, Stance::Hover) => (Some(palette.hover), palette.text),
        (Tone::Quiet | Tone::Raised, Stance::Pressed) => (Some(palette.pressed), palette.text),
        (Tone::Primary, Stance::Rest) => (Some(palette.accent), palette.on_accent),
        (Tone::Primary, Stance::Hover) => (Some(mix(palette.accent, palette.text, 1, 5)), palette.on_accent),
        (Tone::Primary, Stance::Pressed) => {
            (Some(mix(palette.accent, palette.ground_top, 1, 8)), palette.on_accent)
        }
    }
}

/// Draws a button's plate and answers the colour of what stands on it.
pub fn plate(
    frame: &mut Frame,
    palette: &Palette,
    area: Rect,
    radius: i32,
    tone: Tone,
    stance: Stance,
) -> Rgba {
    let (fill, text) = colors(palette, tone, stance);
    if let Some(fill) = fill {
        frame.round(area, radius, fill);
    }
    let outline = palette.outline();
    if outline > 0 && matches!(tone, Tone::Raised | Tone::Chosen) {
        frame.ring(area, radius, outline, if tone == Tone::Chosen { palette.accent } else { palette.line });
    } else if stance == Stance::Pressed && tone != Tone::Primary {
        frame.ring(area, radius, 1, palette.line);
    }
    text
}

/// Draws a button with a label.
pub fn button(frame: &mut Frame, palette: &Palette, area: Rect, tone: Tone, stance: Stance, label: &str) {
    let color = plate(frame, palette, area, space::RADIUS_CONTROL, tone, stance);
    let inside = Rect::new(area.x() + space::S, area.y(), area.w() - 2 * space::S, area.h());
    frame.text(inside, Align::Center, TextStyle::bold(type_size::BODY, color), label);
}

/// Draws a round button with an icon.
pub fn icon_button(frame: &mut Frame, palette: &Palette, area: Rect, tone: Tone, stance: Stance, icon: Icon) {
    let color = plate(frame, palette, area, area.h() / 2, tone, stance);
    frame.icon(icon, area, 24, color);
}

/// Draws the ring around what keys go to; `radius` is that of the thing itself.
pub fn focus_ring(frame: &mut Frame, palette: &Palette, area: Rect, radius: i32) {
    frame.ring(area.grown(2 * RING), radius + 2 * RING, RING, palette.sky);
}

/// A switch: its track and its knob.
pub(crate) fn switch(frame: &mut Frame, palette: &Palette, track: Rect, is_on: bool) {
    let radius = track.h() / 2;
    let knob = |left: i32| Rect::new(left, track.y(), track.h(), track.h()).grown(-4);
    if is_on {
        frame.round(track, radius, palette.accent);
        frame.round(knob(track.right() - track.h()), radius - 4, palette.on_accent);
    } else {
        frame.ring(track, radius, RING, palette.dim);
        frame.round(knob(track.x()).grown(-2), radius - 6, palette.dim);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::Theme;
    use crate::theme::contrast;

    #[test]
    fn every_control_in_every_state_can_be_read() {
        for theme in Theme::ALL {
            let palette = theme.palette();
            let below = [palette.ground_top, palette.ground_bottom, palette.surface, palette.raised];
            for tone in [Tone::Quiet, Tone::Raised, Tone::Primary, Tone::Chosen] {
                for stance in [Stance::Rest, Stance::Hover, Stance::Pressed] {
                    let (fill, text) = colors(&palette, tone, stance);
                    let grounds = fill.map_or(below.to_vec(), |fill| vec![fill]);
                    for ground in grounds {
                        let found = contrast(text, ground);
                        assert!(found >= 4.5, "{theme:?} {tone:?} {stance:?}: {found:.2}");
                    }
                }
            }
            // The primary plate, switches, sliders and the focus ring against what they lie on.
            for part in [palette.accent, palette.dim, palette.sky] {
                assert!(below.iter().all(|ground| contrast(part, *ground) >= 4.5), "{theme:?} {part:08x?}");
            }
        }
    }
}
