//! One kind of input is enough: each app of the image is opened from the launcher, does its job and is closed again by
//! keys alone, by the pointer alone, and by a finger alone.
//!
//! Places are those of a screen of 800x480, as the golden pictures in `shell-app/*/looks` show them.

use control_protocol::PixelSize;
use control_protocol::driver::Report;

use super::apps::{click, cut, drag, gone, key, settled, swipe, tap};
use super::judge::{self, Area, Look};
use super::lab::{Lab, Verdict};
use super::scene::{Rule, Scene};

/// What a person has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Hand {
    Keys,
    Pointer,
    Finger,
}

/// An app's job: whose, the app's title as it is searched for, its place on the launcher, in words, and how it is done.
type Job = (&'static str, &'static str, usize, &'static str, fn(&mut Lab, Hand) -> Verdict);

/// In the order they are done: the system monitor while few apps are to choose from.
const JOBS: [Job; 10] = [
    ("calculator", "calculator", 0, "12 × 3 is 36", calculator),
    ("system-monitor", "system", 10, "an app is chosen and ended: itself", system_monitor),
    ("clock", "clock", 1, "an alarm is set and kept", clock),
    ("console", "console", 2, "a file is written", console),
    ("notes", "notes", 4, "a note is written and kept", notes),
    ("paint", "paint", 5, "a line is painted", paint),
    ("slides", "pictures", 6, "the examples are turned", slides),
    ("queue-ticket", "queue", 7, "a number is drawn", queue_ticket),
    ("settings", "settings", 8, "a theme is chosen and kept, and the device is as delivered again", settings),
    ("snake", "snake", 9, "a game is begun and lost", snake),
];

/// The dark theme's colour of tiles.
const RAISED: u32 = 0x1f_2842;

/// Tiles on a page of the launcher.
const PAGE: usize = 8;

const IDS: [[&str; 10]; 3] = [
    [
        "A.keys.calculator",
        "A.keys.system-monitor",
        "A.keys.clock",
        "A.keys.console",
        "A.keys.notes",
        "A.keys.paint",
        "A.keys.slides",
        "A.keys.queue-ticket",
        "A.keys.settings",
        "A.keys.snake",
    ],
    [
        "A.pointer.calculator",
        "A.pointer.system-monitor",
        "A.pointer.clock",
        "A.pointer.console",
        "A.pointer.notes",
        "A.pointer.paint",
        "A.pointer.slides",
        "A.pointer.queue-ticket",
        "A.pointer.settings",
        "A.pointer.snake",
    ],
    [
        "A.finger.calculator",
        "A.finger.system-monitor",
        "A.finger.clock",
        "A.finger.console",
        "A.finger.notes",
        "A.finger.paint",
        "A.finger.slides",
        "A.finger.queue-ticket",
        "A.finger.settings",
        "A.finger.snake",
    ],
];

pub(super) fn keys() -> Scene {
    by("by-keys", Hand::Keys)
}

pub(super) fn pointer() -> Scene {
    by("by-pointer", Hand::Pointer)
}

pub(super) fn finger() -> Scene {
    by("by-finger", Hand::Finger)
}

fn by(name: &'static str, hand: Hand) -> Scene {
    let mut scene = Scene::new(name);
    scene.size = PixelSize { w: 800, h: 480 };
    scene.boot = Some("[[apps]]\nmanifest = \"/apps/launcher/vyoma.toml\"\nrestart = \"always\"\n");
    scene.has_shell_apps = true;
    scene.is_walk = true;
    let mut page = 0;
    for (job, id) in JOBS.into_iter().zip(IDS[hand as usize]) {
        scene.rules.push(rule(id, job, hand, page));
        page = job.2 / PAGE;
    }
    scene
}

/// The rule of a job; the launcher shows `page` before.
fn rule(id: &'static str, (app, title, place, says, job): Job, hand: Hand, page: usize) -> Rule {
    Rule::new(id, says, move |lab| {
        lab.focused("launcher")?;
        lab.shown("launcher")?;
        // Tiles are there a moment after the launcher is, in the colour of what is raised.
        let tile = Look::Near((76, 120, 8, 60), RAISED, 2);
        lab.screen(|picture| judge::judge(picture, &[tile], (0, 0, 0, 0)))?;
        let tiles = settled(lab, TILES, None)?;
        if hand == Hand::Keys {
            // What is typed is searched for, and what is found first is opened.
            lab.type_text(title)?;
            key(lab, "Enter")?;
        } else {
            open(lab, hand, (place, page), &tiles)?;
        }
        lab.focused(app)?;
        job(lab, hand)?;
        lab.focused("launcher")
    })
}

/// Where the launcher has its tiles.
const TILES: Area = (60, 80, 680, 340);

/// Opens an app by its tile on the launcher, which shows `page` with these pixels.
fn open(lab: &mut Lab, hand: Hand, (place, page): (usize, usize), shown: &[u32]) -> Verdict {
    if place / PAGE != page {
        press(lab, hand, if page == 0 { (450, 455) } else { (350, 455) })?;
        settled(lab, TILES, Some(shown))?;
    }
    let edge = |n: usize| i32::try_from(n).unwrap_or(0);
    press(lab, hand, (142 + 172 * edge(place % 4), 166 + 172 * edge(place / 4 % 2)))
}

/// Clicks or taps.
fn press(lab: &mut Lab, hand: Hand, (x, y): (i32, i32)) -> Verdict {
    match hand {
        Hand::Finger => tap(lab, x, y),
        Hand::Pointer | Hand::Keys => click(lab, x, y),
    }
}

/// Clicks or taps at one place after the other.
fn press_all(lab: &mut Lab, hand: Hand, places: &[(i32, i32)]) -> Verdict {
    places.iter().try_for_each(|place| press(lab, hand, *place))
}

fn keys_of(lab: &mut Lab, names: &[&str]) -> Verdict {
    names.iter().try_for_each(|name| key(lab, name))
}

/// Closes the app in front, which has what closes it at its top left.
fn leave(lab: &mut Lab, hand: Hand, app: &str) -> Verdict {
    if hand == Hand::Keys {
        key(lab, "Esc")?;
    } else {
        // The calculator's is on its display.
        press(lab, hand, if app == "calculator" { (79, 55) } else { (40, 40) })?;
    }
    gone(lab, app)
}

/// Has the app in front show its keys: a finger wants to write where it touches, a pointer says so by a button.
fn bring_keys(lab: &mut Lab, hand: Hand, text: (i32, i32), button: (i32, i32)) -> Verdict {
    let below: Area = (0, 280, 800, 200);
    let before = settled(lab, below, None)?;
    press(lab, hand, if hand == Hand::Finger { text } else { button })?;
    settled(lab, below, Some(&before)).map(drop)
}

/// Types on the keys that an app shows; `named` is how many of them write nothing.
fn type_on_canvas(lab: &mut Lab, hand: Hand, text: &str, named: i32) -> Verdict {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    for letter in text.chars() {
        let place = (0..).zip(ROWS).find_map(|(row, letters)| {
            let column = i32::try_from(letters.find(letter)?).ok()?;
            let left = 40 * (10 - i32::try_from(letters.len()).ok()?);
            Some((40 + left + 80 * column, 296 + 52 * row))
        });
        let place = match letter {
            ' ' => (160 + 40 * (8 - named), 452),
            '\n' => (760, 452),
            _ => place.ok_or_else(|| format!("no key {letter}"))?,
        };
        press(lab, hand, place)?;
    }
    Ok(())
}

fn calculator(lab: &mut Lab, hand: Hand) -> Verdict {
    let result: Area = (60, 225, 310, 70);
    let zero = settled(lab, result, None)?;
    let places = |text: &str| -> Vec<(i32, i32)> {
        let place = |key| match key {
            'C' => (441, 57),
            '1' => (441, 330),
            '2' => (534, 330),
            '3' => (626, 330),
            '6' => (626, 240),
            '*' => (718, 149),
            _ => (718, 422),
        };
        text.chars().map(place).collect()
    };
    let enter = |lab: &mut Lab, text: &str| match hand {
        Hand::Keys => lab.type_text(text),
        _ => press_all(lab, hand, &places(text)),
    };
    enter(lab, "36")?;
    let wanted = settled(lab, result, Some(&zero))?;
    match hand {
        Hand::Keys => keys_of(lab, &["Backspace", "Backspace"])?,
        _ => press_all(lab, hand, &places("C"))?,
    }
    settled(lab, result, Some(&wanted))?;
    enter(lab, "12*3=")?;
    lab.screen(
        |picture| {
            if cut(picture, result) == wanted { Ok(()) } else { Err("12 × 3 is not 36".into()) }
        },
    )?;
    leave(lab, hand, "calculator")
}

fn clock(lab: &mut Lab, hand: Hand) -> Verdict {
    let (tab, dialog): (Area, Area) = ((392, 16, 160, 48), (200, 90, 400, 300));
    if hand == Hand::Keys {
        lab.type_text("3n0630")?;
        // The last that Tab comes to is what saves.
        keys_of(lab, &["Tab"; 8])?;
        key(lab, "Enter")?;
    } else {
        let resting = settled(lab, tab, None)?;
        press(lab, hand, (472, 40))?;
        settled(lab, tab, Some(&resting))?;
        let page = settled(lab, dialog, None)?;
        press(lab, hand, (155, 439))?;
        settled(lab, dialog, Some(&page))?;
        // From 07:00 an hour down, three tens of minutes up, and saved.
        press_all(lab, hand, &[(274, 288), (399, 127), (399, 127), (399, 127), (495, 352)])?;
    }
    lab.data("clock", "clock.txt", |text| text.contains("alarm 390\n"))?;
    leave(lab, hand, "clock")
}

fn console(lab: &mut Lab, hand: Hand) -> Verdict {
    if hand == Hand::Keys {
        lab.type_text("write me hello\n")?;
    } else {
        bring_keys(lab, hand, (300, 200), (760, 40))?;
        type_on_canvas(lab, hand, "write me hello\n", 5)?;
    }
    lab.data("console", "me", |text| text == "hello\n")?;
    leave(lab, hand, "console")
}

fn notes(lab: &mut Lab, hand: Hand) -> Verdict {
    if hand == Hand::Keys {
        lab.type_text("nmilk\nbread")?;
        // Out of the text, then out of the app.
        key(lab, "Esc")?;
    } else {
        // What brings keys can be pressed when there is a note.
        let bringing: Area = (468, 16, 48, 48);
        let before = settled(lab, bringing, None)?;
        press(lab, hand, (721, 40))?;
        settled(lab, bringing, Some(&before))?;
        bring_keys(lab, hand, (400, 120), (492, 40))?;
        type_on_canvas(lab, hand, "milk\nbread", 4)?;
    }
    lab.data("notes", "note-1.txt", |text| text == "milk\nbread")?;
    leave(lab, hand, "notes")
}

fn paint(lab: &mut Lab, hand: Hand) -> Verdict {
    const RED_INK: u32 = 0xe0_4848;
    let line: Area = match hand {
        Hand::Keys => {
            // The red ink, and a pen from the middle of the paper to the right.
            lab.type_text("2d")?;
            key(lab, "Enter")?;
            keys_of(lab, &["Right"; 10])?;
            keys_of(lab, &["Enter", "Esc"])?;
            (420, 235, 100, 2)
        }
        Hand::Pointer => {
            press(lab, hand, (107, 447))?;
            drag(lab, (100, 150), (300, 150))?;
            (150, 149, 80, 2)
        }
        Hand::Finger => {
            press(lab, hand, (107, 447))?;
            swipe(lab, (100, 150), (300, 150))?;
            (150, 149, 80, 2)
        }
    };
    lab.screen(|picture| judge::judge(picture, &[Look::Is(line, RED_INK)], (0, 0, 0, 0)))?;
    leave(lab, hand, "paint")
}

fn queue_ticket(lab: &mut Lab, hand: Hand) -> Verdict {
    let all: Area = (0, 0, 800, 480);
    let mut seen = settled(lab, all, None)?;
    if hand == Hand::Keys {
        // English, the first desk, and what draws: after what goes back.
        for tabs in [1, 1, 2] {
            keys_of(lab, &vec!["Tab"; tabs])?;
            key(lab, "Enter")?;
            seen = settled(lab, all, Some(&seen))?;
        }
    } else {
        for place in [(596, 208), (204, 208), (584, 432)] {
            press(lab, hand, place)?;
            seen = settled(lab, all, Some(&seen))?;
        }
    }
    lab.data("queue-ticket", "drawn.txt", |text| text.ends_with(" 1 0 0 0\n"))?;
    // It is not closed by whoever stands in front of it, but by the device's chord.
    key(lab, "Alt+F4")?;
    gone(lab, "queue-ticket")
}

fn settings(lab: &mut Lab, hand: Hand) -> Verdict {
    let corner = |lab: &mut Lab, colour| {
        lab.screen(|p| judge::judge(p, &[Look::Near((0, 0, 8, 8), colour, 4)], (0, 0, 0, 0)))
    };
    let dialog: Area = (160, 120, 480, 240);
    // The light theme comes after what closes the app, its two pages and the dark one.
    match hand {
        Hand::Keys => {
            keys_of(lab, &["Tab"; 5])?;
            key(lab, "Enter")?;
        }
        _ => press(lab, hand, (204, 217))?,
    }
    corner(lab, 0xf3_f5fa)?;
    lab.data("system", "settings.toml", |text| text.contains("theme = \"light\"\n"))?;
    let page = settled(lab, dialog, None)?;
    match hand {
        Hand::Keys => {
            // Up to the pages, and to the second of them.
            keys_of(lab, &["Up", "Tab", "Enter"])?;
        }
        _ => press(lab, hand, (592, 100))?,
    }
    let page = settled(lab, dialog, Some(&page))?;
    match hand {
        Hand::Keys => {
            // Six layouts, then what resets; a question has two answers.
            keys_of(lab, &["Tab"; 7])?;
            key(lab, "Enter")?;
            settled(lab, dialog, Some(&page))?;
            keys_of(lab, &["Tab", "Tab", "Enter"])?;
        }
        _ => {
            press(lab, hand, (205, 369))?;
            settled(lab, dialog, Some(&page))?;
            press(lab, hand, (523, 312))?;
        }
    }
    corner(lab, 0x0b_1020)?;
    leave(lab, hand, "settings")
}

fn slides(lab: &mut Lab, hand: Hand) -> Verdict {
    let foot = |lab: &mut Lab, colour| {
        lab.screen(|p| judge::judge(p, &[Look::Near((395, 472, 10, 4), colour, 6)], (0, 0, 0, 0)))
    };
    match hand {
        Hand::Keys => keys_of(lab, &["Tab", "Tab", "Enter"])?,
        _ => press(lab, hand, (400, 367))?,
    }
    foot(lab, 0x0b_1020)?;
    let next = |lab: &mut Lab| match hand {
        Hand::Keys => key(lab, "Right"),
        Hand::Pointer => click(lab, 760, 240),
        Hand::Finger => swipe(lab, (600, 240), (300, 240)),
    };
    next(lab)?;
    next(lab)?;
    foot(lab, 0x1f_7a55)?;
    if hand == Hand::Keys {
        return leave(lab, hand, "slides");
    }
    // What closes it comes with the controls, and goes with them after a while.
    let is_gone =
        |report: &Report| matches!(report, Report::Ended { app, failed: false, .. } if app == "slides");
    lab.insist_on(is_gone, |lab| press(lab, hand, (40, 40)))
}

fn snake(lab: &mut Lab, hand: Hand) -> Verdict {
    const ERROR: u32 = 0xff_8080;
    match hand {
        Hand::Keys => keys_of(lab, &["Enter", "Up"])?,
        // Begun, and turned to what is above it.
        Hand::Pointer => {
            click(lab, 400, 240)?;
            click(lab, 400, 70)?;
        }
        Hand::Finger => {
            tap(lab, 400, 240)?;
            swipe(lab, (400, 300), (400, 100))?;
        }
    }
    let is_over = |p: &crate::picture::Picture| {
        (0..48).any(|y| (0..800).any(|x| p.at(x, y).is_some_and(|p| p == ERROR)))
    };
    lab.screen(|p| if is_over(p) { Ok(()) } else { Err("the game is not over".into()) })?;
    leave(lab, hand, "snake")
}

fn system_monitor(lab: &mut Lab, hand: Hand) -> Verdict {
    // By name: the calculator, which ran, the launcher, and what is to end.
    match hand {
        Hand::Keys => {
            keys_of(lab, &["Tab"; 4])?;
            key(lab, "Enter")?;
            lab.type_text("k")?;
        }
        _ => {
            let name: Area = (345, 92, 130, 48);
            let first = settled(lab, name, None)?;
            press(lab, hand, (160, 235))?;
            settled(lab, name, Some(&first))?;
            press(lab, hand, (708, 115))?;
        }
    }
    gone(lab, "system-monitor")
}
