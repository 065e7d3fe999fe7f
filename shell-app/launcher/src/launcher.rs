//! What the launcher knows, and what happens to it.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use guest::{AppState, Ask, Heard};
use ui::{Key, Language, NamedKey, Now, Point, Pointer, Profile, Rect, Screen, Source, System, Theme, View};

use crate::catalog::{self, App};
use crate::layout::{Layout, Use, Wanted};
use crate::motion::Slide;
use crate::overlay::Overlay;
use crate::words::Words;
use crate::{home, overlay, search};

/// How long the list of apps may take before that is said, and before it counts as failed, in milliseconds.
const PATIENCE_MS: u64 = 500;
const CATALOG_TIMEOUT_MS: u64 = 10_000;
/// How long an app may take to open, and the device to go off, before that is given up.
const OPENING_TIMEOUT_MS: u64 = 10_000;
const LEAVING_TIMEOUT_MS: u64 = 30_000;
/// How long words stay.
const TOAST_MS: u64 = 4000;
pub(crate) const MINUTE_MS: u64 = 60_000;
/// Most apps remembered as used last.
const MAX_HISTORY: usize = 8;

/// What one goes through in the quick panel: the system's words for what is chosen.
pub(crate) const CHOICES: [&str; 2] = ["brightness", "keyboard"];
/// And for the next there is to choose from.
const NEXT: [&str; 2] = ["brightness next", "keyboard next"];

/// How the device is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// On again at once.
    Restart,
    /// Off.
    Off,
}

/// Something that can be pressed. Apps are named by their place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Open an app, or bring it to the front.
    App(usize),
    /// The same, where it is shown as used last.
    Recent(usize),
    /// The same, in the list of open apps.
    Open(usize),
    /// End an app.
    End(usize),
    /// Show one category of apps; 0 is all.
    Category(usize),
    /// Show the categories that did not fit.
    MoreCategories,
    /// Search by touch.
    Search,
    /// Type a letter, or take one away.
    Letter(Option<char>),
    /// Search no more.
    EndSearch,
    /// A page back, or on.
    Turn(i32),
    /// Show the quick panel.
    Quick,
    /// Show the open apps.
    OpenApps,
    /// Away with what is over the apps.
    Away,
    /// Ask for the list of apps again.
    Retry,
    /// Away with the words.
    Toast,
    /// Use a theme.
    Theme(Theme),
    /// Write larger, or no longer.
    LargeText,
    /// Use a language.
    Language(Language),
    /// Use the next of what there is to choose from, by its place in `CHOICES`.
    Next(usize),
    /// Close the device until its PIN is typed.
    Lock,
    /// The screen goes dark until it is touched.
    Blank,
    /// Ask before it is done.
    Ask(Power),
    /// Do it.
    Do(Power),
}

/// Why something is not as it should be.
#[derive(Debug)]
pub(crate) enum Why {
    /// In words of ours.
    Known(Words),
    /// As the system said it.
    Said(String),
}

/// What is known of the apps.
#[derive(Debug)]
pub(crate) enum Apps {
    /// The system was asked, at that moment; whether it has been long enough to say so.
    Awaited { since: u64, is_said: bool },
    /// These there are.
    Listed(Vec<App>),
    /// There is no list.
    Failed(Why),
}

/// A few words that pass: what did not happen, and why.
#[derive(Debug)]
pub(crate) struct Toast {
    pub(crate) title: Words,
    pub(crate) why: Why,
    until: u64,
}

/// The launcher.
#[derive(Debug)]
pub struct Launcher {
    pub(crate) apps: Apps,
    /// Names of the apps used last, the latest first.
    history: Vec<String>,
    /// The categories there are: of each the first app.
    pub(crate) categories: Vec<usize>,
    /// Which of them is shown, from 1; 0 is all.
    pub(crate) category: usize,
    /// The first of them that has a place.
    pub(crate) first_chip: usize,
    /// What is searched for.
    pub(crate) query: String,
    /// Whether letters are offered to fingers.
    pub(crate) is_pad_open: bool,
    /// The apps that are shown, of all that are listed.
    pub(crate) shown: Vec<usize>,
    pub(crate) page: usize,
    /// Minutes since 1970, UTC.
    pub(crate) minute: u64,
    pub(crate) overlay: Overlay,
    pub(crate) toast: Option<Toast>,
    /// The app used last was asked to open, and when that is given up.
    opening: Option<u64>,
    /// When going off is given up.
    leaving: Option<u64>,
    pub(crate) slide: Slide,
    /// What pressed first, and where.
    pub(crate) finger: Option<(Source, Point)>,
    pub(crate) focus: Option<Press>,
    canvas: Rect,
    /// What the system was asked for last, to show pictures of the open apps.
    previews: String,
    /// Whether it was asked to show the launcher over the windows of a desktop.
    is_raised: bool,
    /// What the system said is chosen, in the order of `CHOICES`.
    pub(crate) chosen: [String; CHOICES.len()],
}

