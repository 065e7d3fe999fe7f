//! Section 6, the desktop policy as people use it: title bars, chords, the switcher, tiles.

use control_protocol::driver::Command as Order;
use control_protocol::{InjectedInput as Input, PixelSize};
use manifest::Policy;

use super::apps::drag;
use super::guest::{Guest, Script};
use super::judge::Look::{self, Is};
use super::judge::{self, Area};
use super::lab::{Lab, Verdict};
use super::manifest::expect_end;
use super::scene::{Rule, Scene};
use crate::sim::chord;

const RED: u32 = 0xc0_0000;
const BLUE: u32 = 0x00_00c0;

/// Where the red window begins, and how large its content is.
const RED_AT: Area = (20, 40, 300, 200);

/// The same of the blue one.
const BLUE_AT: Area = (450, 340, 300, 200);

/// A window that fills itself, and does so again whenever its size changes.
fn follower(name: &str, (x, y, w, h): Area, colour: u32) -> Guest {
    let fill = format!("VYOMA_DRAW:fill_rect:0,0,9999,9999,0x{colour:06x}ff");
    let draw = Script::new().say_all(&[&fill, "VYOMA_DRAW:flush"]);
    let again = Script::new().hear("VYOMA_SYSTEM:resize:").then(&draw);
    let place = format!("[window]\nx = {x}\ny = {y}\nw = {w}\nh = {h}\nresizable = true");
    Guest::new(name, &format!("[capabilities]\nstdio = true\ndisplay = true\n{place}"), draw.forever(&again))
}

/// Two windows side by side on 800x600.
pub(super) fn desk() -> Scene {
    let mut scene = Scene::new("desk");
    scene.is_walk = true;
    scene.policy = Policy::Desktop;
    scene.size = PixelSize { w: 800, h: 600 };
    scene.guests = vec![follower("red", RED_AT, RED), follower("blue", BLUE_AT, BLUE)];
    scene.rules = [mouse(), chords(), switcher(), tiles(), ends()].into_iter().flatten().collect();
    scene
}

/// What the launcher draws: its ground is the wallpaper's.
const CARD: Area = (0, 0, 200, 600);

/// A launcher, and a window over it on 800x600. Only what the launcher draws is looked at: wallpapers are of many colours.
pub(super) fn home() -> Scene {
    let mut scene = Scene::new("desk-home");
    scene.is_walk = true;
    scene.policy = Policy::Desktop;
    scene.size = PixelSize { w: 800, h: 600 };
    let card = "VYOMA_DRAW:fill_rect:0,0,200,600,0x0000c0ff";
    let draw = Script::new().say_all(&["VYOMA_DRAW:set_transparent", card, "VYOMA_DRAW:flush"]);
    let panel =
        Script::new().hear_line("p").ask_and_wait("raise home").hear_line("p").ask_and_wait("lower home");
    let tables = "[capabilities]\nstdio = true\ndisplay = true\nshell = true\nmouse = true\n[window]\nz = 0\n\
                  resizable = true";
    scene.guests = vec![
        Guest::new("home", tables, draw.forever(&panel)).restart("always"),
        follower("red", RED_AT, RED),
    ];
    const FRONT: &[Look] = &[Is(CARD, BLUE)];
    const WINDOWS: &[Look] = &[Is(RED_AT, RED), Is((0, 300, 20, 200), BLUE)];
    let sees_windows = |lab: &mut Lab| {
        lab.focused("red")?;
        sees(lab, WINDOWS)
    };
    // What is behind the launcher does not show through it.
    let sees_front = |lab: &mut Lab| {
        lab.focused("home")?;
        sees(lab, FRONT)?;
        lab.screen(|picture| match picture.pixels.iter().filter(|pixel| **pixel == RED).count() {
            0 => Ok(()),
            red => Err(format!("{red} pixels of the window are seen")),
        })
    };
    scene.rules = vec![
        Rule::new("6.home.behind", "a window lies over the launcher", move |lab| {
            lab.shown("home")?;
            lab.shown("red")?;
            click(lab, (100, 100))?;
            sees_windows(lab)
        }),
        Rule::new("6.home.super", "Super shows the launcher over the windows", move |lab| {
            lab.press("Super")?;
            sees_front(lab)
        }),
        Rule::new("6.home.return", "a compositor that is started again shows it there too", move |lab| {
            lab.replace_compositor()?;
            sees_front(lab)
        }),
        Rule::new(
            "6.home.again",
            "and behind them again; the window used last has the keyboard",
            move |lab| {
                lab.press("Super")?;
                sees_windows(lab)
            },
        ),
        Rule::new("6.home.switch", "a window that is turned to brings all of them back", move |lab| {
            lab.press("Super")?;
            sees_front(lab)?;
            lab.press("Alt+Tab")?;
            sees_windows(lab)
        }),
        Rule::new("6.home.switcher", "the launcher is no window to switch to", move |lab| {
            lab.press("Super+Right")?;
            lab.press("Alt+Tab")?;
            silent(lab, "red")?;
            lab.press("Super+Right")?;
            sees_windows(lab)
        }),
        Rule::new(
            "6.home.press",
            "a press beside the windows gives the launcher the keyboard and hides nothing",
            move |lab| {
                click(lab, (600, 500))?;
                lab.focused("home")?;
                sees(lab, WINDOWS)
            },
        ),
        Rule::new("6.home.raise", "its own raise shows it over them, as for a panel", move |lab| {
            lab.type_text("p")?;
            sees_front(lab)
        }),
        Rule::new("6.home.lower", "and its lower puts it behind them", move |lab| {
            lab.type_text("p")?;
            sees_windows(lab)
        }),
        Rule::new(
            "6.home.raise.restarted",
            "one that policy started again raises itself as soon as it has the keyboard",
            move |lab| {
                let from = lab.now();
                lab.order(&Order::KillApp("home".into()))?;
                lab.line_since(from, "home", "> VYOMA_SYSTEM:display_profile")?;
                sees_windows(lab)?;
                click(lab, (600, 500))?;
                lab.focused("home")?;
                lab.type_text("p")?;
                sees_front(lab)
            },
        ),
    ];
    scene
}

