//! The launcher: a grid of apps with pages, a clock, and a power menu. An ordinary app: nothing it does is closed to
//! another app with the same manifest.
//!
//! [`Launcher`] is a state that events change and that draws what changed; it has no clock and no descriptor. The list
//! of apps, opening them and switching off are requests to the system.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod art;
mod catalog;
mod dialog;
mod launcher;
mod layout;
mod motion;
mod view;

pub use launcher::Launcher;
