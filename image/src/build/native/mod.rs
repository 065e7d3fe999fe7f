//! The device's own programs: static, position independent, without an interpreter.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::child::{self, ChildError};
use super::files::{self, FileError, Key};
use super::toolchain::{self, Compiler, Library, NATIVE_TARGET, ToolchainError};
use super::{Progress, Site, StaticError};

/// Cargo's profile of everything that runs on the device.
const PROFILE: &str = "device";

/// Why the device's programs could not be built.
#[derive(Debug, thiserror::Error)]
pub enum NativeError {
    /// No compiler, or one that lacks parts.
    #[error(transparent)]
    Toolchain(#[from] ToolchainError),
    /// The compiler or the linker.
    #[error(transparent)]
    Child(#[from] ChildError),
    /// A file of the build.
    #[error(transparent)]
    File(#[from] FileError),
    /// A program would not start on the device.
    #[error(transparent)]
    NotStatic(#[from] StaticError),
}

/// The programs of the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    /// `/init`.
    pub supervisor: PathBuf,
    /// `/bin/compositor`.
    pub compositor: PathBuf,
    /// `/bin/app-host`.
    pub app_host: PathBuf,
}

impl Programs {
    /// The programs of a folder, by the names that cargo gives them.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        let [supervisor, compositor, app_host] =
            ["supervisor", "compositor", "app-host"].map(|name| folder.join(name));
        Self { supervisor, compositor, app_host }
    }
}

/// Compiles static programs.
#[derive(Debug, Clone)]
pub struct NativeToolchain {
    compiler: Compiler,
    /// Debian's way: musl and the unwinder, without anything to link dynamically.
    libraries: Option<PathBuf>,
}

impl NativeToolchain {
    /// Finds the toolchain, and prepares what Debian's way links with.
    ///
    /// # Errors
    /// [`ToolchainError`] says what to install, or what failed while preparing.
    pub fn find(site: &Site) -> Result<Self, ToolchainError> {
        let compiler = Compiler::find(site, NATIVE_TARGET)?;
        let libraries = match compiler {
            Compiler::Rustup { .. } => None,
            Compiler::Debian => Some(static_libraries(site)?),
        };
        Ok(Self { compiler, libraries })
    }

    /// Builds the three programs of the image and proves that they are static.
    ///
    /// # Errors
    /// [`NativeError`]; the compiler's messages are in it.
    pub fn build_programs(&self, site: &Site, progress: &mut dyn Progress) -> Result<Programs, NativeError> {
        let packages = [
            ("vyoma-supervisor", "supervisor"),
            ("vyoma-compositor", "compositor"),
            ("vyoma-app-host", "app-host"),
        ];
        let [supervisor, compositor, app_host] =
            self.build(site, packages, "building the programs", progress)?;
        for program in [&supervisor, &compositor, &app_host] {
            super::check_static(program)?;
        }
        Ok(Programs { supervisor, compositor, app_host })
    }

    /// Builds packages of the workspace for the device; each is given as its package and its program.
    ///
    /// # Errors
    /// [`NativeError`]; the compiler's messages are in it.
    pub fn build<const N: usize>(
        &self,
        site: &Site,
        packages: [(&str, &str); N],
        step: &str,
        progress: &mut dyn Progress,
    ) -> Result<[PathBuf; N], NativeError> {
        let target = site.out.join("cargo/native");
        let mut cargo = self.compiler.cargo_build(site, NATIVE_TARGET, Library::Std, &self.flags());
        cargo.args(["--profile", PROFILE]).arg("--target-dir").arg(&target);
        // The C parts of crates.
        cargo.env("CC_x86_64_unknown_linux_musl", "musl-gcc");
        for (package, _) in packages {
            cargo.args(["--package", package]);
        }
        toolchain::run_cargo(&mut cargo, step, progress, |_| {})?;
        let folder = target.join(NATIVE_TARGET).join(PROFILE);
        Ok(packages.map(|(_, program)| folder.join(program)))
    }

    fn flags(&self) -> Vec<String> {
        let mut flags = vec!["-Ctarget-feature=+crt-static".to_owned(), "-Crelocation-model=pie".to_owned()];
        let Some(libraries) = &self.libraries else { return flags };
        let file = |name: &str| libraries.join(name).display().to_string();
        flags.extend(["-Clinker=gcc", "-Clink-self-contained=no"].map(str::to_owned));
        flags.push(format!("-L{}", libraries.display()));
        // `musl-gcc` alone leaves an interpreter in a position-independent program: the start files and libraries
        // are named one by one instead.
        let link = [
            "-nostdlib".to_owned(),
            "-static-pie".to_owned(),
            file("rcrt1.o"),
            file("crti.o"),
            "-Wl,--start-group".to_owned(),
            "-l:libc.a".to_owned(),
            "-lgcc".to_owned(),
            "-l:libunwind.a".to_owned(),
            "-l:libfortify.a".to_owned(),
            "-Wl,--end-group".to_owned(),
            file("crtn.o"),
            "-Wl,--build-id=none".to_owned(),
        ];
        flags.extend(link.iter().map(|argument| format!("-Clink-arg={argument}")));
        flags
    }
}

const MUSL: &str = "/usr/lib/x86_64-linux-musl";
const MUSL_PARTS: [&str; 9] =
    ["libc.a", "libm.a", "libpthread.a", "librt.a", "libdl.a", "libutil.a", "rcrt1.o", "crti.o", "crtn.o"];
const UNWINDER: &str = "/usr/lib/llvm-19/lib/libunwind.a";
const FORTIFY: &str = include_str!("fortify.c");

/// A folder in the cache with static libraries alone: beside a `libc.so` the linker would take that.
fn static_libraries(site: &Site) -> Result<PathBuf, ToolchainError> {
    let parts: Vec<PathBuf> =
        MUSL_PARTS.iter().map(|name| Path::new(MUSL).join(name)).chain([PathBuf::from(UNWINDER)]).collect();
    let mut key = Key::default().with(FORTIFY);
    for part in &parts {
        key = key.with(files::read(part)?);
    }
    let place = site.cache.join("toolchain").join(format!("musl-{}", &key.hex()[..16]));
    if place.join("libfortify.a").is_file() {
        return Ok(place);
    }
    for part in &parts {
        files::copy(part, &place.join(part.file_name().unwrap_or_default()))?;
    }
    let work = files::beside(&place);
    files::write(&work.join("fortify.c"), FORTIFY.as_bytes())?;
    let mut compile = Command::new("musl-gcc");
    compile.current_dir(&work).args(["-Os", "-fPIC", "-c", "fortify.c", "-o", "fortify.o"]);
    child::run(&mut compile, |_| {})?;
    let mut archive = Command::new("ar");
    archive.current_dir(&work).args(["rcsD", "libfortify.a", "fortify.o"]);
    child::run(&mut archive, |_| {})?;
    // Last: its presence says that the folder is whole.
    files::copy(&work.join("libfortify.a"), &place.join("libfortify.a"))?;
    files::remove_folder(&work)?;
    Ok(place)
}
