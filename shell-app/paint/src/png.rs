//! Pictures as PNG (W3C PNG, third edition), with the strokes in a chunk of their own beside the pixels.
//!
//! The pixels are compressed as runs (RFC 1951 with its fixed codes and matches one byte back): a drawing is large areas of
//! one colour, and after the filter `Up` nearly all of it is zeros.

use alloc::vec::Vec;

/// What every PNG begins with.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The chunk of the strokes: ancillary and private, so that whoever does not know it passes it over.
const STROKES: &[u8; 4] = b"vyST";

/// A picture of `width` by `height` pixels, three bytes each, from the top left; `strokes` is kept beside them.
pub(crate) fn write(width: u32, height: u32, rgb: &[u8], strokes: &[u8]) -> Vec<u8> {
    let mut file = SIGNATURE.to_vec();
    let mut head = Vec::from(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    // Eight bits, red green blue, the one compression and filtering there is, not interlaced.
    head.extend([8, 2, 0, 0, 0]);
    chunk(&mut file, b"IHDR", &head);
    chunk(&mut file, STROKES, strokes);
    let row = width as usize * 3;
    let mut rows = Vec::with_capacity(rgb.len() + height as usize);
    for (n, line) in rgb.chunks_exact(row.max(1)).enumerate() {
        // Filter 2: what differs from the row above.
        rows.push(2);
        match n.checked_sub(1).and_then(|above| rgb.get(above * row..n * row)) {
            Some(above) => rows.extend(line.iter().zip(above).map(|(byte, above)| byte.wrapping_sub(*above))),
            None => rows.extend_from_slice(line),
        }
    }
    chunk(&mut file, b"IDAT", &zlib(&rows));
    chunk(&mut file, b"IEND", &[]);
    file
}

/// The strokes in a file that [`write`] made; `None` in any other.
pub(crate) fn strokes(file: &[u8]) -> Option<&[u8]> {
    let mut rest = file.strip_prefix(SIGNATURE)?;
    loop {
        let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
        let name = rest.get(4..8)?;
        let end = length.checked_add(8)?;
        if name == STROKES {
            return rest.get(8..end);
        }
        rest = rest.get(end.checked_add(4)?..)?;
    }
}

fn chunk(file: &mut Vec<u8>, name: &[u8; 4], bytes: &[u8]) {
    file.extend(u32::try_from(bytes.len()).unwrap_or(0).to_be_bytes());
    let begin = file.len();
    file.extend_from_slice(name);
    file.extend_from_slice(bytes);
    let sum = crc(&file[begin..]);
    file.extend(sum.to_be_bytes());
}

/// The checksum of chunks: CRC-32 as in annex D.
fn crc(bytes: &[u8]) -> u32 {
    let table: [u32; 256] = core::array::from_fn(|n| {
        (0..8).fold(
            u32::try_from(n).unwrap_or(0),
            |c, _| if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 },
        )
    });
    !bytes.iter().fold(!0, |sum, byte| table[usize::from(sum.to_le_bytes()[0] ^ byte)] ^ (sum >> 8))
}

/// RFC 1950 around one block of fixed codes.
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut bits = Bits { out: alloc::vec![0x78, 0x01], waiting: 0, count: 0 };
    // The last block, with fixed codes.
    bits.push(0b011, 3);
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        bits.literal(byte);
        let mut run = after.iter().take_while(|next| **next == byte).count();
        rest = &after[run..];
        while run >= LEAST_MATCH {
            let length = run.min(LONGEST_MATCH);
            bits.again(length);
            run -= length;
        }
        for _ in 0..run {
            bits.literal(byte);
        }
    }
    bits.code(0, 7);
    bits.push(0, 7);
    let mut out = bits.out;
    out.extend(adler(bytes).to_be_bytes());
    out
}

/// The checksum of zlib.
fn adler(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    // As many as cannot overflow before the remainder is taken.
    for part in bytes.chunks(5552) {
        for byte in part {
            a += u32::from(*byte);
            b += a;
        }
        (a, b) = (a % 65_521, b % 65_521);
    }
    (b << 16) | a
}

/// The shortest and the longest match there is a code for.
const LEAST_MATCH: usize = 3;
const LONGEST_MATCH: usize = 258;

/// Lengths with which codes 257 to 285 begin, and how many bits follow them.
const LENGTHS: [(usize, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// Bits, the first the lowest of its byte.
struct Bits {
    out: Vec<u8>,
    waiting: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, bits: u32, count: u32) {
        self.waiting |= bits << self.count;
        self.count += count;
        while self.count >= 8 {
            self.out.push(self.waiting.to_le_bytes()[0]);
            self.waiting >>= 8;
            self.count -= 8;
        }
    }

    /// A code: its bits come the highest first.
    fn code(&mut self, code: u32, count: u32) {
        self.push(code.reverse_bits() >> (32 - count), count);
    }

    fn literal(&mut self, byte: u8) {
        match u32::from(byte) {
            byte @ ..144 => self.code(0x30 + byte, 8),
            byte => self.code(0x190 + byte - 144, 9),
        }
    }

    /// The byte before, so many times again.
    fn again(&mut self, length: usize) {
        let index = LENGTHS.iter().rposition(|(begin, _)| *begin <= length).unwrap_or(0);
        let (begin, extra) = LENGTHS[index];
        // Codes 257 to 279 have seven bits, those from 280 on eight.
        match u32::try_from(index).unwrap_or(0) + 1 {
            code @ ..24 => self.code(code, 7),
            code => self.code(0xc0 + code - 24, 8),
        }
        self.push(u32::try_from(length - begin).unwrap_or(0), extra);
        // One byte back.
        self.code(0, 5);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number that looks drawn by chance: xorshift32.
    fn chance(state: &mut u32) -> u8 {
        *state ^= *state << 13;
        *state ^= *state >> 17;
        *state ^= *state << 5;
        state.to_le_bytes()[1]
    }

    #[test]
    fn write_is_read_by_a_decoder_of_others() {
        let mut state = 7;
        for (w, h, runs) in [(1, 1, 1), (3, 5, 1), (64, 40, 9), (300, 200, 255), (700, 20, 0)] {
            let mut rgb = Vec::new();
            while rgb.len() < w * h * 3 {
                let (byte, length) = (chance(&mut state), usize::from(chance(&mut state)) * runs / 100 + 1);
                rgb.extend(std::iter::repeat_n(byte, length));
            }
            rgb.truncate(w * h * 3);
            let (width, height) = (u32::try_from(w).expect("small"), u32::try_from(h).expect("small"));
            let file = write(width, height, &rgb, b"strokes");
            let mut reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().expect("a picture");
            let mut pixels = vec![0; reader.output_buffer_size().expect("small")];
            let info = reader.next_frame(&mut pixels).expect("pixels");
            assert_eq!((info.width, info.height, info.color_type), (width, height, png::ColorType::Rgb));
            assert!(pixels == rgb, "{w}x{h}");
            assert_eq!(strokes(&file), Some(&b"strokes"[..]));
        }
    }

    #[test]
    fn an_empty_sheet_is_small() {
        let file = write(480, 300, &[0xf7; 480 * 300 * 3], &[]);
        assert!(file.len() < 4000, "{}", file.len());
    }

    #[test]
    fn strokes_of_anything_else_are_none() {
        let file = write(2, 2, &[0; 12], b"abc");
        for cut in 0..file.len() {
            let found = strokes(&file[..cut]);
            assert!(found.is_none_or(|found| found == b"abc"));
        }
        assert_eq!((strokes(b""), strokes(b"GIF89a")), (None, None));
    }
}
