//! A line of proportional text that needs more than one glyph a character: directions, scripts, faces and shaping.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Range;
use std::sync::Arc;

use rustybuzz::Direction;
use ttf_parser::{GlyphId, Tag};
use unicode_bidi::BidiInfo;
use unicode_script::{Script, UnicodeScript};

use super::MISSING_ADVANCE;
use super::cache::Fold;
use super::chars::{is_invisible, is_mark};
use super::face::{Face, Faces};

/// Characters of a line that are laid out; a canvas shows no more at a size that can be read.
const MAX_CHARS: usize = 8192;

/// Bytes of all kept lines together, with their texts. A page of text takes a tenth of it; when it is full everything
/// goes at once.
const MAX_KEPT_BYTES: usize = 512 << 10;

/// What one kept line costs beside its signs and its text.
const ENTRY_BYTES: usize = 128;

/// What is drawn at a place of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sign {
    /// A glyph of a font.
    Glyph(Face, GlyphId),
    /// A character that no font has.
    Drawn(char),
}

/// A sign and the place of its pen: ems from the start of the line to the right, and above the baseline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed {
    pub(crate) sign: Sign,
    pub(crate) x: f32,
    pub(crate) y: f32,
}

/// A line of text, laid out from left to right.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub(crate) signs: Vec<Placed>,
    /// In ems.
    pub(crate) width: f32,
}

/// Lines laid out lately, by face and text.
#[derive(Default)]
pub(crate) struct Lines {
    kept: HashMap<(u8, Box<str>), Arc<Line>, BuildHasherDefault<Fold>>,
    bytes: usize,
}

impl Lines {
    /// The line of a text in `face`, with other faces where it lacks characters.
    pub(crate) fn get(&mut self, faces: &mut Faces, face: Face, text: &str) -> Arc<Line> {
        let end = text.char_indices().nth(MAX_CHARS).map_or(text.len(), |(at, _)| at);
        let key = (face.number(), Box::from(&text[..end]));
        if let Some(line) = self.kept.get(&key) {
            return Arc::clone(line);
        }
        let line = Arc::new(lay_out(faces, face, &text[..end]));
        let bytes = line.signs.len() * size_of::<Placed>() + end + ENTRY_BYTES;
        if self.bytes + bytes > MAX_KEPT_BYTES {
            self.kept.clear();
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.kept.insert(key, Arc::clone(&line));
        line
    }
}

/// Whether a text is more than one glyph for each character, side by side from left to right: it has marks, or
/// letters of a script that is joined, reordered or written from the right.
pub(crate) fn is_complex(text: &str) -> bool {
    text.chars().any(|char| {
        matches!(u32::from(char),
            0x300..=0x36f | 0x483..=0x489 | 0x590..=0x109f | 0x1100..=0x11ff | 0x135d..=0x135f | 0x1700..=0x1cff
            | 0x1dc0..=0x1dff | 0x200f | 0x202a..=0x202e | 0x2066..=0x2069 | 0x20d0..=0x20ff | 0x2cef..=0x2cf1
            | 0x302a..=0x302f | 0x3099..=0x309a | 0xa66f..=0xa67d | 0xa69e..=0xa69f | 0xa6f0..=0xa6f1
            | 0xa800..=0xabff | 0xd7b0..=0xd7ff | 0xfb1d..=0xfdff | 0xfe20..=0xfe2f | 0xfe70..=0xfefe
            | 0x10800..=0x11fff | 0x16ac0..=0x16fff | 0x1e000..=0x1efff)
    })
}

fn lay_out(faces: &mut Faces, face: Face, text: &str) -> Line {
    let mut line = Line::default();
    let bidi = BidiInfo::new(text, None);
    for paragraph in &bidi.paragraphs {
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let from_right = levels.get(run.start).is_some_and(|level| level.is_rtl());
            let mut pieces = split(faces, face, text, run);
            if from_right {
                pieces.reverse();
            }
            for piece in pieces {
                line.add(faces, text, &piece, from_right);
            }
        }
    }
    line
}

/// Text of one script in one face.
struct Piece {
    range: Range<usize>,
    /// `None`: no font has it, and each character is drawn by itself.
    face: Option<Face>,
    script: Script,
}

