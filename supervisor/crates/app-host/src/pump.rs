//! The second thread: it reads the supervisor's and the compositor's sockets whatever the guest is doing, so that
//! nobody ever waits for a guest that computes or sleeps.

use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, TryLockError, mpsc};
use std::thread;

use control_protocol::Level;
use control_protocol::host::{FromHost, SurfaceSpec, SystemLine, ToHost};
use draw_protocol::AppEvent;
use surface_protocol::{MESSAGE_BYTES, ToApp};
use sys::{Event, Nanos, Poller, Received, Seqpacket, Token, monotonic_ns};

use crate::inbox::{Kind, Pushed};
use crate::input::Translator;
use crate::jail;
use crate::picture::Stepped;
use crate::shared::Shared;
use crate::stdout::Stdout;

/// Datagrams taken from one socket before the other has its turn.
const DATAGRAMS_A_TURN: usize = 64;

/// Events handled in one turn at most: both sockets and the bell.
const EVENTS: usize = 3;

/// A step of an animation that must wait, for the guest or for a slot, is tried again after this long: a tick of most
/// screens. What it waits for usually wakes the thread earlier.
const TRY_AGAIN: Nanos = 16_000_000;

/// The process's exit code when the pump cannot go on.
const PUMP_BROKEN: i32 = 71;

/// The process's exit code when the supervisor is gone.
const SUPERVISOR_GONE: i32 = 70;

/// What is watched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Source {
    Broker,
    Surface,
    Bell,
}

impl Token for Source {
    fn to_u64(self) -> u64 {
        match self {
            Self::Broker => 0,
            Self::Surface => 1,
            Self::Bell => 2,
        }
    }
    fn from_u64(n: u64) -> Self {
        match n {
            0 => Self::Broker,
            1 => Self::Surface,
            _ => Self::Bell,
        }
    }
}

/// What an app hears.
#[derive(Debug)]
pub(crate) struct Hearing {
    /// Events to lines.
    pub input: Translator,
    /// Whether messages, replies and system lines are for it (contract, 1: `stdio`).
    pub lines: bool,
    /// Whether it opted in to `frame`.
    pub frames: bool,
}

/// The thread's state.
struct Pump {
    shared: Arc<Shared>,
    poller: Poller<Source>,
    surface: Option<Arc<Seqpacket>>,
    hearing: Hearing,
    /// Whose animations it plays.
    stdout: Arc<Mutex<Stdout>>,
    /// Rings when a step of an animation is due earlier.
    bell: Option<Seqpacket>,
    buffer: Vec<u8>,
}

/// Starts the thread, and returns when it runs. `surface` is the socket to the compositor, for an app with a window;
/// `stdout` is what its animations are drawn by.
///
/// # Errors
/// As the calls that make epoll instances and threads.
pub(crate) fn start(
    shared: Arc<Shared>,
    surface: Option<Seqpacket>,
    hearing: Hearing,
    stdout: Arc<Mutex<Stdout>>,
) -> std::io::Result<()> {
    let poller = Poller::new()?;
    poller.add(shared.broker.socket(), Source::Broker)?;
    let buffer = vec![0; control_protocol::MAX_MESSAGE];
    let mut pump = Pump { shared, poller, surface: None, hearing, stdout, bell: None, buffer };
    if let Some(socket) = surface {
        let (bell, rung) = Seqpacket::pair()?;
        pump.poller.add(&rung, Source::Bell)?;
        pump.shared.steps.hang(bell);
        pump.bell = Some(rung);
        pump.attach(socket)?;
    }
    let (started, wait) = mpsc::sync_channel(1);
    // Small: it parses datagrams into queues and nothing else.
    thread::Builder::new().name("pump".into()).stack_size(128 * 1024).spawn(move || {
        // The first allocation of a thread prepares its heap: that, too, comes before the filter.
        let events = Vec::with_capacity(EVENTS);
        jail::seed_maps();
        // Sending to a receiver that is gone: then the process ends already.
        let _ = started.send(());
        pump.run(events);
    })?;
    // What a new thread asks of the kernel for itself is over before the filter closes.
    wait.recv().map_err(|_| std::io::Error::other("the thread ended at once"))
}

