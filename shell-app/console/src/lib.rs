//! A console: lists, starts and ends apps, shows their logs, and keeps files below its `/data`. Up and Down walk through
//! what was typed, Tab completes, Ctrl+L empties the screen, Ctrl+C drops a line, Ctrl+D or `exit` closes.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod commands;

use alloc::borrow::ToOwned;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

use guest::draw_protocol::Rgba;
use guest::{AppState, Ask, Heard, Store, rows};
use ui::number::digits;
use ui::{
    Align, Icon, Key, Keys, NamedKey, Pointer, Rect, Screen, Source, Stroke, System, Text, TextStyle, View,
    Weight, space, type_size, wrapped,
};

use crate::commands::Effect;

const TITLE: Text = ["Console", "Konsole", "कंसोल", "الطرفية"];
const WELCOME: Text = [
    "`help` lists what there is, Tab completes.",
    "`help` zeigt, was es gibt, Tab ergänzt.",
    "`help` सूची दिखाता है, Tab शब्द पूरा करता है।",
    "`help` يعرض ما يوجد، وTab يكمل.",
];
const ENDED: Text = ["ended ", "beendet: ", "समाप्त: ", "انتهى: "];
const STARTED: Text = ["started ", "gestartet: ", "शुरू: ", "بدأ: "];
const RESTARTED: Text = ["restarted ", "neu gestartet: ", "फिर शुरू: ", "أعيد تشغيل: "];
/// Lines kept; older ones are gone.
const MOST_LINES: usize = 500;
/// Lines typed that are kept.
const MOST_HISTORY: usize = 50;
/// Longest line that can be typed, in bytes.
const LONGEST: usize = 400;

/// What kind of line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    /// The first words, in the language of the moment.
    Welcome,
    Typed,
    Said,
    Wrong,
}

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Close the console.
    Back,
    /// Show keys to press, or no longer.
    Keys,
    /// One of them.
    Stroke(Stroke),
}

/// Those that write nothing: they complete a word, walk through what was typed, take away, and enter.
const NAMED: [NamedKey; 5] =
    [NamedKey::Tab, NamedKey::Up, NamedKey::Down, NamedKey::Backspace, NamedKey::Enter];

/// The app, with the files of `S`.
#[derive(Debug)]
pub struct Console<S> {
    files: S,
    lines: VecDeque<(Tone, String)>,
    line: String,
    /// Bytes of the line before the caret.
    caret: usize,
    history: Vec<String>,
    /// Which line of the history is shown, and what was typed before.
    recalled: Option<(usize, String)>,
    /// Names of apps, for completion.
    apps: Vec<String>,
    /// Lines scrolled back.
    back: usize,
    keys: Keys,
}

impl<S: Store> Console<S> {
    /// A console whose files are those of `files`.
    #[must_use]
    pub fn new(files: S) -> Self {
        let mut console = Self {
            files,
            lines: VecDeque::new(),
            line: String::new(),
            caret: 0,
            history: Vec::new(),
            recalled: None,
            apps: Vec::new(),
            back: 0,
            keys: Keys::default(),
        };
        console.say(Tone::Welcome, "");
        console
    }

    fn say(&mut self, tone: Tone, text: &str) {
        if self.lines.len() == MOST_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back((tone, text.to_owned()));
        self.back = 0;
    }

    fn set_line(&mut self, line: String) {
        self.caret = line.len();
        self.line = line;
    }

    fn enter(&mut self, system: &mut System) {
        let line = core::mem::take(&mut self.line);
        self.caret = 0;
        self.recalled = None;
        self.say(Tone::Typed, &line);
        if !line.trim().is_empty() && self.history.last() != Some(&line) {
            if self.history.len() == MOST_HISTORY {
                self.history.remove(0);
            }
            self.history.push(line.clone());
        }
        match commands::run(&line, &mut self.files, system.look.language) {
            Effect::Say(lines) => lines.iter().for_each(|line| self.say(Tone::Said, line)),
            Effect::Ask(ask) => system.talk.ask(ask),
            Effect::Clear => self.lines.clear(),
            Effect::History => {
                for line in self.history.clone() {
                    self.say(Tone::Said, &line);
                }
            }
            Effect::Exit => system.is_done = true,
            Effect::Wrong(why) => self.say(Tone::Wrong, &why),
        }
    }

