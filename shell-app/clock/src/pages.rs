//! What the pages look like.

use guest::Store;
use ui::control::Tone;
use ui::number::digits;
use ui::{Align, Date, Icon, Rect, Text, TextStyle, View, space, type_size};

use crate::saved::{Face, Hours, MOST, Timer, clock};
use crate::zone::CITIES;
use crate::{ALARM, Cause, Clock, Editing, Page, Part, Press, TIMER, face, remaining};

const TABS: [Text; 4] =
    [["Clock", "Uhr", "घड़ी", "الساعة"], ["World", "Welt", "विश्व", "العالم"], ALARM, TIMER];
const DIGITS: Text = ["Digits", "Ziffern", "अंक", "أرقام"];
const HANDS: Text = ["Hands", "Zeiger", "सुइयाँ", "عقارب"];
const ONCE: Text = ["24 hours", "24 Stunden", "24 घंटे", "24 ساعة"];
const TWICE: Text = ["12 hours", "12 Stunden", "12 घंटे", "12 ساعة"];
const NO_ALARMS: Text = ["No alarms", "Kein Wecker gestellt", "कोई अलार्म नहीं", "لا منبهات"];
const NEW_ALARM: Text = ["New alarm", "Neuer Wecker", "नया अलार्म", "منبه جديد"];
const SAVE: Text = ["Save", "Sichern", "सहेजें", "حفظ"];
const CANCEL: Text = ["Cancel", "Abbrechen", "रद्द करें", "إلغاء"];
const START: Text = ["Start", "Start", "शुरू", "ابدأ"];
const HOLD: Text = ["Hold", "Anhalten", "रोकें", "توقف"];
const CLEAR: Text = ["Clear", "Löschen", "मिटाएँ", "مسح"];
const STOP: Text = ["Stop", "Aus", "बंद करें", "إيقاف"];
const SNOOZE: Text = ["5 minutes", "5 Minuten", "5 मिनट", "5 دقائق"];
const OVER: Text = ["Time is up", "Die Zeit ist um", "समय पूरा हुआ", "انتهى الوقت"];

/// Greatest height of a row of a list, in pixels.
const ROW: i32 = 64;
/// Between two rows.
const ROW_GAP: i32 = 4;
/// Least room for a city's name, in pixels: where there is less, it stands without how far its clocks are apart.
const NAME: i32 = 80;
/// A canvas lower than this, in pixels, spares what is between its parts.
const LOW: i32 = 440;

/// The tabs' row, and what is below it.
fn parts(canvas: Rect) -> (Rect, Rect) {
    canvas.inset(space::margin(canvas.w())).cut_top(space::TARGET, gap(canvas, space::M))
}

/// The distance between parts: `usual`, or less on a low canvas.
fn gap(canvas: Rect, usual: i32) -> i32 {
    if canvas.h() < LOW { space::XS } else { usual }
}

/// A list of rows in columns, with buttons beside it that bring what it has no room for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List {
    place: Rect,
    columns: i32,
    /// Rows of a column.
    rows: i32,
    /// The last row that can be the first one shown.
    pub(crate) last: usize,
}

impl List {
    /// A list with room for `most` rows if it is high enough for that, of which there are `count` now.
    fn of(place: Rect, columns: i32, most: usize, count: usize) -> Self {
        let number = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let fitting = ((place.h() + ROW_GAP) / (space::TARGET + ROW_GAP)).max(1);
        let rows = (number(most) / columns).min(fitting);
        let last = usize::try_from(number(count) - rows * columns).unwrap_or(0);
        Self { place, columns, rows, last }
    }

    /// The places of rows from the `first` one on, column by column: more than there are, at the end.
    fn rows(&self, first: usize) -> impl Iterator<Item = (usize, Rect)> {
        let (rows, width) = (self.rows, if self.last > 0 { space::TARGET + space::XS } else { 0 });
        let place = self.place.cut_end(width, 0).1;
        let height = ((place.h() - (rows - 1) * ROW_GAP) / rows).min(ROW);
        let grid = Rect::new(place.x(), place.y(), place.w(), rows * (height + ROW_GAP) - ROW_GAP);
        let columns = grid.columns(self.columns, space::M);
        (first..).zip(columns.into_iter().flat_map(move |column| column.rows(rows, ROW_GAP)))
    }

    fn show_buttons(&self, view: &mut View<Press>) {
        if self.last > 0 {
            let (buttons, _) = self.place.cut_end(space::TARGET, 0);
            view.icon_button(buttons.cut_top(space::TARGET, 0).0, Icon::ChevronUp, Press::Up);
            view.icon_button(buttons.cut_bottom(space::TARGET, 0).0, Icon::ChevronDown, Press::Down);
        }
    }
}

