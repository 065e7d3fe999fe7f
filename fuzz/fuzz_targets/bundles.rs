//! `bundle.hashes`, `bundle.minisig` and keys: what anybody who has the disk can write.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vyoma_bundle::{BundleList, Keys};

const LIST: &[u8] = include_bytes!("../../supervisor/crates/bundle/tests/data/bundle.hashes");
const SIGNATURE: &[u8] = include_bytes!("../../supervisor/crates/bundle/tests/data/bundle.minisig");
const KEY: &str = include_str!("../../supervisor/crates/bundle/tests/data/test.pub");

fuzz_target!(|bytes: &[u8]| {
    if let Ok(list) = BundleList::parse(bytes) {
        assert_eq!(list.to_string().as_bytes(), bytes, "each list has one text");
        for (path, listed) in list.files() {
            assert_eq!(list.resolve(path), Some((path.to_owned(), listed)));
            assert!(!path.starts_with('/') && path.split('/').all(|part| part != ".."));
        }
    }
    let mut keys = Keys::default();
    keys.add("test.pub", KEY).expect("a key");
    // Nothing but what was signed has this signature.
    assert_eq!(keys.verify(bytes, SIGNATURE).is_ok(), bytes == LIST);
    // The first line of a signature and its last newline are not signed; of the others no byte may change.
    let lines =
        |bytes: &[u8]| bytes.split(|b| *b == b'\n').skip(1).take(3).map(<[u8]>::to_vec).collect::<Vec<_>>();
    if keys.verify(LIST, bytes).is_ok() {
        let plain = |bytes: &[u8]| {
            lines(bytes)
                .iter()
                .map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec())
                .collect::<Vec<_>>()
        };
        assert_eq!(plain(bytes), plain(SIGNATURE));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = keys.add("other.pub", text);
    }
});
