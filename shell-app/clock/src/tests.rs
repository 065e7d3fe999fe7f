use super::*;
use ui::{Picture, Session};

/// At 07:42:16, Saturday.
fn session() -> Session<Clock> {
    let mut session = Session::new(Clock::default(), 1_795_246_936_250);
    session.line("VYOMA_SYSTEM:screen:1280,800");
    session
}

#[test]
fn draw_first_has_time_and_date() {
    let mut session = session();
    let lines = session.line("VYOMA_SYSTEM:resize:800,480");
    assert!(lines.contains(",bold,07:42\n") && lines.contains(",Saturday, 21 November\n"), "{lines}");
    assert!(lines.ends_with("VYOMA_DRAW:flush\n"));
}

#[test]
fn draw_next_second_is_two_lights() {
    let mut session = session();
    assert_eq!(session.app.wake_at(), Some(session.now().ms + 750));
    let lines = session.after(750);
    assert!(!lines.contains("draw_glyph"), "the digits stay");
    let accent = lines.lines().filter(|line| line.contains("ffb454")).count();
    assert!(accent > 4, "{lines}");
    assert!(ui::filled(&lines).w < 48, "beside each other");
    assert_eq!(session.after(10), "", "nothing changed, nothing drawn");
}

#[test]
fn draw_next_minute_is_the_time_and_every_light() {
    let mut session = session();
    let lines = session.after(44_000);
    assert!(lines.contains(",bold,07:43\n"));
}

#[test]
fn on_key_t_changes_the_hours() {
    let mut session = session();
    assert!(session.line("t").contains(",bold,7:42\n"));
    let lines = session.after(5 * 3_600_000);
    assert!(lines.contains(",bold,12:42\n") && lines.contains(",bold, PM\n"), "{lines}");
    session.after(3_600_000);
    assert!(session.line("t").contains(",bold,13:42\n"));
}

#[test]
fn on_key_escape_closes() {
    let mut session = session();
    session.line("\x1b");
    assert!(session.app.is_done());
}

#[test]
fn on_pointer_back_closes_in_kiosk_alone() {
    for (profile, is_done) in [("kiosk", true), ("desktop", false)] {
        let mut session = session();
        session.line(&format!("VYOMA_SYSTEM:display_profile:{profile}"));
        session.line("VYOMA_INPUT:touch:tap:30,30");
        assert_eq!(session.app.is_done(), is_done, "{profile}");
    }
}

#[test]
fn on_key_tab_and_enter_press_the_switch() {
    let mut session = session();
    session.line("VYOMA_SYSTEM:display_profile:desktop");
    session.line("\t");
    assert!(session.line("").contains(",bold,7:42\n"));
}

#[test]
fn drawing_what_changed_is_the_same_as_drawing_all() {
    let mut session = Session::new(Clock::default(), 1_795_246_936_250);
    let mut picture = Picture::new(800, 480);
    picture.draw(&session.line("VYOMA_SYSTEM:screen:800,480"));
    let lines = [
        "t",
        "\t",
        "VYOMA_INPUT:mouse:move:30,30",
        "VYOMA_INPUT:mouse:move:400,440",
        "VYOMA_INPUT:mouse:down:400,440",
    ];
    for step in 0..90 {
        picture.draw(&session.after(990));
        picture.draw(&session.line(lines[step % lines.len()]));
        session.app.stale.all = true;
        let mut whole = Picture::new(800, 480);
        whole.draw(&session.after(0));
        assert_eq!(picture.difference(&whole), Rect::default(), "{:?}", session.app);
    }
}

#[test]
fn theme_of_the_system_is_followed() {
    let mut session = session();
    assert_eq!(session.line("VYOMA_SYSTEM:focus:gained"), "@supervisor: theme\n");
    assert_eq!(session.line("REPLY:theme dark"), "", "nothing changed");
    let lines = session.line("REPLY:theme light");
    assert!(lines.contains("0xf3f5faff") && lines.contains(",bold,07:42\n"), "{lines}");
}
