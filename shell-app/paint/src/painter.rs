//! What the paint program knows, and what events do to it.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use guest::Store;
use ui::number::digits;
use ui::{
    App, Attention, Event, Focus, Frame, Key, Look, NamedKey, Now, Palette, Point, Pointer, Profile, Rect,
    Source, Step, Text,
};

use crate::layout::{BRUSHES, Closing, INKS, Layout};
use crate::sheet::{Ink, Sheet, Stroke, Undone};
use crate::{picture, png, view};

const SAVED: Text = ["Saved as", "Gesichert als", "सहेजा गया:", "حفظ باسم"];
const NONE: Text = ["Nothing is saved yet", "Noch nichts gesichert", "अभी कुछ सहेजा नहीं", "لا شيء محفوظ"];
const NO_STROKES: Text = ["Not of this app", "Nicht von dieser App", "इस ऐप का नहीं", "ليس من هذا التطبيق"];

/// How long words stay in the bar, in milliseconds.
const WORDS_MS: u64 = 4000;
/// What pictures are called: a number stands between.
const NAME: (&str, &str) = ("painting-", ".png");
/// The greatest number of a picture.
const LAST: u32 = 9999;

/// Widths of the brushes, in pixels.
pub(crate) const WIDTHS: [i32; BRUSHES] = [4, 8, 16, 28];

/// Edge of the square that the mark of a pen led by keys is in, and how far a key moves it, in pixels.
pub(crate) const PEN: i32 = 32;
const PEN_STEP: i32 = 16;

/// The buttons of the bar, as they stand.
pub(crate) const TOOLS: [Target; 5] = [Target::Open, Target::Save, Target::Undo, Target::Redo, Target::Clear];

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Back,
    Open,
    Save,
    Undo,
    Redo,
    Clear,
    Ink(usize),
    Brush(usize),
}

/// What has to be drawn again, beside buttons.
#[derive(Debug, Default)]
pub(crate) struct Stale {
    pub(crate) all: bool,
    /// The words in the bar.
    pub(crate) title: bool,
    /// The paper, with what is painted there.
    pub(crate) paper: Option<Rect>,
    /// Pieces painted since the last frame, on top of what is there.
    pub(crate) pieces: Vec<Stroke>,
    pub(crate) targets: Vec<Target>,
}

/// The paint program, with the files of `S`.
#[derive(Debug)]
pub struct Painter<S> {
    files: S,
    /// The number of the picture on the sheet, if it was saved or opened.
    number: Option<u32>,
    /// Words in the bar instead of the title, and until when.
    pub(crate) words: Option<(String, u64)>,
    now: Now,
    pub(crate) look: Look,
    /// Whether the system is to be asked how things look: whoever had the keys before may have changed it.
    asks_look: bool,
    pub(crate) layout: Option<Layout>,
    pub(crate) profile: Profile,
    size: Option<(i32, i32)>,
    pub(crate) ink: usize,
    pub(crate) brush: usize,
    pub(crate) sheet: Sheet,
    /// Who paints, and the stroke's look and its end so far.
    painting: BTreeMap<Source, (Ink, i32, Point)>,
    /// Where keys paint, if they do; it paints as the pointer does.
    pub(crate) pen: Option<Point>,
    pub(crate) attention: Attention<Target>,
    /// The same as it was drawn last.
    drawn: Attention<Target>,
    pub(crate) stale: Stale,
    is_done: bool,
}

impl<S: Store> Painter<S> {
    /// An empty sheet; pictures are kept in `files`.
    #[must_use]
    pub fn new(files: S) -> Self {
        Self {
            files,
            number: None,
            words: None,
            now: Now::default(),
            look: Look::default(),
            asks_look: false,
            layout: None,
            profile: Profile::Kiosk,
            size: None,
            ink: 0,
            brush: 1,
            sheet: Sheet::default(),
            painting: BTreeMap::new(),
            pen: None,
            attention: Attention::default(),
            drawn: Attention::default(),
            stale: Stale::default(),
            is_done: false,
        }
    }

