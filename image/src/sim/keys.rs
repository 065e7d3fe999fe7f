//! Names of keys, as scripts write them, and the codes of Linux for them (`input-event-codes.h`) on a `us` layout.

/// A key with those held while it is pressed, all as Linux codes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Chord {
    /// Pressed first, released last.
    pub(crate) held: Vec<u16>,
    /// The key itself.
    pub(crate) key: u16,
}

const SHIFT: u16 = 42;

/// Letters and digits in the order of the keyboard's rows, each with the code of its first key.
const ROWS: [(&str, u16); 4] =
    [("1234567890-=", 2), ("qwertyuiop[]", 16), ("asdfghjkl;'`", 30), ("\\zxcvbnm,./", 43)];

/// What the same rows give with Shift.
const SHIFTED: [(&str, u16); 4] =
    [("!@#$%^&*()_+", 2), ("QWERTYUIOP{}", 16), ("ASDFGHJKL:\"~", 30), ("|ZXCVBNM<>?", 43)];

/// Keys that no menu names: they are modifiers, or the system's.
const MORE: [(&str, u16); 9] = [
    ("CapsLock", 58),
    ("Power", 116),
    ("Menu", 127),
    ("Paste", 135),
    ("Ctrl", 29),
    ("Shift", SHIFT),
    ("Alt", 56),
    ("AltGr", 100),
    ("Super", 125),
];

/// Names that may stand before a `+`.
const MODIFIERS: [&str; 5] = ["Ctrl", "Shift", "Alt", "AltGr", "Super"];

/// Reads `a`, `Q`, `Enter`, `Ctrl+c`, `Alt+Shift+Tab`; `None` if no key is called that.
#[must_use]
pub(crate) fn chord(name: &str) -> Option<Chord> {
    // The last `+` of "Ctrl++" is a key.
    let (before, last) = match name.char_indices().rev().skip(1).find(|(_, c)| *c == '+') {
        Some((at, _)) => (Some(&name[..at]), &name[at + 1..]),
        None => (None, name),
    };
    let mut held = Vec::new();
    for modifier in before.into_iter().flat_map(|before| before.split('+')) {
        MODIFIERS.contains(&modifier).then_some(())?;
        held.push(named(modifier)?);
    }
    if let Some(key) = named(last) {
        return Some(Chord { held, key });
    }
    let mut chars = last.chars();
    let (c, None) = (chars.next()?, chars.next()) else { return None };
    if let Some(key) = in_rows(&ROWS, c) {
        return Some(Chord { held, key });
    }
    let key = in_rows(&SHIFTED, c)?;
    if !held.contains(&SHIFT) {
        held.push(SHIFT);
    }
    Some(Chord { held, key })
}

/// The name of the key with this code alone, if it has one.
#[cfg(any(feature = "window", test))]
pub(crate) fn name_of(code: u16) -> Option<String> {
    let more = || MORE.iter().find(|(_, known)| *known == code).map(|(name, _)| *name);
    if let Some(name) = manifest::key_name(code).or_else(more) {
        return Some(name.to_owned());
    }
    let keys = |(row, first): &(&str, u16)| (*first..).zip(row.chars()).collect::<Vec<_>>();
    ROWS.iter().flat_map(keys).find(|(known, _)| *known == code).map(|(_, c)| c.to_string())
}

fn named(name: &str) -> Option<u16> {
    let more = || MORE.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, code)| *code);
    manifest::key_code(name).or_else(more)
}

fn in_rows(rows: &[(&str, u16)], c: char) -> Option<u16> {
    rows.iter()
        .find_map(|(row, first)| (*first..).zip(row.chars()).find(|(_, k)| *k == c).map(|(code, _)| code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chord_names_give_their_codes() {
        let plain = |key| Some(Chord { held: vec![], key });
        assert_eq!(chord("a"), plain(30));
        assert_eq!(chord("m"), plain(50));
        assert_eq!(chord("/"), plain(53));
        assert_eq!(chord("0"), plain(11));
        assert_eq!(chord("`"), plain(41));
        assert_eq!(chord("Enter"), plain(28));
        assert_eq!(chord("left"), plain(105));
        assert_eq!(chord("+"), Some(Chord { held: vec![42], key: 13 }));
        assert_eq!(chord("Ctrl++"), Some(Chord { held: vec![29, 42], key: 13 }));
        assert_eq!(chord("Q"), Some(Chord { held: vec![42], key: 16 }));
        assert_eq!(chord("Ctrl+c"), Some(Chord { held: vec![29], key: 46 }));
        assert_eq!(chord("Alt+Shift+Tab"), Some(Chord { held: vec![56, 42], key: 15 }));
        for bad in ["", "Entre", "Hyper+a", "a+b", "Ctrl+", "ä"] {
            assert_eq!(chord(bad), None, "{bad}");
        }
    }
}
