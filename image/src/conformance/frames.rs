//! Frames that are shown and not, floods of them, and floods of input: sections 2, 3 and 5.

use control_protocol::driver::Report;
use control_protocol::{InjectedInput as Input, Stream};

use super::guest::{Guest, Script};
use super::judge;
use super::judge::Look::Is;
use super::requests::pings;
use super::scene::{Rule, Scene};
use super::windows::{SCREEN, after, guarded};

/// An app that cannot be seen beside one that can.
pub(super) fn unseen() -> Scene {
    let mut scene = Scene::new("unseen");
    let tables = "[capabilities]\nstdio = true\ndisplay = true\n[window]\nw = 640\nh = 480";
    let draw = Script::new().say_all(&["VYOMA_DRAW:fill_rect:0,0,640,480,0x0000c0ff", "VYOMA_DRAW:flush"]);
    // The other one begins when this one is seen.
    let seen = draw.clone().hear("VYOMA_SYSTEM:frame:").say("@behind: go").hear_line("ready");
    let told = format!("{tables}\n[input]\nevents = [\"frame\"]");
    scene.guests = vec![Guest::new("front", &told, seen.then(&pings(10)))];
    scene.rules = vec![
        Rule::new("5.3.unseen", "an app that cannot be seen gets 1 Hz", |lab| {
            lab.comes_first(("front", "10 pongs"), ("behind", "4 pongs"))
        })
        .with(Guest::new(
            "behind",
            tables,
            draw.hear_line("go").say("@front: ready").then(&pings(4)),
        )),
        Rule::new("2.flush.unseen", "frames of an app nobody can see are not waited for", |lab| {
            lab.line("busy", "all flushed").map(drop)
        })
        .with(Guest::new("busy", tables, {
            let frame = |n: u32| format!("VYOMA_DRAW:fill_rect:{n},0,1,1,0xffffffff");
            (0..50)
                .fold(Script::new(), |all, n| all.say_all(&[&frame(n), "VYOMA_DRAW:flush"]))
                .say("all flushed")
                .stay()
        })),
    ];
    scene
}

/// `frame`, and a flush that waits.
pub(super) fn frames() -> Scene {
    let mut scene = Scene::new("frames");
    let tables = "[capabilities]\nstdio = true\ndisplay = true\n[window]\nw = 640\nh = 480\n[input]\nevents = [\"frame\"]";
    let mut script = Script::new();
    for n in 0..4 {
        let fill = format!("VYOMA_DRAW:fill_rect:0,0,640,480,0x{n}0{n}0{n}0ff");
        script = script.say_all(&[&fill, "VYOMA_DRAW:flush"]).hear("VYOMA_SYSTEM:frame:");
    }
    script = script
        .say_all(&["VYOMA_DRAW:fill_rect:0,0,640,480,0xff0000ff", "VYOMA_DRAW:flush"])
        .hear("VYOMA_SYSTEM:frame:")
        .say_all(&[
            "VYOMA_DRAW:fill_rect:0,0,320,480,0x00ff00ff",
            "VYOMA_DRAW:fill_rect:320,0,320,480,0x0000ffff",
        ])
        .say("drawn, not flushed")
        .say("@counter: ready")
        .hear_line("n")
        .say("VYOMA_DRAW:flush")
        .stay();
    let counter = Script::new().hear_line("ready").ask_and_wait("ps").note("counted").stay();
    scene.guests = vec![Guest::new("film", tables, script), Guest::shell("counter", counter)];
    scene.rules = vec![
        Rule::new("3.frame", "frame adds the presentation time after each flush, which grows", |lab| {
            lab.line("film", "drawn, not flushed")?;
            let times: Vec<u64> = lab
                .lines("film", None)
                .iter()
                .filter_map(|line| line.strip_prefix("> VYOMA_SYSTEM:frame:")?.parse().ok())
                .collect();
            if times.len() == 5 && times.is_sorted() { Ok(()) } else { Err(format!("{times:?}")) }
        }),
        Rule::new("5.2.ps.frames", "ps tells how many frames of each app were shown", |lab| {
            lab.line("counter", "counted")?;
            let answer = lab.line("counter", "> REPLY:")?;
            let row = answer.split('|').find(|row| row.contains("film ")).unwrap_or_default();
            let frames = row.strip_suffix(" frames").and_then(|row| row.rsplit(' ').next()?.parse().ok());
            // Five were flushed; one could have come before there was a screen.
            if matches!(frames, Some(4 | 5)) { Ok(()) } else { Err(answer) }
        }),
        Rule::new("2.flush.atomic", "what is not flushed is not seen", |lab| {
            lab.line("film", "drawn, not flushed")?;
            lab.screen(|picture| judge::judge(picture, &[Is((0, 0, 640, 480), 0xff_0000)], (0, 0, 0, 0)))
        }),
        Rule::new("2.flush.visible", "a flush makes everything since the last one visible", |lab| {
            lab.focused("film")?;
            lab.type_text("n")?;
            let looks = [Is((0, 0, 320, 480), 0x00_ff00), Is((320, 0, 320, 480), 0x00_00ff)];
            lab.screen(|picture| judge::judge(picture, &looks, (0, 0, 0, 0)))
        }),
    ];
    scene
}

