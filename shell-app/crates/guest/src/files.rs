//! The app's own files: what is below its `/data`.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::platform::Folder;

/// Longest file read, in bytes: far above what an app of the shell keeps, far below its memory.
const MAX_FILE: usize = 16 * 1024 * 1024;

/// Longest name of a file, in bytes, as the storage has it, with room for [`UNFINISHED`].
const LONGEST_NAME: usize = 250;

/// What a file is called while it is written.
const UNFINISHED: &str = ".new";

/// Why a file could not be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    /// There is none of this name, or the app was not given the directory.
    Absent,
    /// The name leads out of the directory, or is empty.
    Name,
    /// No space left, or the app's share is used up.
    Full,
    /// It may not be touched.
    Refused,
    /// It is longer than an app reads.
    TooLong,
    /// The storage failed.
    Failed,
}

impl FileError {
    /// What is wrong, for people.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Absent => "no such file",
            Self::Name => "a file's name has no slash and does not begin with a dot",
            Self::Full => "no space left",
            Self::Refused => "not allowed",
            Self::TooLong => "the file is too long",
            Self::Failed => "the storage failed",
        }
    }
}

impl core::fmt::Display for FileError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.text())
    }
}

impl core::error::Error for FileError {}

/// Files by name, in one directory. An app is written against this, and tested with [`MemoryFiles`].
pub trait Store {
    /// The content of a file.
    ///
    /// # Errors
    /// [`FileError`].
    fn read(&self, name: &str) -> Result<Vec<u8>, FileError>;

    /// The first bytes of a file, `most` of them or all.
    ///
    /// # Errors
    /// [`FileError`].
    fn head(&self, name: &str, most: usize) -> Result<Vec<u8>, FileError>;

    /// Makes a file or replaces it as a whole: what was there before stays until all is written.
    ///
    /// # Errors
    /// [`FileError`].
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FileError>;

    /// Removes a file.
    ///
    /// # Errors
    /// [`FileError`].
    fn remove(&mut self, name: &str) -> Result<(), FileError>;

    /// The names of all files, sorted.
    ///
    /// # Errors
    /// [`FileError`].
    fn list(&self) -> Result<Vec<String>, FileError>;
}

/// The files of a directory that the app was given.
#[derive(Debug)]
pub struct Files(Option<Folder>);

impl Files {
    /// Those below `/data`: the capability `filesystem`. Without it every operation answers [`FileError::Absent`].
    #[must_use]
    pub fn data() -> Self {
        Self(Folder::open("/data"))
    }

    fn folder(&self) -> Result<&Folder, FileError> {
        self.0.as_ref().ok_or(FileError::Absent)
    }
}

impl Store for Files {
    fn read(&self, name: &str) -> Result<Vec<u8>, FileError> {
        check(name)?;
        match self.folder()?.read(name, MAX_FILE)? {
            bytes if bytes.len() > MAX_FILE => Err(FileError::TooLong),
            bytes => Ok(bytes),
        }
    }

    fn head(&self, name: &str, most: usize) -> Result<Vec<u8>, FileError> {
        check(name)?;
        let mut bytes = self.folder()?.read(name, most)?;
        bytes.truncate(most);
        Ok(bytes)
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        check(name)?;
        let unfinished = [name, UNFINISHED].concat();
        let folder = self.folder()?;
        let written = folder.write(&unfinished, bytes).and_then(|()| folder.rename(&unfinished, name));
        if written.is_err() {
            // What is left of it, if anything is; the first error is the one that tells.
            let _ = folder.remove(&unfinished);
        }
        written
    }

    fn remove(&mut self, name: &str) -> Result<(), FileError> {
        check(name)?;
        self.folder()?.remove(name)
    }

    fn list(&self) -> Result<Vec<String>, FileError> {
        let mut names = self.folder()?.list("")?;
        names.retain(|name| check(name).is_ok() && !name.ends_with(UNFINISHED));
        names.sort_unstable();
        Ok(names)
    }
}

/// Files that are gone when the app is: for tests, and for an app without `/data`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryFiles {
    files: BTreeMap<String, Vec<u8>>,
    /// Most bytes in all files together; `None` is no bound.
    room: Option<usize>,
}

impl MemoryFiles {
    /// No files, and room for so many bytes in all of them together.
    #[must_use]
    pub fn with_room(bytes: usize) -> Self {
        Self { room: Some(bytes), ..Self::default() }
    }
}

impl Store for MemoryFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, FileError> {
        check(name)?;
        self.files.get(name).cloned().ok_or(FileError::Absent)
    }

    fn head(&self, name: &str, most: usize) -> Result<Vec<u8>, FileError> {
        self.read(name).map(|mut bytes| {
            bytes.truncate(most);
            bytes
        })
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        check(name)?;
        let others: usize = self.files.iter().filter(|(other, _)| *other != name).map(|(_, b)| b.len()).sum();
        if self.room.is_some_and(|room| others + bytes.len() > room) {
            return Err(FileError::Full);
        }
        self.files.insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), FileError> {
        check(name)?;
        self.files.remove(name).map(|_| ()).ok_or(FileError::Absent)
    }

    fn list(&self) -> Result<Vec<String>, FileError> {
        Ok(self.files.keys().cloned().collect())
    }
}

/// A name stays in its directory, is no hidden file, and can stand in a line.
fn check(name: &str) -> Result<(), FileError> {
    let fine = |byte: u8| !byte.is_ascii_control() && !matches!(byte, b'/' | b'\\');
    if (1..=LONGEST_NAME).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(fine) {
        Ok(())
    } else {
        Err(FileError::Name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_directory_are_refused() {
        let mut files = MemoryFiles::default();
        for bad in ["", "..", ".", "a/b", "../x", "a\\b", "a\0", "a\nb", ".hidden"] {
            assert_eq!(files.write(bad, b"x"), Err(FileError::Name), "{bad:?}");
            assert_eq!(files.read(bad), Err(FileError::Name), "{bad:?}");
        }
        assert_eq!(files.write("note-1.txt", b"x"), Ok(()));
        assert_eq!(files.write("Über, 2.png", b"x"), Ok(()));
        assert_eq!(files.list(), Ok(vec!["note-1.txt".to_owned(), "Über, 2.png".to_owned()]));
        assert_eq!(files.head("note-1.txt", 0), Ok(Vec::new()));
        assert_eq!(files.head("note-1.txt", 9).as_deref(), Ok(&b"x"[..]));
    }

    #[test]
    fn write_without_room_keeps_what_was_there() {
        let mut files = MemoryFiles::with_room(4);
        assert_eq!(files.write("a", b"1234"), Ok(()));
        assert_eq!(files.write("a", b"12345"), Err(FileError::Full));
        assert_eq!(files.write("b", b"1"), Err(FileError::Full));
        assert_eq!(files.read("a").as_deref(), Ok(&b"1234"[..]));
    }

    #[test]
    fn without_the_directory_every_operation_says_so() {
        let mut files = Files(None);
        assert_eq!(files.read("a"), Err(FileError::Absent));
        assert_eq!(files.write("a", b""), Err(FileError::Absent));
        assert_eq!(files.list(), Err(FileError::Absent));
    }
}
