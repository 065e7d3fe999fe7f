use crate::Rgba;

/// A rectangle as an app wrote it: pixels of its surface, saturated to `i32`. Width and height may be zero or negative
/// (then nothing is drawn), and `x + w` may lie outside `i32`: add in `i64`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Area {
    /// Left edge; may be negative.
    pub x: i32,
    /// Top edge; may be negative.
    pub y: i32,
    /// Width; nothing is drawn if it is not positive.
    pub w: i32,
    /// Height; nothing is drawn if it is not positive.
    pub h: i32,
}

impl Area {
    /// A rectangle from its left-top corner and its size.
    #[must_use]
    pub const fn new(x: i32, y: i32, w: i32, h: i32) -> Self {
        Self { x, y, w, h }
    }
}

/// A fixed cell size of `draw_text`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TextSize {
    /// `s`: cells of 4x8.
    Small,
    /// `m`: cells of 8x16.
    #[default]
    Medium,
    /// `l`: cells of 16x32.
    Large,
}

impl TextSize {
    /// Width and height of one cell, in pixels.
    #[must_use]
    pub const fn cell(self) -> (i32, i32) {
        match self {
            Self::Small => (4, 8),
            Self::Medium => (8, 16),
            Self::Large => (16, 32),
        }
    }
}

/// The face of `draw_glyph`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Weight {
    /// `regular`: the interface face.
    #[default]
    Regular,
    /// `bold`: the interface face, bold.
    Bold,
    /// `mono`: the monospace face, every advance the same.
    Mono,
}

/// Encoding of an inline image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageFormat {
    /// A PNG file in base64.
    Png,
    /// `w * h` pixels of four bytes R, G, B, A in base64, not premultiplied.
    Raw,
}

/// Where the pixels of `draw_image` come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageSource<'a> {
    /// A path in the app's own name space, not resolved and not checked.
    Path(&'a str),
    /// Inline data.
    Inline {
        /// What the base64 holds.
        format: ImageFormat,
        /// The text as written, not decoded and not checked.
        base64: &'a str,
    },
}

/// One draw command. Coordinates are pixels of the app's surface, origin at its top left, saturated to `i32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command<'a> {
    /// `fill_rect`: alpha 255 replaces, below that blends source-over.
    FillRect {
        /// What to fill.
        area: Area,
        /// With what.
        color: Rgba,
    },
    /// `fill_rect_r`: an anti-aliased rounded rectangle.
    FillRoundRect {
        /// What to fill.
        area: Area,
        /// With what.
        color: Rgba,
        /// Corner radius in pixels as written; drawn clamped to 0 and half the shorter side.
        radius: i32,
    },
    /// `rect_border`: a 1-pixel outline inside the rectangle.
    RectBorder {
        /// The rectangle.
        area: Area,
        /// Colour of the outline.
        color: Rgba,
    },
    /// `clear_region`: back to transparent.
    ClearRegion {
        /// What to clear.
        area: Area,
    },
    /// `draw_text`: one fixed cell for each code point.
    Text {
        /// Left edge of the first cell.
        x: i32,
        /// Top edge of the first cell.
        y: i32,
        /// Colour; its alpha is honoured.
        color: Rgba,
        /// Cell size.
        size: TextSize,
        /// May be empty.
        text: &'a str,
    },
    /// `draw_text_wrap`: the same cells, wrapped greedily.
    TextWrap {
        /// Left edge of each line.
        x: i32,
        /// Top edge of the first line.
        y: i32,
        /// Width in pixels a line may take.
        max_w: i32,
        /// Colour; its alpha is honoured.
        color: Rgba,
        /// Cell size; the line pitch is its height.
        size: TextSize,
        /// May be empty.
        text: &'a str,
    },
    /// `draw_glyph`: proportional text.
    Glyphs {
        /// Pen position of the first glyph.
        x: i32,
        /// The baseline.
        y: i32,
        /// Colour; its alpha is honoured.
        color: Rgba,
        /// Size of the em in pixels as written; nothing is drawn if it is not positive, and above
        /// [`MAX_GLYPH_PX`](crate::limits::MAX_GLYPH_PX) that limit is drawn.
        px: i32,
        /// Face.
        weight: Weight,
        /// May be empty.
        text: &'a str,
    },
    /// `draw_image`: a picture scaled to the rectangle.
    Image {
        /// Where, and the size it is scaled to.
        area: Area,
        /// What.
        source: ImageSource<'a>,
    },
    /// `draw_animation`: a picture that moves, scaled to the rectangle.
    Animation {
        /// Where, and the size it is scaled to.
        area: Area,
        /// A path in the app's own name space, not resolved and not checked.
        path: &'a str,
    },
    /// `stop_animation`: animations that touch the rectangle move no more.
    StopAnimation {
        /// Where.
        area: Area,
    },
    /// `set_layer_alpha`: opacity of the whole window, clamped to 0..=255.
    LayerAlpha(u8),
    /// `set_transparent`: unpainted pixels show what is below the window.
    Transparent,
    /// `flush` or `present`: everything since the last one becomes visible at once.
    Present,
}

/// One audio command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audio {
    /// `beep:<hz>,<ms>`, saturated to `u32`.
    Beep {
        /// Frequency in hertz, as written.
        hz: u32,
        /// Duration in milliseconds, as written.
        ms: u32,
    },
    /// `volume:<0..100>`, clamped, in percent.
    Volume(u8),
    /// `mute`.
    Mute,
    /// `unmute`.
    Unmute,
}
