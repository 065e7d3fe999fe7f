//! Settings of the device: theme, size of text, language, brightness, keyboard, about, the way back to how it was
//! delivered, and power. Each is a request of the contract; what the system answers is what is shown.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::string::String;
use alloc::vec::Vec;

use guest::{Ask, Heard};
use ui::control::Tone;
use ui::{Align, Icon, Language, Look, Rect, Screen, System, Text, Theme, View, space, type_size};

const TITLE: Text = ["Settings", "Einstellungen", "सेटिंग्स", "الإعدادات"];
const SCREEN: Text = ["Screen", "Bildschirm", "स्क्रीन", "الشاشة"];
const DEVICE: Text = ["Device", "Gerät", "उपकरण", "الجهاز"];
const THEME: Text = ["Theme", "Aussehen", "थीम", "المظهر"];
const DARK: Text = ["Dark", "Dunkel", "गहरा", "داكن"];
const LIGHT: Text = ["Light", "Hell", "हल्का", "فاتح"];
const CONTRAST: Text = ["Contrast", "Kontrast", "कंट्रास्ट", "تباين"];
const LARGE: Text = ["Large text", "Große Schrift", "बड़ा पाठ", "نص كبير"];
const LANGUAGE: Text = ["Language", "Sprache", "भाषा", "اللغة"];
const BRIGHTNESS: Text = ["Brightness", "Helligkeit", "चमक", "السطوع"];
const KEYBOARD: Text = ["Keyboard", "Tastatur", "कीबोर्ड", "لوحة المفاتيح"];
const ABOUT: Text = ["This device", "Dieses Gerät", "यह उपकरण", "هذا الجهاز"];
const DELIVERED: Text = ["As delivered", "Wie geliefert", "मूल सेटिंग्स", "الإعدادات الأصلية"];
const RESET: Text = ["Reset", "Zurücksetzen", "रीसेट", "إعادة ضبط"];
const POWER: Text = ["Power", "Strom", "पावर", "الطاقة"];
const RESTART: Text = ["Restart", "Neustart", "रीस्टार्ट", "إعادة"];
const OFF: Text = ["Power off", "Ausschalten", "बंद करें", "إيقاف"];
const CANCEL: Text = ["Cancel", "Abbrechen", "रद्द करें", "إلغاء"];
const SURE: Text = ["Are you sure?", "Sicher?", "क्या आप निश्चित हैं?", "هل أنت متأكد؟"];
const CLOSED: Text =
    ["All apps are closed.", "Alle Apps werden beendet.", "सभी ऐप बंद हो जाएँगे।", "ستغلق كل التطبيقات."];
const FORGOTTEN: Text = [
    "What was chosen here is forgotten.",
    "Was hier gewählt wurde, wird vergessen.",
    "यहाँ चुना गया सब हट जाएगा।",
    "سيُنسى كل ما اختير هنا.",
];

/// How long words stay at the lower edge, in milliseconds.
const TOAST_MS: u64 = 4000;

/// Percent that a screen cannot be darker than, and those between steps: as many as one sees.
const DARKEST: i32 = 10;
const STEP: i32 = 5;

/// Height of a card at least, and at most.
const CARD: (i32, i32) = (110, 140);

/// Cards of a page, and pages.
const CARDS: i32 = 4;
const PAGES: i32 = 2;

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Close the app.
    Back,
    /// Show a page, where there is no room for all.
    Page(usize),
    /// Use a theme.
    Theme(Theme),
    /// Large text, or not.
    Large,
    /// Use a language.
    Language(Language),
    /// How bright.
    Brightness,
    /// Use a layout of keys, by its place among those there are.
    Keyboard(usize),
    /// Ask before something is done that is not easily undone.
    Ask(Deed),
    /// Do it.
    Do(Deed),
    /// Do not.
    Cancel,
}

/// What is asked about before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The device goes off and on again at once.
    Restart,
    /// The device goes off.
    Off,
    /// Everything is as the device was delivered.
    Reset,
}

impl Deed {
    fn ask(self) -> Ask {
        match self {
            Self::Restart => Ask::Reboot,
            Self::Off => Ask::Shutdown,
            Self::Reset => Ask::Other("settings-reset".into()),
        }
    }

    /// What its button says, and what becomes of whom.
    const fn words(self) -> (&'static Text, &'static Text) {
        match self {
            Self::Restart => (&RESTART, &CLOSED),
            Self::Off => (&OFF, &CLOSED),
            Self::Reset => (&RESET, &FORGOTTEN),
        }
    }
}

