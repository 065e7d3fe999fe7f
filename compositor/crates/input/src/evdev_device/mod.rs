//! A device of the kernel's event interface.

mod translator;

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use evdev::{
    AbsoluteAxisCode as Abs, InputEvent, KeyCode, PropType, RelativeAxisCode as Rel, raw_stream::RawDevice,
};

use crate::Event;
use translator::{Axis, Layout, Next, Pointing, Standing, Translator};

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

/// An input device.
#[derive(Debug)]
pub struct Evdev {
    device: RawDevice,
    name: String,
    pointing: Pointing,
    translator: Translator,
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
        let has_letters = device.supported_keys().is_some_and(|k| k.contains(KeyCode::KEY_A));
        let layout = Layout { pointing, has_letters, x: axis(&device, ax), y: axis(&device, ay) };
        Ok(Self { device, name, pointing, translator: Translator::new(layout) })
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
                self.translator.release_all(sys::monotonic_ns(), out);
                return Err(InputError::Gone(e));
            }
        };
        for event in events {
            if let Next::Ask(time) = self.translator.on_event(event, out) {
                self.translator.resynchronise(time, &standing(&self.device), out);
            }
        }
        Ok(())
    }
}

impl AsFd for Evdev {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.device.as_fd()
    }
}

fn standing(device: &RawDevice) -> Standing {
    let keys = device.get_key_state().ok();
    Standing {
        down: keys.map(|keys| keys.iter().map(KeyCode::code).collect()),
        slot: axis(device, Abs::ABS_MT_SLOT).value,
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
