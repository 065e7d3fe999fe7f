//! `bundle.hashes`: one text for one list, so that a signature over it leaves nothing open.
//!
//! ```text
//! vyoma-bundle 1
//! wasm <hash of the .wasm that the code was compiled from>
//! <hash> <bytes> <path>
//! ```
//!
//! Lines end with a newline, the last one too; paths ascend, byte by byte. Each list has exactly one text.

use std::collections::BTreeMap;
use std::fmt;

use crate::hash::{Hash, NoHash};
use crate::{LIST, SIGNATURE};

/// Files of a bundle: more than the largest known app has.
pub const MAX_FILES: usize = 1024;

/// The longest list, in bytes: [`MAX_FILES`] lines with paths of usual length.
pub const MAX_LIST: usize = 256 << 10;

/// The longest path, in bytes.
pub const MAX_PATH: usize = 256;

/// Folders above a file.
const MAX_DEPTH: usize = 8;

/// The largest file, in bytes; the largest known program has 9 MB.
pub const MAX_FILE: u64 = 256 << 20;

const FIRST: &str = "vyoma-bundle 1";

/// What a list says of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its hash.
    pub hash: Hash,
    /// Its size.
    pub bytes: u64,
}

/// Every file of a bundle but the list and its signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BundleList {
    wasm: Hash,
    files: BTreeMap<String, Listed>,
}

/// Why a text is no list.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ListError {
    /// Its size.
    #[error("{LIST} has {0} bytes; at most {MAX_LIST} are right")]
    Long(usize),
    /// A line.
    #[error("{LIST}:{line}: {what}")]
    Line {
        /// Counts from 1.
        line: usize,
        /// What was found and what would be right.
        what: String,
    },
    /// The number of files.
    #[error("{LIST} names more than {MAX_FILES} files")]
    Many,
}

impl BundleList {
    /// The list of these files.
    ///
    /// # Errors
    /// [`ListError`], with the line that it would have been.
    pub fn new(wasm: Hash, files: impl IntoIterator<Item = (String, Listed)>) -> Result<Self, ListError> {
        let files: BTreeMap<_, _> = files.into_iter().collect();
        if files.len() > MAX_FILES {
            return Err(ListError::Many);
        }
        for (at, (path, listed)) in files.iter().enumerate() {
            let wrong = path_fault(path).or_else(|| size_fault(listed.bytes));
            if let Some(what) = wrong {
                return Err(ListError::Line { line: at + 3, what });
            }
        }
        let list = Self { wasm, files };
        match list.to_string().len() {
            long if long > MAX_LIST => Err(ListError::Long(long)),
            _ => Ok(list),
        }
    }

    /// Reads a list.
    ///
    /// # Errors
    /// [`ListError`].
    pub fn parse(text: &[u8]) -> Result<Self, ListError> {
        if text.len() > MAX_LIST {
            return Err(ListError::Long(text.len()));
        }
        let wrong = |line: usize, what: &str| ListError::Line { line, what: what.to_owned() };
        let text = str::from_utf8(text).map_err(|_| wrong(1, "this is no UTF-8"))?;
        let mut lines = text.split('\n');
        if lines.next() != Some(FIRST) {
            return Err(wrong(1, "`vyoma-bundle 1` would be right"));
        }
        let wasm = lines.next().and_then(|line| line.strip_prefix("wasm ")?.parse().ok());
        let wasm = wasm.ok_or_else(|| wrong(2, "`wasm ` and 64 lower-case hex digits would be right"))?;
        let mut files = BTreeMap::new();
        let mut rest = lines.enumerate().map(|(at, line)| (at + 3, line)).peekable();
        while let Some((at, line)) = rest.next() {
            if rest.peek().is_none() {
                if line.is_empty() {
                    return Ok(Self { wasm, files });
                }
                return Err(wrong(at, "the newline at its end is missing"));
            }
            if files.len() == MAX_FILES {
                return Err(ListError::Many);
            }
            let (path, listed) = entry(line).map_err(|what| ListError::Line { line: at, what })?;
            if files.last_key_value().is_some_and(|(before, _): (&String, _)| *before >= path) {
                return Err(wrong(at, "paths ascend, and each is there once"));
            }
            files.insert(path, listed);
        }
        Err(wrong(2, "the newline at its end is missing"))
    }

    /// Of the `.wasm` that the code was compiled from.
    #[must_use]
    pub fn wasm(&self) -> Hash {
        self.wasm
    }

