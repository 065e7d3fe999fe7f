//! Which connector, which mode, which CRTC, which plane.

use ::drm::control::{Device as _, Mode, ModeTypeFlags, PlaneType, connector, crtc, plane, property};
use ::drm::{ClientCapability, Device as _};
use paint::Size;

use super::card::Card;
use super::connector_name;
use crate::OutputError;
use crate::rotation::Native;

/// A path from memory to a screen.
#[derive(Debug)]
pub(crate) struct Pipe {
    pub(crate) connector: connector::Handle,
    pub(crate) connector_name: String,
    pub(crate) crtc: crtc::Handle,
    pub(crate) mode: Mode,
    pub(crate) size: Size<Native>,
    pub(crate) refresh_mhz: u32,
    /// The primary plane, if the card lists planes.
    pub(crate) plane: Option<plane::Handle>,
}

/// Whether connectors are asked again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Probe {
    /// Only where the kernel knows nothing yet: probing takes time.
    Lazy,
    /// All of them: something was plugged.
    Fresh,
}

impl Pipe {
    /// The first connected connector in its preferred mode.
    pub(crate) fn find(card: &Card, probe: Probe) -> Result<Self, OutputError> {
        let resources = card.resource_handles().map_err(OutputError::Resources)?;
        let info = resources
            .connectors()
            .iter()
            .find_map(|c| connected(card, *c, probe))
            .ok_or(OutputError::NothingConnected)?;
        let connector_name = connector_name(&info);
        let preferred = |m: &&Mode| m.mode_type().contains(ModeTypeFlags::PREFERRED);
        let mode = info.modes().iter().find(preferred).or_else(|| info.modes().first()).copied();
        let mode = mode.ok_or_else(|| OutputError::NoMode { connector: connector_name.clone() })?;
        let crtc = info
            .encoders()
            .iter()
            .filter_map(|e| card.get_encoder(*e).ok())
            .flat_map(|e| resources.filter_crtcs(e.possible_crtcs()))
            .next()
            .ok_or_else(|| OutputError::NoCrtc { connector: connector_name.clone() })?;
        let (w, h) = (u32::from(mode.size().0), u32::from(mode.size().1));
        let size = Size::new(w, h).ok_or(OutputError::Size { w, h })?;
        // Older kernels list primary planes only to those who ask.
        let _ = card.set_client_capability(ClientCapability::UniversalPlanes, true);
        let plane = primary_plane(card, &resources, crtc);
        let refresh_mhz = refresh_mhz(&mode);
        Ok(Self { connector: info.handle(), connector_name, crtc, mode, size, refresh_mhz, plane })
    }

    pub(crate) fn same_mode(&self, other: &Self) -> bool {
        self.connector == other.connector && self.crtc == other.crtc && self.mode == other.mode
    }
}

/// The connector, if a screen is on it.
fn connected(card: &Card, handle: connector::Handle, probe: Probe) -> Option<connector::Info> {
    let works = |c: &connector::Info| c.state() == connector::State::Connected && !c.modes().is_empty();
    let known = card.get_connector(handle, false).ok().filter(|c| probe == Probe::Lazy && works(c));
    known.or_else(|| {
        let probed = card.get_connector(handle, true).ok();
        probed.filter(|c| c.state() == connector::State::Connected)
    })
}

fn primary_plane(
    card: &Card,
    resources: &::drm::control::ResourceHandles,
    crtc: crtc::Handle,
) -> Option<plane::Handle> {
    card.plane_handles().ok()?.into_iter().find(|p| {
        let fits = card
            .get_plane(*p)
            .is_ok_and(|info| resources.filter_crtcs(info.possible_crtcs()).contains(&crtc));
        fits && property_value(card, *p, "type") == Some(PlaneType::Primary as u64)
    })
}

/// The handle of a property by its name.
pub(crate) fn property_handle<H: ::drm::control::ResourceHandle>(
    card: &Card,
    object: H,
    name: &str,
) -> Option<property::Handle> {
    find_property(card, object, name).map(|(handle, _)| handle)
}

fn property_value<H: ::drm::control::ResourceHandle>(card: &Card, object: H, name: &str) -> Option<u64> {
    find_property(card, object, name).map(|(_, value)| value)
}

fn find_property<H: ::drm::control::ResourceHandle>(
    card: &Card,
    object: H,
    name: &str,
) -> Option<(property::Handle, u64)> {
    let all = card.get_properties(object).ok()?;
    all.iter()
        .find(|(handle, _)| card.get_property(**handle).is_ok_and(|i| i.name().to_bytes() == name.as_bytes()))
        .map(|(handle, value)| (*handle, *value))
}

/// Frames a second times 1000, from the pixel clock in kHz and the mode's total size.
fn refresh_mhz(mode: &Mode) -> u32 {
    let total = u64::from(mode.hsync().2) * u64::from(mode.vsync().2);
    let computed = (u64::from(mode.clock()) * 1_000_000).checked_div(total).unwrap_or(0);
    let told = u64::from(mode.vrefresh()) * 1000;
    let mhz = if (10_000..=1_000_000).contains(&computed) { computed } else { told };
    u32::try_from(if mhz == 0 { 60_000 } else { mhz }).unwrap_or(60_000)
}
