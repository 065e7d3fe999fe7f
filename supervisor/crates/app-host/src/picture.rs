//! The app's picture: a retained canvas, and its way into the slots of the shared surface.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use control_protocol::host::SurfaceSpec;
use draw_protocol::Command;
use paint::{Rect, Region, Size, Surface, blend_over};
use raster::{Animation, BACKDROP, Canvas, FontError, Outcome, ScriptCode};
use surface_protocol::{Layout, Opacity, SLOTS, SlotId};
use sys::{Nanos, WriteMapping};

use crate::link::{Cause, Frame, Link};

/// Canvases count milliseconds.
const NANOS_A_MS: Nanos = 1_000_000;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PictureError {
    /// A size no canvas has.
    #[error("a canvas of {w}x{h} pixels is outside the limits")]
    Size {
        /// Pixels.
        w: u32,
        /// Pixels.
        h: u32,
    },
    /// The memory does not fit or cannot be mapped.
    #[error("the surface's memory")]
    Memory(#[source] io::Error),
}

/// What a flush did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flushed {
    /// A frame was committed.
    Committed,
    /// Nothing had changed.
    Unchanged,
}

/// What a step of animations did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stepped {
    /// Everything is as it should be now.
    Done,
    /// No slot is free.
    Waits,
}

/// The picture.
pub(crate) struct Picture {
    canvas: Canvas,
    memory: WriteMapping,
    layout: Layout,
    /// For each slot, what changed since it was painted last.
    stale: [Region<Surface>; SLOTS as usize],
    alpha: u8,
    alpha_changed: bool,
    committed: bool,
    /// One row, composed over the backdrop.
    row: Vec<u32>,
}

impl Picture {
    /// An empty picture in this memory.
    ///
    /// # Errors
    /// [`PictureError`].
    pub(crate) fn new(spec: SurfaceSpec, memory: OwnedFd) -> Result<Self, PictureError> {
        let (layout, memory) = map(spec, memory)?;
        let all: Region<Surface> = [layout.size().rect()].into_iter().collect();
        let mut canvas = Canvas::new(layout.size());
        canvas.ask_for_fonts();
        Ok(Self {
            canvas,
            memory,
            layout,
            stale: [all.clone(), all.clone(), all],
            alpha: 255,
            alpha_changed: false,
            committed: false,
            row: Vec::new(),
        })
    }

    /// Its size.
    pub(crate) fn size(&self) -> Size<Surface> {
        self.layout.size()
    }

    /// Goes on in another memory; what fits of the content stays.
    ///
    /// # Errors
    /// [`PictureError`]; then everything is as before.
    pub(crate) fn resize(&mut self, spec: SurfaceSpec, memory: OwnedFd) -> Result<(), PictureError> {
        let (layout, memory) = map(spec, memory)?;
        self.canvas.resize(layout.size());
        self.layout = layout;
        self.memory = memory;
        self.committed = false;
        Ok(())
    }

    /// Draws.
    #[inline]
    pub(crate) fn apply(&mut self, command: &Command<'_>) -> Outcome {
        let outcome = self.canvas.apply(command);
        if let Outcome::LayerAlpha(alpha) = outcome {
            self.alpha_changed |= alpha != self.alpha;
            self.alpha = alpha;
        }
        outcome
    }

    /// Draws a picture, already scaled, with its top-left corner at (x, y).
    pub(crate) fn draw_image(&mut self, x: i32, y: i32, image: &raster::Picture) {
        self.canvas.draw_picture(x, y, image);
    }

    /// Plays an animation with its top-left corner at (x, y); `now` is the link's clock. Whether there was room for it.
    pub(crate) fn play(&mut self, x: i32, y: i32, animation: &Arc<Animation>, now: Nanos) -> bool {
        self.canvas.play(x, y, animation, now / NANOS_A_MS)
    }

