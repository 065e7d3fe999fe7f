//! `/etc/vyoma/*.toml`: what boots, what single apps need, how the device is set up.
//!
//! A fault in one of these never stops a boot: what is right is used, what is wrong is reported.

use std::collections::BTreeMap;

use crate::manifest::events;
use crate::network::{Network, network};
use crate::problem::{Report, Salvaged, quote};
use crate::section::{Section, Unknown, document};
use crate::zone::{self, Zone};
use crate::{AppName, Chord, CompatEntry, IdleAction, NoPinHash, PinHash, Policy, Restart, Theme};

/// Apps that a boot starts; more are refused.
const MAX_BOOT_APPS: usize = 256;

/// `boot.toml`: what is started, in this order.
///
/// The first entry whose manifest has `shell` and `display` is the launcher: its window lies below every
/// app's, has the keyboard first, and is what the Home chord shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BootConfig {
    /// In the order of the file.
    pub apps: Vec<BootEntry>,
}

/// One app to start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BootEntry {
    /// Absolute path of its manifest.
    pub manifest: String,
    /// When it is started again.
    pub restart: Restart,
}

impl BootConfig {
    /// Reads the file. Entries that are wrong are left out.
    #[must_use]
    pub fn parse(file: &str, text: &str) -> Salvaged<Self> {
        salvage(file, text, |root, report| {
            root.check_keys(&["apps"], Unknown::Warning, report);
            let mut apps = Vec::new();
            for value in root.list("apps", report) {
                if apps.len() == MAX_BOOT_APPS {
                    report.error(value.span().start, format!("more than {MAX_BOOT_APPS} apps"));
                    break;
                }
                let entry = Section::of(value, "[[apps]]", report);
                apps.extend(entry.is_present().then(|| boot_entry(entry, report)).flatten());
            }
            Self { apps }
        })
    }
}

fn boot_entry(entry: Section<'_, '_>, report: &mut Report<'_>) -> Option<BootEntry> {
    entry.check_keys(&["manifest", "restart"], Unknown::Warning, report);
    let words = [("never", Restart::Never), ("on-failure", Restart::OnFailure), ("always", Restart::Always)];
    let restart = entry.word("restart", &words, report).unwrap_or_default();
    let (path, at) = entry.required("manifest", report)?;
    let fine = path.starts_with('/')
        && path.len() <= 1024
        && !path.contains(char::is_control)
        && path.split('/').all(|p| p != "..");
    if fine {
        return Some(BootEntry { manifest: path.to_owned(), restart });
    }
    let right = "an absolute path would be right, like \"/apps/clock/vyoma.toml\"";
    report.error(at, format!("manifest is {}; {right}", quote(path)));
    None
}

/// `compat.toml`: what single existing apps need beyond the contract.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Compat {
    entries: BTreeMap<AppName, CompatEntry>,
}

impl Compat {
    /// Reads the file: a table for each app. Entries that are wrong are left out.
    #[must_use]
    pub fn parse(file: &str, text: &str) -> Salvaged<Self> {
        salvage(file, text, |root, report| {
            let mut entries = BTreeMap::new();
            for (key, value) in root.entries() {
                let before = report.errors();
                let name = AppName::new(key.get_ref());
                if let Err(e) = &name {
                    report.error(key.span().start, format!("{} is no app: {e}", quote(key.get_ref())));
                }
                let section = Section::of(value, "an app's table", report);
                let entry = compat_entry(section, report);
                if let (Ok(name), true) = (name, report.errors() == before) {
                    entries.insert(name, entry);
                }
            }
            Self { entries }
        })
    }

    /// What an app needs; nothing if the file does not name it.
    #[must_use]
    pub fn of(&self, name: &AppName) -> CompatEntry {
        self.entries.get(name).copied().unwrap_or_default()
    }
}

