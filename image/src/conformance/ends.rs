//! Section 7 and 5.2, what takes long or ends the system: quarantine, `shutdown`, `reboot`, a watchdog's restart, and
//! who may come to the front by itself.

use control_protocol::Stream;
use control_protocol::driver::{Command as Order, Report};
use manifest::Policy;

use super::guest::{Guest, Script};
use super::judge;
use super::judge::Look::Is;
use super::lab::{Lab, Verdict};
use super::manifest::expect_end;
use super::scene::{Rule, Scene};

const GREEN: u32 = 0x00_c000;

/// An app that fails at once, whenever it starts, and one that is well for a minute in between. Both take that minute:
/// this scene begins before all others, and is looked at after them.
pub(super) fn quarantine() -> Scene {
    let mut scene = Scene::new("quarantine");
    let fails = Script::new().hear_line("up").say("@moody: fail");
    scene.is_walk = true;
    scene.is_long = true;
    scene.guests = vec![
        Guest::plain("doomed", Script::new().exit(1)).restart("on-failure"),
        Guest::plain("eager", Script::new().exit(0)).restart("always"),
        Guest::plain("moody", Script::new().say("@nurse: up").hear_line("fail").exit(1))
            .restart("on-failure"),
        Guest::plain(
            "nurse",
            fails.clone().then(&fails).hear_line("up").sleep(61_000).say("@moody: fail").stay(),
        ),
    ];
    scene.actor = Some((Guest::shell("doctor", Script::new()), Script::new()));
    scene.rules = vec![
        Rule::new(
            "7.quarantine",
            "after eight failures in a row an app is not started again by itself",
            |lab| {
                lab.line("doomed", "failed too often")?;
                let starts = |app: &str| {
                    lab.count(|report| matches!(report, Report::Started { app: of, .. } if of == app))
                };
                if starts("doomed") == 8 {
                    Ok(())
                } else {
                    Err(format!("it started {} times", starts("doomed")))
                }
            },
        ),
        Rule::new("7.backoff.doubles", "the pauses between double, up to half a minute", |lab| {
            let said = lab.lines("doomed", Some(Stream::System));
            let pauses: Vec<&str> = said
                .iter()
                .filter_map(|line| line.split("starts again in ").nth(1)?.split(' ').next())
                .collect();
            let expected = ["500", "1000", "2000", "4000", "8000", "16000", "30000"];
            if pauses == expected { Ok(()) } else { Err(format!("the pauses are {pauses:?}")) }
        }),
        Rule::new("7.backoff.reset", "after 60 s of health the pauses begin anew", |lab| {
            let mut pauses = Vec::new();
            lab.report("third failure of moody", |report| {
                let Report::Log { app, line, .. } = report else { return None };
                let pause = line.split("starts again in ").nth(1).filter(|_| app == "moody")?;
                pauses.push(pause.split(' ').next().unwrap_or_default().to_owned());
                (pauses.len() == 3).then_some(())
            })?;
            let expected = ["500", "1000", "500"];
            if pauses == expected { Ok(()) } else { Err(format!("the pauses are {pauses:?}")) }
        }),
        Rule::new("7.quarantine.normal", "normal ends quarantine nobody, however many", |lab| {
            let starts = lab.count(|report| matches!(report, Report::Started { app, .. } if app == "eager"));
            match lab
                .lines("eager", Some(Stream::System))
                .iter()
                .find(|line| line.contains("failed too often"))
            {
                Some(line) => Err((*line).to_owned()),
                None if starts >= 8 => Ok(()),
                None => Err(format!("it started {starts} times")),
            }
        }),
    ];
    scene
}

/// `shutdown`, asked for by an app that may.
pub(super) fn shutdown() -> Scene {
    ending("shutdown", "5.2.shutdown", "shutdown: ok, and the system ends in order", "powering off")
}

/// `reboot`.
pub(super) fn reboot() -> Scene {
    ending("reboot", "5.2.reboot", "reboot: ok, and the system ends in order", "restarting")
}

