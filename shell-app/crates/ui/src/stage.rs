//! The loop's side of an app with a [`View`]: events to messages, the focus's walk, and drawing what changed.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use draw_protocol::{Focus, Key, NamedKey, Profile};
use guest::{AppState, Ask, Heard, Talk};

use crate::attention::{Attention, Step};
use crate::event::{Event, Pointer};
use crate::frame::Frame;
use crate::geometry::{Point, Rect};
use crate::look::{Language, Look};
use crate::run::{App, Now};
use crate::special::slider_value;
use crate::view::{Item, View};

/// What an app is to [`Stage`]: what it shows, and what it does when something happens.
pub trait Screen {
    /// What pressing something means, and what names it.
    type Message: Copy + PartialEq + core::fmt::Debug;

    /// Whether what is below the window is seen wherever nothing is put, instead of the theme's ground: for what lies
    /// on the wallpaper.
    const IS_TRANSPARENT: bool = false;

    /// Puts everything on the canvas.
    fn view(&self, view: &mut View<Self::Message>);

    /// Something was pressed.
    fn on_message(&mut self, message: Self::Message, system: &mut System);

    /// A slider was set, in thousandths.
    fn on_slide(&mut self, message: Self::Message, thousandths: i32, system: &mut System) {
        let _ = (message, thousandths, system);
    }

    /// A key; answers whether it was used. What is not used walks the focus, presses, or closes.
    #[inline(never)]
    fn on_key(&mut self, key: Key<'_>, system: &mut System) -> bool {
        let _ = (key, system);
        false
    }

    /// A pointer or finger, before anything else hears of it; answers whether the app keeps it for itself. What was held
    /// is let go then.
    fn on_gesture(&mut self, pointer: Pointer, system: &mut System) -> bool {
        let _ = (pointer, system);
        false
    }

    /// An arrow key moves the focus from there; answers where to, if it is not to what is nearest that way.
    fn on_walk(&mut self, from: Self::Message, way: NamedKey, system: &mut System) -> Option<Self::Message> {
        let _ = (from, way, system);
        None
    }

    /// What the focus shall go to because of what just happened. Asked after every event.
    fn take_focus(&mut self) -> Option<Self::Message> {
        None
    }

    /// A pointer or finger that no item takes; answers whether what is shown changed.
    fn on_pointer(&mut self, pointer: Pointer, system: &mut System) -> bool {
        let _ = (pointer, system);
        false
    }

    /// The wheel turned or a finger swept, in rows, positive down; answers whether what is shown changed.
    fn on_scroll(&mut self, rows: i32, system: &mut System) -> bool {
        let _ = (rows, system);
        false
    }

    /// An item of the app's menu was chosen: its action, as the manifest names it.
    fn on_menu(&mut self, action: &str, system: &mut System) {
        let _ = (action, system);
    }

    /// The canvas has a size: called first, and whenever it changes.
    fn on_size(&mut self, w: i32, h: i32, system: &mut System) {
        let _ = (w, h, system);
    }

    /// Keys come from now on: whoever had them before may have changed the system.
    fn on_return(&mut self, system: &mut System) {
        let _ = system;
    }

    /// An app runs now, or no longer does. For apps that opt into `apps`.
    fn on_app(&mut self, name: &str, state: AppState, system: &mut System) {
        let _ = (name, state, system);
    }

    /// The system answered.
    fn on_heard(&mut self, heard: Heard, system: &mut System) {
        let _ = (heard, system);
    }

    /// Time passed; answers whether what is shown changed.
    fn on_time(&mut self, system: &mut System) -> bool {
        let _ = system;
        false
    }

    /// When it wants time to pass next, on the clock of [`Now::ms`].
    fn wake_at(&self, now: Now) -> Option<u64> {
        let _ = now;
        None
    }
}

/// What an app asks of the system and knows of it.
#[derive(Debug, Default)]
pub struct System {
    /// Requests and their answers.
    pub talk: Talk,
    /// The moment it is.
    pub now: Now,
    /// How everything looks.
    pub look: Look,
    /// How windows are shown.
    pub profile: Option<Profile>,
    /// Lines to print beside frames: log lines and audio.
    pub lines: Vec<String>,
    /// Whether the app is over.
    pub is_done: bool,
}

