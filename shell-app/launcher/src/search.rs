//! Finding apps: by the beginnings of the words in their titles, and which letters can come next.

use alloc::vec::Vec;

/// Most letters offered at once: what fits on the smallest canvas in a few rows.
pub(crate) const MAX_LETTERS: usize = 40;

/// Whether a word of the title begins with what was typed. Capitals count as small letters; nothing typed fits all.
pub(crate) fn matches(title: &str, typed: &str) -> bool {
    let mut is_found = false;
    each_rest(title, typed, &mut |_| is_found = true);
    is_found
}

/// Adds the letters that can follow what was typed in a title to others, sorted.
pub(crate) fn add_letters(found: &mut Vec<char>, title: &str, typed: &str) {
    each_rest(title, typed, &mut |rest| {
        let Some(letter) = rest.chars().next().map(small) else { return };
        let place = found.iter().take_while(|other| **other < letter).count();
        if letter != ' ' && found.get(place) != Some(&letter) && found.len() < MAX_LETTERS {
            found.insert(place, letter);
        }
    });
}

/// Calls `on` with what follows `typed` in the title, wherever a word begins with it.
fn each_rest(title: &str, typed: &str, on: &mut dyn FnMut(&str)) {
    let mut before = ' ';
    let mut rest = title.chars();
    loop {
        let text = rest.as_str();
        let Some(c) = rest.next() else { return };
        if !is_letter(before)
            && is_letter(c)
            && let Some(rest) = after(text, typed)
        {
            on(rest);
        }
        before = c;
    }
}

/// What follows `typed` at the beginning of a text.
fn after<'a>(text: &'a str, typed: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    for wanted in typed.chars() {
        if small(rest.next()?) != small(wanted) {
            return None;
        }
    }
    Some(rest.as_str())
}

/// Whether it can stand in a word: all that is no sign of ASCII and Latin-1.
const fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c > '\u{bf}'
}

/// The small letter of a capital in Latin, Greek and Cyrillic. The tables of all scripts would weigh more than what
/// shows the launcher.
pub(crate) fn small(c: char) -> char {
    moved(c, 0, 1)
}

/// The capital of what [`small`] gives.
pub(crate) fn capital(c: char) -> char {
    moved(c, 1, -1)
}

/// Capitals: the first and the last of a run, and how far their small letters are.
const CAPITALS: [(u16, u16, i16); 7] = [
    (0x41, 0x5a, 32),
    (0xc0, 0xd6, 32),
    (0xd8, 0xde, 32),
    (0x391, 0x3a1, 32),
    (0x3a3, 0x3ab, 32),
    (0x410, 0x42f, 32),
    (0x400, 0x40f, 80),
];

/// The letter moved by `times` the distance, if it is so many distances behind a run of capitals.
fn moved(c: char, behind: i32, times: i32) -> char {
    let code = u32::from(c).cast_signed();
    for &(first, last, by) in &CAPITALS {
        let by = i32::from(by);
        let capital = code - behind * by;
        if capital >= i32::from(first) && capital <= i32::from(last) {
            return char::from_u32((code + times * by).cast_unsigned()).unwrap_or(c);
        }
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_the_beginnings_of_words_in_any_case() {
        for typed in ["", "s", "SYS", "mon", "system m", "System Monitor"] {
            assert!(matches("System monitor", typed), "{typed}");
        }
        for typed in ["ystem", "x", "system  m", "monitors"] {
            assert!(!matches("System monitor", typed), "{typed}");
        }
        assert!(matches("Übersicht", "ü") && matches("«Ящик»", "ящ") && matches("घड़ी", "घ"));
    }

    fn letters<'a>(titles: impl IntoIterator<Item = &'a str>, typed: &str) -> Vec<char> {
        let mut found = Vec::new();
        titles.into_iter().for_each(|title| add_letters(&mut found, title, typed));
        found
    }

    #[test]
    fn letters_are_those_that_lead_on() {
        let titles = ["System monitor", "Settings", "Snake", "Ölkanne"];
        assert_eq!(letters(titles, ""), ['m', 's', 'ö']);
        assert_eq!(letters(titles, "s"), ['e', 'n', 'y']);
        assert_eq!(letters(titles, "snake"), []);
    }

    #[test]
    fn letters_of_many_titles_are_bounded() {
        let titles: Vec<String> =
            ('\u{4e00}'..'\u{4f00}').map(|c| [c.to_string(), " x".into()].concat()).collect();
        assert_eq!(letters(titles.iter().map(String::as_str), "").len(), MAX_LETTERS);
    }

    #[test]
    fn capital_and_small_are_each_others() {
        for c in "azäößøþαωаяё".chars().filter(|c| *c != 'ß') {
            assert_eq!(small(capital(c)), c);
            assert_eq!(capital(c).to_lowercase().next(), Some(c));
        }
    }
}
