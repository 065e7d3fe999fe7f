//! `vyoma run`: an image in QEMU, for people.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use control_protocol::PixelSize;
use control_protocol::driver::{Command as Order, Report};
use manifest::Policy;

use crate::build::{self, Flavour, Fonts, Progress, Site};
use crate::interrupt;
use crate::qemu::{
    self, Accel, Access, DriverPort, Event, Machine, MachineError, SharedFolder, Spec, Stopped, View,
    Watchdog,
};
use crate::report::{CommandError, Outcome};
use crate::sim::{self, Deed, Overdue, Playback};

/// A machine for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// Which kernel.
    pub flavour: Flavour,
    /// Which fonts the image holds.
    pub fonts: Fonts,
    /// Whether nobody looks.
    pub headless: Headless,
    /// How long it runs, from power-on.
    pub duration: Option<Duration>,
    /// What happens meanwhile.
    pub script: Option<PathBuf>,
    /// Where the last picture goes.
    pub shot: Option<PathBuf>,
    /// The screen's size.
    pub size: PixelSize,
    /// Memory in MiB.
    pub memory: u32,
    /// The folder that is the guest's `/data`.
    pub data: Option<PathBuf>,
    /// How the guest is executed.
    pub accel: Accel,
    /// How windows are managed, if not as the image says.
    pub policy: Option<Policy>,
}

/// Whether there is a view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Headless {
    /// There is none.
    Yes,
    /// A window, or VNC.
    No,
}

/// What the last event of a script brings about is seen within this.
const AFTERWARDS: Duration = Duration::from_millis(500);

/// What a script waits for comes within this, emulated on a loaded machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How often Ctrl+C is looked for while the guest is silent.
const LOOK: Duration = Duration::from_millis(100);

