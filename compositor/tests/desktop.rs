//! The desktop policy through the real compositor: what people drag, press and hold, and what apps hear of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the bench is a module of each test")]

mod bench;

use bench::key::{A, DOWN, ESC, LEFT, LEFT_ALT, LEFT_META, RIGHT, T, TAB};
use bench::{App, Bench, settings, spec};
use control_protocol::compositor::{FromCompositor, Settings, ToCompositor};
use control_protocol::{AppId, InjectedInput, PixelSize, Place};
use manifest::{AppName, Length, Policy, Zone};
use surface_protocol::{InputEvent, Opacity, ToApp};

const RED: u32 = 0xffc0_2040;
const BLUE: u32 = 0xff20_40c0;
const GREEN: u32 = 0xff20_c040;

fn window(bench: &mut Bench, id: u32, at: (i32, i32), size: (u32, u32), color: u32) -> App {
    let spec = bench::WindowSpec { position: Some(at), resizable: true, ..spec(id, size.0, size.1) };
    bench.add_focused(spec, color)
}

fn drag(bench: &Bench, from: (i32, i32), to: (i32, i32)) {
    bench.inject(InjectedInput::Move { x: from.0, y: from.1 });
    bench.inject(InjectedInput::Button { button: 0, pressed: true });
    bench.inject(InjectedInput::Move { x: to.0, y: to.1 });
    bench.inject(InjectedInput::Button { button: 0, pressed: false });
}

fn wanted(bench: &mut Bench, id: u32) -> PixelSize {
    bench.wait("a request for another canvas", |m| match m {
        FromCompositor::ResizeRequested { id: AppId(i), size } if *i == id => Some(*size),
        _ => None,
    })
}

fn place(bench: &mut Bench, id: u32) -> Place {
    bench.settle();
    let last = bench.seen.iter().rev().find_map(|m| match m {
        FromCompositor::Placed { id: AppId(i), place } if *i == id => Some(*place),
        _ => None,
    });
    last.unwrap()
}

fn follow(bench: &mut Bench, app: &mut App, color: u32) {
    let size = wanted(bench, app.spec.id.0);
    app.resize(bench, size.w, size.h);
    app.fill(color);
    let size = PixelSize { w: size.w, h: size.h };
    let placed = |m: &FromCompositor| matches!(m, FromCompositor::Placed { place, .. } if place.size == size);
    bench.wait("the new place", |m| placed(m).then_some(()));
}

#[test]
fn edge_dragged_by_pointer_and_corner_by_finger_resize_the_window_when_the_app_follows() {
    let mut bench = Bench::with_screen(settings(Policy::Desktop), 800, 600);
    let mut app = window(&mut bench, 7, (200, 200), (300, 200), RED);
    drag(&bench, (502, 300), (602, 320));
    follow(&mut bench, &mut app, BLUE);
    let size = PixelSize { w: 400, h: 200 };
    assert_eq!(place(&mut bench, 7), Place { x: 200, y: 200, size });
    assert_eq!(bench.screenshot().at(599, 300), BLUE);
    for (phase, x, y) in [(0, 198, 402), (1, 150, 452), (2, 150, 452)] {
        bench.inject(InjectedInput::Touch { phase, id: 0, x, y });
    }
    follow(&mut bench, &mut app, GREEN);
    let size = PixelSize { w: 448, h: 250 };
    let now = place(&mut bench, 7);
    assert_eq!((now.x + 448, now.y, now.size.h), (600, 200, size.h));
}

#[test]
fn double_click_on_the_title_bar_maximises_and_a_drag_takes_it_off_again() {
    let mut bench = Bench::with_screen(settings(Policy::Desktop), 800, 600);
    let mut app = window(&mut bench, 7, (200, 200), (300, 200), RED);
    for _ in 0..2 {
        drag(&bench, (300, 185), (300, 185));
    }
    assert_eq!(wanted(&mut bench, 7), PixelSize { w: 800, h: 572 });
    app.resize(&bench, 800, 572);
    app.fill(BLUE);
    bench.settle();
    assert_eq!(bench.screenshot().at(2, 598), BLUE);
    drag(&bench, (400, 10), (420, 300));
    assert_eq!(wanted(&mut bench, 7), PixelSize { w: 300, h: 200 });
    app.resize(&bench, 300, 200);
    app.fill(RED);
    app.wait("the third frame", |m| matches!(m, ToApp::Shown { serial: 3, .. }).then_some(()));
    let now = place(&mut bench, 7);
    // The pointer holds it by the middle of its bar, as it held the maximised one.
    assert_eq!((now.x, now.size.w), (420 - 150, 300));
    assert_eq!(now.y, 300 + 18);
}

