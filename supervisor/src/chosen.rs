//! What people choose stays chosen: the verbs that set it, and `/data/system/settings.toml`.

use control_protocol::Level;
use control_protocol::compositor::ToCompositor;
use control_protocol::host::{SystemLine, ToHost};
use lifecycle::{Nanos, SECOND};
use manifest::{BRIGHTNESS, Chosen, EventSet, LAYOUTS};

use crate::store::Store;
use crate::supervisor::Supervisor;
use crate::wallpaper::Wallpaper;

/// The file in the system's folder.
const FILE: &str = "settings.toml";

/// Writes are as far apart: a slider is a hundred choices, and flash wears.
const APART: Nanos = SECOND;

/// When what was chosen is written.
#[derive(Default)]
pub(crate) struct Keeping {
    /// When it is written next; `None`: it is as people chose it.
    due: Option<Nanos>,
    /// When it was written last.
    last: Option<Nanos>,
    /// Whether it was said that it cannot be.
    said: bool,
}

impl Keeping {
    /// When [`Supervisor::keep_chosen`] has something to do.
    pub(crate) fn next_tick(&self) -> Option<Nanos> {
        self.due
    }

    fn on_choice(&mut self, now: Nanos) {
        let earliest = self.last.map_or(now, |last| now.max(last + APART));
        self.due = Some(self.due.map_or(earliest, |due| due.min(earliest)));
    }
}

impl Supervisor {
    fn store(&self) -> Store {
        Store::new(&self.root, FILE)
    }

    /// Takes what people chose in an earlier life of the device over its configuration. A file that is broken is put
    /// aside.
    pub(crate) fn read_chosen(&mut self) {
        let store = self.store();
        let file = store.path().display().to_string();
        let text = match store.read() {
            Ok(Some(text)) => text,
            Ok(None) => return,
            Err(e) => {
                let line = format!("{file}: {e}; the device's own settings hold");
                return self.log.system(Level::Error, &line);
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
        let chosen = self.salvage(read);
        if chosen == Chosen::default() {
            return;
        }
        self.log.system(Level::Info, "settings are those that people chose");
        self.settings.take(chosen);
        self.tell_settings();
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

    /// Writes what people chose, if it is time.
    pub(crate) fn keep_chosen(&mut self, now: Nanos) {
        if self.keeping.due.is_some_and(|due| due <= now) {
            self.write_chosen(now);
        }
    }

    /// Writes what is not written yet: the device ends.
    pub(crate) fn keep_chosen_now(&mut self) {
        if self.keeping.due.is_some() {
            self.write_chosen(sys::monotonic_ns());
        }
    }

    fn write_chosen(&mut self, now: Nanos) {
        (self.keeping.due, self.keeping.last) = (None, Some(now));
        let (store, chosen) = (self.store(), self.settings.chosen());
        let done = if *chosen == Chosen::default() { store.remove() } else { store.write(&chosen.to_toml()) };
        match done {
            Ok(()) => self.keeping.said = false,
            Err(e) if !std::mem::replace(&mut self.keeping.said, true) => {
                let file = store.path().display().to_string();
                let line = format!("{file}: {e}; what people choose holds until the device goes off");
                self.log.system(Level::Error, &line);
            }
            Err(_) => {}
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
        let Some(layout) = LAYOUTS.into_iter().find(|name| *name == layout) else {
            return format!("error: keyboard takes one of {}", LAYOUTS.join(", "));
        };
        self.settings.choose_layout(layout);
        self.on_choice();
        self.tell_settings();
        format!("keyboard {layout}")
    }

    pub(crate) fn set_brightness(&mut self, percent: &str) -> String {
        let Some(percent) = percent.parse().ok().filter(|percent| BRIGHTNESS.contains(percent)) else {
            let (least, most) = (BRIGHTNESS.start(), BRIGHTNESS.end());
            return format!("error: brightness takes percent from {least} to {most}");
        };
        self.settings.choose_brightness(percent);
        self.on_choice();
        self.tell_settings();
        format!("brightness {percent}")
    }

    /// Everything is again as the device's own configuration says.
    pub(crate) fn reset_settings(&mut self) {
        let before = (self.settings.theme_words(), self.settings.locale().to_owned());
        self.settings.take(Chosen::default());
        self.on_choice();
        self.tell_settings();
        self.hang(Wallpaper::Sky);
        if self.settings.theme_words() != before.0 {
            self.tell_theme();
        }
        if self.settings.locale() != before.1 {
            self.tell_locale();
        }
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
        (keeping.due, keeping.last) = (None, Some(7));
        for now in [8, 9, 10] {
            keeping.on_choice(now);
            assert_eq!(keeping.next_tick(), Some(7 + SECOND));
        }
        (keeping.due, keeping.last) = (None, Some(7 + SECOND));
        keeping.on_choice(9 * SECOND);
        assert_eq!(keeping.next_tick(), Some(9 * SECOND));
    }
}
