//! Conversions between whole pixels and fractions of them, in one place, saying what is lost.

/// The nearest whole number; halves away from zero, saturating, 0 for what is no number.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "rounded just before, and `as` saturates")]
pub fn round(value: f32) -> i32 {
    value.round() as i32
}

/// The least whole number that is not below `value`, saturating.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "whole already, and `as` saturates")]
pub fn ceil(value: f32) -> i32 {
    value.ceil() as i32
}

/// The greatest whole number that is not above `value`, saturating.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "whole already, and `as` saturates")]
pub fn floor(value: f32) -> i32 {
    value.floor() as i32
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
    (part.clamp(0.0, 1.0) * 255.0).round() as u8
}
