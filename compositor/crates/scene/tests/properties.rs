//! Whatever happens to the windows: repainting the damage is repainting everything.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]

use std::collections::BTreeMap;

use paint::{Output, Point, Rect, Region, Size, Surface};
use proptest::prelude::*;
use vyoma_scene::{
    Arrangement, Banner, Coverage, Direction, Draw, EDGE_REACH, Edges, End, Hit, Part, Policy, Preview, Role,
    Scene, Side, Switcher, What, WindowId, WindowSpec,
};

const W: u32 = 150;
const H: u32 = 110;

/// Left, top, width, height.
type Corner = (i32, i32, u32, u32);

#[derive(Clone, Debug)]
enum Operation {
    Add { id: u32, z: u32, canvas: (u32, u32), position: Option<(i32, i32)>, home: bool },
    Remove(u32),
    Commit { id: u32, opaque: bool, damage: (i32, i32, u32, u32) },
    Banner(u32, bool),
    Raise(u32),
    Activate(u32),
    Lower(u32),
    Focus(u32),
    Home,
    Switch(bool),
    Minimise(u32),
    Maximise(u32),
    Half(u32, bool),
    Restore(u32),
    Promote(u32),
    Resize { id: u32, edges: (Option<bool>, Option<bool>), target: (i32, i32, u32, u32) },
    FollowResize(u32),
    Tile(bool),
    Zones(Vec<(i32, i32, u32, u32)>),
    Place(u32, i32, i32),
    Canvas(u32, u32, u32),
    Previews(u32, Vec<(u32, Corner)>),
    Full(u32),
    Size(u32, u32),
    Policy(Policy),
}

fn operation() -> impl Strategy<Value = Operation> {
    let id = 0..5u32;
    let canvas = (1..90u32, 1..70u32);
    let z = prop::sample::select(vec![0u32, 10, 10, 10, 100, 255]);
    let position = prop::option::of((-20..150i32, -20..120i32));
    prop_oneof![
        4 => (id.clone(), z, canvas, position, prop::bool::weighted(0.2))
            .prop_map(|(id, z, canvas, position, home)| Operation::Add { id, z, canvas, position, home }),
        1 => id.clone().prop_map(Operation::Remove),
        8 => (id.clone(), any::<bool>(), (-5..80i32, -5..60i32, 1..60u32, 1..60u32))
            .prop_map(|(id, opaque, damage)| Operation::Commit { id, opaque, damage }),
        1 => (id.clone(), any::<bool>()).prop_map(|(id, on)| Operation::Banner(id, on)),
        2 => id.clone().prop_map(Operation::Raise),
        2 => id.clone().prop_map(Operation::Activate),
        1 => id.clone().prop_map(Operation::Lower),
        1 => id.clone().prop_map(Operation::Focus),
        1 => Just(Operation::Home),
        1 => any::<bool>().prop_map(Operation::Switch),
        2 => id.clone().prop_map(Operation::Minimise),
        2 => id.clone().prop_map(Operation::Maximise),
        1 => (id.clone(), any::<bool>()).prop_map(|(id, left)| Operation::Half(id, left)),
        1 => id.clone().prop_map(Operation::Restore),
        1 => id.clone().prop_map(Operation::Promote),
        2 => (id.clone(), any::<(Option<bool>, Option<bool>)>(), (-20..150i32, -20..120i32, 0..90u32, 0..70u32))
            .prop_map(|(id, edges, target)| Operation::Resize { id, edges, target }),
        3 => id.clone().prop_map(Operation::FollowResize),
        1 => any::<bool>().prop_map(Operation::Tile),
        1 => prop::collection::vec((-20..150i32, -20..120i32, 0..90u32, 0..70u32), 0..3)
            .prop_map(Operation::Zones),
        2 => (id.clone(), -50..200i32, -50..150i32).prop_map(|(id, x, y)| Operation::Place(id, x, y)),
        1 => (id.clone(), 1..200u32, 1..150u32).prop_map(|(id, w, h)| Operation::Canvas(id, w, h)),
        3 => (id.clone(), prop::collection::vec((id.clone(), (-20..90i32, -20..70i32, 0..90u32, 0..70u32)), 0..4))
            .prop_map(|(id, previews)| Operation::Previews(id, previews)),
        1 => id.prop_map(Operation::Full),
        1 => (60..200u32, 60..150u32).prop_map(|(w, h)| Operation::Size(w, h)),
        2 => prop::sample::select(vec![Policy::Kiosk, Policy::Desktop, Policy::Desktop, Policy::Signage])
            .prop_map(Operation::Policy),
    ]
}

