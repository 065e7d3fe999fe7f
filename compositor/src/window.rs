//! One window: its app-host's socket, its shared memory, its frames.

use std::os::fd::OwnedFd;

use control_protocol::Place;
use control_protocol::compositor::{Arranged, LastFrame, WindowSpec};
use paint::{Region, Size, Surface};
use scene::Coverage;
use surface_protocol::{Commit, Layout, MESSAGE_BYTES, Opacity, SlotId, ToApp, ToCompositor};
use sys::{Nanos, ReadMapping, Received, SendOutcome, Seqpacket};

use crate::outbox::{Loss, Outbox};
use crate::paint::blit::Pixels;
use crate::stats::Counters;

/// A window of an app.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) spec: WindowSpec,
    socket: Option<Seqpacket>,
    outbox: Outbox,
    /// What is shown, and what commits are about until one names `next`.
    buffer: Buffer,
    next: Option<Buffer>,
    frame: Option<Frame>,
    /// Slots replaced by a newer frame, released when that one was shown.
    replaced: Vec<(u32, SlotId)>,
    pending: Option<Pending>,
    /// When the last frame that changed nothing counted as shown, and when the one that waits does.
    unchanged: (Nanos, Option<Nanos>),
    /// What its app-host said within a second: since when, and how much.
    said: (Nanos, u32),
    pub(crate) counters: Counters,
    pub(crate) told: Told,
    /// The size of a canvas that the supervisor was asked for last.
    pub(crate) asked: Option<Size<Surface>>,
    /// What the last start of the app has shown.
    pub(crate) start: Start,
}

/// Shared memory cut into slots.
#[derive(Debug)]
struct Buffer {
    generation: u32,
    mapping: ReadMapping,
    layout: Layout,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    slot: SlotId,
    alpha: u8,
    opaque: bool,
}

impl Frame {
    fn coverage(self) -> Coverage {
        if self.opaque && self.alpha == 255 { Coverage::Opaque } else { Coverage::Translucent }
    }
}

/// A commit that is not on a screen yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pending {
    serial: u32,
    committed_ns: Nanos,
    input_ns: Nanos,
    received: Nanos,
}

/// What the app-host was told last; each is said when it changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Told {
    pub(crate) visible: Option<bool>,
    pub(crate) focused: Option<bool>,
    pub(crate) responsive: Responsive,
    pub(crate) place: Option<Place>,
    pub(crate) arranged: Option<Arranged>,
    /// Whether the socket is watched for room.
    pub(crate) waits: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Responsive {
    #[default]
    Yes,
    No,
}

/// How far an app has come since it was started.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Start {
    /// No frame yet.
    Silent,
    /// Its first frame is not on a screen yet.
    Committed,
    /// It was shown.
    Shown,
}

/// Why a window cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WindowError {
    #[error("a canvas of {0}x{1} pixels is none")]
    Size(u32, u32),
    #[error("its memory cannot be used")]
    Memory(#[source] std::io::Error),
    #[error("its socket cannot be used")]
    Socket(#[source] std::io::Error),
    #[error("memory and socket did not come with it")]
    Descriptors,
}

/// What a readable socket brought.
#[derive(Debug)]
pub(crate) enum Incoming {
    Commit(Commit),
    /// A commit for memory that the supervisor has not announced to us yet.
    UnknownGeneration(Commit),
    Nothing,
    Gone,
    Wrong(String),
}

/// What a commit changed for the scene.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) coverage: Coverage,
    pub(crate) damage: Region<Surface>,
    /// The canvas has this size from now on.
    pub(crate) resized: Option<Size<Surface>>,
    /// It is the first since the app's start.
    pub(crate) first: bool,
}

impl Buffer {
    fn new(generation: u32, size: (u32, u32), memory: OwnedFd) -> Result<Self, WindowError> {
        let size = Size::new(size.0, size.1).ok_or(WindowError::Size(size.0, size.1))?;
        let layout = Layout::new(size);
        let mapping = ReadMapping::new(memory, layout.pixels()).map_err(WindowError::Memory)?;
        Ok(Self { generation, mapping, layout })
    }
}

