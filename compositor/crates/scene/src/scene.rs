//! The windows of a seat: what there is, and what must be repainted.

use paint::{MAX_EDGE, Output, Point, Rect, Region, Size, Surface};

use crate::draw;
use crate::window::{
    Arranged, Banner, Coverage, Extent, Grip, Presence, Preview, Resizing, Role, Side, Window, WindowId,
    WindowSpec, layer,
};
use crate::{Draw, Edges, End, Placement};

/// How windows are managed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// One app full-screen at a time over the launcher, no chrome.
    Kiosk,
    /// Windows with title bars, floating or tiled.
    Desktop,
    /// As kiosk, but apps that have a zone fill that.
    Signage,
}

/// What the desktop policy does with windows that people did not place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arrangement {
    /// They float.
    Floating,
    /// They share the screen: the first takes the left, the others the right.
    Tiled,
}

/// All windows, who has the keyboard, and what must be repainted.
#[derive(Debug)]
pub struct Scene {
    pub(crate) policy: Policy,
    pub(crate) arrangement: Arrangement,
    pub(crate) zones: Vec<Rect<Output>>,
    pub(crate) size: Size<Output>,
    /// Bottom to top, sorted by [`Scene::rank`].
    pub(crate) windows: Vec<Window>,
    pub(crate) focus: Option<WindowId>,
    /// Who gets the focus as soon as it has a picture.
    pub(crate) waiting: Option<WindowId>,
    /// Windows that had the focus, latest last.
    pub(crate) recent: Vec<WindowId>,
    pub(crate) front: Front,
    pub(crate) damage: Region<Output>,
    /// The next window's order.
    next_order: i64,
}

/// Who is before whom.
///
/// ```text
///          kiosk, signage: whoever has the focus
///  Apps <----------------------------------------> Home
///       -- desktop: the Home chord, raise -------->
///       <- desktop: an app is given the focus, ----
///          the Home chord, lower
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Front {
    /// Apps before the launcher.
    Apps,
    /// The launcher before the apps, but not before bars.
    Home,
}

impl Scene {
    /// No windows on an output of this size; all of it is damaged.
    #[must_use]
    pub fn new(size: Size<Output>, policy: Policy) -> Self {
        Self {
            policy,
            arrangement: Arrangement::Floating,
            zones: Vec::new(),
            size,
            windows: Vec::new(),
            focus: None,
            waiting: None,
            recent: Vec::new(),
            front: Front::Apps,
            damage: [size.rect()].into_iter().collect(),
            next_order: 0,
        }
    }

    /// Size of the output.
    #[must_use]
    pub const fn size(&self) -> Size<Output> {
        self.size
    }

    /// The output got another size.
    pub fn set_size(&mut self, size: Size<Output>) {
        self.size = size;
        self.arrange_all();
    }

    /// Windows are managed otherwise from now on.
    pub fn set_policy(&mut self, policy: Policy) {
        self.policy = policy;
        if policy != Policy::Desktop {
            for window in &mut self.windows {
                window.presence = Presence::Open;
            }
        }
        self.arrange_all();
    }

    /// The zones of the signage policy; windows name them by their place in this list. A window whose zone is
    /// not there fills the screen.
    pub fn set_zones(&mut self, zones: Vec<Rect<Output>>) {
        let screen = self.size.rect();
        self.zones = zones.into_iter().map(|z| z.intersect(screen)).collect();
        // One that lies outside is of no use: its windows would be nowhere.
        for zone in self.zones.iter_mut().filter(|z| z.is_empty()) {
            *zone = screen;
        }
        self.arrange_all();
    }

    /// Whether windows are tiled under the desktop policy.
    #[must_use]
    pub const fn arrangement(&self) -> Arrangement {
        self.arrangement
    }

    /// Tiles windows under the desktop policy, or lets them float where they were.
    pub fn set_arrangement(&mut self, arrangement: Arrangement) {
        self.arrangement = arrangement;
        self.settle();
    }

    pub(crate) fn tiles_windows(&self) -> bool {
        self.policy == Policy::Desktop && self.arrangement == Arrangement::Tiled
    }

