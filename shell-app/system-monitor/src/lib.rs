//! What runs on the device: every app with its state, how long it runs, how often it was started again, what it costs of
//! processor and memory, and how many pictures a second it shows; of the chosen one its processor time over two minutes, the last lines of its log, and what ends it
//! or starts it again. Asks the system every two seconds.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use guest::{AppState, Ask, Heard, costs, rows};
use ui::control::Tone;
use ui::number::digits;
use ui::{Align, Icon, Key, Rect, Screen, System, Text, TextStyle, View, Weight, space, type_size};

const TITLE: Text = ["Monitor", "Monitor", "मॉनिटर", "المراقب"];
const RUNNING: Text = ["running", "läuft", "चालू", "يعمل"];
const STOPPED: Text = ["stopped", "beendet", "बंद", "متوقف"];
const RESTARTS: Text = ["restarts", "Neustarts", "रीस्टार्ट", "إعادات"];
const START: Text = ["Start", "Starten", "शुरू", "تشغيل"];
const RESTART: Text = ["Restart", "Neustart", "रीस्टार्ट", "إعادة"];
const END: Text = ["End", "Beenden", "समाप्त", "إنهاء"];
const NOTHING: Text = ["No answer yet", "Noch keine Antwort", "अभी कोई उत्तर नहीं", "لا جواب بعد"];
const RATE: Text = ["fps", "Bilder/s", "फ़्रेम/से", "إطار/ث"];
const SILENT: Text = ["It has said nothing", "Es hat nichts gesagt", "इसने कुछ नहीं कहा", "لم يقل شيئا"];

/// How often the system is asked, in milliseconds.
const PERIOD_MS: u64 = 2000;
/// How long words stay at the lower edge, in milliseconds.
const TOAST_MS: u64 = 4000;
/// Points of the chart: two minutes.
const POINTS: usize = 60;
/// Height of a row, in pixels.
const ROW: i32 = 56;

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Close the app.
    Back,
    /// Choose an app, by its place in the list.
    App(usize),
    /// Rows before those that are shown.
    Up,
    /// Rows after those that are shown.
    Down,
    /// Start the chosen app, or start it again.
    Restart,
    /// End the chosen app.
    End,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    name: String,
    is_running: bool,
    uptime_s: u64,
    restarts: u64,
}

/// What an app costs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Load {
    name: String,
    /// Processor time since its start, in milliseconds, and when that was told.
    cpu_ms: u64,
    told_at: u64,
    memory_kib: u64,
    /// Frames it has shown, and of these in a second between the last two answers.
    frames: Option<u64>,
    rate: Option<u64>,
    /// Thousandths of one core between two answers, the oldest first.
    history: Vec<i32>,
}

/// The app.
#[derive(Debug, Default)]
pub struct Monitor {
    rows: Vec<Row>,
    chosen: Option<String>,
    /// The first row that is shown.
    first: usize,
    /// How many rows there is room for; of the last canvas.
    room: usize,
    /// Lines of the chosen app's log, the oldest first.
    log: Vec<String>,
    loads: Vec<Load>,
    next_at: u64,
    toast: Option<(String, u64)>,
}

impl Monitor {
    fn chosen_row(&self) -> Option<&Row> {
        self.rows.iter().find(|row| Some(&row.name) == self.chosen.as_ref())
    }

    fn ask(&mut self, system: &mut System) {
        self.next_at = system.now.ms + PERIOD_MS;
        // One that was not answered in this time is not answered any more.
        for ask in [Ask::PsRaw, Ask::Ps] {
            system.talk.give_up(&ask);
            system.talk.ask(ask);
        }
        if let Some(name) = &self.chosen {
            system.talk.ask(Ask::Log(name.clone()));
        }
    }

    fn take_rows(&mut self, text: &str) {
        self.rows = rows(text)
            .into_iter()
            .map(|row| Row {
                name: row.name.to_owned(),
                is_running: row.state == AppState::Running,
                uptime_s: row.uptime_s,
                restarts: row.restarts,
            })
            .collect();
        if self.chosen_row().is_none() {
            self.chosen = self.rows.first().map(|row| row.name.clone());
            self.log.clear();
        }
        self.scroll(0);
    }

