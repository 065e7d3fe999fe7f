//! Properties of drawing and damage.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use draw_protocol::{Area, Command, Rgba, TextSize, Weight};
use paint::{PixelViewMut, Rect, Region, Size, Surface};
use proptest::prelude::*;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use vyoma_raster::{Canvas, Outcome};

const W: u32 = 100;
const H: u32 = 60;

/// Mostly near the canvas, sometimes at the ends of the numbers.
fn number() -> impl Strategy<Value = i32> {
    prop_oneof![6 => -40..140i32, 1 => any::<i32>(), 1 => Just(i32::MAX), 1 => Just(i32::MIN)]
}

fn command() -> impl Strategy<Value = Command<'static>> {
    let area = (number(), number(), number(), number()).prop_map(|(x, y, w, h)| Area { x, y, w, h });
    let color = prop_oneof![any::<u32>(), any::<u32>().prop_map(|c| c | 0xff)].prop_map(Rgba);
    let text = prop::sample::select(vec![
        "",
        "Ag",
        "a b c d e f g h i j",
        "x\u{301}y\u{1f600}─█",
        "lorem ipsum, dolor",
    ]);
    (0..9u8, area, color, number(), text, 0..3usize).prop_map(|(kind, area, color, number, text, pick)| {
        let (x, y) = (area.x, area.y);
        let size = [TextSize::Small, TextSize::Medium, TextSize::Large][pick];
        let weight = [Weight::Regular, Weight::Bold, Weight::Mono][pick];
        match kind {
            0 | 1 => Command::FillRect { area, color },
            2 => Command::FillRoundRect { area, color, radius: number },
            3 => Command::RectBorder { area, color },
            4 => Command::ClearRegion { area },
            5 => Command::Text { x, y, color, size, text },
            6 => Command::TextWrap { x, y, max_w: number, color, size, text },
            7 => Command::Glyphs { x, y, color, px: number.min(60), weight, text },
            _ => Command::Transparent,
        }
    })
}

fn copy(canvas: &Canvas, damage: &Region<Surface>, out: &mut [u32]) {
    canvas.copy_damage(damage, &mut PixelViewMut::new(out, W as usize, canvas.size()).unwrap());
}

proptest! {
    #[test]
    fn repainting_damage_equals_repainting_everything(
        frames in prop::collection::vec(prop::collection::vec(command(), 0..30), 1..5),
    ) {
        let size = Size::new(W, H).unwrap();
        let mut canvas = Canvas::new(size);
        let mut incremental = vec![0xdead_beef; size.area()];
        for frame in &frames {
            for command in frame {
                canvas.apply(command);
            }
            let damage = canvas.take_damage();
            prop_assert!(damage.rects().iter().all(|rect| size.rect().covers(*rect)));
            copy(&canvas, &damage, &mut incremental);
            let mut whole = vec![0; size.area()];
            copy(&canvas, &[size.rect()].into_iter().collect(), &mut whole);
            prop_assert_eq!(&incremental, &whole);
            prop_assert!(canvas.take_damage().is_empty());
            // Premultiplied: no channel above its alpha; opaque unless the app asked otherwise.
            for pixel in canvas.pixels() {
                let [a, r, g, b] = pixel.to_be_bytes();
                prop_assert!(r <= a && g <= a && b <= a);
            }
            prop_assert!(canvas.is_transparent() || whole.iter().all(|pixel| pixel >> 24 == 255));
        }
    }
}

/// Any text: mostly of scripts, marks and invisible characters, sometimes of anything.
fn text() -> impl Strategy<Value = String> {
    let ranges = [
        (0x20u32, 0x7e),
        (0x300, 0x36f),
        (0x370, 0x52f),
        (0x590, 0x6ff),
        (0x900, 0xdff),
        (0xe00, 0xeff),
        (0x1100, 0x11ff),
        (0x2000, 0x206f),
        (0x2190, 0x2bff),
        (0x3000, 0x30ff),
        (0x4e00, 0x4fff),
        (0xac00, 0xacff),
        (0xfe00, 0xffff),
        (0x1f300, 0x1faff),
        (0xe0000, 0xe01ff),
    ];
    let char = prop::sample::select(ranges.to_vec()).prop_flat_map(|(first, last)| first..=last);
    let char = char.prop_map(|code| char::from_u32(code).unwrap_or('\u{fffd}'));
    prop::collection::vec(prop_oneof![9 => char, 1 => any::<char>()], 0..24)
        .prop_map(|chars| chars.into_iter().collect())
}