/// A rule on where windows are after something was done.
fn then(
    id: &'static str,
    says: &'static str,
    deed: impl Fn(&mut Lab) -> Verdict + 'static,
    looks: &'static [Look],
) -> Rule {
    Rule::new(id, says, move |lab| {
        deed(lab)?;
        sees(lab, looks)
    })
}

fn sees(lab: &mut Lab, looks: &[Look]) -> Verdict {
    lab.screen(|picture| judge::judge(picture, looks, (0, 0, 0, 0)))
}

fn keys(name: &'static str) -> impl Fn(&mut Lab) -> Verdict {
    move |lab| lab.press(name)
}

fn point(lab: &mut Lab, (x, y): (i32, i32)) -> Verdict {
    lab.inject(&[Input::Move { x, y }])
}

fn hold(lab: &mut Lab, pressed: bool) -> Verdict {
    lab.inject(&[Input::Button { button: 0, pressed }])
}

fn click(lab: &mut Lab, at: (i32, i32)) -> Verdict {
    point(lab, at)?;
    hold(lab, true)?;
    hold(lab, false)
}

fn mouse() -> Vec<Rule> {
    vec![
        then(
            "6.desktop.size",
            "a window is as large as it wished",
            |lab| {
                lab.shown("red")?;
                lab.shown("blue")
            },
            &[Is(RED_AT, RED), Is(BLUE_AT, BLUE)],
        ),
        Rule::new("6.desktop.title_bar", "with a title bar of its own above it", |lab| {
            click(lab, (600, 440))?;
            lab.focused("blue")?;
            lab.screen(|picture| {
                // The bar is one plain surface with a title: the wallpaper beside it is a gradient.
                let row = |y: usize| (470..560).map(move |x| (x, y)).filter_map(|(x, y)| picture.at(x, y));
                let bar: std::collections::BTreeSet<u32> = row(318).chain(row(334)).collect();
                if bar.len() == 1 && !bar.contains(&BLUE) { Ok(()) } else { Err(format!("{bar:06x?}")) }
            })
        }),
        Rule::new("6.click.focus", "a click gives a window the keyboard", |lab| {
            click(lab, (100, 100))?;
            lab.focused("red")?;
            click(lab, (600, 440))?;
            lab.focused("blue")
        }),
        then(
            "6.desktop.drag",
            "a window moves by its title bar",
            |lab| drag(lab, (500, 326), (460, 286)),
            &[Is((410, 300, 300, 200), BLUE)],
        ),
        Rule::new("6.desktop.drag.silent", "of which its app hears nothing", |lab| silent(lab, "blue")),
        then(
            "6.desktop.drag.back",
            "and back",
            |lab| drag(lab, (460, 286), (500, 326)),
            &[Is(BLUE_AT, BLUE)],
        ),
        Rule::new("6.desktop.edge", "one that is resizable is sized by its edges, and hears of it", |lab| {
            drag(lab, (752, 440), (702, 440))?;
            lab.line("blue", "> VYOMA_SYSTEM:resize:250,200")?;
            sees(lab, &[Is((450, 340, 250, 200), BLUE)])
        }),
        Rule::new("6.desktop.edge.back", "and back", |lab| {
            drag(lab, (702, 440), (752, 440))?;
            lab.line("blue", "> VYOMA_SYSTEM:resize:300,200")?;
            sees(lab, &[Is(BLUE_AT, BLUE)])
        }),
        then(
            "6.desktop.double_click",
            "a double click on the title bar maximises",
            |lab| {
                click(lab, (500, 326))?;
                click(lab, (500, 326))
            },
            &[Is((0, 28, 800, 572), BLUE)],
        ),
        then(
            "6.desktop.double_click.back",
            "and another one gives it its place back",
            |lab| {
                // Not the third click of the same: clicks a moment apart are two.
                point(lab, (402, 14))?;
                click(lab, (402, 14))?;
                click(lab, (402, 14))
            },
            &[Is(BLUE_AT, BLUE)],
        ),
    ]
}