    /// What keeps the pictures.
    pub const fn files(&self) -> &S {
        &self.files
    }

    /// Says something in the bar.
    fn say(&mut self, words: String) {
        self.words = Some((words, self.now.ms + WORDS_MS));
        self.stale.title = true;
    }

    /// The numbers of the pictures there are, from the lowest.
    fn numbers(&self) -> Vec<u32> {
        let number = |name: &String| {
            let digits = name.strip_prefix(NAME.0)?.strip_suffix(NAME.1)?;
            digits.parse().ok().filter(|number| (1..=LAST).contains(number) && name_of(*number) == *name)
        };
        let mut numbers: Vec<u32> = self.files.list().unwrap_or_default().iter().filter_map(number).collect();
        numbers.sort_unstable();
        numbers
    }

    fn save(&mut self) {
        let Some(paper) = self.layout.as_ref().map(|layout| layout.paper) else { return };
        let number = self.number.or_else(|| {
            let last = self.numbers().last().copied().unwrap_or(0);
            (last < LAST).then_some(last + 1)
        });
        let Some(number) = number else { return self.say(guest::FileError::Full.text().to_owned()) };
        let (w, h) = (paper.w().max(1), paper.h().max(1));
        let pixels = picture::of(&self.sheet, w, h);
        let file = png::write(w.unsigned_abs(), h.unsigned_abs(), &pixels, &self.sheet.bytes());
        let name = name_of(number);
        match self.files.write(&name, &file) {
            Ok(()) => {
                self.number = Some(number);
                let words = self.look.language.of_text(&SAVED);
                self.say([words, " ", &name].concat());
            }
            Err(error) => self.say(error.text().to_owned()),
        }
    }

    /// The picture saved before the one on the sheet; after the first comes the last.
    fn open(&mut self) {
        let numbers = self.numbers();
        let before = numbers.iter().rev().find(|number| self.number.is_none_or(|shown| **number < shown));
        let Some(number) = before.or(numbers.last()).copied() else {
            return self.say(self.look.language.of_text(&NONE).to_owned());
        };
        let name = name_of(number);
        self.number = Some(number);
        match self.files.read(&name).map(|file| png::strokes(&file).and_then(Sheet::read)) {
            Ok(Some(sheet)) => {
                self.painting.clear();
                self.sheet = sheet;
                self.stale.all = true;
                self.say(name);
            }
            Ok(None) => self.say([&name, ": ", self.look.language.of_text(&NO_STROKES)].concat()),
            Err(error) => self.say(error.text().to_owned()),
        }
    }
}

/// What the picture of a number is called.
fn name_of(number: u32) -> String {
    [NAME.0, &digits(i64::from(number)), NAME.1].concat()
}

impl<S: Store> App for Painter<S> {
    fn on_event(&mut self, event: Event<'_>, now: Now) {
        self.now = now;
        match event {
            Event::Size(w, h) => {
                self.size = Some((w, h));
                self.lay_out();
            }
            Event::Profile(profile) => {
                self.profile = profile;
                self.lay_out();
            }
            Event::Key(key) => self.on_key(key),
            Event::Pointer(pointer) => self.on_pointer(pointer),
            Event::Focus(Focus::Lost) => {
                self.painting.clear();
                self.attention.let_go();
            }
            Event::Focus(Focus::Gained) => self.asks_look = true,
            Event::Reply(text) => self.stale.all |= self.look.hear(text),
            Event::Locale(code) => {
                self.look.language = ui::Language::of(code);
                self.stale.all = true;
            }
            Event::Theme(words) => {
                self.look.take_theme(words);
                self.stale.all = true;
            }
            Event::Menu(action) => self.on_menu(action),
            Event::AppLaunched(_) | Event::AppExited(_) => {}
        }
    }

    fn on_time(&mut self, now: Now) {
        self.now = now;
        self.stale.title |= self.words.take_if(|(_, until)| *until <= now.ms).is_some();
    }

