//! The apps of this boot.

use std::os::fd::AsFd;
use std::path::PathBuf;
use std::rc::Rc;

use bundle::BundleList;
use control_protocol::compositor::{Arranged, LastFrame, MenuEntry, ToCompositor, WindowPhase, WindowSpec};
use control_protocol::driver::Report;
use control_protocol::host::{Exit, Start, SurfaceSpec, SystemLine, ToHost};
use control_protocol::{AppId, Level, PixelSize, Place, Preview};
use lifecycle::{App, AppState, Effect, End, Event, MESSAGES, REQUESTS, TokenBucket};
use manifest::{CompatEntry, EventSet, Manifest, MenuItem, Policy, Restart};
use sys::machine::Cgroup;
use sys::process::{Child, Ended};

use crate::bundles::Bundle;
use crate::link::{Link, Pushed, SharedFd};
use crate::settings::Settings;
use crate::supervisor::{Source, Supervisor};

/// Apps of one boot. An id is never given twice, so this also bounds what `run` can make of bundles.
pub(crate) const MAX_APPS: usize = 1024;

/// The largest canvas in pixels: three slots of it are 192 MiB.
const MAX_CANVAS: u64 = 16 << 20;

/// The least window of an app that wishes for no size, under the desktop policy, in pixels: in a smaller one nothing of
/// the shell's apps but the clock has room for all its controls, each as large as a finger.
const ROOMY: PixelSize = PixelSize { w: 640, h: 400 };

/// One app: what it is, and its process while it has one.
pub(crate) struct Entry {
    pub(crate) id: AppId,
    pub(crate) manifest: Manifest,
    /// The bundle.
    pub(crate) directory: PathBuf,
    /// What it must hold.
    pub(crate) list: Rc<BundleList>,
    pub(crate) compat: CompatEntry,
    pub(crate) life: App,
    /// The launcher.
    pub(crate) is_home: bool,
    /// Its own raise is answered but not done: it did not start because somebody wanted to see it.
    pub(crate) may_not_raise_itself: bool,
    pub(crate) process: Option<Process>,
    pub(crate) window: Option<Window>,
    pub(crate) generation: u32,
    pub(crate) messages: TokenBucket,
    pub(crate) requests: TokenBucket,
    /// Its own directory while it has one.
    pub(crate) data: Option<PathBuf>,
    /// Who messaged it last, for `@reply`.
    pub(crate) last_sender: Option<AppId>,
}

/// A running app-host.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) link: Link,
    /// What it said.
    pub(crate) heard: TokenBucket,
    /// It said too much, and so the log was told.
    pub(crate) has_flooded: bool,
    pub(crate) cgroup: Option<Cgroup>,
    /// What it said of its end.
    pub(crate) exit: Option<Exit>,
    /// Since its stdin was closed no reply is sent.
    pub(crate) is_stopping: bool,
}

/// The shared memory of a window. It stays after its process: the picture does.
pub(crate) struct Window {
    pub(crate) memory: SharedFd,
    pub(crate) size: PixelSize,
    pub(crate) generation: u32,
    /// Where the compositor put its content.
    pub(crate) place: Option<Place>,
    /// What people made of it.
    pub(crate) arranged: Option<Arranged>,
    /// What it shows since its process is gone.
    pub(crate) last: Option<LastFrame>,
    /// Pictures of other windows that it shows.
    pub(crate) previews: Vec<Preview<AppId>>,
}

impl Entry {
    pub(crate) fn name(&self) -> &str {
        self.manifest.name.as_str()
    }

    /// Opt-ins, those of compat.toml included.
    pub(crate) fn events(&self) -> EventSet {
        self.manifest.events.with(self.compat.events)
    }

    /// Whether its canvas may change size under it.
    pub(crate) fn may_resize(&self) -> bool {
        self.manifest.window.resizable || self.events().contains(EventSet::RESIZE)
    }

    /// The size it draws for on a screen of this size.
    pub(crate) fn canvas(&self, screen: PixelSize, settings: &Settings) -> PixelSize {
        let (wish, policy) = (&self.manifest.window, settings.policy);
        if wish.resizable && self.is_home {
            return screen;
        }
        let screen = settings.room_for(&self.manifest.name, screen);
        if wish.resizable && policy != Policy::Desktop {
            return screen;
        }
        if policy == Policy::Desktop && wish.resizable && wish.w.is_none() && wish.h.is_none() {
            // It draws for any size: one that leaves room for others, where that is not too little for itself.
            let edge = |screen: u32, least: u32| (screen * 5 / 8).max(least).min(screen).max(1);
            return PixelSize { w: edge(screen.w, ROOMY.w), h: edge(screen.h, ROOMY.h) };
        }
        let size = PixelSize {
            w: wish.w.unwrap_or(screen.w),
            h: self.compat.content_height.or(wish.h).unwrap_or(screen.h),
        };
        if u64::from(size.w) * u64::from(size.h) > MAX_CANVAS { screen } else { size }
    }

