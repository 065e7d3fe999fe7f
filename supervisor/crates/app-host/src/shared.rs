//! What the guest's thread and the pump's thread share: two queues and their wake-ups.

use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use control_protocol::host::SurfaceSpec;
use sys::{Nanos, Seqpacket};
use tokio::sync::Notify;

use crate::broker::Broker;
use crate::files::Answers;
use crate::inbox::Inbox;
use crate::link::Link;

/// The shared state. Locks are held for moments and never two at once.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The supervisor.
    pub broker: Broker,
    /// What the guest will read.
    inbox: Mutex<Inbox>,
    /// The guest may find something to read.
    pub wake: Notify,
    /// The compositor, for an app with a window.
    pub link: Option<Link>,
    /// Files as the supervisor opens them.
    pub files: Answers,
    /// When an animation goes on.
    pub steps: Steps,
    /// New memory for the surface, until the guest next writes.
    buffer: Mutex<Option<(SurfaceSpec, OwnedFd)>>,
    buffer_waits: AtomicBool,
    /// Kernel time of the oldest input the guest has read since the last commit, 0 for none.
    input_ns: AtomicU64,
    /// When the app was started.
    pub started_ns: Nanos,
}

/// When an animation goes on, and a bell for the pump, which waits for it.
#[derive(Debug)]
pub(crate) struct Steps {
    /// By the link's clock; [`u64::MAX`]: no animation.
    next: AtomicU64,
    bell: OnceLock<Seqpacket>,
}

impl Default for Steps {
    fn default() -> Self {
        Self { next: AtomicU64::new(u64::MAX), bell: OnceLock::new() }
    }
}

impl Steps {
    /// What rings when a step comes earlier than was said before. The first one counts.
    pub(crate) fn hang(&self, bell: Seqpacket) {
        // There is one pump in a process.
        let _ = self.bell.set(bell);
    }

    /// Says when the next step is due.
    pub(crate) fn set(&self, next: Option<Nanos>) {
        let next = next.unwrap_or(u64::MAX);
        if next < self.next.swap(next, Ordering::AcqRel)
            && let Some(bell) = self.bell.get()
        {
            // A full one rings already.
            let _ = bell.send(&[1], &[]);
        }
    }

    /// The pump says it to itself.
    pub(crate) fn put(&self, next: Option<Nanos>) {
        self.next.store(next.unwrap_or(u64::MAX), Ordering::Release);
    }

    /// When the next step is due.
    pub(crate) fn next(&self) -> Option<Nanos> {
        Some(self.next.load(Ordering::Acquire)).filter(|next| *next != u64::MAX)
    }
}

impl Shared {
    /// With empty queues.
    pub(crate) fn new(broker: Broker, inbox: Inbox, link: Option<Link>, started_ns: Nanos) -> Self {
        Self {
            broker,
            inbox: Mutex::new(inbox),
            wake: Notify::new(),
            link,
            files: Answers::default(),
            steps: Steps::default(),
            buffer: Mutex::new(None),
            buffer_waits: AtomicBool::new(false),
            input_ns: AtomicU64::new(0),
            started_ns,
        }
    }

    /// The guest's queue.
    pub(crate) fn inbox(&self) -> MutexGuard<'_, Inbox> {
        // No code panics while it holds the lock; if it did, the queue is still a valid one.
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps new memory for the surface; one that was not used yet is dropped.
    pub(crate) fn put_buffer(&self, spec: SurfaceSpec, memory: OwnedFd) {
        *self.buffer.lock().unwrap_or_else(PoisonError::into_inner) = Some((spec, memory));
        self.buffer_waits.store(true, Ordering::Release);
    }

    /// New memory for the surface, if any came.
    #[inline]
    pub(crate) fn take_buffer(&self) -> Option<(SurfaceSpec, OwnedFd)> {
        if !self.buffer_waits.load(Ordering::Acquire) {
            return None;
        }
        self.buffer_waits.store(false, Ordering::Release);
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The guest read input of this kernel time.
    pub(crate) fn note_input(&self, input_ns: Nanos) {
        if input_ns != 0 {
            // The first one since the last commit is the oldest.
            let _ = self.input_ns.compare_exchange(0, input_ns, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    /// What the guest read since the last commit changed nothing on the screen: a later frame is no answer to it.
    pub(crate) fn forget_input(&self) {
        self.input_ns.store(0, Ordering::Relaxed);
    }

    /// The oldest input since the last commit, 0 for none.
    pub(crate) fn take_input(&self) -> Nanos {
        self.input_ns.swap(0, Ordering::Relaxed)
    }
}