    fn draw(&mut self, frame: &mut Frame) {
        self.stale.targets.extend(self.attention.changed_since(&self.drawn));
        self.drawn = self.attention.clone();
        view::draw(self, frame);
        self.stale = Stale::default();
        if core::mem::take(&mut self.asks_look) {
            frame.request("theme");
            frame.request("locale");
        }
    }

    fn wake_at(&self) -> Option<u64> {
        self.words.as_ref().map(|(_, until)| *until)
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}

impl<S: Store> Painter<S> {
    pub(crate) const fn palette(&self) -> Palette {
        self.look.theme.palette()
    }

    /// Whether this button can do something.
    pub(crate) fn is_enabled(&self, target: Target) -> bool {
        match target {
            Target::Undo => self.sheet.can_undo(),
            Target::Redo => self.sheet.can_redo(),
            Target::Clear | Target::Save => !self.sheet.is_empty(),
            Target::Back | Target::Open | Target::Ink(_) | Target::Brush(_) => true,
        }
    }

    /// Where a window has controls of its own, none are needed here to close it.
    pub(crate) fn has_back(&self) -> bool {
        self.profile == Profile::Kiosk
    }

    fn lay_out(&mut self) {
        if let Some((w, h)) = self.size {
            let closing = if self.has_back() { Closing::Here } else { Closing::Elsewhere };
            let layout = Layout::new(w, h, closing);
            if self.layout.as_ref() != Some(&layout) {
                self.layout = Some(layout);
                self.painting.clear();
                self.pen = None;
                self.stale.all = true;
            }
        }
    }

    fn on_pointer(&mut self, pointer: Pointer) {
        let Some(layout) = &self.layout else { return };
        let (paper, has_back) = (layout.paper, self.profile == Profile::Kiosk);
        if matches!(pointer, Pointer::Press(..)) && self.pen.is_some() {
            self.painting.remove(&Source::Mouse);
            self.move_pen(None);
        }
        let Some(layout) = &self.layout else { return };
        match pointer {
            Pointer::Press(source, at) if paper.contains(at) => self.begin(source, at, paper),
            Pointer::Drag(source, at) if self.painting.contains_key(&source) => {
                self.extend(source, at, paper)
            }
            Pointer::Release(source, at) if self.painting.contains_key(&source) => {
                self.extend(source, at, paper);
                self.painting.remove(&source);
            }
            Pointer::Cancel(source) if self.painting.remove(&source).is_some() => self.undo(),
            Pointer::Wheel(_, dy) => {
                self.choose_brush(self.brush.saturating_add_signed(-dy.signum() as isize))
            }
            pointer => {
                let pressed = self.attention.on_pointer(pointer, |at| hit(layout, has_back, at));
                if let Some(target) = pressed {
                    self.press(target);
                }
            }
        }
    }

    fn begin(&mut self, source: Source, at: Point, paper: Rect) {
        if self.painting.contains_key(&source) {
            return;
        }
        self.attention.hide_focus();
        if self.sheet.is_empty() {
            // The words on the empty sheet go.
            self.stale.paper = Some(paper);
        }
        let (ink, width) = (Ink(self.ink), WIDTHS[self.brush]);
        let at = on_paper(at, paper);
        let was_empty = self.enabled();
        let stroke = Stroke::new(ink, width, at);
        self.sheet.begin(stroke.clone());
        self.stale.pieces.push(stroke);
        self.painting.insert(source, (ink, width, at));
        self.note_buttons(was_empty);
    }

    fn extend(&mut self, source: Source, at: Point, paper: Rect) {
        let Some((ink, width, from)) = self.painting.get_mut(&source) else { return };
        let at = on_paper(at, paper);
        if at == *from {
            return;
        }
        let (ink, width, from) = (*ink, *width, core::mem::replace(from, at));
        self.sheet.extend(ink, width, from, at);
        self.stale.pieces.push(Stroke::piece(ink, width, from, at));
    }

