//! From damage to what must be painted.

use paint::{Output, Rect, Region};

use crate::Placement;
use crate::window::{Banner, Chrome, Coverage, Geometry, Window, WindowId};

/// One thing to paint, clipped to `clip`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Draw {
    /// The only pixels to touch, never empty.
    pub clip: Rect<Output>,
    /// What to paint there.
    pub what: What,
}

/// What to paint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// The wallpaper; opaque.
    Ground,
    /// A window's picture.
    Content {
        /// Whose.
        id: WindowId,
        /// Where the whole canvas lies.
        placement: Placement,
        /// Whether it is copied or blended.
        coverage: Coverage,
    },
    /// A window's picture inside another window.
    Preview {
        /// Whose.
        id: WindowId,
        /// Where the whole canvas lies; what is beside the other window's canvas is not painted.
        placement: Placement,
        /// Whether it is copied or blended.
        coverage: Coverage,
    },
    /// What a window with a title bar shows beside its canvas; opaque.
    Backing,
    /// The shadow around a window's frame, and its outline.
    Shadow {
        /// Whose.
        id: WindowId,
        /// What throws it.
        frame: Rect<Output>,
    },
    /// A title bar.
    TitleBar {
        /// Whose.
        id: WindowId,
        /// All of it.
        bar: Rect<Output>,
    },
    /// A banner over a window.
    Banner {
        /// Whose.
        id: WindowId,
        /// All of it.
        rect: Rect<Output>,
        /// What it says.
        banner: Banner,
    },
}

/// Pieces that one damage rectangle may be cut into before hidden pixels are painted rather than cut out:
/// enough for a few dozen overlapping windows, and a bound on what a frame's list can cost.
const MAX_PIECES: usize = 128;

/// Appends what repaints `damage`, in painting order. `top_down` are the windows that are shown, `all` also those of
/// which only other windows may show something.
pub(crate) fn list<'a>(
    top_down: impl Iterator<Item = &'a Window> + Clone,
    all: &[Window],
    damage: &Region<Output>,
    out: &mut Vec<Draw>,
) {
    let mut pieces: Vec<Rect<Output>> = Vec::new();
    for rect in damage.rects() {
        let start = out.len();
        pieces.clear();
        pieces.push(*rect);
        for window in top_down.clone() {
            if pieces.is_empty() {
                break;
            }
            window_top_down(window, all, &mut pieces, out);
        }
        push(&pieces, *rect, What::Ground, out);
        out[start..].reverse();
    }
}

/// Whether any pixel of `window` is not hidden by opaque windows above it.
pub(crate) fn shows<'a>(window: &Window, above: impl Iterator<Item = &'a Window>) -> bool {
    let mut pieces = vec![window.geometry.frame];
    for other in above {
        hide(other, &mut pieces);
        if pieces.is_empty() {
            return false;
        }
    }
    true
}

fn window_top_down(window: &Window, all: &[Window], pieces: &mut Vec<Rect<Output>>, out: &mut Vec<Draw>) {
    let id = window.spec.id;
    let rect = window.banner_rect();
    push(pieces, rect, What::Banner { id, rect, banner: window.banner }, out);
    for preview in window.previews.iter().rev() {
        let Some(other) = all.iter().find(|other| other.spec.id == preview.of) else { continue };
        let Some(coverage) = other.picture else { continue };
        let (placement, shown) = window.preview(*preview, other.spec.canvas);
        push(pieces, shown, What::Preview { id: preview.of, placement, coverage }, out);
    }
    let geometry = window.geometry;
    let placement = geometry.placement;
    let coverage = window.picture.unwrap_or(Coverage::Translucent);
    push(pieces, placement.content, What::Content { id, placement, coverage }, out);
    if coverage == Coverage::Opaque {
        cut(pieces, placement.content);
    }
    match geometry.chrome {
        // Whatever the launcher is in front of, it is the wallpaper that shows through it.
        Chrome::Bare if window.is_home() => {
            push(pieces, geometry.frame, What::Ground, out);
            cut(pieces, geometry.frame);
        }
        Chrome::Bare => {
            // A translucent window's letter-box shows what is below, like the rest of it.
            if coverage == Coverage::Opaque {
                beside(geometry.frame, placement.content, What::Ground, pieces, out);
            }
        }
        Chrome::TitleBar => {
            beside(geometry.place, placement.content, What::Backing, pieces, out);
            let bar = window.title_bar();
            push(pieces, bar, What::TitleBar { id, bar }, out);
            push(pieces, window.shadow(), What::Shadow { id, frame: geometry.frame }, out);
        }
    }
}

/// Fills what a canvas leaves of its place.
fn beside(
    place: Rect<Output>,
    content: Rect<Output>,
    what: What,
    pieces: &mut Vec<Rect<Output>>,
    out: &mut Vec<Draw>,
) {
    for side in place.subtract(content) {
        push(pieces, side, what, out);
        cut(pieces, side);
    }
}

fn hide(window: &Window, pieces: &mut Vec<Rect<Output>>) {
    if window.picture == Some(Coverage::Opaque) || window.is_home() {
        // A title bar's corners are round: it hides nothing.
        let Geometry { chrome, frame, place, .. } = window.geometry;
        cut(pieces, if chrome == Chrome::Bare { frame } else { place });
    }
}

fn push(pieces: &[Rect<Output>], rect: Rect<Output>, what: What, out: &mut Vec<Draw>) {
    for piece in pieces {
        let clip = piece.intersect(rect);
        if !clip.is_empty() {
            out.push(Draw { clip, what });
        }
    }
}

fn cut(pieces: &mut Vec<Rect<Output>>, hole: Rect<Output>) {
    let mut i = 0;
    let mut left = pieces.len();
    while left > 0 {
        left -= 1;
        let piece = pieces[i];
        if piece.intersect(hole).is_empty() || pieces.len() > MAX_PIECES {
            i += 1;
            continue;
        }
        // The last piece not yet looked at takes its place; the parts go behind all of those.
        pieces.swap_remove(i);
        pieces.extend(piece.subtract(hole));
    }
}
