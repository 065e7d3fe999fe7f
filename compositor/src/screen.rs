//! One output and what is on its way to it.

use control_protocol::{AppId, OutputId};
use output::{HardwareCursor, Output};
use paint::{Output as Space, Region};
use scene::History;

use crate::window::Pending;

/// A screen that works.
#[derive(Debug)]
pub(crate) struct Screen {
    pub(crate) id: OutputId,
    pub(crate) output: Output,
    pub(crate) history: History,
    /// What to repaint at the next frame.
    pub(crate) damage: Region<Space>,
    /// Commits in the frame that waits for its flip.
    pub(crate) in_flight: Vec<(AppId, Option<Pending>)>,
    /// `None` until the pointer is seen first: setting it up takes time that the first picture needs.
    pub(crate) cursor: Option<HardwareCursor>,
    /// Where the screen's own pointer is.
    pub(crate) cursor_at: Option<(i32, i32)>,
    pub(crate) health: Health,
}

/// Whether frames reach the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Health {
    Works,
    /// Nothing is presented until its connectors change.
    Unplugged,
}

impl Screen {
    pub(crate) fn new(id: OutputId, output: Output) -> Self {
        let damage = [output.size().rect()].into_iter().collect();
        Self {
            id,
            output,
            history: History::new(),
            damage,
            in_flight: Vec::new(),
            cursor: None,
            cursor_at: None,
            health: Health::Works,
        }
    }

    /// The output was set up anew.
    pub(crate) fn reset(&mut self) {
        self.history.clear();
        self.in_flight.clear();
        (self.cursor, self.cursor_at) = (None, None);
        self.damage = [self.output.size().rect()].into_iter().collect();
        self.health = Health::Works;
    }
}
