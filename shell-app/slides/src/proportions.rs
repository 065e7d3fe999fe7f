//! How wide and high a picture is, from the beginning of its file: what is needed to show it undistorted.
//!
//! Formats: PNG (W3C PNG, 11.2.1), GIF 89a, JPEG (ITU-T T.81, B.1; EXIF 2.32 orientation), WebP (RFC 9649).

use core::ops::Range;

/// How a picture is to be fitted into a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proportions {
    /// So many pixels wide and high, as it is seen.
    Pixels(u32, u32),
    /// A drawing: whoever draws it keeps its proportions.
    Drawing,
}

/// The proportions of the picture whose file begins with `head`; `None` where it is of no known kind.
pub(crate) fn of(head: &[u8]) -> Option<Proportions> {
    let size = if head.starts_with(b"\x89PNG\r\n\x1a\n") {
        (big(head, 16..20)?, big(head, 20..24)?)
    } else if head.starts_with(b"GIF8") {
        (little(head, 6..8)?, little(head, 8..10)?)
    } else if head.starts_with(b"\xff\xd8") {
        jpeg(head)?
    } else if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        webp(head)?
    } else if is_svg(head) {
        return Some(Proportions::Drawing);
    } else {
        return None;
    };
    (size.0 > 0 && size.1 > 0).then_some(Proportions::Pixels(size.0, size.1))
}

fn is_svg(head: &[u8]) -> bool {
    let text = head.trim_ascii_start();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    text.first() == Some(&b'<') && head.windows(4).any(|four| four == b"<svg")
}

/// The size in a frame header, turned where EXIF says that the picture is.
fn jpeg(head: &[u8]) -> Option<(u32, u32)> {
    let (mut at, mut is_turned) = (2, false);
    loop {
        let marker = *head.get(at + 1).filter(|_| head[at] == 0xff)?;
        // Fill bytes, and markers without a segment.
        if marker == 0xff {
            at += 1;
            continue;
        }
        if matches!(marker, 0x01 | 0xd0..=0xd8) {
            at += 2;
            continue;
        }
        let length = usize::try_from(big(head, at + 2..at + 4)?).ok().filter(|length| *length >= 2)?;
        match marker {
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let (h, w) = (big(head, at + 5..at + 7)?, big(head, at + 7..at + 9)?);
                return Some(if is_turned { (h, w) } else { (w, h) });
            }
            0xe1 => is_turned |= head.get(at + 4..at + 2 + length).and_then(is_turned_by_exif) == Some(true),
            _ => {}
        }
        at += 2 + length;
    }
}

/// Whether orientation 5 to 8 is among the first entries of an EXIF segment: a quarter turn.
fn is_turned_by_exif(segment: &[u8]) -> Option<bool> {
    let tiff = segment.strip_prefix(b"Exif\0\0")?;
    let read = match tiff.get(..2)? {
        b"II" => little,
        b"MM" => big,
        _ => return None,
    };
    let place = usize::try_from(read(tiff, 4..8)?).ok()?;
    let count = usize::try_from(read(tiff, place..place.checked_add(2)?)?).ok()?;
    let entries = tiff.get(place + 2..)?.chunks_exact(12).take(count);
    let orientation = entries.into_iter().find(|entry| read(entry, 0..2) == Some(0x0112))?;
    Some(matches!(read(orientation, 8..10), Some(5..=8)))
}

fn webp(head: &[u8]) -> Option<(u32, u32)> {
    match head.get(12..16)? {
        b"VP8 " => Some((little(head, 26..28)? & 0x3fff, little(head, 28..30)? & 0x3fff)),
        b"VP8L" => {
            let bits = little(head, 21..25)?;
            Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1))
        }
        b"VP8X" => Some((little(head, 24..27)? + 1, little(head, 27..30)? + 1)),
        _ => None,
    }
}

/// At most four bytes as a number, the most significant first.
fn big(bytes: &[u8], place: Range<usize>) -> Option<u32> {
    Some(bytes.get(place)?.iter().fold(0, |number, byte| (number << 8) | u32::from(*byte)))
}

/// At most four bytes as a number, the least significant first.
fn little(bytes: &[u8], place: Range<usize>) -> Option<u32> {
    Some(bytes.get(place)?.iter().rev().fold(0, |number, byte| (number << 8) | u32::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg_of(exif: Option<[u8; 2]>) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8];
        if let Some(orientation) = exif {
            file.extend([0xff, 0xe1, 0, 34]);
            file.extend(b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01");
            file.extend(orientation);
            file.extend([0, 0, 0, 0, 0, 0]);
        }
        file.extend([0xff, 0xdb, 0, 3, 0, 0xff, 0xff, 0xc2, 0, 11, 8, 0x0b, 0xb8, 0x0f, 0xa0, 1, 0, 0, 0]);
        file
    }

    #[test]
    fn of_every_format_is_its_size() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend([0, 0, 4, 0, 0, 0, 3, 0]);
        assert_eq!(of(&png), Some(Proportions::Pixels(1024, 768)));
        assert_eq!(of(b"GIF89a\x20\x03\xe0\x01\0"), Some(Proportions::Pixels(800, 480)));
        let lossless = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f\x1f\xc3\x77\0";
        assert_eq!(of(lossless), Some(Proportions::Pixels(800, 480)));
        let extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x1f\x03\0\xdf\x01\0";
        assert_eq!(of(extended), Some(Proportions::Pixels(800, 480)));
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x20\x03\xe0\x01";
        assert_eq!(of(lossy), Some(Proportions::Pixels(800, 480)));
        assert_eq!(of(b"<?xml version='1.0'?><svg/>"), Some(Proportions::Drawing));
    }

    #[test]
    fn of_a_photograph_is_turned_as_its_camera_was() {
        assert_eq!(of(&jpeg_of(None)), Some(Proportions::Pixels(4000, 3000)));
        assert_eq!(of(&jpeg_of(Some([0, 1]))), Some(Proportions::Pixels(4000, 3000)));
        assert_eq!(of(&jpeg_of(Some([0, 6]))), Some(Proportions::Pixels(3000, 4000)));
    }

    #[test]
    fn of_anything_else_is_nothing_and_never_fails() {
        for bytes in [&b""[..], b"hello", b"\xff\xd8", b"\xff\xd8\xff\xc0\0\x01", b"GIF89a\0\0\0\0"] {
            assert_eq!(of(bytes), None, "{bytes:?}");
        }
        let whole = jpeg_of(Some([0, 6]));
        for cut in 0..whole.len() {
            of(&whole[..cut]);
            for byte in 0..=255 {
                let mut broken = whole.clone();
                broken[cut] = byte;
                of(&broken);
            }
        }
    }
}
