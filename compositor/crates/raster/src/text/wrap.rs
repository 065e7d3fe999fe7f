//! Lines of cells.

use super::chars::is_mark;

/// The lines of a greedy word wrap to `columns` cells, which is at least 1. Words end at spaces; the spaces at a
/// break are dropped, others stay; a word longer than a line is broken.
pub(crate) fn wrap(text: &str, columns: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    core::iter::from_fn(move || {
        let text = rest.filter(|text| !text.is_empty())?;
        let mut cells = 0;
        let (mut word, mut space) = (false, None);
        for (at, char) in text.char_indices() {
            if is_mark(char) {
                continue;
            }
            if cells == columns {
                let (line, after) = match space {
                    _ if char == ' ' => text.split_at(at),
                    Some(space) => text.split_at(space),
                    None => text.split_at(at),
                };
                rest =
                    Some(if char == ' ' || space.is_some() { after.trim_start_matches(' ') } else { after });
                return Some(line);
            }
            // A line's leading spaces are no place to break it.
            if char != ' ' {
                word = true;
            } else if word {
                space = Some(at);
            }
            cells += 1;
        }
        rest = None;
        Some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, columns: usize) -> Vec<&str> {
        wrap(text, columns).collect()
    }

    #[test]
    fn wrapping_is_greedy_and_breaks_long_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrapped("a  b   c", 4), ["a  b", "c"]);
        assert_eq!(wrapped("ab cdefgh", 4), ["ab", "cdef", "gh"]);
        assert_eq!(wrapped("", 4), [""; 0]);
        assert_eq!(wrapped("xe\u{301}y", 2), ["xe\u{301}", "y"]);
        assert_eq!(wrapped("a b", 1), ["a", "b"]);
    }
}
