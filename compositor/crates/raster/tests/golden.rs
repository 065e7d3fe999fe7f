//! Pictures of every command, exact where they are integer arithmetic.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::assert_golden_at;
use draw_protocol::{Area, Command, ImageSource, Rgba, TextSize, Weight};
use paint::Size;
use vyoma_raster::{Canvas, Outcome};

/// Outlines are `f32`: their edges may round differently by a hair on another machine.
const OUTLINES: u8 = 2;

const TEXT: Rgba = Rgba::opaque(0x00ea_effa);
const DIM: Rgba = Rgba::opaque(0x00a9_b4cf);
const ACCENT: Rgba = Rgba::opaque(0x00ff_b454);

fn canvas(w: u32, h: u32) -> Canvas {
    Canvas::new(Size::new(w, h).unwrap())
}

fn fill(canvas: &mut Canvas, area: Area, color: Rgba) {
    assert_eq!(canvas.apply(&Command::FillRect { area, color }), Outcome::Drawn);
}

fn cells(canvas: &mut Canvas, (x, y): (i32, i32), size: TextSize, text: &str) {
    canvas.apply(&Command::Text { x, y, color: TEXT, size, text });
}

/// Compares with `tests/golden/<name>.png`.
fn assert_golden(name: &str, canvas: &Canvas, tolerance: u8) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.png"));
    assert_golden_at(&path, canvas, tolerance);
}

#[test]
fn rectangles() {
    let mut canvas = canvas(96, 64);
    fill(&mut canvas, Area::new(-8, -8, 40, 40), ACCENT);
    fill(&mut canvas, Area::new(16, 16, 40, 40), Rgba(0x7cc0_ff80));
    fill(&mut canvas, Area::new(80, 40, i32::MAX, i32::MAX), TEXT);
    fill(&mut canvas, Area::new(0, 60, 0, 9), TEXT);
    canvas.apply(&Command::RectBorder { area: Area::new(40, 4, 30, 20), color: Rgba(0xff80_8080) });
    canvas.apply(&Command::RectBorder { area: Area::new(60, 30, 1, 20), color: TEXT });
    canvas.apply(&Command::ClearRegion { area: Area::new(24, 24, 16, 8) });
    let image = Command::Image { area: Area::new(66, 44, 12, 12), source: ImageSource::Path("a.png") };
    assert_eq!(canvas.apply(&image), Outcome::ImagePlaceholder);
    assert_eq!(canvas.placeholders(), 1);
    assert_golden("rectangles", &canvas, 0);
}

#[test]
fn rounded_rectangles() {
    let mut canvas = canvas(160, 96);
    for (n, radius) in (0..).zip([1, 2, 4, 8, 12, 16, 999]) {
        let area = Area::new(4 + n % 4 * 39, 4 + n / 4 * 46, 36, 42);
        canvas.apply(&Command::FillRoundRect { area, color: ACCENT, radius });
    }
    let area = Area::new(120, 50, 80, 80);
    canvas.apply(&Command::FillRoundRect { area, color: Rgba(0x7cc0_ff80), radius: 24 });
    assert_golden("rounded", &canvas, OUTLINES);
}

#[test]
fn cells_of_three_sizes() {
    let mut canvas = canvas(400, 420);
    let lines = [
        "The quick brown fox jumps over the lazy dog.",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789",
        "abcdefghijklmnopqrstuvwxyz !\"#$%&'()*+,-./",
        ":;<=>?@[\\]^_`{|}~ ÄÖÜäöüß éèêë ñ çÇ Åå øØ æ",
        "Ελληνικά Русский текст Žluťoučký kůň €£ “”",
        "→←↑↓ ✓✗ •…°±×÷ ★♥ ∞≤≥≠ ☀♪ ⌘ 中文 x\u{301}e\u{301}",
        "┌─┬─┐╔═╦═╗┏━┳━┓╭─╮ ▁▂▃▄▅▆▇█ ░▒▓ ▏▎▍▌▋▊▉",
        "│ ├─┤║ ╠═╣┃ ┣━┫│╳│ ╟─╢╞═╡╤╧╪╫ ⠁⠃⠇⡇⣇⣧⣷⣿",
        "└─┴─┘╚═╩═╝┗━┻━┛╰─╯ ▖▗▘▙▚▛▜▝▞▟ ▀▐▔▕ \u{1f600}",
    ];
    for (n, line) in (0..).zip(lines) {
        cells(&mut canvas, (4, 4 + n * 8), TextSize::Small, line);
        cells(&mut canvas, (4, 84 + n * 16), TextSize::Medium, line);
    }
    for (n, line) in (0..).zip(["The quick brown fox (1)", "gjpqy ÄÖÜ éß Ж→┌─┐█✓", "x[3] != {'a'}; @#$%&"])
    {
        cells(&mut canvas, (4, 240 + n * 32), TextSize::Large, line);
    }
    let text = "Wrapped text breaks at spaces, and a loooooooooooooooooooong word is broken.";
    let (color, size) = (DIM, TextSize::Medium);
    canvas.apply(&Command::TextWrap { x: 4, y: 340, max_w: 160, color, size, text });
    assert_golden("cells", &canvas, OUTLINES);
}

