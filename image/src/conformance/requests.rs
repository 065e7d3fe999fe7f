//! Section 5: `@supervisor:` requests and their replies.

use control_protocol::Stream;

use super::guest::{Guest, Script};
use super::lab::{Lab, Verdict};
use super::manifest::expect_end;
use super::scene::{Rule, Scene};

/// The reply that every asking guest asks for behind its own: replies come in order.
const FENCE: &str = "REPLY:640x480";

const STDIO: &str = "[capabilities]\nstdio = true";
const SHELL: &str = "[capabilities]\nstdio = true\nshell = true";

/// What a request must be answered with.
#[derive(Clone, Copy)]
enum Reply {
    /// These lines.
    Is(&'static [&'static str]),
    /// One line that begins so.
    Begins(&'static str),
    /// One line that holds all of these.
    Holds(&'static [&'static str]),
}

use Reply::{Begins, Holds, Is};

/// Identity, words, manifest, request, reply.
type Asked = (&'static str, &'static str, &'static str, &'static str, Reply);

const ASKED: &[Asked] = &[
    ("5.1.ping", "ping is answered with exactly REPLY:pong", STDIO, "ping", Is(&["REPLY:pong"])),
    ("5.1.list", "list without shell", STDIO, "list", Holds(&["|asked-5-1-list|"])),
    ("5.1.apps", "apps is the same", STDIO, "apps", Holds(&["|asked-5-1-apps|"])),
    ("5.1.status", "status", STDIO, "status", Begins("REPLY:{\"running\":")),
    (
        "5.1.ps-raw",
        "name:run|stop:uptime_s:restarts, joined",
        STDIO,
        "ps-raw",
        Holds(&["|asked-5-1-ps-raw:run:"]),
    ),
    ("5.1.screen-size", "screen-size", STDIO, "screen-size", Is(&[])),
    ("5.1.uptime", "uptime", STDIO, "uptime", Begins("REPLY:0h 0")),
    ("5.1.version", "version", STDIO, "version", Begins("REPLY:VyomaOS ")),
    (
        "5.1.win-info",
        "win-info of an app without a window",
        STDIO,
        "win-info asked-5-1-win-info",
        Is(&["REPLY:win-info asked-5-1-win-info none"]),
    ),
    (
        "5.1.raise",
        "raise with the own name, without a window",
        STDIO,
        "raise asked-5-1-raise",
        Begins("REPLY:error: app asked-5-1-raise has no window"),
    ),
    ("5.1.notify", "notify", STDIO, "notify Title|a text", Is(&["REPLY:notify Title|a text"])),
    ("5.1.theme", "theme is read", STDIO, "theme", Is(&["REPLY:theme dark"])),
    ("5.1.keyboard", "the keyboard's layout is read", STDIO, "keyboard", Is(&["REPLY:keyboard us"])),
    ("5.1.brightness", "brightness is read", STDIO, "brightness", Is(&["REPLY:brightness 100"])),
    ("5.1.locale", "locale is read", STDIO, "locale", Is(&["REPLY:locale en-US"])),
    ("5.unknown", "an unknown verb gets no reply", SHELL, "frobnicate now", Is(&[])),
    ("5.verb.case", "verbs are as written", SHELL, "LIST", Is(&[])),
    ("5.verb.first", "the verb begins at once", SHELL, " list", Is(&[])),
    (
        "5.malformed",
        "a verb without its argument gets an error",
        SHELL,
        "kill",
        Begins("REPLY:error: kill: usage:"),
    ),
    ("5.2.list", "a|b|c, sorted", SHELL, "list", Holds(&["|asked-5-2-list|"])),
    ("5.2.ps", "one row per app", SHELL, "ps", Holds(&["REPLY:", "asked-5-2-ps ", " 0 frames", "|"])),
    (
        "5.2.run.error",
        "run of nothing says why",
        SHELL,
        "run nothing-there",
        Begins("REPLY:error: could not spawn nothing-there: "),
    ),
    (
        "5.2.run.path",
        "nothing outside of /apps runs",
        SHELL,
        "run ../../etc",
        Begins("REPLY:error: could not spawn ../../etc: "),
    ),
    (
        "5.2.kill.not_running",
        "kill of what does not run",
        SHELL,
        "kill nobody",
        Is(&["REPLY:nobody not running"]),
    ),
    (
        "5.2.restart.unknown",
        "restart of an unknown app",
        SHELL,
        "restart nobody",
        Is(&["REPLY:error: app nobody not found"]),
    ),
    ("5.2.reload", "reload starts what does not run", SHELL, "reload", Begins("REPLY:reload done, ")),
    (
        "5.2.focus.unknown",
        "focus of an unknown app is an error reply",
        SHELL,
        "focus nobody",
        Is(&["REPLY:error: app nobody not found"]),
    ),
    (
        "5.2.raise.unknown",
        "raise of an unknown app",
        SHELL,
        "raise nobody",
        Is(&["REPLY:error: app nobody not found"]),
    ),
    (
        "5.2.lower.unknown",
        "lower of an unknown app",
        SHELL,
        "lower nobody",
        Is(&["REPLY:error: app nobody not found"]),
    ),
    (
        "5.2.resize.unknown",
        "resize of an unknown app",
        SHELL,
        "resize nobody 1 2",
        Is(&["REPLY:error: app nobody not found"]),
    ),
    (
        "5.2.reposition.unknown",
        "reposition of an unknown app",
        SHELL,
        "reposition nobody 1 2",
        Is(&["REPLY:error: app nobody not found"]),
    ),
    (
        "5.2.win-info.not_found",
        "win-info of an unknown app",
        SHELL,
        "win-info nobody",
        Is(&["REPLY:win-info nobody not-found"]),
    ),
    ("5.2.input.silent", "input gets no reply", SHELL, "input x", Is(&[])),
    (
        "5.2.log.unknown",
        "the log of an unknown app",
        SHELL,
        "log nobody",
        Begins("REPLY:error: no log of nobody"),
    ),
    ("5.2.logs", "logs: the names", SHELL, "logs", Holds(&["REPLY:", "|"])),
    ("5.2.loglevel", "loglevel gets no reply", SHELL, "loglevel asked-5-2-loglevel debug", Is(&[])),
    (
        "5.2.loglevel.unknown",
        "a level that is none is an error",
        SHELL,
        "loglevel x loud",
        Begins("REPLY:error: "),
    ),
    (
        "5.2.wallpaper",
        "wallpaper with a colour",
        SHELL,
        "wallpaper 0x0b1020ff",
        Is(&["REPLY:wallpaper 0x0b1020ff"]),
    ),
    ("5.2.theme", "theme is set", SHELL, "theme dark", Is(&["REPLY:theme dark"])),
    (
        "5.2.wallpaper.missing",
        "a wallpaper that is not there is an error",
        SHELL,
        "wallpaper nowhere.png",
        Begins("REPLY:error: wallpaper: "),
    ),
    (
        "5.2.previews.windowless",
        "previews in a window that is not there are an error",
        SHELL,
        "previews aaa 0,0,10,10",
        Is(&["REPLY:error: previews: this app has no window"]),
    ),
    (
        "5.2.previews.malformed",
        "previews without a place get an error",
        SHELL,
        "previews aaa 0,0,10",
        Begins("REPLY:error: previews: usage:"),
    ),
    (
        "5.2.previews.many",
        "more than sixteen previews get an error",
        SHELL,
        "previews a 0,0,1,1|a 0,0,1,1|a 0,0,1,1|a 0,0,1,1|a 0,0,1,1|a 0,0,1,1|a 0,0,1,1|a 0,0,1,1|a 0,0,1,1|\
         a 0,0,1,1|a 0,0,1,1|a 0,0,1,1|a 0,0,1,1|a 0,0,1,1|a 0,0,1,1|a 0,0,1,1|a 0,0,1,1",
        Begins("REPLY:error: previews: usage:"),
    ),
    ("5.2.run.whole", "a run without a name is an error", SHELL, "run ", Begins("REPLY:error: ")),
    (
        "5.2.theme.unknown",
        "a theme that is none is an error",
        SHELL,
        "theme blue",
        Begins("REPLY:error: theme"),
    ),
    (
        "5.2.locale.unknown",
        "a locale that is none is an error",
        SHELL,
        "locale no such",
        Begins("REPLY:error: locale"),
    ),
    (
        "5.2.screenshot",
        "screenshot ok and the path",
        SHELL,
        "screenshot",
        Begins("REPLY:screenshot ok /data/screenshots/"),
    ),
    (
        "5.2.screenshot.name",
        "a name of one's own",
        SHELL,
        "screenshot mine.png",
        Is(&["REPLY:screenshot ok /data/screenshots/mine.png"]),
    ),
    (
        "5.2.screenshot.outside",
        "no path leads out of it",
        SHELL,
        "screenshot ../x.png",
        Begins("REPLY:screenshot error "),
    ),
];

