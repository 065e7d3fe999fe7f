//! `SOCK_SEQPACKET` sockets that carry datagrams and file descriptors (`unix(7)`).

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};

/// Descriptors that may come with one datagram; a datagram with more is an error.
pub const MAX_FDS: usize = 8;

/// One end of a connected pair. Never blocks.
#[derive(Debug)]
pub struct Seqpacket(OwnedFd);

/// What became of a datagram.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SendOutcome {
    /// The kernel has it.
    Sent,
    /// The peer has not read what came before: nothing was sent.
    Full,
    /// There is no peer any more.
    Gone,
}

/// What was there to receive.
#[derive(Debug)]
pub enum Received {
    /// A datagram of this many bytes, with descriptors in the order they were sent.
    Datagram(usize, Vec<OwnedFd>),
    /// Nothing yet.
    Nothing,
    /// There is no peer any more.
    Gone,
}

impl Seqpacket {
    /// A connected pair, both ends non-blocking and closed on exec.
    ///
    /// # Errors
    /// As `socketpair(2)`.
    pub fn pair() -> io::Result<(Self, Self)> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let (a, b) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
        Ok((Self(a), Self(b)))
    }

    /// Takes one end of a [`Seqpacket::pair`] that whoever we trust with it handed over, without asking what it is.
    #[must_use]
    pub fn from_pair(fd: OwnedFd) -> Self {
        Self(fd)
    }

    /// Takes a descriptor that somebody handed over, and makes it non-blocking.
    ///
    /// # Errors
    /// If it is no `SOCK_SEQPACKET` socket.
    pub fn from_fd(fd: OwnedFd) -> io::Result<Self> {
        if rustix::net::sockopt::socket_type(&fd)? != SocketType::SEQPACKET {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a SOCK_SEQPACKET socket"));
        }
        let flags = rustix::fs::fcntl_getfl(&fd)?;
        rustix::fs::fcntl_setfl(&fd, flags | rustix::fs::OFlags::NONBLOCK)?;
        Ok(Self(fd))
    }

    /// The descriptor, to hand over.
    #[must_use]
    pub fn into_fd(self) -> OwnedFd {
        self.0
    }

    /// Sends one datagram with up to [`MAX_FDS`] descriptors.
    ///
    /// # Errors
    /// As `sendmsg(2)`, but for a full queue and a gone peer, which are outcomes.
    pub fn send(&self, bytes: &[u8], fds: &[BorrowedFd<'_>]) -> io::Result<SendOutcome> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FDS))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        if !fds.is_empty() && !ancillary.push(SendAncillaryMessage::ScmRights(fds)) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "too many descriptors for one datagram"));
        }
        match sendmsg(&self.0, &[IoSlice::new(bytes)], &mut ancillary, SendFlags::NOSIGNAL) {
            Ok(_) => Ok(SendOutcome::Sent),
            Err(Errno::AGAIN) => Ok(SendOutcome::Full),
            Err(Errno::PIPE | Errno::CONNRESET | Errno::NOTCONN) => Ok(SendOutcome::Gone),
            Err(e) => Err(e.into()),
        }
    }

    /// Receives one datagram into `buffer`.
    ///
    /// # Errors
    /// As `recvmsg(2)`; also `InvalidData` for a datagram that does not fit `buffer` or brings more than
    /// [`MAX_FDS`] descriptors. Such a datagram is lost.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<Received> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FDS))];
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        let got = loop {
            let mut into = [IoSliceMut::new(buffer)];
            match recvmsg(&self.0, &mut into, &mut ancillary, RecvFlags::CMSG_CLOEXEC) {
                Ok(got) => break got,
                // A peer that closed with datagrams of ours unread says so once; what it sent before is still
                // there to be read, and the end after it.
                Err(Errno::INTR | Errno::CONNRESET) => {}
                Err(Errno::AGAIN) => return Ok(Received::Nothing),
                Err(e) => return Err(e.into()),
            }
        };
        let mut fds = Vec::new();
        for message in ancillary.drain() {
            if let RecvAncillaryMessage::ScmRights(received) = message {
                fds.extend(received);
            }
        }
        if got.flags.intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a datagram larger than any message"));
        }
        // Messages are never empty, so nothing means that the peer closed.
        if got.bytes == 0 && fds.is_empty() {
            return Ok(Received::Gone);
        }
        Ok(Received::Datagram(got.bytes, fds))
    }
}

impl AsFd for Seqpacket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receive_after_a_peer_closed_with_unread_datagrams_brings_what_it_sent() {
        let (a, b) = Seqpacket::pair().unwrap();
        b.send(b"last words", &[]).unwrap();
        a.send(b"never read", &[]).unwrap();
        drop(b);
        let mut buffer = [0; 16];
        let got = a.receive(&mut buffer).unwrap();
        assert!(matches!(got, Received::Datagram(10, _)), "{got:?}");
        assert!(matches!(a.receive(&mut buffer).unwrap(), Received::Gone));
    }

    #[test]
    fn receive_datagram_with_descriptor_brings_both() {
        let (a, b) = Seqpacket::pair().unwrap();
        let (c, d) = Seqpacket::pair().unwrap();
        assert_eq!(a.send(b"hello", &[c.as_fd()]).unwrap(), SendOutcome::Sent);
        let mut buffer = [0; 16];
        let Received::Datagram(5, mut fds) = b.receive(&mut buffer).unwrap() else { panic!("no datagram") };
        let c2 = Seqpacket::from_fd(fds.pop().unwrap()).unwrap();
        c2.send(b"x", &[]).unwrap();
        assert!(matches!(d.receive(&mut buffer).unwrap(), Received::Datagram(1, _)));
        assert!(matches!(b.receive(&mut buffer).unwrap(), Received::Nothing));
        drop(a);
        assert!(matches!(b.receive(&mut buffer).unwrap(), Received::Gone));
        assert_eq!(b.send(b"x", &[]).unwrap(), SendOutcome::Gone);
    }

    #[test]
    fn send_to_a_peer_that_does_not_read_is_full_not_blocked() {
        let (a, _b) = Seqpacket::pair().unwrap();
        let message = [0; 1024];
        let mut sent = 0;
        while a.send(&message, &[]).unwrap() == SendOutcome::Sent {
            sent += 1;
            assert!(sent < 100_000);
        }
    }

    #[test]
    fn receive_datagram_larger_than_the_buffer_is_an_error() {
        let (a, b) = Seqpacket::pair().unwrap();
        a.send(&[1; 32], &[]).unwrap();
        assert!(b.receive(&mut [0; 16]).is_err());
        a.send(&[1; 8], &[]).unwrap();
        assert!(matches!(b.receive(&mut [0; 16]).unwrap(), Received::Datagram(8, _)));
    }
}
