//! The power menu and its question.

use alloc::vec;
use alloc::vec::Vec;

use guest::Ask;
use ui::{Icon, Point, Rect, space, type_size};

/// How the device is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PowerAction {
    /// On again at once.
    Restart,
    /// Off.
    PowerOff,
}

impl PowerAction {
    /// The request that does it.
    pub(crate) const fn ask(self) -> Ask {
        match self {
            Self::Restart => Ask::Reboot,
            Self::PowerOff => Ask::Shutdown,
        }
    }
}

/// A dialog over everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// What shall be done?
    Menu,
    /// Shall it really?
    Confirm(PowerAction),
    /// It is being done; nothing can be chosen.
    Leaving(PowerAction),
}

/// What a button of a dialog does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Away with the dialog.
    Close,
    /// Ask whether it shall be done.
    Ask(PowerAction),
    /// Do it.
    Do(PowerAction),
}

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// An icon above its label.
    Large(Icon),
    /// A label.
    Plain,
    /// A label on the accent: the one that does it.
    Primary,
}

/// A button of a dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Button {
    pub(crate) choice: Choice,
    pub(crate) label: &'static str,
    pub(crate) look: Look,
    pub(crate) area: Rect,
}

const LARGE_HEIGHT: i32 = 112;
const CARD_WIDTH: i32 = 400;

impl Dialog {
    /// Its card, in the middle of the canvas.
    pub(crate) fn card(self, canvas: Rect) -> Rect {
        let width = CARD_WIDTH.min(canvas.w - 2 * space::M);
        let below_text = match self {
            Self::Menu => space::M + LARGE_HEIGHT + space::S + space::TARGET,
            Self::Confirm(_) => space::L + space::TARGET,
            Self::Leaving(_) => 0,
        };
        Rect::around(canvas.center(), width, space::L + self.text_height() + below_text + space::L)
    }

    /// Where its headline is.
    pub(crate) fn headline(self, canvas: Rect) -> Rect {
        let card = self.card(canvas);
        let height = type_size::line_height(type_size::HEADING);
        Rect::new(card.x + space::L, card.y + space::L, card.w - 2 * space::L, height)
    }

    /// Where the sentence below it is.
    pub(crate) fn body(self, canvas: Rect) -> Rect {
        let headline = self.headline(canvas);
        let height = type_size::line_height(type_size::BODY);
        Rect::new(headline.x, headline.bottom() + space::XS, headline.w, height)
    }

    /// What it says: a headline, and a sentence that may be empty.
    pub(crate) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Menu => ("Power", ""),
            Self::Confirm(PowerAction::Restart) => {
                ("Restart this device?", "All running apps will be closed.")
            }
            Self::Confirm(PowerAction::PowerOff) => {
                ("Power off this device?", "All running apps will be closed.")
            }
            Self::Leaving(PowerAction::Restart) => ("Restarting…", "Apps are being closed."),
            Self::Leaving(PowerAction::PowerOff) => ("Powering off…", "Apps are being closed."),
        }
    }

    /// Its buttons, in the order of the Tab key.
    pub(crate) fn buttons(self, canvas: Rect) -> Vec<Button> {
        let card = self.card(canvas);
        let (left, width) = (card.x + space::L, card.w - 2 * space::L);
        let half = (width - space::S) / 2;
        let top = card.y + space::L + self.text_height();
        match self {
            Self::Menu => {
                let large = |column: i32| {
                    Rect::new(left + column * (half + space::S), top + space::M, half, LARGE_HEIGHT)
                };
                let below = Rect::new(left, large(0).bottom() + space::S, width, space::TARGET);
                vec![
                    Button {
                        choice: Choice::Ask(PowerAction::Restart),
                        label: "Restart",
                        look: Look::Large(Icon::Restart),
                        area: large(0),
                    },
                    Button {
                        choice: Choice::Ask(PowerAction::PowerOff),
                        label: "Power off",
                        look: Look::Large(Icon::Power),
                        area: large(1),
                    },
                    Button { choice: Choice::Close, label: "Cancel", look: Look::Plain, area: below },
                ]
            }
            Self::Confirm(action) => {
                let at = |column: i32| {
                    Rect::new(left + column * (half + space::S), top + space::L, half, space::TARGET)
                };
                let label = match action {
                    PowerAction::Restart => "Restart",
                    PowerAction::PowerOff => "Power off",
                };
                vec![
                    Button { choice: Choice::Close, label: "Cancel", look: Look::Plain, area: at(0) },
                    Button { choice: Choice::Do(action), label, look: Look::Primary, area: at(1) },
                ]
            }
            Self::Leaving(_) => Vec::new(),
        }
    }

    /// The button at a point.
    pub(crate) fn button_at(self, canvas: Rect, at: Point) -> Option<usize> {
        self.buttons(canvas).iter().position(|button| button.area.contains(at))
    }

    fn text_height(self) -> i32 {
        let headline = type_size::line_height(type_size::HEADING);
        let body =
            if self.words().1.is_empty() { 0 } else { space::XS + type_size::line_height(type_size::BODY) };
        headline + body
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ui::{Weight, measure};

    const ALL: [Dialog; 5] = [
        Dialog::Menu,
        Dialog::Confirm(PowerAction::Restart),
        Dialog::Confirm(PowerAction::PowerOff),
        Dialog::Leaving(PowerAction::Restart),
        Dialog::Leaving(PowerAction::PowerOff),
    ];

    #[test]
    fn buttons_at_every_size_are_inside_apart_and_large_enough() {
        for (w, h) in [(800, 480), (1280, 800), (1920, 1080), (1080, 1920), (480, 800)] {
            let canvas = Rect::new(0, 0, w, h);
            for dialog in ALL {
                assert!(canvas.holds(dialog.card(canvas)));
                let buttons = dialog.buttons(canvas);
                for (n, button) in buttons.iter().enumerate() {
                    assert!(dialog.card(canvas).holds(button.area));
                    assert!(button.area.w >= space::TARGET && button.area.h >= space::TARGET);
                    assert!(!button.area.touches(dialog.headline(canvas)));
                    for other in &buttons[n + 1..] {
                        // Eight pixels between what one touches.
                        assert!(!button.area.grown(4).touches(other.area.grown(4)));
                    }
                }
            }
        }
    }

    #[test]
    fn words_fit_their_card() {
        let canvas = Rect::new(0, 0, 480, 800);
        for dialog in ALL {
            let (headline, body) = dialog.words();
            let width = |text, px, weight| ui::number::ceil(measure(text, px, weight));
            assert!(width(headline, type_size::HEADING, Weight::Bold) <= dialog.headline(canvas).w);
            assert!(width(body, type_size::BODY, Weight::Regular) <= dialog.body(canvas).w);
        }
    }
}
