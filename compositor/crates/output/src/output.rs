//! One screen, whatever drives it.

use std::os::fd::{BorrowedFd, OwnedFd};

use paint::{Output as Upright, PixelView, PixelViewMut, Region, Size};
use sys::Nanos;

use crate::OutputError;
use crate::drm::Drm;
use crate::fbdev::Fbdev;
use crate::headless::Headless;
use crate::rotation::{Native, Rotation};

/// A screen.
///
/// ```text
///          present                       flip event (or at once where there is none)
///  Idle ------------> WaitingForFlip ------------------------------------------------> Idle, not
///   ^                                                                                   before the
///   +----------------------------- the next frame's time <----------------------------- next frame
/// ```
#[derive(Debug)]
pub struct Output {
    screen: Screen,
    rotation: Rotation,
    /// What is painted, where it is not painted into the scanout buffer itself.
    shadow: Option<Shadow>,
    state: State,
    period: Nanos,
    pace: Pace,
    last_flip: Nanos,
}

/// Who keeps the pace of flips.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Pace {
    /// The screen, by its vertical blank.
    Screen,
    /// We: flips are done at once, as on screens of virtual machines.
    Ours,
}

#[derive(Debug)]
enum Screen {
    Drm(Box<Drm>),
    Fbdev(Fbdev),
    Headless(Headless),
}

#[derive(Clone, Copy, Debug)]
enum State {
    Idle { not_before: Nanos },
    WaitingForFlip { presented: Nanos },
}

/// An upright picture, and what of it each scanout buffer still lacks.
#[derive(Debug)]
struct Shadow {
    pixels: Vec<u32>,
    age: u8,
    lacks: Vec<Region<Upright>>,
}

/// A buffer to paint into.
pub struct Frame<'a> {
    /// The pixels. What is painted must be opaque.
    pub pixels: PixelViewMut<'a, Upright>,
    /// How many frames ago this buffer was presented: 1 holds the last frame. 0: its content is unknown.
    pub age: u8,
}

/// When a buffer can be had.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ready {
    /// At once.
    Now,
    /// At this time of the monotonic clock.
    At(Nanos),
    /// After the descriptor of [`Output::event_fd`] became readable.
    OnEvent,
}

/// Whether the screen shows a pointer by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HardwareCursor {
    /// It does: moves cost nothing.
    Yes,
    /// It is to be painted like everything else.
    No,
}

/// A flip event may come this much later than asked for before the screen counts as paced by it.
const LATE: Nanos = 250_000_000;

impl Output {
    /// The first connected screen of a DRM card, in its preferred mode. Nothing is shown yet.
    ///
    /// # Errors
    /// [`OutputError`] says what is missing.
    pub fn drm(card: OwnedFd, rotation: Rotation) -> Result<Self, OutputError> {
        let drm = Drm::new(card)?;
        let period = 1_000_000_000_000 / u64::from(drm.refresh_mhz().max(1));
        let buffers = drm.buffers();
        let shadow = drm.prefers_shadow() || rotation != Rotation::None;
        Ok(Self::new(Screen::Drm(Box::new(drm)), rotation, shadow.then_some(buffers), period))
    }

    /// A framebuffer device.
    ///
    /// # Errors
    /// [`OutputError`] says what is wrong with it.
    pub fn fbdev(device: OwnedFd, rotation: Rotation) -> Result<Self, OutputError> {
        let fbdev = Fbdev::new(device)?;
        Ok(Self::new(Screen::Fbdev(fbdev), rotation, Some(1), SIXTY_HERTZ))
    }

    /// Memory only, `w` by `h` pixels before rotation, at 60 Hz.
    ///
    /// # Errors
    /// [`OutputError::Size`].
    pub fn headless(w: u32, h: u32, rotation: Rotation) -> Result<Self, OutputError> {
        let size = Size::new(w, h).ok_or(OutputError::Size { w, h })?;
        let shadow = (rotation != Rotation::None).then_some(1);
        Ok(Self::new(Screen::Headless(Headless::new(size)), rotation, shadow, SIXTY_HERTZ))
    }

    fn new(screen: Screen, rotation: Rotation, shadow: Option<usize>, period: Nanos) -> Self {
        let mut output = Self {
            screen,
            rotation,
            shadow: None,
            state: State::Idle { not_before: 0 },
            period,
            pace: Pace::Screen,
            last_flip: 0,
        };
        let area = output.size().area();
        output.shadow = shadow.map(|buffers| Shadow {
            pixels: vec![0xff00_0000; area],
            age: 0,
            lacks: vec![Region::new(); buffers],
        });
        output
    }

