//! The byte order and framing both directions share: little endian, one fixed-size message a datagram.

/// Size of every message, in bytes. A datagram of another size is refused.
pub const MESSAGE_BYTES: usize = 192;

/// Why a datagram is no message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DecodeError {
    /// Not [`MESSAGE_BYTES`] long.
    #[error("a surface message has {MESSAGE_BYTES} bytes, this has {0}")]
    Length(usize),
    /// A tag that names no message.
    #[error("no surface message has the tag {0}")]
    Tag(u8),
    /// A field outside its range.
    #[error("surface message field {field} is {value}, which is out of range")]
    Field {
        /// The field's name.
        field: &'static str,
        /// What was found.
        value: u64,
    },
}

pub(crate) struct Writer {
    bytes: [u8; MESSAGE_BYTES],
    at: usize,
}

impl Writer {
    pub(crate) fn new(tag: u8) -> Self {
        let mut w = Self { bytes: [0; MESSAGE_BYTES], at: 0 };
        w.u8(tag);
        w
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes[self.at..self.at + bytes.len()].copy_from_slice(bytes);
        self.at += bytes.len();
    }

    pub(crate) fn u8(&mut self, v: u8) {
        self.raw(&[v]);
    }

    pub(crate) fn u32(&mut self, v: u32) {
        self.raw(&v.to_le_bytes());
    }

    pub(crate) fn i32(&mut self, v: i32) {
        self.raw(&v.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, v: u64) {
        self.raw(&v.to_le_bytes());
    }

    pub(crate) const fn finish(self) -> [u8; MESSAGE_BYTES] {
        self.bytes
    }
}

pub(crate) struct Reader<'a> {
    bytes: &'a [u8; MESSAGE_BYTES],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(datagram: &'a [u8]) -> Result<Self, DecodeError> {
        let bytes = datagram.try_into().map_err(|_| DecodeError::Length(datagram.len()))?;
        Ok(Self { bytes, at: 0 })
    }

    /// The next bytes. Every message's fields are read in a fixed number well below the message's size.
    pub(crate) fn raw<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        if let Some(from) = self.bytes.get(self.at..self.at + N) {
            out.copy_from_slice(from);
        }
        self.at += N;
        out
    }

    pub(crate) fn u8(&mut self) -> u8 {
        self.raw::<1>()[0]
    }

    pub(crate) fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.raw())
    }

    pub(crate) fn i32(&mut self) -> i32 {
        i32::from_le_bytes(self.raw())
    }

    pub(crate) fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.raw())
    }

    pub(crate) fn flag(&mut self, field: &'static str) -> Result<bool, DecodeError> {
        match self.u8() {
            0 => Ok(false),
            1 => Ok(true),
            v => Err(out_of_range(field, v)),
        }
    }
}

pub(crate) fn out_of_range(field: &'static str, value: impl Into<u64>) -> DecodeError {
    DecodeError::Field { field, value: value.into() }
}
