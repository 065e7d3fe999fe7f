//! A frame of 120 000 rectangles of 4x4 that cover the window nearly twice, over and over. Each `flush` waits for the
//! screen, so the rate is that of frames that were shown.

use std::io::Write;
use std::time::Instant;

const RECTANGLES: u32 = 120_000;
/// Frames between two lines of the log.
const FRAMES: u32 = 30;

fn main() {
    let mut frame = Vec::new();
    for n in 0..RECTANGLES {
        let (x, y, color) = (n % 320 * 4, n / 320 % 200 * 4, n.wrapping_mul(2_654_435_761) >> 8);
        // Writing to memory cannot fail.
        let _ = writeln!(frame, "VYOMA_DRAW:fill_rect:{x},{y},4,4,0x{color:06x}ff");
    }
    frame.extend_from_slice(b"VYOMA_DRAW:flush\n");
    let mut out = std::io::stdout().lock();
    loop {
        let start = Instant::now();
        let mut quickest = f64::MAX;
        for _ in 0..FRAMES {
            let one = Instant::now();
            if out.write_all(&frame).is_err() || out.flush().is_err() {
                return;
            }
            quickest = quickest.min(one.elapsed().as_secs_f64());
        }
        let rate = f64::from(FRAMES) / start.elapsed().as_secs_f64();
        eprintln!("{rate:.1} frames a second, the quickest in {:.1} ms", quickest * 1e3);
    }
}
