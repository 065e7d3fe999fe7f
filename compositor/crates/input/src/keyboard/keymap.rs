//! Layouts: tables made from XKB's by `examples/keymap.rs`.

use super::compose::accent;

/// What keys type. The default types nothing.
#[derive(Clone, Debug, Default)]
pub struct Keymap {
    /// By key code: plain, Shift, AltGr, both.
    keys: Vec<[Option<Symbol>; 4]>,
}

/// What a key types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Symbol {
    Char(char),
    /// An accent for the next letter.
    Dead(char),
}

/// Layouts on the device.
const LAYOUTS: &[(&str, &str)] = &[
    ("us", include_str!("../../keymaps/us.keymap")),
    ("de", include_str!("../../keymaps/de.keymap")),
    ("gb", include_str!("../../keymaps/gb.keymap")),
    ("fr", include_str!("../../keymaps/fr.keymap")),
    ("es", include_str!("../../keymaps/es.keymap")),
    ("it", include_str!("../../keymaps/it.keymap")),
];

/// Keys a table may name: those with characters have low codes.
const CODES: usize = 128;

impl Keymap {
    /// The layout of this name, if the device has it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        LAYOUTS.iter().find(|(n, _)| *n == name).map(|(_, table)| Self::parse(table))
    }

    /// Names of the layouts there are.
    pub fn names() -> impl Iterator<Item = &'static str> {
        LAYOUTS.iter().map(|(name, _)| *name)
    }

    fn parse(table: &str) -> Self {
        let mut keys = vec![[None; 4]; CODES];
        for line in table.lines().filter(|l| !l.starts_with("# ")) {
            let mut words = line.split(' ');
            let code = words.next().and_then(|w| w.parse::<usize>().ok());
            let Some(key) = code.and_then(|c| keys.get_mut(c)) else { continue };
            for (level, word) in key.iter_mut().zip(words) {
                *level = symbol(word);
            }
        }
        Self { keys }
    }

    /// Whether the right Alt key is AltGr.
    pub(crate) fn has_level3(&self) -> bool {
        self.keys.iter().any(|k| k[2].is_some() && k[2] != k[0])
    }

    pub(crate) fn symbol(&self, code: u16, shift: bool, level3: bool, caps: bool) -> Option<Symbol> {
        let key = self.keys.get(usize::from(code))?;
        let level = usize::from(level3) * 2;
        // Caps lock turns letters, and only those: pairs of one letter in two cases.
        let shift = shift != (caps && is_letter_pair(key[level], key[level + 1]));
        key[level + usize::from(shift)]
    }
}

fn is_letter_pair(low: Option<Symbol>, high: Option<Symbol>) -> bool {
    let (Some(Symbol::Char(low)), Some(Symbol::Char(high))) = (low, high) else { return false };
    low != high && low.to_uppercase().eq(high.to_lowercase().flat_map(char::to_uppercase))
}

fn symbol(word: &str) -> Option<Symbol> {
    let mut chars = word.chars();
    match (word, chars.next(), chars.next()) {
        ("space", ..) => Some(Symbol::Char(' ')),
        (_, Some(c), None) => Some(Symbol::Char(c)),
        _ => accent(word).map(Symbol::Dead),
    }
}

/// The text of one press: at most [`Text::MAX`] bytes of UTF-8 without a newline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text {
    bytes: [u8; Self::MAX],
    len: usize,
}

impl Text {
    /// Room for an accent and a letter, or an escape sequence.
    pub const MAX: usize = 8;

    /// The text, unless it is too long or holds a newline.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; Self::MAX];
        bytes.get_mut(..text.len()).filter(|_| !text.contains('\n'))?.copy_from_slice(text.as_bytes());
        Some(Self { bytes, len: text.len() })
    }

    pub(crate) fn of(chars: &[char]) -> Option<Self> {
        let mut bytes = [0; Self::MAX];
        let mut len = 0;
        for c in chars {
            len += c.encode_utf8(bytes.get_mut(len..len + c.len_utf8())?).len();
        }
        Some(Self { bytes, len })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.bytes.get(..self.len).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_each_layout_types_the_alphabet() {
        for name in Keymap::names() {
            let keymap = Keymap::named(name).unwrap();
            for c in ('a'..='z').chain('0'..='9') {
                let found = keymap.keys.iter().any(|k| k.contains(&Some(Symbol::Char(c))));
                assert!(found, "{name} lacks {c}");
            }
        }
        assert!(Keymap::named("xx").is_none());
    }
}
