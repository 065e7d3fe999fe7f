//! Files of bounded size.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use manifest::MAX_TEXT;

/// What a file holds. Of one that is longer than `most` bytes it is one byte more than that: whoever gets it sees that it
/// is too much.
pub(crate) fn bytes(file: impl Into<File>, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.into().take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A text of the image, links followed: [`MAX_TEXT`] bytes, or one more, which a parser refuses.
pub(crate) fn text(path: &Path) -> Result<String, String> {
    let wrong = |e: io::Error| format!("{}: {e}", path.display());
    let bytes = bytes(File::open(path).map_err(wrong)?, MAX_TEXT).map_err(wrong)?;
    String::from_utf8(bytes).map_err(|e| format!("{}: {}", path.display(), e.utf8_error()))
}
