//! What an app's icon looks like: a plate of its own hue and a white glyph.

use ui::{Icon, Rgba};

use crate::catalog::App;

/// What stands on the plate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glyph {
    /// A drawing.
    Icon(Icon),
    /// The first letter of the title.
    Letter(char),
}

/// A plate's colours, from top to bottom, and its glyph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Art {
    pub(crate) top: Rgba,
    pub(crate) bottom: Rgba,
    pub(crate) glyph: Glyph,
}

/// Top and bottom of each plate. White on any of them has a contrast of at least 3 to 1 at the glyph.
const PLATES: [(u32, u32); 9] = [
    (0x6e_7bff, 0x45_4bd0),
    (0x3d_98f0, 0x1f_5fc9),
    (0x1f_a9a6, 0x0c_7480),
    (0x35_a86d, 0x1a_7449),
    (0xe0_8a36, 0xb3_541a),
    (0xf0_6f62, 0xc4_3f50),
    (0xe4_66a4, 0xb0_3a82),
    (0x9d_6cf0, 0x6f_3fcb),
    (0x6d_7fa8, 0x46_5680),
];

/// Words in a category that say what kind of app it is, the glyph of that kind, and its plate if all share one.
const KINDS: [(&str, Icon, Option<usize>); 30] = [
    ("time", Icon::Clock, Some(0)),
    ("clock", Icon::Clock, Some(0)),
    ("creativ", Icon::Palette, Some(5)),
    ("art", Icon::Palette, Some(5)),
    ("draw", Icon::Palette, Some(5)),
    ("graphic", Icon::Image, None),
    ("photo", Icon::Image, None),
    ("game", Icon::Gamepad, None),
    ("media", Icon::Note, None),
    ("music", Icon::Note, None),
    ("audio", Icon::Note, None),
    ("video", Icon::Image, None),
    ("dev", Icon::Terminal, None),
    ("terminal", Icon::Terminal, None),
    ("monitor", Icon::Gauge, None),
    ("system", Icon::Gauge, None),
    ("network", Icon::Globe, None),
    ("internet", Icon::Globe, None),
    ("web", Icon::Globe, None),
    ("communic", Icon::Chat, None),
    ("social", Icon::Chat, None),
    ("educat", Icon::Book, None),
    ("learn", Icon::Book, None),
    ("calc", Icon::Calculator, None),
    ("financ", Icon::Chart, None),
    ("office", Icon::Chart, None),
    ("file", Icon::Folder, None),
    ("setting", Icon::Sliders, Some(8)),
    ("tool", Icon::Sliders, None),
    ("utilit", Icon::Sliders, None),
];

impl Art {
    /// The art of an app: by its category, else by its name and first letter.
    pub(crate) fn of(app: &App) -> Self {
        let category = app.category.to_ascii_lowercase();
        let kind = KINDS.iter().find(|(word, ..)| category.contains(word));
        let plate = kind.and_then(|(.., plate)| *plate).unwrap_or_else(|| by_name(&app.name));
        let glyph = match kind {
            Some(&(_, icon, _)) => Glyph::Icon(icon),
            None => app
                .title
                .chars()
                .find(|c| c.is_alphanumeric())
                .and_then(|c| c.to_uppercase().next())
                .map_or(Glyph::Icon(Icon::Apps), Glyph::Letter),
        };
        let (top, bottom) = PLATES[plate];
        Self { top: Rgba::opaque(top), bottom: Rgba::opaque(bottom), glyph }
    }
}

/// A plate that stays an app's own: FNV-1a over its name.
fn by_name(name: &str) -> usize {
    let hash =
        name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    usize::try_from(hash >> 8).unwrap_or(0) % PLATES.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(name: &str, title: &str, category: &str) -> App {
        App {
            name: name.into(),
            title: title.into(),
            category: category.into(),
            icon: String::new(),
            is_running: false,
        }
    }

    #[test]
    fn of_known_category_is_its_glyph() {
        assert_eq!(Art::of(&app("clock", "Clock", "Time")).glyph, Glyph::Icon(Icon::Clock));
        assert_eq!(Art::of(&app("t", "Tetris", "games")).glyph, Glyph::Icon(Icon::Gamepad));
    }

    #[test]
    fn of_unknown_category_is_the_first_letter() {
        assert_eq!(Art::of(&app("x", "«élan»", "")).glyph, Glyph::Letter('É'));
        assert_eq!(Art::of(&app("x", "—", "")).glyph, Glyph::Icon(Icon::Apps));
    }

    #[test]
    fn of_many_names_uses_every_plate() {
        let plates: std::collections::BTreeSet<usize> =
            (0..100).map(|n| by_name(&format!("app-{n}"))).collect();
        assert_eq!(plates.len(), PLATES.len());
    }
}
