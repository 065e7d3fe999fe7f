//! The desktop policy's windows and the switcher, and the zones of signage.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]

use paint::{Output, Point, Rect, Size};
use vyoma_scene::{
    Arrangement, Coverage, Direction, Edges, End, Hit, Part, Policy, Role, Scene, Side, Switcher, TITLE_BAR,
    What, WindowId, WindowSpec,
};

const SCREEN: (u32, u32) = (1280, 800);

fn scene(policy: Policy) -> Scene {
    Scene::new(Size::new(SCREEN.0, SCREEN.1).unwrap(), policy)
}

fn spec(id: u32, canvas: (u32, u32)) -> WindowSpec {
    WindowSpec {
        id: WindowId(id),
        z: 10,
        canvas: Size::new(canvas.0, canvas.1).unwrap(),
        position: None,
        role: Role::App,
        resizable: true,
        has_menu: false,
        zone: None,
    }
}

fn show(scene: &mut Scene, spec: WindowSpec) -> WindowId {
    scene.add(spec);
    scene.commit(spec.id, Coverage::Opaque, &[spec.canvas.rect()].into_iter().collect());
    scene.raise(spec.id);
    spec.id
}

fn content(scene: &Scene, id: WindowId) -> Rect<Output> {
    scene.placement(id).unwrap().content
}

/// The app draws the canvas that is wanted of it.
fn follow(scene: &mut Scene, id: WindowId) {
    let size = scene.wanted_canvas(id).unwrap();
    scene.set_canvas(id, size);
    scene.commit(id, Coverage::Opaque, &[size.rect()].into_iter().collect());
}

#[test]
fn resize_by_the_upper_left_corner_leaves_the_lower_right_where_it_was() {
    let mut scene = scene(Policy::Desktop);
    let id = show(&mut scene, WindowSpec { position: Some(Point::new(300, 200)), ..spec(1, (400, 300)) });
    let corner = Point::new(298, 200 - TITLE_BAR.cast_signed() - 2);
    let edges = Edges { x: Some(End::Low), y: Some(End::Low) };
    assert_eq!(scene.hit(corner), Some(Hit { id, part: Part::Edge(edges) }));
    scene.resize(id, edges, Rect::from_edges(250, 180, 700, 500));
    // Until its app has drawn the new canvas the window is as it was.
    assert_eq!(content(&scene, id), Rect::new(300, 200, 400, 300));
    assert_eq!(scene.wanted_canvas(id), Size::new(450, 320));
    follow(&mut scene, id);
    assert_eq!(content(&scene, id), Rect::from_edges(250, 180, 700, 500));
    // An app that draws in steps of its own keeps the corner too.
    scene.resize(id, edges, Rect::from_edges(200, 100, 700, 500));
    scene.set_canvas(id, Size::new(480, 390).unwrap());
    assert_eq!(content(&scene, id), Rect::from_edges(220, 110, 700, 500));
}

#[test]
fn window_that_is_not_resizable_has_no_edges() {
    let mut scene = scene(Policy::Desktop);
    let at = Some(Point::new(300, 200));
    let id = show(&mut scene, WindowSpec { position: at, resizable: false, ..spec(1, (400, 300)) });
    assert_eq!(scene.hit(Point::new(298, 300)), None);
    scene.resize(id, Edges { x: Some(End::High), y: None }, Rect::new(300, 200, 500, 300));
    assert_eq!(scene.wanted_canvas(id), Size::new(400, 300));
}

#[test]
fn maximised_window_gets_its_size_and_place_back() {
    let mut scene = scene(Policy::Desktop);
    let at = Some(Point::new(300, 200));
    let id = show(&mut scene, WindowSpec { position: at, ..spec(1, (400, 300)) });
    scene.toggle_maximised(id);
    assert_eq!(scene.wanted_canvas(id), Size::new(1280, 800 - TITLE_BAR));
    follow(&mut scene, id);
    assert_eq!(content(&scene, id), Rect::new(0, 28, 1280, 772));
    scene.toggle_full(id);
    assert_eq!(scene.wanted_canvas(id), Size::new(1280, 800));
    scene.toggle_full(id);
    scene.toggle_maximised(id);
    assert_eq!(scene.wanted_canvas(id), Size::new(400, 300));
    // A late answer to an earlier question does not make it large for good.
    scene.set_canvas(id, Size::new(1280, 772).unwrap());
    assert_eq!(scene.wanted_canvas(id), Size::new(400, 300));
    follow(&mut scene, id);
    assert_eq!(content(&scene, id), Rect::new(300, 200, 400, 300));
}

