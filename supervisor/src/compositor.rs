//! The compositor: its process, and the conversation with it.

use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;

use control_protocol::compositor::{FromCompositor, Stacking, ToCompositor, WindowPhase};
use control_protocol::driver::Report;
use control_protocol::host::{Jail, ToHost};
use control_protocol::{AppId, Level, MAX_MESSAGE, OutputId, PixelSize, Stream, Token};
use lifecycle::{CompositorEffect, CompositorEvent, CompositorLife, Event, Nanos};
use sys::process::{Child, Ended, Isolation, Spawn};
use sys::{Received, Seqpacket};

use crate::ending::Kind;
use crate::link::{Link, Pushed, SharedFd};
use crate::screenshots::OUR_TOKENS;
use crate::supervisor::{Source, Supervisor};

/// The user that it runs as outside of its namespaces: below those of apps and jobs.
const ID: u32 = 99_998;

/// Shares of the processor of the app that has the keyboard, and of every other.
const WEIGHT_IN_FRONT: u32 = 300;
const WEIGHT: u32 = 100;

/// Datagrams taken in one turn of the loop.
const A_TURN: usize = 64;

pub(crate) struct Compositor {
    pub(crate) life: CompositorLife,
    process: Option<(Child, Link)>,
    /// It did not read what it was told, and its end is awaited.
    is_killed: bool,
    /// Windows as it last said.
    stacking: Stacking,
    pings: u64,
    /// What the test driver asked of it and was not answered yet.
    questions: Vec<Token>,
}

impl Compositor {
    pub(crate) fn new(now: Nanos) -> Self {
        let life = CompositorLife::new(now);
        Self {
            life,
            process: None,
            is_killed: false,
            stacking: Stacking::default(),
            pings: 0,
            questions: Vec::new(),
        }
    }

    pub(crate) fn is_up(&self) -> bool {
        self.process.is_some()
    }

    pub(crate) fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(|(child, _)| child.pid())
    }

    pub(crate) fn focused(&self) -> Option<AppId> {
        self.stacking.focused
    }

    /// The test driver's question is on its way.
    pub(crate) fn asked(&mut self, token: Token) {
        self.questions.push(token);
    }

    fn answered(&mut self, token: Token) {
        self.questions.retain(|asked| *asked != token);
    }

    /// SIGKILL; what follows follows from its end.
    pub(crate) fn kill(&self) {
        if let Some((child, _)) = &self.process {
            // It is ours and known by descriptor: this cannot fail but for its being gone.
            let _ = child.kill();
        }
    }

    pub(crate) fn watch(&mut self, poller: &sys::Poller<Source>) {
        if let Some((_, link)) = &mut self.process {
            link.watch(poller, Source::Compositor);
        }
    }
}

impl Supervisor {
    /// Whether the compositor has not read much of what it was told: apps that make us tell it more can wait.
    pub(crate) fn compositor_is_behind(&self) -> bool {
        self.compositor.process.as_ref().is_some_and(|(_, link)| link.is_behind())
    }

    /// Sends the compositor a message. One that does not read a thousand of them hangs. Without one nothing is
    /// lost: the next is told everything.
    pub(crate) fn tell_compositor(&mut self, message: &ToCompositor, fds: Vec<SharedFd>) {
        let Some((_, link)) = &mut self.compositor.process else { return };
        match control_protocol::encode(message) {
            Ok(bytes) => {
                if link.push(bytes, fds) == Pushed::Overflow {
                    if !std::mem::replace(&mut self.compositor.is_killed, true) {
                        self.log.system(Level::Error, "the compositor does not read and is killed");
                    }
                    self.compositor.kill();
                }
            }
            Err(e) => self.log.system(Level::Error, &format!("a message for the compositor was lost: {e}")),
        }
    }

    /// Tells the compositor's life what happened, and does what follows.
    pub(crate) fn tell_compositor_life(&mut self, event: CompositorEvent) {
        match self.compositor.life.on(event, sys::monotonic_ns()) {
            Some(CompositorEffect::Spawn) if self.ending.is_some() => {}
            Some(CompositorEffect::Spawn) => {
                if let Err(why) = self.spawn_compositor() {
                    self.log.system(Level::Error, &format!("no compositor: {why}"));
                    self.tell_compositor_life(CompositorEvent::Ended);
                }
            }
            Some(CompositorEffect::Kill) => {
                self.log.system(Level::Error, "the compositor hangs and is killed");
                self.compositor.kill();
            }
            Some(CompositorEffect::Ping) => {
                self.compositor.pings += 1;
                let token = Token(self.compositor.pings);
                self.tell_compositor(&ToCompositor::Ping(token), Vec::new());
            }
            None => {}
        }
    }

