//! The least app: what it shows is one of two constants, by the theme, and what it does is wait until it is closed. Esc
//! closes it.
#![cfg_attr(target_os = "wasi", no_std, no_main)]
#![forbid(unsafe_code)]

use guest::{Stdin, Stdout, StreamError};

/// The window lies on the wallpaper, and what is on it has the theme's colours: they are asked for once, and told when
/// they change.
const BEGIN: &[u8] = b"VYOMA_DRAW:set_transparent\n@supervisor: theme\n";

/// A card in the middle of the canvas that `vyoma.toml` declares, and a greeting on it, by night and in high contrast.
const NIGHT: &[u8] = b"VYOMA_DRAW:fill_rect_r:60,90,360,140,0x151c30ff,12\n\
    VYOMA_DRAW:draw_glyph:145,169,0xeaeffaff,24,bold,Hello, VyomaOS\n\
    VYOMA_DRAW:flush\n";

/// The same by day.
const DAY: &[u8] = b"VYOMA_DRAW:fill_rect_r:60,90,360,140,0xffffffff,12\n\
    VYOMA_DRAW:draw_glyph:145,169,0x121a2bff,24,bold,Hello, VyomaOS\n\
    VYOMA_DRAW:flush\n";

fn run() -> Result<(), StreamError> {
    let (mut stdin, mut stdout) = (Stdin::open(), Stdout::open());
    let mut printed = BEGIN;
    let mut is_over = false;
    while !is_over {
        stdout.write(printed)?;
        let Some(bytes) = stdin.wait()? else { break };
        is_over = matches!(*bytes, [0x1b, b'\n', ..]);
        printed = b"";
        // `REPLY:theme dark`, or `VYOMA_SYSTEM:theme:light large`.
        for word in bytes.windows(5) {
            if let [b'e', b'm', b'e', _, name] = word {
                printed = if *name == b'l' { DAY } else { NIGHT };
            }
        }
    }
    Ok(())
}

guest::main!(run);
