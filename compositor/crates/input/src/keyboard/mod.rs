//! From key codes to text, by layout.

mod compose;
mod keymap;
mod named;

pub use keymap::{Keymap, Text};

use std::collections::BTreeSet;

use sys::Nanos;

use self::keymap::Symbol;
use crate::Press;

/// A held key repeats after this long.
const DELAY: Nanos = 400_000_000;
/// And then this often: 30 times a second.
const PERIOD: Nanos = 1_000_000_000 / 30;

/// Modifiers held.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Held {
    /// Shift.
    pub shift: bool,
    /// Control.
    pub ctrl: bool,
    /// Alt (the left one; the right one is the layout's AltGr).
    pub alt: bool,
    /// Super.
    pub meta: bool,
    /// AltGr.
    pub level3: bool,
}

/// What a press means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stroke {
    /// Linux key code.
    pub code: u16,
    /// Modifiers held with it.
    pub held: Held,
    /// The contract's line; `None` for modifiers, dead keys and keys without a meaning.
    pub text: Option<Text>,
    /// What the key types alone and with Shift, whatever is held: what shortcuts name it by.
    pub faces: [Option<char>; 2],
}

/// The keyboards of a seat, taken as one.
#[derive(Debug)]
pub struct Keyboard {
    keymap: Keymap,
    down: BTreeSet<u16>,
    caps: Lock,
    num: Lock,
    dead: Option<char>,
    repeat: Option<(Stroke, Nanos)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Lock {
    Off,
    On,
}

impl Lock {
    fn toggle(&mut self) {
        *self = if *self == Self::On { Self::Off } else { Self::On };
    }
}

/// Key codes of `input-event-codes.h`.
pub(crate) mod code {
    pub(crate) const LEFT_CTRL: u16 = 29;
    pub(crate) const LEFT_SHIFT: u16 = 42;
    pub(crate) const RIGHT_SHIFT: u16 = 54;
    pub(crate) const LEFT_ALT: u16 = 56;
    pub(crate) const CAPS_LOCK: u16 = 58;
    pub(crate) const NUM_LOCK: u16 = 69;
    pub(crate) const RIGHT_CTRL: u16 = 97;
    pub(crate) const RIGHT_ALT: u16 = 100;
    pub(crate) const LEFT_META: u16 = 125;
    pub(crate) const RIGHT_META: u16 = 126;
}

impl Keyboard {
    /// Nothing held; num lock on, because a keypad without lights should type numbers.
    #[must_use]
    pub fn new(keymap: Keymap) -> Self {
        Self { keymap, down: BTreeSet::new(), caps: Lock::Off, num: Lock::On, dead: None, repeat: None }
    }

    /// Another layout; what is held stays held.
    pub fn set_keymap(&mut self, keymap: Keymap) {
        self.keymap = keymap;
        (self.dead, self.repeat) = (None, None);
    }

    /// Modifiers held now.
    #[must_use]
    pub fn held(&self) -> Held {
        let down = |codes: &[u16]| codes.iter().any(|c| self.down.contains(c));
        let altgr = self.keymap.has_level3();
        Held {
            shift: down(&[code::LEFT_SHIFT, code::RIGHT_SHIFT]),
            ctrl: down(&[code::LEFT_CTRL, code::RIGHT_CTRL]),
            alt: down(&[code::LEFT_ALT]) || !altgr && down(&[code::RIGHT_ALT]),
            meta: down(&[code::LEFT_META, code::RIGHT_META]),
            level3: altgr && down(&[code::RIGHT_ALT]),
        }
    }

    /// A key was pressed: what it means.
    pub fn press(&mut self, code: u16, now: Nanos) -> Stroke {
        self.down.insert(code);
        match code {
            code::CAPS_LOCK => self.caps.toggle(),
            code::NUM_LOCK => self.num.toggle(),
            _ => {}
        }
        let held = self.held();
        let text = self.text(code, held);
        let stroke = Stroke { code, held, text, faces: self.faces(code) };
        if !is_modifier(code) {
            self.repeat = text.map(|_| (stroke, now + DELAY));
        }
        stroke
    }

    fn faces(&self, code: u16) -> [Option<char>; 2] {
        [false, true].map(|shift| match self.keymap.symbol(code, shift, false, false) {
            Some(Symbol::Char(c)) => Some(c),
            Some(Symbol::Dead(_)) | None => None,
        })
    }

    /// A key was released.
    pub fn release(&mut self, code: u16) -> Held {
        self.down.remove(&code);
        if self.repeat.is_some_and(|(stroke, _)| stroke.code == code) {
            self.repeat = None;
        }
        self.held()
    }

    /// Keys do not repeat any more: what they were for is gone.
    pub fn stop_repeat(&mut self) {
        self.repeat = None;
    }

    /// The stroke that a held key repeats, if one is due. A late caller gets one, not all it missed.
    pub fn take_repeat(&mut self, now: Nanos) -> Option<Stroke> {
        let (stroke, due) = self.repeat.as_mut()?;
        if now < *due {
            return None;
        }
        *due = (*due + PERIOD).max(now);
        Some(*stroke)
    }

    /// When [`Keyboard::take_repeat`] may have an answer.
    #[must_use]
    pub fn next_repeat(&self) -> Option<Nanos> {
        self.repeat.map(|(_, due)| due)
    }

