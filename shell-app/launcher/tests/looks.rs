//! What the launcher looks like, with the shell's own apps.

use launcher::{Launcher, Press};
use ui::{Session, Stage};

/// The shell's apps as the system lists them, by their folders, titles and categories.
const APPS: [(&str, &str, &str); 10] = [
    ("calculator", "Calculator", "tools"),
    ("clock", "Clock", "time"),
    ("console", "Console", "system"),
    ("notes", "Notes", "office"),
    ("paint", "Paint", "creative"),
    ("queue-ticket", "Queue tickets", "kiosk"),
    ("settings", "Settings", "settings"),
    ("slides", "Slides", "media"),
    ("snake", "Snake", "games"),
    ("system-monitor", "System monitor", "system"),
];

/// Apps that bring no icon.
const OTHERS: [(&str, &str); 8] = [
    ("Departures", "kiosk"),
    ("Elevator", "kiosk"),
    ("Geo quiz", "education"),
    ("Music", "media"),
    ("Radio", "media"),
    ("Room booking", "office"),
    ("Übersicht", ""),
    ("Weather", ""),
];

fn catalog(count: usize) -> String {
    let own = APPS.iter().map(|(name, title, category)| {
        format!(
            r#"{{"name":"{name}","title":"{title}","icon":"/apps/{name}/icon.svg","category":"{category}","running":{}}}"#,
            matches!(*name, "clock" | "paint")
        )
    });
    let others = OTHERS.iter().map(|(title, category)| {
        format!(r#"{{"name":"{}","title":"{title}","category":"{category}"}}"#, title.to_lowercase())
    });
    let all: Vec<String> = own.chain(others).take(count).collect();
    format!("REPLY:[{}]", all.join(","))
}

type Shell = Session<Stage<Launcher>>;

/// Holds what is seen with so many apps.
fn hold(name: &str, profile: &'static str, count: usize, lead: impl Fn(&mut Shell) -> String + Sync) {
    gallery::hold(
        env!("CARGO_MANIFEST_DIR"),
        name,
        || Stage::new(Launcher::default()),
        |session| {
            let profile = format!("VYOMA_SYSTEM:display_profile:{profile}");
            let mut printed = session.lines(&[profile, catalog(count)]);
            printed += &lead(session);
            printed
        },
    );
}

fn tap(session: &mut Shell, press: Press) -> String {
    let view = session.app.seen().expect("a canvas");
    let (_, area) = view.pressable().find(|(other, _)| *other == press).expect("it is there");
    session.tap(area)
}

#[test]
fn a_kiosk() {
    hold("kiosk", "kiosk", 9, |session| session.line("\x1b[C"));
}

#[test]
fn a_desk() {
    hold("desk", "desktop", 12, |session| session.line("VYOMA_INPUT:mouse:leave"));
}

#[test]
fn open_apps_from_right_to_left() {
    hold("open", "desktop", 2, |session| {
        session.line("VYOMA_SYSTEM:locale:ar") + &tap(session, Press::OpenApps)
    });
}

#[test]
fn quick_settings() {
    hold("quick", "desktop", 12, |session| {
        tap(session, Press::Quick) + &session.lines(&["REPLY:brightness 80", "REPLY:keyboard us"])
    });
}
