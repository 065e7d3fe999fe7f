//! Processes of a running system die or stop at any moment; picture, focus, input, processes and descriptors are
//! again as before.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use control_protocol::PixelSize;
use control_protocol::driver::{Command as Order, Report};
use manifest::Policy;
use rustix::process::{Pid, Signal, kill_process};

use super::census::{self, Holdings};
use super::chance::Chance;
use crate::build::{Progress, Site};
use crate::conformance::guest::{Guest, Script};
use crate::conformance::lab::{Lab, Verdict};
use crate::conformance::scene::{Scene, Stage};
use crate::picture::Picture;

/// A storm of kills.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kills {
    /// Decides what is done, in which order and after which pauses; the time where none is given.
    pub seed: Option<u64>,
    /// How many processes are killed or stopped.
    pub count: u64,
    /// A folder with other programs than the image's, which are then not built.
    pub programs: Option<PathBuf>,
}

/// After a blow everything is as before within this: a compositor that hangs is found after 7 s, and an app that failed
/// three times waits for 2 s; the rest is for a loaded machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// Between two looks at what is not yet as it was.
const LOOK_AGAIN: Duration = Duration::from_millis(40);

/// A picture that did not change for so long is at rest; apps are animated at 30 ms a frame.
const AT_REST: Duration = Duration::from_millis(200);

/// An app that is not started again by itself after so long is started as a person would: else it would be in
/// quarantine after its eighth kill within a minute.
const START_AGAIN: Duration = Duration::from_millis(1300);

/// The step of the first hang of the compositor: each costs 7 s.
const FIRST_HANG: u64 = 3;
/// Steps between two hangs.
const HANG_EVERY: u64 = 40;

/// What people press: windows are maximised, halved, put away, tiled, switched.
const CHORDS: [&str; 7] =
    ["Super+Up", "Super+Left", "Super+Right", "Super+Down", "Super+t", "Alt+Tab", "Alt+f"];

/// The apps: two that float, one that follows its window's size, a bar, an overlay, the launcher, one unseen.
const APPS: [&str; 7] = ["home", "left", "right", "wide", "bar", "overlay", "unseen"];

/// Draws a while, then rests; draws again when its canvas has another size.
fn painter(name: &str, tables: &str, colour: u32) -> Guest {
    let frame = |shade: u32| {
        let colour = (colour ^ (shade << 12)) << 8 | 0xff;
        let body = format!("VYOMA_DRAW:fill_rect:0,0,9999,9999,{colour:#010x}");
        let mark = format!("VYOMA_DRAW:fill_rect:{},8,24,12,0xffffffff", 8 + 4 * shade);
        let text = format!("VYOMA_DRAW:draw_glyph:8,40,0xffffffff,16,regular,{name}");
        Script::new().say_all(&[&body, &mark, &text, "VYOMA_DRAW:flush"])
    };
    let animated = (0..12).fold(Script::new(), |all, n| all.then(&frame(n)).sleep(30));
    let rests = frame(12);
    let script = animated.then(&rests).forever(&Script::new().hear("VYOMA_SYSTEM:resize").then(&rests));
    Guest::new(name, &format!("[capabilities]\nstdio = true\ndisplay = true\n{tables}"), script)
        .restart("always")
}

fn scene() -> Scene {
    let mut scene = Scene::new("storm");
    scene.policy = Policy::Desktop;
    scene.size = PixelSize { w: 800, h: 600 };
    scene.guests = vec![
        painter("home", "shell = true\n[window]\nresizable = true", 0x20_4060),
        painter("left", "[window]\nx = 60\ny = 90\nw = 260\nh = 200", 0xa0_2020),
        painter("right", "[window]\nx = 260\ny = 220\nw = 260\nh = 200", 0x20_8030),
        painter("wide", "[window]\nx = 420\ny = 120\nw = 300\nh = 160\nresizable = true", 0x30_30a0),
        painter("bar", "[window]\nx = 0\ny = 0\nw = 800\nh = 24\nz = 100", 0x50_5050),
        painter("overlay", "[window]\nx = 700\ny = 520\nw = 80\nh = 60\nz = 255", 0x80_6010),
        Guest::plain("unseen", Script::new().forever(&Script::new().ask_and_wait("ping").sleep(500)))
            .restart("always"),
    ];
    scene
}

