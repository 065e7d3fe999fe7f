//! From a device's reports to events: pure, so that every order of them can be tried.
//!
//! Source of the rules: the kernel's `Documentation/input/event-codes.rst` and `multi-touch-protocol.rst`.

use std::collections::BTreeSet;
use std::time::UNIX_EPOCH;

use evdev::{
    AbsoluteAxisCode as Abs, EventSummary, InputEvent, KeyCode, RelativeAxisCode as Rel,
    SynchronizationCode as Syn,
};
use sys::Nanos;

use crate::{Button, ContactId, Event, EventKind, Position, Press};

/// Contacts of one touch screen; more fingers than a person has are ignored.
const SLOTS: usize = 16;

/// What a device has told since its last report, and what it holds.
#[derive(Debug)]
pub(super) struct Translator {
    layout: Layout,
    /// Keys and buttons that are down.
    held: BTreeSet<u16>,
    moved: (i32, i32),
    wheel: (i32, i32),
    position: Freshness,
    slots: [Slot; SLOTS],
    slot: usize,
    flow: Flow,
}

/// What a device is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Layout {
    pub(super) pointing: Pointing,
    /// A keyboard, not a button.
    pub(super) has_letters: bool,
    pub(super) x: Axis,
    pub(super) y: Axis,
}

/// What the device says it holds, asked for after its queue overflowed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Standing {
    /// Keys and buttons that are down; `None` if it does not say.
    pub(super) down: Option<BTreeSet<u16>>,
    /// The slot that the next contact event speaks of.
    pub(super) slot: i32,
}

/// What must happen after an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub(super) enum Next {
    /// The next event.
    Go,
    /// Events were lost: [`Translator::resynchronise`].
    Ask(Nanos),
}

/// How the device points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pointing {
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

/// An axis of absolute values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Axis {
    pub(super) value: i32,
    pub(super) min: i32,
    pub(super) max: i32,
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

impl Contact {
    fn begun(self) -> Self {
        match self {
            Self::Free | Self::Began => Self::Began,
            Self::Held | Self::Moved | Self::Ended | Self::EndedAndBegan => Self::EndedAndBegan,
        }
    }

    fn ended(self) -> Self {
        match self {
            Self::Free | Self::Began => Self::Free,
            Self::Held | Self::Moved | Self::Ended | Self::EndedAndBegan => Self::Ended,
        }
    }
}

impl Translator {
    pub(super) fn new(layout: Layout) -> Self {
        Self {
            layout,
            held: BTreeSet::new(),
            moved: (0, 0),
            wheel: (0, 0),
            position: Freshness::Known,
            slots: [Slot::default(); SLOTS],
            slot: 0,
            flow: Flow::Normal,
        }
    }

    pub(super) fn on_event(&mut self, event: InputEvent, out: &mut Vec<Event>) -> Next {
        let time = nanos(&event);
        match event.destructure() {
            EventSummary::Synchronization(_, Syn::SYN_DROPPED, _) => self.flow = Flow::Dropped,
            EventSummary::Synchronization(_, Syn::SYN_REPORT, _) => match self.flow {
                Flow::Normal => self.report(time, out),
                Flow::Dropped => {
                    self.flow = Flow::Normal;
                    return Next::Ask(time);
                }
            },
            _ if self.flow == Flow::Dropped => {}
            EventSummary::Key(_, code, value) => self.on_key(code, value, time, out),
            EventSummary::RelativeAxis(_, axis, value) => self.on_relative(axis, value),
            EventSummary::AbsoluteAxis(_, axis, value) => self.on_absolute(axis, value),
            _ => {}
        }
        Next::Go
    }

