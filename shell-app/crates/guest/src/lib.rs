//! The guest side of the app contract without a standard library, so that an app is kilobytes: lines in and out, files,
//! clocks, random numbers, requests to the system and their answers, and [`main!`].
//!
//! ```no_run
//! use vyoma_guest as guest;
//!
//! use guest::draw_protocol::{AppEvent, Area, DrawWriter, Rgba};
//! use guest::{Lines, Stdin, Stdout, StreamError};
//!
//! fn run() -> Result<(), StreamError> {
//!     let (mut stdin, mut stdout) = (Stdin::open(), Stdout::open());
//!     let (mut lines, mut frame) = (Lines::default(), DrawWriter::new());
//!     while let Some(bytes) = stdin.wait()? {
//!         lines.push(&bytes, |line| {
//!             if let AppEvent::Screen { w, h } = AppEvent::parse(line) {
//!                 let whole = Area::new(0, 0, w.cast_signed(), h.cast_signed());
//!                 frame.fill_rect(whole, Rgba::opaque(0xffb454));
//!                 frame.flush();
//!             }
//!         });
//!         stdout.write_frame(frame.as_bytes())?;
//!         frame.clear();
//!     }
//!     Ok(())
//! }
//!
//! guest::main!(run);
//! ```
//!
//! On the device a program is a component that imports from WASI what it calls and nothing else. On the host the same
//! code runs on the standard library: for tests, and to look at what an app prints.
//!
//! What it is not: nothing here is private to the shell. It speaks the contract, and any other program can do the same.
//!
//! Unsafe code is in two places: `memory`, the allocator, and `platform::wasi`, the exported functions that the
//! component model asks for.
#![cfg_attr(target_os = "wasi", no_std)]
#![deny(unsafe_code)]

extern crate alloc;

mod ask;
mod files;
mod letters;
mod lines;
#[cfg(any(target_os = "wasi", test))]
mod memory;
mod platform;
mod rows;

pub use ask::{Ask, Heard, Talk};
pub use draw_protocol;
pub use files::{FileError, Files, MemoryFiles, Store};
pub use letters::push;
pub use lines::{Lines, MAX_LINE};
#[doc(hidden)]
pub use platform::program;
pub use platform::{Stdin, Stdout, monotonic_ms, random, unix_ms};
pub use rows::{AppCost, AppRow, AppState, costs, rows};

/// Why nothing can be read or written any more: the end of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamError {
    /// stdin failed.
    Stdin,
    /// stdout failed or was closed.
    Stdout,
}

impl core::fmt::Display for StreamError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Stdin => "stdin cannot be read",
            Self::Stdout => "stdout cannot be written",
        })
    }
}

impl core::error::Error for StreamError {}

/// Makes a program of a function `fn() -> Result<(), StreamError>`; an error is the exit code 1.
///
/// The file begins with `#![cfg_attr(target_os = "wasi", no_std, no_main)]`: on the device the entry is the component's
/// `wasi:cli/run`, on the host it is `main`.
#[macro_export]
macro_rules! main {
    ($run:path) => {
        #[cfg(target_os = "wasi")]
        struct Program;

        #[cfg(target_os = "wasi")]
        impl $crate::program::Guest for Program {
            fn run() -> ::core::result::Result<(), ()> {
                $run().map_err(|_| ())
            }
        }

        #[cfg(target_os = "wasi")]
        $crate::program::export!(Program);

        #[cfg(not(target_os = "wasi"))]
        fn main() -> ::std::process::ExitCode {
            $crate::program::finish($run())
        }
    };
}
