//! `vyoma storm`: what nobody plans for, many times, in an order that a seed decides.
//!
//! [`kills`] ends and stops processes of a system in the simulator and looks whether it is again as it was. [`sockets`]
//! lets captured app-hosts say anything to supervisor and compositor. [`power_cuts`] takes the power from an emulated
//! machine and looks whether what was synchronised is there.

mod census;
mod chance;
mod disk;
mod kills;
mod power_cuts;
mod sockets;

use std::path::PathBuf;

use crate::build::{self, Flavour, Fonts, Progress, Site};
use crate::conformance::{self, scene::Stage};
use crate::report::{CommandError, Outcome};

pub use kills::Kills;
pub use power_cuts::PowerCuts;
pub use sockets::Sockets;

/// Runs the storm of kills as a command.
///
/// # Errors
/// [`CommandError`] when what is needed to run it could not be made.
pub fn kills(site: &Site, options: &Kills, progress: &mut dyn Progress) -> Result<Outcome, CommandError> {
    let stage = simulator(site, options.programs.as_ref(), progress)?;
    Ok(say(kills::run(site, &stage, options, progress)))
}

/// Runs the storm on the sockets as a command.
///
/// # Errors
/// [`CommandError`] when what is needed to run it could not be made.
pub fn sockets(site: &Site, options: &Sockets, progress: &mut dyn Progress) -> Result<Outcome, CommandError> {
    let captured = build::build_beside(site, "impostor").map_err(CommandError::build)?;
    let stage = simulator(site, options.programs.as_ref(), progress)?;
    Ok(say(sockets::run(site, &stage, &captured, options, progress)))
}

/// Runs the storm of power cuts as a command.
///
/// # Errors
/// [`CommandError`] when what is needed to run it could not be made.
pub fn power_cuts(
    site: &Site,
    options: &PowerCuts,
    progress: &mut dyn Progress,
) -> Result<Outcome, CommandError> {
    // The kernel with disks.
    let (kernel, initramfs) = if let Some(folder) = &options.image {
        conformance::boot_files(folder, "bzImage-pc")?
    } else {
        let image =
            build::image(site, Flavour::Pc, Fonts::Embedded, progress).map_err(CommandError::build)?;
        (image.kernel, image.initramfs)
    };
    Ok(say(power_cuts::run(site, &kernel, &initramfs, options, progress)))
}

/// The simulator, with these programs or the image's.
fn simulator(
    site: &Site,
    programs: Option<&PathBuf>,
    progress: &mut dyn Progress,
) -> Result<Stage, CommandError> {
    let options = conformance::Options { programs: programs.cloned(), ..Default::default() };
    conformance::stage(site, &options, progress)
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
