//! The one owner of all state, and its loop.

use std::os::fd::AsFd;
use std::path::PathBuf;

use control_protocol::compositor::SystemPage;
use control_protocol::host::Jail;
use control_protocol::{AppId, Level, PixelSize};
use lifecycle::{CompositorEvent, Event, Nanos, SECOND};
use manifest::Compat;
use sys::{Poller, Signal, Signals, Token, Uevents};

use crate::app::Apps;
use crate::args::{Options, Place};
use crate::boot::{self, CommandLine};
use crate::bundles::Bundles;
use crate::chosen::Keeping;
use crate::compositor::Compositor;
use crate::data::Disk;
use crate::devices::Devices;
use crate::driver::Driver;
use crate::ending::{Ending, Kind};
use crate::guard::Guard;
use crate::jobs::Jobs;
use crate::link::SharedFd;
use crate::log::{Console, Log};
use crate::ps::Counting;
use crate::screenshots::Shots;
use crate::settings::Settings;
use crate::watchdog::Watchdog;

/// How long a screen may take to appear before apps start without one: USB graphics and slow firmware take a
/// second or two, and nobody waits longer for an app that has no need of a screen.
const SETTLE_WITHIN: Nanos = 3 * SECOND;

/// How long a screen that is there may take to answer: on a busy machine, or when the first compositor hung and was
/// replaced. Apps that were started for another size would keep it.
const ANSWER_WITHIN: Nanos = 15 * SECOND;

/// How long the first picture goes before everything else: with one processor, reading manifests beside the
/// compositor would delay it. Without a screen nothing is gained by waiting longer.
const PICTURE_FIRST: Nanos = SECOND / 2;

/// The screen that apps draw for where there is none.
const NO_SCREEN: PixelSize = PixelSize { w: 1280, h: 800 };

/// What an event is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    Signals,
    Uevents,
    Driver,
    Compositor,
    CompositorEnded,
    App(AppId),
    AppEnded(AppId),
    Job(u32),
    JobEnded(u32),
}

impl Token for Source {
    fn to_u64(self) -> u64 {
        let (kind, id) = match self {
            Self::Signals => (0, 0),
            Self::Uevents => (1, 0),
            Self::Driver => (2, 0),
            Self::Compositor => (3, 0),
            Self::CompositorEnded => (4, 0),
            Self::App(id) => (5, id.0),
            Self::AppEnded(id) => (6, id.0),
            Self::Job(id) => (7, id),
            Self::JobEnded(id) => (8, id),
        };
        kind << 32 | u64::from(id)
    }

    fn from_u64(n: u64) -> Self {
        let number = u32::try_from(n & u64::from(u32::MAX)).unwrap_or(0);
        let id = AppId(number);
        match n >> 32 {
            0 => Self::Signals,
            1 => Self::Uevents,
            2 => Self::Driver,
            3 => Self::Compositor,
            4 => Self::CompositorEnded,
            5 => Self::App(id),
            6 => Self::AppEnded(id),
            7 => Self::Job(number),
            _ => Self::JobEnded(number),
        }
    }
}

