//! The app contract's lines, both ways: what an app prints, and what it reads.
//!
//! An app is a WebAssembly program that speaks newline-terminated text. This crate turns the bytes of its stdout into
//! typed [`Line`]s ([`Decoder`]), writes the lines of its stdin ([`AppEvent::encode`]), and has the opposite halves for
//! apps: [`DrawWriter`] writes draw commands, [`AppEvent::parse`] reads events. docs/protocol.md is the normative text.
//!
//! What it is not: it knows no capability, no pixel, no app but the one whose bytes it is given, and it keeps no state
//! beyond one unfinished line. Whether an app may draw is the caller's question.
//!
//! Invariants:
//! - Decoding is the same for any split of the stream.
//! - No byte sequence panics, and nothing grows beyond [`limits`].
//! - A complete line inside one pushed chunk is parsed in place: no copy, no allocation.
//! - Everything an encoder writes, the matching decoder reads back as the same value.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod color;
mod command;
mod decoder;
mod error;
mod event;
mod event_parse;
mod fields;
mod keys;
pub mod limits;
mod message;
mod number;
mod request;
mod writer;

pub use color::Rgba;
pub use command::{Area, Audio, Command, ImageFormat, ImageSource, TextSize, Weight};
pub use decoder::{Decoder, Line, Target};
pub use error::{DrawError, Field, Problem, ProblemKind};
pub use event::{
    AppEvent, Focus, Key, KeyPhase, Modifiers, MouseButton, NamedKey, Notification, Profile, TouchPhase,
};
pub use keys::{key_code_by_name, key_code_name};
pub use message::{MessageRefusal, check_message, is_app_name};
pub use request::{Malformed, Preview, Previews, Request, ResizeTo, parse_request};
pub use writer::DrawWriter;