/// A guest that flushes faster than any screen.
pub(super) fn torrent() -> Scene {
    const FLUSHES: u64 = 40;
    /// Milliseconds that a screen shows a frame for, at 100 Hz.
    const FRAME_MS: u64 = 10;
    let mut scene = Scene::new("torrent");
    let tables = "[capabilities]\nstdio = true\ndisplay = true\n[window]\nw = 640\nh = 480";
    let frame = |n: u64| format!("VYOMA_DRAW:fill_rect:0,0,640,480,0x0000{n:02x}ff");
    let pour = (0..FLUSHES).fold(Script::new(), |all, n| all.say_all(&[&frame(n), "VYOMA_DRAW:flush"]));
    let first = ["VYOMA_DRAW:fill_rect:0,0,640,480,0x00ff00ff", "VYOMA_DRAW:flush"];
    let script = Script::new().say_all(&first).hear_line("n").milliseconds().then(&pour).milliseconds();
    scene.guests = vec![Guest::new("torrent", tables, script.say("poured").stay())];
    scene.is_walk = true;
    scene.rules = vec![
        Rule::new(
            "2.flush.third",
            "a flush while two frames wait blocks the app until one is shown: of two, one at least is",
            |lab| {
                lab.focused("torrent")?;
                lab.type_text("n")?;
                lab.line("torrent", "poured")?;
                lab.screen(|picture| judge::judge(picture, &[Is(SCREEN, 39)], (0, 0, 0, 0)))?;
                let counted = lab.stats("torrent")?;
                let (committed, presented) = (counted.committed, counted.presented);
                // Of two that wait when the screen is ready the newer one is shown.
                if committed == FLUSHES + 1 && presented * 2 >= FLUSHES {
                    Ok(())
                } else {
                    Err(format!("{committed} frames were committed, {presented} shown"))
                }
            },
        ),
        Rule::new("2.flush.third.blocks", "its write takes as long: by its own clock", |lab| {
            lab.line("torrent", "poured")?;
            let told = lab.lines("torrent", Some(Stream::Stderr));
            let times: Vec<u64> =
                told.iter().filter_map(|line| line.strip_prefix(" millis ")?.parse().ok()).collect();
            let [before, after] = times[..] else { return Err(format!("it told {told:?}")) };
            // All but the two that wait at the end have been waited for, two for a frame of the screen at most. No
            // machine is too slow for this: it takes longer then.
            let least = (FLUSHES - 2) / 2 * FRAME_MS;
            let took = after - before;
            if took >= least { Ok(()) } else { Err(format!("it took {took} ms, expected {least} at least")) }
        }),
    ];
    scene
}