impl Window {
    /// A window without a picture.
    pub(crate) fn new(spec: WindowSpec, fds: Vec<OwnedFd>) -> Result<Self, WindowError> {
        let (buffer, socket) = parts(&spec, fds)?;
        Ok(Self {
            spec,
            socket: Some(socket),
            outbox: Outbox::default(),
            buffer,
            next: None,
            frame: None,
            replaced: Vec::new(),
            pending: None,
            unchanged: (0, None),
            said: (0, 0),
            counters: Counters::default(),
            told: Told::default(),
            asked: None,
            start: Start::Silent,
        })
    }

    /// The app was started again: new memory and a new socket; the picture stays until the first commit.
    pub(crate) fn restart(&mut self, spec: WindowSpec, fds: Vec<OwnedFd>) -> Result<(), WindowError> {
        let (buffer, socket) = parts(&spec, fds)?;
        (self.spec, self.next, self.socket) = (spec, Some(buffer), Some(socket));
        self.outbox.clear();
        self.replaced.clear();
        let Told { place, arranged, .. } = self.told;
        self.told = Told { place, arranged, ..Told::default() };
        (self.pending, self.start) = (None, Start::Silent);
        Ok(())
    }

    /// New memory for a canvas of another size.
    pub(crate) fn set_buffer(
        &mut self,
        generation: u32,
        size: (u32, u32),
        memory: OwnedFd,
    ) -> Result<(), WindowError> {
        self.next = Some(Buffer::new(generation, size, memory)?);
        Ok(())
    }

    pub(crate) fn socket(&self) -> Option<&Seqpacket> {
        self.socket.as_ref()
    }

    /// Nothing comes from this socket any more.
    pub(crate) fn close(&mut self) -> Option<Seqpacket> {
        self.outbox.clear();
        self.socket.take()
    }

    /// What it shows.
    pub(crate) fn last_frame(&self) -> Option<LastFrame> {
        let Frame { slot, alpha, opaque } = self.frame?;
        let slot = u8::try_from(slot.index()).ok()?;
        Some(LastFrame { generation: self.buffer.generation, slot, alpha, opaque })
    }

    /// Shows a frame of an app that is no more; `None` if there is none such.
    pub(crate) fn show_last(&mut self, last: LastFrame) -> Option<Coverage> {
        let slot = SlotId::new(last.slot).filter(|_| last.generation == self.buffer.generation)?;
        let frame = Frame { slot, alpha: last.alpha, opaque: last.opaque };
        self.frame = Some(frame);
        Some(frame.coverage())
    }

