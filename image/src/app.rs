//! `vyoma app`: bundles of single apps.

use std::path::Path;

use manifest::Manifest;

use crate::build::{self, BundleError, Progress, Site, World};
use crate::report::{CommandError, Outcome};

/// Makes a bundle of the app in `folder` below `out`, and prints its folder.
///
/// # Errors
/// [`CommandError`] says what about the app is not as it should be.
pub fn build(
    site: &Site,
    folder: &Path,
    out: &Path,
    progress: &mut dyn Progress,
) -> Result<Outcome, CommandError> {
    std::fs::create_dir_all(out).map_err(CommandError::system(format!("cannot create {}", out.display())))?;
    let bundle = build::build_app(site, folder, out, progress).map_err(CommandError::build)?;
    println!("{}", bundle.folder.display());
    Ok(Outcome::Success)
}

/// Prints what is wrong with the app in `folder`, a line each; [`Outcome::Failed`] if there are errors.
///
/// # Errors
/// [`CommandError`] when there is nothing to check.
pub fn check(folder: &Path) -> Result<Outcome, CommandError> {
    let path = folder.join("vyoma.toml");
    let text = std::fs::read_to_string(&path)
        .map_err(CommandError::system(format!("cannot read {}", path.display())))?;
    let name = path.display().to_string();
    let manifest = match Manifest::parse(&name, &text) {
        Ok(checked) => {
            for warning in &checked.warnings {
                println!("{name}:{}:{}: warning: {}", warning.line, warning.column, warning.what);
            }
            checked.value
        }
        Err(invalid) => {
            println!("{invalid}");
            return Ok(Outcome::Failed);
        }
    };
    let wasm = folder.join(&manifest.wasm);
    if !wasm.is_file() {
        if folder.join("Cargo.toml").is_file() {
            println!("{}: the manifest is right; `app build` makes {}", manifest.name, manifest.wasm);
            return Ok(Outcome::Success);
        }
        let missing = BundleError::Absent { manifest: path, key: "app.wasm", missing: wasm };
        println!("{missing}");
        return Ok(Outcome::Failed);
    }
    let bytes =
        std::fs::read(&wasm).map_err(CommandError::system(format!("cannot read {}", wasm.display())))?;
    match build::check_world(&bytes) {
        Ok(world) => {
            let kind = match world {
                World::Component => "a wasm32-wasip2 component",
                World::Module => "a wasm32-wasip1 module",
            };
            println!("{}: the manifest is right, and {} is {kind}", manifest.name, manifest.wasm);
            Ok(Outcome::Success)
        }
        Err(error) => {
            println!("{}: {error}", wasm.display());
            Ok(Outcome::Failed)
        }
    }
}
