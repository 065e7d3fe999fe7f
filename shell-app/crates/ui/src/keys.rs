//! A keyboard on the canvas, for people who have none: what it presses is what a real one would send.

use draw_protocol::{Key, NamedKey};

use crate::control::Tone;
use crate::geometry::Rect;
use crate::icon::Icon;
use crate::look::Language;
use crate::theme::{space, type_size};
use crate::view::View;

/// Keys of a row: as many as a finger can tell apart on the narrowest screen.
const COLUMNS: i32 = 10;

/// Pixels between keys, where there is room for them.
const GAP: i32 = 4;

/// The widest it becomes, in pixels: a hand's way from one end to the other.
const WIDEST: i32 = 1100;

/// What its keys write: each sort twice, the second with Shift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Sort {
    #[default]
    Latin,
    /// The script of the person's language.
    Own,
    Signs,
}

type Rows = [&'static str; 3];

const ENGLISH: [Rows; 2] = [["qwertyuiop", "asdfghjkl", "zxcvbnm"], ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"]];
const GERMAN: [Rows; 2] =
    [["qwertzuiop", "asdfghjklö", "yxcvbnmäüß"], ["QWERTZUIOP", "ASDFGHJKLÖ", "YXCVBNMÄÜß"]];
const HINDI: [Rows; 2] = [["कखगघङचछजझञ", "टठडढणतथदधन", "पफबभमयरलवश"], ["अआइईउऊएऐओऔ", "ािीुूेैोौ्", "षसहऋृंँः़।"]];
const ARABIC: [Rows; 2] = [
    ["ضصثقفغعهخح", "شسيبلاتنمك", "جدذرزطظةوى"],
    ["أإآءئؤ؟،؛ـ", "\u{64b}\u{64c}\u{64d}\u{64e}\u{64f}\u{650}\u{651}\u{652}", "٠١٢٣٤٥٦٧٨٩"],
];
const SIGNS: [Rows; 2] =
    [["1234567890", "-/:;()@&\"'", ".,?!_+=*#%"], ["[]{}<>|~^`", "\\$€£°§·…–—", "©®«»¿¡×÷±µ"]];

/// One of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// A letter or sign, by its place.
    Letter(u8),
    /// What else the keys write.
    Shift,
    /// Signs, or letters again.
    Signs,
    /// The other script.
    Script,
    /// A space.
    Space,
    /// A key that writes nothing.
    Named(NamedKey),
}

/// The keyboard: whether it is seen, and what it writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Whether it is on the canvas.
    pub is_open: bool,
    sort: Sort,
    is_shifted: bool,
}

impl Keys {
    /// Its height on the canvas, in pixels.
    const HEIGHT: i32 = 4 * (space::TARGET + GAP) + GAP;

    /// What is left of the canvas's content above it.
    #[must_use]
    pub fn above(&self, content: Rect, canvas: Rect) -> Rect {
        let bottom = if self.is_open { canvas.bottom() - Self::HEIGHT - space::XS } else { content.bottom() };
        Rect::new(content.x(), content.y(), content.w(), (bottom - content.y()).max(0))
    }

    fn rows(&self, language: Language) -> Rows {
        let sort = match (self.sort, language) {
            (Sort::Signs, _) => &SIGNS,
            (Sort::Own, Language::Hindi) => &HINDI,
            (Sort::Own, Language::Arabic) => &ARABIC,
            (_, Language::German) => &GERMAN,
            _ => &ENGLISH,
        };
        sort[usize::from(self.is_shifted)]
    }

