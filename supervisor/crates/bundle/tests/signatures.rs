//! Signatures made by the program `minisign` 0.11, and what is left of them when a byte changes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use vyoma_bundle::{BundleList, KeyError, Keys, MAX_KEYS, SignatureError};

const LIST: &[u8] = include_bytes!("data/bundle.hashes");
const SIGNATURE: &[u8] = include_bytes!("data/bundle.minisig");
const LEGACY: &[u8] = include_bytes!("data/legacy.minisig");
const KEY: &str = include_str!("data/test.pub");

/// Another key: the one of minisign's manual.
const OTHER: &str = "untrusted comment: x\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n";

fn keys(texts: &[(&str, &str)]) -> Keys {
    let mut keys = Keys::default();
    for (name, text) in texts {
        keys.add(name, text).unwrap();
    }
    keys
}

#[test]
fn verify_a_signature_of_minisign_names_its_key() {
    let both = keys(&[("other.pub", OTHER), ("test.pub", KEY)]);
    assert_eq!(both.verify(LIST, SIGNATURE), Ok("test.pub"));
    assert_eq!(BundleList::parse(LIST).unwrap().file("app.cwasm").unwrap().bytes, 3);
}

#[test]
fn verify_what_is_not_signed_says_why() {
    let both = keys(&[("other.pub", OTHER), ("test.pub", KEY)]);
    let why = |found: Result<&str, SignatureError>| found.unwrap_err();
    let (none, other) = (Keys::default(), keys(&[("other.pub", OTHER)]));
    let unknown =
        |known: &str| SignatureError::Unknown { found: "7A759DB812FFEC91".into(), known: known.into() };
    assert_eq!(why(other.verify(LIST, SIGNATURE)), unknown("other.pub"));
    assert_eq!(why(none.verify(LIST, SIGNATURE)), unknown("it has none"));
    assert_eq!(why(both.verify(LIST, LEGACY)), SignatureError::Legacy);
    for foreign in [&b""[..], b"x", b"\xff", &[b'\n'; 4096], &[SIGNATURE, b"more\n"].concat()] {
        assert_eq!(why(both.verify(LIST, foreign)), SignatureError::Foreign);
    }
    let comment = String::from_utf8(SIGNATURE.to_vec()).unwrap().replace("counter 0.1.0", "counter 0.1.1");
    assert_eq!(why(both.verify(LIST, comment.as_bytes())), SignatureError::Changed);
    assert_eq!(why(both.verify(&LIST[1..], SIGNATURE)), SignatureError::Changed);
}

#[test]
fn add_takes_so_many_keys_and_nothing_else() {
    let mut keys = Keys::default();
    assert_eq!(keys.add("a.pub", "untrusted comment: x\nRWQ"), Err(KeyError::Foreign("a.pub".into())));
    assert_eq!(keys.add("a.pub", ""), Err(KeyError::Foreign("a.pub".into())));
    for _ in 0..MAX_KEYS {
        keys.add("a.pub", KEY).unwrap();
    }
    assert_eq!(keys.add("b.pub", KEY), Err(KeyError::Many("b.pub".into())));
}

#[test]
fn verify_no_other_base64_of_a_signature_counts() {
    // The last digit of each line has bits that no byte takes.
    let keys = keys(&[("test.pub", KEY)]);
    let text = std::str::from_utf8(SIGNATURE).unwrap();
    for line in text.lines().filter(|line| line.ends_with('=')) {
        let at = line.trim_end_matches('=').len() - 1;
        for digit in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".chars() {
            let other = format!("{}{digit}{}", &line[..at], &line[at + 1..]);
            if other != line {
                assert!(keys.verify(LIST, text.replace(line, &other).as_bytes()).is_err(), "{other}");
            }
        }
    }
}

proptest! {
    #[test]
    fn verify_a_list_with_a_changed_byte_is_refused(at in 0..LIST.len(), by in 1..=u8::MAX) {
        let mut list = LIST.to_vec();
        list[at] ^= by;
        let keys = keys(&[("test.pub", KEY)]);
        prop_assert_eq!(keys.verify(&list, SIGNATURE), Err(SignatureError::Changed));
    }

    #[test]
    fn verify_any_other_signature_is_refused(at in 0..SIGNATURE.len(), by in 1..=u8::MAX) {
        let mut signature = SIGNATURE.to_vec();
        signature[at] ^= by;
        // Of the first line nothing is signed, and nothing reads it.
        let first = SIGNATURE.iter().position(|b| *b == b'\n').unwrap();
        let keys = keys(&[("test.pub", KEY)]);
        let found = keys.verify(LIST, &signature);
        // The last newline may be missing.
        prop_assert!(found.is_err() || at < first || at + 1 == SIGNATURE.len(), "{at}: {found:?}");
    }

    #[test]
    fn verify_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = keys(&[("test.pub", KEY)]).verify(LIST, &bytes);
    }
}