fn compat_entry(section: Section<'_, '_>, report: &mut Report<'_>) -> CompatEntry {
    let known = ["ping_hz", "ps_raw_prefix", "mouse_down", "events", "screen_line", "content_height"];
    section.check_keys(&known, Unknown::Warning, report);
    CompatEntry {
        ping_hz: section.number("ping_hz", 1, 240, report),
        ps_raw_prefix: section.flag("ps_raw_prefix", report),
        mouse_down: section.flag("mouse_down", report),
        events: events(section, report),
        screen_line: section.flag("screen_line", report),
        content_height: section.number("content_height", 1, 16_384, report),
    }
}

/// `device.toml`: how the device is set up. The file is optional, and so is every key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeviceConfig {
    /// How windows are managed.
    pub policy: Policy,
    /// Palette of the system.
    pub theme: Theme,
    /// Whether apps are told to write large.
    pub large_text: bool,
    /// Keyboard layout.
    pub layout: String,
    /// System chords that the kiosk policy lets through.
    pub kiosk_chords: Vec<Chord>,
    /// Whether moves cut instead of gliding.
    pub reduced_motion: bool,
    /// Clockwise rotation in degrees.
    pub rotation: u16,
    /// Language tag that `locale` answers.
    pub locale: String,
    /// Whether the desktop policy begins with tiled windows.
    pub tiling: bool,
    /// Zones of the signage policy.
    pub zones: Vec<Zone>,
    /// The PIN that `lock` asks for; without one nothing locks.
    pub pin: Option<PinHash>,
    /// Seconds without input after which [`Self::idle`] happens; 0 is never.
    pub idle_secs: u32,
    /// What the verb `idle` does, and that time.
    pub idle: IdleAction,
    /// Seconds after which the machine's watchdog restarts it when nobody is well; 0 leaves it alone.
    pub watchdog_secs: u32,
    /// The app that the device is for: while it does not run, the watchdog is not fed.
    pub main_app: Option<AppName>,
    /// How it is on its network.
    pub network: Network,
}

impl DeviceConfig {
    /// The zone of an app, by its place among [`DeviceConfig::zones`]: the one that names it, else the first
    /// that names none.
    #[must_use]
    pub fn zone_of(&self, app: &AppName) -> Option<usize> {
        let named = self.zones.iter().position(|z| z.apps.contains(app));
        named.or_else(|| self.zones.iter().position(|z| z.apps.is_empty()))
    }
}

impl Default for DeviceConfig {
    fn default() -> Self {
        Self {
            policy: Policy::Kiosk,
            theme: Theme::Dark,
            large_text: false,
            layout: "us".to_owned(),
            kiosk_chords: vec![Chord::Home, Chord::Close],
            reduced_motion: false,
            rotation: 0,
            locale: "en-US".to_owned(),
            tiling: false,
            zones: Vec::new(),
            pin: None,
            idle_secs: 0,
            idle: IdleAction::Blank,
            watchdog_secs: WATCHDOG,
            main_app: None,
            network: Network::default(),
        }
    }
}

/// A day: a device that is left alone for longer is not waiting for anybody.
const MAX_IDLE: u32 = 86_400;

/// Longer than an app that failed waits for its next start and takes for it.
const WATCHDOG: u32 = 60;
/// Ten minutes: a machine that does nothing for longer might as well not be watched.
const MAX_WATCHDOG: u32 = 600;

/// Words of `idle`.
const IDLE_ACTIONS: [(&str, IdleAction); 3] =
    [("dim", IdleAction::Dim), ("blank", IdleAction::Blank), ("lock", IdleAction::Lock)];

/// Words of `policy`.
pub(crate) const POLICIES: [(&str, Policy); 3] =
    [("kiosk", Policy::Kiosk), ("desktop", Policy::Desktop), ("signage", Policy::Signage)];

impl DeviceConfig {
    /// Reads the file. What is wrong keeps its default.
    #[must_use]
    pub fn parse(file: &str, text: &str) -> Salvaged<Self> {
        salvage(file, text, device)
    }
}

