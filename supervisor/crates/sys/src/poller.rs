//! An epoll loop whose events carry typed tokens, and timers for it.

use std::io;
use std::marker::PhantomData;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};

use crate::Nanos;

/// What an event is about. The number is what epoll carries; both ways must agree.
pub trait Token: Copy {
    /// The token as a number.
    fn to_u64(self) -> u64;
    /// The token of a number that [`Token::to_u64`] made.
    fn from_u64(n: u64) -> Self;
}

/// Something happened to a descriptor.
#[derive(Clone, Copy, Debug)]
pub struct Event<T> {
    /// The token it was added with.
    pub token: T,
    /// There is something to read, or the peer is gone.
    pub readable: bool,
    /// There is room to write.
    pub writable: bool,
    /// The descriptor is broken or closed at the other end.
    pub closed: bool,
}

/// An epoll instance, level triggered.
#[derive(Debug)]
pub struct Poller<T> {
    epoll: OwnedFd,
    token: PhantomData<T>,
}

/// Events taken in one turn. More stay for the next: no source starves another for longer than a turn.
const EVENTS_A_TURN: usize = 64;

impl<T: Token> Poller<T> {
    /// An empty one.
    ///
    /// # Errors
    /// As `epoll_create1(2)`.
    pub fn new() -> io::Result<Self> {
        Ok(Self { epoll: epoll::create(CreateFlags::CLOEXEC)?, token: PhantomData })
    }

    /// Watches a descriptor for reading. It must be removed before it is closed.
    ///
    /// # Errors
    /// As `epoll_ctl(2)`.
    pub fn add(&self, fd: impl AsFd, token: T) -> io::Result<()> {
        Ok(epoll::add(&self.epoll, fd, EventData::new_u64(token.to_u64()), EventFlags::IN)?)
    }

    /// Watches for something else.
    ///
    /// # Errors
    /// As `epoll_ctl(2)`.
    pub fn set_interest(&self, fd: impl AsFd, token: T, interest: Interest) -> io::Result<()> {
        let flags = match interest {
            Interest::Nothing => EventFlags::empty(),
            Interest::Read => EventFlags::IN,
            Interest::Write => EventFlags::OUT,
            Interest::ReadWrite => EventFlags::IN | EventFlags::OUT,
        };
        Ok(epoll::modify(&self.epoll, fd, EventData::new_u64(token.to_u64()), flags)?)
    }

    /// Stops watching.
    ///
    /// # Errors
    /// As `epoll_ctl(2)`.
    pub fn remove(&self, fd: impl AsFd) -> io::Result<()> {
        Ok(epoll::delete(&self.epoll, fd)?)
    }

    /// Waits until something happens, or `timeout` nanoseconds passed; `None` waits for ever. The events
    /// replace those in `events`.
    ///
    /// # Errors
    /// As `epoll_wait(2)`; an interrupted wait is an empty turn.
    pub fn wait(&self, events: &mut Vec<Event<T>>, timeout: Option<Nanos>) -> io::Result<()> {
        events.clear();
        let timeout = timeout.map(timespec);
        let mut raw = Vec::with_capacity(EVENTS_A_TURN);
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut raw), timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
        for e in &raw {
            let flags = e.flags;
            let closed = flags.intersects(EventFlags::HUP | EventFlags::ERR);
            events.push(Event {
                token: T::from_u64(e.data.u64()),
                readable: closed || flags.contains(EventFlags::IN),
                writable: flags.contains(EventFlags::OUT),
                closed,
            });
        }
        Ok(())
    }
}

impl<T> AsFd for Poller<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.epoll.as_fd()
    }
}

/// What a descriptor is watched for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interest {
    /// Nothing but its being closed or broken.
    Nothing,
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Reading and writing.
    ReadWrite,
}

/// A `timerfd(2)` on the monotonic clock; readable when it is due.
#[derive(Debug)]
pub struct Timer(OwnedFd);

impl Timer {
    /// A timer that is not set.
    ///
    /// # Errors
    /// As `timerfd_create(2)`.
    pub fn new() -> io::Result<Self> {
        let flags = TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK;
        Ok(Self(timerfd_create(TimerfdClockId::Monotonic, flags)?))
    }

    /// Sets it to go off once at an absolute time, at once if that is past, or never for `None`.
    ///
    /// # Errors
    /// As `timerfd_settime(2)`.
    pub fn set(&self, at: Option<Nanos>) -> io::Result<()> {
        let it_value = at.map_or(timespec(0), |t| timespec(t.max(1)));
        let spec = Itimerspec { it_interval: timespec(0), it_value };
        timerfd_settime(&self.0, TimerfdTimerFlags::ABSTIME, &spec)?;
        Ok(())
    }

    /// Takes note that it went off, so that it is no longer readable.
    pub fn acknowledge(&self) {
        // Nothing to read means that it was set anew meanwhile: then there is nothing to acknowledge.
        let _ = rustix::io::read(&self.0, &mut [0u8; 8]);
    }
}

impl AsFd for Timer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

fn timespec(ns: Nanos) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(ns / 1_000_000_000).unwrap_or(i64::MAX),
        tv_nsec: i64::try_from(ns % 1_000_000_000).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Seqpacket, monotonic_ns};

    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    struct Id(u64);
    impl Token for Id {
        fn to_u64(self) -> u64 {
            self.0
        }
        fn from_u64(n: u64) -> Self {
            Self(n)
        }
    }

    #[test]
    fn wait_readable_and_due_descriptors_name_their_tokens() {
        let poller = Poller::new().unwrap();
        let (a, b) = Seqpacket::pair().unwrap();
        let timer = Timer::new().unwrap();
        poller.add(&b, Id(1)).unwrap();
        poller.add(&timer, Id(2)).unwrap();
        let mut events = Vec::new();
        poller.wait(&mut events, Some(0)).unwrap();
        assert!(events.is_empty());
        a.send(b"x", &[]).unwrap();
        timer.set(Some(monotonic_ns())).unwrap();
        let mut seen = Vec::new();
        while seen.len() < 2 {
            poller.wait(&mut events, None).unwrap();
            for e in &events {
                if !seen.contains(&e.token.0) {
                    seen.push(e.token.0);
                }
            }
        }
        timer.acknowledge();
        drop(a);
        // A child that another test's thread has forked may hold the descriptor until its exec.
        loop {
            poller.wait(&mut events, None).unwrap();
            if events.iter().any(|e| e.token == Id(1) && e.closed) {
                break;
            }
        }
    }
}
