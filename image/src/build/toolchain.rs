//! The Rust toolchains of the device's programs and of the apps: rustup's targets where they are installed, else
//! Debian's compiler, which brings the standard library as source and builds it on the way.

mod wasi_libc;

use std::path::{Path, PathBuf};
use std::process::Command;

use super::child::{self, ChildError};
use super::files::{self, FileError};
use super::{Progress, Site};

/// The target of the device's programs.
pub(super) const NATIVE_TARGET: &str = "x86_64-unknown-linux-musl";

/// The oldest compiler the workspace builds with.
const OLDEST_RUST: (u32, u32) = (1, 95);

/// Why no toolchain can be used.
#[derive(Debug, thiserror::Error)]
pub enum ToolchainError {
    /// Neither way is complete.
    #[error("no Rust toolchain for {target}; missing: {}", list(.missing))]
    Missing {
        /// The target.
        target: &'static str,
        /// What would make one of the ways complete.
        missing: Vec<Missing>,
    },
    /// A program of the toolchain.
    #[error(transparent)]
    Child(#[from] ChildError),
    /// A file of the toolchain.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Something to install before a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// A package of Debian or Ubuntu: `apt-get install --no-install-recommends <package>`.
    Apt {
        /// Its name.
        package: &'static str,
        /// What it is for.
        reason: &'static str,
    },
    /// A target of the rustup toolchain: `rustup target add <target>`.
    RustTarget(&'static str),
}

impl std::fmt::Display for Missing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Apt { package, .. } => write!(formatter, "package {package}"),
            Self::RustTarget(target) => write!(formatter, "rustup target {target}"),
        }
    }
}

