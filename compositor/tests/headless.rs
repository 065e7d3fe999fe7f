//! The real compositor on a headless screen, driven by a supervisor and app-hosts that a test plays.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the bench is a module of each test")]

mod bench;

use bench::{Bench, settings, spec};
use control_protocol::compositor::{FromCompositor, Settings, SystemPage, ToCompositor, WindowPhase};
use control_protocol::host::Jail;
use control_protocol::{AppId, Facts, InjectedInput, Level, Theme, Token};
use manifest::Policy;
use paint::Point;
use surface_protocol::{Button, Edge, InputEvent, KeyState, Opacity, ToApp, TouchPhase};
use sys::process::Ended;

const RED: u32 = 0xffc0_2040;
const BLUE: u32 = 0xff20_40c0;

fn launcher(bench: &mut Bench) -> bench::App {
    let mut s = spec(1, bench.size.w, bench.size.h);
    s.home = true;
    s.z = 0;
    let mut app = bench.add_app(s);
    app.fill(BLUE);
    bench.wait_shown(1);
    app
}

#[test]
fn start_without_windows_shows_the_splash() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 1280, 800);
    bench.wait_first_frame();
    let picture = bench.screenshot();
    picture.save("splash");
    assert_eq!(picture.at(0, 0), 0xff0b_1020);
    assert_eq!(picture.at(1279, 799), 0xff13_1b38);
    let lit = picture.pixels.iter().filter(|p| **p == 0xffff_b454).count();
    assert!(lit > 300, "the mark's light has {lit} pixels");
}

#[test]
fn jail_is_closed_before_the_first_screen_comes() {
    let mut bench = Bench::start();
    bench.settle();
    let pid = bench.child.pid();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let of = |field: &str| status.lines().find_map(|l| l.strip_prefix(field)).map(str::trim).unwrap();
    assert_eq!([of("Seccomp:"), of("NoNewPrivs:"), of("Threads:")], ["2", "1", "1"]);
    for set in ["CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"] {
        assert_eq!(of(set), "0000000000000000", "{set}");
    }
    if bench.jail == Jail::WithoutNamespaces {
        return;
    }
    for namespace in ["user", "mnt", "pid", "net", "ipc", "uts"] {
        let of = |who: &str| std::fs::read_link(format!("/proc/{who}/ns/{namespace}")).unwrap();
        assert_ne!(of(&pid.to_string()), of("self"), "{namespace}");
    }
    let root = format!("/proc/{pid}/root/");
    assert_eq!(std::fs::read_dir(&root).unwrap().count(), 0, "the root is empty");
    assert!(std::fs::write(format!("{root}x"), "").is_err(), "nobody writes to it");
}

#[test]
fn start_without_the_first_message_ends_at_once() {
    let bench = Bench::start_with(|_| ToCompositor::Ping(Token(1)));
    let ended = bench.ended();
    assert_eq!(ended, Ended::Code(1));
}

#[test]
fn commit_opaque_frame_is_on_the_screen_to_the_pixel() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let mut app = bench.add_app(spec(7, 640, 400));
    app.paint(Opacity::Opaque, |x, y| 0xff00_0000 | x << 8 | y);
    bench.wait_shown(7);
    let picture = bench.screenshot();
    for (x, y) in [(0, 0), (639, 399), (17, 230)] {
        assert_eq!(picture.at(x, y), 0xff00_0000 | x << 8 | y);
    }
    app.wait("focus", |m| (*m == ToApp::Focused(true)).then_some(()));
    app.wait("the frame", |m| matches!(m, ToApp::Shown { serial: 1, .. }).then_some(()));
    for i in 0..20 {
        app.fill(0xff00_0000 | i);
    }
    bench.settle();
}

#[test]
fn commit_smaller_canvas_is_magnified_and_letter_boxed() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let mut app = bench.add_app(spec(7, 200, 120));
    app.paint(Opacity::Opaque, |x, y| 0xff00_0000 | x << 8 | y);
    bench.wait_shown(7);
    let picture = bench.screenshot();
    // Three times, with 20 pixels left and right and above and below.
    assert_eq!(picture.at(20, 20), 0xff00_0000);
    assert_eq!(picture.at(619, 379), 0xff00_0000 | 199 << 8 | 119);
    assert_eq!(picture.at(25, 22), 0xff00_0100);
    assert_eq!(picture.at(0, 0), 0xff0b_1020);
}

