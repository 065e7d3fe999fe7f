//! Notes: a list of them, and the chosen one to write in. Each is a file below the app's `/data`, saved a second after the
//! last key and before anything else happens. Esc leaves the text, then the app; `n` outside the text begins a new note.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod editor;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use guest::Store;
use ui::control::Tone;
use ui::number::digits;
use ui::{
    Align, Icon, Key, Keys, NamedKey, Point, Pointer, Rect, Screen, Source, Stroke, System, Text, TextStyle,
    View, space, type_size,
};

use crate::editor::Editor;

const TITLE: Text = ["Notes", "Notizen", "नोट्स", "ملاحظات"];
const NEW: Text = ["New", "Neu", "नया", "جديد"];
const DELETE: Text = ["Delete", "Löschen", "हटाएँ", "حذف"];
const CANCEL: Text = ["Cancel", "Abbrechen", "रद्द करें", "إلغاء"];
const SURE: Text = ["Delete this note?", "Notiz löschen?", "यह नोट हटाएँ?", "حذف هذه الملاحظة؟"];
const GONE: Text =
    ["It cannot be had again.", "Sie ist dann weg.", "इसे वापस नहीं पाया जा सकता।", "لا يمكن استعادتها."];
const EMPTY: Text = ["No notes yet", "Noch keine Notizen", "अभी कोई नोट नहीं", "لا ملاحظات بعد"];
const UNTITLED: Text = ["Empty note", "Leere Notiz", "खाली नोट", "ملاحظة فارغة"];
const FULL: Text = ["The note is full", "Die Notiz ist voll", "नोट भर गया है", "الملاحظة ممتلئة"];

/// How long after the last key a note is saved, in milliseconds.
const SAVE_MS: u64 = 1000;
/// How long words stay at the lower edge, in milliseconds.
const TOAST_MS: u64 = 4000;
/// Most notes.
const MOST: usize = 200;
/// Height of a row of the list, in pixels.
const ROW: i32 = 48;

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Close the app.
    Back,
    /// Begin a note.
    New,
    /// Open a note, by its place in the list; write in it, if it is open.
    Note(usize),
    /// Ask before the open one is deleted.
    Delete,
    /// Delete it.
    DoDelete,
    /// Do not.
    Cancel,
    /// Rows before those that are shown.
    Up,
    /// Rows after those that are shown.
    Down,
    /// Show keys to press, or no longer.
    Keys,
    /// One of them.
    Stroke(Stroke),
}

/// Those that write nothing.
const NAMED: [NamedKey; 4] = [NamedKey::Up, NamedKey::Down, NamedKey::Backspace, NamedKey::Enter];

/// A note in the list: its number, which names its file, and its first line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    number: u32,
    title: String,
}

/// The app, with the files of `S`.
#[derive(Debug)]
pub struct Notes<S> {
    files: S,
    /// The newest first.
    entries: Vec<Entry>,
    /// The open one: its number and its text.
    open: Option<(u32, Editor)>,
    is_writing: bool,
    /// When what was written is saved.
    save_at: Option<u64>,
    is_asked: bool,
    /// The first row of the list that is shown.
    first: usize,
    canvas: (i32, i32),
    keys: Keys,
    toast: Option<(String, u64)>,
}

impl<S: Store> Notes<S> {
    /// The notes among `files`.
    #[must_use]
    pub fn new(files: S) -> Self {
        let names = files.list().unwrap_or_default();
        let mut numbers: Vec<u32> = names.iter().filter_map(|name| number_of(name)).collect();
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        numbers.truncate(MOST);
        let entries: Vec<Entry> = numbers
            .into_iter()
            .map(|number| {
                let bytes = files.read(&file(number)).unwrap_or_default();
                Entry { number, title: title_of(&String::from_utf8_lossy(&bytes)) }
            })
            .collect();
        let mut notes = Self {
            files,
            entries,
            open: None,
            is_writing: false,
            save_at: None,
            is_asked: false,
            first: 0,
            canvas: (0, 0),
            keys: Keys::default(),
            toast: None,
        };
        notes.open(0);
        notes
    }

    /// What keeps the notes.
    pub const fn files(&self) -> &S {
        &self.files
    }

    fn open(&mut self, index: usize) {
        self.is_writing = false;
        self.open = self.entries.get(index).map(|entry| {
            let bytes = self.files.read(&file(entry.number)).unwrap_or_default();
            (entry.number, Editor::of(String::from_utf8_lossy(&bytes).into_owned()))
        });
    }

