//! From the compositor to an app-host.

use crate::SlotId;
use crate::wire::{DecodeError, MESSAGE_BYTES, Reader, Writer, out_of_range};
use paint::{Point, Surface};

/// A message of the compositor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ToApp {
    /// The slot is the app-host's again.
    Release {
        /// Which memfd.
        generation: u32,
        /// Which slot.
        slot: SlotId,
    },
    /// A commit is on the screen.
    Shown {
        /// The commit's serial.
        serial: u32,
        /// When it was shown: nanoseconds of the monotonic clock.
        shown_ns: u64,
    },
    /// Whether any pixel of the window can be seen.
    Visible(bool),
    /// Whether keys go to this window.
    Focused(bool),
    /// Somebody did something.
    Input {
        /// Kernel timestamp of the event: nanoseconds of the monotonic clock.
        time_ns: u64,
        /// What was done.
        event: InputEvent,
    },
}

/// Input in the coordinates of the app's canvas. A position may lie outside it during a grab.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InputEvent {
    /// The pointer moved.
    Move(Point<Surface>),
    /// The pointer came over the window, or left it.
    Pointer(Edge),
    /// A mouse button changed.
    Button {
        /// Where.
        at: Point<Surface>,
        /// Which.
        button: Button,
        /// Pressed or released.
        pressed: bool,
    },
    /// The wheel turned.
    Wheel {
        /// Where.
        at: Point<Surface>,
        /// Steps to the right.
        dx: i32,
        /// Steps down.
        dy: i32,
    },
    /// A touch point changed.
    Touch {
        /// What happened to it.
        phase: TouchPhase,
        /// The contact's number, reused after it ended.
        id: u32,
        /// Where.
        at: Point<Surface>,
    },
    /// A short contact that did not travel.
    Tap(Point<Surface>),
    /// A contact that travelled.
    Swipe {
        /// Pixels to the right.
        dx: i32,
        /// Pixels down.
        dy: i32,
    },
    /// A key.
    Key {
        /// Down, up or repeat.
        state: KeyState,
        /// Linux key code (`input-event-codes.h`).
        code: u16,
        /// Modifiers held.
        modifiers: Modifiers,
        /// The contract's line for this press, without its newline; `None` for releases and bare modifiers.
        line: Option<KeyLine>,
    },
    /// An item of the app's menu was chosen, by its pointer, finger or keys.
    Menu {
        /// Which, counted from 0 in the order of the manifest.
        item: u16,
    },
}

/// The pointer's relation to a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edge {
    /// It came in.
    Enter,
    /// It went out.
    Leave,
}

/// A mouse button.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Button {
    /// The primary one.
    Left,
    /// The secondary one.
    Right,
    /// The wheel's.
    Middle,
}

/// What happened to a touch point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TouchPhase {
    /// It touched.
    Down,
    /// It moved.
    Move,
    /// It was lifted.
    Up,
    /// It counts for nothing: the system took it over.
    Cancel,
}

/// What happened to a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyState {
    /// Pressed.
    Down,
    /// Released.
    Up,
    /// Held.
    Repeat,
}

/// Modifier keys held, a set of bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Modifiers(u8);

impl Modifiers {
    /// Shift.
    pub const SHIFT: Self = Self(1);
    /// Control.
    pub const CTRL: Self = Self(2);
    /// Alt.
    pub const ALT: Self = Self(4);
    /// Super.
    pub const META: Self = Self(8);

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every modifier of `other` is held.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// The text of one key press: at most [`KeyLine::MAX`] bytes of UTF-8 without a newline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyLine {
    len: u8,
    bytes: [u8; Self::MAX],
}

impl KeyLine {
    /// The longest text of one key, in bytes: a layout's longest composed sequence.
    pub const MAX: usize = 32;

    /// The text of a key, or `None` if it is too long or holds a newline.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        if text.len() > Self::MAX || text.bytes().any(|b| b == b'\n') {
            return None;
        }
        let mut bytes = [0; Self::MAX];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Some(Self { len: u8::try_from(text.len()).ok()?, bytes })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.bytes.get(..usize::from(self.len)).and_then(|b| core::str::from_utf8(b).ok()).unwrap_or("")
    }
}

