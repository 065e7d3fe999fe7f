//! Texts a letter after the other.

use alloc::string::String;

/// Adds a letter to a text: one copy of what [`String::push`] is, which else stands wherever it is called.
#[inline(never)]
pub fn push(text: &mut String, letter: char) {
    text.push(letter);
}

/// Bytes as text, if they are UTF-8: a letter after the other. The core library's check is faster by far, and weighs
/// more with its table than all else that reads lines.
pub(crate) fn text(bytes: &[u8]) -> Option<String> {
    let mut text = String::new();
    // A code point so far, the bytes it still lacks, and the least one that needs so many.
    let (mut code, mut lacks, mut least) = (0, 0, 0);
    for &byte in bytes {
        let bits = u32::from(byte);
        if lacks > 0 {
            if byte & 0xc0 != 0x80 {
                return None;
            }
            (code, lacks) = (code << 6 | bits & 0x3f, lacks - 1);
        } else {
            (code, lacks, least) = match byte {
                0..0x80 => (bits, 0, 0),
                0x80..0xc0 => return None,
                0xc0..0xe0 => (bits & 0x1f, 1, 0x80),
                0xe0..0xf0 => (bits & 0x0f, 2, 0x800),
                _ => (bits & 0x0f, 3, 0x1_0000),
            };
        }
        if lacks == 0 {
            push(&mut text, char::from_u32(code).filter(|_| code >= least)?);
        }
    }
    (lacks == 0).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_the_core_library_takes_for_utf_8() {
        let check = |bytes: &[u8]| {
            assert_eq!(text(bytes).as_deref(), core::str::from_utf8(bytes).ok(), "{bytes:x?}");
        };
        // The bytes at which something changes: every text of up to four of them.
        let edges = [0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1]
            .into_iter()
            .chain([
                0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xfb, 0xfc, 0xfe, 0xff,
            ]);
        let edges: Vec<u8> = edges.collect();
        check(b"");
        for &a in &edges {
            check(&[a]);
            for &b in &edges {
                check(&[a, b]);
                for &c in &edges {
                    check(&[a, b, c]);
                    for &d in &edges {
                        check(&[a, b, c, d]);
                    }
                }
            }
        }
        check("VYOMA_INPUT:key:ä€😀\u{10ffff}".as_bytes());
    }
}
