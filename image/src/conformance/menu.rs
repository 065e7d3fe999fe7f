//! Sections 1, 3 and 6: menus of apps, their shortcuts, and what people paste.

use control_protocol::PixelSize;
use manifest::Policy;

use super::guest::{Guest, Script};
use super::input::Deed::{self, Click, Key, Move, Touch};
use super::judge::{self, Look::Is};
use super::lab::{Lab, Verdict};
use super::scene::{Rule, Scene};

/// What is typed behind every rule's input.
const FENCE: &str = "#";
/// The app that has a menu, and hears.
const EAR: &str = "menu-ear";
/// The app with `shell` that fills the clipboard, each time the other one is typed this.
const HOLDER: &str = "holder";
const NEXT: &str = "n";

const CONTENT: u32 = 0x20_4060;
/// A menu's own colour in the dark theme.
const SURFACE: u32 = 0x15_1c30;

const ITEMS: &str = "\
    [[menu_items]]\nlabel = \"Save\"\naction = \"save\"\nshortcut = \"Ctrl+S\"\n\
    [[menu_items]]\nlabel = \"Print\"\naction = \"print\"\nenabled = false\nshortcut = \"Ctrl+P\"\n\
    [[menu_items]]\nlabel = \"-\"\n\
    [[menu_items]]\nlabel = \"Quit\"\naction = \"quit:now\"\nshortcut = \"F5\"\n";

const SAVE: &str = "VYOMA_SYSTEM:menu_action:save";
const QUIT: &str = "VYOMA_SYSTEM:menu_action:quit:now";

fn ear(window: &str) -> Guest {
    let tables = format!("[capabilities]\nstdio = true\ndisplay = true\n[window]\n{window}\n{ITEMS}");
    let draw = ["VYOMA_DRAW:fill_rect:0,0,9999,9999,0x204060ff", "VYOMA_DRAW:flush"];
    let relay = Script::new().hear_line(NEXT).say(&format!("@{HOLDER}: next"));
    Guest::new(EAR, &tables, Script::new().say_all(&draw).forever(&relay))
}

/// Does something, and holds what the app hears of it.
fn heard(lab: &mut Lab, deeds: &[Deed], expected: &[&str]) -> Verdict {
    lab.shown(EAR)?;
    lab.focused(EAR)?;
    lab.type_text(FENCE)?;
    lab.heard_until(EAR, FENCE)?;
    for deed in deeds {
        lab.inject(&deed.input())?;
    }
    lab.type_text(FENCE)?;
    lab.hears(EAR, expected, FENCE)
}

fn rule(
    id: &'static str,
    says: &'static str,
    deeds: &'static [Deed],
    expected: &'static [&'static str],
) -> Rule {
    Rule::new(id, says, move |lab| heard(lab, deeds, expected))
}

/// Some pixels between texts of the menu are of this colour.
fn shows(lab: &mut Lab, colour: u32) -> Verdict {
    lab.screen(|picture| judge::judge(picture, &[Is((108, 150, 8, 8), colour)], (0, 0, 0, 0)))
}

/// Opens the menu by its button and does something, after which it is open or not.
fn click(
    id: &'static str,
    says: &'static str,
    deeds: &'static [Deed],
    expected: &'static [&'static str],
    after: u32,
) -> Rule {
    Rule::new(id, says, move |lab| {
        heard(lab, &[Move(120, 86), Click(0)], &[])?;
        shows(lab, SURFACE)?;
        heard(lab, deeds, expected)?;
        shows(lab, after)
    })
}

