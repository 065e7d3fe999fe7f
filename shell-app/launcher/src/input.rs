//! Keys and fingers: typing, walking over pages, and pages that follow a finger.

use ui::{Key, NamedKey, Point, Pointer, Source, System};

use crate::launcher::{Launcher, Press};
use crate::overlay::Overlay;

/// A finger that moved this far, in pixels, turns pages instead of pressing.
const SLOP: i32 = 12;
/// Most bytes searched for.
const MAX_QUERY: usize = 64;

impl Launcher {
    /// A key; whether it was used.
    pub(crate) fn key(&mut self, key: Key<'_>, system: &mut System) -> bool {
        match key {
            // What ends other apps would leave the device without a launcher.
            Key::Control(_) => {}
            Key::Named(NamedKey::Escape) => self.back(system),
            _ if self.overlay != Overlay::None => return matches!(self.overlay, Overlay::Leaving(_)),
            Key::Text(" ") if self.query.is_empty() => return false,
            Key::Text(text) => {
                if self.query.len() + text.len() <= MAX_QUERY {
                    self.query.push_str(text);
                }
                self.type_on();
            }
            Key::Named(NamedKey::Backspace) if !self.query.is_empty() => {
                self.type_back();
                self.type_on();
            }
            Key::Named(NamedKey::Home) => self.focus_on(0, system),
            Key::Named(NamedKey::End) => self.focus_on(self.shown.len().saturating_sub(1), system),
            Key::Named(page @ (NamedKey::PageUp | NamedKey::PageDown)) => {
                self.turn_by(if page == NamedKey::PageUp { -1 } else { 1 }, system);
                let first = self.layout_now(system).apps_on(self.page).start;
                self.focus_on(first, system);
            }
            _ => return false,
        }
        true
    }

    /// The last letter away.
    pub(crate) fn type_back(&mut self) {
        let mut end = self.query.len().saturating_sub(1);
        while !self.query.is_char_boundary(end) {
            end -= 1;
        }
        self.query.truncate(end);
    }

    /// What was typed changed: Enter opens the first that is found.
    fn type_on(&mut self) {
        self.is_pad_open = false;
        self.page = 0;
        self.sift();
        self.focus = self.shown.first().map(|place| Press::App(*place));
    }

    /// One step towards how the launcher is at rest.
    fn back(&mut self, system: &mut System) {
        match self.overlay {
            Overlay::None => {
                if self.toast.take().is_some() {
                } else if self.is_pad_open || !self.query.is_empty() {
                    self.end_search();
                } else if self.category > 0 {
                    self.category = 0;
                    self.end_search();
                } else {
                    self.turn_to(0, system);
                }
            }
            Overlay::Leaving(_) => {}
            Overlay::Open => (self.overlay, self.focus) = (Overlay::None, Some(Press::OpenApps)),
            Overlay::Quick | Overlay::Confirm(_) => {
                (self.overlay, self.focus) = (Overlay::None, Some(Press::Quick));
            }
        }
    }

    /// Where an arrow key leads from a tile: over the grid, and at the edge of a page to the same row of the next one.
    pub(crate) fn walk(&mut self, from: Press, key: NamedKey, system: &mut System) -> Option<Press> {
        let Press::App(place) = from else { return None };
        let layout = self.layout_now(system);
        let at = self.shown.iter().position(|other| *other == place)?;
        let page = layout.apps_on(layout.page_of(at));
        let (columns, per_page) = (layout.columns(), layout.per_page());
        let column = (at - page.start) % columns;
        let on = if system.look.is_mirrored() { NamedKey::Left } else { NamedKey::Right };
        let to = match key {
            NamedKey::Up if at >= page.start + columns => at - columns,
            // Below the last but one row may stand a shorter one.
            NamedKey::Down if at - column + columns < page.end => (at + columns).min(page.end - 1),
            NamedKey::Up | NamedKey::Down => return None,
            _ if key == on && column + 1 < columns && at + 1 < page.end => at + 1,
            // On the last page there is nothing further on: the focus stays.
            _ if key == on && page.end == self.shown.len() => at,
            _ if key == on => (at - column + per_page).min(self.shown.len() - 1),
            _ if column > 0 => at - 1,
            _ => (at + columns - 1).checked_sub(per_page).unwrap_or(at),
        };
        self.turn_to(layout.page_of(to), system);
        self.shown.get(to).map(|place| Press::App(*place))
    }

