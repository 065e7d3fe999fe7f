//! Manifests and boot configuration, valid by construction, with errors that name line and column.
//!
//! A [`Manifest`] is what an app's `vyoma.toml` grants it, after every rule of the contract was checked.
//! What is not in it does not exist for the app. The parsers read bounded text and never touch a file.

#![forbid(unsafe_code)]

mod chosen;
mod config;
mod manifest;
mod menu;
mod network;
mod pin;
mod problem;
mod section;
mod types;
mod zone;

pub use chosen::{BRIGHTNESS, Chosen};
pub use config::{BootConfig, BootEntry, Compat, DeviceConfig, is_tag};
pub use manifest::Manifest;
pub use menu::{
    MAX_MENU_ITEMS, MAX_MENU_LABEL, MenuItem, Shortcut, ShortcutError, ShortcutKey, key_code, key_name,
};
pub use network::{Ipv4Network, Network};
pub use pin::{NoPinHash, PinHash};
pub use problem::{Checked, Invalid, MAX_PROBLEMS, Problem, Salvaged};
pub use section::MAX_TEXT;
pub use types::{
    AppName, Capabilities, Chord, CompatEntry, EventSet, IdleAction, LAYOUTS, Limits, NameError, Policy,
    Restart, Theme, UnknownPolicy, WindowWish,
};
pub use zone::{Length, Zone};
