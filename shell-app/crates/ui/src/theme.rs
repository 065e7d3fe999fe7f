//! The palette, and the scales of space and type. Every colour and distance of the shell comes from here.

use draw_protocol::Rgba;

/// White, opaque: glyphs on app icons.
pub const WHITE: Rgba = Rgba::opaque(0xff_ffff);

/// The colour with its alpha multiplied by `part / 255`, rounded.
#[must_use]
pub const fn faded(color: Rgba, part: u8) -> Rgba {
    let alpha = (color.0 & 0xff) * part as u32;
    Rgba((color.0 & !0xff) | ((alpha + 127) / 255))
}

/// The colour `at` of `of` steps on the way from one to another, each channel rounded to nearest. With `of` = height - 1
/// this is the formula of the wallpaper and of the boot splash.
#[must_use]
pub const fn mix(from: Rgba, to: Rgba, at: u32, of: u32) -> Rgba {
    let of = if of == 0 { 1 } else { of };
    let at = if at > of { of } else { at };
    let (a, b) = (from.channels(), to.channels());
    let mut mixed = 0;
    let mut i = 0;
    while i < 4 {
        mixed = (mixed << 8) | ((a[i] as u32 * (of - at) + b[i] as u32 * at + of / 2) / of);
        i += 1;
    }
    Rgba(mixed)
}

/// The colours of one theme. Text on `ground`, `surface` and `raised` has a contrast of at least 5.15 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Wallpaper at the top edge.
    pub ground_top: Rgba,
    /// Wallpaper at the bottom edge.
    pub ground_bottom: Rgba,
    /// Windows, cards, bars.
    pub surface: Rgba,
    /// Tiles, buttons.
    pub raised: Rgba,
    /// A tile or button under the pointer.
    pub hover: Rgba,
    /// A tile or button held down.
    pub pressed: Rgba,
    /// Hairlines, borders of controls.
    pub line: Rgba,
    /// Text.
    pub text: Rgba,
    /// Secondary text.
    pub dim: Rgba,
    /// The primary action, what is active.
    pub accent: Rgba,
    /// Text on `accent`.
    pub on_accent: Rgba,
    /// Focus, links, information.
    pub sky: Rgba,
    /// It worked.
    pub ok: Rgba,
    /// Look out.
    pub warn: Rgba,
    /// It failed.
    pub error: Rgba,
    /// Laid over everything below a dialog.
    pub scrim: Rgba,
}

impl Palette {
    /// Night: what a device starts with.
    pub const DARK: Self = Self {
        ground_top: Rgba::opaque(0x0b_1020),
        ground_bottom: Rgba::opaque(0x13_1b38),
        surface: Rgba::opaque(0x15_1c30),
        raised: Rgba::opaque(0x1f_2842),
        hover: Rgba::opaque(0x2a_3556),
        pressed: Rgba::opaque(0x18_2036),
        line: Rgba::opaque(0x3a_4668),
        text: Rgba::opaque(0xea_effa),
        dim: Rgba::opaque(0xa9_b4cf),
        accent: Rgba::opaque(0xff_b454),
        on_accent: Rgba::opaque(0x1a_1206),
        sky: Rgba::opaque(0x7c_c0ff),
        ok: Rgba::opaque(0x66_d9a0),
        warn: Rgba::opaque(0xff_d166),
        error: Rgba::opaque(0xff_8080),
        scrim: Rgba::opaque(0x06_0912).with_alpha(0xa0),
    };

    /// Day.
    pub const LIGHT: Self = Self {
        ground_top: Rgba::opaque(0xf3_f5fa),
        ground_bottom: Rgba::opaque(0xf3_f5fa),
        surface: Rgba::opaque(0xff_ffff),
        raised: Rgba::opaque(0xe6_ebf5),
        hover: Rgba::opaque(0xda_e1ef),
        pressed: Rgba::opaque(0xcd_d6e8),
        line: Rgba::opaque(0x8a_96b0),
        text: Rgba::opaque(0x12_1a2b),
        dim: Rgba::opaque(0x47_536e),
        accent: Rgba::opaque(0x9a_4b00),
        on_accent: Rgba::opaque(0xff_ffff),
        sky: Rgba::opaque(0x0a_5aa8),
        ok: Rgba::opaque(0x0b_6b3a),
        warn: Rgba::opaque(0x7a_5200),
        error: Rgba::opaque(0xb3_261e),
        scrim: Rgba::opaque(0x12_1a2b).with_alpha(0x80),
    };

