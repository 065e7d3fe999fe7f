//! Section 1: every key of `vyoma.toml`, legal and not, and what it grants.

use control_protocol::Stream;
use control_protocol::driver::Report;

use super::guest::{Guest, Script};
use super::lab::{Lab, Verdict};
use super::scene::{Rule, Scene};

/// The first lines of every manifest here; what a rule adds begins in line 5.
const APP: &str = "[app]\nname = \"NAME\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n";

/// A manifest that refuses its app: identity, words, what is added to [`APP`] (or the whole manifest if it begins
/// with `[app]`), and the place and text of the message.
type Fault = (&'static str, &'static str, &'static str, &'static str);

const FAULTS: &[Fault] = &[
    ("1.app.missing", "[app] is required", "#", "1:1: the section [app] is missing"),
    (
        "1.app.name.required",
        "name is required",
        "[app]\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n",
        "name is missing",
    ),
    (
        "1.app.version.required",
        "version is required",
        "[app]\nname = \"x\"\nwasm = \"app.wasm\"\n",
        "version is missing",
    ),
    (
        "1.app.wasm.required",
        "wasm is required",
        "[app]\nname = \"x\"\nversion = \"1.0.0\"\n",
        "wasm is missing",
    ),
    ("1.app.name.capital", "a name has no capitals", NAME_CAPITAL, "2:8: name is \"Clock\""),
    ("1.app.name.first", "a name begins with a letter or digit", NAME_FIRST, "2:8: name is \"-clock\""),
    ("1.app.name.empty", "a name is not empty", NAME_EMPTY, "2:8: name is \"\""),
    ("1.app.name.long", "a name has at most 64 characters", NAME_LONG, "2:8: name is \"aaaa"),
    (
        "1.app.name.reserved.supervisor",
        "supervisor is reserved",
        RESERVED_SUPERVISOR,
        "2:8: name is \"supervisor\"",
    ),
    (
        "1.app.name.reserved.broadcast",
        "broadcast is reserved",
        RESERVED_BROADCAST,
        "2:8: name is \"broadcast\"",
    ),
    ("1.app.name.reserved.reply", "reply is reserved", RESERVED_REPLY, "2:8: name is \"reply\""),
    ("1.app.name.reserved.all", "all is reserved", RESERVED_ALL, "2:8: name is \"all\""),
    ("1.app.version.semantic", "a version is semantic", VERSION, "3:11: version is \"1.0\""),
    ("1.app.wasm.inside", "wasm may not leave its directory", WASM_OUTSIDE, "4:8: wasm is \"../app.wasm\""),
    ("1.app.wasm.relative", "wasm is relative to the manifest", WASM_ABSOLUTE, "4:8: wasm is \"/app.wasm\""),
    (
        "1.app.wasm_sha256.digits",
        "wasm_sha256 is 64 hex digits",
        "wasm_sha256 = \"12\"\n",
        "5:15: wasm_sha256",
    ),
    (
        "1.app.icon.inside",
        "icon may not leave its directory",
        "icon = \"../i.png\"\n",
        "5:8: icon is \"../i.png\"",
    ),
    ("1.app.description.type", "description is a string", "description = 3\n", "5:15: description is 3"),
    ("1.app.category.type", "category is a string", "category = true\n", "5:12: category is true"),
    ("1.stdio.type", "stdio is a bool", "[capabilities]\nstdio = 1\n", "6:9: stdio is 1; true or false"),
    (
        "1.filesystem.type",
        "filesystem is a bool",
        "[capabilities]\nfilesystem = \"yes\"\n",
        "6:14: filesystem is \"yes\"",
    ),
    ("1.network.type", "network is a bool", "[capabilities]\nnetwork = 1\n", "6:11: network is 1"),
    (
        "1.network_port.range",
        "network_port is from 1 to 65535",
        "[capabilities]\nnetwork_port = 65536\n",
        "6:16: network_port is 65536",
    ),
    (
        "1.network_port.zero",
        "network_port is not 0",
        "[capabilities]\nnetwork_port = 0\n",
        "6:16: network_port is 0",
    ),
    ("1.display.type", "display is a bool", "[capabilities]\ndisplay = 1\n", "6:11: display is 1"),
    ("1.shell.type", "shell is a bool", "[capabilities]\nshell = []\n", "6:9: shell is a list"),
    ("1.mouse.type", "mouse is a bool", "[capabilities]\nmouse = 1\n", "6:9: mouse is 1"),
    ("1.touch.type", "touch is a bool", "[capabilities]\ntouch = 1.5\n", "6:9: touch is a fraction"),
    ("1.audio.type", "audio is a bool", "[capabilities]\naudio = 1\n", "6:9: audio is 1"),
    (
        "1.watchdog_secs.range",
        "watchdog_secs is not negative",
        "[capabilities]\nwatchdog_secs = -1\n",
        "6:17: watchdog_secs is -1",
    ),
    (
        "1.gpio.refused",
        "gpio is refused",
        "[capabilities.gpio]\npins = [1]\n",
        "gpio is not supported on this device",
    ),
    (
        "1.i2c.refused",
        "i2c is refused",
        "[capabilities.i2c]\nbus = 1\n",
        "i2c is not supported on this device",
    ),
    (
        "1.spi.refused",
        "spi is refused",
        "[capabilities.spi]\nbus = 1\n",
        "spi is not supported on this device",
    ),
    (
        "1.uart.refused",
        "uart is refused",
        "[capabilities.uart]\nport = 1\n",
        "uart is not supported on this device",
    ),
    (
        "1.adc.refused",
        "adc is refused",
        "[capabilities.adc]\nchannel = 1\n",
        "adc is not supported on this device",
    ),
    ("1.window.w.zero", "a window is not empty", "[window]\nw = 0\n", "6:5: w is 0"),
    ("1.window.h.large", "a window is at most 16384 high", "[window]\nh = 16385\n", "6:5: h is 16385"),
    ("1.window.x.type", "x is a number", "[window]\nx = \"left\"\n", "6:5: x is \"left\""),
    ("1.window.y.negative", "y is not negative", "[window]\ny = -1\n", "6:5: y is -1"),
    ("1.window.z.range", "z is not negative", "[window]\nz = -1\n", "6:5: z is -1"),
    ("1.window.title.type", "title is a string", "[window]\ntitle = 1\n", "6:9: title is 1"),
    ("1.window.resizable.type", "resizable is a bool", "[window]\nresizable = 1\n", "6:13: resizable is 1"),
    ("1.menu_items.type", "menu_items is a list", "[window]\n[menu_items]\nlabel = \"x\"\n", "menu_items is"),
    ("1.menu_items.label", "a menu item has a label", "[[menu_items]]\naction = \"x\"\n", "label is missing"),
    (
        "1.menu_items.action",
        "a menu item has an action",
        "[[menu_items]]\nlabel = \"x\"\n",
        "action is missing",
    ),
    (
        "1.menu_items.shortcut.key",
        "a shortcut names a key",
        "[[menu_items]]\nlabel = \"x\"\naction = \"x\"\nshortcut = \"Ctrl+Foo\"\n",
        "8:12: shortcut is \"Ctrl+Foo\"; \"Foo\" is no key",
    ),
    (
        "1.menu_items.shortcut.system",
        "a shortcut is none of the system's chords",
        "[[menu_items]]\nlabel = \"x\"\naction = \"x\"\nshortcut = \"Alt+F4\"\n",
        "8:12: shortcut is \"Alt+F4\"; this combination is the system's",
    ),
    (
        "1.menu_items.shortcut.types",
        "a shortcut takes no key that types text",
        "[[menu_items]]\nlabel = \"x\"\naction = \"x\"\nshortcut = \"Shift+x\"\n",
        "8:12: shortcut is \"Shift+x\"; a key that types text needs Ctrl or Alt",
    ),
    (
        "1.limits.memory.unit",
        "a size has a unit of 1024",
        "[limits]\nmemory = \"64MB\"\n",
        "6:10: memory is \"64MB\"; a size like \"64MiB\"",
    ),
    (
        "1.limits.memory.most",
        "memory is at most 4 GiB",
        "[limits]\nmemory = \"5GiB\"\n",
        "6:10: memory is \"5GiB\"",
    ),
    ("1.limits.cpu.zero", "cpu is at least 1 percent", "[limits]\ncpu = 0\n", "6:7: cpu is 0"),
    ("1.limits.data.type", "data is a size", "[limits]\ndata = true\n", "6:8: data is true"),
    (
        "1.input.events.name",
        "events are known names",
        "[input]\nevents = [\"keys\"]\n",
        "6:11: events holds \"keys\"; \"key\", \"mouse2\"",
    ),
    (
        "1.input.events.type",
        "events is a list of strings",
        "[input]\nevents = \"key\"\n",
        "6:10: events is \"key\"",
    ),
    (
        "1.unknown.capabilities",
        "an unknown key in [capabilities] is an error",
        "[capabilities]\ndispaly = true\n",
        "6:1: unknown key \"dispaly\" in [capabilities]; did you mean \"display\"?",
    ),
    (
        "1.unknown.limits",
        "an unknown key in [limits] is an error",
        "[limits]\ndisk = 1\n",
        "6:1: unknown key \"disk\" in [limits]",
    ),
    (
        "1.unknown.input",
        "an unknown key in [input] is an error",
        "[input]\nevent = []\n",
        "6:1: unknown key \"event\" in [input]",
    ),
    ("1.syntax", "what is no TOML is refused with its place", "x = = 3\n", "5:5:"),
];

