//! The image's own apps: each is started by the console, used by keys, pointer and finger, looked at, and closed.
//!
//! Places are those of a canvas of 800x480, as the golden pictures in `shell-app/*/looks` show them.

use std::cell::RefCell;

use control_protocol::driver::Report;
use control_protocol::{InjectedInput as Input, PixelSize};

use super::judge::{self, Area, Look};
use super::lab::{Lab, Verdict};
use super::scene::{Rule, Scene};
use crate::picture::Picture;
use crate::sim::chord;

/// The colours of the dark theme that are looked for.
const RED_INK: u32 = 0xe0_4848;
const BLUE_INK: u32 = 0x2f_80e0;
const PAPER: u32 = 0xf7_f9fc;
const ERROR: u32 = 0xff_8080;

/// What closes an app that has the screen for itself: at the top left.
const BACK: (i32, i32) = (40, 40);

pub(super) fn sessions() -> Scene {
    let mut scene = Scene::new("apps");
    scene.size = PixelSize { w: 800, h: 480 };
    scene.boot = Some("[[apps]]\nmanifest = \"/apps/console/vyoma.toml\"\nrestart = \"never\"\n");
    scene.has_shell_apps = true;
    scene.is_walk = true;
    scene.rules = vec![
        Rule::new("A.console", "the console writes a file", console),
        Rule::new("A.calculator", "a sum is the same by keys, pointer and finger", calculator),
        Rule::new("A.notes", "a note is begun, written and kept", notes),
        Rule::new("A.clock", "an alarm is set and kept", clock),
        Rule::new("A.paint", "pointer and finger paint, and a stroke is taken back", paint),
        Rule::new("A.slides", "pictures are turned by keys, pointer and finger", slides),
        Rule::new("A.settings", "themes and large text are chosen, and apps follow", settings),
        Rule::new("A.queue-ticket", "a number is drawn, and the count is kept", queue_ticket),
        Rule::new("A.snake", "a game is lost, and begun again", snake),
        Rule::new("A.system-monitor", "an app is chosen and ended", system_monitor),
    ];
    scene
}

/// Windows beside each other: the console left, the clock right.
pub(super) fn beside() -> Scene {
    let mut scene = Scene::new("apps-beside");
    scene.policy = manifest::Policy::Desktop;
    scene.size = PixelSize { w: 1280, h: 800 };
    scene.boot = Some("[[apps]]\nmanifest = \"/apps/console/vyoma.toml\"\nrestart = \"never\"\n");
    scene.has_shell_apps = true;
    scene.is_walk = true;
    scene.rules = vec![Rule::new(
        "A.beside",
        "an app that is seen and has not the keyboard follows theme and language",
        |lab| {
            run(lab, "clock")?;
            key(lab, "Super+Right")?;
            let right: Area = (660, 40, 600, 740);
            let ground = |colour| Look::Near((1264, 780, 8, 8), colour, 4);
            lab.screen(|picture| judge::judge(picture, &[ground(0x13_1b38)], (0, 0, 0, 0)))?;
            click(lab, 500, 400)?;
            lab.focused("console")?;
            lab.type_text("theme light\n")?;
            lab.screen(|picture| judge::judge(picture, &[ground(0xf3_f5fa)], (0, 0, 0, 0)))?;
            let english = settled(lab, right, None)?;
            lab.type_text("locale ar\n")?;
            settled(lab, right, Some(&english))?;
            lab.focused("console")
        },
    )];
    scene
}

fn console(lab: &mut Lab) -> Verdict {
    lab.focused("console")?;
    // Tab completes the command.
    lab.type_text("wri")?;
    key(lab, "Tab")?;
    lab.type_text("greeting.txt hello")?;
    key(lab, "Enter")?;
    lab.data("console", "greeting.txt", |text| text == "hello\n")
}

fn calculator(lab: &mut Lab) -> Verdict {
    run(lab, "calculator")?;
    let display: Area = (60, 100, 300, 360);
    lab.type_text("12*3")?;
    let sum = settled(lab, display, None)?;
    lab.type_text("=")?;
    let wanted = settled(lab, display, Some(&sum))?;
    click(lab, 441, 57)?;
    settled(lab, display, Some(&wanted))?;
    for (x, y) in [(441, 330), (534, 330)] {
        tap(lab, x, y)?;
    }
    click(lab, 718, 149)?;
    tap(lab, 626, 330)?;
    click(lab, 718, 422)?;
    lab.screen(|picture| {
        if cut(picture, display) == wanted {
            Ok(())
        } else {
            Err("12 × 3 is not what it was by keys".into())
        }
    })?;
    leave(lab, "calculator")
}

