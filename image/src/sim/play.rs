//! One run: a script against a hosted system, and what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::PipeReader;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use control_protocol::driver::{Command as Order, Report};
use control_protocol::{AppStats, Stream, Token};

#[cfg(feature = "window")]
use super::desktop::Desktop;
use super::hosted::{Hosted, News, Start};
use super::log::Log;
use super::playback::{Deed, Playback};
#[cfg(feature = "window")]
use super::record::Record;
use super::root::Root;
use super::script::Step;
use super::stats::{self, Cost};
use super::{Options, SimError};
use crate::picture::Picture;
use crate::report::Outcome;

/// First frames are waited for this long once there is a screen.
const FIRST_FRAMES: Duration = Duration::from_secs(2);

/// A screen is there within this.
const SCREEN: Duration = Duration::from_secs(15);

/// An answer comes within this; a compositor that was just killed comes back in between.
const ANSWER: Duration = Duration::from_secs(5);

/// A question that could not be answered is asked again after this.
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// What a script waits for comes within this.
const PATIENCE: Duration = Duration::from_secs(30);

/// The compositor among the processes. An app of that name would share its row.
const COMPOSITOR: &str = "compositor";

/// Apps answer the last event of a script within this.
const AFTERWARDS: Duration = Duration::from_millis(500);

pub(super) fn play(
    options: &Options,
    supervisor: &Path,
    root: &Root,
    steps: Vec<Step>,
    interrupt: PipeReader,
) -> Result<Outcome, SimError> {
    let mut log = Log::new(options.log.as_deref()).map_err(log_failed(options))?;
    for (app, why) in &root.refused {
        log.line(0, app, Stream::System, why).map_err(log_failed(options))?;
    }
    if root.apps.is_empty() {
        log.finish().map_err(log_failed(options))?;
        return Ok(Outcome::Failed);
    }
    let start = Start { program: supervisor, root: root.path(), size: options.size, policy: options.policy };
    let hosted = Hosted::start(&start, interrupt)?;
    let mut run = Run {
        options,
        processes: BTreeMap::from([("supervisor".to_owned(), Process::new(hosted.pid()))]),
        hosted,
        log,
        began: Instant::now(),
        looked: Instant::now(),
        awaited: root.apps.iter().filter(|app| app.has_window).map(|app| app.name.clone()).collect(),
        running: root.apps.iter().map(|app| app.name.clone()).collect(),
        script: Duration::from_millis(steps.last().map_or(0, |step| step.at_ms)),
        playback: Playback::new(steps, PATIENCE),
        phase: Phase::Screen,
        tokens: 0,
        compositor_kills: 0,
        app_kills: Vec::new(),
        failed: false,
        #[cfg(feature = "window")]
        desktop: match options.screen {
            super::Screen::Memory => None,
            super::Screen::Window => Some(Desktop::open(options.size)?),
        },
        #[cfg(feature = "window")]
        record: options.record.as_deref().map(Record::begin).transpose()?,
    };
    run.play_to_the_end()?;
    run.log.finish().map_err(log_failed(options))?;
    let failed = run.failed;
    let status = run.hosted.end()?;
    Ok(if failed || !status.success() { Outcome::Failed } else { Outcome::Success })
}

fn log_failed(options: &Options) -> impl FnOnce(std::io::Error) -> SimError {
    SimError::file(options.log.as_deref().unwrap_or(Path::new("stderr")))
}

/// ```text
/// Screen ──output ready──> FirstFrames ──all shown, or 2 s──> Script ──time over, Ctrl+C──> Picture ──> Stats ──> Over
///                                                              │  ↑
///                                                              └ Shot (until its answer)
/// ```
#[derive(Clone, PartialEq, Debug)]
enum Phase {
    /// Until there is one.
    Screen,
    /// Until each app with a window has shown one; since when.
    FirstFrames(Instant),
    /// Steps are played.
    Script,
    /// A picture in the middle of it, for a file or to look at.
    Shot(Question, Option<PathBuf>),
    /// The last picture.
    Picture(Question, PathBuf),
    /// The compositor's counters.
    Stats(Question, PathBuf),
    /// Everything was asked for.
    Over,
}

/// Something the supervisor was asked.
#[derive(Clone, PartialEq, Debug)]
struct Question {
    token: Token,
    deadline: Instant,
    /// When it is asked again: the last answer was none.
    again: Option<Instant>,
}

/// The question for a picture of the window's; others count from 1, and the upper half is the supervisor's own.
#[cfg(feature = "window")]
const WINDOW: Token = Token(1 << 62);