/// The scene and what its windows' canvases hold.
struct World {
    scene: Scene,
    canvases: BTreeMap<u32, (Size<Surface>, Vec<u32>)>,
    /// What a supervisor knows of each window.
    specs: BTreeMap<u32, WindowSpec>,
    policy: Policy,
    serial: u32,
}

impl World {
    fn new() -> Self {
        Self {
            scene: Scene::new(Size::new(W, H).unwrap(), Policy::Desktop),
            canvases: BTreeMap::new(),
            specs: BTreeMap::new(),
            policy: Policy::Desktop,
            serial: 0,
        }
    }

    fn apply(&mut self, operation: Operation) {
        let scene = &mut self.scene;
        match operation {
            Operation::Add { id, z, canvas, position, home } => {
                let canvas = Size::new(canvas.0, canvas.1).unwrap();
                let home_exists = scene.stacking().any(|w| scene.role(w) == Some(Role::Home));
                let role = if home && !home_exists { Role::Home } else { Role::App };
                let position = position.map(|(x, y)| Point::new(x, y));
                let (resizable, zone) = (id % 2 == 1, usize::try_from(id).ok().filter(|_| id < 3));
                let spec = WindowSpec {
                    id: WindowId(id),
                    z,
                    canvas,
                    position,
                    role,
                    resizable,
                    has_menu: id % 2 == 0,
                    zone,
                };
                scene.add(spec);
                self.specs.insert(id, spec);
                self.canvases.entry(id).or_insert_with(|| (canvas, vec![0; canvas.area()]));
            }
            Operation::Remove(id) => {
                scene.remove(WindowId(id));
                self.canvases.remove(&id);
            }
            Operation::Commit { id, opaque, damage: (x, y, w, h) } => {
                let Some((size, pixels)) = self.canvases.get_mut(&id) else { return };
                let rect = Rect::new(x, y, w, h).intersect(size.rect());
                self.serial += 1;
                for y in rect.top()..rect.bottom() {
                    for x in rect.left()..rect.right() {
                        pixels[usize::try_from(y.cast_unsigned() * size.w() + x.cast_unsigned()).unwrap()] =
                            self.serial;
                    }
                }
                let coverage = if opaque { Coverage::Opaque } else { Coverage::Translucent };
                scene.commit(WindowId(id), coverage, &[rect].into_iter().collect());
            }
            Operation::Banner(id, on) => {
                scene.set_banner(WindowId(id), if on { Banner::Restarting } else { Banner::None });
            }
            Operation::Raise(id) => scene.raise(WindowId(id)),
            Operation::Activate(id) => scene.activate(WindowId(id)),
            Operation::Lower(id) => scene.lower(WindowId(id)),
            Operation::Focus(id) => scene.focus(WindowId(id)),
            Operation::Home => scene.home(),
            Operation::Switch(forward) => {
                let direction = if forward { Direction::Forward } else { Direction::Backward };
                if let Some(id) = Switcher::open(scene, direction).and_then(|s| s.chosen()) {
                    scene.raise(id);
                }
            }
            Operation::Minimise(id) => scene.minimise(WindowId(id)),
            Operation::Maximise(id) => scene.toggle_maximised(WindowId(id)),
            Operation::Half(id, left) => {
                scene.toggle_half(WindowId(id), if left { Side::Left } else { Side::Right });
            }
            Operation::Restore(id) => {
                scene.restore(WindowId(id));
            }
            Operation::Promote(id) => scene.promote(WindowId(id)),
            Operation::Resize { id, edges: (x, y), target: (left, top, w, h) } => {
                let end = |low| if low { End::Low } else { End::High };
                let edges = Edges { x: x.map(end), y: y.map(end) };
                scene.resize(WindowId(id), edges, Rect::new(left, top, w, h));
            }
            Operation::FollowResize(id) => {
                let wanted = scene.wanted_canvas(WindowId(id));
                if let Some((size, canvas)) = wanted.zip(self.canvases.get_mut(&id)) {
                    *canvas = (size, vec![0; size.area()]);
                    scene.set_canvas(WindowId(id), size);
                }
            }
            Operation::Tile(tiled) => {
                scene.set_arrangement(if tiled { Arrangement::Tiled } else { Arrangement::Floating });
            }
            Operation::Zones(zones) => {
                scene.set_zones(zones.into_iter().map(|(x, y, w, h)| Rect::new(x, y, w, h)).collect());
            }
            Operation::Place(id, x, y) => scene.place(WindowId(id), Point::new(x, y)),
            Operation::Canvas(id, w, h) => {
                let size = Size::new(w, h).unwrap();
                if let Some(canvas) = self.canvases.get_mut(&id) {
                    *canvas = (size, vec![0; size.area()]);
                    scene.set_canvas(WindowId(id), size);
                }
            }
            Operation::Previews(id, previews) => {
                let preview = |(of, (x, y, w, h))| Preview { of: WindowId(of), place: Rect::new(x, y, w, h) };
                scene.set_previews(WindowId(id), previews.into_iter().map(preview).collect());
            }
            Operation::Full(id) => scene.toggle_full(WindowId(id)),
            Operation::Size(w, h) => scene.set_size(Size::new(w, h).unwrap()),
            Operation::Policy(policy) => {
                scene.set_policy(policy);
                self.policy = policy;
            }
        }
    }

