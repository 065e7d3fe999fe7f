//! The lock, its PIN and its delay; what happens without input; the clipboard and whom it is for.

use control_protocol::InjectedInput as Input;

use super::guest::{Guest, Script};
use super::judge::Look::Is;
use super::judge::{self, Area};
use super::lab::{Lab, Verdict};
use super::scene::{Rule, Scene};
use super::windows::{HAND, NEXT, SCREEN, after, clear, guarded};

const RED: u32 = 0xc0_0000;

/// The right PIN, and one that is not.
const PIN: &str = "2580";
const WRONG: &str = "9999";

/// `device.toml` with that PIN; rounds as few as a device would not have, as emulated machines check it too.
fn device() -> String {
    let hash = pin::hash(PIN, [7; manifest::PinHash::SALT], 1000);
    format!("pin_hash = \"{hash}\"\n")
}

/// What of an open screen is painted.
const OPEN: &[judge::Look] = &[Is(SCREEN, RED)];

/// No pixel of the window is seen.
fn is_covered(lab: &mut Lab) -> Verdict {
    lab.screen(|picture| {
        let left = picture.pixels.iter().filter(|pixel| **pixel == RED).count();
        match (left, picture.colours(8)) {
            (0, 8..) => Ok(()),
            (0, few) => Err(format!("nothing asks for the PIN: the screen has {few} colours")),
            (left, _) => Err(format!("{left} pixels of the window are seen")),
        }
    })
}

fn is_open(lab: &mut Lab) -> Verdict {
    lab.screen(|picture| judge::judge(picture, OPEN, (0, 0, 0, 0)))
}

/// Types on the PIN pad.
fn enter(lab: &mut Lab, pin: &str) -> Verdict {
    lab.type_text(&format!("{pin}\n"))
}

/// Enters the right PIN until it is taken: what comes within the delay is not looked at.
fn enter_right(lab: &mut Lab) -> Verdict {
    lab.insist("", "unlocked", |lab| enter(lab, PIN))
}

pub(super) fn locks() -> Scene {
    let mut scene = guarded("locks", &device(), Vec::new());
    let wrong = format!("unlock {WRONG}");
    let right = format!("unlock {PIN}");
    scene.rules = vec![
        after("5.2.unlock.open", "unlock of what is not locked", &[&right], "REPLY:unlock ok", OPEN),
        after("5.2.lock", "lock asks for the PIN", &["lock"], "REPLY:lock ok", &[]),
        Rule::new("5.2.lock.covers", "before anything else is seen", is_covered),
        Rule::new("5.2.lock.silent", "what is typed into a locked device no app hears", |lab| {
            lab.type_text("ab12#")?;
            lab.line("", "locked")?;
            enter(lab, WRONG)?;
            lab.line("", "a wrong PIN, 1 in a row")?;
            let heard = lab.lines("red", None).into_iter().find(|line| line.starts_with("> a"));
            heard.map_or(Ok(()), |line| Err(format!("it heard {line:?}")))
        }),
        Rule::new("5.2.lock.wrong", "a wrong PIN leaves it locked", is_covered),
        Rule::new("5.2.lock.right", "the right one opens it, after the delay", |lab| {
            enter_right(lab)?;
            is_open(lab)?;
            clear(lab, "red")
        }),
        Rule::new("5.2.unlock.wrong", "unlock with a wrong PIN: an error, and how long to wait", |lab| {
            lab.type_text(NEXT)?;
            let heard = lab.heard_until(HAND, "tried")?;
            let expected = [
                "REPLY:lock ok",
                "REPLY:error: unlock: wrong PIN, wait 1 s",
                "REPLY:error: unlock: wait 1 s",
            ];
            let replies: Vec<_> = heard.iter().filter(|line| line.starts_with("REPLY:")).collect();
            if replies == expected { Ok(()) } else { Err(format!("the replies are {replies:?}")) }
        })
        .acting(
            Script::new()
                .hear_line("next")
                .ask_and_wait("lock")
                .ask_and_wait(&wrong)
                .ask_and_wait(&right)
                .note("> tried")
                // Longer than the delay: from here on a PIN is looked at.
                .sleep(1200)
                .ask_and_wait(&wrong)
                .note("> again")
                .sleep(2200)
                .ask_and_wait(&right)
                .note("> opened"),
        ),
        Rule::new("5.2.unlock.doubles", "twice as long after the second", |lab| {
            lab.hears(HAND, &["REPLY:error: unlock: wrong PIN, wait 2 s"], "again")
        }),
        Rule::new("5.2.unlock.right", "with the right one: ok, and the windows are back", |lab| {
            lab.hears(HAND, &["REPLY:unlock ok"], "opened")?;
            is_open(lab)
        }),
        Rule::new("5.2.lock.shot", "a locked screen is not photographed", |lab| {
            lab.type_text(NEXT)?;
            let heard = lab.heard_until(HAND, "shot")?;
            match heard.iter().filter(|line| line.starts_with("REPLY:")).collect::<Vec<_>>().as_slice() {
                [one, two] if *one == "REPLY:lock ok" && two.starts_with("REPLY:screenshot error ") => Ok(()),
                replies => Err(format!("the replies are {replies:?}")),
            }
        })
        .acting(
            Script::new().hear_line("next").ask_and_wait("lock").ask_and_wait("screenshot").note("> shot"),
        ),
        Rule::new("5.2.lock.survives", "and stays locked when its compositor is killed", |lab| {
            is_covered(lab)?;
            lab.replace_compositor()?;
            is_covered(lab)?;
            enter_right(lab)?;
            is_open(lab)
        }),
    ];
    scene
}

