//! The few lines a game reads, without what every app can be sent.

use crate::game::Way;

/// What the player did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input<'a> {
    /// The keyboard came: whoever had it may have changed how things look.
    Focus,
    /// The theme's name.
    Theme(&'a [u8]),
    /// The window has controls of its own.
    Chrome,
    /// This pixel of the canvas was pressed.
    Point(i32, i32),
    /// The canvas has this size, in pixels.
    Size(i32, i32),
    /// That way.
    Turn(Way),
    /// Begin.
    Go,
    /// Stop for a moment, or go on.
    Pause,
    /// Enough.
    Close,
}

/// Reads a line; `None` if it is none of these.
pub(crate) fn read(line: &[u8]) -> Option<Input<'_>> {
    Some(match line {
        b"\x1b[A" | b"w" => Input::Turn(Way::Up),
        b"\x1b[B" | b"s" => Input::Turn(Way::Down),
        b"\x1b[D" | b"a" => Input::Turn(Way::Left),
        b"\x1b[C" | b"d" => Input::Turn(Way::Right),
        b"" | b" " => Input::Go,
        b"p" => Input::Pause,
        b"\x1b" | b"\x03" => Input::Close,
        _ => {
            if let Some(size) = after(line, b"VYOMA_SYSTEM:screen:").or(after(line, b"VYOMA_SYSTEM:resize:"))
            {
                let (w, h) = pair(size)?;
                return (w > 0 && h > 0).then_some(Input::Size(w, h));
            }
            if line == b"VYOMA_SYSTEM:display_profile:desktop" {
                return Some(Input::Chrome);
            }
            if line == b"VYOMA_SYSTEM:focus:gained" {
                return Some(Input::Focus);
            }
            if let Some(words) = after(line, b"REPLY:theme ").or(after(line, b"VYOMA_SYSTEM:theme:")) {
                return Some(Input::Theme(words));
            }
            if let Some(place) = after(line, b"VYOMA_INPUT:mouse:click:") {
                let (x, y) = place.strip_suffix(b":left").and_then(pair)?;
                return Some(Input::Point(x, y));
            }
            let rest = after(line, b"VYOMA_INPUT:touch:")?;
            match after(rest, b"swipe:").and_then(pair) {
                Some((dx, dy)) if dx.abs() > dy.abs() => {
                    Input::Turn(if dx > 0 { Way::Right } else { Way::Left })
                }
                Some((_, dy)) => Input::Turn(if dy > 0 { Way::Down } else { Way::Up }),
                None => {
                    let (x, y) = after(rest, b"tap:").and_then(pair)?;
                    return Some(Input::Point(x, y));
                }
            }
        }
    })
}

fn after<'a>(line: &'a [u8], begin: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(begin)
}

/// Two numbers and a comma; digits beyond 16384, more than any canvas has, count no more.
fn pair(text: &[u8]) -> Option<(i32, i32)> {
    let mut numbers = [0, 0];
    let mut signs = [1, 1];
    let (mut at, mut has_digit) = (0, false);
    for &byte in text {
        match byte {
            b'0'..=b'9' => {
                numbers[at] = (numbers[at] * 10 + i32::from(byte - b'0')).min(16_384);
                has_digit = true;
            }
            b'-' if !has_digit => signs[at] = -1,
            b',' if at == 0 && has_digit => (at, has_digit) = (1, false),
            _ => return None,
        }
    }
    (at == 1 && has_digit).then_some((numbers[0] * signs[0], numbers[1] * signs[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_knows_its_lines_and_no_others() {
        assert_eq!(read(b"VYOMA_SYSTEM:resize:800,480"), Some(Input::Size(800, 480)));
        assert_eq!(read(b"VYOMA_INPUT:touch:swipe:-80,5"), Some(Input::Turn(Way::Left)));
        assert_eq!(read(b"VYOMA_INPUT:touch:swipe:3,90"), Some(Input::Turn(Way::Down)));
        assert_eq!(read(b"VYOMA_INPUT:touch:tap:3,90"), Some(Input::Point(3, 90)));
        assert_eq!(read(b"VYOMA_INPUT:mouse:click:3,90:left"), Some(Input::Point(3, 90)));
        assert_eq!(read(b"REPLY:theme light"), Some(Input::Theme(b"light")));
        assert_eq!(read(b"VYOMA_SYSTEM:theme:dark large"), Some(Input::Theme(b"dark large")));
        for other in
            ["VYOMA_SYSTEM:screen:8", "VYOMA_SYSTEM:screen:8,", "VYOMA_SYSTEM:screen:0,5", "x", "é", "1,2"]
        {
            assert_eq!(read(other.as_bytes()), None, "{other}");
        }
        assert_eq!(pair(b"99999999999999,-1"), Some((16_384, -1)));
    }
}
