//! What differs between the device and the host.

#[cfg(not(target_os = "wasi"))]
mod host;
#[cfg(target_os = "wasi")]
mod wasi;

#[cfg(not(target_os = "wasi"))]
pub(crate) use host::Folder;
#[cfg(not(target_os = "wasi"))]
pub use host::{Stdin, Stdout, monotonic_ms, program, random, unix_ms};
#[cfg(target_os = "wasi")]
pub(crate) use wasi::Folder;
#[cfg(target_os = "wasi")]
pub use wasi::{Stdin, Stdout, monotonic_ms, program, random, unix_ms};
