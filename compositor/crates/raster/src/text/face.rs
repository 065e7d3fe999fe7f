//! The fonts, opened when they are needed.
//!
//! A face is opened by reading its table directory, and an outline is parsed when it is drawn for the first time: an
//! app that writes one word pays for its letters.

use rustybuzz::{Direction, GlyphBuffer, Script, ShapePlan, UnicodeBuffer};
use ttf_parser::{Face as Font, GlyphId};

use super::cache::Mask;
use super::kern::Kerning;
use super::outline;
use super::wanted::MAX_FONTS;

/// Why a font was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    /// Its tables cannot be read: what the parser says.
    #[error("not a font: {0}")]
    Parse(String),
    /// There are enough.
    #[error("more than {MAX_FONTS} fonts")]
    TooMany,
}

/// One of the fonts: those of [`EMBEDDED`], then those that were added, in that order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Face(u8);

impl Face {
    pub(crate) const REGULAR: Self = Self(0);
    pub(crate) const BOLD: Self = Self(1);
    pub(crate) const MONO: Self = Self(2);

    /// Its number, below [`FACES`] and [`MAX_FONTS`] together.
    pub(crate) const fn number(self) -> u8 {
        self.0
    }
}

/// The fonts of the program. The first four have letters whose heights are fitted to the pixel grid.
const EMBEDDED: [&[u8]; FACES] = [
    include_bytes!("../../../../../assets/fonts/inter-regular.otf"),
    include_bytes!("../../../../../assets/fonts/inter-bold.otf"),
    include_bytes!("../../../../../assets/fonts/jetbrains-mono-medium.ttf"),
    include_bytes!("../../../../../assets/fonts/symbols.ttf"),
    include_bytes!("../../../../../assets/fonts/devanagari.ttf"),
    include_bytes!("../../../../../assets/fonts/arabic.ttf"),
    include_bytes!("../../../../../assets/fonts/hebrew.ttf"),
    include_bytes!("../../../../../assets/fonts/pictographs.ttf"),
];

/// How many fonts there are.
const FACES: usize = 8;

/// What is asked, in this order, for a character that the wanted face lacks: all but the bold one.
const FALLBACK: [Face; 7] = [Face::MONO, Face(3), Face::REGULAR, Face(4), Face(5), Face(6), Face(7)];

/// Faces below this number are fitted to the grid.
const FITTED: u8 = 4;

/// An opened font.
struct Opened {
    font: Font<'static>,
    shaper: Option<Shaper>,
    kerning: Option<Kerning>,
}

impl Opened {
    fn new(font: Font<'static>) -> Self {
        Self { font, shaper: None, kerning: None }
    }
}

/// A font's shaping tables, and the plans made of them: one for each script and direction that its texts use.
struct Shaper {
    font: rustybuzz::Face<'static>,
    plans: Vec<(Script, Direction, ShapePlan)>,
}

/// Plans kept for each font. A font has the scripts it was made for, Latin, and two directions.
const MAX_PLANS: usize = 8;

/// The opened fonts.
#[derive(Default)]
pub(crate) struct Faces {
    embedded: [Option<Opened>; FACES],
    added: Vec<Opened>,
}

impl Faces {
    /// Adds a font, asked after all others.
    pub(crate) fn add(&mut self, data: &'static [u8]) -> Result<(), FontError> {
        if self.added.len() >= MAX_FONTS {
            return Err(FontError::TooMany);
        }
        let font = Font::parse(data, 0).map_err(|why| FontError::Parse(why.to_string()))?;
        self.added.push(Opened::new(font));
        Ok(())
    }

    fn open(&mut self, face: Face) -> Option<&mut Opened> {
        let index = usize::from(face.0);
        if index >= FACES {
            return self.added.get_mut(index - FACES);
        }
        let slot = self.embedded.get_mut(index)?;
        if slot.is_none() {
            *slot = Font::parse(EMBEDDED.get(index)?, 0).ok().map(Opened::new);
        }
        slot.as_mut()
    }

    fn font(&mut self, face: Face) -> Option<&Font<'static>> {
        self.open(face).map(|opened| &opened.font)
    }

    /// The first face that has `char`, starting with `face`.
    pub(crate) fn with(&mut self, face: Face, char: char) -> Option<(Face, GlyphId)> {
        let added = (FACES..FACES + self.added.len()).filter_map(|index| u8::try_from(index).ok());
        core::iter::once(face)
            .chain(FALLBACK)
            .chain(added.map(Face))
            .find_map(|face| Some((face, self.font(face)?.glyph_index(char)?)))
    }

    /// Whether `face` has `char`.
    pub(crate) fn has(&mut self, face: Face, char: char) -> bool {
        self.font(face).is_some_and(|font| font.glyph_index(char).is_some())
    }

    /// Advance of a glyph in pixels.
    pub(crate) fn advance(&mut self, face: Face, glyph: GlyphId, px: f32) -> f32 {
        self.font(face).map_or(0.0, |font| {
            let advance = font.glyph_hor_advance(glyph).unwrap_or(0);
            f32::from(advance) * px / f32::from(font.units_per_em())
        })
    }

    /// What is added to the advance of `left` before `right`, in pixels.
    pub(crate) fn kern(&mut self, face: Face, left: GlyphId, right: GlyphId, px: f32) -> f32 {
        let Some(Opened { font, kerning, .. }) = self.open(face) else { return 0.0 };
        let kerning = kerning.get_or_insert_with(|| Kerning::new(font));
        f32::from(kerning.between(left, right)) * px / f32::from(font.units_per_em())
    }

    /// Coverage of a glyph whose pen is at (`x`, 0), y down; `px` is the em's width and height in pixels.
    pub(crate) fn mask(&mut self, face: Face, glyph: GlyphId, px: (f32, f32), x: f32) -> Mask {
        let fitted = face.0 < FITTED;
        self.font(face).map_or_else(Mask::default, |font| outline::draw(font, glyph, px, x, fitted))
    }

    /// Shapes a text of one script and direction with `face`: glyphs in visual order, positions in units of an em,
    /// which is returned too.
    pub(crate) fn shape(
        &mut self,
        face: Face,
        text: &str,
        script: Script,
        direction: Direction,
    ) -> Option<(GlyphBuffer, f32)> {
        let opened = self.open(face)?;
        let font = &opened.font;
        let shaper = opened.shaper.get_or_insert_with(|| Shaper {
            font: rustybuzz::Face::from_face(font.clone()),
            plans: Vec::new(),
        });
        let found = shaper.plans.iter().position(|(s, d, _)| (*s, *d) == (script, direction));
        let place = found.unwrap_or_else(|| {
            if shaper.plans.len() == MAX_PLANS {
                shaper.plans.clear();
            }
            let plan = ShapePlan::new(&shaper.font, direction, Some(script), None, &[]);
            shaper.plans.push((script, direction, plan));
            shaper.plans.len() - 1
        });
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_script(script);
        buffer.set_direction(direction);
        let (_, _, plan) = shaper.plans.get(place)?;
        let glyphs = rustybuzz::shape_with_plan(&shaper.font, plan, buffer);
        Some((glyphs, f32::from(font.units_per_em())))
    }
}