/// Requests whose answers name every app: asked where there are few, as a log line is cut at 4 KiB.
const ASKED_OF_FEW: &[Asked] = &[
    (
        "5.2.pkg-list",
        "[+] name vX  description",
        SHELL,
        "pkg-list",
        Holds(&["[+] described v2.0.1  What it is", "|"]),
    ),
    (
        "5.2.catalog",
        "one-line JSON",
        SHELL,
        "catalog",
        Holds(&[
            "REPLY:[{",
            "{\"name\":\"described\",\"title\":\"Shown So\",\"version\":\"2.0.1\"",
            "\"category\":\"tests\"",
            "\"running\":false}",
        ]),
    ),
];

/// Verbs that need a right, with arguments.
const DENIED: &[(&str, &str)] = &[
    ("5.denied.ps", "ps"),
    ("5.denied.run", "run described"),
    ("5.denied.kill", "kill humble"),
    ("5.denied.restart", "restart humble"),
    ("5.denied.reload", "reload"),
    ("5.denied.focus", "focus humble"),
    ("5.denied.raise", "raise other"),
    ("5.denied.lower", "lower other"),
    ("5.denied.input", "input x"),
    ("5.denied.reposition", "reposition humble 1 2"),
    ("5.denied.resize", "resize humble 1 2"),
    ("5.denied.win-info", "win-info other"),
    ("5.denied.log", "log humble"),
    ("5.denied.logs", "logs"),
    ("5.denied.logf", "logf humble"),
    ("5.denied.loglevel", "loglevel humble info"),
    ("5.denied.wallpaper", "wallpaper 0xff"),
    ("5.denied.theme", "theme light"),
    ("5.denied.locale", "locale de"),
    ("5.denied.keyboard", "keyboard de"),
    ("5.denied.brightness", "brightness 50"),
    ("5.denied.settings-reset", "settings-reset"),
    ("5.denied.screenshot", "screenshot"),
    ("5.denied.previews", "previews humble 0,0,10,10"),
    ("5.denied.pkg-list", "pkg-list"),
    ("5.denied.catalog", "catalog"),
    ("5.denied.lock", "lock"),
    ("5.denied.unlock", "unlock 1"),
    ("5.denied.blank", "blank"),
    ("5.denied.unblank", "unblank"),
    ("5.denied.idle", "idle"),
    ("5.denied.shutdown", "shutdown"),
    ("5.denied.reboot", "reboot"),
    ("5.denied.clipboard-get", "clipboard-get"),
    ("5.denied.clipboard-set", "clipboard-set x"),
    ("5.denied.clipboard-clear", "clipboard-clear"),
    ("5.denied.http-get", "http-get http://127.0.0.1/"),
    ("5.denied.dns-resolve", "dns-resolve localhost"),
];

