//! What this machine has and lacks, and making up for what it lacks.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::build::{self, Missing, Part, Site};
use crate::qemu;
use crate::report::Outcome;

/// What is to be done on this machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// Build apps.
    Apps,
    /// Run apps in the simulator.
    Sim,
    /// Build an image.
    Build,
    /// Build and boot one.
    Run,
    /// Everything, and the apps of the documents.
    Test,
}

/// Something that is missing, with what it is for.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Lack {
    what: Missing,
    why: &'static str,
}

/// Why the machine cannot do what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// Things are missing, and the tool may not install them.
    #[error("this machine lacks {what}; run\n\n    {command}\n")]
    Lacks {
        /// What.
        what: String,
        /// One command, or one a line, that changes this.
        command: String,
    },
    /// They were installed, or so said the installer, and are still missing.
    #[error("`{command}` did not bring {what}")]
    StillLacks {
        /// The command that ran.
        command: String,
        /// What is missing.
        what: String,
    },
}

/// Packages whose parts may show only after others came.
const ROUNDS: usize = 3;

/// Makes sure that this machine has what `purpose` needs: installs it where that may be done without asking.
///
/// # Errors
/// [`DoctorError`] with the command for a person.
pub fn ensure(site: &Site, purpose: Purpose, say: &mut dyn FnMut(&str)) -> Result<(), DoctorError> {
    let mut lacks = lacks(site, purpose);
    if lacks.is_empty() {
        return Ok(());
    }
    let Some(become_root) = privilege() else {
        return Err(DoctorError::Lacks { what: names(&lacks), command: commands(&lacks, "sudo ") });
    };
    // What a package is called, and whether there is one, is only known from fresh lists.
    say("vyoma: reading the lists of packages");
    let _ = run(&format!("{become_root}apt-get -qq update"));
    let mut command = String::new();
    for _ in 0..ROUNDS {
        lacks = self::lacks(site, purpose);
        if lacks.is_empty() {
            return Ok(());
        }
        command = commands(&lacks, become_root);
        for line in command.lines() {
            say(&format!("vyoma: {line}"));
            if !run(line) {
                return Err(DoctorError::Lacks { what: names(&lacks), command });
            }
        }
    }
    lacks = self::lacks(site, purpose);
    if lacks.is_empty() { Ok(()) } else { Err(DoctorError::StillLacks { command, what: names(&lacks) }) }
}

/// Prints what this machine has and lacks.
#[must_use]
pub fn examine(site: &Site) -> Outcome {
    let facts = [
        ("checkout", site.checkout.display().to_string()),
        ("cache", site.cache.display().to_string()),
        ("cargo", first_line("cargo", "--version")),
        ("C compiler", first_line("gcc", "--version")),
        ("QEMU", first_line(qemu::PROGRAM, "--version")),
        ("KVM", kvm().to_owned()),
        (
            "desktop",
            qemu::window_display().map_or("none: pictures go to VNC on loopback", |_| "yes").to_owned(),
        ),
    ];
    for (what, found) in facts {
        println!("{what:<12} {found}");
    }
    let lacks = lacks(site, Purpose::Run);
    if lacks.is_empty() {
        println!("\nNothing is missing: `cargo vyoma run`, `sim` and `test` can begin.");
        return Outcome::Success;
    }
    println!("\nMissing:");
    for lack in &lacks {
        println!("  {:<28} {}", lack.what.to_string(), lack.why);
    }
    let root = privilege();
    println!("\nInstall it with\n\n{}", indent(&commands(&lacks, root.unwrap_or("sudo "))));
    if root.is_some() {
        println!("\n`cargo vyoma run`, `sim` and `test` do that by themselves.");
    }
    Outcome::Failed
}

