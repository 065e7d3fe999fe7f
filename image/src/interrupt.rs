//! Ctrl+C and SIGTERM as something one can wait for.

use std::io::{self, PipeReader, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static PRESSED: AtomicBool = AtomicBool::new(false);
static BELL: OnceLock<io::PipeWriter> = OnceLock::new();

/// Takes over Ctrl+C. The reader is readable once it was pressed; a second press ends the tool at once.
///
/// # Errors
/// As `pipe(2)` and `sigaction(2)`; also if it was taken over before.
pub fn take_over() -> io::Result<PipeReader> {
    let (reader, writer) = io::pipe()?;
    BELL.set(writer).map_err(|_| io::Error::other("Ctrl+C has an owner already"))?;
    ctrlc::set_handler(|| {
        if PRESSED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        if let Some(mut bell) = BELL.get() {
            // A full pipe is readable: that is all it is for.
            let _ = bell.write_all(b"!");
        }
    })
    .map_err(io::Error::other)?;
    Ok(reader)
}

/// Whether Ctrl+C was pressed.
#[must_use]
pub fn pressed() -> bool {
    PRESSED.load(Ordering::SeqCst)
}