    /// What it says of a file.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<Listed> {
        self.files.get(path).copied()
    }

    /// What it says of the file that a path leads to, which may be written in more ways than one. A bundle has no
    /// links, so the names alone tell.
    #[must_use]
    pub fn resolve(&self, path: &str) -> Option<(String, Listed)> {
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        let plain = parts.join("/");
        let listed = self.file(&plain)?;
        Some((plain, listed))
    }

    /// All files, by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, Listed)> {
        self.files.iter().map(|(path, listed)| (path.as_str(), *listed))
    }

    /// Whether a folder of this path holds one of its files.
    pub(crate) fn has_folder(&self, path: &str) -> bool {
        let inside = format!("{path}/");
        self.files.range(inside.clone()..).next().is_some_and(|(file, _)| file.starts_with(&inside))
    }
}

impl fmt::Display for BundleList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST}\nwasm {}", self.wasm)?;
        self.files().try_for_each(|(path, Listed { hash, bytes })| writeln!(f, "{hash} {bytes} {path}"))
    }
}

fn entry(line: &str) -> Result<(String, Listed), String> {
    let mut parts = line.splitn(3, ' ');
    let (Some(hash), Some(size), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
        return Err("`<hash> <bytes> <path>` would be right".to_owned());
    };
    let hash = hash.parse().map_err(|e: NoHash| format!("the hash: {e}"))?;
    let is_plain = size == "0" || !size.starts_with('0') && size.bytes().all(|b| b.is_ascii_digit());
    let bytes = size.parse().ok().filter(|_| is_plain).ok_or("the size: a number would be right")?;
    match size_fault(bytes).or_else(|| path_fault(path)) {
        Some(what) => Err(what),
        None => Ok((path.to_owned(), Listed { hash, bytes })),
    }
}

fn size_fault(bytes: u64) -> Option<String> {
    (bytes > MAX_FILE).then(|| format!("a file of {bytes} bytes; at most {MAX_FILE} are right"))
}