    fn take_costs(&mut self, text: &str, now: u64) {
        let before = core::mem::take(&mut self.loads);
        let load = |cost: guest::AppCost<'_>| {
            let known = before.iter().find(|load| load.name == cost.name);
            let mut history = known.map_or_else(Vec::new, |load| load.history.clone());
            // One that was started again begins with nothing.
            if let Some(load) = known.filter(|load| load.cpu_ms <= cost.cpu_ms && load.told_at < now) {
                let share = (cost.cpu_ms - load.cpu_ms) * 1000 / (now - load.told_at);
                history.push(i32::try_from(share).unwrap_or(i32::MAX));
            }
            if history.len() > POINTS {
                history.remove(0);
            }
            // Nor does a screen that is back know how many it showed before.
            let more = known.and_then(|load| cost.frames?.checked_sub(load.frames?));
            let ms = now - known.map_or(now, |load| load.told_at);
            let rate = more.and_then(|more| more.saturating_mul(1000).saturating_add(ms / 2).checked_div(ms));
            Load {
                name: cost.name.to_owned(),
                cpu_ms: cost.cpu_ms,
                told_at: now,
                memory_kib: cost.memory_kib,
                frames: cost.frames,
                rate,
                history,
            }
        };
        self.loads = costs(text).into_iter().map(load).collect();
    }

    fn load(&self, name: &str) -> Option<&Load> {
        self.loads.iter().find(|load| load.name == name)
    }

    /// Moves the list by so many rows; answers whether it moved.
    fn scroll(&mut self, rows: i32) -> bool {
        let last = self.rows.len().saturating_sub(self.room);
        let by = usize::try_from(rows.unsigned_abs()).unwrap_or(0);
        let to = if rows < 0 { self.first.saturating_sub(by) } else { (self.first + by).min(last) };
        core::mem::replace(&mut self.first, to.min(last)) != to
    }

    /// The list's place, and what is beside or below it.
    fn places(content: Rect) -> (Rect, Rect) {
        if content.w() >= 700 || content.w() > content.h() {
            content.cut_start((content.w() * 2 / 5).min(560), space::M)
        } else {
            content.cut_top(content.h() / 2, space::S)
        }
    }

    fn view_list(&self, view: &mut View<Press>, list: Rect) {
        view.card(list);
        let inside = list.inset(space::S);
        if self.rows.is_empty() {
            let style = view.dim(type_size::BODY);
            let text = view.text(&NOTHING);
            view.label(inside, Align::Center, style, text);
            return;
        }
        let room = room(list);
        let needs_buttons = self.rows.len() > room && inside.h() >= 2 * space::TARGET;
        let (buttons, rows) =
            if needs_buttons { inside.cut_end(space::TARGET, space::XS) } else { (inside, inside) };
        for (n, (index, row)) in (0..).zip(self.rows.iter().enumerate().skip(self.first).take(room)) {
            let place = Rect::new(rows.x(), rows.y() + n * (ROW + 4), rows.w(), ROW);
            let tone = if Some(&row.name) == self.chosen.as_ref() { Tone::Raised } else { Tone::Quiet };
            view.button_of(place, tone, None, "", type_size::BODY, Press::App(index));
            let text =
                Rect::new(place.x() + space::S, place.y() + 4, place.w() - 2 * space::S, place.h() - 8);
            let (mut top, below) = text.cut_top(text.h() / 2, 0);
            let dim = view.dim(type_size::CAPTION);
            let load = self.load(&row.name);
            if let Some(rate) = load.filter(|_| row.is_running).and_then(|load| load.rate) {
                let words = [&number(rate), " ", view.text(&RATE)].concat();
                let width = view.width(&words, type_size::CAPTION, Weight::Regular);
                let (end, name) = top.cut_end(width, space::XS);
                view.label(end, Align::End, dim, &words);
                top = name;
            }
            let style = view.bold(type_size::BODY);
            view.cut_label(top, Align::Start, style, &row.name);
            let words = state(view, row, load);
            view.cut_label(below, Align::Start, dim, &words);
        }
        if needs_buttons {
            let (up, rest) = buttons.cut_top(space::TARGET, 0);
            view.icon_button(up, Icon::ChevronUp, Press::Up);
            view.icon_button(rest.cut_bottom(space::TARGET, 0).0, Icon::ChevronDown, Press::Down);
        }
    }

    fn view_app(&self, view: &mut View<Press>, place: Rect) {
        view.card(place);
        let inside = place.inset(space::M);
        let Some(row) = self.chosen_row() else { return };
        let (head, rest) = inside.cut_top(space::TARGET, space::XS);
        let (buttons, name) = head.cut_end((head.w() * 3 / 5).min(320), space::XS);
        let style = view.bold(type_size::TITLE);
        view.cut_label(name, Align::Start, style, &row.name);
        let two = buttons.columns(2, space::XS);
        let label = view.text(if row.is_running { &RESTART } else { &START });
        view.button(two[0], Tone::Raised, label, Press::Restart);
        let label = view.text(&END);
        view.button(two[1], Tone::Raised, label, Press::End);
        if !row.is_running {
            view.disable();
        }
        let (chart, lines) = rest.cut_top((rest.h() / 5).min(72), space::XS);
        let history = self.load(&row.name).map(|load| load.history.as_slice()).unwrap_or_default();
        // A tenth of a core fills the chart at least: what idles is a flat line.
        let most = history.iter().copied().max().unwrap_or(0).max(100);
        let values = history.iter().map(|share| share * 900 / most).collect();
        let color = view.palette.sky;
        view.chart(chart, values, color);
        self.view_log(view, lines);
    }

    fn view_log(&self, view: &mut View<Press>, place: Rect) {
        let px = view.look.px(type_size::CAPTION);
        let style = TextStyle { px, weight: Weight::Mono, color: view.palette.dim };
        let line = view.look.line(type_size::CAPTION);
        if self.log.is_empty() {
            let text = view.text(&SILENT);
            let style = view.dim(type_size::CAPTION);
            view.cut_label(place.cut_top(line, 0).0, Align::Start, style, text);
            return;
        }
        let room = usize::try_from(place.h() / line).unwrap_or(0);
        let shown = &self.log[self.log.len().saturating_sub(room)..];
        for (n, text) in (0..).zip(shown) {
            let row = Rect::new(place.x(), place.y() + n * line, place.w(), line);
            view.cut_label(row, Align::Start, style, text);
        }
    }
}

