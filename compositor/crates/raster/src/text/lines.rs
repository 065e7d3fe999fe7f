//! Characters that fill their cell: box drawing, blocks and Braille, drawn so that neighbours join without a seam.

use super::cache::Mask;

/// A cell being drawn.
struct Cell {
    w: usize,
    h: usize,
    coverage: Vec<u8>,
}

impl Cell {
    fn fill(&mut self, x: core::ops::Range<usize>, y: core::ops::Range<usize>, level: u8) {
        for row in y.start..y.end.min(self.h) {
            for column in x.start..x.end.min(self.w) {
                self.coverage[row * self.w + column] = level;
            }
        }
    }
}

/// Whether this module draws a character.
pub(crate) fn covers(char: char) -> bool {
    matches!(u32::from(char), 0x2500..=0x259f | 0x2800..=0x28ff)
}

/// The mask of a character that this module draws, in a cell of `w` by `h`.
pub(crate) fn glyph(char: char, w: usize, h: usize) -> Option<Mask> {
    let code = usize::try_from(u32::from(char)).ok()?;
    let mut cell = Cell { w, h, coverage: vec![0; w * h] };
    match code {
        0x2500..=0x257f => boxes(&mut cell, code - 0x2500),
        0x2580..=0x259f => blocks(&mut cell, code),
        0x2800..=0x28ff => braille(&mut cell, code - 0x2800),
        _ => return None,
    }
    Some(Mask { left: 0, top: 0, w: u32::try_from(w).ok()?, coverage: cell.coverage.into() })
}

/// The box that stands for a character no font has.
pub(crate) fn missing(w: usize, h: usize) -> Mask {
    let mut cell = Cell { w, h, coverage: vec![0; w * h] };
    let line = (h / 16).max(1);
    // One empty column at the right keeps boxes in a row apart; the rows are those of a capital.
    let (left, right, top, bottom) = (w / 8, w - (w / 8).max(1), h / 8, h * 7 / 8);
    cell.fill(left..right, top..bottom, 255);
    cell.fill(left + line..right - line, top + line..bottom - line, 0);
    Mask { left: 0, top: 0, w: u32::try_from(w).unwrap_or(0), coverage: cell.coverage.into() }
}

/// Arms left, up, right, down of U+2500 to U+257F, from the characters' names: `.` none, `l` light, `h` heavy, `d`
/// double. Dashes are drawn whole and arcs as corners; the diagonals have no arms.
const ARMS: &str = "\
l.l. h.h. .l.l .h.h l.l. h.h. .l.l .h.h l.l. h.h. .l.l .h.h ..ll ..hl ..lh ..hh l..l h..l l..h h..h \
.ll. .lh. .hl. .hh. ll.. hl.. lh.. hh.. .lll .lhl .hll .llh .hlh .hhl .lhh .hhh ll.l hl.l lh.l ll.h \
lh.h hh.l hl.h hh.h l.ll h.ll l.hl h.hl l.lh h.lh l.hh h.hh lll. hll. llh. hlh. lhl. hhl. lhh. hhh. \
llll hlll llhl hlhl lhll lllh lhlh hhll lhhl hllh llhh hhhl hlhh hhlh lhhh hhhh l.l. h.h. .l.l .h.h \
d.d. .d.d ..dl ..ld ..dd d..l l..d d..d .ld. .dl. .dd. dl.. ld.. dd.. .ldl .dld .ddd dl.l ld.d dd.d \
d.dl l.ld d.dd dld. ldl. ddd. dldl ldld dddd ..ll l..l ll.. .ll. .... .... .... l... .l.. ..l. ...l \
h... .h.. ..h. ...h l.h. .l.h h.l. .h.l";

/// The three diagonals' place in the block.
const DIAGONALS: core::ops::RangeInclusive<usize> = 0x71..=0x73;

/// An arm of a box character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arm {
    None,
    Light,
    Heavy,
    Double,
}

