//! What people choose: it is seen, told to whoever wants to hear it, and holds when the machine starts again.

use control_protocol::PixelSize;

use super::guest::{Guest, Script};
use super::judge::Look::{Is, Near};
use super::judge::{self, Area};
use super::lab::{Lab, Verdict};
use super::scene::{Rule, Scene};
use super::windows::{NEXT, after, clear, guarded};

/// The window's red in all of a screen's light and in half of it, and a wallpaper's blue in half.
const RED: u32 = 0xc0_0000;
const HALF_RED: u32 = 0x60_0000;

/// Linux key code of the key that is Z in the United States and Y in Germany.
const KEY_Z: u16 = 44;

/// Beside the window, where the wallpaper is seen, and in it.
const BESIDE: Area = (10, 10, 60, 460);
const WINDOW: Area = (170, 130, 300, 220);

pub(super) fn chosen() -> Scene {
    let mut scene = guarded("chosen", "", rules());
    scene.size = PixelSize { w: 640, h: 480 };
    scene.policy = manifest::Policy::Signage;
    scene.device = "[[zones]]\nname = \"middle\"\nx = 160\ny = 120\nw = 320\nh = 240\n".to_owned();
    scene.guests.push(Guest::new(
        "follower",
        "[capabilities]\nstdio = true\n[input]\nevents = [\"theme\"]",
        Script::new().stay(),
    ));
    scene
}

fn seen(lab: &mut Lab, red: u32, wallpaper: Option<u32>) -> Verdict {
    lab.screen(|picture| {
        let beside = wallpaper.map(|colour| Near(BESIDE, colour, 1));
        let looks: Vec<_> = [Some(Is(WINDOW, red)), beside].into_iter().flatten().collect();
        judge::judge(picture, &looks, (0, 0, 0, 0))
    })
}

/// The key where layouts differ types this.
fn types(lab: &mut Lab, letter: &str) -> Verdict {
    clear(lab, "red")?;
    lab.press_codes(&[KEY_Z])?;
    lab.hears("red", &[], letter)
}

fn rules() -> Vec<Rule> {
    vec![
        // The first, so that it is what the hand does first after the machine starts again too.
        after(
            "5.2.settings-reset.none",
            "a reset of nothing is done",
            &["settings-reset"],
            "REPLY:settings-reset ok",
            &[],
        ),
        after(
            "5.2.brightness.next",
            "brightness goes down by steps",
            &["brightness next"],
            "REPLY:brightness 80",
            &[],
        ),
        after(
            "5.2.brightness",
            "brightness: screens give less light",
            &["brightness 50"],
            "REPLY:brightness 50",
            &[Is(WINDOW, HALF_RED)],
        ),
        after("5.2.brightness.read", "and it is read", &["brightness"], "REPLY:brightness 50", &[]),
        after(
            "5.2.brightness.bounds",
            "nobody is left in the dark",
            &["brightness 9"],
            "REPLY:error: brightness takes next or percent from 10 to 100",
            &[Is(WINDOW, HALF_RED)],
        ),
        Rule::new("5.2.keyboard.before", "keys type what the device's layout says", |lab| types(lab, "z")),
        after("5.2.keyboards", "the layouts there are", &["keyboards"], "REPLY:us|de|gb|fr|es|it", &[]),
        after(
            "5.2.keyboard.none",
            "a layout that is none is an error",
            &["keyboard xx"],
            "REPLY:error: keyboard takes next or one of us, de, gb, fr, es, it",
            &[],
        ),
        after("5.2.keyboard.next", "the next layout", &["keyboard next"], "REPLY:keyboard de", &[]),
        after("5.2.keyboard.first", "and the first again", &["keyboard us"], "REPLY:keyboard us", &[]),
        after("5.2.keyboard", "keyboard: another layout", &["keyboard de"], "REPLY:keyboard de", &[]),
        Rule::new("5.2.keyboard.types", "and keys type what it says", |lab| types(lab, "y")),
        after("5.2.sound", "sound: none, and so it is said", &["sound"], "REPLY:sound none", &[]),
        after("5.2.theme.told", "another theme", &["theme light large"], "REPLY:theme light large", &[]),
        Rule::new("3.theme", "is told to apps that opted in, wherever the keyboard is", |lab| {
            lab.line("follower", "> VYOMA_SYSTEM:theme:light large").map(drop)
        }),
        Rule::new("3.theme.others", "and to no others", |lab| {
            clear(lab, "red")?;
            let told = lab.lines("red", None).into_iter().find(|line| line.contains("theme"));
            told.map_or(Ok(()), |line| Err(format!("red heard {line:?}")))
        }),
        after(
            "5.2.wallpaper.kept",
            "a wallpaper",
            &["wallpaper 0x0000c0ff"],
            "REPLY:wallpaper 0x0000c0ff",
            &[Near(BESIDE, 0x00_0060, 1)],
        ),
        Rule::new("5.2.chosen", "what was chosen holds when the machine starts again", |lab| {
            lab.start_again()?;
            lab.line("", "settings are those that people chose")?;
            seen(lab, HALF_RED, Some(0x00_0060))?;
            types(lab, "y")
        })
        .of_simulator(),
        Rule::new(
            "5.2.settings-reset",
            "until it is reset: then all is as the device's configuration says",
            |lab| {
                lab.type_text(NEXT)?;
                lab.line("follower", "> VYOMA_SYSTEM:theme:dark")?;
                seen(lab, RED, None)?;
                types(lab, "z")
            },
        )
        .of_simulator(),
    ]
}