    fn begin(&mut self, system: &mut System) {
        self.save(system);
        let newest = self.entries.iter().map(|entry| entry.number).max().unwrap_or(0);
        if self.entries.len() < MOST
            && let Some(number) = newest.checked_add(1)
        {
            self.entries.insert(0, Entry { number, title: String::new() });
            self.first = 0;
            self.open = Some((number, Editor::default()));
            self.is_writing = true;
        }
    }

    /// Writes the open note, if it changed.
    fn save(&mut self, system: &mut System) {
        if self.save_at.take().is_none() {
            return;
        }
        if let Some((number, editor)) = &self.open
            && let Err(error) = self.files.write(&file(*number), editor.text().as_bytes())
        {
            // The text stays: the next key tries again.
            self.toast = Some((error.text().to_owned(), system.now.ms + TOAST_MS));
        }
    }

    fn changed(&mut self, system: &System) {
        self.save_at = Some(system.now.ms + SAVE_MS);
        if let Some((number, editor)) = &self.open {
            let title = title_of(editor.text());
            if let Some(entry) = self.entries.iter_mut().find(|entry| entry.number == *number) {
                entry.title = title;
            }
        }
    }

    fn delete(&mut self) {
        self.is_asked = false;
        self.save_at = None;
        if let Some((number, _)) = self.open.take() {
            // A note that was never saved has no file.
            let _ = self.files.remove(&file(number));
            self.entries.retain(|entry| entry.number != number);
            self.open(0);
            self.scroll(0);
        }
    }

    fn scroll(&mut self, rows: i32) -> bool {
        let view = self.blank(&System::default());
        let room = room(self.places(&view).0);
        let last = self.entries.len().saturating_sub(room);
        let by = usize::try_from(rows.unsigned_abs()).unwrap_or(0);
        let to = if rows < 0 { self.first.saturating_sub(by) } else { self.first + by }.min(last);
        core::mem::replace(&mut self.first, to) != to
    }

    /// An empty canvas of the size of the last.
    fn blank(&self, system: &System) -> View<Press> {
        View::new(self.canvas.0, self.canvas.1, system.look)
    }

    /// The list's place and the page's.
    fn places(&self, view: &View<Press>) -> (Rect, Rect) {
        let rest = view.content().cut_top(space::TARGET, space::S).1;
        let rest = self.keys.above(rest, view.canvas);
        if rest.w() >= 600 {
            rest.cut_start((rest.w() / 3).min(400), space::M)
        } else {
            rest.cut_top(rest.h() / 3, space::S)
        }
    }

    /// Where the text is, and how it looks.
    fn page(&self, view: &View<Press>) -> (Rect, TextStyle) {
        let (_, page) = self.places(view);
        (page.inset(space::M), view.regular(type_size::TITLE))
    }

    fn write(&mut self, key: Key<'_>, system: &mut System) {
        let view = self.blank(system);
        let (page, style) = self.page(&view);
        let Some((_, editor)) = &mut self.open else { return };
        let lines = editor.lines(style, page.w());
        let is_changed = match key {
            Key::Text(text) if editor.insert(text) => true,
            Key::Named(NamedKey::Enter) if editor.insert("\n") => true,
            Key::Text(_) | Key::Named(NamedKey::Enter) => {
                let text = view.text(&FULL).to_owned();
                self.toast = Some((text, system.now.ms + TOAST_MS));
                return;
            }
            Key::Named(NamedKey::Backspace) => editor.backspace(),
            Key::Named(NamedKey::Delete) => editor.delete(),
            Key::Named(way) => {
                match way {
                    NamedKey::Left => editor.left(),
                    NamedKey::Right => editor.right(),
                    NamedKey::Up => editor.vertical(&lines, -1),
                    NamedKey::Down => editor.vertical(&lines, 1),
                    NamedKey::PageUp => editor.vertical(&lines, -8),
                    NamedKey::PageDown => editor.vertical(&lines, 8),
                    NamedKey::Home => editor.home(&lines),
                    NamedKey::End => editor.end(&lines),
                    _ => {}
                }
                false
            }
            Key::Control(_) => false,
        };
        if is_changed {
            self.changed(system);
        }
    }