    /// A new window, without a picture yet. It lies under the focused window if both are in one layer, else
    /// on top of its layer; [`Scene::raise`] brings it forward. A window of this name that exists keeps its
    /// place, its stacking, its canvas and its picture, but not what it showed of other windows.
    pub fn add(&mut self, spec: WindowSpec) {
        if let Some(i) = self.index(spec.id) {
            self.damage_window(i);
            let WindowSpec { position, canvas, .. } = self.windows[i].spec;
            self.windows[i].spec = WindowSpec { position, canvas, ..spec };
            self.windows[i].previews.clear();
            self.damage_window(i);
            self.sort();
            self.settle();
            return;
        }
        let window = Window::new(spec, self.next_order);
        self.next_order += 1;
        let rank = self.rank(&window);
        let mut at = self.windows.partition_point(|w| self.rank(w) <= rank);
        let focused = self.focus.and_then(|f| self.index(f));
        if let Some(i) = focused.filter(|i| self.rank(&self.windows[*i]) == rank) {
            at = i;
        }
        self.windows.insert(at, window);
        self.settle();
    }

    /// The window goes. Focus moves only if it had it.
    pub fn remove(&mut self, id: WindowId) {
        let Some(i) = self.index(id) else { return };
        self.damage_window(i);
        self.damage_previews_of(id, None);
        let gone = self.windows.remove(i);
        self.recent.retain(|r| *r != id);
        let was_awaited = self.waiting == Some(id);
        if was_awaited {
            self.waiting = None;
        }
        if gone.is_home() {
            self.set_front(Front::Apps);
        }
        self.settle();
        if self.focus == Some(id) || was_awaited && self.focus.is_none() {
            self.focus = None;
            self.focus_next();
        }
    }

    /// A frame of the window: what of its canvas changed. The first one shows the window.
    pub fn commit(&mut self, id: WindowId, coverage: Coverage, damage: &Region<Surface>) {
        let Some(i) = self.index(id) else { return };
        let before = self.windows[i].picture.replace(coverage);
        self.damage_previews_of(id, Some(damage).filter(|_| before == Some(coverage)));
        if before != Some(coverage) {
            self.damage_window(i);
        } else if self.is_visible(id) {
            let placement = self.windows[i].geometry.placement;
            let clip = self.size.rect();
            for rect in damage.rects() {
                self.damage.add(placement.to_output(*rect).intersect(clip));
            }
        }
        if before.is_none() {
            // It takes its share of the screen now.
            self.settle();
            let nobody = self.focus.is_none() && self.waiting.is_none();
            let put_away = self.is_minimised(id);
            if nobody && !put_away || self.waiting == Some(id) {
                self.give_focus(id);
            }
        }
    }

    /// What the banner over the window says.
    pub fn set_banner(&mut self, id: WindowId, banner: Banner) {
        let Some(i) = self.index(id) else { return };
        if self.windows[i].banner != banner {
            let before = self.windows[i].banner_rect();
            self.windows[i].banner = banner;
            let rect = before.union(self.windows[i].banner_rect());
            if self.windows[i].is_shown() {
                self.damage.add(rect.intersect(self.size.rect()));
            }
        }
    }

    /// The window's banner must be drawn anew (its spinner turned).
    pub fn touch_banner(&mut self, id: WindowId) {
        if self.is_visible(id) {
            let rect = self.window(id).map_or(Rect::EMPTY, Window::banner_rect);
            self.damage.add(rect.intersect(self.size.rect()));
        }
    }

    /// Content of the window to a place; the canvas keeps its size. A window that was maximised or took a
    /// half floats again.
    pub fn place(&mut self, id: WindowId, at: Point<Output>) {
        self.place_sized(id, at, None);
    }

    /// As [`Scene::place`], with another size of the place: a canvas that does not follow is scaled into it.
    pub fn place_sized(&mut self, id: WindowId, at: Point<Output>, size: Option<Size<Output>>) {
        let Some(i) = self.index(id) else { return };
        let window = &mut self.windows[i];
        (window.extent, window.resizing) = (Extent::Policy, None);
        window.spec.position = Some(at);
        window.natural = size.unwrap_or(window.natural);
        self.settle();
        // Where it is, not where it was pushed to: it does not jump there when the screen grows.
        if self.is_floating(i) {
            self.windows[i].spec.position = Some(self.windows[i].geometry.place.origin());
        }
    }

