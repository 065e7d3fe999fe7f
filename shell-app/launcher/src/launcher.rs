//! What the launcher knows, and what events do to it.

mod keys;
mod pointer;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use ui::{App as UiApp, Attention, Date, Event, Focus, Frame, Now, Palette, Point, Profile, Source, Stance};

use crate::catalog::{self, App};
use crate::dialog::PowerAction;
use crate::dialog::{Choice, Dialog};
use crate::layout::Layout;
use crate::motion::{Appear, Slide};
use crate::view;
use guest::{Ask, Heard, Talk};

/// A name the launcher does not list: its own kind.
const SHELL_CATEGORY: &str = "shell";
/// How long the catalog may take before the launcher says that it waits, in milliseconds.
const PATIENCE_MS: u64 = 600;
/// How long it may take before that counts as a failure.
const CATALOG_TIMEOUT_MS: u64 = 6_000;
/// How long an app may take to open before its tile can be pressed again.
const OPENING_TIMEOUT_MS: u64 = 10_000;
/// How long switching off may take before the launcher gives up waiting for it.
const LEAVING_TIMEOUT_MS: u64 = 20_000;
/// How long a message stays: an error is read, not glanced at.
const TOAST_MS: u64 = 8_000;
const MINUTE_MS: u64 = 60_000;

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    /// The tile of an app, by its place in the list.
    Tile(usize),
    /// The power button.
    Power,
    /// One page back.
    Previous,
    /// One page on.
    Next,
    /// The button below the message that there is no list of apps.
    Retry,
    /// The message of what went wrong.
    Toast,
    /// A button of the dialog.
    Choice(usize),
}

/// What is known about apps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Apps {
    /// Asked for, not long ago.
    Awaited {
        /// Since when, on the clock of [`Now::ms`].
        since: u64,
        /// Whether that is said.
        is_said: bool,
    },
    /// These.
    Listed(Vec<App>),
    /// There is no list, and why.
    Failed(String),
}

/// A message of what went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Toast {
    pub(crate) title: String,
    pub(crate) text: String,
    until: u64,
}

/// What has to be drawn again.
#[derive(Debug, Default)]
pub(crate) struct Stale {
    pub(crate) all: bool,
    pub(crate) clock: bool,
    pub(crate) grid: bool,
    pub(crate) dots: bool,
    pub(crate) targets: Vec<Target>,
}

impl Stale {
    /// One thing has to be drawn again, once.
    fn add(&mut self, target: Target) {
        if !self.targets.contains(&target) {
            self.targets.push(target);
        }
    }
}

/// The launcher: an app of the shell like any other.
#[derive(Debug)]
pub struct Launcher {
    pub(crate) palette: Palette,
    pub(crate) profile: Profile,
    size: Option<(i32, i32)>,
    pub(crate) layout: Option<Layout>,
    pub(crate) apps: Apps,
    pub(crate) page: usize,
    pub(crate) date: Date,
    now: Now,
    attention: Attention<Target>,
    /// What pressed first, and where.
    finger: Option<(Source, Point)>,
    pub(crate) dialog: Option<Dialog>,
    pub(crate) toast: Option<Toast>,
    /// The app that was asked to open, and when that is given up.
    opening: Option<(String, u64)>,
    /// What was asked of the device, and when that is given up.
    leaving: Option<(PowerAction, u64)>,
    pub(crate) slide: Slide,
    pub(crate) appear: Appear,
    pub(crate) stale: Stale,
    talk: Talk,
}

impl Default for Launcher {
    fn default() -> Self {
        Self {
            palette: Palette::DARK,
            profile: Profile::Kiosk,
            size: None,
            layout: None,
            apps: Apps::Awaited { since: 0, is_said: false },
            page: 0,
            date: Date::of(0),
            now: Now::default(),
            attention: Attention::default(),
            finger: None,
            dialog: None,
            toast: None,
            opening: None,
            leaving: None,
            slide: Slide::default(),
            appear: Appear::default(),
            stale: Stale::default(),
            talk: Talk::default(),
        }
    }
}

