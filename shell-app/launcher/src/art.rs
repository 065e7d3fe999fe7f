//! What stands for an app that brings no icon: a plate of its own hue and the first letter of its title.

use ui::Rgba;

use crate::catalog::App;
use crate::search::capital;

/// The hues. White on any of them has a contrast of at least 3 to 1.
const HUES: [(u32, u32); 8] = [
    (0x6e_7bff, 0x45_4bd0),
    (0x3d_98f0, 0x1f_5fc9),
    (0x1f_a9a6, 0x0c_7480),
    (0x35_a86d, 0x1a_7449),
    (0xe0_8a36, 0xb3_541a),
    (0xf0_6f62, 0xc4_3f50),
    (0xe4_66a4, 0xb0_3a82),
    (0x9d_6cf0, 0x6f_3fcb),
];

/// An app's own colours, top and bottom: by FNV-1a over its name.
pub(crate) fn hue(app: &App) -> (Rgba, Rgba) {
    let mix = |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = app.name.bytes().fold(0x811c_9dc5, mix);
    let (top, bottom) = HUES[usize::try_from(hash >> 8).unwrap_or(0) % HUES.len()];
    (Rgba::opaque(top), Rgba::opaque(bottom))
}

/// The letter on the plate: the first of the title that is no sign.
pub(crate) fn letter(app: &App) -> char {
    let is_letter = |c: &char| c.is_ascii_alphanumeric() || *c > '\u{bf}';
    app.title.chars().find(is_letter).map_or('•', capital)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(name: &str, title: &str) -> App {
        App { name: name.into(), title: title.into(), ..App::default() }
    }

    #[test]
    fn letter_is_the_first_of_the_title() {
        assert_eq!(
            ["clock", "«élan»", "—", "ящик"].map(|title| letter(&app("x", title))),
            ['C', 'É', '—', 'Я']
        );
        assert_eq!(letter(&app("x", "...")), '•');
    }

    #[test]
    fn hue_of_many_names_uses_every_one() {
        let hues: std::collections::BTreeSet<u32> =
            (0..100).map(|n| hue(&app(&format!("app-{n}"), "")).0.0).collect();
        assert_eq!(hues.len(), HUES.len());
    }
}
