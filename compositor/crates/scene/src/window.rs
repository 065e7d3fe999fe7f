//! One window as the scene knows it.

use paint::{Output, Point, Rect, Size, Surface};

use crate::Placement;

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
}

/// Whether a window fills the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Extent {
    /// As the policy has it.
    Policy,
    /// All of it, by people's wish.
    Full,
}

#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) spec: WindowSpec,
    /// `None` until the first commit: the window is not there yet.
    pub(crate) picture: Option<Coverage>,
    pub(crate) banner: Banner,
    pub(crate) extent: Extent,
    pub(crate) chrome: Chrome,
    pub(crate) placement: Placement,
    /// Everything the window's picture covers but its shadow: content, letter-box, title bar.
    pub(crate) frame: Rect<Output>,
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
    pub(crate) fn has_picture(&self) -> bool {
        self.picture.is_some()
    }

    pub(crate) fn is_home(&self) -> bool {
        self.spec.role == Role::Home
    }

    pub(crate) fn title_bar(&self) -> Rect<Output> {
        match self.chrome {
            Chrome::Bare => Rect::EMPTY,
            Chrome::TitleBar => Rect::new(self.frame.left(), self.frame.top(), self.frame.w(), TITLE_BAR),
        }
    }

    pub(crate) fn shadow(&self) -> Rect<Output> {
        match self.chrome {
            Chrome::Bare => Rect::EMPTY,
            Chrome::TitleBar => {
                let (blur, drop) = (SHADOW_BLUR.cast_signed(), SHADOW_DROP.cast_signed());
                self.frame.outset(blur).union(self.frame.outset(blur).offset(0, drop))
            }
        }
    }

    pub(crate) fn banner_rect(&self) -> Rect<Output> {
        if self.banner == Banner::None {
            return Rect::EMPTY;
        }
        let place = self.placement.content;
        let w = BANNER_WIDTH.min(place.w().saturating_sub(16).max(1));
        let x = place.left().saturating_add_unsigned((place.w().saturating_sub(w)) / 2);
        let up = (BANNER_HEIGHT + BANNER_MARGIN).min(place.h()).cast_signed();
        Rect::new(x, place.bottom().saturating_sub(up), w, BANNER_HEIGHT.min(place.h()))
    }

    /// Every output pixel that the window can change.
    pub(crate) fn extents(&self) -> Rect<Output> {
        self.frame.union(self.shadow())
    }
}
