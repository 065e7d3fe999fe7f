//! Pictures of windows inside other windows.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]

use paint::{Output, Point, Rect, Region, Size, Surface};
use vyoma_scene::{Coverage, Policy, Preview, Role, Scene, What, WindowId, WindowSpec};

const HOME: WindowId = WindowId(1);
const APP: WindowId = WindowId(2);

fn spec(id: WindowId, canvas: (u32, u32), at: (i32, i32)) -> WindowSpec {
    WindowSpec {
        id,
        z: 10,
        canvas: Size::new(canvas.0, canvas.1).unwrap(),
        position: Some(Point::new(at.0, at.1)),
        role: Role::App,
        resizable: true,
        has_menu: false,
        zone: None,
    }
}

fn show(scene: &mut Scene, spec: WindowSpec) {
    scene.add(spec);
    scene.commit(spec.id, Coverage::Opaque, &[spec.canvas.rect()].into_iter().collect());
    scene.raise(spec.id);
}

/// Two windows beside each other on 800x600: one of 300x200 at (50, 100), and an app of 100x100 at (500, 300).
fn two() -> Scene {
    let mut scene = Scene::new(Size::new(800, 600).unwrap(), Policy::Desktop);
    show(&mut scene, spec(APP, (100, 100), (500, 300)));
    show(&mut scene, spec(HOME, (300, 200), (50, 100)));
    scene
}

fn preview(x: i32, y: i32, w: u32, h: u32) -> Preview {
    Preview { of: APP, place: Rect::new(x, y, w, h) }
}

/// What is painted of pictures inside windows: whose, where, and how large the whole picture is.
fn painted(scene: &Scene) -> Vec<(WindowId, Rect<Output>, (u32, u32))> {
    let mut draws = Vec::new();
    scene.draws(&[scene.size().rect()].into_iter().collect(), &mut draws);
    let previews = draws.iter().filter_map(|draw| match draw.what {
        What::Preview { id, placement, .. } => {
            Some((id, draw.clip, (placement.content.w(), placement.content.h())))
        }
        _ => None,
    });
    previews.collect()
}

fn damage(scene: &mut Scene) -> Rect<Output> {
    scene.take_damage().bounds()
}

#[test]
fn previews_are_fitted_into_their_places_and_shown_in_their_window_alone() {
    let mut scene = two();
    scene.set_previews(HOME, vec![preview(10, 20, 100, 50), preview(-25, 160, 50, 50)]);
    // In proportion and centred; and what reaches beyond the window is cut off.
    let small = (APP, Rect::new(50 + 10 + 25, 120, 50, 50), (50, 50));
    let cut = (APP, Rect::new(50, 260, 25, 40), (50, 50));
    assert_eq!(painted(&scene), [small, cut]);
    // A window above covers them, one beside does not.
    scene.place(APP, Point::new(60, 110));
    scene.raise(APP);
    assert_eq!(painted(&scene), [cut]);
}

#[test]
fn preview_of_a_window_that_is_put_away_stays_and_of_one_that_is_gone_goes() {
    let mut scene = two();
    scene.set_previews(
        HOME,
        vec![preview(10, 20, 100, 100), Preview { of: WindowId(9), ..preview(0, 0, 9, 9) }],
    );
    scene.minimise(APP);
    assert_eq!(painted(&scene).len(), 1);
    scene.take_damage();
    scene.remove(APP);
    assert_eq!(damage(&mut scene), Rect::new(60, 120, 100, 100));
    assert_eq!(painted(&scene), []);
}

#[test]
fn previews_go_with_the_size_of_the_canvas_with_a_new_start_and_with_another_list() {
    let begin = || {
        let mut scene = two();
        scene.set_previews(HOME, vec![preview(10, 20, 100, 100)]);
        assert_eq!(painted(&scene).len(), 1);
        scene
    };
    let mut scene = begin();
    scene.set_canvas(HOME, Size::new(200, 200).unwrap());
    assert_eq!(painted(&scene), []);
    let mut scene = begin();
    scene.add(spec(HOME, (300, 200), (50, 100)));
    assert_eq!(painted(&scene), []);
    let mut scene = begin();
    scene.set_previews(HOME, Vec::new());
    assert_eq!(painted(&scene), []);
    // Put away, they are not seen; they come back with their window.
    let mut scene = begin();
    scene.minimise(HOME);
    assert_eq!(painted(&scene), []);
    scene.raise(HOME);
    assert_eq!(painted(&scene).len(), 1);
}

#[test]
fn damage_is_where_a_preview_was_where_it_is_and_what_changed_of_it() {
    let mut scene = two();
    scene.take_damage();
    scene.set_previews(HOME, vec![preview(10, 20, 50, 50)]);
    assert_eq!(damage(&mut scene), Rect::new(60, 120, 50, 50));
    scene.set_previews(HOME, vec![preview(10, 20, 50, 50)]);
    assert!(!scene.is_damaged());
    scene.set_previews(HOME, vec![preview(200, 120, 50, 50)]);
    assert_eq!(damage(&mut scene), Rect::from_edges(60, 120, 300, 270));
    // An app that cannot be seen changes its right half.
    scene.minimise(APP);
    scene.take_damage();
    let half: Region<Surface> = [Rect::new(50, 0, 50, 100)].into_iter().collect();
    scene.commit(APP, Coverage::Opaque, &half);
    let changed = damage(&mut scene);
    assert!(changed.covers(Rect::new(275, 220, 25, 50)), "{changed:?}");
    assert!(Rect::new(272, 220, 28, 50).covers(changed), "{changed:?}");
}

#[test]
fn places_that_no_canvas_has_show_nothing() {
    let mut scene = two();
    let far = [
        preview(i32::MIN, i32::MIN, u32::MAX, u32::MAX),
        preview(i32::MAX, 0, 5, 5),
        preview(0, 0, 16_385, 5),
        preview(0, -16_385, 5, 5),
        preview(10, 10, 0, 5),
        preview(10, 10, 5, 0),
        preview(400, 10, 50, 50),
    ];
    scene.set_previews(HOME, far.to_vec());
    assert_eq!(painted(&scene), []);
    // As large as it can be, it is the window's own pixels all the same.
    scene.set_previews(HOME, vec![preview(-16_384, -16_384, 32_768, 32_768)]);
    let [(id, shown, _)] = painted(&scene)[..] else { panic!() };
    assert_eq!((id, shown), (APP, Rect::new(50, 100, 300, 200)));
}
