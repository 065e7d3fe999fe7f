//! A person's walk through the image in QEMU, as `docs/pictures/tour.script` has it: what each step waits for has to
//! come, and what each of its pictures must show is held here.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use control_protocol::driver::Report;

use super::Suite;
use super::boot::{self, ANSWER, BOOT, SIZE};
use crate::build::{Image, Site};
use crate::picture::Picture;
use crate::qemu::{Event, Machine, MachineError, Spec};
use crate::report::chain;
use crate::run;
use crate::sim::{self, Playback};

const SCRIPT: &str = "docs/pictures/tour.script";

/// A picture of the script: the test's name, the file, what it must show, and whether it does.
struct Shot {
    name: &'static str,
    file: &'static str,
    shows: &'static str,
    is_so: fn(&Picture) -> bool,
}

const SHOTS: [Shot; 8] = [
    Shot {
        name: "boot::tour-launcher-has-tiles",
        file: "tour-launcher.png",
        shows: "the launcher with its tiles",
        is_so: |picture| boot::tiles(picture).len() >= 8,
    },
    Shot {
        name: "boot::tour-click-opens-an-app-that-is-drawn-in",
        file: "tour-paint.png",
        shows: "a line on paint's paper",
        is_so: |picture| picture.at(660, 400) == Some(PAPER) && picture.at(660, 470) != Some(PAPER),
    },
    Shot {
        name: "boot::tour-search-leaves-what-is-meant",
        file: "tour-search.png",
        shows: "one tile",
        is_so: |picture| boot::tiles(picture).len() == 1,
    },
    Shot {
        name: "boot::tour-switcher-shows-three-apps",
        file: "tour-switcher.png",
        shows: "a small picture of paint's paper in the middle",
        is_so: |picture| {
            let middle = (300..500).flat_map(|y| (300..980).map(move |x| (x, y)));
            middle.filter(|(x, y)| picture.at(*x, *y).is_some_and(is_bright)).count() > 5000
        },
    },
    Shot {
        name: "boot::tour-settings-make-it-light",
        file: "tour-light.png",
        shows: "a light surface",
        is_so: is_light,
    },
    Shot {
        name: "boot::tour-console-ends-an-app",
        file: "tour-console.png",
        shows: "a light surface",
        is_so: is_light,
    },
    Shot {
        name: "boot::tour-quick-panel-opens",
        file: "tour-quick.png",
        shows: "the panel before a dim launcher",
        is_so: |picture| is_bright_at(picture, 1100, 60) && !is_bright_at(picture, 40, 700),
    },
    Shot {
        name: "boot::tour-power-off-is-asked-about",
        file: "tour-off.png",
        shows: "the question before a dim launcher",
        is_so: |picture| is_bright_at(picture, 640, 320) && !is_bright_at(picture, 1100, 60),
    },
];

/// The last step.
const OFF: &str = "boot::tour-powers-off";

/// Paint's paper.
const PAPER: u32 = 0xf7_f9fc;

/// The ground and the surfaces of the light theme.
const LIGHT: [u32; 2] = [0xf3_f5fa, 0xff_ffff];

fn is_bright(pixel: u32) -> bool {
    pixel.to_be_bytes()[1..].iter().all(|channel| *channel > 0xe0)
}

fn is_bright_at(picture: &Picture, x: usize, y: usize) -> bool {
    picture.at(x, y).is_some_and(is_bright)
}

pub(super) fn is_light(picture: &Picture) -> bool {
    let light = picture.pixels.iter().filter(|pixel| LIGHT.contains(pixel)).count();
    light * 3 > picture.pixels.len()
}

pub(super) fn run(suite: &mut Suite<'_>, image: &Image) {
    let spec = Spec { words: vec!["vyoma.policy=desktop".to_owned()], ..boot::spec(image, SIZE) };
    let began = Instant::now();
    let mut tour = match Tour::start(suite.site, &spec) {
        Ok(tour) => tour,
        Err(why) => return suite.note(SHOTS[0].name, began, Err(why)),
    };
    let mut standing = true;
    for name in SHOTS.iter().map(|shot| shot.name).chain([OFF]) {
        let began = Instant::now();
        let result = match SHOTS.iter().find(|shot| shot.name == name) {
            _ if !standing => Err("not reached".to_owned()),
            Some(shot) => tour.see(shot),
            None => tour.end(),
        };
        standing &= result.is_ok();
        suite.note(name, began, result);
    }
}