impl<S: Store> Clock<S> {
    pub(crate) fn show(&self, view: &mut View<Press>) {
        let (mut head, rest) = parts(view.canvas);
        if view.is_alone {
            let (place, after) = head.cut_start(space::TARGET, space::XS);
            let icon = if view.look.is_mirrored() { Icon::ChevronRight } else { Icon::ChevronLeft };
            view.icon_button(place, icon, Press::Back);
            head = after;
        }
        let names = [0, 1, 2, 3].map(|n: usize| view.text(&TABS[n]));
        let chosen = Page::ALL.iter().position(|page| *page == self.page).unwrap_or(0);
        let head = Rect::new(head.x(), head.y(), head.w().min(640), head.h());
        view.tabs(head, &names, chosen, |n| Press::Page(Page::ALL[n]));
        match self.page {
            Page::Time => self.show_time(view, rest),
            Page::World => self.show_world(view),
            Page::Alarms => self.show_alarms(view, rest),
            Page::Timer => self.show_timer(view, rest),
        }
        if let Some(editing) = self.editing {
            self.show_editor(view, editing);
        }
        if let Some(ringing) = self.ringing {
            let (title, text) = match ringing.cause {
                Cause::Alarm(minute) => (view.text(&ALARM), self.time_of(minute)),
                Cause::Timer => (view.text(&TIMER), view.text(&OVER).into()),
            };
            let answers = [(view.text(&SNOOZE), Press::Snooze), (view.text(&STOP), Press::Stop)];
            view.dialog(title, &text, &answers);
        }
        if let Some((text, _)) = &self.toast {
            view.toast(text);
        }
    }

    fn show_time(&self, view: &mut View<Press>, place: Rect) {
        let (row, place) = place.cut_bottom(space::TARGET, gap(view.canvas, space::S));
        let name = view.text(&CITIES[self.saved.home].name);
        face::view(view, place, self.saved.face, self.saved.hours, &self.date(), name);
        let row = Rect::around(row.center(), row.w().min(400), row.h());
        let two = row.columns(2, space::XS);
        // Each says what it changes to.
        let label = view.text(if self.saved.face == Face::Digital { &HANDS } else { &DIGITS });
        view.button(two[0], Tone::Raised, label, Press::Face);
        let label = view.text(if self.saved.hours == Hours::Day { &TWICE } else { &ONCE });
        view.button(two[1], Tone::Raised, label, Press::Hours);
    }

    /// The list of the page, where it has one.
    pub(crate) fn list(&self, canvas: Rect) -> Option<List> {
        let (_, place) = parts(canvas);
        match self.page {
            Page::World => {
                let place = Rect::new(place.x(), place.y(), place.w().min(1200), place.h());
                let columns = if place.w() >= 600 { 2 } else { 1 };
                Some(List::of(place, columns, CITIES.len(), CITIES.len()))
            }
            Page::Alarms => {
                let place = Rect::new(place.x(), place.y(), place.w().min(640), place.h());
                let (_, place) = place.cut_bottom(space::TARGET, gap(canvas, space::S));
                Some(List::of(place, 1, MOST, self.saved.alarms.len()))
            }
            Page::Time | Page::Timer => None,
        }
    }

    fn show_world(&self, view: &mut View<Press>) {
        let Some(list) = self.list(view.canvas) else { return };
        list.show_buttons(view);
        let home = CITIES[self.saved.home].ahead(self.unix_ms);
        for (city, (index, place)) in CITIES.iter().skip(self.first).zip(list.rows(self.first)) {
            let tone = if index == self.saved.home { Tone::Raised } else { Tone::Quiet };
            view.button_of(place, tone, None, "", type_size::BODY, Press::Home(index));
            let inside = Rect::new(place.x() + space::S, place.y(), place.w() - 2 * space::S, place.h());
            let date = Date::of(city.clocks(self.unix_ms));
            let (time, half) = clock(date.hour, date.minute, self.saved.hours);
            let time = [&time, half].concat();
            let width = view.width("00:00 AM", type_size::TITLE, ui::Weight::Bold) + 2;
            let (time_place, inside) = inside.cut_end(width, space::XS);
            let bold = view.bold(type_size::TITLE);
            view.label(time_place, Align::End, bold, &time);
            let (difference, mut name) =
                inside.cut_end(view.width("+12:30 h", type_size::CAPTION, ui::Weight::Regular), space::XS);
            if name.w() < NAME {
                name = inside;
            } else if index != self.saved.home {
                let dim = view.dim(type_size::CAPTION);
                view.label(difference, Align::End, dim, &apart(city.ahead(self.unix_ms) - home));
            }
            let color = if index == self.saved.home { view.palette.accent } else { view.palette.text };
            let style = TextStyle { color, ..view.bold(type_size::BODY) };
            let label = view.text(&city.name);
            view.cut_label(name, Align::Start, style, label);
        }
    }