impl Default for Launcher {
    #[inline(never)]
    fn default() -> Self {
        Self {
            apps: Apps::Awaited { since: 0, is_said: false },
            history: Vec::new(),
            categories: Vec::new(),
            category: 0,
            first_chip: 0,
            query: String::new(),
            is_pad_open: false,
            shown: Vec::new(),
            page: 0,
            minute: 0,
            overlay: Overlay::None,
            toast: None,
            opening: None,
            leaving: None,
            slide: Slide::default(),
            finger: None,
            focus: None,
            canvas: Rect::default(),
            previews: String::new(),
            is_raised: false,
            chosen: [String::new(), String::new()],
        }
    }
}

/// What the picture is made from.
impl Launcher {
    /// The apps listed; none while there is no list.
    pub(crate) fn listed(&self) -> &[App] {
        if let Apps::Listed(apps) = &self.apps { apps } else { &[] }
    }

    /// Whether the list is still to come, and nobody waits yet. What is drawn then has to go in one write, and drawings
    /// are long: they come with the list.
    pub(crate) const fn is_begun(&self) -> bool {
        matches!(self.apps, Apps::Awaited { is_said: false, .. })
    }

    /// Whether this app was asked to open and has not yet.
    pub(crate) fn is_opening(&self, app: &App) -> bool {
        self.is_opening_named(&app.name)
    }

    fn is_opening_named(&self, name: &str) -> bool {
        self.opening.is_some() && self.history.first().is_some_and(|opening| opening == name)
    }

    /// The place of an app in the list.
    fn place_of(&self, name: &str) -> Option<usize> {
        self.listed().iter().position(|app| app.name == name)
    }

    /// The apps used last, then those that run besides.
    pub(crate) fn recent(&self) -> Vec<usize> {
        let mut places = Vec::new();
        for name in &self.history {
            if let Some(place) = self.place_of(name) {
                places.push(place);
            }
        }
        for (place, app) in self.listed().iter().enumerate() {
            if app.is_running && !self.history.contains(&app.name) {
                places.push(place);
            }
        }
        places
    }

    /// The apps that run, the one used last first.
    pub(crate) fn running(&self) -> Vec<usize> {
        let mut places = Vec::new();
        for &place in &self.recent() {
            if self.listed().get(place).is_some_and(|app| app.is_running) {
                places.push(place);
            }
        }
        places
    }

    /// What manifests call a category; 0 is all, and has no name.
    pub(crate) fn category_code(&self, number: usize) -> Option<&str> {
        let place = self.categories.get(number.checked_sub(1)?)?;
        self.listed().get(*place).map(|app| app.category.as_str())
    }

    /// The letters that lead to an app.
    pub(crate) fn letters(&self) -> Vec<char> {
        let mut letters = Vec::new();
        for place in &self.shown {
            if let Some(app) = self.listed().get(*place) {
                search::add_letters(&mut letters, &app.title, &self.query);
            }
        }
        letters
    }

    /// Where everything is.
    pub(crate) fn layout(&self, canvas: Rect, look: &ui::Look, of: Use) -> Layout {
        let typed = !self.query.is_empty();
        // Two keys beside the letters: one takes the last away, one ends it.
        let letters = if self.is_pad_open { self.letters().len() + 2 } else { 0 };
        let recent = if typed { 0 } else { self.recent().len() };
        Layout::new(canvas, look, of, Wanted { count: self.shown.len(), recent, typed, letters })
    }

