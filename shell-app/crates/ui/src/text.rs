//! How wide text is: the advance widths of the interface face, the same that `draw_glyph` is drawn with.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use draw_protocol::Weight;

use crate::advances::{GLYPHS, MISSING, RUNS, UNITS_PER_EM, WIDTHS};
use crate::number::float;

/// Advance of the monospace face, as a part of the em.
const MONO: f32 = 0.6;

/// Height of capitals and digits, as a part of the em.
pub const CAP_HEIGHT: f32 = 0.727;

/// Width of `text` in pixels: its advances at `px` pixels the em, summed without rounding. What is drawn
/// of 24 pixels and more is kerned, and so a hundredth or two narrower. Arabic and Hindi, whose letters change beside each
/// other, are known to some hundredths: five on average, two.
#[must_use]
pub fn measure(text: &str, px: i32, weight: Weight) -> f32 {
    text.chars().map(|c| advance(c, weight)).sum::<f32>() * float(px) / UNITS_PER_EM
}

/// The text if it is at most `width` pixels wide, else as much of its beginning as fits before an ellipsis.
#[must_use]
pub fn ellipsized(text: &str, px: i32, weight: Weight, width: i32) -> Cow<'_, str> {
    const ELLIPSIS: char = '…';
    if measure(text, px, weight) <= float(width) {
        return Cow::Borrowed(text);
    }
    let room = float(width) * UNITS_PER_EM / float(px.max(1)) - advance(ELLIPSIS, weight);
    let (mut used, mut spaces, mut kept) = (0.0, 0, String::new());
    for c in text.chars() {
        used += advance(c, weight);
        if used > room {
            break;
        }
        // Spaces before the ellipsis are not kept.
        if c == ' ' {
            spaces += 1;
        } else {
            for _ in 0..core::mem::take(&mut spaces) {
                guest::push(&mut kept, ' ');
            }
            guest::push(&mut kept, c);
        }
    }
    if !kept.is_empty() || room >= 0.0 {
        guest::push(&mut kept, ELLIPSIS);
    }
    Cow::Owned(kept)
}

/// The text in lines of at most `width` pixels, broken at spaces; a longer word is broken where it is full. An empty
/// text, and an empty line in one, is an empty line.
#[must_use]
pub fn wrapped(text: &str, px: i32, weight: Weight, width: i32) -> Vec<&str> {
    let room = float(width) * UNITS_PER_EM / float(px.max(1));
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut rest = paragraph;
        loop {
            let end = fitting(rest, room, weight);
            let (line, after) = rest.split_at(end);
            lines.push(without_spaces(line));
            rest = after.trim_start_matches(' ');
            if rest.is_empty() {
                break;
            }
        }
    }
    lines
}

/// How many bytes of a text make a line.
fn fitting(text: &str, room: f32, weight: Weight) -> usize {
    let (mut used, mut last_space) = (0.0, None);
    for (at, c) in text.char_indices() {
        used += advance(c, weight);
        if c == ' ' {
            last_space = Some(at);
        } else if used > room {
            // At least one code point a line, however narrow.
            return last_space.unwrap_or(if at == 0 { c.len_utf8() } else { at });
        }
    }
    text.len()
}

/// Advance of one code point in units of the font.
fn advance(c: char, weight: Weight) -> f32 {
    if weight == Weight::Mono {
        return MONO * UNITS_PER_EM;
    }
    let code = u32::from(c);
    let mut before = 0;
    for &(first, count) in &RUNS {
        let at = code.wrapping_sub(u32::from(first));
        if at < u32::from(count) {
            let glyph = usize::try_from(before + at).ok().and_then(|glyph| GLYPHS.get(glyph));
            let widths = glyph.map_or([MISSING; 2], |place| WIDTHS[usize::from(*place)]);
            return f32::from(widths[usize::from(weight == Weight::Bold)]);
        }
        before += u32::from(count);
    }
    f32::from(MISSING)
}

/// The text without the spaces at its end. Not `trim_end`, which carries a table of all spaces.
fn without_spaces(mut text: &str) -> &str {
    while let Some(shorter) = text.strip_suffix(" ") {
        text = shorter;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_fit_and_lose_nothing_but_spaces() {
        let text = "A rather long sentence with averyveryverylongword in it, and more\n\nthen a second";
        for width in 60..300 {
            let lines = wrapped(text, 15, Weight::Regular, width);
            assert!(lines.iter().all(|line| measure(line, 15, Weight::Regular) <= float(width)), "{lines:?}");
            let joined: String = lines.concat().chars().filter(|c| *c != ' ').collect();
            assert_eq!(joined, text.replace([' ', '\n'], ""));
        }
        assert_eq!(wrapped("", 15, Weight::Regular, 10), [""]);
        assert_eq!(wrapped("ab", 15, Weight::Regular, 1), ["a", "b"]);
    }

    #[test]
    fn ellipsized_text_fits_and_keeps_its_beginning() {
        for width in 0..200 {
            let cut = ellipsized("A very long name of an app", 15, Weight::Bold, width);
            assert!(measure(&cut, 15, Weight::Bold) <= float(width), "{cut:?} in {width}");
        }
        assert_eq!(ellipsized("Clock", 15, Weight::Regular, 100), "Clock");
        let cut = ellipsized("A very long name", 15, Weight::Regular, 80);
        assert!(cut.starts_with("A ve") && cut.ends_with('…'), "{cut:?}");
    }

    #[test]
    fn digits_are_tabular() {
        for weight in [Weight::Regular, Weight::Bold] {
            let zero = measure("0", 72, weight);
            assert!(('1'..='9').all(|c| (measure(&c.to_string(), 72, weight) - zero).abs() < 0.25));
        }
    }
}
