//! Kerning of pairs, for text that needs no other shaping: what a shaper does to it, without one.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::{Face as Font, GlyphId, Tag};

use super::cache::Fold;

/// Pairs remembered for each font; when it is full they go at once. A page of text has some hundreds.
const MAX_KEPT: usize = 4096;

/// The pairs of one font.
#[derive(Default)]
pub(crate) struct Kerning {
    /// Lookups of the feature `kern` for Latin or, in their absence, for all scripts; each of subtables of which the
    /// first that knows a pair decides.
    lookups: Vec<Vec<PairAdjustment<'static>>>,
    kept: HashMap<u32, i16, BuildHasherDefault<Fold>>,
}

impl Kerning {
    pub(crate) fn new(font: &Font<'static>) -> Self {
        Self { lookups: lookups(font).unwrap_or_default(), kept: HashMap::default() }
    }

    /// What is added to the advance of `left` before `right`, in units of the font.
    pub(crate) fn between(&mut self, left: GlyphId, right: GlyphId) -> i16 {
        if self.lookups.is_empty() {
            return 0;
        }
        let key = u32::from(left.0) << 16 | u32::from(right.0);
        if let Some(&units) = self.kept.get(&key) {
            return units;
        }
        let of_lookup = |subtables: &Vec<_>| subtables.iter().find_map(|table| pair(table, left, right));
        let units = self.lookups.iter().filter_map(of_lookup).fold(0, i16::saturating_add);
        if self.kept.len() >= MAX_KEPT {
            self.kept.clear();
        }
        self.kept.insert(key, units);
        units
    }
}

fn lookups(font: &Font<'static>) -> Option<Vec<Vec<PairAdjustment<'static>>>> {
    let table = font.tables().gpos?;
    let script = [b"latn", b"DFLT"].into_iter().find_map(|tag| table.scripts.find(Tag::from_bytes(tag)))?;
    let features = script.default_language?.feature_indices.into_iter().filter_map(|n| table.features.get(n));
    let kern = features.filter(|feature| feature.tag == Tag::from_bytes(b"kern"));
    let mut indices: Vec<u16> = kern.flat_map(|feature| feature.lookup_indices).collect();
    indices.sort_unstable();
    indices.dedup();
    let pairs = |index: u16| -> Option<Vec<_>> {
        let subtables = table.lookups.get(index)?.subtables;
        let pair = |n| match subtables.get(n) {
            Some(PositioningSubtable::Pair(pair)) => Some(pair),
            _ => None,
        };
        Some((0..subtables.len()).filter_map(pair).collect())
    };
    Some(indices.into_iter().filter_map(pairs).collect())
}

/// What a subtable says of a pair; `None`: nothing, the next one is asked. A table of classes knows every pair whose
/// left glyph it covers.
fn pair(table: &PairAdjustment<'_>, left: GlyphId, right: GlyphId) -> Option<i16> {
    match table {
        PairAdjustment::Format1 { coverage, sets } => {
            Some(sets.get(coverage.get(left)?)?.get(right)?.0.x_advance)
        }
        PairAdjustment::Format2 { coverage, classes, matrix } => {
            coverage.get(left)?;
            Some(matrix.get((classes.0.get(left), classes.1.get(right)))?.0.x_advance)
        }
    }
}
