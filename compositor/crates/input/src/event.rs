//! What input devices report, whatever they are.

use paint::{Output, Point};
use sys::Nanos;

/// Something a person did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// When: nanoseconds of the monotonic clock, from the kernel where a device says it.
    pub time_ns: Nanos,
    /// What.
    pub kind: EventKind,
}

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventKind {
    /// The pointer moved by so many pixels.
    MoveBy {
        /// To the right.
        dx: i32,
        /// Down.
        dy: i32,
    },
    /// The pointer is there.
    MoveTo(Position),
    /// A mouse button.
    Button(Button, Press),
    /// The wheel turned by so many steps.
    Wheel {
        /// To the right.
        dx: i32,
        /// Down.
        dy: i32,
    },
    /// A contact began.
    TouchDown(ContactId, Position),
    /// A contact moved.
    TouchMove(ContactId, Position),
    /// A contact ended.
    TouchUp(ContactId),
    /// A contact counts for nothing.
    TouchCancel(ContactId),
    /// A key, by Linux key code.
    Key(u16, Press),
}

/// Where on a screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Position {
    /// Of 65536 parts of the device's width and height, as the device lies on the screen's scanout.
    Fraction(u16, u16),
    /// A pixel as people see the screen.
    Pixel(Point<Output>),
}

/// A contact of a device: reused after it ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ContactId(pub u32);

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

/// Down or up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Press {
    /// Pressed.
    Down,
    /// Released.
    Up,
}
