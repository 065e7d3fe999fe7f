//! The shipped `compat.toml`, row by row: what single existing apps get, and nobody else.

use control_protocol::InjectedInput as Input;

use super::guest::{Guest, Script};
use super::lab::Lab;
use super::requests::pings;
use super::scene::{Rule, Scene};

const STDIO: &str = "[capabilities]\nstdio = true";

/// What every guest hears last.
const FENCE: &str = "#";

/// Apps with the prefix `ps-raw:`, and some that need the bare form.
const PREFIXED: [(&str, &str); 7] = [
    ("1.compat.ps-raw.dock", "dock"),
    ("1.compat.ps-raw.system-monitor", "system-monitor"),
    ("1.compat.ps-raw.menu-bar", "menu-bar"),
    ("1.compat.ps-raw.app-switcher", "app-switcher"),
    ("1.compat.ps-raw.activity-monitor", "activity-monitor"),
    ("1.compat.ps-raw.mission-control", "mission-control"),
    ("1.compat.ps-raw.widget-board", "widget-board"),
];
const BARE: [(&str, &str); 3] = [
    ("1.compat.ps-raw.process-inspector", "process-inspector"),
    ("1.compat.ps-raw.gui-demo", "gui-demo"),
    ("1.compat.ps-raw.taskbar", "taskbar"),
];

/// Apps with a frame clock of their own, and how many answers of it take three seconds at least: ten at 30 Hz take a
/// third of one.
const PACED: [(&str, &str, u32); 7] = [
    ("1.compat.ping.tetris", "tetris", 30),
    ("1.compat.ping.snake", "snake", 30),
    ("1.compat.ping.geo-quiz", "geo-quiz", 4),
    ("1.compat.ping.log-viewer", "log-viewer", 8),
    ("1.compat.ping.activity-monitor", "activity-monitor", 8),
    ("1.compat.ping.pomodoro", "pomodoro", 4),
    ("1.compat.ping.chat", "chat", 4),
];

/// Every row that needs no window.
pub(super) fn rows() -> Scene {
    let mut scene = Scene::new("compat");
    // One app is of two rules.
    scene.is_walk = true;
    let ps_raw = |(id, name): (&'static str, &'static str), prefix: &'static str, says| {
        Rule::new(id, says, move |lab: &mut Lab| {
            let heard = lab.heard_until(name, "REPLY:640x480")?;
            match heard.as_slice() {
                [line] if line.starts_with(prefix) && line.contains(&format!("{name}:run:")) => Ok(()),
                _ => Err(format!("it heard {heard:?}")),
            }
        })
    };
    for row in PREFIXED {
        // One of them is paced too, and asks for both.
        let mut rule = ps_raw(row, "REPLY:ps-raw:aaa:run:", "its ps-raw has a prefix");
        if !PACED.iter().any(|(_, name, _)| *name == row.1) {
            let asks = Script::new().ask("ps-raw").ask("screen-size").stay();
            rule = rule.with(Guest::plain(row.1, asks));
        }
        scene.rules.push(rule);
    }
    for row in BARE {
        let asks = Script::new().ask("ps-raw").ask("screen-size").stay();
        let rule = ps_raw(row, "REPLY:aaa:run:", "its ps-raw has none");
        scene.rules.push(rule.with(Guest::plain(row.1, asks)));
    }
    for (id, name, times) in PACED {
        let done = format!("{times} pongs");
        let script = Script::new().ask("ps-raw").ask("screen-size").hear("REPLY:640x480").then(&pings(times));
        let rule = Rule::new(id, "its frame clock is slower than 30 Hz", move |lab: &mut Lab| {
            lab.comes_first(("zzz-lively", "10 pongs"), (name, &done))
        });
        scene.rules.push(rule.with(Guest::plain(name, script)));
    }
    scene.guests = vec![
        Guest::plain("aaa", Script::new().stay()),
        Guest::plain("zzz-lively", pings(10)),
        Guest::plain("notification-center", Script::new().say("@teller: ready").stay()),
        Guest::shell(
            "teller",
            Script::new()
                .hear("ready")
                .say("@context-menu: go")
                .ask_and_wait("notify A title|a text")
                .say(&format!("@notification-center: {FENCE}"))
                .hear("ready")
                .say("@context-menu: MENU:1,2:a|b")
                .say(&format!("@context-menu: {FENCE}"))
                .stay(),
        ),
        Guest::plain("context-menu", Script::new().hear_line("go").say("@teller: ready").stay()),
    ];
    scene.rules.push(Rule::new("1.compat.events.context-menu", "context-menu hears of menus", |lab| {
        lab.hears("context-menu", &["go", "MENU:1,2:a|b"], FENCE)
    }));
    scene.rules.push(Rule::new(
        "1.compat.events.notification-center",
        "notification-center hears of notifications",
        |lab| {
            let heard = lab.heard_until("notification-center", FENCE)?;
            match heard.as_slice() {
                [line] if line.starts_with("VYOMA_SYSTEM:notification:{\"title\":\"A title\"") => Ok(()),
                _ => Err(format!("it heard {heard:?}")),
            }
        },
    ));
    scene
}

/// The rows on what apps with windows hear.
pub(super) fn windows() -> Scene {
    let mut scene = Scene::new("compat-windows");
    scene.is_walk = true;
    let tables = format!("{STDIO}\ndisplay = true\nmouse = true\n[window]\nw = 640\nh = 480");
    let draw = ["VYOMA_DRAW:fill_rect:0,0,640,480,0x204060ff", "VYOMA_DRAW:flush"];
    let window = |name: &str| Guest::new(name, &tables, Script::new().say_all(&draw).stay());
    let pressed = |id, name: &'static str, expected: &'static [&'static str]| {
        Rule::new(id, "a press is told as mouse:down too, to these alone", move |lab: &mut Lab| {
            lab.line("stage", &format!("> REPLY:raised {name}"))?;
            lab.focused(name)?;
            lab.type_text(FENCE)?;
            lab.heard_until(name, FENCE)?;
            lab.inject(&[
                Input::Move { x: 9, y: 9 },
                Input::Move { x: 10, y: 20 },
                Input::Button { button: 0, pressed: true },
                Input::Button { button: 0, pressed: false },
            ])?;
            lab.type_text(FENCE)?;
            let mut heard = lab.heard_until(name, FENCE)?;
            heard.retain(|line| !line.contains("mouse:move"));
            lab.order(&control_protocol::driver::Command::KillApp(name.into()))?;
            if heard == expected { Ok(()) } else { Err(format!("it heard {heard:?}")) }
        })
        .acting(Script::new().ask_and_wait(&format!("raise {name}")).hear("VYOMA_SYSTEM:app_exited:"))
    };
    const DOWN: &[&str] = &["VYOMA_INPUT:mouse:down:10,20", "VYOMA_INPUT:mouse:click:10,20:left"];
    let apps = "[capabilities]\nstdio = true\nshell = true\n[input]\nevents = [\"apps\"]";
    scene.actor = Some((Guest::new("stage", apps, Script::new()), Script::new().hear_line("go")));
    scene.guests = vec![
        window("virtual-keyboard"),
        window("color-picker"),
        Guest::new("plain", &tables, Script::new().say_all(&draw).say("@stage: go").stay()),
    ];
    scene.rules = vec![
        pressed("1.compat.mouse_down.virtual-keyboard", "virtual-keyboard", DOWN),
        pressed("1.compat.mouse_down.color-picker", "color-picker", DOWN),
        pressed("1.compat.mouse_down.others", "plain", &DOWN[1..]),
    ];
    scene
}
