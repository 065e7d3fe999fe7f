//! What the pointer is over, what is held down, and where keys go.

use alloc::vec::Vec;

use crate::control::Stance;
use crate::event::{Pointer, Source};
use crate::geometry::Point;

/// Which way the focus moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the one before, or the last.
    Back,
    /// To the one after, or the first.
    On,
}

/// The state of everything that can be pressed, named by `T`.
///
/// One thing is held at a time; what is let go over itself is pressed. The focus ring is shown while keys are used and
/// hidden by a press.
#[derive(Clone, Debug)]
pub struct Attention<T> {
    hover: Option<T>,
    held: Option<Held<T>>,
    focus: Option<T>,
    is_focus_shown: bool,
}

#[derive(Clone, Copy, Debug)]
struct Held<T> {
    source: Source,
    target: Option<T>,
    is_over: bool,
}

impl<T> Default for Attention<T> {
    fn default() -> Self {
        Self { hover: None, held: None, focus: None, is_focus_shown: false }
    }
}

impl<T: Copy + PartialEq> Attention<T> {
    /// How something is to be drawn.
    #[must_use]
    pub fn stance(&self, target: T) -> Stance {
        match self.held {
            Some(held) if held.is_over && held.target == Some(target) => Stance::Pressed,
            None if self.hover == Some(target) => Stance::Hover,
            _ => Stance::Rest,
        }
    }

    /// Whether it has the focus and shows it.
    #[must_use]
    pub fn is_focused(&self, target: T) -> bool {
        self.shown_focus() == Some(target)
    }

    /// What has the focus, shown or not.
    #[must_use]
    pub const fn focus(&self) -> Option<T> {
        self.focus
    }

    /// What has the focus and shows it: what Enter presses.
    #[must_use]
    pub fn shown_focus(&self) -> Option<T> {
        self.focus.filter(|_| self.is_focus_shown)
    }

    /// What looks different than before, each once.
    #[must_use]
    pub fn changed_since(&self, before: &Self) -> Vec<T> {
        let mut changed = Vec::new();
        for state in [before, self] {
            let held = state.held.and_then(|held| held.target);
            for target in [state.hover, held, state.focus].into_iter().flatten() {
                let is_same = self.stance(target) == before.stance(target)
                    && self.is_focused(target) == before.is_focused(target);
                if !is_same && !changed.contains(&target) {
                    changed.push(target);
                }
            }
        }
        changed
    }

    /// Takes a pointer event, `hit` says what is at a point. Answers what was pressed: held, and let go over itself.
    pub fn on_pointer(&mut self, pointer: Pointer, hit: impl Fn(Point) -> Option<T>) -> Option<T> {
        match pointer {
            Pointer::Hover(at) => self.set_hover(hit(at)),
            Pointer::Leave => self.set_hover(None),
            Pointer::Press(source, at) if self.held.is_none() => {
                self.hide_focus();
                let target = hit(at);
                self.set_hover(target.filter(|_| source == Source::Mouse));
                self.held = Some(Held { source, target, is_over: true });
            }
            Pointer::Drag(source, at) => {
                if let Some(held) = self.held.as_mut().filter(|held| held.source == source) {
                    let is_over = held.target.is_some() && hit(at) == held.target;
                    held.is_over = is_over;
                }
            }
            Pointer::Release(source, at) => {
                let held = self.held.take_if(|held| held.source == source)?;
                let over = hit(at);
                self.set_hover(over.filter(|_| source == Source::Mouse));
                return held.target.filter(|target| over == Some(*target));
            }
            Pointer::Cancel(source) => {
                if self.held.is_some_and(|held| held.source == source) {
                    self.let_go();
                }
            }
            Pointer::Press(..) | Pointer::Wheel(..) | Pointer::Swipe(..) => {}
        }
        None
    }

    /// Nothing is held any more, nothing comes of what was, and the pointer is over nothing.
    pub fn let_go(&mut self) {
        self.held = None;
        self.set_hover(None);
    }

    /// Forgets everything, the focus too: what could be pressed is no longer there.
    pub fn reset(&mut self, focus: Option<T>) {
        self.let_go();
        self.focus = focus;
    }

    /// Moves the focus to `target` and shows it.
    pub fn focus_on(&mut self, target: T) {
        self.set_hover(None);
        if self.is_focused(target) {
            return;
        }
        self.hide_focus();
        self.focus = Some(target);
        self.is_focus_shown = true;
    }

