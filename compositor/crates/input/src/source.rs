//! Where events come from.

use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd};

use crate::{Evdev, Event, InputError};

/// Where events come from.
#[derive(Debug)]
pub enum Source {
    /// A device of the kernel.
    Evdev(Box<Evdev>),
    /// Events made up by a test or a simulator.
    Script(Script),
}

/// Events waiting to be taken.
#[derive(Debug, Default)]
pub struct Script {
    events: VecDeque<Event>,
}

/// Events a script may have waiting; a caller takes them after each push, so more is a mistake and is dropped.
const MOST: usize = 4096;

impl Script {
    /// Adds an event; dropped if far too many wait already.
    pub fn push(&mut self, event: Event) {
        if self.events.len() < MOST {
            self.events.push_back(event);
        }
    }
}

impl Source {
    /// The descriptor that is readable when there are events; scripts have none.
    #[must_use]
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::Evdev(device) => Some(device.as_fd()),
            Self::Script(_) => None,
        }
    }

    /// Appends what happened since the last call.
    ///
    /// # Errors
    /// [`InputError::Gone`] when the device was unplugged: what it held down was released in `out`.
    pub fn take(&mut self, out: &mut Vec<Event>) -> Result<(), InputError> {
        match self {
            Self::Evdev(device) => device.take(out),
            Self::Script(script) => {
                out.extend(script.events.drain(..));
                Ok(())
            }
        }
    }
}
