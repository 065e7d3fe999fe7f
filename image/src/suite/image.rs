//! The image: it builds within its budgets, its programs are static, and the same source gives the same bytes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::Suite;
use crate::build::{self, BuildError, Flavour, Fonts, Image, NativeToolchain, Site};
use crate::console::Console;
use crate::report::chain;

pub(super) fn run(suite: &mut Suite<'_>) {
    let Some(image) = suite.image() else { return };
    let site = suite.site.clone();
    suite.check("image::programs-are-static", || programs_are_static(&site));
    suite.check("image::two-builds-are-equal", || two_builds_are_equal(&site, &image.initramfs));
}

/// Builds the image for the suite.
pub(super) fn build(suite: &mut Suite<'_>) {
    let began = Instant::now();
    match of(suite.site, Flavour::Virt) {
        Ok(image) => {
            let budgets: Vec<_> = image.sizes.budgets.iter().map(ToString::to_string).collect();
            suite.note("image::builds-within-its-budgets", began, Ok(budgets.join(", ")));
            suite.image = Some(image);
        }
        Err(error) => suite.note("image::builds-within-its-budgets", began, Err(chain(&error))),
    }
}

/// The image for a kind of machines.
pub(super) fn of(site: &Site, flavour: Flavour) -> Result<Image, BuildError> {
    build::image(site, flavour, Fonts::Embedded, &mut Console::new())
}

fn programs_are_static(site: &Site) -> Result<String, String> {
    let programs = NativeToolchain::find(site)
        .map_err(|error| chain(&error))?
        .build_programs(site, &mut |_: &str, _, _| {})
        .map_err(|error| chain(&error))?;
    for program in [&programs.supervisor, &programs.compositor, &programs.app_host] {
        build::check_static(program).map_err(|error| chain(&error))?;
    }
    // The check must be able to fail: this tool itself is linked dynamically.
    match build::check_static(Path::new(THIS_TOOL)).map_err(|error| chain(&error)) {
        Err(said) if said.contains("interpreter") => {
            Ok("3 programs without interpreter and shared libraries".into())
        }
        other => Err(format!("this tool is linked dynamically, and the check says {other:?}")),
    }
}

/// Builds the sources once more, in another folder and from nothing, and compares the initramfs.
fn two_builds_are_equal(site: &Site, first: &Path) -> Result<String, String> {
    let folder = tempfile::Builder::new().prefix("vyoma-second-").tempdir().map_err(|e| e.to_string())?;
    let other = folder.path().join("elsewhere/checkout");
    copy_sources(&site.checkout, &other)?;
    let second = Site { out: other.join("target/vyoma"), checkout: other, cache: site.cache.clone() };
    let mut console = Console::new();
    let image =
        build::image(&second, Flavour::Virt, Fonts::Embedded, &mut console).map_err(|error| chain(&error))?;
    drop(console);
    let read = |path: &Path| std::fs::read(path).map_err(|e| format!("cannot read {}: {e}", path.display()));
    let (a, b) = (read(first)?, read(&image.initramfs)?);
    if a == b {
        return Ok(format!("{} bytes of initramfs", a.len()));
    }
    let at = a.iter().zip(&b).position(|(x, y)| x != y).unwrap_or(a.len().min(b.len()));
    let kept = site.out.join("second-initramfs.cpio.zst");
    std::fs::write(&kept, &b).map_err(|e| format!("cannot write {}: {e}", kept.display()))?;
    let kept = kept.display();
    Err(format!("{} and {} bytes, different from byte {at}; the second is in {kept}", a.len(), b.len()))
}

/// The checkout's files without what was built from them.
fn copy_sources(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |path: &Path| {
        let path: PathBuf = path.to_owned();
        move |error: std::io::Error| format!("cannot copy {}: {error}", path.display())
    };
    std::fs::create_dir_all(to).map_err(failed(to))?;
    for entry in from.read_dir().map_err(failed(from))? {
        let path = entry.map_err(failed(from))?.path();
        let Some(name) = path.file_name() else { continue };
        if name == "target" || name == ".git" {
            continue;
        }
        let target = to.join(name);
        if path.is_dir() {
            copy_sources(&path, &target)?;
        } else {
            std::fs::copy(&path, &target).map(drop).map_err(failed(&path))?;
        }
    }
    Ok(())
}

/// The running tool, by the kernel's link and not by its path: the group `workspace` compiles the package again with
/// the features of all packages and puts another file there.
const THIS_TOOL: &str = "/proc/self/exe";

/// A command that runs this tool again.
pub(super) fn this_tool() -> Command {
    Command::new(THIS_TOOL)
}