pub(super) fn requests() -> Scene {
    let mut scene = Scene::new("requests");
    let script = DENIED.iter().fold(Script::new(), |all, (_, request)| all.ask(request));
    scene.guests = vec![
        Guest::plain("aaa", Script::new().stay()),
        Guest::plain("humble", script.ask("list").stay()),
        Guest::plain("zzz", Script::new().stay()),
    ];
    scene.rules = ASKED.iter().map(|asked| answered(*asked)).collect();
    scene.rules.extend(DENIED.iter().map(|(id, request)| {
        let verb = request.split(' ').next().unwrap_or_default();
        Rule::new(id, "without the right: an error reply, and nothing happens", move |lab| {
            lab.line("humble", &format!("> REPLY:error: denied {verb}")).map(drop)
        })
    }));
    scene.rules.extend(more());
    scene
}

fn more() -> Vec<Rule> {
    vec![
        Rule::new("5.denied.harmless", "what was denied was not done", |lab| {
            let list = lab.line("humble", "> REPLY:aaa|")?;
            if list.contains("|humble|") { Ok(()) } else { Err(list) }
        }),
        Rule::new("5.order", "one reply each, in the order of the requests", |lab| {
            let expected = ["REPLY:theme dark", "REPLY:locale en-US", "REPLY:win-info orderly none"];
            hears(lab, "orderly", &expected)
        })
        .with(Guest::plain(
            "orderly",
            Script::new()
                .say_all(&[
                    "@supervisor: theme",
                    "@supervisor: frobnicate",
                    "@supervisor: locale",
                    "@supervisor: win-info orderly",
                    "@supervisor: screen-size",
                ])
                .stay(),
        )),
        Rule::new("5.unknown.logged", "an unknown verb is logged", |lab| {
            lab.line("orderly2", "unknown verb \"frobnicate\"").map(drop)
        })
        .with(Guest::plain("orderly2", Script::new().ask("frobnicate now").stay())),
        Rule::new("5.rest", "the rest is verbatim, never trimmed, control bytes allowed", |lab| {
            hears(lab, "verbatim", &["REPLY:clipboard-set ok", "REPLY:clipboard   a \\u{1b}[A b "])
        })
        .with(Guest::shell(
            "verbatim",
            Script::new().ask("clipboard-set   a \x1b[A b ").ask("clipboard-get").ask("screen-size").stay(),
        )),
        Rule::new("5.2.run", "run by name: launched", |lab| {
            hears(lab, "runner", &["REPLY:launched called"])?;
            lab.line("called", "here").map(drop)
        })
        .with(Guest::plain("called", Script::new().say("here").stay()).installed())
        .with(Guest::shell("runner", Script::new().ask_and_wait("run called").ask("screen-size").stay())),
        Rule::new("5.2.run.folder", "run by the path of a bundle or of its manifest", |lab| {
            hears(lab, "runner2", &["REPLY:launched called2", "REPLY:launched called3"])
        })
        .with(Guest::plain("called2", Script::new().stay()).installed())
        .with(Guest::plain("called3", Script::new().stay()).installed())
        .with(Guest::shell(
            "runner2",
            Script::new()
                .ask_and_wait("run /apps/called2")
                .ask_and_wait("run /apps/called3/vyoma.toml")
                .ask("screen-size")
                .stay(),
        )),
        Rule::new("5.2.kill", "kill: stdin closes first", |lab| {
            hears(lab, "killer", &["ready", "REPLY:killed doomed"])?;
            expect_end(lab, "doomed", ("ended", false))
        })
        .with(Guest::plain("doomed", Script::new().say("@killer: ready").stay()))
        .with(Guest::shell(
            "killer",
            Script::new().hear("ready").ask_and_wait("kill doomed").ask("screen-size").stay(),
        )),
        Rule::new(
            "5.2.kill.patience",
            "an app that sleeps for a while when it is asked still ends in order",
            |lab| {
                expect_end(lab, "sleepyhead", ("ended", false))?;
                lab.line("sleepyhead", "awake").map(drop)
            },
        )
        .with(Guest::plain(
            "sleepyhead",
            Script::new().say("@waker: ready").sleep(1500).note("awake").hear_eof(),
        ))
        .with(Guest::shell("waker", Script::new().hear("ready").ask_and_wait("kill sleepyhead").stay())),
        Rule::new("5.2.loglevel.holds", "loglevel: what weighs less is not kept", |lab| {
            let heard = heard(lab, "censor")?;
            let log = heard.iter().rfind(|line| line.starts_with("REPLY:")).cloned().unwrap_or_default();
            if log.contains("first said") && !log.contains("second said") { Ok(()) } else { Err(log) }
        })
        .with(Guest::plain(
            "talker",
            Script::new()
                .say("first said")
                .say("@censor: done")
                .hear_line("again")
                .say("second said")
                .say("@censor: done")
                .stay(),
        ))
        .with(Guest::shell(
            "censor",
            Script::new()
                .hear("done")
                .ask("loglevel talker error")
                .ask_and_wait("version")
                .say("@talker: again")
                .hear("done")
                .ask_and_wait("log talker")
                .ask("screen-size")
                .stay(),
        )),
        Rule::new("5.2.restart", "restart: never two instances", |lab| {
            hears(lab, "restarter", &["ready", "REPLY:restarted twice", "ready"])?;
            expect_end(lab, "twice", ("ended", false))
        })
        .with(Guest::plain("twice", Script::new().say("@restarter: ready").stay()))
        .with(Guest::shell(
            "restarter",
            Script::new().hear("ready").ask_and_wait("restart twice").hear("ready").ask("screen-size").stay(),
        )),
        Rule::new("5.2.kill.silence", "no reply is sent once a stop has begun", |lab| {
            expect_end(lab, "late-asker", ("ended", false))?;
            lab.line("late-asker", "still there")?;
            match lab.lines("late-asker", None).iter().find(|line| line.starts_with("> REPLY:")) {
                Some(line) => Err(format!("it heard {line}")),
                None => Ok(()),
            }
        })
        .with(Guest::plain(
            "late-asker",
            Script::new()
                .say("@silencer: ready")
                .hear_eof()
                .ask("list")
                .sleep(200)
                .note("still there")
                .hear_eof(),
        ))
        .with(Guest::shell("silencer", Script::new().hear("ready").ask("kill late-asker").stay())),
        Rule::new("5.2.restart.stopped", "restart starts one that does not run", |lab| {
            hears(lab, "starter", &["ready", "REPLY:killed napper", "REPLY:restarted napper", "ready"])
        })
        .with(Guest::plain("napper", Script::new().say("@starter: ready").stay()))
        .with(Guest::shell(
            "starter",
            Script::new()
                .hear("ready")
                .ask_and_wait("kill napper")
                .ask_and_wait("restart napper")
                .hear("ready")
                .ask("screen-size")
                .stay(),
        )),
        Rule::new("5.2.log", "log: the last 20 lines joined by |, ASCII only", |lab| {
            let heard = heard(lab, "reader")?;
            let lines = (6..25).map(|n| format!("line {n}")).chain(["caf?".to_owned()]);
            let expected = format!("REPLY:{}", lines.collect::<Vec<_>>().join("|"));
            if heard.get(1) == Some(&expected) {
                Ok(())
            } else {
                Err(format!("{heard:?}, expected {expected}"))
            }
        })
        .with(Guest::plain("chatty", chatter(25, "reader")))
        .with(Guest::shell(
            "reader",
            Script::new().hear("ready").ask_and_wait("log chatty").ask("screen-size").stay(),
        )),
        Rule::new("5.2.logf", "logf: the last 30", |lab| {
            let heard = heard(lab, "reader2")?;
            let lines = (11..40).map(|n| format!("line {n}")).chain(["caf?".to_owned()]);
            let expected = format!("REPLY:{}", lines.collect::<Vec<_>>().join("|"));
            if heard.get(1) == Some(&expected) { Ok(()) } else { Err(format!("{heard:?}")) }
        })
        .with(Guest::plain("chatty2", chatter(40, "reader2")))
        .with(Guest::shell(
            "reader2",
            Script::new().hear("ready").ask_and_wait("logf chatty2").ask("screen-size").stay(),
        )),
        Rule::new("5.2.ps-raw.compat", "compat.toml: dock's ps-raw has its prefix", |lab| {
            let heard = lab.heard_until("dock", FENCE)?;
            let fine = heard.len() == 1 && heard[0].starts_with("REPLY:ps-raw:aaa:run:");
            if fine { Ok(()) } else { Err(format!("{heard:?}")) }
        })
        .with(Guest::plain("dock", Script::new().ask("ps-raw").ask("screen-size").stay())),
        Rule::new("5.2.list.sorted", "names are sorted", |lab| {
            let list = lab.line("humble", "> REPLY:aaa|")?;
            let names: Vec<_> = list.trim_start_matches("> REPLY:").split('|').collect();
            let all = names.first() == Some(&"aaa") && names.last() == Some(&"zzz");
            if names.is_sorted() && all { Ok(()) } else { Err(list) }
        }),
        Rule::new(
            "5.3.collapse",
            "several waiting pings collapse into one answer in the place of the first",
            |lab| hears(lab, "pomodoro", &["REPLY:pong", "REPLY:theme dark"]),
        )
        // At 1 Hz, by compat.toml: all of them are there before the first is answered.
        .with(Guest::plain(
            "pomodoro",
            Script::new()
                .say_all(&[
                    "@supervisor: ping",
                    "@supervisor: ping",
                    "@supervisor: ping",
                    "@supervisor: ping",
                    "@supervisor: theme",
                    "@supervisor: screen-size",
                ])
                .stay(),
        )),
        Rule::new("5.3.paced", "compat.toml: geo-quiz is paced at 1 Hz, others at 30", |lab| {
            lab.comes_first(("lively", "10 pongs"), ("geo-quiz", "4 pongs"))
        })
        .with(Guest::plain("lively", pings(10)))
        .with(Guest::plain("geo-quiz", pings(4))),
        Rule::new(
            "5.3.rate",
            "at most one a display tick: 31 take a second, by the app's own clock",
            |lab| {
                lab.line("measured", "timed")?;
                let told = lab.lines("measured", Some(Stream::Stderr));
                let times: Vec<u64> =
                    told.iter().filter_map(|line| line.strip_prefix(" millis ")?.parse().ok()).collect();
                match times[..] {
                    // Whoever is late for a tick is not so for the next.
                    [before, after] if after - before >= 900 => Ok(()),
                    _ => Err(format!("its clock said {times:?}")),
                }
            },
        )
        .with(Guest::plain("measured", {
            let pings = (0..31).fold(Script::new(), |all, _| all.ask("ping").hear_line("REPLY:pong"));
            Script::new().milliseconds().then(&pings).milliseconds().note("timed").stay()
        })),
    ]
}

