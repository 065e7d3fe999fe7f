//! Section 4: what becomes of the lines an app prints.

use control_protocol::Stream;

use super::guest::{Guest, Script};
use super::lab::{Lab, Verdict};
use super::scene::{Rule, Scene};

/// A line that never arrives in another way: what came before it is all there was.
const FENCE: &str = "fence";

/// Messages to one app.
pub(super) fn lines() -> Scene {
    let mut scene = Scene::new("messages");
    scene.rules = vec![
        delivers("4.to_app", "a message is delivered as its bare text", &["hello, you"], &["hello, you"]),
        delivers(
            "4.space",
            "after the colon one space is taken, the rest is verbatim",
            &["  two ", "\ttab\tin it"],
            &["  two ", "\ttab\tin it"],
        ),
        delivers("4.utf8", "text of any script", &["grüße ⌘ 中"], &["grüße ⌘ 中"]),
        delivers("4.empty", "a message may be empty", &[""], &[""]),
        delivers(
            "4.prefix_inside",
            "VYOMA_ and REPLY: are refused at the beginning alone",
            &["a VYOMA_INPUT:x", "vyoma_x", "REPLY"],
            &["a VYOMA_INPUT:x", "vyoma_x", "REPLY"],
        ),
        refuses(
            "4.refused.vyoma",
            "a message that begins with VYOMA_ is refused",
            b"VYOMA_INPUT:mouse:click:1,1:left",
        ),
        refuses("4.refused.reply", "a message that begins with REPLY: is refused", b"REPLY:pong"),
        refuses("4.refused.escape", "a message with a control byte is refused", b"a\x1b[A"),
        refuses("4.refused.backspace", "a message with 0x7f is refused", b"\x7f"),
        refuses("4.refused.return", "a message with a carriage return is refused", b"a\r"),
        refuses("4.refused.nul", "a message with a zero byte is refused", b"a\0b"),
        refuses("4.refused.long", "a message over 64 KiB is refused", &[b'x'; 65_537]),
        Rule::new("4.longest", "a message of 64 KiB arrives", |lab| {
            let heard = lab.heard_until("ear-longest", FENCE)?;
            // A log line is cut at 4 KiB.
            match heard.as_slice() {
                [one] if one.len() >= 4000 && one.starts_with("xxxx") => Ok(()),
                other => Err(format!("{} lines arrived", other.len())),
            }
        })
        .with(Guest::plain("ear-longest", Script::new().note("ready").say("@mouth-longest: go").stay()))
        .with(Guest::plain(
            "mouth-longest",
            Script::new()
                .hear_line("go")
                .raw(format!("@ear-longest: {}\n", "x".repeat(65_536)).as_bytes())
                .say(&format!("@ear-longest: {FENCE}"))
                .stay(),
        )),
        Rule::new("4.nobody", "a message to an app that does not run is refused, with a log line", |lab| {
            lab.line("caller", "message refused: \"nobody-home\" does not run").map(drop)
        })
        .with(Guest::plain("caller", Script::new().say("@nobody-home: hello").stay())),
        Rule::new("4.reply", "@reply goes to the app that last messaged me", |lab| {
            lab.hears("asker", &["hi"], "pong to you")
        })
        .with(Guest::plain("asker", Script::new().say("@answerer: hello").stay()))
        .with(Guest::plain(
            "answerer",
            Script::new().hear_line("hello").say("@reply: hi").say("@reply: pong to you").stay(),
        )),
        Rule::new("4.reply.nobody", "@reply of an app nobody messaged is refused", |lab| {
            lab.line("lonely", "message refused: \"reply\" does not run").map(drop)
        })
        .with(Guest::plain("lonely", Script::new().say("@reply: hello").stay())),
        Rule::new("4.log", "anything else is a log line", |lab| {
            lab.line("logger", "last")?;
            let expected = [
                "plain",
                "",
                "VYOMA_OTHER:x",
                "vyoma_draw:flush",
                " VYOMA_DRAW:flush",
                "@ nobody: x",
                "@No One: x",
                "REPLY:forged",
                "a \\u{1b}[31mred",
                "last",
            ];
            let found = lab.lines("logger", Some(Stream::Stdout));
            if found == expected {
                Ok(())
            } else {
                Err(format!("the log has {found:?}, expected {expected:?}"))
            }
        })
        .with(Guest::plain(
            "logger",
            Script::new()
                .say_all(&[
                    "plain",
                    "",
                    "VYOMA_OTHER:x",
                    "vyoma_draw:flush",
                    " VYOMA_DRAW:flush",
                    "@ nobody: x",
                    "@No One: x",
                    "REPLY:forged",
                    "a \x1b[31mred",
                    "last",
                ])
                .stay(),
        )),
        Rule::new("4.pieces", "a line may be written in pieces", |lab| {
            lab.line("stutterer", "one line").map(drop)
        })
        .with(Guest::plain("stutterer", Script::new().raw(b"on").raw(b"e li").sleep(1).raw(b"ne\n").stay())),
        Rule::new("4.unfinished", "what is not ended by a newline is a line at the end", |lab| {
            lab.line("breathless", "without end").map(drop)
        })
        .with(Guest::plain("breathless", Script::new().raw(b"without end").exit(0))),
        Rule::new("4.not_utf8", "bytes that are not UTF-8 are repaired, the line is kept", |lab| {
            lab.line("garbler", "a\u{fffd}b").map(drop)
        })
        .with(Guest::plain("garbler", Script::new().raw(b"a\xffb\n").stay())),
        Rule::new("4.rates", "rates are bounded for each sender", |lab| {
            lab.line("flooder", "message refused: too many messages").map(drop)
        })
        .with(Guest::plain("victim", Script::new().note("ready").say("@flooder: go").stay()))
        .with(Guest::plain(
            "flooder",
            (0..3000).fold(Script::new().hear_line("go"), |all, _| all.say("@victim: x")).stay(),
        )),
        Rule::new("4.too_long", "a line over 1 MiB is discarded up to its newline, and said", |lab| {
            lab.line("rambler", "after")?;
            lab.line("rambler", "a line of 1048577 bytes dropped: at most 1048576 are read").map(drop)
        })
        .with(Guest::plain("rambler", Script::new().fill((1 << 20) + 1).raw(b"\n").say("after").stay())),
        Rule::new("4.longest_line", "a line of 1 MiB is read", |lab| {
            lab.line("speaker", "after")?;
            match lab.lines("speaker", None).iter().find(|line| line.contains("dropped")) {
                Some(line) => Err((*line).to_owned()),
                None => lab.line("speaker", "xxxx").map(drop),
            }
        })
        .with(Guest::plain("speaker", Script::new().fill(1 << 20).raw(b"\n").say("after").stay())),
        Rule::new("4.audio", "VYOMA_AUDIO lines of an app with audio are no log lines", |lab| {
            lab.line("singer", "done")?;
            let found = lab.lines("singer", Some(Stream::Stdout));
            if found == ["done"] { Ok(()) } else { Err(format!("the log has {found:?}")) }
        })
        .with(Guest::new(
            "singer",
            "[capabilities]\nstdio = true\naudio = true",
            Script::new()
                .say_all(&[
                    "VYOMA_AUDIO:beep:440,1",
                    "VYOMA_AUDIO:volume:50",
                    "VYOMA_AUDIO:mute",
                    "VYOMA_AUDIO:unmute",
                ])
                .say("done")
                .stay(),
        )),
        dropped(
            "4.audio.bad",
            "a malformed VYOMA_AUDIO line is dropped, and the first of a kind logged",
            &["VYOMA_AUDIO:beep:loud,1", "VYOMA_AUDIO:sing"],
            &["hz is `loud`", "`sing` is no command"],
        ),
        dropped(
            "2.bad_line.logged",
            "the first malformed line of a kind is logged with the line, and all are counted",
            &[
                "VYOMA_DRAW:fill_circle:1,2",
                "VYOMA_DRAW:fill_ellipse:1,2",
                "VYOMA_DRAW:fill_rect:1,2",
                "VYOMA_DRAW:fill_rect:a,2,3,4,5",
                "VYOMA_DRAW:fill_rect:1,2,3,4,0x123456789",
                "VYOMA_DRAW:draw_glyph:1,2,255,12,italic,x",
                "VYOMA_DRAW:draw_text_wrap:1,2,3,255,xl,x",
                "VYOMA_DRAW:draw_image:1,2,3,4,",
            ],
            &[
                "`fill_circle` is no command in `fill_circle:1,2`",
                "w is missing in `fill_rect:1,2`",
                "x is `a`, not a decimal integer",
                "rgba is `0x123456789`",
                "weight is `italic`",
                "size is `xl`",
                "path is empty",
                "8 malformed lines dropped",
            ],
        ),
    ];
    scene
}

