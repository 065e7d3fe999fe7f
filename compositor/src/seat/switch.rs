//! Alt+Tab: the switcher while Alt is held.

use paint::{Output, Point};
use scene::{Direction, Switcher, WindowId};

use crate::state::State;

impl State {
    /// Opens the switcher, or goes on in it.
    pub(super) fn switch(&mut self, direction: Direction) {
        match &mut self.switcher {
            Some(switcher) => switcher.step(direction),
            None if self.shell.covers() => {}
            None => self.switcher = Switcher::open(&self.scene, direction),
        }
        self.damage_switcher();
    }

    /// Shows the chosen window.
    pub(super) fn end_switch(&mut self) {
        self.damage_switcher();
        if let Some(id) = self.switcher.take().and_then(|s| s.chosen()) {
            self.scene.raise(id);
        }
    }

    pub(crate) fn cancel_switch(&mut self) {
        self.damage_switcher();
        self.switcher = None;
    }

    /// A press while the switcher is open: on a window it is chosen, elsewhere nothing is.
    pub(super) fn press_in_switcher(&mut self, at: Point<Output>) {
        let size = self.scene.size();
        match self.switcher.as_ref().and_then(|s| s.at(size, at)) {
            Some(id) => {
                if let Some(switcher) = &mut self.switcher {
                    switcher.choose(id);
                }
                self.end_switch();
            }
            None => self.cancel_switch(),
        }
    }

    /// The window is gone.
    pub(crate) fn forget_in_switcher(&mut self, id: WindowId) {
        self.damage_switcher();
        self.switcher = self.switcher.take().and_then(|s| s.without(id));
        self.damage_switcher();
    }

    /// A window's picture changed, which the switcher shows too.
    pub(crate) fn damage_in_switcher(&mut self, id: WindowId) {
        let Some(switcher) = &self.switcher else { return };
        let cell = switcher.cells(self.scene.size()).into_iter().find(|c| c.id == id);
        if let Some(cell) = cell {
            self.scene.add_damage(cell.picture);
        }
    }

    fn damage_switcher(&mut self) {
        if let Some(switcher) = &self.switcher {
            let panel = switcher.panel(self.scene.size());
            self.scene.add_damage(crate::shell::switcher::extents(panel));
        }
    }
}
