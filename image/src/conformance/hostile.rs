//! Hostile apps: each tries one escape or one abuse. None may succeed, the reason is in the log, and an app beside them
//! notices nothing. `docs/security-tests.md` is this list.

use control_protocol::Stream;
use control_protocol::driver::Report;

use super::attack::{Attack, DATA, Value};
use super::guest::{Guest, Script};
use super::lab::{Lab, Verdict};
use super::manifest::expect_end;
use super::scene::{Rule, Scene};

const FILES: &str = "[capabilities]\nstdio = true\nfilesystem = true";
const STDIO: &str = "[capabilities]\nstdio = true";
const WINDOW: &str = "[capabilities]\nstdio = true\ndisplay = true";

/// Modules that ask for more than there is.
pub(super) fn modules() -> Scene {
    let mut scene = Scene::new("hostile-modules");
    scene.rules = vec![
        refused("S.import.unknown", "an import that nobody grants", IMPORT_ENV, "env"),
        refused("S.import.exec", "an import that would start a program", IMPORT_EXEC, "proc_exec"),
        refused("S.import.thread", "an import that would start a thread", IMPORT_THREAD, "thread-spawn"),
        refused("S.import.memory", "memory that somebody else would give", IMPORT_MEMORY, "memory"),
        trapped(
            "S.memory.initial",
            "4 GiB of memory at once",
            "(memory (export \"memory\") 65536) (func (export \"_start\"))",
            "exceeds memory limits",
        ),
        trapped("S.table.huge", "a table of a hundred million elements", TABLE, "exceeds table limits"),
        trapped("S.stack", "recursion without end", RECURSION, "stack"),
        trapped("S.memory.outside", "a read beyond its memory", OUTSIDE, "out of bounds"),
        trapped(
            "S.code.indirect",
            "a call through an empty place of its table",
            INDIRECT,
            "uninitialized element",
        ),
        Rule::new(
            "S.memory.grow",
            "memory up to the last page: refused at its limit, and it goes on",
            |lab| {
                lab.line("grow", "  grow 4294967295")?;
                lab.line("grow", "still here").map(drop)
            },
        )
        .with(Guest::plain("grow", Script::new().grow(65_000).note("still here").stay())),
        refused_file(
            "S.cwasm.garbage",
            "native code that was not compiled for this system",
            b"\x7fELF\x02garbage",
        ),
        refused_file("S.cwasm.empty", "no code at all", b""),
        Rule::new("S.wasm.outside", "a manifest whose program lies outside its folder", |lab| {
            lab.line("", "wasm is \"../../bin/app-host\"").map(drop)
        })
        .with(Guest::with_manifest(
            "outside",
            "[app]\nname = \"outside\"\nversion = \"1.0.0\"\nwasm = \"../../bin/app-host\"\n".into(),
            Script::new(),
        )),
    ];
    scene.rules.push(canary("S.canary.modules"));
    scene
}

