//! A supervisor and app-hosts for the real compositor, as far as a test needs them.

use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use control_protocol::compositor::WindowSpec;
use control_protocol::compositor::{
    Chord, FromCompositor, LastFrame, OutputKind, Settings, Stacking, ToCompositor,
};
use control_protocol::host::Jail;
use control_protocol::{AppId, InjectedInput, OutputId, PixelSize, Theme, Token};
use manifest::Policy;
use paint::{Rect, Region, Size};
use surface_protocol::{Commit, Layout, MESSAGE_BYTES, Opacity, SlotId, ToApp, ToCompositor as Surface};
use sys::process::{Child, Ended, Isolation, Spawn, spawn};
use sys::{ReadMapping, Received, SendOutcome, Seqpacket, WriteMapping, create_surface_memory, monotonic_ns};

/// Codes of keys, of `input-event-codes.h`.
pub mod key {
    pub const ESC: u16 = 1;
    pub const TAB: u16 = 15;
    pub const T: u16 = 20;
    pub const A: u16 = 30;
    pub const M: u16 = 50;
    pub const LEFT_ALT: u16 = 56;
    pub const LEFT: u16 = 105;
    pub const RIGHT: u16 = 106;
    pub const DOWN: u16 = 108;
    pub const LEFT_META: u16 = 125;
}

/// What a compositor that works does in microseconds.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Bench {
    pub child: Child,
    control: Seqpacket,
    pub size: PixelSize,
    pub jail: Jail,
    tokens: u64,
    /// What came while something else was awaited.
    pub seen: Vec<FromCompositor>,
}

pub fn settings(policy: Policy) -> Settings {
    Settings {
        policy,
        theme: Theme::Dark,
        layout: "us".into(),
        brightness: 100,
        kiosk_chords: vec![Chord::Home],
        reduced_motion: true,
        rotation: 0,
        tiling: false,
        zones: Vec::new(),
    }
}

impl Bench {
    /// A compositor with nothing yet.
    pub fn start() -> Self {
        Self::start_with(ToCompositor::Start)
    }

    /// A compositor whose first message is another.
    pub fn start_with(first: impl Fn(Jail) -> ToCompositor) -> Self {
        let (ours, theirs) = Seqpacket::pair().unwrap();
        let program = File::open(env!("CARGO_BIN_EXE_compositor")).unwrap();
        let stderr = std::io::stderr();
        let begin = |isolation| {
            spawn(&Spawn {
                program: program.as_fd(),
                name: "compositor",
                socket: theirs.as_fd(),
                stderr: stderr.as_fd(),
                isolation,
                cgroup: None,
            })
        };
        let (child, jail) = match begin(Isolation::Namespaces { id: 100_001 }) {
            Ok(child) => (child, Jail::Full),
            // An ordinary system may refuse them.
            Err(_) => (begin(Isolation::Session).unwrap(), Jail::WithoutNamespaces),
        };
        let size = PixelSize { w: 0, h: 0 };
        let bench = Self { child, control: ours, size, jail, tokens: 0, seen: Vec::new() };
        bench.send(&first(jail));
        bench
    }

