//! The time of one place: digits with a light going round them, or hands.

use ui::number::{ceil, float, round, sin_cos};
use ui::{Align, Date, Part, Rect, Rgba, TextStyle, View, space, type_size};

use crate::Press;
use crate::saved::{Face, Hours, clock};

/// Largest radius, in pixels: the digits inside are at most 72.
const MAX_RADIUS: i32 = 232;
/// Least radius of the ring, in pixels: in a smaller one the date has no room.
const LEAST_RING: i32 = 110;

/// Puts the time and the date into `place`; `below` the date is the name of the place.
pub(crate) fn view(view: &mut View<Press>, place: Rect, face: Face, hours: Hours, date: &Date, name: &str) {
    match face {
        Face::Digital => digital(view, place, hours, date, name),
        Face::Analogue => analogue(view, place, date, name),
    }
}

/// Where a turn of the clock, in sixtieths, is on a circle.
fn on_circle(center: (f32, f32), radius: f32, sixtieths: f32) -> (f32, f32) {
    let (sin, cos) = sin_cos(sixtieths / 60.0 * core::f32::consts::TAU);
    (center.0 + radius * sin, center.1 - radius * cos)
}

/// The middle of a rectangle.
fn middle(place: Rect) -> (f32, f32) {
    let center = place.center();
    (float(center.x), float(center.y))
}

fn sixtieths(value: u64) -> f32 {
    float(i32::try_from(value % 60).unwrap_or(0))
}

fn disc(view: &mut View<Press>, center: (f32, f32), radius: f32, color: Rgba) {
    let edge = ceil(radius) * 2 + 2;
    let area = Rect::new(round(center.0) - edge / 2, round(center.1) - edge / 2, edge, edge);
    view.stroke(area, Part::disc(center, radius), 0.0, color);
}

fn digital(view: &mut View<Press>, place: Rect, hours: Hours, date: &Date, name: &str) {
    let radius = (place.h().min(place.w()) / 2 - space::XS).min(MAX_RADIUS);
    let center = middle(place);
    let light: f32 = match radius {
        ..130 => 2.0,
        130..200 => 3.0,
        _ => 4.0,
    };
    let palette = view.palette;
    let has_ring = radius >= LEAST_RING;
    for second in 0..if has_ring { 60 } else { 0 } {
        let (size, color) = match second {
            second if second == date.second => (light * 1.6, palette.accent),
            second if second < date.second => (light, palette.dim),
            _ => (light, palette.line),
        };
        disc(view, on_circle(center, float(radius), sixtieths(second)), size, color);
    }

    let (mut px, small) = match radius {
        200.. => (type_size::CLOCK, type_size::TITLE),
        150.. => (type_size::CLOCK, type_size::BODY),
        _ if has_ring => (type_size::DISPLAY, type_size::CAPTION),
        // What is below the digits takes two lines.
        _ => (
            type_size::CLOCK.min((place.h() - 2 * view.look.line(type_size::CAPTION)) * 4 / 5),
            type_size::CAPTION,
        ),
    };
    let (shown, half) = clock(date.hour, date.minute, hours);
    let inner = if has_ring { radius * 2 - 48 } else { place.w() };
    let text = date.day_and_month_in(view.look.language);
    // Two lines of the date where one is too wide for the circle.
    let line = view.look.line(small);
    let style = view.dim(small);
    let rows = ui::wrapped(&text, style.px, style.weight, inner * 9 / 10);
    let rows_h = i32::try_from(rows.len()).unwrap_or(1) * line;
    let half_w = view.width(half, small, ui::Weight::Bold);
    while px > type_size::HEADING && ceil(ui::measure(&shown, px, ui::Weight::Bold)) + half_w > inner {
        px -= 2;
    }
    // Room for what is below the line of the largest digits.
    let height = px * 5 / 4;
    let whole = height + rows_h + line;
    let time = Rect::new(place.center().x - inner / 2, place.center().y - whole / 2, inner, height);
    let digits_w = ceil(ui::measure(&shown, px, ui::Weight::Bold));
    let left = time.x() + (inner - digits_w - half_w) / 2;
    let digits = Rect::new(left, time.y(), digits_w, time.h());
    let bold = TextStyle::bold(px, palette.text);
    view.label(digits, Align::Center, bold, &shown);
    if !half.is_empty() {
        let style = TextStyle::bold(view.look.px(small), palette.dim);
        // On the baseline of the digits: boxes centre their capitals, so it is lowered by half the difference.
        let lower = round(ui::CAP_HEIGHT * float(px - style.px)) / 2;
        let place = Rect::new(digits.right(), time.y() + lower + (time.h() - line) / 2, half_w, line);
        view.label(place, Align::Center, style, half);
    }
    let mut below = Rect::new(time.x(), time.bottom(), inner, rows_h + line);
    for row in rows {
        let (place, rest) = below.cut_top(line, 0);
        view.label(place, Align::Center, style, row);
        below = rest;
    }
    let style = TextStyle::regular(view.look.px(type_size::CAPTION), palette.sky);
    view.cut_label(below, Align::Center, style, name);
}

