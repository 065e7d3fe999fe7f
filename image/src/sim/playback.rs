//! A script that is played: which step is due when, and whether what it waits for has come.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use control_protocol::InjectedInput;
use control_protocol::driver::Report;

use super::script::{Action, Step, Wait};
use crate::picture::Picture;

/// What is to be done now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Deed {
    /// Input, one after the other without a pause.
    Input(Vec<InjectedInput>),
    /// A picture of the screen, for a file.
    Shot(PathBuf),
    /// A picture of the screen, for [`Playback::on_picture`].
    Look,
    /// SIGKILL to the compositor.
    KillCompositor,
    /// SIGKILL to an app.
    KillApp(String),
}

/// What a step waits for did not come.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`wait {what}` of the script: not within {} s", within.as_secs())]
pub struct Overdue {
    /// As the script says it.
    pub what: String,
    /// How long it was waited for.
    pub within: Duration,
}

/// Between two looks at a screen that is to change.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A screen rests when so many looks after another see the same.
const RESTS: u32 = 3;

/// Whoever plays it does what [`Playback::next`] says at [`Playback::due`], and tells what happens meanwhile.
#[derive(Debug)]
pub(crate) struct Playback {
    steps: VecDeque<Step>,
    /// How long a wait may take.
    patience: Duration,
    /// Time zero, once it has begun. A wait stops the clock: it moves on by what the wait took.
    zero: Option<Instant>,
    waiting: Option<Waiting>,
    /// Apps that did so since the last input.
    shown: Vec<String>,
    ended: Vec<String>,
    /// Who has the keyboard.
    focused: String,
    /// What was seen by the last wait or shot.
    before: Option<Picture>,
    /// What was seen last, and how often in a row.
    seen: Option<(Picture, u32)>,
}

#[derive(Debug)]
struct Waiting {
    what: Wait,
    at_ms: u64,
    deadline: Instant,
    look: Instant,
}

impl Playback {
    pub(crate) fn new(steps: Vec<Step>, patience: Duration) -> Self {
        Self {
            steps: steps.into(),
            patience,
            zero: None,
            waiting: None,
            shown: Vec::new(),
            ended: Vec::new(),
            focused: String::new(),
            before: None,
            seen: None,
        }
    }

    /// Sets time zero, if it is not yet.
    pub(crate) fn begin(&mut self, now: Instant) {
        self.zero.get_or_insert(now);
    }

    /// Time zero, from which the clock of the script counts.
    pub(crate) const fn zero(&self) -> Option<Instant> {
        self.zero
    }

    /// Nothing is left to be done or waited for.
    pub(crate) fn is_over(&self) -> bool {
        self.steps.is_empty() && self.waiting.is_none()
    }

    pub(crate) const fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// Whether the system's end is what the script ends with, and is waited for.
    pub(crate) fn awaits_off(&self) -> bool {
        let is_off = |what: &Wait| *what == Wait::Off;
        match &self.waiting {
            Some(waiting) => self.steps.is_empty() && is_off(&waiting.what),
            None => self.steps.len() == 1 && matches!(&self.steps[0].action, Action::Wait(w) if is_off(w)),
        }
    }

    /// When [`Playback::next`] has something to say.
    pub(crate) fn due(&self) -> Option<Instant> {
        let zero = self.zero?;
        match &self.waiting {
            Some(waiting) if self.has_come(&waiting.what) => Some(zero),
            Some(Waiting { what: Wait::Change, look, deadline, .. }) => Some(*look.min(deadline)),
            Some(waiting) => Some(waiting.deadline),
            None => self.steps.front().map(|step| zero + Duration::from_millis(step.at_ms)),
        }
    }

    /// What is to be done now, if anything is.
    ///
    /// # Errors
    /// [`Overdue`].
    pub(crate) fn next(&mut self, now: Instant) -> Result<Option<Deed>, Overdue> {
        loop {
            let Some(zero) = self.zero else { return Ok(None) };
            if let Some(waiting) = self.waiting.take() {
                if self.has_come(&waiting.what) {
                    self.zero = now.checked_sub(Duration::from_millis(waiting.at_ms));
                    if let Some((picture, _)) = self.seen.take() {
                        self.before = Some(picture);
                    }
                } else if now >= waiting.deadline {
                    return Err(Overdue { what: waiting.what.to_string(), within: self.patience });
                } else if waiting.what == Wait::Change && now >= waiting.look {
                    self.waiting = Some(Waiting { look: now + LOOK_AGAIN, ..waiting });
                    return Ok(Some(Deed::Look));
                } else {
                    self.waiting = Some(waiting);
                    return Ok(None);
                }
                continue;
            }
            let is_due = |step: &Step| zero + Duration::from_millis(step.at_ms) <= now;
            if !self.steps.front().is_some_and(is_due) {
                return Ok(None);
            }
            let Some(Step { at_ms, action }) = self.steps.pop_front() else { return Ok(None) };
            let deed = match action {
                Action::Wait(what) => {
                    let deadline = now + self.patience;
                    self.waiting = Some(Waiting { what, at_ms, deadline, look: now });
                    continue;
                }
                Action::Shot(path) => return Ok(Some(Deed::Shot(path))),
                Action::Input(input) => Deed::Input(input),
                Action::KillCompositor => Deed::KillCompositor,
                Action::KillApp(name) => Deed::KillApp(name),
            };
            // What is waited for next is what this brings about.
            self.shown.clear();
            self.ended.clear();
            return Ok(Some(deed));
        }
    }