/// Cuts a run of one direction where its script or its face changes. Marks and joiners stay with their base where
/// its face has them; spaces and signs stay with what is before them.
fn split(faces: &mut Faces, wanted: Face, text: &str, run: Range<usize>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let Some(part) = text.get(run.clone()) else { return pieces };
    for (at, char) in part.char_indices() {
        let range = run.start + at..run.start + at + char.len_utf8();
        let own = char.script();
        let last = pieces.last_mut();
        let before = last.as_ref().and_then(|piece| piece.face);
        let face =
            match before {
                Some(face) if is_invisible(char) || is_mark(char) && faces.has(face, char) => Some(face),
                // A shaper puts a space and its neighbours together: one of their own face looks and joins better.
                Some(face) if own == Script::Common && face != wanted && char == ' ' => {
                    if faces.has(face, char) { Some(face) } else { Some(wanted) }
                }
                _ if is_invisible(char) => Some(wanted),
                _ => faces.with(wanted, char).map(|(face, _)| face),
            };
        let shared = |script| matches!(script, Script::Common | Script::Inherited);
        match last {
            Some(piece)
                if piece.face == face && (shared(own) || shared(piece.script) || piece.script == own) =>
            {
                piece.range.end = range.end;
                if shared(piece.script) {
                    piece.script = own;
                }
            }
            _ => pieces.push(Piece { range, face, script: own }),
        }
    }
    pieces
}

impl Line {
    fn add(&mut self, faces: &mut Faces, text: &str, piece: &Piece, from_right: bool) {
        let Some(part) = text.get(piece.range.clone()) else { return };
        let script = Tag(piece.script.as_iso15924_tag());
        let script = rustybuzz::Script::from_iso15924_tag(script).unwrap_or(rustybuzz::script::COMMON);
        let direction = if from_right { Direction::RightToLeft } else { Direction::LeftToRight };
        let shaped = piece.face.and_then(|face| Some((face, faces.shape(face, part, script, direction)?)));
        let Some((face, (glyphs, em))) = shaped else {
            return self.draw(part, from_right);
        };
        let mut pen = 0;
        for (info, at) in glyphs.glyph_infos().iter().zip(glyphs.glyph_positions()) {
            let glyph = GlyphId(u16::try_from(info.glyph_id).unwrap_or(0));
            let ems = |units: i32| units as f32 / em;
            let x = self.width + ems(pen + at.x_offset);
            self.signs.push(Placed { sign: Sign::Glyph(face, glyph), x, y: ems(at.y_offset) });
            pen += at.x_advance;
        }
        self.width += pen as f32 / em;
    }

    /// Characters that no font has.
    fn draw(&mut self, part: &str, from_right: bool) {
        let mut chars: Vec<char> = part.chars().filter(|char| !is_invisible(*char)).collect();
        if from_right {
            chars.reverse();
        }
        for char in chars {
            self.signs.push(Placed { sign: Sign::Drawn(char), x: self.width, y: 0.0 });
            self.width += MISSING_ADVANCE;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(text: &str) -> Line {
        lay_out(&mut Faces::default(), Face::REGULAR, text)
    }

    #[test]
    fn letters_join_into_one_glyph() {
        // Lam and alef; ka, virama, ssa.
        for text in ["\u{644}\u{627}", "\u{915}\u{94d}\u{937}"] {
            let visible = laid_out(text).signs;
            assert_eq!(visible.len(), 1, "{text:?} {visible:?}");
        }
    }

    #[test]
    fn text_from_the_right_is_laid_out_from_the_right() {
        let (alef, bet) = (laid_out("\u{5d0}").signs[0].sign, laid_out("\u{5d1}").signs[0].sign);
        let signs = laid_out("\u{5d0}\u{5d1}").signs;
        assert_eq!((signs[0].sign, signs[1].sign), (bet, alef));
        assert!(signs[0].x < signs[1].x);
        // Digits inside keep their order, and the word that comes first stands right of them.
        let mixed = laid_out("\u{5d0} 12").signs;
        let digits = laid_out("12").signs;
        assert_eq!((mixed[0].sign, mixed[1].sign), (digits[0].sign, digits[1].sign));
        assert_eq!(mixed.last().map(|placed| placed.sign), Some(alef));
    }

    #[test]
    fn an_accent_stands_on_its_letter() {
        // One glyph where the font has one for both, else a mark without a width of its own.
        assert_eq!(laid_out("e\u{301}").signs[0].sign, laid_out("\u{e9}").signs[0].sign);
        let (line, letter) = (laid_out("x\u{301}"), laid_out("x"));
        assert_eq!(line.signs.len(), 2);
        assert!((line.width - letter.width).abs() < 1e-6, "{line:?}");
        // Hebrew: the mark is placed by the letter's anchor.
        let (line, letter) = (laid_out("\u{5e9}\u{5b8}"), laid_out("\u{5e9}"));
        assert!(line.signs.iter().all(|placed| placed.x < letter.width), "{line:?}");
    }

    #[test]
    fn kept_lines_stay_within_their_bound() {
        let (mut lines, mut faces) = (Lines::default(), Faces::default());
        for n in 0..400 {
            lines.get(&mut faces, Face::REGULAR, &format!("{n:0100}\u{5d0}"));
            assert!(lines.bytes <= MAX_KEPT_BYTES);
        }
        assert!(lines.kept.len() < 250, "{}", lines.kept.len());
    }
}