    /// As it is after a crash: another scene, which is told what the supervisor keeps, and gets every picture again.
    fn reborn(&self) -> Self {
        let mut scene = Scene::new(self.scene.size(), self.policy);
        scene.set_arrangement(self.scene.arrangement());
        for id in self.scene.stacking() {
            // Where it wished to be counts no more.
            scene.add(WindowSpec { canvas: self.canvases[&id.0].0, position: None, ..self.specs[&id.0] });
            scene.arrange(id, self.scene.arranged(id).unwrap());
            scene.set_banner(id, self.scene.banner(id));
            // Some have their picture at once, and would have the focus if it stayed so.
            if id.0 % 2 == 0 {
                self.commit_to(&mut scene, id);
            }
        }
        let order: Vec<WindowId> = self.scene.stacking().collect();
        scene.restack(&order, self.scene.recent(), self.scene.focused(), self.scene.front());
        order.iter().for_each(|id| self.commit_to(&mut scene, *id));
        let Self { canvases, specs, policy, serial, .. } = self;
        Self { scene, canvases: canvases.clone(), specs: specs.clone(), policy: *policy, serial: *serial }
    }

    fn commit_to(&self, scene: &mut Scene, id: WindowId) {
        let all = [self.canvases[&id.0].0.rect()].into_iter().collect();
        if let Some(coverage) = self.scene.coverage(id) {
            scene.commit(id, coverage, &all);
        }
    }

    fn whole(&self) -> Picture {
        let mut whole = Picture::new();
        self.paint(&[self.scene.size().rect()].into_iter().collect(), &mut whole);
        whole
    }

    /// What a painter would put at `p` over `below`.
    fn pixel(&self, draw: &Draw, p: Point<Output>, below: u64) -> u64 {
        let mix = |kind: u64, value: u64| {
            (below ^ kind.wrapping_mul(0x9e37_79b9)).wrapping_mul(31).wrapping_add(value)
        };
        match draw.what {
            What::Ground => 7,
            What::Content { id, placement, coverage } | What::Preview { id, placement, coverage } => {
                let s = placement.to_surface(p);
                let (size, pixels) = &self.canvases[&id.0];
                assert_eq!(*size, placement.canvas);
                let at = usize::try_from(s.y.cast_unsigned() * size.w() + s.x.cast_unsigned()).unwrap();
                let value = u64::from(pixels[at]) << 8 | u64::from(id.0);
                if coverage == Coverage::Opaque { value } else { mix(1, value) }
            }
            What::Backing => 9,
            What::Shadow { id, .. } => mix(2, u64::from(self.scene.focused() == Some(id))),
            What::TitleBar { id, .. } => {
                mix(3, u64::from(id.0) * 2 + u64::from(self.scene.focused() == Some(id)))
            }
            What::Banner { id, .. } => mix(4, id.0.into()),
        }
    }

