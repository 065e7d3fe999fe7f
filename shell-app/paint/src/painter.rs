//! What the paint program knows, and what events do to it.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use ui::{
    App, Attention, Event, Focus, Frame, Key, NamedKey, Now, Palette, Point, Pointer, Profile, Rect, Source,
    Step,
};

use crate::layout::{BRUSHES, Closing, INKS, Layout};
use crate::sheet::{Ink, Sheet, Stroke, Undone};
use crate::view;

/// Widths of the brushes, in pixels.
pub(crate) const WIDTHS: [i32; BRUSHES] = [4, 8, 16, 28];

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Back,
    Undo,
    Clear,
    Ink(usize),
    Brush(usize),
}

/// What has to be drawn again, beside buttons.
#[derive(Debug, Default)]
pub(crate) struct Stale {
    pub(crate) all: bool,
    /// The paper, with what is painted there.
    pub(crate) paper: Option<Rect>,
    /// Pieces painted since the last frame, on top of what is there.
    pub(crate) pieces: Vec<Stroke>,
    pub(crate) targets: Vec<Target>,
}

/// The paint program.
#[derive(Debug)]
pub struct Painter {
    pub(crate) palette: Palette,
    /// Whether the system is to be asked for its theme: whoever had the keys before may have changed it.
    asks_theme: bool,
    pub(crate) layout: Option<Layout>,
    pub(crate) profile: Profile,
    size: Option<(i32, i32)>,
    pub(crate) ink: usize,
    pub(crate) brush: usize,
    pub(crate) sheet: Sheet,
    /// Who paints, and the stroke's look and its end so far.
    painting: BTreeMap<Source, (Ink, i32, Point)>,
    pub(crate) attention: Attention<Target>,
    pub(crate) stale: Stale,
    is_done: bool,
}

impl Default for Painter {
    fn default() -> Self {
        Self {
            palette: Palette::DARK,
            asks_theme: false,
            layout: None,
            profile: Profile::Kiosk,
            size: None,
            ink: 0,
            brush: 1,
            sheet: Sheet::default(),
            painting: BTreeMap::new(),
            attention: Attention::default(),
            stale: Stale::default(),
            is_done: false,
        }
    }
}

impl App for Painter {
    fn on_event(&mut self, event: Event<'_>, _: Now) {
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
            Event::Focus(Focus::Gained) => self.asks_theme = true,
            Event::Reply(text) => {
                if let Some(name) = text.strip_prefix("theme ") {
                    let palette = ui::Theme::of(name).palette();
                    self.stale.all |= palette != self.palette;
                    self.palette = palette;
                }
            }
            Event::AppLaunched(_) | Event::AppExited(_) | Event::Locale(_) => {}
        }
    }

    fn on_time(&mut self, _: Now) {}

    fn draw(&mut self, frame: &mut Frame) {
        self.stale.targets.extend(self.attention.take_changed());
        view::draw(self, frame);
        self.stale = Stale::default();
        if core::mem::take(&mut self.asks_theme) {
            frame.request("theme");
        }
    }

    fn wake_at(&self) -> Option<u64> {
        None
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}

impl Painter {
    /// Whether this button can do something.
    pub(crate) fn is_enabled(&self, target: Target) -> bool {
        match target {
            Target::Undo => self.sheet.can_undo(),
            Target::Clear => !self.sheet.is_empty(),
            Target::Back | Target::Ink(_) | Target::Brush(_) => true,
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
                self.stale.all = true;
            }
        }
    }

    fn on_pointer(&mut self, pointer: Pointer) {
        let Some(layout) = &self.layout else { return };
        let (paper, has_back) = (layout.paper, self.profile == Profile::Kiosk);
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
        let was_empty = (self.sheet.can_undo(), self.sheet.is_empty());
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

    fn on_key(&mut self, key: Key<'_>) {
        match key {
            Key::Named(NamedKey::Escape) | Key::Control(b'c') => self.is_done = true,
            Key::Text("+" | "=") => self.choose_brush(self.brush + 1),
            Key::Text("-" | "_") => self.choose_brush(self.brush.saturating_sub(1)),
            Key::Text("c" | "C") | Key::Named(NamedKey::Delete) => self.press(Target::Clear),
            Key::Text("z" | "Z") | Key::Control(b'z') | Key::Named(NamedKey::Backspace) => {
                self.press(Target::Undo)
            }
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
        order.extend([Target::Undo, Target::Clear].into_iter().filter(|target| self.is_enabled(*target)));
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
            Target::Undo => self.undo(),
            Target::Clear => {
                let before = (self.sheet.can_undo(), self.sheet.is_empty());
                self.painting.clear();
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
        let before = (self.sheet.can_undo(), self.sheet.is_empty());
        self.painting.clear();
        let area = match self.sheet.undo() {
            Undone::Nothing => return,
            Undone::Within(_) if self.sheet.is_empty() => paper,
            Undone::Within(area) => area.offset(paper.x, paper.y),
            Undone::All => paper,
        };
        let stale = self.stale.paper.unwrap_or_default().union(area);
        self.stale.paper = Some(stale.intersection(paper));
        self.note_buttons(before);
    }

    /// Undo and clear look different when what they can do changed.
    fn note_buttons(&mut self, (could_undo, was_empty): (bool, bool)) {
        if could_undo != self.sheet.can_undo() {
            self.stale.targets.push(Target::Undo);
        }
        if was_empty != self.sheet.is_empty() {
            self.stale.targets.push(Target::Clear);
        }
    }
}

/// What can be pressed at a point.
fn hit(layout: &Layout, has_back: bool, at: Point) -> Option<Target> {
    if has_back && layout.back.contains(at) {
        return Some(Target::Back);
    }
    let single = [(layout.undo, Target::Undo), (layout.clear, Target::Clear)];
    single
        .into_iter()
        .chain(layout.inks.into_iter().enumerate().map(|(n, area)| (area, Target::Ink(n))))
        .chain(layout.brushes.into_iter().enumerate().map(|(n, area)| (area, Target::Brush(n))))
        .find_map(|(area, target)| area.contains(at).then_some(target))
}

/// A point relative to the paper, kept within reach of it: a brush beside the paper still paints its edge.
fn on_paper(at: Point, paper: Rect) -> Point {
    const REACH: i32 = 64;
    Point::new(
        (at.x.saturating_sub(paper.x)).clamp(-REACH, paper.w + REACH),
        (at.y.saturating_sub(paper.y)).clamp(-REACH, paper.h + REACH),
    )
}

#[cfg(test)]
mod tests;
