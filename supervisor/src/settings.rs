//! The device's settings as they are now.

use control_protocol::Theme;
use control_protocol::compositor::Settings as CompositorSettings;
use manifest::{DeviceConfig, Policy};

pub(crate) struct Settings {
    config: DeviceConfig,
    pub(crate) policy: Policy,
    pub(crate) theme: Theme,
    pub(crate) locale: String,
    /// `0xRRGGBB` instead of the sky.
    pub(crate) wallpaper: Option<u32>,
}

impl Settings {
    /// Those of device.toml, with another policy if somebody asked for it.
    pub(crate) fn new(config: DeviceConfig, policy: Option<Policy>) -> Self {
        Self {
            policy: policy.unwrap_or(config.policy),
            theme: config.theme,
            locale: config.locale.clone(),
            wallpaper: None,
            config,
        }
    }

    pub(crate) fn for_compositor(&self) -> CompositorSettings {
        CompositorSettings {
            policy: self.policy,
            theme: self.theme,
            layout: self.config.layout.clone(),
            kiosk_chords: self.config.kiosk_chords.clone(),
            reduced_motion: self.config.reduced_motion,
            rotation: self.config.rotation,
        }
    }
}

/// The word of a theme.
pub(crate) fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::Dark => "dark",
        Theme::Light => "light",
    }
}
