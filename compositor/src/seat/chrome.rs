//! Title bars, their controls and windows' edges, dragged by the pointer or by a finger.

use control_protocol::compositor::FromCompositor;
use paint::{Output, Point, Rect};
use scene::{Edges, End, Hit, Part, SMALLEST, Side, TITLE_BAR, WindowId};
use sys::Nanos;

use super::menu::Opened;
use crate::state::{State, app_id};

/// Two presses on a title bar within this time are a double click.
const DOUBLE: Nanos = 400_000_000;
/// And within this many pixels. A press that travels farther is a drag.
const STILL: i32 = 6;

/// What a press on a window's chrome began.
///
/// ```text
///            travels            at the screen's edge: half, maximised
/// Title ----------------> Move --up--> where it is
///   \--up, twice--> maximised or restored
/// Resize --up--> the size it was dragged to        Control --up, still over it--> done
/// Menu --up, over an item and not scrolled--> chosen
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Drag {
    /// A title bar was pressed at a point.
    Title { id: WindowId, press: Point<Output> },
    /// The window follows; its content is so far from the pointer.
    Move { id: WindowId, dx: i32, dy: i32 },
    /// Edges follow; the content was at `from`.
    Resize { id: WindowId, edges: Edges, from: Rect<Output>, press: Point<Output> },
    /// A control is held down.
    Control { id: WindowId, part: Part },
    /// The open menu is held; it was scrolled this far.
    Menu { id: WindowId, press: Point<Output>, scroll: i32 },
}

impl Drag {
    pub(crate) fn window(self) -> WindowId {
        match self {
            Self::Title { id, .. }
            | Self::Move { id, .. }
            | Self::Resize { id, .. }
            | Self::Control { id, .. }
            | Self::Menu { id, .. } => id,
        }
    }
}

/// A control of a title bar that is pointed at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Control {
    pub(crate) id: WindowId,
    pub(crate) part: Part,
    pub(crate) state: ControlState,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ControlState {
    Hovered,
    Pressed,
}

const fn is_control(part: Part) -> bool {
    matches!(part, Part::Close | Part::Maximise | Part::Minimise | Part::Menu)
}

impl State {
    /// A press on something of a window that is not its canvas.
    pub(super) fn begin_drag(&mut self, Hit { id, part }: Hit, press: Point<Output>) -> Option<Drag> {
        if part != Part::Minimise {
            self.activate(id);
        }
        match part {
            Part::TitleBar => Some(Drag::Title { id, press }),
            Part::Edge(edges) => self.scene.area(id).map(|from| Drag::Resize { id, edges, from, press }),
            Part::Close | Part::Maximise | Part::Minimise | Part::Menu => {
                self.point_at(Some(Control { id, part, state: ControlState::Pressed }));
                Some(Drag::Control { id, part })
            }
            Part::Content(_) | Part::LetterBox => None,
        }
    }

    /// The pointer or finger is elsewhere; the answer is what the drag is now.
    pub(super) fn drag_to(&mut self, drag: Drag, at: Point<Output>) -> Drag {
        match drag {
            Drag::Title { id, press } => {
                let near = at.x.abs_diff(press.x).max(at.y.abs_diff(press.y)) < STILL.unsigned_abs();
                if near || self.scene.is_tiled(id) {
                    return drag;
                }
                return self.take_off(id, press).map_or(drag, |moving| self.drag_to(moving, at));
            }
            Drag::Move { id, dx, dy } => self.scene.place(id, at.offset(dx, dy)),
            Drag::Resize { id, edges, from, press } => {
                let target = self.resized(from, edges, at.x - press.x, at.y - press.y);
                self.scene.resize(id, edges, target);
            }
            Drag::Menu { press, scroll, .. } => self.drag_in_menu(press, scroll, at),
            Drag::Control { id, part } => {
                let over = self.hit(at) == Some(Hit { id, part });
                self.point_at(over.then_some(Control { id, part, state: ControlState::Pressed }));
            }
        }
        drag
    }

    /// A title bar is dragged: one that was maximised comes loose and hangs at the pointer by the same part of
    /// its bar.
    fn take_off(&mut self, id: WindowId, press: Point<Output>) -> Option<Drag> {
        let before = self.scene.area(id)?;
        let along = i64::from(press.x - before.left());
        self.scene.restore(id);
        let now = self.scene.area(id)?;
        let along = along * i64::from(now.w()) / i64::from(before.w().max(1));
        let dx = i32::try_from(along).unwrap_or(0);
        Some(Drag::Move { id, dx: -dx, dy: before.top() - press.y })
    }

