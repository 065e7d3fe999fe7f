//! The table of advance widths is that of the interface face. `VYOMA_BLESS=1` writes it anew.
use std::fmt::Write as _;
use std::path::Path;

use ttf_parser::Face;
use vyoma_ui::{Weight, measure};

/// Advances of runs of code points: the first of a run, and the units of each.
type Ranges = Vec<(u32, Vec<u16>)>;

/// Runs closer than this are one, with the missing width between: shorter than a new run.
const MAX_GAP: usize = 4;

fn load(face: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets/fonts").join(face);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn parse(bytes: &[u8]) -> Face<'_> {
    Face::parse(bytes, 0).expect("a font")
}

fn ranges(font: &Face<'_>, missing: u16) -> Ranges {
    let mut ranges: Ranges = Vec::new();
    for c in ' '..='\u{ffff}' {
        let Some(units) = font.glyph_index(c).map(|glyph| font.glyph_hor_advance(glyph).unwrap_or(0)) else {
            continue;
        };
        let code = u32::from(c);
        match ranges.last_mut() {
            Some((first, advances)) if (code - *first) as usize - advances.len() < MAX_GAP => {
                advances.resize((code - *first) as usize, missing);
                advances.push(units);
            }
            _ => ranges.push((code, vec![units])),
        }
    }
    ranges
}

fn print(name: &str, doc: &str, ranges: &Ranges, out: &mut String) {
    writeln!(out, "\n/// {doc}\n#[rustfmt::skip]\npub(crate) static {name}: &[(u32, &[u16])] = &[")
        .expect("a string");
    for (first, advances) in ranges {
        writeln!(out, "    (0x{first:04x}, &[").expect("a string");
        for line in advances.chunks(16) {
            let line: Vec<String> = line.iter().map(u16::to_string).collect();
            writeln!(out, "        {},", line.join(", ")).expect("a string");
        }
        writeln!(out, "    ]),").expect("a string");
    }
    out.push_str("];\n");
}

#[test]
fn advances_table_is_the_fonts() {
    let (regular, bold) = (load("inter-regular.otf"), load("inter-bold.otf"));
    let (regular, bold) = (parse(&regular), parse(&bold));
    let em = regular.units_per_em();
    assert_eq!(em, bold.units_per_em());
    // Six tenths of the em: the box that `draw_glyph` draws.
    let missing = (em * 6 + 5) / 10;
    let mut table = String::from(
        "//! Advance widths of Inter, in units of the font: code points in runs, sorted.\n\
         //! Written by `VYOMA_BLESS=1 cargo test -p vyoma-ui --test advances`; do not edit.\n\n",
    );
    let out = &mut table;
    writeln!(out, "/// Units of the em.\npub(crate) const UNITS_PER_EM: f32 = {em}.0;\n").expect("a string");
    writeln!(out, "/// Width of the box that stands for a code point without a glyph.").expect("a string");
    writeln!(out, "pub(crate) const MISSING: u16 = {missing};").expect("a string");
    print("REGULAR", "The regular face.", &ranges(&regular, missing), out);
    print("BOLD", "The bold face.", &ranges(&bold, missing), out);

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