    /// People drag edges of a floating window: its content is to lie in `target`. The window follows when its
    /// app has drawn a canvas of [`Scene::wanted_canvas`].
    pub fn resize(&mut self, id: WindowId, edges: Edges, target: Rect<Output>) {
        let Some(i) = self.index(id) else { return };
        if self.windows[i].geometry.grip == Grip::Edges && !target.is_empty() {
            self.windows[i].resizing = Some(Resizing { target, edges });
        }
    }

    /// The canvas has another size from now on.
    pub fn set_canvas(&mut self, id: WindowId, canvas: Size<Surface>) {
        let Some(i) = self.index(id) else { return };
        self.damage_window(i);
        self.damage_previews_of(id, None);
        let is_floating = self.is_floating(i);
        let window = &mut self.windows[i];
        window.spec.canvas = canvas;
        window.previews.clear();
        if let Some(Resizing { target, edges }) = window.resizing.filter(|_| is_floating) {
            let (w, h) = (canvas.w(), canvas.h());
            let x = match edges.x {
                Some(End::Low) => target.right().saturating_sub_unsigned(w),
                _ => target.left(),
            };
            let y = match edges.y {
                Some(End::Low) => target.bottom().saturating_sub_unsigned(h),
                _ => target.top(),
            };
            window.natural = canvas.cast();
            window.spec.position = Some(Point::new(x, y));
        }
        self.settle();
        self.damage_window(i);
        self.damage_previews_of(id, None);
    }

    /// The pictures of other windows that the window shows from now on, over its own and nowhere else; of a window
    /// without a picture nothing is shown, nor where an edge is more than [`MAX_EDGE`] away from the canvas's corner.
    /// They go with the canvas's size, and when the window is added again.
    pub fn set_previews(&mut self, id: WindowId, mut previews: Vec<Preview>) {
        let Some(i) = self.index(id) else { return };
        let far = MAX_EDGE.cast_signed();
        let bounds = Rect::from_edges(-far, -far, far, far);
        previews.retain(|preview| bounds.covers(preview.place));
        if self.windows[i].previews != previews {
            self.damage_previews(i);
            self.windows[i].previews = previews;
            self.damage_previews(i);
        }
    }

    /// What the window shows of others must be painted anew.
    fn damage_previews(&mut self, i: usize) {
        let window = &self.windows[i];
        for preview in window.previews.iter().filter(|_| window.is_shown()) {
            if let Some(other) = self.windows.iter().find(|other| other.spec.id == preview.of) {
                let (_, shown) = window.preview(*preview, other.spec.canvas);
                self.damage.add(shown.intersect(self.size.rect()));
            }
        }
    }

    /// What others show of the window must be painted anew: all of it, or what changed of its canvas.
    fn damage_previews_of(&mut self, id: WindowId, changed: Option<&Region<Surface>>) {
        let Some(canvas) = self.window(id).map(|w| w.spec.canvas) else { return };
        for window in self.windows.iter().filter(|w| w.is_shown()) {
            for preview in window.previews.iter().filter(|preview| preview.of == id) {
                let (placement, shown) = window.preview(*preview, canvas);
                let shown = shown.intersect(self.size.rect());
                let Some(changed) = changed else {
                    self.damage.add(shown);
                    continue;
                };
                for rect in changed.rects() {
                    self.damage.add(placement.to_output(*rect).intersect(shown));
                }
            }
        }
    }

    /// The window fills the screen, or ceases to. Other policies than the desktop have nothing to change.
    pub fn toggle_full(&mut self, id: WindowId) {
        self.set_extent(id, |w| match w.extent {
            Extent::Full => w.under_full,
            Extent::Policy | Extent::Half(_) | Extent::Maximised => Extent::Full,
        });
    }