/// Ways out of `/data`.
pub(super) fn files() -> Scene {
    let mut scene = Scene::new("hostile-files");
    let text = Value::Text;
    let open = |path: &'static [u8]| opening(Attack::new(), path, READ | WRITE);
    let folder = |path: &'static [u8]| Attack::new().call("path_create_directory", &[DATA, text(path)]);
    let with_link =
        |target: &'static [u8]| Attack::new().call("path_symlink", &[text(target), DATA, text(b"link")]);
    let through = |attack: Attack, path: &'static [u8]| opening(attack, path, READ);
    scene.rules = vec![
        Rule::new("S.file.neighbour", "an app beside them keeps a file that they are after", |lab| {
            lab.line("other", "errno 00").map(drop)
        })
        .with(Guest::new("other", FILES, Script::new()).wasm(making(b"secret").module())),
        denied("S.file.parent", "open what lies above its folder", &[PERM], open(b"../other/secret")),
        denied("S.file.absolute", "open an absolute path", &[PERM], open(b"/etc/vyoma/boot.toml")),
        denied(
            "S.file.winding",
            "go down and up again",
            &[DONE, PERM],
            opening(folder(b"a"), b"a/../../other/secret", READ),
        ),
        denied("S.file.dots", "open its folder's parent itself", &[PERM], open(b"..")),
        denied("S.file.proc", "open the process's own memory", &[PERM], open(b"/proc/self/mem")),
        denied("S.file.nul", "hide a path behind a zero byte", &[INVAL], open(b"ok\0/../../etc")),
        denied("S.file.encoding", "a path that is no text", &[ILSEQ], open(b"\xff\xfe")),
        denied("S.file.long", "a path of 5000 letters", &[NAMETOOLONG], open(&[b'x'; 5000])),
        denied(
            "S.link.absolute",
            "a link to an absolute path, opened",
            &[PERM, NOENT],
            through(with_link(b"/etc"), b"link/vyoma/boot.toml"),
        ),
        denied(
            "S.link.parent",
            "a link to what lies above, opened",
            &[DONE, PERM],
            through(with_link(b"../other"), b"link/secret"),
        ),
        denied(
            "S.link.loop",
            "a link to itself, opened",
            &[DONE, LOOP],
            through(with_link(b"link"), b"link"),
        ),
        denied(
            "S.link.hard",
            "a second name for a file outside",
            &[PERM],
            Attack::new()
                .call("path_link", &[DATA, Value::I32(0), text(b"../other/secret"), DATA, text(b"mine")]),
        ),
        denied(
            "S.file.rename",
            "move a folder out",
            &[DONE, PERM],
            folder(b"a").call("path_rename", &[DATA, text(b"a"), DATA, text(b"../a")]),
        ),
        denied("S.file.mkdir", "make a folder outside", &[PERM], folder(b"../mine")),
        denied(
            "S.file.rmdir",
            "remove a folder outside",
            &[PERM],
            Attack::new().call("path_remove_directory", &[DATA, text(b"../other")]),
        ),
        denied(
            "S.file.unlink",
            "remove a file outside",
            &[PERM],
            Attack::new().call("path_unlink_file", &[DATA, text(b"../other/secret")]),
        ),
        denied(
            "S.file.stat",
            "ask about a file outside",
            &[PERM],
            Attack::new()
                .call("path_filestat_get", &[DATA, Value::I32(1), text(b"../other/secret"), Value::Out]),
        ),
        denied(
            "S.file.times",
            "touch a file outside",
            &[PERM],
            Attack::new().call(
                "path_filestat_set_times",
                &[
                    DATA,
                    Value::I32(1),
                    text(b"../other/secret"),
                    Value::I64(0),
                    Value::I64(0),
                    Value::I32(10),
                ],
            ),
        ),
        denied(
            "S.fd.guess",
            "use a descriptor it was never given",
            &[BADF],
            Attack::new().call("fd_sync", &[Value::I32(9)]),
        ),
        denied(
            "S.fd.negative",
            "use a descriptor that cannot be",
            &[BADF],
            Attack::new().call("fd_sync", &[Value::I32(-1)]),
        ),
        Rule::new("S.file.undeclared", "files without the capability: there is no folder", |lab| {
            lab.line("no-files", "errno 08").map(drop)
        })
        .with(
            Guest::plain("no-files", Script::new())
                .wasm(Attack::new().call("fd_prestat_get", &[DATA, Value::Out]).module()),
        ),
    ];
    scene.rules.push(canary("S.canary.files"));
    scene
}

