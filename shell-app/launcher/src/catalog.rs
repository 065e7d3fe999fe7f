//! The answer to `catalog`: a JSON array of flat objects, read within limits.

use alloc::string::String;
use alloc::vec::Vec;

/// Most apps shown. A device has some two hundred.
const MAX_APPS: usize = 1024;
/// Deepest nesting skipped over in keys that are not known.
const MAX_DEPTH: usize = 16;
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

/// Reads the catalog: every object with a name, in order. Unknown keys are skipped.
///
/// # Errors
/// `None` if it is not a JSON array of objects, or beyond the limits.
#[must_use]
pub(crate) fn parse(json: &str) -> Option<Vec<App>> {
    let mut reader = Reader { rest: json };
    let mut apps = Vec::new();
    reader.expect('[')?;
    if reader.take(']') {
        return reader.ends().then_some(apps);
    }
    loop {
        let app = reader.app()?;
        if !app.name.is_empty() && apps.len() < MAX_APPS {
            apps.push(app);
        }
        if reader.take(']') {
            return reader.ends().then_some(apps);
        }
        reader.expect(',')?;
    }
}

/// What is left of the text.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn app(&mut self) -> Option<App> {
        let mut app = App::default();
        self.expect('{')?;
        if !self.take('}') {
            loop {
                let key = self.string()?;
                self.expect(':')?;
                match key.as_str() {
                    "name" => app.name = self.text()?,
                    "title" => app.title = self.text()?,
                    "category" => app.category = self.text()?,
                    "icon" => app.icon = self.text()?,
                    "running" => app.is_running = self.flag()?,
                    _ => self.skip(0)?,
                }
                if self.take('}') {
                    break;
                }
                self.expect(',')?;
            }
        }
        if app.title.trim().is_empty() {
            app.title.clone_from(&app.name);
        }
        Some(app)
    }

    /// A string, or null for an empty one.
    fn text(&mut self) -> Option<String> {
        if self.word("null") { Some(String::new()) } else { self.string() }
    }

    /// A boolean, or a number that is not 0.
    fn flag(&mut self) -> Option<bool> {
        if self.word("true") {
            return Some(true);
        }
        if self.word("false") || self.word("null") {
            return Some(false);
        }
        self.number().map(|digits| digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit)))
    }

    fn skip(&mut self, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        for (open, close) in [('[', ']'), ('{', '}')] {
            if !self.take(open) {
                continue;
            }
            if self.take(close) {
                return Some(());
            }
            loop {
                if open == '{' {
                    self.string()?;
                    self.expect(':')?;
                }
                self.skip(depth + 1)?;
                if self.take(close) {
                    return Some(());
                }
                self.expect(',')?;
            }
        }
        if self.rest.trim_start().starts_with('"') {
            return self.string().map(drop);
        }
        if ["true", "false", "null"].iter().any(|word| self.word(word)) {
            return Some(());
        }
        self.number().map(drop)
    }

    fn string(&mut self) -> Option<String> {
        self.expect('"')?;
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
                text.push(if c.is_control() { ' ' } else { c });
            }
        }
        self.rest = chars.as_str();
        Some(text)
    }

    fn number(&mut self) -> Option<&str> {
        let text = self.rest.trim_start();
        let end =
            text.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(text.len());
        let (number, rest) = text.split_at(end);
        self.rest = rest;
        number.bytes().any(|byte| byte.is_ascii_digit()).then_some(number)
    }

    fn word(&mut self, word: &str) -> bool {
        match self.rest.trim_start().strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn take(&mut self, wanted: char) -> bool {
        match self.rest.trim_start().strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, wanted: char) -> Option<()> {
        self.take(wanted).then_some(())
    }

    fn ends(&self) -> bool {
        self.rest.trim().is_empty()
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
        for json in
            ["", "[", "{}", "[}", r#"[{"name":"x"]"#, r#"[{"name":"x"}] x"#, r#"[{"name":"\ud800x"}]"#, "[1]"]
        {
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
