//! The way to the compositor: who owns which slot of the surface, and when a flush must wait.
//!
//! The guest's thread acquires slots and commits; the pump's thread hears of releases and of new
//! compositors. While there is no compositor every slot but the last committed one is free, and the last commit
//! is repeated to the next compositor, so the app notices nothing.
//!
//! ```text
//!   Ours ──commit──▶ Theirs ──Release──▶ Ours      (all Theirs become Ours when the compositor goes)
//! ```

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use paint::{Region, Size, Surface};
use surface_protocol::{Commit, Opacity, SLOTS, SlotId, ToCompositor};
use sys::{Nanos, Seqpacket, monotonic_ns};

/// Frames that may wait to be shown before a flush blocks (contract, 2).
const MAX_WAITING: u32 = 2;

/// How long a flush waits for one of two waiting frames to be shown when a slot is free anyway. A compositor that
/// shows frames does so within two ticks; one that found nothing to show must not stop the app.
const SHOW_PATIENCE: Duration = Duration::from_millis(250);

/// The link.
#[derive(Debug)]
pub(crate) struct Link {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    socket: Option<Arc<Seqpacket>>,
    size: Size<Surface>,
    generation: u32,
    ours: [bool; SLOTS as usize],
    /// Serial of the last commit.
    serial: u32,
    /// Serial of the last commit that was shown.
    shown: u32,
    visible: bool,
    /// When nobody saw the window last, if nobody does now, and for how long in all before.
    hidden: (Option<Nanos>, Nanos),
    /// The app's own flushes that were not shown, oldest first; the rest are steps of animations.
    flushes: VecDeque<u32>,
    last: Option<Commit>,
}

/// Flushes remembered: more than wait to be shown.
const MAX_FLUSHES: usize = 8;

/// Why a frame was painted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cause {
    /// The app flushed.
    Flush,
    /// An animation went on.
    Step,
}

/// A frame that was painted into a slot.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Where it is.
    pub slot: SlotId,
    /// Opacity of the window.
    pub alpha: u8,
    /// Whether every pixel is opaque.
    pub opacity: Opacity,
    /// Time of the oldest input event it answers, 0 for none.
    pub input_ns: Nanos,
    /// What changed.
    pub damage: Region<Surface>,
    /// Why it was painted.
    pub cause: Cause,
}