/// Verbs that need `shell`, asked for without it.
const VERBS: [(&str, &str, &str); 17] = [
    ("S.verb.kill", "end another app", "kill canary"),
    ("S.verb.run", "start another app", "run canary"),
    ("S.verb.restart", "start another app anew", "restart canary"),
    ("S.verb.reload", "read the boot file again", "reload"),
    ("S.verb.focus", "give the keyboard to another app", "focus canary"),
    ("S.verb.raise", "raise another app's window", "raise canary"),
    ("S.verb.lower", "lower another app's window", "lower canary"),
    ("S.verb.input", "type into another app", "input secret"),
    ("S.verb.reposition", "move another app's window", "reposition canary 0 0"),
    ("S.verb.resize", "resize another app's window", "resize canary 1 1"),
    ("S.verb.log", "read another app's log", "log canary"),
    ("S.verb.logf", "read more of another app's log", "logf canary"),
    ("S.verb.loglevel", "silence another app's log", "loglevel canary off"),
    ("S.verb.screenshot", "take a picture of the screen", "screenshot"),
    ("S.verb.unlock", "unlock the screen", "unlock 0000"),
    ("S.verb.shutdown", "switch the machine off", "shutdown"),
    ("S.verb.reboot", "restart the machine", "reboot"),
];

/// Messages that would be taken for the system's, and requests without the right.
pub(super) fn messages() -> Scene {
    let mut scene = Scene::new("hostile-messages");
    let forged: [(&str, &str, &[u8]); 6] = [
        ("S.forge.key", "a key as a message", b"\x1b[A"),
        ("S.forge.click", "a click as a message", b"VYOMA_INPUT:mouse:click:1,1:left"),
        ("S.forge.system", "a line of the system as a message", b"VYOMA_SYSTEM:menu_action:delete"),
        ("S.forge.reply", "an answer of the supervisor as a message", b"REPLY:unlock ok"),
        ("S.forge.interrupt", "Ctrl+C as a message", b"\x03"),
        ("S.forge.return", "a second line behind a carriage return", b"hello\rVYOMA_SYSTEM:x"),
    ];
    for (id, says, bytes) in forged {
        let name = app_name(id);
        let line = [b"@canary: ", bytes, b"\n"].concat();
        scene.rules.push(
            Rule::new(id, says, {
                let name = name.clone();
                move |lab: &mut Lab| lab.line(&name, "message refused").map(drop)
            })
            .with(Guest::plain(&name, Script::new().raw(&line).stay())),
        );
    }
    for (id, words, request) in VERBS {
        let name = app_name(id);
        let verb = request.split(' ').next().unwrap_or(request);
        let answer = format!("> REPLY:error: denied {verb}");
        scene.rules.push(
            Rule::new(id, words, {
                let name = name.clone();
                move |lab: &mut Lab| lab.line(&name, &answer).map(drop)
            })
            .with(Guest::plain(&name, Script::new().ask_and_wait(request).stay())),
        );
    }
    scene.rules.extend([
        Rule::new("S.spy.window", "where another app's window is", |lab| {
            lab.line("spy-window", "> REPLY:error: denied win-info").map(drop)
        })
        .with(Guest::plain("spy-window", Script::new().ask_and_wait("win-info canary").stay())),
        Rule::new("S.spy.clipboard", "the clipboard, without being used", |lab| {
            lab.line("spy-clipboard", "> REPLY:error: ").map(drop)
        })
        .with(Guest::plain("spy-clipboard", Script::new().ask_and_wait("clipboard-get").stay())),
        Rule::new("S.spy.http", "the network, without the capability", |lab| {
            lab.line("spy-http", "> REPLY:error: denied http-get").map(drop)
        })
        .with(Guest::plain("spy-http", Script::new().ask_and_wait("http-get http://127.0.0.1/").stay())),
        Rule::new("S.draw.undeclared", "pictures without the capability", |lab| {
            lab.line("no-display", "display").map(drop)
        })
        .with(Guest::plain(
            "no-display",
            Script::new().say("VYOMA_DRAW:fill_rect:0,0,9,9,0xffffffff").stay(),
        )),
        picture("S.picture.parent", "a picture above its folder", "../canary/app.cwasm"),
        picture("S.picture.absolute", "a picture of the system's files", "/etc/vyoma/boot.toml"),
        picture("S.picture.other-data", "a picture of another app's data", "/data/../data/canary/x.png"),
        picture(
            "S.picture.other-bundle",
            "a file of another app's bundle that is no icon",
            "/apps/canary/vyoma.toml",
        ),
        Rule::new("S.run.outside", "a program that is no app, by an app with `shell`", |lab| {
            lab.line("runner", "> REPLY:error: could not spawn")?;
            Ok(())
        })
        .with(Guest::shell("runner", Script::new().ask_and_wait("run ../../bin/app-host").stay())),
    ]);
    scene.rules.push(canary("S.canary.messages"));
    scene
}

