//! QEMU's pictures: binary PPM (<https://netpbm.sourceforge.net/doc/ppm.html>), which every version writes.

use std::path::{Path, PathBuf};

use crate::picture::Picture;

/// Why a picture cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PpmError {
    /// The file.
    #[error("cannot read {}", .0.display())]
    File(PathBuf, #[source] std::io::Error),
    /// The bytes.
    #[error("{} is no 8-bit binary PPM", .0.display())]
    Malformed(PathBuf),
}

pub(super) fn read(path: &Path) -> Result<Picture, PpmError> {
    let bytes = std::fs::read(path).map_err(|e| PpmError::File(path.to_owned(), e))?;
    parse(&bytes).ok_or_else(|| PpmError::Malformed(path.to_owned()))
}

fn parse(bytes: &[u8]) -> Option<Picture> {
    let mut rest = bytes.strip_prefix(b"P6")?;
    let mut number = || {
        let start = rest.iter().position(u8::is_ascii_digit)?;
        let digits = &rest[start..];
        let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
        rest = &digits[end..];
        std::str::from_utf8(&digits[..end]).ok()?.parse::<usize>().ok()
    };
    let (width, height, depth) = (number()?, number()?, number()?);
    // One white space ends the header.
    let samples = rest.get(1..)?;
    if depth != 255 || samples.len() != width.checked_mul(height)?.checked_mul(3)? {
        return None;
    }
    let pixels = samples.chunks_exact(3).map(|p| u32::from_be_bytes([0, p[0], p[1], p[2]])).collect();
    Some(Picture { width, height, pixels })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_a_picture_gives_its_pixels() {
        let picture = parse(b"P6\n2 1\n255\n\x01\x02\x03\x0a\x20\x30").unwrap();
        assert_eq!((picture.width, picture.height), (2, 1));
        assert_eq!(picture.pixels, [0x01_0203, 0x0a_2030]);
        assert!(parse(b"P6\n2 1\n255\n\x01\x02\x03").is_none());
        assert!(parse(b"P6").is_none());
        assert!(parse(b"P6 99999999999 99999999999 255 ").is_none());
    }
}
