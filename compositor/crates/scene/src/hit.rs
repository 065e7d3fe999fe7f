//! What is under a point.

use paint::{Output, Point, Surface};

use crate::CONTROL_PITCH;
use crate::scene::Scene;
use crate::window::{Grip, Window, WindowId};

/// How far outside a window's frame its edges can be taken hold of, in pixels.
pub const EDGE_REACH: i32 = 6;
/// How far along an edge its ends count as corners, in pixels.
const CORNER_REACH: i32 = 18;

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
    /// The title bar's button for the app's menu.
    Menu,
    /// The title bar's control that closes.
    Close,
    /// The title bar's control that maximises and restores.
    Maximise,
    /// The title bar's control that puts the window away.
    Minimise,
    /// An edge or a corner, to resize it by: just outside the frame.
    Edge(Edges),
}

/// Edges of a window that are dragged together: one, or two that meet in a corner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edges {
    /// Left or right.
    pub x: Option<End>,
    /// Top or bottom.
    pub y: Option<End>,
}

/// One of two opposite edges.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Left or top.
    Low,
    /// Right or bottom.
    High,
}

impl Scene {
    /// The topmost window that has a pixel at `p`, or whose edge can be dragged there.
    #[must_use]
    pub fn hit(&self, p: Point<Output>) -> Option<Hit> {
        if !self.size().rect().contains(p) {
            return None;
        }
        self.top_down()
            .filter(|w| w.is_shown())
            .find_map(|w| part(w, p).map(|part| Hit { id: w.spec.id, part }))
    }
}

fn part(window: &Window, p: Point<Output>) -> Option<Part> {
    let geometry = window.geometry;
    if !geometry.frame.contains(p) {
        return edges(window, p).map(Part::Edge);
    }
    if geometry.placement.content.contains(p) {
        return Some(Part::Content(geometry.placement.to_surface(p)));
    }
    let bar = window.title_bar();
    if !bar.contains(p) {
        return Some(Part::LetterBox);
    }
    if window.menu_button().contains(p) {
        return Some(Part::Menu);
    }
    // Right to left: close, maximise, minimise; the first is centred 20 pixels from the right edge.
    let from_right = bar.right().abs_diff(p.x);
    Some(match from_right.saturating_sub(CONTROL_PITCH / 2) / CONTROL_PITCH {
        0 if from_right >= CONTROL_PITCH / 2 => Part::Close,
        1 => Part::Maximise,
        2 => Part::Minimise,
        _ => Part::TitleBar,
    })
}

fn edges(window: &Window, p: Point<Output>) -> Option<Edges> {
    let frame = window.geometry.frame;
    if window.geometry.grip == Grip::None || !frame.outset(EDGE_REACH).contains(p) {
        return None;
    }
    let near = |v: i32, low: i32, high: i32, reach: i32| {
        if v < low.saturating_add(reach) {
            Some(End::Low)
        } else if v >= high.saturating_sub(reach) {
            Some(End::High)
        } else {
            None
        }
    };
    let beside = p.x < frame.left() || p.x >= frame.right();
    let above = p.y < frame.top() || p.y >= frame.bottom();
    // Along an edge, its ends belong to the corner.
    let x = near(p.x, frame.left(), frame.right(), if beside { 0 } else { CORNER_REACH });
    let y = near(p.y, frame.top(), frame.bottom(), if above { 0 } else { CORNER_REACH });
    Some(Edges { x, y })
}
