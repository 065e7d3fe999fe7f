use super::*;
use guest::MemoryFiles;
use ui::{App, Picture, Rect, Session, Stage, faults};

/// Saturday, 07:42:16.250 UTC.
const MORNING: u64 = 1_795_246_936_250;

type Played = Session<Stage<Clock<MemoryFiles>>>;

fn session_with(files: MemoryFiles) -> Played {
    let mut session = Session::new(Stage::new(Clock::new(files)), MORNING);
    session.line("VYOMA_SYSTEM:screen:1280,800");
    session.lines(&["REPLY:theme dark", "REPLY:locale en"]);
    session
}

fn session() -> Played {
    session_with(MemoryFiles::default())
}

fn place(session: &Played, press: Press) -> Rect {
    let view = session.app.seen().expect("a canvas");
    let found = view.pressable().find(|(message, _)| *message == press);
    found.unwrap_or_else(|| panic!("{press:?} is not there")).1
}

fn tap(session: &mut Played, press: Press) -> String {
    let place = place(session, press);
    session.tap(place)
}

fn click(session: &mut Played, press: Press) -> String {
    let at = place(session, press).center();
    session.lines(&["down", "up"].map(|what| format!("VYOMA_INPUT:mouse:{what}:{},{}", at.x, at.y)))
}

/// Walks to something by Tab and presses it.
fn key(session: &mut Played, press: Press) -> String {
    for _ in 0..40 {
        session.line("\t");
        let view = session.app.seen().expect("a canvas");
        if view.items().iter().any(|item| item.is_focused && item.message == Some(press)) {
            return session.line("");
        }
    }
    panic!("{press:?} is not reached by Tab");
}

fn kept(session: &Played) -> String {
    let bytes = session.app.screen.files().read(FILE).unwrap_or_default();
    String::from_utf8(bytes).expect("text")
}

#[test]
fn draw_first_has_time_and_date() {
    let mut session = session();
    let lines = session.line("VYOMA_SYSTEM:resize:800,480");
    assert!(lines.contains(",bold,07:42\n") && lines.contains(",Saturday, 21 November\n"), "{lines}");
}

#[test]
fn draw_next_second_is_two_lights() {
    let mut session = session();
    assert_eq!(session.app.wake_at(), Some(session.now().ms + 750));
    let lines = session.after(750);
    assert!(!lines.contains("draw_glyph"), "the digits stay");
    assert!(lines.contains("ffb454"), "{lines}");
    assert!(ui::filled(&lines).w() < 64, "beside each other");
    assert_eq!(session.after(10), "", "nothing changed, nothing drawn");
}

#[test]
fn drawing_what_changed_is_the_same_as_drawing_all() {
    let mut session = session();
    let mut picture = Picture::new(800, 480);
    picture.draw(&session.line("VYOMA_SYSTEM:resize:800,480"));
    for step in 0..40 {
        picture.draw(&session.after(990));
        let lines = ["t", "\t", "f", "VYOMA_INPUT:mouse:move:400,440", "2", "", "3", "4", "1"];
        picture.draw(&session.line(lines[step % lines.len()]));
        session.app.forget();
        let mut whole = Picture::new(800, 480);
        whole.draw(&session.after(0));
        assert_eq!(picture.difference(&whole), Rect::default(), "step {step}");
    }
}

