//! A small paint program: nine colours, four brushes, a sheet of paper, and a way back.
//!
//! 1 to 9 choose a colour, `+` and `-` a brush, `z` undoes, `c` clears, Esc closes. Fingers paint at the same time.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod layout;
mod painter;
mod sheet;
mod view;

pub use painter::Painter;
