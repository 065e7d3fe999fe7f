//! Texts in every language of the shell, a byte a letter.

use alloc::string::String;

use crate::look::Language;

/// Texts with `|` between, a byte a letter instead of the two and three of UTF-8: ASCII, an ellipsis, and above 127 the
/// letters of one block of 128 code points, which each language has besides ASCII. Made by [`words!`](crate::words).
pub type Words = &'static [u8];

/// Packs texts while the program is compiled: one or several in every language, in the order of
/// [`Language::ALL`](crate::Language::ALL), or several in one language.
///
/// ```
/// use vyoma_ui::{Language, Words, words};
///
/// const OFF: Words = words!("Power off|Ausschalten|बंद करें|إيقاف");
/// assert_eq!(Language::Hindi.of_words(OFF), "बंद करें");
/// const DAYS: Words = words!(Language::German, "Samstag|Sonntag");
/// assert_eq!(Language::German.nth_of(DAYS, 1), "Sonntag");
/// ```
///
/// A letter that is not in its language's block does not compile.
#[macro_export]
macro_rules! words {
    ($text:expr) => {{
        const PACKED: [u8; $crate::packed_length($text)] = $crate::packed(None, $text);
        &PACKED
    }};
    ($language:expr, $text:expr) => {{
        const PACKED: [u8; $crate::packed_length($text)] = $crate::packed(Some($language), $text);
        &PACKED
    }};
}

/// The first of the 128 code points a language has besides ASCII.
const fn block(language: Language) -> u32 {
    match language {
        Language::Hindi => 0x900,
        Language::Arabic => 0x600,
        Language::English | Language::German => 0x80,
    }
}

const ELLIPSIS: u8 = 0x1f;

/// How many bytes [`packed`] makes.
#[doc(hidden)]
#[must_use]
pub const fn packed_length(text: &str) -> usize {
    let (bytes, mut at, mut length) = (text.as_bytes(), 0, 0);
    while at < bytes.len() {
        if bytes[at] & 0xc0 != 0x80 {
            length += 1;
        }
        at += 1;
    }
    length
}

/// The texts of [`words!`](crate::words).
///
/// # Panics
/// At a letter that is not of its language.
#[doc(hidden)]
#[must_use]
pub const fn packed<const N: usize>(language: Option<Language>, text: &str) -> [u8; N] {
    let (bytes, mut at, mut length, mut place) = (text.as_bytes(), 0, 0, 0);
    let mut packed = [0; N];
    while at < bytes.len() {
        let (mut code, more) = match bytes[at] {
            first @ 0..0x80 => (first as u32, 0),
            first @ 0x80..0xe0 => (first as u32 & 0x1f, 1),
            first => (first as u32 & 0x0f, 2),
        };
        let mut next = at + 1;
        while next <= at + more {
            code = code << 6 | bytes[next] as u32 & 0x3f;
            next += 1;
        }
        at = next;
        packed[length] = match code {
            0x2026 => ELLIPSIS,
            0..0x80 => code.to_le_bytes()[0],
            _ => {
                let of = match language {
                    Some(language) => language,
                    None => Language::ALL[place % Language::ALL.len()],
                };
                assert!(code & !0x7f == block(of), "a letter that is not of the language's block");
                code.to_le_bytes()[0] | 0x80
            }
        };
        if code == b'|' as u32 {
            place += 1;
        }
        length += 1;
    }
    packed
}

impl Language {
    /// What a text is in this language.
    #[must_use]
    pub fn of_words(self, words: Words) -> String {
        self.nth_of(words, self as usize)
    }

    /// The text at a place of several in this language; empty, where there are not so many.
    #[must_use]
    pub fn nth_of(self, words: Words, place: usize) -> String {
        let mut text = String::new();
        self.push_nth(&mut text, words, place);
        text
    }

    /// As [`nth_of`](Self::nth_of), at the end of a text.
    #[inline(never)]
    pub(crate) fn push_nth(self, text: &mut String, words: Words, place: usize) {
        let mut seen = 0;
        for &byte in words {
            if byte == b'|' {
                seen += 1;
            } else if seen == place {
                let code = match byte {
                    ELLIPSIS => 0x2026,
                    0..0x80 => u32::from(byte),
                    _ => block(self) | u32::from(byte & 0x7f),
                };
                guest::push(text, char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_words_is_the_part_of_each_language() {
        let words = words!("Opening…|Wird geöffnet…|खुल रहा है…|جارٍ الفتح…");
        let all = Language::ALL.map(|language| language.of_words(words));
        assert_eq!(all, ["Opening…", "Wird geöffnet…", "खुल रहा है…", "جارٍ الفتح…"]);
        assert_eq!(Language::Arabic.of_words(words!("one")), "");
    }
}