    fn text(&mut self, code: u16, held: Held) -> Option<Text> {
        if is_modifier(code) {
            return None;
        }
        if let Some(line) = named::line(code) {
            let waiting = self.dead.take();
            // Backspace and Escape take a waiting accent back.
            return if waiting.is_some() && named::cancels(code) { None } else { Text::new(line) };
        }
        if let Some(line) = named::keypad(code, self.num == Lock::On) {
            self.dead = None;
            return Text::new(line);
        }
        if held.ctrl && !held.level3 {
            return self.control(code);
        }
        let symbol = self.keymap.symbol(code, held.shift, held.level3, self.caps == Lock::On)?;
        match (self.dead.take(), symbol) {
            (None, Symbol::Char(c)) => Text::of(&[c]),
            (None, Symbol::Dead(d)) => {
                self.dead = Some(d);
                None
            }
            (Some(dead), Symbol::Char(c)) => match compose::compose(dead, c) {
                Some(c) => Text::of(&[c]),
                None => Text::of(&[compose::alone(dead), c]),
            },
            // The same accent twice is the accent itself.
            (Some(dead), Symbol::Dead(_)) => Text::of(&[compose::alone(dead)]),
        }
    }

    /// Ctrl and a letter: the control byte.
    fn control(&self, code: u16) -> Option<Text> {
        let Symbol::Char(c) = self.keymap.symbol(code, false, false, false)? else { return None };
        let byte = match c.to_ascii_lowercase() {
            // Ctrl+J would be a newline, which is a line's end.
            'j' => return Text::new(""),
            c @ 'a'..='z' => u32::from(c) - u32::from('a') + 1,
            '[' => 0x1b,
            '\\' => 0x1c,
            ']' => 0x1d,
            _ => return None,
        };
        Text::of(&[char::from_u32(byte)?])
    }
}

/// Whether a key only changes what others mean.
fn is_modifier(code: u16) -> bool {
    matches!(
        code,
        code::LEFT_CTRL
            | code::RIGHT_CTRL
            | code::LEFT_SHIFT
            | code::RIGHT_SHIFT
            | code::LEFT_ALT
            | code::RIGHT_ALT
            | code::CAPS_LOCK
            | code::NUM_LOCK
            | code::LEFT_META
            | code::RIGHT_META
    )
}

impl Keyboard {
    /// Whether a key is down.
    #[must_use]
    pub fn is_down(&self, code: u16, press: Press) -> bool {
        self.down.contains(&code) == (press == Press::Down)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(layout: &str, presses: &[(u16, &[u16])]) -> Vec<String> {
        let mut keyboard = Keyboard::new(Keymap::named(layout).unwrap());
        let mut out = Vec::new();
        for (code, with) in presses {
            for m in *with {
                keyboard.press(*m, 0);
            }
            if let Some(text) = keyboard.press(*code, 0).text {
                out.push(text.as_str().to_owned());
            }
            keyboard.release(*code);
            for m in *with {
                keyboard.release(*m);
            }
        }
        out
    }

    #[test]
    fn press_us_letters_and_named_keys_are_the_contract_lines() {
        let presses: &[(u16, &[u16])] = &[
            (30, &[]),
            (30, &[42]),
            (2, &[54]),
            (28, &[]),
            (14, &[]),
            (15, &[]),
            (1, &[]),
            (103, &[]),
            (111, &[]),
            (46, &[29]),
            (57, &[]),
            (79, &[]),
        ];
        let expected = ["a", "A", "!", "", "\x7f", "\t", "\x1b", "\x1b[A", "\x1b[3~", "\x03", " ", "1"];
        assert_eq!(typed("us", presses), expected);
    }

    #[test]
    fn press_de_umlauts_altgr_and_dead_keys() {
        let presses: &[(u16, &[u16])] = &[
            (39, &[]),
            (21, &[]),
            (16, &[100]),
            (12, &[]),
            (13, &[]),
            (18, &[]),
            (13, &[42]),
            (30, &[42]),
            (41, &[]),
            (24, &[]),
            (13, &[]),
            (57, &[]),
            (18, &[100]),
        ];
        assert_eq!(typed("de", presses), ["ö", "z", "@", "ß", "é", "À", "ô", "´", "€"]);
    }

    #[test]
    fn press_with_caps_lock_turns_letters_and_nothing_else() {
        let mut keyboard = Keyboard::new(Keymap::named("de").unwrap());
        keyboard.press(code::CAPS_LOCK, 0);
        keyboard.release(code::CAPS_LOCK);
        assert_eq!(keyboard.press(39, 0).text, Text::new("Ö"));
        assert_eq!(keyboard.press(2, 0).text, Text::new("1"));
        keyboard.press(42, 0);
        assert_eq!(keyboard.press(30, 0).text, Text::new("a"));
    }

    #[test]
    fn take_repeat_held_key_repeats_thirty_times_a_second() {
        let mut keyboard = Keyboard::new(Keymap::named("us").unwrap());
        keyboard.press(30, 0);
        assert_eq!(keyboard.take_repeat(DELAY - 1), None);
        let mut count = 0;
        let mut now = DELAY;
        while now < DELAY + 1_000_000_000 {
            if let Some(stroke) = keyboard.take_repeat(now) {
                assert_eq!(stroke.text, Text::new("a"));
                count += 1;
            }
            now += 1_000_000;
        }
        assert!((29..=31).contains(&count), "{count}");
        keyboard.release(30);
        assert_eq!(keyboard.next_repeat(), None);
    }
}
