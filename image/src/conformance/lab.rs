//! A running system under test: what it reported, and what is done to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use control_protocol::driver::{Command as Order, Report};
use control_protocol::{AppStats, InjectedInput, Stream, Token};

use super::scene::Life;
use crate::picture::Picture;
use crate::qemu;
use crate::report::chain;
use crate::sim::{Hosted, News, chord};

/// What a rule's check says: nothing, or what was wrong.
pub(crate) type Verdict = Result<(), String>;

/// Whatever a rule waits for comes sooner, hosted on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(15);

/// How much longer an emulated machine takes.
const EMULATED: u32 = 3;

/// Between two attempts at what may be passed over.
const INSIST: Duration = Duration::from_millis(400);

/// Between two looks at a screen that is not yet as wanted.
const LOOK_AGAIN: Duration = Duration::from_millis(15);

/// What runs the system.
#[derive(Debug)]
pub(crate) enum Machine {
    /// As processes of this machine, and how they are started again.
    Hosted(Box<Hosted>, Life),
    /// In QEMU.
    Qemu(Box<qemu::Machine>),
}

/// The machine and everything it said.
#[derive(Debug)]
pub(crate) struct Lab {
    machine: Machine,
    /// How long what a rule waits for may take.
    patience: Duration,
    seen: Vec<Report>,
    /// Up to which report each app's ear was emptied.
    heard: BTreeMap<String, usize>,
    pictures: Vec<(Token, Result<Picture, String>)>,
    tokens: u64,
    /// What is `/` of a hosted system; its `data` is that of an emulated one too, where the scene has it shared.
    root: PathBuf,
    /// The machine is gone: nothing more is to be expected.
    gone: Option<String>,
}

impl Lab {
    /// A machine that runs; `more` is how long its rules wait beyond what any does.
    pub(crate) fn new(machine: Machine, root: &Path, more: Duration) -> Self {
        let patience = more
            + match machine {
                Machine::Hosted(..) => PATIENCE,
                Machine::Qemu(_) => PATIENCE * EMULATED,
            };
        Self {
            machine,
            root: root.to_owned(),
            patience,
            seen: Vec::new(),
            heard: BTreeMap::new(),
            pictures: Vec::new(),
            tokens: 0,
            gone: None,
        }
    }

    /// The process of a hosted supervisor.
    pub(crate) fn supervisor(&self) -> Option<u32> {
        match &self.machine {
            Machine::Hosted(hosted, _) => Some(hosted.pid()),
            Machine::Qemu(_) => None,
        }
    }

    /// Takes in whatever comes until then.
    pub(crate) fn listen(&mut self, until: Instant) -> Verdict {
        loop {
            if !self.next(until)? && Instant::now() >= until {
                return Ok(());
            }
        }
    }

    /// Listens for so long, and gives what was reported from number `heard` on, which goes on.
    pub(crate) fn hear(&mut self, pause: Duration, heard: &mut usize) -> Result<Vec<Report>, String> {
        self.listen(Instant::now() + pause)?;
        let reports = self.since(*heard).to_vec();
        *heard += reports.len();
        Ok(reports)
    }

    /// What the compositor counted for an app so far.
    pub(crate) fn stats(&mut self, app: &str) -> Result<AppStats, String> {
        self.tokens += 1;
        let token = Token(self.tokens);
        let from = self.now();
        self.order(&Order::Stats(token))?;
        let all = self.find(from, "statistics", |report| match report {
            Report::Stats { token: of, windows } if *of == token => Some(Ok(windows.clone())),
            Report::Failed { token: of, why } if *of == token => Some(Err(why.clone())),
            _ => None,
        });
        let windows = all?.1?;
        let of_app = windows.into_iter().find(|(name, _)| name == app).map(|(_, stats)| stats);
        of_app.ok_or_else(|| format!("{app} has no window"))
    }