fn ending(verb: &'static str, id: &'static str, says: &'static str, word: &'static str) -> Scene {
    let mut scene = Scene::new(verb);
    scene.guests = vec![
        Guest::plain("guest", Script::new().say("@host: here").hear_eof().note("bye")),
        Guest::shell("host", Script::new().hear_line("here").ask(verb).stay()),
    ];
    scene.rules = vec![Rule::new(id, says, move |lab| {
        lab.line("host", &format!("> REPLY:{verb} ok"))?;
        lab.line("", word)?;
        // Every app is asked to end, and says its last.
        lab.line("guest", "bye")?;
        expect_end(lab, "guest", ("ended", false))?;
        lab.goes()
    })];
    scene
}

/// Who comes to the front by itself.
pub(super) fn fronts() -> Scene {
    const WINDOW: &str =
        "[capabilities]\nstdio = true\ndisplay = true\n[window]\nx = 100\ny = 100\nw = 200\nh = 150";
    let mut scene = Scene::new("fronts");
    scene.is_walk = true;
    scene.policy = Policy::Desktop;
    let draw = |colour: &str| {
        let fill = format!("VYOMA_DRAW:fill_rect:0,0,9999,9999,{colour}");
        Script::new().say_all(&[&fill, "VYOMA_DRAW:flush"])
    };
    let pushy = |name: &str| {
        let raise = draw("0xc00000ff").ask_and_wait(&format!("raise {name}"));
        Guest::new(name, WINDOW, raise.stay())
    };
    let ask = draw("0x00c000ff").forever(&Script::new().hear_line("n").say("@agent: go"));
    scene.guests =
        vec![Guest::new("front", WINDOW, ask), pushy("behind"), pushy("phoenix").restart("on-failure")];
    scene.actor = Some((Guest::shell("agent", Script::new()), Script::new()));
    let keeps_front = |lab: &mut Lab, app: &str, replies: usize| -> Verdict {
        let reply = format!("> REPLY:raised {app}");
        let mut count = 0;
        lab.report(&format!("answer {replies} to {app}"), |report| {
            let is_it = matches!(report, Report::Log { app: of, line, .. } if of == app && *line == reply);
            count += usize::from(is_it);
            (count == replies).then_some(())
        })?;
        lab.focused("front")?;
        lab.screen(|picture| judge::judge(picture, &[Is((100, 100, 200, 150), GREEN)], (0, 0, 0, 0)))
    };
    scene.rules = vec![
        Rule::new(
            "5.2.raise.self.boot",
            "a self-raise of an app that boot started behind another is answered but ignored",
            move |lab| {
                lab.drawn("behind")?;
                keeps_front(lab, "behind", 1)
            },
        ),
        Rule::new("5.2.raise.self.restarted", "and so is that of one that policy restarted", move |lab| {
            lab.line("phoenix", "> REPLY:raised phoenix")?;
            lab.order(&Order::KillApp("phoenix".into()))?;
            keeps_front(lab, "phoenix", 2)
        }),
        Rule::new("5.2.raise.self.run", "but not that of one that was run", |lab| {
            lab.type_text("n")?;
            lab.line("agent", "> REPLY:launched late")?;
            lab.focused("late")
        })
        .with(pushy("late").installed())
        .acting(Script::new().hear_line("go").ask_and_wait("run late")),
        Rule::new("5.2.leave.focus", "when an app leaves, the one before has the keyboard again", |lab| {
            lab.press("Alt+F4")?;
            expect_end(lab, "late", ("ended", false))?;
            lab.focused("front")
        }),
        Rule::new("5.2.leave.other", "when one leaves that had it not, it stays where it is", |lab| {
            lab.type_text("n")?;
            lab.line("agent", "> REPLY:killed behind")?;
            expect_end(lab, "behind", ("ended", false))?;
            lab.type_text("#")?;
            lab.heard_until("front", "#").map(drop)
        })
        .acting(Script::new().hear_line("go").ask_and_wait("kill behind")),
    ];
    scene
}
