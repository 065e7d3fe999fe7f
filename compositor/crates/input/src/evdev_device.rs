//! A device of the kernel's event interface.

use std::collections::BTreeSet;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::UNIX_EPOCH;

use evdev::{
    AbsoluteAxisCode as Abs, EventSummary, InputEvent, KeyCode, PropType, RelativeAxisCode as Rel,
    SynchronizationCode as Syn, raw_stream::RawDevice,
};
use sys::Nanos;

use crate::{Button, ContactId, Event, EventKind, Position, Press};

/// Why a device gives no events.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// It is no input device, or does not answer.
    #[error("not an input device")]
    Open(#[source] io::Error),
    /// It has no keys, no pointer and no touch.
    #[error("{0} has nothing for people to press, move or touch")]
    Useless(String),
    /// It was unplugged.
    #[error("the device is gone")]
    Gone(#[source] io::Error),
}

/// Contacts of one touch screen; more fingers than a person has are ignored.
const SLOTS: usize = 16;

/// An input device.
#[derive(Debug)]
pub struct Evdev {
    device: RawDevice,
    /// A keyboard, not a button.
    has_letters: bool,
    name: String,
    pointing: Pointing,
    x: Axis,
    y: Axis,
    /// Keys and buttons that are down.
    held: BTreeSet<u16>,
    moved: (i32, i32),
    wheel: (i32, i32),
    position: Freshness,
    slots: [Slot; SLOTS],
    slot: usize,
    flow: Flow,
}

/// How the device points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pointing {
    /// Keys only.
    Nothing,
    /// A mouse.
    Relative,
    /// A tablet, as virtual machines have: a pointer with places.
    Absolute,
    /// A touch screen that numbers its contacts (protocol B).
    Touch,
    /// A touch screen with one contact.
    SingleTouch,
    /// A touch pad: contacts move the pointer.
    Pad,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Freshness {
    Known,
    Changed,
}

/// Whether the kernel's queue overflowed: then everything up to the next report is old (`evdev.txt`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Flow {
    Normal,
    Dropped,
}

#[derive(Clone, Copy, Debug)]
struct Axis {
    value: i32,
    min: i32,
    max: i32,
}

impl Axis {
    /// The value in 65536 parts of the axis.
    fn fraction(self) -> u16 {
        let range = (i64::from(self.max) - i64::from(self.min)).max(1);
        let along = (i64::from(self.value) - i64::from(self.min)).clamp(0, range);
        u16::try_from(along * 65535 / range).unwrap_or(u16::MAX)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Slot {
    state: Contact,
    x: i32,
    y: i32,
}

/// A slot's contact, between two reports.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Contact {
    #[default]
    Free,
    Began,
    Held,
    Moved,
    Ended,
    /// It began and ended within one report, or was replaced by another finger.
    EndedAndBegan,
}

impl Evdev {
    /// A device that the supervisor opened.
    ///
    /// # Errors
    /// [`InputError`] says why it is of no use.
    pub fn new(fd: OwnedFd) -> Result<Self, InputError> {
        sys::use_monotonic_timestamps(&fd).map_err(InputError::Open)?;
        let device = RawDevice::from_fd(fd).map_err(InputError::Open)?;
        let name = device.name().unwrap_or("unnamed").to_owned();
        let pointing = pointing(&device);
        let has_keys = device.supported_keys().is_some_and(|k| k.iter().next().is_some());
        if pointing == Pointing::Nothing && !has_keys {
            return Err(InputError::Useless(name));
        }
        let (ax, ay) = match pointing {
            Pointing::Touch => (Abs::ABS_MT_POSITION_X, Abs::ABS_MT_POSITION_Y),
            _ => (Abs::ABS_X, Abs::ABS_Y),
        };
        let (x, y) = (axis(&device, ax), axis(&device, ay));
        let has_letters = device.supported_keys().is_some_and(|k| k.contains(KeyCode::KEY_A));
        Ok(Self {
            device,
            has_letters,
            name,
            pointing,
            x,
            y,
            held: BTreeSet::new(),
            moved: (0, 0),
            wheel: (0, 0),
            position: Freshness::Known,
            slots: [Slot::default(); SLOTS],
            slot: 0,
            flow: Flow::Normal,
        })
    }