#[test]
fn switcher_shows_while_alt_is_held_and_chooses_what_is_let_go_on() {
    let mut bench = Bench::with_screen(settings(Policy::Desktop), 800, 600);
    let mut red = window(&mut bench, 1, (20, 40), (300, 200), RED);
    let mut blue = window(&mut bench, 2, (450, 340), (300, 200), BLUE);
    let before = bench.screenshot();
    bench.key(LEFT_ALT, true);
    bench.press(&[TAB]);
    let open = bench.screenshot();
    open.save("switcher");
    let panel = |p: &bench::Picture, color: u32| {
        (200..400).flat_map(|y| (0..800).map(move |x| (x, y))).filter(|(x, y)| p.at(*x, *y) == color).count()
    };
    // Both windows' pictures are in it.
    assert!(open.differs(&before) > 20_000);
    assert!(panel(&open, RED) > 5_000 && panel(&open, BLUE) > 5_000);
    // They are live.
    red.fill(GREEN);
    bench.settle();
    assert!(panel(&bench.screenshot(), GREEN) > 5_000);
    red.fill(RED);
    // Esc leaves everything as it was.
    bench.press(&[ESC]);
    bench.key(LEFT_ALT, false);
    bench.settle();
    assert_eq!(bench.screenshot().differs(&before), 0);
    bench.press(&[LEFT_ALT, TAB]);
    bench.wait_focus(1);
    // No app heard anything but the Alt that it could not know the meaning of.
    bench.press(&[A]);
    let heard = [red.input(), blue.input()].map(|e| match e {
        InputEvent::Key { code, .. } => code,
        _ => 0,
    });
    assert!([LEFT_ALT, A].contains(&heard[0]) && heard[1] == LEFT_ALT, "{heard:?}");
}

#[test]
fn super_chords_tile_halve_and_put_away_and_never_reach_an_app() {
    let mut bench = Bench::with_screen(settings(Policy::Desktop), 800, 600);
    let mut red = window(&mut bench, 1, (20, 40), (300, 200), RED);
    let mut blue = window(&mut bench, 2, (450, 340), (300, 200), BLUE);
    bench.press(&[LEFT_META, LEFT]);
    assert_eq!(wanted(&mut bench, 2), PixelSize { w: 400, h: 572 });
    bench.press(&[LEFT_META, DOWN]);
    bench.press(&[LEFT_META, DOWN]);
    bench.wait_focus(1);
    let away = bench.screenshot();
    assert!(!away.pixels.contains(&BLUE));
    bench.press(&[LEFT_META, T]);
    assert_eq!(wanted(&mut bench, 1), PixelSize { w: 784, h: 556 });
    bench.press(&[A]);
    assert!(matches!(red.input(), InputEvent::Key { code: A, .. }));
    bench.send(&ToCompositor::Raise(AppId(2)));
    bench.wait_focus(2);
    bench.press(&[A]);
    assert!(matches!(blue.input(), InputEvent::Key { code: A, .. }));
}

#[test]
fn home_key_shows_the_launcher_over_windows_and_a_press_beside_them_does_not() {
    let mut bench = Bench::with_screen(settings(Policy::Desktop), 800, 600);
    let mut home = bench.add_app(bench::WindowSpec { home: true, z: 0, ..spec(9, 800, 600) });
    // A card; around it the wallpaper is seen.
    home.paint(Opacity::Translucent, |x, y| if x < 400 && y < 300 { GREEN } else { 0 });
    bench.wait_shown(9);
    let wallpaper = bench.screenshot();
    let mut red = window(&mut bench, 1, (100, 100), (300, 200), RED);
    let windows = bench.screenshot();
    let super_key = |bench: &mut Bench, focus: u32| {
        bench.press(&[LEFT_META]);
        bench.wait_focus(focus);
        bench.screenshot()
    };
    let shown = super_key(&mut bench, 9);
    shown.save("launcher-in-front");
    assert_eq!(shown.differs(&wallpaper), 0);
    assert_eq!(super_key(&mut bench, 1).differs(&windows), 0);
    super_key(&mut bench, 9);
    // What has a frame behind it is not seen, and another compositor shows the same.
    red.fill(BLUE);
    bench.settle();
    assert_eq!(bench.screenshot().differs(&wallpaper), 0);
    let told = bench.seen.iter().rev().find_map(|m| match m {
        FromCompositor::Stacking(stacking) => Some(stacking.home_in_front),
        _ => None,
    });
    assert_eq!(told, Some(true));
    bench.press(&[LEFT_ALT, TAB]);
    bench.wait_focus(1);
    assert_eq!(bench.screenshot().at(200, 150), BLUE);
    drag(&bench, (600, 500), (600, 500));
    bench.wait_focus(9);
    assert_eq!(bench.screenshot().at(200, 150), BLUE);
}