struct Tour {
    machine: Machine,
    playback: Playback,
    began: Instant,
    shelf: PathBuf,
}

impl Tour {
    fn start(site: &Site, spec: &Spec) -> Result<Self, String> {
        let steps = sim::read_script(&site.checkout.join(SCRIPT)).map_err(|error| chain(&error))?;
        let machine = Machine::start(spec).map_err(|error| chain(&error))?;
        let playback = Playback::new(steps, run::PATIENCE);
        Ok(Self { machine, playback, began: Instant::now(), shelf: site.out.join("test") })
    }

    /// Goes on to the script's next picture, which has to be this one and to show what it must.
    fn see(&mut self, shot: &Shot) -> Result<String, String> {
        let path = self.go_on().map_err(|error| chain(&error))?;
        if path.as_deref().and_then(Path::file_name) != Some(shot.file.as_ref()) {
            return Err(format!("the script's next picture is {path:?}, expected {}", shot.file));
        }
        let kept = self.shelf.join(shot.file);
        let seen = self.machine.wait_picture(shot.shows, ANSWER, &kept, shot.is_so);
        let picture = seen.map_err(|error| chain(&error))?;
        picture.write(&kept).map_err(|error| chain(&error))?;
        self.playback.on_shot(picture);
        Ok(String::new())
    }

    /// Goes on to the script's end, which is the machine's.
    fn end(&mut self) -> Result<String, String> {
        if let Some(path) = self.go_on().map_err(|error| chain(&error))? {
            return Err(format!("the script has another picture: {}", path.display()));
        }
        let status = self.machine.wait_off(ANSWER).map_err(|error| chain(&error))?;
        if status.success() { Ok(String::new()) } else { Err(format!("QEMU ended with {status}")) }
    }

    /// Plays up to the next picture; `None` when the machine's end alone is left to wait for.
    fn go_on(&mut self) -> Result<Option<PathBuf>, MachineError> {
        let Self { machine, playback, began, .. } = self;
        loop {
            let now = Instant::now();
            if let Some(deed) = playback.next(now).map_err(|late| run::overdue(machine, late))? {
                if let Some(path) = run::act(machine, playback, deed)? {
                    return Ok(Some(path));
                }
                continue;
            }
            if playback.awaits_off() && playback.is_waiting() || playback.is_over() {
                return Ok(None);
            }
            if playback.zero().is_none() && began.elapsed() > BOOT {
                let what = "first frame of any app".to_owned();
                return Err(MachineError::Deadline { what, within: BOOT, tail: machine.tail() });
            }
            match machine.next_event(playback.due().unwrap_or(now + Duration::from_secs(1))) {
                Some(Event::Report(report)) => {
                    playback.on_report(&report);
                    if matches!(report, Report::Shown { .. }) {
                        playback.begin(Instant::now());
                    }
                }
                Some(Event::Off) => {
                    let what = "a step of the script".to_owned();
                    return Err(MachineError::Off { what, tail: machine.tail() });
                }
                Some(Event::Line(line)) if crate::qemu::is_panic(&line) => {
                    return Err(MachineError::Panic { line, tail: machine.tail() });
                }
                Some(Event::Line(_) | Event::Qemu(_)) | None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_has_these_pictures_in_this_order() {
        let site = Site::discover().expect("a checkout");
        let text = std::fs::read_to_string(site.checkout.join(SCRIPT)).expect("the script");
        let shots: Vec<&str> = text
            .lines()
            .filter_map(|line| line.split_once(" shot docs/pictures/"))
            .map(|(_, file)| file)
            .collect();
        assert_eq!(shots, SHOTS.map(|shot| shot.file));
        assert!(text.trim_end().ends_with(" wait off"), "the walk ends with the machine");
    }
}