/// Why it cannot run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error("no event loop")]
    Poller(#[source] std::io::Error),
    #[error("no signals")]
    Signals(#[source] std::io::Error),
    #[error("--driver-fd {0} is no SOCK_SEQPACKET socket")]
    Driver(i32, #[source] std::io::Error),
    #[error("--root {0}")]
    Root(PathBuf, #[source] std::io::Error),
    #[error("waiting for events")]
    Wait(#[source] std::io::Error),
}

/// The programs it starts, opened once.
pub(crate) struct Programs {
    pub(crate) compositor: Result<SharedFd, String>,
    pub(crate) app_host: Result<SharedFd, String>,
}

/// Everything.
pub(crate) struct Supervisor {
    pub(crate) place: Place,
    /// What `/` is to apps and files.
    pub(crate) root: PathBuf,
    pub(crate) poller: Poller<Source>,
    pub(crate) signals: Signals,
    pub(crate) uevents: Option<Uevents>,
    pub(crate) log: Log,
    pub(crate) programs: Programs,
    pub(crate) jail: Jail,
    /// Where apps' cgroups are made, if they can be.
    pub(crate) cgroups: Option<PathBuf>,
    pub(crate) settings: Settings,
    pub(crate) keeping: Keeping,
    pub(crate) compat: Compat,
    pub(crate) bundles: Bundles,
    pub(crate) apps: Apps,
    pub(crate) compositor: Compositor,
    pub(crate) devices: Devices,
    pub(crate) screen_size: Option<PixelSize>,
    /// What the system shows instead of windows.
    pub(crate) page: Option<SystemPage>,
    /// Whether the first picture is on a screen.
    pub(crate) has_picture: bool,
    /// Whether what comes after it was begun.
    pub(crate) is_booted: bool,
    /// Whether it is known for which screen apps draw, and who waits to know.
    pub(crate) is_settled: bool,
    pub(crate) waiting: Vec<AppId>,
    pub(crate) disk: Disk,
    pub(crate) clipboard: String,
    /// Whether it was said that sounds are not heard.
    pub(crate) said_no_sound: bool,
    pub(crate) guard: Guard,
    pub(crate) jobs: Jobs,
    pub(crate) shots: Shots,
    pub(crate) counting: Counting,
    /// Why the last start failed, for the reply to who asked for it.
    pub(crate) last_failure: Option<String>,
    pub(crate) started: Nanos,
    pub(crate) ending: Option<Ending>,
    pub(crate) watchdog: Option<Watchdog>,
    /// For datagrams.
    pub(crate) buffer: Vec<u8>,
}

impl Supervisor {
    /// Starts everything.
    ///
    /// # Errors
    /// Only what makes it impossible to go on at all.
    pub(crate) fn start(options: Options) -> Result<Self, StartError> {
        let now = sys::monotonic_ns();
        let (root, console, failures, line) = match &options.place {
            Place::Machine => {
                let failures = boot::mount_first();
                let line = CommandLine::parse(&std::fs::read_to_string("/proc/cmdline").unwrap_or_default());
                (PathBuf::from("/"), Console::machine(), failures, line)
            }
            Place::Hosted { root, .. } => {
                let root = root.canonicalize().map_err(|e| StartError::Root(root.clone(), e))?;
                (root, Console::Stderr(std::io::stderr()), Vec::new(), CommandLine::default())
            }
        };
        let mut log = Log::new(console, now);
        for failure in failures {
            log.system(Level::Error, &failure);
        }
        let poller = Poller::new().map_err(StartError::Poller)?;
        let signals = Signals::new().map_err(StartError::Signals)?;
        poller.add(&signals, Source::Signals).map_err(StartError::Poller)?;
        let config = boot::read_device_config(&root);
        let mut this = Self {
            programs: boot::open_programs(&root),
            settings: Settings::new(config.value.clone(), options.policy.or(line.policy)),
            keeping: Keeping::default(),
            bundles: Bundles::new(&root),
            place: options.place,
            root,
            poller,
            signals,
            uevents: None,
            log,
            jail: Jail::Full,
            cgroups: None,
            compat: Compat::default(),
            apps: Apps::default(),
            compositor: Compositor::new(now),
            devices: Devices::default(),
            screen_size: None,
            page: None,
            has_picture: false,
            is_booted: false,
            is_settled: false,
            waiting: Vec::new(),
            disk: if line.awaits_disk { Disk::Awaited } else { Disk::None },
            clipboard: String::new(),
            said_no_sound: false,
            guard: Guard::default(),
            jobs: Jobs::default(),
            shots: Shots::default(),
            counting: Counting::default(),
            last_failure: None,
            started: now,
            ending: None,
            watchdog: None,
            buffer: Vec::new(),
        };
        this.open_driver(line.driver.as_deref())?;
        this.salvage(config);
        this.tell_compositor_life(CompositorEvent::Tick);
        this.bring_up();
        Ok(this)
    }

    fn open_driver(&mut self, port: Option<&str>) -> Result<(), StartError> {
        let driver = match (&self.place, port) {
            (Place::Hosted { driver: Some(fd), .. }, _) => {
                let wrong = |e| StartError::Driver(*fd, e);
                let socket = sys::take_inherited(*fd).and_then(sys::Seqpacket::from_fd).map_err(wrong)?;
                Some(Driver::socket(socket))
            }
            (Place::Machine, Some(port)) => match Driver::serial(port) {
                Ok(driver) => Some(driver),
                Err(e) => {
                    self.log.system(Level::Error, &format!("vyoma.driver={port}: {e}"));
                    None
                }
            },
            _ => None,
        };
        if let Some(driver) = driver {
            self.poller.add(driver.as_fd(), Source::Driver).map_err(StartError::Poller)?;
            self.log.driver = Some(driver);
        }
        Ok(())
    }

    /// Devices and file systems.
    fn bring_up(&mut self) {
        if let Place::Hosted { screen, .. } = self.place {
            self.log.system(
                Level::Info,
                "hosted: no cgroups; apps are bounded in memory by RLIMIT_DATA, and not in processor time",
            );
            self.add_hosted_screen(screen);
            if let Err(e) = sys::machine::adopt_orphans() {
                self.log.system(Level::Warn, &format!("orphans are not adopted: {e}"));
            }
            return;
        }
        // Listening comes before looking: what appears in between is then seen twice, not never.
        match Uevents::new() {
            Ok(uevents) => {
                if let Err(e) = self.poller.add(&uevents, Source::Uevents) {
                    self.log.system(Level::Error, &format!("no hot-plug: {e}"));
                }
                self.uevents = Some(uevents);
            }
            Err(e) => self.log.system(Level::Error, &format!("no hot-plug: {e}")),
        }
        self.add_present_devices();
        if !self.devices.has_input() {
            self.log.system(Level::Warn, "no input device yet");
        }
        if let Err(e) = sys::machine::take_ctrl_alt_del() {
            self.log.system(Level::Warn, &format!("Ctrl+Alt+Del is the kernel's: {e}"));
        }
    }

    /// What the first picture does not need, once it is on the screen or will not be for a while.
    fn boot_rest(&mut self) {
        self.is_booted = true;
        if !self.is_hosted() {
            self.mount_machine();
            self.open_watchdog();
            self.bring_network_up();
        }
        // What people chose may be a picture of an installed app.
        self.look_at_installed();
        self.read_chosen();
        self.boot_apps();
        self.settle_if_known();
    }

    /// Runs to the end.
    ///
    /// # Errors
    /// If the event loop breaks.
    pub(crate) fn run(mut self) -> Result<(), StartError> {
        let mut events = Vec::new();
        loop {
            if let Some(Ending { kind, is_over: true, .. }) = self.ending {
                self.finish(kind);
                if self.is_hosted() {
                    return Ok(());
                }
                // The kernel refused: what can still be done is to go on answering.
                self.ending = None;
                self.page = None;
            }
            self.watch();
            let timeout = self.next_tick().map(|due| due.saturating_sub(sys::monotonic_ns()));
            self.poller.wait(&mut events, timeout).map_err(StartError::Wait)?;
            for event in &events {
                match event.token {
                    Source::Signals => self.on_signals(),
                    Source::Uevents => self.on_uevents(),
                    Source::Driver => self.on_driver(),
                    Source::Compositor => self.on_compositor(),
                    Source::CompositorEnded => self.on_compositor_ended(),
                    Source::App(id) => {
                        if event.writable {
                            self.flush_host(id);
                        }
                        if event.closed {
                            // Nothing more can come: what is there is heard, however much it was.
                            self.drain_host(id);
                        } else {
                            self.on_host(id);
                        }
                    }
                    Source::AppEnded(id) => self.on_app_ended(id),
                    Source::Job(id) => self.on_job(id),
                    Source::JobEnded(id) => self.on_job_ended(id),
                }
            }
            self.tick();
        }
    }

    /// Watches for room to write where something waits.
    fn watch(&mut self) {
        self.compositor.watch(&self.poller);
        for entry in self.apps.iter_mut() {
            if let Some(process) = &mut entry.process {
                process.link.watch(&self.poller, Source::App(entry.id));
            }
        }
        if let Some(driver) = &mut self.log.driver {
            driver.watch(&self.poller);
        }
    }

    fn flush_host(&mut self, id: AppId) {
        if let Some(process) = self.apps.get_mut(id).and_then(|e| e.process.as_mut()) {
            let _: crate::link::Pushed = process.link.flush();
        }
    }

    /// When apps start although no screen answered.
    fn settles_at(&self) -> Nanos {
        self.started + if self.devices.has_screen() { ANSWER_WITHIN } else { SETTLE_WITHIN }
    }

    fn next_tick(&self) -> Option<Nanos> {
        let apps = self.apps.iter().filter_map(|e| e.life.next_tick()).min();
        let settle = (!self.is_settled).then(|| self.settles_at());
        let boot = (!self.is_booted).then_some(self.started + PICTURE_FIRST);
        let boot = self.next_look_for_data().filter(|_| !self.is_booted).or(boot);
        let compositor = if self.ending.is_some() { None } else { self.compositor.life.next_tick() };
        let ending = self.ending.map(|e| e.deadline);
        let others = [self.jobs.next_tick(), self.next_feeding(), self.next_keeping(), self.next_hearing()];
        [apps, settle, boot, compositor, ending].into_iter().chain(others).flatten().min()
    }

    fn tick(&mut self) {
        let now = sys::monotonic_ns();
        self.check_jobs(now);
        self.keep_chosen(now);
        self.hear_again(now);
        self.feed_watchdog(now);
        for id in self.apps.ids() {
            let is_due = self.apps.get(id).and_then(|e| e.life.next_tick()).is_some_and(|due| due <= now);
            if is_due {
                self.tell(id, Event::Tick);
            }
        }
        if self.ending.is_none() && self.compositor.life.next_tick().is_some_and(|due| due <= now) {
            self.tell_compositor_life(CompositorEvent::Tick);
        }
        let may_go_on = self.has_picture || now >= self.started + PICTURE_FIRST;
        if !self.is_booted && may_go_on && self.data_is_known(now) {
            self.boot_rest();
        }
        if !self.is_settled && now >= self.settles_at() {
            if self.screen_size.is_none() {
                self.log
                    .system(Level::Error, "no screen answers: apps start as if there were one of 1280x800");
            }
            self.settle();
        }
        self.check_ended();
    }

    fn on_signals(&mut self) {
        while let Some(signal) = self.signals.next() {
            match signal {
                // Our own children are known by descriptor; here are only orphans, which are PID 1's to bury.
                Signal::Child => self.bury_orphans(),
                Signal::Interrupt if !self.is_hosted() => self.end(Kind::Reboot),
                Signal::Terminate | Signal::Interrupt | Signal::Power => self.end(Kind::PowerOff),
            }
        }
    }

    fn bury_orphans(&self) {
        let is_ours = |pid| {
            let apps = self.apps.iter().filter_map(|e| e.process.as_ref());
            self.compositor.pid() == Some(pid)
                || apps.into_iter().any(|p| p.child.pid() == pid)
                || self.jobs.pids().any(|job| job == pid)
        };
        sys::process::reap_orphans(is_ours);
    }

    pub(crate) fn is_hosted(&self) -> bool {
        self.place != Place::Machine
    }

    /// The screen that apps draw for.
    pub(crate) fn screen(&self) -> PixelSize {
        self.screen_size.unwrap_or(NO_SCREEN)
    }

    /// An app's name, for people.
    pub(crate) fn name_of(&self, id: AppId) -> String {
        self.apps.get(id).map(|e| e.name().to_owned()).unwrap_or_default()
    }
}
