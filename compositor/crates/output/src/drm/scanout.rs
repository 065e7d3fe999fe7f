//! Buffers that the hardware reads.

use ::drm::buffer::DrmFourcc;
use ::drm::control::dumbbuffer::{DumbBuffer, DumbMapping};
use ::drm::control::{Device as _, crtc, framebuffer};
use paint::Size;

use super::card::Card;
use crate::OutputError;
use crate::rotation::Native;

/// The buffers of one screen: painted and shown in turn.
#[derive(Debug)]
pub(crate) struct Scanout {
    buffers: Vec<Buffer>,
    back: usize,
}

struct Buffer {
    mapping: DumbMapping<'static>,
    dumb: DumbBuffer,
    framebuffer: framebuffer::Handle,
    /// Frames presented since this one was; 0 if it never was.
    age: u8,
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Buffer").field("dumb", &self.dumb).field("age", &self.age).finish_non_exhaustive()
    }
}

impl Scanout {
    pub(crate) fn new(card: &Card, size: Size<Native>, buffers: usize) -> Result<Self, OutputError> {
        let (w, h) = (size.w(), size.h());
        let buffers: Result<Vec<_>, _> = (0..buffers).map(|_| Buffer::new(card, w, h)).collect();
        let buffers = buffers.map_err(|source| OutputError::Buffer { w, h, source })?;
        Ok(Self { buffers, back: 0 })
    }

    pub(crate) fn buffers(&self) -> usize {
        self.buffers.len()
    }

    pub(crate) fn back_index(&self) -> usize {
        self.back
    }

    pub(crate) fn framebuffer(&self) -> Option<framebuffer::Handle> {
        self.buffers.get(self.back).map(|b| b.framebuffer)
    }

    /// Pixels, stride in pixels, age.
    pub(crate) fn back(&mut self) -> Option<(&mut [u32], usize, u8)> {
        let buffer = self.buffers.get_mut(self.back)?;
        let stride = ::drm::buffer::Buffer::pitch(&buffer.dumb) as usize / 4;
        // Mappings begin on a page, so the cast cannot fail for alignment; a length that is no multiple of 4
        // would be a driver's mistake.
        let pixels = bytemuck::try_cast_slice_mut(buffer.mapping.as_mut()).ok()?;
        Some((pixels, stride, buffer.age))
    }

    /// The back buffer was presented.
    pub(crate) fn swap(&mut self) {
        for buffer in &mut self.buffers {
            if buffer.age > 0 {
                buffer.age = buffer.age.saturating_add(1);
            }
        }
        if let Some(buffer) = self.buffers.get_mut(self.back) {
            buffer.age = 1;
        }
        self.back = (self.back + 1) % self.buffers.len().max(1);
    }

    /// Frees the memory, leaving the framebuffers to be destroyed when nothing shows them.
    pub(crate) fn release(self, card: &Card) -> Vec<framebuffer::Handle> {
        let mut framebuffers = Vec::new();
        for buffer in self.buffers {
            framebuffers.push(buffer.framebuffer);
            drop(buffer.mapping);
            // The framebuffer holds the pixels; a failure would only leak the handle.
            let _ = card.destroy_dumb_buffer(buffer.dumb);
        }
        framebuffers
    }
}

impl Buffer {
    fn new(card: &Card, w: u32, h: u32) -> std::io::Result<Self> {
        let mut dumb = card.create_dumb_buffer((w, h), DrmFourcc::Xrgb8888, 32)?;
        let mapping = map(card, &mut dumb)?;
        let framebuffer = card.add_framebuffer(&dumb, 24, 32)?;
        Ok(Self { mapping, dumb, framebuffer, age: 0 })
    }
}

fn map(card: &Card, dumb: &mut DumbBuffer) -> std::io::Result<DumbMapping<'static>> {
    let mapping = card.map_dumb_buffer(dumb)?;
    // SAFETY: the lifetime is a marker only (the struct holds a pointer into its own mmap, nothing of the
    // `DumbBuffer`), and the mapping stays valid until it is unmapped by its own drop, even after the buffer's
    // handle is destroyed: the mapping holds a reference on the object. Nobody else in this process maps it.
    Ok(unsafe { std::mem::transmute::<DumbMapping<'_>, DumbMapping<'static>>(mapping) })
}

/// A pointer's picture in a buffer of its own.
#[derive(Debug)]
pub(crate) struct CursorImage {
    dumb: DumbBuffer,
    hot: (i32, i32),
    shown: bool,
}

/// Cursor planes take 64x64 everywhere.
const CURSOR_EDGE: u32 = 64;

impl CursorImage {
    pub(crate) fn new(card: &Card, pixels: &[u32], edge: u32, hot: (i32, i32)) -> Option<Self> {
        if edge > CURSOR_EDGE || edge == 0 {
            return None;
        }
        let mut dumb = card.create_dumb_buffer((CURSOR_EDGE, CURSOR_EDGE), DrmFourcc::Argb8888, 32).ok()?;
        let stride = ::drm::buffer::Buffer::pitch(&dumb) as usize / 4;
        let mut mapping = card.map_dumb_buffer(&mut dumb).ok()?;
        let to: &mut [u32] = bytemuck::try_cast_slice_mut(mapping.as_mut()).ok()?;
        to.fill(0);
        for (from, to) in pixels.chunks(edge as usize).zip(to.chunks_mut(stride.max(1))) {
            let len = from.len().min(to.len());
            to[..len].copy_from_slice(&from[..len]);
        }
        drop(mapping);
        Some(Self { dumb, hot, shown: false })
    }

    #[expect(
        deprecated,
        reason = "the legacy cursor calls work with every driver that has a cursor plane, and do not wait for a frame"
    )]
    pub(crate) fn show(&self, card: &Card, crtc: crtc::Handle) -> bool {
        card.set_cursor2(crtc, Some(&self.dumb), self.hot).is_ok()
            || card.set_cursor(crtc, Some(&self.dumb)).is_ok()
    }

    #[expect(deprecated, reason = "as for showing")]
    pub(crate) fn hide(&self, card: &Card, crtc: crtc::Handle) -> bool {
        card.set_cursor::<DumbBuffer>(crtc, None).is_ok()
    }

    #[expect(deprecated, reason = "as for showing")]
    pub(crate) fn place(&mut self, card: &Card, crtc: crtc::Handle, at: Option<(i32, i32)>) {
        match at {
            Some((x, y)) => {
                // A refused move leaves the pointer where it was; the next one is tried again.
                let _ = card.move_cursor(crtc, (x - self.hot.0, y - self.hot.1));
                if !self.shown {
                    self.shown = self.show(card, crtc);
                }
            }
            None if self.shown => {
                self.shown = !self.hide(card, crtc);
            }
            None => {}
        }
    }
}
