//! What an app-host has not taken yet.

use std::collections::VecDeque;

use surface_protocol::{InputEvent, ToApp, TouchPhase};

/// Presses, releases and keys kept for an app that does not read: those of the 512 letters that its process keeps,
/// which a text typed at once may have. Later ones are lost, and the app counts as unresponsive. Moves beyond this are
/// lost first.
const INPUTS: usize = 1024;

/// Messages to one app-host.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    queue: VecDeque<ToApp>,
    inputs: usize,
    lost: Loss,
}

/// Whether input was lost since the queue was last empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Loss {
    #[default]
    None,
    Some,
}

impl Outbox {
    /// Adds a message. Releases, frames shown and states are always kept: their number is bounded by the
    /// slots and by coalescing.
    pub(crate) fn push(&mut self, message: ToApp) {
        if let Some(last) = self.queue.back_mut()
            && replaces(last, &message)
        {
            *last = message;
            return;
        }
        match message {
            ToApp::Input { event, .. } => {
                if self.inputs >= INPUTS {
                    if !is_move(&event) {
                        self.lost = Loss::Some;
                    }
                    return;
                }
                self.inputs += 1;
            }
            ToApp::Visible(_) => self.queue.retain(|m| !matches!(m, ToApp::Visible(_))),
            ToApp::Shown { .. } => self.queue.retain(|m| !matches!(m, ToApp::Shown { .. })),
            ToApp::Release { .. } | ToApp::Focused(_) => {}
        }
        self.queue.push_back(message);
    }

    /// Whether more input would be lost.
    pub(crate) fn is_full(&self) -> bool {
        self.inputs >= INPUTS
    }

    pub(crate) fn front(&self) -> Option<&ToApp> {
        self.queue.front()
    }

    /// The first message was sent.
    pub(crate) fn pop(&mut self) {
        if let Some(ToApp::Input { .. }) = self.queue.pop_front() {
            self.inputs -= 1;
        }
        if self.queue.is_empty() {
            self.lost = Loss::None;
        }
    }

    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(crate) fn loss(&self) -> Loss {
        self.lost
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn is_move(event: &InputEvent) -> bool {
    matches!(event, InputEvent::Move(_) | InputEvent::Touch { phase: TouchPhase::Move, .. })
}

/// Whether a message makes the one before it old: moves in a row, focus there and back.
fn replaces(last: &ToApp, new: &ToApp) -> bool {
    match (last, new) {
        (ToApp::Input { event: a, .. }, ToApp::Input { event: b, .. }) => match (a, b) {
            (InputEvent::Move(_), InputEvent::Move(_)) => true,
            (
                InputEvent::Touch { phase: TouchPhase::Move, id: a, .. },
                InputEvent::Touch { phase: TouchPhase::Move, id: b, .. },
            ) => a == b,
            _ => false,
        },
        (ToApp::Focused(_), ToApp::Focused(_)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paint::Point;
    use surface_protocol::Button;

    fn input(event: InputEvent) -> ToApp {
        ToApp::Input { time_ns: 1, event }
    }

    #[test]
    fn push_moves_in_a_row_are_one_and_presses_stay() {
        let mut outbox = Outbox::default();
        let at = Point::new(1, 1);
        for x in 0..1000 {
            outbox.push(input(InputEvent::Move(Point::new(x, 0))));
        }
        outbox.push(input(InputEvent::Button { at, button: Button::Left, pressed: true }));
        outbox.push(input(InputEvent::Move(at)));
        assert_eq!(outbox.queue.len(), 3);
        assert_eq!(outbox.front(), Some(&input(InputEvent::Move(Point::new(999, 0)))));
    }

    #[test]
    fn push_more_presses_than_kept_is_a_loss_until_empty() {
        let mut outbox = Outbox::default();
        for i in 0..1100 {
            let at = Point::new(i, 0);
            outbox.push(input(InputEvent::Button { at, button: Button::Left, pressed: i % 2 == 0 }));
        }
        assert_eq!((outbox.queue.len(), outbox.loss()), (INPUTS, Loss::Some));
        while !outbox.is_empty() {
            outbox.pop();
        }
        assert_eq!(outbox.loss(), Loss::None);
    }
}