#[test]
fn commit_larger_canvas_is_averaged_down() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 400, 300);
    let mut app = bench.add_app(spec(7, 800, 600));
    app.paint(Opacity::Opaque, |x, _| if x % 2 == 0 { 0xff00_0000 } else { 0xffff_ffff });
    bench.wait_shown(7);
    assert_eq!(bench.screenshot().at(200, 150), 0xff80_8080);
}

#[test]
fn starting_app_leaves_the_launcher_until_it_draws_and_ends_in_it() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let mut home = launcher(&mut bench);
    let mut app = bench.add_app(spec(2, 640, 400));
    bench.send(&ToCompositor::Raise(AppId(2)));
    bench.settle();
    assert_eq!(bench.screenshot().at(9, 9), BLUE);
    app.fill(RED);
    bench.wait_shown(2);
    bench.wait_focus(2);
    assert_eq!(bench.screenshot().at(9, 9), RED);
    home.wait("being hidden", |m| (*m == ToApp::Visible(false)).then_some(()));
    bench.send(&ToCompositor::WindowRemoved(AppId(2)));
    bench.wait_focus(1);
    assert_eq!(bench.screenshot().at(9, 9), BLUE);
}

#[test]
fn inject_pointer_keys_and_touch_reach_the_window_in_canvas_pixels() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let mut app = bench.add_app(spec(7, 200, 120));
    app.fill(RED);
    bench.wait_shown(7);
    bench.inject(InjectedInput::Move { x: 23, y: 320 });
    assert_eq!(app.input(), InputEvent::Pointer(Edge::Enter));
    assert_eq!(app.input(), InputEvent::Move(Point::new(1, 100)));
    bench.inject(InjectedInput::Button { button: 0, pressed: true });
    bench.inject(InjectedInput::Move { x: 0, y: 0 });
    bench.inject(InjectedInput::Button { button: 0, pressed: false });
    let at = Point::new(1, 100);
    assert_eq!(app.input(), InputEvent::Button { at, button: Button::Left, pressed: true });
    let at = Point::new(-7, -7);
    assert_eq!(app.input(), InputEvent::Move(at));
    assert_eq!(app.input(), InputEvent::Button { at, button: Button::Left, pressed: false });
    assert_eq!(app.input(), InputEvent::Pointer(Edge::Leave));
    for (code, pressed) in [(42, true), (30, true), (30, false), (42, false)] {
        bench.inject(InjectedInput::Key { code, pressed });
    }
    assert!(matches!(app.input(), InputEvent::Key { code: 42, line: None, .. }));
    let InputEvent::Key { state: KeyState::Down, line: Some(line), .. } = app.input() else {
        panic!("a key")
    };
    assert_eq!(line.as_str(), "A");
    assert!(matches!(app.input(), InputEvent::Key { state: KeyState::Up, code: 30, line: None, .. }));
    assert!(matches!(app.input(), InputEvent::Key { state: KeyState::Up, code: 42, .. }));
    bench.inject(InjectedInput::Text("é".into()));
    assert!(matches!(app.input(), InputEvent::Key { line: Some(l), .. } if l.as_str() == "é"));
    app.input();
    for (phase, x) in [(0, 50), (2, 0)] {
        bench.inject(InjectedInput::Touch { phase, id: 3, x, y: 80 });
    }
    let at = Point::new(10, 20);
    assert_eq!(app.input(), InputEvent::Touch { phase: TouchPhase::Down, id: 0, at });
    assert_eq!(app.input(), InputEvent::Touch { phase: TouchPhase::Up, id: 0, at });
    assert_eq!(app.input(), InputEvent::Tap(at));
}

#[test]
fn home_key_shows_the_launcher_and_no_app_sees_it() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let _home = launcher(&mut bench);
    let mut app = bench.add_app(spec(2, 640, 400));
    bench.send(&ToCompositor::Raise(AppId(2)));
    app.fill(RED);
    bench.wait_focus(2);
    for pressed in [true, false] {
        bench.inject(InjectedInput::Key { code: 125, pressed });
    }
    bench.wait_focus(1);
    assert_eq!(bench.screenshot().at(5, 5), BLUE);
    bench.send(&ToCompositor::Raise(AppId(2)));
    bench.inject(InjectedInput::Text("x".into()));
    assert!(matches!(app.input(), InputEvent::Key { line: Some(l), .. } if l.as_str() == "x"));
}