/// Messages to all.
pub(super) fn broadcast() -> Scene {
    let mut scene = Scene::new("broadcast");
    let listener = |name| Guest::plain(name, Script::new().say("@crier: ready").stay());
    scene.guests = vec![
        listener("one"),
        listener("two"),
        Guest::new("deaf", "", Script::new().stay()),
        Guest::plain(
            "crier",
            Script::new()
                .hear_some(2)
                .say("@broadcast: oyez")
                .say("@broadcast: VYOMA_INPUT:mouse:click:1,1:left")
                .say("@broadcast: MENU:1,2:a|b")
                .say(&format!("@one: {FENCE}"))
                .say(&format!("@two: {FENCE}"))
                .say(&format!("@crier: {FENCE}"))
                .stay(),
        ),
    ];
    scene.rules = vec![
        Rule::new("4.broadcast", "@broadcast reaches every other running app", |lab| {
            lab.hears("one", &["oyez", "MENU:1,2:a|b"], FENCE)?;
            lab.hears("two", &["oyez", "MENU:1,2:a|b"], FENCE)
        }),
        Rule::new("4.broadcast.self", "but not the sender, who may message itself by name", |lab| {
            lab.hears("crier", &["ready", "ready"], FENCE)
        }),
        Rule::new("4.broadcast.refused", "a forged broadcast is refused once", |lab| {
            lab.line("crier", "message refused").map(drop)
        }),
    ];
    scene
}

