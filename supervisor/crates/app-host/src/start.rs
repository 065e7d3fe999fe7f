//! From the first message to the guest's end.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bundle::{BundleList, FolderError, ListError, MAX_LIST};
use control_protocol::Level;
use control_protocol::host::{Exit, FromHost, Jail, Start, ToHost};
use control_protocol::job::JobOrder;
use draw_protocol::{AppEvent, Profile};
use manifest::{EventSet, Policy};
use rustix::event::{PollFd, PollFlags, poll};
use sys::jail::Enforced;
use sys::{Received, Seqpacket, monotonic_ns};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

use crate::broker::Broker;
use crate::inbox::{Inbox, Kind};
use crate::input::Translator;
use crate::jail::{Cell, JailError};
use crate::link::Link;
use crate::module::ModuleError;
use crate::picture::{Picture, PictureError};
use crate::pump::Hearing;
use crate::quota::Quota;
use crate::runtime::{Bounds, LinkError};
use crate::shared::Shared;
use crate::stdout::{Grants, Stdout};
use crate::streams::{GuestStderr, GuestStdin, GuestStdout};
use crate::{jail, job, module, pump, runtime};

/// Why an app was not started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// The first message is not what it must be.
    #[error("the supervisor's first message: {0}")]
    Message(String),
    /// A descriptor is missing.
    #[error("the supervisor sent no {0}")]
    Missing(&'static str),
    /// The data directory cannot be opened.
    #[error("the app's data directory: {0:#}")]
    Data(wasmtime::Error),
    /// The bundle's list cannot be read.
    #[error("the bundle's list")]
    ReadList(#[source] io::Error),
    /// It is none.
    #[error(transparent)]
    List(#[from] ListError),
    /// The bundle is another one than its list says.
    #[error(transparent)]
    Bundle(#[from] FolderError),
    /// The jail.
    #[error(transparent)]
    Jail(#[from] JailError),
    /// The module.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// The imports.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The surface.
    #[error("the window")]
    Picture(#[from] PictureError),
    /// The second thread, or the runtime.
    #[error("the app's own process")]
    Process(#[source] io::Error),
}

/// The descriptors of [`Start`], in their order.
struct Descriptors {
    bundle: OwnedFd,
    list: OwnedFd,
    data: Option<OwnedFd>,
    surface: Option<(OwnedFd, Seqpacket)>,
}

/// What the process is for.
enum First {
    App(Box<Start>),
    Job(Box<JobOrder>),
}

/// Runs the app that the supervisor names over `socket`, or does its job, and tells it how that ended.
pub(crate) fn run(socket: Seqpacket) {
    match receive(&socket) {
        Ok(None) => {}
        Ok(Some((First::Job(order), fds))) => {
            // Before the jail closes: it reads a clock, and the first reading asks where the vDSO is.
            let broker = Broker::new(socket);
            let result = job::run(*order, fds);
            broker.send(&FromHost::JobDone(result));
        }
        Ok(Some((First::App(start), fds))) => {
            let start = *start;
            let broker = Broker::new(socket);
            let shared = shared(broker, &start);
            let exit = match start_app(&shared, start, fds) {
                Ok(exit) => exit,
                Err(e) => Exit::Refused(chain(&e)),
            };
            shared.broker.ended(exit);
        }
        Err(e) => Broker::new(socket).ended(Exit::Refused(chain(&e))),
    }
}

/// An error and what caused it, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_line = cause.to_string();
        if !line.ends_with(&cause_line) {
            line.push_str(": ");
            line.push_str(&cause_line);
        }
        next = cause.source();
    }
    line
}

/// Waits for the first message; `None`: the supervisor went away.
fn receive(socket: &Seqpacket) -> Result<Option<(First, Vec<OwnedFd>)>, StartError> {
    let wrong = |what: &dyn std::fmt::Display| StartError::Message(what.to_string());
    let mut buffer = vec![0; control_protocol::MAX_MESSAGE];
    loop {
        match socket.receive(&mut buffer).map_err(|e| wrong(&e))? {
            Received::Datagram(len, fds) => {
                return match control_protocol::decode(&buffer[..len]).map_err(|e| wrong(&e))? {
                    ToHost::Start(start) => Ok(Some((First::App(start), fds))),
                    ToHost::Job(order) => Ok(Some((First::Job(order), fds))),
                    _ => Err(wrong(&"it is neither an app nor a job")),
                };
            }
            Received::Gone => return Ok(None),
            Received::Nothing => {
                // An interrupted wait is a turn like any other.
                let _ = poll(&mut [PollFd::new(socket, PollFlags::IN)], None);
            }
        }
    }
}

fn descriptors(start: &Start, fds: Vec<OwnedFd>) -> Result<Descriptors, StartError> {
    let mut fds = fds.into_iter();
    let mut next = |what| fds.next().ok_or(StartError::Missing(what));
    let bundle = next("bundle directory")?;
    let list = next("bundle's list")?;
    let data = if start.capabilities.filesystem { Some(next("data directory")?) } else { None };
    let surface = match start.surface {
        Some(_) => {
            let memory = next("surface memory")?;
            let socket = Seqpacket::from_fd(next("surface socket")?)
                .map_err(|e| StartError::Message(format!("surface socket: {e}")))?;
            Some((memory, socket))
        }
        None => None,
    };
    Ok(Descriptors { bundle, list, data, surface })
}

/// The queues, with the lines every app reads first.
fn shared(broker: Broker, start: &Start) -> Arc<Shared> {
    let mut inbox = Inbox::new(start.compat.ping_hz);
    let hears = start.capabilities.stdio || start.capabilities.display;
    if let Some(size) = start.screen.filter(|_| hears) {
        inbox.push(Kind::Kept, &AppEvent::Screen { w: size.w, h: size.h }, 0);
        if start.capabilities.display {
            let profile = match start.profile {
                Policy::Kiosk => Profile::Kiosk,
                Policy::Desktop => Profile::Desktop,
                Policy::Signage => Profile::Signage,
            };
            inbox.push(Kind::Kept, &AppEvent::DisplayProfile(profile), 0);
        }
    }
    if !hears {
        inbox.close();
    }
    let size = start.surface.and_then(|s| Some((paint::Size::new(s.size.w, s.size.h)?, s.generation)));
    let link = size.map(|(size, generation)| Link::new(size, generation));
    Arc::new(Shared::new(broker, inbox, link, monotonic_ns()))
}

fn start_app(shared: &Arc<Shared>, start: Start, fds: Vec<OwnedFd>) -> Result<Exit, StartError> {
    let Descriptors { bundle, list, data, surface } = descriptors(&start, fds)?;
    let capabilities = start.capabilities;
    let mut wasi = runtime::wasi(&capabilities);
    if let Some(data) = &data {
        preopen(&mut wasi, data)?;
    }
    let quota = match &data {
        Some(data) => {
            let quota = Quota::new(data, start.limits.data, Arc::clone(shared));
            Some(Arc::new(quota.map_err(StartError::Process)?))
        }
        None => None,
    };
    let data = data.as_ref().map(AsFd::as_fd);
    let reads = Some(bundle.as_fd());
    let cell = Cell { name: &start.name, capabilities: &capabilities, jail: start.jail, bundle: reads, data };
    let enforced = jail::close(&cell)?;
    say(shared, start.jail, enforced);

    let code = hashed(bundle.as_fd(), list, &start.module)?;
    let engine = module::engine()?;
    let ready = runtime::link(&engine, &module::load(&engine, &code)?)?;
    drop(code);
    let (picture, surface) = match (start.surface, surface) {
        (Some(spec), Some((memory, socket))) => (Some(Picture::new(spec, memory)?), Some(socket)),
        _ => (None, None),
    };
    let events = EventSet::default().with(start.events).with(start.compat.events);
    let hearing = Hearing {
        input: Translator::new(&capabilities, events, &start.compat, start.menu),
        lines: capabilities.stdio,
        frames: events.contains(EventSet::FRAME),
    };
    let grants = Grants { name: start.name, capabilities, events };
    let stdout = Arc::new(Mutex::new(Stdout::new(Arc::clone(shared), grants, picture)));
    let stderr = GuestStderr::new(Arc::clone(shared));
    wasi.stdin(GuestStdin(Arc::clone(shared))).stdout(GuestStdout(Arc::clone(&stdout)));
    if capabilities.stdio {
        wasi.stderr(stderr.clone());
    }
    let runtime = tokio_runtime(capabilities.network).map_err(StartError::Process)?;
    pump::start(Arc::clone(shared), surface, hearing, Arc::clone(&stdout)).map_err(StartError::Process)?;
    jail::seal(&capabilities)?;
    shared.broker.send(&FromHost::Running);

    let name_servers = capabilities.network.then_some(start.name_servers);
    let bounds = Bounds { limits: start.limits, name_servers, quota };
    let exit = runtime.block_on(runtime::run(&engine, ready, &mut wasi, bounds));
    stdout.lock().unwrap_or_else(PoisonError::into_inner).finish();
    stderr.finish();
    Ok(exit)
}

/// The compiled app, after every file of the bundle was held against the list.
fn hashed(bundle: BorrowedFd<'_>, list: OwnedFd, module: &str) -> Result<Vec<u8>, StartError> {
    let mut text = Vec::new();
    File::from(list).take(MAX_LIST as u64 + 1).read_to_end(&mut text).map_err(StartError::ReadList)?;
    let list = BundleList::parse(&text)?;
    Ok(bundle::check(bundle, &list, module)?)
}

/// Gives the guest its directory as `/data`. It is opened by its descriptor, before the root goes.
fn preopen(wasi: &mut WasiCtxBuilder, data: &OwnedFd) -> Result<(), StartError> {
    let path = PathBuf::from(format!("/proc/self/fd/{}", data.as_raw_fd()));
    wasi.preopened_dir(path, "/data", FsPerms::ReadWrite).map_err(StartError::Data)?;
    Ok(())
}

/// What of the jail is missing on this machine.
fn say(shared: &Shared, jail: Jail, enforced: Enforced) {
    if jail == Jail::WithoutNamespaces {
        shared.broker.note(Level::Warn, "the kernel refuses namespaces: the app shares the system's");
    }
    match enforced {
        Enforced::Fully => {}
        Enforced::Partly => shared.broker.note(Level::Debug, "an older Landlock: files are confined"),
        Enforced::Not => shared.broker.note(Level::Warn, "the kernel has no Landlock"),
    }
}

/// One thread; sockets only where they are granted, so that other apps need no call for them.
pub(crate) fn tokio_runtime(network: bool) -> io::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time();
    if network {
        builder.enable_io();
    }
    builder.build()
}