    /// When an animation goes on, by the link's clock. `None`: not before the next flush.
    pub(crate) fn next_step(&self) -> Option<Nanos> {
        let is_drawn_on = self.canvas.is_damaged() || self.alpha_changed || !self.committed;
        self.canvas.next_frame().filter(|_| !is_drawn_on).map(|ms| ms.saturating_mul(NANOS_A_MS))
    }

    /// Shows the frames of animations that are due, unless the app has drawn what it has not flushed.
    pub(crate) fn step(&mut self, link: &Link, now: Nanos) -> Stepped {
        if self.next_step().is_none_or(|due| now < due) {
            return Stepped::Done;
        }
        let Some(slot) = link.try_acquire() else { return Stepped::Waits };
        self.canvas.advance(now / NANOS_A_MS);
        let damage = self.canvas.take_damage();
        if !damage.is_empty() {
            self.commit(link, slot, damage, (Cause::Step, 0));
        }
        Stepped::Done
    }

    /// The font of a script that [`Outcome::Font`] asked for.
    ///
    /// # Errors
    /// [`FontError`]; then it is as if there were none.
    pub(crate) fn set_font(
        &mut self,
        script: ScriptCode,
        font: Option<&'static [u8]>,
    ) -> Result<(), FontError> {
        self.canvas.set_font(script, font)
    }

    /// Makes everything since the last flush visible: waits for a slot, paints what is stale in it, commits it.
    pub(crate) fn flush(&mut self, link: &Link, input_ns: impl FnOnce() -> Nanos) -> Flushed {
        let mut damage = self.canvas.take_damage();
        if !self.committed || self.alpha_changed {
            damage.add(self.layout.size().rect());
        }
        if damage.is_empty() {
            return Flushed::Unchanged;
        }
        let slot = link.acquire();
        self.commit(link, slot, damage, (Cause::Flush, input_ns()));
        Flushed::Committed
    }

    fn commit(
        &mut self,
        link: &Link,
        slot: SlotId,
        damage: Region<Surface>,
        (cause, input_ns): (Cause, Nanos),
    ) {
        for stale in &mut self.stale {
            stale.add_region(&damage);
        }
        if !self.committed {
            // New memory: nothing of it was painted.
            for stale in &mut self.stale {
                stale.add(self.layout.size().rect());
            }
        }
        for rect in self.stale[slot.index()].take().rects() {
            self.copy(slot, rect.intersect(self.layout.size().rect()));
        }
        self.committed = true;
        self.alpha_changed = false;
        let opacity = if self.canvas.is_transparent() { Opacity::Translucent } else { Opacity::Opaque };
        link.commit(Frame { slot, alpha: self.alpha, opacity, input_ns, damage, cause });
    }

    /// Copies a rectangle of the canvas into a slot. Without `set_transparent` what is not opaque is composed over the
    /// contract's backdrop on the way.
    #[expect(clippy::cast_sign_loss, reason = "the rectangle was clipped to the canvas")]
    fn copy(&mut self, slot: SlotId, rect: Rect<Surface>) {
        let width = self.layout.size().w() as usize;
        let (left, right) = (rect.left() as usize, rect.right() as usize);
        for y in rect.top() as u32..rect.bottom() as u32 {
            let from = &self.canvas.pixels()[y as usize * width..][left..right];
            let to = self.layout.row_start(slot, y) + left;
            let opaque = from.iter().fold(u32::MAX, |all, pixel| all & pixel) >> 24 == 255;
            if opaque || self.canvas.is_transparent() {
                self.memory.write(to, from);
            } else {
                self.row.clear();
                self.row.extend(from.iter().map(|pixel| blend_over(*pixel, BACKDROP, 255)));
                self.memory.write(to, &self.row);
            }
        }
    }
}

fn map(spec: SurfaceSpec, memory: OwnedFd) -> Result<(Layout, WriteMapping), PictureError> {
    let (w, h) = (spec.size.w, spec.size.h);
    let layout = Layout::new(Size::new(w, h).ok_or(PictureError::Size { w, h })?);
    let memory = WriteMapping::new(&memory, layout.pixels()).map_err(PictureError::Memory)?;
    Ok((layout, memory))
}
