//! A text and a caret in it, without a canvas.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use ui::{TextStyle, wrapped};

/// Longest text, in bytes.
pub(crate) const LONGEST: usize = 32 * 1024;

/// A text being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Editor {
    text: String,
    /// Bytes before the caret; always between two code points.
    caret: usize,
}

impl Editor {
    /// Begins at the end of `text`.
    pub(crate) fn of(text: String) -> Self {
        Self { caret: text.len(), text }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) const fn caret(&self) -> usize {
        self.caret
    }

    /// Puts `text` at the caret; answers whether there was room.
    pub(crate) fn insert(&mut self, text: &str) -> bool {
        let fits = self.text.len() + text.len() <= LONGEST;
        if fits {
            self.text.insert_str(self.caret, text);
            self.caret += text.len();
        }
        fits
    }

    /// Takes away what is before the caret; answers whether there was anything.
    pub(crate) fn backspace(&mut self) -> bool {
        let end = self.caret;
        self.left();
        self.text.replace_range(self.caret..end, "");
        self.caret < end
    }

    /// Takes away what is after the caret; answers whether there was anything.
    pub(crate) fn delete(&mut self) -> bool {
        let begin = self.caret;
        self.right();
        let end = core::mem::replace(&mut self.caret, begin);
        self.text.replace_range(begin..end, "");
        begin < end
    }

    pub(crate) fn left(&mut self) {
        self.caret = self.text[..self.caret].char_indices().next_back().map_or(0, |(at, _)| at);
    }

    pub(crate) fn right(&mut self) {
        self.caret += self.text[self.caret..].chars().next().map_or(0, char::len_utf8);
    }

    /// The line the caret is on.
    pub(crate) fn line(&self, lines: &[Range<usize>]) -> usize {
        lines.iter().rposition(|line| line.start <= self.caret).unwrap_or(0)
    }

    /// Moves the caret to the line `by` below or above, as far from its beginning as it is now.
    pub(crate) fn vertical(&mut self, lines: &[Range<usize>], by: isize) {
        let line = self.line(lines);
        let Some(to) = line.checked_add_signed(by).filter(|to| *to < lines.len()) else { return };
        let column = self.text[lines[line].start..self.caret].chars().count();
        self.put(lines, to, column);
    }

    /// Moves the caret to the beginning of its line.
    pub(crate) fn home(&mut self, lines: &[Range<usize>]) {
        self.put(lines, self.line(lines), 0);
    }

    /// Moves the caret to the end of its line.
    pub(crate) fn end(&mut self, lines: &[Range<usize>]) {
        self.put(lines, self.line(lines), usize::MAX);
    }

    /// Puts the caret on a line, so many code points from its beginning; below the last line it is at the end.
    pub(crate) fn put(&mut self, lines: &[Range<usize>], line: usize, column: usize) {
        self.caret = lines.get(line).map_or(self.text.len(), |line| {
            let text = &self.text[line.clone()];
            line.start + text.chars().take(column).map(char::len_utf8).sum::<usize>()
        });
    }

    /// The text in lines of at most `width` pixels: the bytes of each.
    pub(crate) fn lines(&self, style: TextStyle, width: i32) -> Vec<Range<usize>> {
        let begin = self.text.as_ptr().addr();
        let shown = wrapped(&self.text, style.px, style.weight, width);
        let at = |line: &str| line.as_ptr().addr() - begin;
        shown.into_iter().map(|line| at(line)..at(line) + line.len()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ui::Palette;

    #[test]
    fn typing_and_taking_away_keeps_whole_code_points() {
        let mut editor = Editor::of("aä".into());
        assert!(editor.insert("€") && editor.text() == "aä€");
        editor.left();
        assert!(editor.backspace() && editor.text() == "a€");
        assert!(editor.delete() && editor.text() == "a");
        assert!(!editor.delete());
        editor.left();
        assert!(!editor.backspace());
        let long = "x".repeat(LONGEST);
        assert!(!editor.insert(&long) && editor.text() == "a");
    }

    #[test]
    fn moves_up_and_down_keep_the_column_where_they_can() {
        let mut editor = Editor::of("first line\nab\n\nthird line".into());
        let style = TextStyle::regular(15, Palette::DARK.text);
        let lines = editor.lines(style, 1000);
        assert_eq!(lines, [0..10, 11..13, 14..14, 15..25]);
        for (by, wanted) in [(-1, 14), (-1, 11), (-1, 0), (-1, 0), (1, 11)] {
            editor.vertical(&lines, by);
            assert_eq!(editor.caret(), wanted);
        }
        editor.end(&lines);
        editor.vertical(&lines, -1);
        assert_eq!(editor.caret(), 2);
        editor.home(&lines);
        assert_eq!(editor.caret(), 0);
        editor.put(&lines, 99, 0);
        assert_eq!(editor.caret(), 25);
        // Narrow lines are parts of the text all the same.
        assert!(editor.lines(style, 40).iter().all(|line| editor.text().get(line.clone()).is_some()));
    }
}
