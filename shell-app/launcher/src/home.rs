//! The launcher at rest: the time, search, categories, what was used last, tiles and pages.

use alloc::borrow::ToOwned;
use alloc::string::String;

use ui::control::Tone;
use ui::{Align, Date, Icon, Rect, System, TextStyle, View, Weight, measure, space, type_size};

use crate::art;
use crate::catalog::App;
use crate::launcher::{Apps, Launcher, MINUTE_MS, Press, Why};
use crate::layout::{Layout, Use};
use crate::overlay::Overlay;
use crate::search;
use crate::words::{self, Words};

/// Diameter of the mark of an app that runs.
const MARK: i32 = 6;
const TOAST_WIDTH: i32 = 368;
/// How much of the wallpaper a bar lets through, of 255.
const BAR_ALPHA: u8 = 0xe0;

type Canvas = View<Press>;

/// Puts everything that belongs to the apps on the view.
#[inline(never)]
pub(crate) fn put(launcher: &Launcher, view: &mut Canvas) {
    let of = if view.is_alone { Use::Kiosk } else { Use::Desk };
    let layout = launcher.layout(view.canvas, &view.look, of);
    let now = Date::of(launcher.minute * MINUTE_MS);
    let day = now.day_and_month_in(view.look.language);
    if !layout.status.is_empty() {
        put_status(launcher, view, layout.status, &now.clock(), &day);
    }
    if !layout.clock.is_empty() {
        let px = layout.clock_px;
        put_above(view, layout.clock, TextStyle::bold(px, view.palette.text), &now.clock());
        if layout.field.is_empty() {
            let size = if px == type_size::CLOCK { type_size::TITLE } else { type_size::BODY };
            let style = view.regular(size);
            put_above(view, layout.date, style, &day);
        }
    }
    if !layout.field.is_empty() {
        put_field(launcher, view, layout.field);
    }
    if !layout.chips.is_empty() {
        put_chips(launcher, view, layout.chips);
    }
    let recent = launcher.recent();
    for (place, area) in recent.iter().zip(&layout.recent) {
        put_recent(launcher, view, *place, *area);
    }
    let band = layout.band;
    match &launcher.apps {
        Apps::Listed(apps) if apps.is_empty() => {
            let text = say(view, Words::EmptyText);
            put_message(view, band, Icon::Apps, Words::Empty, &text, None);
        }
        Apps::Listed(_) if launcher.shown.is_empty() => {
            let button = Some((Words::ShowAll, Press::Category(0)));
            put_message(view, band, Icon::Search, Words::NotFound, &launcher.query, button);
        }
        Apps::Listed(_) => put_tiles(launcher, view, &layout),
        Apps::Awaited { is_said: true, .. } => {
            let (style, text) = (view.regular(type_size::BODY), say(view, Words::Loading));
            put_above(view, band, style, &text);
        }
        Apps::Awaited { is_said: false, .. } => {}
        Apps::Failed(why) => {
            let button = Some((Words::Again, Press::Retry));
            put_message(view, band, Icon::Alert, Words::Failed, &said(why, view), button);
        }
    }
    if layout.letters.is_empty() {
        put_foot(launcher, view, &layout);
    } else {
        put_letters(launcher, view, layout.letters);
    }
}

/// How text looks here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// What stands above the rest.
    Title,
    Bold,
    Body,
    Dim,
    Caption,
    /// A caption of something that is active.
    Active,
}

/// Words in the language of the person.
// Everything says something: inlined it would weigh ten times as much.
#[inline(never)]
pub(crate) fn say(view: &Canvas, words: Words) -> String {
    words::of(view.look.language, words)
}

/// A line of text, cut where it is too long.
pub(crate) fn put_text(view: &mut Canvas, area: Rect, align: Align, ink: Ink, text: &str) {
    let style = match ink {
        Ink::Title => view.bold(type_size::TITLE),
        Ink::Bold => view.bold(type_size::BODY),
        Ink::Body => view.regular(type_size::BODY),
        Ink::Dim => view.dim(type_size::BODY),
        Ink::Caption => view.dim(type_size::CAPTION),
        Ink::Active => TextStyle { color: view.palette.accent, ..view.dim(type_size::CAPTION) },
    };
    view.cut_label(area, align, style, text);
}

/// Words in the language of the person, cut where they are too long.
pub(crate) fn put_words(view: &mut Canvas, area: Rect, align: Align, ink: Ink, words: Words) {
    let text = say(view, words);
    put_text(view, area, align, ink, &text);
}

/// A line that has to be read on any wallpaper: the ground's colour around it sets it off.
fn put_above(view: &mut Canvas, area: Rect, style: TextStyle, text: &str) {
    let shade = TextStyle { color: view.palette.ground_top.with_alpha(0xa0), ..style };
    view.label(area.offset(0, 1 + style.px / 36), Align::Center, shade, text);
    view.label(area, Align::Center, style, text);
}