/// A guest that never reads.
pub(super) fn deaf() -> Scene {
    let mut scene = Scene::new("deaf");
    let tables = "[capabilities]\nstdio = true\ndisplay = true\n[window]\nw = 640\nh = 480";
    let script = Script::new()
        .say_all(&["VYOMA_DRAW:fill_rect:0,0,640,480,0xc00000ff", "VYOMA_DRAW:flush"])
        .sleep(600_000);
    scene.guests = vec![Guest::new("deaf", tables, script)];
    scene.rules = vec![
        Rule::new(
            "3.queue.bound",
            "an app that never reads counts as unresponsive once its queue is full",
            |lab| {
                lab.focused("deaf")?;
                for _ in 0..20 {
                    lab.type_text(&"x".repeat(50))?;
                }
                lab.line("deaf", "does not read its input").map(drop)
            },
        ),
        Rule::new("3.queue.others", "which blocks nobody else", |lab| {
            lab.line("asks", "> REPLY:{\"running\":").map(drop)
        })
        .with(Guest::plain("asks", Script::new().ask("status").stay())),
    ];
    scene
}

/// A text longer than any queue of the system's.
pub(super) fn typed() -> Scene {
    let mut scene = guarded("typed", "", Vec::new());
    let all = format!("input {}#", "y".repeat(180));
    scene.rules = vec![
        after("5.2.input.many", "input takes a text at once", &[&all], "", &[]),
        Rule::new("5.2.input.long", "which arrives whole in an app that reads", |lab| {
            let heard = lab.heard_until("red", "#")?;
            let letters = heard.iter().filter(|line| *line == "y").count();
            if letters == 180 { Ok(()) } else { Err(format!("{letters} of 180 letters arrived")) }
        }),
    ];
    scene
}

/// A guest that does not read while the pointer moves.
pub(super) fn sleeper() -> Scene {
    let mut scene = Scene::new("sleeper");
    let tables = "[capabilities]\nstdio = true\ndisplay = true\nmouse = true\n[window]\nw = 640\nh = 480";
    let draw = ["VYOMA_DRAW:fill_rect:0,0,640,480,0x0000c0ff", "VYOMA_DRAW:flush"];
    let night = Script::new().note("asleep").sleep(1500).note("awake").hear_line("#");
    let script = Script::new().say_all(&draw).hear("VYOMA_SYSTEM:display_profile").forever(&night);
    scene.guests = vec![Guest::new("sleeper", tables, script)];
    scene.rules = vec![Rule::new(
        "3.queue",
        "to an app that does not read moves are coalesced, presses and keys are kept",
        |lab| {
            lab.focused("sleeper")?;
            for _ in 0..10 {
                let from = lab.now();
                for n in 0..100 {
                    lab.inject(&[Input::Move { x: n, y: n }])?;
                }
                lab.inject(&[
                    Input::Button { button: 0, pressed: true },
                    Input::Button { button: 0, pressed: false },
                ])?;
                lab.type_text("ab")?;
                // An answer of the compositor: it has handed over what came before.
                lab.stats("sleeper")?;
                let is_awake =
                    |report: &Report| matches!(report, Report::Log { line, .. } if line == "awake");
                let slept = !lab.since(from).iter().any(is_awake);
                lab.type_text("#")?;
                let mut heard = lab.heard_until("sleeper", "#")?;
                heard.retain(|line| !line.starts_with("VYOMA_SYSTEM:"));
                let moves = heard.iter().filter(|line| line.contains("mouse:move")).count();
                let end = ["VYOMA_INPUT:mouse:move:99,99", "VYOMA_INPUT:mouse:click:99,99:left", "a", "b"];
                match (heard.ends_with(&end.map(str::to_owned)), moves) {
                    (true, ..50) => return Ok(()),
                    // It read while they came: once more.
                    (true, _) if !slept => {}
                    _ => return Err(format!("it heard {heard:?}")),
                }
                lab.line_since(from, "sleeper", "asleep")?;
            }
            Err("it never slept while all of this came".to_owned())
        },
    )];
    scene
}