    pub(crate) fn window_spec(&self, window: &Window, settings: &Settings) -> WindowSpec {
        let wish = &self.manifest.window;
        let edge = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        WindowSpec {
            id: self.id,
            title: self.manifest.title().to_owned(),
            z: wish.z.unwrap_or(10),
            size: window.size,
            position: wish.x.zip(wish.y).map(|(x, y)| (edge(x), edge(y))),
            resizable: wish.resizable,
            home: self.is_home,
            pointer: self.manifest.capabilities.mouse,
            touch: self.manifest.capabilities.touch,
            zone: settings.zone_of(&self.manifest.name),
            generation: window.generation,
            arranged: window.arranged,
            menu: self.manifest.menu_items.iter().map(menu_entry).collect(),
        }
    }

    /// What the window shows of its state.
    pub(crate) fn phase(&self) -> WindowPhase {
        match self.life.state() {
            AppState::Running => WindowPhase::Running,
            AppState::Declared | AppState::Starting | AppState::Stopping { .. } => WindowPhase::Starting,
            AppState::Backoff { until } => {
                let left = until.saturating_sub(sys::monotonic_ns()) / 1_000_000;
                WindowPhase::Restarting { in_ms: u32::try_from(left).unwrap_or(u32::MAX) }
            }
            AppState::Exited | AppState::Quarantined => WindowPhase::Quarantined,
        }
    }
}

fn menu_entry(item: &MenuItem) -> MenuEntry {
    if item.is_separator() {
        return MenuEntry::Separator;
    }
    let MenuItem { label, enabled, shortcut, .. } = item;
    MenuEntry::Item { label: label.clone(), enabled: *enabled, shortcut: *shortcut }
}

/// All apps, by number.
#[derive(Default)]
pub(crate) struct Apps(Vec<Entry>);

impl Apps {
    pub(crate) fn get(&self, id: AppId) -> Option<&Entry> {
        self.0.get(index(id))
    }

    pub(crate) fn get_mut(&mut self, id: AppId) -> Option<&mut Entry> {
        self.0.get_mut(index(id))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.0.iter_mut()
    }

    pub(crate) fn ids(&self) -> Vec<AppId> {
        self.0.iter().map(|e| e.id).collect()
    }

    pub(crate) fn find(&self, name: &str) -> Option<AppId> {
        self.0.iter().find(|e| e.name() == name).map(|e| e.id)
    }

    /// Takes an app in, or its new manifest and list while it has no process.
    pub(crate) fn declare(
        &mut self,
        bundle: Bundle,
        compat: CompatEntry,
        restart: Restart,
    ) -> Result<AppId, String> {
        let Bundle { manifest, directory, list, warnings: _ } = bundle;
        if let Some(id) = self.find(manifest.name.as_str()) {
            let entry = &mut self.0[index(id)];
            if entry.directory != directory {
                let name = &manifest.name;
                return Err(format!(
                    "{name} is the name of the app in {} already",
                    entry.directory.display()
                ));
            }
            if !entry.life.has_process() {
                entry.manifest = manifest;
                entry.list = list;
                entry.compat = compat;
            }
            return Ok(id);
        }
        if self.0.len() == MAX_APPS {
            return Err(format!("{MAX_APPS} apps are known already"));
        }
        let now = sys::monotonic_ns();
        let id = AppId(u32::try_from(self.0.len() + 1).unwrap_or(u32::MAX));
        let life = App::new(restart, manifest.capabilities.watchdog_secs);
        self.0.push(Entry {
            id,
            manifest,
            directory,
            list,
            compat,
            life,
            is_home: false,
            may_not_raise_itself: false,
            process: None,
            window: None,
            generation: 0,
            messages: TokenBucket::new(MESSAGES, now),
            requests: TokenBucket::new(REQUESTS, now),
            data: None,
            last_sender: None,
        });
        Ok(id)
    }
}

fn index(id: AppId) -> usize {
    (id.0 as usize).wrapping_sub(1)
}

impl Supervisor {
    /// Tells an app's life what happened, and does what follows.
    pub(crate) fn tell(&mut self, id: AppId, event: Event) {
        let mut pending = vec![event];
        while let Some(event) = pending.pop() {
            let Some(entry) = self.apps.get_mut(id) else { return };
            if self.ending.is_some() && matches!(event, Event::Start | Event::Restart) {
                continue;
            }
            for effect in entry.life.on(event, sys::monotonic_ns()) {
                if let Some(consequence) = self.do_effect(id, effect) {
                    pending.push(consequence);
                }
            }
        }
    }