#[test]
fn by_keys_alone_an_alarm_is_set_and_rings() {
    let mut session = session();
    session.lines(&["n", "0", "7", "4", "4"]);
    key(&mut session, Press::Save);
    assert_eq!(kept(&session), "home utc\nalarm 464\ntimer 300000\n");
    assert_eq!(session.after(60_000), "", "it is 7:43");
    let lines = session.after(60_000);
    for line in
        ["VYOMA_AUDIO:beep:880,300\n", "@supervisor: notify Alarm|07:44\n", "@supervisor: raise clock\n"]
    {
        assert!(lines.contains(line), "{lines}");
    }
    session.lines(&["REPLY:notify Alarm|07:44", "REPLY:raised clock"]);
    assert!(session.after(BEEP_MS).contains("beep"), "again and again");
    key(&mut session, Press::Snooze);
    assert!(session.app.screen.ringing.is_none());
    session.after(SNOOZE_MS);
    assert!(session.app.screen.ringing.is_some(), "it was put off");
    session.line("\x1b");
    assert!(session.app.screen.ringing.is_none() && !session.app.is_done());
    session.after(86_400_000 - SNOOZE_MS - BEEP_MS - 60_000);
    session.after(60_000);
    assert!(session.app.screen.ringing.is_some(), "the next day too");
    session.after(RING_MS);
    assert!(session.app.screen.ringing.is_none(), "nobody came");
    session.lines(&["\x1b"]);
    assert!(session.app.is_done());
}

#[test]
fn by_touch_alone_an_alarm_is_changed_and_goes() {
    let mut session = session();
    tap(&mut session, Press::Page(Page::Alarms));
    tap(&mut session, Press::NewAlarm);
    for press in [Press::More(Part::Hours), Press::Less(Part::Tens), Press::Less(Part::Ones), Press::Save] {
        tap(&mut session, press);
    }
    assert_eq!(session.app.screen.saved.alarms, [Alarm { minute: 8 * 60 + 59, is_on: true }]);
    tap(&mut session, Press::SwitchAlarm(0));
    assert!(kept(&session).contains("alarm 539 off\n"));
    session.after(86_400_000);
    assert!(session.app.screen.ringing.is_none());
    tap(&mut session, Press::EditAlarm(0));
    tap(&mut session, Press::Cancel);
    tap(&mut session, Press::DeleteAlarm(0));
    assert_eq!(session.app.screen.saved.alarms, []);
    for _ in 0..MOST {
        tap(&mut session, Press::NewAlarm);
        tap(&mut session, Press::Save);
    }
    assert!(!session.app.seen().expect("a canvas").pressable().any(|(press, _)| press == Press::NewAlarm));
    session.line("n");
    assert!(session.app.screen.editing.is_none(), "there are enough");
}

#[test]
fn by_mouse_alone_a_countdown_runs_and_rings() {
    let mut session = session();
    click(&mut session, Press::Page(Page::Timer));
    click(&mut session, Press::Clear);
    click(&mut session, Press::Longer(10));
    assert!(click(&mut session, Press::Go).contains(",0:10\n"));
    assert!(session.after(1000).contains(",0:09\n"));
    click(&mut session, Press::Go);
    session.after(60_000);
    assert_eq!(session.app.screen.saved.timer, Timer::Set(9000), "it is held");
    click(&mut session, Press::Go);
    // The program ends; the countdown does not.
    let mut later = session_with(session.app.screen.files().clone());
    later.after(60_000);
    assert_eq!(later.app.screen.saved.timer, Timer::Ends(MORNING + 70_000));
    assert!(later.after(10_000).contains("@supervisor: notify Timer|0:00\n"));
    click(&mut later, Press::Stop);
    assert_eq!((later.app.screen.ringing, later.app.screen.saved.timer), (None, Timer::Set(0)));
}

#[test]
fn the_city_that_is_chosen_is_home() {
    let mut session = session();
    session.line("2");
    let lines = tap(&mut session, Press::Home(5));
    assert!(lines.contains("−1 h") && lines.contains("+4:30 h"), "{lines}");
    session.lines(&["1", "t"]);
    assert!(session.after(0).is_empty());
    session.app.forget();
    assert!(session.after(0).contains(",bold,8:42\n"));
    assert_eq!(kept(&session), "hours 12\nhome berlin\ntimer 300000\n");
    assert_eq!(session.app.screen.ringing, None);
}

