//! Work that the supervisor gives to a short-lived jailed process: what would make it wait, or parse what
//! strangers wrote. The process is an app-host without an app; its first message is
//! [`crate::host::ToHost::Job`], and it says [`crate::host::FromHost::JobDone`] before it ends.

use std::net::{IpAddr, SocketAddr};

use manifest::PinHash;
use serde::{Deserialize, Serialize};

use crate::PixelSize;
use crate::host::{Jail, OpenedFile};

/// What a process for a job is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct JobOrder {
    /// What is to be done.
    pub job: Job,
    /// As for an app.
    pub jail: Jail,
}

/// One piece of work.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Job {
    /// Writes a picture as PNG. With the message come a sealed memfd of `w*h` pixels `0xAARRGGBB` without
    /// padding, and the empty file to write.
    Png {
        /// Its size.
        size: PixelSize,
    },
    /// Looks whether this is the PIN.
    Pin {
        /// What was entered.
        pin: String,
        /// What the device keeps of the right one.
        hash: PinHash,
    },
    /// Looks up a host's addresses.
    Dns {
        /// Its name.
        host: String,
        /// Whom to ask.
        servers: Vec<SocketAddr>,
    },
    /// Gets a page.
    HttpGet {
        /// Where.
        url: String,
        /// Whom to ask for its host's addresses.
        servers: Vec<SocketAddr>,
    },
    /// Decodes a picture's file and fills the screen with it. With the message come the file and a sealed
    /// memfd of `w*h` pixels without padding, which is filled with opaque `0xAARRGGBB`.
    Wallpaper {
        /// The screen's size.
        size: PixelSize,
        /// The file.
        file: OpenedFile,
    },
    /// Replaces a file of the system's own folder, or removes it, and makes that last. With the message comes the
    /// folder.
    Keep {
        /// Its name in the folder.
        file: String,
        /// All that it is to hold; `None`: there is to be none.
        text: Option<String>,
    },
}

impl Job {
    /// Memory of its process, in bytes. A wallpaper takes the file, the decoder's pixels and the screen's;
    /// everything else streams.
    #[must_use]
    pub const fn memory(&self) -> u64 {
        match self {
            Self::Png { .. }
            | Self::Pin { .. }
            | Self::Dns { .. }
            | Self::HttpGet { .. }
            | Self::Keep { .. } => 64 << 20,
            Self::Wallpaper { .. } => 192 << 20,
        }
    }

    /// Whether it needs the network.
    #[must_use]
    pub const fn needs_network(&self) -> bool {
        match self {
            Self::Png { .. } | Self::Pin { .. } | Self::Wallpaper { .. } | Self::Keep { .. } => false,
            Self::Dns { .. } | Self::HttpGet { .. } => true,
        }
    }
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum JobResult {
    /// The file is written, and lasts; or there is none, and that lasts.
    Written,
    /// Whether it is the PIN.
    Pin {
        /// It is.
        right: bool,
    },
    /// The host's address; `None`: there is no such host.
    Address(Option<IpAddr>),
    /// What a server said.
    Page {
        /// Its status.
        status: u16,
        /// The first 4096 characters of the body.
        text: String,
    },
    /// It could not be done: why, for people, in one line of at most [`MAX_WHY`] bytes.
    Failed(String),
}

/// The longest reason of a failure, in bytes; longer ones are cut.
pub const MAX_WHY: usize = 400;
