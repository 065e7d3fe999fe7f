//! How the launcher looks. Everything stale is drawn again with the wallpaper below it; nothing else is touched.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use ui::control::{self, Stance, Tone};
use ui::{Align, Frame, Icon, Part, Point, Profile, Rect, Shape, TextStyle, space, type_size};

use crate::art::{Art, Glyph};
use crate::catalog::App;
use crate::dialog::{Button, Dialog, Look};
use crate::launcher::{Apps, Launcher, Target, Toast};
use crate::layout::{Layout, RING};

/// Radius of the mark of a running app.
const MARK: f32 = 3.0;
const TOAST_WIDTH: i32 = 368;
const TOAST_HEIGHT: i32 = 72;
const RETRY_WIDTH: i32 = 160;
/// Edge of the icon above a message in place of tiles.
const MESSAGE_ICON: i32 = 48;

/// Draws what is stale.
pub(crate) fn draw(launcher: &Launcher, frame: &mut Frame) {
    let Some(layout) = &launcher.layout else { return };
    let view = View { launcher, layout };
    if view.needs_all() {
        view.all(frame);
        return;
    }
    let stale = &launcher.stale;
    if stale.clock {
        view.header(frame);
    }
    if stale.grid {
        view.band(frame);
    }
    if stale.dots {
        view.dots(frame);
    }
    for &target in &stale.targets {
        match target {
            Target::Tile(index) if !stale.grid => view.tile_alone(frame, index),
            Target::Power if !stale.clock => view.header(frame),
            Target::Previous | Target::Next | Target::Retry if !stale.grid => view.side_alone(frame, target),
            Target::Choice(index) => view.choice_alone(frame, index),
            _ => {}
        }
    }
}

/// Where something that can be pressed is, if it is there now. Tiles and choices know themselves.
pub(crate) fn area(launcher: &Launcher, layout: &Layout, target: Target) -> Option<Rect> {
    match target {
        Target::Power => Some(layout.power),
        Target::Previous => layout.previous.filter(|_| launcher.page > 0),
        Target::Next => layout.next.filter(|_| launcher.page + 1 < layout.pages()),
        Target::Retry => matches!(launcher.apps, Apps::Failed(_)).then(|| message(layout).button),
        Target::Toast => launcher.toast.as_ref().map(|_| toast_area(layout)),
        Target::Tile(_) | Target::Choice(_) => None,
    }
}

fn toast_area(layout: &Layout) -> Rect {
    let width = TOAST_WIDTH.min(layout.canvas.w - 2 * layout.margin);
    let right = layout.canvas.w - layout.margin;
    Rect::new(right - width, layout.status.bottom(), width, TOAST_HEIGHT)
}

/// The places of a message in place of tiles.
struct Message {
    icon: Rect,
    title: Rect,
    text: Rect,
    button: Rect,
}

fn message(layout: &Layout) -> Message {
    let (x, w) = (layout.margin, layout.canvas.w - 2 * layout.margin);
    let (title_h, text_h) =
        (type_size::line_height(type_size::HEADING), type_size::line_height(type_size::BODY));
    let whole = MESSAGE_ICON + space::M + title_h + space::XS + text_h + space::L + space::TARGET;
    let top = layout.band.y + ((layout.band.h - whole) / 2).max(0);
    let icon = Rect::new(x, top, w, MESSAGE_ICON);
    let title = Rect::new(x, icon.bottom() + space::M, w, title_h);
    let text = Rect::new(x, title.bottom() + space::XS, w, text_h);
    let button =
        Rect::new((layout.canvas.w - RETRY_WIDTH) / 2, text.bottom() + space::L, RETRY_WIDTH, space::TARGET);
    Message { icon, title, text, button }
}

struct View<'a> {
    launcher: &'a Launcher,
    layout: &'a Layout,
}

impl View<'_> {
    /// Whether something lies over what is stale, so that it cannot be drawn alone.
    fn needs_all(&self) -> bool {
        let stale = &self.launcher.stale;
        let below = || {
            let tiles = stale.targets.iter().filter_map(|target| match target {
                Target::Tile(index) => Some(self.layout.tile(*index).grown(RING)),
                Target::Choice(_) => None,
                target => area(self.launcher, self.layout, *target),
            });
            let header = (stale.clock || stale.targets.contains(&Target::Power)).then(|| self.header_area());
            tiles
                .chain(header)
                .chain(stale.grid.then_some(self.layout.band))
                .chain(stale.dots.then_some(self.layout.dots))
                .collect::<Vec<Rect>>()
        };
        stale.all
            || (self.launcher.dialog.is_some() && !below().is_empty())
            || (self.launcher.toast.is_some()
                && below().iter().any(|area| area.touches(toast_area(self.layout))))
    }

    fn all(&self, frame: &mut Frame) {
        self.ground(frame, self.layout.canvas);
        self.header_content(frame);
        self.band_content(frame);
        self.dots_content(frame);
        if let Some(toast) = &self.launcher.toast {
            self.toast(frame, toast);
        }
        if let Some(dialog) = self.launcher.dialog {
            self.dialog(frame, dialog);
        }
    }

    fn ground(&self, frame: &mut Frame, area: Rect) {
        frame.ground(&self.launcher.palette, area.intersection(self.layout.canvas), self.layout.canvas.h);
    }

    fn stance(&self, target: Target) -> Stance {
        self.launcher.stance(target)
    }

    fn ring(&self, frame: &mut Frame, target: Target, area: Rect, radius: i32) {
        if self.launcher.is_focused(target) {
            control::focus_ring(frame, &self.launcher.palette, area, radius);
        }
    }
}