/// Runs it: figures, or what was wrong and how to have it again.
pub(crate) fn run(
    site: &Site,
    stage: &Stage,
    options: &Kills,
    progress: &mut dyn Progress,
) -> Result<String, String> {
    let seed = options.seed.unwrap_or_else(Chance::seed_of_now);
    let again = |why: String| format!("{why}\n        again: cargo vyoma storm kills --seed {seed}");
    let running = stage.start(site, &scene()).map_err(again)?;
    let mut storm = Storm::begin(running.lab, seed).map_err(again)?;
    storm.blow_over(options.count, progress).map_err(|why| {
        let last: String =
            storm.done.iter().rev().take(8).rev().map(|what| format!("\n        | {what}")).collect();
        again(format!("{why}\n        the last steps:{last}"))
    })?;
    let figures = storm.figures(seed);
    storm.end().map_err(again)?;
    Ok(figures)
}

/// What the system is like at rest.
struct Rest {
    picture: Picture,
    focused: String,
}

/// What is done to a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Blow {
    KillApp(usize),
    KillCompositor,
    StopCompositor,
}

struct Storm {
    lab: Lab,
    supervisor: u32,
    chance: Chance,
    /// Up to which report processes are known.
    heard: usize,
    compositor: Option<u32>,
    apps: BTreeMap<String, u32>,
    /// Since when an app has no process.
    missing: BTreeMap<String, Instant>,
    focused: String,
    rest: Rest,
    holdings: BTreeMap<String, Holdings>,
    memory_kib: u64,
    /// In words.
    done: Vec<String>,
    counts: (u64, u64, u64),
    slowest: Duration,
}

impl Storm {
    fn begin(lab: Lab, seed: u64) -> Result<Self, String> {
        let supervisor = lab.supervisor().ok_or("a storm of kills is for the simulator")?;
        let nothing = Picture { width: 0, height: 0, pixels: Vec::new() };
        let mut storm = Self {
            lab,
            supervisor,
            chance: Chance::new(seed),
            heard: 0,
            compositor: None,
            apps: BTreeMap::new(),
            missing: BTreeMap::new(),
            focused: String::new(),
            rest: Rest { picture: nothing, focused: String::new() },
            holdings: BTreeMap::new(),
            memory_kib: 0,
            done: Vec::new(),
            counts: (0, 0, 0),
            slowest: Duration::ZERO,
        };
        for app in APPS.iter().filter(|app| **app != "unseen") {
            storm.lab.shown(app)?;
        }
        storm.come_to_rest()?;
        let until = Instant::now() + PATIENCE;
        while storm.apps.len() < APPS.len() && Instant::now() < until {
            storm.listen(LOOK_AGAIN)?;
        }
        // What was held for the last picture is let go of a moment later.
        storm.holdings = storm.take_census()?;
        loop {
            storm.listen(AT_REST)?;
            let now = storm.take_census()?;
            if now == storm.holdings {
                break;
            }
            storm.holdings = now;
        }
        storm.memory_kib = census::resident_kib(supervisor).unwrap_or(0);
        Ok(storm)
    }

    fn blow_over(&mut self, count: u64, progress: &mut dyn Progress) -> Verdict {
        let mut step = 0;
        while self.struck() < count {
            step += 1;
            progress.update("storm of kills", self.struck(), count);
            if self.chance.below(5) == 0 {
                self.rearrange()?;
            }
            let blows = self.blows(step);
            self.done.push(format!("step {step}: {blows:?}"));
            let began = Instant::now();
            for blow in blows {
                let pause = Duration::from_millis(self.chance.below(200));
                self.listen(pause)?;
                self.strike(blow)?;
            }
            self.recover().map_err(|why| format!("step {step}: {why}"))?;
            self.slowest = self.slowest.max(began.elapsed());
        }
        Ok(())
    }

    fn struck(&self) -> u64 {
        let (apps, compositors, hangs) = self.counts;
        apps + compositors + hangs
    }

