//! The test driver's channel: exists only where somebody who owns the machine opened it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use control_protocol::compositor::ToCompositor;
use control_protocol::driver::{Command, Report};
use control_protocol::{Frames, Level, MAX_MESSAGE, Token};
use lifecycle::Event;
use sys::{Interest, Poller, Received, Seqpacket};

use crate::ending::Kind;
use crate::link::{Link, Pushed, SharedFd};
use crate::screenshots::OUR_TOKENS;
use crate::supervisor::{Source, Supervisor};

/// Bytes of frames that wait for a serial port of 11 kB/s. What is more is lost: logs first of all.
const MAX_SERIAL: usize = 64 * 1024;

/// What a serial line gives in one turn.
const SERIAL_CHUNK: usize = 1024;

pub(crate) enum Driver {
    Socket(Link),
    Serial { port: File, frames: Frames, waiting: VecDeque<u8>, watched: Interest },
}

impl Driver {
    pub(crate) fn socket(socket: Seqpacket) -> Self {
        Self::Socket(Link::new(socket))
    }

    /// A serial port by the name of its node.
    pub(crate) fn serial(name: &str) -> std::io::Result<Self> {
        let port: OwnedFd = sys::machine::open_device(&Path::new("/dev").join(name))?;
        sys::machine::make_raw(&port)?;
        Ok(Self::Serial {
            port: port.into(),
            frames: Frames::new(),
            waiting: VecDeque::new(),
            watched: Interest::Read,
        })
    }

    /// Tells something. What a driver that does not read has no room for is lost.
    pub(crate) fn report(&mut self, report: &Report, fd: Option<SharedFd>) {
        match self {
            Self::Socket(link) => {
                if let Ok(message) = control_protocol::encode(report) {
                    let _: Pushed = link.push(message, fd.into_iter().collect());
                }
            }
            Self::Serial { waiting, .. } => {
                if let Ok(frame) = control_protocol::encode_frame(report)
                    && waiting.len() + frame.len() <= MAX_SERIAL
                {
                    waiting.extend(frame);
                }
                self.flush();
            }
        }
    }

    /// Whether it can take a descriptor.
    pub(crate) fn takes_descriptors(&self) -> bool {
        matches!(self, Self::Socket(_))
    }

    pub(crate) fn flush(&mut self) {
        match self {
            Self::Socket(link) => {
                let _: Pushed = link.flush();
            }
            Self::Serial { port, waiting, .. } => {
                while !waiting.is_empty() {
                    let (front, _) = waiting.as_slices();
                    match port.write(front) {
                        Ok(n) if n > 0 => drop(waiting.drain(..n)),
                        _ => break,
                    }
                }
            }
        }
    }

    pub(crate) fn watch(&mut self, poller: &Poller<Source>) {
        match self {
            Self::Socket(link) => link.watch(poller, Source::Driver),
            Self::Serial { port, waiting, watched, .. } => {
                let wanted = if waiting.is_empty() { Interest::Read } else { Interest::ReadWrite };
                if wanted != *watched && poller.set_interest(&*port, Source::Driver, wanted).is_ok() {
                    *watched = wanted;
                }
            }
        }
    }

    /// The commands that have arrived; `None`: the driver is gone.
    fn commands(&mut self) -> Option<Vec<Result<Command, control_protocol::CodecError>>> {
        let mut commands = Vec::new();
        match self {
            Self::Socket(link) => {
                let mut buffer = vec![0; MAX_MESSAGE];
                match link.socket().receive(&mut buffer) {
                    Ok(Received::Datagram(len, _)) => commands.push(control_protocol::decode(&buffer[..len])),
                    Ok(Received::Nothing) => {}
                    Ok(Received::Gone) | Err(_) => return None,
                }
            }
            Self::Serial { port, frames, .. } => {
                let mut buffer = [0; SERIAL_CHUNK];
                match port.read(&mut buffer) {
                    Ok(len) => frames.push(&buffer[..len], |command| commands.push(command)),
                    Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
                    Err(_) => return None,
                }
            }
        }
        Some(commands)
    }
}

impl AsFd for Driver {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Socket(link) => link.as_fd(),
            Self::Serial { port, .. } => port.as_fd(),
        }
    }
}

impl Supervisor {
    pub(crate) fn on_driver(&mut self) {
        let Some(driver) = &mut self.log.driver else { return };
        driver.flush();
        let Some(commands) = driver.commands() else {
            // A driver that left a hosted supervisor leaves nobody to serve. A serial line has no end.
            let _ = self.poller.remove(driver.as_fd());
            self.log.driver = None;
            if self.is_hosted() {
                self.log.system(Level::Info, "the driver is gone");
                self.end(Kind::PowerOff);
            }
            return;
        };
        for command in commands {
            match command {
                Ok(command) => self.on_command(command),
                Err(e) => self.log.system(Level::Warn, &format!("driver: {e}")),
            }
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Inject(input) => self.tell_compositor(&ToCompositor::Inject(input), Vec::new()),
            Command::KillCompositor => self.compositor.kill(),
            Command::KillApp(name) => match self.apps.find(&name) {
                Some(id) => self.tell(id, Event::Condemn),
                None => self.log.system(Level::Warn, &format!("driver: no app is called {name:?}")),
            },
            Command::StartApp(name) => match self.apps.find(&name) {
                Some(id) => self.tell(id, Event::Start),
                None => self.log.system(Level::Warn, &format!("driver: no app is called {name:?}")),
            },
            Command::Screenshot(token) | Command::Stats(token) if token.0 >= OUR_TOKENS => {
                self.fail(token, "tokens from 2^63 up are the system's own");
            }
            Command::Screenshot(token) => {
                if self.log.driver.as_ref().is_some_and(Driver::takes_descriptors) {
                    self.ask(token, &ToCompositor::Screenshot(token));
                } else {
                    self.fail(token, "a serial driver cannot take a picture");
                }
            }
            Command::Stats(token) => self.ask(token, &ToCompositor::Stats(token)),
            Command::PowerOff => self.end(Kind::PowerOff),
        }
    }

    fn ask(&mut self, token: Token, question: &ToCompositor) {
        if self.compositor.is_up() {
            self.compositor.asked(token);
            self.tell_compositor(question, Vec::new());
        } else {
            self.fail(token, "the compositor does not run");
        }
    }

    fn fail(&mut self, token: Token, why: &str) {
        self.log.report(Report::Failed { token, why: why.to_owned() });
    }
}
