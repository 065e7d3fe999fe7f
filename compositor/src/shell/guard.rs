//! What lies over the windows on purpose: darkness that any input ends, and the lock with its PIN pad.

use control_protocol::compositor::{Curtain, LockView};
use paint::{Output, PixelViewMut, Rect};
use sys::Nanos;

use super::pin_pad::{Key, PinPad};
use crate::theme::Palette;

/// All of a screen's light: a power of two, so that a pixel costs two multiplications.
const FULL: u32 = 256;

/// What half-light leaves of it.
const DIM: u32 = 77;

/// What lies over the windows.
#[derive(Debug)]
pub(crate) struct Guard {
    curtain: Curtain,
    /// How much of their light screens give, of [`FULL`].
    light: u32,
    pad: Option<PinPad>,
    /// How long without input is idle.
    idle_after: Option<Nanos>,
    last_input: Nanos,
    /// Whether it was said that the device is idle.
    told_idle: bool,
}

impl Default for Guard {
    fn default() -> Self {
        Self {
            curtain: Curtain::None,
            light: FULL,
            pad: None,
            idle_after: None,
            last_input: 0,
            told_idle: false,
        }
    }
}

/// What an input did to the curtain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Woken {
    /// It ended it, and is for nobody.
    Yes,
    /// There was none.
    No,
}

impl Guard {
    pub(crate) fn set_curtain(&mut self, curtain: Curtain) {
        self.curtain = curtain;
    }

    /// How bright screens are, in percent. Whoever calls this repaints everything.
    pub(crate) fn set_brightness(&mut self, percent: u8) {
        // Whatever is said, people see their way back.
        let percent = percent.clamp(*manifest::BRIGHTNESS.start(), *manifest::BRIGHTNESS.end());
        self.light = u32::from(percent) * FULL / 100;
    }

    pub(crate) fn set_lock(&mut self, view: Option<LockView>, now: Nanos) {
        match (view, &mut self.pad) {
            (Some(view), Some(pad)) => pad.show(view, now),
            (Some(view), none) => none.insert(PinPad::default()).show(view, now),
            (None, pad) => *pad = None,
        }
    }

    pub(crate) fn set_idle_after(&mut self, after: Nanos, now: Nanos) {
        (self.idle_after, self.last_input, self.told_idle) = (Some(after), now, false);
    }

    /// Somebody is there.
    pub(crate) fn on_input(&mut self, now: Nanos) -> Woken {
        (self.last_input, self.told_idle) = (now, false);
        match std::mem::take(&mut self.curtain) {
            Curtain::None => Woken::No,
            Curtain::Dim | Curtain::Dark => Woken::Yes,
        }
    }

    pub(crate) fn is_dark(&self) -> bool {
        self.curtain == Curtain::Dark
    }

    /// Whether no window can be seen.
    pub(crate) fn hides(&self) -> bool {
        self.is_dark() || self.pad.is_some()
    }

    pub(crate) fn pad(&self) -> Option<&PinPad> {
        self.pad.as_ref()
    }

    pub(crate) fn pad_mut(&mut self) -> Option<&mut PinPad> {
        self.pad.as_mut()
    }

    /// Whether nobody was here for long enough; said once.
    pub(crate) fn take_idle(&mut self, now: Nanos) -> bool {
        let is_due = self.idle_due().is_some_and(|due| now >= due);
        self.told_idle |= is_due;
        is_due
    }

    fn idle_due(&self) -> Option<Nanos> {
        let waits = !self.told_idle && self.curtain == Curtain::None;
        self.idle_after.filter(|_| waits).map(|after| self.last_input.saturating_add(after))
    }

    /// When time changes something.
    pub(crate) fn next_tick(&self) -> Option<Nanos> {
        [self.idle_due(), self.pad.as_ref().and_then(PinPad::next_tick)].into_iter().flatten().min()
    }

