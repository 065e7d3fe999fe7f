//! What is wrong with a text, and where.

use std::fmt;

/// Most problems kept of one file; the rest is counted.
pub const MAX_PROBLEMS: usize = 16;

/// Longest quotation of what was found, in characters.
const MAX_QUOTE: usize = 60;

/// One thing that is wrong: where, what was found, what would be right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// Counted from 1.
    pub line: u32,
    /// Characters, counted from 1.
    pub column: u32,
    /// What was found and what would be right.
    pub what: String,
}

/// A text that cannot be used: one line for each problem, `file:line:column: what`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invalid {
    /// The file as it was named to the parser.
    pub file: String,
    /// In the order they were found, at most [`MAX_PROBLEMS`].
    pub problems: Vec<Problem>,
    /// How many more there are.
    pub more: usize,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, p) in self.problems.iter().enumerate() {
            let end = if i == 0 { "" } else { "\n" };
            write!(f, "{end}{}:{}:{}: {}", self.file, p.line, p.column, p.what)?;
        }
        if self.more > 0 {
            write!(f, "\n{}: and {} more", self.file, self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Invalid {}

/// A value, and what was odd but did no harm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked<T> {
    /// The value.
    pub value: T,
    /// Unknown keys and the like, at most [`MAX_PROBLEMS`].
    pub warnings: Vec<Problem>,
}

/// A value made of what was right, and what was not: for files whose faults must not stop a boot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Salvaged<T> {
    /// What could be used; defaults for the rest.
    pub value: T,
    /// What could not.
    pub invalid: Option<Invalid>,
    /// Unknown keys and the like, at most [`MAX_PROBLEMS`].
    pub warnings: Vec<Problem>,
}

/// Collects problems of one text.
pub(crate) struct Report<'t> {
    text: &'t str,
    errors: Vec<Problem>,
    more: usize,
    warnings: Vec<Problem>,
}

impl<'t> Report<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, errors: Vec::new(), more: 0, warnings: Vec::new() }
    }

    pub(crate) fn error(&mut self, at: usize, what: String) {
        if self.errors.len() == MAX_PROBLEMS {
            self.more += 1;
        } else {
            let problem = self.problem(at, what);
            self.errors.push(problem);
        }
    }

    pub(crate) fn warn(&mut self, at: usize, what: String) {
        if self.warnings.len() < MAX_PROBLEMS {
            let problem = self.problem(at, what);
            self.warnings.push(problem);
        }
    }

    pub(crate) fn errors(&self) -> usize {
        self.errors.len() + self.more
    }

    pub(crate) fn take(self, file: &str) -> (Option<Invalid>, Vec<Problem>) {
        let invalid = (!self.errors.is_empty()).then(|| Invalid {
            file: file.to_owned(),
            problems: self.errors,
            more: self.more,
        });
        (invalid, self.warnings)
    }

    fn problem(&self, at: usize, what: String) -> Problem {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &self.text[..at];
        let start = before.rfind('\n').map_or(0, |n| n + 1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Problem {
            line: count(before.matches('\n').count() + 1),
            column: count(before[start..].chars().count() + 1),
            what,
        }
    }
}

/// What was found, quoted: bounded, and on one line.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for (i, c) in text.chars().enumerate() {
        if i == MAX_QUOTE {
            out.push('…');
            break;
        }
        if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out.push('"');
    out
}
