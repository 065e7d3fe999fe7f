//! A DRM card with dumb buffers.

mod card;
mod pipe;
mod scanout;
mod update;

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use ::drm::Device as _;
use ::drm::control::{Device as _, Event, connector};
use paint::{Rect, Size};

use self::card::Card;
use self::pipe::{Pipe, Probe};
use self::scanout::{CursorImage, Scanout};
use self::update::Updater;
use crate::OutputError;
use crate::output::HardwareCursor;
use crate::rotation::Native;

/// One connected screen of a card.
#[derive(Debug)]
pub(crate) struct Drm {
    card: Card,
    driver: String,
    pipe: Pipe,
    scanout: Scanout,
    updater: Updater,
    cursor: Option<CursorImage>,
    flip: Option<u64>,
    /// Framebuffers of a process that held the card before us: on the screen until our first frame is.
    inherited: Vec<::drm::control::framebuffer::Handle>,
}

impl Drm {
    pub(crate) fn new(fd: OwnedFd) -> Result<Self, OutputError> {
        // Who opened the card first is its master, the supervisor, and with the descriptor we are. To ask for it would
        // take a privilege that a jailed compositor does not have.
        let card = Card::new(fd);
        let driver = card.driver_name();
        let inherited = card.close_inherited();
        let pipe = Pipe::find(&card, Probe::Lazy)?;
        let (scanout, updater) = set_up(&card, &pipe, &driver)?;
        Ok(Self { card, driver, pipe, scanout, updater, cursor: None, flip: None, inherited })
    }

    pub(crate) fn size(&self) -> Size<Native> {
        self.pipe.size
    }

    pub(crate) fn refresh_mhz(&self) -> u32 {
        self.pipe.refresh_mhz
    }

    pub(crate) fn how(&self) -> String {
        let (api, name) = (self.updater.name(), &self.pipe.connector_name);
        format!("drm {api} {} {name} {}x{}", self.driver, self.pipe.size.w(), self.pipe.size.h())
    }

    pub(crate) fn buffers(&self) -> usize {
        self.scanout.buffers()
    }

    pub(crate) fn back_index(&self) -> usize {
        self.scanout.back_index()
    }

    /// Whether reading the mapped buffers is slow.
    pub(crate) fn prefers_shadow(&self) -> bool {
        let asked = self.card.get_driver_capability(::drm::DriverCapability::DumbPreferShadow);
        // Upload drivers keep buffers in ordinary memory, whatever they answer.
        asked.is_ok_and(|v| v != 0) && !update::uploads(&self.driver)
    }

    pub(crate) fn event_fd(&self) -> BorrowedFd<'_> {
        self.card.as_fd()
    }

    /// The buffer to paint next: pixels, stride in pixels, age.
    pub(crate) fn back(&mut self) -> Option<(&mut [u32], usize, u8)> {
        self.scanout.back()
    }

    /// Shows the back buffer. `true` if it is on the screen now, `false` if a flip event will tell.
    pub(crate) fn present(&mut self, clips: &[Rect<Native>]) -> Result<bool, OutputError> {
        let now = self.updater.present(&self.card, &self.pipe, &self.scanout, clips)?;
        self.scanout.swap();
        for framebuffer in self.inherited.drain(..) {
            // Gone already if the kernel cleaned up: nothing depends on it.
            let _ = self.card.destroy_framebuffer(framebuffer);
        }
        Ok(now)
    }

    /// Time of the last flip done, in nanoseconds of the monotonic clock, 0 if the driver does not say.
    pub(crate) fn take_flip(&mut self) -> Option<u64> {
        let events = self.card.receive_events().ok()?;
        for event in events {
            if let Event::PageFlip(flip) = event {
                self.flip = Some(u64::try_from(flip.duration.as_nanos()).unwrap_or(0));
            }
        }
        self.flip.take()
    }

    pub(crate) fn look_again(&mut self) -> Result<bool, OutputError> {
        let pipe = Pipe::find(&self.card, Probe::Fresh)?;
        if pipe.same_mode(&self.pipe) {
            return Ok(false);
        }
        let (scanout, updater) = set_up(&self.card, &pipe, &self.driver)?;
        let old = std::mem::replace(&mut self.scanout, scanout);
        (self.pipe, self.updater, self.flip) = (pipe, updater, None);
        // On the screen until the next frame; destroyed after it.
        self.inherited = old.release(&self.card);
        Ok(true)
    }

    pub(crate) fn set_cursor(&mut self, pixels: &[u32], edge: u32, hot: (i32, i32)) -> HardwareCursor {
        self.cursor = CursorImage::new(&self.card, pixels, edge, hot);
        let Some(cursor) = &self.cursor else { return HardwareCursor::No };
        // Shown and hidden once: a driver without a cursor plane says so now, not at the first touch.
        if cursor.show(&self.card, self.pipe.crtc) && cursor.hide(&self.card, self.pipe.crtc) {
            return HardwareCursor::Yes;
        }
        self.cursor = None;
        HardwareCursor::No
    }

    pub(crate) fn move_cursor(&mut self, at: Option<(i32, i32)>) {
        if let Some(cursor) = &mut self.cursor {
            cursor.place(&self.card, self.pipe.crtc, at);
        }
    }
}

fn set_up(card: &Card, pipe: &Pipe, driver: &str) -> Result<(Scanout, Updater), OutputError> {
    let buffers = if update::uploads(driver) { 1 } else { 2 };
    let scanout = Scanout::new(card, pipe.size, buffers)?;
    let updater = Updater::new(card, pipe, driver);
    Ok((scanout, updater))
}

/// "HDMI-A-1".
fn connector_name(info: &connector::Info) -> String {
    format!("{}-{}", info.interface().as_str(), info.interface_id())
}