    /// Its name and what it can do, for the log.
    #[must_use]
    pub fn what(&self) -> String {
        let kind = match self.pointing {
            Pointing::Nothing => "keys",
            Pointing::Relative => "mouse",
            Pointing::Absolute => "absolute pointer",
            Pointing::Touch => "touch screen",
            Pointing::SingleTouch => "touch screen, one contact",
            Pointing::Pad => "touch pad",
        };
        format!("{}: {kind}", self.name)
    }

    pub(crate) fn take(&mut self, out: &mut Vec<Event>) -> Result<(), InputError> {
        let fetched = self.device.fetch_events().map(Iterator::collect::<Vec<InputEvent>>);
        let events = match fetched {
            Ok(events) => events,
            Err(e) if e.kind() == io::ErrorKind::WouldBlock || e.kind() == io::ErrorKind::Interrupted => {
                return Ok(());
            }
            Err(e) => {
                self.release_all(sys::monotonic_ns(), out);
                return Err(InputError::Gone(e));
            }
        };
        for event in events {
            self.on_event(event, out);
        }
        Ok(())
    }

    fn on_event(&mut self, event: InputEvent, out: &mut Vec<Event>) {
        let time = nanos(&event);
        match event.destructure() {
            EventSummary::Synchronization(_, Syn::SYN_DROPPED, _) => self.flow = Flow::Dropped,
            EventSummary::Synchronization(_, Syn::SYN_REPORT, _) => match self.flow {
                Flow::Normal => self.report(time, out),
                Flow::Dropped => self.resynchronise(time, out),
            },
            _ if self.flow == Flow::Dropped => {}
            EventSummary::Key(_, code, value) => self.on_key(code, value, time, out),
            EventSummary::RelativeAxis(_, axis, value) => self.on_relative(axis, value),
            EventSummary::AbsoluteAxis(_, axis, value) => self.on_absolute(axis, value),
            _ => {}
        }
    }

    fn on_key(&mut self, code: KeyCode, value: i32, time: Nanos, out: &mut Vec<Event>) {
        // The machine's own button switches it off; a keyboard that anybody may reach or plug in does not.
        if code == KeyCode::KEY_POWER && self.has_letters {
            return;
        }
        // 2 is the kernel's own repeat; ours follows the layout's rules.
        let press = match value {
            0 => Press::Up,
            1 => Press::Down,
            _ => return,
        };
        if code == KeyCode::BTN_TOUCH {
            match (self.pointing, press) {
                (Pointing::SingleTouch, Press::Down) => self.slots[0].state = Contact::Began,
                (Pointing::SingleTouch, Press::Up) => self.slots[0].state = Contact::Ended,
                (Pointing::Pad, Press::Down) => self.slots[0].state = Contact::Began,
                (Pointing::Pad, Press::Up) => self.slots[0].state = Contact::Free,
                _ => {}
            }
            return;
        }
        let known = match press {
            Press::Down => self.held.insert(code.code()),
            Press::Up => self.held.remove(&code.code()),
        };
        if !known {
            return;
        }
        if button(code).is_some() {
            // A button counts where the pointer is, so motion of the same report goes first.
            self.report_pointer(time, out);
        }
        if let Some(kind) = key_event(code, press) {
            out.push(Event { time_ns: time, kind });
        }
    }

    fn on_relative(&mut self, axis: Rel, value: i32) {
        match axis {
            Rel::REL_X => self.moved.0 = self.moved.0.saturating_add(value),
            Rel::REL_Y => self.moved.1 = self.moved.1.saturating_add(value),
            Rel::REL_HWHEEL => self.wheel.0 = self.wheel.0.saturating_add(value),
            // The kernel counts away from the user; down is positive here.
            Rel::REL_WHEEL => self.wheel.1 = self.wheel.1.saturating_sub(value),
            _ => {}
        }
    }

    fn on_absolute(&mut self, axis: Abs, value: i32) {
        match (self.pointing, axis) {
            (Pointing::Touch, Abs::ABS_MT_SLOT) => {
                self.slot = usize::try_from(value).unwrap_or(SLOTS);
            }
            (Pointing::Touch, _) => self.on_contact(axis, value),
            (Pointing::Pad, Abs::ABS_X | Abs::ABS_Y) => self.on_pad(axis, value),
            (Pointing::Absolute | Pointing::SingleTouch, Abs::ABS_X) => {
                self.x.value = value;
                self.on_place();
            }
            (Pointing::Absolute | Pointing::SingleTouch, Abs::ABS_Y) => {
                self.y.value = value;
                self.on_place();
            }
            _ => {}
        }
    }

