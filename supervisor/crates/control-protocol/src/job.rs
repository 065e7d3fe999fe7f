//! Work that the supervisor gives to a short-lived jailed process: what would make it wait, or parse what
//! strangers wrote. The process is an app-host without an app; its first message is
//! [`crate::host::ToHost::Job`], and it says [`crate::host::FromHost::JobDone`] before it ends.

use serde::{Deserialize, Serialize};

use crate::PixelSize;
use crate::host::Jail;

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
}

impl Job {
    /// Whether it needs the network.
    #[must_use]
    pub const fn needs_network(&self) -> bool {
        match self {
            Self::Png { .. } => false,
        }
    }
}

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum JobResult {
    /// The file is written, and lasts.
    Written,
    /// It could not be done: why, for people, in one line of at most [`MAX_WHY`] bytes.
    Failed(String),
}

/// The longest reason of a failure, in bytes; longer ones are cut.
pub const MAX_WHY: usize = 400;