/// More of everything than anybody needs.
pub(super) fn floods() -> Scene {
    let mut scene = Scene::new("hostile-floods");
    let flood = |name: &str, tables: &str, line: &str| {
        let many = format!("{line}\n").repeat(200);
        Guest::new(name, tables, Script::new().forever(&Script::new().raw(many.as_bytes())))
    };
    scene.rules = vec![
        goes_on("S.flood.log", "a log without end", flood("s-flood-log", STDIO, "noise")),
        goes_on(
            "S.flood.requests",
            "requests without end",
            flood("s-flood-requests", STDIO, "@supervisor: list"),
        ),
        goes_on("S.flood.pings", "pings without end", flood("s-flood-pings", STDIO, "@supervisor: ping")),
        goes_on(
            "S.flood.messages",
            "messages to one app without end",
            flood("s-flood-messages", STDIO, "@sink: x"),
        ),
        goes_on(
            "S.flood.notify",
            "notifications without end",
            flood("s-flood-notify", STDIO, "@supervisor: notify a|b"),
        ),
        goes_on(
            "S.flood.draw",
            "rectangles without end",
            flood("s-flood-draw", WINDOW, "VYOMA_DRAW:fill_rect:0,0,640,480,0x12345680"),
        ),
        goes_on(
            "S.flood.flush",
            "frames without end",
            flood("s-flood-flush", WINDOW, "VYOMA_DRAW:fill_rect:0,0,640,480,0x123456ff\nVYOMA_DRAW:flush"),
        ),
        goes_on(
            "S.flood.line",
            "a line without end",
            Guest::plain("s-flood-line", Script::new().forever(&Script::new().fill(1 << 20))),
        ),
        goes_on("S.spin", "computing without end", Guest::plain("s-spin", Script::new().spin())),
        goes_on(
            "S.deaf",
            "never reading what it is sent",
            Guest::plain("sink", Script::new().sleep(u32::MAX)),
        ),
        Rule::new("S.flood.bound", "what is too much is refused, and not said line by line", |lab| {
            // Where eleven others flood too, a slow machine may hear less from it than is too much; `4.rates` is where
            // one is alone. Then this is how long it is listened to.
            let mut pongs = 0;
            lab.report("a refusal, or twenty answers to the canary", |report| {
                let Report::Log { app, line, .. } = report else { return None };
                pongs += usize::from(app == "canary" && line == "> REPLY:pong");
                (pongs == 20 || app == "s-flood-messages" && line.contains("refused")).then_some(())
            })?;
            let said = lab.lines("s-flood-messages", Some(Stream::System)).len();
            // A burst, and what its rate allows while the scene lasts; without a bound there were sixty thousand.
            if said < 4000 { Ok(()) } else { Err(format!("{said} lines in the log")) }
        }),
        goes_on("S.binary", "bytes that are no text", {
            let bytes: Vec<u8> = (0..=255).collect();
            Guest::new("s-binary", WINDOW, Script::new().forever(&Script::new().raw(&bytes)))
        }),
    ];
    scene.rules.push(canary("S.canary.floods"));
    scene
}

/// An app that answers, to be tried after everything: its neighbours are still at it.
fn canary(id: &'static str) -> Rule {
    Rule::new(id, "the app beside them runs as if it were alone, and hears nothing of them", |lab| {
        let from = lab.now();
        lab.line_since(from, "canary", "> REPLY:pong")?;
        let heard: Vec<String> = lab
            .lines("canary", Some(Stream::Stderr))
            .into_iter()
            .filter(|line| line.starts_with("> ") && *line != "> REPLY:pong" && *line != "> x")
            .map(str::to_owned)
            .collect();
        let started = lab.count(|report| matches!(report, Report::Started { app, .. } if app == "canary"));
        if heard.is_empty() && started == 1 {
            Ok(())
        } else {
            Err(format!("it heard {heard:?} and started {started} times"))
        }
    })
    .with(Guest::plain("canary", Script::new().forever(&Script::new().ask_and_wait("ping").sleep(200))))
}