#[test]
fn canvas_that_cannot_follow_is_centred_and_scaled_by_a_whole_number() {
    let mut scene = scene(Policy::Desktop);
    let id = show(&mut scene, WindowSpec { resizable: false, ..spec(1, (400, 300)) });
    scene.toggle_half(id, Side::Right);
    assert_eq!(content(&scene, id), Rect::new(760, 264, 400, 300));
    scene.toggle_maximised(id);
    assert_eq!(content(&scene, id), Rect::new(240, 114, 800, 600));
    assert_eq!(scene.hit(Point::new(242, 116)), Some(Hit { id, part: Part::Content(Point::new(1, 1)) }));
}

#[test]
fn bar_along_an_edge_is_left_free_by_maximised_windows_and_tiles() {
    let mut scene = scene(Policy::Desktop);
    show(&mut scene, WindowSpec { z: 100, position: Some(Point::new(0, 760)), ..spec(9, (1280, 40)) });
    let id = show(&mut scene, spec(1, (400, 300)));
    scene.toggle_maximised(id);
    follow(&mut scene, id);
    assert_eq!(content(&scene, id), Rect::from_edges(0, 28, 1280, 760));
    scene.remove(WindowId(9));
    assert_eq!(scene.wanted_canvas(id), Size::new(1280, 772));
}

#[test]
fn tiles_cover_the_screen_without_overlapping_and_go_back_to_where_they_floated() {
    let mut scene = scene(Policy::Desktop);
    let ids: Vec<_> = (0..5)
        .map(|n| {
            show(
                &mut scene,
                WindowSpec {
                    position: Some(Point::new(100 + 40 * n, 100)),
                    ..spec(n.unsigned_abs(), (300, 200))
                },
            )
        })
        .collect();
    let before: Vec<_> = ids.iter().map(|id| content(&scene, *id)).collect();
    scene.set_arrangement(Arrangement::Tiled);
    ids.iter().for_each(|id| follow(&mut scene, *id));
    let tiles: Vec<_> = ids.iter().map(|id| content(&scene, *id)).collect();
    for (i, tile) in tiles.iter().enumerate() {
        assert!(Rect::new(0, 0, SCREEN.0, SCREEN.1).covers(*tile) && tile.h() > 100, "{tile:?}");
        assert!(tiles[..i].iter().all(|other| other.intersect(*tile).is_empty()), "{tiles:?}");
        assert!(scene.is_visible(ids[i]));
    }
    assert!(tiles[0].w() > tiles[1].w() && tiles[0].h() > 700, "{tiles:?}");
    scene.promote(ids[3]);
    follow(&mut scene, ids[3]);
    assert_eq!(content(&scene, ids[3]).left(), 8);
    // One that is put away leaves its share to the others.
    scene.minimise(ids[3]);
    assert_eq!(scene.wanted_canvas(ids[0]), Size::new(tiles[0].w(), tiles[0].h()));
    scene.raise(ids[3]);
    scene.set_arrangement(Arrangement::Floating);
    ids.iter().for_each(|id| follow(&mut scene, *id));
    assert_eq!(ids.iter().map(|id| content(&scene, *id)).collect::<Vec<_>>(), before);
}

#[test]
fn minimised_window_is_not_there_until_it_is_raised() {
    let mut scene = scene(Policy::Desktop);
    let at = Some(Point::new(300, 200));
    let (a, b) = (show(&mut scene, spec(1, (400, 300))), WindowSpec { position: at, ..spec(2, (400, 300)) });
    let b = show(&mut scene, b);
    scene.minimise(b);
    assert_eq!((scene.focused(), scene.is_visible(b)), (Some(a), false));
    assert_ne!(scene.hit(Point::new(310, 210)).map(|h| h.id), Some(b));
    // The switcher offers it: it was used before `a`.
    let switcher = Switcher::open(&scene, Direction::Forward).unwrap();
    assert_eq!(switcher.chosen(), Some(b));
    scene.raise(b);
    assert_eq!((scene.focused(), scene.is_visible(b)), (Some(b), true));
}