    pub(crate) fn layout_now(&self, system: &System) -> Layout {
        self.layout(self.canvas, &system.look, way(system))
    }
}

/// Asks for what has no word of its own.
#[inline(never)]
fn ask(system: &mut System, words: &str) {
    system.talk.ask(Ask::Other(words.to_owned()));
}

/// What the launcher is used for, by the way windows are shown.
pub(crate) fn way(system: &System) -> Use {
    if system.profile == Some(Profile::Desktop) { Use::Desk } else { Use::Kiosk }
}

/// The list of apps.
impl Launcher {
    fn ask_catalog(&mut self, system: &mut System) {
        self.set_apps(Apps::Awaited { since: system.now.ms, is_said: false });
        system.talk.ask(Ask::Catalog);
    }

    fn set_apps(&mut self, apps: Apps) {
        self.apps = apps;
        let mut categories = Vec::new();
        for (place, app) in self.listed().iter().enumerate() {
            let first = self.listed().iter().position(|other| other.category == app.category);
            if !app.category.is_empty() && first == Some(place) {
                categories.push(place);
            }
        }
        self.categories = categories;
        self.category = self.category.min(self.categories.len());
        self.first_chip = self.first_chip.min(self.categories.len());
        self.sift();
    }

    /// Shows what was searched for, and nothing else.
    pub(crate) fn sift(&mut self) {
        let mut shown = core::mem::take(&mut self.shown);
        shown.clear();
        // Who types wants one app, wherever it belongs.
        let wanted = self.category_code(self.category).filter(|_| self.query.is_empty());
        for (place, app) in self.listed().iter().enumerate() {
            if wanted.is_none_or(|wanted| app.category == wanted) && search::matches(&app.title, &self.query)
            {
                shown.push(place);
            }
        }
        self.shown = shown;
        self.slide = Slide::default();
    }

    pub(crate) fn end_search(&mut self) {
        self.query.clear();
        self.is_pad_open = false;
        self.page = 0;
        self.sift();
    }

    fn set_running(&mut self, name: &str, state: AppState, system: &mut System) {
        let is_running = state == AppState::Running;
        if is_running {
            self.opened(name);
        }
        let place = self.place_of(name);
        let Apps::Listed(apps) = &mut self.apps else { return };
        match place.and_then(|place| apps.get_mut(place)) {
            Some(app) => app.is_running = is_running,
            // One that is not listed: the list is old.
            None if is_running => system.talk.ask(Ask::Catalog),
            None => {}
        }
    }

    fn opened(&mut self, name: &str) {
        // What was searched for is found: who comes back begins anew.
        if self.is_opening_named(name) {
            self.opening = None;
            if !self.query.is_empty() {
                self.end_search();
            }
        }
    }

    fn open(&mut self, place: usize, system: &mut System) {
        let Some(app) = self.listed().get(place).filter(|app| !self.is_opening(app)) else { return };
        let (name, is_running) = (app.name.clone(), app.is_running);
        self.toast = None;
        self.overlay = Overlay::None;
        if let Some(place) = self.history.iter().position(|other| *other == name) {
            self.history.remove(place);
        } else if self.history.len() == MAX_HISTORY {
            self.history.pop();
        }
        self.history.insert(0, name.clone());
        self.opening = Some(system.now.ms + OPENING_TIMEOUT_MS);
        if is_running && !self.query.is_empty() {
            self.end_search();
        }
        system.talk.ask(if is_running { Ask::Raise(name) } else { Ask::Run(name) });
    }

    /// Takes an answer to what is chosen.
    #[inline(never)]
    fn take_choice(&mut self, text: String) {
        if let Some(n) = CHOICES.iter().position(|verb| text.starts_with(verb)) {
            self.chosen[n] = text;
        }
    }

    /// Asks for what lies over the apps to lie over the windows of a desktop too, while it is there.
    fn ask_raised(&mut self, system: &mut System) {
        let is_raised = self.overlay != Overlay::None && way(system) == Use::Desk;
        if is_raised != self.is_raised {
            self.is_raised = is_raised;
            ask(system, if is_raised { "raise launcher" } else { "lower launcher" });
        }
    }

