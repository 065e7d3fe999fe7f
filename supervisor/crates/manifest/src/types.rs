//! The values a manifest is made of.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An app's identity: its IPC address, its directory under `/data`, its window's default title.
///
/// `[a-z0-9][a-z0-9._-]{0,63}`, and not one of the reserved addresses.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AppName(String);

/// Why a text is no [`AppName`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NameError {
    /// Nothing, or more than 64 bytes.
    #[error("a name has 1 to 64 characters, this has {0}")]
    Length(usize),
    /// A character that names do not have.
    #[error("a name has a-z, 0-9, '.', '_' and '-' and starts with a letter or digit; found {0:?}")]
    Character(char),
    /// An address with a meaning of its own.
    #[error("this name is reserved (supervisor, broadcast, reply, all)")]
    Reserved,
}

impl AppName {
    /// The longest name, in bytes.
    pub const MAX_LEN: usize = 64;

    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`NameError`] names the first rule that is broken.
    pub fn new(name: &str) -> Result<Self, NameError> {
        if name.is_empty() || name.len() > Self::MAX_LEN {
            return Err(NameError::Length(name.chars().count()));
        }
        for (i, c) in name.chars().enumerate() {
            let alnum = c.is_ascii_lowercase() || c.is_ascii_digit();
            if !alnum && (i == 0 || !matches!(c, '.' | '_' | '-')) {
                return Err(NameError::Character(c));
            }
        }
        if matches!(name, "supervisor" | "broadcast" | "reply" | "all") {
            return Err(NameError::Reserved);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AppName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for AppName {
    type Error = NameError;
    fn try_from(s: String) -> Result<Self, NameError> {
        Self::new(&s)
    }
}

impl From<AppName> for String {
    fn from(n: AppName) -> Self {
        n.0
    }
}

/// What `[capabilities]` grants. Everything is off by default, and off means absent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one key of the contract's table")]
pub struct Capabilities {
    /// stdout and stderr reach the log, stdin receives lines.
    pub stdio: bool,
    /// The app's own directory as `/data`.
    pub filesystem: bool,
    /// WASI sockets and name lookup.
    pub network: bool,
    /// The only port the app may listen on; `None`: any from 1024 up.
    pub network_port: Option<u16>,
    /// A window and `VYOMA_DRAW:` lines.
    pub display: bool,
    /// All `@supervisor:` verbs.
    pub shell: bool,
    /// `VYOMA_INPUT:mouse:` lines.
    pub mouse: bool,
    /// `VYOMA_INPUT:touch:` lines.
    pub touch: bool,
    /// `VYOMA_AUDIO:` lines.
    pub audio: bool,
    /// Seconds without a stdout line after which the app is killed; 0 is never.
    pub watchdog_secs: u32,
}

/// What `[limits]` bounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// Guest memory and the process around it, in bytes.
    pub memory: u64,
    /// Percent of one core.
    pub cpu: u32,
    /// Bytes under the app's `/data`.
    pub data: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory: 64 << 20, cpu: 100, data: 64 << 20 }
    }
}

/// What `[window]` wishes for: pixels of the output; what is absent is the screen's.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WindowWish {
    /// Left edge.
    pub x: Option<u32>,
    /// Top edge.
    pub y: Option<u32>,
    /// Content width.
    pub w: Option<u32>,
    /// Content height.
    pub h: Option<u32>,
    /// Layer: 0 desktop, 10 normal, 100 bar, 255 overlay.
    pub z: Option<u32>,
    /// Title; the app's name if absent.
    pub title: Option<String>,
    /// Whether the canvas may change size under the app.
    pub resizable: bool,
}

/// The richer stdin lines an app opted in to (`input.events`), a set of the associated constants.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct EventSet(u16);

