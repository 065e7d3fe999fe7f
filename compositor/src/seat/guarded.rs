//! Input while something lies over the windows on purpose: it wakes the screen, or it is the PIN pad's. No app
//! hears of it.

use control_protocol::compositor::{Curtain, FromCompositor, LockView};
use input_source::{Button, Event, EventKind, Press};
use paint::{Output, Point};
use surface_protocol::{InputEvent, KeyState, Modifiers};
use sys::Nanos;

use super::keys::POWER;
use super::pointer::Grab;
use crate::shell::guard::{Pressed, Woken};
use crate::shell::pin_pad::{Key, PinPad};
use crate::state::State;

/// Key codes of `input-event-codes.h`.
const ESC: u16 = 1;
const BACKSPACE: u16 = 14;
const ENTER: u16 = 28;
const KEYPAD_ENTER: u16 = 96;

impl State {
    pub(crate) fn set_curtain(&mut self, curtain: Curtain, now: Nanos) {
        if curtain == Curtain::Dark {
            self.release_all(now);
            self.shell.hide_pointer(&mut self.scene);
        }
        self.shell.guard.set_curtain(curtain);
        self.scene.add_damage(self.scene.size().rect());
    }

    pub(crate) fn set_lock(&mut self, view: Option<LockView>, now: Nanos) {
        if view.is_some() && self.shell.guard.pad().is_none() {
            self.release_all(now);
        }
        self.shell.guard.set_lock(view, now);
        self.scene.add_damage(self.scene.size().rect());
    }

    /// What time does to it.
    pub(crate) fn tick_guard(&mut self, now: Nanos) {
        if self.shell.guard.take_idle(now) {
            self.link.send(&FromCompositor::Idle);
        }
        if self.shell.guard.pad_mut().is_some_and(|pad| pad.tick(now)) {
            self.scene.add_damage(self.scene.size().rect());
        }
    }

    /// Takes an event that is not for windows. Whether it did.
    pub(super) fn guard_takes(&mut self, event: &Event, now: Nanos) -> bool {
        if matches!(event.kind, EventKind::Key(POWER, _)) {
            return false;
        }
        if self.shell.guard.on_input(now) == Woken::Yes {
            self.scene.add_damage(self.scene.size().rect());
            self.link.send(&FromCompositor::Woke);
            if let EventKind::Key(code, Press::Down) = event.kind {
                self.seat.swallowed.insert(code);
            }
            return true;
        }
        if self.shell.guard.pad().is_none() {
            return false;
        }
        match event.kind {
            EventKind::Key(code, Press::Down) => self.pad_key(code, now),
            // Releases of what was held before, and of what the pad swallowed.
            EventKind::Key(_, Press::Up) => return false,
            EventKind::MoveBy { dx, dy } => {
                let at = self.shell.pointer.at.offset(dx, dy);
                self.point_at_pad(self.on_screen(at), now);
            }
            EventKind::MoveTo(position) => self.point_at_pad(self.place(position), now),
            EventKind::Button(Button::Left, Press::Down) => {
                self.shell.move_pointer(self.shell.pointer.at, &mut self.scene, now);
                self.pad_down(self.shell.pointer.at);
            }
            EventKind::TouchDown(_, at) => {
                let at = self.place(at);
                self.shell.touched(at, &mut self.scene, now);
                self.pad_down(at);
            }
            EventKind::Button(_, Press::Up) | EventKind::TouchUp(_) | EventKind::TouchCancel(_) => {
                self.hold_on_pad(None);
            }
            EventKind::Button(..) | EventKind::TouchMove(..) | EventKind::Wheel { .. } => {}
        }
        true
    }

    /// Takes a driver's text, if windows cannot be typed into. Whether it did.
    pub(super) fn guard_takes_text(&mut self, text: &str, now: Nanos) -> bool {
        if self.shell.guard.on_input(now) == Woken::Yes {
            self.scene.add_damage(self.scene.size().rect());
            self.link.send(&FromCompositor::Woke);
            return true;
        }
        if self.shell.guard.pad().is_none() {
            return false;
        }
        if text.is_empty() {
            self.press_on_pad(Key::Enter);
        }
        for c in text.chars() {
            match c.to_digit(10).and_then(|d| u8::try_from(d).ok()) {
                Some(digit) => self.press_on_pad(Key::Digit(digit)),
                None if c == '\n' => self.press_on_pad(Key::Enter),
                None => {}
            }
        }
        true
    }

    fn pad_key(&mut self, code: u16, now: Nanos) {
        if !self.seat.swallowed.insert(code) {
            return;
        }
        let stroke = self.seat.keyboard.press(code, now);
        self.seat.keyboard.stop_repeat();
        match code {
            ENTER | KEYPAD_ENTER => self.press_on_pad(Key::Enter),
            BACKSPACE => self.press_on_pad(Key::Back),
            ESC => {
                while self.shell.guard.press(Key::Back) == Pressed::Changed {}
                self.scene.add_damage(self.scene.size().rect());
            }
            _ => {
                let digit = stroke.text.and_then(|t| t.as_str().parse().ok()).filter(|d: &u8| *d < 10);
                if let Some(digit) = digit {
                    self.press_on_pad(Key::Digit(digit));
                }
            }
        }
    }

    fn pad_down(&mut self, at: Point<Output>) {
        let key = PinPad::key_at(self.scene.size(), at);
        self.hold_on_pad(key);
        if let Some(key) = key {
            self.press_on_pad(key);
        }
    }

    fn press_on_pad(&mut self, key: Key) {
        match self.shell.guard.press(key) {
            Pressed::Nothing => {}
            Pressed::Changed => self.scene.add_damage(self.scene.size().rect()),
            Pressed::Entered(pin) => self.link.send(&FromCompositor::Pin(pin)),
        }
    }

    fn hold_on_pad(&mut self, key: Option<Key>) {
        if let Some(pad) = self.shell.guard.pad_mut().filter(|pad| pad.held != key) {
            pad.held = key;
            self.scene.add_damage(self.scene.size().rect());
        }
    }

    fn point_at_pad(&mut self, at: Point<Output>, now: Nanos) {
        self.shell.move_pointer(at, &mut self.scene, now);
        let key = PinPad::key_at(self.scene.size(), at);
        if let Some(pad) = self.shell.guard.pad_mut().filter(|pad| pad.hovered != key) {
            pad.hovered = key;
            self.scene.add_damage(self.scene.size().rect());
        }
    }

    /// Ends whatever is held, for the apps: what follows is not theirs.
    fn release_all(&mut self, now: Nanos) {
        self.switcher = None;
        self.menu = None;
        self.seat.meta_alone = false;
        self.seat.keyboard.stop_repeat();
        let modifiers = Modifiers::default();
        for (code, to) in std::mem::take(&mut self.seat.keys) {
            self.seat.swallowed.insert(code);
            self.send_input(to, now, InputEvent::Key { state: KeyState::Up, code, modifiers, line: None });
        }
        let touches: Vec<_> = self.seat.touches.keys().copied().collect();
        for id in touches {
            self.on_touch_cancel(id, now);
        }
        if let Grab::Chrome(_) = self.seat.grab {
            // A release here would be a click on a control.
            self.seat.grab = Grab::Nowhere;
        }
        for button in self.seat.buttons.clone() {
            self.on_button(button, Press::Up, now, now);
        }
        self.seat.grab = Grab::None;
    }
}
