//! Messages of the supervisor: to and from the compositor, app-hosts and a test driver.
//!
//! Every conversation runs over one `SOCK_SEQPACKET` socket, one message a datagram, encoded by
//! `postcard` (its specification: <https://postcard.jamesmunns.com>). File descriptors travel beside the
//! message that announces them, in the order its documentation says. Both ends come from the same image,
//! so there is no version to negotiate; a message that does not decode ends the conversation.
//!
//! The supervisor decodes messages of jailed processes: their size is bounded by [`MAX_MESSAGE`], and
//! decoding checks every field.

#![forbid(unsafe_code)]

mod codec;
pub mod compositor;
pub mod driver;
pub mod host;
pub mod job;
mod types;

pub use codec::{CodecError, Frames, MAX_FRAME, MAX_MESSAGE, decode, encode, encode_frame};
pub use types::{
    AppId, AppStats, DeviceId, Facts, InjectedInput, Latency, Level, MAX_PREVIEWS, MAX_TEXT, OutputId,
    PixelSize, Place, Preview, Stream, Theme, Token,
};