impl Pump {
    fn run(mut self, mut events: Vec<Event<Source>>) {
        loop {
            let again = self.step();
            if let Err(e) = self.poller.wait(&mut events, again) {
                self.shared.broker.note(Level::Error, &format!("waiting for messages failed: {e}"));
                std::process::exit(PUMP_BROKEN);
            }
            for event in &events {
                match event.token {
                    Source::Broker => self.on_broker(),
                    Source::Surface => self.on_surface(),
                    Source::Bell => self.on_bell(),
                }
            }
            self.shared.wake.notify_waiters();
        }
    }

    /// Lets animations go on that are due. The answer is when there is something to do again.
    fn step(&mut self) -> Option<Nanos> {
        let link = self.shared.link.as_ref()?;
        let due = self.shared.steps.next()?;
        // While nobody sees the window, being seen is what wakes this thread.
        let now = link.seen(monotonic_ns())?;
        if now < due {
            return Some(due - now);
        }
        // A guest that flushes waits for messages that this thread brings: it is never waited for.
        let mut stdout = match self.stdout.try_lock() {
            Ok(stdout) => stdout,
            Err(TryLockError::Poisoned(stdout)) => stdout.into_inner(),
            Err(TryLockError::WouldBlock) => return Some(TRY_AGAIN),
        };
        match stdout.step(now) {
            Stepped::Waits => Some(TRY_AGAIN),
            Stepped::Done => self.shared.steps.next().map(|due| due.saturating_sub(now)),
        }
    }

    fn on_bell(&self) {
        let mut byte = [0];
        // Rung is rung: what it says is looked up.
        while let Some(Ok(Received::Datagram(..))) = self.bell.as_ref().map(|bell| bell.receive(&mut byte)) {}
    }

    fn on_broker(&mut self) {
        for _ in 0..DATAGRAMS_A_TURN {
            match self.shared.broker.socket().receive(&mut self.buffer) {
                Ok(Received::Datagram(len, fds)) => match control_protocol::decode(&self.buffer[..len]) {
                    Ok(message) => self.on_message(message, fds),
                    Err(e) => self.shared.broker.note(Level::Error, &format!("message not understood: {e}")),
                },
                Ok(Received::Nothing) => return,
                Ok(Received::Gone) => std::process::exit(SUPERVISOR_GONE),
                Err(e) => self.shared.broker.note(Level::Error, &format!("message lost: {e}")),
            }
        }
    }

    fn on_message(&mut self, message: ToHost, fds: Vec<OwnedFd>) {
        match message {
            ToHost::Deliver(text) => self.push_line(&AppEvent::Message(&text)),
            ToHost::Reply { seq, text } => self.shared.inbox().answer(seq, text),
            ToHost::System(line) => self.on_system(&line),
            ToHost::Surface => self.on_new_compositor(fds),
            ToHost::Buffer(spec) => self.on_buffer(spec, fds),
            ToHost::CloseStdin => self.shared.inbox().close(),
            ToHost::File { token, file } => {
                let fd = fds.into_iter().next().ok_or("it came without its descriptor".to_owned());
                self.shared.files.put(token, file.and_then(|file| Ok((file, fd?))));
            }
            ToHost::Start(_) | ToHost::Job(_) => {
                self.shared.broker.note(Level::Error, "started twice: ignored")
            }
        }
    }

    fn on_system(&mut self, line: &SystemLine) {
        match line {
            // A person's input, like a key.
            SystemLine::Paste(text) => self.push(Kind::Kept, &AppEvent::Paste(text), 0),
            SystemLine::Locale(code) => self.push_line(&AppEvent::Locale(code)),
            SystemLine::Theme(words) => self.push_line(&AppEvent::Theme(words)),
            SystemLine::AppLaunched(name) => self.push_line(&AppEvent::AppLaunched(name.as_str())),
            SystemLine::AppExited(name) => self.push_line(&AppEvent::AppExited(name.as_str())),
            SystemLine::Notification(json) => {
                self.push_line(&AppEvent::Message(&format!("VYOMA_SYSTEM:notification:{json}")));
            }
        }
    }