fn list(missing: &[Missing]) -> String {
    missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A file that a package brings, and why a build wants it.
struct Need(&'static str, &'static str, &'static str);

const KERNEL_NEEDS: [Need; 8] = [
    Need("/usr/bin/gcc", "gcc", "compiles the kernel"),
    Need("/usr/bin/make", "make", "builds the kernel"),
    Need("/usr/bin/flex", "flex", "reads the kernel's configuration"),
    Need("/usr/bin/bison", "bison", "reads the kernel's configuration"),
    Need("/usr/bin/bc", "bc", "computes the kernel's time constants"),
    Need("/usr/bin/xz", "xz-utils", "unpacks the kernel's source and packs the kernel"),
    Need("/usr/include/libelf.h", "libelf-dev", "checks the kernel's code"),
    Need("/usr/src/linux-source-6.12.tar.xz", "linux-source-6.12", "is the kernel's source"),
];

const DEBIAN_RUST_NEEDS: [Need; 3] = [
    Need("/usr/bin/rustc", "rustc-web", "compiles for targets that rustup has not installed"),
    Need("/usr/bin/cargo", "cargo-web", "builds the standard library for them"),
    Need(
        "/usr/lib/rustlib/src/rust/library/std/Cargo.toml",
        "rust-web-src",
        "is the standard library's source",
    ),
];

const DEBIAN_NATIVE_NEEDS: [Need; 3] = [
    Need("/usr/bin/gcc", "gcc", "links"),
    Need("/usr/bin/musl-gcc", "musl-tools", "brings the static C library"),
    Need("/usr/lib/llvm-19/lib/libunwind.a", "libunwind-19-dev", "brings the static unwinder"),
];

const C_APP_NEEDS: [Need; 4] = [
    Need("/usr/bin/clang-19", "clang-19", "compiles the C app of docs/apps.md"),
    Need("/usr/bin/wasm-ld-19", "lld-19", "links WebAssembly"),
    Need("/usr/include/wasm32-wasi/stdio.h", "wasi-libc", "is the C library of WebAssembly apps"),
    Need(
        "/usr/lib/llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a",
        "libclang-rt-19-dev-wasm32",
        "is what the C compiler calls by itself",
    ),
];

const DEBIAN_GUEST_NEEDS: [Need; 3] = [
    Need("/usr/bin/wasm-opt", "binaryen", "makes apps smaller"),
    Need("/usr/bin/wasm-ld-19", "lld-19", "links WebAssembly"),
    Need(
        "/usr/lib/rustlib/x86_64-unknown-linux-gnu/bin/wasm-component-ld",
        "rust-web-llvm",
        "makes components",
    ),
];

/// What is to be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The kernel.
    Kernel,
    /// The device's own programs.
    Programs,
    /// Apps from source. Bundling ready `.wasm` needs nothing but this tool.
    Apps,
    /// The app in C of docs/apps.md.
    CApp,
}

/// What this machine lacks for building `parts`; empty: it can begin.
#[must_use]
pub fn missing(site: &Site, parts: &[Part]) -> Vec<Missing> {
    let mut all = Vec::new();
    for part in parts {
        match part {
            Part::Kernel => all.extend(missing_of(&KERNEL_NEEDS)),
            Part::Programs => {
                // On either way: the C parts of crates are compiled against it.
                all.extend(missing_of(&[Need(
                    "/usr/bin/musl-gcc",
                    "musl-tools",
                    "compiles the C parts of crates",
                )]));
                if !rustup_has(site, NATIVE_TARGET) {
                    all.extend(missing_for(NATIVE_TARGET));
                }
            }
            Part::CApp => all.extend(missing_of(&C_APP_NEEDS)),
            Part::Apps if rustup_has(site, GuestTarget::P2.name()) => {}
            Part::Apps => all.extend(missing_for(GuestTarget::P2.name())),
        }
    }
    let mut seen = Vec::new();
    all.retain(|missing| {
        let name = missing.to_string();
        let fresh = !seen.contains(&name);
        seen.push(name);
        fresh
    });
    all
}

/// What Debian's way lacks for `target`; where the distribution has no such compiler, rustup's target.
fn missing_for(target: &'static str) -> Vec<Missing> {
    let parts: &[Need] = if target == NATIVE_TARGET { &DEBIAN_NATIVE_NEEDS } else { &DEBIAN_GUEST_NEEDS };
    let mut lacks = missing_of(&DEBIAN_RUST_NEEDS);
    if lacks.is_empty() && !debian_rust_is_new_enough() {
        let Need(_, package, reason) = DEBIAN_RUST_NEEDS[0];
        lacks.push(Missing::Apt { package, reason });
    }
    if !lacks.is_empty() && !apt_knows(DEBIAN_RUST_NEEDS[0].1) {
        return vec![Missing::RustTarget(target)];
    }
    lacks.extend(missing_of(parts));
    lacks
}

fn missing_of(needs: &[Need]) -> Vec<Missing> {
    needs
        .iter()
        .filter(|Need(file, ..)| !Path::new(file).exists())
        .map(|Need(_, package, reason)| Missing::Apt { package, reason })
        .collect()
}

fn apt_knows(package: &str) -> bool {
    child::answer(Command::new("apt-cache").args(["show", package])).is_ok_and(|text| !text.is_empty())
}

fn debian_rust_is_new_enough() -> bool {
    let Ok(version) = child::answer(Command::new("/usr/bin/rustc").arg("--version")) else { return false };
    // "rustc 1.96.0 (…)"
    let mut numbers = version.trim_start_matches("rustc ").split('.').map_while(|part| part.parse().ok());
    numbers.next().zip(numbers.next()).is_some_and(|found| found >= OLDEST_RUST)
}

/// Whether the toolchain that builds this checkout has `target`'s standard library.
fn rustup_has(site: &Site, target: &str) -> bool {
    rustup_sysroot(site).is_some_and(|sysroot| {
        let libraries = sysroot.join("lib/rustlib").join(target).join("lib");
        libraries.read_dir().is_ok_and(|mut entries| {
            entries.any(|entry| {
                entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
            })
        })
    })
}

fn rustup_sysroot(site: &Site) -> Option<PathBuf> {
    let mut rustc = Command::new("rustc");
    child::forget_outer_cargo(&mut rustc);
    child::answer(rustc.args(["--print", "sysroot"]).current_dir(&site.checkout)).ok().map(PathBuf::from)
}

/// Which compiler builds for a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Compiler {
    /// The checkout's own, whose standard library for the target is installed.
    Rustup { sysroot: PathBuf },
    /// Debian's; the standard library is built from source.
    Debian,
}