/// A window of 300x200 at (100,100): its menu's button is at (100,72), its rows of 34 begin at 110.
pub(super) fn desktop() -> Scene {
    let mut scene = Scene::new("menu");
    scene.is_walk = true;
    scene.policy = Policy::Desktop;
    scene.size = PixelSize { w: 800, h: 600 };
    scene.guests = vec![ear("x = 100\ny = 100\nw = 300\nh = 200")];
    scene.rules = vec![
        click(
            "6.menu.pointer",
            "a click on the title bar's button opens the menu, one on an item tells its action",
            &[Move(150, 127), Click(0)],
            &[SAVE],
            CONTENT,
        ),
        click(
            "6.menu.disabled",
            "a disabled item cannot be chosen; Esc closes the menu and is not the app's",
            &[Move(150, 160), Click(0), Key("Esc")],
            &[],
            CONTENT,
        ),
        click(
            "6.menu.outside",
            "a click outside closes it and is nobody's",
            &[Move(700, 500), Click(0)],
            &[],
            CONTENT,
        ),
        click("6.menu.keeps", "keys that are none of the menu's do nothing", &[Key("a")], &[], SURFACE),
        Rule::new("6.menu.again", "a click on the button closes it", |lab| {
            heard(lab, &[Move(120, 86), Click(0)], &[])?;
            shows(lab, CONTENT)
        }),
        rule(
            "6.menu.super_m",
            "Super+M opens it; arrows pass over what cannot be chosen",
            &[Key("Super+m"), Key("Down"), Key("Enter")],
            &[QUIT],
        ),
        rule(
            "6.menu.key",
            "so does the Menu key; arrows go around the ends",
            &[Key("Menu"), Key("Up"), Key("Down"), Key("Enter")],
            &[SAVE],
        ),
        rule(
            "6.menu.touch",
            "a finger opens it, with larger rows, and chooses",
            &[Touch(0, 0, 120, 86), Touch(2, 0, 0, 0), Touch(0, 0, 150, 150), Touch(2, 0, 0, 0)],
            &[SAVE],
        ),
        rule(
            "1.menu_items.shortcut",
            "a shortcut tells the action instead of the key",
            &[Key("a"), Key("Ctrl+s"), Key("F5"), Key("s")],
            &["a", SAVE, QUIT, "s"],
        ),
        rule(
            "1.menu_items.enabled",
            "the shortcut of a disabled item is an ordinary key",
            &[Key("Ctrl+p")],
            &["\\u{10}"],
        ),
        paste("3.paste", "Super+V pastes; an empty clipboard is no line", "Super+v", "one, two"),
        paste(
            "3.paste.line",
            "a paste is one line without control bytes but tabs; the Paste key pastes too",
            "Paste",
            "a\\nb[31m\tc",
        ),
    ];
    let fill = |text: &str| Script::new().hear_line("next").ask_and_wait(&format!("clipboard-set {text}"));
    let holder = fill("one, two").then(&fill("a\rb\u{1b}[31m\tc")).stay();
    scene.guests.push(Guest::shell(HOLDER, holder));
    scene
}

/// Pastes twice: before the clipboard's holder was told to fill it, then what it filled it with.
fn paste(id: &'static str, says: &'static str, key: &'static str, text: &'static str) -> Rule {
    Rule::new(id, says, move |lab| {
        if id == "3.paste" {
            heard(lab, &[Key(key)], &[])?;
        }
        let from = lab.now();
        lab.type_text(NEXT)?;
        lab.line_since(from, HOLDER, "> REPLY:clipboard-set ok")?;
        lab.inject(&Key(key).input())?;
        lab.hears(EAR, &[NEXT], &format!("VYOMA_SYSTEM:paste:{text}"))
    })
}

/// The same app without chrome.
pub(super) fn kiosk() -> Scene {
    let mut scene = Scene::new("menu-kiosk");
    scene.guests = vec![ear("w = 640\nh = 480")];
    scene.rules = vec![Rule::new("6.menu.kiosk", "without chrome the Menu key opens the menu", |lab| {
        heard(lab, &[Key("Menu")], &[])?;
        lab.screen(|picture| judge::judge(picture, &[Is((16, 80, 8, 8), SURFACE)], (0, 0, 0, 0)))?;
        heard(lab, &[Key("Down"), Key("Space")], &[QUIT])?;
        lab.screen(|picture| judge::judge(picture, &[Is((16, 80, 8, 8), CONTENT)], (0, 0, 0, 0)))
    })];
    scene
}