/// How often running processes are looked at. An app that lived shorter has no memory in the statistics.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// A process of the system, and what it cost when it was last looked at.
#[derive(Debug)]
struct Process {
    pid: u32,
    /// Of those of the same name that ended before it.
    before_ms: u64,
    cost: Cost,
}

impl Process {
    const fn new(pid: u32) -> Self {
        Self { pid, before_ms: 0, cost: Cost { cpu_ms: 0, pss_kib: None } }
    }

    fn measure(&mut self) {
        if let Some(cost) = stats::cost(self.pid) {
            // A process that ended but was not waited for has no memory any more.
            let pss_kib = cost.pss_kib.or(self.cost.pss_kib);
            self.cost = Cost { cpu_ms: cost.cpu_ms + self.before_ms, pss_kib };
        }
    }
}

struct Run<'a> {
    options: &'a Options,
    hosted: Hosted,
    log: Log,
    began: Instant,
    /// Apps whose first frame is waited for.
    awaited: BTreeSet<String>,
    /// Apps that have not ended.
    running: BTreeSet<String>,
    playback: Playback,
    /// From time zero to the script's last step.
    script: Duration,
    phase: Phase,
    tokens: u64,
    processes: BTreeMap<String, Process>,
    /// When their cost was last looked at.
    looked: Instant,
    compositor_kills: u32,
    /// Apps that the script killed and whose end is not a failure of theirs.
    app_kills: Vec<String>,
    failed: bool,
    #[cfg(feature = "window")]
    desktop: Option<Desktop>,
    #[cfg(feature = "window")]
    record: Option<Record>,
}

