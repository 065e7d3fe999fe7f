//! What people choose stays chosen: the verbs that set it, and `/data/system/settings.toml`.
//!
//! ```text
//! kept ──choice──▶ due ──a second after the last──▶ being written ──▶ kept, or failed
//!                   ▲                                  │ choice, another disk
//!                   └──────────when that is done───────┘
//! ```
//!
//! A job writes, one at a time, what holds when it begins: what is chosen meanwhile is the next one's. While a disk that
//! is to be there is not, nothing is written and what is due waits for it.

use std::rc::Rc;

use control_protocol::Level;
use control_protocol::compositor::ToCompositor;
use control_protocol::host::{Jail, SystemLine, ToHost};
use control_protocol::job::{Job, JobResult};
use lifecycle::{Nanos, SECOND};
use manifest::{BRIGHTNESS, Chosen, EventSet, LAYOUTS};
use sys::machine;

use crate::data::Disk;
use crate::jobs::{KEEPER_ID, Purpose};
use crate::store::Store;
use crate::supervisor::Supervisor;
use crate::wallpaper::Wallpaper;

/// The file in the system's folder.
const FILE: &str = "settings.toml";

/// What chooses the next of what there is.
const NEXT: &str = "next";

/// Writes are as far apart: a slider is a hundred choices, and flash wears.
const APART: Nanos = SECOND;

/// When what was chosen is written.
#[derive(Default)]
pub(crate) struct Keeping {
    /// When it is written next; `None`: all that was chosen was handed to a job.
    due: Option<Nanos>,
    /// When it was handed over last.
    last: Option<Nanos>,
    is_writing: bool,
    /// Whether the last attempt failed: that was said.
    has_failed: bool,
    /// Whether what an earlier life of the device kept is among the choices, or forgotten on purpose.
    is_read: bool,
}

impl Keeping {
    /// Whether a job is at it.
    pub(crate) fn is_writing(&self) -> bool {
        self.is_writing
    }

    fn next_tick(&self) -> Option<Nanos> {
        self.due.filter(|_| !self.is_writing)
    }

    fn on_choice(&mut self, now: Nanos) {
        let earliest = self.last.map_or(now, |last| now.max(last + APART));
        self.due = Some(self.due.map_or(earliest, |due| due.min(earliest)));
    }

    /// What `/data` is has changed: what is being written may be lost with what it was, and what could not be written
    /// is tried again.
    fn on_other_data(&mut self, now: Nanos) {
        if self.is_writing || self.has_failed {
            self.on_choice(now);
        }
    }

    /// A write begins.
    fn begin(&mut self, now: Nanos) {
        (self.due, self.last, self.is_writing) = (None, Some(now), true);
    }

    /// A write is done; whether a failure is news.
    fn finish(&mut self, is_kept: bool) -> bool {
        self.is_writing = false;
        !std::mem::replace(&mut self.has_failed, !is_kept) && !is_kept
    }
}

impl Supervisor {
    fn store(&self) -> Store {
        Store::new(&self.root, FILE)
    }

    /// Takes what people chose in an earlier life of the device over its configuration, if what keeps it is there.
    pub(crate) fn read_chosen(&mut self) {
        if self.lacks_disk() {
            return;
        }
        self.keeping.is_read = true;
        let kept = self.read_kept();
        if kept != Chosen::default() {
            self.log.system(Level::Info, "settings are those that people chose");
            self.change(kept);
        }
    }

    /// What the file says; a file that is broken is put aside.
    fn read_kept(&mut self) -> Chosen {
        let store = self.store();
        let file = store.path().display().to_string();
        let text = match store.read() {
            Ok(Some(text)) => text,
            Ok(None) => return Chosen::default(),
            Err(e) => {
                let line = format!("{file}: {e}; the device's own settings hold");
                self.log.system(Level::Error, &line);
                return Chosen::default();
            }
        };
        let read = Chosen::parse(&file, &text);
        if read.invalid.is_some() {
            let aside = match store.set_aside() {
                Ok(()) => format!("it is kept as {FILE}.bad"),
                Err(e) => format!("it cannot be put aside: {e}"),
            };
            self.log
                .system(Level::Error, &format!("{file} is broken: the device's own settings hold; {aside}"));
        }
        self.salvage(read)
    }

