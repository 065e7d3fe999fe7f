//! Input sources: evdev devices and scripts; keymaps, repeat, gestures.
//!
//! A [`Source`] turns what a device reports into [`Event`]s with the kernel's monotonic timestamps. A
//! [`Keyboard`] turns key codes into text by layout; [`Gestures`] turns contacts into taps, swipes and long
//! presses. The last two are pure: time is an argument. Nothing here knows windows.

#![forbid(unsafe_code)]

mod evdev_device;
mod event;
mod gestures;
mod keyboard;
mod source;

pub use evdev_device::{Evdev, InputError};
pub use event::{Button, ContactId, Event, EventKind, Position, Press};
pub use gestures::{Gesture, Gestures};
pub use keyboard::{Held, Keyboard, Keymap, Stroke, Text};
pub use source::{Script, Source};
