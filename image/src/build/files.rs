//! Files written whole or not at all, and keys for caches.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// A path and what the system says about it.
#[derive(Debug, thiserror::Error)]
#[error("cannot {verb} {}", path.display())]
pub struct FileError {
    /// What was tried.
    pub verb: &'static str,
    /// On what.
    pub path: PathBuf,
    /// What the system says.
    pub source: io::Error,
}

/// Makes the error of trying `verb` on `path`.
pub(crate) fn failed(verb: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError { verb, path, source }
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    fs::read(path).map_err(failed("read", path))
}

pub(crate) fn read_text(path: &Path) -> Result<String, FileError> {
    fs::read_to_string(path).map_err(failed("read", path))
}

pub(crate) fn make_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(failed("create the folder", path))
}

/// Removes a folder with all it holds; one that is not there is no error.
pub(crate) fn remove_folder(path: &Path) -> Result<(), FileError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Writes `bytes` beside `path`, then puts them in its place: a reader sees the old file or the new one.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let fresh = beside(path);
    fs::write(&fresh, bytes).map_err(failed("write", &fresh))?;
    fs::rename(&fresh, path).map_err(failed("replace", path))
}

/// Copies a file, whole or not at all.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), FileError> {
    if let Some(folder) = to.parent() {
        make_folder(folder)?;
    }
    let fresh = beside(to);
    fs::copy(from, &fresh).map_err(failed("copy", from))?;
    fs::rename(&fresh, to).map_err(failed("replace", to))
}

/// The temporary name next to `path` that this process may use.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

/// Removes what [`beside`] named for processes that no longer run: a build that was interrupted leaves gigabytes.
pub(crate) fn sweep(folder: &Path) -> Result<(), FileError> {
    let Ok(entries) = folder.read_dir() else { return Ok(()) };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process =
            name.to_str().and_then(|name| name.strip_suffix(".new")?.rsplit('.').next()?.parse().ok());
        let Some(process): Option<u32> = process else { continue };
        if Path::new("/proc").join(process.to_string()).exists() {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            remove_folder(&path)?;
        } else {
            fs::remove_file(&path).map_err(failed("remove", &path))?;
        }
    }
    Ok(())
}

/// A cache key: a hash over parts, each told apart from the next.
#[derive(Default)]
pub(crate) struct Key(Sha256);

impl Key {
    pub(crate) fn with(mut self, part: impl AsRef<[u8]>) -> Self {
        let part = part.as_ref();
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part);
        self
    }

    /// 32 hexadecimal digits: enough to never meet twice.
    pub(crate) fn hex(self) -> String {
        hex(&self.0.finalize()[..16])
    }
}

/// The SHA-256 of `bytes` in lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The SHA-256 of a file that may be large.
pub(crate) fn sha256_file(path: &Path) -> Result<String, FileError> {
    let mut file = fs::File::open(path).map_err(failed("open", path))?;
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 1 << 20];
    loop {
        match file.read(&mut chunk).map_err(failed("read", path))? {
            0 => return Ok(hex(&hash.finalize())),
            length => hash.update(&chunk[..length]),
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_parts_moved_between_neighbours_differ() {
        assert_ne!(Key::default().with("ab").with("c").hex(), Key::default().with("a").with("bc").hex());
    }

    #[test]
    fn sweep_leaves_what_a_running_process_writes() {
        let folder = std::env::temp_dir().join(format!("vyoma-sweep-{}", std::process::id()));
        let (ours, kept) = (beside(&folder.join("virt")).join("source"), folder.join("virt-1"));
        // Processes have at most 22 bits: this one never runs.
        let dead = folder.join("virt.4294967295.new");
        for place in [&ours, &kept, &dead] {
            make_folder(place).expect("writable");
        }
        sweep(&folder).expect("removable");
        let left = [ours.exists(), kept.exists(), dead.exists()];
        remove_folder(&folder).expect("removable");
        assert_eq!(left, [true, true, false]);
    }

    #[test]
    fn sha256_known_text_matches() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
