//! The apps of docs/apps.md, built from the page's own text.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use super::apps;
use super::guest::{Code, Guest, Script};
use super::judge;
use super::judge::Look::{Ink, Is};
use super::lab::{Lab, Verdict};
use super::scene::{Rule, Scene};
use crate::build::{self, GuestTarget, Site};
use crate::report::chain;
use crate::sim::chord;
use control_protocol::InjectedInput as Input;

const PAGE: &str = include_str!("../../../docs/apps.md");

/// An app for sockets.
const SOCKETS: &str = include_str!("files/sockets/main.rs");

/// The compiler that the page names.
const CLANG: &str = "clang-19";

/// How an app of the page is built.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Language {
    /// A package, for `wasm32-wasip2`.
    Rust,
    /// One file, for `wasm32-wasip1`.
    C,
}

/// The page's files of an app: path below its folder, and text.
fn files(app: &str) -> Vec<(&'static str, String)> {
    let mut files: Vec<(&str, String)> = Vec::new();
    let mut open = false;
    for line in PAGE.lines() {
        if let Some(info) = line.strip_prefix("```") {
            let file = info.split(' ').nth(1).and_then(|path| path.strip_prefix(app)?.strip_prefix('/'));
            open = file.is_some();
            files.extend(file.map(|file| (file, String::new())));
        } else if let Some((_, text)) = files.last_mut().filter(|_| open) {
            text.push_str(line);
            text.push('\n');
        }
    }
    files
}