/// What an asking guest heard before its fence, but the screen line that apps with `shell` get, and news.
fn heard(lab: &mut Lab, app: &str) -> Result<Vec<String>, String> {
    let mut lines = lab.heard_until(app, FENCE)?;
    lines.retain(|line| !line.starts_with("VYOMA_SYSTEM:"));
    Ok(lines)
}

fn hears(lab: &mut Lab, app: &str, expected: &[&str]) -> Verdict {
    let heard = heard(lab, app)?;
    if heard == expected { Ok(()) } else { Err(format!("{app} heard {heard:?}, expected {expected:?}")) }
}

/// Pings so often, each after the answer to the one before.
pub(super) fn pings(times: u32) -> Script {
    let all = (0..times).fold(Script::new(), |all, _| all.ask("ping").hear_line("REPLY:pong"));
    all.say(&format!("{times} pongs")).stay()
}

/// Says lines up to this number, and one that is not ASCII.
fn chatter(end: u32, to: &str) -> Script {
    let lines = (1..end).fold(Script::new(), |all, n| all.say(&format!("line {n}")));
    lines.say("café").say(&format!("@{to}: ready")).stay()
}

fn answered((id, says, tables, request, reply): Asked) -> Rule {
    let name = format!("asked-{}", id.replace(['.', '_'], "-"));
    let guest = Guest::new(&name, tables, Script::new().ask(request).ask("screen-size").stay());
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
        let heard = heard(lab, &name)?;
        let fine = match reply {
            Is(lines) => heard.iter().eq(lines),
            Begins(beginning) => heard.last().is_some_and(|line| line.starts_with(beginning)),
            Holds(parts) => heard.last().is_some_and(|line| parts.iter().all(|part| line.contains(part))),
        };
        if fine { Ok(()) } else { Err(format!("the answer is {heard:?}")) }
    })
    .with(guest)
}

