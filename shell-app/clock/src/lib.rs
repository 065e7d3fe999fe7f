//! A clock: the time in large digits, the date, and sixty lights round them of which one is the second.
//!
//! `t` changes between 24 and 12 hours, Esc closes. Each second draws two lights again and nothing else.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod layout;

use ui::control::{self, Tone};
use ui::number::{digits, two_digits};
use ui::{
    Align, App, Attention, Date, Event, Focus, Frame, Icon, Key, NamedKey, Now, Palette, Part, Point,
    Profile, Rect, Rgba, Step, TextStyle, space, type_size,
};

use crate::layout::{Layout, SECONDS};

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// Close the clock.
    Back,
    /// Change the way hours are counted.
    Hours,
}

/// How hours are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Hours {
    /// 0 to 23.
    #[default]
    Day,
    /// 12, 1 to 11, twice.
    Half,
}

/// What has to be drawn again.
#[derive(Debug, Default)]
struct Stale {
    all: bool,
    time: bool,
    lights: bool,
    hours: bool,
}

/// The clock.
#[derive(Debug)]
pub struct Clock {
    palette: Palette,
    /// Whether the system is to be asked for its theme: whoever had the keys before may have changed it.
    asks_theme: bool,
    layout: Option<Layout>,
    profile: Profile,
    hours: Hours,
    date: Date,
    /// The second whose light was lit when it was last drawn.
    drawn_second: u64,
    now: Now,
    attention: Attention<Target>,
    stale: Stale,
    is_done: bool,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            palette: Palette::DARK,
            asks_theme: false,
            layout: None,
            profile: Profile::Kiosk,
            hours: Hours::default(),
            date: Date::of(0),
            drawn_second: 0,
            now: Now::default(),
            attention: Attention::default(),
            stale: Stale::default(),
            is_done: false,
        }
    }
}