/// Builds an app of the page in `folder`; its WebAssembly.
pub(super) fn build(site: &Site, app: &str, language: Language, folder: &Path) -> Result<Vec<u8>, String> {
    // The page's `vyoma` is this checkout, and what is depended on is what the checkout does.
    let failed = |error: std::io::Error| error.to_string();
    std::os::unix::fs::symlink(&site.checkout, folder.join("vyoma")).map_err(failed)?;
    let folder = &folder.join(app);
    for (name, text) in files(app) {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(failed)?;
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let lock = "Cargo.lock";
    std::fs::copy(site.checkout.join(lock), folder.join(lock)).map_err(failed)?;
    let wasm = match language {
        Language::Rust => build::compile_app(site, folder, GuestTarget::P2, &mut |_: &str, _, _| {})
            .map_err(|error| chain(&error))?,
        Language::C => {
            let wasm = folder.join("app.wasm");
            let mut clang = Command::new(CLANG);
            clang.args(["--target=wasm32-wasi", "-O2", "-o"]).arg(&wasm);
            clang.arg(folder.join(format!("{app}.c")));
            build::run_child(&mut clang, |_| {}).map_err(|error| chain(&error))?;
            wasm
        }
    };
    std::fs::read(&wasm).map_err(|error| format!("{}: {error}", wasm.display()))
}

/// The WebAssembly of `files/sockets`, built once.
pub(super) fn sockets(site: &Site) -> Result<Vec<u8>, String> {
    static BUILT: OnceLock<Result<Vec<u8>, String>> = OnceLock::new();
    let build = || {
        let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
        let failed = |error: std::io::Error| error.to_string();
        std::fs::create_dir(folder.path().join("src")).map_err(failed)?;
        // As the page's Rust app is built.
        let (_, package) =
            files("counter").into_iter().find(|(name, _)| *name == "Cargo.toml").unwrap_or_default();
        let package = package.replace("\"counter\"", "\"sockets\"");
        std::fs::write(folder.path().join("Cargo.toml"), package).map_err(failed)?;
        std::fs::write(folder.path().join("src/main.rs"), SOCKETS).map_err(failed)?;
        let wasm = build::compile_app(site, folder.path(), GuestTarget::P2, &mut |_: &str, _, _| {})
            .map_err(|error| chain(&error))?;
        std::fs::read(&wasm).map_err(|error| format!("{}: {error}", wasm.display()))
    };
    BUILT.get_or_init(build).clone()
}

fn guest(app: &'static str, language: Language) -> Guest {
    let manifest = files(app).into_iter().find(|(name, _)| *name == "vyoma.toml").map(|(_, text)| text);
    let code = Code::OfPage { app, language };
    let manifest = manifest.unwrap_or_default();
    // Scenes name every program alike.
    let manifest = manifest.replace(&format!("\"{app}.wasm\""), "\"app.wasm\"");
    Guest { code, ..Guest::with_manifest(app, manifest, Script::new()) }
}

/// On 640x480 the pages' 320x200 are twice as large, 40 pixels from the top.
pub(super) fn rust() -> Scene {
    let mut scene = Scene::new("page-rust");
    scene.guests = vec![guest("counter", Language::Rust)];
    scene.rules = vec![Rule::new(
        "1.app.wasm.wasip2",
        "a wasm32-wasip2 command component is an app: the Rust app of docs/apps.md",
        |lab: &mut Lab| -> Verdict {
            lab.focused("counter")?;
            lab.inject(&[Input::Move { x: 320, y: 300 }])?;
            for _ in 0..2 {
                lab.inject(&[true, false].map(|pressed| Input::Button { button: 0, pressed }))?;
            }
            lab.screen(|picture| {
                let bar = [
                    Is((0, 40, 80, 20), 0xff_b454),
                    Is((82, 40, 200, 20), 0x0b_1020),
                    Ink((48, 200, 200, 80)),
                ];
                judge::judge(picture, &bar, (0, 0, 0, 0))
            })
        },
    )];
    scene
}

/// The canvas is the screen's: 640x480.
pub(super) fn toolkit() -> Scene {
    let mut scene = Scene::new("page-toolkit");
    scene.guests = vec![guest("tally", Language::Rust)];
    scene.rules = vec![Rule::new(
        "A.tally",
        "the toolkit's app of docs/apps.md counts by keys, pointer and finger, and closes",
        |lab: &mut Lab| -> Verdict {
            lab.focused("tally")?;
            let button = Is((190, 430, 30, 4), 0xff_b454);
            lab.screen(|picture| judge::judge(picture, &[button], (0, 0, 0, 0)))?;
            let number = (200, 100, 240, 280);
            let mut seen = apps::settled(lab, number, None)?;
            apps::tap(lab, 320, 440)?;
            seen = apps::settled(lab, number, Some(&seen))?;
            apps::click(lab, 320, 440)?;
            seen = apps::settled(lab, number, Some(&seen))?;
            for name in ["Tab", "Tab", "Enter"] {
                apps::key(lab, name)?;
            }
            apps::settled(lab, number, Some(&seen))?;
            apps::leave(lab, "tally")
        },
    )];
    scene
}

pub(super) fn c() -> Scene {
    let mut scene = Scene::new("page-c");
    scene.guests = vec![guest("dot", Language::C)];
    scene.rules = vec![Rule::new(
        "1.app.wasm.wasip1",
        "a wasm32-wasip1 core module with _start is an app: the C app of docs/apps.md",
        |lab: &mut Lab| -> Verdict {
            lab.focused("dot")?;
            let at = |x: i32| [Is((x, 220, 40, 40), 0xff_b454), Is((0, 220, x, 40), 0x0b_1020)];
            lab.screen(|picture| judge::judge(picture, &at(40), (0, 0, 0, 0)))?;
            let right = chord("Right").ok_or("no such key")?;
            lab.inject(&[true, false].map(|pressed| Input::Key { code: right.key, pressed }))?;
            lab.screen(|picture| judge::judge(picture, &at(60), (0, 0, 0, 0)))?;
            let c = chord("Ctrl+c").ok_or("no such key")?;
            let press = |pressed| [c.held[0], c.key].map(|code| Input::Key { code, pressed });
            lab.inject(&[press(true), press(false)].concat())?;
            super::manifest::expect_end(lab, "dot", ("ended", false))
        },
    )];
    scene
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_pages_apps_are_found() {
        for (app, expected) in [
            ("counter", vec!["Cargo.toml", "vyoma.toml", "src/main.rs"]),
            ("tally", vec!["Cargo.toml", "vyoma.toml", "src/main.rs"]),
            ("dot", vec!["vyoma.toml", "dot.c"]),
            ("light", vec!["vyoma.toml", "main.zig"]),
        ] {
            let found = files(app);
            assert_eq!(found.iter().map(|(name, _)| *name).collect::<Vec<_>>(), expected);
            assert!(found.iter().all(|(_, text)| text.lines().count() > 8), "{found:?}");
        }
    }

    #[test]
    fn an_app_of_the_toolkit_is_short() {
        let (_, text) = files("tally").into_iter().find(|(name, _)| *name == "src/main.rs").unwrap();
        assert!(text.lines().count() < 40, "{} lines", text.lines().count());
    }

    #[test]
    fn manifests_of_the_page_are_right() {
        for app in ["counter", "tally", "dot", "light"] {
            let (_, text) = files(app).into_iter().find(|(name, _)| *name == "vyoma.toml").unwrap();
            let checked = ::manifest::Manifest::parse("vyoma.toml", &text).unwrap();
            assert!(checked.warnings.is_empty(), "{:?}", checked.warnings);
        }
    }
}