    fn spawn_compositor(&mut self) -> Result<(), String> {
        let program = self.programs.compositor.clone()?;
        let (ours, theirs) = Seqpacket::pair().map_err(|e| format!("no socket: {e}"))?;
        let stderr = self.log.stderr().map_err(|e| format!("no standard error: {e}"))?;
        let isolation = match self.jail {
            Jail::Full => Isolation::Namespaces { id: ID },
            Jail::WithoutNamespaces => Isolation::Session,
        };
        let child = self.spawn_apart(&Spawn {
            program: program.as_fd(),
            name: "compositor",
            socket: theirs.as_fd(),
            stderr: stderr.as_fd(),
            isolation,
            cgroup: None,
        })?;
        self.poller.add(&ours, Source::Compositor).map_err(|e| e.to_string())?;
        self.poller.add(&child, Source::CompositorEnded).map_err(|e| e.to_string())?;
        let pid = child.pid();
        if !self.is_hosted() {
            // When memory runs out, an app goes before the picture does. Best effort: without it the kernel
            // chooses by size, and the compositor is small.
            let _ = std::fs::write(format!("/proc/{pid}/oom_score_adj"), "-900");
        }
        self.compositor.process = Some((child, Link::new(ours)));
        self.compositor.is_killed = false;
        self.log.report(Report::CompositorStarted { pid });
        self.tell_everything();
        Ok(())
    }

    /// All that a new compositor must know.
    fn tell_everything(&mut self) {
        self.tell_compositor(&ToCompositor::Start(self.jail), Vec::new());
        self.tell_compositor(&ToCompositor::Settings(self.settings.for_compositor()), Vec::new());
        if let Some(page) = self.page.clone() {
            self.tell_compositor(&ToCompositor::Page(page), Vec::new());
        }
        self.tell_wallpaper();
        self.tell_guard();
        // Screens come last: the first frame is of everything, however long a screen takes to be set up.
        for id in self.apps.ids() {
            self.tell_window(id);
        }
        let stacking = self.compositor.stacking.clone();
        self.tell_compositor(&ToCompositor::Restack(stacking), Vec::new());
        for (message, fd) in self.devices.messages() {
            self.tell_compositor(&message, fd.into_iter().collect());
        }
    }

    /// A window that exists, to a compositor that never heard of it: with a new socket pair.
    fn tell_window(&mut self, id: AppId) {
        let Some(entry) = self.apps.get(id) else { return };
        let Some(window) = &entry.window else { return };
        let (spec, phase, memory) =
            (entry.window_spec(window, &self.settings), entry.phase(), window.memory.clone());
        let previews = window.previews.clone();
        let has_process = entry.process.is_some();
        let last = window.last.filter(|_| !has_process);
        let (ours, theirs) = match Seqpacket::pair() {
            Ok(pair) => pair,
            Err(e) => {
                let name = self.name_of(id);
                self.log.about(&name, Level::Error, &format!("no socket for its window: {e}"));
                return;
            }
        };
        let shared = |socket: Seqpacket| -> SharedFd { Rc::new(socket.into_fd()) };
        self.tell_compositor(&ToCompositor::WindowAdded(spec), vec![memory, shared(ours)]);
        if has_process {
            self.send(id, &ToHost::Surface, vec![shared(theirs)]);
        }
        if !previews.is_empty() {
            self.tell_compositor(&ToCompositor::Previews { id, previews }, Vec::new());
        }
        if let Some(frame) = last {
            self.tell_compositor(&ToCompositor::WindowFrame { id, frame }, Vec::new());
        }
        if !matches!(phase, WindowPhase::Starting | WindowPhase::Running) {
            self.tell_compositor(&ToCompositor::WindowPhase { id, phase }, Vec::new());
        }
    }

    /// Its process ended.
    pub(crate) fn on_compositor_ended(&mut self) {
        let Some((child, _)) = &self.compositor.process else { return };
        let ended = match child.ended() {
            Ok(None) => return,
            Ok(Some(ended)) => ended,
            Err(_) => Ended::Signal(0),
        };
        self.on_compositor();
        let Some((child, link)) = self.compositor.process.take() else { return };
        let _ = self.poller.remove(&child);
        let _ = self.poller.remove(&link);
        if self.ending.is_none() {
            let how = match ended {
                Ended::Code(n) => format!("exit code {n}"),
                Ended::Signal(31) => "a system call that its jail does not have".to_owned(),
                Ended::Signal(n) => format!("signal {n}"),
            };
            self.log.system(Level::Error, &format!("the compositor ended: {how}"));
        }
        self.forget_shots();
        self.forget_counting();
        for token in std::mem::take(&mut self.compositor.questions) {
            let why = "the compositor ended before it answered".to_owned();
            self.log.report(Report::Failed { token, why });
        }
        self.tell_compositor_life(CompositorEvent::Ended);
        self.check_ended();
    }