impl EventSet {
    /// `VYOMA_INPUT:key:` lines.
    pub const KEY: Self = Self(1);
    /// Presses, releases, drags, wheel, enter and leave.
    pub const MOUSE2: Self = Self(1 << 1);
    /// Touch points with ids.
    pub const TOUCH2: Self = Self(1 << 2);
    /// `VYOMA_SYSTEM:focus:`.
    pub const FOCUS: Self = Self(1 << 3);
    /// `VYOMA_SYSTEM:resize:` even when not resizable.
    pub const RESIZE: Self = Self(1 << 4);
    /// `VYOMA_SYSTEM:frame:`.
    pub const FRAME: Self = Self(1 << 5);
    /// `VYOMA_SYSTEM:app_launched:` and `app_exited:`.
    pub const APPS: Self = Self(1 << 6);
    /// `VYOMA_SYSTEM:notification:`.
    pub const NOTIFICATION: Self = Self(1 << 7);
    /// `MENU:` messages of an app with `shell`.
    pub const MENU: Self = Self(1 << 8);
    /// `VYOMA_SYSTEM:theme:`.
    pub const THEME: Self = Self(1 << 9);

    /// Names and values, in the order of the contract.
    pub const NAMES: [(&'static str, Self); 10] = [
        ("key", Self::KEY),
        ("mouse2", Self::MOUSE2),
        ("touch2", Self::TOUCH2),
        ("focus", Self::FOCUS),
        ("resize", Self::RESIZE),
        ("frame", Self::FRAME),
        ("apps", Self::APPS),
        ("notification", Self::NOTIFICATION),
        ("menu", Self::MENU),
        ("theme", Self::THEME),
    ];

    /// The event set of one name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(n, _)| *n == name).map(|(_, e)| *e)
    }

    /// Whether every event of `other` is in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// How windows are managed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// One app full-screen at a time over the launcher, no chrome.
    #[default]
    Kiosk,
    /// Title bars, floating or tiled.
    Desktop,
    /// Zones.
    Signage,
}

impl Policy {
    /// The word of `VYOMA_SYSTEM:display_profile:`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kiosk => "kiosk",
            Self::Desktop => "desktop",
            Self::Signage => "signage",
        }
    }
}

impl std::str::FromStr for Policy {
    type Err = UnknownPolicy;
    fn from_str(s: &str) -> Result<Self, UnknownPolicy> {
        crate::config::POLICIES.iter().find(|(w, _)| *w == s).map(|(_, p)| *p).ok_or(UnknownPolicy)
    }
}

/// A word that names no [`Policy`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the policies are kiosk, desktop and signage")]
pub struct UnknownPolicy;

/// The palette of the system's own surfaces.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// Light text on night blue.
    #[default]
    Dark,
    /// Dark text on white.
    Light,
    /// Black, white and yellow, for eyes that need it.
    HighContrast,
}

impl Theme {
    /// Every theme and its word, in files and in requests.
    pub const WORDS: [(&'static str, Self); 3] =
        [("dark", Self::Dark), ("light", Self::Light), ("high-contrast", Self::HighContrast)];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.into_iter().find(|(_, theme)| *theme == self).map_or("dark", |(word, _)| word)
    }
}

/// Keyboard layouts that the compositor has tables of.
pub const LAYOUTS: [&str; 6] = ["us", "de", "gb", "fr", "es", "it"];

/// What happens after a while without input.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IdleAction {
    /// Screens get darker.
    Dim,
    /// Screens go dark.
    #[default]
    Blank,
    /// Screens go dark, and a PIN is asked for afterwards.
    Lock,
}

/// A key combination or gesture that belongs to the system.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chord {
    /// Alt+Tab and Alt+Shift+Tab.
    Switch,
    /// Alt+F4 and Alt+W.
    Close,
    /// Alt+F.
    FullScreen,
    /// Super, or a long press in a corner.
    Home,
}

/// When an app that ended is started again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Restart {
    /// Never.
    #[default]
    Never,
    /// After a trap, a non-zero exit code or a kill.
    OnFailure,
    /// After any end that the system did not ask for.
    Always,
}

/// What one existing app needs beyond the contract (`compat.toml`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct CompatEntry {
    /// Answers to `ping` per second.
    pub ping_hz: Option<u32>,
    /// `ps-raw` answers with the prefix `REPLY:ps-raw:`.
    pub ps_raw_prefix: bool,
    /// A button press is also sent as `down`.
    pub mouse_down: bool,
    /// Opt-ins that its old manifest cannot declare.
    pub events: EventSet,
    /// The screen line is sent though the app has no window.
    pub screen_line: bool,
    /// Content height in pixels instead of the manifest's.
    pub content_height: Option<u32>,
}
