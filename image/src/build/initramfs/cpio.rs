//! cpio's `newc` format, of which an initramfs uses folders and files.

/// What may be done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Read by anybody.
    Data,
    /// Read and run by anybody.
    Program,
}

const FOLDER: u32 = 0o040_755;
const TRAILER: &str = "TRAILER!!!";

/// An archive being written.
#[derive(Default)]
pub(super) struct Archive {
    bytes: Vec<u8>,
    entries: u32,
}

/// A file of 4 GiB or more: the format has 32 bits for its length.
#[derive(Debug)]
pub(super) struct TooLarge;

impl Archive {
    pub(super) fn folder(&mut self, name: &str) {
        self.header(name, FOLDER, 2, 0);
    }

    pub(super) fn file(&mut self, name: &str, mode: Mode, bytes: &[u8]) -> Result<(), TooLarge> {
        let length = u32::try_from(bytes.len()).map_err(|_| TooLarge)?;
        let mode = match mode {
            Mode::Data => 0o100_644,
            Mode::Program => 0o100_755,
        };
        self.header(name, mode, 1, length);
        self.bytes.extend_from_slice(bytes);
        self.pad();
        Ok(())
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.header(TRAILER, 0, 1, 0);
        self.bytes
    }

    fn header(&mut self, name: &str, mode: u32, links: u32, length: u32) {
        self.entries += 1;
        let name_length = u32::try_from(name.len() + 1).unwrap_or(u32::MAX);
        // Number, mode, owner, group, links, time, length, device (2), special device (2), name's length, check.
        let fields = [self.entries, mode, 0, 0, links, 0, length, 0, 0, 0, 0, name_length, 0];
        self.bytes.extend_from_slice(b"070701");
        for field in fields {
            self.bytes.extend_from_slice(format!("{field:08x}").as_bytes());
        }
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.push(0);
        self.pad();
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

/// An entry that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    /// Type and rights, as in `stat(2)`.
    pub(super) mode: u32,
    pub(super) bytes: &'a [u8],
}

impl Entry<'_> {
    pub(super) fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }
}

/// The entries of archives that follow each other, in order, without their ends; `None` for what is no such archive.
pub(super) fn entries(archives: &[u8]) -> Option<Vec<Entry<'_>>> {
    let mut entries = Vec::new();
    let mut at = 0;
    loop {
        // Between two archives there may be zeros.
        at += archives[at..].iter().take_while(|byte| **byte == 0).count();
        if at == archives.len() {
            return Some(entries);
        }
        let header = archives.get(at..at.checked_add(110)?)?;
        let field = |index: usize| {
            let text = std::str::from_utf8(header.get(6 + index * 8..14 + index * 8)?).ok()?;
            u32::from_str_radix(text, 16).ok()
        };
        if !header.starts_with(b"070701") {
            return None;
        }
        let (mode, length, name_length) = (field(1)?, field(6)? as usize, field(11)? as usize);
        let begin = at + 110;
        let name = archives.get(begin..begin.checked_add(name_length.checked_sub(1)?)?)?;
        let data = (begin + name_length).next_multiple_of(4);
        let bytes = archives.get(data..data.checked_add(length)?)?;
        let name = std::str::from_utf8(name).ok()?;
        if name != TRAILER {
            entries.push(Entry { name, mode, bytes });
        }
        at = (data + length).next_multiple_of(4).min(archives.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_header_is_the_format_s() {
        let mut archive = Archive::default();
        archive.file("ab", Mode::Program, b"hello").expect("small");
        let expected = "070701000000010000\
                        81ed0000000000000000000000010000000000000005\
                        00000000000000000000000000000000\
                        0000000300000000ab\0\0\0\0hello\0\0\0";
        assert_eq!(String::from_utf8_lossy(&archive.bytes), expected);
    }

    #[test]
    fn entries_are_what_was_written_across_archives() {
        let mut first = Archive::default();
        first.folder("bin");
        first.file("bin/a", Mode::Program, b"hello").expect("small");
        let mut second = Archive::default();
        second.file("b", Mode::Data, b"").expect("small");
        let bytes = [first.finish(), vec![0; 8], second.finish()].concat();
        let read = entries(&bytes).expect("archives");
        let read: Vec<_> = read.iter().map(|e| (e.name, e.is_file(), e.bytes)).collect();
        assert_eq!(read, [("bin", false, &b""[..]), ("bin/a", true, b"hello"), ("b", true, b"")]);
        for damaged in [&bytes[..bytes.len() - 12], &bytes[4..], b"no archive, and too short"] {
            assert!(entries(damaged).is_none());
        }
    }
}