fn notes(lab: &mut Lab) -> Verdict {
    run(lab, "notes")?;
    click(lab, 721, 40)?;
    lab.type_text("Milk")?;
    key(lab, "Enter")?;
    lab.type_text("Bread")?;
    // Before the first letter of the second line, by finger.
    tap(lab, 305, 130)?;
    lab.type_text("2 ")?;
    lab.data("notes", "note-1.txt", |text| text == "Milk\n2 Bread")?;
    tap(lab, BACK.0, BACK.1)?;
    gone(lab, "notes")
}

fn clock(lab: &mut Lab) -> Verdict {
    run(lab, "clock")?;
    // What is pressed is what is seen: each page is waited for.
    let (tab, dialog): (Area, Area) = ((392, 16, 160, 48), (200, 90, 400, 60));
    let resting = settled(lab, tab, None)?;
    tap(lab, 472, 40)?;
    settled(lab, tab, Some(&resting))?;
    let page = settled(lab, dialog, None)?;
    click(lab, 155, 439)?;
    let open = settled(lab, dialog, Some(&page))?;
    lab.type_text("0630")?;
    click(lab, 495, 352)?;
    lab.data("clock", "clock.txt", |text| text.contains("alarm 390\n"))?;
    // Switched off by finger.
    settled(lab, dialog, Some(&open))?;
    tap(lab, 530, 110)?;
    lab.data("clock", "clock.txt", |text| text.contains("alarm 390 off\n"))?;
    leave(lab, "clock")
}

fn paint(lab: &mut Lab) -> Verdict {
    run(lab, "paint")?;
    key(lab, "2")?;
    drag(lab, (100, 150), (300, 150))?;
    // The blue one, by finger.
    tap(lab, 384, 448)?;
    swipe(lab, (100, 250), (300, 250))?;
    let red = Look::Is((150, 149, 80, 2), RED_INK);
    let blue = Look::Is((150, 249, 80, 2), BLUE_INK);
    lab.screen(|picture| judge::judge(picture, &[red, blue], (0, 0, 0, 0)))?;
    key(lab, "z")?;
    let paper = Look::Is((120, 240, 160, 20), PAPER);
    lab.screen(|picture| judge::judge(picture, &[red, paper], (0, 0, 0, 0)))?;
    leave(lab, "paint")
}

fn slides(lab: &mut Lab) -> Verdict {
    run(lab, "slides")?;
    // The second of what can be pressed shows the examples.
    for _ in 0..2 {
        key(lab, "Tab")?;
    }
    key(lab, "Enter")?;
    let foot = |colour| Look::Near((395, 472, 10, 4), colour, 6);
    lab.screen(|picture| judge::judge(picture, &[foot(0x0b_1020)], (0, 0, 0, 0)))?;
    swipe(lab, (600, 240), (300, 240))?;
    click(lab, 760, 240)?;
    lab.screen(|picture| judge::judge(picture, &[foot(0x1f_7a55)], (0, 0, 0, 0)))?;
    key(lab, "Home")?;
    lab.screen(|picture| judge::judge(picture, &[foot(0x0b_1020)], (0, 0, 0, 0)))?;
    leave(lab, "slides")
}

fn settings(lab: &mut Lab) -> Verdict {
    run(lab, "settings")?;
    let corner = |colour| Look::Near((0, 0, 8, 8), colour, 4);
    let is = |lab: &mut Lab, colour| lab.screen(|p| judge::judge(p, &[corner(colour)], (0, 0, 0, 0)));
    click(lab, 205, 217)?;
    is(lab, 0xf3_f5fa)?;
    tap(lab, 320, 217)?;
    is(lab, 0)?;
    let title: Area = (60, 10, 300, 60);
    let small = settled(lab, title, None)?;
    tap(lab, 340, 358)?;
    let large = settled(lab, title, Some(&small))?;
    tap(lab, 340, 358)?;
    settled(lab, title, Some(&large))?;
    // The first of the themes comes after what closes the app and its two pages.
    for _ in 0..4 {
        key(lab, "Tab")?;
    }
    key(lab, "Enter")?;
    is(lab, 0x0b_1020)?;
    leave(lab, "settings")
}

fn queue_ticket(lab: &mut Lab) -> Verdict {
    run(lab, "queue-ticket")?;
    let all: Area = (0, 0, 800, 480);
    let mut seen = settled(lab, all, None)?;
    for (x, y) in [(596, 208), (204, 208), (584, 432)] {
        tap(lab, x, y)?;
        seen = settled(lab, all, Some(&seen))?;
    }
    lab.data("queue-ticket", "drawn.txt", |text| text.ends_with(" 1 0 0 0\n"))?;
    click(lab, 400, 432)?;
    settled(lab, all, Some(&seen))?;
    // It is not closed by whoever stands in front of it, but by the device's chord.
    key(lab, "Alt+F4")?;
    gone(lab, "queue-ticket")
}