    /// The caret goes where the text was pointed at.
    fn point(&mut self, at: Point, system: &System) -> bool {
        let view = self.blank(system);
        let (page, style) = self.page(&view);
        let Some((_, editor)) = &mut self.open else { return false };
        if !page.contains(at) {
            return false;
        }
        let lines = editor.lines(style, page.w());
        let height = type_size::line_height(style.px);
        let row = usize::try_from((at.y - page.y()) / height).unwrap_or(0);
        let line = row + top(editor, &lines, page, style);
        let text = lines.get(line).and_then(|line| editor.text().get(line.clone())).unwrap_or_default();
        let width = |end: usize| ui::measure(&text[..end], style.px, style.weight);
        let wanted = ui::number::float(at.x - page.x());
        let column = text.char_indices().take_while(|(at, c)| width(at + c.len_utf8()) < wanted).count();
        editor.put(&lines, line, column);
        self.is_writing = true;
        true
    }

    fn view_list(&self, view: &mut View<Press>, list: Rect) {
        view.card(list);
        let inside = list.inset(space::S);
        if self.entries.is_empty() {
            let style = view.dim(type_size::BODY);
            let text = view.text(&EMPTY);
            view.label(inside, Align::Center, style, text);
            return;
        }
        let room = room(list);
        // Beside an open keyboard the list may be too low for them.
        let needs_buttons = self.entries.len() > room && inside.h() >= 2 * space::TARGET;
        let (buttons, rows) =
            if needs_buttons { inside.cut_end(space::TARGET, space::XS) } else { (inside, inside) };
        for (n, (index, entry)) in (0..).zip(self.entries.iter().enumerate().skip(self.first).take(room)) {
            let place = Rect::new(rows.x(), rows.y() + n * (ROW + 4), rows.w(), ROW);
            let is_open = self.open.as_ref().is_some_and(|(number, _)| *number == entry.number);
            let tone = if is_open { Tone::Raised } else { Tone::Quiet };
            view.button_of(place, tone, None, "", type_size::BODY, Press::Note(index));
            let text = Rect::new(place.x() + space::S, place.y(), place.w() - 2 * space::S, place.h());
            if entry.title.is_empty() {
                let style = view.dim(type_size::BODY);
                let title = view.text(&UNTITLED);
                view.cut_label(text, Align::Start, style, title);
            } else {
                let style = view.regular(type_size::BODY);
                view.cut_label(text, Align::Start, style, &entry.title);
            }
        }
        if needs_buttons {
            let (up, rest) = buttons.cut_top(space::TARGET, 0);
            view.icon_button(up, Icon::ChevronUp, Press::Up);
            view.icon_button(rest.cut_bottom(space::TARGET, 0).0, Icon::ChevronDown, Press::Down);
        }
    }
}

/// How many rows a list of this size has room for.
fn room(list: Rect) -> usize {
    usize::try_from((list.h() - 2 * space::S + 4) / (ROW + 4)).unwrap_or(0).max(1)
}

/// The first line that is shown: the caret's is always on the page.
fn top(editor: &Editor, lines: &[core::ops::Range<usize>], page: Rect, style: TextStyle) -> usize {
    let room = usize::try_from(page.h() / type_size::line_height(style.px)).unwrap_or(0).max(1);
    (editor.line(lines) + 1).saturating_sub(room)
}

/// The file of a note.
fn file(number: u32) -> String {
    ["note-", &digits(i64::from(number)), ".txt"].concat()
}

fn number_of(name: &str) -> Option<u32> {
    name.strip_prefix("note-")?.strip_suffix(".txt")?.parse().ok()
}

/// The first line that is not empty.
fn title_of(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().chars().take(80).collect()
}

impl<S: Store> Screen for Notes<S> {
    type Message = Press;

    fn view(&self, view: &mut View<Press>) {
        let content = view.content();
        let (head, _) = content.cut_top(space::TARGET, space::S);
        let width = (head.w() / 2).min(260);
        let (buttons, left) = head.cut_end(width, space::XS);
        let (keys, left) = left.cut_end(space::TARGET, space::XS);
        view.icon_button(keys, Icon::Keyboard, Press::Keys);
        if self.open.is_none() {
            view.disable();
        }
        let title = view.text(&TITLE);
        view.header(left, title, Press::Back);
        let two = buttons.columns(2, space::XS);
        let (delete, new) = (view.text(&DELETE), view.text(&NEW));
        view.button(two[0], Tone::Raised, delete, Press::Delete);
        if self.open.is_none() {
            view.disable();
        }
        view.button(two[1], Tone::Primary, new, Press::New);
        let (list, page) = self.places(view);
        self.keys.put(view, &NAMED, Press::Stroke);
        self.view_list(view, list);
        view.card(page);
        if let Some((_, editor)) = &self.open {
            let (text, style) = self.page(view);
            let lines = editor.lines(style, text.w());
            let height = type_size::line_height(style.px);
            let top = top(editor, &lines, text, style);
            let caret = editor.line(&lines);
            for (n, line) in lines.iter().enumerate().skip(top) {
                let y = text.y() + i32::try_from(n - top).unwrap_or(0) * height;
                if y + height > text.bottom() {
                    break;
                }
                let row = Rect::new(text.x(), y, text.w(), height);
                view.cut_label(row, Align::Start, style, &editor.text()[line.clone()]);
                if n == caret && self.is_writing {
                    let before = &editor.text()[line.start..editor.caret()];
                    let x = view.width(before, type_size::TITLE, style.weight).min(text.w() - 2);
                    let color = view.palette.accent;
                    view.fill(Rect::new(text.x() + x, y, 2, height), color);
                }
            }
        }
        if self.is_asked {
            let (title, text) = (view.text(&SURE), view.text(&GONE));
            let answers = [(view.text(&CANCEL), Press::Cancel), (view.text(&DELETE), Press::DoDelete)];
            view.dialog(title, text, &answers);
        }
        if let Some((text, _)) = &self.toast {
            view.toast(text);
        }
    }

