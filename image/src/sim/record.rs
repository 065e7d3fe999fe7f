//! What is done in the window, written down as a script.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use control_protocol::InjectedInput;

use super::SimError;
use super::script;

/// A script that grows.
pub(super) struct Record {
    path: PathBuf,
    file: File,
}

impl Record {
    /// A new file; one that was there is lost.
    ///
    /// # Errors
    /// [`SimError::File`].
    pub(super) fn begin(path: &Path) -> Result<Self, SimError> {
        let file = File::create(path).map_err(SimError::file(path))?;
        let mut record = Self { path: path.to_owned(), file };
        record.write(
            "# Recorded by `cargo vyoma sim --window --record`; a line `<ms> shot FILE` keeps a picture.\n",
        )?;
        Ok(record)
    }

    /// What was done at a time since the script's zero. Written at once: the run may end at any moment.
    ///
    /// # Errors
    /// [`SimError::File`].
    pub(super) fn keep(&mut self, at: Duration, input: &[InjectedInput]) -> Result<(), SimError> {
        let lines: String = input
            .iter()
            .map(|input| match script::event(input) {
                Some(event) => format!("{} {event}\n", at.as_millis()),
                None => format!("# {} {input:?} has no name\n", at.as_millis()),
            })
            .collect();
        self.write(&lines)
    }

    fn write(&mut self, lines: &str) -> Result<(), SimError> {
        self.file.write_all(lines.as_bytes()).map_err(SimError::file(&self.path))
    }
}
