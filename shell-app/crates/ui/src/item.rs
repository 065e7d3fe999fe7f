//! How items look.

use draw_protocol::Weight;

use crate::control::{self, Tone};
use crate::frame::{Align, Frame, TextStyle};
use crate::geometry::Rect;
use crate::number::{ceil, float};
use crate::text::measure;
use crate::theme::{Palette, space};
use crate::view::{Item, Kind, What};

/// How far a focus ring reaches beyond its item, in pixels.
pub(crate) const RING_REACH: i32 = 4;
/// Between an icon and its label, in pixels.
const ICON_GAP: i32 = 8;
/// Edge of a button's icon, in pixels.
const BUTTON_ICON: i32 = 24;

impl<M> Item<M> {
    /// The pixels it may touch.
    pub(crate) fn bounds(&self) -> Rect {
        match self.kind.what {
            // A line of text begins and ends between pixels.
            What::Label => Rect::new(self.area.x() - 1, self.area.y(), self.area.w() + 2, self.area.h()),
            _ if self.is_focused => self.area.grown(RING_REACH),
            _ => self.area,
        }
    }

    /// Whether a part of it can be drawn alone and leave the same pixels.
    pub(crate) fn is_cut_by(&self, part: Rect, palette: &Palette) -> bool {
        let (area, r) = (self.area, self.kind.size);
        match self.kind.what {
            What::Fill => true,
            What::Card if area.inset(palette.outline()).holds(part.intersection(area)) => {
                let corners = [
                    Rect::new(area.x(), area.y(), r, r),
                    Rect::new(area.right() - r, area.y(), r, r),
                    Rect::new(area.x(), area.bottom() - r, r, r),
                    Rect::new(area.right() - r, area.bottom() - r, r, r),
                ];
                !corners.iter().any(|corner| corner.touches(part))
            }
            _ => false,
        }
    }

    /// Draws it, or what of it lies in `part`.
    pub(crate) fn draw(&self, frame: &mut Frame, palette: &Palette, part: Rect) {
        let area = self.area;
        let Kind { what, color, lower, size, tone, ref text, .. } = self.kind;
        match what {
            What::Fill => frame.fill(area.intersection(part), color),
            What::Card if part.holds(area) => {
                frame.round(area, size, color);
                if palette.outline() > 0 {
                    frame.ring(area, size, palette.outline(), palette.line);
                }
            }
            What::Card => frame.fill(area.intersection(part), color),
            What::Label => {
                frame.text(area, self.kind.align, self.kind.style(), text);
            }
            What::Button => {
                let round = text.is_empty() && tone == Tone::Quiet;
                let radius = if round { area.h() / 2 } else { space::RADIUS_CONTROL };
                let color = control::plate(frame, palette, area, radius, tone, self.stance);
                let style = TextStyle::bold(size, color);
                match self.kind.icon {
                    Some(icon) if text.is_empty() => frame.icon(icon, area, BUTTON_ICON, color),
                    Some(icon) => {
                        let width =
                            ceil(measure(text, size, Weight::Bold)).min(area.w() - BUTTON_ICON - ICON_GAP);
                        let left = area.x() + (area.w() - width - BUTTON_ICON - ICON_GAP) / 2;
                        let place = Rect::new(left, area.y(), BUTTON_ICON, area.h());
                        frame.icon(icon, place, BUTTON_ICON, color);
                        let place = Rect::new(left + BUTTON_ICON + ICON_GAP, area.y(), width, area.h());
                        frame.text(place, Align::Start, style, text);
                    }
                    None => {
                        frame.text(area.grown(-space::XS / 2), Align::Center, style, text);
                    }
                }
            }
            What::Plate => {
                control::plate(frame, palette, area, size, tone, self.stance);
            }
            What::Gradient => frame.plate(area, color, lower),
            What::Picture => {
                if let Some(icon) = self.kind.icon {
                    frame.icon(icon, area, size, color);
                }
            }
            What::Special => {
                if let Some(special) = &self.kind.special {
                    special.draw(frame, palette, area, self.stance);
                }
            }
            What::Image => frame.image(area, text),
        }
        if self.is_focused {
            let (place, radius) = match what {
                // Plates keep their distance: the ring stands around them.
                What::Plate => (area, size),
                What::Button if tone == Tone::Quiet && text.is_empty() => {
                    (area.grown(RING_REACH - 8), area.h() / 2 - 4)
                }
                _ => (area.grown(RING_REACH - 8), space::RADIUS_CONTROL - 4),
            };
            control::focus_ring(frame, palette, place, radius);
        }
    }
}

/// What is wrong with how items lie, for tests: nothing that is pressed overlaps another or is smaller than a finger, no
/// text is wider than its place or lies on another, all is on the canvas, and arrow keys come to all that is pressed.
#[must_use]
pub fn faults<M: Copy + PartialEq + core::fmt::Debug>(
    view: &crate::View<M>,
) -> alloc::vec::Vec<alloc::string::String> {
    let mut found = alloc::vec::Vec::new();
    let order: alloc::vec::Vec<(M, Rect)> = view.pressable().collect();
    let reached = crate::stage::reached(&order);
    for (name, area) in order.iter().filter(|(name, _)| !reached.contains(name)) {
        found.push(alloc::format!("no arrow key comes to {name:?} at {area:?}"));
    }
    let seen = view.items.get(view.covered..).unwrap_or_default();
    for (n, item) in seen.iter().enumerate() {
        if !view.canvas.holds(item.area) || item.area.is_empty() {
            found.push(alloc::format!("{:?} is not on the canvas: {:?}", item.kind, item.area));
        }
        if item.message.is_some() && (item.area.w() < space::TARGET || item.area.h() < space::TARGET) {
            found.push(alloc::format!("{:?} is too small to touch: {:?}", item.kind, item.area));
        }
        let Kind { what, size, weight, may_be_cut, icon, ref text, ref special, .. } = item.kind;
        let (text, room) = match (what, special) {
            (What::Label, _) if !may_be_cut => (measure(text, size, weight), item.area.w()),
            (What::Button, _) if !text.is_empty() => {
                let icon = if icon.is_some() { BUTTON_ICON + ICON_GAP } else { 0 };
                (measure(text, size, Weight::Bold), item.area.w() - icon - space::XS)
            }
            (What::Special, Some(special)) => (float(special.width()), item.area.w()),
            _ => (0.0, 0),
        };
        if ceil(text) > room {
            found.push(alloc::format!("{:?} is {} pixels wide, not {room}", item.kind, text));
        }
        // What is seen through is the shade of a text, and lies where it has to.
        let is_text = |item: &Item<M>| item.kind.what == What::Label && item.kind.color.alpha() == 255;
        for other in &seen[n + 1..] {
            let pressed = item.message.is_some() && other.message.is_some();
            let written = is_text(item) && is_text(other);
            if (pressed || written) && item.area.touches(other.area) {
                found.push(alloc::format!("{:?} and {:?} overlap", item, other));
            }
        }
    }
    found
}
