//! Messages and memory layout between the compositor and an app-host.
//!
//! One `SOCK_SEQPACKET` socket for each window carries fixed-size messages: [`ToCompositor`] one way,
//! [`ToApp`] the other. Pixels do not travel: they lie in a sealed memfd of [`Layout::bytes`] bytes that
//! both sides hold, cut into [`SLOTS`] slots. The app-host paints into a slot it owns, commits it, and owns
//! it again when it is released. A slot holds premultiplied `0xAARRGGBB` pixels, rows [`Layout::stride`]
//! pixels apart, in the space [`paint::Surface`].
//!
//! Decoding is total: whatever bytes arrive, the result is a checked message or a [`DecodeError`].

#![forbid(unsafe_code)]
#![cfg_attr(not(test), no_std)]

mod layout;
mod to_app;
mod to_compositor;
mod wire;

pub use layout::{Layout, SLOTS, SlotId};
pub use to_app::{Button, Edge, InputEvent, KeyLine, KeyState, Modifiers, ToApp, TouchPhase};
pub use to_compositor::{Commit, MAX_DAMAGE, Opacity, ToCompositor};
pub use wire::{DecodeError, MESSAGE_BYTES};