    /// Where the shown frame's pixels are.
    pub(crate) fn pixels(&self) -> Option<Pixels<'_>> {
        let frame = self.frame?;
        Some(Pixels {
            mapping: &self.buffer.mapping,
            layout: self.buffer.layout,
            slot: frame.slot,
            alpha: frame.alpha,
        })
    }

    pub(crate) fn canvas(&self) -> Size<Surface> {
        self.buffer.layout.size()
    }

    /// The next message of the app-host.
    pub(crate) fn receive(&mut self) -> Incoming {
        let Some(socket) = &self.socket else { return Incoming::Nothing };
        let mut bytes = [0; MESSAGE_BYTES];
        let len = match socket.receive(&mut bytes) {
            Ok(Received::Datagram(len, _)) => len,
            Ok(Received::Nothing) => return Incoming::Nothing,
            Ok(Received::Gone) => return Incoming::Gone,
            Err(why) => return Incoming::Wrong(why.to_string()),
        };
        // Damage is clipped to the canvas the commit is about; the larger bound is clipped again later.
        let next = self.next.as_ref().map_or(self.canvas(), |b| b.layout.size());
        let bound = Size::clamped(next.w().max(self.canvas().w()), next.h().max(self.canvas().h()));
        match ToCompositor::decode(bytes.get(..len).unwrap_or(&[]), bound) {
            Ok(ToCompositor::Commit(commit)) if self.knows(commit.generation) => Incoming::Commit(commit),
            Ok(ToCompositor::Commit(commit)) => Incoming::UnknownGeneration(commit),
            Err(why) => Incoming::Wrong(why.to_string()),
        }
    }

    /// Counts a message. The answer is whether there were more than `most` within a second.
    pub(crate) fn says_more_than(&mut self, most: u32, now: Nanos) -> bool {
        if now.saturating_sub(self.said.0) >= 1_000_000_000 {
            self.said = (now, 0);
        }
        self.said.1 += 1;
        self.said.1 > most
    }

    /// Whether a commit for this memory can be judged: it is ours, or older than ours.
    pub(crate) fn knows(&self, generation: u32) -> bool {
        let newest = self.next.as_ref().map_or(self.buffer.generation, |b| b.generation);
        generation <= newest
    }

    /// Takes a frame. `Ok(None)` for one that came too late for its memory.
    ///
    /// # Errors
    /// What is wrong with it: the app-host broke the rules.
    pub(crate) fn accept(&mut self, commit: Commit, now: Nanos) -> Result<Option<Accepted>, String> {
        let mut resized = None;
        if self.next.as_ref().is_some_and(|n| n.generation == commit.generation) {
            if let Some(next) = self.next.take() {
                resized = (next.layout != self.buffer.layout).then_some(next.layout.size());
                self.buffer = next;
                (self.frame, self.pending) = (None, None);
                self.replaced.clear();
            }
        } else if commit.generation != self.buffer.generation || self.next.is_some() && self.is_silent() {
            self.outbox.push(ToApp::Release { generation: commit.generation, slot: commit.slot });
            return Ok(None);
        }
        let held = self.frame.is_some_and(|f| f.slot == commit.slot)
            || self.replaced.contains(&(commit.generation, commit.slot));
        if held {
            return Err(format!("committed slot {} that was not released", commit.slot.index()));
        }
        self.counters.committed += 1;
        let opaque = commit.opacity == Opacity::Opaque;
        let frame = Frame { slot: commit.slot, alpha: commit.alpha, opaque };
        if let Some(old) = self.frame.replace(frame) {
            self.replaced.push((commit.generation, old.slot));
        }
        let before = self.pending.replace(Pending {
            serial: commit.serial,
            committed_ns: commit.committed_ns,
            input_ns: commit.input_ns,
            received: now,
        });
        if let Some(before) = before {
            self.counters.dropped += 1;
            // The oldest input that no shown frame has answered yet.
            if let Some(pending) = self.pending.as_mut().filter(|_| before.input_ns != 0) {
                let oldest = if pending.input_ns == 0 { u64::MAX } else { pending.input_ns };
                pending.input_ns = before.input_ns.min(oldest);
            }
        }
        let first = self.is_silent();
        if first {
            self.start = Start::Committed;
            // A canvas of the app's last start was asked for.
            self.asked = None;
        }
        let coverage = frame.coverage();
        let whole = first || resized.is_some();
        let bounds = self.canvas().rect();
        let damage = if whole { [bounds].into_iter().collect() } else { commit.damage.clipped(bounds) };
        Ok(Some(Accepted { coverage, damage, resized, first }))
    }

    fn is_silent(&self) -> bool {
        self.start == Start::Silent
    }

    /// When the commit that waits for a screen came.
    pub(crate) fn waiting_since(&self) -> Option<Nanos> {
        self.pending.map(|p| p.received)
    }

    /// The frame that waits changes nothing: it counts as shown at once, or when `spacing` has passed since the last
    /// such. One that flushes without end has the pace of the others that way.
    pub(crate) fn waits_unchanged(&mut self, spacing: Nanos, now: Nanos) {
        self.unchanged.1 = Some(now.max(self.unchanged.0.saturating_add(spacing)));
    }

    /// When [`Window::shown_unchanged`] has something to do.
    pub(crate) fn unchanged_at(&self) -> Option<Nanos> {
        self.unchanged.1
    }

    /// What waits and changes nothing is shown, if it is time. The answer is that of [`Window::shown`].
    pub(crate) fn shown_unchanged(&mut self, now: Nanos) -> bool {
        if self.unchanged.1.is_none_or(|at| now < at) {
            return false;
        }
        self.unchanged.0 = now;
        self.composed().is_some_and(|frame| self.shown(frame, now))
    }

    /// The window's newest frame was composed: older slots are free, and the commit goes to the screen.
    pub(crate) fn composed(&mut self) -> Option<Pending> {
        self.unchanged.1 = None;
        for (generation, slot) in std::mem::take(&mut self.replaced) {
            self.outbox.push(ToApp::Release { generation, slot });
        }
        self.pending.take()
    }

    /// A frame is on the screen. The answer is whether it is the first of the app's start.
    pub(crate) fn shown(&mut self, frame: Pending, at: Nanos) -> bool {
        self.counters.presented += 1;
        self.counters.commit_to_present.add(at.saturating_sub(frame.committed_ns.min(frame.received)));
        if frame.input_ns != 0 {
            self.counters.input_to_present.add(at.saturating_sub(frame.input_ns));
        }
        self.outbox.push(ToApp::Shown { serial: frame.serial, shown_ns: at });
        self.seen()
    }

    /// The newest frame is one that was let go because nobody could see it, and none was seen before.
    pub(crate) fn awaits_eyes(&self) -> bool {
        self.start == Start::Committed && self.pending.is_none()
    }

    /// What the window has is on the screen. The answer is whether that is so for the first time since the app's start.
    pub(crate) fn seen(&mut self) -> bool {
        let first = self.start == Start::Committed;
        if first {
            self.start = Start::Shown;
        }
        first
    }

    /// A frame that nobody can see: done with, without counting as presented.
    pub(crate) fn skip(&mut self, now: Nanos) {
        if let Some(frame) = self.composed() {
            self.outbox.push(ToApp::Shown { serial: frame.serial, shown_ns: now });
        }
    }

    pub(crate) fn send(&mut self, message: ToApp) {
        if self.outbox.is_full() {
            // A text that is typed at once is longer than the queue: what the socket takes need not wait.
            self.flush();
        }
        if self.socket.is_some() {
            self.outbox.push(message);
        }
    }

    pub(crate) fn loss(&self) -> Loss {
        self.outbox.loss()
    }

    /// Sends what waits; the answer is whether the socket takes no more for now.
    pub(crate) fn flush(&mut self) -> Flushed {
        let Some(socket) = &self.socket else { return Flushed::Empty };
        while let Some(message) = self.outbox.front() {
            match socket.send(&message.encode(), &[]) {
                Ok(SendOutcome::Sent) => self.outbox.pop(),
                Ok(SendOutcome::Full) => return Flushed::Waiting,
                // The end is seen when the socket is read.
                Ok(SendOutcome::Gone) | Err(_) => {
                    self.outbox.clear();
                    return Flushed::Empty;
                }
            }
        }
        Flushed::Empty
    }
}

/// What is left after sending.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flushed {
    Empty,
    Waiting,
}

fn parts(spec: &WindowSpec, fds: Vec<OwnedFd>) -> Result<(Buffer, Seqpacket), WindowError> {
    let [memory, socket] = <[OwnedFd; 2]>::try_from(fds).map_err(|_| WindowError::Descriptors)?;
    let buffer = Buffer::new(spec.generation, (spec.size.w, spec.size.h), memory)?;
    let socket = Seqpacket::from_fd(socket).map_err(WindowError::Socket)?;
    Ok((buffer, socket))
}