    /// Takes from everything the light that people do without, and in half-light more of it.
    pub(crate) fn dim(&self, canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>) {
        let light = if self.curtain == Curtain::Dim { self.light * DIM / FULL } else { self.light };
        if light < FULL {
            canvas.for_rows(clip, |_, row| row.iter_mut().for_each(|pixel| *pixel = darker(*pixel, light)));
        }
    }

    /// Paints what hides the windows, which is opaque.
    pub(crate) fn draw(&self, canvas: &mut PixelViewMut<'_, Output>, clip: Rect<Output>, palette: &Palette) {
        match &self.pad {
            _ if self.is_dark() => canvas.fill(clip, 0xff00_0000),
            Some(pad) => pad.draw(canvas, clip, palette),
            None => {}
        }
    }
}

/// An opaque pixel with so much of its light, of [`FULL`].
fn darker(pixel: u32, light: u32) -> u32 {
    let (red_blue, green) = (pixel & 0x00ff_00ff, pixel & 0x0000_ff00);
    0xff00_0000 | (red_blue * light / FULL) & 0x00ff_00ff | (green * light / FULL) & 0x0000_ff00
}

/// What becomes of a key of the pad.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Pressed {
    /// It looks different.
    Changed,
    /// The PIN is complete.
    Entered(String),
    /// Nothing.
    Nothing,
}

impl Guard {
    /// A key of the pad was pressed by whatever means.
    pub(crate) fn press(&mut self, key: Key) -> Pressed {
        self.pad.as_mut().map_or(Pressed::Nothing, |pad| pad.press(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Nanos = 1_000_000_000;

    #[test]
    fn take_idle_says_so_once_until_there_is_input() {
        let mut guard = Guard::default();
        assert!(!guard.take_idle(u64::MAX));
        guard.set_idle_after(10 * SECOND, 0);
        assert_eq!(guard.next_tick(), Some(10 * SECOND));
        assert!(!guard.take_idle(9 * SECOND) && guard.take_idle(10 * SECOND));
        assert!(!guard.take_idle(11 * SECOND) && guard.next_tick().is_none());
        guard.set_curtain(Curtain::Dark);
        assert_eq!(guard.on_input(20 * SECOND), Woken::Yes);
        assert_eq!(guard.on_input(20 * SECOND), Woken::No);
        assert_eq!(guard.next_tick(), Some(30 * SECOND));
    }

    #[test]
    fn darker_takes_the_same_part_of_every_colour() {
        assert_eq!(darker(0xff80_40ff, FULL / 2), 0xff40_207f);
        assert_eq!(darker(0xff12_3456, FULL), 0xff12_3456);
        assert_eq!(darker(0xffff_ffff, 25), 0xff18_1818);
    }

    #[test]
    fn press_digits_then_enter_gives_the_pin_once() {
        let mut guard = Guard::default();
        assert_eq!(guard.press(Key::Digit(1)), Pressed::Nothing);
        guard.set_lock(Some(LockView::Asking), 0);
        assert_eq!(guard.press(Key::Enter), Pressed::Nothing);
        for digit in [2, 5, 9] {
            assert_eq!(guard.press(Key::Digit(digit)), Pressed::Changed);
        }
        guard.press(Key::Back);
        guard.press(Key::Digit(8));
        assert_eq!(guard.press(Key::Enter), Pressed::Entered("258".to_owned()));
        guard.set_lock(Some(LockView::Checking), 0);
        assert_eq!(guard.press(Key::Digit(1)), Pressed::Nothing);
        guard.set_lock(Some(LockView::Wrong { wait_ms: 1500 }), 0);
        assert_eq!((guard.press(Key::Digit(1)), guard.next_tick()), (Pressed::Nothing, Some(500_000_000)));
        assert!(guard.pad_mut().unwrap().tick(SECOND / 2) && !guard.pad_mut().unwrap().tick(SECOND / 2));
        assert!(guard.pad_mut().unwrap().tick(3 * SECOND / 2));
        assert_eq!((guard.press(Key::Digit(1)), guard.next_tick()), (Pressed::Changed, None));
        guard.set_lock(None, 0);
        assert!(!guard.hides());
    }
}
