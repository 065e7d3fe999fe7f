//! Darkness and the lock: what is seen, and who hears of input meanwhile.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]
#![expect(unreachable_pub, reason = "the bench is a module of each test")]
#![expect(dead_code, reason = "the bench has more than these tests need")]

mod bench;

use bench::{Bench, settings, spec};
use control_protocol::compositor::{Curtain, FromCompositor, LockView, Settings, ToCompositor};
use control_protocol::{InjectedInput, Theme};
use manifest::Policy;
use surface_protocol::{InputEvent, KeyState, ToApp, TouchPhase};

const RED: u32 = 0xffc0_2040;

fn app(bench: &mut Bench, w: u32, h: u32) -> bench::App {
    let mut app = bench.add_app(spec(7, w, h));
    app.fill(RED);
    bench.wait_shown(7);
    bench.wait_focus(7);
    app
}

fn key(bench: &Bench, code: u16) {
    for pressed in [true, false] {
        bench.inject(InjectedInput::Key { code, pressed });
    }
}

fn tap(bench: &Bench, x: i32, y: i32) {
    for phase in [0, 2] {
        bench.inject(InjectedInput::Touch { phase, id: 1, x, y });
    }
}

#[test]
fn dark_curtain_hides_all_until_input_which_no_app_hears() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let mut app = app(&mut bench, 640, 400);
    bench.send(&ToCompositor::Curtain(Curtain::Dark));
    let (title, text) = ("Secret".into(), "message".into());
    bench.send(&ToCompositor::Notice { title, text });
    bench.settle();
    assert!(bench.screenshot().pixels.iter().all(|p| *p == 0xff00_0000));
    app.wait("being hidden", |m| (*m == ToApp::Visible(false)).then_some(()));
    tap(&bench, 100, 100);
    bench.wait("the end of it", |m| (*m == FromCompositor::Woke).then_some(()));
    bench.settle();
    assert_eq!(bench.screenshot().at(9, 399), RED);
    key(&bench, 30);
    assert!(matches!(app.input(), InputEvent::Key { code: 30, state: KeyState::Down, .. }));
    bench.send(&ToCompositor::Curtain(Curtain::Dim));
    bench.settle();
    let dim = bench.screenshot().at(9, 399);
    assert!(dim != RED && dim != 0xff00_0000, "{dim:08x}");
    bench.send(&ToCompositor::Curtain(Curtain::None));
    bench.settle();
    assert_eq!(bench.screenshot().at(9, 399), RED);
}

#[test]
fn brightness_takes_light_from_everything_and_never_all() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 640, 400);
    let _app = app(&mut bench, 640, 400);
    let red = |bench: &mut Bench, brightness| {
        let settings = Settings { brightness, ..settings(Policy::Kiosk) };
        bench.send(&ToCompositor::Settings(settings));
        bench.settle();
        bench.screenshot().at(9, 399) >> 16 & 0xff
    };
    let seen = [100, 50, 10, 0, 100].map(|percent| red(&mut bench, percent));
    assert_eq!(seen, [0xc0, 0x60, 0x12, 0x12, 0xc0]);
}

#[test]
fn lock_takes_touch_and_keys_and_asks_for_the_pin() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 800, 480);
    let mut app = app(&mut bench, 800, 480);
    // A finger and a key are down while it locks: their owner is told that they are gone.
    bench.inject(InjectedInput::Touch { phase: 0, id: 3, x: 5, y: 5 });
    bench.inject(InjectedInput::Key { code: 30, pressed: true });
    bench.send(&ToCompositor::Lock(Some(LockView::Asking)));
    bench.settle();
    let before = bench.screenshot();
    assert!(before.pixels.iter().all(|p| *p != RED));
    for (code, pressed) in [(30, false), (42, true), (42, false)] {
        bench.inject(InjectedInput::Key { code, pressed });
    }
    key(&bench, 3);
    key(&bench, 6);
    // 8 is below 5, in the middle of the pad.
    let eight = (800 / 2, 120 + 2 * 88 + 40);
    tap(&bench, eight.0, eight.1);
    key(&bench, 28);
    let pin = bench.wait("the PIN", |m| if let FromCompositor::Pin(p) = m { Some(p.clone()) } else { None });
    assert_eq!(pin, "258");
    bench.send(&ToCompositor::Lock(Some(LockView::Checking)));
    key(&bench, 2);
    bench.send(&ToCompositor::Lock(Some(LockView::Wrong { wait_ms: 60_000 })));
    key(&bench, 2);
    key(&bench, 28);
    bench.settle();
    assert_eq!(bench.seen.iter().filter(|m| matches!(m, FromCompositor::Pin(_))).count(), 1);
    bench.send(&ToCompositor::Lock(None));
    bench.settle();
    assert_eq!(bench.screenshot().at(400, 240), RED);
    key(&bench, 48);
    let mut heard = Vec::new();
    loop {
        match app.input() {
            InputEvent::Key { code: 48, state: KeyState::Down, .. } => break,
            event => heard.push(event),
        }
    }
    assert!(matches!(heard[0], InputEvent::Touch { phase: TouchPhase::Down, .. }), "{heard:?}");
    assert!(matches!(heard[1], InputEvent::Key { code: 30, state: KeyState::Down, .. }), "{heard:?}");
    assert!(matches!(heard[2], InputEvent::Key { code: 30, state: KeyState::Up, .. }), "{heard:?}");
    assert!(matches!(heard[3], InputEvent::Touch { phase: TouchPhase::Cancel, .. }), "{heard:?}");
    assert_eq!(heard.len(), 4, "{heard:?}");
}

#[test]
fn lock_is_drawn_in_both_themes() {
    for (w, h) in [(800, 480), (1280, 800), (1080, 1920)] {
        for theme in [Theme::Dark, Theme::Light] {
            let mut s = settings(Policy::Kiosk);
            s.theme = theme;
            let mut bench = Bench::with_screen(s, w, h);
            let _app = app(&mut bench, w, h);
            bench.send(&ToCompositor::Lock(Some(LockView::Asking)));
            bench.settle();
            let empty = bench.screenshot();
            empty.save(&format!("lock-{w}x{h}-{theme:?}"));
            key(&bench, 3);
            key(&bench, 4);
            bench.settle();
            let two = bench.screenshot();
            two.save(&format!("lock-two-{w}x{h}-{theme:?}"));
            assert!((200..20_000).contains(&empty.differs(&two)), "{}", empty.differs(&two));
            bench.send(&ToCompositor::Lock(Some(LockView::Wrong { wait_ms: 4000 })));
            bench.settle();
            bench.screenshot().save(&format!("lock-wrong-{w}x{h}-{theme:?}"));
        }
    }
}

#[test]
fn idle_is_said_once_when_nobody_is_there() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 64, 64);
    bench.send(&ToCompositor::IdleAfter { secs: 1 });
    bench.wait("it", |m| (*m == FromCompositor::Idle).then_some(()));
}
