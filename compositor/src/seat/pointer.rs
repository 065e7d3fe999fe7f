//! The mouse: motion, buttons, wheel, and the desktop's title bars.

use input_source::{Button, Press};
use paint::{Output, Point};
use scene::{Hit, Part, WindowId};
use surface_protocol::{Edge, InputEvent};
use sys::Nanos;

use super::chrome::Drag;
use crate::state::State;

/// Where the pointer's events go while a button is down.
///
/// ```text
/// None --press on a canvas--> Window --last release--> None
///   \----press on its chrome--> Chrome --last release--> None
///    \---press elsewhere--> Nowhere --last release--> None
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Grab {
    /// To the window under it.
    None,
    /// To the window that got the press, wherever the pointer is.
    Window(WindowId),
    /// To a title bar or an edge.
    Chrome(Drag),
    /// To nobody.
    Nowhere,
}

impl Grab {
    pub(crate) fn forget(&mut self, id: WindowId) {
        let held = match *self {
            Self::Window(window) => Some(window),
            Self::Chrome(drag) => Some(drag.window()),
            Self::None | Self::Nowhere => None,
        };
        if held == Some(id) {
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
                self.point_in_menu(at);
                if let Some(id) = self.seat.hover {
                    self.send_motion(id, at, time);
                }
            }
            Grab::Window(id) => self.send_motion(id, at, time),
            Grab::Chrome(drag) => self.seat.grab = Grab::Chrome(self.drag_to(drag, at)),
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
        self.hover_control(under);
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
        self.seat.meta_alone = false;
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
        self.seat.grab = Grab::Nowhere;
        if self.switcher.is_some() {
            return self.press_in_switcher(at);
        }
        if self.menu.is_some() {
            self.seat.grab = self.press_in_menu(at).map_or(Grab::Nowhere, Grab::Chrome);
            return;
        }
        let Some(hit) = self.hit(at) else { return };
        match (hit.part, button) {
            (Part::Content(_), _) => {
                self.activate(hit.id);
                self.seat.grab = Grab::Window(hit.id);
            }
            (_, Button::Left) => {
                self.seat.grab = self.begin_drag(hit, at).map_or(Grab::Nowhere, Grab::Chrome);
            }
            _ => self.activate(hit.id),
        }
    }

    fn end_grab(&mut self, time: Nanos) {
        if let Grab::Chrome(drag) = std::mem::replace(&mut self.seat.grab, Grab::None) {
            self.end_drag(drag, self.shell.pointer.at, time);
        }
        self.settle_hover(time);
    }

    pub(crate) fn on_wheel(&mut self, dx: i32, dy: i32, time: Nanos) {
        let at = self.shell.pointer.at;
        self.scroll_menu(dy, at);
        if let Some(Hit { id, part: Part::Content(p) }) = self.hit(at)
            && self.takes_pointer(id)
        {
            self.send_input(id, time, InputEvent::Wheel { at: p, dx, dy });
        }
    }

    /// Whether people drag edges of the window.
    pub(crate) fn is_resizing(&self, id: WindowId) -> bool {
        matches!(self.seat.grab, Grab::Chrome(Drag::Resize { id: dragged, .. }) if dragged == id)
    }

    /// What is under a point; nothing while a page hides the windows, or the switcher or a menu is open.
    pub(crate) fn hit(&self, at: Point<Output>) -> Option<Hit> {
        let is_over = self.switcher.is_some() || self.menu.is_some();
        if self.shell.covers() || is_over { None } else { self.scene.hit(at) }
    }
}
