//! Which system calls each of our jailed programs may make.
//!
//! The lists are data to be reviewed (`lists/*.json`: `{ "syscall", "comment", "args"?, "libc"? }`), put together by what is
//! granted ([`Filter`]), and compiled when the programs are built: the device parses none of it. What is on no list kills
//! the process that calls it.

#![forbid(unsafe_code)]

#[cfg(feature = "lists")]
mod lists;

#[cfg(feature = "lists")]
pub use lists::{Libc, ListError, Rule, build, compile, rules};

use manifest::Capabilities;

/// What a process may call, by what it is for. Those of apps come first: their programs are found by their place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Filter {
    /// An app without files and network.
    Plain,
    /// An app with files.
    Files,
    /// An app with the network.
    Network,
    /// An app with both.
    FilesAndNetwork,
    /// The compositor.
    Compositor,
}

impl Filter {
    /// Those of apps.
    pub const APPS: [Self; 4] = [Self::Plain, Self::Files, Self::Network, Self::FilesAndNetwork];

    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::Plain, Self::Files, Self::Network, Self::FilesAndNetwork, Self::Compositor];

    /// The filter of an app's process.
    #[must_use]
    pub fn of(capabilities: &Capabilities) -> Self {
        match (capabilities.filesystem, capabilities.network) {
            (false, false) => Self::Plain,
            (true, false) => Self::Files,
            (false, true) => Self::Network,
            (true, true) => Self::FilesAndNetwork,
        }
    }
}
