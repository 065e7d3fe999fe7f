//! From a manifest to a process in its own world.

use std::fs;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use control_protocol::compositor::ToCompositor;
use control_protocol::driver::Report;
use control_protocol::host::{Jail, Start, SurfaceSpec, SystemLine};
use control_protocol::{AppId, Level};
use lifecycle::{HEARD, TokenBucket};
use manifest::EventSet;
use sys::Seqpacket;
use sys::machine::{self, Cgroup, CgroupLimits};
use sys::process::{Child, Isolation, Spawn, spawn};

use crate::app::{Process, Window, make_memory};
use crate::link::{Link, SharedFd};
use crate::supervisor::Supervisor;

/// The first user id of apps. Below are the system's.
const FIRST_ID: u32 = 100_000;
/// How many ids apps share. An app's is derived from its name, so that what it owns under /data stays its own
/// whatever order apps start in; two of a hundred apps collide once in 200 000 devices.
const IDS: u32 = 1_000_000_000;

/// Folders of /data that are the system's own.
pub(crate) const SYSTEM_FOLDERS: [&str; 4] = ["apps", "fonts", "screenshots", "system"];

/// What an app-host needs beside its guest: code, the canvas, wasm tables, stacks, and 4 MiB of fonts.
const HOST_MEMORY: u64 = 28 << 20;
/// What a hosted app-host may allocate privately beside its guest where no cgroup bounds it: more than on a
/// device, since allocators of distributions reserve more than they use.
const HOSTED_MEMORY: u64 = 512 << 20;
/// Threads of an app-host: one runs the guest, one listens.
const HOST_TASKS: u32 = 16;

/// A process of the program for guests, before it is told what it is for.
pub(crate) struct Confined<'a> {
    /// Whose, for the log.
    pub(crate) about: &'a str,
    /// Its cgroup's name.
    pub(crate) group: String,
    /// Its user outside of its namespaces.
    pub(crate) uid: u32,
    pub(crate) needs_network: bool,
    /// Without what the program itself needs.
    pub(crate) bounds: CgroupLimits,
}

