//! The host: the standard library, for tests and to look at what an app prints. Input is read on a thread of its own.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::StreamError;
use crate::files::FileError;

/// Chunks that wait for the app; the reader waits when there are more.
const QUEUE: usize = 16;

/// The app's input.
#[derive(Debug)]
pub struct Stdin {
    chunks: Receiver<io::Result<Vec<u8>>>,
}

impl Stdin {
    /// Opens it. Once in a program.
    #[must_use]
    pub fn open() -> Self {
        let (sender, chunks) = sync_channel(QUEUE);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 4096];
            loop {
                let read = io::stdin().lock().read(&mut buffer);
                let is_last = matches!(read, Ok(0) | Err(_));
                let sent = match read {
                    Ok(0) => break,
                    Ok(length) => sender.send(Ok(buffer[..length].to_vec())),
                    Err(error) => sender.send(Err(error)),
                };
                if is_last || sent.is_err() {
                    break;
                }
            }
        });
        Self { chunks }
    }

    /// Waits for bytes or for the moment `until` on the clock of [`monotonic_ms`]; nothing came if it is empty, the
    /// stream ended if it is `None`.
    ///
    /// # Errors
    /// [`StreamError::Stdin`].
    pub fn read(&mut self, until: Option<u64>) -> Result<Option<Vec<u8>>, StreamError> {
        let Some(until) = until else { return self.wait() };
        let left = Duration::from_millis(until.saturating_sub(monotonic_ms()));
        match self.chunks.recv_timeout(left) {
            Ok(chunk) => chunk.map(Some).map_err(|_| StreamError::Stdin),
            Err(RecvTimeoutError::Timeout) => Ok(Some(Vec::new())),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
        }
    }

    /// Waits for bytes; `None` is the end of the stream.
    ///
    /// # Errors
    /// [`StreamError::Stdin`].
    pub fn wait(&mut self) -> Result<Option<Vec<u8>>, StreamError> {
        self.chunks.recv().ok().transpose().map_err(|_| StreamError::Stdin)
    }
}

/// The app's output.
#[derive(Debug)]
pub struct Stdout(io::Stdout);

impl Stdout {
    /// Opens it. Once in a program.
    #[must_use]
    pub fn open() -> Self {
        Self(io::stdout())
    }

    /// Writes all of `bytes`.
    ///
    /// # Errors
    /// [`StreamError::Stdout`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StreamError> {
        let mut out = self.0.lock();
        out.write_all(bytes).and_then(|()| out.flush()).map_err(|_| StreamError::Stdout)
    }

    /// As [`write`](Self::write).
    ///
    /// # Errors
    /// [`StreamError::Stdout`].
    pub fn write_frame(&mut self, bytes: &[u8]) -> Result<(), StreamError> {
        self.write(bytes)
    }
}

/// Milliseconds of a clock that never goes back.
#[must_use]
pub fn monotonic_ms() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Milliseconds since 1970, UTC.
#[must_use]
pub fn unix_ms() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the guest asked for the time of the day")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// A number nobody can guess.
#[must_use]
pub fn random() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(Instant::now())
}

/// A directory that the app was given: on the host where the variable `VYOMA_DATA` says.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The one at `path`, if the app has it.
    pub(crate) fn open(path: &str) -> Option<Self> {
        let place = std::env::var_os("VYOMA_DATA").map(PathBuf::from)?;
        (path == "/data" && place.is_dir()).then_some(Self(place))
    }

    /// A file's bytes: all of them, or some more than `most`.
    pub(crate) fn read(&self, name: &str, most: usize) -> Result<Vec<u8>, FileError> {
        let file = std::fs::File::open(self.0.join(name)).map_err(|error| failed(&error))?;
        let mut bytes = Vec::new();
        file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|error| failed(&error))?;
        Ok(bytes)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        std::fs::write(self.0.join(name), bytes).map_err(|error| failed(&error))
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), FileError> {
        std::fs::rename(self.0.join(from), self.0.join(to)).map_err(|error| failed(&error))
    }

    pub(crate) fn remove(&self, name: &str) -> Result<(), FileError> {
        std::fs::remove_file(self.0.join(name)).map_err(|error| failed(&error))
    }

    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>, FileError> {
        let entries = std::fs::read_dir(self.0.join(name)).map_err(|error| failed(&error))?;
        Ok(entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned())).collect())
    }
}

fn failed(error: &io::Error) -> FileError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileError::Absent,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => FileError::Full,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => FileError::Refused,
        _ => FileError::Failed,
    }
}

/// What [`main!`](crate::main) is made of.
pub mod program {
    use std::process::ExitCode;

    use crate::StreamError;

    /// The exit code of what a program came to.
    #[must_use]
    pub fn finish(result: Result<(), StreamError>) -> ExitCode {
        match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        }
    }
}
