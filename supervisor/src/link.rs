//! One conversation: a socket and what could not be sent yet.

use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;

use sys::{Interest, Poller, SendOutcome, Seqpacket};

use crate::supervisor::Source;

/// Bytes that may wait for a peer that does not read. A datagram has at most 160 KiB; a compositor that starts
/// is sent all windows at once, less than 100 KiB together.
const MAX_WAITING: usize = 1 << 20;

/// Datagrams that may wait.
const MAX_DATAGRAMS: usize = 1024;

/// What became of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pushed {
    /// Sent, or waiting.
    Taken,
    /// The queue is full: the message is lost.
    Overflow,
    /// There is no peer.
    Gone,
}

/// A descriptor that several conversations may hand over.
pub(crate) type SharedFd = Rc<OwnedFd>;

#[derive(Debug)]
pub(crate) struct Link {
    socket: Seqpacket,
    waiting: VecDeque<(Vec<u8>, Vec<SharedFd>)>,
    bytes: usize,
    watched: Interest,
}

impl Link {
    pub(crate) fn new(socket: Seqpacket) -> Self {
        Self { socket, waiting: VecDeque::new(), bytes: 0, watched: Interest::Read }
    }

    pub(crate) fn socket(&self) -> &Seqpacket {
        &self.socket
    }

    /// Sends a message after those that wait.
    pub(crate) fn push(&mut self, message: Vec<u8>, fds: Vec<SharedFd>) -> Pushed {
        if self.waiting.len() >= MAX_DATAGRAMS || self.bytes + message.len() > MAX_WAITING {
            return Pushed::Overflow;
        }
        self.bytes += message.len();
        self.waiting.push_back((message, fds));
        self.flush()
    }

    /// Sends what waits, as far as the peer reads.
    pub(crate) fn flush(&mut self) -> Pushed {
        while let Some((message, fds)) = self.waiting.front() {
            let fds: Vec<_> = fds.iter().map(|fd| fd.as_fd()).collect();
            match self.socket.send(message, &fds) {
                Ok(SendOutcome::Sent) => {
                    self.bytes -= message.len();
                    self.waiting.pop_front();
                }
                Ok(SendOutcome::Full) => return Pushed::Taken,
                Ok(SendOutcome::Gone) | Err(_) => return Pushed::Gone,
            }
        }
        Pushed::Taken
    }

    /// Watches for room to write while something waits, and not longer.
    pub(crate) fn watch(&mut self, poller: &Poller<Source>, source: Source) {
        let wanted = if self.waiting.is_empty() { Interest::Read } else { Interest::ReadWrite };
        if wanted != self.watched && poller.set_interest(&self.socket, source, wanted).is_ok() {
            self.watched = wanted;
        }
    }
}

impl AsFd for Link {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
