//! A viewer of pictures: those below the app's `/data`, one by one over the whole canvas, or as a slide show.
//!
//! Left and Right, the wheel, a swipe, or a press beside the middle turn to the one before or after; Home and End go to
//! the ends; `p` begins and ends the slide show, `i` changes its interval. The controls go by themselves. Under the
//! signage policy the show begins by itself. Without pictures it says where they belong, and has three of its own.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod proportions;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use guest::{FileError, Store};
use ui::control::Tone;
use ui::number::digits;
use ui::{
    Align, Icon, Key, NamedKey, Point, Pointer, Profile, Rect, Screen, Source, System, Text, View, space,
    type_size,
};

use crate::proportions::Proportions;

const TITLE: Text = ["Pictures", "Bilder", "तस्वीरें", "الصور"];
const EMPTY: Text = ["No pictures yet", "Noch keine Bilder", "अभी कोई तस्वीर नहीं", "لا صور بعد"];
const WHERE: Text = [
    "Put PNG, JPEG, GIF, WebP or SVG files into the folder /data/slides of the device. They appear here at once.",
    "PNG-, JPEG-, GIF-, WebP- oder SVG-Dateien in den Ordner /data/slides des Geräts legen. Sie erscheinen hier sofort.",
    "PNG, JPEG, GIF, WebP या SVG फ़ाइलें उपकरण के फ़ोल्डर /data/slides में रखें। वे यहाँ तुरंत दिखेंगी।",
    "ضع ملفات PNG أو JPEG أو GIF أو WebP أو SVG في المجلد /data/slides على الجهاز. ستظهر هنا فورا.",
];
const EXAMPLES: Text = ["Show examples", "Beispiele zeigen", "उदाहरण दिखाएँ", "عرض أمثلة"];
const PLAY: Text = ["Play", "Start", "चलाएँ", "تشغيل"];
const PAUSE: Text = ["Pause", "Pause", "रोकें", "إيقاف"];
const UNKNOWN: Text = [
    "This file is no picture that can be shown",
    "Diese Datei ist kein Bild, das gezeigt werden kann",
    "यह फ़ाइल दिखाई जा सकने वाली तस्वीर नहीं है",
    "هذا الملف ليس صورة يمكن عرضها",
];
const TOO_LARGE: Text = [
    "This picture has too many pixels: at most 3840 × 2160",
    "Dieses Bild hat zu viele Pixel: höchstens 3840 × 2160",
    "इस तस्वीर में बहुत अधिक पिक्सेल हैं: अधिकतम 3840 × 2160",
    "هذه الصورة كبيرة جدا: الحد الأقصى 3840 × 2160",
];

/// Endings of the files that are pictures.
const ENDINGS: [&str; 6] = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"];
/// What the app brings along, in its bundle.
const OWN: [&str; 3] = ["files/1-dawn.svg", "files/2-orbit.svg", "files/3-hills.svg"];
/// Most pictures shown: a name each is kept.
const MOST: usize = 2000;
/// How much of a file is read for its proportions, in bytes: what a camera writes before them is less.
const HEAD: usize = 256 * 1024;
/// Most pixels of a picture that the system draws.
const MOST_PIXELS: u64 = 3840 * 2160;
/// How long the controls stay, in milliseconds.
const CONTROLS_MS: u64 = 4000;
/// How often an empty folder is looked at again, in milliseconds.
const LOOK_MS: u64 = 2000;
/// How long each picture of a slide show is seen, in seconds.
const INTERVALS: [u64; 4] = [5, 10, 30, 60];
/// A finger that went further than this, in pixels, swept.
const SWEEP: i32 = 48;

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Close the app.
    Back,
    /// Show the pictures that the app brings along.
    Examples,
    /// The picture before.
    Previous,
    /// The picture after.
    Next,
    /// Begin or end the slide show.
    Play,
    /// Another interval.
    Interval,
}

/// What is known of the picture that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// It can be drawn, in these proportions.
    Fine(Proportions),
    /// It is none, or of an unknown kind.
    Unknown,
    /// More pixels than are drawn.
    TooLarge,
    /// Its file cannot be read.
    Unreadable(FileError),
}