/// The time, and the line above it.
impl View<'_> {
    fn header_area(&self) -> Rect {
        Rect::new(
            0,
            0,
            self.layout.canvas.w,
            self.layout.date.bottom().max(self.layout.power.bottom() + RING),
        )
    }

    fn header(&self, frame: &mut Frame) {
        self.ground(frame, self.header_area());
        self.header_content(frame);
    }

    fn header_content(&self, frame: &mut Frame) {
        let (layout, palette) = (self.layout, &self.launcher.palette);
        let date = &self.launcher.date;
        let clock = TextStyle::bold(layout.clock_px, palette.text);
        frame.text(layout.clock, Align::Center, clock, &date.clock());
        let day = TextStyle::regular(layout.date_px, palette.dim);
        frame.text(layout.date, Align::Center, day, &date.day_and_month());

        if self.launcher.profile != Profile::Kiosk {
            self.status(frame);
        }
        let power = layout.power;
        control::icon_button(frame, palette, power, Tone::Quiet, self.stance(Target::Power), Icon::Power);
        self.ring(frame, Target::Power, power.grown(-2 * 2), power.h / 2 - 4);
    }

    /// The system's mark left, how much runs right.
    fn status(&self, frame: &mut Frame) {
        let (layout, palette) = (self.layout, &self.launcher.palette);
        let middle = layout.power.center().y;
        let line = Rect::new(layout.margin, middle - 12, layout.canvas.w / 3, 24);
        self.logo(frame, Point::new(line.x, line.y + 2), 20);
        let name = Rect::new(line.x + 20 + space::XS, line.y, line.w, line.h);
        frame.text(name, Align::Start, TextStyle::bold(type_size::BODY, palette.text), "Vyoma");
        let running = match self.launcher.running() {
            0 => return,
            1 => "1 app running".to_owned(),
            n => [&ui::number::digits(i64::try_from(n).unwrap_or(i64::MAX)), " apps running"].concat(),
        };
        let right = Rect::new(layout.power.x - space::XS - line.w, line.y, line.w, line.h);
        frame.text(right, Align::End, TextStyle::regular(type_size::CAPTION, palette.dim), &running);
    }

    /// The round of the sky and the light in it: `assets/logo.svg`.
    fn logo(&self, frame: &mut Frame, at: Point, edge: i32) {
        let palette = &self.launcher.palette;
        let sky = [Part::Arc { center: (12.0, 12.0), radius: 11.1, from: 73.0, sweep: 304.0 }];
        let light = [Part::Disc { center: (19.7, 4.3), radius: 3.4 }];
        for (parts, color) in [(&sky, palette.text), (&light, palette.accent)] {
            let shape = Shape { grid: 24.0, stroke: 1.8, parts, holes: &[] };
            frame.shape(&shape, at, edge, |_| color);
        }
    }
}