    fn on_key(&mut self, code: KeyCode, value: i32, time: Nanos, out: &mut Vec<Event>) {
        // The machine's own button switches it off; a keyboard that anybody may reach or plug in does not.
        if code == KeyCode::KEY_POWER && self.layout.has_letters {
            return;
        }
        // 2 is the kernel's own repeat; ours follows the layout's rules.
        let press = match value {
            0 => Press::Up,
            1 => Press::Down,
            _ => return,
        };
        if code == KeyCode::BTN_TOUCH {
            match (self.layout.pointing, press) {
                (Pointing::SingleTouch, Press::Down) => self.slots[0].state = self.slots[0].state.begun(),
                (Pointing::SingleTouch, Press::Up) => self.slots[0].state = self.slots[0].state.ended(),
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
        match (self.layout.pointing, axis) {
            (Pointing::Touch, Abs::ABS_MT_SLOT) => {
                self.slot = usize::try_from(value).unwrap_or(SLOTS);
            }
            (Pointing::Touch, _) => self.on_contact(axis, value),
            (Pointing::Pad, Abs::ABS_X | Abs::ABS_Y) => self.on_pad(axis, value),
            (Pointing::Absolute | Pointing::SingleTouch, Abs::ABS_X) => {
                self.layout.x.value = value;
                self.on_place();
            }
            (Pointing::Absolute | Pointing::SingleTouch, Abs::ABS_Y) => {
                self.layout.y.value = value;
                self.on_place();
            }
            _ => {}
        }
    }

    fn on_place(&mut self) {
        self.position = Freshness::Changed;
        let slot = &mut self.slots[0];
        (slot.x, slot.y) = (self.layout.x.value, self.layout.y.value);
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
            Abs::ABS_MT_TRACKING_ID if value < 0 => slot.state = slot.state.ended(),
            Abs::ABS_MT_TRACKING_ID => slot.state = slot.state.begun(),
            Abs::ABS_MT_POSITION_X => (slot.x, slot.state) = (value, moved),
            Abs::ABS_MT_POSITION_Y => (slot.y, slot.state) = (value, moved),
            _ => {}
        }
    }

    /// A pad's contact moves the pointer by its own motion, scaled so that its width crosses most screens.
    fn on_pad(&mut self, axis: Abs, value: i32) {
        let fresh = self.slots[0].state != Contact::Held;
        let a = if axis == Abs::ABS_X { &mut self.layout.x } else { &mut self.layout.y };
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
        match self.layout.pointing {
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
        if position == Freshness::Changed && self.layout.pointing == Pointing::Absolute {
            push(EventKind::MoveTo(Position::Fraction(self.layout.x.fraction(), self.layout.y.fraction())));
        }
        let (dx, dy) = std::mem::take(&mut self.wheel);
        if (dx, dy) != (0, 0) {
            push(EventKind::Wheel { dx, dy });
        }
    }

    fn report_contacts(&mut self, time: Nanos, out: &mut Vec<Event>) {
        for (id, slot) in (0u32..).map(ContactId).zip(&mut self.slots) {
            let at = Position::Fraction(
                Axis { value: slot.x, ..self.layout.x }.fraction(),
                Axis { value: slot.y, ..self.layout.y }.fraction(),
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

    /// The kernel's queue overflowed: releases what is no longer held, and drops contacts, whose history is lost.
    pub(super) fn resynchronise(&mut self, time: Nanos, standing: &Standing, out: &mut Vec<Event>) {
        (self.moved, self.wheel) = ((0, 0), (0, 0));
        self.slot = usize::try_from(standing.slot).unwrap_or(SLOTS);
        if let Some(down) = &standing.down {
            let gone: Vec<u16> = self.held.difference(down).copied().collect();
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
            if !matches!(slot.state, Contact::Free | Contact::Began) && self.layout.pointing != Pointing::Pad
            {
                out.push(Event { time_ns: time, kind: EventKind::TouchCancel(id) });
            }
            slot.state = Contact::Free;
        }
    }

    pub(super) fn release_all(&mut self, time: Nanos, out: &mut Vec<Event>) {
        for code in std::mem::take(&mut self.held) {
            if let Some(kind) = key_event(KeyCode::new(code), Press::Up) {
                out.push(Event { time_ns: time, kind });
            }
        }
        self.cancel_contacts(time, out);
    }
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

#[cfg(test)]
mod tests {
    use evdev::EventType;
    use proptest::prelude::*;

    use super::*;

    const REPORT: (EventType, u16, i32) = (EventType::SYNCHRONIZATION, 0, 0);
    const DROPPED: (EventType, u16, i32) = (EventType::SYNCHRONIZATION, 3, 0);

    fn abs(code: Abs, value: i32) -> (EventType, u16, i32) {
        (EventType::ABSOLUTE, code.0, value)
    }

    fn key(code: KeyCode, value: i32) -> (EventType, u16, i32) {
        (EventType::KEY, code.code(), value)
    }

    fn translator(pointing: Pointing) -> Translator {
        let axis = Axis { value: 0, min: 0, max: 65535 };
        Translator::new(Layout { pointing, has_letters: false, x: axis, y: axis })
    }

    fn feed(t: &mut Translator, standing: &Standing, events: &[(EventType, u16, i32)]) -> Vec<EventKind> {
        let mut out = Vec::new();
        for (kind, code, value) in events {
            if let Next::Ask(time) = t.on_event(InputEvent::new(kind.0, *code, *value), &mut out) {
                t.resynchronise(time, standing, &mut out);
            }
        }
        out.into_iter().map(|event| event.kind).collect()
    }

    fn at(x: u16, y: u16) -> Position {
        Position::Fraction(x, y)
    }

    #[test]
    fn two_fingers_in_one_report_are_two_contacts() {
        let mut t = translator(Pointing::Touch);
        let seen = feed(
            &mut t,
            &Standing::default(),
            &[
                abs(Abs::ABS_MT_SLOT, 0),
                abs(Abs::ABS_MT_TRACKING_ID, 7),
                abs(Abs::ABS_MT_POSITION_X, 100),
                abs(Abs::ABS_MT_POSITION_Y, 200),
                abs(Abs::ABS_MT_SLOT, 1),
                abs(Abs::ABS_MT_TRACKING_ID, 8),
                abs(Abs::ABS_MT_POSITION_X, 300),
                abs(Abs::ABS_MT_POSITION_Y, 400),
                key(KeyCode::BTN_TOUCH, 1),
                REPORT,
                abs(Abs::ABS_MT_POSITION_X, 310),
                REPORT,
                abs(Abs::ABS_MT_SLOT, 0),
                abs(Abs::ABS_MT_TRACKING_ID, -1),
                REPORT,
            ],
        );
        assert_eq!(
            seen,
            [
                EventKind::TouchDown(ContactId(0), at(100, 200)),
                EventKind::TouchDown(ContactId(1), at(300, 400)),
                EventKind::TouchMove(ContactId(1), at(310, 400)),
                EventKind::TouchUp(ContactId(0)),
            ]
        );
    }

    #[test]
    fn a_finger_replaced_within_a_report_is_an_end_and_a_beginning() {
        let mut t = translator(Pointing::Touch);
        feed(&mut t, &Standing::default(), &[abs(Abs::ABS_MT_TRACKING_ID, 1), REPORT]);
        let seen = feed(
            &mut t,
            &Standing::default(),
            &[
                abs(Abs::ABS_MT_TRACKING_ID, -1),
                abs(Abs::ABS_MT_TRACKING_ID, 2),
                abs(Abs::ABS_MT_POSITION_X, 9),
                REPORT,
            ],
        );
        let down = EventKind::TouchDown(ContactId(0), at(9, 0));
        assert_eq!(seen, [EventKind::TouchUp(ContactId(0)), down]);
    }

    #[test]
    fn an_overflow_cancels_contacts_and_releases_what_is_up() {
        let mut t = translator(Pointing::Touch);
        feed(
            &mut t,
            &Standing::default(),
            &[abs(Abs::ABS_MT_TRACKING_ID, 1), key(KeyCode::KEY_A, 1), REPORT],
        );
        // While events were lost the finger went, and another slot was spoken of last.
        let seen = feed(
            &mut t,
            &Standing { down: Some(BTreeSet::new()), slot: 3 },
            &[DROPPED, abs(Abs::ABS_MT_POSITION_X, 500), REPORT],
        );
        let released = EventKind::Key(KeyCode::KEY_A.code(), Press::Up);
        assert_eq!(seen, [released, EventKind::TouchCancel(ContactId(0))]);
        let next = feed(&mut t, &Standing::default(), &[abs(Abs::ABS_MT_TRACKING_ID, 5), REPORT]);
        assert_eq!(next, [EventKind::TouchDown(ContactId(3), at(0, 0))]);
    }

    #[test]
    fn a_finger_that_stayed_through_an_overflow_says_no_more() {
        let mut t = translator(Pointing::Touch);
        feed(&mut t, &Standing::default(), &[abs(Abs::ABS_MT_TRACKING_ID, 1), REPORT]);
        feed(&mut t, &Standing::default(), &[DROPPED, REPORT]);
        let seen = feed(
            &mut t,
            &Standing::default(),
            &[abs(Abs::ABS_MT_POSITION_X, 50), REPORT, abs(Abs::ABS_MT_TRACKING_ID, -1), REPORT],
        );
        assert_eq!(seen, []);
    }

    #[test]
    fn more_fingers_than_slots_are_ignored() {
        let mut t = translator(Pointing::Touch);
        let seen = feed(
            &mut t,
            &Standing::default(),
            &[
                abs(Abs::ABS_MT_SLOT, 99),
                abs(Abs::ABS_MT_TRACKING_ID, 1),
                abs(Abs::ABS_MT_SLOT, -4),
                abs(Abs::ABS_MT_TRACKING_ID, 2),
                REPORT,
            ],
        );
        assert_eq!(seen, []);
    }

    fn any_event() -> impl Strategy<Value = (EventType, u16, i32)> {
        let codes = prop_oneof![
            Just((EventType::ABSOLUTE, Abs::ABS_MT_SLOT.0)),
            Just((EventType::ABSOLUTE, Abs::ABS_MT_TRACKING_ID.0)),
            Just((EventType::ABSOLUTE, Abs::ABS_MT_POSITION_X.0)),
            Just((EventType::ABSOLUTE, Abs::ABS_X.0)),
            Just((EventType::KEY, KeyCode::BTN_TOUCH.code())),
            Just((EventType::KEY, KeyCode::BTN_LEFT.code())),
            Just((EventType::KEY, KeyCode::KEY_A.code())),
            Just((EventType::RELATIVE, Rel::REL_X.0)),
            Just((EventType::SYNCHRONIZATION, 0)),
            Just((EventType::SYNCHRONIZATION, 3)),
        ];
        let values = prop_oneof![-1..20_i32, Just(i32::MIN), Just(i32::MAX)];
        (codes, values).prop_map(|((kind, code), value)| (kind, code, value))
    }

    proptest! {
        /// Whatever a device says, contacts and keys begin before they move and end, and after it is gone nothing
        /// is held.
        #[test]
        fn what_began_ends_once(
            pointing in prop_oneof![
                Just(Pointing::Touch), Just(Pointing::SingleTouch), Just(Pointing::Pad),
                Just(Pointing::Absolute), Just(Pointing::Relative),
            ],
            events in prop::collection::vec(any_event(), 0..200),
            slot in -2..20_i32,
        ) {
            let mut t = translator(pointing);
            let mut out = feed(&mut t, &Standing { down: Some(BTreeSet::new()), slot }, &events);
            let mut rest = Vec::new();
            t.release_all(0, &mut rest);
            out.extend(rest.into_iter().map(|event| event.kind));
            let mut contacts = BTreeSet::new();
            let mut keys = BTreeSet::new();
            let mut buttons = Vec::new();
            for kind in out {
                match kind {
                    EventKind::TouchDown(id, _) => prop_assert!(contacts.insert(id)),
                    EventKind::TouchMove(id, _) => prop_assert!(contacts.contains(&id)),
                    EventKind::TouchUp(id) | EventKind::TouchCancel(id) => prop_assert!(contacts.remove(&id)),
                    EventKind::Key(code, Press::Down) => prop_assert!(keys.insert(code)),
                    EventKind::Key(code, Press::Up) => prop_assert!(keys.remove(&code)),
                    EventKind::Button(button, Press::Down) => buttons.push(button),
                    EventKind::Button(button, Press::Up) => prop_assert_eq!(buttons.pop(), Some(button)),
                    EventKind::MoveBy { .. } | EventKind::MoveTo(_) | EventKind::Wheel { .. } => {}
                }
            }
            prop_assert!(contacts.is_empty() && keys.is_empty() && buttons.is_empty());
        }
    }
}
