//! Pictures of windows inside another one, to the pixel, through the real compositor.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the bench is a module of each test")]

mod bench;

use bench::{App, Bench, Picture, settings, spec};
use control_protocol::compositor::ToCompositor;
use control_protocol::{AppId, PixelSize, Preview};
use manifest::Policy;
use surface_protocol::Opacity;

const PAPER: u32 = 0xff10_1418;
const RED: u32 = 0xffc0_2040;
const BLUE: u32 = 0xff20_40c0;

/// A launcher in front of an app of the same size, red above and blue below.
fn two(bench: &mut Bench) -> (App, App) {
    let home = bench::WindowSpec { home: true, ..spec(1, 400, 300) };
    let home = bench.add_focused(home, PAPER);
    let mut app = bench.add_app(spec(2, 400, 300));
    paint(&mut app, RED);
    (home, app)
}

fn paint(app: &mut App, above: u32) {
    app.paint(Opacity::Opaque, |_, y| if y < 150 { above } else { BLUE });
}

fn ask(bench: &mut Bench, previews: &[(u32, i32, i32, u32, u32)]) -> Picture {
    let preview = |&(of, x, y, w, h)| Preview { of: AppId(of), x, y, size: PixelSize { w, h } };
    let previews = previews.iter().map(preview).collect();
    bench.send(&ToCompositor::Previews { id: AppId(1), previews });
    bench.settle();
    bench.screenshot()
}

/// The columns and rows of a colour: left, top, right, bottom.
fn span(picture: &Picture, color: u32) -> Option<(u32, u32, u32, u32)> {
    let all = (0..picture.h).flat_map(|y| (0..picture.w).map(move |x| (x, y)));
    let of = all.filter(|(x, y)| picture.at(*x, *y) == color);
    of.fold(None, |span, (x, y)| {
        let (l, t, r, b) = span.unwrap_or((x, y, x, y));
        Some((l.min(x), t.min(y), r.max(x + 1), b.max(y + 1)))
    })
}

#[test]
fn previews_show_the_last_picture_in_proportion_and_follow_it() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 400, 300);
    let (_home, mut app) = two(&mut bench);
    let plain = bench.screenshot();
    let shown = ask(&mut bench, &[(2, 20, 30, 200, 90), (9, 0, 200, 100, 100)]);
    shown.save("previews");
    // 4:3 in 200x90 are 120x90 in the middle; an app that is not there has no picture.
    assert_eq!(span(&shown, RED), Some((60, 30, 180, 75)));
    assert_eq!(span(&shown, BLUE), Some((60, 75, 180, 120)));
    assert_eq!(shown.differs(&plain), 120 * 90);
    paint(&mut app, PAPER);
    bench.settle();
    let later = bench.screenshot();
    assert_eq!((span(&later, RED), span(&later, BLUE)), (None, Some((60, 75, 180, 120))));
    // Each list is all there is; an empty one is the window as its app drew it.
    assert_eq!(span(&ask(&mut bench, &[(2, 300, 0, 80, 60)]), BLUE), Some((300, 30, 380, 60)));
    assert_eq!(ask(&mut bench, &[]).differs(&plain), 0);
}

#[test]
fn previews_leave_with_their_window_and_with_their_app() {
    let mut bench = Bench::with_screen(settings(Policy::Kiosk), 400, 300);
    let (mut home, app) = two(&mut bench);
    let plain = bench.screenshot();
    let shown = ask(&mut bench, &[(2, 0, 0, 100, 75)]);
    bench.send(&ToCompositor::Raise(AppId(2)));
    bench.wait_focus(2);
    assert_eq!(bench.screenshot().at(399, 299), BLUE);
    // Behind another app they change nothing; in front they are there again.
    bench.send(&ToCompositor::Home);
    bench.wait_focus(1);
    assert_eq!(bench.screenshot().differs(&shown), 0);
    bench.send(&ToCompositor::WindowRemoved(app.spec.id));
    bench.settle();
    assert_eq!(bench.screenshot().differs(&plain), 0);
    // One that is started again under the same number shows nothing until the launcher, too, asks again.
    let mut app = bench.add_app(spec(2, 400, 300));
    paint(&mut app, RED);
    bench.settle();
    ask(&mut bench, &[(2, 0, 0, 100, 75)]);
    home = bench.add_app(bench::WindowSpec { generation: 2, ..home.spec.clone() });
    bench.settle();
    assert_eq!(bench.screenshot().differs(&plain), 0);
    home.fill(PAPER);
    bench.settle();
    assert_eq!(bench.screenshot().differs(&plain), 0);
}

#[test]
fn previews_beyond_every_bound_are_cut_and_harm_nobody() {
    let mut bench = Bench::with_screen(settings(Policy::Desktop), 400, 300);
    let mut app = bench.add_app(spec(2, 100, 75));
    app.fill(RED);
    let place = bench::WindowSpec { position: Some((50, 100)), ..spec(1, 200, 150) };
    let _asking = bench.add_focused(place, PAPER);
    bench.send(&ToCompositor::Lower(AppId(2)));
    bench.settle();
    let without = ask(&mut bench, &[]);
    let shown = ask(&mut bench, &[(2, -16_384, -16_384, 32_768, 32_768)]);
    // All of the window that asked, and no pixel beside it.
    let outside = |p: &Picture| {
        let mut p = p.clone();
        (100..250).for_each(|y| p.pixels[y * 400 + 50..y * 400 + 250].fill(0));
        p
    };
    assert_eq!(shown.at(150, 175), RED);
    assert_eq!(outside(&shown).differs(&outside(&without)), 0);
    let far = [(2, i32::MIN, i32::MAX, u32::MAX, u32::MAX), (2, i32::MAX, 0, 1, 1), (2, 0, 0, u32::MAX, 1)];
    assert_eq!(ask(&mut bench, &far).differs(&without), 0);
    // The seventeenth is one too many.
    let many: Vec<_> = (0..17).map(|n| (2, if n == 16 { 0 } else { 500 }, 0, 100, 75)).collect();
    assert_eq!(ask(&mut bench, &many).differs(&without), 0);
    assert_eq!(ask(&mut bench, &many[1..]).at(51, 101), RED);
}
