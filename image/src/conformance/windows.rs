//! Section 6, and what section 2 says of whole windows.

use control_protocol::driver::Report;
use control_protocol::{InjectedInput as Input, PixelSize};
use manifest::Policy;

use super::guest::{Guest, Script};
use super::judge::Look::{self, Ink, Is, Near};
use super::judge::{self, BACKDROP};
use super::lab::{Lab, Verdict};
use super::manifest::expect_end;
use super::requests::pings;
use super::scene::{Rule, Scene};

const RED: u32 = 0xc0_0000;
const GREEN: u32 = 0x00_c000;

/// What is typed to have the next request made.
pub(super) const NEXT: &str = "n";

/// The app with `shell` that makes the requests.
pub(super) const HAND: &str = "hand";

/// A window that fills itself, and tells the hand when it is typed into.
pub(super) fn painted(name: &str, tables: &str, colour: &str) -> Guest {
    let draw = format!("VYOMA_DRAW:fill_rect:0,0,9999,9999,{colour}");
    let script = Script::new().say_all(&[&draw, "VYOMA_DRAW:flush"]);
    let relay = Script::new().hear_line(NEXT).say(&format!("@{HAND}: next"));
    Guest::new(
        name,
        &format!("[capabilities]\nstdio = true\ndisplay = true\n{tables}"),
        script.forever(&relay),
    )
}

/// A rule after whose request the screen looks so.
pub(super) fn after(
    id: &'static str,
    says: &'static str,
    requests: &[&str],
    reply: &'static str,
    looks: &'static [Look],
) -> Rule {
    after_cue("next", id, says, (requests, reply), looks)
}