fn boxes(cell: &mut Cell, index: usize) {
    if DIAGONALS.contains(&index) {
        return diagonals(cell, index - DIAGONALS.start());
    }
    let arms = ARMS.as_bytes().get(index * 5..index * 5 + 4).unwrap_or(b"....");
    let arm = |at: usize| match arms[at] {
        b'l' => Arm::Light,
        b'h' => Arm::Heavy,
        b'd' => Arm::Double,
        _ => Arm::None,
    };
    let across = [arm(0), arm(2)];
    let down = [arm(1), arm(3)];
    let t = (cell.w / 8).max(1);
    // Double lines are a broad band with its middle taken out again, single ones are drawn last.
    for (along, other, vertical) in [(across, down, false), (down, across, true)] {
        let (length, centre, side) = axes(cell, t, vertical);
        for (end, _) in along.iter().enumerate().filter(|(_, arm)| **arm == Arm::Double) {
            let reach = if other.contains(&Arm::Double) { t } else { 0 };
            let range = half(end, centre - reach..centre + t + reach, length);
            band(cell, vertical, range, side.saturating_sub(t)..side + 2 * t, 255);
        }
    }
    for (along, other, vertical) in [(across, down, false), (down, across, true)] {
        let (length, centre, side) = axes(cell, t, vertical);
        for (end, _) in along.iter().enumerate().filter(|(_, arm)| **arm == Arm::Double) {
            let crossed = other.iter().any(|arm| *arm != Arm::None && *arm != Arm::Double);
            let middle = if crossed { centre + t * (1 - end)..centre + t * end } else { centre..centre + t };
            let range = if crossed {
                if end == 0 { 0..centre } else { centre + t..length }
            } else {
                half(end, middle, length)
            };
            band(cell, vertical, range, side..side + t, 0);
        }
    }
    for (along, other, vertical) in [(across, down, false), (down, across, true)] {
        let (length, centre, side) = axes(cell, t, vertical);
        let through = along[0] != Arm::None && along[1] != Arm::None;
        for (end, &arm) in along.iter().enumerate() {
            let half_heavy = if other.contains(&Arm::Heavy) { t.div_ceil(2) } else { 0 };
            let range = if other.contains(&Arm::Double) && !through {
                if end == 0 { 0..centre } else { centre + t..length }
            } else {
                half(end, centre.saturating_sub(half_heavy)..centre + t + half_heavy, length)
            };
            match arm {
                Arm::Light => band(cell, vertical, range, side..side + t, 255),
                Arm::Heavy => band(
                    cell,
                    vertical,
                    range,
                    side.saturating_sub(t.div_ceil(2))..side + t + t.div_ceil(2),
                    255,
                ),
                Arm::None | Arm::Double => {}
            }
        }
    }
}

/// Length of an axis, where its centre line begins, and where the line along it lies across.
fn axes(cell: &Cell, t: usize, vertical: bool) -> (usize, usize, usize) {
    let (w, h) = (cell.w, cell.h);
    if vertical { (h, (h - t) / 2, (w - t) / 2) } else { (w, (w - t) / 2, (h - t) / 2) }
}

/// From one end of the axis to the far side of the joint.
fn half(end: usize, joint: core::ops::Range<usize>, length: usize) -> core::ops::Range<usize> {
    if end == 0 { 0..joint.end } else { joint.start..length }
}

fn band(
    cell: &mut Cell,
    vertical: bool,
    along: core::ops::Range<usize>,
    across: core::ops::Range<usize>,
    level: u8,
) {
    if vertical { cell.fill(across, along, level) } else { cell.fill(along, across, level) }
}