/// The app, with the files of `S`.
#[derive(Debug)]
pub struct Slides<S> {
    files: S,
    /// Paths as `draw_image` takes them.
    paths: Vec<String>,
    at: usize,
    shown: Shown,
    /// Which of [`INTERVALS`].
    interval: usize,
    /// When the next picture comes, while a slide show runs.
    next_at: Option<u64>,
    /// Until when the controls are there.
    controls_until: Option<u64>,
    /// When an empty folder is looked at again.
    look_at: u64,
    /// What is held down beside the controls, and where it began.
    held: Option<(Source, Point)>,
    canvas: Rect,
    /// Whether a person has decided about the slide show.
    is_decided: bool,
}

impl<S: Store> Slides<S> {
    /// The pictures among `files`.
    #[must_use]
    pub fn new(files: S) -> Self {
        let mut slides = Self {
            files,
            paths: Vec::new(),
            at: 0,
            shown: Shown::Unknown,
            interval: 0,
            next_at: None,
            controls_until: None,
            look_at: 0,
            held: None,
            canvas: Rect::default(),
            is_decided: false,
        };
        slides.look();
        slides
    }

    /// The path of the picture that is shown, as `draw_image` takes it.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.paths.get(self.at).map(String::as_str)
    }

    /// Whether a slide show runs.
    #[must_use]
    pub const fn is_playing(&self) -> bool {
        self.next_at.is_some()
    }

    /// Reads the folder; the picture that is shown stays, if it is still there.
    fn look(&mut self) {
        let is_picture = |name: &String| {
            let ending = |ending: &str| {
                let at = name.len().saturating_sub(ending.len());
                at > 0 && name.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(ending))
            };
            ENDINGS.into_iter().any(ending)
        };
        let names = self.files.list().unwrap_or_default().into_iter().filter(is_picture);
        let found: Vec<String> = names.take(MOST).map(|name| ["/data/", &name].concat()).collect();
        if found.is_empty() && self.paths.iter().any(|path| OWN.contains(&path.as_str())) {
            return;
        }
        let same = self.path().and_then(|shown| found.iter().position(|path| path == shown));
        self.paths = found;
        self.go(same.unwrap_or(0));
    }

    /// Shows the picture at this place.
    fn go(&mut self, at: usize) {
        self.at = at;
        let Some(path) = self.paths.get(at) else { return };
        self.shown = match path.strip_prefix("/data/").map(|name| self.files.head(name, HEAD)) {
            // Those of the bundle are drawings.
            None => Shown::Fine(Proportions::Drawing),
            Some(Err(error)) => Shown::Unreadable(error),
            Some(Ok(head)) => match proportions::of(&head) {
                None => Shown::Unknown,
                Some(Proportions::Pixels(w, h)) if u64::from(w) * u64::from(h) > MOST_PIXELS => {
                    Shown::TooLarge
                }
                Some(proportions) => Shown::Fine(proportions),
            },
        };
    }

    fn step(&mut self, by: isize, system: &System) {
        let count = self.paths.len();
        if count == 0 {
            self.next_at = None;
            return;
        }
        let to = (self.at + count).wrapping_add_signed(by.signum()) % count;
        // Once round is the time to see what is new.
        if to == 0 {
            self.look();
        }
        self.go(to.min(self.paths.len().saturating_sub(1)));
        if self.is_playing() {
            self.next_at = Some(system.now.ms + INTERVALS[self.interval] * 1000);
        }
    }

    fn play(&mut self, is_on: bool, system: &System) {
        self.next_at = is_on.then(|| system.now.ms + INTERVALS[self.interval] * 1000);
    }

    fn show_controls(&mut self, system: &System) {
        self.controls_until = Some(system.now.ms + CONTROLS_MS);
    }

    /// A finger or the button was let go: it swept, or pressed beside the controls.
    fn on_let_go(&mut self, from: Point, to: Point, system: &System) {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        if dx.abs() >= SWEEP && dx.abs() > dy.abs() {
            // The picture goes with the finger: to the left brings the next, where one reads from the left.
            self.turn(-dx, system);
        } else if from.reach(to) < SWEEP {
            let third = self.canvas.w() / 3;
            match to.x - self.canvas.x() {
                x if x < third => self.turn(-1, system),
                x if x >= 2 * third => self.turn(1, system),
                _ if self.controls_until.take().is_none() => self.show_controls(system),
                _ => {}
            }
        }
    }

    /// One on in the direction of `x`, as it is seen.
    fn turn(&mut self, x: i32, system: &System) {
        let is_on = (x > 0) != system.look.is_mirrored();
        self.step(if is_on { 1 } else { -1 }, system);
    }

    fn view_empty(view: &mut View<Press>) {
        let title = view.text(&TITLE);
        let content = view.content();
        let rest = view.header(content, title, Press::Back);
        let line = view.look.line(type_size::HEADING);
        let label = view.text(&EXAMPLES);
        let button = (view.width(label, type_size::BODY, ui::Weight::Bold) + 2 * space::L).min(rest.w());
        let style = view.regular(type_size::BODY);
        let text = view.text(&WHERE);
        let wide = rest.w().min(520);
        let lines = i32::try_from(ui::wrapped(text, style.px, style.weight, wide).len()).unwrap_or(1);
        let words = lines * view.look.line(type_size::BODY);
        let place = rest.at_most(wide, 96 + line + words + space::TARGET + 2 * space::M + space::XS);
        let (picture, below) = place.cut_top(96, 0);
        let color = view.palette.dim;
        view.icon(picture, Icon::Image, 72, color);
        let (head, below) = below.cut_top(line, space::XS);
        let bold = view.bold(type_size::HEADING);
        let title = view.text(&EMPTY);
        view.label(head, Align::Center, bold, title);
        let (body, below) = below.cut_top(words, space::M);
        let dim = view.dim(type_size::BODY);
        view.paragraph(body, Align::Center, dim, text);
        let place = Rect::around(below.center(), button, space::TARGET);
        view.button(place, Tone::Primary, label, Press::Examples);
    }

    fn view_controls(&self, view: &mut View<Press>) {
        let content = view.content();
        let name = self.path().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
        let bar = content.cut_top(space::TARGET + space::XS, 0).0;
        let color = view.palette.surface;
        view.block(bar, color, space::RADIUS_CARD);
        let mut row = bar.grown(-space::XS / 2);
        if view.is_alone {
            let (place, after) = row.cut_start(space::TARGET, space::XS);
            let icon = if view.look.is_mirrored() { Icon::ChevronRight } else { Icon::ChevronLeft };
            view.icon_button(place, icon, Press::Back);
            row = after;
        }
        let number = |n: usize| digits(i64::try_from(n).unwrap_or(0));
        let count = [&number(self.at + 1), " / ", &number(self.paths.len())].concat();
        let width = view.width(&count, type_size::BODY, ui::Weight::Regular);
        let (count_place, row) = row.cut_end(width + space::S, space::XS);
        let style = view.dim(type_size::BODY);
        view.label(count_place, Align::Start, style, &count);
        let style = view.bold(type_size::BODY);
        view.cut_label(
            Rect::new(row.x() + space::XS, row.y(), row.w() - space::XS, row.h()),
            Align::Start,
            style,
            name,
        );

        let bar = content.cut_bottom(space::TARGET + space::XS, 0).0;
        let bar = Rect::around(bar.center(), bar.w().min(480), bar.h());
        view.block(bar, color, space::RADIUS_CARD);
        let row = bar.grown(-space::XS / 2);
        let (back, row) = row.cut_start(space::TARGET, space::XS);
        let (on, row) = row.cut_end(space::TARGET, space::XS);
        let (left, right) = if view.look.is_mirrored() {
            (Icon::ChevronRight, Icon::ChevronLeft)
        } else {
            (Icon::ChevronLeft, Icon::ChevronRight)
        };
        view.icon_button(back, left, Press::Previous);
        let two = row.columns(2, space::XS);
        let label = view.text(if self.is_playing() { &PAUSE } else { &PLAY });
        view.button(two[0], Tone::Primary, label, Press::Play);
        let interval = [&digits(INTERVALS[self.interval].cast_signed()), " s"].concat();
        view.button(two[1], Tone::Raised, &interval, Press::Interval);
        view.icon_button(on, right, Press::Next);
    }
}