    fn on_menu(&mut self, action: &str) {
        match action {
            "open" => self.press(Target::Open),
            "save" => self.press(Target::Save),
            "undo" => self.press(Target::Undo),
            "redo" => self.press(Target::Redo),
            "clear" => self.press(Target::Clear),
            "pen" => self.take_pen(),
            _ => {}
        }
    }

    /// Keys paint from now on, from the middle of the paper; or no longer.
    fn take_pen(&mut self) {
        let Some(paper) = self.layout.as_ref().map(|layout| layout.paper) else { return };
        self.painting.remove(&Source::Mouse);
        self.move_pen(if self.pen.is_none() { Some(paper.center()) } else { None });
    }

    fn move_pen(&mut self, to: Option<Point>) {
        for at in [core::mem::replace(&mut self.pen, to), to].into_iter().flatten() {
            let mark = Rect::around(at, PEN, PEN);
            self.stale.paper = Some(self.stale.paper.map_or(mark, |area| area.union(mark)));
        }
    }

    /// A key while keys paint; whether it was for the pen.
    fn on_pen(&mut self, key: Key<'_>) -> bool {
        let (Some(at), Some(layout)) = (self.pen, &self.layout) else { return false };
        let paper = layout.paper;
        let (dx, dy) = match key {
            Key::Named(NamedKey::Left) => (-PEN_STEP, 0),
            Key::Named(NamedKey::Right) => (PEN_STEP, 0),
            Key::Named(NamedKey::Up) => (0, -PEN_STEP),
            Key::Named(NamedKey::Down) => (0, PEN_STEP),
            Key::Named(NamedKey::Enter) | Key::Text(" ") => {
                if self.painting.remove(&Source::Mouse).is_none() {
                    self.begin(Source::Mouse, at, paper);
                }
                return true;
            }
            Key::Named(NamedKey::Escape) => {
                self.take_pen();
                return true;
            }
            _ => return false,
        };
        let x = (at.x + dx).clamp(paper.x(), paper.right() - 1);
        let y = (at.y + dy).clamp(paper.y(), paper.bottom() - 1);
        self.move_pen(Some(Point::new(x, y)));
        self.extend(Source::Mouse, Point::new(x, y), paper);
        true
    }

    fn on_key(&mut self, key: Key<'_>) {
        if self.on_pen(key) {
            return;
        }
        match key {
            Key::Named(NamedKey::Escape) | Key::Control(b'c') => self.is_done = true,
            Key::Text("+" | "=") => self.choose_brush(self.brush + 1),
            Key::Text("-" | "_") => self.choose_brush(self.brush.saturating_sub(1)),
            Key::Text("c" | "C") | Key::Named(NamedKey::Delete) => self.press(Target::Clear),
            Key::Text("z" | "Z") | Key::Control(b'z') | Key::Named(NamedKey::Backspace) => {
                self.press(Target::Undo)
            }
            Key::Text("y" | "Y") | Key::Control(b'y') => self.press(Target::Redo),
            Key::Text("d" | "D") | Key::Control(b'd') => self.take_pen(),
            Key::Text("s" | "S") | Key::Control(b's') => self.press(Target::Save),
            Key::Text("o" | "O") | Key::Control(b'o') => self.press(Target::Open),
            Key::Named(NamedKey::Tab | NamedKey::Right | NamedKey::Down) => self.step(Step::On),
            Key::Named(NamedKey::Left | NamedKey::Up) => self.step(Step::Back),
            Key::Named(NamedKey::Enter) | Key::Text(" ") => match self.attention.shown_focus() {
                Some(target) => self.press(target),
                None => self.step(Step::On),
            },
            Key::Text(text) => {
                if let Ok(number @ 1..=INKS) = text.parse() {
                    self.press(Target::Ink(number - 1));
                }
            }
            Key::Control(_) | Key::Named(_) => {}
        }
    }