    fn blows(&mut self, step: u64) -> Vec<Blow> {
        if step % HANG_EVERY == FIRST_HANG {
            return vec![Blow::StopCompositor];
        }
        let most = 1 + self.chance.below(3);
        (0..most)
            .map(|_| match self.chance.below(4) {
                0 => Blow::KillCompositor,
                _ => {
                    let apps = u64::try_from(APPS.len()).unwrap_or(1);
                    Blow::KillApp(usize::try_from(self.chance.below(apps)).unwrap_or(0))
                }
            })
            .collect()
    }

    fn strike(&mut self, blow: Blow) -> Verdict {
        let (pid, signal) = match blow {
            Blow::KillApp(app) => (self.apps.get(APPS[app]).copied(), Signal::KILL),
            Blow::KillCompositor => (self.compositor, Signal::KILL),
            Blow::StopCompositor => (self.compositor, Signal::STOP),
        };
        // One that is dead already cannot be killed; its number may be another's by now.
        let ours = pid.filter(|pid| census::parent_of(*pid) == Some(self.supervisor));
        let Some(process) = ours.and_then(|pid| Pid::from_raw(pid.cast_signed())) else { return Ok(()) };
        match kill_process(process, signal) {
            Ok(()) | Err(rustix::io::Errno::SRCH) => {}
            Err(why) => return Err(format!("{blow:?}: {why}")),
        }
        let (apps, compositors, hangs) = &mut self.counts;
        match blow {
            Blow::KillApp(app) => {
                *apps += 1;
                self.apps.remove(APPS[app]);
                self.missing.insert(APPS[app].to_owned(), Instant::now());
            }
            Blow::KillCompositor => (*compositors, self.compositor) = (*compositors + 1, None),
            Blow::StopCompositor => (*hangs, self.compositor) = (*hangs + 1, None),
        }
        Ok(())
    }

    /// Hears the system for a while, and keeps account of its processes.
    fn listen(&mut self, pause: Duration) -> Verdict {
        for report in self.lab.hear(pause, &mut self.heard)? {
            match report {
                Report::Started { app, pid } => {
                    self.missing.remove(&app);
                    self.apps.insert(app, pid);
                }
                Report::Ended { app, .. } => {
                    self.apps.remove(&app);
                    self.missing.entry(app).or_insert_with(Instant::now);
                }
                Report::CompositorStarted { pid } => self.compositor = Some(pid),
                Report::Focused { app } => self.focused = app,
                _ => {}
            }
        }
        Ok(())
    }

