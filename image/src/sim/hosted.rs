//! A hosted supervisor and the channel to it.

use std::collections::VecDeque;
use std::io::Read;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use control_protocol::driver::{Command as Order, Report};
use control_protocol::{MAX_MESSAGE, PixelSize, decode, encode};
use manifest::Policy;
use sys::{Poller, Received, SendOutcome, Seqpacket, Token};

use super::SimError;
use crate::picture::Picture;

/// Stopping apps get 3 s; the rest is for a loaded machine.
const END: Duration = Duration::from_secs(10);

/// What the loop waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Source {
    Supervisor,
    Interrupt,
}

impl Token for Source {
    fn to_u64(self) -> u64 {
        match self {
            Self::Supervisor => 0,
            Self::Interrupt => 1,
        }
    }
    fn from_u64(n: u64) -> Self {
        if n == 0 { Self::Supervisor } else { Self::Interrupt }
    }
}

/// What a wait brought.
#[derive(Debug)]
pub(crate) enum News {
    /// A report; with a screenshot comes its picture.
    Report(Report, Option<Picture>),
    /// The time came.
    Due,
    /// Ctrl+C.
    Interrupted,
    /// The supervisor ended its side.
    Gone,
}

/// A supervisor that runs as an ordinary process.
#[derive(Debug)]
pub(crate) struct Hosted {
    child: Child,
    socket: Seqpacket,
    poller: Poller<Source>,
    outbox: VecDeque<Vec<u8>>,
    buffer: Vec<u8>,
    /// Taken once; after that only the end is waited for.
    interrupt: std::io::PipeReader,
    interrupted: bool,
    /// The end of what it says on stderr.
    last_words: Option<JoinHandle<String>>,
}

/// How a hosted supervisor is started.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    pub(crate) program: &'a Path,
    pub(crate) root: &'a Path,
    pub(crate) size: PixelSize,
    pub(crate) policy: Option<Policy>,
}

