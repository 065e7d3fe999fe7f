//! Section 7: starting, ending, starting again.

use std::time::Duration;

use control_protocol::Stream;
use control_protocol::driver::{Command as Order, Report};

use super::guest::{Guest, Script};
use super::lab::{Lab, Verdict};
use super::manifest::expect_end;
use super::scene::{Rule, Scene};

const STDIO: &str = "[capabilities]\nstdio = true";

/// How apps end, and what follows.
pub(super) fn life() -> Scene {
    let mut scene = Scene::new("life");
    scene.rules = vec![
        ends("7.exit.zero", "exit code 0 is a normal end", Script::new().exit(0), ("ended", false)),
        ends("7.exit.return", "so is the end of the program", Script::new().say("x"), ("ended", false)),
        ends(
            "7.exit.code",
            "a non-zero code is a failure",
            Script::new().exit(3),
            ("ended with exit code 3", true),
        ),
        ends("7.trap", "a trap is a failure, and says why", Script::new().trap(), ("trapped: ", true)),
        ends(
            "7.trap.output",
            "what it printed before is not lost",
            Script::new().raw(b"last words").trap(),
            ("trapped: ", true),
        ),
        Rule::new("7.kill", "a kill is a failure", |lab| {
            lab.line("victim", "ready")?;
            lab.order(&Order::KillApp("victim".into()))?;
            expect_end(lab, "victim", ("killed", true))
        })
        .with(Guest::plain("victim", Script::new().say("ready").stay())),
        Rule::new("7.threads", "an app that starts a thread does not run", |lab| {
            let (how, failed) = lab.ended("threads")?;
            if failed && how.starts_with("refused") { Ok(()) } else { Err(format!("it {how}")) }
        })
        .with(Guest::plain("threads", Script::new()).wasm(THREADS)),
        Rule::new("7.import.absent", "an import that is not granted is not linked", |lab| {
            let (how, failed) = lab.ended("custom")?;
            if failed && how.starts_with("refused") { Ok(()) } else { Err(format!("it {how}")) }
        })
        .with(Guest::plain("custom", Script::new()).wasm(CUSTOM_IMPORT)),
        Rule::new("7.restart.never", "restart = never is the default: a failure is not repeated", |lab| {
            expect_end(lab, "once", ("trapped", true))?;
            // Whatever follows at once would be a start: the one that fails later has started twice by then.
            starts_again(lab, "again")?;
            starts(lab, "once", 1)
        })
        .with(Guest::plain("once", Script::new().trap())),
        Rule::new("7.restart.on_failure", "restart = on-failure: after a failure", |lab| {
            starts_again(lab, "again")
        })
        .with(Guest::plain("again", Script::new().exit(1)).restart("on-failure")),
        Rule::new("7.restart.on_failure.clean", "but not after a normal end", |lab| {
            expect_end(lab, "content", ("ended", false))?;
            starts_again(lab, "always")?;
            starts(lab, "content", 1)
        })
        .with(Guest::plain("content", Script::new().exit(0)).restart("on-failure")),
        Rule::new("7.restart.always", "restart = always: after any end", |lab| starts_again(lab, "always"))
            .with(Guest::plain("always", Script::new().exit(0)).restart("always")),
        Rule::new("7.backoff", "restarts wait for 0.5 s, then 1 s, doubling", |lab| {
            for pause in ["500 ms", "1000 ms", "2000 ms"] {
                lab.line("failing", &format!("starts again in {pause}"))?;
            }
            let order: Vec<_> = lab
                .lines("failing", Some(Stream::System))
                .into_iter()
                .filter(|l| l.contains("again"))
                .collect();
            if order.is_sorted_by_key(|l| l.len()) { Ok(()) } else { Err(format!("{order:?}")) }
        })
        .with(Guest::plain("failing", Script::new().exit(1)).restart("on-failure")),
        Rule::new("7.stop.polite", "closing stdin is the polite stop: what it says then is heard", |lab| {
            expect_end(lab, "polite", ("ended", false))?;
            lab.line("polite", "bye").map(drop)
        })
        .with(
            Guest::plain("polite", Script::new().say("@stopper: ready").hear_eof().say("bye"))
                .restart("always"),
        )
        .with(Guest::shell("stopper", Script::new().hear_line("ready").ask_and_wait("kill polite").stay())),
        Rule::new(
            "7.stop.asked",
            "a stop that the system was asked for is no failure and not undone",
            |lab| {
                expect_end(lab, "stubborn", ("killed", false))?;
                starts_again(lab, "always")?;
                starts(lab, "stubborn", 1)
            },
        )
        .with(Guest::plain("stubborn", Script::new().say("@stopper2: ready").spin()).restart("always"))
        .with(Guest::shell(
            "stopper2",
            Script::new().hear_line("ready").ask_and_wait("kill stubborn").stay(),
        )),
        Rule::new("7.clock", "the guest's monotonic clock starts at a day", |lab| {
            let line = lab.line("clock", "  clock ")?;
            let seconds: u64 = line.trim_start_matches("  clock ").parse().unwrap_or(0);
            let day = Duration::from_secs(86_400).as_secs();
            if (day..day + 3600).contains(&seconds) {
                Ok(())
            } else {
                Err(format!("it starts at {seconds} s"))
            }
        })
        .with(Guest::plain("clock", Script::new().clock().stay())),
        Rule::new("7.handshake.again", "the handshake is sent at every start", |lab| {
            let twice = |lab: &Lab| {
                lab.lines("reborn", Some(Stream::Stderr))
                    .iter()
                    .filter(|l| l.contains("screen:640,480"))
                    .count()
                    >= 2
            };
            starts_again(lab, "reborn")?;
            lab.line("reborn", "starts again in 1000 ms")?;
            if twice(lab) { Ok(()) } else { Err("no second handshake".into()) }
        })
        .with(
            Guest::new(
                "reborn",
                "[capabilities]\nstdio = true\ndisplay = true",
                Script::new().hear("VYOMA_SYSTEM:display_profile:").exit(1),
            )
            .restart("on-failure"),
        ),
    ];
    scene
}

const THREADS: &str = "(module (import \"wasi\" \"thread-spawn\" (func (param i32) (result i32)))\
                       (memory (export \"memory\") 1) (func (export \"_start\")))";

const CUSTOM_IMPORT: &str = "(module (import \"vyoma\" \"secret\" (func))\
                             (memory (export \"memory\") 1) (func (export \"_start\")))";

fn ends(id: &'static str, says: &'static str, script: Script, end: (&'static str, bool)) -> Rule {
    let name = id.replace('.', "-");
    let guest = Guest::new(&name, STDIO, script);
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
        expect_end(lab, &name, end)?;
        if id == "7.trap.output" { lab.line(&name, "last words").map(drop) } else { Ok(()) }
    })
    .with(guest)
}

/// Waits for an app's second start.
fn starts_again(lab: &mut Lab, name: &str) -> Verdict {
    let mut count = 0;
    lab.report(&format!("second start of {name}"), |report| {
        count += usize::from(matches!(report, Report::Started { app, .. } if app == name));
        (count == 2).then_some(())
    })
}

/// An app has started so often.
fn starts(lab: &mut Lab, name: &str, times: usize) -> Verdict {
    let count = lab.count(|report| matches!(report, Report::Started { app, .. } if app == name));
    if count == times { Ok(()) } else { Err(format!("{name} started {count} times, expected {times}")) }
}