/// Builds an image and boots it.
///
/// # Errors
/// [`CommandError`].
pub fn run(site: &Site, options: &Options, progress: &mut dyn Progress) -> Result<Outcome, CommandError> {
    let steps = options.script.as_deref().map(sim::read_script).transpose()?;
    let data = options.data.as_deref().map(prepare_data).transpose()?;
    let image = build::image(site, options.flavour, options.fonts, progress).map_err(CommandError::build)?;
    if options.accel == Accel::Auto {
        progress.update("looking for a KVM that works", 0, 0);
    }
    let accel = qemu::prove_accel(options.accel, &image.kernel, &image.initramfs, &site.cache);
    let view = match (options.headless, qemu::window_display()) {
        (Headless::Yes, _) => View::Headless,
        (Headless::No, Some(display)) => View::Window(display),
        (Headless::No, None) => View::Vnc,
    };
    let spec = Spec {
        kernel: image.kernel,
        initramfs: image.initramfs,
        hardware: options.flavour.into(),
        size: options.size,
        memory: options.memory,
        accel,
        data: data.map(|path| SharedFolder { path, access: Access::Write }),
        disk: None,
        watchdog: Watchdog::Absent,
        view,
        driver: if steps.is_some() { DriverPort::Present } else { DriverPort::Absent },
        network: qemu::Nic::Absent,
        words: options.policy.map(|policy| format!("vyoma.policy={}", policy.name())).into_iter().collect(),
    };
    progress.update("booting", 0, 0);
    // Its end is looked for between the guest's lines; the pipe is for those who wait on descriptors.
    let _bell = interrupt::take_over().map_err(CommandError::system("cannot take over Ctrl+C"))?;
    let began = Instant::now();
    let mut machine = Machine::start(&spec)?;
    say_where(&mut machine, &spec.view)?;
    let end = options.duration.map(|duration| began + duration);
    let ended = watch(&mut machine, end, steps.map(|steps| Playback::new(steps, PATIENCE)))?;
    if ended == Ended::GuestOff {
        // Off before anybody asked: fine for a person who chose "power off", not for a picture that was wanted.
        return match &options.shot {
            None => Ok(Outcome::Success),
            Some(_) => {
                Err(MachineError::Off { what: "the time of its picture".into(), tail: machine.tail() }.into())
            }
        };
    }
    if let Some(path) = &options.shot {
        machine.picture()?.write(path).map_err(MachineError::from)?;
        eprintln!("vyoma: the screen is in {}", path.display());
    }
    if machine.stop()? == Stopped::PlugPulled {
        eprintln!("vyoma: the guest did not power off by itself; the plug was pulled");
    }
    Ok(Outcome::Success)
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ended {
    TimeIsOver,
    GuestOff,
}

/// Does what a script says; a shot is the caller's.
pub(crate) fn act(
    machine: &mut Machine,
    playback: &mut Playback,
    deed: Deed,
) -> Result<Option<PathBuf>, MachineError> {
    match deed {
        Deed::Input(input) => {
            for input in input {
                machine.order(&Order::Inject(input))?;
            }
        }
        Deed::Shot(path) => return Ok(Some(path)),
        Deed::Look => playback.on_picture(machine.picture()?),
        Deed::KillCompositor => machine.order(&Order::KillCompositor)?,
        Deed::KillApp(name) => machine.order(&Order::KillApp(name))?,
    }
    Ok(None)
}

/// What a script waits for did not come in a machine.
pub(crate) fn overdue(machine: &Machine, Overdue { what, within }: Overdue) -> MachineError {
    MachineError::Deadline { what: format!("`wait {what}` of the script"), within, tail: machine.tail() }
}

fn shoot(machine: &mut Machine, playback: &mut Playback, path: &Path) -> Result<(), MachineError> {
    let picture = machine.picture()?;
    picture.write(path)?;
    playback.on_shot(picture);
    Ok(())
}

/// Copies the console to stdout until the time or the script is over, Ctrl+C, or the machine is off.
fn watch(
    machine: &mut Machine,
    end: Option<Instant>,
    mut playback: Option<Playback>,
) -> Result<Ended, CommandError> {
    let mut out = std::io::stdout().lock();
    let failed = || CommandError::system("cannot write the console to stdout");
    // A script alone says how long; beside `--for` it is part of the time.
    let mut played = None;
    loop {
        let now = Instant::now();
        if interrupt::pressed() || end.or(played).is_some_and(|end| end <= now) {
            return Ok(Ended::TimeIsOver);
        }
        let mut due = None;
        if let Some(playback) = &mut playback {
            if let Some(deed) = playback.next(now).map_err(|late| overdue(machine, late))? {
                if let Some(path) = act(machine, playback, deed)? {
                    shoot(machine, playback, &path)?;
                }
                continue;
            }
            if playback.is_over() {
                played.get_or_insert(now + AFTERWARDS);
            }
            due = playback.due();
        }
        let look = [Some(now + LOOK), end, played, due].into_iter().flatten().min();
        match machine.next_event(look.unwrap_or(now)) {
            Some(Event::Line(line)) => {
                writeln!(out, "{line}").map_err(failed())?;
                if qemu::is_panic(&line) {
                    return Err(MachineError::Panic { line, tail: machine.tail() }.into());
                }
            }
            Some(Event::Off) => return Ok(Ended::GuestOff),
            Some(Event::Report(report)) => {
                if let Some(playback) = &mut playback {
                    playback.on_report(&report);
                    if matches!(report, Report::Shown { .. }) {
                        playback.begin(Instant::now());
                    }
                }
            }
            Some(Event::Qemu(_)) | None => {}
        }
    }
}

/// Where a person finds the screen.
fn say_where(machine: &mut Machine, view: &View) -> Result<(), CommandError> {
    match view {
        View::Headless | View::Cable => {}
        View::Window(_) => eprintln!("vyoma: the screen is a window; Ctrl+C here powers it off"),
        View::Vnc => {
            let about =
                machine.qmp().execute("query-vnc", &serde_json::Value::Null).map_err(MachineError::from)?;
            let port = about["service"].as_str().unwrap_or("5900").to_owned();
            eprintln!("vyoma: the screen is at vnc://127.0.0.1:{port}; Ctrl+C here powers it off");
        }
    }
    Ok(())
}

/// The folder as an absolute path, made if it is not there.
fn prepare_data(folder: &std::path::Path) -> Result<PathBuf, CommandError> {
    std::fs::create_dir_all(folder)
        .and_then(|()| folder.canonicalize())
        .map_err(CommandError::system(format!("cannot use {} as /data", folder.display())))
}
