//! Whole sessions with the launcher: what people, apps and the system do, and what it does then.

use ui::{Language, Look, Picture, Session, Stage, each_look, faults};

use super::*;

type Shell = Session<Stage<Launcher>>;

const NAMES: [(&str, &str); 12] = [
    ("Calculator", "tools"),
    ("Clock", "time"),
    ("Notes", "office"),
    ("Paint", "creative"),
    ("Queue tickets", "kiosk"),
    ("Settings", "settings"),
    ("Snake", "games"),
    ("System monitor", "system"),
    ("Tetris", "games"),
    ("Timer", "time"),
    ("Weather", ""),
    ("Zoo", "learning"),
];

fn catalog(count: usize) -> String {
    let apps: Vec<String> = (0..count)
        .map(|n| {
            let (title, category) = NAMES[n % NAMES.len()];
            format!(r#"{{"name":"app-{n}","title":"{title}","category":"{category}","running":false}}"#)
        })
        .collect();
    format!("REPLY:[{}]", apps.join(","))
}

/// A launcher with so many apps at 800x480.
fn shell(profile: &str, count: usize) -> Shell {
    let mut session = Session::new(Stage::new(Launcher::default()), 1_795_246_936_250);
    session.line("VYOMA_SYSTEM:screen:800,480");
    session.line(&format!("VYOMA_SYSTEM:display_profile:{profile}"));
    session.lines(&["REPLY:theme dark", "REPLY:locale en"]);
    session.line(&catalog(count));
    session
}

fn desk(count: usize) -> Shell {
    shell("desktop", count)
}

fn kiosk(count: usize) -> Shell {
    shell("kiosk", count)
}

/// Opens the quick panel, and answers what it asks for.
fn open_quick(session: &mut Shell) {
    let asked = tap(session, Press::Quick);
    let wanted = "@supervisor: brightness\n@supervisor: keyboard\n@supervisor: raise launcher\n";
    assert!(asked.ends_with(wanted), "{asked}");
    let shown =
        asked + &session.lines(&["REPLY:brightness 80", "REPLY:keyboard us", "REPLY:raised launcher"]);
    assert!(shown.contains(",Brightness 80\n") && shown.contains(",Keyboard us\n"), "{shown}");
}

/// Where something that can be pressed is.
fn place(session: &Shell, press: Press) -> Option<Rect> {
    let view = session.app.seen().expect("a canvas");
    view.pressable().find(|(other, _)| *other == press).map(|(_, area)| area)
}

fn tap(session: &mut Shell, press: Press) -> String {
    let area = place(session, press).unwrap_or_else(|| panic!("{press:?} is not there"));
    session.tap(area)
}

fn click(session: &mut Shell, press: Press) -> String {
    let at = place(session, press).unwrap_or_else(|| panic!("{press:?} is not there")).center();
    session.lines(&["down", "up"].map(|what| format!("VYOMA_INPUT:mouse:{what}:{},{}", at.x, at.y)))
}

#[test]
fn first_frame_asks_for_the_list_in_one_write() {
    for profile in ["kiosk", "desktop"] {
        for (w, h) in [(800, 480), (1280, 800), (1920, 1080), (1080, 1920)] {
            let mut session = Session::new(Stage::new(Launcher::default()), 1_795_246_936_250);
            session.app.system.profile =
                Some(if profile == "kiosk" { Profile::Kiosk } else { Profile::Desktop });
            let lines = session.line(&format!("VYOMA_SYSTEM:screen:{w},{h}"));
            assert!(lines.contains("VYOMA_DRAW:flush\n") && lines.contains("@supervisor: catalog\n"));
            assert!(lines.contains("VYOMA_DRAW:set_transparent\n"), "the wallpaper is the device's");
            assert!(lines.contains(",07:42\n"));
            assert!(lines.len() <= 4096, "{} bytes do not go in one call", lines.len());
        }
    }
}

#[test]
fn an_app_opens_by_touch_by_mouse_and_by_keys_alone() {
    for open in [
        (|session: &mut Shell| tap(session, Press::App(3))) as fn(&mut Shell) -> String,
        |session| click(session, Press::App(3)),
        |session| session.lines(&["\x1b[C", "\x1b[C", "\x1b[C", "\x1b[C", ""]),
        |session| session.lines(&["p", "a", ""]),
    ] {
        for mut session in [kiosk(8), desk(8)] {
            if session.app.system.profile == Some(Profile::Desktop) {
                // The first thing on a desk is the status line: on to the tiles.
                session.app.screen.focus = Some(Press::App(0));
                session.line("VYOMA_INPUT:mouse:leave");
            }
            let lines = open(&mut session);
            assert!(lines.contains("@supervisor: run app-"), "{lines}");
            assert!(lines.contains(",Opening…\n"), "it answers at once");
            let lines = session.line("REPLY:launched app-3");
            assert!(!lines.contains("Opening"));
        }
    }
}

#[test]
fn an_app_that_runs_is_raised_and_one_that_ended_is_run() {
    let mut session = kiosk(3);
    session.line("VYOMA_SYSTEM:app_launched:app-1");
    assert!(tap(&mut session, Press::App(1)).ends_with("@supervisor: raise app-1\n"));
    assert!(session.line("REPLY:error: app app-1 not found").ends_with("@supervisor: run app-1\n"));
    session.line("REPLY:launched app-1");
    session.line("VYOMA_SYSTEM:app_exited:app-1");
    assert!(!session.app.screen.listed()[1].is_running);
}

#[test]
fn an_app_that_does_not_open_says_why_for_a_while() {
    let mut session = kiosk(3);
    tap(&mut session, Press::App(0));
    let lines = session.line("REPLY:error: could not spawn app-0: no such file");
    assert!(lines.contains(",The app did not open\n") && lines.contains(",No such file\n"), "{lines}");
    session.after(TOAST_MS);
    assert!(session.app.screen.toast.is_none());
    tap(&mut session, Press::App(0));
    session.after(OPENING_TIMEOUT_MS);
    assert!(tap(&mut session, Press::App(0)).ends_with("@supervisor: run app-0\n"), "it can be tried again");
}

#[test]
fn a_list_that_does_not_come_is_said_and_asked_for_again() {
    let mut session = Session::new(Stage::new(Launcher::default()), 0);
    session.line("VYOMA_SYSTEM:screen:800,480");
    assert!(session.after(PATIENCE_MS).contains(",Loading apps…\n"));
    assert!(session.after(CATALOG_TIMEOUT_MS).contains(",The apps cannot be shown\n"));
    assert!(tap(&mut session, Press::Retry).ends_with("@supervisor: catalog\n"));
    assert!(session.line("REPLY:[]").contains(",No apps yet\n"));
    session.line("VYOMA_SYSTEM:focus:gained");
    assert!(session.line("REPLY:[broken").contains(",The list of apps could not be read\n"));
}

#[test]
fn typing_finds_and_enter_opens() {
    let mut session = desk(12);
    let lines = session.lines(&["s", "n"]);
    assert_eq!(session.app.screen.shown, [6]);
    assert!(lines.contains(",sn\n"));
    assert!(session.line("").ends_with("@supervisor: run app-6\n"));
    session.line("x");
    assert!(session.app.screen.shown.is_empty());
    let view = session.app.seen().expect("a canvas");
    assert!(format!("{:?}", view.items()).contains("No app is called that"));
    session.line("\x7f");
    assert_eq!(session.app.screen.shown, [6]);
    session.line("\x1b");
    assert_eq!(session.app.screen.shown.len(), 12);
}

#[test]
fn search_is_over_when_its_app_opens() {
    let mut session = desk(12);
    session.lines(&["s", "n", ""]);
    session.lines(&["REPLY:launched app-6", "VYOMA_SYSTEM:app_launched:app-6"]);
    assert_eq!((session.app.screen.query.as_str(), session.app.screen.shown.len()), ("", 12));
    session.lines(&["s", "n"]);
    assert!(session.line("").ends_with("@supervisor: raise app-6\n"));
    assert_eq!((session.app.screen.query.as_str(), session.app.screen.shown.len()), ("", 12));
}

#[test]
fn fingers_search_with_the_letters_that_lead_on() {
    let mut session = desk(12);
    tap(&mut session, Press::Search);
    tap(&mut session, Press::Letter(Some('t')));
    assert_eq!(session.app.screen.letters(), ['e', 'i']);
    tap(&mut session, Press::Letter(Some('i')));
    assert_eq!(session.app.screen.shown, [4, 9], "Queue tickets, Timer");
    tap(&mut session, Press::Letter(None));
    assert_eq!(session.app.screen.query, "t");
    tap(&mut session, Press::EndSearch);
    assert_eq!(session.app.screen.shown.len(), 12);
}

#[test]
fn categories_show_their_apps_and_all_can_be_reached() {
    let mut session = desk(12);
    let mut found = Vec::new();
    for _ in 0..8 {
        let view = session.app.seen().expect("a canvas");
        found.extend(view.pressable().filter_map(|(press, _)| match press {
            Press::Category(number) => Some(number),
            _ => None,
        }));
        tap(&mut session, Press::MoreCategories);
    }
    found.sort_unstable();
    found.dedup();
    assert_eq!(found, (0..=session.app.screen.categories.len()).collect::<Vec<_>>());
    session.app.screen.first_chip = 0;
    session.line("VYOMA_INPUT:mouse:leave");
    tap(&mut session, Press::Category(2));
    assert_eq!(session.app.screen.shown, [1, 9], "what has to do with time");
    session.line("\x1b");
    assert_eq!(session.app.screen.shown.len(), 12);
}

#[test]
fn finger_pulls_the_page_and_a_short_way_springs_back() {
    let mut session = kiosk(11);
    session.lines(&["VYOMA_INPUT:touch:down:3,400,250", "VYOMA_INPUT:touch:move:3,340,250"]);
    assert_eq!(session.app.screen.slide.offset(), -60);
    session.line("VYOMA_INPUT:touch:up:3,340,250");
    assert_eq!(session.app.screen.page, 0);
    session.after(300);
    session.line("REPLY:pong");
    assert_eq!(session.app.screen.slide, Slide::Still);
    session.lines(&["VYOMA_INPUT:touch:down:3,400,250", "VYOMA_INPUT:touch:move:3,200,250"]);
    let lines = session.line("VYOMA_INPUT:touch:up:3,200,250");
    assert_eq!(session.app.screen.page, 1);
    assert!(lines.ends_with("@supervisor: ping\n") && !lines.contains("run"), "{lines}");
    session.after(300);
    assert_eq!(session.app.screen.slide, Slide::Still);
}

#[test]
fn pages_turn_by_wheel_buttons_and_keys_and_stop_at_the_ends() {
    let mut session = kiosk(20);
    let page = |session: &Shell| session.app.screen.page;
    session.line("VYOMA_INPUT:touch:swipe:-200,10");
    assert_eq!(page(&session), 1);
    session.line("VYOMA_INPUT:mouse:wheel:400,200:0,-1");
    assert_eq!(page(&session), 0);
    session.after(500);
    tap(&mut session, Press::Turn(1));
    assert_eq!(page(&session), 1);
    session.lines(&["\x1b[6~", "\x1b[6~"]);
    assert_eq!(page(&session), 2);
    session.line("\x1b[H");
    assert_eq!(page(&session), 0);
    session.lines(&["\x1b[C", "\x1b[C", "\x1b[C"]);
    assert_eq!(page(&session), 0, "the fourth of four");
    session.line("\x1b[C");
    assert_eq!(page(&session), 1, "on to the same row of the next page");
    session.line("\x1b[D");
    assert_eq!(page(&session), 0);
}

#[test]
fn right_to_left_pages_lie_to_the_left() {
    let mut session = kiosk(11);
    session.line("VYOMA_SYSTEM:locale:ar");
    session.line("VYOMA_INPUT:touch:swipe:200,10");
    assert_eq!(session.app.screen.page, 1);
    session.line("\x1b[H");
    session.lines(&["\x1b[D", "\x1b[D", "\x1b[D", "\x1b[D"]);
    assert_eq!(session.app.screen.page, 1);
}

#[test]
fn a_kiosk_has_no_way_out() {
    let mut session = kiosk(12);
    session.line("VYOMA_SYSTEM:app_launched:app-2");
    let allowed = |press: &Press| {
        matches!(
            press,
            Press::App(_)
                | Press::Turn(_)
                | Press::Search
                | Press::EndSearch
                | Press::Letter(_)
                | Press::Category(0)
        )
    };
    for keys in [&[][..], &["t"], &["t", "i"], &["\x1b"], &["\x03"], &["\x1b", "\x1b"]] {
        session.lines(keys);
        let view = session.app.seen().expect("a canvas");
        assert!(view.pressable().all(|(press, _)| allowed(&press)), "{keys:?}");
        assert!(!session.app.system.is_done);
    }
}

#[test]
fn quick_panel_does_what_it_says() {
    for (press, request) in [
        (Press::Theme(Theme::Light), "theme light"),
        (Press::LargeText, "theme dark large"),
        (Press::Language(Language::German), "locale de"),
        (Press::Lock, "lock"),
        (Press::Blank, "blank"),
    ] {
        let mut session = desk(4);
        open_quick(&mut session);
        let asked = tap(&mut session, press);
        assert!(asked.contains(&format!("@supervisor: {request}\n")), "{asked}");
        assert_eq!(asked.contains("lower launcher"), session.app.screen.overlay == Overlay::None);
    }
    let mut session = desk(4);
    open_quick(&mut session);
    tap(&mut session, Press::Lock);
    let lines = session.line("REPLY:error: no PIN is set");
    assert!(lines.contains(",That was not possible\n") && lines.contains(",No PIN is set\n"), "{lines}");
}

#[test]
fn power_asks_before_it_does_anything() {
    let mut session = desk(4);
    open_quick(&mut session);
    assert!(!tap(&mut session, Press::Ask(Power::Off)).contains("@supervisor"));
    tap(&mut session, Press::Away);
    assert_eq!(session.app.screen.overlay, Overlay::None);
    session.line("REPLY:lowered launcher");
    open_quick(&mut session);
    tap(&mut session, Press::Ask(Power::Restart));
    assert!(tap(&mut session, Press::Do(Power::Restart)).ends_with("@supervisor: reboot\n"));
    assert_eq!(session.lines(&["\x1b", "", "x"]), "", "it is being done");
    assert!(session.line("REPLY:error: busy").contains(",That was not possible\n"));
    session.line("REPLY:lowered launcher");
    open_quick(&mut session);
    tap(&mut session, Press::Ask(Power::Off));
    assert!(tap(&mut session, Press::Do(Power::Off)).ends_with("@supervisor: shutdown\n"));
    session.line("REPLY:shutdown ok");
    assert!(session.after(LEAVING_TIMEOUT_MS).contains(",The system did not answer\n"), "but not for ever");
}

#[test]
fn what_lies_over_the_apps_goes_away_by_a_press_beside_it_and_by_escape() {
    let mut session = desk(4);
    for press in [Press::Quick, Press::OpenApps] {
        session.line("VYOMA_SYSTEM:app_launched:app-2");
        tap(&mut session, press);
        assert_ne!(session.app.screen.overlay, Overlay::None);
        session.tap(Rect::new(2, 470, 4, 4));
        assert_eq!(session.app.screen.overlay, Overlay::None);
        tap(&mut session, press);
        session.line("\x1b");
        assert_eq!(session.app.screen.overlay, Overlay::None);
    }
}

#[test]
fn open_apps_are_raised_and_ended() {
    let mut session = desk(6);
    session.lines(&["VYOMA_SYSTEM:app_launched:app-2", "VYOMA_SYSTEM:app_launched:app-4"]);
    // Their last pictures are shown where their buttons begin.
    let asked = tap(&mut session, Press::OpenApps);
    let [first, second] = [2, 4].map(|app| place(&session, Press::Open(app)).expect("a button").inset(8));
    let at = |area: Rect| format!("{},{},128,80", area.x(), area.y());
    let wanted = format!("@supervisor: previews app-2 {}|app-4 {}\n", at(first), at(second));
    assert!(asked.ends_with(&["@supervisor: raise launcher\n", &wanted].concat()), "{asked}");
    session.lines(&["REPLY:raised launcher", "REPLY:previews ok"]);
    assert!(tap(&mut session, Press::End(4)).ends_with("@supervisor: kill app-4\n"));
    let fewer = session.line("REPLY:killed app-4");
    assert!(fewer.contains("@supervisor: previews app-2 ") && !fewer.contains("app-4"), "{fewer}");
    session.line("REPLY:previews ok");
    assert_eq!(session.app.screen.running(), [2]);
    let raised = tap(&mut session, Press::Open(2));
    assert!(
        raised.ends_with("@supervisor: raise app-2\n@supervisor: lower launcher\n@supervisor: previews\n"),
        "{raised}"
    );
}

#[test]
fn pictures_of_open_apps_are_asked_for_again_where_they_lie_elsewhere() {
    let mut session = desk(6);
    session.line("VYOMA_SYSTEM:app_launched:app-2");
    tap(&mut session, Press::OpenApps);
    session.lines(&["REPLY:raised launcher", "REPLY:previews ok"]);
    assert!(!session.line("VYOMA_SYSTEM:app_launched:app-9").contains("previews"), "one that is not listed");
    let resized = session.line("VYOMA_SYSTEM:resize:1280,800");
    let button = place(&session, Press::Open(2)).expect("a button").inset(8);
    let wanted = |x: i32| format!("previews app-2 {x},{},128,80\n", button.y());
    assert!(resized.contains(&wanted(button.x())), "{resized}");
    session.line("REPLY:previews ok");
    let mirrored = session.line("VYOMA_SYSTEM:locale:ar");
    let button = place(&session, Press::Open(2)).expect("a button").inset(8);
    assert!(mirrored.contains(&wanted(button.right() - 128)), "{mirrored}");
}

#[test]
fn apps_used_last_come_first() {
    let mut session = desk(6);
    for place in [1, 3, 1] {
        tap(&mut session, Press::App(place));
        session.line(&format!("REPLY:launched app-{place}"));
        session.line(&format!("VYOMA_SYSTEM:app_exited:app-{place}"));
    }
    session.line("VYOMA_SYSTEM:app_launched:app-5");
    assert_eq!(session.app.screen.recent(), [1, 3, 5]);
    session.line("VYOMA_SYSTEM:resize:1280,800");
    tap(&mut session, Press::Recent(3));
    assert_eq!(session.app.screen.recent(), [3, 1, 5]);
}

#[test]
fn views_in_every_look_are_sound() {
    let states: [&[&str]; 5] = [&[], &["s"], &["q", "q"], &["touch"], &["quick"]];
    each_look(|(w, h), look| {
        for profile in ["kiosk", "desktop"] {
            for keys in states {
                let mut session = shell(profile, 30);
                session.app.system.look = look;
                session.line(&format!("VYOMA_SYSTEM:resize:{w},{h}"));
                session.line("VYOMA_SYSTEM:app_launched:app-2");
                match keys {
                    ["touch"] => session.app.screen.is_pad_open = profile == "desktop",
                    ["quick"] if profile == "desktop" => session.app.screen.overlay = Overlay::Quick,
                    ["quick"] => {}
                    keys => drop(session.lines(keys)),
                }
                let wrong = faults(&session.app.seen().expect("a canvas"));
                assert!(wrong.is_empty(), "{profile} {keys:?} at {w}x{h} in {look:?}: {wrong:#?}");
            }
        }
    });
}

/// What the system, people and fingers may do, in no order.
const ANYTHING: [&str; 34] = [
    "REPLY:[]",
    "REPLY:pong",
    r#"REPLY:[{"name":"a"},{"name":"b","running":true},{"name":"c","category":"x"},{"name":"d","category":"y"}]"#,
    "REPLY:error: no",
    "REPLY:launched a",
    "REPLY:raised b",
    "REPLY:locale ar",
    "REPLY:theme light",
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
    "\x1b[5~",
    "\x1b[6~",
    "a",
    "VYOMA_INPUT:touch:down:0,400,200",
    "VYOMA_INPUT:touch:move:0,90,200",
    "VYOMA_INPUT:touch:up:0,90,200",
    "VYOMA_INPUT:touch:cancel:0,1,1",
    "VYOMA_INPUT:mouse:down:770,24",
    "VYOMA_INPUT:mouse:up:770,24",
    "VYOMA_INPUT:mouse:move:2147483647,-2147483648",
    "VYOMA_INPUT:mouse:wheel:1,1:0,1",
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
    let mut session = Session::new(Stage::new(Launcher::default()), 0);
    for _ in 0..6_000 {
        let pick = next(&mut seed);
        session.line(if pick.is_multiple_of(20) { sizes[pick % 3] } else { ANYTHING[pick % ANYTHING.len()] });
        if pick.is_multiple_of(7) {
            session.after(u64::from(seed >> 20));
        }
        assert!(!session.app.system.is_done, "nothing ends the launcher");
    }
}

#[test]
fn drawing_what_changed_is_the_same_as_drawing_all() {
    let mut seed = 7;
    let mut session = Session::new(Stage::new(Launcher::default()), 1_795_246_936_250);
    let mut picture = Picture::new(800, 480);
    picture.draw(&session.line("VYOMA_SYSTEM:screen:800,480"));
    picture.draw(&session.line(&catalog(13)));
    for _ in 0..200 {
        let line = ANYTHING[next(&mut seed) % ANYTHING.len()];
        picture.draw(&session.line(line));
        session.app.forget();
        let mut whole = Picture::new(800, 480);
        whole.draw(&session.after(0));
        let difference = picture.difference(&whole);
        assert!(difference.is_empty(), "{difference:?} after {line:?}");
    }
}

#[test]
fn words_are_in_every_language() {
    for language in Language::ALL {
        let mut session = desk(4);
        session.app.system.look = Look { language, ..Look::default() };
        let lines = session.line("VYOMA_INPUT:mouse:leave");
        let hint = ["Search apps", "Apps suchen", "ऐप खोजें", "ابحث عن تطبيق"];
        assert!(lines.contains(language.of_text(&hint)) || language == Language::English, "{lines}");
    }
}
