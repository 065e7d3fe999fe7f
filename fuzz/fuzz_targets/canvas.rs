//! Draw lines to pixels: whatever an app prints, what changed lies inside the damage, and colours stay premultiplied.
#![no_main]

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use vyoma_draw_protocol::{Command, Decoder, Line};
use vyoma_paint::{PixelViewMut, Region, Size, Surface};
use vyoma_raster::Canvas;

const W: u32 = 96;
const H: u32 = 64;

/// Repaints what is damaged, and compares it with everything repainted.
fn flush(canvas: &mut Canvas, screen: &mut [u32]) {
    let size = canvas.size();
    let damage = canvas.take_damage();
    assert!(damage.rects().iter().all(|rect| size.rect().covers(*rect)));
    copy(canvas, &damage, screen);
    let mut whole = vec![0; size.area()];
    copy(canvas, &Region::from_iter([size.rect()]), &mut whole);
    assert_eq!(screen, whole, "a pixel changed outside the damage");
    for pixel in canvas.pixels() {
        let [alpha, channels @ ..] = pixel.to_be_bytes();
        assert!(channels.iter().all(|channel| *channel <= alpha), "{pixel:#010x}");
    }
}

fn copy(canvas: &Canvas, damage: &Region<Surface>, out: &mut [u32]) {
    let mut view = PixelViewMut::new(out, W as usize, canvas.size()).expect("as many pixels as the canvas");
    canvas.copy_damage(damage, &mut view);
}

fuzz_target!(|input: &[u8]| {
    let size = Size::new(W, H).expect("a size within the limits");
    let mut canvas = Canvas::new(size);
    let mut screen = vec![0; size.area()];
    flush(&mut canvas, &mut screen);
    let mut decoder = Decoder::new();
    let mut sink = |line: Line<'_>| {
        match line {
            Line::Draw(Ok(Command::Present)) => flush(&mut canvas, &mut screen),
            Line::Draw(Ok(command)) => drop(canvas.apply(&command)),
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    };
    decoder.push(input, &mut sink);
    decoder.finish(&mut sink);
    flush(&mut canvas, &mut screen);
});