fn chords() -> Vec<Rule> {
    const LEFT: &[Look] = &[Is((0, 28, 400, 572), BLUE)];
    const RIGHT: &[Look] = &[Is((400, 28, 400, 572), BLUE), Is((20, 60, 300, 180), RED)];
    const FLOATING: &[Look] = &[Is(BLUE_AT, BLUE), Is(RED_AT, RED)];
    vec![
        then("6.chord.half.left", "Super+Left: half of the screen", keys("Super+Left"), LEFT),
        then("6.chord.half.again", "and floating again", keys("Super+Left"), FLOATING),
        then("6.chord.half.right", "Super+Right: the other half", keys("Super+Right"), RIGHT),
        Rule::new(
            "6.chord.half.switch",
            "Alt+Tab right after it gives the next window the keyboard",
            |lab| {
                lab.press("Super+Right")?;
                lab.press("Alt+Tab")?;
                lab.focused("red")?;
                lab.press("Alt+Tab")?;
                lab.press("Super+Right")?;
                lab.focused("blue")?;
                sees(lab, RIGHT)
            },
        ),
        then("6.chord.shrink", "Super+Down: floating again", keys("Super+Down"), FLOATING),
        then("6.chord.maximise", "Super+Up: maximised", keys("Super+Up"), &[Is((0, 28, 800, 572), BLUE)]),
        then("6.chord.maximise.again", "and floating again", keys("Super+Up"), FLOATING),
        then("6.chord.full", "Alt+F: full screen, no chrome", keys("Alt+f"), &[Is((0, 0, 800, 600), BLUE)]),
        then("6.chord.full.again", "and back", keys("Alt+f"), FLOATING),
        Rule::new(
            "6.chord.minimise",
            "Super+Down puts a floating one away; the next has the keyboard",
            |lab| {
                lab.press("Super+Down")?;
                lab.focused("red")?;
                lab.screen(|picture| {
                    let left = picture.pixels.iter().filter(|pixel| **pixel == BLUE).count();
                    if left == 0 { Ok(()) } else { Err(format!("{left} pixels of it are still there")) }
                })
            },
        ),
        Rule::new("6.chord.minimise.back", "and the switcher brings it back", |lab| {
            lab.press("Alt+Tab")?;
            lab.focused("blue")?;
            sees(lab, FLOATING)
        }),
        Rule::new("6.chord.silent", "no app hears a chord", |lab| {
            silent(lab, "blue")?;
            lab.press("Alt+Tab")?;
            lab.focused("red")?;
            silent(lab, "red")
        }),
    ]
}

/// Since it was asked last, a focused app heard of its size alone.
fn silent(lab: &mut Lab, app: &str) -> Verdict {
    lab.focused(app)?;
    lab.type_text("#")?;
    let mut heard = lab.heard_until(app, "#")?;
    heard.retain(|line| !line.starts_with("VYOMA_SYSTEM:"));
    if heard.is_empty() { Ok(()) } else { Err(format!("{app} heard {heard:?}")) }
}

fn codes(name: &str) -> Result<Vec<u16>, String> {
    let chord = chord(name).ok_or_else(|| format!("no key {name}"))?;
    Ok(chord.held.iter().copied().chain([chord.key]).collect())
}