/// An app with a [`View`], for [`run`](crate::run).
#[derive(Debug)]
pub struct Stage<S: Screen> {
    /// The app.
    pub screen: S,
    /// What it knows of the system.
    pub system: System,
    attention: Attention<S::Message>,
    size: Option<(i32, i32)>,
    view: Option<View<S::Message>>,
    is_stale: bool,
    sliding: Option<S::Message>,
}

/// Pixels of a swipe to one row of scrolling.
const SWIPE_ROW: i32 = 48;

impl<S: Screen> Stage<S> {
    /// Puts an app on the stage.
    #[must_use]
    #[inline(never)]
    pub fn new(screen: S) -> Self {
        Self {
            screen,
            system: System::default(),
            attention: Attention::default(),
            size: None,
            view: None,
            is_stale: false,
            sliding: None,
        }
    }

    /// What it shows now. `None` before it has a canvas.
    #[must_use]
    pub fn seen(&self) -> Option<View<S::Message>> {
        let (w, h) = self.size?;
        let mut view = View::new(w, h, self.system.look);
        view.is_alone = self.system.profile != Some(Profile::Desktop);
        self.screen.view(&mut view);
        for item in &mut view.items {
            if let Some(message) = item.message {
                item.stance = self.attention.stance(message);
                item.is_focused = self.attention.is_focused(message);
            }
        }
        Some(view)
    }

    /// Draws everything again.
    pub fn forget(&mut self) {
        self.view = None;
        self.is_stale = true;
    }

    fn ask_look(&mut self) {
        self.system.talk.ask(Ask::Theme(None));
        self.system.talk.ask(Ask::Locale(None));
    }

    fn on_key(&mut self, key: Key<'_>) {
        if self.screen.on_key(key, &mut self.system) {
            return;
        }
        let (mut order, mut names) = (Vec::new(), Vec::new());
        // Keys can be faster than pictures: what counts is what is there now, not what was drawn last.
        if let Some(view) = self.seen() {
            for (name, area) in view.pressable() {
                order.push((name, area));
                names.push(name);
            }
        }
        match key {
            Key::Named(NamedKey::Tab) => self.attention.step(&names, Step::On),
            Key::Named(NamedKey::Escape) | Key::Control(b'c') => self.system.is_done = true,
            Key::Named(way @ (NamedKey::Up | NamedKey::Down | NamedKey::Left | NamedKey::Right)) => {
                if let Some(slider) = self.attention.shown_focus()
                    && matches!(way, NamedKey::Left | NamedKey::Right)
                    && let Some((_, value)) = self.slider_of(slider)
                {
                    let step = if way == NamedKey::Right { 50 } else { -50 };
                    self.screen.on_slide(slider, (value + step).clamp(0, 1000), &mut self.system);
                    return;
                }
                let Some(from) = self.attention.shown_focus().filter(|from| names.contains(from)) else {
                    return self.attention.step(&names, Step::On);
                };
                let known = self.screen.on_walk(from, way, &mut self.system);
                if let Some(target) = known.or_else(|| next(&order, from, way)) {
                    self.attention.focus_on(target);
                }
            }
            Key::Named(NamedKey::PageDown) => {
                self.screen.on_scroll(5, &mut self.system);
            }
            Key::Named(NamedKey::PageUp) => {
                self.screen.on_scroll(-5, &mut self.system);
            }
            Key::Named(NamedKey::Enter) | Key::Text(" ") => match self.attention.shown_focus() {
                Some(target) if names.contains(&target) => {
                    self.screen.on_message(target, &mut self.system);
                }
                _ => self.attention.step(&names, Step::On),
            },
            Key::Text(_) | Key::Control(_) | Key::Named(_) => {}
        }
    }

    /// Where a slider is, and its value in thousandths.
    fn slider_of(&self, message: S::Message) -> Option<(Rect, i32)> {
        let mut items = self.view.as_ref()?.items.iter().filter(|item| item.message == Some(message));
        items.find_map(|item| Some((item.area, item.kind.special.as_ref()?.value()?)))
    }

