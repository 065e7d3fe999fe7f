//! Pixels: what the compositor draws itself, and how it copies what apps drew.

pub(crate) mod blit;
pub(crate) mod shapes;
pub(crate) mod text;
