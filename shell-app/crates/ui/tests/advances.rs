//! The table of advance widths is that of the interface face. `VYOMA_BLESS=1` writes it anew.
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use ttf_parser::Face;
use vyoma_ui::{Weight, measure};

/// The code points that have a glyph, in runs: the first, and how many.
type Runs = Vec<(u16, u16)>;

/// Runs closer than this are one, with the missing width between: shorter than a new run.
const MAX_GAP: u16 = 3;

fn load(face: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets/fonts").join(face);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parse(bytes: &[u8]) -> Face<'_> {
    Face::parse(bytes, 0).expect("a font")
}

fn runs(font: &Face<'_>) -> Runs {
    let mut runs: Runs = Vec::new();
    for c in (' '..='\u{fffe}').filter(|c| font.glyph_index(*c).is_some()) {
        let code = u16::try_from(u32::from(c)).expect("of the first plane");
        match runs.last_mut() {
            Some((first, count)) if code - *first - *count < MAX_GAP => *count = code - *first + 1,
            _ => runs.push((code, 1)),
        }
    }
    runs
}

fn units(font: &Face<'_>, code: u32, missing: u16) -> i16 {
    let glyph = char::from_u32(code).and_then(|c| font.glyph_index(c));
    let units = glyph.map_or(missing, |glyph| font.glyph_hor_advance(glyph).unwrap_or(0));
    i16::try_from(units).expect("of a few ems")
}

fn print<T: Copy>(name: &str, doc: &str, of: &str, all: &[T], text: impl Fn(T) -> String, out: &mut String) {
    writeln!(out, "\n/// {doc}\n#[rustfmt::skip]\npub(crate) static {name}: [{of}; {}] = [", all.len())
        .expect("a string");
    for line in all.chunks(12) {
        let line: Vec<String> = line.iter().map(|one| text(*one)).collect();
        writeln!(out, "    {},", line.join(", ")).expect("a string");
    }
    out.push_str("];\n");
}

/// The widths of a glyph: in the regular face, and in the bold one.
type Pair = (i16, i16);

/// Whether a code point has to have its very width: those of the languages of Europe, and what stands between words.
const fn is_exact(code: u32) -> bool {
    matches!(code, 0..0x180 | 0x391..=0x3ce | 0x410..=0x44f | 0x2010..=0x2027)
}

/// The place of the pair that is nearest, and by how much it is wrong.
fn nearest(kept: &[Pair], (regular, bold): Pair) -> (usize, u16) {
    let wrong = |pair: &Pair| pair.0.abs_diff(regular).max(pair.1.abs_diff(bold));
    kept.iter().map(wrong).enumerate().min_by_key(|(_, wrong)| *wrong).expect("some are kept")
}

/// 256 pairs, sorted: those that have to be exact, then whichever is furthest from all that are kept.
fn kept(codes: &[u32], pairs: &[Pair]) -> Vec<Pair> {
    let exact = codes.iter().zip(pairs).filter(|(code, _)| is_exact(**code)).map(|(_, pair)| *pair);
    let mut kept = BTreeSet::from_iter(exact);
    let mut all = Vec::from_iter(BTreeSet::from_iter(pairs.iter().copied()));
    while kept.len() < 256 {
        let known = Vec::from_iter(kept.iter().copied());
        all.sort_by_key(|pair| nearest(&known, *pair).1);
        kept.insert(*all.last().expect("more than 256"));
    }
    Vec::from_iter(kept)
}

#[test]
fn advances_table_is_the_fonts() {
    let (regular, bold) = (load("inter-regular.otf"), load("inter-bold.otf"));
    let (regular, bold) = (parse(&regular), parse(&bold));
    let em = regular.units_per_em();
    assert_eq!(em, bold.units_per_em());
    // Six tenths of the em: the box that `draw_glyph` draws.
    let missing = (em * 6 + 5) / 10;
    let runs = runs(&regular);
    assert_eq!(runs, self::runs(&bold), "both faces have the same glyphs");
    let codes = runs.iter().flat_map(|&(first, count)| u32::from(first)..u32::from(first) + u32::from(count));
    let codes: Vec<u32> = codes.collect();
    let pair = |code: &u32| (units(&regular, *code, missing), units(&bold, *code, missing));
    let pairs: Vec<Pair> = codes.iter().map(pair).collect();
    let kept = kept(&codes, &pairs);
    let worst = pairs.iter().map(|pair| nearest(&kept, *pair).1).max().expect("some");
    assert!(worst * 50 < em, "no width is wrong by a fiftieth of the em: {worst} of {em}");
    let glyphs: Vec<u8> =
        pairs.iter().map(|pair| u8::try_from(nearest(&kept, *pair).0).expect("of 256")).collect();

    let mut table = String::from(
        "//! Advance widths of Inter, in units of the font: code points in runs, sorted.\n\
         //! Written by `VYOMA_BLESS=1 cargo test -p vyoma-ui --test advances`; do not edit.\n\n",
    );
    let out = &mut table;
    writeln!(out, "/// Units of the em.\npub(crate) const UNITS_PER_EM: f32 = {em}.0;\n").expect("a string");
    writeln!(out, "/// Width of the box that stands for a code point without a glyph.").expect("a string");
    writeln!(out, "pub(crate) const MISSING: i16 = {missing};").expect("a string");
    print(
        "RUNS",
        "The code points with a glyph: the first of a run, and how many.",
        "(u16, u16)",
        &runs,
        |(first, count)| format!("(0x{first:04x}, {count})"),
        out,
    );
    print(
        "WIDTHS",
        "The widths that are told apart: in the regular face, and in the bold one.",
        "[i16; 2]",
        &kept,
        |(regular, bold)| format!("[{regular}, {bold}]"),
        out,
    );
    print(
        "GLYPHS",
        "The glyphs of all runs one after the other: places in that list. What is rare has the nearest.",
        "u8",
        &glyphs,
        |place| place.to_string(),
        out,
    );

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/advances.rs");
    if std::env::var_os("VYOMA_BLESS").is_some() {
        std::fs::write(&path, &table).expect("written");
    }
    assert!(
        std::fs::read_to_string(&path).expect("the table") == table,
        "{} is not the fonts': run this test with VYOMA_BLESS=1",
        path.display()
    );
}

#[test]
fn measure_is_what_draw_glyph_advances() {
    for text in ["", "07:42", "Saturday, 21 November", "Übersicht – Ящик…", "Größe Ωμέγα", "\u{f8ff}"]
    {
        for weight in [Weight::Regular, Weight::Bold] {
            for px in [13, 15, 18, 24, 40, 72] {
                let (ours, drawn) = (measure(text, px, weight), raster::measure(text, px, weight));
                // Headings are kerned, which makes them a little narrower.
                let slack = if px < 24 { 0.0 } else { ours * 0.01 };
                let differs = ours - drawn;
                assert!(
                    (-0.05..slack + 0.05).contains(&differs),
                    "{text:?} at {px} {weight:?}: {ours}, drawn {drawn}"
                );
            }
        }
    }
}