impl UiApp for Launcher {
    fn on_event(&mut self, event: Event<'_>, now: Now) {
        self.now = now;
        match event {
            Event::Size(w, h) => self.on_size((w, h)),
            Event::Profile(profile) => {
                self.stale.all |= self.profile != profile;
                self.profile = profile;
            }
            Event::Key(key) => self.on_key(key),
            Event::Pointer(pointer) => self.on_pointer(pointer),
            Event::Focus(Focus::Gained) => {
                self.talk.ask(Ask::Catalog);
                // Whoever had the keys before may have changed it.
                self.talk.ask(Ask::Theme(None));
            }
            Event::Focus(Focus::Lost) => self.let_go(),
            Event::AppLaunched(name) => self.on_running(name, true),
            Event::AppExited(name) => self.on_running(name, false),
            // Its words are English alone.
            Event::Locale(_) => {}
            Event::Reply(text) => {
                if let Some(answer) = self.talk.hear(text) {
                    self.on_answer(answer);
                }
            }
        }
    }

    fn on_time(&mut self, now: Now) {
        self.now = now;
        let date = Date::of(now.unix_ms);
        if (date.hour, date.minute, date.day) != (self.date.hour, self.date.minute, self.date.day) {
            self.stale.clock = true;
        }
        self.date = date;
        if self.slide.advance(now.ms) | self.appear.advance(now.ms) {
            self.stale.grid = true;
        }
        if self.toast.as_ref().is_some_and(|toast| now.ms >= toast.until) {
            self.close_toast();
        }
        if let Some((name, until)) = &self.opening
            && now.ms >= *until
        {
            let name = name.clone();
            self.opened(&name);
        }
        if let Some((action, _)) = self.leaving.filter(|(_, until)| now.ms >= *until) {
            self.stay(action, "The system did not answer".to_owned());
        }
        if let Apps::Awaited { since, is_said } = &mut self.apps
            && self.size.is_some()
        {
            let waited = now.ms.saturating_sub(*since);
            if waited >= CATALOG_TIMEOUT_MS {
                self.talk.give_up(&Ask::Catalog);
                self.set_apps(Apps::Failed("The system did not answer".to_owned()));
            } else if waited >= PATIENCE_MS && !*is_said {
                *is_said = true;
                self.stale.grid = true;
            }
        }
    }

    fn draw(&mut self, frame: &mut Frame) {
        if self.layout.is_some() {
            for target in self.attention.take_changed() {
                self.stale.add(target);
            }
            view::draw(self, frame);
            self.stale = Stale::default();
            if self.slide.is_moving() || self.appear.is_moving() {
                self.talk.ask(Ask::Ping);
            }
        }
        for request in self.talk.unsent() {
            frame.request(&request);
        }
    }

