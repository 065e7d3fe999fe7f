//! Section 6: what a kiosk lets through, zones of signage, and where a canvas stands in its place.

use control_protocol::InjectedInput as Input;
use manifest::Policy;

use super::guest::{Guest, Script};
use super::judge;
use super::judge::Look::Is;
use super::lab::{Lab, Verdict};
use super::scene::{Rule, Scene};
use super::windows::{HAND, NEXT, after, painted};

const RED: u32 = 0xc0_0000;
const GREEN: u32 = 0x00_c000;
const BLUE: u32 = 0x00_00c0;

/// A page of a kiosk.
fn page(name: &str, colour: u32) -> Guest {
    painted(name, "[window]\nw = 640\nh = 480", &format!("0x{colour:06x}ff"))
}

/// An app that can be a launcher, and that shows others when it is asked to.
fn home(begins: Script) -> Guest {
    let draw = ["VYOMA_DRAW:fill_rect:0,0,9999,9999,0x202020ff", "VYOMA_DRAW:flush"];
    let tables = "[capabilities]\nstdio = true\ndisplay = true\nshell = true\n[window]\nw = 640\nh = 480";
    Guest::new("home", tables, Script::new().say_all(&draw).then(&begins))
}

/// A chord leaves the app that has the keyboard where it is.
fn ignores(id: &'static str, says: &'static str, app: &'static str, chord: &'static str) -> Rule {
    Rule::new(id, says, move |lab| {
        lab.focused(app)?;
        lab.press(chord)?;
        lab.type_text("#")?;
        let mut heard = lab.heard_until(app, "#")?;
        heard.retain(|line| !line.starts_with("VYOMA_SYSTEM:"));
        if heard.is_empty() { Ok(()) } else { Err(format!("{app} heard {heard:?}")) }
    })
}

/// A kiosk as it is when nothing is configured.
pub(super) fn closed() -> Scene {
    let mut scene = Scene::new("kiosk-closed");
    scene.is_walk = true;
    scene.guests = vec![
        page("early", RED),
        home(Script::new().hear_line("n").ask_and_wait("run page").stay()),
        page("page", BLUE).installed(),
    ];
    scene.rules = vec![
        Rule::new(
            "1.boot.launcher",
            "the first entry with shell has the keyboard first, wherever it stands",
            |lab| {
                lab.shown("home")?;
                lab.focused("home")
            },
        ),
        Rule::new("6.kiosk.chords.shown", "an app is shown", |lab| {
            lab.type_text("n")?;
            lab.focused("page")?;
            lab.shown("page")
        }),
        ignores("6.kiosk.chords.switch", "a kiosk lets no Alt+Tab through", "page", "Alt+Tab"),
        ignores("6.kiosk.chords.full", "nor Alt+F", "page", "Alt+f"),
        ignores("6.kiosk.chords.tile", "nor what is the desktop's", "page", "Super+t"),
        Rule::new("6.kiosk.corner", "a long press in a corner: home", |lab| {
            corner(lab, (3, 476))?;
            lab.focused("home")
        }),
        Rule::new("6.kiosk.close.launcher", "the launcher is not closed", |lab| {
            lab.press("Alt+F4")?;
            lab.press("Alt+w")?;
            lab.type_text("#")?;
            lab.heard_until("home", "#").map(drop)
        }),
    ];
    scene
}

/// A finger that rests until nothing more comes of it.
fn corner(lab: &mut Lab, (x, y): (i32, i32)) -> Verdict {
    lab.inject(&[Input::Touch { phase: 0, id: 0, x, y }])?;
    lab.focused("home")?;
    lab.inject(&[Input::Touch { phase: 2, id: 0, x, y }])
}

/// A kiosk that lets other chords through.
pub(super) fn open() -> Scene {
    let mut scene = Scene::new("kiosk-open");
    scene.is_walk = true;
    scene.device = "kiosk_chords = [\"switch\"]\n".to_owned();
    scene.guests = vec![home(Script::new().stay()), page("first", RED), page("second", GREEN)];
    scene.rules = vec![
        ignores(
            "6.kiosk.allowed.not_home",
            "what kiosk_chords does not name is let through no more",
            "home",
            "Super",
        ),
        Rule::new("6.kiosk.allowed.switch", "what it names is: Alt+Tab", |lab| {
            lab.shown("home")?;
            lab.drawn("first")?;
            lab.drawn("second")?;
            lab.press("Alt+Tab")?;
            lab.screen(|picture| match picture.at(320, 240) {
                Some(RED | GREEN) => Ok(()),
                pixel => Err(format!("the middle is {pixel:06x?}")),
            })
        }),
    ];
    scene
}

