//! Keys: system chords first, then the focused window.

use control_protocol::AppId;
use control_protocol::compositor::{Chord, FromCompositor, MenuEntry};
use input_source::{Held, Press, Stroke};
use manifest::{Shortcut, ShortcutKey};
use scene::{Arrangement, Direction, Side, WindowId};
use surface_protocol::{InputEvent, KeyLine, KeyState, Modifiers};
use sys::Nanos;

use super::menu::Opened;
use crate::state::{State, app_id, window_id};

/// Key codes of `input-event-codes.h`.
const ESC: u16 = 1;
const TAB: u16 = 15;
const W: u16 = 17;
const T: u16 = 20;
const ENTER: u16 = 28;
const F: u16 = 33;
const F4: u16 = 62;
const V: u16 = 47;
const M: u16 = 50;
const UP: u16 = 103;
const LEFT: u16 = 105;
const RIGHT: u16 = 106;
const DOWN: u16 = 108;
/// What ACPI's power button presses, and some keyboards have. Never an app's.
pub(super) const POWER: u16 = 116;
const LEFT_META: u16 = 125;
const RIGHT_META: u16 = 126;
/// The key with a menu on it, beside the right Control key of most keyboards (`KEY_COMPOSE`), and two others.
pub(super) const MENU: [u16; 3] = [127, 139, 438];
const PASTE: u16 = 135;

/// What a system chord asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wish {
    /// A chord of every policy, as far as it allows it.
    Chord(Chord, Direction),
    /// The focused app's menu, or its end.
    Menu,
    /// The clipboard's text, for the focused app.
    Paste,
    /// Only the desktop policy knows what to do with these.
    ToggleTiling,
    Half(Side),
    Maximise,
    Shrink,
}

impl State {
    pub(crate) fn on_key(&mut self, code: u16, press: Press, time: Nanos, now: Nanos) {
        match press {
            Press::Down => self.on_key_down(code, time, now),
            Press::Up => self.on_key_up(code, time),
        }
    }

    fn on_key_down(&mut self, code: u16, time: Nanos, now: Nanos) {
        if self.seat.swallowed.contains(&code) || self.seat.keys.contains_key(&code) {
            return;
        }
        if code == POWER {
            self.seat.swallowed.insert(code);
            return self.link.send(&FromCompositor::PowerButton);
        }
        let stroke = self.seat.keyboard.press(code, now);
        self.seat.meta_alone = matches!(code, LEFT_META | RIGHT_META);
        let wish = wish(&stroke);
        if wish.is_some() || self.seat.meta_alone || self.switcher.is_some() || self.menu.is_some() {
            self.seat.keyboard.stop_repeat();
            self.seat.swallowed.insert(code);
            return match wish {
                Some(wish) => self.on_wish(wish),
                None if self.menu.is_some() => self.on_menu_key(code, time),
                None => self.on_switcher_key(code),
            };
        }
        let Some(to) = self.scene.focused().filter(|_| !self.shell.covers()) else { return };
        if MENU.contains(&code) && self.open_menu(to, Opened::ByKeys) {
            self.seat.swallowed.insert(code);
            return;
        }
        if let Some(item) = self.item_of(to, &stroke) {
            self.seat.keyboard.stop_repeat();
            self.seat.swallowed.insert(code);
            return self.send_input(to, time, InputEvent::Menu { item });
        }
        self.seat.keys.insert(code, to);
        self.send_stroke(to, &stroke, KeyState::Down, time);
    }

    fn on_key_up(&mut self, code: u16, time: Nanos) {
        let held = self.seat.keyboard.release(code);
        if !held.alt && self.switcher.is_some() {
            self.end_switch();
        }
        if self.seat.swallowed.remove(&code) {
            if matches!(code, LEFT_META | RIGHT_META) && std::mem::take(&mut self.seat.meta_alone) {
                self.on_chord(Chord::Home, Direction::Forward);
            }
            return;
        }
        if let Some(to) = self.seat.keys.remove(&code) {
            let modifiers = modifiers(held);
            self.send_input(to, time, InputEvent::Key { state: KeyState::Up, code, modifiers, line: None });
        }
    }