/// How many rows a list of this size has room for.
fn room(list: Rect) -> usize {
    usize::try_from((list.h() - 2 * space::S + 4) / (ROW + 4)).unwrap_or(0).max(1)
}

fn number(n: u64) -> String {
    digits(i64::try_from(n).unwrap_or(i64::MAX))
}

/// `running, 1 h 12 min, 3 %, 12 MB`, `stopped, 3 restarts`.
fn state(view: &View<Press>, row: &Row, load: Option<&Load>) -> String {
    let mut words = view.text(if row.is_running { &RUNNING } else { &STOPPED }).to_owned();
    if row.is_running {
        words.push_str(", ");
        words.push_str(&match row.uptime_s {
            s @ ..60 => [&number(s), " s"].concat(),
            s @ ..3600 => [&number(s / 60), " min"].concat(),
            s => [&number(s / 3600), " h ", &number(s / 60 % 60), " min"].concat(),
        });
    }
    if let Some(load) = load.filter(|_| row.is_running) {
        let percent = load.history.last().map_or(0, |share| (share + 5) / 10);
        words.push_str(
            &[", ", &digits(i64::from(percent)), " %, ", &number(load.memory_kib / 1024), " MB"].concat(),
        );
    }
    if row.restarts > 0 {
        words.push_str(&[", ", &number(row.restarts), " ", view.text(&RESTARTS)].concat());
    }
    words
}

impl Screen for Monitor {
    type Message = Press;

    fn view(&self, view: &mut View<Press>) {
        let title = view.text(&TITLE);
        let content = view.content();
        let rest = view.header(content, title, Press::Back);
        let (list, app) = Self::places(rest);
        self.view_list(view, list);
        self.view_app(view, app);
        if let Some((text, _)) = &self.toast {
            view.toast(text);
        }
    }

    fn on_message(&mut self, message: Press, system: &mut System) {
        match message {
            Press::Back => system.is_done = true,
            Press::App(index) => {
                self.chosen = self.rows.get(index).map(|row| row.name.clone());
                self.log.clear();
                self.ask(system);
            }
            Press::Up => {
                self.scroll(-1);
            }
            Press::Down => {
                self.scroll(1);
            }
            Press::Restart => {
                if let Some(row) = self.chosen_row() {
                    let name = row.name.clone();
                    system.talk.ask(if row.is_running { Ask::Restart(name) } else { Ask::Run(name) });
                }
            }
            Press::End => {
                if let Some(row) = self.chosen_row() {
                    system.talk.ask(Ask::Kill(row.name.clone()));
                }
            }
        }
    }

    fn on_key(&mut self, key: Key<'_>, system: &mut System) -> bool {
        match key {
            Key::Text("r") => self.on_message(Press::Restart, system),
            Key::Text("k") => self.on_message(Press::End, system),
            _ => return false,
        }
        true
    }

    fn on_scroll(&mut self, rows: i32, _: &mut System) -> bool {
        self.scroll(rows)
    }

    fn on_size(&mut self, w: i32, h: i32, system: &mut System) {
        let view: View<Press> = View::new(w, h, system.look);
        let rest = view.content().cut_top(space::TARGET, space::S).1;
        self.room = room(Self::places(rest).0);
        self.scroll(0);
        self.ask(system);
    }

    fn on_heard(&mut self, heard: Heard, system: &mut System) {
        match heard {
            Heard::Answer(Ask::PsRaw, text) => self.take_rows(&text),
            Heard::Answer(Ask::Ps, text) => self.take_costs(&text, system.now.ms),
            Heard::Answer(Ask::Log(name), text) if Some(&name) == self.chosen.as_ref() => {
                self.log = text.split('|').filter(|line| !line.is_empty()).map(str::to_owned).collect();
            }
            Heard::Answer(Ask::Kill(_) | Ask::Restart(_) | Ask::Run(_), _) => self.ask(system),
            Heard::Refused(Ask::PsRaw | Ask::Ps | Ask::Log(_), _) | Heard::Answer(..) | Heard::Tick => {}
            Heard::Refused(_, why) => self.toast = Some((why, system.now.ms + TOAST_MS)),
        }
    }

    fn on_time(&mut self, system: &mut System) -> bool {
        if system.now.ms >= self.next_at {
            self.ask(system);
        }
        self.toast.take_if(|(_, until)| *until <= system.now.ms).is_some()
    }

    fn wake_at(&self, _: ui::Now) -> Option<u64> {
        Some(self.toast.as_ref().map_or(self.next_at, |(_, until)| self.next_at.min(*until)))
    }
}

#[cfg(test)]
mod tests;
