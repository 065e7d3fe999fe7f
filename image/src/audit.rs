//! `vyoma audit`: what every app is granted, what its process can ask of the kernel, and which programs there are.
//!
//! Of an image, its finished initramfs is read, not the sources: the page tells of what a device runs. Only the lists of
//! system calls are those of this tool's checkout, from which the image's programs are built.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use manifest::{Capabilities, EventSet, Manifest};
use syscalls::{Filter, Libc, ListError};

use crate::build::{self, Content, InitramfsError, Kind};
use crate::report::{CommandError, Outcome};

/// Columns of a line that lists names.
const WIDTH: usize = 100;

/// What makes an audit impossible.
#[derive(Debug, thiserror::Error)]
enum AuditError {
    /// No image.
    #[error("{path} is not there: `cargo vyoma build` makes the image")]
    NoImage { path: String },
    /// No initramfs.
    #[error(transparent)]
    Initramfs(#[from] InitramfsError),
    /// An app of the image whose manifest the device would refuse.
    #[error(transparent)]
    Manifest(#[from] manifest::Invalid),
    /// A manifest that is no text.
    #[error("/{0} is not UTF-8")]
    Text(String),
    /// The lists of system calls.
    #[error(transparent)]
    Lists(#[from] ListError),
}

/// Prints the audit of the initramfs at `path`; [`Outcome::Failed`] if it holds a program that should not be there.
///
/// # Errors
/// [`CommandError`] when there is no image, or none that a device would run.
pub fn image(path: &Path) -> Result<Outcome, CommandError> {
    let (text, outcome) = of_image(path).map_err(CommandError::build)?;
    print!("{text}");
    Ok(outcome)
}

/// Prints the audit of the app in `folder`.
///
/// # Errors
/// [`CommandError`] when its manifest is not right; each fault has its line and column.
pub fn app(folder: &Path) -> Result<Outcome, CommandError> {
    let manifest = build::read_manifest(folder).map_err(CommandError::build)?.value;
    print!("{}", of_app(&manifest).map_err(CommandError::build)?);
    Ok(Outcome::Success)
}

fn of_image(path: &Path) -> Result<(String, Outcome), AuditError> {
    if !path.is_file() {
        return Err(AuditError::NoImage { path: path.display().to_string() });
    }
    of_contents(&build::contents(path)?)
}

fn of_contents(contents: &[Content]) -> Result<(String, Outcome), AuditError> {
    let mut text = String::new();
    let manifests = contents.iter().filter(|file| {
        file.name
            .strip_prefix("apps/")
            .and_then(|rest| rest.split_once('/'))
            .is_some_and(|(_, n)| n == "vyoma.toml")
    });
    for file in manifests {
        let source = std::str::from_utf8(&file.bytes).map_err(|_| AuditError::Text(file.name.clone()))?;
        text += &of_app(&Manifest::parse(&format!("/{}", file.name), source)?.value)?;
        text.push('\n');
    }
    text += "compositor, for all of them\n";
    text += &calls(Filter::Compositor)?;
    text += "\nprograms\n";
    let mut outcome = Outcome::Success;
    for file in contents {
        let kind = build::kind(&file.bytes);
        if kind == Kind::Data && !file.is_executable {
            continue;
        }
        let expected = match (&kind, PROGRAMS.contains(&&*file.name)) {
            (Kind::Static, true) => file.is_executable,
            (Kind::Object, false) => !file.is_executable,
            _ => false,
        };
        let kind = match kind {
            Kind::Static => "static program, no interpreter, no library".to_owned(),
            Kind::Dynamic(what) => format!("program that wants {what}"),
            Kind::Object => "compiled app: an object, which the kernel does not execute".to_owned(),
            Kind::Script => "script".to_owned(),
            Kind::Data => "data that is marked as a program".to_owned(),
        };
        let mark = if expected { "" } else { "  <- this should not be in an image" };
        if !expected {
            outcome = Outcome::Failed;
        }
        // Writing to a text cannot fail.
        let _ = writeln!(text, "  {:>9}  /{}: {kind}{mark}", file.bytes.len(), file.name);
    }
    Ok((text, outcome))
}

/// The only files of an image that are executed.
const PROGRAMS: [&str; 3] = ["init", "bin/compositor", "bin/app-host"];

fn of_app(manifest: &Manifest) -> Result<String, ListError> {
    let Manifest { name, version, capabilities, limits, window, .. } = manifest;
    let mut text = format!("{name} {version}\n");
    let mut line = |key: &str, value: &str| text += &format!("  {key:<13}{value}\n");
    let granted = grants(capabilities);
    line("granted", if granted.is_empty() { "nothing" } else { &granted });
    let events: Vec<&str> = EventSet::NAMES
        .iter()
        .filter(|(_, event)| manifest.events.contains(*event))
        .map(|(n, _)| *n)
        .collect();
    if !events.is_empty() {
        line("events", &events.join(", "));
    }
    line(
        "limits",
        &format!(
            "{} of memory, {} % of one core, {}",
            size(limits.memory),
            limits.cpu,
            if capabilities.filesystem {
                format!("{} under /data", size(limits.data))
            } else {
                "no files".into()
            }
        ),
    );
    if capabilities.display {
        let length = |n: Option<u32>| n.map_or("the screen's".to_owned(), |n| n.to_string());
        let place = match (window.x, window.y) {
            (None, None) => String::new(),
            (x, y) => format!(" at {},{}", x.unwrap_or(0), y.unwrap_or(0)),
        };
        let wish = format!(
            "width {}, height {}{place}, layer {}{}",
            length(window.w),
            length(window.h),
            window.z.unwrap_or(10),
            if window.resizable { ", resizable" } else { "" }
        );
        line("window", &wish);
    }
    if capabilities.network {
        let ports = match capabilities.network_port {
            Some(port) => format!("connects anywhere by TCP; listens on {port} alone"),
            None => "connects anywhere by TCP; listens on any from 1024 up".to_owned(),
        };
        line("ports", &ports);
    } else {
        line("ports", "none: its network has no interface but its own");
    }
    text += &calls(Filter::of(capabilities))?;
    Ok(text)
}

fn grants(capabilities: &Capabilities) -> String {
    let Capabilities {
        stdio,
        filesystem,
        network,
        network_port: _,
        display,
        shell,
        mouse,
        touch,
        audio,
        watchdog_secs,
    } = *capabilities;
    let mut all: Vec<String> = [
        (stdio, "stdio"),
        (filesystem, "filesystem"),
        (network, "network"),
        (display, "display"),
        (shell, "shell (every verb of the system)"),
        (mouse, "mouse"),
        (touch, "touch"),
        (audio, "audio"),
    ]
    .iter()
    .filter(|(granted, _)| *granted)
    .map(|(_, name)| (*name).to_owned())
    .collect();
    if watchdog_secs > 0 {
        all.push(format!("a watchdog of {watchdog_secs} s"));
    }
    all.join(", ")
}

/// The calls a filter lets through; a star marks those of which only some arguments pass.
fn calls(filter: Filter) -> Result<String, ListError> {
    let rules = syscalls::rules(filter, Libc::Musl)?;
    let names: BTreeSet<String> = rules
        .iter()
        .map(|rule| format!("{}{}", rule.syscall, if rule.has_conditions() { "*" } else { "" }))
        .collect();
    let mut text = format!("  {:<13}{} (* with some arguments only)\n", "system calls", names.len());
    let mut line = String::new();
    for name in &names {
        if line.len() + name.len() > WIDTH {
            text += &format!("    {}\n", line.trim_end());
            line.clear();
        }
        line += name;
        line.push(' ');
    }
    text += &format!("    {}\n", line.trim_end());
    Ok(text)
}

fn size(bytes: u64) -> String {
    match bytes {
        _ if bytes.is_multiple_of(1 << 20) => format!("{} MiB", bytes >> 20),
        _ if bytes.is_multiple_of(1 << 10) => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, is_executable: bool, bytes: &[u8]) -> Content {
        Content { name: name.into(), is_executable, bytes: bytes.into() }
    }

    const APP: &[u8] = b"[app]\nname = \"hello\"\nversion = \"1.2.0\"\nwasm = \"app.wasm\"\n\
        [capabilities]\nstdio = true\ndisplay = true\nnetwork = true\nnetwork_port = 8080\n\
        [limits]\nmemory = 16777216\n";

    #[test]
    fn audit_of_an_app_tells_grants_limits_ports_and_calls() {
        let (text, _) = of_contents(&[file("apps/hello/vyoma.toml", false, APP)]).unwrap();
        for part in [
            "hello 1.2.0\n",
            "granted      stdio, network, display",
            "16 MiB of memory, 100 % of one core, no files",
            "listens on 8080 alone",
            "layer 10",
            " connect ",
            "socket*",
        ] {
            assert!(text.contains(part), "{part}:\n{text}");
        }
        let count = |filter| {
            syscalls::rules(filter, Libc::Musl)
                .unwrap()
                .into_iter()
                .map(|r| r.syscall)
                .collect::<BTreeSet<_>>()
                .len()
        };
        assert!(text.contains(&format!("system calls {} (*", count(Filter::Network))), "{text}");
        assert!(text.contains(&format!("system calls {} (*", count(Filter::Compositor))), "{text}");
        assert!(!text.contains(" openat"), "{text}");
    }

    #[test]
    fn audit_names_what_should_not_be_in_an_image() {
        let this = std::fs::read("/proc/self/exe").unwrap();
        let script = file("apps/x/run", false, b"#!/bin/sh\n");
        for (odd, said) in [
            (file("bin/extra", true, &this), "/bin/extra: program that wants /lib"),
            (script, "/apps/x/run: script"),
            (file("apps/x/data", true, b"text"), "/apps/x/data: data that is marked as a program"),
        ] {
            let (text, outcome) = of_contents(&[odd]).unwrap();
            assert_eq!(outcome, Outcome::Failed);
            assert!(text.contains(said) && text.contains("should not be in an image"), "{text}");
        }
        let (_, outcome) = of_contents(&[file("etc/vyoma/boot.toml", false, b"")]).unwrap();
        assert_eq!(outcome, Outcome::Success);
    }

    #[test]
    fn audit_without_an_image_says_what_makes_one() {
        let error = of_image(Path::new("/nowhere/initramfs")).unwrap_err().to_string();
        assert!(error.contains("`cargo vyoma build`"), "{error}");
    }
}