    fn on_place(&mut self) {
        self.position = Freshness::Changed;
        let slot = &mut self.slots[0];
        (slot.x, slot.y) = (self.x.value, self.y.value);
        if slot.state == Contact::Held {
            slot.state = Contact::Moved;
        }
    }

    fn on_contact(&mut self, axis: Abs, value: i32) {
        let Some(slot) = self.slots.get_mut(self.slot) else { return };
        let moved = match slot.state {
            Contact::Held => Contact::Moved,
            other => other,
        };
        match axis {
            Abs::ABS_MT_TRACKING_ID if value < 0 => {
                slot.state = match slot.state {
                    Contact::Free | Contact::Began => Contact::Free,
                    _ => Contact::Ended,
                };
            }
            Abs::ABS_MT_TRACKING_ID => {
                slot.state = match slot.state {
                    Contact::Free | Contact::Began => Contact::Began,
                    _ => Contact::EndedAndBegan,
                };
            }
            Abs::ABS_MT_POSITION_X => (slot.x, slot.state) = (value, moved),
            Abs::ABS_MT_POSITION_Y => (slot.y, slot.state) = (value, moved),
            _ => {}
        }
    }

    /// A pad's contact moves the pointer by its own motion, scaled so that its width crosses most screens.
    fn on_pad(&mut self, axis: Abs, value: i32) {
        let fresh = self.slots[0].state != Contact::Held;
        let a = if axis == Abs::ABS_X { &mut self.x } else { &mut self.y };
        let before = std::mem::replace(&mut a.value, value);
        let range = (i64::from(a.max) - i64::from(a.min)).max(1);
        let step = (i64::from(value) - i64::from(before)) * 1200 / range;
        if !fresh {
            let step = i32::try_from(step).unwrap_or(0);
            let sum = if axis == Abs::ABS_X { &mut self.moved.0 } else { &mut self.moved.1 };
            *sum = sum.saturating_add(step);
        }
    }

    fn report(&mut self, time: Nanos, out: &mut Vec<Event>) {
        self.report_pointer(time, out);
        match self.pointing {
            Pointing::Touch | Pointing::SingleTouch => self.report_contacts(time, out),
            Pointing::Pad if self.slots[0].state == Contact::Began => self.slots[0].state = Contact::Held,
            _ => {}
        }
    }

    fn report_pointer(&mut self, time: Nanos, out: &mut Vec<Event>) {
        let mut push = |kind| out.push(Event { time_ns: time, kind });
        let (dx, dy) = std::mem::take(&mut self.moved);
        if (dx, dy) != (0, 0) {
            push(EventKind::MoveBy { dx, dy });
        }
        let position = std::mem::replace(&mut self.position, Freshness::Known);
        if position == Freshness::Changed && self.pointing == Pointing::Absolute {
            push(EventKind::MoveTo(Position::Fraction(self.x.fraction(), self.y.fraction())));
        }
        let (dx, dy) = std::mem::take(&mut self.wheel);
        if (dx, dy) != (0, 0) {
            push(EventKind::Wheel { dx, dy });
        }
    }

    fn report_contacts(&mut self, time: Nanos, out: &mut Vec<Event>) {
        for (id, slot) in (0u32..).map(ContactId).zip(&mut self.slots) {
            let at = Position::Fraction(
                Axis { value: slot.x, ..self.x }.fraction(),
                Axis { value: slot.y, ..self.y }.fraction(),
            );
            let mut push = |kind| out.push(Event { time_ns: time, kind });
            slot.state = match slot.state {
                Contact::Free => Contact::Free,
                Contact::Held => Contact::Held,
                Contact::Began => {
                    push(EventKind::TouchDown(id, at));
                    Contact::Held
                }
                Contact::Moved => {
                    push(EventKind::TouchMove(id, at));
                    Contact::Held
                }
                Contact::Ended => {
                    push(EventKind::TouchUp(id));
                    Contact::Free
                }
                Contact::EndedAndBegan => {
                    push(EventKind::TouchUp(id));
                    push(EventKind::TouchDown(id, at));
                    Contact::Held
                }
            };
        }
    }