/// These messages arrive as these lines.
fn delivers(
    id: &'static str,
    says: &'static str,
    messages: &'static [&'static str],
    heard: &'static [&'static str],
) -> Rule {
    let (ear, mouth) = (format!("ear-{}", id.replace('.', "-")), format!("mouth-{}", id.replace('.', "-")));
    let mut script = Script::new().hear_line("go");
    for message in messages.iter().chain([&FENCE]) {
        script = script.say(&format!("@{ear}: {message}"));
    }
    let listener = Guest::plain(&ear, Script::new().say(&format!("@{mouth}: go")).stay());
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict { lab.hears(&ear, heard, FENCE) })
        .with(listener)
        .with(Guest::plain(&mouth, script.stay()))
}

/// This message does not arrive, and that is logged.
fn refuses(id: &'static str, says: &'static str, message: &[u8]) -> Rule {
    let (ear, mouth) = (format!("ear-{}", id.replace('.', "-")), format!("mouth-{}", id.replace('.', "-")));
    let line = [format!("@{ear}: ").as_bytes(), message, b"\n"].concat();
    let script = Script::new().hear_line("go").raw(&line).say(&format!("@{ear}: {FENCE}")).stay();
    let listener = Guest::plain(&ear, Script::new().say(&format!("@{mouth}: go")).stay());
    let speaker = Guest::plain(&mouth, script);
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
        lab.hears(&ear, &[], FENCE)?;
        lab.line(&mouth, "message refused").map(drop)
    })
    .with(listener)
    .with(speaker)
}

/// These lines are dropped with these log lines.
fn dropped(
    id: &'static str,
    says: &'static str,
    lines: &'static [&'static str],
    logged: &'static [&'static str],
) -> Rule {
    let name = id.replace(['.', '_'], "-");
    let tables = "[capabilities]\nstdio = true\ndisplay = true\naudio = true";
    let guest = Guest::new(&name, tables, Script::new().say_all(lines).exit(0));
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
        lab.ended(&name)?;
        let said = lab.lines(&name, Some(Stream::System));
        let missing: Vec<_> =
            logged.iter().filter(|part| !said.iter().any(|line| line.contains(**part))).collect();
        let first = said.iter().filter(|line| line.contains("the first of its kind")).count();
        let kinds = logged.iter().filter(|part| !part.contains("malformed lines")).count();
        if missing.is_empty() && first == kinds {
            return Ok(());
        }
        Err(format!("the log says {said:?}; missing are {missing:?}"))
    })
    .with(guest)
}