/// The tiles, or what is said in their place.
impl View<'_> {
    fn band(&self, frame: &mut Frame) {
        self.ground(frame, self.layout.band);
        self.band_content(frame);
    }

    fn band_content(&self, frame: &mut Frame) {
        match &self.launcher.apps {
            Apps::Listed(apps) if apps.is_empty() => {
                self.message(frame, Icon::Apps, "No apps yet", "Apps installed on this device appear here.");
            }
            Apps::Listed(_) => self.tiles(frame),
            Apps::Awaited { is_said: true, .. } => {
                let style = TextStyle::regular(type_size::BODY, self.launcher.palette.dim);
                frame.text(message(self.layout).text, Align::Center, style, "Loading apps…");
            }
            Apps::Awaited { .. } => {}
            Apps::Failed(why) => {
                self.message(frame, Icon::Alert, "The apps cannot be shown", why);
                self.retry(frame);
            }
        }
    }

    fn message(&self, frame: &mut Frame, icon: Icon, title: &str, text: &str) {
        let palette = &self.launcher.palette;
        let places = message(self.layout);
        let color = if icon == Icon::Alert { palette.error } else { palette.dim };
        frame.icon(icon, places.icon, MESSAGE_ICON, color);
        frame.text(places.title, Align::Center, TextStyle::bold(type_size::HEADING, palette.text), title);
        frame.text(places.text, Align::Center, TextStyle::regular(type_size::BODY, palette.dim), text);
    }

    fn retry(&self, frame: &mut Frame) {
        let button = message(self.layout).button;
        let stance = self.stance(Target::Retry);
        control::button(frame, &self.launcher.palette, button, Tone::Raised, stance, "Try again");
        self.ring(frame, Target::Retry, button, space::RADIUS_CONTROL);
    }

    fn tiles(&self, frame: &mut Frame) {
        let width = self.layout.canvas.w;
        let offset = self.launcher.slide.offset();
        frame.set_opacity(self.launcher.appear.opacity());
        for page in 0..self.layout.pages() {
            let pages_away =
                i32::try_from(page).unwrap_or(0) - i32::try_from(self.launcher.page).unwrap_or(0);
            let left = pages_away * width + offset;
            if left <= -width || left >= width {
                continue;
            }
            for index in self.layout.apps_on(page) {
                self.tile(frame, index, left);
            }
        }
        if offset == 0 {
            self.side(frame, Target::Previous);
            self.side(frame, Target::Next);
        }
        frame.set_opacity(255);
    }

    fn tile_alone(&self, frame: &mut Frame, index: usize) {
        if self.layout.page_of(index) == self.launcher.page {
            self.ground(frame, self.layout.tile(index).grown(RING));
            self.tile(frame, index, 0);
        }
    }

    fn tile(&self, frame: &mut Frame, index: usize, left: i32) {
        let Some(app) = self.launcher.listed().get(index) else { return };
        let (layout, palette) = (self.layout, &self.launcher.palette);
        let area = layout.tile(index).offset(left, 0);
        let target = Target::Tile(index);
        control::plate(frame, palette, area, space::RADIUS_TILE, Tone::Raised, self.stance(target));

        let name_px = if layout.tile < 200 { type_size::BODY } else { type_size::TITLE };
        let name_h = type_size::line_height(name_px);
        let top = area.y + (area.h - layout.icon - space::S - name_h) / 2 - space::XS / 2;
        let icon = Rect::new(area.x + (area.w - layout.icon) / 2, top, layout.icon, layout.icon);
        self.art(frame, app, icon);

        let name = Rect::new(area.x + space::S, icon.bottom() + space::S, area.w - 2 * space::S, name_h);
        let (text, color) = if self.launcher.is_opening(app) {
            ("Opening…", palette.dim)
        } else {
            (app.title.as_str(), palette.text)
        };
        frame.text(name, Align::Center, TextStyle::regular(name_px, color), text);
        if app.is_running {
            let center = Point::new(area.center().x, (name.bottom() + area.bottom()) / 2 - 1);
            let (x, y) = (ui::number::float(center.x), ui::number::float(center.y));
            let dot = Part::Disc { center: (x, y), radius: MARK };
            frame.part(&dot, 0.0, Rect::around(center, 8, 8), palette.accent);
        }
        self.ring(frame, target, area, space::RADIUS_TILE);
    }

    fn art(&self, frame: &mut Frame, app: &App, area: Rect) {
        let palette = &self.launcher.palette;
        if !app.icon.is_empty() {
            frame.image(area, &app.icon);
            // A picture cannot fade: the tile fades away over it.
            let opacity = frame.opacity();
            frame.set_opacity(255);
            frame.round(area, area.w / 4, palette.raised.with_alpha(255 - opacity));
            frame.set_opacity(opacity);
            if self.launcher.is_opening(app) {
                frame.round(area, area.w / 4, palette.raised.with_alpha(0x80));
            }
            return;
        }
        let art = Art::of(app);
        frame.plate(area, art.top, art.bottom);
        match art.glyph {
            Glyph::Icon(icon) => frame.icon(icon, area, area.w * 9 / 16, ui::WHITE),
            Glyph::Letter(letter) => {
                let style = TextStyle::bold(area.w / 2, ui::WHITE);
                frame.text(area, Align::Center, style, letter.encode_utf8(&mut [0; 4]));
            }
        }
        if self.launcher.is_opening(app) {
            frame.round(area, area.w / 4, palette.raised.with_alpha(0x80));
        }
    }
}