    /// `/data` is another than it was. What was kept on a disk that was not there yet holds from now on, but for what
    /// people chose meanwhile, which is written to it.
    pub(crate) fn on_other_data(&mut self) {
        self.keeping.on_other_data(sys::monotonic_ns());
        if self.keeping.is_read || self.lacks_disk() {
            return;
        }
        self.keeping.is_read = true;
        let meanwhile = self.settings.chosen().clone();
        let all = meanwhile.clone().or(self.read_kept());
        if all == meanwhile {
            return;
        }
        self.log.system(Level::Info, "settings are those that people chose");
        self.change(all);
        if meanwhile.wallpaper.is_none() && matches!(self.settings.wallpaper, Wallpaper::Sky) {
            self.hang_chosen();
        }
    }

    /// Whether the disk that keeps what is chosen is away.
    fn lacks_disk(&self) -> bool {
        matches!(self.disk, Disk::Awaited | Disk::Missing(_))
    }

    /// Other choices instead of all so far, told to whom they concern.
    fn change(&mut self, chosen: Chosen) {
        let before = (self.settings.theme_words(), self.settings.locale().to_owned());
        self.settings.take(chosen);
        self.tell_settings();
        if self.settings.theme_words() != before.0 {
            self.tell_theme();
        }
        if self.settings.locale() != before.1 {
            self.tell_locale();
        }
    }

    /// Hangs the wallpaper that people chose, now that it is known how large screens are.
    pub(crate) fn hang_chosen(&mut self) {
        if let Some(what) = self.settings.chosen().wallpaper.clone()
            && let Err(why) = self.hang_kept(&what)
        {
            self.log.system(Level::Warn, &format!("wallpaper {what:?}: {why}"));
        }
    }

    fn tell_settings(&mut self) {
        let settings = self.settings.for_compositor();
        self.tell_compositor(&ToCompositor::Settings(settings), Vec::new());
    }

    /// Somebody chose something: it is written at once, or when the last time is a second ago.
    pub(crate) fn on_choice(&mut self) {
        self.keeping.on_choice(sys::monotonic_ns());
    }

    /// When [`Supervisor::keep_chosen`] has something to do.
    pub(crate) fn next_keeping(&self) -> Option<Nanos> {
        self.keeping.next_tick().filter(|_| !self.lacks_disk())
    }

    /// Has what people chose written, if it is time.
    pub(crate) fn keep_chosen(&mut self, now: Nanos) {
        if self.next_keeping().is_some_and(|due| due <= now) {
            self.write_chosen(now);
        }
    }

    /// Has what is not written yet written: the device ends.
    pub(crate) fn keep_chosen_now(&mut self) {
        let is_behind = self.keeping.due.is_some() || self.keeping.has_failed;
        if is_behind && !self.keeping.is_writing && !self.lacks_disk() {
            self.write_chosen(sys::monotonic_ns());
        }
    }

    fn write_chosen(&mut self, now: Nanos) {
        self.keeping.begin(now);
        let store = self.store();
        // As whom the job runs: without namespaces, as ourselves.
        let owner = match self.jail {
            Jail::Full => KEEPER_ID,
            Jail::WithoutNamespaces => machine::effective_uid(),
        };
        match store.folder(owner) {
            Ok(folder) => {
                let chosen = self.settings.chosen();
                let text = (*chosen != Chosen::default()).then(|| chosen.to_toml());
                let job = Job::Keep { file: store.name().to_owned(), text };
                self.start_job(job, vec![Rc::new(folder)], Purpose::Keep);
            }
            Err(e) => self.on_kept(JobResult::Failed(e.to_string())),
        }
    }

    /// What people chose is written, or cannot be.
    pub(crate) fn on_kept(&mut self, result: JobResult) {
        let why = match result {
            JobResult::Written => None,
            JobResult::Failed(why) => Some(why),
            _ => Some("its process broke the protocol".to_owned()),
        };
        let is_news = self.keeping.finish(why.is_none());
        if let Some(why) = why.filter(|_| is_news) {
            let file = self.store().path().display().to_string();
            let line = format!("{file}: {why}; what people choose holds until the device goes off");
            self.log.system(Level::Error, &line);
        }
        // What was chosen while it was written has no second to wait.
        if self.ending.is_some() && self.keeping.due.is_some() {
            self.keep_chosen_now();
        }
    }

    pub(crate) fn set_theme(&mut self, words: &str) -> String {
        if !self.settings.take_theme(words) {
            return "error: theme takes dark, light or high-contrast, and large after it for large text"
                .to_owned();
        }
        self.on_choice();
        self.tell_settings();
        self.tell_theme();
        format!("theme {words}")
    }

