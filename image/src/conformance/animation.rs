//! Section 2: pictures that move by themselves.

use super::guest::{Guest, Script};
use super::judge::{self, Area, Look::Blank, Look::Near};
use super::lab::{Lab, Verdict};
use super::scene::{Rule, Scene};

/// The app, and what is typed to have it go on.
const PLAYER: &str = "player";
const NEXT: &str = "n";

const RED: u32 = 0xff_0000;
const GREEN: u32 = 0x00_ff00;
const BLUE: u32 = 0x00_00ff;

/// Where every rule's animation is.
const PLACE: Area = (10, 20, 16, 16);
/// Where other things are drawn.
const ASIDE: Area = (100, 20, 16, 16);

/// A rule after whose lines `check` holds; the app flushes by one of them.
fn rule(
    id: &'static str,
    says: &'static str,
    lines: &[&str],
    check: impl Fn(&mut Lab) -> Verdict + 'static,
) -> Rule {
    let lines: Vec<String> = lines.iter().map(|line| format!("VYOMA_DRAW:{line}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let act = Script::new().say_all(&lines).note(&format!("> did {id}")).hear_line(NEXT);
    Rule::new(id, says, move |lab| {
        lab.heard_until(PLAYER, &format!("did {id}"))?;
        let verdict = check(lab);
        lab.type_text(NEXT)?;
        verdict
    })
    .acting(act)
}

/// The place has these colours, one after the other.
fn turns(lab: &mut Lab, colours: &[u32]) -> Verdict {
    colours.iter().try_for_each(|colour| shows(lab, PLACE, *colour))
}

fn shows(lab: &mut Lab, place: Area, colour: u32) -> Verdict {
    lab.screen(|picture| judge::judge(picture, &[Near(place, colour, 2)], PLACE))
}

pub(super) fn animations() -> Scene {
    let mut scene = Scene::new("animations");
    scene.is_walk = true;
    let tables = "[capabilities]\nstdio = true\ndisplay = true\n[window]\nw = 640\nh = 480\n\
                  [input]\nevents = [\"frame\"]\n";
    let guest = Guest::new(PLAYER, tables, Script::new())
        .file("red-green.gif", include_bytes!("files/red-green.gif"))
        .file("once.gif", include_bytes!("files/once.gif"))
        .file("blue-red.webp", include_bytes!("files/blue-red.webp"))
        .file("green.png", include_bytes!("files/green.png"));
    scene.actor = Some((guest, Script::new().say("VYOMA_DRAW:flush")));
    let frame = "VYOMA_SYSTEM:frame:";
    scene.rules = vec![
        rule(
            "2.draw_animation.gif",
            "a GIF plays by itself after the flush that shows it",
            &["draw_animation:10,20,16,16,red-green.gif", "flush"],
            |lab| turns(lab, &[RED, GREEN, RED, GREEN]),
        ),
        rule(
            "2.draw_animation.frame",
            "its frames are none of the app's: no frame line tells of them",
            &[],
            move |lab| {
                lab.type_text("#")?;
                lab.heard_until(PLAYER, "#")?;
                turns(lab, &[RED, GREEN, RED])?;
                lab.type_text("#")?;
                let lines = lab.heard_until(PLAYER, "#")?;
                if lines.iter().any(|line| line.starts_with(frame)) {
                    return Err(format!("it heard {lines:?}"));
                }
                Ok(())
            },
        ),
        rule(
            "2.draw_animation.unflushed",
            "nothing is seen that the app has not flushed",
            &["fill_rect:100,20,16,16,0x0000ffff"],
            |lab| lab.screen(|picture| judge::judge(picture, &[Blank(ASIDE)], PLACE)),
        ),
        rule("2.draw_animation.flushed", "and it goes on after the flush", &["flush"], |lab| {
            shows(lab, ASIDE, BLUE)?;
            turns(lab, &[RED, GREEN, RED])
        }),
        rule(
            "2.draw_animation.over",
            "what is drawn over it stays, and ends it",
            &["fill_rect:10,20,16,16,0x0000ffff", "flush"],
            |lab| turns(lab, &[BLUE]),
        ),
        rule(
            "2.draw_animation.webp",
            "a WebP plays too",
            &["draw_animation:10,20,16,16,blue-red.webp", "flush"],
            |lab| turns(lab, &[RED, BLUE, RED]),
        ),
        rule(
            "2.stop_animation",
            "stop_animation ends what touches the rectangle; its picture can be drawn over",
            &["stop_animation:0,0,11,21", "clear_region:0,0,640,480", "flush"],
            |lab| lab.screen(|picture| judge::judge(picture, &[Blank(PLACE), Blank(ASIDE)], (0, 0, 0, 0))),
        ),
        rule(
            "2.draw_animation.loops",
            "one that is played once ends with its last frame",
            &["draw_animation:10,20,16,16,once.gif", "flush"],
            |lab| turns(lab, &[GREEN]),
        ),
        rule(
            "2.draw_animation.still",
            "a picture that does not move is drawn",
            &["draw_animation:100,20,16,16,green.png", "flush"],
            |lab| shows(lab, ASIDE, GREEN),
        ),
        rule(
            "2.draw_animation.missing",
            "one that is not there is said in the log",
            &["draw_animation:10,20,16,16,none.gif", "flush"],
            |lab| lab.line(PLAYER, "animation not played: none.gif").map(drop),
        ),
    ];
    scene
}
