use super::*;
use ui::{Picture, Rect, Session, filled};

/// On a small screen at 07:42:16.
fn session() -> Session<Launcher> {
    let mut session = Session::new(Launcher::default(), 1_795_246_936_250);
    let first = session.line("VYOMA_SYSTEM:screen:800,480");
    assert!(first.contains(",bold,07:42\n"), "the first picture comes at once");
    assert!(first.ends_with("VYOMA_DRAW:flush\n@supervisor: catalog\n"), "{first}");
    session
}

/// With so many apps, named `app-0` and on, all of them seen.
fn session_with(count: usize) -> Session<Launcher> {
    let mut session = session();
    session.line(&catalog(count));
    session.after(1000);
    session.line("REPLY:pong");
    session
}

fn catalog(count: usize) -> String {
    let apps: Vec<String> =
        (0..count).map(|n| format!(r#"{{"name":"app-{n}","title":"{}{n:03}"}}"#, letter(n))).collect();
    format!("REPLY:[{}]", apps.join(","))
}

fn tile(session: &Session<Launcher>, index: usize) -> Rect {
    session.app.layout.as_ref().unwrap().tile(index)
}

fn power(session: &Session<Launcher>) -> Rect {
    session.app.layout.as_ref().unwrap().power
}

fn choice(session: &Session<Launcher>, label: &str) -> Rect {
    let canvas = session.app.layout.as_ref().unwrap().canvas;
    let dialog = session.app.dialog.expect("a dialog");
    dialog.buttons(canvas).iter().find(|button| button.label == label).expect("the button").area
}

fn tap(session: &mut Session<Launcher>, area: impl Fn(&Session<Launcher>) -> Rect) -> String {
    let area = area(session);
    session.tap(area)
}

fn letter(n: usize) -> char {
    char::from(b'A' + u8::try_from(n % 26).unwrap())
}

#[test]
fn catalog_known_tiles_appear_and_then_nothing_moves() {
    let mut session = session();
    let first = session.line(&catalog(3));
    assert!(first.ends_with("@supervisor: ping\n"), "it animates by the frame clock");
    session.after(80);
    assert!(session.line("REPLY:pong").ends_with("@supervisor: ping\n"));
    assert!(session.after(100).contains(",A000\n"));
    assert!(session.line("REPLY:pong").is_empty(), "done: no further ping");
    assert_eq!(session.line(&catalog(3)), "", "the same list is not drawn again");
}

#[test]
fn catalog_that_never_comes_is_said_and_can_be_asked_for_again() {
    let mut session = session();
    assert_eq!(session.app.wake_at(), Some(session.now().ms + PATIENCE_MS));
    assert!(session.after(PATIENCE_MS).contains(",Loading apps…\n"));
    let lines = session.after(CATALOG_TIMEOUT_MS);
    assert!(lines.contains(",The system did not answer\n") && lines.contains(",Try again\n"));
    assert!(session.lines(&["", ""]).ends_with("@supervisor: catalog\n"));
    assert!(session.line(&catalog(1)).contains("fill_rect"));
}

#[test]
fn catalog_refused_or_unreadable_is_an_error_and_empty_is_said() {
    assert!(session().line("REPLY:error: denied catalog").contains(",Denied catalog\n"));
    assert!(session().line("REPLY:[{]").contains(",The list of apps could not be read\n"));
    assert!(session().line("REPLY:[]").contains(",No apps yet\n"));
}

#[test]
fn catalog_of_the_shell_itself_is_not_listed() {
    let mut session = session();
    session.line(r#"REPLY:[{"name":"launcher","category":"shell"},{"name":"clock","category":"time"}]"#);
    assert_eq!(session.app.listed().len(), 1);
}

#[test]
fn idle_wakes_once_a_minute() {
    let mut session = session_with(4);
    let minute = session.now().until_multiple(60_000);
    assert_eq!(session.app.wake_at(), Some(session.now().ms + minute));
    assert_eq!(session.after(minute - 1), "");
    let lines = session.after(1);
    assert!(lines.contains(",bold,07:43\n"));
    assert!(!filled(&lines).touches(tile(&session, 0)), "tiles stay");
}

#[test]
fn hover_draws_that_tile_alone() {
    let mut session = session_with(8);
    let at = tile(&session, 5).center();
    let lines = session.line(&format!("VYOMA_INPUT:mouse:move:{},{}", at.x, at.y));
    assert!(tile(&session, 5).grown(crate::layout::RING).holds(filled(&lines)), "{:?}", filled(&lines));
    assert_eq!(session.line(&format!("VYOMA_INPUT:mouse:move:{},{}", at.x + 3, at.y)), "");
    let lines = session.line("VYOMA_INPUT:mouse:leave");
    assert!(tile(&session, 5).grown(crate::layout::RING).holds(filled(&lines)));
}

#[test]
fn tap_runs_an_app_once_and_raises_it_when_it_runs() {
    let mut session = session_with(4);
    let lines = tap(&mut session, |session| tile(session, 1));
    assert!(lines.contains("Opening…") && lines.ends_with("@supervisor: run app-1\n"), "{lines}");
    assert!(!tap(&mut session, |session| tile(session, 1)).contains("@supervisor"), "it opens already");
    let lines = session.line("REPLY:launched app-1");
    assert!(lines.contains(",B001\n") && lines.contains("ffb454"), "its name again, and the mark");
    assert_eq!(session.line("VYOMA_SYSTEM:app_launched:app-1"), "");
    assert!(tap(&mut session, |session| tile(session, 1)).ends_with("@supervisor: raise app-1\n"));
    session.line("REPLY:raised app-1");
    let lines = session.line("VYOMA_SYSTEM:app_exited:app-1");
    assert!(!lines.is_empty() && !session.app.listed()[1].is_running);
}

#[test]
fn run_refused_says_why_until_it_is_put_away() {
    let mut session = session_with(4);
    tap(&mut session, |session| tile(session, 0));
    let lines = session.line("REPLY:error: could not spawn app-0: no such file");
    assert!(lines.contains(",A000 did not open\n") && lines.contains(",No such file\n"), "{lines}");
    assert!(!session.line("\x1b").contains("did not open"));
    tap(&mut session, |session| tile(session, 0));
    session.line("REPLY:error: could not spawn app-0: no such file");
    let lines = session.after(TOAST_MS);
    assert!(lines.contains(",A000\n") && !lines.contains("did not open"));
}

#[test]
fn raise_of_an_app_that_ended_runs_it() {
    let mut session = session_with(2);
    session.line("VYOMA_SYSTEM:app_launched:app-0");
    tap(&mut session, |session| tile(session, 0));
    assert!(session.line("REPLY:error: app app-0 not found").ends_with("@supervisor: run app-0\n"));
}

#[test]
fn opening_without_an_answer_ends() {
    let mut session = session_with(2);
    tap(&mut session, |session| tile(session, 0));
    assert!(session.after(OPENING_TIMEOUT_MS).contains(",A000\n"));
    assert!(tap(&mut session, |session| tile(session, 0)).ends_with("@supervisor: run app-0\n"));
}

#[test]
fn app_unknown_launched_asks_for_the_list() {
    let mut session = session_with(2);
    assert_eq!(session.line("VYOMA_SYSTEM:app_launched:new"), "@supervisor: catalog\n");
    assert_eq!(session.line("VYOMA_SYSTEM:app_launched:newer"), "", "it is asked for already");
}

#[test]
fn arrows_move_the_focus_over_pages() {
    let mut session = session_with(11);
    session.line("\x1b[C");
    assert!(session.app.is_focused(Target::Tile(0)), "shown first, where it is");
    session.lines(&["\x1b[C", "\x1b[B"]);
    assert!(session.app.is_focused(Target::Tile(5)));
    session.lines(&["\x1b[C", "\x1b[C", "\x1b[C"]);
    assert_eq!(session.app.page, 1);
    assert!(session.app.is_focused(Target::Tile(10)), "the last there is: the same row is empty");
    session.lines(&["\x1b[D", "\x1b[D", "\x1b[D"]);
    assert_eq!((session.app.page, session.app.attention.focus()), (0, Some(Target::Tile(3))));
    session.line("\x1b[A");
    assert!(session.app.is_focused(Target::Power));
    session.lines(&["\x1b[F"]);
    assert_eq!((session.app.page, session.app.attention.focus()), (1, Some(Target::Tile(10))));
    session.lines(&["\x1b[H", "\x1b[6~"]);
    assert!(session.app.is_focused(Target::Tile(8)));
    assert!(session.line("").ends_with("@supervisor: run app-8\n"));
}

#[test]
fn letter_finds_the_next_app() {
    let mut session = session_with(30);
    session.line("b");
    assert!(session.app.is_focused(Target::Tile(2)), "A000, A026, B001");
    session.line("b");
    assert!(session.app.is_focused(Target::Tile(3)), "B027");
    session.line("b");
    assert!(session.app.is_focused(Target::Tile(2)));
    session.line("#");
    assert!(session.app.is_focused(Target::Tile(2)));
}

#[test]
fn press_hides_the_focus() {
    let mut session = session_with(4);
    session.line("\x1b[C");
    session.line("VYOMA_INPUT:touch:down:0,5,300");
    assert!(!session.app.is_focused(Target::Tile(0)));
}

#[test]
fn finger_pulls_the_page_and_a_short_way_springs_back() {
    let mut session = session_with(11);
    session.lines(&["VYOMA_INPUT:touch:down:3,400,150", "VYOMA_INPUT:touch:move:3,340,150"]);
    assert_eq!(session.app.slide.offset(), -60);
    session.line("VYOMA_INPUT:touch:up:3,340,150");
    assert_eq!(session.app.page, 0);
    session.after(300);
    session.line("REPLY:pong");
    assert_eq!(session.app.slide, Slide::Still);

    session.lines(&["VYOMA_INPUT:touch:down:3,400,150", "VYOMA_INPUT:touch:move:3,200,150"]);
    let lines = session.line("VYOMA_INPUT:touch:up:3,200,150");
    assert_eq!(session.app.page, 1);
    assert!(lines.ends_with("@supervisor: ping\n") && !lines.contains("run"), "{lines}");
    session.after(300);
    assert_eq!(session.app.slide, Slide::Still);
}

#[test]
fn swipe_wheel_and_buttons_turn_pages_and_stop_at_the_ends() {
    let mut session = session_with(11);
    session.line("VYOMA_INPUT:touch:swipe:-200,10");
    assert_eq!(session.app.page, 1);
    session.line("VYOMA_INPUT:touch:swipe:-200,10");
    assert_eq!(session.app.page, 1);
    session.line("VYOMA_INPUT:mouse:wheel:400,200:0,-1");
    assert_eq!(session.app.page, 0);
    session.after(500);
    let next = session.app.layout.as_ref().unwrap().next.expect("room for a button");
    session.tap(next);
    assert_eq!(session.app.page, 1);
}

#[test]
fn power_menu_asks_before_it_does_anything() {
    let mut session = session_with(4);
    assert!(tap(&mut session, power).contains(",Power off\n"));
    let lines = tap(&mut session, |session| choice(session, "Power off"));
    assert!(lines.contains(",Power off this device?\n") && !lines.contains("@supervisor"));
    assert!(tap(&mut session, |session| choice(session, "Cancel")).contains(",A000\n"));
    tap(&mut session, power);
    tap(&mut session, |session| choice(session, "Restart"));
    assert!(tap(&mut session, |session| choice(session, "Restart")).ends_with("@supervisor: reboot\n"));
    assert!(session.line("REPLY:error: busy").contains(",The device did not restart\n"));
}

#[test]
fn power_menu_by_keys_needs_more_than_enter() {
    let mut session = session_with(4);
    session.lines(&["\x1b[A", "\x1b[A", "", "\x1b[C", ""]);
    assert_eq!(session.app.dialog, Some(Dialog::Confirm(PowerAction::PowerOff)));
    session.line("");
    assert_eq!(session.app.dialog, None, "Cancel has the focus first");
    let lines = session.lines(&["", "\x1b[C", "", "\x1b[C", ""]);
    assert!(lines.ends_with("@supervisor: shutdown\n"), "{lines}");
    assert_eq!(session.lines(&["\x1b", "", "x"]), "", "it is being done");
    assert_eq!(session.line("REPLY:shutdown ok"), "");
    assert!(
        session.after(LEAVING_TIMEOUT_MS).contains(",The device did not power off\n"),
        "but not for ever"
    );
}

#[test]
fn press_beside_a_dialog_puts_it_away() {
    let mut session = session_with(4);
    tap(&mut session, power);
    session.tap(Rect::new(2, 470, 4, 4));
    assert_eq!(session.app.dialog, None);
    assert_eq!(session.tap(Rect::new(2, 470, 4, 4)), "");
}

#[test]
fn resize_keeps_the_first_app_of_the_page_in_view() {
    let mut session = session_with(40);
    session.line("\x1b[F");
    let lines = session.line("VYOMA_SYSTEM:resize:1920,1080");
    assert!(lines.contains("fill_rect"));
    assert_eq!(session.app.page, 1, "18 on a page, app 32 was the first");
}

/// What the system, people and fingers may do, in no order.
const ANYTHING: [&str; 36] = [
    "REPLY:[]",
    "REPLY:pong",
    r#"REPLY:[{"name":"a"},{"name":"b","running":true},{"name":"c"},{"name":"d"},{"name":"e"},{"name":"f"}]"#,
    "REPLY:error: no",
    "REPLY:launched a",
    "REPLY:raised b",
    "VYOMA_SYSTEM:app_launched:b",
    "VYOMA_SYSTEM:app_exited:a",
    "VYOMA_SYSTEM:focus:lost",
    "VYOMA_SYSTEM:focus:gained",
    "VYOMA_SYSTEM:display_profile:desktop",
    "VYOMA_SYSTEM:display_profile:kiosk",
    "",
    "\t",
    "\x1b",
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[F",
    "\x1b[H",
    "\x1b[5~",
    "\x1b[6~",
    "a",
    "VYOMA_INPUT:touch:down:0,400,200",
    "VYOMA_INPUT:touch:move:0,90,200",
    "VYOMA_INPUT:touch:up:0,90,200",
    "VYOMA_INPUT:touch:cancel:0,1,1",
    "VYOMA_INPUT:mouse:down:780,24",
    "VYOMA_INPUT:mouse:up:780,24",
    "VYOMA_INPUT:mouse:move:2147483647,-2147483648",
    "VYOMA_INPUT:mouse:move:340,240",
    "VYOMA_INPUT:mouse:wheel:1,1:0,1",
    "VYOMA_INPUT:mouse:down:340,240",
    "VYOMA_INPUT:mouse:up:340,240",
    "VYOMA_INPUT:mouse:drag:-2147483648,0",
];

/// A linear congruential generator (Numerical Recipes): the same sequence every time.
fn next(seed: &mut u32) -> usize {
    *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    usize::try_from(*seed >> 16).unwrap()
}

#[test]
fn lines_of_any_kind_in_any_order_do_not_fail() {
    let sizes = ["VYOMA_SYSTEM:screen:1,1", "VYOMA_SYSTEM:screen:800,480", "VYOMA_SYSTEM:resize:200,2000"];
    let mut seed = 1;
    let mut session = session();
    for _ in 0..20_000 {
        let pick = next(&mut seed);
        session.line(if pick.is_multiple_of(20) { sizes[pick % 3] } else { ANYTHING[pick % ANYTHING.len()] });
        if pick.is_multiple_of(7) {
            session.after(u64::from(seed >> 20));
        }
    }
}

#[test]
fn drawing_what_changed_is_the_same_as_drawing_all() {
    let mut seed = 7;
    let mut session = Session::new(Launcher::default(), 1_795_246_936_250);
    let mut picture = Picture::new(800, 480);
    picture.draw(&session.line("VYOMA_SYSTEM:screen:800,480"));
    picture.draw(&session.line(&catalog(13)));
    let mut before: Vec<&str> = Vec::new();
    for _ in 0..400 {
        let pick = next(&mut seed);
        let line = ANYTHING[pick % ANYTHING.len()];
        before.push(line);
        picture.draw(&session.line(line));
        if pick.is_multiple_of(5) {
            picture.draw(&session.after(u64::from(seed >> 22)));
        }
        session.app.stale.all = true;
        let mut whole = Picture::new(800, 480);
        whole.draw(&session.after(0));
        let difference = picture.difference(&whole);
        let tail = &before[before.len().saturating_sub(8)..];
        assert!(difference.is_empty(), "{difference:?} after {tail:?}: {:?}", session.app);
    }
}

#[test]
fn theme_of_the_system_is_followed() {
    let mut session = session_with(3);
    let asked = session.line("VYOMA_SYSTEM:focus:gained");
    assert!(asked.ends_with("@supervisor: catalog\n@supervisor: theme\n"), "{asked}");
    session.line(&catalog(3));
    assert!(session.line("REPLY:theme light").contains("0xf3f5faff"));
}
