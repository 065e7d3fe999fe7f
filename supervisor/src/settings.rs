//! The device's settings as they are now: those of its configuration, and over them what people chose.

use control_protocol::compositor::Settings as CompositorSettings;
use control_protocol::{PixelSize, Theme};
use manifest::{AppName, BRIGHTNESS, Chosen, DeviceConfig, IdleAction, Network, PinHash, Policy};

use crate::wallpaper::Wallpaper;

pub(crate) struct Settings {
    config: DeviceConfig,
    pub(crate) policy: Policy,
    chosen: Chosen,
    /// What hangs now.
    pub(crate) wallpaper: Wallpaper,
    /// Whether windows are tiled, by the configuration until people decide otherwise.
    pub(crate) tiled: bool,
}

impl Settings {
    /// Those of device.toml, with another policy if somebody asked for it.
    pub(crate) fn new(config: DeviceConfig, policy: Option<Policy>) -> Self {
        Self {
            policy: policy.unwrap_or(config.policy),
            chosen: Chosen::default(),
            wallpaper: Wallpaper::Sky,
            tiled: config.tiling,
            config,
        }
    }

    /// What people chose.
    pub(crate) fn chosen(&self) -> &Chosen {
        &self.chosen
    }

    /// Other choices instead of all so far.
    pub(crate) fn take(&mut self, chosen: Chosen) {
        self.chosen = chosen;
    }

    pub(crate) fn choose_locale(&mut self, code: &str) {
        self.chosen.locale = Some(code.to_owned());
    }

    pub(crate) fn choose_layout(&mut self, layout: &str) {
        self.chosen.layout = Some(layout.to_owned());
    }

    pub(crate) fn choose_brightness(&mut self, percent: u8) {
        self.chosen.brightness = Some(percent);
    }

    /// A colour, or a picture's path on the device; `None`: one that is of no use after this run.
    pub(crate) fn choose_wallpaper(&mut self, what: Option<String>) {
        self.chosen.wallpaper = what;
    }

    pub(crate) fn locale(&self) -> &str {
        self.chosen.locale.as_ref().unwrap_or(&self.config.locale)
    }

    pub(crate) fn layout(&self) -> &str {
        self.chosen.layout.as_ref().unwrap_or(&self.config.layout)
    }

    pub(crate) fn brightness(&self) -> u8 {
        self.chosen.brightness.unwrap_or(*BRIGHTNESS.end())
    }

    fn theme(&self) -> Theme {
        self.chosen.theme.unwrap_or(self.config.theme)
    }

    /// Seconds without input until the device is idle; 0 is never.
    pub(crate) fn idle_secs(&self) -> u32 {
        self.config.idle_secs
    }

    /// Seconds of the machine's watchdog; 0 leaves it alone.
    pub(crate) fn watchdog_secs(&self) -> u32 {
        self.config.watchdog_secs
    }

    /// The app that the device is for.
    pub(crate) fn main_app(&self) -> Option<&AppName> {
        self.config.main_app.as_ref()
    }

    pub(crate) fn idle_action(&self) -> IdleAction {
        self.config.idle
    }

    pub(crate) fn pin(&self) -> Option<&PinHash> {
        self.config.pin.as_ref()
    }

    pub(crate) fn network(&self) -> &Network {
        &self.config.network
    }

    pub(crate) fn for_compositor(&self) -> CompositorSettings {
        CompositorSettings {
            policy: self.policy,
            theme: self.theme(),
            layout: self.layout().to_owned(),
            brightness: self.brightness(),
            kiosk_chords: self.config.kiosk_chords.clone(),
            reduced_motion: self.config.reduced_motion,
            rotation: self.config.rotation,
            tiling: self.tiled,
            zones: self.config.zones.clone(),
        }
    }

    /// The words of the theme, as apps ask for it: its name, and `large` after it for large text.
    pub(crate) fn theme_words(&self) -> String {
        let is_large = self.chosen.large_text.unwrap_or(self.config.large_text);
        format!("{}{}", self.theme().word(), if is_large { " large" } else { "" })
    }

    /// Takes such words; whether they are some.
    pub(crate) fn take_theme(&mut self, words: &str) -> bool {
        let (name, is_large) = match words.strip_suffix(" large") {
            Some(name) => (name, true),
            None => (words, false),
        };
        let theme = Theme::WORDS.into_iter().find(|(word, _)| *word == name);
        if let Some((_, theme)) = theme {
            (self.chosen.theme, self.chosen.large_text) = (Some(theme), Some(is_large));
        }
        theme.is_some()
    }

    /// The zone of an app; under other policies than signage there is none.
    pub(crate) fn zone_of(&self, app: &AppName) -> Option<usize> {
        self.config.zone_of(app).filter(|_| self.policy == Policy::Signage)
    }

    /// What there is of the screen for an app: its zone or all of it.
    pub(crate) fn room_for(&self, app: &AppName, screen: PixelSize) -> PixelSize {
        let zone = self.zone_of(app).and_then(|i| self.config.zones.get(i));
        let Some(zone) = zone else { return screen };
        let (x, y, w, h) = zone.rect(screen.w, screen.h);
        let (w, h) = (w.min(screen.w.saturating_sub(x)), h.min(screen.h.saturating_sub(y)));
        if w == 0 || h == 0 { screen } else { PixelSize { w, h } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn take_theme_knows_its_own_words_and_no_others() {
        let mut settings = Settings::new(DeviceConfig::default(), None);
        for words in ["light", "dark large", "high-contrast", "high-contrast large", "dark"] {
            assert!(settings.take_theme(words));
            assert_eq!(settings.theme_words(), words);
        }
        for words in ["", "large", "blue", "dark  large", "dark large large", "Dark"] {
            assert!(!settings.take_theme(words), "{words:?}");
        }
        assert_eq!(settings.theme_words(), "dark");
    }
}