    /// Moves the focus one on in `order`; shows it first, if it is not shown.
    pub fn step(&mut self, order: &[T], step: Step) {
        let place = self.focus.and_then(|focus| order.iter().position(|target| *target == focus));
        let next = match (place, step) {
            (Some(place), _) if !self.is_focus_shown => place,
            (Some(place), Step::On) => (place + 1) % order.len(),
            (Some(place), Step::Back) => (place + order.len() - 1) % order.len(),
            (None, Step::On) => 0,
            (None, Step::Back) => order.len().saturating_sub(1),
        };
        if let Some(target) = order.get(next) {
            self.focus_on(*target);
        }
    }

    /// Hides where the focus is.
    pub fn hide_focus(&mut self) {
        self.is_focus_shown = false;
    }

    fn set_hover(&mut self, hover: Option<T>) {
        self.hover = hover;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Targets ten pixels wide, named by their tens.
    fn hit(at: Point) -> Option<i32> {
        (at.x >= 0).then_some(at.x / 10)
    }

    const fn at(x: i32) -> Point {
        Point::new(x, 0)
    }

    #[test]
    fn on_pointer_let_go_over_itself_is_a_press() {
        let mut attention = Attention::default();
        assert_eq!(attention.on_pointer(Pointer::Press(Source::Mouse, at(15)), hit), None);
        assert_eq!(attention.stance(1), Stance::Pressed);
        assert_eq!(attention.on_pointer(Pointer::Drag(Source::Mouse, at(35)), hit), None);
        assert_eq!(attention.stance(1), Stance::Rest);
        assert_eq!(attention.on_pointer(Pointer::Drag(Source::Mouse, at(12)), hit), None);
        assert_eq!(attention.on_pointer(Pointer::Release(Source::Mouse, at(12)), hit), Some(1));
        assert_eq!(attention.stance(1), Stance::Hover);
    }

    #[test]
    fn on_pointer_let_go_elsewhere_or_cancelled_is_nothing() {
        let mut attention = Attention::default();
        attention.on_pointer(Pointer::Press(Source::Touch(4), at(15)), hit);
        assert_eq!(attention.on_pointer(Pointer::Release(Source::Touch(4), at(25)), hit), None);
        attention.on_pointer(Pointer::Press(Source::Touch(4), at(15)), hit);
        attention.on_pointer(Pointer::Cancel(Source::Touch(4)), hit);
        assert_eq!(attention.on_pointer(Pointer::Release(Source::Touch(4), at(15)), hit), None);
    }

    #[test]
    fn on_pointer_second_finger_does_nothing() {
        let mut attention = Attention::default();
        attention.on_pointer(Pointer::Press(Source::Touch(0), at(15)), hit);
        attention.on_pointer(Pointer::Press(Source::Touch(1), at(25)), hit);
        assert_eq!(attention.on_pointer(Pointer::Release(Source::Touch(1), at(25)), hit), None);
        assert_eq!(attention.on_pointer(Pointer::Release(Source::Touch(0), at(15)), hit), Some(1));
    }

    #[test]
    fn step_shows_the_focus_first_and_goes_round() {
        let mut attention = Attention::default();
        attention.step(&[7, 8, 9], Step::On);
        assert!(attention.is_focused(7));
        attention.step(&[7, 8, 9], Step::Back);
        assert!(attention.is_focused(9));
        attention.on_pointer(Pointer::Press(Source::Mouse, at(15)), hit);
        assert_eq!((attention.shown_focus(), attention.focus()), (None, Some(9)));
        attention.step(&[7, 8, 9], Step::On);
        assert!(attention.is_focused(9));
        attention.step(&[], Step::On);
    }

    #[test]
    fn changed_since_is_what_looks_different() {
        let mut attention = Attention::default();
        let mut changed = |x| {
            let before = attention.clone();
            attention.on_pointer(Pointer::Hover(at(x)), hit);
            attention.changed_since(&before)
        };
        assert_eq!(changed(15), [1]);
        assert_eq!(changed(16), [0; 0]);
        assert_eq!(changed(26), [1, 2]);
        let before = attention.clone();
        attention.focus_on(2);
        assert_eq!(attention.changed_since(&before), [2]);
    }
}