    fn tell_theme(&mut self) {
        let line = SystemLine::Theme(self.settings.theme_words());
        self.announce(None, &line, EventSet::THEME);
    }

    pub(crate) fn set_locale(&mut self, code: &str) -> String {
        if !manifest::is_tag(code) {
            return "error: locale takes a code like en-US".to_owned();
        }
        self.settings.choose_locale(code);
        self.on_choice();
        self.tell_locale();
        format!("locale {code}")
    }

    fn tell_locale(&mut self) {
        for id in self.apps.ids() {
            let line = SystemLine::Locale(self.settings.locale().to_owned());
            self.send(id, &ToHost::System(line), Vec::new());
        }
    }

    pub(crate) fn set_layout(&mut self, layout: &str) -> String {
        let layout = if layout == NEXT {
            let known = LAYOUTS.iter().position(|name| *name == self.settings.layout());
            LAYOUTS[known.map_or(0, |known| known + 1) % LAYOUTS.len()]
        } else if let Some(layout) = LAYOUTS.into_iter().find(|name| *name == layout) {
            layout
        } else {
            return format!("error: keyboard takes {NEXT} or one of {}", LAYOUTS.join(", "));
        };
        self.settings.choose_layout(layout);
        self.on_choice();
        self.tell_settings();
        format!("keyboard {layout}")
    }

    pub(crate) fn set_brightness(&mut self, percent: &str) -> String {
        let (least, most) = (*BRIGHTNESS.start(), *BRIGHTNESS.end());
        let percent = if percent == NEXT {
            // A fifth darker, and from the darkest on to the brightest.
            let darker = self.settings.brightness().saturating_sub(20);
            if darker < least { most } else { darker }
        } else if let Some(percent) = percent.parse().ok().filter(|percent| BRIGHTNESS.contains(percent)) {
            percent
        } else {
            return format!("error: brightness takes {NEXT} or percent from {least} to {most}");
        };
        self.settings.choose_brightness(percent);
        self.on_choice();
        self.tell_settings();
        format!("brightness {percent}")
    }

    /// Everything is again as the device's own configuration says, and what a disk that is away keeps counts no more.
    pub(crate) fn reset_settings(&mut self) {
        self.keeping.is_read = true;
        self.on_choice();
        self.change(Chosen::default());
        self.hang(Wallpaper::Sky);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_choice_writes_at_once_and_then_once_a_second() {
        let mut keeping = Keeping::default();
        assert_eq!(keeping.next_tick(), None);
        keeping.on_choice(7);
        assert_eq!(keeping.next_tick(), Some(7));
        keeping.begin(7);
        keeping.finish(true);
        for now in [8, 9, 10] {
            keeping.on_choice(now);
            assert_eq!(keeping.next_tick(), Some(7 + SECOND));
        }
        keeping.begin(7 + SECOND);
        keeping.finish(true);
        keeping.on_choice(9 * SECOND);
        assert_eq!(keeping.next_tick(), Some(9 * SECOND));
    }

    #[test]
    fn on_choice_during_a_write_waits_for_its_end() {
        let mut keeping = Keeping::default();
        keeping.on_choice(7);
        keeping.begin(7);
        keeping.on_choice(3 * SECOND);
        assert_eq!(keeping.next_tick(), None, "one at a time");
        keeping.finish(true);
        assert_eq!(keeping.next_tick(), Some(3 * SECOND));
    }

    #[test]
    fn on_other_data_repeats_what_may_be_lost_and_nothing_else() {
        let mut keeping = Keeping::default();
        keeping.on_other_data(1);
        keeping.on_choice(1);
        keeping.begin(1);
        keeping.finish(true);
        keeping.on_other_data(2 * SECOND);
        assert_eq!(keeping.next_tick(), None, "all is kept");
        keeping.on_choice(3 * SECOND);
        keeping.begin(3 * SECOND);
        keeping.on_other_data(5 * SECOND);
        keeping.finish(true);
        assert_eq!(keeping.next_tick(), Some(5 * SECOND), "it was under way");
        keeping.begin(6 * SECOND);
        assert!(keeping.finish(false), "the first failure is news");
        assert_eq!(keeping.next_tick(), None);
        keeping.on_other_data(9 * SECOND);
        assert_eq!(keeping.next_tick(), Some(9 * SECOND), "it had failed");
        keeping.begin(9 * SECOND);
        assert!(!keeping.finish(false), "the second is not");
    }
}