    /// Asks for the pictures of the open apps, where others are due than were asked for last.
    fn ask_previews(&mut self, system: &mut System) {
        if self.overlay == Overlay::Open || !self.previews.is_empty() {
            let previews = overlay::previews(self, self.canvas, &system.look);
            if previews != self.previews {
                ask(system, &previews);
                self.previews = previews;
            }
        }
    }

    fn say(&mut self, title: Words, why: Why, system: &System) {
        self.toast = Some(Toast { title, why, until: system.now.ms + TOAST_MS });
    }
}

impl Screen for Launcher {
    type Message = Press;

    const IS_TRANSPARENT: bool = true;

    #[inline(never)]
    fn view(&self, view: &mut View<Press>) {
        home::put(self, view);
        overlay::put(self, view);
        home::put_toast(self, view);
    }

    fn on_message(&mut self, press: Press, system: &mut System) {
        match press {
            Press::App(place) | Press::Recent(place) | Press::Open(place) => self.open(place, system),
            Press::End(place) => {
                if let Some(app) = self.listed().get(place) {
                    system.talk.ask(Ask::Kill(app.name.clone()));
                }
            }
            Press::Category(category) => {
                self.category = category;
                self.end_search();
            }
            Press::MoreCategories => {
                let next = self.first_chip + home::chips_fitting(self, system);
                self.first_chip = if next > self.categories.len() { 0 } else { next };
            }
            Press::Search => self.is_pad_open = true,
            Press::Letter(letter) => {
                match letter {
                    Some(letter) => guest::push(&mut self.query, letter),
                    None => self.type_back(),
                }
                self.page = 0;
                self.sift();
            }
            Press::EndSearch => self.end_search(),
            Press::Turn(by) => self.turn_by(by, system),
            Press::Quick => {
                self.overlay = Overlay::Quick;
                for words in CHOICES {
                    ask(system, words);
                }
            }
            Press::Next(n) => ask(system, NEXT[n]),
            Press::OpenApps => self.overlay = Overlay::Open,
            Press::Away => self.overlay = Overlay::None,
            Press::Retry => self.ask_catalog(system),
            Press::Toast => self.toast = None,
            Press::Theme(_) | Press::LargeText => {
                let mut look = system.look;
                match press {
                    Press::Theme(theme) => look.theme = theme,
                    _ => look.text_percent = if look.text_percent > 100 { 100 } else { 130 },
                }
                system.talk.ask(Ask::Theme(Some(look.theme_words())));
            }
            Press::Language(language) => system.talk.ask(Ask::Locale(Some(language.code()))),
            Press::Lock => {
                self.overlay = Overlay::None;
                system.talk.ask(Ask::Lock);
            }
            Press::Blank => {
                self.overlay = Overlay::None;
                ask(system, "blank");
            }
            Press::Ask(power) => self.overlay = Overlay::Confirm(power),
            Press::Do(power) => {
                self.overlay = Overlay::Leaving(power);
                self.leaving = Some(system.now.ms + LEAVING_TIMEOUT_MS);
                system.talk.ask(match power {
                    Power::Restart => Ask::Reboot,
                    Power::Off => Ask::Shutdown,
                });
            }
        }
    }

    fn on_key(&mut self, key: Key<'_>, system: &mut System) -> bool {
        self.key(key, system)
    }

    fn on_gesture(&mut self, pointer: Pointer, system: &mut System) -> bool {
        self.gesture(pointer, system)
    }

    fn on_pointer(&mut self, pointer: Pointer, system: &mut System) -> bool {
        // A press beside what lies over the apps puts it away.
        if let Pointer::Press(_, at) = pointer
            && !matches!(self.overlay, Overlay::None | Overlay::Leaving(_))
            && !overlay::card(self, self.canvas, &system.look).contains(at)
        {
            self.overlay = Overlay::None;
            return true;
        }
        false
    }

    fn on_walk(&mut self, from: Press, way: NamedKey, system: &mut System) -> Option<Press> {
        self.walk(from, way, system)
    }

    fn take_focus(&mut self) -> Option<Press> {
        self.focus.take()
    }

    fn on_size(&mut self, w: i32, h: i32, system: &mut System) {
        let is_first = self.canvas.is_empty();
        self.canvas = Rect::new(0, 0, w, h);
        // With the size the pictures went.
        self.previews.clear();
        self.page = 0;
        self.slide = Slide::default();
        self.finger = None;
        if is_first {
            self.minute = system.now.unix_ms / MINUTE_MS;
            self.ask_catalog(system);
        }
    }