const TAG_RELEASE: u8 = 1;
const TAG_SHOWN: u8 = 2;
const TAG_VISIBLE: u8 = 3;
const TAG_FOCUSED: u8 = 4;
const TAG_INPUT: u8 = 5;

const INPUT_MOVE: u8 = 1;
const INPUT_POINTER: u8 = 2;
const INPUT_BUTTON: u8 = 3;
const INPUT_WHEEL: u8 = 4;
const INPUT_TOUCH: u8 = 5;
const INPUT_TAP: u8 = 6;
const INPUT_SWIPE: u8 = 7;
const INPUT_KEY: u8 = 8;
const INPUT_MENU: u8 = 9;

const BUTTONS: [Button; 3] = [Button::Left, Button::Right, Button::Middle];
const PHASES: [TouchPhase; 4] = [TouchPhase::Down, TouchPhase::Move, TouchPhase::Up, TouchPhase::Cancel];
const KEY_STATES: [KeyState; 3] = [KeyState::Down, KeyState::Up, KeyState::Repeat];

impl ToApp {
    /// The message's bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; MESSAGE_BYTES] {
        match *self {
            Self::Release { generation, slot } => {
                let mut w = Writer::new(TAG_RELEASE);
                w.u32(generation);
                w.u8(slot.byte());
                w.finish()
            }
            Self::Shown { serial, shown_ns } => {
                let mut w = Writer::new(TAG_SHOWN);
                w.u32(serial);
                w.u64(shown_ns);
                w.finish()
            }
            Self::Visible(yes) => flag(TAG_VISIBLE, yes),
            Self::Focused(yes) => flag(TAG_FOCUSED, yes),
            Self::Input { time_ns, event } => {
                let mut w = Writer::new(TAG_INPUT);
                w.u64(time_ns);
                event.encode(&mut w);
                w.finish()
            }
        }
    }

    /// The message in a datagram.
    ///
    /// # Errors
    /// [`DecodeError`] says which field is wrong.
    pub fn decode(datagram: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(datagram)?;
        Ok(match r.u8() {
            TAG_RELEASE => {
                let generation = r.u32();
                let slot = r.u8();
                Self::Release {
                    generation,
                    slot: SlotId::new(slot).ok_or_else(|| out_of_range("slot", slot))?,
                }
            }
            TAG_SHOWN => Self::Shown { serial: r.u32(), shown_ns: r.u64() },
            TAG_VISIBLE => Self::Visible(r.flag("visible")?),
            TAG_FOCUSED => Self::Focused(r.flag("focused")?),
            TAG_INPUT => Self::Input { time_ns: r.u64(), event: InputEvent::decode(&mut r)? },
            tag => return Err(DecodeError::Tag(tag)),
        })
    }
}

fn flag(tag: u8, yes: bool) -> [u8; MESSAGE_BYTES] {
    let mut w = Writer::new(tag);
    w.u8(u8::from(yes));
    w.finish()
}

fn point(w: &mut Writer, p: Point<Surface>) {
    w.i32(p.x);
    w.i32(p.y);
}

fn index<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|t| t == one).and_then(|i| u8::try_from(i).ok()).unwrap_or(u8::MAX)
}