impl App for Clock {
    fn on_event(&mut self, event: Event<'_>, now: Now) {
        self.on_time(now);
        match event {
            Event::Size(w, h) => {
                if self.layout.as_ref().is_none_or(|layout| (layout.canvas.w, layout.canvas.h) != (w, h)) {
                    self.layout = Some(Layout::new(w, h));
                    self.stale.all = true;
                }
            }
            Event::Profile(profile) => {
                self.stale.all |= profile != self.profile;
                self.profile = profile;
            }
            Event::Key(key) => self.on_key(key),
            Event::Pointer(pointer) => {
                let (layout, profile) = (self.layout.as_ref(), self.profile);
                let pressed = self.attention.on_pointer(pointer, |at| hit(layout?, profile, at));
                if let Some(target) = pressed {
                    self.press(target);
                }
            }
            Event::Focus(Focus::Lost) => self.attention.let_go(),
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

    fn on_time(&mut self, now: Now) {
        self.now = now;
        let before = self.date;
        self.date = Date::of(now.unix_ms);
        if (before.minute, before.hour, before.day) != (self.date.minute, self.date.hour, self.date.day) {
            self.stale.time = true;
        }
        self.stale.lights |= before != self.date;
    }

    fn draw(&mut self, frame: &mut Frame) {
        let changed = self.attention.take_changed();
        if core::mem::take(&mut self.asks_theme) {
            frame.request("theme");
        }
        let Some(layout) = self.layout.take() else { return };
        let stale = core::mem::take(&mut self.stale);
        if stale.all {
            self.ground(frame, &layout, layout.canvas);
            self.time(frame, &layout);
            self.all_lights(frame, &layout);
            self.back(frame, &layout);
            self.switch(frame, &layout);
        } else {
            if stale.time {
                self.ground(frame, &layout, layout.time.union(layout.date));
                self.time(frame, &layout);
            }
            if stale.lights {
                self.changed_lights(frame, &layout);
            }
            if changed.contains(&Target::Back) && self.has_back() {
                self.ground(frame, &layout, layout.back.grown(space::XS / 2));
                self.back(frame, &layout);
            }
            if stale.hours || changed.contains(&Target::Hours) {
                self.ground(frame, &layout, layout.switch.grown(space::XS / 2));
                self.switch(frame, &layout);
            }
        }
        self.layout = Some(layout);
    }

    fn wake_at(&self) -> Option<u64> {
        self.layout.as_ref().map(|_| self.now.ms + self.now.until_multiple(1000))
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}

/// What is at a point.
fn hit(layout: &Layout, profile: Profile, at: Point) -> Option<Target> {
    if profile == Profile::Kiosk && layout.back.contains(at) {
        Some(Target::Back)
    } else {
        layout.switch.contains(at).then_some(Target::Hours)
    }
}

impl Clock {
    /// Where a window has controls of its own, the clock needs none to close it.
    fn has_back(&self) -> bool {
        self.profile == Profile::Kiosk
    }

    fn on_key(&mut self, key: Key<'_>) {
        let order: &[Target] =
            if self.has_back() { &[Target::Back, Target::Hours] } else { &[Target::Hours] };
        match key {
            Key::Named(NamedKey::Escape) | Key::Control(b'c') => self.is_done = true,
            Key::Text("t" | "T") => self.press(Target::Hours),
            Key::Named(NamedKey::Tab | NamedKey::Down | NamedKey::Right) => {
                self.attention.step(order, Step::On)
            }
            Key::Named(NamedKey::Up | NamedKey::Left) => self.attention.step(order, Step::Back),
            Key::Named(NamedKey::Enter) | Key::Text(" ") => match self.attention.shown_focus() {
                Some(target) => self.press(target),
                None => self.attention.focus_on(Target::Hours),
            },
            Key::Text(_) | Key::Control(_) | Key::Named(_) => {}
        }
    }

    fn press(&mut self, target: Target) {
        match target {
            Target::Back => self.is_done = true,
            Target::Hours => {
                self.hours = match self.hours {
                    Hours::Day => Hours::Half,
                    Hours::Half => Hours::Day,
                };
                self.stale.time = true;
                self.stale.hours = true;
            }
        }
    }
}

/// How it looks.
impl Clock {
    fn ground(&self, frame: &mut Frame, layout: &Layout, area: Rect) {
        frame.ground(&self.palette, area.intersection(layout.canvas), layout.canvas.h);
    }

    fn time(&self, frame: &mut Frame, layout: &Layout) {
        let style = TextStyle::bold(layout.time_px, self.palette.text);
        let (shown, half) = match self.hours {
            Hours::Day => (self.date.clock(), ""),
            Hours::Half => {
                let hour = (self.date.hour + 11) % 12 + 1;
                (
                    [&digits(hour.cast_signed()), ":", &two_digits(self.date.minute)].concat(),
                    if self.date.hour < 12 { " AM" } else { " PM" },
                )
            }
        };
        let dim = TextStyle::bold(layout.date_px, self.palette.dim);
        let width =
            |style: TextStyle, text: &str| ui::number::ceil(ui::measure(text, style.px, style.weight));
        let (digits_w, half_w) = (width(style, &shown), width(dim, half));
        let left = layout.time.x + (layout.time.w - digits_w - half_w) / 2;
        frame.text(Rect::new(left, layout.time.y, digits_w, layout.time.h), Align::Start, style, &shown);
        // On the same baseline as the digits: both boxes centre their capitals, so it is lowered by half the difference.
        let lower =
            ui::number::round(ui::CAP_HEIGHT * ui::number::float(layout.time_px - layout.date_px)) / 2;
        let place = Rect::new(left + digits_w, layout.time.y + lower, half_w, layout.time.h);
        frame.text(place, Align::Start, dim, half);
        let style = TextStyle::regular(layout.date_px, self.palette.dim);
        frame.text(layout.date, Align::Center, style, &self.date.day_and_month());
    }

    fn all_lights(&mut self, frame: &mut Frame, layout: &Layout) {
        self.drawn_second = self.date.second;
        for second in 0..SECONDS {
            self.light(frame, layout, second);
        }
    }

    /// The light that was lit, and all up to the one that is: two, if no second was missed.
    fn changed_lights(&mut self, frame: &mut Frame, layout: &Layout) {
        let (from, to) = (self.drawn_second, self.date.second);
        self.drawn_second = to;
        let range = if from <= to { from..to + 1 } else { 0..SECONDS };
        for second in range {
            self.ground(frame, layout, layout.light_area(second));
            self.light(frame, layout, second);
        }
    }

    fn light(&self, frame: &mut Frame, layout: &Layout, second: u64) {
        let (center, lit) = (layout.light(second), self.date.second);
        let (radius, color): (f32, Rgba) = match second {
            second if second == lit => (layout.light_radius * 1.6, self.palette.accent),
            second if second < lit => (layout.light_radius, self.palette.dim),
            _ => (layout.light_radius, self.palette.line),
        };
        frame.part(&Part::Disc { center, radius }, 0.0, layout.light_area(second), color);
    }

    fn back(&self, frame: &mut Frame, layout: &Layout) {
        if self.has_back() {
            let stance = self.attention.stance(Target::Back);
            control::icon_button(frame, &self.palette, layout.back, Tone::Quiet, stance, Icon::ChevronLeft);
            if self.attention.is_focused(Target::Back) {
                control::focus_ring(frame, &self.palette, layout.back.grown(-4), layout.back.h / 2 - 4);
            }
        }
    }

    /// Two words in a pill; the chosen one stands on a plate.
    fn switch(&self, frame: &mut Frame, layout: &Layout) {
        let palette = &self.palette;
        let radius = layout.switch.h / 2;
        frame.round(layout.switch, radius, palette.surface);
        let stance = self.attention.stance(Target::Hours);
        for (hours, place, label) in
            [(Hours::Day, layout.day, "24 hours"), (Hours::Half, layout.half, "12 hours")]
        {
            let color = if hours == self.hours {
                control::plate(frame, palette, place, place.h / 2, Tone::Raised, stance)
            } else {
                palette.dim
            };
            frame.text(place, Align::Center, TextStyle::bold(type_size::CAPTION, color), label);
        }
        if self.attention.is_focused(Target::Hours) {
            control::focus_ring(frame, palette, layout.switch, radius);
        }
    }
}

#[cfg(test)]
mod tests;