impl Hosted {
    pub(crate) fn start(start: &Start<'_>, interrupt: std::io::PipeReader) -> Result<Self, SimError> {
        let system = |doing| move |source| SimError::System { doing, source };
        let (ours, theirs) = Seqpacket::pair().map_err(system("make the driver's channel"))?;
        let theirs = theirs.into_fd();
        // Inherited by the one child of this program, and closed here right after.
        rustix::io::fcntl_setfd(&theirs, rustix::io::FdFlags::empty())
            .map_err(|e| SimError::System { doing: "hand over the driver's channel", source: e.into() })?;
        let size = format!("{}x{}", start.size.w, start.size.h);
        let mut command = Command::new(start.program);
        command.arg("--hosted").arg("--root").arg(start.root);
        command.args(["--headless", &size]);
        command.args(["--driver-fd", &theirs.as_raw_fd().to_string()]);
        if let Some(policy) = start.policy {
            command.args(["--policy", policy.name()]);
        }
        // Its own process group: Ctrl+C reaches the tool, which ends the rest in order.
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null());
        // Its console repeats what comes as reports; only its last words are of interest.
        command.stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|source| SimError::Start { program: start.program.to_owned(), source })?;
        drop(theirs);
        let last_words = child.stderr.take().map(listen);
        let poller = Poller::new().map_err(system("make an epoll"))?;
        poller.add(&ours, Source::Supervisor).map_err(system("watch the driver's channel"))?;
        poller.add(&interrupt, Source::Interrupt).map_err(system("watch for Ctrl+C"))?;
        let buffer = vec![0; MAX_MESSAGE];
        Ok(Self {
            child,
            socket: ours,
            poller,
            outbox: VecDeque::new(),
            buffer,
            interrupt,
            interrupted: false,
            last_words,
        })
    }

    /// What it said on stderr, once it has ended by itself.
    pub(crate) fn last_words(&mut self) -> String {
        // Its children share the stream; their ends follow its own.
        let _ = self.child.wait();
        self.last_words.take().and_then(|words| words.join().ok()).unwrap_or_default()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Queues an order; they are few, and sent as fast as the supervisor reads.
    pub(crate) fn order(&mut self, order: &Order) -> Result<(), SimError> {
        let bytes = encode(order).map_err(|e| SimError::Conversation(e.to_string()))?;
        self.outbox.push_back(bytes);
        self.send()
    }

    fn send(&mut self) -> Result<(), SimError> {
        while let Some(bytes) = self.outbox.front() {
            match self.socket.send(bytes, &[]) {
                // Gone is noticed by the reading side.
                Ok(SendOutcome::Sent | SendOutcome::Gone) => drop(self.outbox.pop_front()),
                Ok(SendOutcome::Full) => return Ok(()),
                Err(source) => return Err(SimError::System { doing: "talk to the supervisor", source }),
            }
        }
        Ok(())
    }

    /// Waits for news until `until`; for ever without.
    pub(crate) fn wait(&mut self, until: Option<Instant>) -> Result<News, SimError> {
        let mut events = Vec::new();
        loop {
            match self.receive()? {
                Some(news) => return Ok(news),
                None => self.send()?,
            }
            let now = Instant::now();
            if until.is_some_and(|until| until <= now) {
                return Ok(News::Due);
            }
            // A full channel is tried again soon; there is no other reason to wake up early.
            let retry = (!self.outbox.is_empty()).then_some(Duration::from_millis(5));
            let left = until.map(|until| until - now);
            let timeout = [retry, left].into_iter().flatten().min();
            let timeout = timeout.map(|d| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX));
            self.poller
                .wait(&mut events, timeout)
                .map_err(|source| SimError::System { doing: "wait for the supervisor", source })?;
            if !self.interrupted && events.iter().any(|event| event.token == Source::Interrupt) {
                self.interrupted = true;
                self.poller
                    .remove(&self.interrupt)
                    .map_err(|source| SimError::System { doing: "stop watching for Ctrl+C", source })?;
                return Ok(News::Interrupted);
            }
        }
    }

    fn receive(&mut self) -> Result<Option<News>, SimError> {
        let received = self.socket.receive(&mut self.buffer);
        match received.map_err(|source| SimError::System { doing: "hear the supervisor", source })? {
            Received::Nothing => Ok(None),
            Received::Gone => Ok(Some(News::Gone)),
            Received::Datagram(length, fds) => {
                let report: Report =
                    decode(&self.buffer[..length]).map_err(|e| SimError::Conversation(e.to_string()))?;
                let picture = match (&report, fds.first()) {
                    (Report::Screenshot { size, .. }, Some(fd)) => Some(picture(*size, fd)?),
                    (Report::Screenshot { .. }, None) => {
                        return Err(SimError::Conversation("a screenshot without pixels".into()));
                    }
                    _ => None,
                };
                Ok(Some(News::Report(report, picture)))
            }
        }
    }

    /// Waits for its end; one that does not come is made.
    pub(crate) fn end(mut self) -> Result<ExitStatus, SimError> {
        let deadline = Instant::now() + END;
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() >= deadline {
                let _ = self.child.kill();
                break;
            }
            if matches!(self.wait(Some(Instant::now() + Duration::from_millis(20)))?, News::Gone) {
                // The channel is closed a moment before the process is over.
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        self.child
            .wait()
            .map_err(|source| SimError::System { doing: "wait for the supervisor's end", source })
    }
}

/// Bytes of stderr that are kept.
const LAST_WORDS: usize = 4096;

/// Reads stderr to its end and keeps the last of it.
fn listen(mut stderr: ChildStderr) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let (mut kept, mut chunk) = (Vec::new(), [0; 4096]);
        while let Ok(count @ 1..) = stderr.read(&mut chunk) {
            kept.extend_from_slice(&chunk[..count]);
            kept.drain(..kept.len().saturating_sub(LAST_WORDS));
        }
        String::from_utf8_lossy(&kept).trim_end().to_owned()
    })
}

impl Drop for Hosted {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn picture(size: PixelSize, fd: impl AsFd) -> Result<Picture, SimError> {
    let edge = |n| usize::try_from(n).unwrap_or(usize::MAX);
    let (width, height) = (edge(size.w), edge(size.h));
    let count =
        width.checked_mul(height).ok_or_else(|| SimError::Conversation("a screenshot too large".into()))?;
    let mapping = sys::ReadMapping::new(fd, count)
        .map_err(|source| SimError::System { doing: "map a screenshot", source })?;
    let mut pixels = vec![0; count];
    mapping.read(0, &mut pixels);
    for pixel in &mut pixels {
        *pixel &= 0x00ff_ffff;
    }
    Ok(Picture { width, height, pixels })
}
