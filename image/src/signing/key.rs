//! Secret keys of minisign: their file, and what they sign.
//!
//! The format is minisign's own (<https://jedisct1.github.io/minisign/>): a comment, and a line of base64 of `Ed`, how
//! a passphrase becomes a key (`Sc`, or two zeros for none), `B2`, 32 bytes of salt, two numbers that say what scrypt
//! costs, and 104 bytes that scrypt's output hides: the key's number, the pair, and a checksum of both.

use std::fs::File;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use cryptoxide::ed25519;
use cryptoxide::hashing::blake2b::Blake2b;
use cryptoxide::scrypt::{ScryptParams, scrypt};

use super::SigningError;

/// Bytes that scrypt hides: the number, the pair, the checksum.
const HIDDEN: usize = 8 + 64 + 32;

/// What a new key costs whoever guesses: half a second and 128 MiB.
const OPERATIONS: u64 = 1 << 22;
const MEMORY: u64 = 128 << 20;

/// The most that a key's file may ask for: what minisign itself does.
const MAX_OPERATIONS: u64 = 1 << 25;
const MAX_MEMORY: u64 = 1 << 30;

/// A key that signs.
#[derive(Clone)]
pub(crate) struct SecretKey {
    number: [u8; 8],
    /// The secret half, then the public one.
    pair: [u8; 64],
}

/// Where a key's bytes are, in its line.
struct Fields<'a> {
    kind: &'a [u8; 2],
    salt: &'a [u8; 32],
    operations: u64,
    memory: u64,
    hidden: [u8; HIDDEN],
}

impl SecretKey {
    /// A new one.
    pub(crate) fn generate() -> Result<Self, SigningError> {
        let (number, seed) = (random()?, random()?);
        let (pair, _) = ed25519::keypair(&seed);
        Ok(Self { number, pair })
    }

    /// Reads a key's file; `passphrase` is asked where it needs one. The error is for people.
    pub(super) fn parse(
        text: &str,
        passphrase: impl FnOnce() -> Result<String, SigningError>,
    ) -> Result<Result<Self, &'static str>, SigningError> {
        const FOREIGN: &str =
            "it is no secret key of minisign: a comment and a line of base64 would be right";
        let line = text.lines().nth(1).and_then(|line| BASE64.decode(line.trim_end()).ok());
        let Some(mut fields) = line.as_deref().and_then(fields) else { return Ok(Err(FOREIGN)) };
        let is_open = match fields.kind {
            b"\0\0" => true,
            b"Sc" => false,
            _ => return Ok(Err(FOREIGN)),
        };
        if !is_open {
            if fields.operations > MAX_OPERATIONS || fields.memory > MAX_MEMORY {
                return Ok(Err(
                    "its passphrase costs more than minisign's own keys: more than 1 GiB of memory",
                ));
            }
            hide(&mut fields.hidden, &passphrase()?, fields.salt, fields.operations, fields.memory);
        }
        let (key, sum) = Self::of_bytes(&fields.hidden);
        // The program `minisign` writes no checksum where there is no passphrase.
        let is_whole = sum == key.checksum() || is_open && sum == [0; 32];
        Ok(match (is_whole, is_open) {
            (true, _) => Ok(key),
            (false, true) => Err("it was changed: its checksum is another one"),
            (false, false) => Err("this is not its passphrase"),
        })
    }

    fn of_bytes(bytes: &[u8; HIDDEN]) -> (Self, [u8; 32]) {
        let (mut number, mut pair, mut sum) = ([0; 8], [0; 64], [0; 32]);
        number.copy_from_slice(&bytes[..8]);
        pair.copy_from_slice(&bytes[8..72]);
        sum.copy_from_slice(&bytes[72..]);
        (Self { number, pair }, sum)
    }

    fn checksum(&self) -> [u8; 32] {
        let mut sum = [0; 32];
        Blake2b::<256>::new().update(b"Ed").update(&self.number).update(&self.pair).finalize_at(&mut sum);
        sum
    }

    /// The text of its file.
    pub(super) fn to_text(&self, passphrase: Option<&str>) -> Result<String, SigningError> {
        let mut hidden = [0; HIDDEN];
        hidden[..8].copy_from_slice(&self.number);
        hidden[8..72].copy_from_slice(&self.pair);
        hidden[72..].copy_from_slice(&self.checksum());
        let (mut kind, mut salt, mut operations, mut memory) = (*b"\0\0", [0; 32], 0, 0);
        if let Some(passphrase) = passphrase {
            (kind, salt, operations, memory) = (*b"Sc", random()?, OPERATIONS, MEMORY);
            hide(&mut hidden, passphrase, &salt, operations, memory);
        }
        let mut bytes = b"Ed".to_vec();
        bytes.extend(kind);
        bytes.extend(b"B2");
        bytes.extend(salt);
        bytes.extend(operations.to_le_bytes());
        bytes.extend(memory.to_le_bytes());
        bytes.extend(hidden);
        let what = if passphrase.is_some() {
            "minisign encrypted secret key"
        } else {
            "minisign unencrypted secret key"
        };
        Ok(format!("untrusted comment: {what}\n{}\n", BASE64.encode(bytes)))
    }

    /// The text of the file of its public half.
    pub(crate) fn public(&self) -> String {
        let bytes = [b"Ed", &self.number[..], ed25519::keypair_public(&self.pair)].concat();
        let number = u64::from_le_bytes(self.number);
        format!("untrusted comment: minisign public key {number:016X}\n{}\n", BASE64.encode(bytes))
    }

    /// The text of a signature of `list`, with a comment that it covers too.
    pub(crate) fn sign(&self, list: &[u8], comment: &str) -> String {
        let mut hash = [0; 64];
        Blake2b::<512>::new().update(list).finalize_at(&mut hash);
        let signature = ed25519::signature(&hash, &self.pair);
        let all = ed25519::signature(&[&signature[..], comment.as_bytes()].concat(), &self.pair);
        let first = [b"ED", &self.number[..], &signature].concat();
        let (first, all) = (BASE64.encode(first), BASE64.encode(all));
        format!("untrusted comment: signed by vyoma\n{first}\ntrusted comment: {comment}\n{all}\n")
    }
}

