//! From a PIN to the key that a device keeps instead of it, and back to yes or no.
//!
//! PBKDF2 with HMAC-SHA-256 (RFC 8018, 5.2; RFC 2104), one block. A crate of its own because the host tool makes
//! keys and a jailed job checks them, and nothing else links a hash on its account. It takes a tenth of a second on
//! purpose: never in PID 1.

#![forbid(unsafe_code)]

use manifest::PinHash;
use sha2::{Digest, Sha256};

/// Rounds of new keys: some 0.2 s of a small processor. A PIN has few digits; what bounds guessing on the device is
/// the growing delay, and this makes a stolen file cost more.
pub const ROUNDS: u32 = 200_000;

/// Bytes of a block of SHA-256, which HMAC pads its key to.
const BLOCK: usize = 64;

/// What a device keeps of a PIN. The salt is random, for this PIN alone.
#[must_use]
pub fn hash(pin: &str, salt: [u8; PinHash::SALT], rounds: u32) -> PinHash {
    PinHash { rounds, salt, key: derive(pin.as_bytes(), &salt, rounds) }
}

/// Whether it is the PIN. Takes the same time whichever digits are wrong.
#[must_use]
pub fn matches(pin: &str, hash: &PinHash) -> bool {
    let key = derive(pin.as_bytes(), &hash.salt, hash.rounds);
    let differing = key.iter().zip(&hash.key).fold(0, |all, (a, b)| std::hint::black_box(all | (a ^ b)));
    differing == 0
}

/// The first block of PBKDF2's output.
fn derive(pin: &[u8], salt: &[u8], rounds: u32) -> [u8; 32] {
    let mac = Hmac::new(pin);
    let mut u = mac.of(&[salt, &1u32.to_be_bytes()]);
    let mut key = u;
    for _ in 1..rounds {
        u = mac.of(&[&u]);
        for (k, u) in key.iter_mut().zip(u) {
            *k ^= u;
        }
    }
    key
}

/// HMAC with one key: both padded blocks are hashed once.
struct Hmac {
    inner: Sha256,
    outer: Sha256,
}

impl Hmac {
    fn new(key: &[u8]) -> Self {
        let mut block = [0; BLOCK];
        if key.len() > BLOCK {
            block[..32].copy_from_slice(&Sha256::digest(key));
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let padded = |pad: u8| Sha256::new_with_prefix(block.map(|b| b ^ pad));
        Self { inner: padded(0x36), outer: padded(0x5c) }
    }

    fn of(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut inner = self.inner.clone();
        for part in parts {
            inner.update(part);
        }
        self.outer.clone().chain_update(inner.finalize()).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn derive_gives_the_published_vectors() {
        // RFC 7914, 11, first 32 of 64 bytes: the first block does not depend on how many follow.
        let expected = "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc";
        assert_eq!(hex(&derive(b"passwd", b"salt", 1)), expected);
        let expected = "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56";
        assert_eq!(hex(&derive(b"Password", b"NaCl", 80_000)), expected);
    }

    #[test]
    fn hmac_of_a_long_key_is_the_published_one() {
        // RFC 4231, 4.7.
        let mac = Hmac::new(&[0xaa; 131]).of(&[b"Test Using Larger Than Block-Size Key - Hash Key First"]);
        assert_eq!(hex(&mac), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    #[test]
    fn matches_the_right_pin_alone() {
        let hash = hash("2580", [7; PinHash::SALT], 100);
        assert!(matches("2580", &hash));
        for wrong in ["2581", "258", "25800", "", "2580 "] {
            assert!(!matches(wrong, &hash), "{wrong:?}");
        }
    }
}
