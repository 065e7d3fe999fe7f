//! Section 2: which files `draw_image` draws, and that draw lines stay out of the log.

use control_protocol::Stream;

use super::guest::{Guest, Script};
use super::judge::{self, Area, Look, Look::Near};
use super::lab::{Lab, Verdict};
use super::scene::{Rule, Scene};

const GREEN: &[u8] = include_bytes!("files/green.png");

/// Where each picture is drawn if it is.
const PLACES: [(&str, Area); 6] = [
    ("/data/mine.png", (10, 10, 40, 40)),
    ("green.png", (60, 10, 40, 40)),
    ("../other/green.png", (110, 10, 40, 40)),
    ("/apps/other/green.png", (160, 10, 40, 40)),
    ("/data/../other/green.png", (210, 10, 40, 40)),
    ("/etc/vyoma/boot.toml", (260, 10, 40, 40)),
];

/// An app that draws pictures of its own and of others.
pub(super) fn paths() -> Scene {
    let mut scene = Scene::new("pictures");
    let draw: Vec<String> = ["VYOMA_DRAW:fill_rect:0,0,640,480,0x204060ff".to_owned()]
        .into_iter()
        .chain(PLACES.map(|(path, (x, y, w, h))| format!("VYOMA_DRAW:draw_image:{x},{y},{w},{h},{path}")))
        .chain(["VYOMA_DRAW:flush".to_owned()])
        .collect();
    let lines: Vec<&str> = draw.iter().map(String::as_str).collect();
    let tables =
        "[capabilities]\nstdio = true\nfilesystem = true\ndisplay = true\n[window]\nw = 640\nh = 480";
    let script = Script::new().open("mine.png", 1).write(4, GREEN).say_all(&lines).say("all drawn").stay();
    let other = Guest::new("other", "", Script::new()).installed();
    scene.guests =
        vec![Guest::new("painter", tables, script).file("green.png", GREEN), other.file("green.png", GREEN)];
    let look = |id, says, place: usize, is_drawn: bool| {
        Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
            lab.line("painter", "all drawn")?;
            lab.shown("painter")?;
            let drawn: [Look; 1] = [Near(PLACES[place].1, 0x00_ff00, 2)];
            // All are of one frame: when the first is there, the others are or are not.
            lab.screen(|picture| judge::judge(picture, &[Near(PLACES[0].1, 0x00_ff00, 2)], (0, 0, 0, 0)))?;
            lab.screen(|picture| match judge::judge(picture, &drawn, (0, 0, 0, 0)) {
                Ok(()) if !is_drawn => Err("it is drawn".to_owned()),
                Err(_) if !is_drawn => Ok(()),
                verdict => verdict,
            })
        })
    };
    scene.rules = vec![
        look("2.draw_image.data", "a picture of the app's own /data", 0, true),
        look("2.draw_image.bundle", "one of its bundle", 1, true),
        look("2.draw_image.other", "none of another app's bundle", 2, false),
        look("2.draw_image.other.file", "of which only the icon is for all", 3, false),
        look("2.draw_image.climb", "no path leads out of /data", 4, false),
        look("2.draw_image.system", "nor to the system's files", 5, false),
        Rule::new("2.never_logged", "draw lines are never logged", |lab| {
            lab.line("painter", "all drawn")?;
            let said = lab.lines("painter", Some(Stream::Stdout));
            if said == ["all drawn"] { Ok(()) } else { Err(format!("the log has {said:?}")) }
        }),
    ];
    scene
}
