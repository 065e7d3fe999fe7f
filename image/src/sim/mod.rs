//! The simulator: the programs of the image as ordinary processes of this machine, with a screen in memory or in a
//! window, driven by a script.
//!
//! Time zero of a script, and of `--for`, is when every app with a window that was asked for has shown its first
//! frame or has ended; two seconds after the screen is there at the latest. Up to then a script waits, so that the
//! same script meets the same apps on a fast and on a slow machine.

#[cfg(feature = "window")]
mod desktop;
mod hosted;
mod keys;
mod log;
mod play;
mod playback;
#[cfg(feature = "window")]
mod record;
mod root;
mod script;
mod stats;

use std::path::{Path, PathBuf};
use std::time::Duration;

use control_protocol::PixelSize;
use manifest::Policy;

use crate::build::{self, Fonts, GuestError, Programs, Progress, Site};
use crate::interrupt;
use crate::picture::PictureError;
use crate::report::{CommandError, Outcome};

pub(crate) use hosted::{Hosted, News, Start};
pub(crate) use keys::chord;
pub use playback::Overdue;
pub(crate) use playback::{Deed, Playback};
pub use root::Selection;
pub use script::ScriptErrors;
pub(crate) use script::Step;

/// Where the screen is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Screen {
    /// In memory.
    Memory,
    /// In a window of this desktop.
    Window,
}

/// A run of the simulator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// What starts.
    pub selection: Selection,
    /// A folder with other programs than the image's, which are then not built.
    pub programs: Option<PathBuf>,
    /// Which fonts the device has.
    pub fonts: Fonts,
    /// The screen's size.
    pub size: PixelSize,
    /// Where it is.
    pub screen: Screen,
    /// How windows are managed; without, as `device` says.
    pub policy: Option<Policy>,
    /// Another `device.toml` than the image's.
    pub device: Option<PathBuf>,
    /// How long, from time zero.
    pub duration: Option<Duration>,
    /// What happens meanwhile.
    pub script: Option<PathBuf>,
    /// Where what is done in the window is written down, as a script.
    pub record: Option<PathBuf>,
    /// Where the last picture goes.
    pub shot: Option<PathBuf>,
    /// Where log lines go; stderr without.
    pub log: Option<PathBuf>,
    /// Where the statistics go.
    pub stats: Option<PathBuf>,
}

/// What can go wrong with a simulation.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// A file.
    #[error("cannot use {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A boot configuration.
    #[error("{}: {why}", path.display())]
    Boot {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The shell's apps.
    #[error("the shell's apps cannot be built")]
    Apps(#[source] GuestError),
    /// The supervisor.
    #[error("cannot start {}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A kernel interface.
    #[error("cannot {doing}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// What the supervisor says makes no sense.
    #[error("the supervisor breaks the driver's protocol: {0}")]
    Conversation(String),
    /// The supervisor ended by itself.
    #[error("the supervisor ended in the middle of the run; it said last:\n{0}")]
    SupervisorEnded(String),
    /// A picture or the statistics could not be had.
    #[error("nothing to write to {}: {why}", path.display())]
    NoAnswer {
        /// The file it was for.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// What the script waits for did not come.
    #[error(transparent)]
    Overdue(#[from] Overdue),
    /// The window.
    #[cfg(feature = "window")]
    #[error(transparent)]
    Desktop(#[from] desktop::DesktopError),
    /// A picture's file.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

impl SimError {
    fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

/// Runs the simulator; [`Outcome::Failed`] when an app failed or was refused.
///
/// # Errors
/// [`CommandError`] when the simulation itself could not be done.
pub fn run(site: &Site, options: &Options, progress: &mut dyn Progress) -> Result<Outcome, CommandError> {
    #[cfg(not(feature = "window"))]
    if options.screen == Screen::Window {
        return with_window(site);
    }
    let steps = options.script.as_deref().map(read_script).transpose()?.unwrap_or_default();
    let programs = match &options.programs {
        Some(folder) => Programs::in_folder(folder),
        None => programs(site, progress)?,
    };
    let root = root::Root::assemble(site, &programs, options, progress)?;
    let interrupt = interrupt::take_over().map_err(CommandError::system("cannot take over Ctrl+C"))?;
    Ok(play::play(options, &programs.supervisor, &root, steps, interrupt)?)
}

/// Reads a script's file.
pub(crate) fn read_script(path: &Path) -> Result<Vec<Step>, CommandError> {
    let text = std::fs::read_to_string(path).map_err(SimError::file(path))?;
    Ok(script::parse(path, &text)?)
}

/// Runs this program again, built with a window: few want one, and it doubles the tool's dependencies.
#[cfg(not(feature = "window"))]
fn with_window(site: &Site) -> Result<Outcome, CommandError> {
    use std::os::unix::process::CommandExt;
    let mut command = std::process::Command::new("cargo");
    build::forget_outer_cargo(&mut command);
    command.args(["run", "--quiet", "--package", "vyoma", "--features", "window", "--manifest-path"]);
    command.arg(site.checkout.join("Cargo.toml")).arg("--").args(std::env::args_os().skip(1));
    let error = command.exec();
    Err(CommandError::system("cannot run cargo")(error))
}

/// The image's programs.
fn programs(site: &Site, progress: &mut dyn Progress) -> Result<Programs, CommandError> {
    let toolchain = build::NativeToolchain::find(site).map_err(CommandError::build)?;
    toolchain.build_programs(site, progress).map_err(CommandError::build)
}
