//! What changed in the last frames of one output.

use std::collections::VecDeque;

use paint::{Output, Rect, Region};

/// Frames remembered: outputs have at most three buffers, so none is older than this.
const FRAMES: usize = 4;

/// Damage of an output's last frames, to bring a buffer of any age up to date.
#[derive(Debug, Default)]
pub struct History {
    /// Newest first.
    frames: VecDeque<Region<Output>>,
}

impl History {
    /// Nothing presented yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What to repaint in a buffer that was presented `age` frames ago, for a frame that changes `damage`:
    /// `damage` alone for age 1. Age 0 means that the buffer's content is unknown.
    #[must_use]
    pub fn repaint(&self, damage: &Region<Output>, age: u8, bounds: Rect<Output>) -> Region<Output> {
        let missed = usize::from(age).wrapping_sub(1);
        if missed > self.frames.len() {
            return [bounds].into_iter().collect();
        }
        let mut all = damage.clipped(bounds);
        for frame in self.frames.iter().take(missed) {
            all.add_region(&frame.clipped(bounds));
        }
        all
    }

    /// Remembers a frame that was presented.
    pub fn push(&mut self, damage: Region<Output>) {
        self.frames.truncate(FRAMES - 1);
        self.frames.push_front(damage);
    }

    /// Forgets everything: the output was set up anew.
    pub fn clear(&mut self) {
        self.frames.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repaint_older_buffer_gets_the_frames_it_missed() {
        let bounds = Rect::new(0, 0, 100, 100);
        let region = |x| -> Region<Output> { [Rect::new(x, 0, 5, 5)].into_iter().collect() };
        let mut h = History::new();
        assert_eq!(h.repaint(&region(0), 1, bounds), region(0));
        assert_eq!(h.repaint(&region(0), 2, bounds).bounds(), bounds);
        assert_eq!(h.repaint(&region(0), 0, bounds).bounds(), bounds);
        h.push(region(20));
        h.push(region(40));
        assert_eq!(h.repaint(&region(0), 2, bounds).bounds(), Rect::new(0, 0, 45, 5));
        assert_eq!(h.repaint(&region(0), 3, bounds).rects().len(), 3);
        assert_eq!(h.repaint(&region(0), 4, bounds).bounds(), bounds);
    }
}
