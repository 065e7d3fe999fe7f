//! The table of advance widths is that of the interface face. `VYOMA_BLESS=1` writes it anew.
use std::collections::{BTreeMap, BTreeSet};
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

/// All code points of a face with a glyph, of the first plane.
fn codes(font: &Face<'_>) -> BTreeSet<u16> {
    let codes = (' '..='\u{fffe}').filter(|c| font.glyph_index(*c).is_some());
    codes.map(|c| u16::try_from(u32::from(c)).expect("of the first plane")).collect()
}

fn runs(codes: impl Iterator<Item = u16>) -> Runs {
    let mut runs: Runs = Vec::new();
    for code in codes {
        match runs.last_mut() {
            Some((first, count)) if code - *first - *count < MAX_GAP => *count = code - *first + 1,
            _ => runs.push((code, 1)),
        }
    }
    runs
}

/// About how wide the letters of Arabic and Hindi are drawn, which is not what each has alone: fitted by least squares
/// to the words of the shell's apps as they are drawn, a letter that none of them has to itself. 128 make an em.
const FITTED: [(u16, &[i16]); 2] = [
    // To the last letter, then the marks, which have no width.
    (
        0x621,
        &[
            38, 66, 29, 90, 23, 42, 31, 51, 42, 67, 55, 65, 75, 91, 72, 74, 41, 61, 127, 112, 111, 127, 70,
            103, 87, 72, 0, 0, 0, 0, 0, 0, 74, 96, 82, 48, 58, 53, 68, 54, 68, 49, 0, 0, 0, 0, 0, 0, 0, 0,
        ],
    ),
    // To the virama, which takes from the letter before it.
    (
        0x901,
        &[
            0, -1, 38, 98, 100, 116, 54, 56, 86, 127, 109, 89, 71, 71, 65, 66, 127, 127, 105, 127, 91, 97,
            64, 77, 107, 77, 78, 92, 107, 107, 70, 85, 71, 67, 82, 75, 80, 68, 68, 72, 71, 74, 97, 70, 95,
            78, 70, 52, 52, 91, 97, 97, 69, 99, 55, 92, 75, 0, 0, 0, 0, 32, 31, 31, 14, 8, 0, 0, 0, 0, -3,
            -10, 37, 0, 45, 40, -46,
        ],
    ),
];

/// Their signs, which are what they are alone: comma, question mark, danda.
const SIGNS: [u16; 3] = [0x60c, 0x61f, 0x964];

/// Widths that are not the interface face's, in units of `em`.
fn other_scripts(em: u16) -> Vec<(u16, Pair)> {
    let em = i16::try_from(em).expect("a few thousand");
    let fitted = FITTED.iter().flat_map(|(first, widths)| (*first..).zip(*widths));
    let letters = fitted.map(|(code, width)| (code, (width * (em / 128), width * (em / 128))));
    let signs = SIGNS.iter().map(|code| {
        let sign = char::from_u32(u32::from(*code)).expect("a sign").to_string();
        let drawn = |weight| raster::measure(&sign, 100, weight) * f32::from(em) / 100.0;
        #[expect(clippy::cast_possible_truncation, reason = "less than an em")]
        let pair = (drawn(Weight::Regular).round() as i16, drawn(Weight::Bold).round() as i16);
        (*code, pair)
    });
    letters.chain(signs).collect()
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
const fn is_exact(code: u16) -> bool {
    matches!(code, 0..0x180 | 0x391..=0x3ce | 0x410..=0x44f | 0x2010..=0x2027)
}

/// The place of the pair that is nearest, and by how much it is wrong.
fn nearest(kept: &[Pair], (regular, bold): Pair) -> (usize, u16) {
    let wrong = |pair: &Pair| pair.0.abs_diff(regular).max(pair.1.abs_diff(bold));
    kept.iter().map(wrong).enumerate().min_by_key(|(_, wrong)| *wrong).expect("some are kept")
}

/// 256 pairs, sorted: those that have to be exact, then whichever is furthest from all that are kept.
fn kept(codes: &[u16], pairs: &[Pair]) -> Vec<Pair> {
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
    assert_eq!(codes(&regular), codes(&bold), "both faces have the same glyphs");
    let others = BTreeMap::from_iter(other_scripts(em));
    let all = codes(&regular).into_iter().chain(others.keys().copied());
    let runs = runs(BTreeSet::from_iter(all).into_iter());
    let codes: Vec<u16> = runs.iter().flat_map(|&(first, count)| first..first + count).collect();
    let of_face = |code: u16| (units(&regular, code.into(), missing), units(&bold, code.into(), missing));
    let pair = |code: &u16| others.get(code).copied().unwrap_or_else(|| of_face(*code));
    let pairs: Vec<Pair> = codes.iter().map(pair).collect();
    let kept = kept(&codes, &pairs);
    let worst = pairs.iter().map(|pair| nearest(&kept, *pair).1).max().expect("some");
    assert!(worst * 50 < em, "no width is wrong by a fiftieth of the em: {worst} of {em}");
    let glyphs: Vec<u8> =
        pairs.iter().map(|pair| u8::try_from(nearest(&kept, *pair).0).expect("of 256")).collect();

    let mut table = String::from(
        "//! Advance widths of Inter, and about those of Arabic and Hindi, in units of the font: code points in runs, sorted.\n\
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

/// Words in Arabic and Hindi of the shell's apps: of their sources all that is quoted.
fn words(folder: &Path, is_of: fn(char) -> bool, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            words(&path, is_of, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source");
            let quoted = text.lines().flat_map(|line| line.split('"').skip(1).step_by(2));
            // Not the keys of a keyboard, which are written singly, marks first.
            let words =
                quoted.filter(|word| word.chars().all(|c| c == ' ' || is_of(c)) && !word.starts_with('ा'));
            found.extend(
                words.filter(|word| word.chars().filter(|c| is_of(*c)).count() > 1).map(String::from),
            );
        }
    }
}

#[test]
fn measure_of_what_apps_say_is_about_what_is_drawn() {
    let apps = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let arabic = |c| ('\u{621}'..='\u{64a}').contains(&c);
    let hindi = |c| ('\u{901}'..='\u{94d}').contains(&c);
    for (is_of, most, mean) in [(arabic as fn(char) -> bool, 0.25, 0.06), (hindi, 0.1, 0.025)] {
        let mut found = BTreeSet::new();
        words(&apps, is_of, &mut found);
        assert!(found.len() > 100, "{} words", found.len());
        let mut sum = 0.0;
        for word in &found {
            for weight in [Weight::Regular, Weight::Bold] {
                let (ours, drawn) = (measure(word, 15, weight), raster::measure(word, 15, weight));
                let off = (ours / drawn - 1.0).abs();
                assert!(off < most, "{word}: {ours}, drawn {drawn}");
                sum += off;
            }
        }
        let count = u16::try_from(2 * found.len()).expect("some hundreds");
        assert!(sum / f32::from(count) < mean, "{} of {count} on average", sum / f32::from(count));
    }
}
