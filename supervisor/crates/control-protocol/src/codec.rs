//! Values to datagrams and back.

use serde::{Deserialize, Serialize};

/// The largest datagram: the longest text of the contract (64 KiB, twice over for an escaped reply) and room
/// for the fields around it. Larger ones are refused unread.
pub const MAX_MESSAGE: usize = 160 * 1024;

/// Why a value is no message or a datagram no value.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// Larger than [`MAX_MESSAGE`].
    #[error("a message of {0} bytes is over the {MAX_MESSAGE} allowed")]
    TooLarge(usize),
    /// Not the encoding of a message of this conversation.
    #[error("not a message of this conversation: {0}")]
    Malformed(#[from] postcard::Error),
    /// More bytes than the message has.
    #[error("{0} bytes after the end of the message")]
    Trailing(usize),
}

/// The datagram of a message.
///
/// # Errors
/// [`CodecError::TooLarge`] for a message no receiver would take.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, CodecError> {
    let bytes = postcard::to_allocvec(message)?;
    if bytes.len() > MAX_MESSAGE { Err(CodecError::TooLarge(bytes.len())) } else { Ok(bytes) }
}

/// The message of a datagram.
///
/// # Errors
/// [`CodecError`] says what is wrong with the bytes.
pub fn decode<'a, T: Deserialize<'a>>(datagram: &'a [u8]) -> Result<T, CodecError> {
    if datagram.len() > MAX_MESSAGE {
        return Err(CodecError::TooLarge(datagram.len()));
    }
    let (message, rest) = postcard::take_from_bytes(datagram)?;
    if rest.is_empty() { Ok(message) } else { Err(CodecError::Trailing(rest.len())) }
}

/// A message as a frame for a byte stream: its encoding by COBS, ended by the only zero byte.
///
/// # Errors
/// [`CodecError::TooLarge`] for a message no receiver would take.
pub fn encode_frame<T: Serialize>(message: &T) -> Result<Vec<u8>, CodecError> {
    let frame = postcard::to_allocvec_cobs(message)?;
    if frame.len() > MAX_FRAME { Err(CodecError::TooLarge(frame.len())) } else { Ok(frame) }
}

/// The longest frame: COBS adds one byte to every 254, one in front and the zero.
pub const MAX_FRAME: usize = MAX_MESSAGE + MAX_MESSAGE / 254 + 2;

/// Cuts a byte stream into frames. What comes before the first zero byte may be the end of a frame that nobody
/// heard the beginning of: it is then no message, and the stream goes on with the next.
#[derive(Debug, Default)]
pub struct Frames {
    open: Vec<u8>,
    /// The open frame is longer than any message: it is dropped up to its end.
    overflow: bool,
}

impl Frames {
    /// An empty stream.
    #[must_use]
    pub const fn new() -> Self {
        Self { open: Vec::new(), overflow: false }
    }

    /// Takes bytes, and gives `sink` each message that they complete, or what is wrong with it.
    pub fn push<T: serde::de::DeserializeOwned>(
        &mut self,
        bytes: &[u8],
        mut sink: impl FnMut(Result<T, CodecError>),
    ) {
        for part in bytes.split_inclusive(|byte| *byte == 0) {
            if self.open.len() + part.len() > MAX_FRAME {
                self.overflow = true;
                self.open.clear();
            }
            if !self.overflow {
                self.open.extend_from_slice(part);
            }
            if part.last() != Some(&0) {
                continue;
            }
            if self.overflow {
                sink(Err(CodecError::TooLarge(MAX_FRAME)));
            } else if self.open.len() > 1 {
                sink(postcard::from_bytes_cobs(&mut self.open).map_err(CodecError::from));
            }
            self.overflow = false;
            self.open.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{FromHost, Request};

    #[test]
    fn decode_what_was_encoded_is_the_same() {
        let m = FromHost::Request { seq: 7, request: Request::Run("clock".into()) };
        assert_eq!(decode::<FromHost>(&encode(&m).unwrap()).unwrap(), m);
    }

    #[test]
    fn decode_trailing_or_missing_bytes_is_an_error() {
        let mut bytes = encode(&FromHost::Alive).unwrap();
        bytes.push(0);
        assert!(matches!(decode::<FromHost>(&bytes), Err(CodecError::Trailing(1))));
        assert!(decode::<FromHost>(&[]).is_err());
        assert!(decode::<FromHost>(&[200]).is_err());
    }

    #[test]
    fn frames_any_split_gives_the_same_messages() {
        let sent = [FromHost::Alive, FromHost::Request { seq: 0, request: Request::Run("\0clock\0".into()) }];
        let stream: Vec<u8> = sent.iter().flat_map(|m| encode_frame(m).unwrap()).collect();
        for size in 1..=stream.len() {
            let (mut frames, mut got) = (Frames::new(), Vec::<FromHost>::new());
            for part in stream.chunks(size) {
                frames.push(part, |message| got.push(message.unwrap()));
            }
            assert_eq!(got, sent, "in parts of {size}");
        }
    }

    #[test]
    fn frames_noise_and_floods_are_errors_and_the_stream_goes_on() {
        let (mut frames, mut got) = (Frames::new(), Vec::<Result<FromHost, _>>::new());
        frames.push(b"login: \0", |message| got.push(message));
        for _ in 0..3 {
            frames.push(&vec![7; MAX_MESSAGE], |message| got.push(message));
        }
        frames.push(&[0, 0], |message| got.push(message));
        frames.push(&encode_frame(&FromHost::Alive).unwrap(), |message| got.push(message));
        assert!(got[0].is_err());
        assert!(matches!(got[1], Err(CodecError::TooLarge(_))));
        assert!(matches!(got[2], Ok(FromHost::Alive)));
        assert_eq!(got.len(), 3);
    }

    #[test]
    fn decode_a_length_that_lies_is_an_error() {
        // FromHost::Send to App("…") whose text claims four gigabytes.
        let bytes = [3, 2, 0xff, 0xff, 0xff, 0xff, 0x0f, b'a'];
        assert!(decode::<FromHost>(&bytes).is_err());
    }
}
