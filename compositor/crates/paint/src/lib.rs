//! Coordinate spaces, points, rectangles, regions, colours and pixel views.
//!
//! The vocabulary that the rasteriser, the scene and the outputs share. It allocates nothing but a
//! [`Region`]'s bounded list, has no global and no clock, and no arithmetic in it can overflow:
//! coordinates are pixels in `i32`, edges saturate.
//!
//! Pixels are premultiplied `0xAARRGGBB` in native byte order, which on the supported (little-endian)
//! machines is the memory layout of DRM's `ARGB8888` and `XRGB8888`.

#![forbid(unsafe_code)]
#![cfg_attr(not(test), no_std)]

extern crate alloc;

mod color;
mod geometry;
mod pixels;
mod region;

pub use color::{Color, blend_over};
pub use geometry::{MAX_EDGE, Output, Point, Rect, Size, Space, Surface};
pub use pixels::{PixelView, PixelViewMut};
pub use region::{MAX_REGION_RECTS, Region};