#[test]
fn proportional_text() {
    let mut canvas = canvas(420, 330);
    fill(&mut canvas, Area::new(0, 0, 420, 330), Rgba::opaque(0x0015_1c30));
    let mut y = 8;
    for px in [13, 15, 18, 24, 40, 72] {
        y += px * 7 / 5;
        let text =
            if px > 30 { "12:45 Rg" } else { "Hamburgefonstiv 0123456789 – Öffnen, Žižka, Ещё" };
        let weight = if px == 24 { Weight::Bold } else { Weight::Regular };
        canvas.apply(&Command::Glyphs { x: 8, y, color: TEXT, px, weight, text });
    }
    canvas.apply(&Command::Glyphs {
        x: 8,
        y: 284,
        color: ACCENT,
        px: 15,
        weight: Weight::Bold,
        text: "Bold → \u{1f600} ★",
    });
    let text = "mono { il: WM, 0O1lI }";
    canvas.apply(&Command::Glyphs { x: 8, y: 306, color: DIM, px: 16, weight: Weight::Mono, text });
    canvas.apply(&Command::Glyphs {
        x: 200,
        y: 306,
        color: Rgba(0x7cc0_ff60),
        px: 40,
        weight: Weight::Bold,
        text: "alpha",
    });
    assert_golden("proportional", &canvas, OUTLINES);
}

/// A line of each script that is embedded, and one of scripts that are not.
const SCRIPTS: [&str; 9] = [
    "Tiếng Việt, Žluťoučký, e\u{323}\u{301} x\u{301}q\u{30c}",
    "Ελληνικά Русский Український",
    "हिन्दी नमस्ते क्षत्रिय र्क कि प्रश्न",
    "العربية السلام عليكم ١٢٣ لا",
    "עברית שָׁלוֹם 123 (abc)",
    "←↑→↓ ∑∫√∞≈≠ ①②③ ⌘ ✓✗★ ±×÷",
    "😀 👍 🚀 🔒 ❤ ⚠ ✅ 📁",
    "┌──┬──┐│░▒▓│└──┴──┘█▄▀",
    "中文 かな 한국어 ไทย \u{f8ff}",
];

#[test]
fn scripts_in_cells() {
    let mut canvas = canvas(640, 560);
    for (n, line) in (0..).zip(SCRIPTS) {
        cells(&mut canvas, (4, 4 + n * 10), TextSize::Small, line);
        cells(&mut canvas, (4, 100 + n * 18), TextSize::Medium, line);
        cells(&mut canvas, (4, 268 + n * 32), TextSize::Large, line);
    }
    assert_golden("scripts-cells", &canvas, OUTLINES);
}

#[test]
fn scripts_in_glyphs() {
    let mut canvas = canvas(560, 640);
    let mut y = 0;
    for (px, weight) in [(15, Weight::Regular), (24, Weight::Bold), (16, Weight::Mono)] {
        for text in SCRIPTS {
            y += px * 5 / 4;
            canvas.apply(&Command::Glyphs { x: 8, y, color: TEXT, px, weight, text });
        }
        y += 8;
    }
    assert_golden("scripts-glyphs", &canvas, OUTLINES);
}

/// Scripts of the bundle, each asked for once.
#[test]
fn scripts_of_added_fonts() {
    let mut canvas = canvas(420, 330);
    canvas.ask_for_fonts();
    let mut asked = Vec::new();
    let lines = [
        "বাংলা ਪੰਜਾਬੀ ગુજરાતી",
        "தமிழ் తెలుగు ಕನ್ನಡ",
        "മലയാളം සිංහල ଓଡ଼ିଆ",
        "ภาษาไทย ສະບາຍດີ ქართული Հայերեն",
        "中文字 かなカナ 한국어 漢字",
    ];
    for (n, text) in (0..).zip(lines) {
        let (color, weight, size) = (TEXT, Weight::Regular, TextSize::Medium);
        for command in [
            Command::Glyphs { x: 8, y: 30 + n * 36, color, px: 22, weight, text },
            Command::Text { x: 8, y: 200 + n * 22, color, size, text },
        ] {
            while let Outcome::Font(script) = canvas.apply(&command) {
                let name = script.to_string();
                assert!(!asked.contains(&name), "{name} twice");
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets/fonts/bundle");
                let font: &'static [u8] = std::fs::read(path.join(format!("{name}.ttf"))).unwrap().leak();
                canvas.set_font(script, Some(font)).unwrap();
                asked.push(name);
            }
        }
    }
    assert_eq!(asked.len(), 15, "{asked:?}");
    assert_golden("scripts-added", &canvas, OUTLINES);
}

#[test]
fn a_script_without_a_font_is_asked_for_once() {
    let thai = Command::Text { x: 0, y: 0, color: TEXT, size: TextSize::Medium, text: "\u{e01}" };
    let (mut without, mut refused) = (canvas(16, 16), canvas(16, 16));
    assert_eq!(without.apply(&thai), Outcome::Drawn);
    refused.ask_for_fonts();
    let Outcome::Font(script) = refused.apply(&thai) else { panic!("not asked") };
    assert_eq!(script.to_string(), "Thai");
    assert!(refused.set_font(script, Some(b"no font")).is_err());
    assert_eq!(refused.apply(&thai), Outcome::Drawn);
    assert_eq!(refused.pixels(), without.pixels());
    // What is drawn without a font, what is embedded, and what no script has asks for nothing.
    for text in ["\u{2500}\u{2588}\u{28ff}", "\u{905}\u{5d0}\u{200d}", "\u{f8ff}\u{378}"] {
        let command = Command::Text { x: 0, y: 0, color: TEXT, size: TextSize::Medium, text };
        assert_eq!(refused.apply(&command), Outcome::Drawn, "{text:?}");
    }
}