    /// What was reported from number `from` on.
    pub(crate) fn since(&self, from: usize) -> &[Report] {
        &self.seen[from.min(self.seen.len())..]
    }

    /// Takes in the next report, if one comes in time.
    fn next(&mut self, until: Instant) -> Result<bool, String> {
        if let Some(why) = &self.gone {
            return Err(why.clone());
        }
        let gone = match &mut self.machine {
            Machine::Hosted(hosted, _) => match hosted.wait(Some(until)) {
                Ok(News::Report(report, picture)) => {
                    self.keep(report, picture);
                    return Ok(true);
                }
                Ok(News::Due) => return Ok(false),
                Ok(News::Interrupted) => "interrupted".to_owned(),
                Ok(News::Gone) => format!("the supervisor ended; it said last:\n{}", hosted.last_words()),
                Err(error) => chain(&error),
            },
            Machine::Qemu(machine) => match machine.next_event(until) {
                Some(qemu::Event::Report(report)) => {
                    self.keep(report, None);
                    return Ok(true);
                }
                Some(qemu::Event::Line(line)) if qemu::is_panic(&line) => line,
                Some(qemu::Event::Line(_) | qemu::Event::Qemu(_)) => return Ok(true),
                None => return Ok(false),
                Some(qemu::Event::Off) => format!("the machine went off\n{}", machine.tail()),
            },
        };
        self.gone = Some(gone.clone());
        Err(gone)
    }

    fn keep(&mut self, report: Report, picture: Option<Picture>) {
        match (report, picture) {
            (Report::Screenshot { token, .. }, Some(picture)) => self.pictures.push((token, Ok(picture))),
            (report, _) => {
                if let Report::Failed { token, why } = &report {
                    self.pictures.push((*token, Err(why.clone())));
                }
                self.seen.push(report);
            }
        }
    }

    /// The first report from number `from` on that `wanted` makes something of, and its number.
    fn find<T>(
        &mut self,
        mut from: usize,
        what: &str,
        mut wanted: impl FnMut(&Report) -> Option<T>,
    ) -> Result<(usize, T), String> {
        let deadline = Instant::now() + self.patience;
        loop {
            while let Some(report) = self.seen.get(from) {
                if let Some(found) = wanted(report) {
                    return Ok((from, found));
                }
                from += 1;
            }
            if !self.next(deadline)? && Instant::now() >= deadline {
                return Err(format!("{what}: did not come"));
            }
        }
    }

    /// Waits for a report, whenever it came.
    pub(crate) fn report<T>(
        &mut self,
        what: &str,
        wanted: impl FnMut(&Report) -> Option<T>,
    ) -> Result<T, String> {
        self.find(0, what, wanted).map(|(_, found)| found)
    }

    /// Kills the compositor and waits until another one runs.
    pub(super) fn replace_compositor(&mut self) -> Verdict {
        let from = self.now();
        self.order(&Order::KillCompositor)?;
        let is_new = |report: &Report| matches!(report, Report::OutputReady(_)).then_some(());
        self.find(from, "a new compositor", is_new).map(drop)
    }

    /// Ends a hosted system in order, and starts it again on what it left in its folder.
    pub(super) fn start_again(&mut self) -> Verdict {
        self.order(&Order::PowerOff)?;
        let deadline = Instant::now() + self.patience;
        while self.next(deadline).is_ok() {
            if Instant::now() >= deadline {
                return Err("it does not end".to_owned());
            }
        }
        let Machine::Hosted(hosted, life) = &mut self.machine else {
            return Err("a machine of its own is not started again".to_owned());
        };
        **hosted = life.begin()?;
        self.gone = None;
        // What was reported before is of another life; who hears what, begins anew.
        self.seen.clear();
        self.heard.clear();
        Ok(())
    }

    /// How many reports so far are of a kind.
    pub(crate) fn count(&self, mut wanted: impl FnMut(&Report) -> bool) -> usize {
        self.seen.iter().filter(|report| wanted(report)).count()
    }