    /// Size after rotation.
    #[must_use]
    pub fn size(&self) -> Size<Upright> {
        self.rotation.upright(self.native_size())
    }

    /// How far the picture is turned.
    #[must_use]
    pub const fn rotation(&self) -> Rotation {
        self.rotation
    }

    fn native_size(&self) -> Size<Native> {
        match &self.screen {
            Screen::Drm(drm) => drm.size(),
            Screen::Fbdev(fbdev) => fbdev.size(),
            Screen::Headless(headless) => headless.size,
        }
    }

    /// Frames a second, times 1000.
    #[must_use]
    pub fn refresh_mhz(&self) -> u32 {
        u32::try_from(1_000_000_000_000 / self.period.max(1)).unwrap_or(0)
    }

    /// How it is driven, for the log.
    #[must_use]
    pub fn how(&self) -> String {
        let size = self.native_size();
        match &self.screen {
            Screen::Drm(drm) => drm.how(),
            Screen::Fbdev(fbdev) => fbdev.how(),
            Screen::Headless(_) => format!("headless {}x{}", size.w(), size.h()),
        }
    }

    /// The descriptor that becomes readable when a flip is done, where there are flips.
    #[must_use]
    pub fn event_fd(&self) -> Option<BorrowedFd<'_>> {
        match &self.screen {
            Screen::Drm(drm) => Some(drm.event_fd()),
            Screen::Fbdev(_) | Screen::Headless(_) => None,
        }
    }

    /// When the next frame can be painted.
    #[must_use]
    pub fn ready(&self, now: Nanos) -> Ready {
        match self.state {
            State::Idle { not_before } if now >= not_before => Ready::Now,
            State::Idle { not_before } => Ready::At(not_before),
            // A flip whose event got lost must not freeze the screen.
            State::WaitingForFlip { presented } if now >= presented + LATE => Ready::Now,
            State::WaitingForFlip { .. } => Ready::OnEvent,
        }
    }

    /// Takes the events of [`Output::event_fd`]: the time the last frame was shown, if one was.
    pub fn on_event(&mut self, now: Nanos) -> Option<Nanos> {
        let Screen::Drm(drm) = &mut self.screen else { return None };
        let shown = drm.take_flip()?;
        if let State::WaitingForFlip { presented } = self.state {
            // Three quarters of a period are over well before the next vertical blank, where there is one.
            let slack = if self.pace == Pace::Screen { self.period / 4 } else { self.period / 16 };
            self.state = State::Idle { not_before: presented + self.period - slack };
        }
        let shown = if shown == 0 { now } else { shown };
        // No vertical blank is this early.
        if shown.saturating_sub(self.last_flip) < self.period - self.period / 8 {
            self.pace = Pace::Ours;
        }
        self.last_flip = shown;
        Some(shown)
    }

    /// The buffer to paint the next frame into. Call when [`Output::ready`] is [`Ready::Now`].
    pub fn acquire(&mut self) -> Option<Frame<'_>> {
        let size = self.size();
        if let Some(shadow) = &mut self.shadow {
            let pixels = PixelViewMut::new(&mut shadow.pixels, size.w() as usize, size)?;
            return Some(Frame { pixels, age: shadow.age });
        }
        match &mut self.screen {
            Screen::Drm(drm) => {
                let (pixels, stride, age) = drm.back()?;
                Some(Frame { pixels: PixelViewMut::new(pixels, stride, size)?, age })
            }
            Screen::Fbdev(_) => None,
            Screen::Headless(headless) => {
                let pixels = PixelViewMut::new(&mut headless.pixels, size.w() as usize, size)?;
                Some(Frame { pixels, age: 1 })
            }
        }
    }

    /// Shows what was painted into the acquired buffer; `damage` is what differs from the frame before. The
    /// answer is when it was shown, or `None` if an event will tell.
    ///
    /// # Errors
    /// [`OutputError::Present`] or [`OutputError::Mode`]; the frame before stays.
    pub fn present(&mut self, damage: &Region<Upright>, now: Nanos) -> Result<Option<Nanos>, OutputError> {
        self.flush_shadow(damage);
        let native = self.native_size();
        let size = self.size();
        let shown = match &mut self.screen {
            Screen::Drm(drm) => {
                let rotation = self.rotation;
                let clips: Vec<_> = damage
                    .rects()
                    .iter()
                    .map(|r| rotation.to_native(*r, size).intersect(native.rect()))
                    .filter(|r| !r.is_empty())
                    .collect();
                drm.present(&clips)?
            }
            Screen::Fbdev(_) | Screen::Headless(_) => true,
        };
        if shown {
            self.state = State::Idle { not_before: now + self.period - self.period / 16 };
            return Ok(Some(sys::monotonic_ns()));
        }
        self.state = State::WaitingForFlip { presented: now };
        Ok(None)
    }

    /// Brings the scanout buffer up to date with the shadow.
    fn flush_shadow(&mut self, damage: &Region<Upright>) {
        let size = self.size();
        let native = self.native_size();
        let Some(shadow) = &mut self.shadow else { return };
        let first = shadow.age == 0;
        shadow.age = 1;
        for lacks in &mut shadow.lacks {
            if first { lacks.add(size.rect()) } else { lacks.add_region(damage) }
        }
        let Some(view) = PixelView::new(&shadow.pixels, size.w() as usize, size) else { return };
        let buffer = match &self.screen {
            Screen::Drm(drm) => drm.back_index(),
            Screen::Fbdev(_) | Screen::Headless(_) => 0,
        };
        let Some(lacks) = shadow.lacks.get_mut(buffer).map(Region::take) else { return };
        for rect in lacks.rects() {
            let rect = self.rotation.to_native(*rect, size).intersect(native.rect());
            match &mut self.screen {
                Screen::Drm(drm) => {
                    let back = drm.back();
                    let to = back.and_then(|(px, stride, _)| PixelViewMut::<Native>::new(px, stride, native));
                    if let Some(mut to) = to {
                        let turn = self.rotation;
                        to.for_rows(rect, |y, row| turn.native_row(view, y, rect.left(), row));
                    }
                }
                Screen::Fbdev(fbdev) => fbdev.write(view, self.rotation, rect),
                Screen::Headless(headless) => {
                    let stride = native.w() as usize;
                    if let Some(mut to) = PixelViewMut::<Native>::new(&mut headless.pixels, stride, native) {
                        let turn = self.rotation;
                        to.for_rows(rect, |y, row| turn.native_row(view, y, rect.left(), row));
                    }
                }
            }
        }
    }

    /// Looks at the connectors again. On `true` the screen was set up anew: its size may have changed and
    /// every buffer's age is 0. A screen that was unplugged is an error, and working again later.
    ///
    /// # Errors
    /// As [`Output::drm`].
    pub fn look_again(&mut self) -> Result<bool, OutputError> {
        let Screen::Drm(drm) = &mut self.screen else { return Ok(false) };
        if !drm.look_again()? {
            return Ok(false);
        }
        self.period = 1_000_000_000_000 / u64::from(drm.refresh_mhz().max(1));
        let buffers = drm.buffers();
        self.state = State::Idle { not_before: 0 };
        let area = self.size().area();
        if let Some(shadow) = &mut self.shadow {
            *shadow = Shadow { pixels: vec![0xff00_0000; area], age: 0, lacks: vec![Region::new(); buffers] };
        }
        Ok(true)
    }

    /// Gives the screen the pointer's picture: `edge` by `edge` pixels, premultiplied, hot spot at (hx, hy).
    /// [`HardwareCursor::No`] where it must be painted instead.
    pub fn set_cursor(&mut self, pixels: &[u32], edge: u32, hot: (i32, i32)) -> HardwareCursor {
        match &mut self.screen {
            Screen::Drm(drm) if self.rotation == Rotation::None => drm.set_cursor(pixels, edge, hot),
            _ => HardwareCursor::No,
        }
    }

    /// Moves the screen's own pointer there, or hides it.
    pub fn move_cursor(&mut self, at: Option<(i32, i32)>) {
        if let Screen::Drm(drm) = &mut self.screen {
            drm.move_cursor(at);
        }
    }
}

/// The pace of screens that do not tell theirs.
const SIXTY_HERTZ: Nanos = 1_000_000_000 / 60;

#[cfg(test)]
mod tests {
    use super::*;
    use paint::Rect;

    #[test]
    fn headless_rotated_frame_is_turned_into_the_scanout() {
        let mut output = Output::headless(2, 3, Rotation::Quarter).unwrap();
        assert_eq!((output.size().w(), output.size().h()), (3, 2));
        let mut frame = output.acquire().unwrap();
        assert_eq!(frame.age, 0);
        for (y, values) in [[1, 2, 3], [4, 5, 6]].into_iter().enumerate() {
            frame.pixels.row_mut(y).copy_from_slice(&values);
        }
        let all = [Rect::new(0, 0, 3, 2)].into_iter().collect();
        assert!(output.present(&all, 5).unwrap().is_some());
        assert!(matches!(output.ready(6), Ready::At(_)));
        let Screen::Headless(headless) = &output.screen else { panic!("headless") };
        assert_eq!(headless.pixels, [4, 1, 5, 2, 6, 3]);
        assert_eq!(output.acquire().unwrap().age, 1);
    }
}