#[test]
fn new_windows_stand_apart_and_stay_where_they_are_when_the_stacking_changes() {
    let mut scene = scene(Policy::Desktop);
    let ids: Vec<_> = (1..5).map(|n| show(&mut scene, spec(n, (400, 300)))).collect();
    let places: Vec<_> = ids.iter().map(|id| content(&scene, *id)).collect();
    for (i, place) in places.iter().enumerate() {
        assert!(places[..i].iter().all(|p| p.left() != place.left() && p.top() != place.top()));
    }
    scene.raise(ids[0]);
    scene.set_size(Size::new(SCREEN.0, SCREEN.1).unwrap());
    assert_eq!(ids.iter().map(|id| content(&scene, *id)).collect::<Vec<_>>(), places);
}

#[test]
fn new_windows_go_round_before_they_reach_an_edge() {
    for canvas in [(800, 500), (1200, 300), (400, 700), (1280, 772), (640, 720)] {
        let mut scene = scene(Policy::Desktop);
        show(&mut scene, WindowSpec { z: 100, position: Some(Point::new(0, 0)), ..spec(90, (1280, 20)) });
        let room = Rect::from_edges(0, 20 + TITLE_BAR.cast_signed(), 1280, 800);
        let places: Vec<_> = (1..20)
            .map(|n| {
                let id = show(&mut scene, spec(n, canvas));
                follow(&mut scene, id);
                content(&scene, id)
            })
            .collect();
        for place in &places {
            let [x, y] = [place.right() < room.right(), place.bottom() < room.bottom()];
            assert!(room.covers(*place), "{places:?}");
            assert!((x || place.w() == room.w()) && (y || place.h() >= room.h() - 1), "{places:?}");
        }
        // Neighbours in time stand apart where there is room for it.
        let apart = |pair: &[Rect<Output>]| pair[0].origin() != pair[1].origin();
        assert!(canvas == (1280, 772) || places.windows(2).all(apart), "{places:?}");
    }
}

#[test]
fn output_that_shrinks_keeps_every_title_bar_within_reach() {
    let mut scene = scene(Policy::Desktop);
    let far = Some(Point::new(1200, 780));
    let id = show(&mut scene, WindowSpec { position: far, ..spec(1, (400, 300)) });
    scene.set_size(Size::new(640, 480).unwrap());
    let at = content(&scene, id);
    let grip = Point::new(at.left() + 10, at.top() - 10);
    assert_eq!(scene.hit(grip), Some(Hit { id, part: Part::TitleBar }));
    // And larger windows than the screen become as small as it.
    let large = show(&mut scene, spec(2, (1000, 700)));
    assert_eq!(scene.wanted_canvas(large), Size::new(640, 452));
    let stiff = show(&mut scene, WindowSpec { resizable: false, ..spec(3, (1000, 700)) });
    let shown = content(&scene, stiff);
    assert!(shown.w() <= 640 && shown.h() <= 452 && shown.w() * 700 / 1000 == shown.h(), "{shown:?}");
}

/// A launcher whose ground shows the wallpaper, and two windows over it.
fn desk(policy: Policy) -> (Scene, WindowId, [WindowId; 2]) {
    let mut scene = scene(policy);
    let home = WindowSpec { z: 0, role: Role::Home, ..spec(1, SCREEN) };
    scene.add(home);
    scene.commit(home.id, Coverage::Translucent, &[home.canvas.rect()].into_iter().collect());
    let at = Some(Point::new(100, 100));
    let apps = [2, 3].map(|n| show(&mut scene, WindowSpec { position: at, ..spec(n, (400, 300)) }));
    (scene, home.id, apps)
}

/// What can be seen of the launcher and the windows, and who has the focus.
fn seen(scene: &Scene, home: WindowId, apps: [WindowId; 2]) -> ([bool; 3], Option<WindowId>) {
    ([home, apps[0], apps[1]].map(|id| scene.is_visible(id)), scene.focused())
}

