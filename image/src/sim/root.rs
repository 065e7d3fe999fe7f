//! The root folder of a hosted system: the same files that an image holds, in a temporary folder.

use std::path::{Path, PathBuf};

use manifest::Manifest;
use serde::Deserialize;

use super::{Options, SimError};
use crate::build::{self, BundleError, Fonts, GuestError, Programs, Progress, Site};
use crate::report::chain;

/// An assembled root.
#[derive(Debug)]
pub(super) struct Root {
    folder: tempfile::TempDir,
    /// Names of the apps that start, in the order they do.
    pub(super) apps: Vec<Expected>,
    /// Apps that could not be bundled, and why.
    pub(super) refused: Vec<(String, String)>,
}

/// An app that will start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Expected {
    /// `app.name`.
    pub(super) name: String,
    /// Whether it has a window.
    pub(super) has_window: bool,
}

/// What starts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selection {
    /// These bundles, once each, and nothing else.
    Apps(Vec<PathBuf>),
    /// What a `boot.toml` names.
    Boot(PathBuf),
}

/// A `boot.toml`, as far as its apps must be found. The supervisor checks the rest.
#[derive(Deserialize)]
struct Boot {
    #[serde(default)]
    apps: Vec<BootApp>,
}

#[derive(Deserialize)]
struct BootApp {
    manifest: String,
    restart: Option<String>,
}

impl Root {
    /// Assembles a root. An app that is not as it should be is refused alone.
    ///
    /// # Errors
    /// [`SimError`] when a file cannot be read or written.
    pub(super) fn assemble(
        site: &Site,
        programs: &Programs,
        options: &Options,
        progress: &mut dyn Progress,
    ) -> Result<Self, SimError> {
        let folder = tempfile::Builder::new()
            .prefix("vyoma-sim-")
            .tempdir()
            .map_err(SimError::file(Path::new("/tmp")))?;
        let mut root = Self { folder, apps: Vec::new(), refused: Vec::new() };
        open_to_all(root.path())?;
        for sub in ["apps", "bin", "data", "etc/vyoma", "tmp", "run"] {
            make_folder(&root.path().join(sub))?;
        }
        copy(&programs.compositor, &root.path().join("bin/compositor"))?;
        copy(&programs.app_host, &root.path().join("bin/app-host"))?;
        let settings = site.checkout.join("image/rootfs/etc/vyoma");
        let device = options.device.clone().unwrap_or_else(|| settings.join("device.toml"));
        for (from, name) in [(settings.join("compat.toml"), "compat.toml"), (device, "device.toml")] {
            copy(&from, &root.path().join("etc/vyoma").join(name))?;
        }
        if settings.join("keys").is_dir() {
            copy_folder(&settings.join("keys"), &root.path().join("etc/vyoma/keys"))?;
        }
        if options.fonts == Fonts::All {
            make_folder(&root.path().join("usr/share"))?;
            copy_folder(&site.font_bundle(), &root.path().join("usr/share/fonts"))?;
        }
        let entries = match &options.selection {
            Selection::Apps(folders) => root.add_apps(site, folders, progress),
            Selection::Boot(file) => root.add_boot(site, file, progress)?,
        };
        let boot = root.path().join("etc/vyoma/boot.toml");
        std::fs::write(&boot, entries).map_err(SimError::file(&boot))?;
        Ok(root)
    }

    /// The folder.
    #[must_use]
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn add_apps(&mut self, site: &Site, folders: &[PathBuf], progress: &mut dyn Progress) -> String {
        let mut entries = String::new();
        for folder in folders {
            match self.add(site, folder, progress) {
                Ok(name) => entries += &entry(&name, "never"),
                Err(why) => self.refused.push((folder_name(folder), why)),
            }
        }
        entries
    }

    /// Apps of the image by their place in it, others by their path on this machine.
    fn add_boot(
        &mut self,
        site: &Site,
        file: &Path,
        progress: &mut dyn Progress,
    ) -> Result<String, SimError> {
        let text = std::fs::read_to_string(file).map_err(SimError::file(file))?;
        let boot: Boot = toml::from_str(&text)
            .map_err(|error| SimError::Boot { path: file.to_owned(), why: error.to_string() })?;
        let shell_apps = build::build_shell_apps(site, progress).map_err(SimError::Apps)?;
        for bundle in &shell_apps {
            copy_folder(&bundle.folder, &self.path().join("apps").join(&bundle.name))?;
        }
        let beside = file.parent().unwrap_or(Path::new("."));
        let mut entries = String::new();
        for app in boot.apps {
            let restart = app.restart.as_deref().unwrap_or("never");
            let of_image = shell_apps.iter().find(|b| app.manifest == format!("/apps/{}/vyoma.toml", b.name));
            let added = match of_image {
                Some(bundle) => self.expect(&bundle.folder),
                None => {
                    let manifest = beside.join(&app.manifest);
                    self.add(site, manifest.parent().unwrap_or(beside), progress)
                }
            };
            match added {
                Ok(name) => entries += &entry(&name, restart),
                Err(why) => self.refused.push((app.manifest, why)),
            }
        }
        Ok(entries)
    }

    fn add(&mut self, site: &Site, folder: &Path, progress: &mut dyn Progress) -> Result<String, String> {
        let bundle =
            bundle(site, folder, &self.path().join("apps"), progress).map_err(|error| chain(&error))?;
        if self.apps.iter().any(|app| app.name == bundle.name) {
            return Err(format!("{}: an app named `{}` is there already", folder.display(), bundle.name));
        }
        self.expect(&bundle.folder)
    }

    /// Takes note of an app by its bundle's manifest.
    fn expect(&mut self, folder: &Path) -> Result<String, String> {
        let path = folder.join("vyoma.toml");
        let text =
            std::fs::read_to_string(&path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        let manifest = Manifest::parse(&path.to_string_lossy(), &text).map_err(|e| e.to_string())?.value;
        let name = manifest.name.as_str().to_owned();
        self.apps.push(Expected { name: name.clone(), has_window: manifest.capabilities.display });
        Ok(name)
    }
}

/// Bundles a folder: its ready `.wasm` if that is there, else what its Rust package builds.
fn bundle(
    site: &Site,
    folder: &Path,
    shelf: &Path,
    progress: &mut dyn Progress,
) -> Result<build::Bundle, GuestError> {
    match build::bundle_ready_wasm(site, folder, shelf) {
        Err(BundleError::Absent { key: "app.wasm", .. }) if folder.join("Cargo.toml").is_file() => {
            build::build_app(site, folder, shelf, progress)
        }
        other => Ok(other?),
    }
}

fn entry(name: &str, restart: &str) -> String {
    format!(
        "[[apps]]\nmanifest = \"/apps/{name}/vyoma.toml\"\nrestart = \"{}\"\n\n",
        restart.escape_default()
    )
}

fn folder_name(folder: &Path) -> String {
    folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned()
}

/// Apps may run as another user than the one who owns the folder.
fn open_to_all(path: &Path) -> Result<(), SimError> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).map_err(SimError::file(path))
}

fn make_folder(path: &Path) -> Result<(), SimError> {
    std::fs::create_dir_all(path).map_err(SimError::file(path))
}

fn copy(from: &Path, to: &Path) -> Result<(), SimError> {
    std::fs::copy(from, to).map(drop).map_err(SimError::file(from))
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), SimError> {
    make_folder(to)?;
    for entry in from.read_dir().map_err(SimError::file(from))? {
        let path = entry.map_err(SimError::file(from))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() { copy_folder(&path, &target)? } else { copy(&path, &target)? }
    }
    Ok(())
}