    pub(crate) fn repeat_keys(&mut self, now: Nanos) {
        while let Some(stroke) = self.seat.keyboard.take_repeat(now) {
            let to = self.seat.keys.get(&stroke.code).copied();
            match to.filter(|to| self.scene.focused() == Some(*to)) {
                Some(to) => self.send_stroke(to, &stroke, KeyState::Repeat, now),
                // The window the key was pressed in has the keyboard no more.
                None => self.seat.keyboard.stop_repeat(),
            }
        }
    }

    fn send_stroke(&mut self, to: WindowId, stroke: &Stroke, state: KeyState, time: Nanos) {
        let plain = !stroke.held.alt && !stroke.held.meta;
        let line = stroke.text.filter(|_| plain).and_then(|t| KeyLine::new(t.as_str()));
        let modifiers = modifiers(stroke.held);
        self.send_input(to, time, InputEvent::Key { state, code: stroke.code, modifiers, line });
    }

    /// The item of the window's menu that a press is the shortcut of, if it can be chosen.
    fn item_of(&self, id: WindowId, stroke: &Stroke) -> Option<u16> {
        let menu = &self.windows.get(&app_id(id))?.spec.menu;
        let is_it = |entry: &MenuEntry| match entry {
            MenuEntry::Item { shortcut: Some(shortcut), .. } => is_pressed(shortcut, stroke),
            MenuEntry::Item { .. } | MenuEntry::Separator => false,
        };
        let (item, MenuEntry::Item { enabled: true, .. }) =
            (0..).zip(menu).find(|(_, entry)| is_it(entry))?
        else {
            return None;
        };
        Some(item)
    }

    fn on_wish(&mut self, wish: Wish) {
        if wish == Wish::Menu && self.menu.is_some() {
            return self.close_menu();
        }
        self.close_menu();
        if let Wish::Chord(chord, direction) = wish {
            return self.on_chord(chord, direction);
        }
        let Some(id) = self.scene.focused() else { return };
        match wish {
            Wish::Chord(..) => {}
            Wish::Menu => {
                self.open_menu(id, Opened::ByKeys);
            }
            Wish::Paste if self.shell.covers() => {}
            Wish::Paste => self.link.send(&FromCompositor::PasteRequested(app_id(id))),
            Wish::ToggleTiling => self.scene.set_arrangement(match self.scene.arrangement() {
                Arrangement::Floating => Arrangement::Tiled,
                Arrangement::Tiled => Arrangement::Floating,
            }),
            // Among tiles the left one is the first.
            Wish::Half(Side::Left) if self.scene.is_tiled(id) => self.scene.promote(id),
            Wish::Half(Side::Right) if self.scene.is_tiled(id) => {}
            Wish::Half(side) => self.scene.toggle_half(id, side),
            Wish::Maximise => self.scene.toggle_maximised(id),
            Wish::Shrink => {
                if !self.scene.restore(id) {
                    self.scene.minimise(id);
                }
            }
        }
    }

    fn on_switcher_key(&mut self, code: u16) {
        if self.switcher.is_some() {
            match code {
                ESC => self.cancel_switch(),
                ENTER => self.end_switch(),
                LEFT | UP => self.switch(Direction::Backward),
                RIGHT | DOWN => self.switch(Direction::Forward),
                _ => {}
            }
        }
    }

