//! `vyoma conformance`: the app contract, rule by rule, against the real programs.
//!
//! A [`Rule`] has an identity, its words and a check. Rules that can be decided at once share a [`Scene`]: one
//! system that boots with the apps they need. The apps are generated ([`guest`]): a small module that plays a script,
//! so that a rule costs no compiler. A check looks at the screen's pixels, at the lines an app heard (it repeats them
//! to its log), at the system's log lines and at its reports. The same scenes run in the simulator and in QEMU.

mod animation;
mod apps;
mod attack;
mod bundles;
pub(crate) mod guest;
mod judge;
pub(crate) mod lab;
pub(crate) mod scene;

mod chosen;
mod compat;
mod desk;
mod drawing;
mod ends;
mod frames;
mod hands;
mod hostile;
mod input;
mod kiosks;
mod life;
mod locks;
mod manifest;
mod menu;
mod messages;
mod network;
mod page;
mod pictures;
mod previews;
mod requests;
mod servers;
mod windows;

use std::path::{Path, PathBuf};

use crate::build::{self, Flavour, Fonts, NativeToolchain, Programs, Progress, Site};
use crate::interrupt;
use crate::report::{CommandError, Outcome};
use scene::{Keeper, Running, Scene, Stage};

/// A run of the suite.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Only rules whose identity contains this.
    pub filter: Option<String>,
    /// Where.
    pub place: Place,
    /// A folder with other programs than the image's, which are then not built.
    pub programs: Option<PathBuf>,
    /// A folder with another kernel and initramfs than the image's, which is then not built.
    pub image: Option<PathBuf>,
}

/// Where the rules are tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Place {
    /// The simulator.
    #[default]
    Simulator,
    /// QEMU, every scene.
    Qemu,
    /// QEMU, the scenes that together touch every part of the system.
    QemuSample,
}

/// What became of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judgement {
    /// The rule's identity.
    pub id: &'static str,
    /// Its words.
    pub says: &'static str,
    /// Nothing, or what was wrong.
    pub verdict: Result<(), String>,
}

/// Every scene, in the order of the contract's sections.
fn scenes() -> Vec<Scene> {
    let all: &[fn() -> Scene] = &[
        manifest::faults,
        manifest::grants,
        bundles::of_image,
        bundles::installed,
        page::rust,
        page::toolkit,
        page::c,
        drawing::canvas,
        animation::animations,
        pictures::paths,
        input::handshakes,
        input::plain,
        input::rich,
        input::beside,
        input::touched,
        input::whole,
        input::smooth,
        menu::desktop,
        menu::kiosk,
        messages::lines,
        messages::broadcast,
        requests::requests,
        requests::news,
        previews::previews,
        network::network,
        compat::rows,
        compat::windows,
        windows::desktop,
        desk::desk,
        desk::home,
        windows::layers,
        windows::kiosk,
        kiosks::closed,
        kiosks::open,
        kiosks::zones,
        kiosks::places,
        frames::unseen,
        frames::frames,
        frames::torrent,
        frames::deaf,
        frames::typed,
        frames::sleeper,
        windows::signage,
        windows::curtain,
        chosen::chosen,
        locks::locks,
        locks::idle,
        locks::own,
        life::life,
        ends::quarantine,
        ends::fronts,
        ends::shutdown,
        ends::reboot,
        windows::nothing,
        windows::broken_boot,
        windows::missing_boot,
        hostile::modules,
        hostile::files,
        hostile::messages,
        hostile::floods,
        apps::sessions,
        apps::beside,
        hands::keys,
        hands::pointer,
        hands::finger,
    ];
    all.iter().map(|scene| scene()).collect()
}

/// Scenes of [`Place::QemuSample`].
const SAMPLE: [&str; 6] =
    ["page-c", "canvas", "opt-in", "hostile-modules", "hostile-files", "hostile-messages"];

/// Prints the table of rules; those that only one place can keep are marked.
pub fn list(filter: Option<&str>) {
    for (scene, rule) in scenes().iter().flat_map(|scene| scene.rules.iter().map(move |rule| (scene, rule))) {
        if is_wanted(rule.id, filter) {
            let note = match rule.keeper {
                Keeper::Any => "",
                Keeper::Machine => " (in QEMU alone)",
                Keeper::Simulator => " (in the simulator alone)",
            };
            println!("{:<36} {:<10} {}{note}", rule.id, scene.name, rule.says);
        }
    }
}

fn is_wanted(id: &str, filter: Option<&str>) -> bool {
    filter.is_none_or(|filter| id.contains(filter))
}

/// Runs the suite as a command: prints each rule, and `N passed, N failed`.
///
/// # Errors
/// [`CommandError`] when what is needed to run it could not be made.
pub fn run(site: &Site, options: &Options, progress: &mut dyn Progress) -> Result<Outcome, CommandError> {
    let (mut passed, mut failed) = (0_usize, 0_usize);
    judge(site, options, progress, &mut |judgement| {
        let Judgement { id, says, verdict } = judgement;
        match verdict {
            Ok(()) => {
                passed += 1;
                println!("ok      {id:<36} {says}");
            }
            Err(why) => {
                failed += 1;
                println!("FAILED  {id:<36} {says}\n        {}", why.replace('\n', "\n        "));
            }
        }
    })?;
    println!("\n{passed} passed, {failed} failed");
    Ok(if failed == 0 && passed > 0 { Outcome::Success } else { Outcome::Failed })
}