    /// Hears what the system reports.
    pub(crate) fn on_report(&mut self, report: &Report) {
        match report {
            Report::Shown { app } => self.shown.push(app.clone()),
            Report::Ended { app, .. } => self.ended.push(app.clone()),
            Report::Focused { app } => self.focused.clone_from(app),
            _ => {}
        }
    }

    /// The answer to a [`Deed::Look`].
    pub(crate) fn on_picture(&mut self, picture: Picture) {
        let times = match self.seen.take() {
            Some((last, times)) if last == picture => times + 1,
            _ => 1,
        };
        self.seen = Some((picture, times));
    }

    /// What became of a [`Deed::Shot`].
    pub(crate) fn on_shot(&mut self, picture: Picture) {
        self.before = Some(picture);
    }

    fn has_come(&self, what: &Wait) -> bool {
        match what {
            Wait::Shown(app) => self.shown.contains(app),
            Wait::Ended(app) => self.ended.contains(app),
            Wait::Focused(app) => self.focused == *app,
            // The end is nothing that anything comes after: whoever plays it sees it.
            Wait::Off => false,
            Wait::Change => {
                let is_other = |picture: &Picture| self.before.as_ref() != Some(picture);
                self.seen.as_ref().is_some_and(|(picture, times)| *times >= RESTS && is_other(picture))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::script::parse;

    const PATIENCE: Duration = Duration::from_secs(9);

    fn playback(text: &str, now: Instant) -> Playback {
        let steps = parse(std::path::Path::new("s"), text).unwrap();
        let mut playback = Playback::new(steps, PATIENCE);
        playback.begin(now);
        playback
    }

    fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    fn shown(app: &str) -> Report {
        Report::Shown { app: app.to_owned() }
    }

    #[test]
    fn next_a_wait_stops_the_clock_and_what_came_before_the_input_does_not_count() {
        let now = Instant::now();
        let mut playback = playback("0 kill app a\n100 wait shown a\n150 kill compositor", now);
        playback.on_report(&shown("a"));
        assert_eq!(playback.next(now), Ok(Some(Deed::KillApp("a".into()))));
        assert_eq!(playback.next(now), Ok(None));
        let later = now + ms(4000);
        assert_eq!(playback.next(later), Ok(None));
        assert_eq!(playback.due(), Some(later + PATIENCE));
        playback.on_report(&shown("a"));
        assert!(playback.due().is_some_and(|due| due <= later));
        assert_eq!(playback.next(later), Ok(None));
        assert_eq!(playback.due(), Some(later + ms(50)));
        assert_eq!(playback.next(later + ms(50)), Ok(Some(Deed::KillCompositor)));
        assert!(playback.is_over());
    }

    #[test]
    fn next_what_does_not_come_is_named() {
        let now = Instant::now();
        let mut playback = playback("0 wait focused clock", now);
        playback.on_report(&Report::Focused { app: "other".into() });
        assert_eq!(playback.next(now), Ok(None));
        let error = playback.next(now + PATIENCE).unwrap_err();
        assert_eq!(error.to_string(), "`wait focused clock` of the script: not within 9 s");
    }

    #[test]
    fn next_change_is_another_picture_that_rests() {
        let picture = |pixel| Picture { width: 1, height: 1, pixels: vec![pixel] };
        let mut now = Instant::now();
        let mut playback = playback("0 shot a\n0 wait change\n0 kill compositor", now);
        assert_eq!(playback.next(now), Ok(Some(Deed::Shot("a".into()))));
        playback.on_shot(picture(1));
        for pixel in [1, 1, 1, 2, 3, 3] {
            assert_eq!(playback.next(now), Ok(Some(Deed::Look)), "{pixel}");
            playback.on_picture(picture(pixel));
            now += LOOK_AGAIN;
        }
        assert_eq!(playback.next(now), Ok(Some(Deed::Look)));
        playback.on_picture(picture(3));
        assert_eq!(playback.next(now), Ok(Some(Deed::KillCompositor)));
    }

    #[test]
    fn awaits_off_only_when_the_script_ends_so() {
        let now = Instant::now();
        let mut playback = playback("0 wait off", now);
        assert!(playback.awaits_off());
        assert_eq!(playback.next(now), Ok(None));
        assert!(playback.awaits_off() && !playback.is_over());
    }
}