/// 0 rises, 1 falls, 2 is both.
fn diagonals(cell: &mut Cell, which: usize) {
    let (w, h) = (cell.w, cell.h);
    for y in 0..h {
        // The line's centre in 256ths of a pixel, and its coverage over the pixels it touches.
        let centre = (2 * y + 1) * w * 128 / h;
        for x in 0..w {
            let distance = (x * 256 + 128).abs_diff(centre);
            let level =
                u8::try_from(255usize.saturating_sub(distance * 255 / (32 * w).max(160))).unwrap_or(0);
            if which != 0 {
                let at = &mut cell.coverage[y * w + x];
                *at = level.max(*at);
            }
            if which != 1 {
                let at = &mut cell.coverage[y * w + (w - 1 - x)];
                *at = level.max(*at);
            }
        }
    }
}

fn blocks(cell: &mut Cell, code: usize) {
    let (w, h) = (cell.w, cell.h);
    match code {
        0x2580 => cell.fill(0..w, 0..h / 2, 255),
        0x2581..=0x2588 => cell.fill(0..w, h - h * (code - 0x2580) / 8..h, 255),
        0x2589..=0x258f => cell.fill(0..(w * (0x2590 - code)).div_ceil(8), 0..h, 255),
        0x2590 => cell.fill(w / 2..w, 0..h, 255),
        0x2591 => cell.fill(0..w, 0..h, 64),
        0x2592 => cell.fill(0..w, 0..h, 128),
        0x2593 => cell.fill(0..w, 0..h, 192),
        0x2594 => cell.fill(0..w, 0..h / 8, 255),
        0x2595 => cell.fill(w - (w / 8).max(1)..w, 0..h, 255),
        _ => {
            // Upper left, upper right, lower left, lower right of U+2596 to U+259F.
            const QUADRANTS: [u8; 10] =
                [0b0010, 0b0001, 0b1000, 0b1011, 0b1001, 0b1110, 0b1101, 0b0100, 0b0110, 0b0111];
            let set = QUADRANTS[(code - 0x2596).min(9)];
            for (bit, x, y) in [(8, 0, 0), (4, w / 2, 0), (2, 0, h / 2), (1, w / 2, h / 2)] {
                if set & bit != 0 {
                    cell.fill(x..x + w / 2, y..y + h / 2, 255);
                }
            }
        }
    }
}

fn braille(cell: &mut Cell, dots: usize) {
    let (w, h) = (cell.w, cell.h);
    let size = (w / 4).max(1);
    for (bit, (column, row)) in
        [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)].into_iter().enumerate()
    {
        if dots >> bit & 1 == 1 {
            let (x, y) = (column * w / 2 + w / 8, row * h / 4 + h / 16);
            cell.fill(x..x + size, y..y + size, 255);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(char: char, w: usize, h: usize) -> Vec<String> {
        let mask = glyph(char, w, h).unwrap();
        let cell = |c: &u8| if *c > 127 { '#' } else { '.' };
        mask.coverage.chunks(w).map(|row| row.iter().map(cell).collect()).collect()
    }

    #[test]
    fn every_character_of_the_blocks_is_drawn() {
        for code in (0x2500..=0x259f).chain(0x2801..=0x28ff) {
            let char = char::from_u32(code).unwrap();
            for (w, h) in [(4, 8), (8, 16), (16, 32)] {
                assert!(glyph(char, w, h).unwrap().coverage.iter().any(|c| *c > 0), "{code:x}");
            }
        }
    }

    #[test]
    fn lines_reach_the_edges_of_their_cell() {
        assert_eq!(picture('─', 4, 8)[3], "####");
        assert!(picture('│', 8, 16).iter().all(|row| row == "...#...."));
        let corner = picture('┌', 8, 8);
        assert_eq!(
            (corner[2].as_str(), corner[3].as_str(), corner[7].as_str()),
            ("........", "...#####", "...#....")
        );
    }

    #[test]
    fn a_double_corner_has_two_lines() {
        let corner = picture('╔', 8, 8);
        let wanted =
            ["........", "........", "..######", "..#.....", "..#.####", "..#.#...", "..#.#...", "..#.#..."];
        assert_eq!(corner, wanted);
    }
}