/// As [`after`], where the hand hears of what is typed by this line: [`NEXT`] itself while it has the keyboard.
pub(super) fn after_cue(
    cue: &str,
    id: &'static str,
    says: &'static str,
    (requests, reply): (&[&str], &'static str),
    looks: &'static [Look],
) -> Rule {
    let mut act = Script::new().hear_line(cue);
    for request in requests {
        act = act.ask(request);
    }
    // A reply that comes last: those before it are there.
    act = act.ask("version").hear("REPLY:VyomaOS").note(&format!("> done {id}"));
    Rule::new(id, says, move |lab| {
        // What is typed before is nobody's.
        lab.report("somebody with the keyboard", |report| {
            matches!(report, Report::Focused { app } if !app.is_empty()).then_some(())
        })?;
        lab.type_text(NEXT)?;
        let heard = lab.heard_until(HAND, &format!("done {id}"))?;
        let replies: Vec<_> =
            heard.iter().filter(|line| line.starts_with("REPLY:") && !line.contains("VyomaOS")).collect();
        let fine = if reply.is_empty() { replies.is_empty() } else { replies == [reply] };
        if !fine {
            return Err(format!("the replies are {replies:?}, expected {reply:?}"));
        }
        lab.screen(|picture| judge::judge(picture, looks, (0, 0, 0, 0)))
    })
    .acting(act)
}

/// Windows with title bars: red at (100,100), green at (200,180), both 200x150.
pub(super) fn desktop() -> Scene {
    let mut scene = Scene::new("desktop");
    scene.is_walk = true;
    scene.policy = Policy::Desktop;
    scene.size = PixelSize { w: 800, h: 600 };
    let hand = Guest::shell(HAND, Script::new()).file("green.png", include_bytes!("files/green.png"));
    scene.actor = Some((hand, Script::new()));
    let red = painted("red", "mouse = true\n[window]\nx = 100\ny = 100\nw = 200\nh = 150", "0xc00000ff");
    let green = painted("green", "mouse = true\n[window]\nx = 200\ny = 180\nw = 200\nh = 150", "0x00c000ff");
    let wide = painted("wide", "[window]\nx = 500\ny = 60\nw = 220\nh = 120\nresizable = true", "0x0000c0ff");
    let opted = "[window]\nx = 580\ny = 470\nw = 180\nh = 60\n[input]\nevents = [\"resize\"]";
    scene.guests = vec![red, green, wide, painted("opted", opted, "0xc0c000ff")];
    scene.rules = vec![
        Rule::new("6.desktop.handshake", "the profile is told", |lab| {
            lab.line("red", "> VYOMA_SYSTEM:display_profile:desktop").map(drop)
        }),
        Rule::new("6.desktop.there", "windows stand where they wished, opaque", |lab| {
            let looks = [
                Is((100, 100, 90, 70), RED),
                Is((360, 300, 35, 25), GREEN),
                Is((500, 60, 220, 120), 0x00_00c0),
            ];
            lab.screen(|picture| judge::judge(picture, &looks, (0, 0, 0, 0)))
        }),
        after(
            "5.2.win-info",
            "win-info: where the content is",
            &["win-info red"],
            "REPLY:win-info red 100,100,200,150",
            &[],
        ),
        after(
            "5.2.raise",
            "raise changes what is painted on top",
            &["raise red"],
            "REPLY:raised red",
            &[Is((100, 100, 200, 150), RED)],
        ),
        Rule::new("5.2.raise.focus", "raise gives the keyboard", |lab| lab.focused("red")),
        after(
            "5.2.raise.other",
            "and the other way round",
            &["raise green"],
            "REPLY:raised green",
            &[Is((200, 180, 200, 150), GREEN)],
        ),
        Rule::new(
            "6.click.topmost",
            "a click reaches the topmost window under it, never one behind",
            |lab| {
                clear(lab, "green")?;
                lab.inject(&[
                    Input::Move { x: 210, y: 190 },
                    Input::Button { button: 0, pressed: true },
                    Input::Button { button: 0, pressed: false },
                ])?;
                lab.type_text("#")?;
                lab.hears(
                    "green",
                    &["VYOMA_INPUT:mouse:move:10,10", "VYOMA_INPUT:mouse:click:10,10:left"],
                    "#",
                )?;
                let behind = lab.lines("red", None).into_iter().any(|line| line.contains("click"));
                if behind { Err("the window behind heard of it".into()) } else { Ok(()) }
            },
        ),
        after(
            "5.2.lower",
            "lower: behind the others",
            &["lower green"],
            "REPLY:lowered green",
            &[Is((100, 100, 200, 150), RED)],
        ),
        after("5.2.focus", "focus: the keyboard, no reply", &["focus green"], "", &[]),
        Rule::new("5.2.focus.has", "the focused app is typed into", |lab| {
            lab.focused("green")?;
            clear(lab, "green")
        }),
        after(
            "5.2.reposition",
            "reposition keeps the size",
            &["reposition green 300 400"],
            "REPLY:resized green to 300,400,200x150",
            &[Is((300, 400, 200, 150), GREEN), Is((100, 100, 200, 150), RED)],
        ),
        after(
            "5.2.resize",
            "resize <app> w h",
            &["resize wide 240 140"],
            "REPLY:resized wide to 500,60,240x140",
            &[Is((515, 75, 200, 100), 0x00_00c0)],
        ),
        Rule::new("3.resize", "an app with resizable hears of its new size", |lab| {
            lab.line("wide", "> VYOMA_SYSTEM:resize:240,140").map(drop)
        }),
        after(
            "5.2.resize.place",
            "resize <app> x,y,w,h",
            &["resize wide 480,300,170,110"],
            "REPLY:resized wide to 480,300,170x110",
            &[],
        ),
        after(
            "6.resize.canvas",
            "the canvas of an app that is not resizable is scaled, its content stays",
            &["resize red 40,60,400,300"],
            "REPLY:resized red to 40,60,400x300",
            &[Is((50, 70, 240, 200), RED)],
        ),
        Rule::new("3.resize.not", "and it hears nothing", |lab| {
            let told = lab.lines("red", None).into_iter().any(|line| line.contains("VYOMA_SYSTEM:resize"));
            if told { Err("it heard of a resize".into()) } else { Ok(()) }
        }),
        after(
            "5.2.resize.opted",
            "an app that is not resizable is resized when it opted in",
            &["resize opted 200 70"],
            "REPLY:resized opted to 580,470,200x70",
            &[],
        ),
        Rule::new("3.resize.opt_in", "and hears of it", |lab| {
            lab.line("opted", "> VYOMA_SYSTEM:resize:200,70").map(drop)
        }),
        after(
            "5.2.wallpaper.path",
            "wallpaper takes a path that draw_image could draw; the picture fills the screen",
            &["wallpaper green.png"],
            "REPLY:wallpaper green.png",
            &[Near((0, 0, 800, 10), 0x00_ff00, 2), Near((20, 520, 150, 60), 0x00_ff00, 2)],
        ),
        after(
            "5.2.wallpaper.colour",
            "and a colour",
            &["wallpaper 0x123456ff"],
            "REPLY:wallpaper 0x123456ff",
            &[Is((0, 0, 800, 10), 0x12_3456), Is((20, 520, 150, 60), 0x12_3456)],
        ),
        after(
            "5.2.theme.light",
            "theme: the system's own surfaces follow, here a title bar",
            &["theme light"],
            "REPLY:theme light",
            &[Near((44, 38, 60, 4), 0xff_ffff, 4)],
        ),
        after(
            "5.2.theme.dark",
            "and back",
            &["theme dark"],
            "REPLY:theme dark",
            &[Near((44, 38, 60, 4), 0x15_1c30, 8)],
        ),
        Rule::new("5.2.notify.seen", "a notification is shown, top right", |lab| {
            lab.type_text(NEXT)?;
            lab.heard_until(HAND, "notified")?;
            lab.screen(|picture| {
                let corner = (500..800).flat_map(|x| (10..50).map(move |y| (x, y)));
                let plain = corner.filter(|(x, y)| picture.at(*x, *y) == Some(0x12_3456)).count();
                if plain < 6000 { Ok(()) } else { Err(format!("{plain} of 12000 pixels are wallpaper")) }
            })
        })
        .acting(Script::new().hear_line("next").ask_and_wait("notify A title|and a text").note("> notified")),
        after(
            "5.2.input",
            "input types into the most recently focused app: a space is a space",
            &["raise green", "input  ", "input \x7f", "input", "input hi"],
            "REPLY:raised green",
            &[],
        ),
        Rule::new("5.2.input.heard", "empty is Enter, 0x7f is Backspace, a text its letters", |lab| {
            lab.focused("green")?;
            lab.type_text("#")?;
            let mut heard = lab.heard_until("green", "#")?;
            heard.retain(|line| line != NEXT);
            let expected = [" ", "\\u{7f}", "", "h", "i"];
            if heard == expected { Ok(()) } else { Err(format!("it heard {heard:?}")) }
        }),
        Rule::new("6.chord.close", "Alt+F4 closes politely", |lab| {
            lab.focused("green")?;
            lab.press("Alt+F4")?;
            expect_end(lab, "green", ("ended", false))
        }),
    ];
    scene
}

/// Empties an app's ear.
pub(super) fn clear(lab: &mut Lab, app: &str) -> Verdict {
    lab.focused(app)?;
    lab.type_text("#")?;
    lab.heard_until(app, "#").map(drop)
}

/// Windows that cover each other: unpainted, transparent, translucent.
pub(super) fn layers() -> Scene {
    let mut scene = Scene::new("layers");
    scene.policy = Policy::Desktop;
    scene.size = PixelSize { w: 800, h: 600 };
    let window = |name: &str, x: u32, lines: &[&str]| {
        let place = format!("[window]\nx = {x}\ny = 150\nw = 80\nh = 80\nz = 200");
        let tables = format!("[capabilities]\nstdio = true\ndisplay = true\n{place}");
        Guest::new(name, &tables, Script::new().say_all(lines).stay())
    };
    scene.guests = vec![
        painted("ground", "[window]\nx = 50\ny = 100\nw = 600\nh = 300", "0xc00000ff"),
        window("slate", 100, &["VYOMA_DRAW:fill_rect:0,0,40,80,0x0000ff80", "VYOMA_DRAW:flush"]),
        window(
            "glass",
            250,
            &["VYOMA_DRAW:set_transparent", "VYOMA_DRAW:fill_rect:0,0,40,80,0x0000ff80", "VYOMA_DRAW:flush"],
        ),
        window(
            "mist",
            400,
            &[
                "VYOMA_DRAW:fill_rect:0,0,80,80,0x0000ffff",
                "VYOMA_DRAW:set_layer_alpha:128",
                "VYOMA_DRAW:flush",
            ],
        ),
        window(
            "ghost",
            550,
            &[
                "VYOMA_DRAW:fill_rect:0,0,80,80,0x0000ffff",
                "VYOMA_DRAW:set_layer_alpha:0",
                "VYOMA_DRAW:flush",
            ],
        ),
    ];
    let look = |id, says, app: &'static str, looks: &'static [Look]| {
        Rule::new(id, says, move |lab: &mut Lab| {
            lab.shown("ground")?;
            lab.shown(app)?;
            lab.screen(|picture| judge::judge(picture, looks, (0, 0, 0, 0)))
        })
    };
    scene.rules = vec![
        look("2.opaque", "a window is composed over an opaque backdrop, never over other windows", "slate", &[
            Near((105, 155, 30, 70), 0x06_088c, 2),
            Is((145, 155, 30, 70), BACKDROP),
        ]),
        look("2.set_transparent", "with set_transparent unpainted pixels show what is below", "glass", &[
            Near((255, 155, 30, 70), 0x60_0080, 2),
            Is((295, 155, 30, 70), RED),
        ]),
        look("2.set_layer_alpha", "set_layer_alpha: opacity of the whole window", "mist", &[
            Near((405, 155, 70, 70), 0x60_0080, 2),
        ]),
        look(
            "1.stdio.absent.draws",
            "without stdio the lines that display grants count",
            "mute-painter",
            &[Is((700, 155, 70, 70), GREEN)],
        )
        .with(Guest::new(
            "mute-painter",
            "[capabilities]\ndisplay = true\n[window]\nx = 695\ny = 150\nw = 80\nh = 80\nz = 200",
            Script::new()
                .say_all(&["VYOMA_DRAW:fill_rect:0,0,80,80,0x00c000ff", "VYOMA_DRAW:flush"])
                .sleep(600_000),
        )),
        look(
            "1.window.z.desktop",
            "layer 0 is below all others, layer 255 above, whoever came last",
            "floor",
            &[Is((585, 455, 40, 20), RED), Is((660, 500, 20, 20), GREEN)],
        )
        .with(painted("lid", "[window]\nx = 650\ny = 490\nw = 40\nh = 40\nz = 255", "0x00c000ff"))
        .with(painted("middle", "[window]\nx = 580\ny = 450\nw = 180\nh = 120", "0xc00000ff"))
        .with(painted("floor", "[window]\nx = 560\ny = 420\nw = 220\nh = 170\nz = 0", "0x0000c0ff")),
        look("2.set_layer_alpha.zero", "with 0 nothing of it is seen", "ghost", &[Is((555, 155, 70, 70), RED)]),
        Rule::new("2.set_layer_alpha.clamped", "values beyond 0 to 255 are clamped", |lab| {
            lab.shown("clear")?;
            lab.screen(|picture| judge::judge(picture, &[Is((105, 305, 70, 70), 0x00_ff00)], (0, 0, 0, 0)))
        })
        .with(Guest::new(
            "clear",
            "[capabilities]\nstdio = true\ndisplay = true\n[window]\nx = 100\ny = 300\nw = 80\nh = 80\nz = 200",
            Script::new()
                .say_all(&[
                    "VYOMA_DRAW:fill_rect:0,0,80,80,0x00ff00ff",
                    "VYOMA_DRAW:set_layer_alpha:9999999999",
                    "VYOMA_DRAW:flush",
                ])
                .stay(),
        )),
        Rule::new("1.window.z", "a higher layer is on top, whatever was raised", |lab| {
            lab.shown("slate")?;
            lab.focused("ground")?;
            lab.screen(|picture| judge::judge(picture, &[Is((145, 155, 30, 70), BACKDROP)], (0, 0, 0, 0)))
        }),
    ];
    scene
}

/// One app at a time over the launcher.
pub(super) fn kiosk() -> Scene {
    let mut scene = Scene::new("kiosk");
    scene.is_walk = true;
    let draw = ["VYOMA_DRAW:fill_rect:0,0,9999,9999,0x202020ff", "VYOMA_DRAW:flush"];
    let tables = "[capabilities]\nstdio = true\ndisplay = true\nshell = true\n[window]\nw = 640\nh = 480";
    scene.actor = Some((Guest::new("home", tables, Script::new()), Script::new().say_all(&draw)));
    let page = |name: &str, colour: &str, then: Script| {
        let fill = format!("VYOMA_DRAW:fill_rect:0,0,9999,9999,{colour}");
        let script = Script::new().say_all(&[&fill, "VYOMA_DRAW:flush"]).then(&then);
        let tables = "[capabilities]\nstdio = true\ndisplay = true\n[window]\nw = 640\nh = 480";
        Guest::new(name, tables, script).installed()
    };
    scene.guests = vec![
        page("first", "0xc00000ff", Script::new().stay()),
        page("second", "0x00c000ff", Script::new().hear_line("x").trap()),
        page("hidden", "0x0000c0ff", pings(4)),
    ];
    let run = |name: &str| Script::new().hear_line("n").ask_and_wait(&format!("run {name}"));
    let whole = (0, 0, 640, 400);
    let seen = move |lab: &mut Lab, colour: u32| {
        lab.screen(|picture| judge::judge(picture, &[Is(whole, colour)], (0, 0, 0, 0)))
    };
    scene.rules = vec![
        Rule::new("6.kiosk.launcher", "the launcher fills the screen and has the keyboard", move |lab| {
            lab.focused("home")?;
            seen(lab, 0x20_2020)
        }),
        Rule::new("6.kiosk.run", "an app that runs fills the screen over it", move |lab| {
            lab.type_text("n")?;
            lab.focused("first")?;
            seen(lab, RED)
        })
        .acting(run("first")),
        Rule::new("6.kiosk.home", "Super: home", move |lab| {
            lab.press("Super")?;
            lab.focused("home")?;
            seen(lab, 0x20_2020)
        }),
        Rule::new("6.kiosk.again", "run of an app that runs shows it", move |lab| {
            lab.type_text("n")?;
            lab.focused("first")?;
            seen(lab, RED)?;
            let starts = lab.count(|r| matches!(r, Report::Started { app, .. } if app == "first"));
            if starts == 1 { Ok(()) } else { Err(format!("it started {starts} times")) }
        })
        .acting(run("first")),
        Rule::new("6.kiosk.close", "Alt+F4: polite close, and the launcher is back", move |lab| {
            lab.press("Alt+F4")?;
            expect_end(lab, "first", ("ended", false))?;
            lab.focused("home")?;
            seen(lab, 0x20_2020)
        }),
        Rule::new("7.last_frame", "the last frame of an app that failed stays on the screen", move |lab| {
            lab.type_text("n")?;
            lab.focused("second")?;
            seen(lab, GREEN)?;
            lab.type_text("x")?;
            expect_end(lab, "second", ("trapped", true))?;
            // The banner is quiet: it covers little of the frame.
            lab.screen(|picture| {
                let left = picture.pixels.iter().filter(|pixel| **pixel == GREEN).count();
                let share = left * 100 / picture.pixels.len().max(1);
                if (50..100).contains(&share) {
                    Ok(())
                } else {
                    Err(format!("{share} % of its frame are left"))
                }
            })
        })
        .acting(run("second")),
        Rule::new("7.banner", "with a banner", move |lab| {
            lab.screen(|picture| {
                let looks = [Ink((0, 0, 640, 480))];
                judge::judge(picture, &looks, (0, 0, 0, 0))?;
                if picture.colours(8) >= 8 {
                    Ok(())
                } else {
                    Err("nothing is written over its last frame".into())
                }
            })
        }),
        Rule::new("7.banner.next", "until the next start draws", move |lab| {
            lab.press("Super")?;
            lab.focused("home")?;
            lab.type_text("n")?;
            lab.focused("second")?;
            lab.screen(|picture| judge::judge(picture, &[Is(SCREEN, GREEN)], (0, 0, 0, 0)))
        })
        .acting(run("second")),
    ];
    scene
}

/// Zones.
pub(super) fn signage() -> Scene {
    let mut scene = Scene::new("signage");
    scene.policy = Policy::Signage;
    scene.guests = vec![painted("poster", "[window]\nw = 640\nh = 480", "0xc00000ff")];
    scene.rules = vec![
        Rule::new("6.signage.handshake", "the profile is told", |lab| {
            lab.line("poster", "> VYOMA_SYSTEM:display_profile:signage").map(drop)
        }),
        Rule::new("6.signage.whole", "without zones an app fills the screen", |lab| {
            lab.shown("poster")?;
            lab.screen(|picture| judge::judge(picture, &[Is((0, 0, 640, 480), RED)], (0, 0, 0, 0)))
        }),
    ];
    scene
}

/// A device without anything to run.
pub(super) fn nothing() -> Scene {
    broken(
        "nothing",
        "",
        vec![Rule::new("1.boot.nothing", "a device with nothing to run says so, on the screen", |lab| {
            lab.line("", "no app could be started")?;
            page(lab)
        })],
    )
}

/// A broken `boot.toml`.
pub(super) fn broken_boot() -> Scene {
    broken(
        "broken-boot",
        "[[apps]]\nmanifest = \"nowhere\"\n",
        vec![Rule::new(
            "1.boot.broken",
            "a broken boot.toml is not fatal: the device shows what is wrong",
            |lab| {
                lab.line("", "boot.toml:2:12: manifest is \"nowhere\"")?;
                page(lab)
            },
        )],
    )
}

/// No `boot.toml` at all.
pub(super) fn missing_boot() -> Scene {
    broken(
        "missing-boot",
        super::scene::ABSENT,
        vec![Rule::new(
            "1.boot.missing",
            "a missing boot.toml is not fatal: the device shows what is wrong",
            |lab| {
                lab.line("", "etc/vyoma/boot.toml: ")?;
                lab.line("", "no app could be started")?;
                page(lab)
            },
        )],
    )
}

fn broken(name: &'static str, boot: &'static str, rules: Vec<Rule>) -> Scene {
    let mut scene = Scene::new(name);
    scene.boot = Some(boot);
    scene.rules = rules;
    scene
}

/// Something is written on the screen: text alone has this many colours.
fn page(lab: &mut Lab) -> Verdict {
    lab.screen(
        |picture| if picture.colours(40) >= 40 { Ok(()) } else { Err("the screen says nothing".into()) },
    )
}

/// A window, and an app with `shell` that makes requests when that is typed into.
pub(super) fn guarded(name: &'static str, device: &str, rules: Vec<Rule>) -> Scene {
    let mut scene = Scene::new(name);
    scene.is_walk = true;
    scene.device = device.to_owned();
    scene.actor = Some((Guest::shell(HAND, Script::new()), Script::new()));
    scene.guests = vec![painted("red", "[window]\nw = 640\nh = 480", "0xc00000ff")];
    scene.rules = rules;
    scene
}

pub(super) const SCREEN: (i32, i32, i32, i32) = (0, 0, 640, 480);

/// `blank`, `idle`, and `lock` without a PIN.
pub(super) fn curtain() -> Scene {
    guarded(
        "curtain",
        "",
        vec![
            Rule::new(
                "6.kiosk.alone",
                "an app without a launcher fills the screen and has the keyboard",
                |lab| {
                    lab.focused("red")?;
                    lab.screen(|picture| judge::judge(picture, &[Is(SCREEN, RED)], (0, 0, 0, 0)))
                },
            ),
            after(
                "5.2.lock.no_pin",
                "lock without a PIN is an error that says how to set one",
                &["lock"],
                "REPLY:error: lock: no PIN is set: put the line that `cargo vyoma pin` prints into /etc/vyoma/device.toml",
                &[Is(SCREEN, RED)],
            ),
            after("5.2.blank", "blank: the screen is dark", &["blank"], "REPLY:blank ok", &[Is(SCREEN, 0)]),
            Rule::new("5.2.blank.input", "until there is input, which no app hears", |lab| {
                lab.press("x")?;
                lab.screen(|picture| judge::judge(picture, &[Is(SCREEN, RED)], (0, 0, 0, 0)))?;
                lab.type_text("#")?;
                let heard = lab.heard_until("red", "#")?;
                if heard.iter().any(|line| line == "x") {
                    Err("the app heard the key".into())
                } else {
                    Ok(())
                }
            }),
            after("5.2.unblank", "unblank", &["unblank"], "REPLY:unblank ok", &[Is(SCREEN, RED)]),
            after(
                "5.2.idle",
                "idle: what device.toml says, or darkness",
                &["idle"],
                "REPLY:idle ok",
                &[Is(SCREEN, 0)],
            ),
        ],
    )
}