/// What a device does that is left alone.
pub(super) fn idle() -> Scene {
    let mut scene = guarded("idle", "idle_secs = 1\nidle = \"dim\"\n", Vec::new());
    scene.rules = vec![
        Rule::new(
            "5.2.idle.dim",
            "idle_secs without input: what `idle` of device.toml says; dim is darker",
            |lab| {
                lab.shown("red")?;
                lab.screen(|picture| match picture.at(320, 240) {
                    Some(pixel) if pixel != RED && pixel >> 16 > 0 && pixel >> 16 < 0xc0 => Ok(()),
                    pixel => Err(format!("the middle is {pixel:06x?}")),
                })
            },
        ),
        Rule::new("5.2.idle.wakes", "until there is input", |lab| {
            lab.screen_while(
                |lab| lab.inject(&[Input::Move { x: 600, y: 400 }]),
                |picture| judge::judge(picture, &[Is((0, 0, 500, 300), RED)], (0, 0, 0, 0)),
            )
        }),
    ];
    scene
}

/// What an app without `shell` may do about itself, with a window.
pub(super) fn own() -> Scene {
    const WINDOW: &str = "[capabilities]\nstdio = true\ndisplay = true\n[window]\nw = 640\nh = 480";
    const ASIDE: Area = (0, 0, 640, 40);
    let mut scene = Scene::new("own");
    let draw = ["VYOMA_DRAW:fill_rect:0,0,9999,9999,0xc00000ff", "VYOMA_DRAW:flush"];
    let asks = |requests: &[&str]| {
        let all = requests.iter().fold(Script::new().hear_line(NEXT), |all, request| all.ask(request));
        all.ask("version").hear("REPLY:VyomaOS")
    };
    let asked =
        |id: &'static str, says: &'static str, requests: &[&str], replies: &'static [&'static str]| {
            // The other one begins when this one has been typed into.
            let act = asks(requests).say("@aside: go").note(&format!("> done {id}"));
            Rule::new(id, says, move |lab| {
                lab.focused("self")?;
                lab.type_text(NEXT)?;
                let mut heard = lab.heard_until("self", &format!("done {id}"))?;
                heard.retain(|line| line.starts_with("REPLY:") && !line.contains("VyomaOS"));
                if heard == replies { Ok(()) } else { Err(format!("the replies are {heard:?}")) }
            })
            .acting(act)
        };
    scene.is_walk = true;
    scene.actor = Some((Guest::new("self", WINDOW, Script::new()), Script::new().say_all(&draw)));
    scene.rules = vec![
        asked(
            "5.1.clipboard",
            "the clipboard while focused, of any app with a window",
            &["clipboard-set  a|b ", "clipboard-get", "clipboard-clear", "clipboard-get"],
            &[
                "REPLY:clipboard-set ok",
                "REPLY:clipboard  a|b ",
                "REPLY:clipboard-clear ok",
                "REPLY:clipboard ",
            ],
        ),
        Rule::new("5.1.clipboard.unfocused", "not while another app has the keyboard", |lab| {
            lab.focused("self")?;
            for verb in ["clipboard-set", "clipboard-get", "clipboard-clear"] {
                lab.line("aside", &format!("> REPLY:error: denied {verb}"))?;
            }
            Ok(())
        })
        .with(Guest::new(
            "aside",
            WINDOW,
            Script::new()
                .say_all(&["VYOMA_DRAW:fill_rect:0,0,9999,9999,0x00c000ff", "VYOMA_DRAW:flush"])
                .hear_line("go")
                .ask_and_wait("clipboard-set stolen")
                .ask_and_wait("clipboard-get")
                .ask_and_wait("clipboard-clear")
                .stay(),
        )),
        asked(
            "5.1.win-info.self",
            "win-info of itself",
            &["win-info self"],
            &["REPLY:win-info self 0,0,640,480"],
        ),
        asked("5.1.raise.self", "raise with its own name", &["raise self"], &["REPLY:raised self"]),
        Rule::new("5.1.lower.self", "lower with its own name: another app is seen", |lab| {
            lab.type_text(NEXT)?;
            lab.line("self", "> REPLY:lowered self")?;
            lab.focused("aside")?;
            lab.screen(|picture| judge::judge(picture, &[Is(ASIDE, 0x00_c000)], (0, 0, 0, 0)))
        })
        .acting(asks(&["lower self"])),
    ];
    scene
}
