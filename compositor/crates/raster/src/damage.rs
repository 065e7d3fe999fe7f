use paint::{Rect, Region, Size, Surface};

/// Edge of a tile, in pixels: fine enough for a caret, coarse enough that a whole 8K screen is 2 000 words.
const TILE: i32 = 16;

/// Rectangles kept exactly; most frames change less.
const EXACT: usize = 16;

/// What changed. The first few rectangles are kept as they are; a flood marks tiles, at a cost that depends on the
/// rows a rectangle touches (which painting it costs anyway) and not on how many came before.
pub(crate) struct Damage {
    bounds: Rect<Surface>,
    exact: Vec<Rect<Surface>>,
    /// One bit a tile, `words` words a row of tiles; all zero unless `spilled`.
    tiles: Vec<u64>,
    words: usize,
    spilled: bool,
    /// Rectangles whose change is to be noticed, and whether there was one.
    pub(crate) watched: Vec<(Rect<Surface>, Touched)>,
}

/// Whether something was drawn on a rectangle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Touched {
    No,
    Yes,
}

impl Damage {
    /// Nothing changed on a surface of `size`.
    pub(crate) fn new(size: Size<Surface>) -> Self {
        let tiles = |edge: u32| edge.div_ceil(TILE.unsigned_abs()) as usize;
        let words = tiles(size.w()).div_ceil(64);
        Self {
            bounds: size.rect(),
            exact: Vec::with_capacity(EXACT),
            tiles: vec![0; words * tiles(size.h())],
            words,
            spilled: false,
            watched: Vec::new(),
        }
    }

    /// Adds a rectangle inside the surface.
    #[inline]
    pub(crate) fn add(&mut self, rect: Rect<Surface>) {
        if rect.is_empty() {
            return;
        }
        for (watched, touched) in &mut self.watched {
            if !watched.intersect(rect).is_empty() {
                *touched = Touched::Yes;
            }
        }
        self.add_quietly(rect);
    }

    /// Whether nothing changed.
    pub(crate) fn is_empty(&self) -> bool {
        !self.spilled && self.exact.is_empty()
    }

    /// As [`Damage::add`], noticed by nobody.
    #[inline]
    pub(crate) fn add_quietly(&mut self, rect: Rect<Surface>) {
        if self.spilled {
            self.mark(rect);
        } else if !self.exact.iter().any(|known| known.covers(rect)) {
            self.add_exact(rect);
        }
    }

    fn add_exact(&mut self, rect: Rect<Surface>) {
        if self.exact.len() < EXACT {
            self.exact.push(rect);
            return;
        }
        self.spilled = true;
        for known in core::mem::take(&mut self.exact) {
            self.mark(known);
        }
        self.mark(rect);
    }

    #[expect(clippy::cast_sign_loss, reason = "rectangles are clipped to the surface")]
    fn mark(&mut self, rect: Rect<Surface>) {
        let (left, right) = ((rect.left() / TILE) as usize, ((rect.right() - 1) / TILE) as usize);
        let (top, bottom) = ((rect.top() / TILE) as usize, ((rect.bottom() - 1) / TILE) as usize);
        for row in top..=bottom {
            for word in left / 64..=right / 64 {
                let first = if word == left / 64 { left % 64 } else { 0 };
                let last = if word == right / 64 { right % 64 } else { 63 };
                self.tiles[row * self.words + word] |= (u64::MAX >> (63 - last)) & (u64::MAX << first);
            }
        }
    }

    /// What changed, leaving nothing behind.
    pub(crate) fn take(&mut self) -> Region<Surface> {
        if !self.spilled {
            return self.exact.drain(..).collect();
        }
        self.spilled = false;
        let mut out = Region::new();
        // Rows of tiles that are marked alike become one band.
        let mut row = 0;
        let rows = self.tiles.len() / self.words;
        while row < rows {
            let marks = &self.tiles[row * self.words..][..self.words];
            let same = |other: &usize| &self.tiles[other * self.words..][..self.words] == marks;
            let end = row + (row..rows).take_while(same).count();
            for (from, to) in runs(marks) {
                let edge =
                    |tile: usize| i32::try_from(tile).map_or(i32::MAX, |tile| tile.saturating_mul(TILE));
                out.add(Rect::from_edges(edge(from), edge(row), edge(to), edge(end)).intersect(self.bounds));
            }
            row = end;
        }
        self.tiles.fill(0);
        out
    }
}

/// The runs of set bits, half open.
fn runs(words: &[u64]) -> impl Iterator<Item = (usize, usize)> {
    let bits = words.len() * 64;
    let set = move |bit: usize| bit < bits && words[bit / 64] >> (bit % 64) & 1 == 1;
    let mut at = 0;
    core::iter::from_fn(move || {
        let from = (at..bits).find(|&bit| set(bit))?;
        at = (from..=bits).find(|&bit| !set(bit))?;
        Some((from, at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use paint::Point;
    use proptest::prelude::*;

    fn rect() -> impl Strategy<Value = Rect<Surface>> {
        (0..1500i32, 0..90i32, 1..200u32, 1..30u32).prop_map(|(x, y, w, h)| Rect::new(x, y, w, h))
    }

    proptest! {
        #[test]
        fn damage_covers_what_was_added(rects in proptest::collection::vec(rect(), 0..40)) {
            let size = Size::new(1600, 100).unwrap();
            let mut damage = Damage::new(size);
            for rect in &rects {
                damage.add(rect.intersect(size.rect()));
            }
            let region = damage.take();
            for rect in rects.iter().map(|rect| rect.intersect(size.rect())).filter(|rect| !rect.is_empty()) {
                for (x, y) in [
                    (rect.left(), rect.top()), (rect.right() - 1, rect.top()),
                    (rect.left(), rect.bottom() - 1), (rect.right() - 1, rect.bottom() - 1),
                ] {
                    prop_assert!(region.rects().iter().any(|known| known.contains(Point::new(x, y))));
                }
            }
            prop_assert!(region.rects().iter().all(|rect| size.rect().covers(*rect)));
            prop_assert!(damage.take().is_empty());
        }
    }
}
