//! What a character is to layout.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Whether a character shares the cell of the one before it: combining marks that take no room (Unicode categories
/// Mn and Me), and what is invisible.
pub(crate) fn is_mark(char: char) -> bool {
    u32::from(char) >= 0x300
        && (is_invisible(char)
            || matches!(
                char.general_category(),
                GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
            ))
}

/// Joiners, direction marks, variation selectors and tags: they take no room and draw nothing. Unicode's
/// `Default_Ignorable_Code_Point` without the soft hyphen and the Hangul fillers, which are characters of their own.
pub(crate) fn is_invisible(char: char) -> bool {
    matches!(u32::from(char),
        0x34f | 0x61c | 0x180b..=0x180f | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfe00..=0xfe0f
        | 0xfeff | 0xe0000..=0xe0fff)
}

/// Whether a character is a space: it takes its room and draws nothing.
pub(crate) fn is_space(char: char) -> bool {
    matches!(char, ' ' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_every_script_share_a_cell() {
        for mark in ['\u{301}', '\u{5b8}', '\u{64e}', '\u{94d}', '\u{9c1}', '\u{bcd}', '\u{e34}', '\u{20dd}']
        {
            assert!(is_mark(mark), "{:x}", u32::from(mark));
        }
        // A mark with room of its own (category Mc), letters, and what only looks like a mark.
        for other in ['a', '\u{93e}', '\u{b4}', '\u{e01}', '\u{ac00}', '\u{1f3fb}', '\u{ad}'] {
            assert!(!is_mark(other), "{:x}", u32::from(other));
        }
    }
}
