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

/// The names in an archive, in order: reads what [`Archive`] writes.
#[cfg(test)]
pub(super) fn names(archive: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < archive.len() {
        assert_eq!(&archive[at..at + 6], b"070701", "magic at {at}");
        let field = |index: usize| {
            let start = at + 6 + index * 8;
            let text = std::str::from_utf8(&archive[start..start + 8]).expect("ASCII");
            usize::from_str_radix(text, 16).expect("hexadecimal")
        };
        let (length, name_length) = (field(6), field(11));
        let name = &archive[at + 110..at + 110 + name_length - 1];
        names.push(String::from_utf8(name.to_vec()).expect("UTF-8"));
        at = (at + 110 + name_length).next_multiple_of(4) + length.next_multiple_of(4);
    }
    names
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
}