    fn step(&mut self, step: Step) {
        let mut order = vec![];
        order.extend(self.has_back().then_some(Target::Back));
        order.extend(TOOLS.into_iter().filter(|target| self.is_enabled(*target)));
        order.extend((0..INKS).map(Target::Ink));
        order.extend((0..BRUSHES).map(Target::Brush));
        self.attention.step(&order, step);
    }

    fn press(&mut self, target: Target) {
        if !self.is_enabled(target) {
            return;
        }
        match target {
            Target::Back => self.is_done = true,
            Target::Open => self.open(),
            Target::Save => self.save(),
            Target::Undo => self.undo(),
            Target::Redo => self.redo(),
            Target::Clear => {
                let before = self.enabled();
                self.painting.clear();
                // What comes now is another picture.
                self.number = None;
                if self.sheet.clear() {
                    self.stale.paper = self.layout.as_ref().map(|layout| layout.paper);
                }
                self.note_buttons(before);
            }
            Target::Ink(ink) => {
                self.stale.targets.extend([Target::Ink(self.ink), Target::Ink(ink)]);
                self.ink = ink;
            }
            Target::Brush(brush) => self.choose_brush(brush),
        }
    }

    fn choose_brush(&mut self, brush: usize) {
        let brush = brush.min(BRUSHES - 1);
        self.stale.targets.extend([Target::Brush(self.brush), Target::Brush(brush)]);
        self.brush = brush;
    }

    fn undo(&mut self) {
        let Some(paper) = self.layout.as_ref().map(|layout| layout.paper) else { return };
        let before = self.enabled();
        self.painting.clear();
        let changed = self.sheet.undo();
        self.show_again(changed, paper);
        self.note_buttons(before);
    }

    fn redo(&mut self) {
        let Some(paper) = self.layout.as_ref().map(|layout| layout.paper) else { return };
        let (before, was_empty) = (self.enabled(), self.sheet.is_empty());
        self.painting.clear();
        let changed = self.sheet.redo();
        // The words on the empty sheet go.
        self.show_again(if was_empty { Undone::All } else { changed }, paper);
        self.note_buttons(before);
    }

    /// Draws again what an undoing changed.
    fn show_again(&mut self, changed: Undone, paper: Rect) {
        let area = match changed {
            Undone::Nothing => return,
            Undone::Within(_) if self.sheet.is_empty() => paper,
            Undone::Within(area) => area.offset(paper.x(), paper.y()),
            Undone::All => paper,
        };
        let stale = self.stale.paper.unwrap_or_default().union(area);
        self.stale.paper = Some(stale.intersection(paper));
    }

    /// Which buttons of the bar can do something.
    fn enabled(&self) -> [bool; 5] {
        TOOLS.map(|tool| self.is_enabled(tool))
    }

    /// Buttons look different when what they can do changed.
    fn note_buttons(&mut self, before: [bool; 5]) {
        let changed = TOOLS.into_iter().zip(before).filter(|(tool, could)| self.is_enabled(*tool) != *could);
        let changed: Vec<Target> = changed.map(|(tool, _)| tool).collect();
        self.stale.targets.extend(changed);
    }
}

/// What can be pressed at a point.
fn hit(layout: &Layout, has_back: bool, at: Point) -> Option<Target> {
    if has_back && layout.back.contains(at) {
        return Some(Target::Back);
    }
    layout
        .tools
        .into_iter()
        .zip(TOOLS)
        .chain(layout.inks.into_iter().enumerate().map(|(n, area)| (area, Target::Ink(n))))
        .chain(layout.brushes.into_iter().enumerate().map(|(n, area)| (area, Target::Brush(n))))
        .find_map(|(area, target)| area.contains(at).then_some(target))
}

/// A point relative to the paper, kept within reach of it: a brush beside the paper still paints its edge.
fn on_paper(at: Point, paper: Rect) -> Point {
    const REACH: i32 = 64;
    Point::new(
        (at.x.saturating_sub(paper.x())).clamp(-REACH, paper.w() + REACH),
        (at.y.saturating_sub(paper.y())).clamp(-REACH, paper.h() + REACH),
    )
}

#[cfg(test)]
mod tests;
