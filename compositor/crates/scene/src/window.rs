//! One window as the scene knows it.

use paint::{Output, Point, Rect, Size, Surface};

use crate::{Edges, Placement};

/// A window, named by its app's number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WindowId(pub u32);

/// Layers of the contract.
pub mod layer {
    /// Behind everything.
    pub const DESKTOP: u32 = 0;
    /// Where apps are.
    pub const NORMAL: u32 = 10;
    /// Docks and bars, from here on never full-screen.
    pub const BAR: u32 = 100;
    /// Over everything.
    pub const OVERLAY: u32 = 255;
}

/// Height of a title bar, in pixels (the look).
pub const TITLE_BAR: u32 = 28;
/// Distance between the centres of a title bar's controls, in pixels.
pub const CONTROL_PITCH: u32 = 20;
/// Width of a title bar's button for the app's menu, at its left end, in pixels.
pub const MENU_BUTTON: u32 = 40;
/// How far a window's shadow reaches, in pixels.
pub const SHADOW_BLUR: u32 = 24;
/// How far a window's shadow falls, in pixels.
pub const SHADOW_DROP: u32 = 8;
/// Height of a restarting app's banner, in pixels.
pub const BANNER_HEIGHT: u32 = 48;
/// Width of a restarting app's banner where there is room, in pixels.
pub const BANNER_WIDTH: u32 = 440;
/// Distance of the banner from the window's bottom, in pixels.
pub const BANNER_MARGIN: u32 = 16;

/// What a window is to the policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// The launcher: at the bottom, what `home` shows.
    Home,
    /// Any other app.
    App,
}

/// What a banner over a window says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Banner {
    /// Nothing: there is none.
    None,
    /// The app is being started again.
    Restarting,
    /// It failed too often.
    Quarantined,
    /// It does not answer.
    Unresponsive,
}

/// Whether what is below a window shows through its content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Coverage {
    /// No.
    Opaque,
    /// Some of it.
    Translucent,
}

/// A new window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WindowSpec {
    /// Its name.
    pub id: WindowId,
    /// Layer, see [`layer`].
    pub z: u32,
    /// Size of the canvas.
    pub canvas: Size<Surface>,
    /// Wished position of the content.
    pub position: Option<Point<Output>>,
    /// What it is.
    pub role: Role,
    /// Whether the canvas may be given another size.
    pub resizable: bool,
    /// Whether its title bar has a button for a menu.
    pub has_menu: bool,
    /// Number of its zone under the signage policy, see [`crate::Scene::set_zones`].
    pub zone: Option<usize>,
}

/// The picture of a window inside another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Preview {
    /// Whose picture.
    pub of: WindowId,
    /// What it is fitted into, in proportion and centred: pixels of the canvas that shows it.
    pub place: Rect<Surface>,
}

/// A half of the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The left one.
    Left,
    /// The right one.
    Right,
}

/// How much of the screen a window takes under the desktop policy.
///
/// ```text
///            toggle_maximised              half(side)
///  Maximised <--------------> Policy <------------------> Half(side)
///       \___________________ toggle_full ___________________/
///                    any  <---------------> Full
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// As the policy has it: floating, or a tile.
    Policy,
    /// Half of what bars leave, by people's wish.
    Half(Side),
    /// All that bars leave, with a title bar.
    Maximised,
    /// The whole screen, without chrome.
    Full,
}

/// Whether a window is put away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    /// It is not.
    Open,
    /// It is: the switcher brings it back.
    Minimised,
}

/// What people made of a window, beside its stacking and the focus: what must outlive a compositor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arranged {
    /// How much of the screen it takes.
    pub extent: Extent,
    /// What it takes when it ceases to be [`Extent::Full`].
    pub under_full: Extent,
    /// Whether it is put away.
    pub presence: Presence,
    /// Where its content is while it floats; `None`: where it falls.
    pub position: Option<Point<Output>>,
    /// Size of its content while it floats.
    pub natural: Size<Output>,
    /// Its place among tiles, the smallest first; windows that nobody placed go round by it.
    pub order: i64,
}

/// A resize that the app has not followed yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Resizing {
    /// Where the content is to be; the edges that are not dragged are where they were.
    pub(crate) target: Rect<Output>,
    /// What is dragged.
    pub(crate) edges: Edges,
}

#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) spec: WindowSpec,
    /// `None` until the first commit: the window is not there yet.
    pub(crate) picture: Option<Coverage>,
    pub(crate) banner: Banner,
    pub(crate) extent: Extent,
    /// What it had before it became [`Extent::Full`].
    pub(crate) under_full: Extent,
    pub(crate) presence: Presence,
    /// Order among tiles, and where a window without a wish for a position goes.
    pub(crate) order: i64,
    /// Size of the content while it floats.
    pub(crate) natural: Size<Output>,
    pub(crate) resizing: Option<Resizing>,
    /// Pictures of other windows over its own; later ones over earlier ones.
    pub(crate) previews: Vec<Preview>,
    pub(crate) geometry: Geometry,
}

