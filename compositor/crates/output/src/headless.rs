//! A screen that is only memory.

use paint::Size;

use crate::rotation::Native;

/// Pixels nobody looks at but a screenshot.
#[derive(Debug)]
pub(crate) struct Headless {
    pub(crate) size: Size<Native>,
    pub(crate) pixels: Vec<u32>,
}

impl Headless {
    pub(crate) fn new(size: Size<Native>) -> Self {
        Self { size, pixels: vec![0xff00_0000; size.area()] }
    }
}