    fn on_message(&mut self, message: Press, system: &mut System) {
        match message {
            Press::Back => {
                self.save(system);
                system.is_done = true;
            }
            Press::New => self.begin(system),
            Press::Note(index) => {
                let is_open =
                    |entry: &Entry| self.open.as_ref().is_some_and(|(open, _)| *open == entry.number);
                if self.entries.get(index).is_some_and(is_open) {
                    self.is_writing = true;
                } else {
                    self.save(system);
                    self.open(index);
                }
            }
            Press::Delete => self.is_asked = self.open.is_some(),
            Press::DoDelete => self.delete(),
            Press::Cancel => self.is_asked = false,
            Press::Up => {
                self.scroll(-1);
            }
            Press::Down => {
                self.scroll(1);
            }
            Press::Keys => {
                self.keys.is_open = !self.keys.is_open;
                self.is_writing |= self.keys.is_open && self.open.is_some();
            }
            Press::Stroke(stroke) => {
                self.is_writing = self.open.is_some();
                if let Some(key) = self.keys.press(stroke, system.look.language) {
                    self.write(key, system);
                }
            }
        }
    }

    fn on_key(&mut self, key: Key<'_>, system: &mut System) -> bool {
        match key {
            Key::Named(NamedKey::Escape) if self.is_asked => self.is_asked = false,
            _ if self.is_asked => return false,
            Key::Named(NamedKey::Escape | NamedKey::Tab) if self.is_writing => {
                self.is_writing = false;
                self.save(system);
            }
            Key::Named(NamedKey::Escape) | Key::Control(b'c') => self.on_message(Press::Back, system),
            _ if self.is_writing => self.write(key, system),
            Key::Text("n") => self.begin(system),
            Key::Text("e") => self.is_writing = self.open.is_some(),
            Key::Named(NamedKey::Delete) => self.is_asked = self.open.is_some(),
            _ => return false,
        }
        true
    }

    fn on_pointer(&mut self, pointer: Pointer, system: &mut System) -> bool {
        match pointer {
            Pointer::Press(source, at) if !self.is_asked => {
                let is_text = self.point(at, system);
                // A finger on the text is somebody who wants to write and has, perhaps, no keyboard.
                self.keys.is_open |= is_text && matches!(source, Source::Touch(_));
                is_text
            }
            _ => false,
        }
    }

    fn on_scroll(&mut self, rows: i32, _: &mut System) -> bool {
        self.scroll(rows)
    }

    fn on_menu(&mut self, action: &str, system: &mut System) {
        let message = match action {
            _ if self.is_asked => return,
            "new" => Press::New,
            "delete" => Press::Delete,
            "keys" => Press::Keys,
            "save" => return self.save(system),
            _ => return,
        };
        self.on_message(message, system);
    }

    fn on_size(&mut self, w: i32, h: i32, _: &mut System) {
        self.canvas = (w, h);
        self.scroll(0);
    }

    fn on_time(&mut self, system: &mut System) -> bool {
        if self.save_at.is_some_and(|at| at <= system.now.ms) {
            self.save(system);
            return self.toast.is_some();
        }
        self.toast.take_if(|(_, until)| *until <= system.now.ms).is_some()
    }

    fn wake_at(&self, _: ui::Now) -> Option<u64> {
        let toast = self.toast.as_ref().map(|(_, until)| *until);
        self.save_at.into_iter().chain(toast).min()
    }
}

#[cfg(test)]
mod tests;
