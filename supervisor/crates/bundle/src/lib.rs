//! What an app's folder must hold, byte by byte, and whose word that is.
//!
//! A bundle is a folder with a [`BundleList`] in it, `bundle.hashes`: the hash and the size of every other file. The
//! list of an app of the image is the image's own word. One of elsewhere has a signature beside it, `bundle.minisig`,
//! by one of the image's [`Keys`]. The supervisor checks signature, list and manifest; the app's own process, in its
//! jail, holds the folder against the list ([`check`]) and loads the bytes that it hashed, never a second reading.
//!
//! A crate of its own because supervisor, app-host and the host tool must mean the same, and nothing else of the
//! device knows of signatures. It makes none: keys that sign are the host tool's.

#![forbid(unsafe_code)]

mod folder;
mod hash;
mod list;
mod signature;

pub use folder::{FolderError, check, hash_of, scan};
pub use hash::{Hash, NoHash};
pub use list::{BundleList, ListError, Listed, MAX_FILE, MAX_FILES, MAX_LIST, MAX_PATH};
pub use signature::{KeyError, Keys, MAX_KEYS, MAX_SIGNATURE, SignatureError};

/// The list's name in its folder.
pub const LIST: &str = "bundle.hashes";

/// The signature's.
pub const SIGNATURE: &str = "bundle.minisig";

/// The manifest's.
pub const MANIFEST: &str = "vyoma.toml";