    /// How its process ended, when it has.
    pub fn ended(&self) -> Ended {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(ended) = self.child.ended().unwrap() {
                return ended;
            }
            assert!(Instant::now() < deadline, "it goes on");
            let poller = sys::Poller::<Id>::new().unwrap();
            poller.add(&self.child, Id).unwrap();
            poller.wait(&mut Vec::new(), Some(1_000_000_000)).unwrap();
        }
    }

    /// A compositor with a screen.
    pub fn with_screen(settings: Settings, w: u32, h: u32) -> Self {
        let mut bench = Self::start();
        bench.send(&ToCompositor::Settings(settings));
        bench.send(&ToCompositor::Restack(Stacking::default()));
        bench.add_screen(w, h);
        bench
    }

    pub fn add_screen(&mut self, w: u32, h: u32) {
        let kind = OutputKind::Headless(PixelSize { w, h });
        self.send(&ToCompositor::OutputAdded { id: OutputId(1), kind });
        self.size = self.wait("a screen", |m| match m {
            FromCompositor::OutputReady { size, .. } => Some(*size),
            _ => None,
        });
    }

    pub fn send(&self, message: &ToCompositor) {
        self.send_with(message, &[]);
    }

    pub fn send_with(&self, message: &ToCompositor, fds: &[BorrowedFd<'_>]) {
        let bytes = control_protocol::encode(message).unwrap();
        assert_eq!(self.control.send(&bytes, fds).unwrap(), SendOutcome::Sent);
    }

    pub fn inject(&self, input: InjectedInput) {
        self.send(&ToCompositor::Inject(input));
    }

    fn next(&self, what: &str) -> (FromCompositor, Vec<OwnedFd>) {
        let mut buffer = vec![0; control_protocol::MAX_MESSAGE];
        match receive(&self.control, &mut buffer, what) {
            Some((len, fds)) => (control_protocol::decode(&buffer[..len]).unwrap(), fds),
            None => panic!("the compositor is gone while waiting for {what}"),
        }
    }

    /// The first message that `pick` takes.
    pub fn wait<T>(&mut self, what: &str, pick: impl Fn(&FromCompositor) -> Option<T>) -> T {
        loop {
            let (message, _) = self.next(what);
            let found = pick(&message);
            self.seen.push(message);
            if let Some(found) = found {
                return found;
            }
        }
    }

    pub fn wait_first_frame(&mut self) {
        self.wait("the first frame", |m| matches!(m, FromCompositor::FirstFrame { .. }).then_some(()));
    }

    pub fn wait_shown(&mut self, id: u32) {
        self.wait("a window", |m| (*m == FromCompositor::WindowShown(AppId(id))).then_some(()));
    }

    pub fn wait_focus(&mut self, id: u32) {
        let is = |m: &FromCompositor| match m {
            FromCompositor::Stacking(stacking) => Some(stacking.focused == Some(AppId(id))),
            _ => None,
        };
        // It may have been said while something else was awaited; only the last word counts.
        if self.seen.iter().rev().find_map(is) != Some(true) {
            self.wait("focus", |m| is(m).filter(|yes| *yes));
        }
    }

    /// What the first screen shows.
    pub fn screenshot(&mut self) -> Picture {
        self.tokens += 1;
        self.send(&ToCompositor::Screenshot(Token(self.tokens)));
        loop {
            let (message, mut fds) = self.next("a screenshot");
            if let FromCompositor::Screenshot { token, size } = message {
                assert_eq!(token, Token(self.tokens));
                let memory = ReadMapping::new(fds.pop().unwrap(), (size.w * size.h) as usize).unwrap();
                let mut pixels = vec![0; (size.w * size.h) as usize];
                memory.read(0, &mut pixels);
                return Picture { w: size.w, h: size.h, pixels };
            }
            self.seen.push(message);
        }
    }

    /// Everything said before this was done.
    pub fn settle(&mut self) {
        self.tokens += 1;
        self.send(&ToCompositor::Ping(Token(self.tokens)));
        let token = Token(self.tokens);
        self.wait("a pong", |m| (*m == FromCompositor::Pong(token)).then_some(()));
    }

    pub fn add_app(&mut self, spec: WindowSpec) -> App {
        let app = App::new(spec);
        self.announce(&app);
        app
    }

    /// The window of an app that has the focus, in one colour.
    pub fn add_focused(&mut self, spec: WindowSpec, color: u32) -> App {
        let id = spec.id;
        let mut app = self.add_app(spec);
        app.fill(color);
        self.wait_shown(id.0);
        self.send(&ToCompositor::Raise(id));
        self.wait_focus(id.0);
        app
    }

    pub fn key(&self, code: u16, pressed: bool) {
        self.inject(InjectedInput::Key { code, pressed });
    }

    /// Presses keys and releases them, the last one first.
    pub fn press(&self, codes: &[u16]) {
        codes.iter().for_each(|code| self.key(*code, true));
        codes.iter().rev().for_each(|code| self.key(*code, false));
    }

    /// Tells the compositor of an app's window; makes the app a new socket.
    fn announce(&self, app: &App) {
        let message = ToCompositor::WindowAdded(app.spec.clone());
        self.send_with(&message, &[app.memory.as_fd(), app.theirs.as_fd()]);
    }

    /// Another compositor, which gets what a supervisor would give it back.
    pub fn crash_and_return(&mut self, settings: Settings, apps: &mut [App], focus: u32) {
        self.child.kill().unwrap();
        let size = self.size;
        *self = Self::start();
        self.send(&ToCompositor::Settings(settings));
        for app in apps.iter_mut() {
            app.reconnect();
            self.announce(app);
        }
        let order = apps.iter().map(|app| app.spec.id).collect();
        self.send(&ToCompositor::Restack(Stacking {
            order,
            focused: Some(AppId(focus)),
            ..Stacking::default()
        }));
        self.add_screen(size.w, size.h);
        for app in apps {
            app.commit_again();
        }
        self.wait_first_frame();
    }

    /// Another compositor, which gets the window of an app that is no more.
    pub fn crash_and_return_dead(&mut self, settings: Settings, app: &mut App, frame: LastFrame) {
        self.child.kill().unwrap();
        let size = self.size;
        *self = Self::start();
        self.send(&ToCompositor::Settings(settings));
        app.reconnect();
        self.announce(app);
        self.send(&ToCompositor::WindowFrame { id: app.spec.id, frame });
        app.hang_up();
        self.send(&ToCompositor::Restack(Stacking::default()));
        self.add_screen(size.w, size.h);
        self.wait_first_frame();
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // A compositor that ended already is fine.
        let _ = self.child.kill();
    }
}

