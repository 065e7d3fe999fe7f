//! `bundle.hashes`, `bundle.minisig` and keys: what anybody who has the disk can write.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vyoma_bundle::{BundleList, Keys};

const LIST: &[u8] = include_bytes!("../../supervisor/crates/bundle/tests/data/bundle.hashes");
const SIGNATURE: &[u8] = include_bytes!("../../supervisor/crates/bundle/tests/data/bundle.minisig");
const KEY: &str = include_str!("../../supervisor/crates/bundle/tests/data/test.pub");

fuzz_target!(|bytes: &[u8]| {
    let mut keys = Keys::default();
    keys.add("test.pub", KEY).expect("a key");
    if let Ok(list) = BundleList::parse(bytes) {
        assert_eq!(list.to_string().as_bytes(), bytes, "each list has one text");
        for (path, listed) in list.files() {
            assert_eq!(list.resolve(path), Some((path.to_owned(), listed)));
            assert!(!path.starts_with('/') && path.split('/').all(|part| part != ".."));
        }
        // Of other texts the device asks too, but each answer takes long here.
        assert_eq!(keys.verify(bytes, SIGNATURE).is_ok(), bytes == LIST, "what was signed");
    }
    // The first line of a signature and ends of lines are not signed; of the others no byte may change.
    if keys.verify(LIST, bytes).is_ok() {
        assert_eq!(lines(bytes), lines(SIGNATURE));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = keys.add("other.pub", text);
    }
});

fn lines(bytes: &[u8]) -> Vec<&str> {
    std::str::from_utf8(bytes).expect("a signature is text").lines().skip(1).collect()
}