    /// How many reports came so far: to wait for later ones.
    pub(crate) fn now(&self) -> usize {
        self.seen.len()
    }

    /// Waits for a line of the log of an app (of the system with an empty name) that holds `part`.
    pub(crate) fn line(&mut self, app: &str, part: &str) -> Result<String, String> {
        self.line_since(0, app, part)
    }

    /// As [`Lab::line`], from report number `from` on.
    pub(crate) fn line_since(&mut self, from: usize, app: &str, part: &str) -> Result<String, String> {
        let found = self.find(from, &format!("line `{part}` of {app:?}"), |report| match report {
            Report::Log { app: from, line, .. } if from == app && line.contains(part) => Some(line.clone()),
            _ => None,
        });
        found.map(|(_, line)| line).map_err(|why| format!("{why}; its log:\n{}", self.log_of(app)))
    }

    /// Does something again and again until a line comes: what is done is not always looked at.
    pub(super) fn insist(
        &mut self,
        app: &str,
        part: &str,
        mut deed: impl FnMut(&mut Self) -> Verdict,
    ) -> Verdict {
        let is_it = |report: &Report| matches!(report, Report::Log { app: of, line, .. } if of == app && line.contains(part));
        self.insist_on(is_it, &mut deed)
            .map_err(|why| format!("line `{part}` of {app:?}: {why}; its log:\n{}", self.log_of(app)))
    }

    /// Does something again and again until a report comes.
    pub(super) fn insist_on(
        &mut self,
        is_it: impl Fn(&Report) -> bool,
        mut deed: impl FnMut(&mut Self) -> Verdict,
    ) -> Verdict {
        let from = self.now();
        let deadline = Instant::now() + self.patience;
        while Instant::now() < deadline {
            deed(self)?;
            let pause = Instant::now() + INSIST;
            while self.next(pause)? {}
            if self.seen[from..].iter().any(&is_it) {
                return Ok(());
            }
        }
        Err("did not come".to_owned())
    }

    /// Waits until the system ends by itself.
    pub(super) fn goes(&mut self) -> Verdict {
        let deadline = Instant::now() + self.patience;
        while Instant::now() < deadline {
            if self.next(deadline).is_err() {
                return Ok(());
            }
        }
        Err("it is still there".to_owned())
    }

    /// A line of one app comes before a line of another.
    pub(super) fn comes_first(&mut self, first: (&str, &str), second: (&str, &str)) -> Verdict {
        let mut at = |(app, part): (&str, &str)| {
            let found = self.find(0, &format!("line `{part}` of {app}"), |report| match report {
                Report::Log { app: of, line, .. } if of == app && line.contains(part) => Some(()),
                _ => None,
            });
            found.map(|(at, ())| at)
        };
        if at(first)? < at(second)? {
            return Ok(());
        }
        let ((a, x), (b, y)) = (first, second);
        Err(format!("`{y}` of {b} came before `{x}` of {a}"))
    }

    /// Lines of an app so far, of the stream or of all.
    pub(crate) fn lines(&self, app: &str, stream: Option<Stream>) -> Vec<&str> {
        self.seen
            .iter()
            .filter_map(|report| match report {
                Report::Log { app: from, stream: of, line, .. }
                    if from == app && stream.is_none_or(|stream| stream == *of) =>
                {
                    Some(line.as_str())
                }
                _ => None,
            })
            .collect()
    }

    /// The last lines of an app so far, to be read by people; without a name, the system's own.
    pub(crate) fn log_of(&self, app: &str) -> String {
        let lines = self.lines(app, None);
        let last = lines.len().saturating_sub(12);
        lines[last..].iter().map(|line| format!("    | {line}\n")).collect()
    }

