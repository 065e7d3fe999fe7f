//! The launcher: a grid of apps with pages, search, categories and what was used last; a quick panel, the open apps, and
//! power. For a kiosk: large tiles, the time, and no way out. An ordinary app: nothing it does is closed to another app
//! with the same manifest.
//!
//! [`Launcher`] is a [`Screen`](ui::Screen): a state that events change and that puts everything on a view; it has no
//! clock and no descriptor. The list of apps, opening them and switching off are requests to the system. It paints no
//! ground: what is seen around its tiles is the device's wallpaper.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod art;
mod catalog;
mod home;
mod input;
mod launcher;
mod layout;
mod motion;
mod overlay;
mod search;
mod words;

pub use launcher::{Launcher, Power, Press};

/// Runs the launcher until its stdin is closed.
///
/// # Errors
/// When stdout or stdin fail.
pub fn run() -> Result<(), guest::StreamError> {
    ui::run(ui::Stage::new(Launcher::default()))
}