fn said(why: &Why, view: &Canvas) -> String {
    match why {
        Why::Known(text) => say(view, *text),
        Why::Said(text) => text.clone(),
    }
}

fn put_status(launcher: &Launcher, view: &mut Canvas, area: Rect, time: &str, day: &str) {
    let bar = Rect::new(0, 0, view.canvas.w(), area.h());
    view.fill(bar, view.palette.surface.with_alpha(BAR_ALPHA));
    let side = area.w() / 4;
    put_text(view, area.cut_start(side, 0).0, Align::Start, Ink::Title, time);
    let middle = Rect::new(area.x() + side, area.y(), area.w() - 2 * side, area.h());
    put_text(view, middle, Align::Center, Ink::Dim, day);

    if launcher.is_begun() {
        return;
    }
    let target = |area: Rect| Rect::around(area.center(), area.w(), space::TARGET);
    let (quick, rest) = area.cut_end(space::TARGET, space::XS);
    view.icon_button(target(quick), Icon::Sliders, Press::Quick);
    let running = launcher.running().len();
    if running > 0 {
        let (open, _) = rest.cut_end(72, 0);
        let count = ui::number::digits(i64::try_from(running).unwrap_or(0));
        view.button_of(target(open), Tone::Quiet, Some(Icon::Apps), &count, type_size::BODY, Press::OpenApps);
    }
}

fn put_field(launcher: &Launcher, view: &mut Canvas, area: Rect) {
    let is_used = launcher.is_pad_open || !launcher.query.is_empty();
    view.block(area, view.palette.raised, area.h() / 2);
    let pressed = if is_used { area.cut_end(space::TARGET, 0).1 } else { area };
    view.plate(pressed, Tone::Quiet, area.h() / 2, Press::Search);
    let (icon, rest) = area.cut_start(area.h(), 0);
    if launcher.is_begun() {
        return;
    }
    view.icon(icon, Icon::Search, 24, if is_used { view.palette.accent } else { view.palette.dim });
    let (end, text) = rest.cut_end(space::TARGET, 0);
    if launcher.query.is_empty() {
        put_words(view, text, Align::Start, Ink::Dim, Words::Search);
    } else {
        put_text(view, text, Align::Start, Ink::Body, &launcher.query);
    }
    if is_used {
        let width = view.width(&launcher.query, type_size::BODY, Weight::Regular).min(text.w() - 4);
        let caret = Rect::new(text.x() + width + 1, area.center().y - 10, 2, 20);
        view.fill(caret, view.palette.accent);
        view.icon_button(end, Icon::Close, Press::EndSearch);
    }
}

/// The name of a category; 0 is all.
fn category(launcher: &Launcher, language: ui::Language, number: usize) -> String {
    match launcher.category_code(number) {
        None => words::of(language, Words::All),
        Some(code) => words::category(code).map_or(code.to_owned(), |text| words::of(language, text)),
    }
}

/// How wide each category's button is, from the first that is shown; and how many of them have room.
fn chips(launcher: &Launcher, look: &ui::Look, room: i32) -> (usize, i32) {
    let count = launcher.categories.len() + 1;
    let (mut fitting, mut used) = (0, 0);
    for number in launcher.first_chip..count {
        let wide = chip_width(launcher, look, number) + space::XS;
        // Beside the last that fits is room for the button that shows the others.
        let is_last = number + 1 == count && launcher.first_chip == 0;
        let rest = if is_last { 0 } else { space::TARGET + space::XS };
        if used + wide + rest > room + space::XS {
            break;
        }
        (fitting, used) = (fitting + 1, used + wide);
    }
    (fitting.max(1), used)
}

fn chip_width(launcher: &Launcher, look: &ui::Look, number: usize) -> i32 {
    let text = category(launcher, look.language, number);
    (ui::number::ceil(measure(&text, look.px(type_size::BODY), Weight::Bold)) + 2 * space::M)
        .max(space::TARGET)
}

/// How many categories have a button now.
pub(crate) fn chips_fitting(launcher: &Launcher, system: &System) -> usize {
    let room = launcher.layout_now(system).chips.w();
    chips(launcher, &system.look, room).0
}