    /// Reads what it says.
    pub(crate) fn on_compositor(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(MAX_MESSAGE, 0);
        for _ in 0..A_TURN {
            let Some((_, link)) = &mut self.compositor.process else { break };
            let _: Pushed = link.flush();
            match link.socket().receive(&mut buffer) {
                Ok(Received::Datagram(len, fds)) => match control_protocol::decode(&buffer[..len]) {
                    Ok(message) => {
                        self.tell_compositor_life(CompositorEvent::Heard);
                        self.on_compositor_message(message, fds);
                    }
                    Err(e) => {
                        self.log.system(Level::Error, &format!("the compositor broke the protocol: {e}"));
                        self.compositor.kill();
                    }
                },
                Ok(Received::Nothing) => break,
                Ok(Received::Gone) => {
                    let _ = self.poller.remove(&*link);
                    break;
                }
                Err(e) => {
                    self.log.system(Level::Error, &format!("the compositor: {e}"));
                    self.compositor.kill();
                    break;
                }
            }
        }
        self.buffer = buffer;
    }

    fn on_compositor_message(&mut self, message: FromCompositor, fds: Vec<OwnedFd>) {
        match message {
            FromCompositor::OutputReady { id, size, how, .. } => self.on_output_ready(id, size, &how),
            FromCompositor::OutputFailed { id, why } => {
                self.log.system(Level::Error, &format!("screen {}: {why}", id.0));
                self.devices.output_failed(id);
                self.settle_without_screen();
            }
            FromCompositor::InputReady { what, .. } => {
                self.log.system(Level::Info, &format!("input: {what}"));
            }
            FromCompositor::InputFailed { id, why } => {
                self.log.system(Level::Warn, &format!("input device {}: {why}", id.0));
            }
            FromCompositor::FirstFrame { at_ns } => {
                // Once a boot: a compositor that was started again has a first frame too.
                let word = if self.has_picture { "picture-again" } else { "first-frame" };
                self.has_picture = true;
                self.log.system(Level::Info, &format!("{word} {}", at_ns / 1_000_000));
            }
            FromCompositor::WindowShown(id) => {
                let name = self.name_of(id);
                let ms = sys::monotonic_ns() / 1_000_000;
                self.log.system(Level::Info, &format!("app {name} shown {ms}"));
                self.log.report(Report::Shown { app: name });
            }
            FromCompositor::Stacking(stacking) => self.on_stacking(stacking),
            FromCompositor::Arranged { id, arranged } => {
                if let Some(window) = self.apps.get_mut(id).and_then(|e| e.window.as_mut()) {
                    window.arranged = Some(arranged);
                }
            }
            FromCompositor::Placed { id, place } => {
                if let Some(window) = self.apps.get_mut(id).and_then(|e| e.window.as_mut()) {
                    window.place = Some(place);
                }
            }
            FromCompositor::Woke => self.on_woke(),
            FromCompositor::Idle => self.on_idle(),
            FromCompositor::Pin(pin) => self.on_pin(&pin),
            FromCompositor::LastFrame { id, frame } => {
                let window = self.apps.get_mut(id).and_then(|e| e.window.as_mut());
                if let Some(window) = window.filter(|w| w.generation == frame.generation) {
                    window.last = Some(frame);
                }
            }
            FromCompositor::PowerButton => {
                self.log.system(Level::Info, "the power button was pressed");
                self.end(Kind::PowerOff);
            }
            FromCompositor::CloseRequested(id) => self.tell(id, Event::Stop),
            FromCompositor::PasteRequested(id) => self.paste_into(id),
            FromCompositor::ResizeRequested { id, size } => {
                if self.apps.get(id).is_some_and(crate::app::Entry::may_resize) {
                    self.resize_canvas(id, size);
                }
            }
            FromCompositor::ProtocolError { id, why } => {
                let name = self.name_of(id);
                self.log.about(&name, Level::Error, &format!("broke the surface protocol: {why}"));
                self.tell(id, Event::Condemn);
            }
            FromCompositor::Unresponsive(id) => self.on_unresponsive(id),
            FromCompositor::Responsive(id) => {
                let name = self.name_of(id);
                self.log.about(&name, Level::Info, "reads its input again");
                if let Some(phase) = self.apps.get(id).map(crate::app::Entry::phase) {
                    self.tell_compositor(&ToCompositor::WindowPhase { id, phase }, Vec::new());
                }
            }
            FromCompositor::Screenshot { token, size } if token.0 >= OUR_TOKENS => {
                let fd = fds.into_iter().next().ok_or_else(|| "a picture came without pixels".to_owned());
                self.on_shot_painted(token, fd.map(|fd| (size, fd)));
            }
            FromCompositor::Screenshot { token, size } => {
                self.compositor.answered(token);
                let fd = fds.into_iter().next().map(Rc::new);
                if let Some(driver) = &mut self.log.driver {
                    driver.report(&Report::Screenshot { token, size }, fd);
                }
            }
            FromCompositor::ScreenshotFailed { token, why } => {
                if token.0 >= OUR_TOKENS {
                    self.on_shot_painted(token, Err(why));
                } else {
                    self.compositor.answered(token);
                    self.log.report(Report::Failed { token, why });
                }
            }
            FromCompositor::Stats { token, windows } if token.0 >= OUR_TOKENS => {
                self.on_counted(token, &windows);
            }
            FromCompositor::Stats { token, windows } => {
                self.compositor.answered(token);
                let named = windows.into_iter().map(|(id, stats)| (self.name_of(id), stats)).collect();
                self.log.report(Report::Stats { token, windows: named });
            }
            FromCompositor::Pong(_) => {}
            FromCompositor::Log(level, line) => {
                self.log.app("compositor", Stream::System, level, &line);
            }
        }
    }

