//! Taps, swipes and long presses from contacts.

use std::collections::BTreeMap;

use paint::{Output, Point, Rect, Size};
use sys::Nanos;

use crate::ContactId;

/// A contact that is shorter than this, and does not travel, is a tap.
const TAP: Nanos = 500_000_000;
/// A tap travels less than this many pixels on a screen 800 pixels high; larger screens in proportion.
const TRAVEL: u32 = 12;
/// A press in a corner that lasts this long is the system's.
const LONG: Nanos = 800_000_000;
/// How near a corner: pixels along both edges.
const CORNER: i32 = 48;

/// What a contact was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gesture {
    /// Short, and in place.
    Tap(Point<Output>),
    /// It travelled from one point to another.
    Swipe {
        /// Where it began.
        from: Point<Output>,
        /// Where it ended.
        to: Point<Output>,
    },
    /// Neither: long, and in place.
    Hold,
}

/// The contacts on a screen.
///
/// ```text
/// Free --down--> Still --far--> Travelling --up--> Free (Swipe)
///                  | \--up, soon--> Free (Tap); later --> Free (Hold)
///                  +-- in a corner, long enough --> Taken by the system --up--> Free
/// ```
#[derive(Debug, Default)]
pub struct Gestures {
    contacts: BTreeMap<ContactId, Contact>,
}

#[derive(Clone, Copy, Debug)]
struct Contact {
    began: Nanos,
    from: Point<Output>,
    last: Point<Output>,
    motion: Motion,
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Motion {
    Still,
    Travelling,
    Taken,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    Corner,
    Elsewhere,
}

/// Contacts followed at once; more are ignored.
const CONTACTS: usize = 16;

impl Gestures {
    /// No contacts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A contact began.
    pub fn down(&mut self, id: ContactId, at: Point<Output>, screen: Size<Output>, now: Nanos) {
        let inner = Rect::<Output>::from_edges(
            CORNER,
            0,
            screen.w().cast_signed() - CORNER,
            screen.h().cast_signed(),
        );
        let middle = Rect::<Output>::from_edges(
            0,
            CORNER,
            screen.w().cast_signed(),
            screen.h().cast_signed() - CORNER,
        );
        let corner = !inner.contains(at) && !middle.contains(at);
        let place = if corner { Place::Corner } else { Place::Elsewhere };
        if self.contacts.len() < CONTACTS {
            let contact = Contact { began: now, from: at, last: at, motion: Motion::Still, place };
            self.contacts.insert(id, contact);
        }
    }

    /// A contact moved.
    pub fn moved(&mut self, id: ContactId, at: Point<Output>, screen: Size<Output>) {
        let Some(contact) = self.contacts.get_mut(&id) else { return };
        contact.last = at;
        let slack = u64::from(TRAVEL * screen.h().min(screen.w()).max(800) / 800);
        let (dx, dy) = (u64::from(at.x.abs_diff(contact.from.x)), u64::from(at.y.abs_diff(contact.from.y)));
        if contact.motion == Motion::Still && dx * dx + dy * dy >= slack * slack {
            contact.motion = Motion::Travelling;
        }
    }

    /// A contact ended; `None` if the system took it, or it is unknown.
    pub fn up(&mut self, id: ContactId, now: Nanos) -> Option<Gesture> {
        let contact = self.contacts.remove(&id)?;
        match contact.motion {
            Motion::Taken => None,
            Motion::Travelling => Some(Gesture::Swipe { from: contact.from, to: contact.last }),
            Motion::Still if now.saturating_sub(contact.began) < TAP => Some(Gesture::Tap(contact.from)),
            Motion::Still => Some(Gesture::Hold),
        }
    }

    /// A contact counts for nothing.
    pub fn cancel(&mut self, id: ContactId) {
        self.contacts.remove(&id);
    }

    /// The contact that has become a long press in a corner by `now`, once.
    pub fn take_long_press(&mut self, now: Nanos) -> Option<ContactId> {
        let (id, contact) = self.contacts.iter_mut().find(|(_, c)| c.waits() && now >= c.began + LONG)?;
        contact.motion = Motion::Taken;
        Some(*id)
    }

    /// When [`Gestures::take_long_press`] may have an answer.
    #[must_use]
    pub fn next_long_press(&self) -> Option<Nanos> {
        self.contacts.values().filter(|c| c.waits()).map(|c| c.began + LONG).min()
    }
}

impl Contact {
    fn waits(&self) -> bool {
        self.motion == Motion::Still && self.place == Place::Corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: ContactId = ContactId(0);
    const MS: Nanos = 1_000_000;

    fn screen() -> Size<Output> {
        Size::new(1280, 800).unwrap()
    }

    #[test]
    fn up_soon_and_near_is_a_tap_where_it_began() {
        let mut g = Gestures::new();
        g.down(ID, Point::new(200, 200), screen(), 0);
        g.moved(ID, Point::new(208, 205), screen());
        assert_eq!(g.up(ID, 499 * MS), Some(Gesture::Tap(Point::new(200, 200))));
        assert_eq!(g.up(ID, 500 * MS), None);
    }

    #[test]
    fn up_after_travel_is_a_swipe_even_if_it_came_back() {
        let mut g = Gestures::new();
        g.down(ID, Point::new(200, 200), screen(), 0);
        g.moved(ID, Point::new(260, 200), screen());
        g.moved(ID, Point::new(201, 200), screen());
        let (from, to) = (Point::new(200, 200), Point::new(201, 200));
        assert_eq!(g.up(ID, 100 * MS), Some(Gesture::Swipe { from, to }));
    }

    #[test]
    fn long_press_only_in_a_corner_and_taken_once() {
        let mut g = Gestures::new();
        g.down(ID, Point::new(200, 10), screen(), 0);
        assert_eq!(g.next_long_press(), None);
        assert_eq!(g.up(ID, 900 * MS), Some(Gesture::Hold));
        g.down(ID, Point::new(1270, 790), screen(), 0);
        assert_eq!(g.take_long_press(799 * MS), None);
        assert_eq!(g.take_long_press(800 * MS), Some(ID));
        assert_eq!(g.take_long_press(900 * MS), None);
        assert_eq!(g.up(ID, 900 * MS), None);
    }
}