fn analogue(view: &mut View<Press>, place: Rect, date: &Date, name: &str) {
    let palette = view.palette;
    let line = view.look.line(type_size::BODY);
    let style = view.regular(type_size::BODY);
    let text = date.day_and_month_in(view.look.language);
    // Words beside a dial that would be small above them.
    let (mut words, place) = if place.h() < 2 * LEAST_RING && place.w() > place.h() {
        let (dial, words) = place.cut_start(place.w() / 2, 0);
        let rows = ui::wrapped(&text, style.px, style.weight, words.w());
        (words.at_most(words.w(), (i32::try_from(rows.len()).unwrap_or(1) + 1) * line), dial)
    } else {
        place.cut_bottom(2 * line, space::XS)
    };
    let radius = (place.h().min(place.w()) / 2 - 4).clamp(8, MAX_RADIUS);
    let (center, r) = (middle(place), float(radius));
    let plate = Rect::around(place.center(), 2 * radius, 2 * radius);
    view.block(plate, palette.surface, radius);
    for minute in 0..60_u64 {
        let turn = sixtieths(minute);
        if minute.is_multiple_of(5) {
            let (from, to) = (on_circle(center, r * 0.84, turn), on_circle(center, r * 0.93, turn));
            hand(view, from, to, 4.0, palette.text);
        } else {
            disc(view, on_circle(center, r * 0.93, turn), 1.5, palette.line);
        }
    }
    let hour = float(i32::try_from(date.hour % 12 * 60 + date.minute).unwrap_or(0)) / 12.0;
    hand(view, center, on_circle(center, r * 0.5, hour), r * 0.045, palette.text);
    hand(view, center, on_circle(center, r * 0.76, sixtieths(date.minute)), r * 0.03, palette.text);
    let second = sixtieths(date.second);
    hand(view, on_circle(center, r * -0.16, second), on_circle(center, r * 0.8, second), 2.0, palette.accent);
    disc(view, center, r * 0.045, palette.accent);
    for row in ui::wrapped(&text, style.px, style.weight, words.w()) {
        let (place, below) = words.cut_top(line, 0);
        view.label(place, Align::Center, style, row);
        words = below;
    }
    let style = TextStyle::regular(view.look.px(type_size::CAPTION), palette.sky);
    view.cut_label(words, Align::Center, style, name);
}

fn hand(view: &mut View<Press>, from: (f32, f32), to: (f32, f32), width: f32, color: Rgba) {
    let reach = ceil(width / 2.0) + 1;
    let (x, y) = (round(from.0.min(to.0)) - reach, round(from.1.min(to.1)) - reach);
    let (right, bottom) = (round(from.0.max(to.0)) + reach, round(from.1.max(to.1)) + reach);
    view.stroke(Rect::new(x, y, right - x, bottom - y), Part::line(from, to), width, color);
}
