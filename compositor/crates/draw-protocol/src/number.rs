//! Integers, read wide and saturated, and written without `core::fmt` (which costs a guest some 10 kB).

use alloc::vec::Vec;

/// Beyond every 32-bit number, and small enough that ten times it plus nine still fits.
const CAP: i64 = 1 << 40;

/// A signed decimal integer, saturated to ±`CAP`; `None` if `bytes` is anything else. A leading `+` is accepted, as
/// the number parsers of common languages do.
#[inline]
pub(crate) fn parse(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, bytes),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value: i64 = 0;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
        if value > CAP {
            value = CAP;
        }
    }
    Some(if negative { -value } else { value })
}

/// As [`parse`], saturated to `i32`.
#[inline]
pub(crate) fn parse_i32(bytes: &[u8]) -> Option<i32> {
    parse(bytes).map(to_i32)
}

/// Saturated.
// Once in a program for WebAssembly, where bytes count, and inlined where frames are read.
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn to_i32(wide: i64) -> i32 {
    i32::try_from(wide).unwrap_or(if wide < 0 { i32::MIN } else { i32::MAX })
}

/// Saturated.
#[cfg_attr(target_family = "wasm", inline(never))]
pub(crate) fn to_u32(wide: i64) -> u32 {
    u32::try_from(wide.max(0)).unwrap_or(u32::MAX)
}

/// As [`parse`], saturated to `u32`.
pub(crate) fn parse_u32(bytes: &[u8]) -> Option<u32> {
    parse(bytes).map(to_u32)
}

/// As [`parse`], clamped to `0..=max`.
pub(crate) fn parse_u8(bytes: &[u8], max: u8) -> Option<u8> {
    Some(u8::try_from(parse(bytes)?.clamp(0, i64::from(max))).unwrap_or(max))
}

/// A colour: decimal, or `0x` and 1 to 8 hex digits in any case. `None` if it is neither or above 32 bits.
#[inline]
pub(crate) fn parse_color(bytes: &[u8]) -> Option<u32> {
    let [b'0', b'x' | b'X', digits @ ..] = bytes else {
        return u32::try_from(parse(bytes)?).ok();
    };
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    let mut value: u32 = 0;
    for &byte in digits {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            _ => return None,
        };
        value = (value << 4) | u32::from(digit);
    }
    Some(value)
}

/// Appends `value` in decimal.
pub(crate) fn write_u64(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10).to_le_bytes()[0];
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends `value` in decimal.
pub(crate) fn write_i32(out: &mut Vec<u8>, value: i32) {
    if value < 0 {
        out.push(b'-');
    }
    write_u64(out, u64::from(value.unsigned_abs()));
}

/// Appends `value` as `0x` and eight hex digits.
pub(crate) fn write_color(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(b"0x");
    for shift in [28, 24, 20, 16, 12, 8, 4, 0] {
        out.push(b"0123456789abcdef"[((value >> shift) & 15) as usize]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_beyond_32_bits_saturate() {
        assert_eq!(parse_i32(b"4294967295"), Some(i32::MAX));
        assert_eq!(parse_i32(b"-99999999999999999999999999"), Some(i32::MIN));
        assert_eq!(parse_i32(b"-2147483648"), Some(i32::MIN));
        assert_eq!(parse_u32(b"-1"), Some(0));
        assert_eq!(parse_u8(b"300", 255), Some(255));
    }

    #[test]
    fn malformed_integers_are_none() {
        for bad in [&b""[..], b"-", b"+", b" 1", b"1 ", b"1.5", b"--1", b"0x10", b"1e3"] {
            assert_eq!(parse_i32(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn colours_take_both_forms_and_no_33rd_bit() {
        assert_eq!(parse_color(b"0xFfA0"), Some(0xffa0));
        assert_eq!(parse_color(b"4294967295"), Some(u32::MAX));
        for bad in [&b"4294967296"[..], b"0x", b"0x123456789", b"-1", b"#fff", b"0xg", b""] {
            assert_eq!(parse_color(bad), None, "{bad:?}");
        }
    }
}
