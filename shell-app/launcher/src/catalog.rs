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
    let (apps, app, text) = (Vec::new(), App::default(), String::new());
    let mut reader = Reader { rest: json.chars(), apps, app, text };
    reader.value(0, KEYS.len())?;
    reader.peek().is_none().then_some(reader.apps)
}

/// How deep the objects of the list are, and what they hold.
const OBJECT: usize = 1;
const FIELD: usize = 2;

/// The keys that are known.
const KEYS: [&str; 5] = ["name", "title", "category", "icon", "running"];
const RUNNING: usize = 4;

/// What is left of the text, and what it said.
struct Reader<'a> {
    rest: core::str::Chars<'a>,
    apps: Vec<App>,
    app: App,
    /// The string or the word that was read last.
    text: String,
}

impl Reader<'_> {
    /// Any value, of the key at this place: one function for all, since each that calls itself through another costs as
    /// much again.
    fn value(&mut self, depth: usize, key: usize) -> Option<()> {
        let open = self.peek()?;
        if open != '[' && depth == 0 || open != '{' && depth == OBJECT || depth > MAX_DEPTH {
            return None;
        }
        match open {
            '[' | '{' => {
                self.expect(open)?;
                let close = if open == '[' { ']' } else { '}' };
                let mut more = self.peek()? != close;
                while more {
                    let mut key = KEYS.len();
                    if open == '{' {
                        self.string()?;
                        key = KEYS.iter().take_while(|known| **known != self.text).count();
                        self.expect(':')?;
                    }
                    self.value(depth + 1, key)?;
                    more = self.peek()? == ',';
                    if more {
                        self.expect(',')?;
                    }
                }
                self.expect(close)?;
                if depth == OBJECT {
                    self.end_app();
                }
            }
            '"' => {
                self.string()?;
                let app = &mut self.app;
                let places = [&mut app.name, &mut app.title, &mut app.category, &mut app.icon];
                if depth == FIELD
                    && let Some(place) = places.into_iter().nth(key)
                {
                    core::mem::swap(place, &mut self.text);
                }
            }
            // Of a text that is null nothing is kept: it is empty.
            _ => {
                self.word()?;
                if depth == FIELD && key == RUNNING {
                    self.app.is_running = self.text == "true";
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

    fn string(&mut self) -> Option<()> {
        self.expect('"')?;
        self.text = String::new();
        let mut length = 0;
        loop {
            let c = match self.rest.next()? {
                '"' => return Some(()),
                '\\' => escape(&mut self.rest)?,
                c => c,
            };
            length += 1;
            if length <= MAX_TEXT {
                guest::push(&mut self.text, if c < ' ' { ' ' } else { c });
            }
        }
    }

    /// A number, or a name such as `true`: whatever is neither a bracket nor a sign between things.
    fn word(&mut self) -> Option<()> {
        self.text = String::new();
        let mut next = self.peek()?;
        while next.is_ascii_alphanumeric() || matches!(next, '-' | '+' | '.') {
            if self.text.len() < MAX_TEXT {
                guest::push(&mut self.text, next);
            }
            self.rest.next();
            next = self.rest.clone().next()?;
        }
        (!self.text.is_empty()).then_some(())
    }

    /// The next that is no space, which stays.
    fn peek(&mut self) -> Option<char> {
        loop {
            let mut after = self.rest.clone();
            let next = after.next()?;
            if !next.is_ascii_whitespace() {
                return Some(next);
            }
            self.rest = after;
        }
    }

    fn expect(&mut self, wanted: char) -> Option<()> {
        let is_there = self.peek()? == wanted;
        self.rest.next();
        is_there.then_some(())
    }
}

/// What follows a backslash.
fn escape(chars: &mut core::str::Chars<'_>) -> Option<char> {
    Some(match chars.next()? {
        'n' | 'r' | 't' | 'b' | 'f' => ' ',
        'u' => {
            let mut code = unit(chars)?;
            if code & 0xfc00 == 0xd800 {
                if chars.next()? != '\\' || chars.next()? != 'u' {
                    return None;
                }
                let low = unit(chars)?;
                if low & 0xfc00 != 0xdc00 {
                    return None;
                }
                code = 0x1_0000 + ((code & 0x3ff) << 10 | low & 0x3ff);
            }
            char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        c @ ('"' | '\\' | '/') => c,
        _ => return None,
    })
}

/// Four hexadecimal digits.
fn unit(chars: &mut core::str::Chars<'_>) -> Option<u32> {
    let mut unit = 0;
    for _ in 0..4 {
        unit = unit << 4 | chars.next()?.to_digit(16)?;
    }
    Some(unit)
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