    fn show_alarms(&self, view: &mut View<Press>, place: Rect) {
        let place = Rect::new(place.x(), place.y(), place.w().min(640), place.h());
        let (foot, above) = place.cut_bottom(space::TARGET, gap(view.canvas, space::S));
        if self.saved.alarms.is_empty() {
            let style = view.dim(type_size::TITLE);
            let text = view.text(&NO_ALARMS);
            view.label(above, Align::Center, style, text);
        }
        let Some(list) = self.list(view.canvas) else { return };
        list.show_buttons(view);
        for (alarm, (index, row)) in self.saved.alarms.iter().skip(self.first).zip(list.rows(self.first)) {
            view.card(row);
            let inside =
                Rect::new(row.x() + space::XS, row.center().y - 24, row.w() - 2 * space::XS, space::TARGET);
            let (delete, inside) = inside.cut_end(space::TARGET, space::XS);
            view.icon_button(delete, Icon::Trash, Press::DeleteAlarm(index));
            let (switch, inside) = inside.cut_end(if row.w() < 400 { 64 } else { 96 }, space::XS);
            view.toggle(switch, alarm.is_on, Press::SwitchAlarm(index));
            let edit = Rect::new(inside.x(), inside.y(), inside.w().min(200), inside.h());
            view.button_of(
                edit,
                Tone::Quiet,
                None,
                &self.time_of(alarm.minute),
                type_size::HEADING,
                Press::EditAlarm(index),
            );
        }
        let label = view.text(&NEW_ALARM);
        let width = foot.w().min(280);
        view.button_of(
            Rect::new(foot.x(), foot.y(), width, foot.h()),
            Tone::Primary,
            Some(Icon::Plus),
            label,
            type_size::BODY,
            Press::NewAlarm,
        );
        if self.saved.alarms.len() >= MOST {
            view.disable();
        }
    }

    fn show_editor(&self, view: &mut View<Press>, editing: Editing) {
        view.cover();
        let gap = gap(view.canvas, space::M);
        let card = view.canvas.inset(gap).at_most(400, 304);
        view.card(card);
        let (foot, body) = card.inset(gap).cut_bottom(space::TARGET, gap);
        let three = body.columns(3, space::XS);
        let (hour, minute) = (editing.minute / 60, editing.minute % 60);
        let parts = [
            (Part::Hours, ui::number::two_digits(hour)),
            (Part::Tens, digits((minute / 10).cast_signed())),
            (Part::Ones, digits((minute % 10).cast_signed())),
        ];
        // A time is read from the left in every language: its columns are not mirrored.
        let at = |n: usize| if view.look.is_mirrored() { three[2 - n] } else { three[n] };
        let columns = [at(0), at(1), at(2)];
        for (column, (part, shown)) in columns.into_iter().zip(parts) {
            let (up, rest) = column.cut_top(space::TARGET, 0);
            let (down, middle) = rest.cut_bottom(space::TARGET, 0);
            view.icon_button(up, Icon::ChevronUp, Press::More(part));
            let style = TextStyle::bold(type_size::DISPLAY, view.palette.text);
            view.label(middle, Align::Center, style, &shown);
            view.icon_button(down, Icon::ChevronDown, Press::Less(part));
        }
        let two = foot.columns(2, space::S);
        let label = view.text(&CANCEL);
        view.button(two[0], Tone::Raised, label, Press::Cancel);
        let label = view.text(&SAVE);
        view.button(two[1], Tone::Primary, label, Press::Save);
    }

    fn show_timer(&self, view: &mut View<Press>, place: Rect) {
        let place = Rect::around(place.center(), place.w().min(560), place.h().min(360));
        let gap = gap(view.canvas, space::S);
        let (buttons, above) = place.cut_bottom(space::TARGET, gap);
        let (longer, time) = above.cut_bottom(space::TARGET, gap);
        let left = self.saved.timer.left(self.unix_ms);
        let color =
            if matches!(self.saved.timer, Timer::Ends(_)) { view.palette.accent } else { view.palette.text };
        // As high as there is room for.
        let style = TextStyle::bold(type_size::CLOCK.min(time.h()), color);
        view.label(time, Align::Center, style, &remaining(left));
        let steps = [("+10 s", 10), ("+1 min", 60), ("+10 min", 600)];
        for (place, (label, seconds)) in longer.columns(3, space::XS).into_iter().zip(steps) {
            view.button(place, Tone::Raised, label, Press::Longer(seconds));
        }
        let two = buttons.columns(2, space::XS);
        let label = view.text(&CLEAR);
        view.button(two[0], Tone::Raised, label, Press::Clear);
        let label = view.text(if matches!(self.saved.timer, Timer::Ends(_)) { &HOLD } else { &START });
        view.button(two[1], Tone::Primary, label, Press::Go);
        if self.saved.timer == Timer::Set(0) {
            view.disable();
        }
    }
}

/// How far two clocks are apart: `+5:30 h`, `0 h`.
fn apart(minutes: i64) -> alloc::string::String {
    let sign = match minutes {
        0 => "",
        1.. => "+",
        _ => "−",
    };
    let of = minutes.unsigned_abs();
    let hours = digits((of / 60).cast_signed());
    match of % 60 {
        0 => [sign, &hours, " h"].concat(),
        rest => [sign, &hours, ":", &ui::number::two_digits(rest), " h"].concat(),
    }
}