    /// Waits until everything is as it was.
    fn recover(&mut self) -> Verdict {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.listen(LOOK_AGAIN)?;
            self.start_missing()?;
            let complaint = match self.complaint()? {
                None => break,
                Some(complaint) => complaint,
            };
            if Instant::now() >= deadline {
                return Err(complaint);
            }
        }
        self.input_arrives()?;
        loop {
            self.listen(LOOK_AGAIN)?;
            match self.take_census().and_then(|now| self.compare(&now)) {
                Ok(()) => return Ok(()),
                Err(why) if Instant::now() >= deadline => return Err(why),
                Err(_) => {}
            }
        }
    }

    fn start_missing(&mut self) -> Verdict {
        let now = Instant::now();
        for (app, since) in &mut self.missing {
            if now.duration_since(*since) >= START_AGAIN {
                *since = now;
                self.lab.order(&Order::StartApp(app.clone()))?;
            }
        }
        Ok(())
    }

    /// What is not as it was: processes, picture, focus.
    fn complaint(&mut self) -> Result<Option<String>, String> {
        if !self.missing.is_empty() || self.apps.len() != APPS.len() {
            return Ok(Some(format!("not running: {:?}", self.missing.keys())));
        }
        if self.compositor.is_none() {
            return Ok(Some("the compositor does not run".to_owned()));
        }
        let Some(picture) = self.lab.picture()? else {
            return Ok(Some("there is no picture".to_owned()));
        };
        if picture.pixels.iter().all(|pixel| *pixel == 0) {
            return Err("the screen is black".to_owned());
        }
        let differing = picture.differing(&self.rest.picture);
        if differing > 0 {
            let kept = self.evidence(&picture);
            return Ok(Some(format!("{differing} pixels differ from the picture before{kept}")));
        }
        let (is, was) = (&self.focused, &self.rest.focused);
        Ok((is != was).then(|| format!("{is:?} has the keyboard, {was:?} had it before")))
    }

    /// Keeps two pictures to look at.
    fn evidence(&self, now: &Picture) -> String {
        let folder = std::env::temp_dir();
        let (before, after) = (folder.join("vyoma-storm-before.png"), folder.join("vyoma-storm-after.png"));
        match self.rest.picture.write(&before).and_then(|()| now.write(&after)) {
            Ok(()) => format!(" (kept as {} and {})", before.display(), after.display()),
            Err(_) => String::new(),
        }
    }

    /// What is typed reaches the app that has the keyboard.
    fn input_arrives(&mut self) -> Verdict {
        let focused = self.focused.clone();
        if focused.is_empty() {
            return Ok(());
        }
        let from = self.lab.now();
        self.lab.type_text("#")?;
        self.lab.line_since(from, &focused, "> #").map(drop).map_err(|why| format!("a key is lost: {why}"))
    }

    /// Somebody does something with windows.
    fn rearrange(&mut self) -> Verdict {
        let Some(chord) = self.chance.one_of(&CHORDS).copied() else { return Ok(()) };
        self.done.push(format!("        {chord}"));
        self.lab.press(chord)?;
        self.come_to_rest()
    }

    /// Waits until the picture no longer changes; that is what it is held to from then on.
    fn come_to_rest(&mut self) -> Verdict {
        let deadline = Instant::now() + PATIENCE;
        let mut last: Option<(Picture, Instant)> = None;
        loop {
            self.listen(LOOK_AGAIN)?;
            let picture = self.lab.picture()?;
            match (picture, &last) {
                (Some(picture), Some((before, since))) if picture == *before => {
                    if since.elapsed() >= AT_REST {
                        self.rest = Rest { picture, focused: self.focused.clone() };
                        return Ok(());
                    }
                }
                (Some(picture), _) => last = Some((picture, Instant::now())),
                (None, _) => last = None,
            }
            if Instant::now() >= deadline {
                return Err("the picture does not come to rest".to_owned());
            }
        }
    }

    /// What every process of the system holds; processes that are not to be there are an error.
    fn take_census(&self) -> Result<BTreeMap<String, Holdings>, String> {
        let compositor = self.compositor.map(|pid| ("compositor".to_owned(), pid));
        let apps = self.apps.iter().map(|(app, pid)| (format!("app {app}"), *pid));
        let known: BTreeMap<String, u32> = compositor.into_iter().chain(apps).collect();
        let there = census::descendants(self.supervisor);
        let strangers: Vec<_> = there
            .iter()
            .filter(|(pid, state)| !known.values().any(|k| k == *pid) || **state == 'Z')
            .collect();
        if !strangers.is_empty() || there.len() != known.len() {
            return Err(format!("processes {there:?} are there, expected {known:?}"));
        }
        let supervisor = ("supervisor".to_owned(), self.supervisor);
        // A jailed process tells only root what it has open.
        let all = known.into_iter().chain([supervisor]);
        Ok(all.filter_map(|(name, pid)| Some((name, census::holdings(pid)?))).collect())
    }

    fn compare(&self, now: &BTreeMap<String, Holdings>) -> Verdict {
        for (name, before) in &self.holdings {
            let now = now.get(name).ok_or_else(|| format!("{name} tells nothing any more"))?;
            let difference = census::difference(before, now);
            if !difference.is_empty() {
                return Err(format!("{name}: {difference}"));
            }
        }
        Ok(())
    }

    fn figures(&self, seed: u64) -> String {
        let (apps, compositors, hangs) = self.counts;
        let now = census::resident_kib(self.supervisor).unwrap_or(0);
        format!(
            "seed {seed}: {apps} apps and {compositors} compositors killed, {hangs} compositors stopped, each time the \
             same picture, focus, processes and descriptors; slowest {} ms; supervisor {} -> {now} KiB",
            self.slowest.as_millis(),
            self.memory_kib,
        )
    }

    /// The orderly end leaves nobody.
    fn end(self) -> Verdict {
        let all: Vec<u32> = census::descendants(self.supervisor).into_keys().collect();
        self.lab.end()?;
        // Who was killed last may still be going.
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left: Vec<_> = all.iter().filter(|pid| census::parent_of(**pid).is_some()).collect();
            if left.is_empty() {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(format!("processes {left:?} outlive the system"));
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }
}