impl Supervisor {
    /// Makes an app's process and tells it and the compositor all they must know. The reason of a failure is
    /// for people.
    pub(crate) fn spawn_app(&mut self, id: AppId) -> Result<(), String> {
        let screen = self.screen();
        let policy = self.settings.policy;
        let has_compositor = self.compositor.is_up();
        let servers = self.name_servers();
        let entry = self.apps.get_mut(id).ok_or("no such app")?;
        let name = entry.manifest.name.clone();
        let directory = entry.directory.clone();
        let capabilities = entry.manifest.capabilities;
        let bundle =
            machine::open_directory(&directory).map_err(|e| format!("{}: {e}", directory.display()))?;
        // The list that was checked when the app was taken in, not the file that lies there now.
        let list = sys::create_sealed_file("bundle", entry.list.to_string().as_bytes())
            .map_err(|e| format!("no memory for its list: {e}"))?;

        let mut start = Start {
            name: name.clone(),
            module: entry.manifest.compiled(),
            capabilities,
            limits: entry.manifest.limits,
            events: entry.events(),
            menu: entry.manifest.menu_items.iter().map(|item| item.action.clone()).collect(),
            compat: entry.compat,
            profile: policy,
            screen: None,
            surface: None,
            name_servers: if capabilities.network { servers } else { Vec::new() },
            jail: self.jail,
        };
        let mut fds: Vec<SharedFd> = vec![Rc::new(bundle), Rc::new(list)];
        let mut window = None;
        if capabilities.display {
            let size = entry.canvas(screen, &self.settings);
            let memory = make_memory(size).map_err(|e| format!("no memory for its window: {e}"))?;
            entry.generation = entry.generation.wrapping_add(1);
            let generation = entry.generation;
            start.screen = Some(size);
            start.surface = Some(SurfaceSpec { size, generation });
            let before = entry.window.as_ref();
            let (place, arranged) = (before.and_then(|w| w.place), before.and_then(|w| w.arranged));
            let (last, previews) = (None, Vec::new());
            window = Some(Window { memory, size, generation, place, arranged, last, previews });
        } else if capabilities.shell || entry.compat.screen_line {
            start.screen = Some(screen);
        }
        let uid = FIRST_ID + hash(name.as_str()) % IDS;
        if capabilities.filesystem {
            let path = self.data_directory(name.as_str(), uid)?;
            let data = machine::open_directory(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            fds.push(Rc::new(data));
            if let Some(entry) = self.apps.get_mut(id) {
                entry.data = Some(path);
            }
        }
        let surface = match &window {
            Some(window) => {
                let (ours, theirs) = Seqpacket::pair().map_err(|e| format!("no socket: {e}"))?;
                fds.push(window.memory.clone());
                fds.push(Rc::new(theirs.into_fd()));
                Some(Rc::new(ours.into_fd()))
            }
            None => None,
        };

        let process = self.spawn_host(id, uid, window.as_ref().map_or(0, surface_bytes))?;
        let pid = process.child.pid();
        self.watch_process(id, &process).map_err(|e| format!("cannot be watched: {e}"))?;
        start.jail = self.jail;
        let entry = self.apps.get_mut(id).ok_or("no such app")?;
        entry.process = Some(process);
        self.weigh_if_focused(id);
        let entry = self.apps.get_mut(id).ok_or("no such app")?;
        if let (Some(window), Some(socket)) = (window, surface) {
            let spec = entry.window_spec(&window, &self.settings);
            let memory = window.memory.clone();
            entry.window = Some(window);
            // A compositor that does not run gets all windows when it starts.
            if has_compositor {
                self.tell_compositor(&ToCompositor::WindowAdded(spec), vec![memory, socket]);
            }
        }
        self.send_start(id, start, fds);
        self.log.about(name.as_str(), Level::Info, "starts");
        self.log.report(Report::Started { app: name.as_str().to_owned(), pid });
        self.announce(Some(id), &SystemLine::AppLaunched(name), EventSet::APPS);
        Ok(())
    }

    fn spawn_host(&mut self, id: AppId, uid: u32, surface: u64) -> Result<Process, String> {
        let entry = self.apps.get(id).ok_or("no such app")?;
        let limits = entry.manifest.limits;
        let memory = limits.memory.saturating_add(surface);
        let name = entry.name().to_owned();
        let confined = Confined {
            about: &name,
            group: format!("app-{}", id.0),
            uid,
            needs_network: entry.manifest.capabilities.network,
            bounds: CgroupLimits { memory, cpu: limits.cpu, pids: HOST_TASKS },
        };
        let (child, link, cgroup) = self.spawn_confined(&confined)?;
        let heard = TokenBucket::new(HEARD, sys::monotonic_ns());
        Ok(Process { child, link, heard, has_flooded: false, cgroup, exit: None, is_stopping: false })
    }

    /// Makes a process of the program for guests in a world of its own.
    pub(crate) fn spawn_confined(
        &mut self,
        confined: &Confined<'_>,
    ) -> Result<(Child, Link, Option<Cgroup>), String> {
        let program = self.programs.app_host.clone().map_err(|e| format!("no app-host: {e}"))?;
        let (ours, theirs) = Seqpacket::pair().map_err(|e| format!("no socket: {e}"))?;
        let stderr = self.log.stderr().map_err(|e| format!("no standard error: {e}"))?;

        let memory = confined.bounds.memory.saturating_add(HOST_MEMORY);
        let bounds = CgroupLimits { memory, ..confined.bounds };
        let mut cgroup = None;
        if let Some(parent) = &self.cgroups {
            match Cgroup::new(parent, &confined.group, bounds) {
                Ok(group) => {
                    if let Err(e) = self.limit_disk(&group) {
                        let line = format!("what it does to the disk is not bounded: {e}");
                        self.log.about(confined.about, Level::Warn, &line);
                    }
                    cgroup = Some(group);
                }
                Err(e) => {
                    self.log.about(confined.about, Level::Warn, &format!("runs without a cgroup: {e}"));
                }
            }
        }
        let cgroup_fd = cgroup.as_ref().and_then(|c| c.open().ok());
        let id = confined.uid;
        let isolation = match (self.jail, confined.needs_network) {
            (Jail::WithoutNamespaces, _) => Isolation::Session,
            (Jail::Full, true) => Isolation::NamespacesWithNetwork { id },
            (Jail::Full, false) => Isolation::Namespaces { id },
        };
        let plan = Spawn {
            program: program.as_fd(),
            name: "app-host",
            socket: theirs.as_fd(),
            stderr: stderr.as_fd(),
            isolation,
            cgroup: cgroup_fd.as_ref().map(AsFd::as_fd),
        };
        let child = self.spawn_apart(&plan)?;
        if cgroup.is_none() {
            let most = confined.bounds.memory.saturating_add(HOSTED_MEMORY);
            if let Err(e) = sys::process::limit_process(child.pid(), most) {
                self.log.about(confined.about, Level::Warn, &format!("its memory is not bounded: {e}"));
            }
        }
        Ok((child, Link::new(ours), cgroup))
    }

    /// Starts one of our programs. From the first time that a system which we are guests on refuses namespaces, without.
    pub(crate) fn spawn_apart(&mut self, plan: &Spawn<'_>) -> Result<Child, String> {
        match spawn(plan) {
            Err(e) if plan.isolation != Isolation::Session && self.is_hosted() => {
                let what = format!("this system refuses user namespaces ({e}): everything runs without them");
                self.log.system(Level::Warn, &what);
                self.jail = Jail::WithoutNamespaces;
                spawn(&Spawn { isolation: Isolation::Session, ..*plan })
            }
            other => other,
        }
        .map_err(|e| format!("no process: {e}"))
    }

    /// The app's own directory, made and given to it. Where `/data` takes nothing, one in memory that is said
    /// to be forgotten.
    fn data_directory(&mut self, name: &str, uid: u32) -> Result<PathBuf, String> {
        if SYSTEM_FOLDERS.contains(&name) {
            return Err(format!("/data/{name} is the system's; an app with files cannot have this name"));
        }
        let lasting = self.root.join("data").join(name);
        match prepare(&lasting, uid) {
            Ok(()) => return Ok(lasting),
            Err(e) => {
                let what =
                    format!("{}: {e}; what it writes is kept in memory and forgotten", lasting.display());
                self.log.about(name, Level::Warn, &what);
            }
        }
        let passing = self.root.join("run/data").join(name);
        prepare(&passing, uid).map_err(|e| format!("{}: {e}", passing.display()))?;
        Ok(passing)
    }
}

/// Makes a directory that is its owner's alone, or gives one that is there to them.
pub(crate) fn make_directory(directory: &Path, uid: u32) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    if let Some(parent) = directory.parent() {
        fs::create_dir_all(parent)?;
    }
    match fs::DirBuilder::new().mode(0o700).create(directory) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => return Err(e),
        _ => {}
    }
    let metadata = fs::symlink_metadata(directory)?;
    if !metadata.is_dir() {
        return Err(std::io::Error::new(std::io::ErrorKind::NotADirectory, "not a directory"));
    }
    if machine::effective_uid() == 0 && metadata.uid() != uid {
        machine::give_to(directory, uid)?;
    }
    Ok(())
}

fn prepare(directory: &Path, uid: u32) -> std::io::Result<()> {
    make_directory(directory, uid)?;
    // A directory that exists on a full or read-only file system is no use to an app that writes.
    let probe = directory.join(".vyoma-probe");
    fs::write(&probe, b"x")?;
    fs::remove_file(&probe)
}

/// Bytes of a window's shared memory, which count for the process that paints them.
fn surface_bytes(window: &Window) -> u64 {
    u64::from(window.size.w.next_multiple_of(16)) * u64::from(window.size.h) * 4 * 3
}

/// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>).
fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}