    /// Waits until an app heard `fence`, and gives every line it heard up to it since it was asked last.
    pub(crate) fn heard_until(&mut self, app: &str, fence: &str) -> Result<Vec<String>, String> {
        let from = self.heard.get(app).copied().unwrap_or(0);
        let mut lines = Vec::new();
        let found = self.find(from, &format!("`{fence}` in the ear of {app}"), |report| {
            let Report::Log { app: from, stream: Stream::Stderr, line, .. } = report else { return None };
            let line = line.strip_prefix("> ").filter(|_| from == app)?;
            if line == fence {
                return Some(());
            }
            lines.push(line.to_owned());
            None
        });
        match found {
            Ok((at, ())) => {
                self.heard.insert(app.to_owned(), at + 1);
                Ok(lines)
            }
            Err(why) => Err(format!("{why}; it heard {lines:?}; its log:\n{}", self.log_of(app))),
        }
    }

    /// An app heard exactly these lines, then `fence`.
    pub(crate) fn hears(&mut self, app: &str, lines: &[&str], fence: &str) -> Verdict {
        let heard = self.heard_until(app, fence)?;
        if heard == lines { Ok(()) } else { Err(format!("{app} heard {heard:?}, expected {lines:?}")) }
    }

    /// Waits for the end of an app: how, and whether that is a failure.
    pub(crate) fn ended(&mut self, name: &str) -> Result<(String, bool), String> {
        self.report(&format!("end of {name}"), |report| match report {
            Report::Ended { app, how, failed } if app == name => Some((how.clone(), *failed)),
            _ => None,
        })
    }

    /// Waits until an app's first frame is on the screen.
    pub(crate) fn shown(&mut self, name: &str) -> Verdict {
        self.report(&format!("first frame of {name}"), |report| {
            matches!(report, Report::Shown { app } if app == name).then_some(())
        })
    }

    /// Waits until the compositor has a frame of an app, whether or not it can be seen.
    pub(super) fn drawn(&mut self, name: &str) -> Verdict {
        let deadline = Instant::now() + self.patience;
        loop {
            let complaint = match self.stats(name) {
                Ok(stats) if stats.committed > 0 => return Ok(()),
                Ok(_) => format!("{name} draws nothing"),
                Err(why) => why,
            };
            if Instant::now() >= deadline {
                return Err(complaint);
            }
            // Of frames that nobody sees nobody tells.
            let _ = self.next(Instant::now() + LOOK_AGAIN)?;
        }
    }

    /// Waits until an app is the one that has the keyboard.
    pub(crate) fn focused(&mut self, name: &str) -> Verdict {
        let deadline = Instant::now() + self.patience;
        loop {
            let last = self.seen.iter().rev().find_map(|report| match report {
                Report::Focused { app } => Some(app.as_str()),
                _ => None,
            });
            if last == Some(name) {
                return Ok(());
            }
            let last = last.unwrap_or("nobody").to_owned();
            if !self.next(deadline)? && Instant::now() >= deadline {
                return Err(format!("{last} has the keyboard, expected {name}"));
            }
        }
    }

    /// Does something to the system.
    pub(crate) fn order(&mut self, order: &Order) -> Verdict {
        if matches!(self.machine, Machine::Qemu(_)) {
            // What comes on its serial line before it listens is lost.
            self.report("the first word of the system", |_| Some(()))?;
        }
        match &mut self.machine {
            Machine::Hosted(hosted, _) => hosted.order(order).map_err(|error| chain(&error)),
            Machine::Qemu(machine) => machine.order(order).map_err(|error| chain(&error)),
        }
    }

    /// Input, one after the other.
    pub(crate) fn inject(&mut self, input: &[InjectedInput]) -> Verdict {
        input.iter().try_for_each(|input| self.order(&Order::Inject(input.clone())))
    }

    /// Presses and releases a chord.
    pub(crate) fn press(&mut self, name: &str) -> Verdict {
        let chord = chord(name).ok_or_else(|| format!("no key {name}"))?;
        self.press_codes(&chord.held.iter().copied().chain([chord.key]).collect::<Vec<_>>())
    }