/// The app.
#[derive(Debug, Default)]
pub struct Settings {
    page: usize,
    /// Percent.
    brightness: i32,
    /// The layouts there are, and the one in use.
    layouts: Vec<String>,
    layout: String,
    version: String,
    uptime: String,
    screen: Option<(i32, i32)>,
    question: Option<Deed>,
    /// Words at the lower edge, and until when.
    toast: Option<(String, u64)>,
}

/// A verb that this app alone asks.
fn ask(system: &mut System, words: &[&str]) {
    system.talk.ask(Ask::Other(words.concat()));
}

/// Asks what people can change elsewhere too.
fn ask_what_is(system: &mut System) {
    ask(system, &["keyboard"]);
    ask(system, &["brightness"]);
}

impl Settings {
    fn card(view: &mut View<Press>, place: Rect, title: &Text) -> Rect {
        view.card(place);
        let inside = Rect::new(
            place.x() + space::M,
            place.y() + space::S,
            place.w() - 2 * space::M,
            place.h() - 2 * space::S,
        );
        let (head, rest) = inside.cut_top(view.look.line(type_size::CAPTION), space::XS / 2);
        let style = view.dim(type_size::CAPTION);
        let title = view.text(title);
        view.label(head, Align::Start, style, title);
        rest
    }

    fn row(place: Rect) -> Rect {
        Rect::new(place.x(), place.center().y - space::TARGET / 2, place.w(), space::TARGET)
    }

    /// Theme, language, size of text, brightness.
    fn screen_page(&self, view: &mut View<Press>, places: &[Rect]) {
        let &[theme, language, large, brightness] = places else { return };
        let place = Self::row(Self::card(view, theme, &THEME));
        let names = [view.text(&DARK), view.text(&LIGHT), view.text(&CONTRAST)];
        let chosen = Theme::ALL.iter().position(|theme| *theme == view.look.theme);
        view.tabs(place, &names, chosen.unwrap_or(0), |n| Press::Theme(Theme::ALL[n]));

        let place = Self::row(Self::card(view, language, &LANGUAGE));
        let chosen = Language::ALL.iter().position(|language| *language == view.look.language);
        view.tabs(place, &Language::NAMES, chosen.unwrap_or(0), |n| Press::Language(Language::ALL[n]));

        view.card(large);
        let row = Self::row(Rect::new(large.x() + space::M, large.y(), large.w() - 2 * space::M, large.h()));
        view.toggle(row, view.look.text_percent > 100, Press::Large);
        let style = view.bold(type_size::BODY);
        let label = view.text(&LARGE);
        let (_, name) = row.cut_end(72, space::XS);
        view.label(name, Align::Start, style, label);

        let place = Self::row(Self::card(view, brightness, &BRIGHTNESS));
        let thousandths = (self.brightness - DARKEST) * 1000 / (100 - DARKEST);
        view.slider(place, thousandths, Press::Brightness);
    }

    /// Keyboard, about, the way back, power.
    fn device_page(&self, view: &mut View<Press>, places: &[Rect]) {
        let &[keyboard, about, delivered, power] = places else { return };
        let place = Self::row(Self::card(view, keyboard, &KEYBOARD));
        let names: Vec<String> = self.layouts.iter().map(|name| name.to_ascii_uppercase()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let chosen = self.layouts.iter().position(|name| *name == self.layout);
        view.tabs(place, &names, chosen.unwrap_or(usize::MAX), Press::Keyboard);

        let place = Self::card(view, about, &ABOUT);
        let style = view.regular(type_size::BODY);
        let line = view.look.line(type_size::BODY);
        let (first, below) = place.cut_top(line, 0);
        view.cut_label(first, Align::Start, style, &self.version);
        let screen = self.screen.map_or_else(String::new, |(w, h)| {
            let digits = |n: i32| ui::number::digits(i64::from(n));
            [", ", &digits(w), "×", &digits(h)].concat()
        });
        let second = [self.uptime.as_str(), &screen].concat();
        let style = view.dim(type_size::CAPTION);
        view.cut_label(below.cut_top(view.look.line(type_size::CAPTION), 0).0, Align::Start, style, &second);

        let place = Self::row(Self::card(view, delivered, &DELIVERED));
        Self::deed(view, place, Icon::Undo, Deed::Reset);
        let place = Self::row(Self::card(view, power, &POWER));
        let two = place.columns(2, space::XS);
        Self::deed(view, two[0], Icon::Restart, Deed::Restart);
        Self::deed(view, two[1], Icon::Power, Deed::Off);
    }

    fn deed(view: &mut View<Press>, place: Rect, icon: Icon, deed: Deed) {
        let label = view.text(deed.words().0);
        view.button_of(place, Tone::Raised, Some(icon), label, type_size::BODY, Press::Ask(deed));
    }
}

impl Screen for Settings {
    type Message = Press;