fn lacks(site: &Site, purpose: Purpose) -> Vec<Lack> {
    let parts: &[Part] = match purpose {
        Purpose::Apps => &[Part::Apps],
        Purpose::Sim => &[Part::Programs, Part::Apps],
        Purpose::Build | Purpose::Run => &[Part::Kernel, Part::Programs, Part::Apps],
        Purpose::Test => &[Part::Kernel, Part::Programs, Part::Apps, Part::CApp],
    };
    let mut lacks: Vec<Lack> = build::missing(site, parts)
        .into_iter()
        .map(|what| match what {
            Missing::Apt { reason, .. } => Lack { what, why: reason },
            Missing::RustTarget(_) => Lack { what, why: "the standard library for it" },
        })
        .collect();
    if matches!(purpose, Purpose::Run | Purpose::Test) && on_path(qemu::PROGRAM).is_none() {
        let reason = "boots the image";
        lacks.push(Lack { what: Missing::Apt { package: "qemu-system-x86", reason }, why: reason });
    }
    // An ordinary user's path lacks the folder of such tools.
    if purpose == Purpose::Test
        && on_path("mkfs.ext4").is_none()
        && !std::path::Path::new("/usr/sbin/mkfs.ext4").is_file()
    {
        let reason = "makes and checks disks for tests";
        lacks.push(Lack { what: Missing::Apt { package: "e2fsprogs", reason }, why: reason });
    }
    lacks
}

fn names(lacks: &[Lack]) -> String {
    lacks.iter().map(|lack| lack.what.to_string()).collect::<Vec<_>>().join(", ")
}

/// The commands that bring what is missing: one for all packages, one for all targets.
fn commands(lacks: &[Lack], become_root: &str) -> String {
    let (mut packages, mut targets) = (String::new(), String::new());
    for lack in lacks {
        match lack.what {
            Missing::Apt { package, .. } => packages.extend([" ", package]),
            Missing::RustTarget(target) => targets.extend([" ", target]),
        }
    }
    let mut lines = Vec::new();
    if !packages.is_empty() {
        lines.push(format!("{become_root}apt-get install --yes --no-install-recommends{packages}"));
    }
    if !targets.is_empty() {
        lines.push(format!("rustup target add{targets}"));
    }
    lines.join("\n")
}

/// What goes before a command of root's: nothing for root, `sudo` where it asks nothing; `None`: a person is needed.
fn privilege() -> Option<&'static str> {
    on_path("apt-get")?;
    if rustix::process::geteuid().is_root() {
        return Some("");
    }
    let sudo = on_path("sudo").is_some() && run("sudo -n true");
    sudo.then_some("sudo -n ")
}

/// Runs a command made of plain words; what it says goes to stderr.
fn run(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let Some(program) = words.next() else { return false };
    let mut command = Command::new(program);
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command.stdout(std::io::stderr());
    command.status().is_ok_and(|status| status.success())
}

fn on_path(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn first_line(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).stdin(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().map_or_else(|| "missing".to_owned(), str::to_owned)
}

fn kvm() -> &'static str {
    let device = Path::new("/dev/kvm");
    if !device.exists() {
        "none: the guest is emulated"
    } else if std::fs::OpenOptions::new().read(true).write(true).open(device).is_err() {
        "not for this user: the guest is emulated (add yourself to the group `kvm`)"
    } else {
        "there; a short boot proves it before it is used"
    }
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_packages_are_one_command_and_targets_another() {
        let apt = |package| Lack { what: Missing::Apt { package, reason: "" }, why: "" };
        let lacks = [apt("bc"), Lack { what: Missing::RustTarget("wasm32-wasip2"), why: "" }, apt("flex")];
        assert_eq!(
            commands(&lacks, "sudo "),
            "sudo apt-get install --yes --no-install-recommends bc flex\nrustup target add wasm32-wasip2"
        );
        assert_eq!(names(&lacks), "package bc, rustup target wasm32-wasip2, package flex");
    }

    #[test]
    fn on_path_finds_programs_only() {
        assert!(on_path("sh").is_some());
        assert!(on_path("no-such-program").is_none());
    }
}
