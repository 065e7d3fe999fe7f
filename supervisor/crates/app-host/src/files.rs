//! Files that the supervisor opens for this process, which has no open: asked for over the broker's socket, answered
//! with descriptors.

use std::os::fd::OwnedFd;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use bundle::Hash;
use control_protocol::host::OpenedFile;

/// How long the supervisor may take to answer. It never waits itself; beyond this it is in trouble, and the app goes
/// on without the picture.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Why there is no file's content.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    /// The supervisor said no.
    #[error("{0}")]
    Refused(String),
    /// The supervisor said nothing.
    #[error("the supervisor did not open it in time")]
    NoAnswer,
    /// It is larger than what is read.
    #[error("{bytes} bytes: at most {limit} are read")]
    TooLarge {
        /// Its length.
        bytes: u64,
        /// What may be read.
        limit: usize,
    },
    /// It is another one than the bundle's list says.
    #[error("its SHA-256 is {found}, bundle.hashes says {right}")]
    Changed {
        /// Its hash.
        found: Hash,
        /// The list's.
        right: Hash,
    },
    /// It could not be read.
    #[error("reading: {0}")]
    Read(#[from] rustix::io::Errno),
}

/// What came for the question that is open.
type Answer = (u32, Result<(OpenedFile, OwnedFd), String>);

/// Where the second thread puts answers and the guest's thread waits for them.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    slot: Mutex<Option<Answer>>,
    came: Condvar,
}

impl Answers {
    /// An answer came. One that nobody waits for any more is replaced.
    pub(crate) fn put(&self, token: u32, file: Result<(OpenedFile, OwnedFd), String>) {
        *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = Some((token, file));
        self.came.notify_one();
    }

    /// Waits for the answer to the question with this token.
    ///
    /// # Errors
    /// [`FileError`].
    pub(crate) fn wait(&self, token: u32) -> Result<(OpenedFile, OwnedFd), FileError> {
        let slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        let is_missing = |slot: &mut Option<Answer>| slot.as_ref().is_none_or(|(t, _)| *t != token);
        let (mut slot, _) = self
            .came
            .wait_timeout_while(slot, ANSWER_WITHIN, is_missing)
            .unwrap_or_else(PoisonError::into_inner);
        match slot.take() {
            Some((t, file)) if t == token => file.map_err(FileError::Refused),
            _ => Err(FileError::NoAnswer),
        }
    }
}

/// A file's content, of at most `limit` bytes: what somebody vouches for, or nothing.
///
/// # Errors
/// [`FileError`].
pub(crate) fn read(fd: &OwnedFd, file: &OpenedFile, limit: usize) -> Result<Vec<u8>, FileError> {
    let bytes = file.bytes;
    let length = usize::try_from(bytes).ok().filter(|length| *length <= limit);
    let length = length.ok_or(FileError::TooLarge { bytes, limit })?;
    let mut content = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match rustix::io::read(fd, &mut content[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
    }
    content.truncate(filled);
    if let Some(right) = file.sha256.map(Hash) {
        let found = Hash::of(&content);
        if found != right {
            return Err(FileError::Changed { found, right });
        }
    }
    Ok(content)
}