    /// Does what a chord is for, if the policy lets it through.
    pub(crate) fn on_chord(&mut self, chord: Chord, direction: Direction) {
        let kiosk = self.settings.policy != manifest::Policy::Desktop;
        if kiosk && !self.settings.kiosk_chords.contains(&chord) {
            return;
        }
        match chord {
            Chord::Home => self.scene.home(),
            Chord::Switch => self.switch(direction),
            Chord::Close => {
                let top = self.scene.focused().filter(|id| self.scene.role(*id) == Some(scene::Role::App));
                if let Some(id) = top {
                    self.link.send(&FromCompositor::CloseRequested(app_id(id)));
                }
            }
            Chord::FullScreen => {
                if let Some(id) = self.scene.focused() {
                    self.scene.toggle_full(id);
                }
            }
        }
    }

    /// Text as if typed: into the focused window, or for an app's verb `input` into the one that was focused
    /// last other than the app's own.
    pub(crate) fn type_text(&mut self, from: Option<AppId>, text: &str, now: Nanos) {
        let to = match from {
            Some(from) => self.scene.last_focused_but(window_id(from)),
            None => self.scene.focused(),
        };
        let Some(to) = to else { return };
        if text.is_empty() {
            return self.type_line(to, "", now);
        }
        let mut bytes = [0; 4];
        for c in text.chars() {
            let line = if c == '\n' { "" } else { &*c.encode_utf8(&mut bytes) };
            self.type_line(to, line, now);
        }
    }

    fn type_line(&mut self, to: WindowId, line: &str, now: Nanos) {
        let modifiers = Modifiers::default();
        // Code 0 is `KEY_RESERVED`: no key of a keyboard.
        for (state, line) in [(KeyState::Down, KeyLine::new(line)), (KeyState::Up, None)] {
            self.send_input(to, now, InputEvent::Key { state, code: 0, modifiers, line });
        }
    }
}

/// The system chord of a press. Chords never reach an app, whether or not the policy lets them do something.
fn wish(stroke: &Stroke) -> Option<Wish> {
    let alt = stroke.held.alt && !stroke.held.ctrl;
    let meta = stroke.held.meta && !stroke.held.ctrl && !stroke.held.alt;
    let direction = if stroke.held.shift { Direction::Backward } else { Direction::Forward };
    Some(match stroke.code {
        M if meta => Wish::Menu,
        V if meta => Wish::Paste,
        PASTE => Wish::Paste,
        TAB if alt => Wish::Chord(Chord::Switch, direction),
        F4 | W if alt => Wish::Chord(Chord::Close, direction),
        F if alt => Wish::Chord(Chord::FullScreen, direction),
        T if meta => Wish::ToggleTiling,
        LEFT if meta => Wish::Half(Side::Left),
        RIGHT if meta => Wish::Half(Side::Right),
        UP if meta => Wish::Maximise,
        DOWN if meta => Wish::Shrink,
        _ => return None,
    })
}

/// Whether a press is this shortcut: by the layout's characters, so that Ctrl+Z is where Z is.
fn is_pressed(shortcut: &Shortcut, stroke: &Stroke) -> bool {
    let held = stroke.held;
    if held.meta || held.level3 || (held.ctrl, held.alt) != (shortcut.ctrl, shortcut.alt) {
        return false;
    }
    match shortcut.key {
        ShortcutKey::Code(code) => stroke.code == code && held.shift == shortcut.shift,
        ShortcutKey::Char(c) => {
            let [alone, shifted] = stroke.faces;
            // A sign that is typed with Shift needs it anyway; a digit is meant by its key.
            let with_shift = shifted == Some(c) && (held.shift || c.is_ascii_digit()) && !shortcut.shift;
            alone == Some(c) && held.shift == shortcut.shift || with_shift
        }
    }
}

fn modifiers(held: Held) -> Modifiers {
    let pairs = [
        (held.shift, Modifiers::SHIFT),
        (held.ctrl, Modifiers::CTRL),
        (held.alt, Modifiers::ALT),
        (held.meta, Modifiers::META),
    ];
    pairs.into_iter().filter(|(on, _)| *on).fold(Modifiers::default(), |all, (_, one)| all.with(one))
}