fn fields(line: &[u8]) -> Option<Fields<'_>> {
    let rest = line.strip_prefix(b"Ed")?;
    let (kind, rest) = rest.split_first_chunk()?;
    let rest = rest.strip_prefix(b"B2").or_else(|| rest.strip_prefix(b"\0\0"))?;
    let (salt, rest) = rest.split_first_chunk()?;
    let (operations, rest) = rest.split_first_chunk()?;
    let (memory, hidden) = rest.split_first_chunk()?;
    let hidden = hidden.try_into().ok()?;
    let (operations, memory) = (u64::from_le_bytes(*operations), u64::from_le_bytes(*memory));
    Some(Fields { kind, salt, operations, memory, hidden })
}

/// Hides bytes by a passphrase, or shows them again.
fn hide(bytes: &mut [u8; HIDDEN], passphrase: &str, salt: &[u8; 32], operations: u64, memory: u64) {
    let (log_n, p) = cost(operations, memory);
    let mut stream = [0; HIDDEN];
    scrypt(passphrase.as_bytes(), salt, &ScryptParams::new(log_n, R, p), &mut stream);
    for (byte, hiding) in bytes.iter_mut().zip(stream) {
        *byte ^= hiding;
    }
}

/// scrypt's block size here.
const R: u32 = 8;

/// scrypt's parameters, as libsodium chooses them (`pickparams` of `crypto_pwhash_scryptsalsa208sha256.c`).
fn cost(operations: u64, memory: u64) -> (u8, u32) {
    let r = u64::from(R);
    let operations = operations.max(32_768);
    let is_short = operations < memory / 32;
    let most = if is_short { operations / (r * 4) } else { memory / (r * 128) };
    let log_n = (1_u8..63).find(|n| 1_u64 << n > most / 2).unwrap_or(63);
    let p = if is_short { 1 } else { ((operations / 4) >> log_n).min(0x3fff_ffff) / r };
    (log_n, u32::try_from(p.max(1)).unwrap_or(1))
}