    fn focus_on(&mut self, at: usize, system: &mut System) {
        if let Some(place) = self.shown.get(at) {
            self.focus = Some(Press::App(*place));
            let page = self.layout_now(system).page_of(at);
            self.turn_to(page, system);
        }
    }

    /// Takes what belongs to pages; whether it did.
    pub(crate) fn gesture(&mut self, pointer: Pointer, system: &mut System) -> bool {
        if self.overlay != Overlay::None {
            self.finger = None;
            return false;
        }
        match pointer {
            Pointer::Wheel(dx, dy) => self.turn_by((dx + dy).signum(), system),
            Pointer::Swipe(dx, dy) if dx.abs() > dy.abs() && dx.abs() > 2 * SLOP => {
                self.turn_by(-forward(dx, system).signum(), system);
            }
            Pointer::Press(source, at) if self.finger.is_none() => {
                self.finger = Some((source, at));
                return false;
            }
            Pointer::Drag(source, at) => return self.drags(source, at, system),
            Pointer::Release(source, at) => return self.ends_drag(source, at, system),
            Pointer::Cancel(source) if self.finger.is_some_and(|(finger, _)| finger == source) => {
                self.let_go(system);
            }
            _ => return false,
        }
        true
    }

    /// Lets the page follow a finger that moves sideways. Whether it does.
    fn drags(&mut self, source: Source, at: Point, system: &mut System) -> bool {
        let Some((_, start)) = self.finger.filter(|(finger, _)| *finger == source) else { return false };
        let dx = forward(at.x.saturating_sub(start.x), system);
        let last = self.layout_now(system).pages() - 1;
        if !self.slide.is_held() {
            if last == 0 || dx.abs() <= SLOP || source == Source::Mouse {
                return false;
            }
            self.slide.hold();
        }
        // Less where there is no page.
        let is_end = (dx > 0 && self.page == 0) || (dx < 0 && self.page == last);
        self.slide.pull_to(if is_end { dx / 4 } else { dx });
        true
    }

    /// The finger that held the page was lifted. Whether one did.
    fn ends_drag(&mut self, source: Source, at: Point, system: &mut System) -> bool {
        let Some((_, start)) = self.finger.take_if(|(finger, _)| *finger == source) else { return false };
        if !self.slide.is_held() {
            return false;
        }
        let dx = forward(at.x.saturating_sub(start.x), system);
        // An eighth of the width is meant; less is a slip.
        let width = self.layout_now(system).canvas.w();
        self.turn_by(if dx.abs() > width / 8 { -dx.signum() } else { 0 }, system);
        true
    }

    /// Nothing is held any more, and nothing comes of what was.
    pub(crate) fn let_go(&mut self, system: &mut System) {
        self.finger = None;
        if self.slide.is_held() {
            self.turn_by(0, system);
        }
    }

    /// Turns by so many pages, if they exist, and lets what was pulled glide to its place.
    pub(crate) fn turn_by(&mut self, by: i32, system: &mut System) {
        let page = match by {
            ..=-1 => self.page.saturating_sub(1),
            0 => self.page,
            _ => self.page + 1,
        };
        self.turn_to(page, system);
    }

    pub(crate) fn turn_to(&mut self, page: usize, system: &mut System) {
        let layout = self.layout_now(system);
        let page = page.min(layout.pages() - 1);
        if page == self.page && !self.slide.is_held() {
            return;
        }
        let number = |page: usize| i32::try_from(page).unwrap_or(0);
        self.slide.glide((number(page) - number(self.page)) * layout.canvas.w(), system.now.ms);
        self.page = page;
    }
}

/// Pixels to the right as pixels against the direction of reading: pages lie along it.
#[inline(never)]
fn forward(dx: i32, system: &System) -> i32 {
    if system.look.is_mirrored() { dx.saturating_neg() } else { dx }
}