    fn view(&self, view: &mut View<Press>) {
        let title = view.text(&TITLE);
        let content = view.content();
        let mut rest = view.header(content, title, Press::Back);
        let columns = if rest.w() >= 700 || rest.w() > rest.h() { 2 } else { 1 };
        let rows = |pages: i32| pages * CARDS / columns;
        let height = |room: i32, pages| (room - (rows(pages) - 1) * space::S) / rows(pages);
        let pages = if height(rest.h(), PAGES) >= CARD.0 { PAGES } else { 1 };
        if pages == 1 {
            let (row, below) = rest.cut_top(space::TARGET, space::S);
            let names = [view.text(&SCREEN), view.text(&DEVICE)];
            view.tabs(row, &names, self.page, Press::Page);
            rest = below;
        }
        let grid = rows(pages) * (height(rest.h(), pages).min(CARD.1) + space::S) - space::S;
        let grid = Rect::new(rest.x(), rest.y(), rest.w().min(1200), grid);
        let places = grid.grid(columns, rows(pages), space::S);
        for (n, places) in places.chunks(4).enumerate() {
            match if pages == 1 { self.page } else { n } {
                0 => self.screen_page(view, places),
                _ => self.device_page(view, places),
            }
        }
        if let Some(deed) = self.question {
            let (label, text) = deed.words();
            let (title, text) = (view.text(&SURE), view.text(text));
            let answers = [(view.text(&CANCEL), Press::Cancel), (view.text(label), Press::Do(deed))];
            view.dialog(title, text, &answers);
        }
        if let Some((text, _)) = &self.toast {
            view.toast(text);
        }
    }

    fn on_message(&mut self, message: Press, system: &mut System) {
        match message {
            Press::Back => system.is_done = true,
            Press::Page(page) => self.page = page,
            Press::Theme(theme) => {
                let look = Look { theme, ..system.look };
                system.talk.ask(Ask::Theme(Some(look.theme_words())));
            }
            Press::Large => {
                let text_percent = if system.look.text_percent > 100 { 100 } else { 130 };
                let look = Look { text_percent, ..system.look };
                system.talk.ask(Ask::Theme(Some(look.theme_words())));
            }
            Press::Language(language) => system.talk.ask(Ask::Locale(Some(language.code()))),
            // A slider is set through `on_slide`.
            Press::Brightness => {}
            Press::Keyboard(n) => {
                if let Some(layout) = self.layouts.get(n) {
                    ask(system, &["keyboard ", layout]);
                }
            }
            Press::Ask(deed) => self.question = Some(deed),
            Press::Do(deed) => {
                self.question = None;
                system.talk.ask(deed.ask());
            }
            Press::Cancel => self.question = None,
        }
    }

    fn on_slide(&mut self, _: Press, thousandths: i32, system: &mut System) {
        let tenths = 10 * DARKEST + thousandths * (100 - DARKEST) / 100;
        let percent = (tenths + 5 * STEP) / (10 * STEP) * STEP;
        if percent != self.brightness {
            self.brightness = percent;
            ask(system, &["brightness ", &ui::number::digits(i64::from(percent))]);
        }
    }

    fn on_size(&mut self, w: i32, h: i32, system: &mut System) {
        self.screen = Some((w, h));
        system.talk.ask(Ask::Version);
        system.talk.ask(Ask::Uptime);
        ask(system, &["keyboards"]);
        ask_what_is(system);
    }

    fn on_return(&mut self, system: &mut System) {
        ask_what_is(system);
    }

    fn on_heard(&mut self, heard: Heard, system: &mut System) {
        match heard {
            Heard::Answer(Ask::Version, text) => self.version = text,
            Heard::Answer(Ask::Uptime, text) => self.uptime = text,
            Heard::Answer(Ask::Other(_), text) => {
                if let Some(layout) = text.strip_prefix("keyboard ") {
                    self.layout = layout.into();
                } else if let Some(percent) = text.strip_prefix("brightness ") {
                    self.brightness = percent.parse().unwrap_or(100);
                } else if text == "settings-reset ok" {
                    // The system tells theme and language by itself.
                    ask_what_is(system);
                } else {
                    self.layouts = text.split('|').map(String::from).collect();
                }
            }
            Heard::Refused(_, why) => self.toast = Some((why, system.now.ms + TOAST_MS)),
            Heard::Answer(..) | Heard::Tick => {}
        }
    }

    fn on_time(&mut self, system: &mut System) -> bool {
        self.toast.take_if(|(_, until)| *until <= system.now.ms).is_some()
    }

    fn wake_at(&self, _: ui::Now) -> Option<u64> {
        self.toast.as_ref().map(|(_, until)| *until)
    }
}

#[cfg(test)]
mod tests;
