//! What lies over the apps: the quick panel, the open apps, and the questions before the device goes off.

use alloc::borrow::ToOwned;
use alloc::string::String;

use ui::control::Tone;
use ui::{Align, Icon, Language, Look, Rect, Theme, View, space, type_size};

use crate::home::{self, Ink, put_words, say};
use crate::launcher::{CHOICES, Launcher, Power, Press};
use crate::words::Words;

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

/// Height of a place with an open app, and the width from which two stand beside each other.
const ROW: i32 = 96;
const TWO: i32 = 640;
/// Width of an app's last picture.
const PICTURE: i32 = 128;
/// Most pictures of apps: the system's own bound.
const MAX_PICTURES: i32 = 16;

/// Where its card is, in a language that is read from the left.
fn place(launcher: &Launcher, canvas: Rect, look: &Look) -> Rect {
    let room = canvas.inset(space::M);
    let head = space::TARGET + space::XS;
    match launcher.overlay {
        Overlay::None => Rect::default(),
        Overlay::Quick => {
            let w = 560.min(room.w());
            let rows = if w < THREE { 7 } else { 5 };
            let high = 2 * space::M + head + rows * (space::TARGET + space::XS) - space::XS;
            let h = high.min(room.h());
            Rect::new(room.right() - w, room.y(), w, h)
        }
        Overlay::Open => {
            let count = i32::try_from(launcher.running().len()).unwrap_or(1).max(1);
            let wide = if count > 1 { 760 } else { 480 };
            let beside = if wide.min(room.w()) < TWO { 1 } else { 2 };
            let rows = (count + beside - 1) / beside;
            room.at_most(wide, (2 * space::M + head + rows * (ROW + space::XS) - space::XS).min(room.h()))
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
        Overlay::Quick => put_quick(launcher, view, card),
        Overlay::Open => put_open(launcher, view, card),
        Overlay::Confirm(power) => {
            let (title, label) = match power {
                Power::Restart => (Words::RestartAsked, Words::Restart),
                Power::Off => (Words::OffAsked, Words::Off),
            };
            let rest = put_card(view, card, title);
            let (text, rest) = rest.cut_top(view.look.line(type_size::BODY), space::M);
            put_words(view, text, Align::Start, Ink::Dim, Words::AllClose);
            let cancel = say(view, Words::Cancel);
            view.button(cell(rest, 0), Tone::Raised, &cancel, Press::Away);
            let label = say(view, label);
            view.button(cell(rest, 1), Tone::Primary, &label, Press::Do(power));
        }
        Overlay::Leaving(power) => {
            put_ground(view, card);
            let text = match power {
                Power::Restart => Words::Restarting,
                Power::Off => Words::GoingOff,
            };
            let (first, second) = card.inset(space::L).cut_top(view.look.line(type_size::TITLE), 0);
            put_words(view, first, Align::Center, Ink::Title, text);
            put_words(view, second, Align::Center, Ink::Dim, Words::AllClose);
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
static QUICK: [(Option<Icon>, Words, Press); 14] = [
    (None, Words::Dark, Press::Theme(Theme::Dark)),
    (None, Words::Light, Press::Theme(Theme::Light)),
    (None, Words::Contrast, Press::Theme(Theme::HighContrast)),
    (None, Words::Large, Press::LargeText),
    (None, Words::Brightness, Press::Next(0)),
    (None, Words::Keyboard, Press::Next(1)),
    (None, Words::All, Press::Language(Language::English)),
    (None, Words::All, Press::Language(Language::German)),
    (None, Words::All, Press::Language(Language::Hindi)),
    (None, Words::All, Press::Language(Language::Arabic)),
    (Some(Icon::Lock), Words::Lock, Press::Lock),
    (Some(Icon::Moon), Words::Blank, Press::Blank),
    (Some(Icon::Restart), Words::Restart, Press::Ask(Power::Restart)),
    (Some(Icon::Power), Words::Off, Press::Ask(Power::Off)),
];

/// Width of a card from which three buttons stand beside each other.
const THREE: i32 = 500;

/// The `n`th of places with two or three in a row.
fn cell(area: Rect, n: i32) -> Rect {
    let beside = if area.w() < THREE { 2 } else { 3 };
    let w = (area.w() + space::XS) / beside - space::XS;
    let (x, y) = (n % beside * (w + space::XS), n / beside * (space::TARGET + space::XS));
    Rect::new(area.x() + x, area.y() + y, w, space::TARGET)
}

fn put_quick(launcher: &Launcher, view: &mut View<Press>, card: Rect) {
    let rest = put_card(view, card, Words::Quick);
    let used = [Press::Theme(view.look.theme), Press::Language(view.look.language)];
    for (n, &(icon, words, press)) in (0..).zip(&QUICK) {
        let is_used = used.contains(&press) || (press == Press::LargeText && view.look.text_percent > 100);
        let tone = if is_used { Tone::Chosen } else { Tone::Raised };
        let label = match press {
            Press::Language(language) => language.of_text(&Language::NAMES).to_owned(),
            Press::Next(n) => {
                let mut label = say(view, words);
                // Of `brightness 80` the space, and what is chosen.
                label.push_str(launcher.chosen[n].get(CHOICES[n].len()..).unwrap_or_default());
                label
            }
            _ => say(view, words),
        };
        view.button_of(cell(rest, n), tone, icon, &label, type_size::BODY, press);
    }
}

/// Where the `n`th of the open apps is in its card; `None` where it has no room.
#[inline(never)]
fn open_place(card: Rect, n: i32) -> Option<Rect> {
    let room = card.inset(space::M);
    let beside = if card.w() < TWO { 1 } else { 2 };
    let (w, h) = ((room.w() + space::XS) / beside, ROW + space::XS);
    let top = room.y() + space::TARGET + space::XS;
    let at = Rect::new(room.x() + n % beside * w, top + n / beside * h, w - space::XS, ROW);
    (at.bottom() <= room.bottom()).then_some(at)
}

fn put_open(launcher: &Launcher, view: &mut View<Press>, card: Rect) {
    let rest = put_card(view, card, Words::OpenApps);
    let running = launcher.running();
    if running.is_empty() {
        put_words(view, rest, Align::Center, Ink::Dim, Words::NothingOpen);
    }
    for (n, &place) in (0..).zip(&running) {
        if let (Some(app), Some(area)) = (launcher.listed().get(place), open_place(card, n)) {
            let (end, row) = area.cut_end(space::TARGET, space::XS);
            view.plate(row, Tone::Raised, space::RADIUS_CARD, Press::Open(place));
            home::put_row(view, app, row.inset(space::XS), PICTURE);
            view.icon_button(end.at_most(space::TARGET, space::TARGET), Icon::Close, Press::End(place));
        }
    }
}

/// What the system is asked for to show the last pictures of the open apps, while they are listed.
pub(crate) fn previews(launcher: &Launcher, canvas: Rect, look: &Look) -> String {
    let mut request = "previews".to_owned();
    let card = place(launcher, canvas, look);
    let mut before = ' ';
    for (n, &place) in (0..MAX_PICTURES).zip(&launcher.running()) {
        // Words that pass may lie where a picture would.
        if launcher.overlay != Overlay::Open || launcher.toast.is_some() {
            break;
        }
        if let (Some(app), Some(area)) = (launcher.listed().get(place), open_place(card, n)) {
            let mut at = area.inset(space::XS).cut_start(PICTURE, 0).0;
            if look.is_mirrored() {
                at = at.mirrored(canvas);
            }
            guest::push(&mut request, before);
            request.push_str(&app.name);
            before = ' ';
            for edge in [at.x(), at.y(), at.w(), at.h()] {
                guest::push(&mut request, before);
                request.push_str(&ui::number::digits(edge.into()));
                before = ',';
            }
            before = '|';
        }
    }
    request
}
