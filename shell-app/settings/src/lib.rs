//! Settings of the device: theme, size of text, language, loudness, about, and power. Each is a request of the contract; what the system
//! answers is what is shown.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::string::String;

use guest::{Ask, Heard};
use ui::control::Tone;
use ui::{Align, Icon, Language, Look, Rect, Screen, System, Text, Theme, View, space, type_size};

const TITLE: Text = ["Settings", "Einstellungen", "सेटिंग्स", "الإعدادات"];
const THEME: Text = ["Theme", "Aussehen", "थीम", "المظهر"];
const DARK: Text = ["Dark", "Dunkel", "गहरा", "داكن"];
const LIGHT: Text = ["Light", "Hell", "हल्का", "فاتح"];
const CONTRAST: Text = ["Contrast", "Kontrast", "कंट्रास्ट", "تباين"];
const LARGE: Text = ["Large text", "Große Schrift", "बड़ा पाठ", "نص كبير"];
const LANGUAGE: Text = ["Language", "Sprache", "भाषा", "اللغة"];
const SOUND: Text = ["Loudness", "Lautstärke", "आवाज़", "الصوت"];
const ABOUT: Text = ["This device", "Dieses Gerät", "यह उपकरण", "هذا الجهاز"];
const POWER: Text = ["Power", "Strom", "पावर", "الطاقة"];
const RESTART: Text = ["Restart", "Neustart", "रीस्टार्ट", "إعادة"];
const OFF: Text = ["Power off", "Ausschalten", "बंद करें", "إيقاف"];
const CANCEL: Text = ["Cancel", "Abbrechen", "रद्द करें", "إلغاء"];
const SURE: Text = ["Are you sure?", "Sicher?", "क्या आप निश्चित हैं?", "هل أنت متأكد؟"];
const CLOSED: Text =
    ["All apps are closed.", "Alle Apps werden beendet.", "सभी ऐप बंद हो जाएँगे।", "ستغلق كل التطبيقات."];

/// How long words stay at the lower edge, in milliseconds.
const TOAST_MS: u64 = 4000;

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Close the app.
    Back,
    /// Use a theme.
    Theme(Theme),
    /// Large text, or not.
    Large,
    /// Use a language.
    Language(Language),
    /// How loud.
    Volume,
    /// Ask before the device restarts, or goes off.
    Ask(Power),
    /// Do it.
    Do(Power),
    /// Do not.
    Cancel,
}

/// How the device is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// On again at once.
    Restart,
    /// Off.
    Off,
}

impl Power {
    const fn ask(self) -> Ask {
        match self {
            Self::Restart => Ask::Reboot,
            Self::Off => Ask::Shutdown,
        }
    }
}

/// The app.
#[derive(Debug)]
pub struct Settings {
    volume: i32,
    version: String,
    uptime: String,
    screen: Option<(i32, i32)>,
    question: Option<Power>,
    /// Words at the lower edge, and until when.
    toast: Option<(String, u64)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            volume: 500,
            version: String::new(),
            uptime: String::new(),
            screen: None,
            question: None,
            toast: None,
        }
    }
}

impl Settings {
    fn card(view: &mut View<Press>, place: Rect, title: &Text) -> Rect {
        view.card(place);
        let inside =
            Rect::new(place.x + space::M, place.y + space::S, place.w - 2 * space::M, place.h - 2 * space::S);
        let (head, rest) = inside.cut_top(view.look.line(type_size::CAPTION), space::XS / 2);
        let style = view.dim(type_size::CAPTION);
        let title = view.text(title);
        view.label(head, Align::Start, style, title);
        rest
    }

    fn row(place: Rect) -> Rect {
        Rect::new(place.x, place.center().y - space::TARGET / 2, place.w, space::TARGET)
    }
}

impl Screen for Settings {
    type Message = Press;

    fn view(&self, view: &mut View<Press>) {
        let title = view.text(&TITLE);
        let content = view.content();
        let rest = view.header(content, title, Press::Back);
        let (columns, rows) = if rest.w >= 700 { (2, 3) } else { (1, 6) };
        let height = (rest.h - (rows - 1) * space::S) / rows;
        let grid =
            Rect::new(rest.x, rest.y, rest.w.min(1200), rows * height.min(140) + (rows - 1) * space::S);
        let places = grid.grid(columns, rows, space::S);
        let mut places = places.into_iter();
        let mut next = || places.next().unwrap_or_default();

        let place = Self::row(Self::card(view, next(), &THEME));
        let names = [view.text(&DARK), view.text(&LIGHT), view.text(&CONTRAST)];
        let chosen = Theme::ALL.iter().position(|theme| *theme == view.look.theme);
        view.tabs(place, &names, chosen.unwrap_or(0), |n| Press::Theme(Theme::ALL[n]));

        let place = Self::row(Self::card(view, next(), &LANGUAGE));
        let chosen = Language::ALL.iter().position(|language| *language == view.look.language);
        view.tabs(place, &Language::NAMES, chosen.unwrap_or(0), |n| Press::Language(Language::ALL[n]));

        let place = next();
        view.card(place);
        let row = Self::row(Rect::new(place.x + space::M, place.y, place.w - 2 * space::M, place.h));
        view.toggle(row, view.look.text_percent > 100, Press::Large);
        let style = view.bold(type_size::BODY);
        let label = view.text(&LARGE);
        let (_, name) = row.cut_end(72, space::XS);
        view.label(name, Align::Start, style, label);

        let place = Self::row(Self::card(view, next(), &SOUND));
        view.slider(place, self.volume, Press::Volume);

        let place = Self::card(view, next(), &ABOUT);
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

        let place = Self::row(Self::card(view, next(), &POWER));
        let two = place.columns(2, space::XS);
        for (place, icon, text, power) in
            [(two[0], Icon::Restart, &RESTART, Power::Restart), (two[1], Icon::Power, &OFF, Power::Off)]
        {
            let label = view.text(text);
            view.button_of(place, Tone::Raised, Some(icon), label, type_size::BODY, Press::Ask(power));
        }

        if let Some(power) = self.question {
            let label = if power == Power::Restart { &RESTART } else { &OFF };
            let (title, text) = (view.text(&SURE), view.text(&CLOSED));
            let answers = [(view.text(&CANCEL), Press::Cancel), (view.text(label), Press::Do(power))];
            view.dialog(title, text, &answers);
        }
        if let Some((text, _)) = &self.toast {
            view.toast(text);
        }
    }

    fn on_message(&mut self, message: Press, system: &mut System) {
        match message {
            Press::Back => system.is_done = true,
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
            Press::Volume => {}
            Press::Ask(power) => self.question = Some(power),
            Press::Do(power) => {
                self.question = None;
                system.talk.ask(power.ask());
            }
            Press::Cancel => self.question = None,
        }
    }

    fn on_slide(&mut self, _: Press, thousandths: i32, system: &mut System) {
        // In steps of five percent: as many as one hears.
        let volume = thousandths / 50 * 50;
        if volume != self.volume {
            self.volume = volume;
            let percent = ui::number::digits(i64::from(volume / 10));
            system.lines.push(["VYOMA_AUDIO:volume:", &percent].concat());
        }
    }

    fn on_size(&mut self, w: i32, h: i32, system: &mut System) {
        self.screen = Some((w, h));
        system.talk.ask(Ask::Version);
        system.talk.ask(Ask::Uptime);
    }

    fn on_heard(&mut self, heard: Heard, system: &mut System) {
        match heard {
            Heard::Answer(Ask::Version, text) => self.version = text,
            Heard::Answer(Ask::Uptime, text) => self.uptime = text,
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
