//! Which place each window has: by policy, by people's wish, by what bars leave.

use paint::{Output, Point, Rect, Size};

use crate::Placement;
use crate::scene::{Policy, Scene};
use crate::window::{Chrome, Extent, Geometry, Grip, Role, Side, TITLE_BAR, Window, WindowId, layer};

/// The smallest content that a window can be dragged to, in pixels: its title bar keeps room for its controls.
pub const SMALLEST: (u32, u32) = (160, 80);
/// So much of a title bar stays on the screen to be taken hold of, in pixels.
const REACH: i32 = 48;
/// Between tiles and around them, in pixels.
const GAP: i32 = 8;
/// The first tile's share of the width where there are several, in percent.
const MASTER_SHARE: i32 = 56;
/// New windows go round after so many steps to the right and down, or sooner where the next would reach an edge.
const CASCADE: i64 = 8;

impl Scene {
    /// Gives every window its place; what moved is damaged.
    pub(crate) fn settle(&mut self) {
        for i in 0..self.windows.len() {
            if self.windows[i].spec.z >= layer::BAR {
                let geometry = pinned(&self.windows[i], self.size.rect());
                self.apply(i, geometry);
            }
        }
        let work = self.work_area();
        let tiles = self.tiles(work);
        for i in 0..self.windows.len() {
            if self.windows[i].spec.z < layer::BAR {
                let geometry = self.geometry(&self.windows[i], work, &tiles);
                self.apply(i, geometry);
            }
        }
    }

    fn apply(&mut self, i: usize, geometry: Geometry) {
        if self.windows[i].geometry != geometry {
            self.damage_window(i);
            self.windows[i].geometry = geometry;
            self.damage_window(i);
        }
    }

    /// What bars along a whole edge leave of the screen.
    pub(crate) fn work_area(&self) -> Rect<Output> {
        let screen = self.size.rect();
        let (mut left, mut top, mut right, mut bottom) =
            (screen.left(), screen.top(), screen.right(), screen.bottom());
        let bars = self.windows.iter().filter(|w| {
            self.policy == Policy::Desktop && w.is_shown() && (layer::BAR..layer::OVERLAY).contains(&w.spec.z)
        });
        for bar in bars.map(|w| w.geometry.frame) {
            let long = bar.w() >= screen.w() / 2 && bar.h() <= screen.h() / 4;
            let tall = bar.h() >= screen.h() / 2 && bar.w() <= screen.w() / 4;
            match () {
                () if long && bar.top() <= screen.top() => top = top.max(bar.bottom()),
                () if long && bar.bottom() >= screen.bottom() => bottom = bottom.min(bar.top()),
                () if tall && bar.left() <= screen.left() => left = left.max(bar.right()),
                () if tall && bar.right() >= screen.right() => right = right.min(bar.left()),
                () => {}
            }
        }
        Rect::from_edges(left, top, right, bottom)
    }

    fn geometry(&self, window: &Window, work: Rect<Output>, tiles: &[(WindowId, Rect<Output>)]) -> Geometry {
        let screen = self.size.rect();
        let spec = window.spec;
        match self.policy {
            Policy::Kiosk => return fill(window, screen),
            Policy::Signage => {
                let zone = spec.zone.filter(|_| spec.role == Role::App).and_then(|n| self.zones.get(n));
                return fill(window, zone.copied().unwrap_or(screen));
            }
            Policy::Desktop => {}
        }
        if spec.role == Role::Home || spec.z == layer::DESKTOP && spec.position.is_none() {
            return fill(window, screen);
        }
        if spec.z == layer::DESKTOP {
            return pinned(window, screen);
        }
        match window.extent {
            Extent::Full => fill(window, screen),
            Extent::Maximised => framed(window, work),
            Extent::Half(side) => framed(window, half(work, side)),
            Extent::Policy => match tiles.iter().find(|(id, _)| *id == spec.id) {
                Some((_, tile)) => framed(window, *tile),
                None => floating(window, work),
            },
        }
    }

    /// The frames of tiles: the first takes the left, the others share the right from top to bottom.
    fn tiles(&self, work: Rect<Output>) -> Vec<(WindowId, Rect<Output>)> {
        if !self.tiles_windows() {
            return Vec::new();
        }
        let mut tiled: Vec<&Window> = self
            .windows
            .iter()
            .filter(|w| w.is_normal() && w.is_shown() && w.extent == Extent::Policy)
            .collect();
        tiled.sort_by_key(|w| w.order);
        let inner = work.outset(-GAP);
        let Some((first, rest)) = tiled.split_first() else { return Vec::new() };
        if rest.is_empty() {
            return vec![(first.spec.id, inner)];
        }
        let middle = inner.left() + inner.w().cast_signed() / 100 * MASTER_SHARE;
        let master = Rect::from_edges(inner.left(), inner.top(), middle - GAP / 2, inner.bottom());
        let count = i32::try_from(rest.len()).unwrap_or(i32::MAX);
        let stack = (0..).zip(rest).map(|(nth, window)| {
            let along = |n: i32| {
                let far = i64::from(inner.h() + GAP.unsigned_abs()) * i64::from(n) / i64::from(count);
                inner.top().saturating_add(i32::try_from(far).unwrap_or(i32::MAX))
            };
            let tile = Rect::from_edges(middle + GAP / 2, along(nth), inner.right(), along(nth + 1) - GAP);
            (window.spec.id, tile)
        });
        std::iter::once((first.spec.id, master)).chain(stack).collect()
    }
}

