use super::*;
use ui::{Session, Stage, faults};

fn session() -> Session<Stage<Settings>> {
    let mut session = Session::new(Stage::new(Settings::default()), 1_795_246_936_250);
    let asked = session.line("VYOMA_SYSTEM:screen:1280,800");
    assert!(asked.contains("@supervisor: theme\n@supervisor: locale\n@supervisor: version\n"), "{asked}");
    session.lines(&["REPLY:theme dark", "REPLY:locale en", "REPLY:VyomaOS 0.1.0", "REPLY:up 12 s"]);
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
    assert!(mirrored.x > 640, "{mirrored:?}");
}

#[test]
fn session_sets_the_loudness_by_touch_and_keys() {
    let mut session = session();
    let slider = place(&session, Press::Volume);
    let y = slider.center().y;
    let lines = session.lines(&[
        format!("VYOMA_INPUT:touch:down:0,{},{y}", slider.x + slider.w / 4),
        format!("VYOMA_INPUT:touch:move:0,{},{y}", slider.right() + 90),
        format!("VYOMA_INPUT:touch:up:0,{},{y}", slider.right() + 90),
    ]);
    assert!(lines.contains("VYOMA_AUDIO:volume:100\n"), "{lines}");
    while !session
        .app
        .seen()
        .expect("a canvas")
        .items()
        .iter()
        .any(|item| item.is_focused && item.message == Some(Press::Volume))
    {
        session.line("\t");
    }
    assert!(session.line("\x1b[D").contains("VYOMA_AUDIO:volume:95\n"));
}

#[test]
fn session_powers_off_after_a_question_alone() {
    let mut session = session();
    let off = place(&session, Press::Ask(Power::Off));
    assert!(!session.tap(off).contains("shutdown"));
    assert!(!session.tap(off).contains("shutdown"), "what is covered cannot be pressed");
    let cancel = place(&session, Press::Cancel);
    session.tap(cancel);
    session.tap(off);
    let sure = place(&session, Press::Do(Power::Off));
    assert!(session.tap(sure).contains("@supervisor: shutdown\n"));
    assert!(session.line("REPLY:error: denied shutdown").contains("Denied shutdown"));
    assert!(session.app.screen.toast.is_some());
    session.after(TOAST_MS);
    assert!(session.app.screen.toast.is_none());
}

#[test]
fn layout_in_every_look_has_no_faults() {
    ui::each_look(|(w, h), look| {
        for question in [None, Some(Power::Off)] {
            let mut session = session();
            session.line(&format!("VYOMA_SYSTEM:resize:{w},{h}"));
            session.app.system.look = look;
            session.app.screen.question = question;
            let view = session.app.seen().expect("a canvas");
            assert_eq!(faults(&view), [""; 0], "{w}x{h} {look:?}");
        }
    });
}