#[test]
fn switcher_right_after_a_half_gives_the_other_window_the_keyboard() {
    let mut bench = Bench::with_screen(settings(Policy::Desktop), 800, 600);
    let mut home = bench.add_app(bench::WindowSpec { home: true, z: 0, ..spec(9, 800, 600) });
    home.fill(GREEN);
    bench.wait_shown(9);
    let mut red = window(&mut bench, 1, (20, 40), (300, 200), RED);
    let mut blue = window(&mut bench, 2, (450, 340), (300, 200), BLUE);
    for round in 0..12 {
        let (app, color, other) = if round % 2 == 0 { (&mut blue, BLUE, 1) } else { (&mut red, RED, 2) };
        // Before, while and after the app follows.
        bench.press(&[LEFT_META, RIGHT]);
        if round % 3 == 0 {
            bench.press(&[LEFT_ALT, TAB]);
        }
        let size = wanted(&mut bench, app.spec.id.0);
        app.resize(&bench, size.w, size.h);
        if round % 3 == 1 {
            bench.press(&[LEFT_ALT, TAB]);
        }
        app.fill(color);
        bench.settle();
        if round % 3 == 2 {
            bench.press(&[LEFT_ALT, TAB]);
        }
        bench.wait_focus(other);
    }
}

#[test]
fn controls_act_when_they_are_let_go_on_and_not_beside() {
    let mut bench = Bench::with_screen(settings(Policy::Desktop), 800, 600);
    let _app = window(&mut bench, 7, (200, 200), (300, 200), RED);
    let resting = bench.screenshot();
    bench.inject(InjectedInput::Move { x: 480, y: 186 });
    bench.settle();
    let hovered = bench.screenshot();
    assert!(hovered.differs(&resting) > 40);
    drag(&bench, (480, 186), (480, 300));
    bench.settle();
    let closes = |m: &FromCompositor| *m == FromCompositor::CloseRequested(AppId(7));
    assert!(!bench.seen.iter().any(closes));
    drag(&bench, (480, 186), (481, 187));
    bench.wait("a wish to close", |m| closes(m).then_some(()));
}

#[test]
fn signage_zone_is_filled_by_its_app() {
    let zone = |name: &str, y, h, apps: &[&str]| Zone {
        name: AppName::new(name).unwrap(),
        x: Length::Pixels(0),
        y: Length::Part(y),
        w: Length::Part(10_000),
        h: Length::Part(h),
        apps: apps.iter().map(|a| AppName::new(a).unwrap()).collect(),
    };
    let zones = vec![zone("film", 0, 8_000, &[]), zone("news", 8_000, 2_000, &["ticker"])];
    let mut bench = Bench::with_screen(Settings { zones, ..settings(Policy::Signage) }, 800, 600);
    let mut film = bench.add_app(bench::WindowSpec { zone: Some(0), ..spec(1, 400, 240) });
    film.fill(RED);
    bench.wait_shown(1);
    let mut news = bench.add_app(bench::WindowSpec { zone: Some(1), ..spec(2, 800, 120) });
    news.fill(BLUE);
    bench.wait_shown(2);
    let picture = bench.screenshot();
    assert_eq!(
        [(0, 0), (799, 479), (0, 480), (799, 599)].map(|(x, y)| picture.at(x, y)),
        [RED, RED, BLUE, BLUE]
    );
    bench.send(&ToCompositor::WindowRemoved(AppId(1)));
    bench.settle();
    assert_eq!(bench.screenshot().at(400, 540), BLUE);
}
