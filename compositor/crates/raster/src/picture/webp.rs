//! What the decoder of WebP takes on trust (RFC 9649, section 2.7): image-webp 0.2.4 writes a frame with an alpha chunk
//! into a buffer of the size that the frame's head says, and panics when its picture data says another.

/// Bytes of a chunk's head: its name and its length.
const HEAD: usize = 8;
/// Bytes of an `ANMF` chunk before the frame's own chunks.
const FRAME: usize = 16;

/// Whether the picture data of every frame with an alpha chunk is of the size its frame says. A frame is looked for at
/// every byte: no reading of the file's chunks, however wrong, meets one that was not looked at.
pub(crate) fn frames_agree(bytes: &[u8]) -> bool {
    let frames = bytes.windows(4).enumerate().filter(|(_, name)| *name == b"ANMF");
    frames.map(|(at, _)| at).all(|at| agrees(bytes.get(at + HEAD..).unwrap_or_default()).unwrap_or(true))
}

/// For one frame; `None`: it has no alpha chunk, or breaks off before its data.
fn agrees(frame: &[u8]) -> Option<bool> {
    let alpha = frame.get(FRAME..)?;
    let length = alpha.strip_prefix(b"ALPH")?.first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let rest = alpha.get(HEAD..)?.get(length.checked_add(length & 1)?..)?;
    // A key frame (RFC 6386, section 9.1): three bytes, the start code, two edges of 14 bits each.
    let data = rest.get(HEAD..)?;
    let &[_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1] = data.first_chunk()? else { return None };
    let edge = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    let said = |at: usize| {
        Some(1 + u32::from_le_bytes([*frame.get(at)?, *frame.get(at + 1)?, *frame.get(at + 2)?, 0]))
    };
    Some((edge(w0, w1), edge(h0, h1)) == (said(6)?, said(9)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(said: (u8, u8), of: (u8, u8)) -> Vec<u8> {
        let mut bytes = b"RIFF....WEBPANMF\x30\0\0\0".to_vec();
        bytes.extend([0, 0, 0, 0, 0, 0, said.0 - 1, 0, 0, said.1 - 1, 0, 0, 50, 0, 0, 2]);
        bytes.extend(b"ALPH\x03\0\0\0abc\0VP8 \x0a\0\0\0");
        bytes.extend([0x50, 1, 0, 0x9d, 1, 0x2a, of.0, 0, of.1, 0]);
        bytes
    }

    #[test]
    fn frames_agree_a_frame_of_another_size_does_not() {
        assert!(frames_agree(&frame((6, 4), (6, 4))));
        assert!(!frames_agree(&frame((6, 4), (38, 4))));
        assert!(!frames_agree(&frame((6, 4), (6, 5))));
        let mut two = frame((6, 4), (6, 4));
        two.extend(&frame((6, 4), (7, 4))[12..]);
        assert!(!frames_agree(&two));
    }

    #[test]
    fn frames_agree_what_breaks_off_is_the_decoders() {
        let whole = frame((6, 4), (38, 4));
        for length in 0..whole.len() {
            assert!(frames_agree(&whole[..length]), "{length}");
        }
    }
}