fn snake(lab: &mut Lab) -> Verdict {
    run(lab, "snake")?;
    key(lab, "Enter")?;
    key(lab, "Up")?;
    let is_over = |p: &Picture| (0..48).any(|y| (0..800).any(|x| p.at(x, y).is_some_and(|p| p == ERROR)));
    lab.screen(|p| if is_over(p) { Ok(()) } else { Err("the game is not over".into()) })?;
    tap(lab, 400, 240)?;
    lab.screen(|p| if is_over(p) { Err("the game is not begun again".into()) } else { Ok(()) })?;
    leave(lab, "snake")
}

fn system_monitor(lab: &mut Lab) -> Verdict {
    run(lab, "system-monitor")?;
    let name: Area = (345, 92, 130, 48);
    let first = settled(lab, name, None)?;
    // Those that ran are there too: the third of them by name is the console.
    tap(lab, 160, 235)?;
    settled(lab, name, Some(&first))?;
    click(lab, 708, 115)?;
    gone(lab, "console")?;
    key(lab, "Esc")?;
    gone(lab, "system-monitor")
}

/// Starts an app by the console, and waits until it is seen and has the keys.
fn run(lab: &mut Lab, app: &str) -> Verdict {
    lab.focused("console")?;
    lab.type_text(&format!("run {app}"))?;
    key(lab, "Enter")?;
    lab.shown(app)?;
    lab.focused(app)
}

/// Closes the app in front.
pub(super) fn leave(lab: &mut Lab, app: &str) -> Verdict {
    key(lab, "Esc")?;
    gone(lab, app)
}

/// Waits for the end of an app, in order.
pub(super) fn gone(lab: &mut Lab, app: &str) -> Verdict {
    let (how, is_failure) = lab.report(&format!("end of {app}"), |report| match report {
        Report::Ended { app: of, how, failed } if of == app => Some((how.clone(), *failed)),
        _ => None,
    })?;
    if is_failure { Err(format!("{app} failed: {how}")) } else { Ok(()) }
}

pub(super) fn key(lab: &mut Lab, name: &str) -> Verdict {
    let chord = chord(name).ok_or_else(|| format!("there is no key {name}"))?;
    let all: Vec<u16> = chord.held.iter().copied().chain([chord.key]).collect();
    let press = all.iter().map(|code| Input::Key { code: *code, pressed: true });
    let release = all.iter().rev().map(|code| Input::Key { code: *code, pressed: false });
    lab.inject(&press.chain(release).collect::<Vec<_>>())
}

pub(super) fn click(lab: &mut Lab, x: i32, y: i32) -> Verdict {
    lab.inject(&[Input::Move { x, y }])?;
    lab.inject(&[true, false].map(|pressed| Input::Button { button: 0, pressed }))
}

pub(super) fn tap(lab: &mut Lab, x: i32, y: i32) -> Verdict {
    lab.inject(&[0, 2].map(|phase| Input::Touch { phase, id: 0, x, y }))
}

/// A stroke of the pointer: there, pressed, on, let go.
pub(super) fn drag(lab: &mut Lab, (x, y): (i32, i32), to: (i32, i32)) -> Verdict {
    let button = |pressed| Input::Button { button: 0, pressed };
    let (from, to) = (Input::Move { x, y }, Input::Move { x: to.0, y: to.1 });
    lab.inject(&[from, button(true), to, button(false)])
}

/// A stroke of a finger.
pub(super) fn swipe(lab: &mut Lab, from: (i32, i32), to: (i32, i32)) -> Verdict {
    let at = |phase, (x, y)| Input::Touch { phase, id: 0, x, y };
    lab.inject(&[at(0, from), at(1, to), at(2, to)])
}

/// The pixels of an area.
pub(super) fn cut(picture: &Picture, (x, y, w, h): Area) -> Vec<u32> {
    let index = |n: i32| usize::try_from(n).unwrap_or(0);
    let rows = index(y)..index(y + h);
    rows.flat_map(|y| (index(x)..index(x + w)).filter_map(move |x| picture.at(x, y))).collect()
}

/// Waits until an area is other than it was, and the same in three looks one after the other; its pixels then.
pub(super) fn settled(lab: &mut Lab, area: Area, before: Option<&[u32]>) -> Result<Vec<u32>, String> {
    let seen: RefCell<(Vec<u32>, u32)> = RefCell::default();
    lab.screen(|picture| {
        let (last, times) = &mut *seen.borrow_mut();
        let now = cut(picture, area);
        *times = if now == *last { *times + 1 } else { 0 };
        *last = now;
        if before == Some(last.as_slice()) {
            return Err(format!("nothing changes in {area:?}"));
        }
        if *times >= 3 { Ok(()) } else { Err(format!("{area:?} changes all the time")) }
    })?;
    Ok(seen.into_inner().0)
}