#[test]
fn kill_compositor_the_same_picture_comes_back() {
    let mut bench = Bench::with_screen(settings(Policy::Desktop), 800, 480);
    let mut home = launcher(&mut bench);
    let mut app = bench.add_app(spec(2, 300, 200));
    bench.send(&ToCompositor::Raise(AppId(2)));
    app.paint(Opacity::Translucent, |x, _| if x < 150 { 0xff10_2030 } else { 0x8040_0020 });
    bench.wait_shown(2);
    home.fill(BLUE ^ 0x3f);
    bench.settle();
    let before = bench.screenshot();
    let mut apps = [home, app];
    bench.crash_and_return(settings(Policy::Desktop), &mut apps, 2);
    let after = bench.screenshot();
    assert_eq!(before.differs(&after), 0);
}

#[test]
fn restarting_app_keeps_its_picture_under_a_banner_until_it_draws() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 800, 480);
    let mut app = bench.add_app(spec(7, 800, 480));
    app.fill(RED);
    bench.wait_shown(7);
    let before = bench.screenshot();
    bench.send(&ToCompositor::WindowPhase { id: AppId(7), phase: WindowPhase::Restarting { in_ms: 500 } });
    let mut s = spec(7, 800, 480);
    s.generation = 2;
    let mut again = bench.add_app(s);
    drop(app);
    bench.settle();
    let during = bench.screenshot();
    during.save("banner");
    assert_eq!(during.at(400, 100), RED);
    assert!((1000..40_000).contains(&before.differs(&during)));
    again.fill(BLUE);
    bench.wait_shown(7);
    assert_eq!(bench.screenshot().pixels.iter().filter(|p| **p != BLUE).count(), 0);
}

#[test]
fn surface_message_that_is_none_is_a_protocol_error_and_the_picture_stays() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let mut app = bench.add_app(spec(7, 640, 400));
    app.fill(RED);
    bench.wait_shown(7);
    app.send_raw(&[9; 192]);
    bench.wait("an error", |m| matches!(m, FromCompositor::ProtocolError { id: AppId(7), .. }).then_some(()));
    assert_eq!(bench.screenshot().at(1, 1), RED);
    let mut thief = bench.add_app(spec(8, 640, 400));
    thief.fill(BLUE);
    bench.settle();
    let slot = surface_protocol::SlotId::ALL[0];
    thief.commit(slot, Opacity::Opaque);
    bench.wait("an error", |m| matches!(m, FromCompositor::ProtocolError { id: AppId(8), .. }).then_some(()));
}

#[test]
fn frames_that_change_nothing_are_shown_at_the_pace_of_a_screen() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let mut app = bench.add_app(spec(7, 640, 400));
    app.fill(RED);
    bench.wait_shown(7);
    let shown: Vec<u64> = (2..12)
        .map(|serial| {
            app.commit_unchanged();
            app.wait("the frame", |m| match m {
                ToApp::Shown { serial: s, shown_ns } if *s == serial => Some(*shown_ns),
                _ => None,
            })
        })
        .collect();
    let closest = shown.windows(2).map(|two| two[1] - two[0]).min().unwrap();
    assert!(closest >= 16_000_000, "{closest} ns between two frames");
}

#[test]
fn app_host_that_says_more_than_a_screen_could_show_breaks_the_protocol() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let mut s = spec(7, 640, 400);
    s.generation = 2;
    let mut app = bench.add_app(s);
    app.fill(RED);
    bench.wait_shown(7);
    // For memory that is no more: each is answered, and none waits for a screen.
    app.spec.generation = 1;
    let message = app.message(surface_protocol::SlotId::ALL[0], Opacity::Opaque, paint::Region::default());
    app.flood(&message);
    let why = bench.wait("an error", |m| match m {
        FromCompositor::ProtocolError { id: AppId(7), why } => Some(why.clone()),
        _ => None,
    });
    assert_eq!(why, "said more than 2000 things within a second");
    assert_eq!(bench.screenshot().at(1, 1), RED);
}

#[test]
fn app_that_never_reads_is_said_to_be_unresponsive() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let mut app = bench.add_app(spec(7, 640, 400));
    app.fill(RED);
    bench.wait_shown(7);
    for _ in 0..4 {
        bench.inject(InjectedInput::Text("x".repeat(400)));
        bench.settle();
    }
    let said = bench.seen.contains(&FromCompositor::Unresponsive(AppId(7)));
    if !said {
        bench.wait("word of it", |m| (*m == FromCompositor::Unresponsive(AppId(7))).then_some(()));
    }
}