impl InputEvent {
    fn encode(&self, w: &mut Writer) {
        match *self {
            Self::Move(p) => {
                w.u8(INPUT_MOVE);
                point(w, p);
            }
            Self::Pointer(edge) => {
                w.u8(INPUT_POINTER);
                w.u8(u8::from(edge == Edge::Enter));
            }
            Self::Button { at, button, pressed } => {
                w.u8(INPUT_BUTTON);
                point(w, at);
                w.u8(index(&BUTTONS, &button));
                w.u8(u8::from(pressed));
            }
            Self::Wheel { at, dx, dy } => {
                w.u8(INPUT_WHEEL);
                point(w, at);
                w.i32(dx);
                w.i32(dy);
            }
            Self::Touch { phase, id, at } => {
                w.u8(INPUT_TOUCH);
                w.u8(index(&PHASES, &phase));
                w.u32(id);
                point(w, at);
            }
            Self::Tap(p) => {
                w.u8(INPUT_TAP);
                point(w, p);
            }
            Self::Swipe { dx, dy } => {
                w.u8(INPUT_SWIPE);
                w.i32(dx);
                w.i32(dy);
            }
            Self::Key { state, code, modifiers, line } => {
                w.u8(INPUT_KEY);
                w.u8(index(&KEY_STATES, &state));
                w.raw(&code.to_le_bytes());
                w.u8(modifiers.0);
                w.u8(u8::from(line.is_some()));
                if let Some(line) = line {
                    w.u8(line.len);
                    w.raw(&line.bytes);
                }
            }
            Self::Menu { item } => {
                w.u8(INPUT_MENU);
                w.raw(&item.to_le_bytes());
            }
        }
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(match r.u8() {
            INPUT_MOVE => Self::Move(read_point(r)),
            INPUT_POINTER => Self::Pointer(if r.flag("edge")? { Edge::Enter } else { Edge::Leave }),
            INPUT_BUTTON => {
                let at = read_point(r);
                Self::Button { at, button: pick(&BUTTONS, "button", r.u8())?, pressed: r.flag("pressed")? }
            }
            INPUT_WHEEL => Self::Wheel { at: read_point(r), dx: r.i32(), dy: r.i32() },
            INPUT_TOUCH => {
                let phase = pick(&PHASES, "phase", r.u8())?;
                Self::Touch { phase, id: r.u32(), at: read_point(r) }
            }
            INPUT_TAP => Self::Tap(read_point(r)),
            INPUT_SWIPE => Self::Swipe { dx: r.i32(), dy: r.i32() },
            INPUT_KEY => {
                let state = pick(&KEY_STATES, "key state", r.u8())?;
                let code = u16::from_le_bytes(r.raw());
                let modifiers = Modifiers(r.u8());
                let line = if r.flag("key line")? { Some(read_line(r)?) } else { None };
                Self::Key { state, code, modifiers, line }
            }
            INPUT_MENU => Self::Menu { item: u16::from_le_bytes(r.raw()) },
            tag => return Err(DecodeError::Tag(tag)),
        })
    }
}

fn read_point(r: &mut Reader<'_>) -> Point<Surface> {
    Point::new(r.i32(), r.i32())
}

fn pick<T: Copy>(all: &[T], field: &'static str, index: u8) -> Result<T, DecodeError> {
    all.get(usize::from(index)).copied().ok_or_else(|| out_of_range(field, index))
}

fn read_line(r: &mut Reader<'_>) -> Result<KeyLine, DecodeError> {
    let len = r.u8();
    let bytes: [u8; KeyLine::MAX] = r.raw();
    bytes
        .get(..usize::from(len))
        .and_then(|b| core::str::from_utf8(b).ok())
        .and_then(KeyLine::new)
        .ok_or_else(|| out_of_range("key text", len))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encode_decode_each_message_is_the_same() {
        let at = Point::new(-3, i32::MAX);
        let events = [
            InputEvent::Move(at),
            InputEvent::Pointer(Edge::Leave),
            InputEvent::Button { at, button: Button::Middle, pressed: true },
            InputEvent::Wheel { at, dx: -1, dy: 2 },
            InputEvent::Touch { phase: TouchPhase::Cancel, id: 9, at },
            InputEvent::Tap(at),
            InputEvent::Swipe { dx: -200, dy: 4 },
            InputEvent::Key {
                state: KeyState::Repeat,
                code: 30,
                modifiers: Modifiers::CTRL.with(Modifiers::META),
                line: KeyLine::new("ä"),
            },
            InputEvent::Key { state: KeyState::Up, code: 30, modifiers: Modifiers::default(), line: None },
            InputEvent::Menu { item: 63 },
        ];
        let mut all: Vec<ToApp> = events.iter().map(|e| ToApp::Input { time_ns: 7, event: *e }).collect();
        all.push(ToApp::Release { generation: 1, slot: SlotId::new(1).unwrap() });
        all.push(ToApp::Shown { serial: 4, shown_ns: 5 });
        all.push(ToApp::Visible(true));
        all.push(ToApp::Focused(false));
        for message in all {
            assert_eq!(ToApp::decode(&message.encode()), Ok(message));
        }
    }

    proptest! {
        #[test]
        fn decode_any_bytes_never_panics(mut bytes in prop::collection::vec(any::<u8>(), MESSAGE_BYTES), tag in 0..7u8, sub in 0..10u8) {
            bytes[0] = tag;
            bytes[9] = sub;
            let _ = ToApp::decode(&bytes);
        }
    }
}
