//! Text of an app made fit for a log.

/// The longest start of `text` that has at most `max` bytes and ends between characters.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    if text.len() <= max {
        return text;
    }
    let end = (0..=max).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    &text[..end]
}

/// `text` without control characters, at most `max` bytes: they are written as `\xNN`, a tab stays.
pub(crate) fn printable(text: &str, max: usize) -> String {
    let text = cut(text, max);
    if !text.chars().any(|c| c.is_control() && c != '\t') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if c.is_control() && c != '\t' {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    cut(&out, max).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_in_a_character_ends_before_it() {
        assert_eq!(cut("aä", 2), "a");
        assert_eq!(cut("aä", 3), "aä");
        assert_eq!(cut("ä", 0), "");
    }

    #[test]
    fn printable_escapes_what_a_terminal_would_obey() {
        assert_eq!(printable("a\tb\x1b[2J", 100), "a\tb\\u{1b}[2J");
        assert_eq!(printable(&"\x07".repeat(100), 10).len(), 10);
    }
}