/// Decides every wanted rule, telling each judgement.
///
/// # Errors
/// [`CommandError`] when what is needed to run it could not be made.
pub fn judge(
    site: &Site,
    options: &Options,
    progress: &mut dyn Progress,
    tell: &mut dyn FnMut(Judgement),
) -> Result<(), CommandError> {
    let stage = stage(site, options, progress)?;
    let wanted = scenes().into_iter().filter_map(|scene| wanted(scene, options));
    let (long, short): (Vec<_>, Vec<_>) = wanted.partition(|scene| scene.is_long);
    let mut begin = |scene: &Scene| {
        progress.update(&format!("scene {}", scene.name), 0, 0);
        stage.start(site, scene)
    };
    let long: Vec<_> = long.into_iter().map(|scene| (begin(&scene), scene)).collect();
    for scene in short {
        play(begin(&scene), &scene, tell);
    }
    for (running, scene) in long {
        play(running, &scene, tell);
    }
    Ok(())
}

/// Where the options say, with what they say.
///
/// # Errors
/// [`CommandError`] when something could not be built.
pub(crate) fn stage(
    site: &Site,
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<Stage, CommandError> {
    Ok(match options.place {
        Place::Qemu | Place::QemuSample => {
            let (kernel, initramfs) = if let Some(folder) = &options.image {
                boot_files(folder, "bzImage")?
            } else {
                let image = build::image(site, Flavour::Virt, Fonts::Embedded, progress)
                    .map_err(CommandError::build)?;
                (image.kernel, image.initramfs)
            };
            Stage::Qemu { kernel, initramfs }
        }
        Place::Simulator => {
            let programs = match &options.programs {
                Some(folder) => Programs::in_folder(folder),
                None => NativeToolchain::find(site)
                    .map_err(CommandError::build)?
                    .build_programs(site, progress)
                    .map_err(CommandError::build)?,
            };
            let interrupt =
                interrupt::take_over().map_err(CommandError::system("cannot take over Ctrl+C"))?;
            Stage::Hosted { programs, interrupt }
        }
    })
}

/// The kernel of this name and the initramfs in a folder that was named for them.
///
/// # Errors
/// Says which is not there.
pub(crate) fn boot_files(folder: &Path, kernel: &str) -> Result<(PathBuf, PathBuf), CommandError> {
    let found = |name: &str| {
        let path = folder.join(name);
        let why = || format!("{} is not there: --image wants a folder with it", path.display());
        if path.is_file() { Ok(path) } else { Err(CommandError::Usage(why())) }
    };
    Ok((found(kernel)?, found("initramfs.cpio.zst")?))
}

/// A scene with the rules of it that are wanted, if there are any.
fn wanted(mut scene: Scene, options: &Options) -> Option<Scene> {
    if options.place == Place::QemuSample && !SAMPLE.contains(&scene.name) {
        return None;
    }
    let other = if options.place == Place::Simulator { Keeper::Machine } else { Keeper::Simulator };
    scene.rules.retain(|rule| rule.keeper != other);
    let filter = options.filter.as_deref();
    if !scene.is_walk || !scene.rules.iter().any(|rule| is_wanted(rule.id, filter)) {
        scene.rules.retain(|rule| is_wanted(rule.id, filter));
    }
    (!scene.rules.is_empty()).then_some(scene)
}

fn play(running: Result<Running, String>, scene: &Scene, tell: &mut dyn FnMut(Judgement)) {
    let mut running = match running {
        Ok(running) => running,
        Err(why) => {
            for rule in &scene.rules {
                let verdict = Err(format!("scene {}: {why}", scene.name));
                tell(Judgement { id: rule.id, says: rule.says, verdict });
            }
            return;
        }
    };
    for rule in &scene.rules {
        tell(Judgement { id: rule.id, says: rule.says, verdict: (rule.check)(&mut running.lab) });
    }
    if let Err(why) = running.lab.end() {
        let verdict = Err(format!("scene {}: {why}", scene.name));
        tell(Judgement { id: "end", says: "the system ends in order after its scene", verdict });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn rules_have_identities_of_their_own_and_words() {
        let mut seen = BTreeSet::new();
        for rule in scenes().iter().flat_map(|scene| &scene.rules) {
            assert!(seen.insert(rule.id), "{} is there twice", rule.id);
            assert!(
                rule.id.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'A' | 'S'))
                    && !rule.says.is_empty(),
                "{}",
                rule.id
            );
        }
    }

    #[test]
    fn apps_of_a_scene_have_names_of_their_own() {
        for scene in scenes() {
            let mut seen = BTreeSet::new();
            for guest in scene
                .actor
                .iter()
                .map(|(guest, _)| guest)
                .chain(&scene.guests)
                .chain(scene.rules.iter().flat_map(|rule| &rule.guests))
            {
                assert!(seen.insert(guest.name.clone()), "{} is in scene {} twice", guest.name, scene.name);
            }
        }
    }

    #[test]
    fn sample_names_scenes() {
        let names: Vec<_> = scenes().iter().map(|scene| scene.name).collect();
        assert!(SAMPLE.iter().all(|name| names.contains(name)));
    }
}
