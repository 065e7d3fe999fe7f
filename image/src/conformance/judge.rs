//! What a rule expects to see on the screen.

use super::lab::Verdict;
use crate::picture::Picture;

/// What a window without `set_transparent` is composed over (contract, 2).
pub(super) const BACKDROP: u32 = 0x0d_1117;

/// Left, top, width, height in pixels of the screen; parts outside of it are not looked at.
pub(super) type Area = (i32, i32, i32, i32);

/// One expectation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Look {
    /// Every pixel has this colour.
    Is(Area, u32),
    /// Every pixel is this colour, give or take so much in each channel.
    Near(Area, u32, u8),
    /// Some pixel is not the backdrop.
    Ink(Area),
    /// Every pixel is the backdrop.
    Blank(Area),
    /// The second area, of the first's size at this place, has the same pixels.
    Same(Area, (i32, i32)),
    /// The second area, of the first's size at this place, has other pixels.
    Other(Area, (i32, i32)),
    /// What no expectation before this one was about is the backdrop.
    Rest,
}

/// Holds expectations against a picture; `beside` is not looked at by [`Look::Rest`].
pub(super) fn judge(picture: &Picture, looks: &[Look], beside: Area) -> Verdict {
    for (i, look) in looks.iter().enumerate() {
        judge_one(picture, *look, &looks[..i], beside)?;
    }
    Ok(())
}

fn judge_one(picture: &Picture, look: Look, before: &[Look], beside: Area) -> Verdict {
    match look {
        Look::Is(area, colour) => each(picture, area, &format!("{colour:06x}"), |p| p == colour),
        Look::Near(area, colour, by) => {
            each(picture, area, &format!("{colour:06x} give or take {by}"), |p| {
                let pairs = p.to_be_bytes().into_iter().zip(colour.to_be_bytes());
                pairs.into_iter().all(|(a, b)| a.abs_diff(b) <= by)
            })
        }
        Look::Blank(area) => each(picture, area, "the backdrop", |p| p == BACKDROP),
        Look::Ink(area) => {
            if pixels(picture, area).any(|(.., p)| p != BACKDROP) {
                Ok(())
            } else {
                Err(format!("nothing is drawn in {area:?}"))
            }
        }
        Look::Same(area, at) | Look::Other(area, at) => {
            let other = (at.0, at.1, area.2, area.3);
            let same = pixels(picture, area).map(|p| p.2).eq(pixels(picture, other).map(|p| p.2));
            match look {
                Look::Same(..) if !same => Err(format!("{area:?} and {other:?} differ")),
                Look::Other(..) if same => Err(format!("{area:?} and {other:?} are the same")),
                _ => Ok(()),
            }
        }
        Look::Rest => {
            let named: Vec<Area> = before.iter().flat_map(areas).chain([beside]).collect();
            let all = (0, 0, edge(picture.width), edge(picture.height));
            for (x, y, p) in pixels(picture, all) {
                let inside = |(l, t, w, h): Area| {
                    (l..l.saturating_add(w)).contains(&x) && (t..t.saturating_add(h)).contains(&y)
                };
                if p != BACKDROP && !named.iter().any(|area| inside(*area)) {
                    return Err(format!("({x},{y}) is {p:06x}, expected the backdrop"));
                }
            }
            Ok(())
        }
    }
}

fn areas(look: &Look) -> Vec<Area> {
    match *look {
        Look::Is(area, _) | Look::Near(area, ..) | Look::Ink(area) | Look::Blank(area) => vec![area],
        Look::Same(area, at) | Look::Other(area, at) => vec![area, (at.0, at.1, area.2, area.3)],
        Look::Rest => Vec::new(),
    }
}

fn each(picture: &Picture, area: Area, what: &str, fine: impl Fn(u32) -> bool) -> Verdict {
    match pixels(picture, area).find(|(.., p)| !fine(*p)) {
        None => Ok(()),
        Some((x, y, p)) => Err(format!("({x},{y}) is {p:06x}, expected {what} in all of {area:?}")),
    }
}

/// The pixels of an area that are on the screen.
fn pixels(picture: &Picture, (x, y, w, h): Area) -> impl Iterator<Item = (i32, i32, u32)> {
    let columns = x.max(0)..x.saturating_add(w).min(edge(picture.width));
    let rows = y.max(0)..y.saturating_add(h).min(edge(picture.height));
    rows.flat_map(move |y| columns.clone().map(move |x| (x, y))).filter_map(|(x, y)| {
        let at = picture.at(usize::try_from(x).ok()?, usize::try_from(y).ok()?)?;
        Some((x, y, at))
    })
}

fn edge(pixels: usize) -> i32 {
    i32::try_from(pixels).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOWHERE: Area = (0, 0, 0, 0);

    fn picture() -> Picture {
        let mut picture = Picture { width: 8, height: 4, pixels: vec![BACKDROP; 32] };
        picture.pixels[9] = 0xff_0000;
        picture.pixels[13] = 0xfe_0100;
        picture
    }

    #[test]
    fn judge_true_expectations_hold() {
        let looks = [
            Look::Is((1, 1, 1, 1), 0xff_0000),
            Look::Near((5, 1, 1, 1), 0xff_0000, 1),
            Look::Ink((0, 0, 8, 2)),
            Look::Blank((-3, 2, 30, 30)),
            Look::Same((0, 2, 3, 1), (4, 3)),
            Look::Other((0, 0, 3, 2), (4, 0)),
            Look::Rest,
        ];
        assert_eq!(judge(&picture(), &looks, NOWHERE), Ok(()));
    }

    #[test]
    fn judge_each_false_expectation_is_found() {
        for look in [
            Look::Is((0, 1, 2, 1), 0xff_0000),
            Look::Near((5, 1, 1, 1), 0xff_0000, 0),
            Look::Ink((0, 2, 8, 2)),
            Look::Blank((1, 1, 1, 1)),
            Look::Same((0, 0, 3, 2), (4, 0)),
            Look::Other((0, 2, 3, 1), (4, 3)),
            Look::Rest,
        ] {
            assert!(judge(&picture(), &[look], NOWHERE).is_err(), "{look:?}");
        }
        assert_eq!(judge(&picture(), &[Look::Rest], (0, 1, 8, 1)), Ok(()));
    }
}