/// Lines that all or some apps hear when others do something.
pub(super) fn news() -> Scene {
    let mut scene = Scene::new("news");
    let listener = |name: &str, events: &str| {
        let tables = format!("{STDIO}\n[input]\nevents = [{events}]");
        Guest::new(name, &tables, Script::new().say("@teller: ready").stay())
    };
    scene.guests = vec![
        Guest::with_manifest(
            "described",
            "[app]\nname = \"described\"\nversion = \"2.0.1\"\nwasm = \"app.wasm\"\ndescription = \"What it is\"\n\
             icon = \"icon.svg\"\ncategory = \"tests\"\n[window]\ntitle = \"Shown So\"\n"
                .to_owned(),
            Script::new(),
        )
        .file("icon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
        .installed(),
        listener("plain-ear", ""),
        listener("apps-ear", "\"apps\""),
        listener("notified", "\"notification\""),
        listener("menu-ear", "\"menu\""),
        Guest::plain("late", Script::new().stay()).installed(),
        Guest::plain(
            "pretender",
            Script::new().hear("go").say("@menu-ear: MENU:1,2:x|y").say("@teller: done").stay(),
        ),
        Guest::shell(
            "teller",
            Script::new()
                .hear("ready")
                .hear("ready")
                .hear("ready")
                .hear("ready")
                .ask_and_wait("run late")
                .ask_and_wait("kill late")
                .say("@pretender: go")
                .hear("done")
                .say("@menu-ear: MENU:5,6:a|b")
                .ask_and_wait("notify A \"quoted\" \\title|and text")
                .ask_and_wait("locale de-DE")
                .stay(),
        ),
    ];
    let locale = "VYOMA_SYSTEM:locale:de-DE";
    scene.rules = vec![
        Rule::new("3.opt_in.none", "without an opt-in nothing of this is heard; locale is", move |lab| {
            lab.hears("plain-ear", &[], locale)
        }),
        Rule::new("3.apps", "apps adds app_launched and app_exited", move |lab| {
            let heard = lab.heard_until("apps-ear", locale)?;
            let late: Vec<_> = heard.iter().filter(|line| line.ends_with(":late")).collect();
            let order = ["VYOMA_SYSTEM:app_launched:late", "VYOMA_SYSTEM:app_exited:late"];
            let only = heard.iter().all(|line| line.starts_with("VYOMA_SYSTEM:app_"));
            // The end may come after the locale.
            if order.iter().zip(&late).all(|(a, b)| a == b) && !late.is_empty() && only {
                return lab.line("apps-ear", order[1]).map(drop);
            }
            Err(format!("it heard {heard:?}"))
        }),
        Rule::new(
            "3.notification",
            "notification adds one line of JSON without quotes or backslashes in its texts",
            move |lab| {
                let heard = lab.heard_until("notified", locale)?;
                let [line] = heard.as_slice() else { return Err(format!("it heard {heard:?}")) };
                let json = line.strip_prefix("VYOMA_SYSTEM:notification:").ok_or_else(|| line.clone())?;
                let value: serde_json::Value =
                    serde_json::from_str(json).map_err(|e| format!("{json}: {e}"))?;
                let text = |key: &str| value[key].as_str().unwrap_or("(absent)").to_owned();
                let fine = text("title") == "A  quoted   title"
                    && text("body") == "and text"
                    && text("app") == "teller";
                if fine && text("time").parse::<u64>().is_ok() { Ok(()) } else { Err(json.to_owned()) }
            },
        ),
        Rule::new("3.menu", "menu lets MENU through from an app with shell alone", move |lab| {
            lab.hears("menu-ear", &["MENU:5,6:a|b"], locale)
        }),
        Rule::new("3.locale", "a change of the locale is told to every app with stdio", move |lab| {
            lab.line("pretender", locale).map(drop)
        }),
    ];
    scene.rules.push(Rule::new("5.2.locale", "locale is set", |lab| {
        lab.line("teller", "> REPLY:locale de-DE").map(drop)
    }));
    scene.rules.extend(ASKED_OF_FEW.iter().map(|asked| answered(*asked)));
    scene.rules.push(
        Rule::new(
            "5.2.catalog.json",
            "catalog: name, title, version, icon, category, description, running of each",
            |lab| {
                let heard = heard(lab, "librarian")?;
                let [line] = heard.as_slice() else { return Err(format!("it heard {heard:?}")) };
                let json = line.strip_prefix("REPLY:").unwrap_or(line);
                let all: serde_json::Value =
                    serde_json::from_str(json).map_err(|e| format!("{json}: {e}"))?;
                let of = |name: &str| all.as_array()?.iter().find(|entry| entry["name"] == name).cloned();
                let expected = serde_json::json!({
                    "name": "described", "title": "Shown So", "version": "2.0.1",
                    "icon": "/apps/described/icon.svg", "category": "tests", "running": false,
                    "description": "What it is",
                });
                let runs = of("librarian").is_some_and(|entry| entry["running"] == true);
                match of("described") {
                    Some(found) if found == expected && runs => Ok(()),
                    found => Err(format!("{found:?}, and whether librarian runs: {runs}")),
                }
            },
        )
        .with(Guest::shell("librarian", Script::new().ask("catalog").ask("screen-size").stay())),
    );
    scene.rules.push(
        Rule::new("5.2.reload.count", "reload: how many were started of what boot.toml lists", |lab| {
            let mut heard = heard(lab, "loader")?;
            heard.retain(|line| line.starts_with("REPLY:"));
            let expected = ["REPLY:killed boots", "REPLY:reload done, 1 started"];
            if heard == expected { Ok(()) } else { Err(format!("it heard {heard:?}")) }
        })
        .with(Guest::plain("boots", Script::new().say("@loader: ready").stay()))
        // The end and the answer come in any order.
        .with(Guest::new(
            "mourner",
            &format!("{STDIO}\n[input]\nevents = [\"apps\"]"),
            Script::new().hear_line("VYOMA_SYSTEM:app_exited:boots").say("@loader: gone").stay(),
        ))
        .with(Guest::shell(
            "loader",
            Script::new()
                .hear("ready")
                .ask("kill boots")
                .hear("gone")
                .ask("reload")
                .hear("ready")
                .ask("screen-size")
                .stay(),
        )),
    );
    scene
}
