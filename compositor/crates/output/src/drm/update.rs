//! Putting a buffer on the screen.

use std::io;

use ::drm::control::atomic::AtomicModeReq;
use ::drm::control::{AtomicCommitFlags, ClipRect, Device as _, PageFlipFlags, plane, property};
use ::drm::{ClientCapability, Device as _};
use paint::Rect;

use super::card::Card;
use super::pipe::{Pipe, property_handle};
use super::scanout::Scanout;
use crate::OutputError;
use crate::rotation::Native;

/// Drivers whose "screen" is a copy that the kernel makes on request: the buffer we paint is never scanned
/// out, so one is enough, nothing tears, and a frame costs its damage. Flipping between two buffers makes
/// them copy everything.
const UPLOADS: &[&str] =
    &["virtio_gpu", "simpledrm", "ofdrm", "cirrus", "udl", "gud", "hyperv_drm", "mgag200", "ast"];

pub(crate) fn uploads(driver: &str) -> bool {
    UPLOADS.contains(&driver)
}

/// How frames reach the screen.
#[derive(Debug)]
pub(crate) struct Updater {
    api: Api,
    way: Way,
    mode: ModeState,
}

#[derive(Debug)]
enum Api {
    Atomic(Box<Properties>),
    Legacy,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    /// Another buffer each frame, with an event when it is shown.
    Flip,
    /// The same buffer, told what changed.
    Dirty,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum ModeState {
    Unset,
    Set,
}

/// Property handles of an atomic update.
#[derive(Debug)]
struct Properties {
    plane: plane::Handle,
    connector_crtc: property::Handle,
    crtc_mode: property::Handle,
    crtc_active: property::Handle,
    plane_fb: property::Handle,
    plane_crtc: property::Handle,
    /// Source x, y, w, h (16.16), then destination x, y, w, h.
    geometry: [property::Handle; 8],
    damage: Option<property::Handle>,
}

impl Properties {
    fn find(card: &Card, pipe: &Pipe) -> Option<Self> {
        card.set_client_capability(ClientCapability::Atomic, true).ok()?;
        let plane = pipe.plane?;
        let mut geometry = Vec::with_capacity(8);
        for name in ["SRC_X", "SRC_Y", "SRC_W", "SRC_H", "CRTC_X", "CRTC_Y", "CRTC_W", "CRTC_H"] {
            geometry.push(property_handle(card, plane, name)?);
        }
        Some(Self {
            plane,
            connector_crtc: property_handle(card, pipe.connector, "CRTC_ID")?,
            crtc_mode: property_handle(card, pipe.crtc, "MODE_ID")?,
            crtc_active: property_handle(card, pipe.crtc, "ACTIVE")?,
            plane_fb: property_handle(card, plane, "FB_ID")?,
            plane_crtc: property_handle(card, plane, "CRTC_ID")?,
            geometry: geometry.try_into().ok()?,
            damage: property_handle(card, plane, "FB_DAMAGE_CLIPS"),
        })
    }
}

impl Updater {
    pub(crate) fn new(card: &Card, pipe: &Pipe, driver: &str) -> Self {
        let api = Properties::find(card, pipe).map_or(Api::Legacy, |p| Api::Atomic(Box::new(p)));
        let way = if uploads(driver) { Way::Dirty } else { Way::Flip };
        Self { api, way, mode: ModeState::Unset }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self.api {
            Api::Atomic(_) => "atomic",
            Api::Legacy => "legacy",
        }
    }

    /// Shows the back buffer. `true` if it is on the screen now, `false` if a flip event will tell.
    pub(crate) fn present(
        &mut self,
        card: &Card,
        pipe: &Pipe,
        scanout: &Scanout,
        clips: &[Rect<Native>],
    ) -> Result<bool, OutputError> {
        if self.mode == ModeState::Unset {
            self.set_mode(card, pipe, scanout)?;
            self.mode = ModeState::Set;
            return Ok(true);
        }
        let done = match (self.way, &self.api) {
            (Way::Dirty, _) => dirty(card, scanout, clips).map(|()| true),
            (Way::Flip, Api::Atomic(p)) => flip_atomic(card, p, scanout, clips).map(|()| false),
            (Way::Flip, Api::Legacy) => flip_legacy(card, pipe, scanout),
        };
        done.map_err(OutputError::Present)
    }