    fn on_output_ready(&mut self, id: OutputId, size: PixelSize, how: &str) {
        self.log.system(Level::Info, &format!("screen {}: {how} {}x{}", id.0, size.w, size.h));
        self.log.report(Report::OutputReady(size));
        if self.devices.first_output().is_some_and(|first| first != id) && self.screen_size.is_some() {
            return;
        }
        let before = self.screen_size.replace(size);
        self.settle_if_known();
        if before == Some(size) {
            return;
        }
        for id in self.apps.ids() {
            let Some(entry) = self.apps.get(id) else { continue };
            if entry.process.is_some() && entry.may_resize() {
                let canvas = entry.canvas(size, &self.settings);
                self.resize_canvas(id, canvas);
            }
        }
    }

    fn on_stacking(&mut self, stacking: Stacking) {
        let focused = stacking.focused;
        self.settings.tiled = stacking.tiled;
        let before = std::mem::replace(&mut self.compositor.stacking, stacking).focused;
        if before == focused {
            return;
        }
        self.weigh(before, WEIGHT);
        self.weigh(focused, WEIGHT_IN_FRONT);
        if let Some(entry) = focused.and_then(|id| self.apps.get_mut(id)) {
            entry.may_not_raise_itself = false;
        }
        let app = focused.map(|id| self.name_of(id)).unwrap_or_default();
        self.log.report(Report::Focused { app });
    }

    /// Gives an app its share of the processor, where there are cgroups.
    fn weigh(&self, id: Option<AppId>, weight: u32) {
        let process = id.and_then(|id| self.apps.get(id)).and_then(|e| e.process.as_ref());
        if let Some(group) = process.and_then(|process| process.cgroup.as_ref()) {
            // One that cannot be weighed has the share of everybody.
            let _ = group.weigh(weight);
        }
    }

    /// An app that starts again in front weighs as much as before.
    pub(crate) fn weigh_if_focused(&self, id: AppId) {
        if self.compositor.focused() == Some(id) {
            self.weigh(Some(id), WEIGHT_IN_FRONT);
        }
    }

    pub(crate) fn on_unresponsive(&mut self, id: AppId) {
        let name = self.name_of(id);
        self.log.about(&name, Level::Warn, "does not read its input");
        let phase = WindowPhase::Unresponsive;
        self.tell_compositor(&ToCompositor::WindowPhase { id, phase }, Vec::new());
    }

    pub(crate) fn on_app_running(&mut self, id: AppId) {
        self.tell(id, Event::Running);
        if self.apps.get(id).is_some_and(|e| e.window.is_some()) {
            let phase = WindowPhase::Running;
            self.tell_compositor(&ToCompositor::WindowPhase { id, phase }, Vec::new());
        }
    }
}