/// The whole of an area, without chrome.
fn fill(window: &Window, area: Rect<Output>) -> Geometry {
    let placement = Placement::fit(window.spec.canvas, area);
    Geometry { chrome: Chrome::Bare, place: area, placement, frame: area, grip: Grip::None }
}

/// A bar, or a picture on the desktop: as it is, where it wishes, on the screen as far as it fits.
fn pinned(window: &Window, screen: Rect<Output>) -> Geometry {
    let (canvas, at) = (window.spec.canvas, window.spec.position.unwrap_or(Point::new(0, 0)));
    let x = at.x.min(screen.right().saturating_sub_unsigned(canvas.w())).max(screen.left());
    let y = at.y.min(screen.bottom().saturating_sub_unsigned(canvas.h())).max(screen.top());
    let placement = Placement::at(canvas, Point::new(x, y));
    let content = placement.content;
    Geometry { chrome: Chrome::Bare, place: content, placement, frame: content, grip: Grip::None }
}

/// A title bar and what is left below it of a frame.
fn framed(window: &Window, frame: Rect<Output>) -> Geometry {
    let top = frame.top().saturating_add(TITLE_BAR.cast_signed());
    let right = frame.right().max(frame.left().saturating_add(1));
    let place = Rect::from_edges(frame.left(), top, right, frame.bottom().max(top.saturating_add(1)));
    around(Placement::fit(window.spec.canvas, place), place, Grip::None)
}

fn around(placement: Placement, place: Rect<Output>, grip: Grip) -> Geometry {
    let top = place.top().saturating_sub(TITLE_BAR.cast_signed());
    let frame = Rect::from_edges(place.left(), top, place.right(), place.bottom());
    Geometry { chrome: Chrome::TitleBar, place, placement, frame, grip }
}

fn half(work: Rect<Output>, side: Side) -> Rect<Output> {
    let middle = work.left() + (work.w() / 2).cast_signed();
    match side {
        Side::Left => Rect::from_edges(work.left(), work.top(), middle, work.bottom()),
        Side::Right => Rect::from_edges(middle, work.top(), work.right(), work.bottom()),
    }
}

/// Where it wishes, as far as its title bar stays on the screen; without a wish centred and a little apart
/// from the others; smaller where the screen is.
fn floating(window: &Window, work: Rect<Output>) -> Geometry {
    let bar = TITLE_BAR.cast_signed();
    let top = work.top().saturating_add(bar);
    let room = Rect::from_edges(work.left(), top, work.right(), work.bottom().max(top.saturating_add(1)));
    let size = floating_size(window, room);
    let (w, h) = (size.w(), size.h());
    let free = |room: u32, edge: u32| room.saturating_sub(edge).cast_signed();
    let (free_x, free_y) = (free(room.w(), w), free(room.h(), h));
    // So that less than half of the free room, and so no edge, is reached: the last step is shorter than that half.
    let apart = |free: i32| {
        let steps = i64::from((free / 2 - 1).max(0) / bar + 1).min(CASCADE);
        free / 2 + i32::try_from(window.order.rem_euclid(steps)).unwrap_or(0) * bar
    };
    let centred = Point::new(room.left() + apart(free_x), room.top() + apart(free_y));
    let at = window.spec.position.unwrap_or(centred);
    let low = work.left().saturating_add(REACH).saturating_sub_unsigned(w);
    let x = at.x.clamp(low, work.right().saturating_sub(REACH).max(low));
    let y = at.y.clamp(room.top(), room.bottom().max(room.top()));
    let place = Rect::new(x, y, w, h);
    let grip = if window.spec.resizable { Grip::Edges } else { Grip::None };
    around(Placement::fit(window.spec.canvas, place), place, grip)
}

/// The size of a floating window's place.
fn floating_size(window: &Window, room: Rect<Output>) -> Size<Output> {
    let wish = window.natural;
    let size = if wish.w() <= room.w() && wish.h() <= room.h() {
        wish
    } else if window.spec.resizable {
        Size::clamped(wish.w().min(room.w()), wish.h().min(room.h()))
    } else {
        let content = Placement::fit(wish.cast(), room).content;
        Size::clamped(content.w(), content.h())
    };
    // The title bar of a very narrow app is wider than the app.
    Size::clamped(size.w().max(SMALLEST.0.min(room.w())), size.h())
}
