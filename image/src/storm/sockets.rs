//! Captured app-hosts say anything to supervisor and compositor, which go on as if they were not there.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use control_protocol::driver::{Command as Order, Report};
use control_protocol::{PixelSize, Stream};
use manifest::Policy;
use rustix::process::{Pid, Signal, kill_process};

use super::census::{self, Holdings};
use crate::build::{Progress, Site};
use crate::conformance::guest::{Guest, Script};
use crate::conformance::lab::{Lab, Verdict};
use crate::conformance::scene::{Scene, Stage};
use crate::picture::Picture;

/// A storm on the sockets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sockets {
    /// How long captured processes are started anew.
    pub duration: Duration,
    /// A folder with other programs than the image's, which are then not built.
    pub programs: Option<PathBuf>,
}

/// A system is left to its captured apps for so long before it is looked over; then comes the next.
const ROUND: Duration = Duration::from_secs(60);

/// Descriptors and mappings of four windows' memory, each with one that was to follow it. There are hundreds of lives in
/// a round: were one lost of each, or of one in ten, there would be more.
const MOST_SURFACES: usize = 16;

/// Processes of the supervisor without captured ones: the compositor and the honest app's.
const CHILDREN: usize = 2;

/// Between two starts of a captured app that has ended.
const PAUSE: Duration = Duration::from_millis(100);

/// Now and then the compositor gets no time at all, as on a machine with nothing to spare, and captured ones go on: for
/// less than it may take to answer.
const STOPPED: Duration = Duration::from_secs(1);
const STOP_EVERY: Duration = Duration::from_secs(10);

/// The honest app beside them is heard within this, also on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// The honest app's window, above all others: where it is on the screen, and its colour.
const STEADY_AT: (usize, usize, usize, usize) = (20, 500, 120, 60);
const STEADY: u32 = 0x20_80e0;

/// What is granted to each captured app. None has `shell`: whoever has it may end the system.
const GRANTS: [&str; 5] = [
    "stdio = true\ndisplay = true\nmouse = true\ntouch = true\nfilesystem = true",
    "stdio = true\ndisplay = true\n[window]\nresizable = true",
    "display = true\n[window]\nx = 300\ny = 200\nw = 333\nh = 77\nz = 100",
    "stdio = true\nnetwork = true\naudio = true",
    "stdio = true\ndisplay = true",
];

fn name(n: usize) -> String {
    // `impostor` knows the last one: it never ends.
    if n + 1 == GRANTS.len() { "impostor-talks".to_owned() } else { format!("impostor-{n}") }
}

fn scene(captured: &Path) -> Scene {
    let mut scene = Scene::new("sockets");
    scene.policy = Policy::Desktop;
    scene.size = PixelSize { w: 800, h: 600 };
    scene.app_host = Some(captured.to_owned());
    let (x, y, w, h) = STEADY_AT;
    let window = format!("[window]\nx = {x}\ny = {y}\nw = {w}\nh = {h}\nz = 255");
    let fill = format!("VYOMA_DRAW:fill_rect:0,0,{w},{h},{:#010x}", STEADY << 8 | 0xff);
    let ticks = Script::new().ask_and_wait("ping").sleep(100);
    let steady = Script::new().say_all(&[&fill, "VYOMA_DRAW:flush"]).forever(&ticks);
    let tables = format!("[capabilities]\nstdio = true\ndisplay = true\n{window}");
    scene.guests = vec![Guest::new("steady", &tables, steady)];
    scene.guests.extend(
        GRANTS.iter().enumerate().map(|(n, grants)| {
            Guest::new(&name(n), &format!("[capabilities]\n{grants}"), Script::new().stay())
        }),
    );
    scene
}

/// Runs it: figures, or what was wrong.
pub(crate) fn run(
    site: &Site,
    stage: &Stage,
    captured: &Path,
    options: &Sockets,
    progress: &mut dyn Progress,
) -> Result<String, String> {
    let began = Instant::now();
    let (mut lives, mut broke) = (0, 0);
    while began.elapsed() < options.duration {
        let left = options.duration.saturating_sub(began.elapsed());
        let running = stage.start(site, &scene(captured))?;
        let mut round = Round::begin(running.lab)?;
        let total = options.duration.as_secs();
        progress.update("storm on the sockets", began.elapsed().as_secs().min(total), total);
        round.go_on(ROUND.min(left))?;
        round.look_over()?;
        lives += round.lives;
        broke += round.broke();
        round.lab.end()?;
    }
    Ok(format!(
        "{lives} captured app-hosts in {} s, {broke} of them ended because they broke a protocol; supervisor, compositor \
         and the app beside them went on, nothing leaked",
        began.elapsed().as_secs()
    ))
}

fn signal(process: u32, signal: Signal) -> Verdict {
    let process = Pid::from_raw(process.cast_signed()).ok_or("no process")?;
    kill_process(process, signal).map_err(|error| format!("{signal:?} to the compositor: {error}"))
}

struct Round {
    lab: Lab,
    supervisor: u32,
    compositor: u32,
    holdings: [Holdings; 2],
    /// How many reports were looked at.
    heard: usize,
    running: [bool; GRANTS.len()],
    lives: u64,
}

