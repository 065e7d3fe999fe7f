//! What an expression comes to: sums, products, signs and brackets, by recursive descent.

use crate::decimal::{Decimal, Fault};

/// Most brackets open at once: more than anybody types, far less than the stack holds.
const DEEPEST: usize = 32;

/// The value of an expression.
pub(crate) fn value(text: &str) -> Result<Decimal, Fault> {
    let mut reader = Reader { rest: text, depth: 0 };
    let value = reader.sum()?;
    if reader.rest.is_empty() { Ok(value) } else { Err(Fault::Unfinished) }
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn take(&mut self, wanted: char) -> bool {
        self.rest.strip_prefix(wanted).map(|rest| self.rest = rest).is_some()
    }

    fn sum(&mut self) -> Result<Decimal, Fault> {
        let mut value = self.product()?;
        loop {
            if self.take('+') {
                value = value.plus(self.product()?)?;
            } else if self.take('–') {
                value = value.minus(self.product()?)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn product(&mut self) -> Result<Decimal, Fault> {
        let mut value = self.factor()?;
        loop {
            if self.take('×') {
                value = value.times(self.factor()?)?;
            } else if self.take('÷') {
                value = value.over(self.factor()?)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn factor(&mut self) -> Result<Decimal, Fault> {
        let mut is_negative = false;
        while self.take('–') {
            is_negative = !is_negative;
        }
        let value = if self.take('(') {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(Fault::Unfinished);
            }
            let value = self.sum()?;
            self.depth -= 1;
            if !self.take(')') {
                return Err(Fault::Unfinished);
            }
            value
        } else {
            let is_digit = |c: char| c.is_ascii_digit() || c == '.';
            let end = self.rest.find(|c| !is_digit(c)).unwrap_or(self.rest.len());
            let (digits, rest) = self.rest.split_at(end);
            self.rest = rest;
            Decimal::parse(digits)?
        };
        Ok(if is_negative { value.negated() } else { value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_knows_what_binds_tighter() {
        for (text, wanted) in [
            ("1+2×3", "7"),
            ("(1+2)×3", "9"),
            ("8÷4÷2", "1"),
            ("10–2–3", "5"),
            ("–2×–3", "6"),
            ("–(2+3)×2", "-10"),
            ("0.1+0.2", "0.3"),
        ] {
            assert_eq!(value(text).map(|value| value.text('.')), Ok(wanted.into()), "{text}");
        }
    }

    #[test]
    fn value_of_nonsense_is_a_fault() {
        for bad in ["", "1+", "×2", "(1", "1)", "1..2", "()", "2(3)"] {
            assert_eq!(value(bad), Err(Fault::Unfinished), "{bad}");
        }
        assert_eq!(value("1÷(2–2)"), Err(Fault::DivisionByZero));
        assert_eq!(value(&"(".repeat(100_000)), Err(Fault::Unfinished));
    }
}