#[test]
fn home_shows_the_desktops_launcher_over_the_windows_until_one_is_turned_to() {
    let (mut scene, home, apps) = desk(Policy::Desktop);
    let before = seen(&scene, home, apps);
    assert_eq!(before, ([true; 3], Some(apps[1])));
    let front = ([true, false, false], Some(home));
    let in_front = |scene: &mut Scene| {
        scene.home();
        assert_eq!(seen(scene, home, apps), front);
        assert_eq!(scene.hit(Point::new(200, 200)).map(|hit| hit.id), Some(home));
    };
    in_front(&mut scene);
    // A press on it changes nothing, nor do other settings.
    scene.activate(home);
    scene.set_policy(Policy::Desktop);
    assert_eq!(seen(&scene, home, apps), front);
    scene.home();
    assert_eq!(seen(&scene, home, apps), before);
    in_front(&mut scene);
    scene.lower(home);
    assert_eq!(seen(&scene, home, apps), before);
    in_front(&mut scene);
    scene.raise(apps[0]);
    assert_eq!(seen(&scene, home, apps), ([true; 3], Some(apps[0])));
    in_front(&mut scene);
    scene.remove(home);
    assert!(scene.is_visible(apps[0]));
}

#[test]
fn press_beside_the_windows_gives_the_launcher_the_keyboard_and_hides_nothing() {
    let (mut scene, home, apps) = desk(Policy::Desktop);
    scene.activate(home);
    assert_eq!(seen(&scene, home, apps), ([true; 3], Some(home)));
    // It can have itself shown, say for a panel of its own.
    scene.raise(home);
    assert_eq!(seen(&scene, home, apps), ([true, false, false], Some(home)));
}

#[test]
fn launcher_in_front_lies_over_the_wallpaper_whatever_is_behind_it() {
    for policy in [Policy::Kiosk, Policy::Signage, Policy::Desktop] {
        let (mut scene, home, apps) = desk(policy);
        scene.home();
        assert_eq!(seen(&scene, home, apps).0, [true, false, false], "{policy:?}");
        let mut draws = Vec::new();
        scene.draws(&[scene.size().rect()].into_iter().collect(), &mut draws);
        let painted: Vec<_> = draws.iter().map(|draw| draw.what).collect();
        let fine = matches!(painted[..], [What::Ground, What::Content { id, .. }] if id == home);
        assert!(fine, "{policy:?}: {painted:?}");
    }
}

#[test]
fn switcher_goes_by_use_and_wraps() {
    let mut scene = scene(Policy::Desktop);
    let ids: Vec<_> = (1..4).map(|n| show(&mut scene, spec(n, (400, 300)))).collect();
    let mut switcher = Switcher::open(&scene, Direction::Forward).unwrap();
    assert_eq!(switcher.chosen(), Some(ids[1]));
    switcher.step(Direction::Forward);
    assert_eq!(switcher.chosen(), Some(ids[0]));
    switcher.step(Direction::Forward);
    assert_eq!(switcher.chosen(), Some(ids[2]));
    let back = Switcher::open(&scene, Direction::Backward).unwrap();
    assert_eq!(back.chosen(), Some(ids[0]));
    let rest = back.without(ids[0]).unwrap();
    assert_eq!(rest.chosen(), Some(ids[1]));
    assert_eq!(rest.without(ids[1]).and_then(|s| s.without(ids[2])), None);
}

#[test]
fn signage_zones_show_their_apps_beside_each_other() {
    let mut scene = scene(Policy::Signage);
    scene.set_zones(vec![Rect::new(0, 0, 1280, 700), Rect::new(0, 700, 1280, 100)]);
    let film = show(&mut scene, WindowSpec { zone: Some(0), ..spec(1, (640, 350)) });
    let ticker = show(&mut scene, WindowSpec { zone: Some(1), ..spec(2, (1280, 100)) });
    assert_eq!(content(&scene, film), Rect::new(0, 0, 1280, 700));
    assert_eq!(content(&scene, ticker), Rect::new(0, 700, 1280, 100));
    assert!(scene.is_visible(film) && scene.is_visible(ticker));
    // A second app of a zone lies over the first, and only there.
    let other = show(&mut scene, WindowSpec { zone: Some(0), ..spec(3, (1280, 700)) });
    assert_eq!((scene.is_visible(film), scene.is_visible(ticker)), (false, true));
    scene.remove(other);
    assert!(scene.is_visible(film));
    // One without a zone fills the screen.
    let whole = show(&mut scene, spec(4, (640, 400)));
    assert_eq!(content(&scene, whole), Rect::new(0, 0, 1280, 800));
}