/// QR codes' finder patterns: places where dark and light alternate as 1:1:3:1:1 both ways.
fn finders(picture: &bench::Picture) -> usize {
    let dark = |x: u32, y: u32| x < picture.w && y < picture.h && picture.at(x, y) == 0xff0b_1020;
    let light = |x: u32, y: u32| x < picture.w && y < picture.h && picture.at(x, y) == 0xffff_ffff;
    let is = |x: u32, y: u32, n: u32| {
        let wanted = |i: u32| i == 0 || i == 6 || (2..5).contains(&i);
        (0..7).all(|i| {
            let (across, down) = (x + i * n + n / 2, y + i * n + n / 2);
            let (x, y) = (x + 3 * n + n / 2, y + 3 * n + n / 2);
            let right = |x, y| if wanted(i) { dark(x, y) } else { light(x, y) };
            right(across, y) && right(x, down)
        })
    };
    let sizes = |n: u32| {
        let places = (1..picture.h).flat_map(|y| (1..picture.w).map(move |x| (x, y)));
        places
            .filter(|(x, y)| dark(*x, *y) && light(*x - 1, *y) && light(*x, *y - 1) && is(*x, *y, n))
            .count()
    };
    (2..8).map(sizes).max().unwrap()
}

#[test]
fn pages_toasts_and_title_bars_are_drawn() {
    let mut bench = Bench::with_screen(settings(Policy::Desktop), 1280, 800);
    let _home = launcher(&mut bench);
    for (id, x, y) in [(2, 200, 150), (3, 420, 260)] {
        let mut s = spec(id, 480, 320);
        s.position = Some((x, y));
        s.title = if id == 2 { "Clock".into() } else { "Paint — a rather long title of a window".into() };
        let mut app = bench.add_app(s);
        bench.send(&ToCompositor::Raise(AppId(id)));
        app.fill(0xff15_1c30);
        bench.wait_shown(id);
    }
    bench.inject(InjectedInput::Move { x: 500, y: 400 });
    let (title, text) = ("Clock updated".into(), "Version 1.2 is running now; nothing else changed.".into());
    bench.send(&ToCompositor::Notice { title, text });
    bench.settle();
    let picture = bench.screenshot();
    picture.save("desktop");
    let bar = picture.at(600, 240);
    assert_eq!(bar, 0xff15_1c30, "the title bar's surface");
    for (w, h, theme) in [(1280, 800, Theme::Dark), (800, 480, Theme::Light), (1080, 1920, Theme::Light)] {
        let mut bench = Bench::with_screen(Settings { theme, ..settings(Policy::Kiosk) }, w, h);
        bench.wait_first_frame();
        bench.send(&ToCompositor::Page(SystemPage::Diagnostic(Facts {
            wrong: "The launcher did not start.".into(),
            tried: "It is started again every 30 seconds. Nothing needs to be done.".into(),
            rows: vec![
                ("app".into(), "launcher 0.1.0".into()),
                ("exit".into(), "trap: out of bounds memory access".into()),
                ("attempts".into(), "3 of 8".into()),
                ("network".into(), "10.0.2.15".into()),
            ],
        })));
        bench.settle();
        let picture = bench.screenshot();
        picture.save(&format!("diagnostic-{w}x{h}"));
        // The three large squares that cameras look for: seven modules, a light ring, three modules.
        assert_eq!(finders(&picture), 3, "{w}x{h}");
        let (title, text) = ("Paint".into(), "was saved to /data/paint/sheet.png".into());
        bench.send(&ToCompositor::Notice { title, text });
        bench.settle();
        bench.screenshot().save(&format!("toast-{w}x{h}"));
        bench.send(&ToCompositor::Page(SystemPage::PoweringOff));
        bench.settle();
        bench.screenshot().save(&format!("farewell-{w}x{h}"));
    }
}

#[test]
fn first_frame_that_nobody_saw_is_told_when_it_is_seen() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 64, 64);
    bench.wait_first_frame();
    bench.send(&ToCompositor::Page(SystemPage::PoweringOff));
    let mut app = bench.add_app(spec(1, 64, 64));
    app.fill(0xff15_1c30);
    // Let go behind the page: the app may draw again.
    app.wait("the frame", |m| matches!(m, ToApp::Shown { serial: 1, .. }).then_some(()));
    bench.settle();
    assert!(!bench.seen.contains(&FromCompositor::WindowShown(AppId(1))));
    bench.send(&ToCompositor::Page(SystemPage::None));
    bench.wait_shown(1);
}

#[test]
fn layout_that_is_not_there_is_logged_and_the_old_one_stays() {
    let mut s = settings(Policy::Kiosk);
    s.layout = "tlh".into();
    let mut bench = Bench::with_screen(s, 64, 64);
    bench.settle();
    assert!(bench.seen.iter().any(|m| matches!(m, FromCompositor::Log(Level::Warn, l) if l.contains("tlh"))));
}

