//! Pointer and fingers: pressing, and pages that follow a finger.

use ui::{Point, Pointer, Source};

use super::{Launcher, Target};
use crate::dialog::Dialog;
use crate::view;

/// A finger that moved this far, in pixels, turns pages instead of pressing.
const SLOP: i32 = 12;

impl Launcher {
    pub(super) fn on_pointer(&mut self, pointer: Pointer) {
        match pointer {
            Pointer::Wheel(dx, dy) => return self.turn_by((dx + dy).signum()),
            Pointer::Swipe(dx, dy) => {
                if dx.abs() > dy.abs() && dx.abs() > 2 * SLOP {
                    self.turn_by(-dx.signum());
                }
                return;
            }
            Pointer::Press(source, at) if self.finger.is_none() => self.finger = Some((source, at)),
            Pointer::Drag(source, at) if self.drags(source, at) => return,
            Pointer::Release(source, at) if self.ends_drag(source, at) => return,
            Pointer::Cancel(source) if self.finger.is_some_and(|(finger, _)| finger == source) => {
                return self.let_go();
            }
            _ => {}
        }
        let mut attention = core::mem::take(&mut self.attention);
        let pressed = attention.on_pointer(pointer, |at| self.hit(at));
        self.attention = attention;
        if let Pointer::Release(source, at) = pointer
            && let Some((_, start)) = self.finger.take_if(|(finger, _)| *finger == source)
        {
            match pressed {
                Some(target) => self.activate(target),
                None => self.leave_dialog(start, at),
            }
        }
    }

    /// Lets the page follow a finger that moves sideways. Whether it does.
    fn drags(&mut self, source: Source, at: Point) -> bool {
        let Some((_, start)) = self.finger.filter(|(finger, _)| *finger == source) else { return false };
        let dx = at.x.saturating_sub(start.x);
        if !self.slide.is_held() {
            let can_turn =
                self.dialog.is_none() && self.layout.as_ref().is_some_and(|layout| layout.pages() > 1);
            if !can_turn || dx.abs() <= SLOP || source == Source::Mouse {
                return false;
            }
            self.attention.let_go();
            self.slide.hold();
        }
        self.slide.pull_to(self.resisted(dx));
        self.stale.grid = true;
        true
    }

    /// The finger that held the page was lifted. Whether one did.
    fn ends_drag(&mut self, source: Source, at: Point) -> bool {
        if !self.slide.is_held() {
            return false;
        }
        let Some((_, start)) = self.finger.take_if(|(finger, _)| *finger == source) else { return false };
        let dx = at.x.saturating_sub(start.x);
        let width = self.layout.as_ref().map_or(1, |layout| layout.canvas.w);
        // An eighth of the width is meant; less is a slip.
        self.settle(if dx.abs() > width / 8 { -dx.signum() } else { 0 });
        true
    }

    /// A press beside the card puts the dialog away.
    fn leave_dialog(&mut self, start: Point, end: Point) {
        if let (Some(dialog @ (Dialog::Menu | Dialog::Confirm(_))), Some(layout)) =
            (self.dialog, &self.layout)
        {
            let card = dialog.card(layout.canvas);
            if !card.contains(start) && !card.contains(end) {
                self.set_dialog(None);
            }
        }
    }

    /// Nothing is held any more, and nothing comes of what was.
    pub(super) fn let_go(&mut self) {
        self.finger = None;
        self.attention.let_go();
        if self.slide.is_held() {
            self.settle(0);
        }
    }

    /// What is at a point, the topmost first.
    fn hit(&self, at: Point) -> Option<Target> {
        let layout = self.layout.as_ref()?;
        if let Some(dialog) = self.dialog {
            return dialog.button_at(layout.canvas, at).map(Target::Choice);
        }
        let targets = [Target::Toast, Target::Power, Target::Previous, Target::Next, Target::Retry];
        if let Some(target) = targets
            .into_iter()
            .find(|target| view::area(self, layout, *target).is_some_and(|area| area.contains(at)))
        {
            return Some(target);
        }
        layout.apps_on(self.page).find(|index| layout.tile(*index).contains(at)).map(Target::Tile)
    }
}

/// Pages.
impl Launcher {
    pub(super) fn turn_by(&mut self, by: i32) {
        if self.dialog.is_none() && by != 0 && !self.slide.is_held() {
            self.settle(by);
        }
    }

    /// Turns by so many pages, if they exist, and lets what was pulled glide to its place.
    pub(super) fn settle(&mut self, by: i32) {
        let Some(layout) = &self.layout else { return };
        let last = layout.pages() - 1;
        let page = match by {
            ..=-1 => self.page.saturating_sub(1),
            0 => self.page,
            _ => (self.page + 1).min(last),
        };
        self.turn_to(page);
    }

    pub(super) fn turn_to(&mut self, page: usize) {
        let Some(layout) = &self.layout else { return };
        let width = layout.canvas.w;
        let from = i32::try_from(self.page).unwrap_or(0);
        let to = i32::try_from(page).unwrap_or(0);
        if page == self.page && !self.slide.is_held() && !self.slide.is_moving() {
            return;
        }
        self.page = page;
        self.attention.let_go();
        self.slide.glide((to - from) * width, self.now.ms);
        self.stale.grid = true;
        self.stale.dots = true;
    }

    /// How far a page follows a finger: less where there is no page.
    pub(super) fn resisted(&self, dx: i32) -> i32 {
        let last = self.layout.as_ref().map_or(0, |layout| layout.pages() - 1);
        let is_end = (dx > 0 && self.page == 0) || (dx < 0 && self.page == last);
        if is_end { dx / 4 } else { dx }
    }
}
