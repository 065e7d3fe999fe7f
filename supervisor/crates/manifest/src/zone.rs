//! Zones of the signage policy: named parts of the screen, and the apps that fill them.

use serde::{Deserialize, Serialize};
use toml::de::DeValue;

use crate::AppName;
use crate::problem::{Report, quote};
use crate::section::{Section, Unknown};

/// Zones of one device; more are refused.
pub(crate) const MAX_ZONES: usize = 64;

/// A part of the screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Zone {
    /// What people call it; the same rule as for apps.
    pub name: AppName,
    /// Left edge.
    pub x: Length,
    /// Top edge.
    pub y: Length,
    /// Width.
    pub w: Length,
    /// Height.
    pub h: Length,
    /// Apps that fill it; without any it is for all that no other zone names.
    pub apps: Vec<AppName>,
}

/// A distance along an edge of the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Length {
    /// Pixels.
    Pixels(u32),
    /// Hundredths of a percent of the edge: 10 000 is all of it.
    Part(u32),
}

/// All of an edge.
const WHOLE: u32 = 10_000;
/// Longest edge of a screen, in pixels.
const MAX_EDGE: u32 = 16_384;

impl Zone {
    /// Its rectangle on a screen of `w` by `h` pixels: left, top, width, height. Zones that share an edge in
    /// percent share it in pixels. It may reach beyond the screen, and may be empty.
    #[must_use]
    pub fn rect(&self, w: u32, h: u32) -> (u32, u32, u32, u32) {
        let (x, right) = span(self.x, self.w, w);
        let (y, bottom) = span(self.y, self.h, h);
        (x, y, right.saturating_sub(x), bottom.saturating_sub(y))
    }
}

fn span(from: Length, length: Length, edge: u32) -> (u32, u32) {
    let low = from.of(edge);
    let high = match (from, length) {
        (Length::Part(a), Length::Part(b)) => Length::Part(a.saturating_add(b)).of(edge),
        _ => low.saturating_add(length.of(edge)),
    };
    (low, high)
}

impl Length {
    /// In pixels, of an edge of so many.
    #[must_use]
    pub fn of(self, edge: u32) -> u32 {
        match self {
            Self::Pixels(n) => n,
            Self::Part(part) => {
                let pixels = (u64::from(edge) * u64::from(part) + u64::from(WHOLE) / 2) / u64::from(WHOLE);
                u32::try_from(pixels).unwrap_or(u32::MAX)
            }
        }
    }
}

/// Reads `[[zones]]`. A zone that is wrong is left out.
pub(crate) fn zones(root: Section<'_, '_>, report: &mut Report<'_>) -> Vec<Zone> {
    let mut zones: Vec<Zone> = Vec::new();
    for value in root.list("zones", report) {
        let at = value.span().start;
        if zones.len() == MAX_ZONES {
            report.error(at, format!("more than {MAX_ZONES} zones"));
            break;
        }
        let section = Section::of(value, "[[zones]]", report);
        let Some(zone) = section.is_present().then(|| zone(section, report)).flatten() else { continue };
        if zones.iter().any(|z| z.name == zone.name) {
            report.error(at, format!("a zone {} is there already", quote(zone.name.as_str())));
            continue;
        }
        let taken = zone.apps.iter().find(|app| zones.iter().any(|z| z.apps.contains(app)));
        if let Some(app) = taken {
            report.error(at, format!("{} is in another zone already", quote(app.as_str())));
            continue;
        }
        zones.push(zone);
    }
    zones
}

fn zone(section: Section<'_, '_>, report: &mut Report<'_>) -> Option<Zone> {
    section.check_keys(&["name", "x", "y", "w", "h", "apps"], Unknown::Warning, report);
    let name = section.required("name", report).and_then(|(text, at)| name(text, at, report));
    let (x, y) = (length(section, "x", 0, report), length(section, "y", 0, report));
    let (w, h) = (length(section, "w", 1, report), length(section, "h", 1, report));
    let mut apps = Vec::new();
    for (text, at) in section.texts("apps", report) {
        apps.push(self::name(text, at, report)?);
    }
    Some(Zone { name: name?, x: x?, y: y?, w: w?, h: h?, apps })
}

fn name(text: &str, at: usize, report: &mut Report<'_>) -> Option<AppName> {
    AppName::new(text).map_err(|e| report.error(at, format!("{} is no name: {e}", quote(text)))).ok()
}

fn length(
    section: Section<'_, '_>,
    key: &'static str,
    least: u32,
    report: &mut Report<'_>,
) -> Option<Length> {
    let whole = least == 1;
    let Some(value) = section.get(key) else {
        // From the corner, and all of it.
        return Some(if whole { Length::Part(WHOLE) } else { Length::Pixels(0) });
    };
    let found = match value.get_ref() {
        DeValue::Integer(n) => {
            i64::from_str_radix(n.as_str(), n.radix()).ok().and_then(|n| u32::try_from(n).ok())
        }
        DeValue::String(text) => {
            if let Some(part) = percent(text).filter(|part| (least..=WHOLE).contains(part)) {
                return Some(Length::Part(part));
            }
            None
        }
        _ => None,
    };
    let found = found.filter(|n| (least..=MAX_EDGE).contains(n));
    if found.is_none() {
        let right = "pixels like 480, or a part like \"37.5%\", would be right";
        section.wrong(key, value, right, report);
    }
    found.map(Length::Pixels)
}

/// `12%`, `12.5%` or `12.25%` in hundredths of a percent.
fn percent(text: &str) -> Option<u32> {
    let number = text.strip_suffix('%')?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > 2 || number.ends_with('.') {
        return None;
    }
    let hundredths = format!("{part:0<2}").parse::<u32>().ok()?;
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(hundredths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_takes_two_digits_after_the_point_and_nothing_else() {
        assert_eq!(percent("33.3%"), Some(3330));
        assert_eq!(percent("100%"), Some(WHOLE));
        assert_eq!(percent("0.05%"), Some(5));
        for wrong in ["33.333%", "33", "%", ".5%", "5.%", "-1%", "1e2%", " 5%", "99999999999%"] {
            assert_eq!(percent(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn rect_zones_that_share_an_edge_neither_overlap_nor_leave_a_gap() {
        let third = |n: u32| Zone {
            name: AppName::new("z").unwrap(),
            x: Length::Part(3333 * n),
            y: Length::Pixels(40),
            w: Length::Part(3333),
            h: Length::Part(5000),
            apps: Vec::new(),
        };
        for edge in [800, 1079, 1280, 1920] {
            let (a, b) = (third(0).rect(edge, 800), third(1).rect(edge, 800));
            assert_eq!((a.0, a.0 + a.2), (0, b.0));
            assert_eq!((a.1, a.3), (40, 400));
        }
    }
}
