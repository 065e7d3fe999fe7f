//! Values that more than one conversation uses.

use serde::{Deserialize, Serialize};

/// The longest text an app may send at once, in bytes (contract, 4).
pub const MAX_TEXT: usize = 64 * 1024;

/// An app of this boot, numbered by the supervisor. A restart keeps the number; so does its window.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct AppId(pub u32);

/// A screen, numbered by the supervisor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct OutputId(pub u32);

/// An input device, numbered by the supervisor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct DeviceId(pub u32);

/// Ties an answer to its question; the asker chooses it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Token(pub u64);

/// A size in pixels. Receivers check it against `paint::MAX_EDGE`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PixelSize {
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
}

/// Where a window's content is, in output pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Size.
    pub size: PixelSize,
}

/// Most pictures of other windows in one window (contract, 5).
pub const MAX_PREVIEWS: usize = 16;

/// The picture of a window, shown in another one: named by its app to the supervisor, by its number to the compositor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Preview<Name> {
    /// Whose picture.
    pub of: Name,
    /// Left edge of the place it is fitted into, in canvas pixels of the window that shows it.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Size of that place.
    pub size: PixelSize,
}

pub use manifest::Theme;

/// Where a log line came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Stream {
    /// The app's standard output, beside the protocol.
    Stdout,
    /// The app's standard error.
    Stderr,
    /// The system, about the app.
    System,
}

impl Stream {
    /// The word in log files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
            Self::System => "system",
        }
    }
}

/// How grave a log line is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Level {
    /// Our own bug.
    Error,
    /// The world misbehaved.
    Warn,
    /// Life cycle.
    Info,
    /// For developers.
    Debug,
}

/// What a diagnostic page says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Facts {
    /// One sentence: what is wrong.
    pub wrong: String,
    /// One sentence: what is being tried.
    pub tried: String,
    /// Rows of a table: name and value.
    pub rows: Vec<(String, String)>,
}

/// Input made up by a test driver; output pixels.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum InjectedInput {
    /// Pointer to (x, y).
    Move {
        /// Pixels from the left.
        x: i32,
        /// Pixels from the top.
        y: i32,
    },
    /// A mouse button, 0 left, 1 right, 2 middle.
    Button {
        /// Which.
        button: u8,
        /// Pressed or released.
        pressed: bool,
    },
    /// Wheel steps.
    Wheel {
        /// To the right.
        dx: i32,
        /// Down.
        dy: i32,
    },
    /// A contact: 0 down, 1 move, 2 up.
    Touch {
        /// What happened.
        phase: u8,
        /// Which contact, 0 to 9.
        id: u32,
        /// Pixels from the left; ignored for up.
        x: i32,
        /// Pixels from the top; ignored for up.
        y: i32,
    },
    /// A key by Linux key code.
    Key {
        /// `input-event-codes.h`.
        code: u16,
        /// Pressed or released.
        pressed: bool,
    },
    /// Text as if typed, whatever the layout.
    Text(String),
}

/// A distribution of times in microseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Latency {
    /// How many were measured.
    pub count: u64,
    /// Median.
    pub p50_us: u64,
    /// 99th percentile.
    pub p99_us: u64,
    /// Longest.
    pub max_us: u64,
}

/// What the compositor counted for one window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AppStats {
    /// Frames the app committed.
    pub committed: u64,
    /// Frames that reached an output.
    pub presented: u64,
    /// Frames replaced by a newer one before they were shown.
    pub dropped: u64,
    /// From commit to presentation.
    pub commit_to_present: Latency,
    /// From the kernel's timestamp of an input event to the presentation of the frame that answers it.
    pub input_to_present: Latency,
}
