//! Apps from source: cargo builds them for WebAssembly, then they are bundled like ready ones.

use std::path::{Path, PathBuf};

use super::bundle::{self, Bundle, BundleError};
use super::child::{self, ChildError};
use super::files::{self, FileError};
use super::toolchain::{self, GuestTarget, GuestToolchain, Library, ToolchainError};
use super::{Progress, Site, smaller};

/// Cargo's profile of the workspace's apps.
const PROFILE: &str = "guest";

/// Why an app could not be built.
#[derive(Debug, thiserror::Error)]
pub enum GuestError {
    /// No compiler, or one that lacks parts.
    #[error(transparent)]
    Toolchain(#[from] ToolchainError),
    /// The compiler.
    #[error(transparent)]
    Child(#[from] ChildError),
    /// A file of the build.
    #[error(transparent)]
    File(#[from] FileError),
    /// The app's folder holds no Rust package.
    #[error("{}: {source}", path.display())]
    Package {
        /// Its `Cargo.toml`.
        path: PathBuf,
        /// What is wrong with it.
        source: toml::de::Error,
    },
    /// Cargo made another number of programs than one.
    #[error("{}: an app is one program, but its package has {found}", folder.display())]
    Programs {
        /// The app's folder.
        folder: PathBuf,
        /// How many.
        found: usize,
    },
    /// The bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

/// Builds the apps of the checkout, `shell-app/*`, into `target/vyoma/apps/<name>`; sorted by name.
///
/// # Errors
/// [`GuestError`] of the first app that cannot be built.
pub fn build_shell_apps(site: &Site, progress: &mut dyn Progress) -> Result<Vec<Bundle>, GuestError> {
    let shelf = site.checkout.join("shell-app");
    let entries = shelf.read_dir().map_err(files::failed("list", &shelf))?;
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|folder| folder.join(bundle::MANIFEST).is_file())
        .collect();
    folders.sort();

    let toolchain = GuestToolchain::find(site, GuestTarget::P2, progress)?;
    let packages = folders.iter().map(|folder| Package::read(folder)).collect::<Result<Vec<_>, _>>()?;
    let mut programs = Vec::new();
    for library in [Library::Alloc, Library::Std] {
        let mut of_this = packages.iter().filter(|package| package.library() == library).peekable();
        if of_this.peek().is_some() {
            let mut cargo = toolchain.cargo_build(site, library);
            cargo.args(["--profile", PROFILE]).arg("--target-dir").arg(target_dir(site, "guests", library));
            for package in of_this {
                cargo.args(["--package", &package.name]);
            }
            programs.extend(build(&mut cargo, "building the apps", progress)?);
        }
    }

    let apps = site.out.join("apps");
    files::remove_folder(&apps)?;
    let mut bundles = Vec::with_capacity(folders.len());
    let total = folders.len() as u64;
    for (done, folder) in (0..).zip(&folders) {
        progress.update("compiling the apps ahead of time", done, total);
        let wasm = the_program_of(folder, &programs)?;
        bundles.push(bundle::bundle(site, folder, &wasm, &apps)?);
    }
    progress.update("compiling the apps ahead of time", total, total);
    bundles.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(bundles)
}

/// Bundles the app in `folder` into `shelf/<name>`: compiled first where the folder is a Rust package, else from the
/// `.wasm` that its manifest names.
///
/// # Errors
/// [`GuestError`] says what about the app is not as it should be.
pub fn build_app(
    site: &Site,
    folder: &Path,
    shelf: &Path,
    progress: &mut dyn Progress,
) -> Result<Bundle, GuestError> {
    let package = folder.join("Cargo.toml");
    if !package.is_file() {
        return Ok(bundle::bundle_ready_wasm(site, folder, shelf)?);
    }
    // Before the compiler runs for a minute: the manifest's own errors.
    bundle::read_manifest(folder)?;
    let wasm = compile_app(site, folder, GuestTarget::P2, progress)?;
    Ok(bundle::bundle(site, folder, &wasm, shelf)?)
}

/// Compiles the Rust package in `folder`; gives the place of its one program.
///
/// # Errors
/// [`GuestError`]; the compiler's messages are in it.
pub fn compile_app(
    site: &Site,
    folder: &Path,
    target: GuestTarget,
    progress: &mut dyn Progress,
) -> Result<PathBuf, GuestError> {
    let folder = folder.canonicalize().map_err(files::failed("find", folder))?;
    let package = Package::read(&folder)?;
    let toolchain = GuestToolchain::find(site, target, progress)?;
    let mut cargo = toolchain.cargo_build(site, package.library());
    cargo.current_dir(&folder).arg("--release").arg("--manifest-path").arg(folder.join("Cargo.toml"));
    // Of all such packages together: the standard library is built once.
    cargo.arg("--target-dir").arg(target_dir(site, "apps", package.library()));
    let programs = build(&mut cargo, &format!("building {}", package.name), progress)?;
    the_program_of(&folder, &programs)
}

/// Cargo's folder: one for each library, since cargo would build both anew whenever their flags change.
fn target_dir(site: &Site, of: &str, library: Library) -> PathBuf {
    site.out.join("cargo").join(match library {
        Library::Std => of.to_owned(),
        Library::Alloc => format!("{of}-alloc"),
    })
}

/// Builds another program of this tool's package, for tests: one that no device has.
///
/// # Errors
/// Cargo's.
pub(crate) fn build_beside(site: &Site, program: &str) -> Result<PathBuf, ChildError> {
    let mut cargo = std::process::Command::new("cargo");
    child::forget_outer_cargo(&mut cargo);
    cargo.current_dir(&site.checkout).args(["build", "--quiet", "--package", "vyoma", "--bin", program]);
    // Where this tool was built there is everything the other needs.
    if let Some(target) = std::env::var_os("CARGO_TARGET_DIR") {
        cargo.env("CARGO_TARGET_DIR", target);
    }
    let built = made(&mut cargo, |cargo, on_line| child::run(cargo, on_line))?.pop();
    Ok(built.map(|program| program.wasm).unwrap_or_default())
}

/// A program and the package it is of.
struct Program {
    manifest: PathBuf,
    wasm: PathBuf,
}

fn build(
    cargo: &mut std::process::Command,
    step: &str,
    progress: &mut dyn Progress,
) -> Result<Vec<Program>, GuestError> {
    let mut programs = made(cargo, |cargo, on_line| toolchain::run_cargo(cargo, step, progress, on_line))?;
    for Program { wasm, .. } in &mut programs {
        *wasm = smaller::smaller(wasm)?;
    }
    Ok(programs)
}

/// Has cargo run, and gives the programs that it says it made.
fn made(
    cargo: &mut std::process::Command,
    run: impl FnOnce(&mut std::process::Command, &mut dyn FnMut(&str)) -> Result<(), ChildError>,
) -> Result<Vec<Program>, ChildError> {
    cargo.arg("--message-format=json-render-diagnostics");
    let mut programs = Vec::new();
    run(cargo, &mut |line| programs.extend(program(line)))?;
    Ok(programs)
}

/// Reads one of cargo's messages; what is left of a progress bar may stand before it.
fn program(line: &str) -> Option<Program> {
    let message = line.get(line.find(r#"{"reason":"compiler-artifact""#)?..)?;
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let wasm = message.get("executable")?.as_str()?.into();
    let manifest = message.get("manifest_path")?.as_str()?.into();
    Some(Program { manifest, wasm })
}

fn the_program_of(folder: &Path, programs: &[Program]) -> Result<PathBuf, GuestError> {
    let manifest = folder.join("Cargo.toml");
    let manifest = manifest.canonicalize().map_err(files::failed("find", &manifest))?;
    let of_this: Vec<_> = programs.iter().filter(|program| program.manifest == manifest).collect();
    match of_this.as_slice() {
        [program] => Ok(program.wasm.clone()),
        several => Err(GuestError::Programs { folder: folder.to_owned(), found: several.len() }),
    }
}

/// What a `Cargo.toml` says about a program.
#[derive(serde::Deserialize)]
struct Package {
    name: String,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, serde::Deserialize)]
struct Metadata {
    #[serde(default)]
    vyoma: Wishes,
}

/// `[package.metadata.vyoma]`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Wishes {
    /// Whether the program stands on the whole library.
    std: bool,
}

impl Default for Wishes {
    fn default() -> Self {
        Self { std: true }
    }
}

impl Package {
    fn read(folder: &Path) -> Result<Self, GuestError> {
        let path = folder.join("Cargo.toml");
        Self::parse(&files::read_text(&path)?).map_err(|source| GuestError::Package { path, source })
    }

    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        #[derive(serde::Deserialize)]
        struct CargoToml {
            package: Package,
        }
        toml::from_str(text).map(|read: CargoToml| read.package)
    }

    fn library(&self) -> Library {
        if self.metadata.vyoma.std { Library::Std } else { Library::Alloc }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn program_is_found_behind_the_rest_of_a_bar() {
        let line = "\u{1b}[K{\"reason\":\"compiler-artifact\",\"manifest_path\":\"/a/Cargo.toml\",\
                    \"executable\":\"/t/a.wasm\"}";
        let found = program(line).expect("an executable");
        assert_eq!(found.wasm, Path::new("/t/a.wasm"));
        assert!(program("{\"reason\":\"compiler-artifact\",\"executable\":null}").is_none());
    }

    #[test]
    fn package_stands_on_the_library_it_asks_for() {
        let library = |more: &str| {
            Package::parse(&format!("[package]\nname = \"a\"\n{more}")).map(|package| package.library())
        };
        assert_eq!(library(""), Ok(Library::Std));
        assert_eq!(library("[package.metadata.vyoma]\nstd = false"), Ok(Library::Alloc));
        assert!(library("[package.metadata.vyoma]\nalloc = true").is_err(), "no such wish");
    }
}