pub fn receive(socket: &Seqpacket, buffer: &mut [u8], what: &str) -> Option<(usize, Vec<OwnedFd>)> {
    let poller = sys::Poller::<Id>::new().unwrap();
    poller.add(socket, Id).unwrap();
    let end = Instant::now() + PATIENCE;
    let mut events = Vec::new();
    loop {
        match socket.receive(buffer).unwrap() {
            Received::Datagram(len, fds) => return Some((len, fds)),
            Received::Gone => return None,
            Received::Nothing => {
                assert!(Instant::now() < end, "nothing came while waiting for {what}");
                poller.wait(&mut events, Some(100_000_000)).unwrap();
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Id;
impl sys::Token for Id {
    fn to_u64(self) -> u64 {
        0
    }
    fn from_u64(_: u64) -> Self {
        Self
    }
}

pub fn spec(id: u32, w: u32, h: u32) -> WindowSpec {
    WindowSpec {
        id: AppId(id),
        title: format!("app {id}"),
        z: 10,
        size: PixelSize { w, h },
        position: None,
        resizable: false,
        home: false,
        pointer: true,
        touch: true,
        zone: None,
        generation: 1,
        arranged: None,
        menu: Vec::new(),
    }
}

/// An app-host: memory, a socket, and the slots it owns.
pub struct App {
    pub spec: WindowSpec,
    memory: OwnedFd,
    mapping: WriteMapping,
    layout: Layout,
    ours: Seqpacket,
    theirs: Seqpacket,
    free: Vec<SlotId>,
    last: Option<(SlotId, Opacity)>,
    serial: u32,
    seen: Vec<ToApp>,
}

impl App {
    fn new(spec: WindowSpec) -> Self {
        let layout = Layout::new(Size::new(spec.size.w, spec.size.h).unwrap());
        let memory = create_surface_memory("surface", layout.bytes()).unwrap();
        let mapping = WriteMapping::new(&memory, layout.pixels()).unwrap();
        let (ours, theirs) = Seqpacket::pair().unwrap();
        let free = SlotId::ALL.to_vec();
        Self { spec, memory, mapping, layout, ours, theirs, free, last: None, serial: 0, seen: Vec::new() }
    }

    /// Gets memory for a canvas of another size, as from the supervisor.
    pub fn resize(&mut self, bench: &Bench, w: u32, h: u32) {
        self.spec.size = PixelSize { w, h };
        self.spec.generation += 1;
        self.layout = Layout::new(Size::new(w, h).unwrap());
        self.memory = create_surface_memory("surface", self.layout.bytes()).unwrap();
        self.mapping = WriteMapping::new(&self.memory, self.layout.pixels()).unwrap();
        self.free = SlotId::ALL.to_vec();
        let (id, generation, size) = (self.spec.id, self.spec.generation, self.spec.size);
        bench.send_with(&ToCompositor::WindowBuffer { id, generation, size }, &[self.memory.as_fd()]);
    }

    /// As if its process ended: nobody holds its end of the socket.
    pub fn hang_up(&mut self) {
        (self.ours, self.theirs) = Seqpacket::pair().unwrap();
    }

    fn reconnect(&mut self) {
        (self.ours, self.theirs) = Seqpacket::pair().unwrap();
        self.free = SlotId::ALL.to_vec();
    }

    /// A slot that is free, or the next that gets so.
    fn slot(&mut self) -> SlotId {
        while self.free.is_empty() {
            self.take("a slot");
        }
        self.free.remove(0)
    }

    /// Paints a frame by pixel and commits it.
    pub fn paint(&mut self, opacity: Opacity, pixel: impl Fn(u32, u32) -> u32) {
        let slot = self.slot();
        for y in 0..self.spec.size.h {
            let row: Vec<u32> = (0..self.spec.size.w).map(|x| pixel(x, y)).collect();
            self.mapping.write(self.layout.row_start(slot, y), &row);
        }
        self.commit(slot, opacity);
    }

    pub fn fill(&mut self, color: u32) {
        self.paint(Opacity::Opaque, |_, _| color);
    }

    pub fn commit(&mut self, slot: SlotId, opacity: Opacity) {
        self.last = Some((slot, opacity));
        let damage = [Rect::new(0, 0, self.spec.size.w, self.spec.size.h)].into_iter().collect();
        let message = self.message(slot, opacity, damage);
        self.send_raw(&message);
    }

    /// Commits a frame that says of itself that it changes nothing.
    pub fn commit_unchanged(&mut self) {
        let slot = self.slot();
        let message = self.message(slot, Opacity::Opaque, Region::default());
        self.send_raw(&message);
    }

    /// Sends one message without end, until nobody hears it.
    pub fn flood(&mut self, message: &[u8]) {
        // Ours of the compositor's end: with it there would always be somebody.
        self.theirs = Seqpacket::pair().unwrap().1;
        while let Ok(SendOutcome::Sent | SendOutcome::Full) = self.ours.send(message, &[]) {}
    }

    pub fn message(
        &mut self,
        slot: SlotId,
        opacity: Opacity,
        damage: Region<paint::Surface>,
    ) -> [u8; MESSAGE_BYTES] {
        self.serial += 1;
        let commit = Commit {
            generation: self.spec.generation,
            serial: self.serial,
            slot,
            alpha: 255,
            opacity,
            committed_ns: monotonic_ns(),
            input_ns: 0,
            damage,
        };
        Surface::Commit(commit).encode()
    }

    pub fn send_raw(&self, bytes: &[u8]) {
        assert_eq!(self.ours.send(bytes, &[]).unwrap(), SendOutcome::Sent);
    }

    fn commit_again(&mut self) {
        if let Some((slot, opacity)) = self.last {
            self.free.retain(|s| *s != slot);
            self.commit(slot, opacity);
        }
    }

    /// The next message of the compositor.
    pub fn take(&mut self, what: &str) -> ToApp {
        let mut bytes = [0; MESSAGE_BYTES];
        let Some((len, _)) = receive(&self.ours, &mut bytes, what) else {
            panic!("the compositor closed the surface while waiting for {what}")
        };
        let message = ToApp::decode(&bytes[..len]).unwrap();
        if let ToApp::Release { slot, .. } = message {
            self.free.push(slot);
        }
        self.seen.push(message);
        message
    }

    /// The next input event.
    pub fn input(&mut self) -> surface_protocol::InputEvent {
        loop {
            if let ToApp::Input { event, .. } = self.take("input") {
                return event;
            }
        }
    }

    /// The first message of all that `pick` takes.
    pub fn wait<T>(&mut self, what: &str, pick: impl Fn(&ToApp) -> Option<T>) -> T {
        if let Some(found) = self.seen.iter().find_map(&pick) {
            return found;
        }
        loop {
            let message = self.take(what);
            if let Some(found) = pick(&message) {
                return found;
            }
        }
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub w: u32,
    pub h: u32,
    pub pixels: Vec<u32>,
}

impl Picture {
    pub fn at(&self, x: u32, y: u32) -> u32 {
        self.pixels[(y * self.w + x) as usize]
    }

    /// Leaves a picture where people can look at it: `target/tmp/<name>.ppm`.
    pub fn save(&self, name: &str) {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.ppm"));
        let mut bytes = format!("P6 {} {} 255\n", self.w, self.h).into_bytes();
        for pixel in &self.pixels {
            bytes.extend(&pixel.to_be_bytes()[1..]);
        }
        File::create(path).unwrap().write_all(&bytes).unwrap();
    }

    /// How many pixels differ.
    pub fn differs(&self, other: &Self) -> usize {
        self.pixels.iter().zip(&other.pixels).filter(|(a, b)| a != b).count()
    }
}
