//! The palette of the system's own surfaces (the look).

use control_protocol::Theme;
use paint::Color;

/// Colours by use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    /// Behind windows: top and bottom of a vertical gradient, `0xRRGGBB`.
    pub(crate) ground: (u32, u32),
    pub(crate) surface: Color,
    pub(crate) raised: Color,
    pub(crate) line: Color,
    pub(crate) text: Color,
    pub(crate) dim: Color,
    pub(crate) accent: Color,
    pub(crate) on_accent: Color,
    pub(crate) sky: Color,
    pub(crate) error: Color,
    /// How dark shadows are, of 255.
    pub(crate) shadow: i32,
}

impl Palette {
    pub(crate) const fn of(theme: Theme) -> Self {
        match theme {
            Theme::Dark => Self {
                ground: (0x000b_1020, 0x0013_1b38),
                surface: Color::from_rgb(0x0015_1c30),
                raised: Color::from_rgb(0x001f_2842),
                line: Color::from_rgb(0x003a_4668),
                text: Color::from_rgb(0x00ea_effa),
                dim: Color::from_rgb(0x00a9_b4cf),
                accent: Color::from_rgb(0x00ff_b454),
                on_accent: Color::from_rgb(0x001a_1206),
                sky: Color::from_rgb(0x007c_c0ff),
                error: Color::from_rgb(0x00ff_8080),
                shadow: 89,
            },
            Theme::Light => Self {
                ground: (0x00f3_f5fa, 0x00f3_f5fa),
                surface: Color::from_rgb(0x00ff_ffff),
                raised: Color::from_rgb(0x00e6_ebf5),
                line: Color::from_rgb(0x008a_96b0),
                text: Color::from_rgb(0x0012_1a2b),
                dim: Color::from_rgb(0x0047_536e),
                accent: Color::from_rgb(0x009a_4b00),
                on_accent: Color::from_rgb(0x00ff_ffff),
                sky: Color::from_rgb(0x000a_5aa8),
                error: Color::from_rgb(0x00b3_261e),
                shadow: 58,
            },
            Theme::HighContrast => Self {
                ground: (0, 0),
                surface: Color::from_rgb(0),
                raised: Color::from_rgb(0x0022_2222),
                line: Color::from_rgb(0x00ff_ffff),
                text: Color::from_rgb(0x00ff_ffff),
                dim: Color::from_rgb(0x00ff_ffff),
                accent: Color::from_rgb(0x00ff_d400),
                on_accent: Color::from_rgb(0),
                sky: Color::from_rgb(0x0000_e5ff),
                error: Color::from_rgb(0x00ff_9a9a),
                shadow: 0,
            },
        }
    }
}

impl Palette {
    /// What a window with a title bar shows beside its canvas.
    pub(crate) const fn backing(&self) -> Color {
        Color::from_rgb(self.ground.0)
    }
}

/// The colour with another opacity.
pub(crate) const fn faded(color: Color, alpha: u8) -> Color {
    Color { a: alpha, ..color }
}