    fn set_mode(&mut self, card: &Card, pipe: &Pipe, scanout: &Scanout) -> Result<(), OutputError> {
        if let Api::Atomic(p) = &self.api {
            if set_mode_atomic(card, pipe, p, scanout).is_ok() {
                return Ok(());
            }
            // Some drivers list atomic properties and refuse their use: the old call is always there.
            self.api = Api::Legacy;
        }
        let refused = |source: io::Error| match source.raw_os_error() {
            Some(13 | 1) => OutputError::Master(source),
            _ => OutputError::Mode { w: pipe.size.w(), h: pipe.size.h(), source },
        };
        card.set_crtc(pipe.crtc, scanout.framebuffer(), (0, 0), &[pipe.connector], Some(pipe.mode))
            .map_err(refused)
    }
}

fn set_mode_atomic(card: &Card, pipe: &Pipe, p: &Properties, scanout: &Scanout) -> io::Result<()> {
    let mode = card.create_property_blob(&pipe.mode)?;
    let mut request = AtomicModeReq::new();
    request.add_property(pipe.connector, p.connector_crtc, property::Value::CRTC(Some(pipe.crtc)));
    request.add_property(pipe.crtc, p.crtc_mode, mode);
    request.add_property(pipe.crtc, p.crtc_active, property::Value::Boolean(true));
    request.add_property(p.plane, p.plane_fb, property::Value::Framebuffer(scanout.framebuffer()));
    request.add_property(p.plane, p.plane_crtc, property::Value::CRTC(Some(pipe.crtc)));
    let (w, h) = (u64::from(pipe.size.w()), u64::from(pipe.size.h()));
    for (property, value) in p.geometry.iter().zip([0, 0, w << 16, h << 16, 0, 0, w, h]) {
        request.add_property(p.plane, *property, property::Value::Unknown(value));
    }
    let result = card.atomic_commit(AtomicCommitFlags::ALLOW_MODESET, request);
    destroy_blob(card, mode);
    result
}

fn flip_atomic(card: &Card, p: &Properties, scanout: &Scanout, clips: &[Rect<Native>]) -> io::Result<()> {
    let mut request = AtomicModeReq::new();
    request.add_property(p.plane, p.plane_fb, property::Value::Framebuffer(scanout.framebuffer()));
    let mut blob = None;
    if let Some(damage) = p.damage {
        // struct drm_mode_rect: four signed 32-bit edges.
        let edges: Vec<[i32; 4]> = clips.iter().map(|r| [r.left(), r.top(), r.right(), r.bottom()]).collect();
        let made = card.create_property_blob(edges.as_slice())?;
        request.add_property(p.plane, damage, made);
        blob = Some(made);
    }
    let flags = AtomicCommitFlags::NONBLOCK | AtomicCommitFlags::PAGE_FLIP_EVENT;
    let result = card.atomic_commit(flags, request);
    if let Some(blob) = blob {
        destroy_blob(card, blob);
    }
    result
}

fn destroy_blob(card: &Card, blob: property::Value<'_>) {
    if let property::Value::Blob(id) = blob {
        // The kernel keeps what it uses; a failure would only leak a few bytes.
        let _ = card.destroy_property_blob(id);
    }
}

fn flip_legacy(card: &Card, pipe: &Pipe, scanout: &Scanout) -> io::Result<bool> {
    let Some(framebuffer) = scanout.framebuffer() else { return Ok(true) };
    match card.page_flip(pipe.crtc, framebuffer, PageFlipFlags::EVENT, None) {
        Ok(()) => Ok(false),
        // No page flips in this driver: setting the mode again shows the buffer.
        Err(_) => {
            card.set_crtc(pipe.crtc, Some(framebuffer), (0, 0), &[pipe.connector], Some(pipe.mode))?;
            Ok(true)
        }
    }
}

fn dirty(card: &Card, scanout: &Scanout, clips: &[Rect<Native>]) -> io::Result<()> {
    let Some(framebuffer) = scanout.framebuffer() else { return Ok(()) };
    let edge = |v: i32| u16::try_from(v).unwrap_or(if v < 0 { 0 } else { u16::MAX });
    let clips: Vec<ClipRect> = clips
        .iter()
        .map(|r| ClipRect::new(edge(r.left()), edge(r.top()), edge(r.right()), edge(r.bottom())))
        .collect();
    card.dirty_framebuffer(framebuffer, &clips)
}
