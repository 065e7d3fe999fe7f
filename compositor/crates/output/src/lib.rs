//! Outputs: DRM, fbdev and headless behind one type.
//!
//! An [`Output`] hands out a buffer of pixels in the space people see ([`paint::Output`]), tells how old its
//! content is, and shows what was painted. Nothing here waits: where a screen flips at its own pace,
//! [`Output::ready`] says when the next buffer can be had.
//!
//! Rotation lives here and nowhere else: a rotated screen is painted upright in memory and turned while its
//! damage is copied to the scanout buffer.
//!
//! Unsafe code is confined to the modules that map scanout memory.

mod convert;
mod drm;
mod error;
mod fbdev;
mod headless;
mod output;
mod rotation;

pub use error::OutputError;
pub use output::{Frame, HardwareCursor, Output, Ready};
pub use rotation::Rotation;
