//! The windows of a seat.

use paint::{Output, Point, Rect, Region, Size, Surface};

use crate::draw;
use crate::window::{Banner, Chrome, Coverage, Extent, Role, TITLE_BAR, Window, WindowId, WindowSpec, layer};
use crate::{CONTROL_PITCH, Draw, Placement};

/// How windows are managed. Signage's zones come later; until then it is managed as [`Policy::Kiosk`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// One app full-screen at a time over the launcher, no chrome.
    Kiosk,
    /// Floating windows with title bars.
    Desktop,
}

/// Which way through the windows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// To the one used before.
    Forward,
    /// The other way round.
    Backward,
}

/// What is under a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hit {
    /// The topmost window there.
    pub id: WindowId,
    /// Which part of it.
    pub part: Part,
}

/// A part of a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Its canvas, at this pixel.
    Content(Point<Surface>),
    /// Beside the canvas.
    LetterBox,
    /// The title bar, to move it by.
    TitleBar,
    /// The title bar's control that closes.
    Close,
    /// The title bar's control that fills the screen.
    Full,
    /// The title bar's control that puts it behind the others.
    Behind,
}

/// All windows, who has the keyboard, and what must be repainted.
#[derive(Debug)]
pub struct Scene {
    policy: Policy,
    size: Size<Output>,
    /// Bottom to top, sorted by [`Scene::rank`].
    windows: Vec<Window>,
    focus: Option<WindowId>,
    /// Who gets the focus as soon as it has a picture.
    waiting: Option<WindowId>,
    /// Windows that had the focus, latest last.
    recent: Vec<WindowId>,
    /// Kiosk: whether the launcher is before the apps.
    front: Front,
    damage: Region<Output>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Front {
    Apps,
    Home,
}

impl Scene {
    /// No windows on an output of this size; all of it is damaged.
    #[must_use]
    pub fn new(size: Size<Output>, policy: Policy) -> Self {
        Self {
            policy,
            size,
            windows: Vec::new(),
            focus: None,
            waiting: None,
            recent: Vec::new(),
            front: Front::Apps,
            damage: [size.rect()].into_iter().collect(),
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
        self.arrange_all();
    }

    /// A new window, without a picture yet. It lies under the focused window if both are in one layer, else
    /// on top of its layer; [`Scene::raise`] brings it forward. A window of this name that exists keeps its
    /// place, its stacking, its canvas and its picture.
    pub fn add(&mut self, spec: WindowSpec) {
        if let Some(i) = self.index(spec.id) {
            self.damage_window(i);
            let WindowSpec { position, canvas, .. } = self.windows[i].spec;
            self.windows[i].spec = WindowSpec { position, canvas, ..spec };
            self.arrange(i);
            self.damage_window(i);
            self.sort();
            return;
        }
        let placement = Placement::at(spec.canvas, Point::new(0, 0));
        let window = Window {
            spec,
            picture: None,
            banner: Banner::None,
            extent: Extent::Policy,
            chrome: Chrome::Bare,
            placement,
            frame: placement.content,
        };
        let rank = self.rank(&window);
        let mut at = self.windows.partition_point(|w| self.rank(w) <= rank);
        let focused = self.focus.and_then(|f| self.index(f));
        if let Some(i) = focused.filter(|i| self.rank(&self.windows[*i]) == rank) {
            at = i;
        }
        self.windows.insert(at, window);
        self.arrange(at);
    }

    /// The window goes. Focus moves only if it had it.
    pub fn remove(&mut self, id: WindowId) {
        let Some(i) = self.index(id) else { return };
        self.damage_window(i);
        let gone = self.windows.remove(i);
        self.recent.retain(|r| *r != id);
        let was_awaited = self.waiting == Some(id);
        if was_awaited {
            self.waiting = None;
        }
        if gone.is_home() {
            self.set_front(Front::Apps);
        }
        if self.focus == Some(id) || was_awaited && self.focus.is_none() {
            self.focus = None;
            let home = self.home_window().filter(|_| self.policy == Policy::Kiosk);
            let next = home.or_else(|| self.last_used()).or_else(|| self.topmost());
            if let Some(next) = next {
                self.give_focus(next);
            }
        }
    }

    /// A frame of the window: what of its canvas changed. The first one shows the window.
    pub fn commit(&mut self, id: WindowId, coverage: Coverage, damage: &Region<Surface>) {
        let Some(i) = self.index(id) else { return };
        let before = self.windows[i].picture.replace(coverage);
        if before != Some(coverage) {
            self.damage_window(i);
        } else if self.is_visible(id) {
            let placement = self.windows[i].placement;
            let clip = self.size.rect();
            for rect in damage.rects() {
                self.damage.add(placement.to_output(*rect).intersect(clip));
            }
        }
        if before.is_none() {
            let nobody = self.focus.is_none() && self.waiting.is_none();
            if nobody || self.waiting == Some(id) {
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
            if self.windows[i].has_picture() {
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

    /// To the top of its layer, with the focus; for a window without a picture, as soon as it has one. The
    /// launcher under the kiosk policy comes to the front.
    pub fn raise(&mut self, id: WindowId) {
        let Some(i) = self.index(id) else { return };
        let window = self.windows.remove(i);
        let rank = self.rank(&window);
        let at = self.windows.partition_point(|w| self.rank(w) <= rank);
        self.windows.insert(at, window);
        if at != i {
            self.damage_window(at);
        }
        self.focus(id);
    }

    /// To the bottom of its layer. If it had the focus and is hidden now, the topmost window gets it.
    pub fn lower(&mut self, id: WindowId) {
        let Some(i) = self.index(id) else { return };
        self.damage_window(i);
        let window = self.windows.remove(i);
        let rank = self.rank(&window);
        let at = self.windows.partition_point(|w| self.rank(w) < rank);
        self.windows.insert(at, window);
        let hidden = self.focus == Some(id) && !self.is_visible(id);
        if let Some(top) = self.topmost().filter(|_| hidden) {
            self.give_focus(top);
        }
    }

    /// The keyboard to the window, without raising; waits for a picture if it has none.
    pub fn focus(&mut self, id: WindowId) {
        match self.window(id) {
            Some(w) if w.has_picture() => self.give_focus(id),
            Some(_) => self.waiting = Some(id),
            None => {}
        }
    }

    /// The launcher to the front (kiosk), or focused; as soon as it has a picture if it has none.
    pub fn home(&mut self) {
        if let Some(home) = self.windows.iter().find(|w| w.is_home()).map(|w| w.spec.id) {
            self.focus(home);
        }
    }

    /// The next window in order of use, raised.
    pub fn cycle(&mut self, direction: Direction) {
        let apps = self.recent.iter().copied().filter(|id| {
            self.window(*id).is_some_and(|w| w.has_picture() && !w.is_home() && w.spec.z < layer::BAR)
        });
        let mut order: Vec<WindowId> = apps.collect();
        let unused = self.windows.iter().filter(|w| w.has_picture() && !w.is_home() && w.spec.z < layer::BAR);
        for w in unused {
            if !order.contains(&w.spec.id) {
                order.insert(0, w.spec.id);
            }
        }
        if order.last() == self.focus.as_ref() {
            order.pop();
        }
        let next = match direction {
            Direction::Forward => order.last(),
            Direction::Backward => order.first(),
        };
        if let Some(next) = next.copied() {
            self.raise(next);
        }
    }

    /// Content of the window to a place; the canvas keeps its size.
    pub fn place(&mut self, id: WindowId, at: Point<Output>) {
        let Some(i) = self.index(id) else { return };
        self.damage_window(i);
        self.windows[i].spec.position = Some(at);
        self.arrange(i);
        self.damage_window(i);
    }

    /// The canvas has another size from now on.
    pub fn set_canvas(&mut self, id: WindowId, canvas: Size<Surface>) {
        let Some(i) = self.index(id) else { return };
        self.damage_window(i);
        self.windows[i].spec.canvas = canvas;
        self.arrange(i);
        self.damage_window(i);
    }

    /// The window fills the screen, or ceases to. The kiosk policy has nothing to change.
    pub fn toggle_full(&mut self, id: WindowId) {
        let Some(i) = self.index(id) else { return };
        self.damage_window(i);
        self.windows[i].extent = match self.windows[i].extent {
            Extent::Policy => Extent::Full,
            Extent::Full => Extent::Policy,
        };
        self.arrange(i);
        self.damage_window(i);
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
        draw::list(self.windows.iter().rev().filter(|w| w.has_picture()), &damage, out);
    }

    /// The topmost window that has a pixel at `p`.
    #[must_use]
    pub fn hit(&self, p: Point<Output>) -> Option<Hit> {
        let window = self
            .windows
            .iter()
            .rev()
            .find(|w| w.has_picture() && w.frame.contains(p) && self.size.rect().contains(p))?;
        Some(Hit { id: window.spec.id, part: part(window, p) })
    }

    /// The window's canvas pixel under an output pixel, also outside the canvas (a grab).
    #[must_use]
    pub fn to_surface(&self, id: WindowId, p: Point<Output>) -> Option<Point<Surface>> {
        self.window(id).map(|w| w.placement.to_surface(p))
    }

    /// Where the window's content is.
    #[must_use]
    pub fn placement(&self, id: WindowId) -> Option<Placement> {
        self.window(id).map(|w| w.placement)
    }

    /// The size that a canvas would have to have to fill the window's place exactly; `None` for windows that
    /// choose their own size.
    #[must_use]
    pub fn wanted_canvas(&self, id: WindowId) -> Option<Size<Surface>> {
        let window = self.window(id)?;
        let fills = window.chrome == Chrome::Bare && window.spec.z < layer::BAR;
        (fills && window.frame == self.size.rect()).then(|| self.size.cast())
    }

    /// Whether any pixel of the window can be seen.
    #[must_use]
    pub fn is_visible(&self, id: WindowId) -> bool {
        let Some(i) = self.index(id) else { return false };
        let window = &self.windows[i];
        window.has_picture()
            && !window.frame.intersect(self.size.rect()).is_empty()
            && draw::shows(window, self.windows[i + 1..].iter())
    }

    /// Whether the window had a commit.
    #[must_use]
    pub fn has_picture(&self, id: WindowId) -> bool {
        self.window(id).is_some_and(Window::has_picture)
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

    /// Who has the keyboard.
    #[must_use]
    pub const fn focused(&self) -> Option<WindowId> {
        self.focus
    }

    /// The window other than `than` that had the focus last.
    #[must_use]
    pub fn last_focused_but(&self, than: WindowId) -> Option<WindowId> {
        self.recent.iter().rev().copied().find(|id| *id != than)
    }

    /// All windows, bottom to top; the launcher is the first whether or not it is in front.
    pub fn stacking(&self) -> impl Iterator<Item = WindowId> + '_ {
        let homes = self.windows.iter().filter(|w| w.is_home());
        homes.chain(self.windows.iter().filter(|w| !w.is_home())).map(|w| w.spec.id)
    }

    fn window(&self, id: WindowId) -> Option<&Window> {
        self.windows.iter().find(|w| w.spec.id == id)
    }

    fn index(&self, id: WindowId) -> Option<usize> {
        self.windows.iter().position(|w| w.spec.id == id)
    }

    fn home_window(&self) -> Option<WindowId> {
        self.windows.iter().find(|w| w.is_home() && w.has_picture()).map(|w| w.spec.id)
    }

    fn topmost(&self) -> Option<WindowId> {
        let mut shown = self.windows.iter().rev().filter(|w| w.has_picture());
        shown.clone().find(|w| w.spec.z < layer::BAR).or_else(|| shown.next()).map(|w| w.spec.id)
    }

    fn last_used(&self) -> Option<WindowId> {
        self.recent.iter().rev().copied().find(|id| self.has_picture(*id))
    }

    /// Sorts windows: the launcher at the bottom or, when it is in front, over the apps but not the bars.
    fn rank(&self, w: &Window) -> u64 {
        match (w.spec.role, self.front) {
            (Role::Home, Front::Apps) => 0,
            (Role::Home, Front::Home) => 2 * u64::from(layer::BAR),
            (Role::App, _) => 2 * u64::from(w.spec.z) + 1,
        }
    }

    fn sort(&mut self) {
        let mut windows = std::mem::take(&mut self.windows);
        windows.sort_by_key(|w| self.rank(w));
        self.windows = windows;
    }

    fn set_front(&mut self, front: Front) {
        if self.front != front {
            self.front = front;
            self.sort();
            self.damage.add(self.size.rect());
        }
    }

    fn give_focus(&mut self, id: WindowId) {
        self.waiting = None;
        let home = self.window(id).is_some_and(Window::is_home);
        if self.policy == Policy::Kiosk {
            if home {
                self.set_front(Front::Home);
            } else if self.takes_focus(id) {
                self.set_front(Front::Apps);
            }
        }
        if self.focus == Some(id) {
            return;
        }
        let old = self.focus.replace(id);
        self.recent.retain(|r| *r != id);
        self.recent.push(id);
        for changed in [old, Some(id)].into_iter().flatten() {
            if let Some(bar) = self.window(changed).map(Window::title_bar) {
                self.damage.add(bar.intersect(self.size.rect()));
            }
        }
    }

    fn damage_window(&mut self, i: usize) {
        if self.windows[i].has_picture() {
            self.damage.add(self.windows[i].extents().intersect(self.size.rect()));
        }
    }

    fn arrange_all(&mut self) {
        if self.policy == Policy::Desktop {
            self.set_front(Front::Apps);
        } else if self.focus.is_some() && self.focus == self.home_window() {
            self.set_front(Front::Home);
        }
        for i in 0..self.windows.len() {
            self.arrange(i);
        }
        self.damage.clear();
        self.damage.add(self.size.rect());
    }

    /// Gives the window its place by policy.
    fn arrange(&mut self, i: usize) {
        let screen = self.size.rect();
        let window = &self.windows[i];
        let spec = window.spec;
        let fills = spec.z < layer::BAR
            && (self.policy == Policy::Kiosk
                || spec.role == Role::Home
                || window.extent == Extent::Full
                || spec.z == layer::DESKTOP && spec.position.is_none());
        let (placement, chrome) = if fills {
            (Placement::fit(spec.canvas, screen), Chrome::Bare)
        } else if spec.z >= layer::BAR || spec.z == layer::DESKTOP {
            (Placement::at(spec.canvas, spec.position.unwrap_or(Point::new(0, 0))), Chrome::Bare)
        } else {
            (floating(spec, i, screen), Chrome::TitleBar)
        };
        let content = placement.content;
        let frame = match chrome {
            Chrome::Bare if fills => screen,
            Chrome::Bare => content,
            Chrome::TitleBar => Rect::from_edges(
                content.left(),
                content.top().saturating_sub(TITLE_BAR.cast_signed()),
                content.right(),
                content.bottom(),
            ),
        };
        let window = &mut self.windows[i];
        (window.placement, window.chrome, window.frame) = (placement, chrome, frame);
    }
}

/// The place of a floating window: where it wishes, as far as its title bar stays on the screen; without a
/// wish centred and a little apart from the others; shrunk where the screen is smaller.
fn floating(spec: WindowSpec, nth: usize, screen: Rect<Output>) -> Placement {
    let bar = TITLE_BAR.cast_signed();
    let work =
        Rect::from_edges(screen.left(), screen.top().saturating_add(bar), screen.right(), screen.bottom());
    let fits = spec.canvas.w() <= work.w() && spec.canvas.h() <= work.h();
    if !fits {
        return Placement::fit(spec.canvas, work);
    }
    let step = i32::try_from(nth % 8).unwrap_or(0) * bar;
    let centred = || {
        let free_x = (work.w() - spec.canvas.w()).cast_signed();
        let free_y = (work.h() - spec.canvas.h()).cast_signed();
        Point::new(
            work.left() + (free_x / 2 + step).min(free_x),
            work.top() + (free_y / 2 + step).min(free_y),
        )
    };
    let at = spec.position.unwrap_or_else(centred);
    // So much of the title bar stays to be taken hold of.
    let reach = 48;
    let low = work.left().saturating_add(reach).saturating_sub_unsigned(spec.canvas.w());
    let x = at.x.clamp(low, work.right().saturating_sub(reach).max(low));
    let y = at.y.clamp(work.top(), work.bottom().max(work.top()));
    Placement::at(spec.canvas, Point::new(x, y))
}

fn part(window: &Window, p: Point<Output>) -> Part {
    if window.placement.content.contains(p) {
        return Part::Content(window.placement.to_surface(p));
    }
    let bar = window.title_bar();
    if !bar.contains(p) {
        return Part::LetterBox;
    }
    // Right to left: close, full, behind; the first is centred 20 pixels from the right edge.
    let from_right = bar.right().abs_diff(p.x);
    match from_right.saturating_sub(CONTROL_PITCH / 2) / CONTROL_PITCH {
        0 if from_right >= CONTROL_PITCH / 2 => Part::Close,
        1 => Part::Full,
        2 => Part::Behind,
        _ => Part::TitleBar,
    }
}
