//! A supervisor and a compositor for one real `app-host` process, as far as a test needs them.

use std::fs::{self, File};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bundle::{BundleList, Hash};
use control_protocol::PixelSize;
use control_protocol::host::{Exit, FromHost, Jail, Start, SurfaceSpec, ToHost};
use manifest::{AppName, Capabilities, CompatEntry, EventSet, Limits, Policy};
use paint::{Size, Surface};
use rustix::event::{PollFd, PollFlags, poll};
use surface_protocol::{Commit, Layout, MESSAGE_BYTES, ToApp, ToCompositor};
use sys::process::{Child, Isolation, Spawn, spawn};
use sys::{ReadMapping, Received, SendOutcome, Seqpacket};

#[path = "../../engine-settings.rs"]
mod engine_settings;

/// Nothing in these tests takes longer on a machine that works.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) const SIZE: PixelSize = PixelSize { w: 40, h: 30 };

/// Machine code of a guest, as the host tool would make it.
pub(crate) fn compile(wat: &str) -> Vec<u8> {
    let mut config = wasmtime::Config::new();
    engine_settings::settings(&mut config);
    config.target("x86_64-unknown-linux-gnu").unwrap();
    let engine = wasmtime::Engine::new(&config).unwrap();
    let wasm = wat::parse_str(wat).unwrap();
    if wasm.get(4..8) == Some(&[1, 0, 0, 0]) {
        engine.precompile_module(&wasm).unwrap()
    } else {
        engine.precompile_component(&wasm).unwrap()
    }
}

pub(crate) fn surface_size() -> Size<Surface> {
    Size::new(SIZE.w, SIZE.h).unwrap()
}

/// What is granted and what comes with it.
pub(crate) struct App {
    pub(crate) capabilities: Capabilities,
    pub(crate) events: EventSet,
    pub(crate) compat: CompatEntry,
    pub(crate) module: Vec<u8>,
    pub(crate) name_servers: Vec<std::net::SocketAddr>,
    pub(crate) limits: Limits,
    /// Empty files that are in its data directory already.
    pub(crate) files: Vec<String>,
    /// Files that are in its bundle beside the module.
    pub(crate) beside: Vec<(&'static str, &'static str)>,
    /// What is done to the bundle after its list was made.
    pub(crate) tampers: fn(&std::path::Path),
}

impl App {
    pub(crate) fn new(module: Vec<u8>, capabilities: Capabilities) -> Self {
        Self {
            capabilities,
            events: EventSet::default(),
            compat: CompatEntry::default(),
            module,
            name_servers: Vec::new(),
            limits: Limits::default(),
            files: Vec::new(),
            beside: Vec::new(),
            tampers: |_| (),
        }
    }
}

/// A running app-host.
pub(crate) struct Host {
    pub(crate) broker: Seqpacket,
    pub(crate) surface: Option<Seqpacket>,
    pub(crate) memory: Option<ReadMapping>,
    pub(crate) memory_fd: Option<OwnedFd>,
    pub(crate) child: Child,
    _dir: Dir,
    /// Everything the host said so far, but for `Running`.
    pub(crate) log: Vec<FromHost>,
}

/// A directory that goes with its owner.
pub(crate) struct Dir(pub(crate) std::path::PathBuf);

impl Dir {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("vyoma-app-host-{}-{n}", std::process::id()));
        fs::create_dir_all(path.join("bundle")).unwrap();
        fs::create_dir_all(path.join("data")).unwrap();
        Self(path)
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The program: this build's, or the one that `VYOMA_APP_HOST` names, such as an image's.
fn program() -> std::ffi::OsString {
    std::env::var_os("VYOMA_APP_HOST").unwrap_or_else(|| env!("CARGO_BIN_EXE_app-host").into())
}

/// The id outside of the test apps' root.
const ID: u32 = 100_042;