fn put_chips(launcher: &Launcher, view: &mut Canvas, area: Rect) {
    if launcher.categories.len() < 2 {
        return;
    }
    let (fitting, _) = chips(launcher, &view.look, area.w());
    let mut rest = area;
    for number in launcher.first_chip..launcher.first_chip + fitting {
        let (place, after) =
            rest.cut_start(chip_width(launcher, &view.look, number).min(rest.w()), space::XS);
        let is_chosen = launcher.category == number && launcher.query.is_empty();
        let tone = if is_chosen { Tone::Primary } else { Tone::Raised };
        view.plate(place, tone, place.h() / 2, Press::Category(number));
        let color = if is_chosen { view.palette.on_accent } else { view.palette.text };
        let style = TextStyle::bold(view.look.px(type_size::BODY), color);
        let text = category(launcher, view.look.language, number);
        view.cut_label(place, Align::Center, style, &text);
        rest = after;
    }
    if fitting < launcher.categories.len() + 1 {
        let icon = if view.look.is_mirrored() { Icon::ChevronLeft } else { Icon::ChevronRight };
        view.icon_button(rest.cut_start(space::TARGET, 0).0, icon, Press::MoreCategories);
    }
}

/// An app as one used before: what it is, and whether it still runs.
fn put_recent(launcher: &Launcher, view: &mut Canvas, place: usize, area: Rect) {
    let Some(app) = launcher.listed().get(place) else { return };
    view.block(area, view.palette.surface, space::RADIUS_CARD);
    view.plate(area, Tone::Quiet, space::RADIUS_CARD, Press::Recent(place));
    put_row(view, app, area.inset(space::S), 40);
}

/// An app's icon in a place so wide, and its title and state beside it.
pub(crate) fn put_row(view: &mut Canvas, app: &App, area: Rect, wide: i32) {
    let (icon, text) = area.cut_start(wide, space::S);
    put_icon(view, app, icon.at_most(40, 40));
    let (title_h, state_h) = (view.look.line(type_size::BODY), view.look.line(type_size::CAPTION));
    let lines = Rect::new(text.x(), text.center().y - (title_h + state_h) / 2, text.w(), title_h + state_h);
    let (title, state) = lines.cut_top(title_h, 0);
    put_text(view, title, Align::Start, Ink::Bold, &app.title);
    let (ink, words) =
        if app.is_running { (Ink::Active, Words::Running) } else { (Ink::Caption, Words::Closed) };
    put_words(view, state, Align::Start, ink, words);
}

/// An app's own icon, or what stands for it.
pub(crate) fn put_icon(view: &mut Canvas, app: &App, area: Rect) {
    if app.icon.is_empty() {
        let (top, bottom) = art::hue(app);
        view.gradient(area, top, bottom);
        let style = TextStyle::bold(area.w() / 2, ui::WHITE);
        let mut letter = String::new();
        guest::push(&mut letter, art::letter(app));
        view.cut_label(area, Align::Center, style, &letter);
    } else {
        view.image(area, &app.icon);
    }
}

fn put_message(
    view: &mut Canvas,
    band: Rect,
    icon: Icon,
    title: Words,
    text: &str,
    button: Option<(Words, Press)>,
) {
    let (title_h, text_h) = (view.look.line(type_size::TITLE), view.look.line(type_size::BODY));
    let button_h = if button.is_some() { space::M + space::TARGET } else { 0 };
    let high = 48 + space::S + title_h + text_h + button_h + 2 * space::L;
    let card = band.inset(space::XS).at_most(440, high);
    view.card(card);
    let color = if icon == Icon::Alert { view.palette.error } else { view.palette.dim };
    let (place, rest) = card.inset(space::L).cut_top(48, space::S);
    view.icon(place, icon, 48, color);
    let (place, rest) = rest.cut_top(title_h, 0);
    put_words(view, place, Align::Center, Ink::Title, title);
    put_text(view, rest.cut_top(text_h, 0).0, Align::Center, Ink::Dim, text);
    if let Some((label, press)) = button {
        let (place, _) = rest.cut_bottom(space::TARGET, 0);
        let label = say(view, label);
        view.button(place.at_most(240, space::TARGET), Tone::Raised, &label, press);
    }
}

fn put_tiles(launcher: &Launcher, view: &mut Canvas, layout: &Layout) {
    let (width, offset) = (layout.canvas.w(), launcher.slide.offset());
    let number = |page: usize| i32::try_from(page).unwrap_or(0);
    for page in 0..layout.pages() {
        let left = (number(page) - number(launcher.page)) * width + offset;
        // The page that comes is walked by keys before it is seen.
        if left.abs() < width || page == launcher.page {
            for at in layout.apps_on(page) {
                let place = launcher.shown.get(at).copied().unwrap_or(0);
                put_tile(launcher, view, layout, place, layout.tile(at).offset(left, 0));
            }
        }
    }
}

