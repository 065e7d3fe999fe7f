//! A stream, cut into lines.

use alloc::vec::Vec;

use crate::letters::text;

/// Longest line read, in bytes. What an app is sent is far shorter but for `catalog`, which may list hundreds of apps. A
/// longer line is dropped as a whole.
pub const MAX_LINE: usize = 256 * 1024;

/// Cuts a stream into lines, whatever the chunks it comes in.
///
/// ```
/// let mut lines = vyoma_guest::Lines::default();
/// let mut found = Vec::new();
/// lines.push(b"VYOMA_SYSTEM:screen:8", |line| found.push(line.to_owned()));
/// lines.push(b"00,480\n\n", |line| found.push(line.to_owned()));
/// assert_eq!(found, ["VYOMA_SYSTEM:screen:800,480", ""]);
/// ```
#[derive(Debug, Default)]
pub struct Lines {
    begun: Vec<u8>,
    is_too_long: bool,
}

impl Lines {
    /// Takes bytes and calls `on` for each line they complete, without its newline. A line that is not UTF-8 or longer
    /// than [`MAX_LINE`] is dropped.
    pub fn push(&mut self, bytes: &[u8], mut on: impl FnMut(&str)) {
        self.push_bytes(bytes, |line| {
            if let Some(line) = text(line) {
                on(&line);
            }
        });
    }

    /// As [`push`](Self::push), for lines that need not be UTF-8.
    pub fn push_bytes(&mut self, bytes: &[u8], mut on: impl FnMut(&[u8])) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            let (text, ends) = piece.strip_suffix(b"\n").map_or((piece, false), |text| (text, true));
            if self.begun.len() + text.len() > MAX_LINE {
                self.is_too_long = true;
                self.begun.clear();
            } else if !self.is_too_long {
                self.begun.extend_from_slice(text);
            }
            if ends {
                if !self.is_too_long {
                    on(&self.begun);
                }
                self.begun.clear();
                self.is_too_long = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(stream: &[u8], chunk: usize) -> Vec<String> {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        for bytes in stream.chunks(chunk) {
            lines.push(bytes, |line| found.push(line.to_owned()));
        }
        found
    }

    #[test]
    fn push_any_split_gives_the_same_lines() {
        let stream = "VYOMA_SYSTEM:screen:1,2\n\nä€\n\x1b[A\nunfinished".as_bytes();
        for chunk in 1..stream.len() {
            assert_eq!(split(stream, chunk), ["VYOMA_SYSTEM:screen:1,2", "", "ä€", "\x1b[A"]);
        }
    }

    #[test]
    fn push_line_that_is_too_long_drops_it_alone() {
        let mut stream = vec![b'x'; MAX_LINE + 1];
        stream.extend_from_slice(b"\nnext\n\xff\xfe\nlast\n");
        assert_eq!(split(&stream, 4096), ["next", "last"]);
    }
}
