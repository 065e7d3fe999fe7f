//! Values of the command line.

use std::str::FromStr;
use std::time::Duration;

use control_protocol::PixelSize;

/// A picture's size as `WxH`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size(pub PixelSize);

/// Smaller than any screen; below it there is no room for what the system must be able to say.
const SMALLEST: u32 = 64;

/// The largest edge that the compositor's surfaces may have.
const LARGEST: u32 = 8192;

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let edges = text.split_once(['x', 'X']).and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        match edges {
            Some((w, h)) if [w, h].iter().all(|edge| (SMALLEST..=LARGEST).contains(edge)) => {
                Ok(Self(PixelSize { w, h }))
            }
            _ => Err(format!(
                "found `{text}`, expected WIDTHxHEIGHT with edges of {SMALLEST} to {LARGEST} pixels, for example 1280x800"
            )),
        }
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}x{}", self.0.w, self.0.h)
    }
}

/// Reads a duration: `20s`, `1500ms`, `2m`; a bare number is seconds.
///
/// # Errors
/// What was found and what would be right.
pub fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let scale = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        _ => f64::NAN,
    };
    number
        .parse::<f64>()
        .ok()
        .and_then(|number| Duration::try_from_secs_f64(number * scale).ok())
        .ok_or_else(|| format!("found `{text}`, expected a duration such as 20s, 1500ms or 2m"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duration_units_are_read() {
        assert_eq!(duration("20s"), Ok(Duration::from_secs(20)));
        assert_eq!(duration("1500ms"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        for bad in ["", "s", "5h", "-1s", "1e9s", "99999999999999999999999s"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn size_outside_its_bounds_is_refused() {
        assert_eq!("1280x800".parse(), Ok(Size(PixelSize { w: 1280, h: 800 })));
        for bad in ["1280", "0x5", "x", "9000x10", "1280x800x2"] {
            assert!(bad.parse::<Size>().is_err(), "{bad}");
        }
    }
}