    fn do_effect(&mut self, id: AppId, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Spawn => {
                if let Err(why) = self.spawn_app(id) {
                    let entry = self.apps.get(id)?;
                    let name = entry.name().to_owned();
                    self.log.about(&name, Level::Error, &format!("cannot start: {why}"));
                    self.log.report(Report::Ended { app: name, how: why.clone(), failed: true });
                    self.last_failure = Some(why);
                    return Some(Event::Ended(End::Failure));
                }
            }
            Effect::CloseStdin => {
                self.send(id, &ToHost::CloseStdin, Vec::new());
                if let Some(process) = self.apps.get_mut(id).and_then(|e| e.process.as_mut()) {
                    process.is_stopping = true;
                }
            }
            Effect::Kill => {
                let process = self.apps.get(id)?.process.as_ref()?;
                let killed = process.child.kill();
                if let Err(e) = killed {
                    self.log.system(Level::Error, &format!("cannot kill process of app {}: {e}", id.0));
                }
            }
            Effect::AnnounceRestart { in_ms } => {
                let name = self.apps.get(id)?.name().to_owned();
                self.log.about(&name, Level::Info, &format!("starts again in {in_ms} ms"));
                let phase = WindowPhase::Restarting { in_ms };
                self.tell_compositor(&ToCompositor::WindowPhase { id, phase }, Vec::new());
            }
            Effect::AnnounceFailure => {
                if self.apps.get(id)?.life.state() == AppState::Quarantined {
                    let name = self.apps.get(id)?.name().to_owned();
                    self.log.about(&name, Level::Warn, "failed too often; it is not started again by itself");
                }
                let phase = WindowPhase::Quarantined;
                self.tell_compositor(&ToCompositor::WindowPhase { id, phase }, Vec::new());
            }
            Effect::RemoveWindow => {
                if self.apps.get_mut(id)?.window.take().is_some() {
                    self.tell_compositor(&ToCompositor::WindowRemoved(id), Vec::new());
                }
            }
        }
        None
    }

    /// Sends an app-host a message. One that does not read what it must know is killed: its queue is a
    /// thousand messages long.
    pub(crate) fn send(&mut self, id: AppId, message: &ToHost, fds: Vec<SharedFd>) {
        let Some(entry) = self.apps.get_mut(id) else { return };
        let Some(process) = &mut entry.process else { return };
        let pushed = match control_protocol::encode(message) {
            Ok(bytes) => process.link.push(bytes, fds),
            Err(e) => {
                let name = entry.name().to_owned();
                self.log.about(&name, Level::Error, &format!("a message for it was lost: {e}"));
                return;
            }
        };
        if pushed == Pushed::Overflow && !process.is_stopping {
            // What other apps send is theirs to lose; everything else belongs to the conversation.
            let name = entry.name().to_owned();
            if matches!(message, ToHost::Deliver(_) | ToHost::System(_)) {
                self.log.app(
                    &name,
                    control_protocol::Stream::System,
                    Level::Warn,
                    "does not read: a message was lost",
                );
            } else {
                self.log.about(&name, Level::Warn, "does not read its messages and is killed");
                self.tell(id, Event::Condemn);
            }
        }
    }

    /// The app-host is in place: all it must know.
    pub(crate) fn send_start(&mut self, id: AppId, start: Start, fds: Vec<SharedFd>) {
        self.send(id, &ToHost::Start(Box::new(start)), fds);
    }

    /// A process ended: why, and what follows.
    pub(crate) fn on_app_ended(&mut self, id: AppId) {
        let Some(process) = self.apps.get(id).and_then(|e| e.process.as_ref()) else { return };
        let ended = match process.child.ended() {
            Ok(Some(ended)) => ended,
            Ok(None) => return,
            Err(e) => {
                self.log.system(Level::Error, &format!("cannot learn how app {} ended: {e}", id.0));
                Ended::Signal(0)
            }
        };
        // What it said before it ended counts.
        self.drain_host(id);
        let Some(entry) = self.apps.get_mut(id) else { return };
        let Some(process) = entry.process.take() else { return };
        let _ = self.poller.remove(&process.child);
        let _ = self.poller.remove(&process.link);
        let was_asked = matches!(entry.life.state(), AppState::Stopping { .. });
        let oom = process.cgroup.as_ref().is_some_and(|c| c.oom_kills() > 0);
        let (how, end) = describe(process.exit.as_ref(), ended, oom);
        let name = entry.name().to_owned();
        drop(process);
        let failed = end == End::Failure && !was_asked;
        let level = if failed { Level::Warn } else { Level::Info };
        self.log.about(&name, level, &how);
        self.log.report(Report::Ended { app: name.clone(), how, failed });
        self.tell(id, Event::Ended(end));
        let is_up = self.apps.get(id).is_some_and(|e| e.life.is_up());
        if !is_up {
            self.announce(Some(id), &SystemLine::AppExited(manifest_name(&self.apps, id)), EventSet::APPS);
        }
        self.check_ended();
    }

    /// Sends a system line to every running app that opted in, but the one it is about.
    pub(crate) fn announce(&mut self, about: Option<AppId>, line: &SystemLine, event: EventSet) {
        for id in self.apps.ids() {
            let wants = self.apps.get(id).is_some_and(|e| e.process.is_some() && e.events().contains(event));
            if wants && Some(id) != about {
                self.send(id, &ToHost::System(line.clone()), Vec::new());
            }
        }
    }

    /// Gives an app a canvas of another size.
    pub(crate) fn resize_canvas(&mut self, id: AppId, size: PixelSize) {
        let Some(entry) = self.apps.get_mut(id) else { return };
        let fits = size.w > 0 && size.h > 0 && u64::from(size.w) * u64::from(size.h) <= MAX_CANVAS;
        if !fits || entry.process.is_none() || entry.window.as_ref().is_none_or(|w| w.size == size) {
            return;
        }
        let memory = match make_memory(size) {
            Ok(memory) => memory,
            Err(e) => {
                let name = entry.name().to_owned();
                self.log.about(
                    &name,
                    Level::Warn,
                    &format!("no memory for a window of {}x{}: {e}", size.w, size.h),
                );
                return;
            }
        };
        entry.generation = entry.generation.wrapping_add(1);
        let generation = entry.generation;
        let before = entry.window.as_ref();
        let (place, arranged) = (before.and_then(|w| w.place), before.and_then(|w| w.arranged));
        // Where pictures were to lie is a matter of the old size.
        let (last, previews) = (None, Vec::new());
        entry.window =
            Some(Window { memory: memory.clone(), size, generation, place, arranged, last, previews });
        let message = ToCompositor::WindowBuffer { id, generation, size };
        self.tell_compositor(&message, vec![memory.clone()]);
        self.send(id, &ToHost::Buffer(SurfaceSpec { size, generation }), vec![memory]);
    }

    pub(crate) fn watch_process(&self, id: AppId, process: &Process) -> std::io::Result<()> {
        self.poller.add(process.link.as_fd(), Source::App(id))?;
        self.poller.add(process.child.as_fd(), Source::AppEnded(id))
    }
}

