//! Section 1: `app.wasm_sha256`, and bundles of which a byte is another than their lists say.

use control_protocol::driver::Report;

use super::guest::{Guest, Script};
use super::lab::{Lab, Verdict};
use super::manifest::expect_end;
use super::scene::{Rule, Scene};

/// The first lines of a manifest; what a rule adds follows.
const APP: &str = "[app]\nname = \"NAME\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n";

const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

/// Apps of the image.
pub(super) fn of_image() -> Scene {
    let mut scene = Scene::new("bundles");
    // Something runs whatever becomes of the others.
    scene.guests = vec![Guest::plain("witness", Script::new().say("runs").stay())];
    scene.rules = vec![
        hashed("1.wasm_sha256.capitals", "wasm_sha256 in capitals: the app runs", "$SHA256"),
        hashed("1.wasm_sha256.small", "wasm_sha256 in small letters: the app runs", "$sha256"),
        not_taken_in(
            "1.wasm_sha256.other",
            "another wasm_sha256 refuses the app, and both hashes are told",
            "vyoma.toml: app.wasm_sha256 is 0000000000000000000000000000000000000000000000000000000000000000, \
             bundle.hashes says ",
            |name| {
                let manifest = APP.replace("NAME", name) + &format!("wasm_sha256 = \"{}\"\n", "0".repeat(64));
                Guest::with_manifest(name, manifest, Script::new().stay())
            },
        ),
        refused(
            "1.bundle.code",
            "a changed byte of its code refuses an app",
            "app.cwasm: it has 5 bytes, ",
            |guest| guest.tampered("app.cwasm", Some(b"other")),
        ),
        refused("1.bundle.icon", "a changed byte of its icon does", "icon.svg: its SHA-256 is ", |guest| {
            guest.file("icon.svg", ICON).tampered("icon.svg", Some(ICON.replace("20", "19").as_bytes()))
        }),
        refused(
            "1.bundle.file",
            "a changed byte of a file of its own does",
            "files/level/1: its SHA-256 is ",
            |guest| guest.file("files/level/1", "one").tampered("files/level/1", Some(b"onf")),
        ),
        refused(
            "1.bundle.more",
            "an additional file does",
            "more is in the bundle, but not in bundle.hashes",
            |guest| guest.tampered("more", Some(b"more")),
        ),
        refused(
            "1.bundle.less",
            "a missing file does",
            "less is in bundle.hashes, but not in the bundle",
            |guest| guest.file("less", "less").tampered("less", None),
        ),
        not_taken_in(
            "1.bundle.manifest",
            "a changed byte of its manifest does",
            "vyoma.toml: its SHA-256 is ",
            |name| {
                let other = APP.replace("NAME", name).replace("1.0.0", "1.0.1") + "\n";
                Guest::new(name, "", Script::new().stay()).tampered("vyoma.toml", Some(other.as_bytes()))
            },
        ),
        not_taken_in(
            "1.bundle.list",
            "a list that is none does",
            "bundle.hashes:1: `vyoma-bundle 1` would be right",
            |name| Guest::plain(name, Script::new().stay()).tampered("bundle.hashes", Some(b"none")),
        ),
        not_taken_in(
            "1.bundle.without_list",
            "a bundle without a list is none",
            "bundle.hashes: No such file",
            |name| Guest::plain(name, Script::new().stay()).tampered("bundle.hashes", None),
        ),
        Rule::new("1.bundle.others", "the app beside them runs", |lab| lab.line("witness", "runs").map(drop)),
    ];
    scene
}

fn name_of(id: &str) -> String {
    id.replace(['.', '_'], "-")
}

fn hashed(id: &'static str, says: &'static str, hash: &str) -> Rule {
    let name = name_of(id);
    let manifest =
        APP.replace("NAME", &name) + &format!("wasm_sha256 = \"{hash}\"\n[capabilities]\nstdio = true\n");
    let guest = Guest::with_manifest(&name, manifest, Script::new().say("runs").stay());
    Rule::new(id, says, move |lab| lab.line(&name, "runs").map(drop)).with(guest)
}

/// The app's own process finds it, before it loads anything.
fn refused(id: &'static str, says: &'static str, why: &'static str, tamper: impl Fn(Guest) -> Guest) -> Rule {
    let name = name_of(id);
    let guest = tamper(Guest::plain(&name, Script::new().say("runs").stay()));
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
        expect_end(lab, &name, ("refused: ", true))?;
        lab.line(&name, why)?;
        match lab.lines(&name, None).contains(&"runs") {
            true => Err("it ran".to_owned()),
            false => Ok(()),
        }
    })
    .with(guest)
}

/// The supervisor finds it: there is no such app.
fn not_taken_in(
    id: &'static str,
    says: &'static str,
    why: &'static str,
    guest: impl Fn(&str) -> Guest,
) -> Rule {
    let name = name_of(id);
    let guest = guest(&name);
    let place = guest.origin.place();
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
        let line = lab.line("", &format!("/{place}/{name}/{why}"))?;
        let started = |report: &Report| matches!(report, Report::Started { app, .. } if *app == name);
        match lab.count(started) {
            0 => Ok(()),
            _ => Err(format!("it started, though the system says {line}")),
        }
    })
    .with(guest)
}
