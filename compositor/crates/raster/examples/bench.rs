//! How fast lines become pixels: `cargo run --release -p vyoma-raster --example bench`.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::time::Instant;

use draw_protocol::{Area, Command, Decoder, DrawWriter, Line, Rgba, TextSize, Weight};
use paint::Size;
use vyoma_raster::Canvas;

/// Rectangles of one frame, as the busiest known app draws it.
const RECTS: i32 = 120_000;
const FRAMES: u32 = 20;

fn main() {
    let start = Instant::now();
    let mut canvas = Canvas::new(Size::clamped(1280, 800));
    let color = Rgba::opaque(0x00ea_effa);
    canvas.apply(&Command::Text { x: 0, y: 0, color, size: TextSize::Medium, text: "Hello, world" });
    println!("canvas and first cells      {:>9.3} ms", start.elapsed().as_secs_f64() * 1e3);
    for (name, weight) in [("regular", Weight::Regular), ("bold", Weight::Bold), ("mono", Weight::Mono)] {
        let start = Instant::now();
        canvas.apply(&Command::Glyphs { x: 0, y: 40, color, px: 15, weight, text: "Hello, world" });
        println!("first text, {name:<8}        {:>9.3} ms", start.elapsed().as_secs_f64() * 1e3);
    }
    for (name, edge, alpha) in [("2x2", 2, 255), ("4x4", 4, 255), ("4x4 alpha", 4, 128), ("16x16", 16, 255)] {
        let mut frame = DrawWriter::new();
        for n in 0..RECTS {
            let area = Area::new(n * 7 % 1280, n / 160 % 800, edge, edge);
            frame.fill_rect(area, Rgba(n.unsigned_abs().wrapping_mul(2_654_435_761)).with_alpha(alpha));
        }
        frame.flush();
        rate(&format!("decode and fill {name}"), frame.as_bytes(), &mut canvas);
    }
    let mut frame = DrawWriter::new();
    for n in 0..RECTS / 10 {
        frame.draw_text(n * 7 % 1000, n % 780, color, TextSize::Medium, "The quick brown fox jumps");
    }
    rate("decode and draw 25 cells", frame.as_bytes(), &mut canvas);
    frame.clear();
    for n in 0..RECTS / 10 {
        frame.draw_glyph((n * 7 % 1000, n % 780), color, 15, Weight::Regular, "The quick brown fox jumps");
    }
    rate("decode and draw 25 glyphs", frame.as_bytes(), &mut canvas);
}

fn rate(name: &str, bytes: &[u8], canvas: &mut Canvas) {
    let mut decoder = Decoder::new();
    let mut lines = 0u32;
    for drawing in [false, true] {
        let start = Instant::now();
        lines = 0;
        for _ in 0..FRAMES {
            for chunk in bytes.chunks(16 << 10) {
                decoder.push(chunk, &mut |line: Line<'_>| {
                    lines += 1;
                    match line {
                        Line::Draw(Ok(command)) if drawing => drop(black_box(canvas.apply(&command))),
                        line => drop(black_box(line)),
                    }
                    ControlFlow::Continue(())
                });
            }
            drop(black_box(canvas.take_damage()));
        }
        let seconds = start.elapsed().as_secs_f64();
        let part = if drawing { name } else { "  decode alone" };
        println!("{part:<27} {:>9.2} M lines/s", f64::from(lines) / seconds / 1e6);
    }
    black_box(lines);
}
