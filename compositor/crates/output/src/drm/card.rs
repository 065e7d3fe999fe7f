//! The card's descriptor as the `drm` crate wants it.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use ::drm::control::{Device as ControlDevice, framebuffer};
use ::drm::{Device, buffer};

#[derive(Debug)]
pub(crate) struct Card(OwnedFd);

impl AsFd for Card {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
impl Device for Card {}
impl ControlDevice for Card {}

/// Handles a process of ours has at most: two or three buffers, a cursor, and what a mode change left.
const HANDLES: u32 = 32;

impl Card {
    pub(crate) fn new(fd: OwnedFd) -> Self {
        Self(fd)
    }

    pub(crate) fn driver_name(&self) -> String {
        self.get_driver().map_or_else(|_| "unknown".into(), |d| d.name().to_string_lossy().into_owned())
    }

    /// The supervisor holds this descriptor open across our crashes, so what a predecessor made on it is still
    /// there. Closes its buffer handles (the framebuffers keep the pixels) and lists its framebuffers.
    pub(crate) fn close_inherited(&self) -> Vec<framebuffer::Handle> {
        for handle in 1..=HANDLES {
            if let Some(handle) = ::drm::control::from_u32::<buffer::Handle>(handle) {
                // Most numbers name nothing; that is the expected answer.
                let _ = self.close_buffer(handle);
            }
        }
        self.resource_handles().map(|r| r.framebuffers().to_vec()).unwrap_or_default()
    }
}