#[test]
fn a_clock_that_is_set_rings_nothing_of_the_time_between() {
    let mut files = MemoryFiles::default();
    files.write(FILE, b"alarm 600\nalarm 0\n").expect("room");
    let mut session = session_with(files);
    session.after(5 * 3_600_000);
    assert_eq!(session.app.screen.ringing, None);
}

#[test]
fn a_full_disk_is_said() {
    let mut session = session_with(MemoryFiles::with_room(0));
    assert!(session.line("f").contains("no space left"));
    session.after(TOAST_MS);
    assert!(session.app.screen.toast.is_none());
}

#[test]
fn every_city_is_reached_in_a_small_window() {
    let all = |session: &Played| -> Vec<usize> {
        let view = session.app.seen().expect("a canvas");
        let home = |(press, _)| if let Press::Home(index) = press { Some(index) } else { None };
        view.pressable().filter_map(home).collect()
    };
    let mut session = session();
    session.lines(&["VYOMA_SYSTEM:resize:320,240", "2"]);
    assert_eq!(all(&session), [0, 1, 2]);
    for _ in 0..3 {
        tap(&mut session, Press::Down);
    }
    assert_eq!(all(&session), [3, 4, 5]);
    session.line("VYOMA_INPUT:mouse:wheel:100,100:0,40");
    assert_eq!(all(&session), [9, 10, 11], "there is an end");
    click(&mut session, Press::Up);
    assert_eq!(all(&session), [8, 9, 10], "which is left at once");
    session.line("VYOMA_SYSTEM:resize:1280,800");
    assert_eq!(all(&session), (0..12).collect::<Vec<_>>(), "there is room for all");
    session.lines(&["VYOMA_SYSTEM:resize:320,240", "3"]);
    for _ in 0..MOST {
        tap(&mut session, Press::NewAlarm);
        tap(&mut session, Press::Save);
    }
    key(&mut session, Press::Down);
    for _ in 1..MOST {
        let view = session.app.seen().expect("a canvas");
        let found = view.pressable().find(|(press, _)| matches!(press, Press::DeleteAlarm(_)));
        tap(&mut session, found.expect("one that is seen").0);
    }
    let view = session.app.seen().expect("a canvas");
    assert!(view.pressable().any(|(press, _)| press == Press::DeleteAlarm(0)), "the last one is seen");
}

#[test]
fn layout_in_every_look_has_no_faults() {
    let hold = |(w, h), look| {
        let mut files = MemoryFiles::default();
        files
            .write(FILE, b"home sao-paulo\nhours 12\nalarm 1\nalarm 2 off\nalarm 3\nalarm 4\nalarm 5\n")
            .expect("room");
        let mut session = session_with(files);
        session.line(&format!("VYOMA_SYSTEM:resize:{w},{h}"));
        session.app.system.look = look;
        let check = |session: &Played| {
            let view = session.app.seen().expect("a canvas");
            assert_eq!(faults(&view), [""; 0], "{w}x{h} {look:?} {:?}", session.app.screen.page);
        };
        for page in Page::ALL {
            session.app.screen.page = page;
            check(&session);
        }
        session.app.screen.saved.timer = Timer::Set(LONGEST_MS);
        check(&session);
        session.app.screen.saved.alarms.clear();
        session.app.screen.page = Page::Alarms;
        check(&session);
        session.app.screen.editing = Some(Editing { index: None, minute: 1439, typed: 0 });
        check(&session);
        session.app.screen.ringing = Some(Ringing { cause: Cause::Timer, beep_at: 0, until: 0 });
        check(&session);
        session.app.screen.page = Page::Time;
        session.app.screen.saved.face = Face::Analogue;
        (session.app.screen.editing, session.app.screen.ringing) = (None, None);
        check(&session);
    };
    ui::each_window_look(hold);
    // As small as a window of it may be made, and still be used.
    ui::each_look_at(&[(380, 280), (320, 240)], hold);
}