/// The app that a rule is about.
fn app_name(id: &str) -> String {
    id.to_ascii_lowercase().replace('.', "-")
}

/// Rights of WASI to a file.
const READ: i64 = 1 << 1;
const WRITE: i64 = 1 << 6;

/// Opens, creating nothing and following links.
fn opening(attack: Attack, path: &[u8], rights: i64) -> Attack {
    let (follow, nothing, rights) = (Value::I32(1), Value::I32(0), Value::I64(rights));
    attack.call("path_open", &[DATA, follow, Value::Text(path), nothing, rights, rights, nothing, Value::Out])
}

fn refused(id: &'static str, says: &'static str, module: &'static str, why: &'static str) -> Rule {
    let name = app_name(id);
    let wat = format!("(module {module} (func (export \"_start\")))");
    let guest = Guest::plain(&name, Script::new()).wasm(wat);
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
        expect_end(lab, &name, ("refused", true))?;
        lab.line(&name, why).map(drop)
    })
    .with(guest)
}

fn refused_file(id: &'static str, says: &'static str, code: &'static [u8]) -> Rule {
    let name = app_name(id);
    let guest = Guest::plain(&name, Script::new()).file("app.cwasm", code);
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
        expect_end(lab, &name, ("refused", true))?;
        lab.line(&name, "this is no compiled app").map(drop)
    })
    .with(guest)
}

fn trapped(id: &'static str, says: &'static str, module: &'static str, why: &'static str) -> Rule {
    let name = app_name(id);
    let guest = Guest::plain(&name, Script::new()).wasm(format!("(module {module})"));
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
        let (how, failed) = lab.ended(&name)?;
        if failed && how.starts_with("trapped") && how.contains(why) {
            Ok(())
        } else {
            Err(format!("it {how}"))
        }
    })
    .with(guest)
}

/// Its calls are answered with exactly these numbers.
fn denied(id: &'static str, says: &'static str, answers: &'static [u8], attack: Attack) -> Rule {
    let name = app_name(id);
    let guest = Guest::new(&name, FILES, Script::new()).wasm(attack.module());
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
        expect_end(lab, &name, ("ended", false))?;
        let told: Vec<&str> = lab.lines(&name, Some(Stream::Stderr));
        let told: Vec<&str> = told.iter().filter_map(|line| line.split("errno ").nth(1)).collect();
        let wanted: Vec<String> = answers.iter().map(|n| format!("{n:02}")).collect();
        if told == wanted { Ok(()) } else { Err(format!("it was answered {told:?}, expected {wanted:?}")) }
    })
    .with(guest)
}

/// Error numbers of WASI 0.1 (`errno` of `wasi_snapshot_preview1`).
const DONE: u8 = 0;
const BADF: u8 = 8;
const ILSEQ: u8 = 25;
const INVAL: u8 = 28;
const LOOP: u8 = 32;
const NAMETOOLONG: u8 = 37;
const NOENT: u8 = 44;
const PERM: u8 = 63;

/// Makes an empty file.
fn making(path: &[u8]) -> Attack {
    let (follow, create, rights) = (Value::I32(1), Value::I32(1), Value::I64(READ | WRITE));
    let nothing = Value::I32(0);
    Attack::new()
        .call("path_open", &[DATA, follow, Value::Text(path), create, rights, rights, nothing, Value::Out])
}

fn picture(id: &'static str, says: &'static str, path: &'static str) -> Rule {
    let name = app_name(id);
    let script =
        Script::new().say(&format!("VYOMA_DRAW:draw_image:0,0,64,64,{path}")).say("VYOMA_DRAW:flush").stay();
    let guest = Guest::new(&name, WINDOW, script);
    Rule::new(id, says, move |lab: &mut Lab| lab.line(&name, "image not drawn").map(drop)).with(guest)
}

