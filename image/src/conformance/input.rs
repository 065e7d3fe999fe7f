//! Section 3: what an app hears, and nothing else.

use control_protocol::{InjectedInput as Input, PixelSize};
use manifest::Policy;

use super::guest::{Guest, Script};
use super::lab::{Lab, Verdict};
use super::scene::{Rule, Scene};
use crate::sim::chord;

/// What is typed behind every rule's input, and what every guest's ear is emptied up to.
const FENCE: &str = "#";

/// The app that hears.
const EAR: &str = "ear";

/// One thing done to the system.
#[derive(Clone, Copy)]
pub(super) enum Deed {
    /// The pointer goes to a pixel of the screen.
    Move(i32, i32),
    /// A button is pressed and released: 0 left, 1 right, 2 middle.
    Click(u8),
    /// A button is pressed, or released.
    Button(u8, bool),
    /// The wheel turns.
    Wheel(i32, i32),
    /// A contact begins, moves, ends.
    Touch(u8, u32, i32, i32),
    /// A key or chord, pressed and released.
    Key(&'static str),
    /// A text is typed whatever the layout.
    Text(&'static str),
}

impl Deed {
    pub(super) fn input(self) -> Vec<Input> {
        match self {
            Self::Move(x, y) => vec![Input::Move { x, y }],
            Self::Click(button) => [true, false].map(|pressed| Input::Button { button, pressed }).into(),
            Self::Button(button, pressed) => vec![Input::Button { button, pressed }],
            Self::Wheel(dx, dy) => vec![Input::Wheel { dx, dy }],
            Self::Touch(phase, id, x, y) => vec![Input::Touch { phase, id, x, y }],
            Self::Text(text) => vec![Input::Text(text.to_owned())],
            Self::Key(name) => {
                let Some(chord) = chord(name) else { return Vec::new() };
                let all: Vec<u16> = chord.held.iter().copied().chain([chord.key]).collect();
                let press = all.iter().map(|code| Input::Key { code: *code, pressed: true });
                let release = all.iter().rev().map(|code| Input::Key { code: *code, pressed: false });
                press.chain(release).collect()
            }
        }
    }
}

/// A rule on input: identity, words, what is done, what is heard.
type Heard = (&'static str, &'static str, &'static [Deed], &'static [&'static str]);

use Deed::{Button, Click, Key, Move, Text, Touch, Wheel};

/// Without opt-ins, with `mouse` alone.
const PLAIN: &[Heard] = &[
    ("3.mouse.move", "the pointer moved over the content", &[Move(3, 4)], &["VYOMA_INPUT:mouse:move:3,4"]),
    (
        "3.mouse.click.left",
        "a left press; its release is not told",
        &[Click(0)],
        &["VYOMA_INPUT:mouse:click:3,4:left"],
    ),
    ("3.mouse.click.right", "a right press", &[Click(1)], &["VYOMA_INPUT:mouse:click:3,4:right"]),
    ("3.mouse.click.middle", "a middle press", &[Click(2)], &["VYOMA_INPUT:mouse:click:3,4:middle"]),
    (
        "3.mouse.corner",
        "the last pixel of the canvas",
        &[Move(639, 479)],
        &["VYOMA_INPUT:mouse:move:639,479"],
    ),
    ("3.mouse.wheel.opt_in", "the wheel is not told without mouse2", &[Wheel(0, 3)], &[]),
    (
        "3.touch.as_mouse",
        "without touch a tap is a move and a left click",
        &[Touch(0, 0, 100, 90), Touch(2, 0, 0, 0)],
        &["VYOMA_INPUT:mouse:move:100,90", "VYOMA_INPUT:mouse:click:100,90:left"],
    ),
    (
        "3.touch.absent",
        "without touch a swipe is not told",
        &[Touch(0, 0, 100, 90), Touch(1, 0, 300, 90), Touch(2, 0, 0, 0)],
        &[],
    ),
    (
        "3.key.letter",
        "printable text as itself",
        &[Key("a"), Key("Z"), Key("7"), Key("Space")],
        &["a", "Z", "7", " "],
    ),
    (
        "3.key.shifted",
        "from the keyboard layout",
        &[Key("Shift+a"), Key("!"), Key("Shift+/")],
        &["A", "!", "?"],
    ),
    ("3.key.utf8", "text is UTF-8", &[Text("é中")], &["é", "中"]),
    ("3.key.enter", "Enter is an empty line", &[Key("Enter")], &[""]),
    ("3.key.backspace", "Backspace is 0x7f", &[Key("Backspace")], &["\\u{7f}"]),
    ("3.key.tab", "Tab is a tab", &[Key("Tab")], &["\t"]),
    ("3.key.esc", "Esc is 0x1b alone", &[Key("Esc")], &["\\u{1b}"]),
    ("3.key.up", "arrow up", &[Key("Up")], &["\\u{1b}[A"]),
    ("3.key.down", "arrow down", &[Key("Down")], &["\\u{1b}[B"]),
    ("3.key.right", "arrow right", &[Key("Right")], &["\\u{1b}[C"]),
    ("3.key.left", "arrow left", &[Key("Left")], &["\\u{1b}[D"]),
    ("3.key.home", "Home", &[Key("Home")], &["\\u{1b}[H"]),
    ("3.key.end", "End", &[Key("End")], &["\\u{1b}[F"]),
    ("3.key.page_up", "PgUp", &[Key("PgUp")], &["\\u{1b}[5~"]),
    ("3.key.page_down", "PgDn", &[Key("PgDn")], &["\\u{1b}[6~"]),
    ("3.key.delete", "Delete", &[Key("Delete")], &["\\u{1b}[3~"]),
    (
        "3.key.ctrl",
        "Ctrl with a letter is the control byte",
        &[Key("Ctrl+c"), Key("Ctrl+a"), Key("Ctrl+z")],
        &["\\u{3}", "\\u{1}", "\\u{1a}"],
    ),
    ("3.key.modifier", "a modifier alone is no line", &[Key("Shift"), Key("Ctrl"), Key("Alt")], &[]),
    ("3.key.function", "a function key is no line", &[Key("F5"), Key("Insert")], &[]),
    ("3.key.alt", "a key with Alt is no line", &[Key("Alt+x")], &[]),
    (
        "3.chords.never",
        "system chords never reach an app",
        &[Key("Alt+Tab"), Key("Alt+Shift+Tab"), Key("Alt+f"), Key("Super"), Key("Super+m"), Key("Super+v")],
        &[],
    ),
];

/// With every opt-in, `mouse` and `touch`. Keys without a code are those of typed text.
const RICH: &[Heard] = &[
    (
        "3.focus.gained",
        "focus tells who has the keyboard",
        &[],
        &["VYOMA_SYSTEM:screen:640,480", "VYOMA_SYSTEM:display_profile:kiosk", "VYOMA_SYSTEM:focus:gained"],
    ),
    (
        "3.key2.order",
        "key adds a line before the key's own, and one for its release",
        &[Key("a")],
        &["VYOMA_INPUT:key:down:KeyA:", "a", "VYOMA_INPUT:key:up:KeyA:"],
    ),
    (
        "3.key2.modifiers",
        "with the modifiers that are held",
        &[Key("Ctrl+Shift+Left")],
        &[
            "VYOMA_INPUT:key:down:ControlLeft:ctrl",
            "VYOMA_INPUT:key:down:ShiftLeft:shift+ctrl",
            "VYOMA_INPUT:key:down:ArrowLeft:shift+ctrl",
            "\\u{1b}[D",
            "VYOMA_INPUT:key:up:ArrowLeft:shift+ctrl",
            "VYOMA_INPUT:key:up:ShiftLeft:ctrl",
            "VYOMA_INPUT:key:up:ControlLeft:",
        ],
    ),
    (
        "3.key2.silent",
        "also for keys without a line",
        &[Key("F5")],
        &["VYOMA_INPUT:key:down:F5:", "VYOMA_INPUT:key:up:F5:"],
    ),
    (
        "6.menu.absent",
        "the Menu key of an app without a menu is the app's",
        &[Key("Menu")],
        &["VYOMA_INPUT:key:down:ContextMenu:", "VYOMA_INPUT:key:up:ContextMenu:"],
    ),
    (
        "3.mouse2.enter",
        "mouse2 adds enter",
        &[Move(10, 10)],
        &["VYOMA_INPUT:mouse:enter", "VYOMA_INPUT:mouse:move:10,10"],
    ),
    (
        "3.mouse2.left",
        "down and up of the left button have two fields",
        &[Click(0)],
        &["VYOMA_INPUT:mouse:down:10,10", "VYOMA_INPUT:mouse:click:10,10:left", "VYOMA_INPUT:mouse:up:10,10"],
    ),
    (
        "3.mouse2.right",
        "the right button is down2 and up2",
        &[Click(1)],
        &[
            "VYOMA_INPUT:mouse:down2:10,10",
            "VYOMA_INPUT:mouse:click:10,10:right",
            "VYOMA_INPUT:mouse:up2:10,10",
        ],
    ),
    (
        "3.mouse2.middle",
        "the middle button is down3 and up3",
        &[Click(2)],
        &[
            "VYOMA_INPUT:mouse:down3:10,10",
            "VYOMA_INPUT:mouse:click:10,10:middle",
            "VYOMA_INPUT:mouse:up3:10,10",
        ],
    ),
    (
        "3.mouse2.drag",
        "a move with a button held is a drag",
        &[Button(0, true), Move(20, 30), Button(0, false)],
        &[
            "VYOMA_INPUT:mouse:down:10,10",
            "VYOMA_INPUT:mouse:click:10,10:left",
            "VYOMA_INPUT:mouse:drag:20,30",
            "VYOMA_INPUT:mouse:up:20,30",
        ],
    ),
    (
        "3.mouse2.wheel",
        "wheel: where, and the steps",
        &[Wheel(1, -2)],
        &["VYOMA_INPUT:mouse:wheel:20,30:1,-2"],
    ),
    (
        "3.touch.tap",
        "a short contact is a tap; touch2 adds down and up",
        &[Touch(0, 0, 100, 90), Touch(2, 0, 0, 0)],
        &["VYOMA_INPUT:touch:down:0,100,90", "VYOMA_INPUT:touch:up:0,100,90", "VYOMA_INPUT:touch:tap:100,90"],
    ),
    (
        "3.touch.swipe",
        "a longer one is a swipe, signed, right and down are positive",
        &[Touch(0, 0, 300, 200), Touch(1, 0, 200, 250), Touch(2, 0, 0, 0)],
        &[
            "VYOMA_INPUT:touch:down:0,300,200",
            "VYOMA_INPUT:touch:move:0,200,250",
            "VYOMA_INPUT:touch:up:0,200,250",
            "VYOMA_INPUT:touch:swipe:-100,50",
        ],
    ),
];

/// With `touch` and no opt-in.
const TOUCHED: &[Heard] = &[
    (
        "3.touch.plain.tap",
        "without touch2 a tap is one line",
        &[Touch(0, 0, 100, 90), Touch(2, 0, 0, 0)],
        &["VYOMA_INPUT:touch:tap:100,90"],
    ),
    (
        "3.touch.plain.swipe",
        "and a swipe",
        &[Touch(0, 0, 100, 90), Touch(1, 0, 130, 190), Touch(2, 0, 0, 0)],
        &["VYOMA_INPUT:touch:swipe:30,100"],
    ),
    ("3.mouse.absent", "without mouse the pointer is not told", &[Move(5, 5), Click(0), Click(2)], &[]),
];

/// A canvas of 160x100 on 640x480: four times as large, 40 pixels from the top.
const WHOLE: &[Heard] = &[
    (
        "3.coordinates.whole.first",
        "coordinates are the canvas's, whatever the scale",
        &[Move(0, 40)],
        &["VYOMA_INPUT:mouse:move:0,0"],
    ),
    ("3.coordinates.whole.last", "the last pixel", &[Move(639, 439)], &["VYOMA_INPUT:mouse:move:159,99"]),
    (
        "3.coordinates.whole.click",
        "a click where the pointer is",
        &[Move(322, 242), Click(0)],
        &["VYOMA_INPUT:mouse:move:80,50", "VYOMA_INPUT:mouse:click:80,50:left"],
    ),
    (
        "3.coordinates.letter_box",
        "beside the canvas nothing is told",
        &[Move(320, 20), Click(0), Move(320, 470)],
        &[],
    ),
];

/// A canvas of 1280x960 on 640x480.
const SMOOTH: &[Heard] = &[
    (
        "3.coordinates.smooth.first",
        "a larger canvas is scaled down",
        &[Move(1, 0)],
        &["VYOMA_INPUT:mouse:move:2,0"],
    ),
    ("3.coordinates.smooth.middle", "its middle", &[Move(320, 240)], &["VYOMA_INPUT:mouse:move:640,480"]),
    ("3.coordinates.smooth.last", "its last pixels", &[Move(639, 479)], &["VYOMA_INPUT:mouse:move:1278,958"]),
];

/// A scene of one app that hears.
fn scene(name: &'static str, (w, h): (u32, u32), grants: &str, rules: &[Heard]) -> Scene {
    let tables =
        format!("[capabilities]\nstdio = true\ndisplay = true\n{grants}\n[window]\nw = {w}\nh = {h}\n");
    let tables = if grants.contains("[input]") {
        // The list of opt-ins follows its own header: the window's table goes before it.
        let (capabilities, input) = grants.split_once("[input]").unwrap_or((grants, ""));
        format!(
            "[capabilities]\nstdio = true\ndisplay = true\n{capabilities}[window]\nw = {w}\nh = {h}\n[input]{input}\n"
        )
    } else {
        tables
    };
    let mut scene = Scene::new(name);
    let draw = ["VYOMA_DRAW:fill_rect:0,0,9999,9999,0x204060ff", "VYOMA_DRAW:flush"];
    scene.actor = Some((Guest::new(EAR, &tables, Script::new()), Script::new().say_all(&draw)));
    scene.rules = rules.iter().map(|rule| rule_of(*rule)).collect();
    scene
}

fn rule_of((id, says, deeds, heard): Heard) -> Rule {
    Rule::new(id, says, move |lab: &mut Lab| -> Verdict {
        if !id.starts_with("3.focus") && !id.starts_with("3.handshake") {
            clear(lab)?;
        }
        ready(lab)?;
        for deed in deeds {
            lab.inject(&deed.input())?;
        }
        lab.type_text(FENCE)?;
        let lines = lab.heard_until(EAR, FENCE)?;
        // A finger hides the pointer, which leaves the window some time during the contact.
        let aside = |line: &str| id.starts_with("3.touch") && line == "VYOMA_INPUT:mouse:leave";
        let lines: Vec<_> =
            lines.into_iter().filter(|line| !line.contains(":Unidentified:") && !aside(line)).collect();
        if lines == heard { Ok(()) } else { Err(format!("it heard {lines:?}, expected {heard:?}")) }
    })
}

/// The app is there and has the keyboard.
fn ready(lab: &mut Lab) -> Verdict {
    lab.shown(EAR)?;
    lab.focused(EAR)
}

/// What was heard before does not count.
fn clear(lab: &mut Lab) -> Verdict {
    ready(lab)?;
    lab.type_text(FENCE)?;
    lab.heard_until(EAR, FENCE).map(drop)
}

pub(super) fn plain() -> Scene {
    let mut scene = scene("input", (640, 480), "mouse = true", PLAIN);
    scene.rules.insert(
        0,
        Rule::new("3.handshake.kiosk", "first the screen line, then the profile, and nothing else", |lab| {
            ready(lab)?;
            lab.type_text(FENCE)?;
            lab.hears(EAR, &["VYOMA_SYSTEM:screen:640,480", "VYOMA_SYSTEM:display_profile:kiosk"], FENCE)
        }),
    );
    scene
}

pub(super) fn rich() -> Scene {
    let grants = "mouse = true\ntouch = true\n[input]\nevents = [\"key\", \"mouse2\", \"touch2\", \"focus\"]";
    let mut scene = scene("opt-in", (640, 480), grants, RICH);
    scene.rules.push(Rule::new(
        "3.touch2.cancel",
        "touch2 tells of a contact that is the system's: a long press in a corner",
        |lab| {
            clear(lab)?;
            lab.inject(&Touch(0, 0, 2, 3).input())?;
            let before = lab.heard_until(EAR, "VYOMA_INPUT:touch:cancel:0,2,3")?;
            if !before.ends_with(&["VYOMA_INPUT:touch:down:0,2,3".to_owned()]) {
                return Err(format!("before that it heard {before:?}"));
            }
            lab.inject(&Touch(2, 0, 0, 0).input())?;
            lab.type_text(FENCE)?;
            let heard = lab.heard_until(EAR, FENCE)?;
            let more = heard.iter().find(|line| line.contains("touch"));
            more.map_or(Ok(()), |line| Err(format!("after that it heard {line}")))
        },
    ));
    scene.rules.push(Rule::new(
        "3.key.repeat",
        "a held key repeats its line; the opt-in says that it is a repeat",
        |lab| {
            const REPEAT: &str = "VYOMA_INPUT:key:repeat:KeyA:";
            let a = chord("a").ok_or("no such key")?.key;
            clear(lab)?;
            lab.inject(&[Input::Key { code: a, pressed: true }])?;
            let mut heard = lab.heard_until(EAR, REPEAT)?;
            heard.retain(|line| !line.contains(":Unidentified:"));
            if heard != ["VYOMA_INPUT:key:down:KeyA:", "a"] {
                return Err(format!("it heard {heard:?} before the first repeat"));
            }
            lab.hears(EAR, &["a"], REPEAT)?;
            lab.inject(&[Input::Key { code: a, pressed: false }])?;
            lab.heard_until(EAR, "VYOMA_INPUT:key:up:KeyA:")?;
            lab.type_text(FENCE)?;
            let heard = lab.heard_until(EAR, FENCE)?;
            let more = heard.iter().find(|line| line.contains("KeyA") || *line == "a");
            more.map_or(Ok(()), |line| Err(format!("after its release it heard {line}")))
        },
    ));
    scene
}

/// Two windows: one that hears, with every opt-in on where people are, and one beside it.
pub(super) fn beside() -> Scene {
    let mut scene = Scene::new("beside");
    scene.is_walk = true;
    scene.policy = Policy::Desktop;
    scene.size = PixelSize { w: 800, h: 600 };
    let draw = ["VYOMA_DRAW:fill_rect:0,0,9999,9999,0x204060ff", "VYOMA_DRAW:flush"];
    let window = |name: &str, x: u32, grants: &str, events: &str| {
        let place = format!("[window]\nx = {x}\ny = 100\nw = 200\nh = 150");
        let tables = format!(
            "[capabilities]\nstdio = true\ndisplay = true\n{grants}\n{place}\n[input]\nevents = [{events}]"
        );
        Guest::new(name, &tables, Script::new().say_all(&draw).stay())
    };
    scene.guests =
        vec![window(EAR, 50, "mouse = true", "\"mouse2\", \"focus\""), window("other", 500, "", "")];
    let there = |lab: &mut Lab| -> Verdict {
        lab.shown(EAR)?;
        lab.shown("other")
    };
    scene.rules = vec![
        Rule::new("3.mouse2.leave", "mouse2 adds leave", move |lab| {
            there(lab)?;
            for deed in [Move(60, 110), Click(0), Move(510, 110)] {
                lab.inject(&deed.input())?;
            }
            let left = lab.heard_until(EAR, "VYOMA_INPUT:mouse:leave")?;
            let last: Vec<&str> = left.iter().rev().take(2).map(String::as_str).collect();
            let expected = ["VYOMA_INPUT:mouse:up:10,10", "VYOMA_INPUT:mouse:click:10,10:left"];
            if last == expected { Ok(()) } else { Err(format!("it heard {left:?}")) }
        }),
        Rule::new("3.focus.lost", "focus tells who has the keyboard no more", move |lab| {
            lab.focused(EAR)?;
            lab.inject(&Click(0).input())?;
            lab.hears(EAR, &[], "VYOMA_SYSTEM:focus:lost")?;
            lab.focused("other")
        }),
    ];
    scene
}

pub(super) fn touched() -> Scene {
    scene("touch", (640, 480), "touch = true", TOUCHED)
}

pub(super) fn whole() -> Scene {
    scene("letter-box", (160, 100), "mouse = true", WHOLE)
}

pub(super) fn smooth() -> Scene {
    scene("scaled-down", (1280, 960), "mouse = true", SMOOTH)
}

/// Handshakes of apps that need no keyboard.
pub(super) fn handshakes() -> Scene {
    let mut scene = Scene::new("handshakes");
    scene.size = PixelSize { w: 800, h: 480 };
    let knock = |name: &str| format!("@{name}: {FENCE}");
    let first = |id, says, name: &'static str, tables: &str, expected: &'static [&'static str]| {
        let tables = format!("[capabilities]\nstdio = true\n{tables}");
        // Its own message comes after what it hears at its start.
        let guest = Guest::new(name, &tables, Script::new().say(&knock(name)).stay());
        Rule::new(id, says, move |lab: &mut Lab| lab.hears(name, expected, FENCE)).with(guest)
    };
    scene.rules = vec![
        first(
            "3.handshake.default",
            "without a [window] the content is as large as the screen",
            "whole",
            "display = true",
            &["VYOMA_SYSTEM:screen:800,480", "VYOMA_SYSTEM:display_profile:kiosk"],
        ),
        first(
            "3.handshake.size",
            "else as the manifest says",
            "sized",
            "display = true\n[window]\nw = 300\nh = 200",
            &["VYOMA_SYSTEM:screen:300,200", "VYOMA_SYSTEM:display_profile:kiosk"],
        ),
        first(
            "1.window.width",
            "width and height are the same as w and h",
            "wide",
            "display = true\n[window]\nwidth = 301\nheight = 201",
            &["VYOMA_SYSTEM:screen:301,201", "VYOMA_SYSTEM:display_profile:kiosk"],
        ),
        first(
            "3.handshake.shell",
            "an app with shell and no display gets the screen's size too",
            "conductor",
            "shell = true",
            &["VYOMA_SYSTEM:screen:800,480"],
        ),
        first("3.handshake.none", "an app with neither hears nothing", "quiet", "", &[]),
        Rule::new(
            "1.compat.screen_line",
            "compat.toml: window-manager gets the screen line, and hears of apps",
            |lab| {
                let heard = lab.heard_until("window-manager", FENCE)?;
                let rest = heard.iter().skip(1).all(|line| line.starts_with("VYOMA_SYSTEM:app_"));
                if heard.first().is_some_and(|line| line == "VYOMA_SYSTEM:screen:800,480") && rest {
                    return Ok(());
                }
                Err(format!("it heard {heard:?}"))
            },
        )
        .with(Guest::plain("window-manager", Script::new().say(&knock("window-manager")).stay())),
        first(
            "1.compat.content_height",
            "compat.toml: context-menu is 300 high",
            "context-menu",
            "display = true\n[window]\nw = 200\nh = 100",
            &["VYOMA_SYSTEM:screen:200,300", "VYOMA_SYSTEM:display_profile:kiosk"],
        ),
    ];
    scene
}
