//! Tables of a document, read key by key.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::problem::{Report, quote};

/// The longest text of a file, in bytes: no real one is a hundredth of it.
pub const MAX_TEXT: usize = 64 * 1024;

/// What a key that nobody knows is.
#[derive(Clone, Copy)]
pub(crate) enum Unknown {
    /// A right or a bound would be silently missing.
    Error,
    /// Something of another version.
    Warning,
}

/// Parses a text, or reports why it is no TOML.
pub(crate) fn document<'t>(text: &'t str, report: &mut Report<'_>) -> Option<DeTable<'t>> {
    if text.len() > MAX_TEXT {
        report.error(MAX_TEXT, format!("this file has {} bytes; {MAX_TEXT} are allowed", text.len()));
        return None;
    }
    match DeTable::parse(text) {
        Ok(table) => Some(table.into_inner()),
        Err(e) => {
            let message = e.message().trim().replace('\n', "; ");
            report.error(e.span().map_or(0, |s| s.start), message);
            None
        }
    }
}

/// One table of a document.
#[derive(Clone, Copy)]
pub(crate) struct Section<'d, 't> {
    /// As written: `[app]`.
    pub(crate) name: &'static str,
    /// Byte where it starts, to say that something is missing.
    pub(crate) at: usize,
    table: Option<&'d DeTable<'t>>,
}

type Entry<'d, 't> = &'d Spanned<DeValue<'t>>;

impl<'d, 't> Section<'d, 't> {
    pub(crate) fn root(table: &'d DeTable<'t>) -> Self {
        Self { name: "the file", at: 0, table: Some(table) }
    }

    /// A table of this table; one that is absent is empty.
    pub(crate) fn section(self, key: &str, name: &'static str, report: &mut Report<'_>) -> Self {
        match self.get(key) {
            None => Self { name, at: self.at, table: None },
            Some(value) => Self::of(value, name, report),
        }
    }

    /// A value that must be a table.
    pub(crate) fn of(value: Entry<'d, 't>, name: &'static str, report: &mut Report<'_>) -> Self {
        let at = value.span().start;
        let table = value.get_ref().as_table();
        if table.is_none() {
            report.error(at, format!("found {}; {name} must be a table", describe(value.get_ref())));
        }
        Self { name, at, table }
    }

    pub(crate) fn is_present(self) -> bool {
        self.table.is_some()
    }

    pub(crate) fn get(self, key: &str) -> Option<Entry<'d, 't>> {
        self.table?.get(key)
    }

    pub(crate) fn entries(self) -> impl Iterator<Item = (&'d Spanned<DeString<'t>>, Entry<'d, 't>)> {
        self.table.into_iter().flat_map(DeTable::iter)
    }

    /// Reports keys that are not among `known`.
    pub(crate) fn check_keys(self, known: &[&str], unknown: Unknown, report: &mut Report<'_>) {
        for (key, _) in self.entries() {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let near = known.iter().min_by_key(|k| distance(name, k)).filter(|k| distance(name, k) <= 2);
            let advice = near.map_or_else(
                || format!("known are {}", known.join(", ")),
                |k| format!("did you mean {}?", quote(k)),
            );
            let what = format!("unknown key {} in {}; {advice}", quote(name), self.name);
            match unknown {
                Unknown::Error => report.error(key.span().start, what),
                Unknown::Warning => report.warn(key.span().start, what),
            }
        }
    }

    pub(crate) fn wrong(self, key: &str, value: Entry<'d, 't>, right: &str, report: &mut Report<'_>) {
        let found = describe(value.get_ref());
        report.error(value.span().start, format!("{key} is {found}; {right}"));
    }

    /// A text and where it is.
    pub(crate) fn text(self, key: &str, report: &mut Report<'_>) -> Option<(&'d str, usize)> {
        let value = self.get(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong(key, value, "a text in quotes would be right", report);
        }
        text.map(|t| (t, value.span().start))
    }

    /// A text that must be there.
    pub(crate) fn required(self, key: &str, report: &mut Report<'_>) -> Option<(&'d str, usize)> {
        if self.get(key).is_none() {
            report.error(self.at, format!("{key} is missing in {}", self.name));
        }
        self.text(key, report)
    }

    pub(crate) fn flag(self, key: &str, report: &mut Report<'_>) -> bool {
        let Some(value) = self.get(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(key, value, "true or false would be right", report);
            false
        })
    }

    /// A whole number from `min` to `max`.
    pub(crate) fn number(self, key: &str, min: u32, max: u32, report: &mut Report<'_>) -> Option<u32> {
        let value = self.get(key)?;
        let number = integer(value.get_ref()).and_then(|n| u32::try_from(n).ok());
        let number = number.filter(|n| (min..=max).contains(n));
        if number.is_none() {
            self.wrong(key, value, &format!("a whole number from {min} to {max} would be right"), report);
        }
        number
    }

    /// A size: "64MiB", or a number of bytes.
    pub(crate) fn bytes(self, key: &str, min: u64, max: u64, report: &mut Report<'_>) -> Option<u64> {
        let value = self.get(key)?;
        let bytes = match value.get_ref() {
            DeValue::String(s) => parse_bytes(s),
            other => integer(other).and_then(|n| u64::try_from(n).ok()),
        };
        let bytes = bytes.filter(|n| (min..=max).contains(n));
        if bytes.is_none() {
            let right = format!("a size like \"64MiB\" from {min} to {max} bytes would be right");
            self.wrong(key, value, &right, report);
        }
        bytes
    }

    /// The values of a list, each with its place.
    pub(crate) fn list(self, key: &str, report: &mut Report<'_>) -> Vec<Entry<'d, 't>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        match value.get_ref().as_array() {
            Some(array) => array.iter().collect(),
            None => {
                self.wrong(key, value, "a list would be right", report);
                Vec::new()
            }
        }
    }

    /// The texts of a list, each with its place.
    pub(crate) fn texts(self, key: &str, report: &mut Report<'_>) -> Vec<(&'d str, usize)> {
        let mut texts = Vec::new();
        for item in self.list(key, report) {
            match item.get_ref().as_str() {
                Some(t) => texts.push((t, item.span().start)),
                None => self.wrong(key, item, "a list of texts would be right", report),
            }
        }
        texts
    }

    /// One of some words.
    pub(crate) fn word<T: Copy>(self, key: &str, words: &[(&str, T)], report: &mut Report<'_>) -> Option<T> {
        let (text, at) = self.text(key, report)?;
        let found = words.iter().find(|(w, _)| *w == text).map(|(_, v)| *v);
        if found.is_none() {
            report.error(at, format!("{key} is {}; {} would be right", quote(text), one_of(words)));
        }
        found
    }
}

/// `"a", "b" or "c"`.
pub(crate) fn one_of<T>(words: &[(&str, T)]) -> String {
    let quoted: Vec<_> = words.iter().map(|(w, _)| quote(w)).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn integer(value: &DeValue<'_>) -> Option<i64> {
    let i = value.as_integer()?;
    i64::from_str_radix(i.as_str(), i.radix()).ok()
}

fn parse_bytes(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let shift = match unit.trim_start() {
        "" | "B" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(1 << shift)
}

fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(s) => quote(s),
        DeValue::Integer(i) => i.as_str().chars().take(24).collect(),
        DeValue::Boolean(b) => if *b { "true" } else { "false" }.to_owned(),
        DeValue::Float(_) => "a fraction".to_owned(),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// Edits between two short texts (Levenshtein), or much for long ones.
fn distance(a: &str, b: &str) -> usize {
    if a.len() > 32 || b.len() > 32 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}
