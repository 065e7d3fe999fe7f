//! How a surface's shared memory is cut.

use paint::{Size, Surface};

/// Slots of a surface: one on the screen, one waiting, one to paint into.
pub const SLOTS: u8 = 3;

/// One of the [`SLOTS`] slots of a surface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SlotId(u8);

impl SlotId {
    /// All slots.
    pub const ALL: [Self; SLOTS as usize] = [Self(0), Self(1), Self(2)];

    /// The slot of this number, if there is one.
    #[must_use]
    pub const fn new(index: u8) -> Option<Self> {
        if index < SLOTS { Some(Self(index)) } else { None }
    }

    /// 0 to [`SLOTS`] - 1.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    pub(crate) const fn byte(self) -> u8 {
        self.0
    }
}

/// Where the pixels of each slot lie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    size: Size<Surface>,
}

impl Layout {
    /// The layout of a surface of this size.
    #[must_use]
    pub const fn new(size: Size<Surface>) -> Self {
        Self { size }
    }

    /// Size of the canvas in pixels.
    #[must_use]
    pub const fn size(self) -> Size<Surface> {
        self.size
    }

    /// Pixels from a row's start to the next one's: the width rounded up to 16 pixels, so that every row
    /// starts on a cache line.
    #[must_use]
    pub const fn stride(self) -> usize {
        (self.size.w() as usize).next_multiple_of(16)
    }

    /// Pixels of one slot, rounded up to whole pages of 4096 bytes.
    #[must_use]
    pub const fn slot_pixels(self) -> usize {
        (self.stride() * self.size.h() as usize).next_multiple_of(1024)
    }

    /// Index of the first pixel of a row of a slot, counted from the start of the memfd in pixels.
    #[must_use]
    pub const fn row_start(self, slot: SlotId, y: u32) -> usize {
        slot.index() * self.slot_pixels() + y as usize * self.stride()
    }

    /// Pixels of the whole memfd.
    #[must_use]
    pub const fn pixels(self) -> usize {
        self.slot_pixels() * SLOTS as usize
    }

    /// Bytes of the whole memfd.
    #[must_use]
    pub const fn bytes(self) -> usize {
        self.pixels() * 4
    }
}
