//! The least app: what it shows is a constant, and what it does is wait until it is closed. Esc closes it.
#![cfg_attr(target_os = "wasi", no_std, no_main)]
#![forbid(unsafe_code)]

use guest::{Stdin, Stdout, StreamError};

/// A card in the middle of the canvas that `vyoma.toml` declares, and a greeting on it.
const FRAME: &[u8] = b"VYOMA_DRAW:set_transparent\n\
    VYOMA_DRAW:fill_rect_r:60,90,360,140,0x151c30ff,12\n\
    VYOMA_DRAW:draw_glyph:118,169,0xeaeffaff,24,bold,Hello from VyomaOS\n\
    VYOMA_DRAW:flush\n";

fn run() -> Result<(), StreamError> {
    let mut stdin = Stdin::open();
    Stdout::open().write(FRAME)?;
    while let Some(bytes) = stdin.wait()? {
        if bytes.starts_with(b"\x1b\n") {
            break;
        }
    }
    Ok(())
}

guest::main!(run);