impl Link {
    /// A link for a surface of this size.
    pub(crate) fn new(size: Size<Surface>, generation: u32) -> Self {
        let state = State {
            socket: None,
            size,
            generation,
            ours: [true; SLOTS as usize],
            serial: 0,
            shown: 0,
            visible: true,
            hidden: (None, 0),
            flushes: VecDeque::new(),
            last: None,
        };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock; if it did, the state is still a valid one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A compositor is there: it gets the last frame.
    pub(crate) fn attach(&self, socket: Arc<Seqpacket>) {
        let mut state = self.state();
        state.socket = Some(socket);
        state.ours = [true; SLOTS as usize];
        state.set_visible(true);
        state.shown = state.serial;
        if let Some(mut last) = state.last.take() {
            state.serial = state.serial.wrapping_add(1);
            last.serial = state.serial;
            last.damage = [state.size.rect()].into_iter().collect();
            state.send(last);
        }
        self.changed.notify_all();
    }

    /// The compositor is gone.
    pub(crate) fn detach(&self) {
        self.state().socket = None;
        self.changed.notify_all();
    }

    /// The surface has new memory: nothing is in it yet.
    pub(crate) fn resize(&self, size: Size<Surface>, generation: u32) {
        let mut state = self.state();
        state.size = size;
        state.generation = generation;
        state.ours = [true; SLOTS as usize];
        state.last = None;
    }

    /// The compositor does not need the slot any more.
    pub(crate) fn on_release(&self, generation: u32, slot: SlotId) {
        let mut state = self.state();
        if generation == state.generation {
            state.ours[slot.index()] = true;
            self.changed.notify_all();
        }
    }

    /// A commit, and with it all before it, is on the screen. The answer is whether one of them was a flush.
    pub(crate) fn on_shown(&self, serial: u32) -> bool {
        let mut state = self.state();
        // A serial of before a compositor's restart is in the past; differences wrap.
        if serial.wrapping_sub(state.shown) <= state.serial.wrapping_sub(state.shown) {
            state.shown = serial;
            self.changed.notify_all();
        }
        let before = state.flushes.len();
        let now = state.serial;
        state.flushes.retain(|flush| now.wrapping_sub(*flush) < now.wrapping_sub(serial));
        state.flushes.len() < before
    }

    /// Whether anybody sees the window: frames nobody sees are not waited for.
    pub(crate) fn on_visible(&self, visible: bool) {
        let mut state = self.state();
        if visible && !state.visible {
            state.shown = state.serial;
        }
        state.set_visible(visible);
        self.changed.notify_all();
    }

    /// The time of animations: nanoseconds that somebody could see the window. `None` while nobody can.
    pub(crate) fn seen(&self, now: Nanos) -> Option<Nanos> {
        let state = self.state();
        state.visible.then(|| state.seen(now))
    }

    /// The same, standing still while nobody sees the window.
    pub(crate) fn clock(&self, now: Nanos) -> Nanos {
        self.state().seen(now)
    }

    /// A slot to paint a step of an animation into, if there is one now.
    pub(crate) fn try_acquire(&self) -> Option<SlotId> {
        self.state().free_slot(true)
    }

    /// A slot to paint into. Waits while two frames are waiting to be shown, and while the compositor holds all slots.
    pub(crate) fn acquire(&self) -> SlotId {
        let mut state = self.state();
        let since = monotonic_ns();
        loop {
            let waited = Duration::from_nanos(monotonic_ns().saturating_sub(since));
            let patient = waited < SHOW_PATIENCE;
            if let Some(slot) = state.free_slot(patient) {
                return slot;
            }
            let timeout = if patient { SHOW_PATIENCE - waited } else { SHOW_PATIENCE };
            let result = self.changed.wait_timeout(state, timeout);
            state = result.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Hands a frame to the compositor, or keeps it for the next one.
    pub(crate) fn commit(&self, frame: Frame) {
        let mut state = self.state();
        state.serial = state.serial.wrapping_add(1);
        if frame.cause == Cause::Flush {
            if state.flushes.len() >= MAX_FLUSHES {
                state.flushes.pop_front();
            }
            let serial = state.serial;
            state.flushes.push_back(serial);
        }
        let commit = Commit {
            generation: state.generation,
            serial: state.serial,
            slot: frame.slot,
            alpha: frame.alpha,
            opacity: frame.opacity,
            committed_ns: monotonic_ns(),
            input_ns: frame.input_ns,
            damage: frame.damage,
        };
        state.send(commit);
    }
}

impl State {
    fn set_visible(&mut self, visible: bool) {
        let now = monotonic_ns();
        self.visible = visible;
        match (visible, self.hidden.0) {
            (true, Some(since)) => self.hidden = (None, self.hidden.1 + now.saturating_sub(since)),
            (false, None) => self.hidden.0 = Some(now),
            (true, None) | (false, Some(_)) => {}
        }
    }

    fn seen(&self, now: Nanos) -> Nanos {
        let (since, before) = self.hidden;
        since.unwrap_or(now).saturating_sub(before)
    }

    fn free_slot(&self, patient: bool) -> Option<SlotId> {
        let last = self.last.as_ref().map(|c| c.slot);
        if self.socket.is_none() {
            return SlotId::ALL.into_iter().find(|s| Some(*s) != last);
        }
        let waiting = self.serial.wrapping_sub(self.shown);
        if patient && self.visible && waiting >= MAX_WAITING {
            return None;
        }
        // The last committed slot is what a new compositor would be given: never painted over.
        SlotId::ALL.into_iter().find(|s| self.ours[s.index()] && Some(*s) != last)
    }

    fn send(&mut self, commit: Commit) {
        if let Some(socket) = &self.socket {
            self.ours[commit.slot.index()] = false;
            // Full or broken: the compositor hangs or is gone, and the next one gets this commit again.
            let _ = socket.send(&ToCompositor::Commit(commit.clone()).encode(), &[]);
        }
        self.last = Some(commit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sys::Received;

    fn link() -> (Link, Seqpacket) {
        let (ours, theirs) = Seqpacket::pair().unwrap();
        let link = Link::new(Size::new(8, 8).unwrap(), 1);
        link.attach(Arc::new(ours));
        (link, theirs)
    }

    fn frame(slot: SlotId) -> Frame {
        Frame {
            slot,
            alpha: 255,
            opacity: Opacity::Opaque,
            input_ns: 0,
            damage: Region::new(),
            cause: Cause::Flush,
        }
    }

    fn next(theirs: &Seqpacket) -> Option<Commit> {
        let mut buffer = [0; 512];
        match theirs.receive(&mut buffer).unwrap() {
            Received::Datagram(len, _) => {
                let ToCompositor::Commit(c) =
                    ToCompositor::decode(&buffer[..len], Size::new(8, 8).unwrap()).unwrap();
                Some(c)
            }
            _ => None,
        }
    }

    #[test]
    fn acquire_third_frame_waits_for_the_first_to_be_shown() {
        let (link, theirs) = link();
        for _ in 0..2 {
            link.commit(frame(link.acquire()));
        }
        let first = next(&theirs).unwrap();
        assert!(link.state().free_slot(true).is_none());
        link.on_shown(first.serial);
        let slot = link.acquire();
        assert!(slot != first.slot && Some(slot) != link.state().last.as_ref().map(|c| c.slot));
    }

    #[test]
    fn acquire_hidden_window_needs_a_free_slot_only() {
        let (link, theirs) = link();
        link.on_visible(false);
        for _ in 0..10 {
            let slot = link.acquire();
            link.commit(frame(slot));
            let c = next(&theirs).unwrap();
            if c.serial > 1 {
                // A compositor keeps the last commit and releases what it replaces.
                for old in SlotId::ALL.into_iter().filter(|s| *s != c.slot) {
                    link.on_release(1, old);
                }
            }
        }
    }

    #[test]
    fn attach_new_compositor_gets_the_last_frame_whole() {
        let (link, theirs) = link();
        link.commit(frame(link.acquire()));
        let before = next(&theirs).unwrap();
        link.detach();
        let unseen = link.acquire();
        assert_ne!(unseen, before.slot);
        link.commit(frame(unseen));
        let (ours, theirs) = Seqpacket::pair().unwrap();
        link.attach(Arc::new(ours));
        let again = next(&theirs).unwrap();
        assert_eq!((again.slot, again.damage.bounds()), (unseen, Size::new(8, 8).unwrap().rect()));
        assert!(again.serial > before.serial);
        assert!(next(&theirs).is_none());
    }

    #[test]
    fn on_shown_tells_of_flushes_and_not_of_steps_of_animations() {
        let (link, theirs) = link();
        let mut serials = Vec::new();
        for cause in [Cause::Flush, Cause::Step, Cause::Step] {
            link.commit(Frame { cause, ..frame(SlotId::ALL[0]) });
            serials.push(next(&theirs).unwrap().serial);
        }
        // The flush was never alone on the screen: the step after it shows it.
        assert_eq!((link.on_shown(serials[1]), link.on_shown(serials[2])), (true, false));
        link.commit(frame(SlotId::ALL[1]));
        assert!(link.on_shown(next(&theirs).unwrap().serial));
    }

    #[test]
    fn clock_stands_while_nobody_sees_the_window() {
        let (link, _theirs) = link();
        link.on_visible(false);
        let then = link.clock(monotonic_ns());
        assert_eq!((link.clock(u64::MAX), link.seen(u64::MAX)), (then, None));
        link.on_visible(true);
        assert!(link.clock(monotonic_ns()) >= then && link.seen(monotonic_ns()).is_some());
    }

    #[test]
    fn on_shown_stale_serial_is_ignored() {
        let (link, _theirs) = link();
        link.commit(frame(link.acquire()));
        link.on_shown(7);
        assert_eq!(link.state().shown, 0);
    }
}