    fn recall(&mut self, is_older: bool) {
        let count = self.history.len();
        let (at, typed) = self.recalled.take().unwrap_or_else(|| (count, self.line.clone()));
        let to = if is_older { at.saturating_sub(1) } else { (at + 1).min(count) };
        let line = self.history.get(to).cloned().unwrap_or_else(|| typed.clone());
        self.set_line(line);
        self.recalled = (to < count).then_some((to, typed));
    }

    fn complete(&mut self) {
        let files = self.files.list().unwrap_or_default();
        let (line, fitting) = commands::complete(&self.line[..self.caret], &self.apps, &files);
        if fitting.len() > 1 && line.len() == self.caret {
            self.say(Tone::Said, &fitting.join("  "));
        }
        let after = self.line.split_off(self.caret);
        self.caret = line.len();
        self.line = line + &after;
    }

    fn insert(&mut self, text: &str) {
        if self.line.len() + text.len() <= LONGEST {
            self.line.insert_str(self.caret, text);
            self.caret += text.len();
        }
    }

    fn before(&self) -> usize {
        self.line[..self.caret].char_indices().next_back().map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.line[self.caret..].chars().next().map_or(self.caret, |c| self.caret + c.len_utf8())
    }
}

/// The apps of `ps-raw` in columns.
fn table(text: &str) -> Vec<String> {
    let number = |n: u64| digits(i64::try_from(n).unwrap_or(i64::MAX));
    let row = |name: &str, state: &str, uptime: &str, restarts: &str| {
        let mut line = name.to_owned();
        for (column, at) in [(state, 20), (uptime, 30), (restarts, 40)] {
            while line.chars().count() < at {
                line.push(' ');
            }
            line.push(' ');
            line.push_str(column);
        }
        line
    };
    let head = row("NAME", "STATE", "SECONDS", "RESTARTS");
    let apps = rows(text).into_iter().map(|app| {
        let state = if app.state == AppState::Running { "running" } else { "stopped" };
        row(app.name, state, &number(app.uptime_s), &number(app.restarts))
    });
    core::iter::once(head).chain(apps).collect()
}

impl<S: Store> Screen for Console<S> {
    type Message = Press;

    fn view(&self, view: &mut View<Press>) {
        let title = view.text(&TITLE);
        let content = view.content();
        let place = view.header(content, title, Press::Back);
        let (head, _) = content.cut_top(space::TARGET, 0);
        view.icon_button(head.cut_end(space::TARGET, 0).0, Icon::Keyboard, Press::Keys);
        let place = self.keys.above(place, view.canvas);
        self.keys.put(view, &NAMED, Press::Stroke);
        view.card(place);
        let inside = place.inset(space::S);
        let px = view.look.px(type_size::BODY);
        let height = view.look.line(type_size::BODY);
        let style = |color: Rgba| TextStyle { px, weight: Weight::Mono, color };
        let palette = view.palette;
        let mut shown: Vec<(Rgba, &str)> = Vec::new();
        for (tone, text) in &self.lines {
            let color = match tone {
                Tone::Welcome => {
                    let words = view.text(&WELCOME);
                    let lines = wrapped(words, px, Weight::Mono, inside.w());
                    shown.extend(lines.into_iter().map(|line| (palette.dim, line)));
                    continue;
                }
                Tone::Typed => palette.sky,
                Tone::Said => palette.text,
                Tone::Wrong => palette.error,
            };
            shown.extend(wrapped(text, px, Weight::Mono, inside.w()).into_iter().map(|line| (color, line)));
        }
        let (prompt, above) = inside.cut_bottom(height, 0);
        let room = usize::try_from(above.h() / height).unwrap_or(0);
        let end = shown.len() - self.back.min(shown.len().saturating_sub(room));
        let lines = &shown[end.saturating_sub(room)..end];
        for (n, (color, text)) in (0..).zip(lines) {
            let row = Rect::new(above.x(), above.y() + n * height, above.w(), height);
            view.cut_label(row, Align::Start, style(*color), text);
        }
        // The end of a long line is what is looked at.
        let cell = view.width("m", type_size::BODY, Weight::Mono);
        let columns = usize::try_from(prompt.w() / cell - 3).unwrap_or(0).max(1);
        let typed = self.line[..self.caret].chars().count();
        let skipped = typed.saturating_sub(columns);
        let visible: String = self.line.chars().skip(skipped).take(columns).collect();
        let (mark, field) = prompt.cut_start(2 * cell, 0);
        view.cut_label(mark, Align::Start, style(palette.accent), ">");
        view.cut_label(field, Align::Start, style(palette.text), &visible);
        let before: String = visible.chars().take(typed - skipped).collect();
        let x = view.width(&before, type_size::BODY, Weight::Mono);
        view.fill(Rect::new(field.x() + x, field.y(), 2, field.h()), palette.accent);
    }