impl Compiler {
    /// The first way that is complete for `target`.
    pub(super) fn find(site: &Site, target: &'static str) -> Result<Self, ToolchainError> {
        if rustup_has(site, target)
            && let Some(sysroot) = rustup_sysroot(site)
        {
            return Ok(Self::Rustup { sysroot });
        }
        let missing = missing_for(target);
        if missing.is_empty() { Ok(Self::Debian) } else { Err(ToolchainError::Missing { target, missing }) }
    }

    /// `cargo build` for `target` with `flags` for its compiler, and none of this machine's paths in what it makes.
    pub(super) fn cargo_build(
        &self,
        site: &Site,
        target: &str,
        library: Library,
        flags: &[String],
    ) -> Command {
        let mut command = match self {
            Self::Rustup { .. } => Command::new("cargo"),
            Self::Debian => Command::new("/usr/bin/cargo"),
        };
        child::forget_outer_cargo(&mut command);
        command.current_dir(&site.checkout).args(["build", "--target", target]);
        // A bar that a pipe may have too: progress is read from it.
        command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "80");
        let sysroot = match self {
            Self::Rustup { sysroot } => sysroot.as_path(),
            Self::Debian => {
                command.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
                // Only what is named: no unwinder's backtraces, and the small variants of what is left.
                command.args(match library {
                    Library::Std => ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"],
                    // Where no C library is linked, memcpy and its like come with the compiler's own runtime.
                    Library::Alloc => [
                        "-Zbuild-std=core,alloc",
                        "-Zbuild-std-features=optimize_for_size,compiler-builtins-mem",
                    ],
                });
                Path::new("/usr")
            }
        };
        let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
        let mut all =
            vec![remap(&site.checkout, "/vyoma"), remap(&sysroot.join("lib/rustlib/src/rust"), "/rust")];
        all.extend(home.as_deref().map(|home| remap(home, "/cargo")));
        all.extend_from_slice(flags);
        command.env("CARGO_ENCODED_RUSTFLAGS", all.join("\x1f"));
        command
    }
}

fn remap(from: &Path, to: &str) -> String {
    format!("--remap-path-prefix={}={to}", from.display())
}

/// Runs a cargo command; tells `progress` from its bar, and `on_line` everything else.
pub(super) fn run_cargo(
    command: &mut Command,
    step: &str,
    progress: &mut dyn Progress,
    mut on_line: impl FnMut(&str),
) -> Result<(), ChildError> {
    progress.update(step, 0, 0);
    let mut last = (0, 0);
    child::run(command, |line| match bar(line) {
        Some((done, total)) => {
            last = (done, total);
            progress.update(step, done, total);
        }
        None => on_line(line),
    })?;
    progress.update(step, last.1.max(1), last.1.max(1));
    Ok(())
}

/// "    Building [====>      ] 12/57: wasmtime, object" → 12 of 57.
fn bar(line: &str) -> Option<(u64, u64)> {
    let (_, rest) = line.split_once("Building [")?;
    let (_, counts) = rest.split_once("] ")?;
    let (done, rest) = counts.trim_start().split_once('/')?;
    let total: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((done.parse().ok()?, total.parse().ok()?))
}

/// How much of Rust's library a program stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Library {
    /// All of it.
    Std,
    /// `core` and `alloc` alone: the program brings its allocator, its entry and its panic handler along.
    Alloc,
}

/// What an app is compiled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuestTarget {
    /// A component of the world `wasi:cli/command`.
    P2,
    /// A core module with `_start`.
    P1,
}

impl GuestTarget {
    /// The target's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::P2 => "wasm32-wasip2",
            Self::P1 => "wasm32-wasip1",
        }
    }
}

/// What makes a program without the standard library smaller by a fourteenth: addresses are constants, since nothing is
/// loaded beside it; the linker writes each in as few bytes as it needs, which it does for stripped programs alone; and
/// the stack, which lies before the data, is not so large that every address needs four.
const SMALL_PROGRAM: [&str; 4] = [
    "-Crelocation-model=static",
    "-Cstrip=symbols",
    "-Clink-arg=--compress-relocations",
    "-Clink-arg=-zstack-size=262144",
];

/// Compiles apps.
#[derive(Debug, Clone)]
pub struct GuestToolchain {
    target: GuestTarget,
    compiler: Compiler,
    /// Debian's way: folders that stand in for what rustup brings.
    parts: Option<GuestParts>,
}

