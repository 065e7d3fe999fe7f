//! `cargo vyoma pin`: the line of `device.toml` that locks a device with a PIN.

use std::fs::File;
use std::io::{BufRead, Read};

use manifest::PinHash;

use crate::report::{CommandError, Outcome};

/// Digits of a PIN: fewer are guessed, more do not fit the pad.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// Reads a PIN from the standard input and prints the line.
///
/// # Errors
/// [`CommandError::Usage`] for what is no PIN; [`CommandError::System`] without random numbers.
pub fn run() -> Result<Outcome, CommandError> {
    eprintln!("PIN, {} to {} digits:", DIGITS.start(), DIGITS.end());
    let mut line = String::new();
    let stdin = std::io::stdin().lock();
    stdin.take(1024).read_line(&mut line).map_err(CommandError::system("cannot read the PIN"))?;
    let mut salt = [0; PinHash::SALT];
    File::open("/dev/urandom")
        .and_then(|mut random| random.read_exact(&mut salt))
        .map_err(CommandError::system("no random numbers from /dev/urandom"))?;
    println!("{}", entry(line.trim_end_matches(['\r', '\n']), salt)?);
    Ok(Outcome::Success)
}

fn entry(pin: &str, salt: [u8; PinHash::SALT]) -> Result<String, CommandError> {
    if !DIGITS.contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit()) {
        let (least, most) = (DIGITS.start(), DIGITS.end());
        return Err(CommandError::Usage(format!("a PIN has {least} to {most} digits and nothing else")));
    }
    Ok(format!("pin_hash = \"{}\"", pin::hash(pin, salt, pin::ROUNDS)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use manifest::DeviceConfig;

    #[test]
    fn entry_is_a_line_that_the_device_takes() {
        let line = entry("2580", [3; PinHash::SALT]).unwrap();
        let config = DeviceConfig::parse("device.toml", &line);
        assert!(config.invalid.is_none() && config.warnings.is_empty());
        assert!(pin::matches("2580", &config.value.pin.unwrap()));
        for bad in ["", "123", "12345678901234", "12a4", " 1234"] {
            assert!(entry(bad, [3; PinHash::SALT]).is_err(), "{bad:?}");
        }
    }
}