    fn slide(&mut self, message: S::Message, at: Point) {
        if let Some((area, _)) = self.slider_of(message) {
            self.sliding = Some(message);
            self.screen.on_slide(message, slider_value(area, at), &mut self.system);
        }
    }

    fn on_pointer(&mut self, pointer: Pointer) {
        if self.screen.on_gesture(pointer, &mut self.system) {
            self.sliding = None;
            return self.attention.let_go();
        }
        let hit = |at: Point| self.view.as_ref()?.hit(at);
        let target = match pointer {
            Pointer::Press(_, at) => hit(at),
            _ => None,
        };
        match (pointer, self.sliding) {
            (Pointer::Press(_, at), _) => {
                if let Some(target) = target {
                    self.slide(target, at);
                }
            }
            (Pointer::Drag(_, at), Some(message)) => {
                self.slide(message, at);
            }
            (Pointer::Release(..) | Pointer::Cancel(_), _) => self.sliding = None,
            (Pointer::Wheel(_, rows), _) => {
                self.screen.on_scroll(rows, &mut self.system);
            }
            (Pointer::Swipe(_, dy), _) => {
                self.screen.on_scroll(-dy / SWIPE_ROW, &mut self.system);
            }
            _ => {}
        }
        if target.is_none() {
            self.screen.on_pointer(pointer, &mut self.system);
        }
        let view = self.view.as_ref();
        let pressed = self.attention.on_pointer(pointer, |at| view?.hit(at));
        if let Some(message) = pressed {
            self.screen.on_message(message, &mut self.system);
        }
    }
}

impl<S: Screen> App for Stage<S> {
    fn on_event(&mut self, event: Event<'_>, now: Now) {
        self.system.now = now;
        self.is_stale = true;
        match event {
            Event::Size(w, h) => {
                if self.size.is_none() {
                    self.ask_look();
                }
                if self.size != Some((w, h)) {
                    self.size = Some((w, h));
                    self.view = None;
                    self.screen.on_size(w, h, &mut self.system);
                }
            }
            Event::Profile(profile) => self.system.profile = Some(profile),
            Event::Key(key) => self.on_key(key),
            Event::Pointer(pointer) => self.on_pointer(pointer),
            Event::Focus(Focus::Lost) => self.attention.let_go(),
            Event::Focus(Focus::Gained) => {
                self.ask_look();
                self.screen.on_return(&mut self.system);
            }
            Event::Locale(code) => self.system.look.language = Language::of(code),
            Event::Theme(words) => self.system.look.take_theme(words),
            Event::Menu(action) => self.screen.on_menu(action, &mut self.system),
            Event::Reply(text) => match self.system.talk.hear(text) {
                Some(Heard::Answer(Ask::Theme(_), name)) => {
                    self.system.look.take_theme(&name);
                }
                Some(Heard::Answer(Ask::Locale(_), code)) => {
                    self.system.look.language = Language::of(&code);
                }
                Some(heard) => self.screen.on_heard(heard, &mut self.system),
                None => {}
            },
            Event::AppLaunched(name) => self.screen.on_app(name, AppState::Running, &mut self.system),
            Event::AppExited(name) => self.screen.on_app(name, AppState::Stopped, &mut self.system),
        }
        if let Some(target) = self.screen.take_focus() {
            self.attention.focus_on(target);
        }
    }

    fn on_time(&mut self, now: Now) {
        self.system.now = now;
        if self.size.is_some() {
            self.is_stale |= self.screen.on_time(&mut self.system);
        }
    }

    #[inline(never)]
    fn draw(&mut self, frame: &mut Frame) {
        if core::mem::take(&mut self.is_stale)
            && let Some(view) = self.seen()
        {
            let before = self
                .view
                .take()
                .filter(|before| (before.look, before.is_alone) == (view.look, view.is_alone));
            let before = before.as_ref().map(|before| before.items.as_slice());
            let backdrop = if S::IS_TRANSPARENT { Backdrop::Wallpaper } else { Backdrop::Ground };
            if before.is_none() && backdrop == Backdrop::Wallpaper {
                frame.set_transparent();
            }
            paint(frame, &view, before, backdrop);
            self.view = Some(view);
        }
        for line in &self.system.lines {
            frame.line(line);
        }
        self.system.lines.clear();
        for request in &self.system.talk.unsent() {
            frame.request(request);
        }
    }