    /// What a key says to the app; `None`: it changes the keyboard alone.
    pub fn press(&mut self, stroke: Stroke, language: Language) -> Option<Key<'static>> {
        match stroke {
            Stroke::Letter(place) => {
                let (row, column) = (usize::from(place / 16), usize::from(place % 16));
                let text = *self.rows(language).get(row)?;
                let (at, letter) = text.char_indices().nth(column)?;
                // A capital is for one letter.
                self.is_shifted &= self.sort != Sort::Latin;
                Some(Key::Text(&text[at..at + letter.len_utf8()]))
            }
            Stroke::Space => Some(Key::Text(" ")),
            Stroke::Named(key) => Some(Key::Named(key)),
            Stroke::Shift => {
                self.is_shifted = !self.is_shifted;
                None
            }
            Stroke::Signs | Stroke::Script => {
                let other = if stroke == Stroke::Signs { Sort::Signs } else { Sort::Own };
                self.sort = if self.sort == other { Sort::Latin } else { other };
                self.is_shifted = false;
                None
            }
        }
    }

    /// Puts it at the lower edge of the canvas, if it is to be seen. `named` are its keys that write nothing.
    pub fn put<M: Copy + PartialEq>(
        &self,
        view: &mut View<M>,
        named: &[NamedKey],
        message: impl Fn(Stroke) -> M,
    ) {
        if !self.is_open {
            return;
        }
        let canvas = view.canvas;
        let all = Rect::new(canvas.x(), canvas.bottom() - Self::HEIGHT, canvas.w(), Self::HEIGHT);
        view.fill(all, view.palette.surface);
        let width = canvas.w().min(WIDEST) / COLUMNS;
        let gap = if width >= space::TARGET + GAP { GAP } else { 0 };
        let line = |n: i32| {
            (canvas.x() + (canvas.w() - COLUMNS * width + gap) / 2, all.y() + GAP + n * (space::TARGET + GAP))
        };
        let key = |view: &mut View<M>, x: i32, y: i32, w: i32, tone, icon, label: &str, stroke| {
            let mut area = Rect::new(x, y, w - gap, space::TARGET);
            if view.look.is_mirrored() {
                // Keys lie as they do everywhere: the view will mirror this once more.
                area = area.mirrored(canvas);
            }
            view.button_of(area, tone, icon, label, type_size::BODY, message(stroke));
        };
        for (n, letters) in (0_u8..).zip(self.rows(view.look.language)) {
            let (left, y) = line(i32::from(n));
            let count = i32::try_from(letters.chars().count()).unwrap_or(COLUMNS);
            let left = left + (COLUMNS - count) * width / 2;
            for (column, (at, letter)) in (0_u8..).zip(letters.char_indices()) {
                let label = &letters[at..at + letter.len_utf8()];
                let x = left + i32::from(column) * width;
                key(view, x, y, width, Tone::Raised, None, label, Stroke::Letter(n * 16 + column));
            }
        }
        let (mut x, y) = line(3);
        let chosen = |is: bool| if is { Tone::Chosen } else { Tone::Raised };
        key(view, x, y, width, chosen(self.is_shifted), Some(Icon::Shift), "", Stroke::Shift);
        x += width;
        key(view, x, y, width, chosen(self.sort == Sort::Signs), None, "123", Stroke::Signs);
        x += width;
        let mut room = COLUMNS - 2 - i32::try_from(named.len()).unwrap_or(COLUMNS);
        if matches!(view.look.language, Language::Hindi | Language::Arabic) {
            key(view, x, y, width, chosen(self.sort == Sort::Own), Some(Icon::Globe), "", Stroke::Script);
            x += width;
            room -= 1;
        }
        key(view, x, y, room * width, Tone::Raised, None, "", Stroke::Space);
        x += room * width;
        for named in named {
            let (icon, label) = match named {
                NamedKey::Up => (Some(Icon::ChevronUp), ""),
                NamedKey::Down => (Some(Icon::ChevronDown), ""),
                NamedKey::Backspace => (Some(Icon::Backspace), ""),
                NamedKey::Tab => (None, "Tab"),
                _ => (Some(Icon::Check), ""),
            };
            key(view, x, y, width, Tone::Raised, icon, label, Stroke::Named(*named));
            x += width;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn press_writes_what_the_key_shows() {
        let mut keys = Keys::default();
        let q = Stroke::Letter(0);
        assert_eq!(keys.press(q, Language::English), Some(Key::Text("q")));
        assert_eq!(keys.press(Stroke::Shift, Language::German), None);
        assert_eq!(keys.press(Stroke::Letter(2 * 16 + 7), Language::German), Some(Key::Text("Ä")));
        assert_eq!(keys.press(q, Language::German), Some(Key::Text("q")), "a capital is for one letter");
        keys.press(Stroke::Signs, Language::English);
        assert_eq!(keys.press(q, Language::English), Some(Key::Text("1")));
        keys.press(Stroke::Script, Language::Hindi);
        assert_eq!(keys.press(q, Language::Hindi), Some(Key::Text("क")));
        assert_eq!(keys.press(Stroke::Letter(9 * 16), Language::Hindi), None, "no such key");
        let enter = Stroke::Named(NamedKey::Enter);
        assert_eq!(keys.press(enter, Language::Hindi), Some(Key::Named(NamedKey::Enter)));
    }

    #[test]
    fn every_printable_character_of_ascii_is_on_a_key() {
        let all: Vec<char> =
            [ENGLISH, SIGNS].iter().flatten().flatten().flat_map(|row| row.chars()).collect();
        for c in (b'!'..=b'~').map(char::from) {
            assert!(all.contains(&c), "{c}");
        }
    }

    #[test]
    fn rows_fit_the_narrowest_screen() {
        for rows in [ENGLISH, GERMAN, HINDI, ARABIC, SIGNS].iter().flatten().flatten() {
            assert!(rows.chars().count() <= 10, "{rows}");
        }
    }
}
