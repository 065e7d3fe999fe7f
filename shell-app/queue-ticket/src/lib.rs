//! A ticket terminal, as it stands in an office: a greeting and the language, what one came for, a look at it again, and the
//! number. Who goes away is forgotten after half a minute, and everything is reached by touch, mouse or keys alone.
//!
//! The number drawn is told to every other app that runs (`@broadcast: ticket A 007`): a display over the counters, say.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod desk;

use alloc::string::String;

use guest::{Ask, Store};
use ui::control::Tone;
use ui::number::digits;
use ui::{Align, Icon, Key, Language, Pointer, Rect, Screen, System, Text, View, space, type_size};

use crate::desk::{Desk, SERVICES, Ticket};

const WELCOME: Text = ["Welcome", "Willkommen", "स्वागत है", "أهلا وسهلا"];
const TOUCH: Text = ["Choose your language", "Sprache wählen", "अपनी भाषा चुनें", "اختر لغتك"];
const WHAT: Text = ["How can we help?", "Worum geht es?", "हम क्या मदद करें?", "كيف نساعدك؟"];
const SERVICE: [Text; SERVICES] = [
    ["Registration", "Anmeldung", "पंजीकरण", "تسجيل"],
    ["Documents", "Ausweise", "दस्तावेज़", "وثائق"],
    ["Payments", "Zahlungen", "भुगतान", "مدفوعات"],
    ["Information", "Auskunft", "जानकारी", "معلومات"],
];
const ICONS: [Icon; SERVICES] = [Icon::Note, Icon::Book, Icon::Chart, Icon::Chat];
const CHOSEN: Text = ["You chose", "Ihre Wahl", "आपका चुनाव", "اخترت"];
const DRAW: Text = ["Draw a number", "Nummer ziehen", "नंबर लें", "خذ رقما"];
const BACK: Text = ["Back", "Zurück", "वापस", "رجوع"];
const YOURS: Text = ["Your number", "Ihre Nummer", "आपका नंबर", "رقمك"];
const BEFORE: Text = ["before you today", "vor Ihnen heute", "आज आपसे पहले", "قبلك اليوم"];
const DONE: Text = ["Done", "Fertig", "पूर्ण", "تم"];
const FAILED: Text =
    ["No number could be drawn", "Keine Nummer möglich", "नंबर नहीं मिल सका", "تعذر إصدار رقم"];
const PLEASE: Text = [
    "Please ask at the counter.",
    "Bitte am Schalter fragen.",
    "कृपया काउंटर पर पूछें।",
    "يرجى السؤال عند الشباك.",
];

/// After so long without a touch or a key the greeting is shown again, in milliseconds.
const IDLE_MS: u64 = 30_000;
/// A number is shown so long, in milliseconds.
const SHOWN_MS: u64 = 10_000;

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Go on in this language.
    Language(Language),
    /// This is what I came for.
    Service(usize),
    /// Give me a number.
    Draw,
    /// To the step before.
    Back,
    /// I have what I wanted.
    Done,
}

/// Where the person is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    #[default]
    Welcome,
    Choose,
    Confirm(usize),
    /// The number, or none.
    Drawn(Option<Ticket>),
}

/// The app, with the files of `S`.
#[derive(Debug)]
pub struct Terminal<S> {
    files: S,
    desk: Desk,
    step: Step,
    /// The person's language, until they go.
    language: Option<Language>,
    reset_at: Option<u64>,
}

impl<S: Store> Terminal<S> {
    /// A terminal that goes on with the numbers in `files`.
    #[must_use]
    pub fn new(files: S) -> Self {
        Self { desk: Desk::read(&files), files, step: Step::Welcome, language: None, reset_at: None }
    }

    fn go(&mut self, step: Step, now: u64) {
        self.step = step;
        self.reset_at = match step {
            Step::Welcome => None,
            Step::Drawn(_) => Some(now + SHOWN_MS),
            Step::Choose | Step::Confirm(_) => Some(now + IDLE_MS),
        };
    }

    /// The person is gone: the next one begins at the beginning, in the device's language.
    fn reset(&mut self, system: &mut System) {
        self.go(Step::Welcome, system.now.ms);
        if self.language.take().is_some() {
            system.talk.ask(Ask::Locale(None));
        }
    }

    /// Somebody is there.
    fn touch(&mut self, system: &System) {
        if self.reset_at.is_some() && !matches!(self.step, Step::Drawn(_)) {
            self.reset_at = Some(system.now.ms + IDLE_MS);
        }
    }

    /// A large line and a smaller one, at the top; answers what is left.
    fn heading(view: &mut View<Press>, title: &str, text: &str) -> Rect {
        // On a tall screen what is touched stays within reach.
        let content = view.content().at_most(1200, 1000);
        let (head, rest) = content.cut_top(view.look.line(type_size::DISPLAY), space::XS);
        let style = view.bold(type_size::DISPLAY);
        view.cut_label(head, Align::Center, style, title);
        let (line, rest) = rest.cut_top(view.look.line(type_size::TITLE), space::L);
        let style = view.dim(type_size::TITLE);
        view.cut_label(line, Align::Center, style, text);
        rest
    }