    fn wake_at(&self) -> Option<u64> {
        self.size.and_then(|_| self.screen.wake_at(self.system.now))
    }

    fn is_done(&self) -> bool {
        self.system.is_done
    }
}

/// What makes anything beside the start's row or column further away than all that is in it, in pixels: no canvas is as
/// large.
const ASIDE: i32 = 1 << 20;

/// The nearest thing that way: of what is in the start's row or column, as far as it reaches there, and else of all.
/// Distance across counts double.
pub(crate) fn next<M: Copy + PartialEq>(order: &[(M, Rect)], from: M, way: NamedKey) -> Option<M> {
    let (_, start) = order.iter().find(|(name, _)| *name == from)?;
    let center = start.center();
    let (mut nearest, mut least) = (None, i32::MAX);
    for (name, area) in order {
        let to = area.center();
        let (dx, dy) = (to.x - center.x, to.y - center.y);
        let (along, across, both) = match way {
            NamedKey::Up => (-dy, dx, start.w() + area.w()),
            NamedKey::Down => (dy, dx, start.w() + area.w()),
            NamedKey::Left => (-dx, dy, start.h() + area.h()),
            _ => (dx, dy, start.h() + area.h()),
        };
        let across = 2 * across.abs();
        let cost = along + across + if across < both { 0 } else { ASIDE };
        if along > 0 && cost < least {
            (nearest, least) = (Some(*name), cost);
        }
    }
    nearest
}

/// The arrow keys.
const WAYS: [NamedKey; 4] = [NamedKey::Left, NamedKey::Right, NamedKey::Up, NamedKey::Down];

/// What arrow keys come to from the first one, for tests.
pub(crate) fn reached<M: Copy + PartialEq>(order: &[(M, Rect)]) -> Vec<M> {
    let mut found: Vec<M> = order.first().map(|(name, _)| *name).into_iter().collect();
    let mut at = 0;
    while let Some(from) = found.get(at).copied() {
        for to in WAYS.into_iter().filter_map(|way| next(order, from, way)) {
            if !found.contains(&to) {
                found.push(to);
            }
        }
        at += 1;
    }
    found
}

/// What is behind the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Backdrop {
    /// The theme's ground.
    Ground,
    /// Whatever is below the window.
    Wallpaper,
}

/// Draws what differs from the items before; everything, where there were none.
#[inline(never)]
fn paint<M: Copy + PartialEq>(
    frame: &mut Frame,
    view: &View<M>,
    before: Option<&[Item<M>]>,
    backdrop: Backdrop,
) {
    let mut damage: Vec<Rect> = Vec::new();
    let now = view.items.as_slice();
    match before {
        None => damage.push(view.canvas),
        Some(before) => {
            add_differing(&mut damage, before, now, view.canvas);
            add_differing(&mut damage, now, before, view.canvas);
        }
    }
    // What cannot be drawn in part is drawn whole, and what is drawn is drawn once.
    loop {
        let mut is_larger = false;
        for item in now {
            let bounds = item.bounds().intersection(view.canvas);
            let is_cut = damage.iter().any(|part| {
                part.touches(bounds) && !part.holds(bounds) && !item.is_cut_by(*part, &view.palette)
            });
            if is_cut {
                add(&mut damage, bounds);
                is_larger = true;
            }
        }
        if !is_larger {
            break;
        }
    }
    for &part in &damage {
        match backdrop {
            Backdrop::Ground => frame.ground(&view.palette, part, view.canvas.h()),
            Backdrop::Wallpaper => frame.clear(part),
        }
        for item in now {
            if item.bounds().touches(part) {
                item.draw(frame, &view.palette, part);
            }
        }
    }
}