fn alt(lab: &mut Lab, pressed: bool) -> Verdict {
    let codes = codes("Alt")?;
    lab.inject(&codes.iter().map(|code| Input::Key { code: *code, pressed }).collect::<Vec<_>>())
}

/// Red pixels right of the red window: the switcher's picture of it.
fn has_thumbnails(lab: &mut Lab, wanted: bool) -> Verdict {
    lab.screen(|picture| {
        let beside = (250..340).flat_map(|y| (321..800).map(move |x| (x, y)));
        let red = beside.filter(|(x, y)| picture.at(*x, *y) == Some(RED)).count();
        if (red > 1000) == wanted { Ok(()) } else { Err(format!("{red} red pixels between the windows")) }
    })
}

fn switcher() -> Vec<Rule> {
    vec![
        Rule::new("6.switcher", "while Alt is held after Alt+Tab a switcher shows the windows", |lab| {
            alt(lab, true)?;
            lab.press_codes(&codes("Tab")?)?;
            has_thumbnails(lab, true)
        }),
        Rule::new("6.switcher.esc", "Esc leaves everything as it was", |lab| {
            lab.press_codes(&codes("Esc")?)?;
            alt(lab, false)?;
            has_thumbnails(lab, false)?;
            silent(lab, "red")
        }),
        Rule::new("6.switcher.release", "letting Alt go shows the window that was used before", |lab| {
            lab.press("Alt+Tab")?;
            lab.focused("blue")?;
            lab.press("Alt+Tab")?;
            lab.focused("red")
        }),
        Rule::new("6.switcher.backward", "Alt+Shift+Tab goes the other way", |lab| {
            lab.press("Alt+Shift+Tab")?;
            lab.focused("blue")
        }),
        Rule::new("6.switcher.arrows", "arrows choose", |lab| {
            alt(lab, true)?;
            lab.press_codes(&codes("Tab")?)?;
            lab.press_codes(&codes("Left")?)?;
            alt(lab, false)?;
            // One forward, one back: where it began.
            silent(lab, "blue")
        }),
    ]
}

fn tiles() -> Vec<Rule> {
    /// Left and right edge, in pixels, of the columns of a colour in the middle row.
    fn span(lab: &mut Lab, wanted: impl Fn((usize, usize), (usize, usize)) -> bool) -> Verdict {
        lab.screen(|picture| {
            let span = |colour| {
                let mut columns = (0..picture.width).filter(|x| picture.at(*x, 300) == Some(colour));
                columns.next().map(|first| (first, columns.next_back().unwrap_or(first)))
            };
            match (span(RED), span(BLUE)) {
                (Some(red), Some(blue)) if wanted(red, blue) => Ok(()),
                spans => Err(format!("red and blue span {spans:?}")),
            }
        })
    }
    vec![
        Rule::new("6.tiling", "Super+T: windows are tiled, side by side over the screen", |lab| {
            lab.press("Super+t")?;
            span(lab, |(a, b), (c, d)| {
                let apart = b < c || d < a;
                apart && a.min(c) < 16 && b.max(d) > 780 && (b - a) + (d - c) > 740
            })
        }),
        Rule::new("6.tiling.promote", "of tiles Super+Left makes one the first", |lab| {
            lab.focused("blue")?;
            lab.press("Super+Left")?;
            span(lab, |(a, _), (_, d)| d < a)
        }),
        Rule::new("6.tiling.promote.other", "each of them", |lab| {
            lab.press("Alt+Tab")?;
            lab.focused("red")?;
            lab.press("Super+Left")?;
            span(lab, |(_, b), (c, _)| b < c)
        }),
        then(
            "6.tiling.back",
            "Super+T again: floating where they were",
            keys("Super+t"),
            &[Is(RED_AT, RED), Is(BLUE_AT, BLUE)],
        ),
    ]
}

fn ends() -> Vec<Rule> {
    vec![
        Rule::new("6.desktop.control", "the title bar's close closes politely", |lab| {
            click(lab, (600, 440))?;
            lab.focused("blue")?;
            click(lab, (730, 326))?;
            expect_end(lab, "blue", ("ended", false))?;
            lab.focused("red")
        }),
        Rule::new("6.chord.close.w", "and so does Alt+W", |lab| {
            lab.press("Alt+w")?;
            expect_end(lab, "red", ("ended", false))
        }),
    ]
}
