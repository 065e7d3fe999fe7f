//! Numbers without a standard library: conversions between whole pixels and fractions of them, saying what is lost; the
//! few functions of them that shapes need; and their decimal digits, without `core::fmt`, which costs an app ten
//! kilobytes.

use alloc::string::String;

/// The nearest whole number; halves away from zero, saturating, 0 for what is no number.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "meant to: `as` cuts towards zero and saturates")]
pub fn round(value: f32) -> i32 {
    (value + 0.5_f32.copysign(value)) as i32
}

/// The least whole number that is not below `value`, saturating.
#[must_use]
pub fn ceil(value: f32) -> i32 {
    floor(-value).saturating_neg()
}

/// The greatest whole number that is not above `value`, saturating.
#[must_use]
#[inline(never)]
#[expect(clippy::cast_possible_truncation, reason = "meant to: `as` cuts towards zero and saturates")]
pub fn floor(value: f32) -> i32 {
    let cut = value as i32;
    if float(cut) > value { cut.saturating_sub(1) } else { cut }
}

/// Pixels as a fraction; exact up to 2^24, far above any canvas.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "canvas coordinates are below 2^24")]
pub const fn float(value: i32) -> f32 {
    value as f32
}

/// A part between 0 and 1 as 0 to 255, clamped and rounded.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=255 just before")]
pub fn byte(part: f32) -> u8 {
    (part.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}

/// The square root, within two units in the last place; 0 for what is not above 0.
///
/// A first guess from the exponent, halved, then three steps of Newton's method.
#[must_use]
pub fn sqrt(value: f32) -> f32 {
    if value <= 0.0 {
        return 0.0;
    }
    let mut root = f32::from_bits((value.to_bits() >> 1) + 0x1fbd_1df5);
    for _ in 0..3 {
        root = 0.5 * (root + value / root);
    }
    root
}

/// Sine and cosine of an angle in radians, within 2e-6 for angles of a few turns.
#[must_use]
pub fn sin_cos(angle: f32) -> (f32, f32) {
    use core::f32::consts::{FRAC_PI_2, TAU};
    // Into the quarter around 0, counting quarters.
    let quarters = round(angle / FRAC_PI_2);
    let x = angle - float(quarters) * FRAC_PI_2;
    let x2 = x * x;
    // The first terms of the power series: enough for a quarter turn split in two.
    let sin = x * (1.0 - x2 / 6.0 * (1.0 - x2 / 20.0 * (1.0 - x2 / 42.0 * (1.0 - x2 / 72.0))));
    let cos = 1.0 - x2 / 2.0 * (1.0 - x2 / 12.0 * (1.0 - x2 / 30.0 * (1.0 - x2 / 56.0)));
    debug_assert!(x.abs() < TAU);
    match quarters.rem_euclid(4) {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

/// A number's decimal digits.
#[must_use]
pub fn digits(value: i64) -> String {
    let mut text = String::new();
    if value < 0 {
        text.push('-');
    }
    push_digits(&mut text, value.unsigned_abs(), 1);
    text
}

/// At least two decimal digits, as a clock shows them: `07`.
#[must_use]
pub fn two_digits(value: u64) -> String {
    let mut text = String::new();
    push_digits(&mut text, value, 2);
    text
}

fn push_digits(text: &mut String, mut value: u64, least: usize) {
    let mut reversed = [0_u8; 20];
    let mut count = 0;
    while value > 0 || count < least {
        reversed[count] = b'0' + (value % 10).to_le_bytes()[0];
        value /= 10;
        count += 1;
    }
    for &digit in reversed[..count].iter().rev() {
        guest::push(text, char::from(digit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_those_of_the_standard_library() {
        for n in -4000..4000 {
            let value = float(n) / 8.0 + if n % 7 == 0 { 0.01 } else { 0.0 };
            assert_eq!(float(round(value)), value.round(), "{value}");
            assert_eq!(float(ceil(value)), value.ceil(), "{value}");
            assert_eq!(float(floor(value)), value.floor(), "{value}");
        }
        assert_eq!((round(f32::NAN), round(1e20), floor(-1e20)), (0, i32::MAX, i32::MIN));
    }

    #[test]
    fn roots_and_angles_are_those_of_the_standard_library() {
        for n in 1..20_000 {
            let value = float(n) * float(n) / 977.0;
            assert!((sqrt(value) / value.sqrt() - 1.0).abs() < 3e-7, "{value}");
            let angle = float(n - 10_000) / 500.0;
            let ((sin, cos), exact) = (sin_cos(angle), angle.sin_cos());
            assert!((sin - exact.0).abs() < 1e-5 && (cos - exact.1).abs() < 1e-5, "{angle}");
        }
        assert_eq!((sqrt(0.0), sqrt(-1.0)), (0.0, 0.0));
    }

    #[test]
    fn digits_are_those_of_the_standard_library() {
        for value in [0, 7, -1, 10, 1234, i64::MAX, i64::MIN] {
            assert_eq!(digits(value), value.to_string());
        }
        assert_eq!((two_digits(0), two_digits(7), two_digits(123)), ("00".into(), "07".into(), "123".into()));
    }
}