#[test]
fn resizable_window_is_asked_to_fill_and_keeps_its_picture_until_it_does() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let mut s = spec(7, 320, 200);
    s.resizable = true;
    let mut app = bench.add_app(s);
    app.fill(RED);
    let asked = bench.wait("a size", |m| match m {
        FromCompositor::ResizeRequested { id: AppId(7), size } => Some(*size),
        _ => None,
    });
    assert_eq!((asked.w, asked.h), (640, 400));
    bench.wait_shown(7);
    app.resize(&bench, 640, 400);
    bench.settle();
    assert_eq!(bench.screenshot().at(10, 10), RED);
    app.paint(Opacity::Opaque, |x, _| 0xff00_0000 | x);
    app.wait("the frame", |m| matches!(m, ToApp::Shown { serial: 2, .. }).then_some(()));
    assert_eq!(bench.screenshot().at(639, 0), 0xff00_0000 | 639);
    app.spec.generation = 9;
    app.paint(Opacity::Opaque, |_, _| RED);
    bench.wait("an error", |m| matches!(m, FromCompositor::ProtocolError { id: AppId(7), .. }).then_some(()));
}

#[test]
fn rotated_screen_lays_out_upright() {
    let mut s = settings(Policy::Kiosk);
    s.rotation = 90;
    let mut bench = Bench::with_screen(s, 640, 400);
    assert_eq!((bench.size.w, bench.size.h), (400, 640));
    let mut app = bench.add_app(spec(7, 400, 640));
    app.paint(Opacity::Opaque, |x, y| 0xff00_0000 | x << 10 | y);
    bench.wait_shown(7);
    assert_eq!(bench.screenshot().at(399, 639), 0xff00_0000 | 399 << 10 | 639);
}

#[test]
fn wallpaper_picture_lies_behind_windows_and_fills_another_screen_in_proportion() {
    let mut bench = Bench::with_screen(settings(Policy::Desktop), 400, 300);
    let mut s = spec(7, 100, 80);
    s.position = Some((40, 60));
    let mut app = bench.add_app(s);
    app.fill(RED);
    bench.wait_shown(7);
    let hang = |bench: &Bench, w: u32, h: u32| {
        let memory = sys::create_surface_memory("wallpaper", (w * h * 4) as usize).unwrap();
        let pixels: Vec<u32> = (0..w * h).map(|i| 0xff00_0000 | ((i % w) << 8) | (i / w)).collect();
        sys::WriteMapping::new(&memory, pixels.len()).unwrap().write(0, &pixels);
        let message = ToCompositor::WallpaperPicture(control_protocol::PixelSize { w, h });
        bench.send_with(&message, &[std::os::fd::AsFd::as_fd(&memory)]);
    };
    hang(&bench, 400, 300);
    let picture = bench.screenshot();
    assert_eq!((picture.at(0, 299), picture.at(399, 0)), (0xff00_0000 | 299, 0xff00_0000 | 399 << 8));
    assert_eq!(picture.at(120, 70), RED);
    // Half as large and wider: the middle of it, every pixel twice.
    hang(&bench, 240, 150);
    let picture = bench.screenshot();
    assert_eq!(picture.at(0, 299), 0xff00_0000 | 20 << 8 | 149);
    assert_eq!(picture.at(399, 0), 0xff00_0000 | 219 << 8);
    // One that lies about its size changes nothing.
    let memory = sys::create_surface_memory("wallpaper", 400).unwrap();
    let message = ToCompositor::WallpaperPicture(control_protocol::PixelSize { w: 400, h: 300 });
    bench.send_with(&message, &[std::os::fd::AsFd::as_fd(&memory)]);
    bench.wait("word of it", |m| matches!(m, FromCompositor::Log(Level::Error, _)).then_some(()));
    assert_eq!(bench.screenshot().differs(&picture), 0);
}

#[test]
fn last_frame_of_an_app_that_is_no_more_outlives_the_compositor() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let mut app = bench.add_app(spec(7, 640, 400));
    app.paint(Opacity::Opaque, |x, y| 0xff00_0000 | x << 8 | y);
    bench.wait_shown(7);
    app.hang_up();
    let frame = bench.wait("its last frame", |m| match m {
        FromCompositor::LastFrame { id: AppId(7), frame } => Some(*frame),
        _ => None,
    });
    let before = bench.screenshot();
    bench.crash_and_return_dead(settings(Policy::Kiosk), &mut app, frame);
    assert_eq!(bench.screenshot().differs(&before), 0);
}