const NAME_CAPITAL: &str = "[app]\nname = \"Clock\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n";
const NAME_FIRST: &str = "[app]\nname = \"-clock\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n";
const NAME_EMPTY: &str = "[app]\nname = \"\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n";
const NAME_LONG: &str = "[app]\nname = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\n\
                         version = \"1.0.0\"\nwasm = \"app.wasm\"\n";
const RESERVED_SUPERVISOR: &str = "[app]\nname = \"supervisor\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n";
const RESERVED_BROADCAST: &str = "[app]\nname = \"broadcast\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n";
const RESERVED_REPLY: &str = "[app]\nname = \"reply\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n";
const RESERVED_ALL: &str = "[app]\nname = \"all\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n";
const VERSION: &str = "[app]\nname = \"x\"\nversion = \"1.0\"\nwasm = \"app.wasm\"\n";
const WASM_OUTSIDE: &str = "[app]\nname = \"x\"\nversion = \"1.0.0\"\nwasm = \"../app.wasm\"\n";
const WASM_ABSOLUTE: &str = "[app]\nname = \"x\"\nversion = \"1.0.0\"\nwasm = \"/app.wasm\"\n";

/// Manifests that refuse their apps, and what still runs beside them.
pub(super) fn faults() -> Scene {
    let mut scene = Scene::new("faults");
    scene.rules = FAULTS
        .iter()
        .zip(1..)
        .map(|(&(id, says, text, place), number)| {
            let folder = format!("fault{number}");
            let manifest = match text {
                "#" => "[window]\n".to_owned(),
                whole if whole.starts_with("[app]") => whole.to_owned(),
                more => APP.replace("NAME", &folder) + more,
            };
            let guest = Guest::with_manifest(&folder, manifest, Script::new().say("ran").stay());
            let expected = format!("/apps/{folder}/vyoma.toml:");
            Rule::new(id, says, move |lab| {
                let said = lab.line("", &expected)?;
                let has_place = said.split_once(&expected).is_some_and(|(_, rest)| {
                    // Where only the words are given, any line and column will do.
                    let words = rest.splitn(3, ':').nth(2).unwrap_or_default().trim_start();
                    rest.starts_with(place) || words.starts_with(place)
                });
                if has_place { Ok(()) } else { Err(format!("the system says `{said}`, expected `{place}`")) }
            })
            .with(guest)
        })
        .collect();
    scene.rules.push(
        Rule::new("1.refuses_alone", "an invalid manifest refuses that app alone; boot goes on", |lab| {
            lab.line("alone", "here").map(drop)
        })
        .with(Guest::plain("alone", Script::new().say("here").stay())),
    );
    scene.rules.push(
        Rule::new("1.app.name.unique", "a name is unique on the device", |lab| {
            lab.line("", "twin is the name of the app in").map(drop)
        })
        .with(Guest::plain("twin", Script::new().stay()))
        .with(Guest::with_manifest("twin2", APP.replace("NAME", "twin"), Script::new().stay())),
    );
    scene
}

