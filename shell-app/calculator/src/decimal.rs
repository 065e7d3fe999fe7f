//! Decimal numbers with nine digits after the point: what people type is what is reckoned with.

use alloc::string::String;

/// One, in billionths.
const ONE: i128 = 1_000_000_000;
/// Digits after the point.
const PLACES: usize = 9;
/// The largest number, in billionths: eighteen digits before the point.
const MOST: i128 = 1_000_000_000_000_000_000 * ONE;

/// A number in billionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimal(i128);

/// Why there is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Something was divided by nothing.
    DivisionByZero,
    /// It is too large.
    TooLarge,
    /// The expression is not finished, or makes no sense.
    Unfinished,
}

impl Decimal {
    fn checked(value: Option<i128>) -> Result<Self, Fault> {
        value.filter(|value| (-MOST..=MOST).contains(value)).map(Self).ok_or(Fault::TooLarge)
    }

    /// Reads digits with at most one point; digits after the ninth are cut off.
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && part.is_empty()) || !digits(whole) || !digits(part) {
            return Err(Fault::Unfinished);
        }
        let mut value: i128 = 0;
        let kept = part.bytes().chain(core::iter::repeat(b'0')).take(PLACES);
        for digit in whole.bytes().chain(kept) {
            value = value * 10 + i128::from(digit - b'0');
            if value > MOST {
                return Err(Fault::TooLarge);
            }
        }
        Ok(Self(value))
    }

    pub(crate) fn plus(self, other: Self) -> Result<Self, Fault> {
        Self::checked(self.0.checked_add(other.0))
    }

    pub(crate) fn minus(self, other: Self) -> Result<Self, Fault> {
        Self::checked(self.0.checked_sub(other.0))
    }

    pub(crate) const fn negated(self) -> Self {
        Self(-self.0)
    }

    /// The product, rounded; halves away from zero.
    pub(crate) fn times(self, other: Self) -> Result<Self, Fault> {
        let product = self.0.checked_mul(other.0).ok_or(Fault::TooLarge)?;
        Self::checked(Some(rounded(product, ONE)))
    }

    /// The quotient, rounded; halves away from zero.
    pub(crate) fn over(self, other: Self) -> Result<Self, Fault> {
        if other.0 == 0 {
            return Err(Fault::DivisionByZero);
        }
        Self::checked(self.0.checked_mul(ONE).map(|scaled| rounded(scaled, other.0)))
    }

    /// Its digits, without zeros at the end, and the point as given.
    pub(crate) fn text(self, point: char) -> String {
        let mut text = String::new();
        if self.0 < 0 {
            text.push('-');
        }
        let value = self.0.unsigned_abs();
        let one = ONE.unsigned_abs();
        let mut digits = [0_u8; 40];
        let mut count = 0;
        let mut whole = value / one;
        while whole > 0 || count == 0 {
            digits[count] = b'0' + (whole % 10).to_le_bytes()[0];
            whole /= 10;
            count += 1;
        }
        text.extend(digits[..count].iter().rev().map(|digit| char::from(*digit)));
        let mut part = value % one;
        if part > 0 {
            text.push(point);
        }
        while part > 0 {
            part *= 10;
            text.push(char::from(b'0' + (part / one).to_le_bytes()[0]));
            part %= one;
        }
        text
    }
}

fn rounded(value: i128, by: i128) -> i128 {
    let (quotient, rest) = (value / by, value % by);
    if rest.unsigned_abs() * 2 >= by.unsigned_abs() {
        quotient + if (value < 0) == (by < 0) { 1 } else { -1 }
    } else {
        quotient
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).expect("a number")
    }

    #[test]
    fn tenths_are_exact() {
        let sum = number("0.1").plus(number("0.2")).expect("small");
        assert_eq!(sum.text('.'), "0.3");
        assert_eq!(number("007.500").text(','), "7,5");
        assert_eq!(number(".5").negated().text('.'), "-0.5");
    }

    #[test]
    fn quotients_and_products_are_rounded_away_from_zero() {
        assert_eq!(number("2").over(number("3")).expect("fits").text('.'), "0.666666667");
        assert_eq!(number("2").negated().over(number("3")).expect("fits").text('.'), "-0.666666667");
        assert_eq!(number("0.00001").times(number("0.00005")).expect("fits").text('.'), "0.000000001");
    }

    #[test]
    fn what_is_no_number_says_why() {
        assert_eq!(number("1").over(number("0")), Err(Fault::DivisionByZero));
        let large = number("999999999999999999");
        assert_eq!(large.times(large), Err(Fault::TooLarge));
        assert_eq!(Decimal::parse("1234567890123456789012345678901234567890"), Err(Fault::TooLarge));
        for bad in ["", ".", "1.2.3", "x"] {
            assert_eq!(Decimal::parse(bad), Err(Fault::Unfinished), "{bad}");
        }
    }
}
