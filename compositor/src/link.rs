//! The control socket to the supervisor, with what it has not taken yet.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use control_protocol::compositor::{FromCompositor, ToCompositor};
use control_protocol::{Level, MAX_MESSAGE};
use sys::{Received, SendOutcome, Seqpacket};

/// Messages kept for a supervisor that does not read. Beyond this, log lines and reports of placement are
/// dropped, because it can do without; a supervisor that is this late with everything else is dead.
const MOST: usize = 512;

/// The conversation with the supervisor.
#[derive(Debug)]
pub(crate) struct Link {
    socket: Seqpacket,
    waiting: VecDeque<(Vec<u8>, Option<OwnedFd>)>,
    buffer: Vec<u8>,
}

/// Why the conversation is over.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinkError {
    /// The supervisor is gone, and with it the reason to run.
    #[error("the supervisor closed the control socket")]
    Gone,
    /// The socket does not work.
    #[error("the control socket does not work")]
    Socket(#[source] io::Error),
    /// The supervisor takes nothing.
    #[error("the supervisor does not take its messages")]
    Stuck,
}

impl Link {
    pub(crate) fn new(socket: Seqpacket) -> Self {
        Self { socket, waiting: VecDeque::new(), buffer: vec![0; MAX_MESSAGE] }
    }

    /// Sends a message, now or when there is room.
    pub(crate) fn send(&mut self, message: &FromCompositor) {
        self.send_with(message, None);
    }

    pub(crate) fn log(&mut self, level: Level, line: String) {
        self.send(&FromCompositor::Log(level, line));
    }

    /// Sends a message with a descriptor.
    pub(crate) fn send_with(&mut self, message: &FromCompositor, fd: Option<OwnedFd>) {
        let droppable = matches!(message, FromCompositor::Log(..) | FromCompositor::Placed { .. });
        if droppable && self.waiting.len() >= MOST {
            return;
        }
        // Our own messages are far below the limit.
        let Ok(bytes) = control_protocol::encode(message) else { return };
        self.waiting.push_back((bytes, fd));
    }

    /// Whether something could not be sent yet.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Sends what waits, as far as there is room.
    pub(crate) fn flush(&mut self) -> Result<(), LinkError> {
        while let Some((bytes, fd)) = self.waiting.front() {
            let fds: Vec<BorrowedFd<'_>> = fd.iter().map(AsFd::as_fd).collect();
            match self.socket.send(bytes, &fds).map_err(LinkError::Socket)? {
                SendOutcome::Sent => {
                    self.waiting.pop_front();
                }
                SendOutcome::Full if self.waiting.len() > 2 * MOST => return Err(LinkError::Stuck),
                SendOutcome::Full => return Ok(()),
                SendOutcome::Gone => return Err(LinkError::Gone),
            }
        }
        Ok(())
    }

    /// The next message and its descriptors, if there is one. One that does not decode is logged and skipped.
    pub(crate) fn receive(&mut self) -> Result<Option<(ToCompositor, Vec<OwnedFd>)>, LinkError> {
        loop {
            match self.socket.receive(&mut self.buffer).map_err(LinkError::Socket)? {
                Received::Nothing => return Ok(None),
                Received::Gone => return Err(LinkError::Gone),
                Received::Datagram(len, fds) => {
                    let bytes = self.buffer.get(..len).unwrap_or(&[]);
                    match control_protocol::decode(bytes) {
                        Ok(message) => return Ok(Some((message, fds))),
                        Err(why) => self.log(Level::Error, format!("a control message was dropped: {why}")),
                    }
                }
            }
        }
    }
}

impl AsFd for Link {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