#[derive(Debug, Clone)]
struct GuestParts {
    /// Holds `wasm-ld` and `rust-lld`.
    tools: PathBuf,
    /// Holds libc.a and crt1-command.o of the target.
    libc: PathBuf,
}

impl GuestToolchain {
    /// Finds or prepares the toolchain for `target`; may fetch one package of Debian into the cache.
    ///
    /// # Errors
    /// [`ToolchainError`] says what to install, or what failed while preparing.
    pub fn find(
        site: &Site,
        target: GuestTarget,
        progress: &mut dyn Progress,
    ) -> Result<Self, ToolchainError> {
        let compiler = Compiler::find(site, target.name())?;
        let parts = match compiler {
            Compiler::Rustup { .. } => None,
            Compiler::Debian => Some(GuestParts {
                tools: linker_links(site)?,
                libc: wasi_libc::find(site, progress)?.join(match target {
                    GuestTarget::P2 => "wasm32-wasip2",
                    GuestTarget::P1 => "wasm32-wasi",
                }),
            }),
        };
        Ok(Self { target, compiler, parts })
    }

    /// A cargo command that builds for this target; the caller adds what to build.
    pub(super) fn cargo_build(&self, site: &Site, library: Library) -> Command {
        let mut flags = Vec::new();
        if library == Library::Alloc {
            // No start-up code: the entry is an export of the program's own.
            flags.extend(["-Clink-self-contained=no", "-Clink-arg=--no-entry"].map(str::to_owned));
            flags.extend(SMALL_PROGRAM.map(str::to_owned));
        }
        let Some(parts) = &self.parts else {
            if let (Library::Alloc, Compiler::Rustup { sysroot }) = (library, &self.compiler) {
                // Its libraries are built to find memcpy and its like in the C library.
                let place = sysroot.join("lib/rustlib").join(self.target.name()).join("lib/self-contained");
                flags.extend([format!("-Clink-arg=-L{}", place.display()), "-Clink-arg=-lc".to_owned()]);
            }
            return self.compiler.cargo_build(site, self.target.name(), library, &flags);
        };
        match library {
            Library::Std => flags.extend([
                "-Clink-self-contained=no".to_owned(),
                format!("-L{}", parts.libc.display()),
                format!("-Clink-arg={}", parts.libc.join("crt1-command.o").display()),
            ]),
            // A panic is a trap at once: no message is put together that nobody reads.
            Library::Alloc => {
                flags.extend(["-Zunstable-options", "-Cpanic=immediate-abort"].map(str::to_owned));
            }
        }
        if self.target == GuestTarget::P1 {
            flags.extend(["-Clinker=wasm-ld", "-Clinker-flavor=wasm-ld"].map(str::to_owned));
        }
        let mut command = self.compiler.cargo_build(site, self.target.name(), library, &flags);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let ours = [parts.tools.clone(), PathBuf::from("/usr/lib/rustlib/x86_64-unknown-linux-gnu/bin")];
        if let Ok(path) = std::env::join_paths(ours.into_iter().chain(std::env::split_paths(&path))) {
            command.env("PATH", path);
        }
        command
    }
}

/// A folder in the cache in which LLVM's linker has the names that rustc calls.
fn linker_links(site: &Site) -> Result<PathBuf, ToolchainError> {
    let folder = site.cache.join("toolchain/lld-19");
    files::make_folder(&folder)?;
    for name in ["wasm-ld", "rust-lld"] {
        let link = folder.join(name);
        if !link.exists() {
            // Of two builds that begin together one comes second.
            match std::os::unix::fs::symlink("/usr/bin/wasm-ld-19", &link) {
                Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                    return Err(files::failed("link", &link)(error).into());
                }
                _ => {}
            }
        }
    }
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bar_of_cargo_is_read() {
        assert_eq!(bar("    Building [=====>        ] 12/57: wasmtime, object"), Some((12, 57)));
        assert_eq!(bar("   Compiling object v0.1"), None);
    }

    #[test]
    fn missing_is_named_for_people() {
        let missing =
            [Missing::Apt { package: "flex", reason: "reads" }, Missing::RustTarget("wasm32-wasip2")];
        assert_eq!(list(&missing), "package flex, rustup target wasm32-wasip2");
    }
}