    fn wake_at(&self) -> Option<u64> {
        self.size?;
        let minute = self.now.ms + self.now.until_multiple(MINUTE_MS);
        let catalog = match self.apps {
            Apps::Awaited { since, is_said: false } => Some(since + PATIENCE_MS),
            Apps::Awaited { since, is_said: true } => Some(since + CATALOG_TIMEOUT_MS),
            Apps::Listed(_) | Apps::Failed(_) => None,
        };
        [
            Some(minute),
            catalog,
            self.toast.as_ref().map(|toast| toast.until),
            self.opening.as_ref().map(|(_, until)| *until),
            self.leaving.map(|(_, until)| until),
            self.slide.ends_at(),
            self.appear.ends_at(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    fn is_done(&self) -> bool {
        false
    }
}

/// What the picture is made from.
impl Launcher {
    /// The apps listed; none while there is no list.
    pub(crate) fn listed(&self) -> &[App] {
        if let Apps::Listed(apps) = &self.apps { apps } else { &[] }
    }

    /// Whether this is hovered or held.
    pub(crate) fn stance(&self, target: Target) -> Stance {
        self.attention.stance(target)
    }

    /// Whether this shows that keys go to it.
    pub(crate) fn is_focused(&self, target: Target) -> bool {
        self.attention.is_focused(target)
    }

    /// Whether this app was asked to open and has not yet.
    pub(crate) fn is_opening(&self, app: &App) -> bool {
        self.opening.as_ref().is_some_and(|(name, _)| *name == app.name)
    }

    /// How many of the listed apps run.
    pub(crate) fn running(&self) -> usize {
        self.listed().iter().filter(|app| app.is_running).count()
    }
}

/// The system.
impl Launcher {
    fn on_size(&mut self, size: (i32, i32)) {
        if self.size == Some(size) {
            return;
        }
        let is_first = self.size.is_none();
        self.size = Some(size);
        if is_first {
            self.date = Date::of(self.now.unix_ms);
            self.ask_catalog();
        }
        self.lay_out();
    }

    fn lay_out(&mut self) {
        let Some(size) = self.size else { return };
        let first = self.layout.as_ref().map_or(0, |layout| layout.apps_on(self.page).start);
        let layout = Layout::new(size, self.listed().len());
        self.page = layout.page_of(first).min(layout.pages() - 1);
        self.layout = Some(layout);
        self.slide = Slide::default();
        self.finger = None;
        self.attention.reset(self.attention.focus());
        self.stale.all = true;
    }

    fn ask_catalog(&mut self) {
        self.apps = Apps::Awaited { since: self.now.ms, is_said: false };
        self.talk.ask(Ask::Catalog);
    }

    fn on_answer(&mut self, answer: Heard) {
        match answer {
            Heard::Answer(Ask::Catalog, json) => self.set_apps(catalog::parse(&json).map_or_else(
                || Apps::Failed("The list of apps could not be read".to_owned()),
                |mut apps| {
                    apps.retain(|app| app.category != SHELL_CATEGORY);
                    apps.sort_by_cached_key(|app| app.title.to_ascii_lowercase());
                    Apps::Listed(apps)
                },
            )),
            Heard::Answer(Ask::Run(name) | Ask::Raise(name), _) => {
                self.opened(&name);
                self.on_running(&name, true);
            }
            Heard::Answer(Ask::Theme(_), name) => {
                let palette = ui::Theme::of(&name).palette();
                self.stale.all |= palette != self.palette;
                self.palette = palette;
            }
            Heard::Answer(Ask::Reboot, _) => self.set_dialog(Some(Dialog::Leaving(PowerAction::Restart))),
            Heard::Answer(Ask::Shutdown, _) => self.set_dialog(Some(Dialog::Leaving(PowerAction::PowerOff))),
            // Time was advanced already, in `on_time`; the rest is never asked for.
            Heard::Tick | Heard::Answer(..) => {}
            Heard::Refused(Ask::Catalog, why) => {
                // A list that is known stays when it cannot be had again.
                if !matches!(self.apps, Apps::Listed(_)) {
                    self.set_apps(Apps::Failed(why));
                }
            }
            Heard::Refused(Ask::Raise(name), _) => {
                // It ended just now.
                self.on_running(&name, false);
                self.talk.ask(Ask::Run(name));
            }
            Heard::Refused(Ask::Run(name), why) => {
                self.opened(&name);
                let title =
                    self.listed().iter().find(|app| app.name == name).map_or(name, |app| app.title.clone());
                self.show_toast([&title, " did not open"].concat(), why);
            }
            Heard::Refused(Ask::Reboot, why) => self.stay(PowerAction::Restart, why),
            Heard::Refused(Ask::Shutdown, why) => self.stay(PowerAction::PowerOff, why),
            Heard::Refused(..) => {}
        }
    }

    /// Takes a new list; nothing is drawn if it is the one that is shown.
    fn set_apps(&mut self, apps: Apps) {
        if self.apps == apps {
            return;
        }
        let focus = self.attention.focus();
        let focused = match focus {
            Some(Target::Tile(index)) => self.listed().get(index).map(|app| app.name.clone()),
            _ => None,
        };
        let is_first = !matches!(self.apps, Apps::Listed(_));
        self.apps = apps;
        let found = focused.and_then(|name| self.listed().iter().position(|app| app.name == name));
        self.attention
            .reset(found.map(Target::Tile).or(focus.filter(|focus| !matches!(focus, Target::Tile(_)))));
        if is_first && !self.listed().is_empty() {
            self.appear.start(self.now.ms);
        }
        self.lay_out();
    }

    fn on_running(&mut self, name: &str, is_running: bool) {
        if is_running {
            self.opened(name);
        }
        let Apps::Listed(apps) = &mut self.apps else { return };
        match apps.iter_mut().position(|app| app.name == name) {
            Some(index) if apps[index].is_running != is_running => {
                apps[index].is_running = is_running;
                self.stale.add(Target::Tile(index));
                // The status line counts them.
                self.stale.clock |= self.profile != Profile::Kiosk;
            }
            Some(_) => {}
            // One that is not listed: the list is old.
            None if is_running => self.talk.ask(Ask::Catalog),
            None => {}
        }
    }

    fn opened(&mut self, name: &str) {
        if self.opening.as_ref().is_some_and(|(opening, _)| opening == name) {
            self.opening = None;
            if let Some(index) = self.listed().iter().position(|app| app.name == name) {
                self.stale.add(Target::Tile(index));
            }
        }
    }

    /// The device stays as it is.
    fn stay(&mut self, action: PowerAction, why: String) {
        self.leaving = None;
        self.set_dialog(None);
        let what = match action {
            PowerAction::Restart => "The device did not restart",
            PowerAction::PowerOff => "The device did not power off",
        };
        self.show_toast(what.to_owned(), why);
    }

    fn show_toast(&mut self, title: String, text: String) {
        self.toast = Some(Toast { title, text, until: self.now.ms + TOAST_MS });
        self.stale.all = true;
    }

    fn close_toast(&mut self) {
        if self.toast.take().is_some() {
            self.stale.all = true;
        }
    }
}

/// What is pressed.
impl Launcher {
    pub(super) fn activate(&mut self, target: Target) {
        match target {
            Target::Tile(index) => self.open(index),
            Target::Power => self.set_dialog(Some(Dialog::Menu)),
            Target::Previous => self.turn_by(-1),
            Target::Next => self.turn_by(1),
            Target::Retry => {
                self.ask_catalog();
                self.attention.reset(None);
                self.stale.grid = true;
            }
            Target::Toast => self.close_toast(),
            Target::Choice(index) => {
                let Some((dialog, layout)) = self.dialog.zip(self.layout.as_ref()) else { return };
                let Some(button) = dialog.buttons(layout.canvas).get(index).copied() else { return };
                self.choose(button.choice);
            }
        }
    }

    fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::Close => self.set_dialog(None),
            Choice::Ask(action) => self.set_dialog(Some(Dialog::Confirm(action))),
            Choice::Do(action) => {
                self.set_dialog(Some(Dialog::Leaving(action)));
                self.leaving = Some((action, self.now.ms + LEAVING_TIMEOUT_MS));
                self.talk.ask(action.ask());
            }
        }
    }

    pub(super) fn set_dialog(&mut self, dialog: Option<Dialog>) {
        if self.dialog == dialog {
            return;
        }
        let focus = match (self.dialog, dialog) {
            // What is chosen by Enter alone does no harm.
            (_, Some(_)) => Some(Target::Choice(0)),
            (Some(_), None) => Some(Target::Power),
            (None, None) => None,
        };
        self.dialog = dialog;
        self.finger = None;
        self.attention.reset(focus);
        self.stale.all = true;
    }

    fn open(&mut self, index: usize) {
        let Some(app) = self.listed().get(index) else { return };
        if self.is_opening(app) {
            return;
        }
        let (name, is_running) = (app.name.clone(), app.is_running);
        if let Some((other, _)) = self.opening.clone() {
            self.opened(&other);
        }
        if self.toast.is_some() {
            self.close_toast();
        }
        self.opening = Some((name.clone(), self.now.ms + OPENING_TIMEOUT_MS));
        self.stale.add(Target::Tile(index));
        self.talk.ask(if is_running { Ask::Raise(name) } else { Ask::Run(name) });
    }
}

#[cfg(test)]
mod tests;