    fn on_message(&mut self, message: Press, system: &mut System) {
        match message {
            Press::Back => system.is_done = true,
            Press::Keys => self.keys.is_open = !self.keys.is_open,
            Press::Stroke(stroke) => {
                if let Some(key) = self.keys.press(stroke, system.look.language) {
                    self.on_key(key, system);
                }
            }
        }
    }

    fn on_pointer(&mut self, pointer: Pointer, _: &mut System) -> bool {
        // A finger on the text is somebody who wants to write and has, perhaps, no keyboard.
        let is_finger = matches!(pointer, Pointer::Press(Source::Touch(_), _));
        self.keys.is_open |= is_finger;
        is_finger
    }

    fn on_key(&mut self, key: Key<'_>, system: &mut System) -> bool {
        match key {
            Key::Text(text) => self.insert(text),
            Key::Named(NamedKey::Enter) => self.enter(system),
            Key::Named(NamedKey::Tab) => self.complete(),
            Key::Named(NamedKey::Backspace) => {
                let at = self.before();
                self.line.replace_range(at..self.caret, "");
                self.caret = at;
            }
            Key::Named(NamedKey::Delete) => {
                let end = self.after();
                self.line.replace_range(self.caret..end, "");
            }
            Key::Named(NamedKey::Left) => self.caret = self.before(),
            Key::Named(NamedKey::Right) => self.caret = self.after(),
            Key::Named(NamedKey::Home) => self.caret = 0,
            Key::Named(NamedKey::End) => self.caret = self.line.len(),
            Key::Named(NamedKey::Up) => self.recall(true),
            Key::Named(NamedKey::Down) => self.recall(false),
            Key::Control(b'l') => self.lines.clear(),
            Key::Control(b'c') => self.set_line(String::new()),
            Key::Control(b'd') => system.is_done = true,
            _ => return false,
        }
        true
    }

    fn on_scroll(&mut self, rows: i32, _: &mut System) -> bool {
        let by = usize::try_from(rows.unsigned_abs()).unwrap_or(0);
        self.back = if rows < 0 { (self.back + by).min(MOST_LINES) } else { self.back.saturating_sub(by) };
        true
    }

    fn on_size(&mut self, _: i32, _: i32, system: &mut System) {
        system.talk.ask(Ask::Other("list".to_owned()));
    }

    fn on_heard(&mut self, heard: Heard, system: &mut System) {
        let word = |text: &Text, name: &str| [system.look.language.of_text(text), name].concat();
        match heard {
            Heard::Answer(Ask::Other(verb), text) if verb == "list" => {
                self.apps = text.split('|').map(str::to_owned).collect();
            }
            Heard::Answer(Ask::PsRaw, text) => table(&text).iter().for_each(|row| self.say(Tone::Said, row)),
            Heard::Answer(Ask::Kill(name), _) => self.say(Tone::Said, &word(&ENDED, &name)),
            Heard::Answer(Ask::Run(name), _) => self.say(Tone::Said, &word(&STARTED, &name)),
            Heard::Answer(Ask::Restart(name), _) => self.say(Tone::Said, &word(&RESTARTED, &name)),
            Heard::Answer(_, text) => text.split('|').for_each(|line| self.say(Tone::Said, line)),
            Heard::Refused(_, why) => self.say(Tone::Wrong, &why),
            Heard::Tick => {}
        }
    }
}

#[cfg(test)]
mod tests;
