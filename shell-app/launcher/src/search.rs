//! Finding apps: by the beginnings of the words in their titles, and which letters can come next.

use alloc::vec::Vec;

/// Most letters offered at once: what fits on the smallest canvas in a few rows.
pub(crate) const MAX_LETTERS: usize = 40;

/// Whether a word of the title begins with what was typed. Capitals count as small letters; nothing typed fits all.
pub(crate) fn matches(title: &str, typed: &str) -> bool {
    rests(title, typed).next().is_some()
}

/// The letters that can follow what was typed in any of the titles, sorted.
pub(crate) fn letters<'a>(titles: impl Iterator<Item = &'a str>, typed: &str) -> Vec<char> {
    let mut found: Vec<char> = Vec::new();
    for letter in titles.flat_map(|title| rests(title, typed)).filter_map(|rest| rest.chars().next()) {
        let letter = small(letter);
        let place = found.partition_point(|other| *other < letter);
        if letter != ' ' && found.get(place) != Some(&letter) && found.len() < MAX_LETTERS {
            found.insert(place, letter);
        }
    }
    found
}

/// What follows `typed` in the title, wherever a word begins with it.
fn rests<'a>(title: &'a str, typed: &str) -> impl Iterator<Item = &'a str> {
    let mut before = ' ';
    title.char_indices().filter_map(move |(at, c)| {
        let begins = !is_letter(before) && is_letter(c);
        before = c;
        if begins { after(&title[at..], typed) } else { None }
    })
}

/// What follows `typed` at the beginning of a text.
fn after<'a>(text: &'a str, typed: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    typed
        .chars()
        .all(|wanted| rest.next().is_some_and(|c| small(c) == small(wanted)))
        .then_some(rest.as_str())
}

/// Whether it can stand in a word: all that is no sign of ASCII and Latin-1.
const fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c > '\u{bf}'
}

/// The small letter of a capital in Latin, Greek and Cyrillic. The tables of all scripts would weigh more than what
/// shows the launcher.
pub(crate) fn small(c: char) -> char {
    let by = match c {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ρ' | 'Σ'..='Ϋ' | 'А'..='Я' => 32,
        'Ѐ'..='Џ' => 80,
        _ => 0,
    };
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

/// The capital of what [`small`] gives.
pub(crate) fn capital(c: char) -> char {
    let by = match c {
        'a'..='z' | 'à'..='ö' | 'ø'..='þ' | 'α'..='ρ' | 'σ'..='ϋ' | 'а'..='я' => 32,
        'ѐ'..='џ' => 80,
        _ => 0,
    };
    char::from_u32(u32::from(c) - by).unwrap_or(c)
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

    #[test]
    fn letters_are_those_that_lead_on() {
        let titles = || ["System monitor", "Settings", "Snake", "Ölkanne"].into_iter();
        assert_eq!(letters(titles(), ""), ['m', 's', 'ö']);
        assert_eq!(letters(titles(), "s"), ['e', 'n', 'y']);
        assert_eq!(letters(titles(), "snake"), []);
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