    fn on_return(&mut self, system: &mut System) {
        self.let_go(system);
        system.talk.ask(Ask::Catalog);
    }

    fn on_app(&mut self, name: &str, state: AppState, system: &mut System) {
        self.set_running(name, state, system);
    }

    #[inline(never)]
    fn on_heard(&mut self, heard: Heard, system: &mut System) {
        match heard {
            Heard::Answer(Ask::Catalog, json) => self.set_apps(match catalog::parse(&json) {
                Some(apps) => Apps::Listed(apps),
                None => Apps::Failed(Why::Known(Words::Unreadable)),
            }),
            Heard::Answer(Ask::Run(name) | Ask::Raise(name), _) => {
                self.set_running(&name, AppState::Running, system);
            }
            Heard::Answer(Ask::Kill(name), _) => self.set_running(&name, AppState::Stopped, system),
            Heard::Answer(Ask::Other(_), text) => self.take_choice(text),
            // Time was advanced already, in `on_time`; the rest is seen where it is done.
            Heard::Tick | Heard::Answer(..) => {}
            // A list that is known stays when it cannot be had again.
            Heard::Refused(Ask::Catalog, _) if matches!(self.apps, Apps::Listed(_)) => {}
            Heard::Refused(Ask::Catalog, why) => self.set_apps(Apps::Failed(Why::Said(why))),
            Heard::Refused(Ask::Raise(name), _) => {
                // It ended just now.
                self.set_running(&name, AppState::Stopped, system);
                system.talk.ask(Ask::Run(name));
            }
            Heard::Refused(ask, why) => {
                let title = match ask {
                    Ask::Run(name) => {
                        self.opened(&name);
                        Words::NotOpened
                    }
                    Ask::Kill(_) => Words::NotClosed,
                    Ask::Reboot | Ask::Shutdown => {
                        (self.overlay, self.leaving) = (Overlay::None, None);
                        Words::NotDone
                    }
                    _ => Words::NotDone,
                };
                self.say(title, Why::Said(why), system);
            }
        }
    }

    #[inline(never)]
    fn on_time(&mut self, system: &mut System) -> bool {
        self.ask_raised(system);
        self.ask_previews(system);
        let now = system.now.ms;
        let minute = system.now.unix_ms / MINUTE_MS;
        let mut is_changed = minute != self.minute;
        self.minute = minute;
        is_changed |= self.slide.advance(now);
        if self.slide.is_moving() {
            system.talk.ask(Ask::Ping);
        }
        is_changed |= self.toast.take_if(|toast| now >= toast.until).is_some();
        is_changed |= self.opening.take_if(|until| now >= *until).is_some();
        if self.leaving.take_if(|until| now >= *until).is_some() {
            self.overlay = Overlay::None;
            self.say(Words::NotDone, Why::Known(Words::NoAnswer), system);
            is_changed = true;
        }
        if let Apps::Awaited { since, is_said } = &mut self.apps {
            let waited = now.saturating_sub(*since);
            if waited >= CATALOG_TIMEOUT_MS {
                system.talk.give_up(&Ask::Catalog);
                self.set_apps(Apps::Failed(Why::Known(Words::NoAnswer)));
                is_changed = true;
            } else if waited >= PATIENCE_MS && !*is_said {
                *is_said = true;
                is_changed = true;
            }
        }
        is_changed
    }

    fn wake_at(&self, now: Now) -> Option<u64> {
        let list = match self.apps {
            Apps::Awaited { since, is_said: false } => Some(since + PATIENCE_MS),
            Apps::Awaited { since, is_said: true } => Some(since + CATALOG_TIMEOUT_MS),
            Apps::Listed(_) | Apps::Failed(_) => None,
        };
        let ends = [
            list,
            self.toast.as_ref().map(|toast| toast.until),
            self.opening,
            self.leaving,
            self.slide.ends_at(),
        ];
        let minute = now.ms + now.until_multiple(MINUTE_MS);
        Some(ends.iter().fold(minute, |first, end| first.min(end.unwrap_or(minute))))
    }
}

#[cfg(test)]
mod tests;
