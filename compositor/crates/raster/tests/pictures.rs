//! Pictures of each kind, at their own size, smaller and larger: `VYOMA_BLESS=1 cargo test -p vyoma-raster` writes the
//! golden ones anew, for review.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::assert_golden_at;
use draw_protocol::{Area, Command, Rgba, TextSize, Weight};
use paint::Size;
use vyoma_raster::{Animation, Canvas, Picture};

/// Integer arithmetic, but for outlines of text, and what decoders and gradients do in `f32`.
const TOLERANCE: u8 = 2;

const GROUND: Rgba = Rgba::opaque(0x0015_1c30);
const TEXT: Rgba = Rgba::opaque(0x00ea_effa);

fn assert_golden(name: &str, canvas: &Canvas) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.png"));
    assert_golden_at(&path, canvas, TOLERANCE);
}

/// Where the card is drawn, and how large: its own size, a third of it, an odd part, larger, out of proportion.
const SIZES: [(i32, i32, u32, u32); 5] =
    [(8, 8, 96, 64), (112, 8, 32, 21), (152, 8, 61, 40), (8, 80, 150, 100), (166, 80, 47, 100)];

fn card(name: &str, bytes: &[u8]) {
    let mut canvas = Canvas::new(Size::clamped(221, 188));
    canvas.apply(&Command::FillRect { area: Area::new(0, 0, 221, 188), color: GROUND });
    for (x, y, w, h) in SIZES {
        canvas.draw_picture(x, y, &Picture::decode(bytes, Size::clamped(w, h)).unwrap());
    }
    assert_golden(&format!("picture-{name}"), &canvas);
}

#[test]
fn picture_png_with_alpha() {
    card("png", include_bytes!("pictures/card.png"));
}

#[test]
fn picture_jpeg() {
    card("jpeg", include_bytes!("pictures/card.jpg"));
}

#[test]
fn picture_gif() {
    card("gif", include_bytes!("pictures/card.gif"));
}

#[test]
fn picture_webp_with_alpha() {
    card("webp", include_bytes!("pictures/card.webp"));
}

#[test]
fn picture_svg() {
    card("svg", include_bytes!("pictures/card.svg"));
}

/// Scripts that meet in one line, as people write: numbers and names among words, right among left.
#[test]
fn page_of_mixed_scripts() {
    let mut canvas = Canvas::new(Size::clamped(480, 300));
    canvas.apply(&Command::FillRect { area: Area::new(0, 0, 480, 300), color: GROUND });
    let lines = [
        "Café Ελλάδα №5 – 12,50 € (Москва → Київ)",
        "Room 12 غرفة ١٢ and שלום 34 in one line",
        "दिल्ली Delhi 110001 · Tiếng Việt ✓",
        "العربية with Latin in it, then עברית 7",
    ];
    for (n, text) in (0..).zip(lines) {
        for (px, y, weight) in [(15, 24, Weight::Regular), (20, 120, Weight::Bold)] {
            let y = y + n * px * 3 / 2;
            canvas.apply(&Command::Glyphs { x: 10, y, color: TEXT, px, weight, text });
        }
        let (color, size) = (TEXT, TextSize::Medium);
        canvas.apply(&Command::Text { x: 10, y: 228 + n * 17, color, size, text });
    }
    assert_golden("scripts-mixed", &canvas);
}

/// Found by fuzzing: the decoder would have written beyond its buffer.
#[test]
fn picture_webp_whose_frame_lies_about_its_size_is_refused() {
    let bytes = include_bytes!("pictures/lying-frame.webp");
    let size = Size::clamped(24, 16);
    let words = "a frame's data is not of the size that the frame says";
    assert!(Picture::decode(bytes, size).unwrap_err().to_string().contains(words));
    assert!(Animation::decode(bytes, size, 1 << 20).unwrap_err().to_string().contains(words));
}
