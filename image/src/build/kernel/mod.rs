//! The kernel: fragments over `allnoconfig`, checked, built out of tree into the cache.

mod config;
mod source;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::child::{self, ChildError};
use super::files::{self, FileError, Key};
use super::{Progress, Site};
use config::Fragment;
pub use config::{ConfigError, Demand, Mismatch, Place};
pub use source::SourceError;

/// Which machines the kernel is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Virtual machines with virtio devices.
    Virt,
    /// Ordinary computers: USB, disks, the firmware's frame buffer. Also boots where `Virt` does.
    Pc,
}

impl Flavour {
    /// The name on the command line and in file names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Virt => "virt",
            Self::Pc => "pc",
        }
    }

    /// The fragments under `kernel/`, the later winning.
    fn fragments(self) -> &'static [&'static str] {
        match self {
            Self::Virt => &["base.config", "harden.config", "virt.config"],
            Self::Pc => &["base.config", "harden.config", "virt.config", "disk.config", "pc.config"],
        }
    }

    /// Lines `make` prints for a full build, about: for the progress bar alone.
    fn steps(self) -> u64 {
        match self {
            Self::Virt => 1750,
            Self::Pc => 2180,
        }
    }
}

/// Why there is no kernel.
#[derive(Debug, thiserror::Error)]
pub enum KernelError {
    /// The source.
    #[error("no kernel source")]
    Source(#[from] SourceError),
    /// The fragments, or what Kconfig made of them.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A program of the build.
    #[error(transparent)]
    Child(#[from] ChildError),
    /// A file of the build.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A built kernel in the cache.
#[derive(Debug, Clone)]
pub struct Kernel {
    /// For which machines.
    pub flavour: Flavour,
    /// The bzImage.
    pub image: PathBuf,
    /// The resolved configuration.
    pub config: PathBuf,
    /// The addresses of its symbols, for reading a panic.
    pub symbols: PathBuf,
}

impl Kernel {
    fn in_folder(flavour: Flavour, folder: &Path) -> Self {
        Self {
            flavour,
            image: folder.join("bzImage"),
            config: folder.join("config"),
            symbols: folder.join("System.map"),
        }
    }

    /// Copies the kernel beside the other boot files; gives its place.
    pub(super) fn install(&self, site: &Site) -> Result<PathBuf, KernelError> {
        let name = match self.flavour {
            Flavour::Virt => "bzImage",
            Flavour::Pc => "bzImage-pc",
        };
        let place = site.out.join(name);
        files::copy(&self.image, &place)?;
        files::copy(&self.config, &place.with_extension("config"))?;
        Ok(place)
    }
}

/// Gives the kernel of these fragments, this source and this compiler: from the cache, or by building it.
pub(super) fn build(
    site: &Site,
    flavour: Flavour,
    progress: &mut dyn Progress,
) -> Result<Kernel, KernelError> {
    let folder = site.checkout.join("kernel");
    let fragments = flavour
        .fragments()
        .iter()
        .map(|name| Fragment::read(&folder.join(name), &format!("kernel/{name}")))
        .collect::<Result<Vec<_>, _>>()?;
    let demands = config::read_demands(&folder.join("required.txt"), "kernel/required.txt", flavour)?;
    let archive = source::find()?;
    let digest = source::digest(site, &archive)?;
    let compiler = child::answer(Command::new("gcc").arg("--version"))?;
    let merged = config::merge(&fragments);
    let key = Key::default().with(&digest).with(&compiler).with(&merged).with(build_identity_text()).hex();
    let place = site.cache.join("kernel").join(format!("{}-{key}", flavour.name()));
    let kernel = Kernel::in_folder(flavour, &place);
    if kernel.image.is_file() {
        // The demands are no part of the key: they may have changed since.
        let resolved = files::read_text(&kernel.config)?;
        config::check(&resolved, &fragments, &demands)?;
        return Ok(kernel);
    }

    files::sweep(&site.cache.join("kernel"))?;
    let work = files::beside(&place);
    files::remove_folder(&work)?;
    let (tree, out) = (work.join("source"), work.join("build"));
    source::unpack(&archive, &tree, progress)?;
    files::make_folder(&out)?;
    let base = work.join("merged.config");
    files::write(&base, merged.as_bytes())?;
    child::run(make(&tree, &out).arg(joined("KCONFIG_ALLCONFIG=", &base)).arg("allnoconfig"), |_| {})?;
    let resolved = files::read_text(&out.join(".config"))?;
    config::check(&resolved, &fragments, &demands)?;

    let step = format!("building the kernel ({})", flavour.name());
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let mut lines = 0;
    progress.update(&step, 0, flavour.steps());
    child::run(make(&tree, &out).arg(format!("-j{jobs}")).arg("bzImage"), |line| {
        // "  CC      mm/slub.o": one compiled file.
        if line.starts_with("  ") {
            lines += 1;
            progress.update(&step, lines.min(flavour.steps() - 1), flavour.steps());
        }
    })?;
    let finished = Kernel::in_folder(flavour, &work);
    files::copy(&out.join("arch/x86/boot/bzImage"), &finished.image)?;
    files::copy(&out.join(".config"), &finished.config)?;
    files::copy(&out.join("System.map"), &finished.symbols)?;
    files::remove_folder(&out)?;
    files::remove_folder(&tree)?;
    files::remove_folder(&place)?;
    std::fs::rename(&work, &place).map_err(files::failed("replace", &place))?;
    progress.update(&step, flavour.steps(), flavour.steps());
    Ok(kernel)
}

/// `make` in `tree`, building in `out`, with nothing of this machine or this minute in the result.
fn make(tree: &Path, out: &Path) -> Command {
    let mut command = Command::new("make");
    command.arg("-C").arg(tree).arg(joined("O=", out)).arg("ARCH=x86_64");
    for variable in
        ["MAKEFLAGS", "MFLAGS", "MAKELEVEL", "CFLAGS", "LDFLAGS", "KCFLAGS", "ARCH", "CROSS_COMPILE"]
    {
        command.env_remove(variable);
    }
    command.env("LC_ALL", "C").envs(BUILD_IDENTITY);
    command
}

/// Who built it, where and when: nobody, nowhere, never. The kernel's banner holds all of these.
const BUILD_IDENTITY: [(&str, &str); 5] = [
    ("KBUILD_BUILD_TIMESTAMP", "Thu Jan  1 00:00:00 UTC 1970"),
    ("KBUILD_BUILD_USER", "vyoma"),
    ("KBUILD_BUILD_HOST", "vyoma"),
    ("KBUILD_BUILD_VERSION", "1"),
    ("SOURCE_DATE_EPOCH", "0"),
];

fn build_identity_text() -> String {
    BUILD_IDENTITY.iter().map(|(name, value)| format!("{name}={value}\n")).collect()
}

fn joined(prefix: &str, path: &Path) -> OsString {
    let mut text = OsString::from(prefix);
    text.push(path);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_and_demands_of_each_flavour_agree() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kernel");
        for flavour in [Flavour::Virt, Flavour::Pc] {
            let fragments: Vec<Fragment> = flavour
                .fragments()
                .iter()
                .map(|name| Fragment::read(&folder.join(name), name).expect("well formed"))
                .collect();
            let demands = config::read_demands(&folder.join("required.txt"), "required.txt", flavour)
                .expect("well formed");
            // Were Kconfig to do exactly as asked, nothing that must stay off would be on.
            let forbidden: Vec<Demand> =
                demands.iter().filter(|demand| demand.value == "n").cloned().collect();
            assert!(forbidden.len() > 20, "the list of what must stay off");
            config::check(&config::merge(&fragments), &fragments, &forbidden)
                .expect("no fragment asks for it");
        }
    }
}
