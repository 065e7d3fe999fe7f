//! Fingers: each contact belongs to the window it began on, until it ends.

use control_protocol::compositor::Chord;
use input_source::{ContactId, Gesture};
use paint::{Output, Point};
use scene::{Hit, Part, WindowId};
use surface_protocol::{InputEvent, TouchPhase};
use sys::Nanos;

use super::chrome::Drag;
use crate::state::State;

/// A contact.
///
/// ```text
/// Free --down on a canvas--> Grabbed(window) --up--> Free
///   \----down on chrome--> Chrome(drag) --up--> Free
///   \----down elsewhere, or taken by the system--> Nowhere --up--> Free
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct Touch {
    owner: Owner,
    last: Point<Output>,
    number: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Owner {
    Grabbed(WindowId),
    Chrome(Drag),
    Nowhere,
}

impl Touch {
    pub(crate) fn forget(&mut self, id: WindowId) {
        let held = match self.owner {
            Owner::Grabbed(window) => Some(window),
            Owner::Chrome(drag) => Some(drag.window()),
            Owner::Nowhere => None,
        };
        if held == Some(id) {
            self.owner = Owner::Nowhere;
        }
    }
}

/// Contacts at once; more are ignored.
const CONTACTS: usize = 16;

impl State {
    pub(crate) fn on_touch_down(&mut self, id: ContactId, at: Point<Output>, time: Nanos, now: Nanos) {
        self.on_touch_cancel(id, time);
        if self.seat.touches.len() >= CONTACTS {
            return;
        }
        let screen = self.scene.size();
        self.shell.touched(at, &mut self.scene, now);
        self.seat.gestures.down(id, at, screen, time);
        let switching = self.switcher.is_some();
        if switching {
            self.press_in_switcher(at);
        }
        let menu = self.menu.is_some() && !switching;
        let owner = match self.hit(at).filter(|_| !switching) {
            _ if menu => self.press_in_menu(at).map_or(Owner::Nowhere, Owner::Chrome),
            Some(Hit { id, part: Part::Content(_) }) => {
                self.activate(id);
                Owner::Grabbed(id)
            }
            Some(hit) => self.begin_drag(hit, at).map_or(Owner::Nowhere, Owner::Chrome),
            None => Owner::Nowhere,
        };
        let number = self.free_number();
        self.seat.touches.insert(id, Touch { owner, last: at, number });
        self.send_touch(id, TouchPhase::Down, time);
    }

    /// The lowest number that no contact has: what apps know contacts by.
    fn free_number(&self) -> u32 {
        (0..).find(|n| self.seat.touches.values().all(|t| t.number != *n)).unwrap_or(0)
    }

    pub(crate) fn on_touch_move(&mut self, id: ContactId, at: Point<Output>, time: Nanos) {
        let screen = self.scene.size();
        let Some(touch) = self.seat.touches.get_mut(&id) else { return };
        touch.last = at;
        let owner = touch.owner;
        self.seat.gestures.moved(id, at, screen);
        if let Owner::Chrome(drag) = owner {
            let drag = self.drag_to(drag, at);
            if let Some(touch) = self.seat.touches.get_mut(&id) {
                touch.owner = Owner::Chrome(drag);
            }
        }
        self.send_touch(id, TouchPhase::Move, time);
    }

    pub(crate) fn on_touch_up(&mut self, id: ContactId, time: Nanos) {
        self.send_touch(id, TouchPhase::Up, time);
        let gesture = self.seat.gestures.up(id, time);
        let Some(touch) = self.seat.touches.remove(&id) else { return };
        let window = match touch.owner {
            Owner::Grabbed(window) => window,
            Owner::Chrome(drag) => return self.end_drag(drag, touch.last, time),
            Owner::Nowhere => return,
        };
        let event = match gesture {
            Some(Gesture::Tap(at)) => self.scene.to_surface(window, at).map(InputEvent::Tap),
            Some(Gesture::Swipe { from, to }) => {
                let (from, to) = (self.scene.to_surface(window, from), self.scene.to_surface(window, to));
                from.zip(to).map(|(from, to)| InputEvent::Swipe {
                    dx: to.x.saturating_sub(from.x),
                    dy: to.y.saturating_sub(from.y),
                })
            }
            Some(Gesture::Hold) | None => None,
        };
        if let Some(event) = event.filter(|_| self.takes_touch(window) || self.takes_pointer(window)) {
            self.send_input(window, time, event);
        }
    }

    pub(crate) fn on_touch_cancel(&mut self, id: ContactId, time: Nanos) {
        self.send_touch(id, TouchPhase::Cancel, time);
        self.seat.gestures.cancel(id);
        self.seat.touches.remove(&id);
    }

    /// A long press in a corner is the system's: the app is told to forget the contact.
    pub(crate) fn take_long_presses(&mut self, now: Nanos) {
        while let Some(id) = self.seat.gestures.take_long_press(now) {
            self.send_touch(id, TouchPhase::Cancel, now);
            if let Some(touch) = self.seat.touches.get_mut(&id) {
                touch.owner = Owner::Nowhere;
            }
            self.on_chord(Chord::Home, scene::Direction::Forward);
        }
    }

    fn send_touch(&mut self, id: ContactId, phase: TouchPhase, time: Nanos) {
        let Some(touch) = self.seat.touches.get(&id).copied() else { return };
        let Owner::Grabbed(window) = touch.owner else { return };
        if let Some(at) = self.scene.to_surface(window, touch.last).filter(|_| self.takes_touch(window)) {
            self.send_input(window, time, InputEvent::Touch { phase, id: touch.number, at });
        }
    }
}
