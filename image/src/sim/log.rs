//! The simulator's log: a JSON object a line.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use control_protocol::Stream;
use serde_json::json;

/// Where lines go: a file, or people's terminal.
#[derive(Debug)]
pub(super) struct Log(Option<BufWriter<File>>);

impl Log {
    /// To a file, or to stderr without one.
    ///
    /// # Errors
    /// As `open(2)`.
    pub(super) fn new(path: Option<&Path>) -> io::Result<Self> {
        path.map(File::create).transpose().map(|file| Self(file.map(BufWriter::new)))
    }

    /// One line of an app, or of the system about it.
    ///
    /// # Errors
    /// As `write(2)`.
    pub(super) fn line(&mut self, t_ms: u64, app: &str, stream: Stream, line: &str) -> io::Result<()> {
        let Some(file) = &mut self.0 else {
            let from = if app.is_empty() { "system" } else { app };
            eprintln!("{:>8}.{:03} {from}: {line}", t_ms / 1000, t_ms % 1000);
            return Ok(());
        };
        writeln!(file, "{}", json!({ "t_ms": t_ms, "app": app, "stream": stream.name(), "line": line }))
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    /// As `write(2)`.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.0.as_mut().map_or(Ok(()), BufWriter::flush)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_is_one_json_object_whatever_the_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = Log::new(Some(&path)).unwrap();
        log.line(7, "clock", Stream::Stderr, "a \"b\"\n\u{1}").unwrap();
        log.finish().unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(text.lines().count(), 1);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value, json!({ "t_ms": 7, "app": "clock", "stream": "stderr", "line": "a \"b\"\n\u{1}" }));
    }
}
