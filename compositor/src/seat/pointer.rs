//! The mouse: motion, buttons, wheel, and the desktop's title bars.

use control_protocol::compositor::FromCompositor;
use input_source::{Button, Press};
use paint::{Output, Point};
use scene::{Hit, Part, WindowId};
use surface_protocol::{Edge, InputEvent};
use sys::Nanos;

use crate::state::{State, app_id};

/// Where the pointer's events go while a button is down.
///
/// ```text
/// None --press on a canvas--> Window --last release--> None
///   \----press on a title bar--> Moving --last release--> None
///    \---press elsewhere--> Nowhere --last release--> None
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Grab {
    /// To the window under it.
    None,
    /// To the window that got the press, wherever the pointer is.
    Window(WindowId),
    /// A window is being moved; the offset is from the pointer to its content.
    Moving {
        /// Which.
        id: WindowId,
        /// Pixels to the right.
        dx: i32,
        /// Pixels down.
        dy: i32,
    },
    /// To nobody.
    Nowhere,
}

impl Grab {
    pub(crate) fn forget(&mut self, id: WindowId) {
        if matches!(*self, Self::Window(w) | Self::Moving { id: w, .. } if w == id) {
            *self = Self::Nowhere;
        }
    }
}

const fn wire(button: Button) -> surface_protocol::Button {
    match button {
        Button::Left => surface_protocol::Button::Left,
        Button::Right => surface_protocol::Button::Right,
        Button::Middle => surface_protocol::Button::Middle,
    }
}

impl State {
    pub(crate) fn on_pointer(&mut self, at: Point<Output>, time: Nanos, now: Nanos) {
        self.shell.move_pointer(at, &mut self.scene, now);
        match self.seat.grab {
            Grab::None => {
                self.settle_hover(time);
                if let Some(id) = self.seat.hover {
                    self.send_motion(id, at, time);
                }
            }
            Grab::Window(id) => self.send_motion(id, at, time),
            Grab::Moving { id, dx, dy } => self.scene.place(id, at.offset(dx, dy)),
            Grab::Nowhere => {}
        }
    }

    fn send_motion(&mut self, id: WindowId, at: Point<Output>, time: Nanos) {
        if let Some(p) = self.scene.to_surface(id, at) {
            self.send_input(id, time, InputEvent::Move(p));
        }
    }

    /// Tells windows that the pointer came or left, also when they moved and the pointer did not.
    pub(crate) fn settle_hover(&mut self, time: Nanos) {
        if self.seat.grab != Grab::None {
            return;
        }
        let under = if self.shell.pointer.is_shown() { self.hit(self.shell.pointer.at) } else { None };
        let over = match under {
            Some(Hit { id, part: Part::Content(_) }) if self.takes_pointer(id) => Some(id),
            _ => None,
        };
        if over == self.seat.hover {
            return;
        }
        if let Some(old) = std::mem::replace(&mut self.seat.hover, over) {
            self.send_input(old, time, InputEvent::Pointer(Edge::Leave));
        }
        if let Some(new) = over {
            self.send_input(new, time, InputEvent::Pointer(Edge::Enter));
        }
    }

    pub(crate) fn on_button(&mut self, button: Button, press: Press, time: Nanos, now: Nanos) {
        let at = self.shell.pointer.at;
        // A press shows the pointer, and keeps it.
        self.shell.move_pointer(at, &mut self.scene, now);
        let was_free = self.seat.buttons.is_empty();
        match press {
            Press::Down if self.seat.buttons.contains(&button) => return,
            Press::Down => self.seat.buttons.push(button),
            Press::Up => self.seat.buttons.retain(|b| *b != button),
        }
        if press == Press::Down && was_free {
            self.begin_grab(at, button);
        }
        if let Grab::Window(id) = self.seat.grab
            && let Some(p) = self.scene.to_surface(id, at).filter(|_| self.takes_pointer(id))
        {
            let pressed = press == Press::Down;
            self.send_input(id, time, InputEvent::Button { at: p, button: wire(button), pressed });
        }
        if self.seat.buttons.is_empty() {
            self.end_grab(time);
        }
    }

    fn begin_grab(&mut self, at: Point<Output>, button: Button) {
        let hit = self.hit(at);
        self.seat.grab = Grab::Nowhere;
        let Some(Hit { id, part }) = hit else { return };
        if part != Part::Behind {
            self.activate(id);
        }
        match (part, button) {
            (Part::Content(_), _) => self.seat.grab = Grab::Window(id),
            (Part::TitleBar, Button::Left) => {
                if let Some(placement) = self.scene.placement(id) {
                    let from = placement.content.origin();
                    self.seat.grab = Grab::Moving { id, dx: from.x - at.x, dy: from.y - at.y };
                }
            }
            (Part::Close, Button::Left) => self.link.send(&FromCompositor::CloseRequested(app_id(id))),
            (Part::Full, Button::Left) => self.toggle_full(id),
            (Part::Behind, Button::Left) => self.scene.lower(id),
            _ => {}
        }
    }

    fn end_grab(&mut self, time: Nanos) {
        if let Grab::Moving { id, .. } = self.seat.grab {
            self.report_place(app_id(id));
        }
        self.seat.grab = Grab::None;
        self.settle_hover(time);
    }

    pub(crate) fn on_wheel(&mut self, dx: i32, dy: i32, time: Nanos) {
        let at = self.shell.pointer.at;
        if let Some(Hit { id, part: Part::Content(p) }) = self.hit(at)
            && self.takes_pointer(id)
        {
            self.send_input(id, time, InputEvent::Wheel { at: p, dx, dy });
        }
    }

    /// Fills the screen with a window, or gives it its place back.
    pub(crate) fn toggle_full(&mut self, id: WindowId) {
        self.scene.toggle_full(id);
        self.request_fill(app_id(id));
        self.report_place(app_id(id));
    }

    /// What is under a point; nothing while a page hides the windows.
    pub(crate) fn hit(&self, at: Point<Output>) -> Option<Hit> {
        if self.shell.covers() { None } else { self.scene.hit(at) }
    }
}
