//! A folder, held against its list.
//!
//! Every name in it is looked at once, by descriptors: nothing is opened by a path that somebody could turn into
//! another one meanwhile, no link is followed, nothing but files and folders is opened, and of a file no more is read
//! than the list says it has.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

use crate::list::{BundleList, Listed, MAX_FILE, MAX_FILES};
use crate::{Hash, LIST, SIGNATURE};

/// Names in a folder that are looked at, all levels together.
const MAX_NAMES: usize = 2 * MAX_FILES;

/// Bytes read at once.
const CHUNK: usize = 64 << 10;

/// Why a folder is not what its list says.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Other bytes.
    #[error("{path}: its SHA-256 is {found}, {LIST} says {right}")]
    Hash {
        /// The file.
        path: String,
        /// Its hash.
        found: Hash,
        /// The list's.
        right: Hash,
    },
    /// More or fewer bytes.
    #[error("{path}: it has {found} bytes, {LIST} says {right}")]
    Size {
        /// The file.
        path: String,
        /// Its size.
        found: u64,
        /// The list's.
        right: u64,
    },
    /// A file or a folder too many.
    #[error("{path} is in the bundle, but not in {LIST}")]
    Unlisted {
        /// Where.
        path: String,
    },
    /// One too few.
    #[error("{path} is in {LIST}, but not in the bundle")]
    Missing {
        /// Where.
        path: String,
    },
    /// A link, a device, a pipe.
    #[error("{path} is neither a file nor a folder")]
    Special {
        /// Where.
        path: String,
    },
    /// A file beyond all bounds.
    #[error("{path}: it has {bytes} bytes; at most {MAX_FILE} are right")]
    Large {
        /// The file.
        path: String,
        /// Its size.
        bytes: u64,
    },
    /// A name that is no text.
    #[error("a name in {path:?} is not UTF-8")]
    Name {
        /// The folder.
        path: String,
    },
    /// Too much of everything.
    #[error("the bundle has more than {MAX_NAMES} files and folders")]
    Many,
    /// The system refuses.
    #[error("{path} cannot be read")]
    Read {
        /// Where.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

fn failed(path: &str) -> impl Fn(Errno) -> FolderError {
    move |e| FolderError::Read { path: path.to_owned(), source: e.into() }
}

/// Holds a bundle's folder against its list: every file, and nothing else. The bytes of the file `keep` come back: they
/// are those that were hashed.
///
/// # Errors
/// [`FolderError`] names the first difference.
pub fn check(folder: BorrowedFd<'_>, list: &BundleList, keep: &str) -> Result<Vec<u8>, FolderError> {
    let mut seen = BTreeSet::new();
    let mut kept = None;
    let mut names = Names::default();
    names.walk(folder, "", &mut |found| {
        match found {
            Found::Folder(path) if list.has_folder(path) => return Ok(()),
            Found::Folder(path) => return Err(FolderError::Unlisted { path: path.to_owned() }),
            Found::File { path, file, bytes } => {
                let right = list.file(path).ok_or_else(|| FolderError::Unlisted { path: path.to_owned() })?;
                if bytes != right.bytes {
                    let path = path.to_owned();
                    return Err(FolderError::Size { path, found: bytes, right: right.bytes });
                }
                let mut content = Vec::new();
                let keeps = (path == keep).then_some(&mut content);
                compare(path, right, read(path, file, bytes, keeps)?)?;
                if path == keep {
                    kept = Some(content);
                }
                seen.insert(path.to_owned());
            }
        }
        Ok(())
    })?;
    let missing = list.files().map(|(path, _)| path).find(|path| !seen.contains(*path));
    match (missing, kept) {
        (None, Some(kept)) => Ok(kept),
        (Some(path), _) => Err(FolderError::Missing { path: path.to_owned() }),
        (None, None) => Err(FolderError::Unlisted { path: keep.to_owned() }),
    }
}

/// Whether bytes that were read are those that are listed.
fn compare(path: &str, right: Listed, found: Listed) -> Result<(), FolderError> {
    let path = path.to_owned();
    if found.bytes != right.bytes {
        return Err(FolderError::Size { path, found: found.bytes, right: right.bytes });
    }
    if found.hash != right.hash {
        return Err(FolderError::Hash { path, found: found.hash, right: right.hash });
    }
    Ok(())
}

/// Whether the bytes of a file are those that are listed.
///
/// # Errors
/// [`FolderError::Size`] and [`FolderError::Hash`].
pub fn hash_of(path: &str, bytes: &[u8], right: Listed) -> Result<(), FolderError> {
    compare(path, right, Listed { hash: Hash::of(bytes), bytes: bytes.len() as u64 })
}

/// Every file of a folder, for a new list of it.
///
/// # Errors
/// [`FolderError`] for what no bundle may hold.
pub fn scan(folder: BorrowedFd<'_>) -> Result<BTreeMap<String, Listed>, FolderError> {
    let mut files = BTreeMap::new();
    Names::default().walk(folder, "", &mut |found| {
        if let Found::File { path, file, bytes } = found {
            if bytes > MAX_FILE {
                return Err(FolderError::Large { path: path.to_owned(), bytes });
            }
            files.insert(path.to_owned(), read(path, file, bytes, None)?);
        }
        Ok(())
    })?;
    Ok(files)
}

/// A name in a folder.
enum Found<'a> {
    Folder(&'a str),
    File { path: &'a str, file: OwnedFd, bytes: u64 },
}

/// Counts what was looked at.
#[derive(Default)]
struct Names(usize);

type Visit<'a> = dyn FnMut(Found<'_>) -> Result<(), FolderError> + 'a;

impl Names {
    fn walk(
        &mut self,
        folder: BorrowedFd<'_>,
        above: &str,
        visit: &mut Visit<'_>,
    ) -> Result<(), FolderError> {
        // Sorted, so that of several differences the same is told on every file system.
        for name in self.read(folder, above)? {
            let path = if above.is_empty() { name.clone() } else { format!("{above}/{name}") };
            if path == LIST || path == SIGNATURE {
                continue;
            }
            let about =
                rustix::fs::statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW).map_err(failed(&path))?;
            let more = match FileType::from_raw_mode(about.st_mode) {
                FileType::RegularFile => OFlags::empty(),
                FileType::Directory => OFlags::DIRECTORY,
                _ => return Err(FolderError::Special { path }),
            };
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | more;
            let fd = rustix::fs::openat(folder, &name, flags, Mode::empty()).map_err(failed(&path))?;
            if more == OFlags::DIRECTORY {
                // The list's paths are bounded in depth: a folder that goes deeper is not in it.
                visit(Found::Folder(&path))?;
                self.walk(fd.as_fd(), &path, visit)?;
                continue;
            }
            // It may be another one than a moment ago.
            let about = rustix::fs::fstat(&fd).map_err(failed(&path))?;
            if FileType::from_raw_mode(about.st_mode) != FileType::RegularFile {
                return Err(FolderError::Special { path });
            }
            let bytes = u64::try_from(about.st_size).unwrap_or(u64::MAX);
            visit(Found::File { path: &path, file: fd, bytes })?;
        }
        Ok(())
    }

    fn read(&mut self, folder: BorrowedFd<'_>, above: &str) -> Result<BTreeSet<String>, FolderError> {
        let mut names = BTreeSet::new();
        for entry in Dir::read_from(folder).map_err(failed(above))? {
            let entry = entry.map_err(failed(above))?;
            let name = entry.file_name();
            if matches!(name.to_bytes(), b"." | b"..") {
                continue;
            }
            self.0 += 1;
            if self.0 > MAX_NAMES {
                return Err(FolderError::Many);
            }
            let name = name.to_str().map_err(|_| FolderError::Name { path: above.to_owned() })?;
            names.insert(name.to_owned());
        }
        Ok(names)
    }
}

/// Reads a file of so many bytes, once: its hash, and the bytes themselves where somebody wants them.
fn read(
    path: &str,
    file: OwnedFd,
    bytes: u64,
    mut keeps: Option<&mut Vec<u8>>,
) -> Result<Listed, FolderError> {
    if let Some(kept) = &mut keeps {
        kept.reserve_exact(usize::try_from(bytes).unwrap_or(0));
    }
    let mut hash = Sha256::new();
    let mut chunk = vec![0; CHUNK];
    let mut found = 0;
    // One that grows meanwhile is of another size than the list says: it is not read to its end.
    while found <= bytes {
        match rustix::io::read(&file, &mut chunk[..]) {
            Ok(0) => break,
            Ok(n) => {
                found += n as u64;
                hash.update(&chunk[..n]);
                if let Some(kept) = &mut keeps {
                    kept.extend_from_slice(&chunk[..n]);
                }
            }
            Err(Errno::INTR) => {}
            Err(e) => return Err(failed(path)(e)),
        }
    }
    Ok(Listed { hash: Hash(hash.finalize().into()), bytes: found })
}