    /// A content's rectangle with edges moved by (dx, dy): not smaller than a window may be, not larger than the
    /// screen, its title bar on it.
    fn resized(&self, from: Rect<Output>, edges: Edges, dx: i32, dy: i32) -> Rect<Output> {
        let screen = self.scene.size();
        let (most_w, most_h) = (screen.w().cast_signed(), screen.h().cast_signed() - TITLE_BAR.cast_signed());
        let along = |low: i32, high: i32, end: Option<End>, by: i32, least: i32, most: i32| {
            let most = most.max(least);
            match end {
                None => (low, high),
                Some(End::Low) => ((low + by).clamp(high - most, high - least), high),
                Some(End::High) => (low, (high + by).clamp(low + least, low + most)),
            }
        };
        let least = (SMALLEST.0.cast_signed(), SMALLEST.1.cast_signed());
        let (left, right) = along(from.left(), from.right(), edges.x, dx, least.0, most_w);
        let (top, bottom) = along(from.top(), from.bottom(), edges.y, dy, least.1, most_h);
        let top = if edges.y == Some(End::Low) { top.max(TITLE_BAR.cast_signed()) } else { top };
        Rect::from_edges(left, top, right, bottom.max(top + 1))
    }

    /// The pointer or finger was lifted.
    pub(super) fn end_drag(&mut self, drag: Drag, at: Point<Output>, time: Nanos) {
        match drag {
            Drag::Title { id, press } => self.on_title_click(id, press, time),
            Drag::Move { id, .. } => self.drop_at(id, at),
            Drag::Resize { .. } => {}
            Drag::Menu { press, scroll, .. } => self.release_in_menu(press, scroll, at, time),
            Drag::Control { id, part } => {
                self.point_at(None);
                if self.hit(at) == Some(Hit { id, part }) {
                    self.on_control_click(id, part);
                }
            }
        }
    }

    fn on_title_click(&mut self, id: WindowId, at: Point<Output>, time: Nanos) {
        let twice = self.seat.title_click.take().is_some_and(|(before, place, then)| {
            let near = at.x.abs_diff(place.x).max(at.y.abs_diff(place.y)) < STILL.unsigned_abs();
            before == id && near && time.saturating_sub(then) < DOUBLE
        });
        if twice {
            self.scene.toggle_maximised(id);
        } else {
            self.seat.title_click = Some((id, at, time));
        }
    }

    /// A window that is let go at an edge of the screen takes the half there, at the top all of it.
    fn drop_at(&mut self, id: WindowId, at: Point<Output>) {
        let screen = self.scene.size();
        if at.y <= 0 {
            self.scene.toggle_maximised(id);
        } else if at.x <= 0 {
            self.scene.toggle_half(id, Side::Left);
        } else if at.x >= screen.w().cast_signed() - 1 {
            self.scene.toggle_half(id, Side::Right);
        }
    }

    fn on_control_click(&mut self, id: WindowId, part: Part) {
        match part {
            Part::Close => self.link.send(&FromCompositor::CloseRequested(app_id(id))),
            Part::Maximise => self.scene.toggle_maximised(id),
            Part::Minimise => self.scene.minimise(id),
            Part::Menu => {
                self.open_menu(id, Opened::ByHand);
            }
            Part::Content(_) | Part::LetterBox | Part::TitleBar | Part::Edge(_) => {}
        }
    }

    /// The control under a free pointer answers it.
    pub(super) fn hover_control(&mut self, under: Option<Hit>) {
        let control = under.filter(|hit| is_control(hit.part)).map(|Hit { id, part }| Control {
            id,
            part,
            state: ControlState::Hovered,
        });
        self.point_at(control);
    }

    fn point_at(&mut self, control: Option<Control>) {
        let before = std::mem::replace(&mut self.shell.control, control);
        if before != control {
            for changed in [before, control].into_iter().flatten() {
                if let Some(bar) = self.scene.title_bar(changed.id) {
                    self.scene.add_damage(bar);
                }
            }
        }
    }
}