    /// Two large buttons at the lower edge; answers what is left.
    fn feet(view: &mut View<Press>, rest: Rect, no: Option<(&Text, Press)>, yes: (&Text, Press)) -> Rect {
        let (foot, rest) = rest.cut_bottom(64, space::L);
        let places = foot.at_most(720, 64).columns(if no.is_some() { 2 } else { 1 }, space::M);
        if let (Some((label, press)), Some(place)) = (no, places.first()) {
            let label = view.text(label);
            view.button_of(*place, Tone::Raised, None, label, type_size::TITLE, press);
        }
        if let Some(place) = places.last() {
            let label = view.text(yes.0);
            view.button_of(*place, Tone::Primary, None, label, type_size::TITLE, yes.1);
        }
        rest
    }

    fn view_drawn(view: &mut View<Press>, ticket: Option<&Ticket>) {
        let (title, text) = match ticket {
            Some(ticket) => (view.text(&YOURS), view.text(&SERVICE[ticket.service])),
            None => (view.text(&FAILED), view.text(&PLEASE)),
        };
        let rest = Self::heading(view, title, text);
        let rest = Self::feet(view, rest, None, (&DONE, Press::Done));
        let card = rest.at_most(560, 320);
        view.card(card);
        let Some(ticket) = ticket else {
            let color = view.palette.error;
            view.icon(card, Icon::Alert, 96, color);
            return;
        };
        let (below, number) = card.inset(space::S).cut_bottom(view.look.line(type_size::TITLE), 0);
        let mut style = view.bold(type_size::CLOCK);
        style.color = view.palette.accent;
        view.label(number, Align::Center, style, &ticket.text());
        let style = view.dim(type_size::TITLE);
        let waiting = [&digits(i64::from(ticket.before)), " ", view.text(&BEFORE)].concat();
        view.cut_label(below, Align::Center, style, &waiting);
    }
}

impl<S: Store> Screen for Terminal<S> {
    type Message = Press;

    fn view(&self, view: &mut View<Press>) {
        match self.step {
            Step::Welcome => {
                let (title, text) = (view.text(&WELCOME), view.text(&TOUCH));
                let rest = Self::heading(view, title, text);
                let (columns, rows) = if rest.w() > rest.h() { (2, 2) } else { (1, 4) };
                let grid = rest.at_most(960, 560);
                for (place, language) in grid.grid(columns, rows, space::M).into_iter().zip(Language::ALL) {
                    let name = language.of_text(&Language::NAMES);
                    view.button_of(
                        place,
                        Tone::Raised,
                        None,
                        name,
                        type_size::HEADING,
                        Press::Language(language),
                    );
                }
            }
            Step::Choose => {
                let (title, text) = (view.text(&WHAT), "");
                let rest = Self::heading(view, title, text);
                let (columns, rows) = if rest.w() > rest.h() { (2, 2) } else { (1, 4) };
                let grid = rest.at_most(1120, 640);
                for (n, place) in grid.grid(columns, rows, space::M).into_iter().enumerate() {
                    let name = view.text(&SERVICE[n]);
                    view.button_of(
                        place,
                        Tone::Raised,
                        Some(ICONS[n]),
                        name,
                        type_size::HEADING,
                        Press::Service(n),
                    );
                }
            }
            Step::Confirm(service) => {
                let (title, text) = (view.text(&CHOSEN), view.text(&SERVICE[service]));
                let rest = Self::heading(view, title, text);
                let rest = Self::feet(view, rest, Some((&BACK, Press::Back)), (&DRAW, Press::Draw));
                let card = rest.at_most(560, 320);
                view.card(card);
                let color = view.palette.accent;
                view.icon(card, ICONS[service], 96, color);
            }
            Step::Drawn(ticket) => Self::view_drawn(view, ticket.as_ref()),
        }
    }

    fn on_message(&mut self, message: Press, system: &mut System) {
        let now = system.now;
        match message {
            Press::Language(language) => {
                self.language = Some(language);
                system.look.language = language;
                self.go(Step::Choose, now.ms);
            }
            Press::Service(service) => self.go(Step::Confirm(service % SERVICES), now.ms),
            Press::Back => self.go(Step::Choose, now.ms),
            Press::Done => self.reset(system),
            Press::Draw => {
                let Step::Confirm(service) = self.step else { return };
                let ticket = self.desk.draw(service, now.unix_ms, &mut self.files);
                match &ticket {
                    Ok(ticket) => {
                        system.lines.push(["@broadcast: ticket ", &ticket.text()].concat());
                        system.lines.push(String::from("VYOMA_AUDIO:beep:880,80"));
                    }
                    Err(error) => system.lines.push(["no number: ", error.text()].concat()),
                }
                self.go(Step::Drawn(ticket.ok()), now.ms);
            }
        }
    }

    fn on_key(&mut self, key: Key<'_>, system: &mut System) -> bool {
        self.touch(system);
        // A terminal is not closed by whoever stands in front of it: Esc begins anew.
        let is_escape = matches!(key, Key::Named(ui::NamedKey::Escape) | Key::Control(b'c'));
        if is_escape {
            self.reset(system);
        }
        is_escape
    }

    fn on_pointer(&mut self, _: Pointer, system: &mut System) -> bool {
        self.touch(system);
        false
    }

    fn on_time(&mut self, system: &mut System) -> bool {
        let is_over = self.reset_at.is_some_and(|at| at <= system.now.ms);
        if is_over {
            self.reset(system);
        }
        is_over
    }

    fn wake_at(&self, _: ui::Now) -> Option<u64> {
        self.reset_at
    }
}

#[cfg(test)]
mod tests;