/// A process of the program, as the supervisor makes it.
pub(crate) fn begin(network: bool) -> (Child, Seqpacket, Jail) {
    let program = File::open(program()).unwrap();
    let (ours, theirs) = Seqpacket::pair().unwrap();
    let stderr = File::options().write(true).open("/dev/null").unwrap();
    let begin = |isolation| {
        spawn(&Spawn {
            program: program.as_fd(),
            name: "app-host",
            socket: theirs.as_fd(),
            stderr: stderr.as_fd(),
            isolation,
            cgroup: None,
        })
    };
    let full =
        if network { Isolation::NamespacesWithNetwork { id: ID } } else { Isolation::Namespaces { id: ID } };
    match begin(full) {
        Ok(child) => (child, ours, Jail::Full),
        Err(_) => (begin(Isolation::Session).unwrap(), ours, Jail::WithoutNamespaces),
    }
}

impl Host {
    pub(crate) fn start(app: &App) -> Self {
        Self::start_watched(app, |_| ())
    }

    /// As [`Host::start`]; `watch` learns the process's number before the process is told anything.
    pub(crate) fn start_watched(app: &App, watch: impl FnOnce(u32)) -> Self {
        let dir = Dir::new();
        let network = app.capabilities.network;
        let (child, broker, jail) = begin(network);
        watch(child.pid());
        fs::write(dir.0.join("bundle/app.cwasm"), &app.module).unwrap();
        for (name, bytes) in &app.beside {
            fs::write(dir.0.join("bundle").join(name), bytes).unwrap();
        }
        let bundle = File::open(dir.0.join("bundle")).unwrap();
        let list = BundleList::new(Hash([0; 32]), bundle::scan(bundle.as_fd()).unwrap()).unwrap();
        let list = sys::create_sealed_file("bundle", list.to_string().as_bytes()).unwrap();
        (app.tampers)(&dir.0.join("bundle"));
        for name in &app.files {
            File::create(dir.0.join("data").join(name)).unwrap();
        }
        let data = File::open(dir.0.join("data")).unwrap();
        if rustix::process::geteuid().is_root() && jail == Jail::Full {
            std::os::unix::fs::chown(dir.0.join("data"), Some(ID), Some(ID)).unwrap();
        }
        let display = app.capabilities.display;
        let start = Start {
            name: AppName::new("guest").unwrap(),
            module: "app.cwasm".to_owned(),
            capabilities: app.capabilities,
            limits: app.limits,
            events: app.events,
            menu: Vec::new(),
            compat: app.compat,
            profile: Policy::Kiosk,
            screen: display.then_some(SIZE),
            surface: display.then_some(SurfaceSpec { size: SIZE, generation: 1 }),
            name_servers: app.name_servers.clone(),
            jail,
        };
        let mut host =
            Self { broker, surface: None, memory: None, memory_fd: None, child, _dir: dir, log: Vec::new() };
        let mut fds: Vec<BorrowedFd<'_>> = vec![bundle.as_fd(), list.as_fd()];
        if app.capabilities.filesystem {
            fds.push(data.as_fd());
        }
        let pair = Seqpacket::pair().unwrap();
        let memory = sys::create_surface_memory("test", Layout::new(surface_size()).bytes()).unwrap();
        if display {
            fds.extend([memory.as_fd(), pair.1.as_fd()]);
            host.surface = Some(pair.0);
            host.memory = Some(ReadMapping::new(&memory, Layout::new(surface_size()).pixels()).unwrap());
        }
        send(&host.broker, &ToHost::Start(Box::new(start)), &fds);
        drop(fds);
        host.memory_fd = Some(memory);
        host
    }

    pub(crate) fn send(&self, message: &ToHost) {
        send(&self.broker, message, &[]);
    }

    /// As [`Host::send`], as soon as there is room; nothing to a process that is gone.
    pub(crate) fn send_slowly(&self, message: &ToHost) {
        let bytes = control_protocol::encode(message).unwrap();
        while self.broker.send(&bytes, &[]).unwrap() == SendOutcome::Full {
            let _ = poll(&mut [PollFd::new(&self.broker, PollFlags::OUT)], None);
        }
    }

    pub(crate) fn send_with(&self, message: &ToHost, fd: BorrowedFd<'_>) {
        send(&self.broker, message, &[fd]);
    }

