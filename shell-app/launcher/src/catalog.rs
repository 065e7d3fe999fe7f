//! The answer to `catalog`: a JSON array of flat objects, read within limits.

use alloc::string::String;
use alloc::vec::Vec;

/// Most apps shown. A device has some two hundred.
const MAX_APPS: usize = 1024;
/// Apps of this category are parts of the shell itself, which nobody opens.
const SHELL_CATEGORY: &str = "shell";
/// Deepest nesting: in keys that are not known it is skipped over.
const MAX_DEPTH: usize = 18;
/// Longest name or title kept, in characters; the rest is cut.
const MAX_TEXT: usize = 128;

/// An app that can be opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct App {
    /// What the system calls it.
    pub(crate) name: String,
    /// What people call it; the name if it has no title.
    pub(crate) title: String,
    /// What kind of app it is; may be empty.
    pub(crate) category: String,
    /// Path of its own icon; may be empty.
    pub(crate) icon: String,
    /// Whether it runs.
    pub(crate) is_running: bool,
}

/// Reads the catalog: every object with a name that is no part of the shell, in order. Unknown keys are skipped.
///
/// # Errors
/// `None` if it is not a JSON array of objects, or beyond the limits.
#[must_use]
pub(crate) fn parse(json: &str) -> Option<Vec<App>> {
    let mut reader = Reader { rest: json, apps: Vec::new(), app: App::default() };
    reader.value(0, "")?;
    reader.next().is_none().then_some(reader.apps)
}

/// How deep the objects of the list are, and what they hold.
const OBJECT: usize = 1;
const FIELD: usize = 2;

/// What is left of the text, and what it said.
struct Reader<'a> {
    rest: &'a str,
    apps: Vec<App>,
    app: App,
}

impl Reader<'_> {
    /// Any value: one function for all, since each that calls itself through another costs as much again.
    fn value(&mut self, depth: usize, key: &str) -> Option<()> {
        let open = self.next()?;
        if open != b'[' && depth == 0 || open != b'{' && depth == OBJECT || depth > MAX_DEPTH {
            return None;
        }
        match open {
            b'[' | b'{' => {
                self.expect(open)?;
                // In ASCII a bracket's other half is two further on.
                let close = open + 2;
                let mut more = self.next()? != close;
                while more {
                    let mut key = String::new();
                    if open == b'{' {
                        key = self.string()?;
                        self.expect(b':')?;
                    }
                    self.value(depth + 1, &key)?;
                    more = self.next()? == b',';
                    if more {
                        self.expect(b',')?;
                    }
                }
                self.expect(close)?;
                if depth == OBJECT {
                    self.end_app();
                }
            }
            b'"' => {
                let text = self.string()?;
                let place = match key {
                    "name" => &mut self.app.name,
                    "title" => &mut self.app.title,
                    "category" => &mut self.app.category,
                    "icon" => &mut self.app.icon,
                    _ => return Some(()),
                };
                if depth == FIELD {
                    *place = text;
                }
            }
            // Of a text that is null nothing is kept: it is empty.
            _ => {
                let is_true = self.word()? == "true";
                if depth == FIELD && key == "running" {
                    self.app.is_running = is_true;
                }
            }
        }
        Some(())
    }

    fn end_app(&mut self) {
        let mut app = core::mem::take(&mut self.app);
        if app.title.is_empty() {
            app.title.clone_from(&app.name);
        }
        if !app.name.is_empty() && app.category != SHELL_CATEGORY && self.apps.len() < MAX_APPS {
            self.apps.push(app);
        }
    }

    fn string(&mut self) -> Option<String> {
        self.expect(b'"')?;
        let mut text = String::new();
        let mut length = 0;
        let mut chars = self.rest.chars();
        loop {
            let c = match chars.next()? {
                '"' => break,
                '\\' => escape(&mut chars)?,
                c => c,
            };
            length += 1;
            if length <= MAX_TEXT {
                text.push(if c < ' ' { ' ' } else { c });
            }
        }
        self.rest = chars.as_str();
        Some(text)
    }

    /// A number, or a name such as `true`: whatever is neither a bracket nor a sign between things.
    fn word(&mut self) -> Option<&str> {
        self.next()?;
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let length = self.rest.bytes().take_while(is_word).count();
        let (word, rest) = self.rest.split_at_checked(length).filter(|_| length > 0)?;
        self.rest = rest;
        Some(word)
    }

    /// The next byte that is no space, which stays.
    fn next(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_ascii_start();
        self.rest.bytes().next()
    }

    fn expect(&mut self, wanted: u8) -> Option<()> {
        let is_there = self.next()? == wanted;
        self.rest = self.rest.get(1..).filter(|_| is_there)?;
        Some(())
    }
}