fn random<const N: usize>() -> Result<[u8; N], SigningError> {
    let mut bytes = [0; N];
    File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut bytes)).map_err(|source| {
        SigningError::Io { what: "no random numbers from /dev/urandom".to_owned(), source }
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bundle::Keys;

    /// Made by the program `minisign` 0.11: `minisign -G -W`, and `minisign -G` with the passphrase `open sesame`.
    const OPEN: &str = include_str!("../../tests/data/minisign/test.key");
    const OPEN_PUBLIC: &str = include_str!("../../tests/data/minisign/test.pub");
    const HIDDEN_KEY: &str = include_str!("../../tests/data/minisign/pass.key");
    const HIDDEN_PUBLIC: &str = include_str!("../../tests/data/minisign/pass.pub");

    fn parse(text: &str, passphrase: &str) -> Result<SecretKey, &'static str> {
        SecretKey::parse(text, || Ok(passphrase.to_owned())).unwrap()
    }

    fn holds(key: &SecretKey) {
        let mut keys = Keys::default();
        keys.add("a.pub", &key.public()).unwrap();
        let signature = key.sign(b"a list", "app a 1.0.0");
        assert_eq!(keys.verify(b"a list", signature.as_bytes()), Ok("a.pub"));
        assert!(keys.verify(b"A list", signature.as_bytes()).is_err());
    }

    #[test]
    fn parse_a_key_of_minisign_signs_and_has_its_public_half() {
        let key = parse(OPEN, "unused").unwrap();
        assert_eq!(key.public(), OPEN_PUBLIC);
        holds(&key);
    }

    #[test]
    #[ignore = "minisign's own passphrases take a gigabyte"]
    fn parse_a_hidden_key_of_minisign_takes_its_passphrase() {
        assert_eq!(parse(HIDDEN_KEY, "open sesame").unwrap().public(), HIDDEN_PUBLIC);
        assert!(parse(HIDDEN_KEY, "sesame").is_err());
    }

    #[test]
    fn cost_is_that_of_libsodium() {
        // Numbers of minisign's keys, and of libsodium's "interactive" and "sensitive".
        assert_eq!(cost(1 << 25, 1 << 30), (20, 1));
        assert_eq!(cost(524_288, 16 << 20), (14, 1));
        assert_eq!(cost(OPERATIONS, MEMORY), (17, 1));
        assert_eq!(cost(0, 0), (1, 512));
    }

    #[test]
    fn to_text_is_read_again_with_its_passphrase_alone() {
        let key = SecretKey::generate().unwrap();
        holds(&key);
        assert_eq!(parse(&key.to_text(None).unwrap(), "unused").unwrap().public(), key.public());
        let hidden = key.to_text(Some("four words")).unwrap();
        assert_eq!(parse(&hidden, "four words").unwrap().public(), key.public());
        assert_eq!(parse(&hidden, "four word").err(), Some("this is not its passphrase"));
    }

    #[test]
    fn parse_what_is_no_key_says_so() {
        let key = SecretKey::generate().unwrap();
        for bad in ["", "x\ny", OPEN_PUBLIC, "c\nRWQ=", &format!("c\n{}", BASE64.encode([0; 158]))] {
            assert!(parse(bad, "").err().is_some_and(|why| why.contains("no secret key")), "{bad:?}");
        }
        let text = key.to_text(None).unwrap();
        let mut bytes = BASE64.decode(text.lines().nth(1).unwrap()).unwrap();
        bytes[80] ^= 1;
        let changed = format!("c\n{}\n", BASE64.encode(&bytes));
        assert_eq!(parse(&changed, "").err(), Some("it was changed: its checksum is another one"));
        bytes[2..4].copy_from_slice(b"Sc");
        bytes[38..46].copy_from_slice(&u64::MAX.to_le_bytes());
        let costly = format!("c\n{}\n", BASE64.encode(&bytes));
        assert!(parse(&costly, "").err().is_some_and(|why| why.contains("1 GiB")));
    }
}
