//! Windows, stacking, focus, hit testing and damage: from windows to a short list of blits.
//!
//! Pure: no pixels, descriptors, clock or threads. The compositor tells a [`Scene`] what happened, takes the
//! damage, and asks for the [`Draw`]s that repaint it. Repainting the damage alone gives the same picture as
//! repainting everything.
//!
//! Invariants, held by `tests/properties.rs`:
//! - windows are sorted by layer; within a layer the order changes by raise and lower alone;
//! - the focused window exists, has a picture and is not put away; under the kiosk policy a focused launcher is
//!   in front;
//! - a hit is always the topmost window that shows a pixel there, or whose edge can be dragged there;
//! - of every window's title bar so much is on the screen that it can be taken hold of.

#![forbid(unsafe_code)]

mod draw;
mod history;
mod hit;
mod layout;
mod place;
mod scene;
mod stacking;
mod switcher;
mod window;

pub use draw::{Draw, What};
pub use history::History;
pub use hit::{EDGE_REACH, Edges, End, Hit, Part};
pub use layout::SMALLEST;
pub use place::{Placement, Scale};
pub use scene::{Arrangement, Front, Policy, Scene};
pub use switcher::{Cell, Direction, Switcher};
pub use window::{
    Arranged, BANNER_HEIGHT, BANNER_MARGIN, BANNER_WIDTH, Banner, CONTROL_PITCH, Coverage, Extent,
    MENU_BUTTON, Presence, Preview, Role, SHADOW_BLUR, SHADOW_DROP, Side, TITLE_BAR, WindowId, WindowSpec,
    layer,
};
