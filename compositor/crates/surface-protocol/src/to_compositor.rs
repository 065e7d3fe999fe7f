//! From an app-host to the compositor.

use paint::{Rect, Region, Size, Surface};

use crate::wire::{DecodeError, MESSAGE_BYTES, Reader, Writer, out_of_range};
use crate::{Layout, SlotId};

/// Rectangles of damage in one commit; an app-host joins what is more.
pub const MAX_DAMAGE: usize = 8;

/// Whether what is below a window can be seen through it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opacity {
    /// Every pixel of the slot has alpha 255: rows can be copied.
    Opaque,
    /// Pixels are blended over what is below.
    Translucent,
}

/// A finished frame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Commit {
    /// Which memfd this is about: the number the supervisor gave with it. A commit for an older one is
    /// answered by releasing the slot and nothing else.
    pub generation: u32,
    /// Counts the app-host's commits, wrapping; [`crate::ToApp::Shown`] names it again.
    pub serial: u32,
    /// The slot that holds the frame. It is the compositor's until released.
    pub slot: SlotId,
    /// Opacity of the whole window, 0 to 255.
    pub alpha: u8,
    /// Whether the slot's pixels are all opaque.
    pub opacity: Opacity,
    /// When the app flushed: nanoseconds of the monotonic clock.
    pub committed_ns: u64,
    /// Time of the oldest input event the frame answers, in nanoseconds of the monotonic clock; 0 if none.
    pub input_ns: u64,
    /// What changed since the commit before, at most [`MAX_DAMAGE`] rectangles.
    pub damage: Region<Surface>,
}

/// A message of an app-host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ToCompositor {
    /// A frame is ready.
    Commit(Commit),
}

const TAG_COMMIT: u8 = 1;

impl ToCompositor {
    /// The message's bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; MESSAGE_BYTES] {
        let Self::Commit(c) = self;
        let mut w = Writer::new(TAG_COMMIT);
        w.u8(c.slot.byte());
        w.u8(c.alpha);
        w.u8(u8::from(c.opacity == Opacity::Opaque));
        w.u32(c.generation);
        w.u32(c.serial);
        w.u64(c.committed_ns);
        w.u64(c.input_ns);
        let rects = c.damage.rects();
        let (kept, rest) = rects.split_at(rects.len().min(MAX_DAMAGE - 1));
        let joined = rest.iter().fold(Rect::EMPTY, |all, r| all.union(*r));
        for i in 0..MAX_DAMAGE {
            let r = kept.get(i).copied().unwrap_or(if i == kept.len() { joined } else { Rect::EMPTY });
            for edge in [r.left(), r.top(), r.right(), r.bottom()] {
                w.i32(edge);
            }
        }
        w.finish()
    }

    /// The message in a datagram, with damage clipped to `size`.
    ///
    /// # Errors
    /// [`DecodeError`] says which field is wrong.
    pub fn decode(datagram: &[u8], size: Size<Surface>) -> Result<Self, DecodeError> {
        let mut r = Reader::new(datagram)?;
        let tag = r.u8();
        if tag != TAG_COMMIT {
            return Err(DecodeError::Tag(tag));
        }
        let slot = r.u8();
        let slot = SlotId::new(slot).ok_or_else(|| out_of_range("slot", slot))?;
        let alpha = r.u8();
        let opacity = if r.flag("opacity")? { Opacity::Opaque } else { Opacity::Translucent };
        let (generation, serial) = (r.u32(), r.u32());
        let (committed_ns, input_ns) = (r.u64(), r.u64());
        let bounds = Layout::new(size).size().rect();
        let mut damage = Region::new();
        for _ in 0..MAX_DAMAGE {
            let (left, top, right, bottom) = (r.i32(), r.i32(), r.i32(), r.i32());
            damage.add(Rect::from_edges(left, top, right, bottom).intersect(bounds));
        }
        Ok(Self::Commit(Commit { generation, serial, slot, alpha, opacity, committed_ns, input_ns, damage }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encode_more_rects_than_fit_joins_the_rest() {
        let size = Size::new(640, 480).unwrap();
        let damage: Region<Surface> = (0..12).map(|i| Rect::new(i * 50, i * 37, 5, 5)).collect();
        let commit = Commit {
            generation: 3,
            serial: u32::MAX,
            slot: SlotId::new(2).unwrap(),
            alpha: 200,
            opacity: Opacity::Opaque,
            committed_ns: 1,
            input_ns: u64::MAX,
            damage: damage.clone(),
        };
        let ToCompositor::Commit(back) =
            ToCompositor::decode(&ToCompositor::Commit(commit).encode(), size).unwrap();
        assert!(back.damage.rects().len() <= MAX_DAMAGE);
        for r in damage.rects() {
            assert!(back.damage.rects().iter().any(|b| b.covers(*r)));
        }
        assert_eq!((back.serial, back.input_ns, back.opacity), (u32::MAX, u64::MAX, Opacity::Opaque));
    }

    proptest! {
        #[test]
        fn decode_any_bytes_keeps_damage_inside(bytes in prop::collection::vec(any::<u8>(), MESSAGE_BYTES), tag in 0..3u8) {
            let mut bytes = bytes;
            bytes[0] = tag;
            bytes[3] &= 1;
            let size = Size::new(100, 50).unwrap();
            if let Ok(ToCompositor::Commit(c)) = ToCompositor::decode(&bytes, size) {
                prop_assert!(c.damage.rects().iter().all(|r| size.rect().covers(*r)));
            }
        }
    }
}