/// What follows a backslash.
fn escape(chars: &mut core::str::Chars<'_>) -> Option<char> {
    Some(match chars.next()? {
        'n' | 'r' | 't' | 'b' | 'f' => ' ',
        'u' => {
            let first = unit(chars)?;
            if !(0xd800..0xdc00).contains(&first) {
                return Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            if chars.next()? != '\\' || chars.next()? != 'u' {
                return None;
            }
            let second = unit(chars)?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
            char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second)?
        }
        c @ ('"' | '\\' | '/') => c,
        _ => return None,
    })
}

/// Four hexadecimal digits.
fn unit(chars: &mut core::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit << 4 | chars.next()?.to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_array_of_objects_is_the_apps() {
        let apps = parse(
            r#"[{"name":"clock","title":"Clock","version":"0.1.0","icon":"/apps/clock/icon.svg","category":"time",
                "running":true},{"name":"a","title":null,"icon":null,"tags":["x",{"y":[1,-2.5e3]}],"running":false}]"#,
        )
        .unwrap();
        assert_eq!(apps.len(), 2);
        assert_eq!((apps[0].title.as_str(), apps[0].is_running), ("Clock", true));
        assert_eq!((apps[1].title.as_str(), apps[1].is_running), ("a", false));
    }

    #[test]
    fn parse_escapes_are_their_characters() {
        let apps = parse(r#"[{"name":"n","title":"\"Caf\u00e9\" \ud83d\ude00\\n\n"}]"#).unwrap();
        assert_eq!(apps[0].title, "\"Café\" 😀\\n ");
    }

    #[test]
    fn parse_what_is_no_catalog_is_none() {
        for json in [
            "",
            "[",
            "{}",
            "[}",
            r#"[{"name":"x"]"#,
            r#"[{"name":"x"}] x"#,
            r#"[{"name":"\ud800x"}]"#,
            "[1]",
            "[,]",
            "[{},]",
        ] {
            assert_eq!(parse(json), None, "{json}");
        }
        let deep = format!(r#"[{{"name":"x","y":{}1{}}}]"#, "[".repeat(500), "]".repeat(500));
        assert_eq!(parse(&deep), None);
    }

    #[test]
    fn parse_every_cut_of_a_catalog_is_none_and_does_not_panic() {
        let json = r#"[{"name":"clöck","title":"\u00e9","n":-1.5,"running":true,"x":{"y":[null]}}]"#;
        for cut in (0..json.len()).filter(|cut| json.is_char_boundary(*cut)) {
            assert_eq!(parse(&json[..cut]), None, "{cut}");
        }
        assert!(parse(json).is_some());
    }

    #[test]
    fn parse_long_texts_and_lists_are_bounded() {
        let long = format!(r#"[{{"name":"x","title":"{}"}}]"#, "t".repeat(5000));
        assert_eq!(parse(&long).unwrap()[0].title.len(), MAX_TEXT);
        let many = format!("[{}]", vec![r#"{"name":"x"}"#; 5000].join(","));
        assert_eq!(parse(&many).unwrap().len(), MAX_APPS);
    }
}