    /// The window takes all that bars leave, or floats again.
    pub fn toggle_maximised(&mut self, id: WindowId) {
        self.set_extent(id, |w| match w.extent {
            Extent::Maximised => Extent::Policy,
            Extent::Policy | Extent::Half(_) | Extent::Full => Extent::Maximised,
        });
    }

    /// The window takes a half of what bars leave, or floats again.
    pub fn toggle_half(&mut self, id: WindowId, side: Side) {
        self.set_extent(
            id,
            |w| if w.extent == Extent::Half(side) { Extent::Policy } else { Extent::Half(side) },
        );
    }

    /// The window floats, or becomes a tile, whatever it was; the answer is whether that changed something.
    pub fn restore(&mut self, id: WindowId) -> bool {
        let other = self.window(id).is_some_and(|w| w.extent != Extent::Policy);
        self.set_extent(id, |_| Extent::Policy);
        other
    }

    fn set_extent(&mut self, id: WindowId, next: impl FnOnce(&Window) -> Extent) {
        let Some(i) = self.index(id) else { return };
        if self.policy != Policy::Desktop || !self.windows[i].is_normal() {
            return;
        }
        let window = &mut self.windows[i];
        let before = window.extent;
        window.extent = next(window);
        window.resizing = None;
        if window.extent == Extent::Full {
            window.under_full = before;
        }
        self.settle();
    }

    /// What people made of the window.
    #[must_use]
    pub fn arranged(&self, id: WindowId) -> Option<Arranged> {
        let window = self.window(id)?;
        let Window { spec, extent, under_full, presence, order, natural, .. } = window;
        let (extent, under_full, presence) = (*extent, *under_full, *presence);
        Some(Arranged {
            extent,
            under_full,
            presence,
            position: spec.position,
            natural: *natural,
            order: *order,
        })
    }

    /// Makes of a window what people had made of it for another scene.
    pub fn arrange(&mut self, id: WindowId, arranged: Arranged) {
        let Some(i) = self.index(id) else { return };
        self.damage_window(i);
        let Arranged { extent, under_full, presence, position, natural, order } = arranged;
        let window = &mut self.windows[i];
        (window.extent, window.under_full, window.presence) = (extent, under_full, presence);
        (window.spec.position, window.natural, window.order) = (position, natural, order);
        self.next_order = self.next_order.max(order.saturating_add(1));
        if self.policy != Policy::Desktop {
            self.windows[i].presence = Presence::Open;
        }
        self.settle();
        self.damage_window(i);
        if self.focus == Some(id) && !self.windows[i].is_shown() {
            self.focus = None;
            self.focus_next();
        }
    }

    /// Makes a tile the first.
    pub fn promote(&mut self, id: WindowId) {
        let first = self.windows.iter().map(|w| w.order).min().unwrap_or(0);
        if let Some(i) = self.index(id)
            && self.windows[i].order != first
        {
            self.windows[i].order = first - 1;
            self.settle();
        }
    }

    /// What to repaint since the last call.
    pub fn take_damage(&mut self) -> Region<Output> {
        self.damage.take()
    }

