//! Why a screen does not work.

use std::io;

/// Why a screen could not be set up or painted.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// Somebody else drives the card.
    #[error(
        "another display server drives this card (DRM master refused): stop it, or switch to a free console"
    )]
    Master(#[source] io::Error),
    /// The card's resources could not be read.
    #[error("the card does not tell its connectors: is it a display card?")]
    Resources(#[source] io::Error),
    /// No connector has a screen.
    #[error("nothing is connected to this card")]
    NothingConnected,
    /// The connected screen has no mode.
    #[error("the screen on {connector} offers no mode")]
    NoMode {
        /// The connector's name.
        connector: String,
    },
    /// No CRTC can drive the connector.
    #[error("no free CRTC for {connector}")]
    NoCrtc {
        /// The connector's name.
        connector: String,
    },
    /// A buffer could not be made.
    #[error("no scanout buffer of {w}x{h}")]
    Buffer {
        /// Width in pixels.
        w: u32,
        /// Height in pixels.
        h: u32,
        /// The kernel's answer.
        #[source]
        source: io::Error,
    },
    /// The mode could not be set.
    #[error("the mode {w}x{h} was refused")]
    Mode {
        /// Width in pixels.
        w: u32,
        /// Height in pixels.
        h: u32,
        /// The kernel's answer.
        #[source]
        source: io::Error,
    },
    /// A frame could not be shown.
    #[error("a frame was refused")]
    Present(#[source] io::Error),
    /// The framebuffer device does not say what it is.
    #[error("the framebuffer device does not tell its layout")]
    FbInfo(#[source] io::Error),
    /// The framebuffer's pixels have a layout we cannot write.
    #[error("the framebuffer has an unsupported layout: {0}")]
    FbLayout(String),
    /// The framebuffer's memory could not be mapped.
    #[error("the framebuffer cannot be mapped")]
    FbMap(#[source] io::Error),
    /// An edge of 0, or one longer than any screen's.
    #[error("a screen of {w}x{h} pixels is none")]
    Size {
        /// Width in pixels.
        w: u32,
        /// Height in pixels.
        h: u32,
    },
}
