//! The initramfs: the programs, the apps and the configuration of the device, as one packed archive.
//!
//! The archive is cpio's `newc` format (Linux, `Documentation/driver-api/early-userspace/buffer-format.rst`),
//! written with sorted names, numbered entries, no owner and no time, so that the same files give the same bytes.
//! Three files may be executed; nothing else that could be is let in.

mod cpio;
mod elf;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bundle::{KeyError, Keys};

use super::files::{self, FileError};
use super::{Bundle, Programs, Site};
use cpio::Archive;
pub use elf::{Kind, StaticError, check_static, kind};

/// Why there is no initramfs.
#[derive(Debug, thiserror::Error)]
pub enum InitramfsError {
    /// A program of the image would not start.
    #[error(transparent)]
    NotStatic(#[from] StaticError),
    /// Something among the apps could be run by the kernel.
    #[error("/{name} is a program of its own: the image holds none but init, compositor and app-host")]
    Executable {
        /// Its path in the image.
        name: String,
    },
    /// A key that no device could use.
    #[error("image/rootfs: {0}")]
    Key(#[from] KeyError),
    /// A key that is no text.
    #[error("/{0} is no public key of minisign: it is not UTF-8")]
    KeyText(String),
    /// A name the archive cannot hold.
    #[error("{} has a name that is not UTF-8", .0.display())]
    Name(PathBuf),
    /// A file of more than 4 GiB.
    #[error("/{0} is too large for the archive")]
    Large(String),
    /// The packer.
    #[error("cannot pack the archive")]
    Pack(#[source] std::io::Error),
    /// The unpacker.
    #[error("{} cannot be unpacked", path.display())]
    Unpack {
        /// The archive.
        path: PathBuf,
        /// What zstd says.
        source: std::io::Error,
    },
    /// Damaged, or something else.
    #[error("{} is no initramfs: packed by zstd it holds no cpio archive of the format `newc`", .0.display())]
    NoArchive(PathBuf),
    /// A file of the image.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A file of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its path, without the first slash.
    pub name: String,
    /// Whether the kernel is allowed to execute it.
    pub is_executable: bool,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// The files of the initramfs at `path`, in its order.
///
/// # Errors
/// [`InitramfsError`] when it is none.
pub fn contents(path: &Path) -> Result<Vec<Content>, InitramfsError> {
    let unpack = |source| InitramfsError::Unpack { path: path.to_owned(), source };
    let bytes = zstd::decode_all(&*files::read(path)?).map_err(unpack)?;
    let entries = cpio::entries(&bytes).ok_or_else(|| InitramfsError::NoArchive(path.to_owned()))?;
    let files = entries.iter().filter(|entry| entry.is_file());
    Ok(files
        .map(|entry| Content {
            name: entry.name.to_owned(),
            is_executable: entry.mode & 0o111 != 0,
            bytes: entry.bytes.to_vec(),
        })
        .collect())
}

/// Which fonts an image holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fonts {
    /// Those inside the programs: Latin, Greek, Cyrillic, Devanagari, Arabic, Hebrew, signs.
    #[default]
    Embedded,
    /// Those of more scripts too: `assets/fonts/bundle` as `/usr/share/fonts`.
    All,
}

/// Where keys that sign installed apps are.
const KEYS: &str = "etc/vyoma/keys/";

/// Folders that PID 1 mounts over.
const MOUNT_POINTS: [&str; 6] = ["data", "dev", "proc", "run", "sys", "tmp"];

/// zstd's level. Its window of 8 MB suits what is packed here; higher levels won less than a percent.
const PACK_LEVEL: i32 = 19;

/// One entry of the image.
enum Entry {
    Folder,
    Program(Vec<u8>),
    Data(Vec<u8>),
}

/// Packs the image of `programs`, `bundles`, `fonts` and `image/rootfs` into `target/vyoma/initramfs.cpio.zst`.
pub(super) fn write(
    site: &Site,
    programs: &Programs,
    bundles: &[Bundle],
    fonts: Fonts,
) -> Result<PathBuf, InitramfsError> {
    let mut image = BTreeMap::new();
    for name in MOUNT_POINTS {
        image.insert(name.to_owned(), Entry::Folder);
    }
    for (name, path) in [
        ("init", &programs.supervisor),
        ("bin/compositor", &programs.compositor),
        ("bin/app-host", &programs.app_host),
    ] {
        check_static(path)?;
        image.insert(name.to_owned(), Entry::Program(files::read(path)?));
    }
    add_folder(&mut image, "", &site.checkout.join("image/rootfs"))?;
    check_keys(&image)?;
    for bundle in bundles {
        add_folder(&mut image, &format!("apps/{}/", bundle.name), &bundle.folder)?;
    }
    if fonts == Fonts::All {
        add_folder(&mut image, "usr/share/fonts/", &site.font_bundle())?;
    }
    let packed = pack(&archive(image)?)?;
    let place = site.out.join("initramfs.cpio.zst");
    files::write(&place, &packed)?;
    Ok(place)
}

/// Whether the image's keys are some that the device will take.
fn check_keys(image: &BTreeMap<String, Entry>) -> Result<(), InitramfsError> {
    let mut keys = Keys::default();
    for (name, entry) in image {
        if let (Entry::Data(bytes), true, true) = (entry, name.starts_with(KEYS), name.ends_with(".pub")) {
            let text = std::str::from_utf8(bytes).map_err(|_| InitramfsError::KeyText(name.clone()))?;
            keys.add(name, text)?;
        }
    }
    Ok(())
}

/// Writes the initramfs `base` with more data files to `place`; one that is there already is replaced. The kernel
/// unpacks archives that follow each other one over the other.
///
/// # Errors
/// [`InitramfsError`].
pub fn extend(base: &Path, more: Vec<(String, Vec<u8>)>, place: &Path) -> Result<(), InitramfsError> {
    let mut bytes = files::read(base)?;
    // An archive begins at a multiple of four; zeros between two are skipped.
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    let more = more.into_iter().map(|(name, bytes)| (name, Entry::Data(bytes))).collect();
    bytes.extend(archive(more)?);
    Ok(files::write(place, &bytes)?)
}

/// Where an image keeps what it runs: its apps, and the file that says which of them start.
const WHAT_RUNS: [&str; 2] = ["apps/", "etc/vyoma/boot.toml"];

/// Writes an initramfs of the system of `base`, without the apps it brings and without its `boot.toml`, and of these
/// data files to `place`; one that is there already is replaced.
///
/// # Errors
/// [`InitramfsError`].
pub fn system_with(base: &Path, files: Vec<(String, Vec<u8>)>, place: &Path) -> Result<(), InitramfsError> {
    let mut image: BTreeMap<_, _> =
        MOUNT_POINTS.into_iter().map(|name| (name.to_owned(), Entry::Folder)).collect();
    for Content { name, is_executable, bytes } in contents(base)? {
        if !WHAT_RUNS.iter().any(|of_apps| name.starts_with(of_apps)) {
            image.insert(name, if is_executable { Entry::Program(bytes) } else { Entry::Data(bytes) });
        }
    }
    image.extend(files.into_iter().map(|(name, bytes)| (name, Entry::Data(bytes))));
    Ok(files::write(place, &archive(image)?)?)
}

/// Packs `bytes` as the initramfs is packed; also tells what a part of it weighs there.
pub(super) fn pack(bytes: &[u8]) -> Result<Vec<u8>, InitramfsError> {
    zstd::bulk::compress(bytes, PACK_LEVEL).map_err(InitramfsError::Pack)
}

/// Adds what is in `folder`, under names that begin with `prefix`.
fn add_folder(
    image: &mut BTreeMap<String, Entry>,
    prefix: &str,
    folder: &Path,
) -> Result<(), InitramfsError> {
    for entry in folder.read_dir().map_err(files::failed("list", folder))? {
        let entry = entry.map_err(files::failed("list", folder))?;
        let path = entry.path();
        let Ok(name) = entry.file_name().into_string() else { return Err(InitramfsError::Name(path)) };
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            add_folder(image, &format!("{name}/"), &path)?;
        } else {
            let bytes = files::read(&path)?;
            if elf::is_program(&bytes) {
                return Err(InitramfsError::Executable { name });
            }
            image.insert(name, Entry::Data(bytes));
        }
    }
    Ok(())
}

fn archive(image: BTreeMap<String, Entry>) -> Result<Vec<u8>, InitramfsError> {
    let mut archive = Archive::default();
    let mut folders = BTreeMap::new();
    for (name, entry) in image {
        // The kernel unpacks in order and makes no folder by itself.
        for (end, _) in name.match_indices('/') {
            if folders.insert(name[..end].to_owned(), ()).is_none() {
                archive.folder(&name[..end]);
            }
        }
        let added = match &entry {
            Entry::Folder => {
                archive.folder(&name);
                Ok(())
            }
            Entry::Program(bytes) => archive.file(&name, cpio::Mode::Program, bytes),
            Entry::Data(bytes) => archive.file(&name, cpio::Mode::Data, bytes),
        };
        added.map_err(|_| InitramfsError::Large(name))?;
    }
    Ok(archive.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archive_names_folders_before_what_is_in_them_and_once() {
        let image = BTreeMap::from([
            ("init".to_owned(), Entry::Program(b"#".to_vec())),
            ("etc/vyoma/boot.toml".to_owned(), Entry::Data(vec![])),
            ("etc/vyoma/compat.toml".to_owned(), Entry::Data(b"x".to_vec())),
            ("dev".to_owned(), Entry::Folder),
        ]);
        let bytes = archive(image).expect("small");
        let entries = cpio::entries(&bytes).expect("an archive");
        let names: Vec<_> = entries.iter().map(|entry| entry.name).collect();
        assert_eq!(
            names,
            ["dev", "etc", "etc/vyoma", "etc/vyoma/boot.toml", "etc/vyoma/compat.toml", "init"]
        );
    }

    #[test]
    fn system_with_files_has_the_programs_and_nothing_that_the_image_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        let (base, place) = (folder.path().join("base"), folder.path().join("system"));
        let data = |bytes: &[u8]| Entry::Data(bytes.to_vec());
        let image = BTreeMap::from([
            ("apps/paint/vyoma.toml".to_owned(), data(b"")),
            ("bin/app-host".to_owned(), Entry::Program(b"#".to_vec())),
            ("dev".to_owned(), Entry::Folder),
            ("etc/vyoma/boot.toml".to_owned(), data(b"theirs")),
            ("etc/vyoma/device.toml".to_owned(), data(b"theirs")),
            ("init".to_owned(), Entry::Program(b"#".to_vec())),
        ]);
        files::write(&base, &pack(&archive(image).expect("small")).expect("packed")).expect("writable");
        let ours =
            ["etc/vyoma/device.toml", "apps/x/vyoma.toml"].map(|name| (name.to_owned(), b"ours".to_vec()));
        system_with(&base, ours.to_vec(), &place).expect("a base");
        let bytes = files::read(&place).expect("written");
        let entries = cpio::entries(&bytes).expect("an archive");
        let read: Vec<_> = entries
            .iter()
            .filter(|entry| entry.is_file())
            .map(|entry| (entry.name, entry.mode & 0o111 != 0, entry.bytes))
            .collect();
        assert_eq!(
            read,
            [
                ("apps/x/vyoma.toml", false, &b"ours"[..]),
                ("bin/app-host", true, b"#"),
                ("etc/vyoma/device.toml", false, b"ours"),
                ("init", true, b"#"),
            ]
        );
        let mounted = MOUNT_POINTS.iter().all(|name| entries.iter().any(|entry| entry.name == *name));
        assert!(mounted, "{entries:?}");
    }

    #[test]
    fn check_keys_names_one_that_no_device_takes() {
        let key = include_bytes!("../../tests/data/minisign/test.pub");
        let with = |name: &str, bytes: &[u8]| {
            check_keys(&BTreeMap::from([(name.to_owned(), Entry::Data(bytes.to_vec()))]))
                .map_err(|e| e.to_string())
        };
        assert_eq!(with("etc/vyoma/keys/a.pub", key), Ok(()));
        assert_eq!(with("etc/vyoma/keys/README", b"x"), Ok(()));
        let why = with("etc/vyoma/keys/a.pub", b"x").expect_err("no key");
        assert!(why.contains("etc/vyoma/keys/a.pub is no public key"), "{why}");
        assert!(with("etc/vyoma/keys/a.pub", b"\xff").is_err());
    }

    #[test]
    fn add_folder_script_among_the_apps_is_refused() {
        let folder = std::env::temp_dir().join(format!("vyoma-initramfs-{}", std::process::id()));
        files::write(&folder.join("run.sh"), b"#!/bin/sh\n").expect("writable");
        let refused = add_folder(&mut BTreeMap::new(), "apps/x/", &folder);
        files::remove_folder(&folder).expect("removable");
        assert!(matches!(refused, Err(InitramfsError::Executable { name }) if name == "apps/x/run.sh"));
    }
}