/// Where a window is and what is around it; follows from everything else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Geometry {
    pub(crate) chrome: Chrome,
    /// What is there for the canvas.
    pub(crate) place: Rect<Output>,
    /// Where the canvas lies in it.
    pub(crate) placement: Placement,
    /// Everything the window's picture covers but its shadow: place, title bar.
    pub(crate) frame: Rect<Output>,
    /// Whether people can drag its edges.
    pub(crate) grip: Grip,
}

/// Whether a window has edges to drag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Grip {
    None,
    Edges,
}

/// What is drawn around a window's content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Chrome {
    /// Nothing; letter-box where the content does not reach.
    Bare,
    /// A title bar and a shadow.
    TitleBar,
}

impl Window {
    pub(crate) fn new(spec: WindowSpec, order: i64) -> Self {
        let placement = Placement::at(spec.canvas, Point::new(0, 0));
        let content = placement.content;
        Self {
            spec,
            picture: None,
            banner: Banner::None,
            extent: Extent::Policy,
            under_full: Extent::Policy,
            presence: Presence::Open,
            order,
            natural: spec.canvas.cast(),
            resizing: None,
            previews: Vec::new(),
            geometry: Geometry {
                chrome: Chrome::Bare,
                place: content,
                placement,
                frame: content,
                grip: Grip::None,
            },
        }
    }

    pub(crate) fn has_picture(&self) -> bool {
        self.picture.is_some()
    }

    /// Whether it is there to be seen, if nothing lies over it.
    pub(crate) fn is_shown(&self) -> bool {
        self.has_picture() && self.presence == Presence::Open
    }

    pub(crate) fn is_home(&self) -> bool {
        self.spec.role == Role::Home
    }

    /// Whether it is one that people work in: no launcher, no wallpaper, no bar.
    pub(crate) fn is_normal(&self) -> bool {
        !self.is_home() && self.spec.z > layer::DESKTOP && self.spec.z < layer::BAR
    }

    pub(crate) fn title_bar(&self) -> Rect<Output> {
        let frame = self.geometry.frame;
        match self.geometry.chrome {
            Chrome::Bare => Rect::EMPTY,
            Chrome::TitleBar => Rect::new(frame.left(), frame.top(), frame.w(), TITLE_BAR),
        }
    }

    /// The title bar's button for the app's menu, if it has one.
    pub(crate) fn menu_button(&self) -> Rect<Output> {
        let bar = self.title_bar();
        if !self.spec.has_menu || bar.w() < MENU_BUTTON + 4 * CONTROL_PITCH {
            return Rect::EMPTY;
        }
        Rect::new(bar.left(), bar.top(), MENU_BUTTON, bar.h())
    }

    pub(crate) fn shadow(&self) -> Rect<Output> {
        let frame = self.geometry.frame;
        match self.geometry.chrome {
            Chrome::Bare => Rect::EMPTY,
            Chrome::TitleBar => {
                let (blur, drop) = (SHADOW_BLUR.cast_signed(), SHADOW_DROP.cast_signed());
                frame.outset(blur).union(frame.outset(blur).offset(0, drop))
            }
        }
    }

    pub(crate) fn banner_rect(&self) -> Rect<Output> {
        if self.banner == Banner::None {
            return Rect::EMPTY;
        }
        let place = self.geometry.placement.content;
        let w = BANNER_WIDTH.min(place.w().saturating_sub(16).max(1));
        let x = place.left().saturating_add_unsigned((place.w().saturating_sub(w)) / 2);
        let up = (BANNER_HEIGHT + BANNER_MARGIN).min(place.h()).cast_signed();
        Rect::new(x, place.bottom().saturating_sub(up), w, BANNER_HEIGHT.min(place.h()))
    }

    /// Where the window shows the picture of a window with such a canvas, and which of its pixels do: none outside of
    /// its own canvas.
    pub(crate) fn preview(&self, preview: Preview, canvas: Size<Surface>) -> (Placement, Rect<Output>) {
        let placement = self.geometry.placement;
        let place = placement.beyond(preview.place);
        let shown = if place.is_empty() { Rect::EMPTY } else { place.intersect(placement.content) };
        let fitted = Placement::fit(canvas, place);
        (fitted, fitted.content.intersect(shown))
    }

    /// Every output pixel that the window can change.
    pub(crate) fn extents(&self) -> Rect<Output> {
        self.geometry.frame.union(self.shadow())
    }
}
