//! `bundle.minisig`: minisign's format (<https://jedisct1.github.io/minisign/>), over the bytes of the list.

use minisign_verify::{Error, PublicKey, Signature};

use crate::SIGNATURE;

/// Keys of one image.
pub const MAX_KEYS: usize = 16;

/// The longest signature or key file, in bytes: four lines, of which two are comments.
pub const MAX_SIGNATURE: usize = 2048;

/// Whose signatures count.
#[derive(Clone, Default, Debug)]
pub struct Keys(Vec<(String, PublicKey)>);

/// Why a key is none.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyError {
    /// Its text.
    #[error("{0} is no public key of minisign: a comment and a line of base64 would be right")]
    Foreign(String),
    /// Their number.
    #[error("{0} is one key too many: there may be {MAX_KEYS}")]
    Many(String),
}

/// Why a signature does not count.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignatureError {
    /// Its text.
    #[error(
        "{SIGNATURE} is no signature of minisign: four lines would be right, as `vyoma app sign` writes them"
    )]
    Foreign,
    /// An older kind, which signs the text itself instead of its hash.
    #[error("{SIGNATURE} is of minisign's older kind: `minisign -S` without `-l` makes the other")]
    Legacy,
    /// Its key.
    #[error("{SIGNATURE} was made with key {found}, which is none of this device's ({known})")]
    Unknown {
        /// The key's number, as minisign writes it.
        found: String,
        /// File names of the keys there are.
        known: String,
    },
    /// What it is of.
    #[error("{SIGNATURE} is not of this list: the list, the signature or its comment was changed")]
    Changed,
}

impl Keys {
    /// Takes a key in: a file's name and its text.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), KeyError> {
        if self.0.len() == MAX_KEYS {
            return Err(KeyError::Many(name.to_owned()));
        }
        let key = PublicKey::decode(text).map_err(|_| KeyError::Foreign(name.to_owned()))?;
        self.0.push((name.to_owned(), key));
        Ok(())
    }

    /// The name of the key whose signature this is.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(&self, list: &[u8], signature: &[u8]) -> Result<&str, SignatureError> {
        let text = str::from_utf8(signature).ok().filter(|text| text.len() <= MAX_SIGNATURE);
        let text = text.filter(|text| text.lines().count() == 4).ok_or(SignatureError::Foreign)?;
        let signature = Signature::decode(text).map_err(|_| SignatureError::Foreign)?;
        let mut is_known = false;
        for (name, key) in &self.0 {
            match key.verify(list, &signature, false) {
                Ok(()) => return Ok(name),
                Err(Error::UnexpectedKeyId) => {}
                Err(Error::UnexpectedAlgorithm) => return Err(SignatureError::Legacy),
                // Another key may have the same number: nobody gives them out.
                Err(_) => is_known = true,
            }
        }
        if is_known {
            return Err(SignatureError::Changed);
        }
        let known: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        let known = if known.is_empty() { "it has none".to_owned() } else { known.join(", ") };
        Err(SignatureError::Unknown { found: number(text), known })
    }
}

/// The number of the key that made a signature, which was decoded: as minisign prints it.
fn number(signature: &str) -> String {
    // Two bytes of a kind, then the number; 16 characters of base64 are 12 bytes.
    let line = signature.lines().nth(1).unwrap_or_default();
    let bits = line.bytes().take(16).fold(0_u128, |bits, c| {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        bits << 6 | u128::from(value)
    });
    let [.., a, b, c, d, e, f, g, h, _, _] = bits.to_be_bytes();
    format!("{:016X}", u64::from_le_bytes([a, b, c, d, e, f, g, h]))
}
