//! The folder of the system's own files, `/data/system`: each is replaced as a whole, so that a machine that loses its
//! power has the old text or the new one.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use manifest::MAX_TEXT;
use sys::machine;

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

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.join(self.name)
    }

    fn new_path(&self) -> PathBuf {
        self.folder.join(format!("{}.new", self.name))
    }

    /// The text; `None`: there is no such file. One byte more than is allowed is read, so that a parser sees that it
    /// is too much.
    pub(crate) fn read(&self) -> io::Result<Option<String>> {
        let file = match machine::open_beneath(&self.folder, Path::new(self.name)) {
            Ok((file, ..)) => fs::File::from(file),
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e),
        };
        let mut bytes = Vec::new();
        file.take(MAX_TEXT as u64 + 1).read_to_end(&mut bytes)?;
        // What is no text has an error where it stops being one.
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Replaces the text; when this returns, the new one is on the disk.
    pub(crate) fn write(&self, text: &str) -> io::Result<()> {
        self.make_folder()?;
        let new = self.new_path();
        // An old one is the rest of a machine that lost its power.
        let _ = fs::remove_file(&new);
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, self.path())?;
        sync_folder(&self.folder)
    }

    fn make_folder(&self) -> io::Result<()> {
        let data = self.folder.parent().unwrap_or(&self.folder);
        fs::create_dir_all(data)?;
        match fs::DirBuilder::new().mode(0o700).create(&self.folder) {
            Ok(()) => sync_folder(data),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(e) => Err(e),
        }
    }

    /// Puts the file aside under its name and `.bad`, for whoever wants to know.
    pub(crate) fn set_aside(&self) -> io::Result<()> {
        fs::rename(self.path(), self.folder.join(format!("{}.bad", self.name)))?;
        sync_folder(&self.folder)
    }

    /// Removes the file, if it is there.
    pub(crate) fn remove(&self) -> io::Result<()> {
        match fs::remove_file(self.path()) {
            Ok(()) => sync_folder(&self.folder),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(e),
        }
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
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
    fn read_gives_what_was_written_last_and_nothing_before() {
        let scratch = Scratch::new("last");
        assert_eq!(scratch.text(), None);
        for text in ["one", "", "three"] {
            scratch.store.write(text).unwrap();
            assert_eq!(scratch.text().as_deref(), Some(text));
        }
        scratch.store.remove().unwrap();
        scratch.store.remove().unwrap();
        assert_eq!(scratch.text(), None);
    }

    #[test]
    fn write_that_a_power_cut_ended_after_any_byte_leaves_the_old_text() {
        let scratch = Scratch::new("cut");
        let (old, new) = ("theme = \"light\"\n", "theme = \"dark\"\nlocale = \"de\"\n");
        for cut in 0..=new.len() {
            scratch.store.write(old).unwrap();
            // Before the new text has its name, all that a machine can lose is a part of it.
            fs::write(scratch.store.new_path(), &new[..cut]).unwrap();
            assert_eq!(scratch.text().as_deref(), Some(old), "after {cut} bytes");
            scratch.store.write(new).unwrap();
            assert_eq!(scratch.text().as_deref(), Some(new), "after {cut} bytes");
        }
    }

    #[test]
    fn write_that_fails_leaves_the_old_text() {
        let scratch = Scratch::new("fails");
        scratch.store.write("old").unwrap();
        // A folder that is not empty stands where the new text would be made: root is refused that too.
        fs::create_dir_all(scratch.store.new_path().join("x")).unwrap();
        assert!(scratch.store.write("new").is_err());
        assert_eq!(scratch.text().as_deref(), Some("old"));
    }

    #[test]
    fn read_follows_no_link_and_reads_a_bounded_part() {
        let scratch = Scratch::new("link");
        scratch.store.write(&"x".repeat(2 * MAX_TEXT)).unwrap();
        assert_eq!(scratch.text().map(|text| text.len()), Some(MAX_TEXT + 1));
        scratch.store.set_aside().unwrap();
        assert_eq!(scratch.text(), None);
        std::os::unix::fs::symlink("a.toml.bad", scratch.store.path()).unwrap();
        assert!(scratch.store.read().is_err());
    }
}
