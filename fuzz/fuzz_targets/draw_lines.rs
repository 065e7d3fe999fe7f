//! An app's stdout: any bytes, in any pieces, give the same lines.
#![no_main]

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;
use vyoma_draw_protocol::{Decoder, Line};

/// Lines as text; the first byte of the input says into how large pieces the rest is cut.
fn lines(bytes: &[u8], piece: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut sink = |line: Line<'_>| {
        out.push(format!("{line:?}"));
        ControlFlow::<()>::Continue(())
    };
    let mut decoder = Decoder::new();
    for chunk in bytes.chunks(piece) {
        assert_eq!(decoder.push(chunk, &mut sink), chunk.len());
    }
    decoder.finish(&mut sink);
    out
}

fuzz_target!(|input: &[u8]| {
    let Some((piece, bytes)) = input.split_first() else { return };
    assert_eq!(lines(bytes, usize::from(*piece).max(1)), lines(bytes, usize::MAX));
});
