//! What lies over the apps: the quick panel, the open apps, and the questions before the device goes off.

use alloc::borrow::ToOwned;

use ui::control::Tone;
use ui::{Align, Icon, Language, Look, Rect, Theme, View, Words, space, type_size};

use crate::home::{self, Ink, put_words, say};
use crate::launcher::{Launcher, Power, Press};
use crate::words;

/// What lies over the apps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Overlay {
    /// Nothing.
    #[default]
    None,
    /// What one sets in passing.
    Quick,
    /// The apps that run.
    Open,
    /// Shall it really be done?
    Confirm(Power),
    /// It is being done; nothing can be pressed.
    Leaving(Power),
}

/// Height of a row with an app.
const ROW: i32 = 64;

/// Where its card is, in a language that is read from the left.
fn place(launcher: &Launcher, canvas: Rect, look: &Look) -> Rect {
    let room = canvas.inset(space::M);
    let head = space::TARGET + space::XS;
    match launcher.overlay {
        Overlay::None => Rect::default(),
        Overlay::Quick => {
            let high = 2 * space::M + head + 6 * (space::TARGET + space::XS) - space::XS;
            let (w, h) = (400.min(room.w()), high.min(room.h()));
            Rect::new(room.right() - w, room.y(), w, h)
        }
        Overlay::Open => {
            let rows = i32::try_from(launcher.running().len()).unwrap_or(1).max(1);
            room.at_most(480, (2 * space::M + head + rows * (ROW + space::XS)).min(room.h()))
        }
        Overlay::Confirm(_) => {
            let high = 2 * space::M + head + look.line(type_size::BODY) + space::M + space::TARGET;
            room.at_most(440, high)
        }
        Overlay::Leaving(_) => {
            room.at_most(400, 2 * space::L + look.line(type_size::TITLE) + look.line(type_size::BODY))
        }
    }
}

/// Where its card is seen.
pub(crate) fn card(launcher: &Launcher, canvas: Rect, look: &Look) -> Rect {
    let mut card = place(launcher, canvas, look);
    if look.is_mirrored() {
        card = card.mirrored(canvas);
    }
    card
}

/// Puts what lies over the apps on the view.
pub(crate) fn put(launcher: &Launcher, view: &mut View<Press>) {
    let card = place(launcher, view.canvas, &view.look);
    match launcher.overlay {
        Overlay::None => {}
        Overlay::Quick => put_quick(view, card),
        Overlay::Open => put_open(launcher, view, card),
        Overlay::Confirm(power) => {
            let (title, label) = match power {
                Power::Restart => (words::RESTART_ASKED, words::RESTART),
                Power::Off => (words::OFF_ASKED, words::OFF),
            };
            let rest = put_card(view, card, title);
            let (text, rest) = rest.cut_top(view.look.line(type_size::BODY), space::M);
            put_words(view, text, Align::Start, Ink::Dim, words::ALL_CLOSE);
            let cancel = say(view, words::CANCEL);
            view.button(cell(rest, 0), Tone::Raised, &cancel, Press::Away);
            let label = say(view, label);
            view.button(cell(rest, 1), Tone::Primary, &label, Press::Do(power));
        }
        Overlay::Leaving(power) => {
            put_ground(view, card);
            let text = match power {
                Power::Restart => words::RESTARTING,
                Power::Off => words::GOING_OFF,
            };
            let (first, second) = card.inset(space::L).cut_top(view.look.line(type_size::TITLE), 0);
            put_words(view, first, Align::Center, Ink::Title, text);
            put_words(view, second, Align::Center, Ink::Dim, words::ALL_CLOSE);
        }
    }
}

/// The card over everything, set off by a line.
fn put_ground(view: &mut View<Press>, card: Rect) {
    view.cover();
    view.block(card.grown(1), view.palette.line, space::RADIUS_CARD + 1);
    view.card(card);
}

/// The card with its title and what closes it; answers what is left.
fn put_card(view: &mut View<Press>, card: Rect, title: Words) -> Rect {
    put_ground(view, card);
    let (row, rest) = card.inset(space::M).cut_top(space::TARGET, space::XS);
    let (end, head) = row.cut_end(space::TARGET, space::XS);
    put_words(view, head, Align::Start, Ink::Title, title);
    view.icon_button(end, Icon::Close, Press::Away);
    rest
}

/// The buttons of the quick panel, two in a row. Names of languages are their own in every language.
static QUICK: [(Option<Icon>, Words, Press); 12] = [
    (None, words::DARK, Press::Theme(Theme::Dark)),
    (None, words::LIGHT, Press::Theme(Theme::Light)),
    (None, words::CONTRAST, Press::Theme(Theme::HighContrast)),
    (None, words::LARGE, Press::LargeText),
    (None, &[], Press::Language(Language::English)),
    (None, &[], Press::Language(Language::German)),
    (None, &[], Press::Language(Language::Hindi)),
    (None, &[], Press::Language(Language::Arabic)),
    (Some(Icon::Lock), words::LOCK, Press::Lock),
    (Some(Icon::Moon), words::BLANK, Press::Blank),
    (Some(Icon::Restart), words::RESTART, Press::Ask(Power::Restart)),
    (Some(Icon::Power), words::OFF, Press::Ask(Power::Off)),
];

/// The `n`th of places with two in a row.
fn cell(area: Rect, n: i32) -> Rect {
    let w = (area.w() - space::XS) / 2;
    let (x, y) = (n % 2 * (w + space::XS), n / 2 * (space::TARGET + space::XS));
    Rect::new(area.x() + x, area.y() + y, w, space::TARGET)
}

fn put_quick(view: &mut View<Press>, card: Rect) {
    let rest = put_card(view, card, words::QUICK);
    let used = [Press::Theme(view.look.theme), Press::Language(view.look.language)];
    for (n, &(icon, words, press)) in (0..).zip(&QUICK) {
        let is_used = used.contains(&press) || (press == Press::LargeText && view.look.text_percent > 100);
        let tone = if is_used { Tone::Chosen } else { Tone::Raised };
        let label = match press {
            Press::Language(language) => language.of_text(&Language::NAMES).to_owned(),
            _ => say(view, words),
        };
        view.button_of(cell(rest, n), tone, icon, &label, type_size::BODY, press);
    }
}

fn put_open(launcher: &Launcher, view: &mut View<Press>, card: Rect) {
    let mut rest = put_card(view, card, words::OPEN_APPS);
    let running = launcher.running();
    if running.is_empty() {
        put_words(view, rest, Align::Center, Ink::Dim, words::NOTHING_OPEN);
    }
    for &place in &running {
        let Some(app) = launcher.listed().get(place).filter(|_| rest.h() >= ROW) else { break };
        let (row, below) = rest.cut_top(ROW, space::XS);
        let (end, row) = row.cut_end(space::TARGET, space::XS);
        view.plate(row, Tone::Raised, space::RADIUS_CARD, Press::Open(place));
        home::put_row(view, app, row.inset(space::S));
        let end = end.at_most(space::TARGET, space::TARGET);
        view.icon_button(end, Icon::Close, Press::End(place));
        rest = below;
    }
}