    /// Presses keys and releases them, the last one first.
    pub(super) fn press_codes(&mut self, codes: &[u16]) -> Verdict {
        let press = codes.iter().map(|code| InjectedInput::Key { code: *code, pressed: true });
        let release = codes.iter().rev().map(|code| InjectedInput::Key { code: *code, pressed: false });
        self.inject(&press.chain(release).collect::<Vec<_>>())
    }

    /// Types a text into the focused app, a line for each character.
    pub(crate) fn type_text(&mut self, text: &str) -> Verdict {
        self.order(&Order::Inject(InjectedInput::Text(text.to_owned())))
    }

    /// What is on the screen; `None` while there is no compositor to ask.
    pub(crate) fn picture(&mut self) -> Result<Option<Picture>, String> {
        if let Machine::Qemu(machine) = &mut self.machine {
            return machine.picture().map(Some).map_err(|error| chain(&error));
        }
        self.tokens += 1;
        let token = Token(self.tokens);
        self.order(&Order::Screenshot(token))?;
        let deadline = Instant::now() + self.patience;
        loop {
            if let Some(at) = self.pictures.iter().position(|(of, _)| *of == token) {
                // A compositor that is about to come back has no picture yet.
                return Ok(self.pictures.swap_remove(at).1.ok());
            }
            if !self.next(deadline)? && Instant::now() >= deadline {
                return Err("no picture of the screen came".to_owned());
            }
        }
    }

    /// Waits until the screen is as wanted. Where it does not become so, the last complaint is given.
    pub(crate) fn screen(&mut self, wanted: impl FnMut(&Picture) -> Verdict) -> Verdict {
        self.screen_while(|_| Ok(()), wanted)
    }

    /// As [`Lab::screen`], doing something before each look: what it does may not last.
    pub(crate) fn screen_while(
        &mut self,
        mut deed: impl FnMut(&mut Self) -> Verdict,
        mut wanted: impl FnMut(&Picture) -> Verdict,
    ) -> Verdict {
        let deadline = Instant::now() + self.patience / 3;
        loop {
            deed(self)?;
            let complaint = match self.picture()? {
                Some(picture) => match wanted(&picture) {
                    Ok(()) => return Ok(()),
                    Err(complaint) => complaint,
                },
                None => "no picture".to_owned(),
            };
            if Instant::now() >= deadline {
                return Err(complaint);
            }
            // A screen tells nobody when it changes.
            let _ = self.next(Instant::now() + LOOK_AGAIN)?;
        }
    }

    /// Waits until a file of an app's `/data` is as wanted.
    pub(super) fn data(&mut self, app: &str, file: &str, wanted: impl Fn(&str) -> bool) -> Verdict {
        let path = self.root.join("data").join(app).join(file);
        let deadline = Instant::now() + self.patience;
        loop {
            let found = std::fs::read_to_string(&path);
            if found.as_ref().is_ok_and(|text| wanted(text)) {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(format!("{} is not as it should be: {found:?}", path.display()));
            }
            // Nobody tells when an app writes.
            let _ = self.next(Instant::now() + LOOK_AGAIN)?;
        }
    }

    /// A picture that the system took of its own screen, by the name of its file.
    pub(super) fn screenshot(&self, name: &str) -> Result<Picture, String> {
        let path = self.root.join("data/screenshots").join(name);
        Picture::read(&path).map_err(|error| chain(&error))
    }

    /// Ends the machine in order.
    pub(crate) fn end(mut self) -> Verdict {
        if self.gone.is_none() {
            self.order(&Order::PowerOff)?;
        }
        let fine = match self.machine {
            Machine::Hosted(hosted, _) => {
                hosted.end().map(|status| status.success()).map_err(|e| chain(&e))?
            }
            Machine::Qemu(mut machine) => {
                machine.wait_off(PATIENCE * EMULATED).map_err(|e| chain(&e))?.success()
            }
        };
        if fine { Ok(()) } else { Err("the system did not end in order".to_owned()) }
    }
}