    pub(crate) fn tell(&self, message: &ToApp) {
        let surface = self.surface.as_ref().unwrap();
        assert_eq!(surface.send(&message.encode(), &[]).unwrap(), SendOutcome::Sent);
    }

    /// The next message that `pick` wants; others are kept in the log.
    pub(crate) fn until<T>(&mut self, mut pick: impl FnMut(&FromHost) -> Option<T>) -> T {
        loop {
            let mut buffer = vec![0; control_protocol::MAX_MESSAGE];
            let Some(len) = receive(&self.broker, &mut buffer) else {
                panic!("the host is gone ({:?}); it said {:?}", self.child.ended(), self.log)
            };
            let message: FromHost = control_protocol::decode(&buffer[..len]).unwrap();
            let picked = pick(&message);
            if message != FromHost::Running {
                self.log.push(message);
            }
            if let Some(picked) = picked {
                return picked;
            }
        }
    }

    pub(crate) fn running(&mut self) {
        self.until(|m| match m {
            FromHost::Running => Some(()),
            FromHost::Ended(exit) => panic!("it ended before it ran: {exit:?}"),
            _ => None,
        });
    }

    pub(crate) fn ended(&mut self) -> Exit {
        self.until(|m| if let FromHost::Ended(exit) = m { Some(exit.clone()) } else { None })
    }

    /// Lines of the log so far.
    pub(crate) fn lines(&self) -> Vec<&str> {
        self.log
            .iter()
            .filter_map(|m| if let FromHost::Log { line, .. } = m { Some(&**line) } else { None })
            .collect()
    }

    pub(crate) fn has_line(&self, part: &str) -> bool {
        self.lines().iter().any(|line| line.contains(part))
    }

    pub(crate) fn commit(&mut self) -> Commit {
        let mut buffer = [0; MESSAGE_BYTES + 1];
        let Some(len) = receive(self.surface.as_ref().unwrap(), &mut buffer) else {
            let exit = self.ended();
            panic!("it ended before it committed: {exit:?}, {:?}", self.log)
        };
        let ToCompositor::Commit(commit) = ToCompositor::decode(&buffer[..len], surface_size()).unwrap();
        commit
    }

    /// The pixel of a commit.
    pub(crate) fn pixel(&self, commit: &Commit, x: usize, y: u32) -> u32 {
        let mut pixel = [0];
        let at = Layout::new(surface_size()).row_start(commit.slot, y) + x;
        self.memory.as_ref().unwrap().read(at, &mut pixel);
        pixel[0]
    }

    /// A file of /proc about the process.
    pub(crate) fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.child.pid())).unwrap()
    }

    pub(crate) fn status(&self, field: &str) -> String {
        let status = self.proc("status");
        let line = status.lines().find_map(|l| l.strip_prefix(field)).unwrap();
        line.trim_start_matches(':').trim().to_owned()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let deadline = Instant::now() + PATIENCE;
        while matches!(self.child.ended(), Ok(None)) && Instant::now() < deadline {
            let _ = poll(&mut [PollFd::new(&self.child, PollFlags::IN)], None);
        }
    }
}

pub(crate) fn send(socket: &Seqpacket, message: &ToHost, fds: &[BorrowedFd<'_>]) {
    let bytes = control_protocol::encode(message).unwrap();
    assert_eq!(socket.send(&bytes, fds).unwrap(), SendOutcome::Sent);
}

/// Waits for a datagram; `None` when the peer is gone.
pub(crate) fn receive(socket: &Seqpacket, buffer: &mut [u8]) -> Option<usize> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match socket.receive(buffer).unwrap() {
            Received::Datagram(len, _) => return Some(len),
            Received::Gone => return None,
            Received::Nothing => {
                let left = deadline.saturating_duration_since(Instant::now());
                assert!(!left.is_zero(), "nothing came in {PATIENCE:?}");
                let timeout = rustix::event::Timespec {
                    tv_sec: i64::try_from(left.as_secs()).unwrap(),
                    tv_nsec: i64::from(left.subsec_nanos()),
                };
                let _ = poll(&mut [PollFd::new(socket, PollFlags::IN)], Some(&timeout));
            }
        }
    }
}