/// An abuser that is let: it hurts itself alone, which the canary tells.
fn goes_on(id: &'static str, says: &'static str, guest: Guest) -> Rule {
    let name = guest.name.clone();
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
        lab.report(&format!("start of {name}"), |report| {
            matches!(report, Report::Started { app, .. } if *app == name).then_some(())
        })?;
        let from = lab.now();
        lab.line_since(from, "canary", "> REPLY:pong").map(drop)
    })
    .with(guest)
}

const IMPORT_ENV: &str =
    "(import \"env\" \"system\" (func (param i32) (result i32))) (memory (export \"memory\") 1)";
const IMPORT_EXEC: &str =
    "(import \"wasi_snapshot_preview1\" \"proc_exec\" (func (param i32))) (memory (export \"memory\") 1)";
const IMPORT_THREAD: &str =
    "(import \"wasi\" \"thread-spawn\" (func (param i32) (result i32))) (memory (export \"memory\") 1)";
const IMPORT_MEMORY: &str = "(import \"env\" \"memory\" (memory 1))";
const TABLE: &str = "(table 100000000 funcref) (memory (export \"memory\") 1) (func (export \"_start\"))";
const RECURSION: &str = "(memory (export \"memory\") 1) (func $f (export \"_start\") (call $f) (call $f))";
const OUTSIDE: &str =
    "(memory (export \"memory\") 1) (func (export \"_start\") (drop (i32.load (i32.const 0x7fffffff))))";
const INDIRECT: &str = "(memory (export \"memory\") 1) (type $t (func)) (table 4 funcref)
    (func (export \"_start\") (call_indirect (type $t) (i32.const 2)))";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::{self, Site};

    /// These never come as far as a device: the compiler refuses them.
    #[test]
    fn compile_modules_with_features_that_apps_have_not_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        let site = Site { checkout: path.clone(), cache: path.clone(), out: path };
        for module in [
            "(module (memory (export \"memory\") 1 1 shared) (func (export \"_start\")))",
            "(module (memory (export \"memory\") 1) (func (export \"_start\") (atomic.fence)))",
        ] {
            let wasm = wat::parse_str(module).unwrap();
            assert!(build::compile_wasm(&site, &wasm).is_err(), "{module} was compiled");
        }
        let plain = "(module (memory (export \"memory\") 1) (func (export \"_start\")))";
        build::compile_wasm(&site, &wat::parse_str(plain).unwrap()).unwrap();
    }

    /// `VYOMA_BLESS=1` writes the page anew.
    #[test]
    fn page_of_security_tests_is_the_list() {
        let mut page = String::from(
            "# Security tests\n\n\
             Apps that each try one escape or one abuse, run by `cargo vyoma conformance S.` against the real programs in\n\
             the simulator, and with `--qemu` on the real kernel. None may succeed; the reason is in the app's log; an\n\
             app beside them (`S.canary`) runs as if it were alone. This page is written by a test from the list in\n\
             `image/src/conformance/hostile.rs`.\n\n| test | an app tries |\n|---|---|\n",
        );
        let mut tries = 0;
        for rule in [modules(), files(), messages(), floods()].iter().flat_map(|scene| &scene.rules) {
            tries += usize::from(!rule.id.starts_with("S.canary"));
            page += &format!("| `{}` | {} |\n", rule.id, rule.says);
        }
        assert!(tries >= 60, "only {tries} hostile apps");
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/security-tests.md");
        if std::env::var_os("VYOMA_BLESS").is_some() {
            std::fs::write(path, &page).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), page, "bless it with VYOMA_BLESS=1");
    }

    #[test]
    fn attack_with_texts_and_numbers_is_a_module() {
        let attack = Attack::new().call("path_unlink_file", &[DATA, Value::Text(b"a\"\0\xff")]);
        wasmparser::validate(&wat::parse_bytes(&attack.module()).unwrap()).unwrap();
    }
}
