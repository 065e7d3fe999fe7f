//! One conversation: a socket and what could not be sent yet.

use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;

use sys::{Interest, Nanos, Poller, SendOutcome, Seqpacket};

use crate::supervisor::Source;

/// Bytes that may wait for a peer that does not read. A datagram has at most 160 KiB; a compositor that starts
/// is sent all windows at once, less than 100 KiB together.
const MAX_WAITING: usize = 1 << 20;

/// Datagrams that may wait.
const MAX_DATAGRAMS: usize = 1024;

/// Datagrams that wait for a peer that is behind: far from all that may.
const BEHIND: usize = 128;

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
    /// Not read until then.
    paused_until: Option<Nanos>,
}

impl Link {
    pub(crate) fn new(socket: Seqpacket) -> Self {
        Self { socket, waiting: VecDeque::new(), bytes: 0, watched: Interest::Read, paused_until: None }
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

    /// Whether so much waits that no more should be made than must be.
    pub(crate) fn is_behind(&self) -> bool {
        self.waiting.len() >= BEHIND
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

    /// Leaves what the peer says in its socket until then: it is the peer that waits.
    pub(crate) fn pause(&mut self, until: Nanos) {
        self.paused_until = Some(until);
    }

    /// When what the peer says is read again, if it is not.
    pub(crate) fn paused_until(&self) -> Option<Nanos> {
        self.paused_until
    }

    /// Reads again what the peer says, when it is time.
    pub(crate) fn resume(&mut self, now: Nanos) {
        self.paused_until = self.paused_until.filter(|until| now < *until);
    }

    /// Watches for something to read unless it is paused, and for room to write while something waits.
    pub(crate) fn watch(&mut self, poller: &Poller<Source>, source: Source) {
        let wanted = match (self.paused_until, self.waiting.is_empty()) {
            (None, true) => Interest::Read,
            (None, false) => Interest::ReadWrite,
            (Some(_), true) => Interest::Nothing,
            (Some(_), false) => Interest::Write,
        };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pause_leaves_what_is_said_in_the_socket_until_it_is_over() {
        let poller = Poller::new().unwrap();
        let (ours, theirs) = Seqpacket::pair().unwrap();
        poller.add(&ours, Source::Driver).unwrap();
        let mut link = Link::new(ours);
        let mut events = Vec::new();
        let mut seen = |link: &mut Link| {
            link.watch(&poller, Source::Driver);
            poller.wait(&mut events, Some(0)).unwrap();
            events.first().map(|event| (event.readable, event.writable, event.closed))
        };
        theirs.send(b"x", &[]).unwrap();
        assert_eq!(seen(&mut link), Some((true, false, false)));
        link.pause(5);
        assert_eq!(seen(&mut link), None);
        // Until ours is full: there is something that waits for room, and what theirs said still waits.
        while link.waiting.is_empty() {
            assert_eq!(link.push(vec![0; 1000], Vec::new()), Pushed::Taken);
        }
        assert_eq!(seen(&mut link), None);
        let mut buffer = vec![0; 1000];
        while matches!(theirs.receive(&mut buffer), Ok(sys::Received::Datagram(..))) {}
        assert_eq!(seen(&mut link), Some((false, true, false)));
        assert_eq!(link.flush(), Pushed::Taken);
        link.resume(4);
        assert_eq!((seen(&mut link), link.paused_until()), (None, Some(5)));
        link.resume(5);
        assert_eq!((seen(&mut link), link.paused_until()), (Some((true, false, false)), None));
        link.pause(9);
        drop(theirs);
        assert!(seen(&mut link).is_some_and(|(.., closed)| closed), "that it is gone is seen at once");
    }
}
