//! Bundles: an app's manifest, its code compiled ahead of time, its icon and its files, in a folder of its name.
//!
//! The device links no compiler: what is loaded there was compiled here, with the settings that both sides read
//! from one file. Compiled code is kept in the cache by the hash of the WebAssembly and those settings.

mod compile;
mod world;

use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use ::bundle::{BundleList, FolderError, Hash, LIST, ListError};
use manifest::{Checked, Invalid, Manifest};

use super::Site;
use super::files::{self, FileError};
pub use compile::CompileError;
pub use world::{World, WorldError, check_world};

/// The manifest's name in an app's folder and in its bundle.
pub(super) const MANIFEST: &str = ::bundle::MANIFEST;

/// The folder of what else an app brings along; it is copied as it is.
const FILES: &str = "files";

/// Why an app cannot be bundled.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The manifest says something that may not be.
    #[error(transparent)]
    Manifest(#[from] Invalid),
    /// What the manifest names is not there.
    #[error("{}: `{key}` names {}, which does not exist", manifest.display(), missing.display())]
    Absent {
        /// The manifest.
        manifest: PathBuf,
        /// Its key.
        key: &'static str,
        /// The path it leads to.
        missing: PathBuf,
    },
    /// The WebAssembly is another one than the manifest's author meant.
    #[error("{}: its SHA-256 is {found}, but `app.wasm_sha256` of its manifest is {wanted}", path.display())]
    Digest {
        /// The WebAssembly.
        path: PathBuf,
        /// By the manifest.
        wanted: String,
        /// Of the file.
        found: String,
    },
    /// The WebAssembly is no app.
    #[error("{}: {source}", path.display())]
    World {
        /// The WebAssembly.
        path: PathBuf,
        /// What it is instead.
        source: WorldError,
    },
    /// The compiler refused it.
    #[error("{} cannot be compiled", path.display())]
    Compile {
        /// The WebAssembly.
        path: PathBuf,
        /// Why.
        source: CompileError,
    },
    /// Something other than a file or a folder is among the app's files.
    #[error("{} is not what its place asks for: in `files` are folders and files, and no links", .0.display())]
    Special(PathBuf),
    /// A file that no bundle may hold.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A path that no list may name.
    #[error(transparent)]
    List(#[from] ListError),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// An app as the device gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// `app.name`, and the folder's.
    pub name: String,
    /// Holds `vyoma.toml`, the compiled code, the icon, `files/`, and the list of them all with their hashes.
    pub folder: PathBuf,
    /// The compiled code: named like `app.wasm`, with the extension `cwasm`.
    pub compiled: PathBuf,
    /// Size of the WebAssembly it was compiled from, in bytes.
    pub wasm_bytes: u64,
    /// Of these the core module: in a component the largest, which is the program without what binds it to its imports.
    pub module_bytes: u64,
}

/// Bundles the app in `folder`, whose manifest names a `.wasm` that is there, into `shelf/<name>`.
///
/// # Errors
/// [`BundleError`] says what about the app is not as it should be.
pub fn bundle_ready_wasm(site: &Site, folder: &Path, shelf: &Path) -> Result<Bundle, BundleError> {
    let manifest = read_manifest(folder)?.value;
    bundle_read(site, folder, &manifest, &folder.join(&manifest.wasm), shelf)
}

/// The compiled code of WebAssembly, whatever it imports: for the suite that shows what the device does with it.
///
/// # Errors
/// [`CompileError`] says what about it is not as it should be.
pub(crate) fn compile_wasm(site: &Site, wasm: &[u8]) -> Result<Vec<u8>, CompileError> {
    let is_component = wasmparser::Parser::is_component(wasm);
    compile::compile(site, wasm, if is_component { World::Component } else { World::Module })
}

/// Bundles the app in `folder`, whose code was built to `wasm`, into `shelf/<name>`.
pub(super) fn bundle(site: &Site, folder: &Path, wasm: &Path, shelf: &Path) -> Result<Bundle, BundleError> {
    bundle_read(site, folder, &read_manifest(folder)?.value, wasm, shelf)
}

fn bundle_read(
    site: &Site,
    folder: &Path,
    manifest: &Manifest,
    wasm: &Path,
    shelf: &Path,
) -> Result<Bundle, BundleError> {
    let absent = |key, missing: &Path| BundleError::Absent {
        manifest: folder.join(MANIFEST),
        key,
        missing: missing.to_owned(),
    };
    if !wasm.is_file() {
        return Err(absent("app.wasm", wasm));
    }
    let bytes = files::read(wasm)?;
    if let Some(wanted) = &manifest.wasm_sha256 {
        let (wanted, found) = (files::hex(wanted), files::sha256(&bytes));
        if wanted != found {
            return Err(BundleError::Digest { path: wasm.to_owned(), wanted, found });
        }
    }
    let world = check_world(&bytes).map_err(|source| BundleError::World { path: wasm.to_owned(), source })?;
    let code = compile::compile(site, &bytes, world)
        .map_err(|source| BundleError::Compile { path: wasm.to_owned(), source })?;

    let name = manifest.name.as_str();
    let place = shelf.join(name);
    let work = files::beside(&place);
    files::remove_folder(&work)?;
    files::copy(&folder.join(MANIFEST), &work.join(MANIFEST))?;
    let compiled = manifest.compiled();
    files::write(&work.join(&compiled), &code)?;
    if let Some(icon) = &manifest.icon {
        if !folder.join(icon).is_file() {
            return Err(absent("app.icon", &folder.join(icon)));
        }
        files::copy(&folder.join(icon), &work.join(icon))?;
    }
    let extra = folder.join(FILES);
    match extra.symlink_metadata() {
        Ok(about) if about.is_dir() => copy_folder(&extra, &work.join(FILES))?,
        Ok(_) => return Err(BundleError::Special(extra)),
        Err(_) => {}
    }
    let list = list(&work, Hash::of(&bytes))?;
    files::write(&work.join(LIST), list.to_string().as_bytes())?;
    files::remove_folder(&place)?;
    std::fs::rename(&work, &place).map_err(files::failed("replace", &place))?;
    Ok(Bundle {
        name: name.to_owned(),
        compiled: place.join(compiled),
        folder: place,
        wasm_bytes: bytes.len() as u64,
        module_bytes: world::module_bytes(&bytes),
    })
}

/// The list of a bundle as it is, whose code was compiled from the WebAssembly of this hash.
fn list(folder: &Path, wasm: Hash) -> Result<BundleList, BundleError> {
    let opened = std::fs::File::open(folder).map_err(files::failed("open", folder))?;
    Ok(BundleList::new(wasm, ::bundle::scan(opened.as_fd())?)?)
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), BundleError> {
    files::make_folder(to)?;
    for entry in from.read_dir().map_err(files::failed("list", from))? {
        let entry = entry.map_err(files::failed("list", from))?;
        let (path, place) = (entry.path(), to.join(entry.file_name()));
        // Of the entry itself: a link could lead out of the app's folder.
        let kind = entry.file_type().map_err(files::failed("inspect", &path))?;
        if kind.is_dir() {
            copy_folder(&path, &place)?;
        } else if kind.is_file() {
            files::copy(&path, &place)?;
        } else {
            return Err(BundleError::Special(path));
        }
    }
    Ok(())
}

/// Reads the manifest of the app in `folder`, with what is odd about it.
///
/// # Errors
/// [`BundleError::Manifest`] with every fault, its line and its column.
pub fn read_manifest(folder: &Path) -> Result<Checked<Manifest>, BundleError> {
    let path = folder.join(MANIFEST);
    Ok(Manifest::parse(&path.display().to_string(), &files::read_text(&path)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module whose `_start` does nothing.
    const EMPTY_APP: &[u8] =
        b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x0a\x01\x06_start\0\0\x0a\x04\x01\x02\0\x0b";

    /// A folder that goes when the test ends.
    struct Workplace(PathBuf);

    impl Workplace {
        fn with(name: &str, entries: &[(&str, &[u8])]) -> Self {
            let root = std::env::temp_dir().join(format!("vyoma-bundle-{name}-{}", std::process::id()));
            for (file, bytes) in entries {
                files::write(&root.join("app").join(file), bytes).expect("writable");
            }
            Self(root)
        }

        fn bundle(&self) -> Result<Bundle, BundleError> {
            let site =
                Site { checkout: self.0.clone(), cache: self.0.join("cache"), out: self.0.join("out") };
            bundle_ready_wasm(&site, &self.0.join("app"), &self.0.join("shelf"))
        }
    }

    impl Drop for Workplace {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn manifest(rest: &str) -> Vec<u8> {
        format!("[app]\nname = \"hello\"\nversion = \"1.0.0\"\nwasm = \"bin/app.wasm\"\n{rest}").into_bytes()
    }

    #[test]
    fn bundle_ready_wasm_holds_manifest_code_icon_and_files() {
        let manifest = manifest("icon = \"icon.svg\"\n");
        let place = Workplace::with(
            "whole",
            &[
                ("vyoma.toml", &manifest),
                ("bin/app.wasm", EMPTY_APP),
                ("icon.svg", b"<svg/>"),
                ("files/level/1.txt", b"one"),
                ("src/main.rs", b"fn main() {}"),
            ],
        );
        let bundle = place.bundle().expect("an app");
        assert_eq!(bundle.folder, place.0.join("shelf/hello"));
        assert_eq!(bundle.compiled, bundle.folder.join("bin/app.cwasm"));
        assert_eq!(bundle.wasm_bytes, EMPTY_APP.len() as u64);
        for file in ["vyoma.toml", "bin/app.cwasm", "icon.svg", "files/level/1.txt"] {
            assert!(bundle.folder.join(file).is_file(), "{file}");
        }
        assert!(!bundle.folder.join("src").exists());
        let listed =
            BundleList::parse(&files::read(&bundle.folder.join(LIST)).expect("a list")).expect("right");
        let paths: Vec<_> = listed.files().map(|(path, _)| path.to_owned()).collect();
        assert_eq!(paths, ["bin/app.cwasm", "files/level/1.txt", "icon.svg", "vyoma.toml"]);
        assert_eq!(listed.wasm(), Hash::of(EMPTY_APP));
        let folder = std::fs::File::open(&bundle.folder).expect("a folder");
        ::bundle::check(folder.as_fd(), &listed, "bin/app.cwasm").expect("as the list says");
        let first = files::read(&bundle.compiled).expect("compiled");
        files::remove_folder(&place.0.join("cache")).expect("removable");
        let again = files::read(&place.bundle().expect("an app").compiled).expect("compiled");
        assert!(first == again, "compiling twice gives the same bytes");
    }

    #[test]
    fn bundle_other_bytes_than_the_manifest_s_digest_are_refused() {
        let digest = files::sha256(EMPTY_APP).to_uppercase();
        let manifest = manifest(&format!("wasm_sha256 = \"{digest}\"\n"));
        let right = Workplace::with("digest", &[("vyoma.toml", &manifest), ("bin/app.wasm", EMPTY_APP)]);
        right.bundle().expect("any case");
        let wrong =
            Workplace::with("digest2", &[("vyoma.toml", &manifest), ("bin/app.wasm", b"\0asm\x01\0\0\0")]);
        assert!(matches!(wrong.bundle(), Err(BundleError::Digest { .. })));
    }

    #[test]
    fn bundle_links_among_the_files_are_refused() {
        let manifest = manifest("");
        let place = Workplace::with("links", &[("vyoma.toml", &manifest), ("bin/app.wasm", EMPTY_APP)]);
        std::os::unix::fs::symlink("/", place.0.join("app/files")).expect("writable");
        assert!(matches!(place.bundle(), Err(BundleError::Special(_))));
        std::fs::remove_file(place.0.join("app/files")).expect("removable");
        files::make_folder(&place.0.join("app/files")).expect("writable");
        std::os::unix::fs::symlink("/etc/passwd", place.0.join("app/files/x")).expect("writable");
        assert!(matches!(place.bundle(), Err(BundleError::Special(_))));
    }

    #[test]
    fn bundle_wasm_that_is_absent_or_outside_says_which_line() {
        let manifest = manifest("");
        let place = Workplace::with("absent", &[("vyoma.toml", &manifest)]);
        let error = place.bundle().expect_err("no wasm").to_string();
        assert!(error.contains("`app.wasm` names"), "{error}");
        let outside = b"[app]\nname = \"hello\"\nversion = \"1.0.0\"\nwasm = \"../app.wasm\"\n";
        let place = Workplace::with("outside", &[("vyoma.toml", outside)]);
        let error = place.bundle().expect_err("leaves its folder").to_string();
        assert!(error.contains("vyoma.toml:4:"), "{error}");
    }
}