/// What is wrong with a path, if anything is.
fn path_fault(path: &str) -> Option<String> {
    if path.is_empty() || path.len() > MAX_PATH {
        return Some(format!("a path of {} bytes; 1 to {MAX_PATH} are right", path.len()));
    }
    if path == LIST || path == SIGNATURE {
        return Some(format!("{path} cannot be listed in itself"));
    }
    if path.contains(|c: char| c.is_control() || c == '\\') {
        return Some("a path without control characters and backslashes would be right".to_owned());
    }
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Some(format!("{path:?} is no plain path inside the bundle"));
    }
    (path.split('/').count() > MAX_DEPTH + 1)
        .then(|| format!("{path} lies below more than {MAX_DEPTH} folders"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HASH: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn text(lines: &[&str]) -> String {
        let mut text = format!("vyoma-bundle 1\nwasm {HASH}\n");
        for line in lines {
            text += &line.replace("HASH", HASH);
            text.push('\n');
        }
        text
    }

    #[test]
    fn parse_a_list_gives_its_files() {
        let text = text(&["HASH 0 a b.txt", "HASH 31744 app.cwasm", "HASH 812 files/level/1.txt"]);
        let list = BundleList::parse(text.as_bytes()).unwrap();
        assert_eq!(list.to_string(), text);
        assert_eq!(list.wasm(), Hash::of(b"abc"));
        assert_eq!(list.file("app.cwasm").unwrap().bytes, 31744);
        assert_eq!(list.file("a b.txt").unwrap().bytes, 0);
        assert!(list.file("files").is_none());
        assert!(list.has_folder("files") && list.has_folder("files/level"));
        assert!(!list.has_folder("file") && !list.has_folder("app.cwasm"));
        let (plain, listed) = list.resolve("files/./x/..//level/1.txt").unwrap();
        assert_eq!((plain.as_str(), listed.bytes), ("files/level/1.txt", 812));
        assert!(list.resolve("../a/app.cwasm").is_none() && list.resolve("").is_none());
    }

    #[test]
    fn parse_anything_else_is_refused_with_its_line() {
        let long = format!("HASH 1 {}", "x".repeat(MAX_PATH + 1));
        for (line, why) in [
            ("", "`<hash> <bytes> <path>`"),
            ("HASH 1", "`<hash> <bytes> <path>`"),
            ("HASH  1 a", "the size"),
            ("HASH 01 a", "the size"),
            ("HASH +1 a", "the size"),
            ("HASH -1 a", "the size"),
            ("HASH 18446744073709551616 a", "the size"),
            ("HASH 268435457 a", "at most 268435456"),
            ("12 1 a", "the hash"),
            ("HASH 1 ", "a path of 0 bytes"),
            (&long, "a path of 257 bytes"),
            ("HASH 1 /a", "no plain path"),
            ("HASH 1 ../a", "no plain path"),
            ("HASH 1 a/../b", "no plain path"),
            ("HASH 1 ./a", "no plain path"),
            ("HASH 1 a//b", "no plain path"),
            ("HASH 1 a/", "no plain path"),
            ("HASH 1 a\\b", "backslashes"),
            ("HASH 1 a\r", "control characters"),
            ("HASH 1 bundle.hashes", "cannot be listed"),
            ("HASH 1 bundle.minisig", "cannot be listed"),
            ("HASH 1 1/2/3/4/5/6/7/8/9/a", "more than 8 folders"),
        ] {
            let found = BundleList::parse(text(&[line]).as_bytes()).unwrap_err().to_string();
            assert!(found.starts_with("bundle.hashes:3: ") && found.contains(why), "{line:?}: {found}");
        }
        for twice in [&["HASH 1 a", "HASH 1 a"], &["HASH 1 b", "HASH 1 a"]] {
            let found = BundleList::parse(text(twice).as_bytes()).unwrap_err().to_string();
            assert!(found.contains(":4: paths ascend"), "{found}");
        }
        let whole = text(&["HASH 1 a"]);
        for (bad, why) in [
            (whole.trim_end(), ":3: the newline"),
            (&whole[..79], ":2: `wasm `"),
            (&whole[..84], ":2: the newline"),
            ("", ":1:"),
            ("vyoma-bundle 1", ":2: `wasm `"),
            ("vyoma-bundle 2\n", ":1:"),
            ("vyoma-bundle 1\r\n", ":1:"),
        ] {
            let found = BundleList::parse(bad.as_bytes()).unwrap_err().to_string();
            assert!(found.contains(why), "{bad:?}: {found}");
        }
        assert!(BundleList::parse(b"\xff").is_err());
        assert_eq!(BundleList::parse(&vec![b'x'; MAX_LIST + 1]), Err(ListError::Long(MAX_LIST + 1)));
        let many: Vec<String> = (0..=MAX_FILES).map(|n| format!("HASH 1 {n:05}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(BundleList::parse(text(&many).as_bytes()), Err(ListError::Many));
        assert!(BundleList::parse(text(&many[1..]).as_bytes()).is_ok());
    }

    #[test]
    fn new_holds_to_the_same_rules() {
        let listed = Listed { hash: Hash::of(b""), bytes: 0 };
        let list = |path: &str| BundleList::new(Hash::of(b""), [(path.to_owned(), listed)]);
        assert!(list("a").is_ok());
        for bad in ["", "../a", "a\nb", LIST, SIGNATURE] {
            assert!(list(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn parse_never_panics_and_a_list_has_one_text(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            if let Ok(list) = BundleList::parse(&bytes) {
                prop_assert_eq!(list.to_string().into_bytes(), bytes);
            }
        }

        #[test]
        fn parse_a_changed_byte_is_another_list_or_none(at in 0_usize..400, to in any::<u8>()) {
            let text = text(&["HASH 7 a.cwasm", "HASH 12 files/1", "HASH 812 vyoma.toml"]);
            let mut changed = text.clone().into_bytes();
            let at = at % changed.len();
            changed[at] = to;
            if let Ok(list) = BundleList::parse(&changed) {
                prop_assert_eq!(list.to_string().into_bytes(), changed.clone());
                prop_assert_eq!(
                    changed == text.clone().into_bytes(),
                    list == BundleList::parse(text.as_bytes()).unwrap()
                );
            }
        }

        #[test]
        fn what_is_written_is_read(files in prop::collection::btree_map("[a-z]{1,3}(/[a-z .]{1,3}x)?", (any::<[u8; 32]>(), 0..MAX_FILE), 0..20)) {
            let files = files.into_iter().map(|(path, (hash, bytes))| (path, Listed { hash: Hash(hash), bytes }));
            let list = BundleList::new(Hash([7; 32]), files).unwrap();
            prop_assert_eq!(BundleList::parse(list.to_string().as_bytes()), Ok(list));
        }
    }
}
