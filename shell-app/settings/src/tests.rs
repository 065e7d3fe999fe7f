use super::*;
use ui::{Session, Stage, faults};

fn session() -> Session<Stage<Settings>> {
    let mut session = Session::new(Stage::new(Settings::default()), 1_795_246_936_250);
    let asked = session.line("VYOMA_SYSTEM:screen:1280,800");
    assert!(asked.contains("@supervisor: theme\n@supervisor: locale\n@supervisor: version\n"), "{asked}");
    session.lines(&[
        "REPLY:theme dark",
        "REPLY:locale en",
        "REPLY:VyomaOS 0.1.0",
        "REPLY:up 12 s",
        "REPLY:us|de|fr",
        "REPLY:keyboard us",
        "REPLY:brightness 50",
    ]);
    session
}

fn place(session: &Session<Stage<Settings>>, press: Press) -> Rect {
    let view = session.app.seen().expect("a canvas");
    let found = view.pressable().find(|(message, _)| *message == press);
    found.expect("it is there").1
}

#[test]
fn session_changes_theme_and_language() {
    let mut session = session();
    let light = place(&session, Press::Theme(Theme::Light));
    assert!(session.tap(light).contains("@supervisor: theme light\n"));
    assert!(session.line("REPLY:theme light").contains("fill_rect"), "all is drawn again");
    assert_eq!(session.app.system.look.theme, Theme::Light);
    let contrast = place(&session, Press::Theme(Theme::HighContrast));
    assert!(session.tap(contrast).contains("@supervisor: theme high-contrast\n"));
    session.line("REPLY:theme high-contrast");
    let large = place(&session, Press::Large);
    assert!(session.tap(large).contains("@supervisor: theme high-contrast large\n"));
    session.line("REPLY:theme high-contrast large");
    assert_eq!(
        (session.app.system.look.theme, session.app.system.look.text_percent),
        (Theme::HighContrast, 130)
    );
    let large = place(&session, Press::Large);
    assert!(session.tap(large).contains("@supervisor: theme high-contrast\n"));
    session.line("REPLY:theme high-contrast");
    let arabic = place(&session, Press::Language(Language::Arabic));
    assert!(session.tap(arabic).contains("@supervisor: locale ar\n"));
    session.line("REPLY:locale ar");
    let mirrored = place(&session, Press::Back);
    assert!(mirrored.x() > 640, "{mirrored:?}");
}

#[test]
fn session_sets_brightness_by_touch_and_keys() {
    let mut session = session();
    let slider = place(&session, Press::Brightness);
    let y = slider.center().y;
    let lines = session.lines(&[
        format!("VYOMA_INPUT:touch:down:0,{},{y}", slider.x() + slider.w() / 4),
        format!("VYOMA_INPUT:touch:move:0,{},{y}", slider.right() + 90),
        format!("VYOMA_INPUT:touch:up:0,{},{y}", slider.right() + 90),
    ]);
    assert!(lines.contains("@supervisor: brightness 100\n"), "{lines}");
    let is_there = |item: &ui::Item<Press>| item.is_focused && item.message == Some(Press::Brightness);
    while !session.app.seen().expect("a canvas").items().iter().any(is_there) {
        session.line("\t");
    }
    for percent in (10..100).rev().step_by(5).map(|percent| percent - 4) {
        let lines = session.line("\x1b[D");
        assert!(lines.contains(&format!("@supervisor: brightness {percent}\n")), "{percent}: {lines}");
    }
    assert!(!session.line("\x1b[D").contains("supervisor"), "darker than that it does not get");
    assert!(session.line("\x1b[C").contains("@supervisor: brightness 15\n"));
}

#[test]
fn session_chooses_one_of_the_layouts_there_are() {
    let mut session = session();
    let french = place(&session, Press::Keyboard(2));
    assert!(session.tap(french).contains("@supervisor: keyboard fr\n"));
    session.line("REPLY:keyboard fr");
    assert_eq!(session.app.screen.layout, "fr");
}

#[test]
fn session_resets_after_a_question_and_asks_what_is_now() {
    let mut session = session();
    let reset = place(&session, Press::Ask(Deed::Reset));
    assert!(!session.tap(reset).contains("settings-reset"));
    let sure = place(&session, Press::Do(Deed::Reset));
    assert!(session.tap(sure).contains("@supervisor: settings-reset\n"));
    assert!(
        session.line("REPLY:settings-reset ok").contains("@supervisor: keyboard\n@supervisor: brightness\n")
    );
    session.lines(&["VYOMA_SYSTEM:theme:light large", "REPLY:keyboard us", "REPLY:brightness 100"]);
    let screen = &session.app.screen;
    assert_eq!((screen.layout.as_str(), screen.brightness), ("us", 100));
    let look = session.app.system.look;
    assert_eq!((look.theme, look.text_percent), (Theme::Light, 130));
}

#[test]
fn session_shows_one_page_where_there_is_no_room_for_both() {
    let mut session = session();
    session.line("VYOMA_SYSTEM:resize:800,480");
    let device = place(&session, Press::Page(1));
    session.tap(device);
    place(&session, Press::Ask(Deed::Off));
    let screen = place(&session, Press::Page(0));
    session.tap(screen);
    place(&session, Press::Brightness);
}

#[test]
fn session_powers_off_after_a_question_alone() {
    let mut session = session();
    let off = place(&session, Press::Ask(Deed::Off));
    assert!(!session.tap(off).contains("shutdown"));
    assert!(!session.tap(off).contains("shutdown"), "what is covered cannot be pressed");
    let cancel = place(&session, Press::Cancel);
    session.tap(cancel);
    session.tap(off);
    let sure = place(&session, Press::Do(Deed::Off));
    assert!(session.tap(sure).contains("@supervisor: shutdown\n"));
    assert!(session.line("REPLY:error: denied shutdown").contains("Denied shutdown"));
    assert!(session.app.screen.toast.is_some());
    session.after(TOAST_MS);
    assert!(session.app.screen.toast.is_none());
}

#[test]
fn layout_in_every_look_has_no_faults() {
    ui::each_window_look(|(w, h), look| {
        for (question, page) in [(None, 0), (None, 1), (Some(Deed::Off), 0), (Some(Deed::Reset), 0)] {
            let mut session = session();
            session.line(&format!("VYOMA_SYSTEM:resize:{w},{h}"));
            session.app.system.look = look;
            (session.app.screen.question, session.app.screen.page) = (question, page);
            let view = session.app.seen().expect("a canvas");
            assert_eq!(faults(&view), [""; 0], "{w}x{h} {look:?}");
        }
    });
}