/// Pages.
impl View<'_> {
    fn side(&self, frame: &mut Frame, target: Target) {
        if let Some(area) = area(self.launcher, self.layout, target) {
            let icon = if target == Target::Previous { Icon::ChevronLeft } else { Icon::ChevronRight };
            control::icon_button(frame, &self.launcher.palette, area, Tone::Quiet, self.stance(target), icon);
        }
    }

    fn side_alone(&self, frame: &mut Frame, target: Target) {
        let Some(area) = area(self.launcher, self.layout, target) else { return };
        self.ground(frame, area.grown(RING));
        if target == Target::Retry {
            self.retry(frame);
        } else {
            self.side(frame, target);
        }
    }

    fn dots(&self, frame: &mut Frame) {
        self.ground(frame, self.layout.dots);
        self.dots_content(frame);
    }

    fn dots_content(&self, frame: &mut Frame) {
        let palette = &self.launcher.palette;
        if self.layout.pages() < 2 {
            return;
        }
        for page in 0..self.layout.pages() {
            let center = self.layout.dot(page);
            if page == self.launcher.page {
                frame.round(Rect::around(center, 16, 8), 4, palette.text);
            } else {
                frame.round(Rect::around(center, 8, 8), 4, palette.line);
            }
        }
    }
}

/// What lies over everything.
impl View<'_> {
    fn toast(&self, frame: &mut Frame, toast: &Toast) {
        let palette = &self.launcher.palette;
        let area = toast_area(self.layout);
        frame.round(area, space::RADIUS_CARD, palette.surface);
        frame.ring(area, space::RADIUS_CARD, 1, palette.line);
        let icon = Rect::new(area.x + space::M, area.y, 24, area.h);
        frame.icon(Icon::Alert, icon, 24, palette.error);
        let close = Rect::new(area.right() - space::TARGET, area.y, space::TARGET, area.h);
        frame.icon(Icon::Close, close, 16, palette.dim);
        let (left, middle) = (icon.right() + space::M, area.center().y);
        let (title_h, text_h) =
            (type_size::line_height(type_size::BODY), type_size::line_height(type_size::CAPTION));
        let width = close.x - left;
        let title = Rect::new(left, middle - (title_h + text_h) / 2 - 1, width, title_h);
        let text = Rect::new(left, title.bottom() + 2, width, text_h);
        frame.text(title, Align::Start, TextStyle::bold(type_size::BODY, palette.text), &toast.title);
        frame.text(text, Align::Start, TextStyle::regular(type_size::CAPTION, palette.dim), &toast.text);
    }

    fn dialog(&self, frame: &mut Frame, dialog: Dialog) {
        let (canvas, palette) = (self.layout.canvas, &self.launcher.palette);
        frame.fill(canvas, palette.scrim);
        let card = dialog.card(canvas);
        frame.round(card, space::RADIUS_TILE, palette.surface);
        frame.ring(card, space::RADIUS_TILE, 1, palette.raised);
        let (headline, body) = dialog.words();
        let style = TextStyle::bold(type_size::HEADING, palette.text);
        frame.text(dialog.headline(canvas), Align::Center, style, headline);
        let style = TextStyle::regular(type_size::BODY, palette.dim);
        frame.text(dialog.body(canvas), Align::Center, style, body);
        for (index, button) in dialog.buttons(canvas).iter().enumerate() {
            self.choice(frame, index, button);
        }
    }

    fn choice_alone(&self, frame: &mut Frame, index: usize) {
        let Some(dialog) = self.launcher.dialog else { return };
        if let Some(button) = dialog.buttons(self.layout.canvas).get(index) {
            frame.fill(button.area.grown(RING), self.launcher.palette.surface);
            self.choice(frame, index, button);
        }
    }

    fn choice(&self, frame: &mut Frame, index: usize, button: &Button) {
        let palette = &self.launcher.palette;
        let target = Target::Choice(index);
        let (area, stance) = (button.area, self.stance(target));
        let radius = match button.look {
            Look::Large(icon) => {
                let color = control::plate(frame, palette, area, space::RADIUS_CARD, Tone::Raised, stance);
                let label_h = type_size::line_height(type_size::BODY);
                let top = area.y + (area.h - 32 - space::S - label_h) / 2;
                frame.icon(icon, Rect::new(area.x, top, area.w, 32), 32, palette.text);
                let label =
                    Rect::new(area.x + space::XS, top + 32 + space::S, area.w - 2 * space::XS, label_h);
                frame.text(label, Align::Center, TextStyle::bold(type_size::BODY, color), button.label);
                space::RADIUS_CARD
            }
            Look::Plain => {
                control::button(frame, palette, area, Tone::Raised, stance, button.label);
                space::RADIUS_CONTROL
            }
            Look::Primary => {
                control::button(frame, palette, area, Tone::Primary, stance, button.label);
                space::RADIUS_CONTROL
            }
        };
        self.ring(frame, target, area, radius);
    }
}
