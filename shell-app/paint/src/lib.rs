//! A small paint program: nine colours, four brushes, a sheet of paper, and a way back.
//!
//! 1 to 9 choose a colour, `+` and `-` a brush, `z` undoes and `y` does again, `c` clears, `s` saves, `o` opens what was
//! saved before, Esc closes. Fingers paint at the same time. Pictures are PNG files below the app's `/data`; their strokes
//! are in them, so that painting goes on where it was.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod layout;
mod painter;
mod picture;
mod png;
mod sheet;
mod view;

pub use painter::Painter;
