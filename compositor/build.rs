//! Compiles the list of system calls, and turns the fonts under `assets/` into glyph atlases, so that the compositor
//! links no font parser.
//!
//! Format of an atlas, little endian: ascent and line height in pixels (u8 each), number of glyphs (u16), then for each
//! glyph, sorted by character: character (u32), advance in 64ths of a pixel (u16), left (i8) and top (i8, above the
//! baseline) of its box, width and height (u8 each), offset of its coverage (u32). Then the coverage:
//! 4 bits a pixel, two pixels a byte, low half first, each glyph beginning on a byte.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "metrics of glyphs of at most 40 pixels"
)]

use std::path::PathBuf;
use std::{env, fs};

/// File name of the atlas, font's file name, size in pixels, how many characters.
const ATLASES: &[(&str, &str, f32, Set)] = &[
    ("bold13", "inter-bold.otf", 13.0, Set::Latin),
    ("regular15", "inter-regular.otf", 15.0, Set::Latin),
    ("regular24", "inter-regular.otf", 24.0, Set::Latin),
    ("bold40", "inter-bold.otf", 40.0, Set::Latin),
    ("mono16", "jetbrains-mono-medium.ttf", 16.0, Set::Latin),
];

#[derive(Clone, Copy)]
enum Set {
    /// ASCII, Latin-1, Latin Extended-A, and the punctuation of Western texts.
    Latin,
}

impl Set {
    fn chars(self) -> impl Iterator<Item = char> {
        let Self::Latin = self;
        let letters = (' '..='~').chain('\u{a0}'..='\u{17f}');
        letters.chain("–—‘’“”„•…€→\u{fffd}".chars())
    }
}

fn main() {
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../assets/fonts");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-changed={}", root.display());
    syscalls::build(&[syscalls::Filter::Compositor]).unwrap_or_else(|why| panic!("{why}"));
    for (name, file, px, set) in ATLASES {
        let path = root.join(file);
        let bytes = fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let font =
            fontdue::Font::from_bytes(bytes, fontdue::FontSettings { scale: *px, ..Default::default() })
                .unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        fs::write(out.join(name), atlas(&font, *px, set.chars())).expect("OUT_DIR can be written");
    }
}

fn atlas(font: &fontdue::Font, px: f32, chars: impl Iterator<Item = char>) -> Vec<u8> {
    let mut chars: Vec<char> = chars.filter(|c| font.lookup_glyph_index(*c) != 0).collect();
    chars.sort_unstable();
    chars.dedup();
    let lines = font.horizontal_line_metrics(px).expect("a horizontal font");
    let mut table = Vec::new();
    let mut coverage = Vec::new();
    for c in &chars {
        let (metrics, pixels) = font.rasterize(*c, px);
        let top = metrics.ymin + i32::try_from(metrics.height).expect("glyphs are small");
        table.extend(u32::from(*c).to_le_bytes());
        table.extend(((metrics.advance_width * 64.0).round() as u16).to_le_bytes());
        table.extend((metrics.xmin as i8).to_le_bytes());
        table.extend((top as i8).to_le_bytes());
        table.push(metrics.width as u8);
        table.push(metrics.height as u8);
        table.extend(u32::try_from(coverage.len()).expect("atlases are small").to_le_bytes());
        for pair in pixels.chunks(2) {
            let nibble = |v: u8| ((u16::from(v) * 15 + 127) / 255) as u8;
            coverage.push(nibble(pair[0]) | pair.get(1).map_or(0, |v| nibble(*v) << 4));
        }
    }
    let mut out = vec![lines.ascent.round() as u8, (px * 1.4).round() as u8];
    out.extend(u16::try_from(chars.len()).expect("few characters").to_le_bytes());
    out.extend(table);
    out.extend(coverage);
    out
}