impl Round {
    fn begin(mut lab: Lab) -> Result<Self, String> {
        let supervisor = lab.supervisor().ok_or("a storm on the sockets is for the simulator")?;
        lab.shown("steady")?;
        let compositor = lab.report("the compositor's start", |report| match report {
            Report::CompositorStarted { pid } => Some(*pid),
            _ => None,
        })?;
        let running = [true; GRANTS.len()];
        let lives = u64::try_from(running.len()).unwrap_or(0);
        let mut round =
            Self { lab, supervisor, compositor, holdings: Default::default(), heard: 0, running, lives };
        round.end_captured()?;
        round.holdings = round.at_rest()?;
        Ok(round)
    }

    /// What both hold when the captured processes are gone and nothing more is let go.
    fn at_rest(&mut self) -> Result<[Holdings; 2], String> {
        let deadline = Instant::now() + PATIENCE;
        let mut before = take(self.supervisor, self.compositor)?;
        loop {
            self.listen(3 * PAUSE)?;
            let now = take(self.supervisor, self.compositor)?;
            let children = census::descendants(self.supervisor).len();
            if now == before && children == CHILDREN {
                return Ok(now);
            }
            if Instant::now() >= deadline {
                return Err(format!(
                    "{children} processes, expected {CHILDREN}, and what is held still changes"
                ));
            }
            before = now;
        }
    }

    /// Starts captured apps over and over.
    fn go_on(&mut self, within: Duration) -> Verdict {
        let until = Instant::now() + within;
        let mut stop = Instant::now() + STOP_EVERY / 2;
        while Instant::now() < until {
            if Instant::now() >= stop {
                stop += STOP_EVERY;
                signal(self.compositor, Signal::STOP)?;
                self.listen(STOPPED)?;
                signal(self.compositor, Signal::CONT)?;
            }
            for n in 0..GRANTS.len() {
                if !std::mem::replace(&mut self.running[n], true) {
                    self.lab.order(&Order::StartApp(name(n)))?;
                    self.lives += 1;
                }
            }
            self.listen(PAUSE)?;
        }
        Ok(())
    }

    fn listen(&mut self, pause: Duration) -> Verdict {
        for report in self.lab.hear(pause, &mut self.heard)? {
            match report {
                Report::Ended { app, how, .. } if app == "steady" => {
                    return Err(format!("the honest app {how}"));
                }
                Report::Ended { app, .. } => {
                    if let Some(n) = (0..GRANTS.len()).find(|n| name(*n) == app) {
                        self.running[n] = false;
                    }
                }
                Report::CompositorStarted { pid } if pid != self.compositor => {
                    return Err(format!("the compositor ended; the system's log:\n{}", self.lab.log_of("")));
                }
                Report::Log { line, .. } if line.contains("ESCAPED") => return Err(line),
                _ => {}
            }
        }
        Ok(())
    }

    /// Ends the captured apps; what is left is as it was before them.
    fn look_over(&mut self) -> Verdict {
        self.end_captured()?;
        let from = self.lab.now();
        self.lab.line_since(from, "steady", "> REPLY:pong")?;
        self.lab.screen(steady_is_seen)?;
        let now = self.at_rest()?;
        for (whose, (before, now)) in ["supervisor", "compositor"].iter().zip(self.holdings.iter().zip(&now))
        {
            let (before, _) = apart(before);
            let (now, surfaces) = apart(now);
            let difference = census::difference(&before, &now);
            if !difference.is_empty() || surfaces > MOST_SURFACES {
                return Err(format!("{whose}: {surfaces} of surfaces; {difference}"));
            }
        }
        Ok(())
    }

    fn end_captured(&mut self) -> Verdict {
        let deadline = Instant::now() + PATIENCE;
        while self.running.contains(&true) {
            for n in (0..GRANTS.len()).filter(|n| self.running[*n]) {
                self.lab.order(&Order::KillApp(name(n)))?;
            }
            self.listen(PAUSE)?;
            if Instant::now() >= deadline {
                let last = self.lab.since(0).iter().rev().filter(|report| {
                    !matches!(report, Report::Log { stream: Stream::Stderr | Stream::Stdout, .. })
                });
                let last: String = last.take(12).map(|report| format!("\n        {report:?}")).collect();
                return Err(format!("a captured app does not end; what was heard last:{last}"));
            }
        }
        Ok(())
    }

    /// Captured processes that were caught.
    fn broke(&self) -> usize {
        let caught = |app: &str, line: &str| app.starts_with("impostor") && line.contains("broke the ");
        self.lab.count(|report| matches!(report, Report::Log { app, line, .. } if caught(app, line)))
    }
}

fn take(supervisor: u32, compositor: u32) -> Result<[Holdings; 2], String> {
    let of = |pid, whose| census::holdings(pid).ok_or_else(|| format!("the {whose} tells nothing"));
    Ok([of(supervisor, "supervisor")?, of(compositor, "compositor")?])
}

/// What is held apart from windows, and how much is held for these: an app that failed keeps its window with a banner,
/// one that ended well does not, so that the last ends decide how many there are.
fn apart(holdings: &Holdings) -> (Holdings, usize) {
    let (surfaces, others): (Holdings, Holdings) =
        holdings.clone().into_iter().partition(|(kind, _)| kind.contains("surface"));
    (others, surfaces.values().sum())
}

/// Nobody drew over the honest app.
fn steady_is_seen(picture: &Picture) -> Verdict {
    let (left, top, w, h) = STEADY_AT;
    let wrong = (top..top + h)
        .flat_map(|y| (left..left + w).map(move |x| (x, y)))
        .filter(|(x, y)| picture.at(*x, *y) != Some(STEADY))
        .count();
    if wrong == 0 { Ok(()) } else { Err(format!("{wrong} pixels of the honest app are another's")) }
}