/// Adds where those items are that are not among others.
fn add_differing<M: PartialEq>(damage: &mut Vec<Rect>, these: &[Item<M>], others: &[Item<M>], canvas: Rect) {
    for item in these {
        if !others.contains(item) {
            add(damage, item.bounds().intersection(canvas));
        }
    }
}

/// Adds a rectangle to others that do not touch each other; with those it touches it becomes one.
fn add(damage: &mut Vec<Rect>, mut area: Rect) {
    if area.is_empty() {
        return;
    }
    while let Some(index) = damage.iter().position(|other| other.touches(area)) {
        area = area.union(damage.swap_remove(index));
    }
    damage.push(area);
}

/// A key that is typed, for apps with a text field: its text, or what it takes away.
#[must_use]
pub fn typed(key: Key<'_>) -> Option<Option<String>> {
    match key {
        Key::Text(text) => Some(Some(text.to_owned())),
        Key::Named(NamedKey::Backspace) => Some(None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_in_a_grid_is_the_neighbour_in_its_row_or_column() {
        for (columns, rows, w, h, gap) in
            [(4, 5, 400, 900, 8), (6, 3, 1900, 200, 24), (3, 3, 100, 1000, 0), (2, 7, 1000, 400, 64)]
        {
            let places = Rect::new(9, 5, w, h).grid(columns, rows, gap);
            let order: Vec<(i32, Rect)> = (0..).zip(places).collect();
            for from in 0..columns * rows {
                let (x, y) = (from % columns, from / columns);
                for (way, dx, dy) in [
                    (NamedKey::Left, -1, 0),
                    (NamedKey::Right, 1, 0),
                    (NamedKey::Up, 0, -1),
                    (NamedKey::Down, 0, 1),
                ] {
                    let (x, y) = (x + dx, y + dy);
                    let is_there = (0..columns).contains(&x) && (0..rows).contains(&y);
                    let wanted = is_there.then_some(y * columns + x);
                    assert_eq!(next(&order, from, way), wanted, "{columns}x{rows}: {way:?} from {from}");
                }
            }
        }
    }

    #[test]
    fn next_far_in_the_row_comes_before_near_beside_it() {
        let at = |x, y| Rect::new(x, y, 48, 48);
        let order = [(0, at(0, 100)), (1, at(500, 130)), (2, at(60, 150)), (3, at(900, 100))];
        assert_eq!(next(&order, 0, NamedKey::Right), Some(1));
        assert_eq!(next(&order, 0, NamedKey::Down), Some(2), "nothing is in its column");
        assert_eq!(next(&order, 3, NamedKey::Left), Some(1));
        assert_eq!(next(&order, 3, NamedKey::Right), None);
        assert_eq!(next(&order, 4, NamedKey::Left), None, "it is not there");
    }

    #[test]
    fn next_in_rows_of_any_lengths_reaches_everything_and_keeps_its_way() {
        for seed in 1_i32..2000 {
            // Rows of one to four columns each, not of one width.
            let rows = Rect::new(0, 0, 800, 480).rows(1 + seed % 5, 8);
            let columns = |n: i32| 1 + (seed / 5 + n * (seed % 7)) % 4;
            let places = (0..).zip(rows).flat_map(|(n, row)| {
                let width = row.w() - 40 * ((seed + n) % 9);
                Rect::new(row.x() + 20 * (seed % 3), row.y(), width, row.h()).columns(columns(n), 8)
            });
            let order: Vec<(usize, Rect)> = places.enumerate().collect();
            let mut found = reached(&order);
            found.sort_unstable();
            assert_eq!(found, (0..order.len()).collect::<Vec<_>>(), "{order:?}");
            for (from, start) in &order {
                for way in WAYS {
                    let Some(to) = next(&order, *from, way).map(|to| order[to].1) else { continue };
                    let (here, there) = (start.center(), to.center());
                    let is_that_way = match way {
                        NamedKey::Left => there.x < here.x,
                        NamedKey::Right => there.x > here.x,
                        NamedKey::Up => there.y < here.y,
                        _ => there.y > here.y,
                    };
                    assert!(is_that_way, "{way:?} from {start:?} to {to:?}");
                }
            }
        }
    }
}