/// The largest place inside `canvas` for a picture of these proportions; small pictures are enlarged twice at most.
fn fitted(canvas: Rect, proportions: Proportions) -> Rect {
    let Proportions::Pixels(w, h) = proportions else { return canvas };
    let (w, h) = (i64::from(w), i64::from(h));
    let (room_w, room_h) = (i64::from(canvas.w()).min(2 * w), i64::from(canvas.h()).min(2 * h));
    let (w, h) = if w * room_h > h * room_w { (room_w, h * room_w / w) } else { (w * room_h / h, room_h) };
    let edge = |pixels: i64| i32::try_from(pixels).unwrap_or(1).max(1);
    Rect::around(canvas.center(), edge(w), edge(h))
}

impl<S: Store> Screen for Slides<S> {
    type Message = Press;

    fn view(&self, view: &mut View<Press>) {
        let Some(path) = self.path() else { return Self::view_empty(view) };
        let words = match self.shown {
            Shown::Fine(proportions) => {
                view.image(fitted(view.canvas, proportions), path);
                None
            }
            Shown::Unknown => Some(view.text(&UNKNOWN)),
            Shown::TooLarge => Some(view.text(&TOO_LARGE)),
            Shown::Unreadable(error) => Some(error.text()),
        };
        if let Some(words) = words {
            let style = view.regular(type_size::TITLE);
            let place = view.content().at_most(560, 4 * view.look.line(type_size::TITLE));
            view.paragraph(place, Align::Center, style, words);
        }
        if self.controls_until.is_some() {
            self.view_controls(view);
        }
    }

