//! Which scripts need a font that is not embedded.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use unicode_script::{Script, UnicodeScript};

use super::cache::Fold;
use super::chars::{is_invisible, is_mark, is_space};
use super::face::{Face, Faces};
use super::lines;

/// A script, by its ISO 15924 code: one capital and three small letters. `Hani` stands for Han, kana and their
/// punctuation, `Zsye` for pictographs, `Zsym` for other signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScriptCode([u8; 4]);

impl ScriptCode {
    /// The four letters.
    #[must_use]
    pub fn letters(self) -> [u8; 4] {
        self.0
    }

    /// What a character is looked for in; `None` if no script has it.
    fn of(char: char) -> Option<Self> {
        let name = match char.script() {
            Script::Hiragana | Script::Katakana | Script::Bopomofo => "Hani",
            Script::Common | Script::Inherited => match u32::from(char) {
                0x3000..=0x33ff | 0xff00..=0xffef => "Hani",
                0x1f000..=0x1faff => "Zsye",
                _ => "Zsym",
            },
            Script::Unknown => return None,
            script => script.short_name(),
        };
        name.as_bytes().try_into().ok().map(Self)
    }
}

impl core::fmt::Display for ScriptCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|letter| char::from(*letter).fmt(f))
    }
}

/// How many scripts are asked for: more than a text mixes.
pub const MAX_FONTS: usize = 16;

/// Characters remembered as being nobody's concern.
const MAX_SETTLED: usize = 4096;

/// What was asked, and what needs no asking.
#[derive(Default)]
pub(crate) struct Wanted {
    /// Whether somebody answers.
    asking: bool,
    asked: Vec<ScriptCode>,
    settled: HashSet<u32, BuildHasherDefault<Fold>>,
}

impl Wanted {
    pub(crate) fn start(&mut self) {
        self.asking = true;
    }

    pub(crate) fn answered(&mut self, script: ScriptCode) {
        if !self.asked.contains(&script) && self.asked.len() < MAX_FONTS {
            self.asked.push(script);
        }
    }

    /// The first script in `text` that no opened font has and that was not asked for.
    pub(crate) fn first(&mut self, faces: &mut Faces, text: &str) -> Option<ScriptCode> {
        if !self.asking || text.is_ascii() || self.asked.len() == MAX_FONTS {
            return None;
        }
        for char in text.chars().filter(|char| u32::from(*char) > 0x2ff) {
            if self.settled.contains(&u32::from(char)) {
                continue;
            }
            let here = is_mark(char) || is_invisible(char) || is_space(char) || lines::covers(char);
            if !here
                && faces.with(Face::MONO, char).is_none()
                && let Some(script) = ScriptCode::of(char)
                && !self.asked.contains(&script)
            {
                return Some(script);
            }
            if self.settled.len() >= MAX_SETTLED {
                self.settled.clear();
            }
            self.settled.insert(u32::from(char));
        }
        None
    }
}