impl Run<'_> {
    fn play_to_the_end(&mut self) -> Result<(), SimError> {
        while self.phase != Phase::Over {
            let due = self.due();
            let look = self.options.stats.is_some().then_some(self.looked + LOOK_EVERY);
            let next = due.into_iter().chain(look).chain(self.frame_due()).min();
            match self.hosted.wait(next)? {
                News::Report(report, picture) => self.on_report(report, picture)?,
                News::Interrupted => self.finish()?,
                News::Due if due.is_some_and(|due| due <= Instant::now()) => self.on_due()?,
                News::Due => {
                    if look.is_some_and(|look| look <= Instant::now()) {
                        self.look();
                    }
                    self.on_frame()?;
                }
                News::Gone if self.playback.awaits_off() => {
                    self.phase = Phase::Over;
                    return Ok(());
                }
                News::Gone => return Err(SimError::SupervisorEnded(self.hosted.last_words())),
            }
        }
        self.hosted.order(&Order::PowerOff)
    }

    /// When the window wants its next picture.
    #[cfg(feature = "window")]
    fn frame_due(&self) -> Option<Instant> {
        self.desktop.as_ref().map(|desktop| desktop.due)
    }

    #[cfg(not(feature = "window"))]
    #[expect(clippy::unused_self, reason = "as with a window")]
    const fn frame_due(&self) -> Option<Instant> {
        None
    }

    /// Hands on what was done in the window, and asks for its next picture.
    #[cfg(feature = "window")]
    fn on_frame(&mut self) -> Result<(), SimError> {
        let Some(desktop) = self.desktop.as_mut().filter(|desktop| desktop.due <= Instant::now()) else {
            return Ok(());
        };
        let Some(input) = desktop.turn() else {
            self.desktop = None;
            return self.finish();
        };
        if let (Some(record), Some(zero)) = (&mut self.record, self.playback.zero()) {
            record.keep(zero.elapsed(), &input)?;
        }
        for input in input {
            self.hosted.order(&Order::Inject(input))?;
        }
        self.hosted.order(&Order::Screenshot(WINDOW))
    }

    #[cfg(not(feature = "window"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as with a window")]
    const fn on_frame(&mut self) -> Result<(), SimError> {
        Ok(())
    }

    /// What processes cost, now: one may have ended when the numbers are asked for.
    fn look(&mut self) {
        self.looked = Instant::now();
        self.processes.values_mut().for_each(Process::measure);
    }

    /// When something has to be done although nothing happens; `None`: never.
    fn due(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Screen => Some(self.began + SCREEN),
            Phase::FirstFrames(since) => Some(*since + FIRST_FRAMES),
            Phase::Script => self.playback.due().into_iter().chain(self.end()).min(),
            Phase::Shot(question, _) | Phase::Picture(question, _) | Phase::Stats(question, _) => {
                Some(question.again.unwrap_or(question.deadline))
            }
            Phase::Over => None,
        }
    }

    /// How long the run is, if anybody said so: `--for`; else a moment longer than the script.
    fn length(&self) -> Option<Duration> {
        let Options { script, shot, stats, .. } = self.options;
        let asked = script.is_some() || shot.is_some() || stats.is_some();
        self.options.duration.or_else(|| asked.then_some(self.script + AFTERWARDS))
    }

    /// When the run is over, unless the script's clock stands.
    fn end(&self) -> Option<Instant> {
        let zero = self.playback.zero().filter(|_| !self.playback.is_waiting())?;
        self.length().map(|length| zero + length)
    }

    /// Time zero.
    fn begin(&mut self) {
        self.playback.begin(Instant::now());
        self.phase = Phase::Script;
    }

    fn on_due(&mut self) -> Result<(), SimError> {
        let now = Instant::now();
        match self.phase.clone() {
            Phase::Screen => {
                self.fail("", "no screen came up")?;
                self.begin();
                self.finish()
            }
            Phase::FirstFrames(_) => {
                for app in std::mem::take(&mut self.awaited) {
                    self.note(&app, "has not shown a first frame; the run goes on without waiting for it")?;
                }
                self.begin();
                Ok(())
            }
            Phase::Script => {
                // At the very end a step still comes before the end.
                if let Some(deed) = self.playback.next(now)? {
                    return self.act(deed);
                }
                if self.end().is_some_and(|end| end <= now) { self.finish() } else { Ok(()) }
            }
            Phase::Shot(question, _) | Phase::Picture(question, _) | Phase::Stats(question, _) => {
                if now >= question.deadline {
                    return Err(self.unanswered("no answer"));
                }
                self.ask_again()
            }
            Phase::Over => Ok(()),
        }
    }

    fn act(&mut self, deed: Deed) -> Result<(), SimError> {
        match deed {
            Deed::Input(input) => {
                for event in input {
                    self.hosted.order(&Order::Inject(event))?;
                }
            }
            Deed::Shot(path) => return self.ask_for_picture(Some(path)),
            Deed::Look => return self.ask_for_picture(None),
            Deed::KillCompositor => {
                self.compositor_kills += 1;
                self.hosted.order(&Order::KillCompositor)?;
            }
            Deed::KillApp(name) => {
                self.app_kills.push(name.clone());
                self.hosted.order(&Order::KillApp(name))?;
            }
        }
        Ok(())
    }

    fn ask_for_picture(&mut self, path: Option<PathBuf>) -> Result<(), SimError> {
        self.phase = Phase::Shot(self.question(), path);
        self.ask_again()
    }

    fn on_report(&mut self, report: Report, picture: Option<Picture>) -> Result<(), SimError> {
        self.playback.on_report(&report);
        match report {
            Report::Log { t_ms, app, stream, line, .. } => {
                return self.log.line(t_ms, &app, stream, &line).map_err(log_failed(self.options));
            }
            Report::OutputReady(_) if self.phase == Phase::Screen => {
                self.phase = Phase::FirstFrames(Instant::now());
                self.begin_if_all_shown();
            }
            Report::Started { app, pid } => self.on_process(app, pid),
            Report::CompositorStarted { pid } => {
                if self.processes.contains_key(COMPOSITOR) {
                    match self.compositor_kills.checked_sub(1) {
                        Some(left) => self.compositor_kills = left,
                        None => self.fail("", "the compositor had to be started again")?,
                    }
                }
                self.on_process(COMPOSITOR.to_owned(), pid);
            }
            Report::Shown { app } => {
                self.awaited.remove(&app);
                self.begin_if_all_shown();
            }
            Report::Ended { app, failed, .. } => self.on_ended(app, failed)?,
            Report::Screenshot { token, .. } => return self.on_picture(token, picture),
            Report::Stats { token, windows } => return self.on_stats(token, &windows),
            Report::Failed { token, why } => self.on_no_answer(token, &why)?,
            Report::Focused { .. } | Report::OutputReady(_) => {}
        }
        Ok(())
    }

    fn on_process(&mut self, name: String, pid: u32) {
        if let Some(process) = self.processes.get_mut(&name) {
            process.before_ms = process.cost.cpu_ms;
            process.pid = pid;
        } else {
            self.processes.insert(name, Process::new(pid));
        }
    }

    fn on_ended(&mut self, app: String, failed: bool) -> Result<(), SimError> {
        self.awaited.remove(&app);
        self.running.remove(&app);
        self.begin_if_all_shown();
        let asked_for = self.app_kills.iter().position(|name| *name == app);
        if let Some(at) = asked_for {
            self.app_kills.remove(at);
        } else if failed {
            self.failed = true;
        }
        // Apps that run once and are all over leave nothing to see.
        let only_once = matches!(self.options.selection, super::Selection::Apps(_));
        let played = self.playback.is_over() && self.phase == Phase::Script;
        if only_once && played && self.running.is_empty() { self.finish() } else { Ok(()) }
    }

    fn begin_if_all_shown(&mut self) {
        if matches!(self.phase, Phase::FirstFrames(_)) && self.awaited.is_empty() {
            self.begin();
        }
    }

    /// The end of the time: what is still wanted is asked for.
    fn finish(&mut self) -> Result<(), SimError> {
        match (&self.phase, &self.options.shot, &self.options.stats) {
            (Phase::Stats(..) | Phase::Over, ..) => {
                self.phase = Phase::Over;
                return Ok(());
            }
            (Phase::Screen | Phase::FirstFrames(_) | Phase::Script | Phase::Shot(..), Some(path), _) => {
                self.phase = Phase::Picture(self.question(), path.clone());
            }
            (_, _, Some(path)) => {
                self.look();
                self.phase = Phase::Stats(self.question(), path.clone());
            }
            _ => {
                self.phase = Phase::Over;
                return Ok(());
            }
        }
        self.ask_again()
    }

    fn question(&mut self) -> Question {
        self.tokens += 1;
        Question { token: Token(self.tokens), deadline: Instant::now() + ANSWER, again: None }
    }

    /// Sends the phase's question.
    fn ask_again(&mut self) -> Result<(), SimError> {
        let order = match &mut self.phase {
            Phase::Shot(question, _) | Phase::Picture(question, _) => {
                question.again = None;
                Order::Screenshot(question.token)
            }
            Phase::Stats(question, _) => {
                question.again = None;
                Order::Stats(question.token)
            }
            _ => return Ok(()),
        };
        self.hosted.order(&order)
    }

    fn on_no_answer(&mut self, token: Token, why: &str) -> Result<(), SimError> {
        match &mut self.phase {
            Phase::Shot(question, _) | Phase::Picture(question, _) | Phase::Stats(question, _)
                if question.token == token =>
            {
                let now = Instant::now();
                if now >= question.deadline {
                    return Err(self.unanswered(why));
                }
                question.again = Some((now + ASK_AGAIN).min(question.deadline));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What was asked last has no answer.
    fn unanswered(&self, why: &str) -> SimError {
        let path = match &self.phase {
            Phase::Shot(_, Some(path)) | Phase::Picture(_, path) | Phase::Stats(_, path) => {
                Some(path.clone())
            }
            _ => None,
        };
        SimError::NoAnswer {
            path: path.unwrap_or_else(|| "(a look at the screen)".into()),
            why: why.to_owned(),
        }
    }

    fn on_picture(&mut self, token: Token, picture: Option<Picture>) -> Result<(), SimError> {
        let Some(picture) = picture else { return Ok(()) };
        #[cfg(feature = "window")]
        if let Some(desktop) = self.desktop.as_mut().filter(|_| token == WINDOW) {
            return Ok(desktop.show(&picture)?);
        }
        match self.phase.clone() {
            Phase::Shot(question, path) if question.token == token => {
                self.phase = Phase::Script;
                match path {
                    Some(path) => {
                        picture.write(&path)?;
                        self.playback.on_shot(picture);
                    }
                    None => self.playback.on_picture(picture),
                }
                Ok(())
            }
            Phase::Picture(question, path) if question.token == token => {
                picture.write(&path)?;
                self.finish()
            }
            _ => Ok(()),
        }
    }

    fn on_stats(&mut self, token: Token, windows: &[(String, AppStats)]) -> Result<(), SimError> {
        let Phase::Stats(question, path) = &self.phase else { return Ok(()) };
        if question.token != token {
            return Ok(());
        }
        let costs = self.processes.iter().map(|(name, process)| (name.clone(), process.cost)).collect();
        let elapsed = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let text = format!("{:#}\n", stats::json(elapsed, windows, &costs));
        std::fs::write(path, text).map_err(SimError::file(path))?;
        self.finish()
    }

    /// Something that makes the run a failure.
    fn fail(&mut self, app: &str, what: &str) -> Result<(), SimError> {
        self.failed = true;
        self.note(app, what)
    }

    /// A line of the simulator itself about an app, or about the system with an empty name.
    fn note(&mut self, app: &str, what: &str) -> Result<(), SimError> {
        let t_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.log.line(t_ms, app, Stream::System, what).map_err(log_failed(self.options))
    }
}