    fn on_message(&mut self, message: Press, system: &mut System) {
        self.show_controls(system);
        match message {
            Press::Back => system.is_done = true,
            Press::Examples => {
                self.paths = OWN.map(str::to_owned).to_vec();
                self.go(0);
            }
            Press::Previous => self.step(-1, system),
            Press::Next => self.step(1, system),
            Press::Play => {
                self.is_decided = true;
                self.play(!self.is_playing(), system);
            }
            Press::Interval => {
                self.interval = (self.interval + 1) % INTERVALS.len();
                self.play(self.is_playing(), system);
            }
        }
    }

    fn on_key(&mut self, key: Key<'_>, system: &mut System) -> bool {
        match key {
            Key::Named(NamedKey::Right) => self.turn(1, system),
            Key::Named(NamedKey::Left) => self.turn(-1, system),
            Key::Named(NamedKey::Home) => self.go(0),
            Key::Named(NamedKey::End) => self.go(self.paths.len().saturating_sub(1)),
            Key::Text("p" | "P") if self.path().is_some() => self.on_message(Press::Play, system),
            Key::Text("i" | "I") => self.on_message(Press::Interval, system),
            // What walks over the controls shows them first.
            _ => {
                self.show_controls(system);
                return false;
            }
        }
        true
    }

    fn on_pointer(&mut self, pointer: Pointer, system: &mut System) -> bool {
        match pointer {
            Pointer::Hover(_) => self.show_controls(system),
            Pointer::Press(source, at) if self.held.is_none() => self.held = Some((source, at)),
            Pointer::Release(source, at) => {
                if let Some((_, from)) = self.held.take_if(|(of, _)| *of == source) {
                    self.on_let_go(from, at, system);
                }
            }
            Pointer::Cancel(source) => {
                self.held.take_if(|(of, _)| *of == source);
            }
            Pointer::Swipe(dx, dy) if dx.abs() > dy.abs() => self.turn(-dx, system),
            _ => {}
        }
        true
    }

    fn on_scroll(&mut self, rows: i32, system: &mut System) -> bool {
        if rows != 0 {
            self.step(if rows > 0 { 1 } else { -1 }, system);
        }
        rows != 0
    }

    fn on_size(&mut self, w: i32, h: i32, system: &mut System) {
        self.canvas = Rect::new(0, 0, w, h);
        self.show_controls(system);
    }

    fn on_time(&mut self, system: &mut System) -> bool {
        let now = system.now.ms;
        let mut is_changed = false;
        if self.paths.is_empty() && self.look_at <= now {
            self.look_at = now + LOOK_MS;
            self.look();
            is_changed |= !self.paths.is_empty();
        }
        if system.profile == Some(Profile::Signage) && !self.is_decided && !self.paths.is_empty() {
            self.is_decided = true;
            self.play(true, system);
        }
        if self.next_at.is_some_and(|at| at <= now) {
            self.step(1, system);
            is_changed = true;
        }
        is_changed | self.controls_until.take_if(|until| *until <= now).is_some()
    }

    fn wake_at(&self, _: ui::Now) -> Option<u64> {
        let look = self.paths.is_empty().then_some(self.look_at);
        [self.next_at, self.controls_until, look].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests;
