//! The folder of the system's own files, `/data/system`. They are read here; what a disk is waited for with, to replace
//! one and to make that last, is a job's ([`control_protocol::job::Job::Keep`]).

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use manifest::MAX_TEXT;
use sys::machine;

use crate::{read, spawn};

/// One file of the folder.
pub(crate) struct Store {
    folder: PathBuf,
    name: &'static str,
}

impl Store {
    /// The file of this name in the folder of a system whose `/` is `root`.
    pub(crate) fn new(root: &Path, name: &'static str) -> Self {
        Self { folder: root.join("data/system"), name }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(self.name)
    }

    /// The text; `None`: there is no such file. One byte more than is allowed is read, so that a parser sees that it
    /// is too much.
    pub(crate) fn read(&self) -> io::Result<Option<String>> {
        let file = match machine::open_beneath(&self.folder, Path::new(self.name)) {
            Ok((file, ..)) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e),
        };
        let bytes = read::bytes(file, MAX_TEXT)?;
        // What is no text has an error where it stops being one.
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The folder, made and given to `owner` if it is not theirs, to hand it to a job that writes. Nothing of this waits
    /// for the disk to synchronise.
    pub(crate) fn folder(&self, owner: u32) -> io::Result<OwnedFd> {
        spawn::make_directory(&self.folder, owner)?;
        machine::open_directory(&self.folder)
    }

    /// Puts the file aside under its name and `.bad`, for whoever wants to know. That is not synchronised: one that is
    /// there again after a power cut is put aside again.
    pub(crate) fn set_aside(&self) -> io::Result<()> {
        fs::rename(self.path(), self.folder.join(format!("{}.bad", self.name)))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    /// A store in a root of its own, which goes with it.
    struct Scratch {
        root: PathBuf,
        store: Store,
    }

    impl Scratch {
        fn new(name: &str) -> Self {
            let root = std::env::temp_dir().join(format!("vyoma-store-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&root);
            fs::create_dir_all(&root).unwrap();
            let store = Store::new(&root, "a.toml");
            Self { root, store }
        }

        fn folder(&self) -> io::Result<OwnedFd> {
            self.store.folder(machine::effective_uid())
        }

        fn text(&self) -> Option<String> {
            self.store.read().unwrap()
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.root);
        }
    }

    #[test]
    fn read_gives_what_is_there_and_nothing_where_nothing_is() {
        let scratch = Scratch::new("there");
        assert_eq!(scratch.text(), None);
        drop(scratch.folder().unwrap());
        assert_eq!(scratch.text(), None);
        fs::write(scratch.store.path(), "text").unwrap();
        assert_eq!(scratch.text().as_deref(), Some("text"));
    }

    #[test]
    fn folder_is_made_for_its_owner_alone_and_is_no_link() {
        let scratch = Scratch::new("folder");
        for _ in 0..2 {
            let folder = fs::File::from(scratch.folder().unwrap()).metadata().unwrap();
            assert_eq!((folder.uid(), folder.mode() & 0o7777), (machine::effective_uid(), 0o700));
        }
        fs::remove_dir(&scratch.store.folder).unwrap();
        std::os::unix::fs::symlink("/", &scratch.store.folder).unwrap();
        assert!(scratch.folder().is_err());
    }

    #[test]
    fn read_follows_no_link_and_reads_a_bounded_part() {
        let scratch = Scratch::new("link");
        drop(scratch.folder().unwrap());
        fs::write(scratch.store.path(), "x".repeat(2 * MAX_TEXT)).unwrap();
        assert_eq!(scratch.text().map(|text| text.len()), Some(MAX_TEXT + 1));
        scratch.store.set_aside().unwrap();
        assert_eq!(scratch.text(), None);
        std::os::unix::fs::symlink("a.toml.bad", scratch.store.path()).unwrap();
        assert!(scratch.store.read().is_err());
    }
}