    /// Whether there is something to repaint.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        !self.damage.is_empty()
    }

    /// Something drawn over the windows changed there.
    pub fn add_damage(&mut self, rect: Rect<Output>) {
        self.damage.add(rect.intersect(self.size.rect()));
    }

    /// Appends what repaints `damage`, in painting order. Everything is clipped to the output.
    pub fn draws(&self, damage: &Region<Output>, out: &mut Vec<Draw>) {
        let damage = damage.clipped(self.size.rect());
        draw::list(self.top_down().filter(|w| w.is_shown()), &self.windows, &damage, out);
    }

    /// The window's canvas pixel under an output pixel, also outside the canvas (a grab).
    #[must_use]
    pub fn to_surface(&self, id: WindowId, p: Point<Output>) -> Option<Point<Surface>> {
        self.window(id).map(|w| w.geometry.placement.to_surface(p))
    }

    /// Where the window's content is.
    #[must_use]
    pub fn placement(&self, id: WindowId) -> Option<Placement> {
        self.window(id).map(|w| w.geometry.placement)
    }

    /// The place of the window's content: what its canvas is fitted into.
    #[must_use]
    pub fn area(&self, id: WindowId) -> Option<Rect<Output>> {
        self.window(id).map(|w| w.geometry.place)
    }

    /// The window's title bar, if it has one.
    #[must_use]
    pub fn title_bar(&self, id: WindowId) -> Option<Rect<Output>> {
        self.window(id).map(Window::title_bar).filter(|bar| !bar.is_empty())
    }

    /// The button for the app's menu in the window's title bar, if it has one.
    #[must_use]
    pub fn menu_button(&self, id: WindowId) -> Option<Rect<Output>> {
        self.window(id).map(Window::menu_button).filter(|button| !button.is_empty())
    }

    /// Whether the window's place is a tile's.
    #[must_use]
    pub fn is_tiled(&self, id: WindowId) -> bool {
        self.window(id).is_some_and(|w| {
            self.tiles_windows() && w.is_normal() && w.is_shown() && w.extent == Extent::Policy
        })
    }

    /// Whether what is below the window shows through; `None` without a picture.
    #[must_use]
    pub fn coverage(&self, id: WindowId) -> Option<Coverage> {
        self.window(id).and_then(|w| w.picture)
    }

    /// The size that a canvas would have to have to fill the window's place exactly, or the one that people
    /// drag it to.
    #[must_use]
    pub fn wanted_canvas(&self, id: WindowId) -> Option<Size<Surface>> {
        let window = self.window(id)?;
        let place = window.resizing.map_or(window.geometry.place, |r| r.target);
        Size::new(place.w(), place.h())
    }

    /// Whether any pixel of the window can be seen.
    #[must_use]
    pub fn is_visible(&self, id: WindowId) -> bool {
        let Some(i) = self.index(id) else { return false };
        let window = &self.windows[i];
        window.is_shown()
            && !window.geometry.frame.intersect(self.size.rect()).is_empty()
            && draw::shows(window, self.windows[i + 1..].iter().filter(|w| w.is_shown()))
    }

    /// Whether the window had a commit.
    #[must_use]
    pub fn has_picture(&self, id: WindowId) -> bool {
        self.window(id).is_some_and(Window::has_picture)
    }

    /// Whether the window is put away.
    #[must_use]
    pub fn is_minimised(&self, id: WindowId) -> bool {
        self.window(id).is_some_and(|w| w.presence == Presence::Minimised)
    }

    /// What the banner over the window says.
    #[must_use]
    pub fn banner(&self, id: WindowId) -> Banner {
        self.window(id).map_or(Banner::None, |w| w.banner)
    }

    /// What the window is.
    #[must_use]
    pub fn role(&self, id: WindowId) -> Option<Role> {
        self.window(id).map(|w| w.spec.role)
    }

    /// Whether a press on the window brings it forward: bars and overlays leave focus where it is.
    #[must_use]
    pub fn takes_focus(&self, id: WindowId) -> bool {
        self.window(id).is_some_and(|w| w.spec.z < layer::BAR)
    }

    pub(crate) fn top_down(&self) -> impl Iterator<Item = &Window> + Clone {
        self.windows.iter().rev()
    }

    pub(crate) fn window(&self, id: WindowId) -> Option<&Window> {
        self.windows.iter().find(|w| w.spec.id == id)
    }

    pub(crate) fn index(&self, id: WindowId) -> Option<usize> {
        self.windows.iter().position(|w| w.spec.id == id)
    }

    /// Whether people can put the window anywhere.
    fn is_floating(&self, i: usize) -> bool {
        let window = &self.windows[i];
        self.policy == Policy::Desktop
            && window.is_normal()
            && window.extent == Extent::Policy
            && !(self.tiles_windows() && window.is_shown())
    }

    pub(crate) fn damage_window(&mut self, i: usize) {
        if self.windows[i].is_shown() {
            self.damage.add(self.windows[i].extents().intersect(self.size.rect()));
        }
    }

    fn arrange_all(&mut self) {
        if self.policy != Policy::Desktop && self.focus.is_some() && self.focus == self.home_window() {
            self.set_front(Front::Home);
        }
        self.settle();
        self.damage.clear();
        self.damage.add(self.size.rect());
    }
}