fn device(root: Section<'_, '_>, report: &mut Report<'_>) -> DeviceConfig {
    let known = [
        "policy",
        "theme",
        "large_text",
        "layout",
        "kiosk_chords",
        "reduced_motion",
        "rotation",
        "locale",
        "tiling",
        "zones",
        "pin_hash",
        "idle_secs",
        "idle",
        "watchdog_secs",
        "main_app",
        "network",
    ];
    root.check_keys(&known, Unknown::Warning, report);
    let default = DeviceConfig::default();
    let chords = [
        ("switch", Chord::Switch),
        ("close", Chord::Close),
        ("full-screen", Chord::FullScreen),
        ("home", Chord::Home),
    ];
    let mut kiosk_chords = default.kiosk_chords;
    if root.get("kiosk_chords").is_some() {
        kiosk_chords.clear();
        for (text, at) in root.texts("kiosk_chords", report) {
            match chords.iter().find(|(w, _)| *w == text) {
                Some((_, chord)) => kiosk_chords.push(*chord),
                None => {
                    let right = crate::section::one_of(&chords);
                    report.error(at, format!("kiosk_chords holds {}; {right} would be right", quote(text)));
                }
            }
        }
    }
    let rotation = root.number("rotation", 0, 270, report).unwrap_or(0);
    if !rotation.is_multiple_of(90) {
        let at = root.get("rotation").map_or(0, |v| v.span().start);
        report.error(at, format!("rotation is {rotation}; 0, 90, 180 or 270 would be right"));
    }
    let pin = root.text("pin_hash", report).and_then(|(text, at)| match text.parse() {
        Ok(pin) => Some(pin),
        Err(e) => {
            let e: NoPinHash = e;
            report.error(at, format!("pin_hash: {e}"));
            None
        }
    });
    let main_app = root.text("main_app", report).and_then(|(text, at)| match AppName::new(text) {
        Ok(name) => Some(name),
        Err(e) => {
            report.error(at, format!("main_app is {}: {e}", quote(text)));
            None
        }
    });
    DeviceConfig {
        policy: root.word("policy", &POLICIES, report).unwrap_or(default.policy),
        theme: root.word("theme", &Theme::WORDS, report).unwrap_or(default.theme),
        large_text: root.flag("large_text", report),
        layout: tag(root, "layout", &default.layout, report).unwrap_or(default.layout),
        kiosk_chords,
        reduced_motion: root.flag("reduced_motion", report),
        rotation: if rotation.is_multiple_of(90) { u16::try_from(rotation).unwrap_or(0) } else { 0 },
        locale: tag(root, "locale", &default.locale, report).unwrap_or(default.locale),
        tiling: root.flag("tiling", report),
        zones: zone::zones(root, report),
        pin,
        idle_secs: root.number("idle_secs", 0, MAX_IDLE, report).unwrap_or(0),
        idle: root.word("idle", &IDLE_ACTIONS, report).unwrap_or(default.idle),
        watchdog_secs: root.number("watchdog_secs", 0, MAX_WATCHDOG, report).unwrap_or(default.watchdog_secs),
        main_app,
        network: network(root, report),
    }
}

/// Whether a text is like a language tag.
#[must_use]
pub fn is_tag(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (1..=32).contains(&text.len()) && text.bytes().all(is_plain)
}

/// A short code, like that of a language.
pub(crate) fn tag(root: Section<'_, '_>, key: &str, like: &str, report: &mut Report<'_>) -> Option<String> {
    let (text, at) = root.text(key, report)?;
    if is_tag(text) {
        return Some(text.to_owned());
    }
    let right = format!("a short code would be right, like {}", quote(like));
    report.error(at, format!("{key} is {}; {right}", quote(text)));
    None
}

pub(crate) fn salvage<T: Default>(
    file: &str,
    text: &str,
    read: impl FnOnce(Section<'_, '_>, &mut Report<'_>) -> T,
) -> Salvaged<T> {
    let mut report = Report::new(text);
    let value = match document(text, &mut report) {
        Some(d) => read(Section::root(&d), &mut report),
        None => T::default(),
    };
    let (invalid, warnings) = report.take(file);
    Salvaged { value, invalid, warnings }
}