/// What a manifest grants, and what is absent without it.
pub(super) fn grants() -> Scene {
    let mut scene = Scene::new("grants");
    scene.rules = vec![
        runs("1.app.name.legal", "[a-z0-9][a-z0-9._-]{0,63}", "0a.b_c-d"),
        runs(
            "1.app.name.longest",
            "64 characters are a name",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        everything(),
        warns(
            "1.unknown.elsewhere",
            "an unknown key elsewhere is a warning",
            "author = \"me\"\n[capabilities]\nstdio = true\n",
            "5:1: unknown key \"author\"",
        ),
        warns(
            "1.unknown.window",
            "an unknown key of [window] is a warning",
            "[capabilities]\nstdio = true\n[window]\ncolour = 1\n",
            "8:1: unknown key \"colour\"",
        ),
        Rule::new("1.stdio.lines", "stdout and stderr reach the log", |lab| {
            lab.line("stdio", "to stdout")?;
            lab.line("stdio", "to stderr")?;
            let (out, err) =
                (lab.lines("stdio", Some(Stream::Stdout)), lab.lines("stdio", Some(Stream::Stderr)));
            equal(&out, &["to stdout"])?;
            equal(&err, &["to stderr"])
        })
        .with(Guest::plain("stdio", Script::new().say("to stdout").note("to stderr").stay())),
        Rule::new("1.stdio.absent", "without stdio stdout is discarded and stdin is empty", |lab| {
            expect_end(lab, "mute", ("ended", false))?;
            let said = lab.lines("mute", None).into_iter().filter(|line| line.contains("hello"));
            if said.count() > 0 { Err("its stdout reached the log".into()) } else { Ok(()) }
        })
        .with(Guest::new(
            "mute",
            "",
            Script::new().say("hello").note("hello").hear("a line").trap(),
        )),
        Rule::new("1.stdio.requests", "without stdio no message and no request leaves the app", |lab| {
            lab.line("mute2", "no capability `stdio`")?;
            expect_end(lab, "mute2", ("ended", false))?;
            match lab.lines("", None).iter().find(|line| line.contains("mute2")) {
                Some(line) if line.contains("denied") => Err(format!("the system says {line}")),
                _ => Ok(()),
            }
        })
        .with(Guest::new(
            "mute2",
            "",
            Script::new().ask("kill alone").say("@stdio: hello").hear("REPLY").trap(),
        )),
        Rule::new("1.no_surroundings", "no argument and no environment variable", |lab| {
            lab.line("bare", "folders")?;
            equal(&lab.lines("bare", Some(Stream::Stderr)), &["   args 0", "evirons 0", "folders 0"])
        })
        .with(Guest::plain("bare", Script::new().world().stay())),
        Rule::new("1.filesystem.own", "filesystem: the app's own directory, as /data", |lab| {
            lab.line("files", "done")?;
            let expected = ["   args 0", "evirons 0", "folder /data", "folders 1", "   open 0"];
            equal(&lab.lines("files", Some(Stream::Stderr))[..5], &expected)
        })
        .with(files("files", Script::new().world().open("a.txt", 1).write(4, b"kept").say("done").stay())),
        Rule::new("1.filesystem.nothing_else", "no path leads out of it", |lab| {
            lab.line("climber", "done")?;
            match lab.lines("climber", Some(Stream::Stderr)).iter().find(|line| **line == "   open 0") {
                Some(_) => Err("a path outside was opened".into()),
                None => Ok(()),
            }
        })
        .with(files(
            "climber",
            ["../files/a.txt", "/etc/vyoma/boot.toml", "..", "/", "../../etc/passwd"]
                .into_iter()
                .fold(Script::new(), |all, path| all.open(path, 0))
                .say("done")
                .stay(),
        )),
        Rule::new(
            "1.display.absent",
            "without display draw lines are refused, which is logged once",
            |lab| {
                lab.line("painter", "done")?;
                let said = told(lab, "painter");
                equal(&said, &["VYOMA_DRAW lines discarded: painter has no capability `display`"])
            },
        )
        .with(Guest::plain(
            "painter",
            Script::new()
                .say_all(&["VYOMA_DRAW:fill_rect:0,0,9,9,255", "VYOMA_DRAW:flush", "VYOMA_DRAW:nonsense"])
                .say("done")
                .stay(),
        )),
        Rule::new(
            "1.audio.absent",
            "without audio VYOMA_AUDIO lines are refused, which is logged once",
            |lab| {
                lab.line("piper", "done")?;
                let said = told(lab, "piper");
                equal(&said, &["VYOMA_AUDIO lines discarded: piper has no capability `audio`"])
            },
        )
        .with(Guest::plain(
            "piper",
            Script::new().say_all(&["VYOMA_AUDIO:beep:440,10", "VYOMA_AUDIO:mute"]).say("done").stay(),
        )),
        Rule::new("1.watchdog_secs", "killed after that long without a stdout line", |lab| {
            expect_end(lab, "sleepy", ("killed", true))
        })
        .with(Guest::new(
            "sleepy",
            "[capabilities]\nstdio = true\nwatchdog_secs = 1",
            Script::new().say("up").sleep(600_000),
        )),
        Rule::new("1.watchdog_secs.fed", "a line in time keeps it off", |lab| {
            lab.line("wakeful", "fed")?;
            match lab.lines("wakeful", Some(Stream::System)).iter().find(|line| line.contains("killed")) {
                Some(line) => Err((*line).to_owned()),
                None => Ok(()),
            }
        })
        .with(Guest::new(
            "wakeful",
            "[capabilities]\nstdio = true\nwatchdog_secs = 3",
            (0..20).fold(Script::new(), |all, _| all.sleep(200).say("tick")).say("fed").stay(),
        )),
        Rule::new("1.watchdog_secs.restart", "and restarted by policy", |lab| {
            lab.line("hanging", "starts again in 500 ms")?;
            expect_end(lab, "hanging", ("killed", true))
        })
        .with(
            Guest::new(
                "hanging",
                "[capabilities]\nstdio = true\nwatchdog_secs = 1",
                Script::new().say("up").sleep(600_000),
            )
            .restart("on-failure"),
        ),
        Rule::new("1.limits.cpu", "a share of one core is no more than it says", |lab| {
            // At a twentieth of a core these 60 millions take as long as 1200 of the other, which counts 400.
            lab.comes_first(("quick", "counted twice"), ("slow", "counted"))
        })
        .of_machines()
        .with(Guest::plain(
            "quick",
            Script::new().count(200).say("counted once").count(200).say("counted twice").stay(),
        ))
        .with(Guest::new(
            "slow",
            "[capabilities]\nstdio = true\n[limits]\ncpu = 5",
            Script::new().count(60).say("counted").stay(),
        )),
        Rule::new("1.limits.memory.default", "64 MiB unless it says otherwise", |lab| {
            lab.line("glutton", "grow 4294967295").map(drop)
        })
        .with(Guest::plain("glutton", Script::new().grow(1024).stay())),
        Rule::new("1.limits.memory.more", "as much as it says", |lab| {
            lab.line("elephant", "   grow ")?;
            match lab.lines("elephant", Some(Stream::Stderr)).as_slice() {
                ["   grow 4294967295"] => Err("128 MiB are refused with a limit of 256 MiB".into()),
                _ => Ok(()),
            }
        })
        .with(Guest::new(
            "elephant",
            "[capabilities]\nstdio = true\n[limits]\nmemory = \"256MiB\"",
            Script::new().grow(2048).stay(),
        )),
        Rule::new("1.limits.data", "writes past limits.data fail as on a full disk", |lab| {
            // WASI's `nospc`.
            lab.line("hoarder", "put 51").map(drop)?;
            equal(&lab.lines("hoarder", Some(Stream::Stderr)), &["   open 0", "    put 0", "    put 51"])
        })
        .with(Guest::new(
            "hoarder",
            "[capabilities]\nstdio = true\nfilesystem = true\n[limits]\ndata = \"64KiB\"",
            Script::new().open("a", 1).put(4, 32_768).put(4, 65_536).stay(),
        )),
        Rule::new("1.sections", "all sections but [app] are optional", |lab| {
            lab.report("start of plain", |report| {
                matches!(report, Report::Started { app, .. } if app == "optional").then_some(())
            })
        })
        .with(Guest::new("optional", "", Script::new().stay())),
    ];
    scene
}

fn runs(id: &'static str, says: &'static str, name: &'static str) -> Rule {
    Rule::new(id, says, move |lab| lab.line(name, "runs").map(drop))
        .with(Guest::plain(name, Script::new().say("runs").stay()))
}

fn warns(id: &'static str, says: &'static str, more: &str, warning: &'static str) -> Rule {
    let name = id.replace('.', "-");
    let guest = Guest::new(&name, more, Script::new().say("runs").stay());
    Rule::new(id, says, move |lab| {
        lab.line("", &format!("/apps/{name}/vyoma.toml:{warning}"))?;
        lab.line(&name, "runs").map(drop)
    })
    .with(guest)
}

/// Every key with a legal value.
fn everything() -> Rule {
    let manifest = "[app]\nname = \"everything\"\nversion = \"1.2.3-rc.1+build\"\nwasm = \"app.wasm\"\n\
        wasm_sha256 = \"$SHA256\"\n\
        icon = \"icon.svg\"\ndescription = \"All of it\"\ncategory = \"tests\"\n\
        [capabilities]\nstdio = true\nfilesystem = false\nnetwork = false\nnetwork_port = 65535\n\
        display = false\nshell = false\nmouse = false\ntouch = false\naudio = false\nwatchdog_secs = 0\n\
        [window]\nx = 1\ny = 2\nwidth = 300\nheight = 200\nz = 255\ntitle = \"T\"\nresizable = true\n\
        [[menu_items]]\nlabel = \"Quit\"\naction = \"quit\"\nenabled = false\nshortcut = \"Ctrl+Q\"\n\
        [limits]\nmemory = \"32MiB\"\ncpu = 50\ndata = \"1GiB\"\n\
        [input]\nevents = [\"key\", \"mouse2\", \"touch2\", \"focus\", \"resize\", \"frame\", \"apps\", \"notification\", \"menu\"]\n";
    Rule::new("1.everything", "every key with a legal value", |lab| {
        lab.line("everything", "runs")?;
        match lab.lines("", None).iter().find(|line| line.contains("/everything/")) {
            Some(line) => Err(format!("the system says {line}")),
            None => Ok(()),
        }
    })
    .with(
        Guest::with_manifest("everything", manifest.to_owned(), Script::new().say("runs").stay())
            .file("icon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
    )
}

fn files(name: &str, script: Script) -> Guest {
    Guest::new(name, "[capabilities]\nstdio = true\nfilesystem = true", script)
}

fn equal(found: &[&str], expected: &[&str]) -> Verdict {
    if found == expected { Ok(()) } else { Err(format!("it says {found:?}, expected {expected:?}")) }
}

/// What the system says of an app, but that it starts.
fn told<'a>(lab: &'a Lab, app: &str) -> Vec<&'a str> {
    lab.lines(app, Some(Stream::System)).into_iter().filter(|line| *line != "starts").collect()
}

/// An app ends like this.
pub(super) fn expect_end(lab: &mut Lab, app: &str, (how, failed): (&str, bool)) -> Verdict {
    let found = lab.ended(app)?;
    if found.0.starts_with(how) && found.1 == failed {
        return Ok(());
    }
    Err(format!("{app}: {found:?}, expected {how:?} and failed: {failed}"))
}
