//! `vyoma storm`: what nobody plans for, many times, in an order that a seed decides.
//!
//! [`kills`] ends and stops processes of a system in the simulator and looks whether it is again as it was. [`sockets`]
//! lets captured app-hosts say anything to supervisor and compositor.

mod census;
mod chance;
mod kills;
mod sockets;

use crate::build::{self, NativeToolchain, Programs, Progress, Site};
use crate::conformance::scene::Stage;
use crate::interrupt;
use crate::report::{CommandError, Outcome};

pub use kills::Kills;
pub use sockets::Sockets;

/// Runs the storm of kills as a command.
///
/// # Errors
/// [`CommandError`] when what is needed to run it could not be made.
pub fn kills(site: &Site, options: &Kills, progress: &mut dyn Progress) -> Result<Outcome, CommandError> {
    let stage = hosted(site, options.programs.as_deref(), progress)?;
    Ok(say(kills::run(site, &stage, options, progress)))
}

/// Runs the storm on the sockets as a command.
///
/// # Errors
/// [`CommandError`] when what is needed to run it could not be made.
pub fn sockets(site: &Site, options: &Sockets, progress: &mut dyn Progress) -> Result<Outcome, CommandError> {
    let captured = build::build_beside(site, "impostor").map_err(CommandError::build)?;
    let stage = hosted(site, options.programs.as_deref(), progress)?;
    Ok(say(sockets::run(site, &stage, &captured, options, progress)))
}

/// Prints how a storm ended.
fn say(result: Result<String, String>) -> Outcome {
    match result {
        Ok(figures) => {
            println!("{figures}");
            Outcome::Success
        }
        Err(why) => {
            println!("FAILED  {why}");
            Outcome::Failed
        }
    }
}

/// The simulator, with these programs or the image's.
pub(crate) fn hosted(
    site: &Site,
    programs: Option<&std::path::Path>,
    progress: &mut dyn Progress,
) -> Result<Stage, CommandError> {
    let programs = match programs {
        Some(folder) => Programs::in_folder(folder),
        None => NativeToolchain::find(site)
            .map_err(CommandError::build)?
            .build_programs(site, progress)
            .map_err(CommandError::build)?,
    };
    let interrupt = interrupt::take_over().map_err(CommandError::system("cannot take over Ctrl+C"))?;
    Ok(Stage::Hosted { programs, interrupt })
}