pub(crate) fn manifest_name(apps: &Apps, id: AppId) -> manifest::AppName {
    apps.get(id).map(|e| e.manifest.name.clone()).expect("ids come from this list, which never shrinks")
}

/// The memory of a surface.
pub(crate) fn make_memory(size: PixelSize) -> std::io::Result<SharedFd> {
    let size = paint::Size::new(size.w, size.h)
        .ok_or_else(|| std::io::Error::new(std::io::ErrorKind::InvalidInput, "no size of a surface"))?;
    let bytes = surface_protocol::Layout::new(size).bytes();
    Ok(std::rc::Rc::new(sys::create_surface_memory("surface", bytes)?))
}

/// For people, and whether it counts as a failure.
fn describe(exit: Option<&Exit>, ended: Ended, oom: bool) -> (String, End) {
    match (exit, ended) {
        (Some(Exit::Code(0)), _) => ("ended".to_owned(), End::Clean),
        (Some(Exit::Code(n)), _) => (format!("ended with exit code {n}"), End::Failure),
        (Some(Exit::Trap(why)), _) => (format!("trapped: {why}"), End::Failure),
        (Some(Exit::Refused(why)), _) => (format!("refused: {why}"), End::Failure),
        (None, _) if oom => ("killed: out of its memory".to_owned(), End::Failure),
        (None, Ended::Signal(9)) => ("killed".to_owned(), End::Failure),
        (None, Ended::Signal(31)) => {
            ("killed: a system call that its jail does not have".to_owned(), End::Failure)
        }
        (None, Ended::Signal(n)) => (format!("its host died of signal {n}"), End::Failure),
        (None, Ended::Code(127)) => ("its host could not be started".to_owned(), End::Failure),
        (None, Ended::Code(n)) => (format!("its host ended without a word, with code {n}"), End::Failure),
    }
}