    fn paint(&self, damage: &Region<Output>, picture: &mut Picture) {
        let mut draws = Vec::new();
        self.scene.draws(damage, &mut draws);
        for draw in draws {
            assert!(!draw.clip.is_empty() && self.scene.size().rect().covers(draw.clip));
            for y in draw.clip.top()..draw.clip.bottom() {
                for x in draw.clip.left()..draw.clip.right() {
                    let p = Point::new(x, y);
                    let at = Picture::index(p);
                    picture.pixels[at] = self.pixel(&draw, p, picture.pixels[at]);
                    if let What::Content { id, .. } | What::TitleBar { id, .. } = draw.what {
                        picture.owners[at] = Some(id);
                    }
                }
            }
        }
    }
}

/// As large as any output here.
struct Picture {
    pixels: Vec<u64>,
    owners: Vec<Option<WindowId>>,
}

const MOST: (usize, usize) = (200, 150);

impl Picture {
    fn new() -> Self {
        Self { pixels: vec![0; MOST.0 * MOST.1], owners: vec![None; MOST.0 * MOST.1] }
    }
    fn index(p: Point<Output>) -> usize {
        usize::try_from(p.y).unwrap() * MOST.0 + usize::try_from(p.x).unwrap()
    }
    fn rows(&self, size: Size<Output>) -> impl Iterator<Item = &[u64]> {
        self.pixels.chunks(MOST.0).take(size.h() as usize).map(move |row| &row[..size.w() as usize])
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]
    #[test]
    fn operations_damage_repainted_is_everything_repainted(
        operations in prop::collection::vec((operation(), any::<bool>()), 1..30),
    ) {
        let mut world = World::new();
        let mut picture = Picture::new();
        for (operation, present) in operations {
            world.apply(operation);
            if let Some(focused) = world.scene.focused() {
                prop_assert!(world.scene.has_picture(focused) && !world.scene.is_minimised(focused));
            }
            if !present {
                continue;
            }
            let damage = world.scene.take_damage();
            world.paint(&damage, &mut picture);
            let mut whole = Picture::new();
            let bounds = world.scene.size().rect();
            world.paint(&[bounds].into_iter().collect(), &mut whole);
            let size = world.scene.size();
            prop_assert!(picture.rows(size).eq(whole.rows(size)));
            for y in (0..bounds.bottom()).step_by(7) {
                for x in (0..bounds.right()).step_by(7) {
                    let p = Point::new(x, y);
                    let owner = whole.owners[Picture::index(p)];
                    match world.scene.hit(p) {
                        Some(Hit { id, part: Part::Edge(_) }) => {
                            let content = world.scene.placement(id).unwrap().content;
                            prop_assert!(!content.contains(p) && owner != Some(id));
                            prop_assert!(content.outset(EDGE_REACH + 120).contains(p));
                        }
                        Some(Hit { id, part: Part::Content(at) }) => {
                            prop_assert_eq!(owner, Some(id));
                            prop_assert!(world.scene.is_visible(id));
                            prop_assert_eq!(world.scene.to_surface(id, p), Some(at));
                        }
                        Some(Hit { part: Part::LetterBox, .. }) => {}
                        Some(Hit { id, .. }) => prop_assert_eq!(owner, Some(id)),
                        None => prop_assert_eq!(owner, None),
                    }
                }
            }
            world.switcher_is_on_the_screen();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]
    #[test]
    fn windows_after_a_crash_are_as_before(operations in prop::collection::vec(operation(), 1..40)) {
        let mut world = World::new();
        for id in 0..4 {
            let (position, canvas) = (Some((20, 20)), (60, 40));
            world.apply(Operation::Add { id, z: 10, canvas, position, home: id == 0 });
            world.apply(Operation::Commit { id, opaque: true, damage: (0, 0, 60, 40) });
        }
        for operation in operations {
            // The launcher is one from the beginning on; what windows show of others is asked for again.
            if !matches!(operation, Operation::Add { home: true, .. } | Operation::Previews(..)) {
                world.apply(operation);
            }
        }
        // Bars take no focus from people, and zones belong to the settings: neither is what a crash could lose.
        prop_assume!(world.policy != Policy::Signage);
        prop_assume!(world.scene.focused().is_some_and(|id| world.scene.takes_focus(id)));
        // Who was to have the focus with its first picture asks for it again.
        prop_assume!(!world.scene.awaits_focus());
        let again = world.reborn();
        let size = world.scene.size();
        prop_assert_eq!(again.scene.focused(), world.scene.focused());
        prop_assert!(again.whole().rows(size).eq(world.whole().rows(size)));
        prop_assert_eq!(again.scene.switch_order(), world.scene.switch_order());
        for id in world.scene.stacking() {
            prop_assert_eq!(again.scene.arranged(id), world.scene.arranged(id));
        }
    }
}

impl World {
    fn switcher_is_on_the_screen(&self) {
        let mut switcher = match Switcher::open(&self.scene, Direction::Forward) {
            Some(switcher) => switcher,
            None => return assert!(self.scene.switch_order().is_empty()),
        };
        let size = self.scene.size();
        for _ in 0..self.scene.switch_order().len() {
            switcher.step(Direction::Forward);
            let cells = switcher.cells(size);
            let chosen = switcher.chosen().unwrap();
            assert!(cells.iter().any(|c| c.id == chosen), "{chosen:?} in {cells:?}");
            for cell in &cells {
                assert!(switcher.panel(size).covers(cell.rect), "{cell:?}");
                assert!(cell.rect.covers(cell.picture) && !cell.picture.is_empty(), "{cell:?}");
                assert_eq!(switcher.at(size, cell.rect.origin()), Some(cell.id));
            }
        }
    }
}

fn add(scene: &mut Scene, id: u32, role: Role) -> WindowId {
    let id = WindowId(id);
    let canvas = Size::new(W, H).unwrap();
    scene.add(WindowSpec {
        id,
        z: 10,
        canvas,
        position: None,
        role,
        resizable: false,
        has_menu: true,
        zone: None,
    });
    id
}

fn commit(scene: &mut Scene, id: WindowId) {
    scene.commit(id, Coverage::Opaque, &[Rect::new(0, 0, W, H)].into_iter().collect());
}

#[test]
fn kiosk_app_without_a_picture_leaves_the_launcher_until_its_first_frame() {
    let mut scene = Scene::new(Size::new(W, H).unwrap(), Policy::Kiosk);
    let home = add(&mut scene, 1, Role::Home);
    commit(&mut scene, home);
    assert_eq!(scene.focused(), Some(home));
    let app = add(&mut scene, 2, Role::App);
    scene.raise(app);
    assert_eq!(scene.focused(), Some(home));
    assert!(scene.is_visible(home) && !scene.is_visible(app));
    commit(&mut scene, app);
    assert_eq!(scene.focused(), Some(app));
    assert!(!scene.is_visible(home) && scene.is_visible(app));
    scene.remove(app);
    assert_eq!(scene.focused(), Some(home));
    assert!(scene.is_visible(home));
}

#[test]
fn kiosk_home_hides_apps_and_raise_brings_one_back() {
    let mut scene = Scene::new(Size::new(W, H).unwrap(), Policy::Kiosk);
    let home = add(&mut scene, 1, Role::Home);
    let (a, b) = (add(&mut scene, 2, Role::App), add(&mut scene, 3, Role::App));
    for id in [home, a, b] {
        commit(&mut scene, id);
        scene.raise(id);
    }
    scene.home();
    assert_eq!((scene.is_visible(home), scene.is_visible(b)), (true, false));
    assert_eq!(scene.stacking().next(), Some(home));
    scene.raise(a);
    assert_eq!((scene.is_visible(a), scene.is_visible(home)), (true, false));
    scene.remove(b);
    assert_eq!(scene.focused(), Some(a));
}

#[test]
fn kiosk_home_before_its_first_frame_gets_the_focus_then() {
    let mut scene = Scene::new(Size::new(W, H).unwrap(), Policy::Kiosk);
    let home = add(&mut scene, 1, Role::Home);
    let behind = add(&mut scene, 2, Role::App);
    scene.home();
    commit(&mut scene, behind);
    assert_eq!(scene.focused(), None);
    commit(&mut scene, home);
    assert_eq!((scene.focused(), scene.is_visible(behind)), (Some(home), false));
    let mut scene = Scene::new(Size::new(W, H).unwrap(), Policy::Kiosk);
    let (home, other) = (add(&mut scene, 1, Role::Home), add(&mut scene, 2, Role::App));
    scene.home();
    commit(&mut scene, other);
    scene.remove(home);
    assert_eq!(scene.focused(), Some(other));
}