    fn on_new_compositor(&mut self, fds: Vec<OwnedFd>) {
        let attached = match fds.into_iter().next() {
            Some(fd) => self.attach(Seqpacket::from_pair(fd)),
            None => Err(std::io::Error::other("it came without its socket")),
        };
        if let Err(e) = attached {
            self.shared.broker.note(Level::Error, &format!("no way to the new compositor: {e}"));
        }
    }

    fn attach(&mut self, socket: Seqpacket) -> std::io::Result<()> {
        self.detach();
        let socket = Arc::new(socket);
        self.poller.add(&*socket, Source::Surface)?;
        if let Some(link) = &self.shared.link {
            link.attach(Arc::clone(&socket));
        }
        self.surface = Some(socket);
        Ok(())
    }

    fn detach(&mut self) {
        if let Some(old) = self.surface.take() {
            // Closing the last copy would remove it too; a failure means that it is not watched.
            let _ = self.poller.remove(&*old);
        }
        if let Some(link) = &self.shared.link {
            link.detach();
        }
    }

    fn on_buffer(&mut self, spec: SurfaceSpec, fds: Vec<OwnedFd>) {
        let Some(memory) = fds.into_iter().next() else {
            return self.shared.broker.note(Level::Error, "a new surface came without its memory");
        };
        self.shared.put_buffer(spec, memory);
        self.push(Kind::Kept, &AppEvent::Resize { w: spec.size.w, h: spec.size.h }, 0);
    }

    fn on_surface(&mut self) {
        let mut datagram = [0; MESSAGE_BYTES + 1];
        for _ in 0..DATAGRAMS_A_TURN {
            let Some(socket) = self.surface.clone() else { return };
            match socket.receive(&mut datagram) {
                Ok(Received::Datagram(len, _)) => match ToApp::decode(&datagram[..len]) {
                    Ok(message) => self.on_compositor(&message),
                    Err(e) => {
                        self.shared.broker.note(Level::Error, &format!("compositor not understood: {e}"));
                    }
                },
                Ok(Received::Nothing) => return,
                Ok(Received::Gone) => return self.detach(),
                Err(e) => {
                    self.shared.broker.note(Level::Error, &format!("compositor lost: {e}"));
                    return self.detach();
                }
            }
        }
    }

    fn on_compositor(&mut self, message: &ToApp) {
        let Some(link) = &self.shared.link else { return };
        match *message {
            ToApp::Release { generation, slot } => link.on_release(generation, slot),
            ToApp::Shown { serial, shown_ns } => {
                let was_flush = link.on_shown(serial);
                if self.hearing.frames && was_flush {
                    let ms = shown_ns.saturating_sub(self.shared.started_ns) / 1_000_000;
                    self.push(Kind::Frame, &AppEvent::Frame { ms }, 0);
                }
            }
            ToApp::Visible(visible) => {
                link.on_visible(visible);
                self.shared.inbox().set_visible(visible);
            }
            ToApp::Focused(focused) => {
                if let Some(line) = self.hearing.input.focus(focused) {
                    self.push(Kind::Kept, &line, 0);
                }
            }
            ToApp::Input { time_ns, event } => {
                let shared = &self.shared;
                let mut unresponsive = false;
                self.hearing.input.translate(&event, |kind, line| {
                    unresponsive |= shared.inbox().push(kind, &line, time_ns) == Pushed::FirstOverflow;
                });
                if unresponsive {
                    self.unresponsive();
                }
            }
        }
    }

    /// A line for apps with `stdio`.
    fn push_line(&mut self, line: &AppEvent<'_>) {
        if self.hearing.lines {
            self.push(Kind::Kept, line, 0);
        }
    }

    fn push(&mut self, kind: Kind, line: &AppEvent<'_>, input_ns: u64) {
        let pushed = self.shared.inbox().push(kind, line, input_ns);
        if pushed == Pushed::FirstOverflow {
            self.unresponsive();
        }
    }

    fn unresponsive(&self) {
        self.shared.broker.send(&FromHost::Unresponsive);
    }
}
