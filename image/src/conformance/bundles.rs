//! Section 1: `app.wasm_sha256`, and bundles of which a byte is another than their lists say.

use control_protocol::driver::Report;

use super::guest::{Guest, Script, Signer};
use super::lab::{Lab, Verdict};
use super::manifest::expect_end;
use super::scene::{Rule, Scene};

/// The first lines of a manifest; what a rule adds follows.
const APP: &str = "[app]\nname = \"NAME\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n";

const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";

/// A way in which a bundle differs from its list: the rules of an app of the image and of an installed one, in words,
/// what the log says, and how it is done.
type Way = ([&'static str; 2], &'static str, &'static str, fn(Guest) -> Guest);

const WAYS: [Way; 5] = [
    (
        ["1.bundle.code", "1.installed.code"],
        "a changed byte of its code refuses an app",
        "app.cwasm: it has 5 bytes, ",
        |guest| guest.tampered("app.cwasm", Some(b"other")),
    ),
    (
        ["1.bundle.icon", "1.installed.icon"],
        "a changed byte of its icon does",
        "icon.svg: its SHA-256 is ",
        |guest| guest.file("icon.svg", ICON).tampered("icon.svg", Some(ICON.replace("20", "19").as_bytes())),
    ),
    (
        ["1.bundle.file", "1.installed.file"],
        "a changed byte of a file of its own does",
        "files/level/1: its SHA-256 is ",
        |guest| guest.file("files/level/1", "one").tampered("files/level/1", Some(b"onf")),
    ),
    (
        ["1.bundle.more", "1.installed.more"],
        "an additional file does",
        "more is in the bundle, but not in bundle.hashes",
        |guest| guest.tampered("more", Some(b"more")),
    ),
    (
        ["1.bundle.less", "1.installed.less"],
        "a missing file does",
        "less is in bundle.hashes, but not in the bundle",
        |guest| guest.file("less", "less").tampered("less", None),
    ),
];

/// Apps of the image.
pub(super) fn of_image() -> Scene {
    let mut scene = Scene::new("bundles");
    // Something runs whatever becomes of the others.
    scene.guests = vec![Guest::plain("witness", Script::new().say("runs").stay())];
    let mut rules = vec![
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
    ];
    rules.extend(tampered(|[of_image, _]| of_image, |guest| guest));
    let others = |lab: &mut Lab| lab.line("witness", "runs").map(drop);
    rules.push(Rule::new("1.bundle.others", "the app beside them runs", others));
    scene.rules = rules;
    scene
}

/// Apps in `/data/apps`, where whoever has the disk can write.
pub(super) fn installed() -> Scene {
    let mut scene = Scene::new("installed");
    let called = "1-installed-called";
    scene.actor = Some((Guest::shell("asker", Script::new()), Script::new()));
    scene.guests =
        vec![Guest::plain(called, Script::new().say("runs").stay()).installed().signed_by(Signer::Trusted)];
    let mut rules = vec![
        Rule::new("1.installed.boot", "an app in /data/apps, signed by a key of the image, runs", |lab| {
            lab.line("1-installed-boot", "runs").map(drop)
        })
        .with(trusted("1-installed-boot")),
        Rule::new("1.installed.run", "it is started by its name as the image's are", move |lab| {
            lab.line("asker", &format!("> REPLY:launched {called}"))?;
            lab.line(called, "runs").map(drop)
        })
        .acting(Script::new().ask_and_wait(&format!("run {called}"))),
        Rule::new(
            "1.installed.catalog",
            "and is in the catalog, which those that are refused are not",
            move |lab| {
                let catalog = lab.line("asker", "> REPLY:[")?;
                let listed = |name: &str| catalog.contains(&format!("\"name\":\"{name}\""));
                match (listed(called), listed("1-installed-unsigned")) {
                    (true, false) => Ok(()),
                    other => Err(format!("{other:?}: {catalog}")),
                }
            },
        )
        .acting(Script::new().ask_and_wait("catalog")),
        not_taken_in(
            "1.installed.unsigned",
            "without a signature there is no such app",
            "bundle.minisig: No such file",
            |name| trusted(name).signed_by(Signer::Nobody),
        ),
        not_taken_in(
            "1.installed.stranger",
            "nor with one by a key that the image does not have",
            " bundle.minisig was made with key ",
            |name| trusted(name).signed_by(Signer::Stranger),
        ),
        not_taken_in(
            "1.installed.signature",
            "nor with a changed signature",
            " bundle.minisig is no signature",
            |name| trusted(name).tampered("bundle.minisig", Some(b"changed")),
        ),
        not_taken_in(
            "1.installed.list",
            "nor with a changed list",
            " bundle.minisig is not of this list",
            |name| trusted(name).tampered("bundle.hashes", Some(b"vyoma-bundle 1\n")),
        ),
        not_taken_in(
            "1.installed.without_list",
            "nor without its list",
            "bundle.hashes: No such file",
            |name| trusted(name).tampered("bundle.hashes", None),
        ),
        not_taken_in(
            "1.installed.manifest",
            "nor with a changed manifest",
            "vyoma.toml: its SHA-256 is ",
            |name| {
                let manifest = trusted(name).manifest.replace("1.0.0", "1.0.1");
                trusted(name).tampered("vyoma.toml", Some(manifest.as_bytes()))
            },
        ),
        not_taken_in(
            "1.installed.less_manifest",
            "nor without its manifest",
            "vyoma.toml: No such file",
            |name| trusted(name).tampered("vyoma.toml", None),
        ),
        not_taken_in(
            "1.installed.large",
            "nor with a list beyond all bounds",
            "bundle.hashes: it is longer than 262144 bytes",
            |name| trusted(name).tampered("bundle.hashes", Some(&vec![b'x'; 300_000])),
        ),
        not_taken_in(
            "1.installed.shadow",
            "nor with the name of an app of the image",
            " the image has an app of this name",
            trusted,
        )
        .with(
            Guest::with_manifest(
                "1-installed-shadowed",
                APP.replace("NAME", "1-installed-shadow") + "\n",
                Script::new().stay(),
            )
            .installed(),
        ),
        not_taken_in(
            "1.installed.alias",
            "nor in a folder of another name",
            " this is the app other, whose folder is /data/apps/other",
            |name| Guest { name: name.to_owned(), ..trusted("other") },
        ),
    ];
    rules.extend(tampered(|[_, installed]| installed, |guest| guest.signed_by(Signer::Trusted)));
    scene.rules = rules;
    scene
}

fn trusted(name: &str) -> Guest {
    Guest::plain(name, Script::new().say("runs").stay()).signed_by(Signer::Trusted)
}

/// A rule for every way, of apps of one origin.
fn tampered(
    id: impl Fn([&'static str; 2]) -> &'static str,
    origin: impl Fn(Guest) -> Guest,
) -> impl Iterator<Item = Rule> {
    WAYS.iter()
        .map(move |(ids, says, why, tamper)| refused(id(*ids), says, why, |guest| tamper(origin(guest))))
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
        // Of a file of the bundle, or of the bundle itself.
        let why = why.strip_prefix(' ').map_or_else(|| format!("/{why}"), |why| format!(": {why}"));
        let line = lab.line("", &format!("/{place}/{name}{why}"))?;
        let started = |report: &Report| matches!(report, Report::Started { app, .. } if *app == name);
        match lab.count(started) {
            0 => Ok(()),
            _ => Err(format!("it started, though the system says {line}")),
        }
    })
    .with(guest)
}
