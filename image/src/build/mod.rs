//! Source to boot files: guest apps, static programs, kernel, initramfs, sizes.
//!
//! [`image`] does all of it; every step stands alone, for the simulator and the tests. A step says what it does
//! through [`Progress`], writes below [`Site::out`] and keeps what is costly to make in [`Site::cache`], under a
//! name derived from everything that went into it. The same source gives the same bytes.

mod bundle;
mod child;
mod files;
mod guests;
mod initramfs;
mod kernel;
mod native;
mod sizes;
mod smaller;
mod toolchain;

use std::path::{Path, PathBuf};

pub(crate) use bundle::compile_wasm;
pub use bundle::{
    Bundle, BundleError, CompileError, World, WorldError, bundle_ready_wasm, check_world, read_manifest,
};
pub use child::ChildError;
pub(crate) use child::{forget_outer_cargo, run as run_child};
pub use files::FileError;
pub(crate) use guests::build_beside;
pub use guests::{GuestError, build_app, build_shell_apps, compile_app};
pub use initramfs::{
    Content, Fonts, InitramfsError, Kind, StaticError, check_static, contents, extend as extend_initramfs,
    kind, system_with,
};
pub use kernel::{ConfigError, Demand, Flavour, Kernel, KernelError, Mismatch, Place, SourceError};
pub use native::{NativeError, NativeToolchain, Programs};
pub use sizes::{AppWeight, Budget, Sizes, SizesError, Weight};
pub use toolchain::{GuestTarget, GuestToolchain, Missing, Part, ToolchainError, missing};

/// Hears how far a step is.
pub trait Progress {
    /// `step` is what is being done, for people; `done` of `total` of its parts are, and `total` 0 is "not known".
    fn update(&mut self, step: &str, done: u64, total: u64);
}

impl<F: FnMut(&str, u64, u64)> Progress for F {
    fn update(&mut self, step: &str, done: u64, total: u64) {
        self(step, done, total);
    }
}

/// Where a build reads and writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The checkout's root.
    pub checkout: PathBuf,
    /// What outlives the checkout: kernels, precompiled apps, toolchain parts. `$XDG_CACHE_HOME/vyoma`, else
    /// `~/.cache/vyoma`.
    pub cache: PathBuf,
    /// `target/vyoma` of the checkout: the boot files, `sizes.json`, and cargo's own folders of what they hold.
    pub out: PathBuf,
}

/// Why the folders of a build are not known.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The tool outlived the checkout it was built in.
    #[error("{} is no VyomaOS checkout: it has no kernel/base.config", .0.display())]
    NoCheckout(PathBuf),
    /// Neither variable tells where a cache may be.
    #[error("neither XDG_CACHE_HOME nor HOME is set: the cache has no place")]
    NoCache,
}

impl Site {
    /// The checkout this tool was built in, and the user's cache.
    ///
    /// # Errors
    /// [`SiteError`] when either cannot be told.
    pub fn discover() -> Result<Self, SiteError> {
        let image = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::at(image.parent().unwrap_or(image))
    }

    /// The checkout at `checkout`, and the user's cache.
    ///
    /// # Errors
    /// [`SiteError`] when either cannot be told.
    pub fn at(checkout: &Path) -> Result<Self, SiteError> {
        if !checkout.join("kernel/base.config").is_file() {
            return Err(SiteError::NoCheckout(checkout.to_owned()));
        }
        let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let cache = variable("XDG_CACHE_HOME")
            .or_else(|| variable("HOME").map(|home| home.join(".cache")))
            .ok_or(SiteError::NoCache)?
            .join("vyoma");
        Ok(Self { checkout: checkout.to_owned(), cache, out: checkout.join("target/vyoma") })
    }
}

impl Site {
    /// The fonts of single scripts, which [`Fonts::All`] puts on a device.
    #[must_use]
    pub fn font_bundle(&self) -> PathBuf {
        self.checkout.join("assets/fonts/bundle")
    }
}

/// Builds the kernel for `flavour`, or takes it from the cache.
///
/// # Errors
/// [`KernelError`]; a configuration that Kconfig or `required.txt` does not agree with names symbol, file and line.
pub fn build_kernel(
    site: &Site,
    flavour: Flavour,
    progress: &mut dyn Progress,
) -> Result<Kernel, KernelError> {
    kernel::build(site, flavour, progress)
}

/// What stopped a build.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The apps.
    #[error("the apps cannot be built")]
    Guests(#[from] GuestError),
    /// The device's own programs.
    #[error("the programs cannot be built")]
    Native(#[from] NativeError),
    /// The kernel.
    #[error("the kernel cannot be built")]
    Kernel(#[from] KernelError),
    /// The initramfs.
    #[error("the initramfs cannot be made")]
    Initramfs(#[from] InitramfsError),
    /// The table of sizes, or a budget in it.
    #[error("the sizes do not hold")]
    Sizes(#[from] SizesError),
}

/// The boot files of a device.
#[derive(Debug, Clone)]
pub struct Image {
    /// The kernel, a bzImage: `target/vyoma/bzImage` (`bzImage-pc` for [`Flavour::Pc`]).
    pub kernel: PathBuf,
    /// `target/vyoma/initramfs.cpio.zst`.
    pub initramfs: PathBuf,
    /// What everything weighs: also in `target/vyoma/sizes.json`.
    pub sizes: Sizes,
}

/// Builds everything: apps, programs, kernel, initramfs; writes `sizes.json` and holds the budgets.
///
/// # Errors
/// [`BuildError`] names the step; its source says what failed in it.
pub fn image(
    site: &Site,
    flavour: Flavour,
    fonts: Fonts,
    progress: &mut dyn Progress,
) -> Result<Image, BuildError> {
    let bundles = build_shell_apps(site, progress)?;
    let programs = NativeToolchain::find(site).map_err(NativeError::from)?.build_programs(site, progress)?;
    let kernel = kernel::build(site, flavour, progress)?;
    progress.update("packing the initramfs", 0, 1);
    let initramfs = initramfs::write(site, &programs, &bundles, fonts)?;
    progress.update("packing the initramfs", 1, 1);
    let installed = kernel.install(site)?;
    let sizes = Sizes::measure(&installed, &initramfs, &programs, &bundles)?;
    sizes.write(&site.out.join("sizes.json"))?;
    sizes.hold(flavour)?;
    Ok(Image { kernel: installed, initramfs, sizes })
}