    /// Black, white and yellow, for eyes that need it.
    pub const HIGH_CONTRAST: Self = Self {
        ground_top: Rgba::opaque(0),
        ground_bottom: Rgba::opaque(0),
        surface: Rgba::opaque(0),
        raised: Rgba::opaque(0x22_2222),
        hover: Rgba::opaque(0x3a_3a3a),
        pressed: Rgba::opaque(0x44_4444),
        line: Rgba::opaque(0xff_ffff),
        text: Rgba::opaque(0xff_ffff),
        dim: Rgba::opaque(0xff_ffff),
        accent: Rgba::opaque(0xff_d400),
        on_accent: Rgba::opaque(0),
        sky: Rgba::opaque(0x00_e5ff),
        ok: Rgba::opaque(0x66_ffa6),
        warn: Rgba::opaque(0xff_d400),
        error: Rgba::opaque(0xff_9a9a),
        scrim: Rgba::opaque(0).with_alpha(0xc8),
    };

    /// Width of the line around cards and buttons in pixels: 0 where their tones tell them apart.
    #[must_use]
    pub fn outline(&self) -> i32 {
        if self.surface == self.ground_top { 2 } else { 0 }
    }

    /// The wallpaper's colour in row `y` of `height` rows.
    #[must_use]
    pub fn ground(&self, y: i32, height: i32) -> Rgba {
        let last = u32::try_from(height - 1).unwrap_or(0);
        mix(self.ground_top, self.ground_bottom, u32::try_from(y).unwrap_or(0), last)
    }
}

/// Distances in pixels, on the 4-pixel grid.
pub mod space {
    /// Between an icon and its label.
    pub const XS: i32 = 8;
    /// Inside small controls.
    pub const S: i32 = 12;
    /// Between tiles, inside cards.
    pub const M: i32 = 16;
    /// Between groups.
    pub const L: i32 = 24;
    /// Around dialogs.
    pub const XL: i32 = 32;
    /// Between sections.
    pub const XXL: i32 = 48;
    /// Least edge of anything one touches.
    pub const TARGET: i32 = 48;
    /// Corner of tiles and windows.
    pub const RADIUS_TILE: i32 = 16;
    /// Corner of cards and dialogs.
    pub const RADIUS_CARD: i32 = 12;
    /// Corner of controls.
    pub const RADIUS_CONTROL: i32 = 8;

    /// The margin around content on a canvas this wide.
    #[must_use]
    pub const fn margin(width: i32) -> i32 {
        match width {
            ..=400 => XS,
            401..=800 => M,
            801..=1280 => L,
            _ => XL,
        }
    }
}

/// Sizes of type, in pixels of the em.
pub mod type_size {
    /// Hints, labels of states.
    pub const CAPTION: i32 = 13;
    /// Text, names.
    pub const BODY: i32 = 15;
    /// Titles of cards.
    pub const TITLE: i32 = 18;
    /// Headings.
    pub const HEADING: i32 = 24;
    /// The one large line of a screen.
    pub const DISPLAY: i32 = 40;
    /// A clock's digits.
    pub const CLOCK: i32 = 72;

    /// The height of a line at this size: 1.4, rounded.
    #[must_use]
    pub const fn line_height(px: i32) -> i32 {
        (px * 14 + 5) / 10
    }
}

/// Relative luminance as WCAG 2.2 defines it.
#[cfg(test)]
fn luminance(color: Rgba) -> f64 {
    let [r, g, b, _] = color.channels().map(|c| {
        let c = f64::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// The contrast of two colours as WCAG 2.2 defines it, 1 to 21.
#[cfg(test)]
pub(crate) fn contrast(a: Rgba, b: Rgba) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_every_tone_has_enough_contrast() {
        for palette in [Palette::DARK, Palette::LIGHT, Palette::HIGH_CONTRAST] {
            for ground in [
                palette.ground_top,
                palette.ground_bottom,
                palette.surface,
                palette.raised,
                palette.hover,
                palette.pressed,
            ] {
                for text in [palette.text, palette.dim] {
                    assert!(contrast(text, ground) >= 4.5, "{text:08x?} on {ground:08x?}");
                }
            }
            for ground in [palette.ground_top, palette.ground_bottom, palette.surface, palette.raised] {
                let states = [palette.ok, palette.warn, palette.error];
                for text in [palette.text, palette.dim, palette.accent, palette.sky].into_iter().chain(states)
                {
                    assert!(contrast(text, ground) >= 5.15, "{text:08x?} on {ground:08x?}");
                }
            }
            assert!(contrast(palette.on_accent, palette.accent) >= 5.2);
        }
    }

    #[test]
    fn ground_first_and_last_row_are_the_tokens() {
        let palette = Palette::DARK;
        assert_eq!(palette.ground(0, 800), palette.ground_top);
        assert_eq!(palette.ground(799, 800), palette.ground_bottom);
        // Row 400 of 800: (0x0b * 399 + 0x13 * 400 + 399) / 799 = 15.
        assert_eq!(palette.ground(400, 800).channels(), [15, 22, 44, 255]);
        assert_eq!(palette.ground(0, 1), palette.ground_top);
    }

    #[test]
    fn faded_by_all_is_the_same_colour() {
        assert_eq!(faded(Palette::DARK.scrim, 255), Palette::DARK.scrim);
        assert_eq!(faded(Palette::DARK.text, 0).alpha(), 0);
    }
}
