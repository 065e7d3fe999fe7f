//! What a device keeps instead of its PIN.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A salted key of a PIN, as `device.toml` holds it: `pbkdf2-sha256$<rounds>$<salt>$<key>`, both in hex. This crate
/// reads and writes the text; deriving keys is elsewhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinHash {
    /// How often the hash is applied.
    pub rounds: u32,
    /// Random, for this PIN alone.
    pub salt: [u8; Self::SALT],
    /// The key.
    pub key: [u8; 32],
}

impl PinHash {
    /// Bytes of salt.
    pub const SALT: usize = 16;

    /// Rounds that are taken: fewer are no hindrance, more would lock the device for minutes.
    pub const ROUNDS: std::ops::RangeInclusive<u32> = 1_000..=10_000_000;
}

/// A text that is no [`PinHash`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("this is no hash of a PIN; `cargo vyoma pin` makes one")]
pub struct NoPinHash;

const KIND: &str = "pbkdf2-sha256";

impl FromStr for PinHash {
    type Err = NoPinHash;

    fn from_str(text: &str) -> Result<Self, NoPinHash> {
        let mut parts = text.split('$');
        let mut next = || parts.next().ok_or(NoPinHash);
        let (kind, rounds, salt, key) = (next()?, next()?, next()?, next()?);
        let rounds = rounds.parse().map_err(|_| NoPinHash)?;
        if kind != KIND || next().is_ok() || !Self::ROUNDS.contains(&rounds) {
            return Err(NoPinHash);
        }
        Ok(Self { rounds, salt: bytes(salt)?, key: bytes(key)? })
    }
}

fn bytes<const N: usize>(hex: &str) -> Result<[u8; N], NoPinHash> {
    let digits: Vec<u8> = hex
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect::<Option<_>>()
        .ok_or(NoPinHash)?;
    if digits.len() != 2 * N {
        return Err(NoPinHash);
    }
    let mut out = [0; N];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
    Ok(out)
}

impl fmt::Display for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{KIND}${}$", self.rounds)?;
        self.salt.iter().try_for_each(|b| write!(f, "{b:02x}"))?;
        f.write_str("$")?;
        self.key.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

/// Not the key: it has no place in a log.
impl fmt::Debug for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PinHash({} rounds)", self.rounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_hash_is_read_back_and_others_are_refused() {
        let hash = PinHash { rounds: 5000, salt: [0x0f; 16], key: [0xa5; 32] };
        let text = hash.to_string();
        assert_eq!(text.parse(), Ok(hash));
        let few = text.replace("$5000$", "$10$");
        let short = &text[..text.len() - 2];
        let foreign = text.replace("pbkdf2", "argon2");
        let long = format!("{text}$x");
        for bad in ["", "1234", &few, short, &foreign, &long, &text.replace("a5", "ä")] {
            assert_eq!(bad.parse::<PinHash>(), Err(NoPinHash), "{bad}");
        }
    }
}