fn put_tile(launcher: &Launcher, view: &mut Canvas, layout: &Layout, place: usize, area: Rect) {
    let Some(app) = launcher.listed().get(place) else { return };
    view.plate(area, Tone::Raised, space::RADIUS_TILE, Press::App(place));
    let size = if !layout.clock.is_empty() && area.w() > 200 { type_size::TITLE } else { type_size::BODY };
    let name_h = view.look.line(size);
    let top = area.y() + (area.h() - layout.icon - space::XS - name_h - MARK) / 2;
    let icon = Rect::new(area.x() + (area.w() - layout.icon) / 2, top, layout.icon, layout.icon);
    put_icon(view, app, icon);
    let name = Rect::new(area.x() + space::XS, icon.bottom() + space::XS, area.w() - 2 * space::XS, name_h);
    if launcher.is_opening(app) {
        view.block(icon, view.palette.raised.with_alpha(0x90), icon.w() / 4);
        let (style, text) = (view.dim(size), say(view, Words::Opening));
        view.cut_label(name, Align::Center, style, &text);
    } else {
        let style = view.regular(size);
        view.cut_label(name, Align::Center, style, &app.title);
    }
    if app.is_running {
        let mark = Rect::new(area.x() + (area.w() - MARK) / 2, name.bottom() + 1, MARK, MARK);
        view.block(mark, view.palette.accent, MARK / 2);
    }
}

/// The page dots, and the buttons beside them.
fn put_foot(launcher: &Launcher, view: &mut Canvas, layout: &Layout) {
    let pages = layout.pages();
    if pages < 2 || !matches!(launcher.apps, Apps::Listed(_)) {
        return;
    }
    for page in 0..pages {
        let wide = if page == launcher.page { 20 } else { 8 };
        let color = if page == launcher.page { view.palette.accent } else { view.palette.line };
        view.block(Rect::around(layout.dot(page), wide, 8), color, 4);
    }
    let away = layout.dot(pages - 1).x - layout.foot.center().x + space::XL;
    let (back, on) = if view.look.is_mirrored() {
        (Icon::ChevronRight, Icon::ChevronLeft)
    } else {
        (Icon::ChevronLeft, Icon::ChevronRight)
    };
    let mut put_turn = |by, icon| {
        let center = layout.foot.offset(by * (away + space::XS), 0).center();
        view.icon_button(Rect::around(center, space::TARGET, space::TARGET), icon, Press::Turn(by));
    };
    if launcher.page > 0 {
        put_turn(-1, back);
    }
    if launcher.page + 1 < pages {
        put_turn(1, on);
    }
}

/// The letters that lead on, for fingers: the screen has no other keyboard.
fn put_letters(launcher: &Launcher, view: &mut Canvas, area: Rect) {
    view.card(area);
    let edge = space::TARGET;
    let pitch = edge + space::XS;
    let per_row = ((area.w() - space::XS) / pitch).max(1);
    let letters = launcher.letters();
    let indent = (area.w() - space::XS - per_row * pitch) / 2 + space::XS;
    // After the letters one that takes the last away, and one that ends it.
    for place in 0..letters.len() + 2 {
        let n = i32::try_from(place).unwrap_or(0);
        let (x, y) = (area.x() + indent + n % per_row * pitch, area.y() + space::XS + n / per_row * pitch);
        let at = Rect::new(x, y, edge, edge);
        if at.bottom() > area.bottom() {
            break;
        }
        if let Some(letter) = letters.get(place) {
            let mut text = String::new();
            guest::push(&mut text, search::capital(*letter));
            let press = Press::Letter(Some(*letter));
            view.button_of(at, Tone::Raised, None, &text, type_size::TITLE, press);
        } else if place == letters.len() {
            view.icon_button(at, Icon::Backspace, Press::Letter(None));
        } else {
            view.icon_button(at, Icon::Close, Press::EndSearch);
        }
    }
}

/// What did not happen, and why, over everything else.
pub(crate) fn put_toast(launcher: &Launcher, view: &mut Canvas) {
    let Some(toast) = &launcher.toast else { return };
    let width = TOAST_WIDTH.min(view.canvas.w() - 2 * space::M);
    let (title_h, text_h) = (view.look.line(type_size::BODY), view.look.line(type_size::CAPTION));
    let margin = space::margin(view.canvas.w());
    // Below what is pressed at the top.
    let top = if view.is_alone { margin } else { 56 + space::XS };
    let area = Rect::new(view.canvas.w() - margin - width, top, width, title_h + text_h + 2 * space::S);
    if launcher.overlay == Overlay::None {
        view.plate(area, Tone::Raised, space::RADIUS_CARD, Press::Toast);
    } else {
        view.block(area, view.palette.raised, space::RADIUS_CARD);
    }
    let (icon, text) = area.inset(space::S).cut_start(24, space::S);
    view.icon(icon, Icon::Alert, 24, view.palette.error);
    let (title, why) = text.cut_top(title_h, 0);
    put_words(view, title, Align::Start, Ink::Bold, toast.title);
    let text = said(&toast.why, view);
    put_text(view, why, Align::Start, Ink::Caption, &text);
}