/// How many cells a text takes, by the contract: one for each code point that neither combines nor is invisible.
fn cells_of(text: &str) -> i32 {
    let takes_room = |c: &char| {
        !matches!(c.general_category(), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
            && !matches!(u32::from(*c), 0x61c | 0x180e | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f
                | 0xfeff | 0xe0000..=0xe0fff)
    };
    i32::try_from(text.chars().filter(takes_room).count()).unwrap()
}

proptest! {
    #[test]
    fn any_text_in_cells_stays_in_its_cells(text in text(), pick in 0..3usize) {
        let size = [TextSize::Small, TextSize::Medium, TextSize::Large][pick];
        let (w, h) = size.cell();
        let mut canvas = Canvas::new(Size::new(480, 60).unwrap());
        let _ = canvas.take_damage();
        // The full block after it stands where the text ends.
        let block = format!("{text}\u{2588}");
        let color = Rgba(0xffff_ffff);
        canvas.apply(&Command::Text { x: 20, y: 10, color, size, text: &block });
        let end = 20 + w * cells_of(&text);
        let within = Rect::new(20, 10, (end - 20 + w).unsigned_abs(), h.unsigned_abs());
        prop_assert!(canvas.take_damage().rects().iter().all(|rect| within.covers(*rect)));
        for (at, pixel) in (0..).zip(canvas.pixels()) {
            let (x, y) = (at % 480, at / 480);
            let inside = x >= within.left() && x < within.right() && y >= 10 && y < 10 + h;
            prop_assert!(inside || *pixel == 0, "at {x}, {y}");
            prop_assert!(!inside || x < end || *pixel == u32::MAX, "the block at {x}, {y}");
        }
    }

    #[test]
    fn any_text_in_glyphs_draws_inside_its_damage(
        text in text(), px in 1..64i32, x in -300..300i32, pick in 0..3usize,
    ) {
        let weight = [Weight::Regular, Weight::Bold, Weight::Mono][pick];
        let mut canvas = Canvas::new(Size::new(300, 80).unwrap());
        let _ = canvas.take_damage();
        canvas.apply(&Command::Glyphs { x, y: 50, color: Rgba(0xffff_ffff), px, weight, text: &text });
        let damage = canvas.take_damage();
        for (at, pixel) in (0..).zip(canvas.pixels()) {
            let at = Rect::new(at % 300, at / 300, 1, 1);
            prop_assert!(*pixel == 0 || damage.rects().iter().any(|rect| rect.covers(at)));
        }
        prop_assert!(vyoma_raster::measure(&text, px, weight) >= 0.0);
    }
}

#[test]
fn resizing_keeps_what_fits() {
    let mut canvas = Canvas::new(Size::new(8, 8).unwrap());
    canvas.apply(&Command::FillRect { area: Area::new(0, 0, 8, 8), color: Rgba(0xffff_ffff) });
    canvas.resize(Size::new(4, 12).unwrap());
    assert_eq!(canvas.pixels().iter().filter(|pixel| **pixel == u32::MAX).count(), 32);
    assert_eq!(canvas.take_damage().bounds().area(), 48);
}

#[test]
fn a_colour_without_alpha_draws_and_damages_nothing() {
    let mut canvas = Canvas::new(Size::new(40, 40).unwrap());
    let _ = canvas.take_damage();
    let (color, size) = (Rgba(0xffff_ff00), TextSize::Medium);
    canvas.apply(&Command::Text { x: 0, y: 0, color, size, text: "x" });
    canvas.apply(&Command::FillRect { area: Area::new(0, 0, 9, 9), color });
    assert_eq!(canvas.apply(&Command::Present), Outcome::Present);
    assert!(canvas.take_damage().is_empty());
}

#[test]
fn a_small_change_is_small_damage() {
    let mut canvas = Canvas::new(Size::new(1280, 800).unwrap());
    let _ = canvas.take_damage();
    canvas.apply(&Command::FillRect { area: Area::new(10, 10, 2, 16), color: Rgba(0xffff_ffff) });
    assert_eq!(canvas.take_damage().bounds().area(), 32);
}

#[test]
fn fonts_stay_within_their_budget() {
    let fonts = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets/fonts");
    let embedded = |name: &str| ["otf", "ttf", "bin"].iter().any(|end| name.ends_with(end));
    let bytes: u64 = std::fs::read_dir(fonts)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| embedded(&entry.file_name().to_string_lossy()))
        .map(|entry| entry.metadata().unwrap().len())
        .sum();
    assert!((100_000..720_000).contains(&bytes), "{bytes}");
}

#[test]
fn numbers_at_their_ends_draw_within_bounds() {
    let mut canvas = Canvas::new(Size::new(64, 64).unwrap());
    let ends = [i32::MIN, i32::MIN + 1, -1, 0, 1, i32::MAX - 1, i32::MAX];
    let color = Rgba(0xff00_0080);
    for x in ends {
        for n in ends {
            let area = Area { x, y: n, w: n, h: x };
            let (size, weight) = (TextSize::Large, Weight::Regular);
            for command in [
                Command::FillRoundRect { area, color, radius: n },
                Command::FillRoundRect { area: Area { x, y: x, w: n, h: n }, color, radius: i32::MAX },
                Command::RectBorder { area, color },
                Command::Text { x, y: n, color, size, text: "Ag\u{301}" },
                Command::TextWrap { x, y: n, max_w: x, color, size, text: "a b c" },
                Command::Glyphs { x, y: n, color, px: n, weight, text: "Ag\u{1f600}" },
                Command::Glyphs { x: 0, y: x, color, px: i32::MAX, weight, text: "Ag\u{1f600}" },
            ] {
                canvas.apply(&command);
            }
        }
    }
    assert!(canvas.take_damage().rects().iter().all(|rect| canvas.size().rect().covers(*rect)));
}