/// Zones: a film above, news below, and two apps for the film.
pub(super) fn zones() -> Scene {
    let mut scene = Scene::new("zones");
    scene.is_walk = true;
    scene.policy = Policy::Signage;
    scene.device = "[[zones]]\nname = \"film\"\nh = \"80%\"\n\n\
                    [[zones]]\nname = \"news\"\nx = 0\ny = 384\nw = 640\nh = 96\napps = [\"ticker\"]\n"
        .to_owned();
    scene.actor = Some((Guest::shell(HAND, Script::new()), Script::new()));
    scene.guests = vec![
        painted("film", "[window]\nresizable = true", "0xc00000ff"),
        painted("ticker", "[window]\nresizable = true", "0x0000c0ff"),
        painted("small", "[window]\nw = 160\nh = 96", "0x00c000ff"),
    ];
    const NEWS: judge::Look = Is((0, 384, 640, 96), BLUE);
    scene.rules = vec![
        Rule::new("6.zones.handshake", "an app without a size of its own draws for its zone", |lab| {
            lab.line("film", "> VYOMA_SYSTEM:screen:640,384")?;
            lab.line("ticker", "> VYOMA_SYSTEM:screen:640,96").map(drop)
        }),
        after(
            "6.zones.named",
            "an app fills the zone that names it; others the first that names none",
            &["raise film"],
            "REPLY:raised film",
            &[Is((0, 0, 640, 384), RED), NEWS],
        ),
        after(
            "6.zones.last",
            "of several apps in one zone the one raised last is seen, scaled by a whole number",
            &["raise small"],
            "REPLY:raised small",
            &[Is((0, 0, 640, 384), GREEN), NEWS],
        ),
        after(
            "6.zones.back",
            "and the other one again",
            &["raise film"],
            "REPLY:raised film",
            &[Is((0, 0, 640, 384), RED), NEWS],
        ),
        after(
            "6.zones.close",
            "when it leaves, the other one of its zone is seen",
            &["kill film"],
            "REPLY:killed film",
            &[Is((0, 0, 640, 384), GREEN), NEWS],
        ),
    ];
    scene
}

/// Canvases that are not as large as their place.
pub(super) fn places() -> Scene {
    let mut scene = Scene::new("places");
    scene.is_walk = true;
    let corners = |name: &str, (w, h): (u32, u32)| {
        let lines = [
            "VYOMA_DRAW:fill_rect:0,0,9999,9999,0xc00000ff".to_owned(),
            format!("VYOMA_DRAW:fill_rect:{},{},10,10,0x00c000ff", w - 10, h - 10),
            "VYOMA_DRAW:flush".to_owned(),
        ];
        let tables = format!("[capabilities]\nstdio = true\ndisplay = true\n[window]\nw = {w}\nh = {h}");
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let relay = Script::new().hear_line(NEXT).say(&format!("@{HAND}: next"));
        Guest::new(name, &tables, Script::new().say_all(&lines).forever(&relay))
    };
    scene.guests =
        vec![corners("small", (200, 100)), corners("large", (1280, 480)), corners("exact", (640, 480))];
    scene.actor = Some((Guest::shell(HAND, Script::new()), Script::new()));
    scene.rules = vec![
        after(
            "6.canvas.whole",
            "a smaller canvas is centred and scaled by a whole number",
            &["raise small"],
            "REPLY:raised small",
            &[Is((20, 90, 570, 300), RED), Is((590, 360, 30, 30), GREEN), Is((590, 90, 30, 270), RED)],
        ),
        after(
            "6.canvas.smooth",
            "a larger one is scaled smoothly, in proportion",
            &["raise large"],
            "REPLY:raised large",
            &[Is((0, 120, 630, 230), RED), Is((636, 356, 3, 3), GREEN)],
        ),
        after(
            "6.canvas.exact",
            "one of its place's size is not scaled",
            &["raise exact"],
            "REPLY:raised exact",
            &[Is((0, 0, 630, 470), RED), Is((630, 470, 10, 10), GREEN)],
        ),
    ];
    scene
}
