//! A file that is replaced as a whole: a machine that loses its power has the old text or the new one.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::BorrowedFd;

use rustix::fs::{AtFlags, Mode, OFlags, fsync, openat, renameat, unlinkat};
use rustix::io::Errno;

/// Replaces a file's text; when this returns, the new one is on the disk. The folder's own name is not synchronised:
/// it is older than the file, and a journal keeps that order.
///
/// # Errors
/// As `open(2)`, `write(2)`, `fsync(2)` and `rename(2)`; the file has its old text then, or already the new one.
pub(crate) fn replace(folder: BorrowedFd<'_>, name: &str, text: &str) -> io::Result<()> {
    let new = being_written(name);
    // An old one is the rest of a machine that lost its power.
    let _ = unlinkat(folder, &new, AtFlags::empty());
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut file = File::from(openat(folder, &new, flags, Mode::RUSR | Mode::WUSR)?);
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    renameat(folder, &new, folder, name)?;
    Ok(fsync(folder)?)
}

/// Removes a file, if it is there; when this returns, it is gone from the disk.
///
/// # Errors
/// As `unlink(2)` and `fsync(2)`.
pub(crate) fn remove(folder: BorrowedFd<'_>, name: &str) -> io::Result<()> {
    match unlinkat(folder, name, AtFlags::empty()) {
        Ok(()) => Ok(fsync(folder)?),
        Err(Errno::NOENT) => Ok(()),
        Err(e) => Err(e.into()),
    }
}

/// The file beside it that becomes it.
fn being_written(name: &str) -> String {
    format!("{name}.new")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::fd::{AsFd, OwnedFd};
    use std::path::PathBuf;

    use super::*;

    const NAME: &str = "a.toml";

    /// A folder that goes with its owner.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(test: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("vyoma-keep-{test}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn fd(&self) -> OwnedFd {
            File::open(&self.0).unwrap().into()
        }

        fn write(&self, text: &str) -> io::Result<()> {
            replace(self.fd().as_fd(), NAME, text)
        }

        fn text(&self) -> Option<String> {
            fs::read_to_string(self.0.join(NAME)).ok()
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn replace_gives_what_was_written_last_and_remove_nothing() {
        let scratch = Scratch::new("last");
        for text in ["one", "", "three"] {
            scratch.write(text).unwrap();
            assert_eq!(scratch.text().as_deref(), Some(text));
        }
        for _ in 0..2 {
            remove(scratch.fd().as_fd(), NAME).unwrap();
            assert_eq!(scratch.text(), None);
        }
    }

    #[test]
    fn replace_that_a_power_cut_ended_after_any_byte_leaves_the_old_text() {
        let scratch = Scratch::new("cut");
        let (old, new) = ("theme = \"light\"\n", "theme = \"dark\"\nlocale = \"de\"\n");
        for cut in 0..=new.len() {
            scratch.write(old).unwrap();
            // Before the new text has its name, all that a machine can lose is a part of it.
            fs::write(scratch.0.join(being_written(NAME)), &new[..cut]).unwrap();
            assert_eq!(scratch.text().as_deref(), Some(old), "after {cut} bytes");
            scratch.write(new).unwrap();
            assert_eq!(scratch.text().as_deref(), Some(new), "after {cut} bytes");
        }
    }

    #[test]
    fn replace_that_fails_leaves_the_old_text() {
        let scratch = Scratch::new("fails");
        scratch.write("old").unwrap();
        // A folder that is not empty stands where the new text would be made: root is refused that too.
        fs::create_dir_all(scratch.0.join(being_written(NAME)).join("x")).unwrap();
        assert!(scratch.write("new").is_err());
        assert_eq!(scratch.text().as_deref(), Some("old"));
    }

    #[test]
    fn replace_follows_no_link() {
        let scratch = Scratch::new("link");
        fs::write(scratch.0.join("other"), "other").unwrap();
        for name in [NAME.to_owned(), being_written(NAME)] {
            std::os::unix::fs::symlink("other", scratch.0.join(name)).unwrap();
        }
        scratch.write("new").unwrap();
        assert_eq!(scratch.text().as_deref(), Some("new"));
        assert_eq!(fs::read_to_string(scratch.0.join("other")).unwrap(), "other");
    }
}
