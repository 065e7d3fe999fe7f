//! Section 5: pictures of other apps in a launcher's window.

use super::guest::{Guest, Script};
use super::judge;
use super::judge::Look::{self, Is};
use super::lab::Lab;
use super::scene::{Rule, Scene};
use super::windows::{HAND, NEXT, after, after_cue, painted};

const PAPER: u32 = 0x20_2020;
const RED: u32 = 0xc0_0000;
const GREEN: u32 = 0x00_c000;

/// What the launcher drew itself.
const ALL: judge::Area = (0, 0, 640, 480);

/// What `previews red 540,405,200,150` shows.
const BEYOND: &[Look] = &[Is((540, 405, 100, 75), RED), Is((0, 0, 640, 405), PAPER)];

/// Red as it is shown by `previews red 20,30,200,150`.
const SMALL: judge::Area = (20, 30, 200, 150);

/// What the system writes to its disk is what is on its screen.
fn photographed() -> Rule {
    let id = "5.2.screenshot.pixels";
    let says = "a screenshot is a PNG of what is on the screen, pixel by pixel";
    let reply = "REPLY:screenshot ok /data/screenshots/seen.png";
    let rule = after_cue(NEXT, id, says, (&["screenshot seen.png"], reply), BEYOND);
    let asked = rule.check;
    let check = move |lab: &mut Lab| {
        asked(lab)?;
        let taken = lab.screenshot("seen.png")?;
        judge::judge(&taken, BEYOND, (0, 0, 0, 0))?;
        let shown = lab.picture()?.ok_or("there is no picture of the screen")?;
        match (taken.width, taken.height, taken.differing(&shown)) {
            (640, 480, 0) => Ok(()),
            other => Err(format!("width, height and pixels that differ: {other:?}")),
        }
    };
    // What is below /data of an emulated machine is its own.
    Rule { check: Box::new(check), ..rule }.of_simulator()
}

/// A launcher that shows two apps of the size of the screen.
pub(super) fn previews() -> Scene {
    let mut scene = Scene::new("previews");
    scene.is_walk = true;
    let draw = ["VYOMA_DRAW:fill_rect:0,0,9999,9999,0x202020ff", "VYOMA_DRAW:flush"];
    let tables = "[capabilities]\nstdio = true\ndisplay = true\nshell = true\n[window]\nw = 640\nh = 480";
    scene.actor = Some((Guest::new(HAND, tables, Script::new()), Script::new().say_all(&draw)));
    let page = |name, colour| painted(name, "[window]\nw = 640\nh = 480", colour);
    scene.guests = vec![page("red", "0xc00000ff"), page("green", "0x00c000ff")];
    // The launcher has the keyboard itself.
    let shows = |id, says, requests: &[&str], looks: &'static [Look]| {
        after_cue(NEXT, id, says, (requests, "REPLY:previews ok"), looks)
    };
    scene.rules = vec![
        Rule::new("5.2.previews.before", "a launcher is as its app drew it", |lab| {
            lab.drawn("red")?;
            lab.drawn("green")?;
            lab.focused(HAND)?;
            lab.screen(|picture| judge::judge(picture, &[Is(ALL, PAPER)], (0, 0, 0, 0)))
        }),
        shows(
            "5.2.previews",
            "previews: last pictures of other apps, in proportion, in the middle of their places",
            &["previews red 20,30,200,150|green 300,30,200,75|nobody 0,300,100,100"],
            &[
                Is(SMALL, RED),
                Is((350, 30, 100, 75), GREEN),
                Is((300, 30, 50, 75), PAPER),
                Is((450, 30, 50, 75), PAPER),
                Is((0, 200, 640, 280), PAPER),
            ],
        ),
        shows(
            "5.2.previews.whole",
            "each list is all that is shown",
            &["previews green 20,30,200,150"],
            &[Is(SMALL, GREEN), Is((300, 30, 340, 450), PAPER)],
        ),
        shows("5.2.previews.none", "an empty one takes all away", &["previews"], &[Is(ALL, PAPER)]),
        shows(
            "5.2.previews.beyond",
            "of a place that reaches beyond the window the rest is shown",
            &["previews red 540,405,200,150"],
            BEYOND,
        ),
        photographed(),
        Rule::new("5.2.previews.return", "a compositor that is started again shows them too", |lab| {
            lab.replace_compositor()?;
            lab.screen(|picture| judge::judge(picture, BEYOND, (0, 0, 0, 0)))
        }),
        after_cue(
            NEXT,
            "5.2.previews.hidden",
            "they are hidden with their window",
            (&["raise green"], "REPLY:raised green"),
            &[Is(ALL, GREEN)],
        ),
        after("5.2.previews.back", "and come back with it", &["raise hand"], "REPLY:raised hand", BEYOND),
    ];
    scene
}