    /// The kernel's queue overflowed: asks what is held, releases what is not, and drops contacts, whose
    /// history is lost.
    fn resynchronise(&mut self, time: Nanos, out: &mut Vec<Event>) {
        self.flow = Flow::Normal;
        (self.moved, self.wheel) = ((0, 0), (0, 0));
        if let Ok(down) = self.device.get_key_state() {
            let gone: Vec<u16> =
                self.held.iter().copied().filter(|code| !down.contains(KeyCode::new(*code))).collect();
            for code in gone {
                self.held.remove(&code);
                if let Some(kind) = key_event(KeyCode::new(code), Press::Up) {
                    out.push(Event { time_ns: time, kind });
                }
            }
        }
        self.cancel_contacts(time, out);
    }

    fn cancel_contacts(&mut self, time: Nanos, out: &mut Vec<Event>) {
        for (id, slot) in (0u32..).map(ContactId).zip(&mut self.slots) {
            if !matches!(slot.state, Contact::Free | Contact::Began) && self.pointing != Pointing::Pad {
                out.push(Event { time_ns: time, kind: EventKind::TouchCancel(id) });
            }
            slot.state = Contact::Free;
        }
    }

    fn release_all(&mut self, time: Nanos, out: &mut Vec<Event>) {
        for code in std::mem::take(&mut self.held) {
            if let Some(kind) = key_event(KeyCode::new(code), Press::Up) {
                out.push(Event { time_ns: time, kind });
            }
        }
        self.cancel_contacts(time, out);
    }
}

impl AsFd for Evdev {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.device.as_fd()
    }
}

fn pointing(device: &RawDevice) -> Pointing {
    let key = |code| device.supported_keys().is_some_and(|k| k.contains(code));
    let abs = |code| device.supported_absolute_axes().is_some_and(|a| a.contains(code));
    let rel = |code| device.supported_relative_axes().is_some_and(|a| a.contains(code));
    let direct = device.properties().contains(PropType::DIRECT);
    let pad = device.properties().contains(PropType::POINTER) || key(KeyCode::BTN_TOOL_FINGER) && !direct;
    if abs(Abs::ABS_X) && pad && key(KeyCode::BTN_TOUCH) {
        Pointing::Pad
    } else if abs(Abs::ABS_MT_POSITION_X) && abs(Abs::ABS_MT_SLOT) {
        Pointing::Touch
    } else if abs(Abs::ABS_X) && key(KeyCode::BTN_TOUCH) && (direct || !key(KeyCode::BTN_LEFT)) {
        Pointing::SingleTouch
    } else if abs(Abs::ABS_X) && abs(Abs::ABS_Y) && key(KeyCode::BTN_LEFT) {
        Pointing::Absolute
    } else if rel(Rel::REL_X) {
        Pointing::Relative
    } else {
        Pointing::Nothing
    }
}

fn axis(device: &RawDevice, code: Abs) -> Axis {
    let mut all = device.get_absinfo().ok().into_iter().flatten();
    let info = all.find(|(c, _)| *c == code).map(|(_, info)| info);
    info.map_or(Axis { value: 0, min: 0, max: 1 }, |i| Axis {
        value: i.value(),
        min: i.minimum(),
        max: i.maximum(),
    })
}

fn button(code: KeyCode) -> Option<Button> {
    match code {
        KeyCode::BTN_LEFT => Some(Button::Left),
        KeyCode::BTN_RIGHT => Some(Button::Right),
        KeyCode::BTN_MIDDLE => Some(Button::Middle),
        _ => None,
    }
}

fn key_event(code: KeyCode, press: Press) -> Option<EventKind> {
    match button(code) {
        Some(button) => Some(EventKind::Button(button, press)),
        // BTN_MISC up to KEY_OK: buttons of pads, sticks and tools, which are no keys.
        None if (0x100..0x160).contains(&code.code()) => None,
        None => Some(EventKind::Key(code.code(), press)),
    }
}

/// The kernel's time of an event. The device was told to use the monotonic clock, which the crate takes for
/// time since 1970.
fn nanos(event: &InputEvent) -> Nanos {
    let since = event.timestamp().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(0)
}
