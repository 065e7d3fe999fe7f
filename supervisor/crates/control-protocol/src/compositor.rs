//! Between the supervisor and the compositor.

use manifest::{Policy, Shortcut, Zone};
use serde::{Deserialize, Serialize};

use crate::host::Jail;
use crate::{
    AppId, AppStats, DeviceId, Facts, InjectedInput, OutputId, PixelSize, Place, Preview, Theme, Token,
};

/// What the compositor may do and how it looks; sent after [`ToCompositor::Start`], and again when it changes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// How windows are managed.
    pub policy: Policy,
    /// Palette of its own surfaces.
    pub theme: Theme,
    /// Keyboard layout (`us`, `de`, …).
    pub layout: String,
    /// Percent of the screens' own light, 10 to 100.
    pub brightness: u8,
    /// System chords that the kiosk policy lets through; the other policies allow all.
    pub kiosk_chords: Vec<Chord>,
    /// Whether moves cut instead of gliding.
    pub reduced_motion: bool,
    /// Clockwise rotation of outputs in degrees: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Whether windows are tiled under the desktop policy, until people decide otherwise.
    pub tiling: bool,
    /// Zones of the signage policy.
    pub zones: Vec<Zone>,
}

pub use manifest::Chord;

/// What kind of screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum OutputKind {
    /// A DRM card; its descriptor comes with the message.
    Drm,
    /// A framebuffer device; its descriptor comes with the message.
    Fbdev,
    /// Memory only, at 60 Hz.
    Headless(PixelSize),
}

/// What the compositor must know of a window.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WindowSpec {
    /// Whose it is.
    pub id: AppId,
    /// Title, at most 256 bytes.
    pub title: String,
    /// Layer: 0 desktop, 10 normal, 100 bar, 255 overlay.
    pub z: u32,
    /// Size of the canvas.
    pub size: PixelSize,
    /// Wished position of the content.
    pub position: Option<(i32, i32)>,
    /// Whether the canvas may change size.
    pub resizable: bool,
    /// Whether it is the launcher: what `Home` shows, and below every app.
    pub home: bool,
    /// Whether pointer events reach it.
    pub pointer: bool,
    /// Whether touch reaches it; without it but with `pointer` the app-host makes clicks of taps.
    pub touch: bool,
    /// Its zone under the signage policy, by place in [`Settings::zones`].
    pub zone: Option<usize>,
    /// Number of the memfd that comes with the message.
    pub generation: u32,
    /// What people made of it; `None`: nothing yet.
    pub arranged: Option<Arranged>,
    /// Its menu, at most [`manifest::MAX_MENU_ITEMS`] entries. What one does, its app-host knows by its place here.
    pub menu: Vec<MenuEntry>,
}

/// How much of the screen a window takes under the desktop policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Extent {
    /// As the policy has it: floating, or a tile.
    Policy,
    /// The left half.
    LeftHalf,
    /// The right half.
    RightHalf,
    /// All that bars leave.
    Maximised,
    /// The whole screen, without chrome.
    Full,
}

/// What people made of a window, beside its stacking and the focus: the supervisor keeps it for a compositor that
/// is started again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Arranged {
    /// How much of the screen it takes.
    pub extent: Extent,
    /// What it takes when it ceases to be [`Extent::Full`].
    pub under_full: Extent,
    /// Whether it is put away.
    pub minimised: bool,
    /// Where its content is while it floats; `None`: where it falls.
    pub position: Option<(i32, i32)>,
    /// Size of its content while it floats.
    pub natural: PixelSize,
    /// Its place among tiles, the smallest first.
    pub order: i64,
}

/// A row of a window's menu.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum MenuEntry {
    /// A line between others.
    Separator,
    /// Something to choose.
    Item {
        /// What people read, at most [`manifest::MAX_MENU_LABEL`] bytes.
        label: String,
        /// Whether it can be chosen.
        enabled: bool,
        /// The keys that choose it while the window is focused.
        shortcut: Option<Shortcut>,
    },
}

/// The frame that a window shows: where in its memory, and how it is composed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LastFrame {
    /// Number of the memfd.
    pub generation: u32,
    /// The slot in it.
    pub slot: u8,
    /// Opacity of the whole window.
    pub alpha: u8,
    /// Whether nothing below shows through.
    pub opaque: bool,
}

/// Windows as a whole.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Stacking {
    /// All windows, bottom to top.
    pub order: Vec<AppId>,
    /// Who has the keyboard.
    pub focused: Option<AppId>,
    /// Who had it, latest last.
    pub recent: Vec<AppId>,
    /// Whether windows are tiled under the desktop policy.
    pub tiled: bool,
    /// Whether the launcher is before the apps.
    pub home_in_front: bool,
}

/// How an app is doing, as far as its window shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum WindowPhase {
    /// Started, nothing committed yet: the old picture stays.
    Starting,
    /// Commits come; the first one removes the banner.
    Running,
    /// It will be started again in so many milliseconds: banner.
    Restarting {
        /// Milliseconds to the next start.
        in_ms: u32,
    },
    /// It failed too often and is not started again: banner that says so.
    Quarantined,
    /// It is not answering: banner.
    Unresponsive,
}

/// What the system itself shows over everything.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum SystemPage {
    /// Nothing: windows.
    None,
    /// The boot splash.
    Splash,
    /// What is wrong.
    Diagnostic(Facts),
    /// The machine is going down.
    PoweringOff,
    /// The machine is restarting.
    Rebooting,
}

/// What lies over everything until there is input.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Curtain {
    /// Nothing.
    #[default]
    None,
    /// Half-light.
    Dim,
    /// Darkness: no window can be seen.
    Dark,
}

/// What the lock shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum LockView {
    /// It asks for the PIN.
    Asking,
    /// The PIN is being checked.
    Checking,
    /// It was wrong.
    Wrong {
        /// Milliseconds until another one is looked at.
        wait_ms: u32,
    },
    /// It could not be checked.
    Trouble,
}

/// A message of the supervisor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ToCompositor {
    /// First message, before which it does nothing: how it closes its jail.
    Start(Jail),
    /// After it, and after every change.
    Settings(Settings),
    /// A screen, with one descriptor for [`OutputKind::Drm`] and [`OutputKind::Fbdev`].
    OutputAdded {
        /// Its number.
        id: OutputId,
        /// Its kind.
        kind: OutputKind,
    },
    /// The screen's device went away.
    OutputGone(OutputId),
    /// Something about the screen's connectors changed: look again.
    OutputChanged(OutputId),
    /// An input device, with its descriptor.
    InputAdded(DeviceId),
    /// The device went away.
    InputGone(DeviceId),
    /// A window, with two descriptors: memfd, surface socket. A window that exists already keeps its
    /// place, its stacking and its picture until the first commit. A new one lies below the focused window
    /// of its layer and gets nothing until [`ToCompositor::Raise`] or [`ToCompositor::Focus`], unless nobody has the
    /// focus; both wait for its first commit, and the old picture stays until then. After a crash of the
    /// compositor windows are sent, then [`ToCompositor::Restack`], before outputs.
    WindowAdded(WindowSpec),
    /// The canvas got another size, with the new memfd.
    WindowBuffer {
        /// Whose.
        id: AppId,
        /// Number of the memfd.
        generation: u32,
        /// New size.
        size: PixelSize,
    },
    /// The app's process is gone, and this was its last frame: said after [`ToCompositor::WindowAdded`] to a
    /// compositor that was started again.
    WindowFrame {
        /// Whose.
        id: AppId,
        /// What it showed.
        frame: LastFrame,
    },
    /// How the app is doing.
    WindowPhase {
        /// Whose.
        id: AppId,
        /// What.
        phase: WindowPhase,
    },
    /// The app ended for good: the window goes.
    WindowRemoved(AppId),
    /// To the top of its layer, with keyboard focus.
    Raise(AppId),
    /// To the bottom of its layer.
    Lower(AppId),
    /// Keyboard focus, without raising.
    Focus(AppId),
    /// Windows as a whole, as the compositor before this one said last: after every [`ToCompositor::WindowAdded`].
    Restack(Stacking),
    /// The launcher to the front, or behind the windows again (desktop).
    Home,
    /// Window to a place, keeping the canvas.
    Place {
        /// Whose.
        id: AppId,
        /// Where.
        place: Place,
    },
    /// The pictures of other windows that a window shows from now on, at most [`crate::MAX_PREVIEWS`]; later ones lie
    /// over earlier ones. They end with its next [`ToCompositor::WindowAdded`] and with the size of its canvas.
    Previews {
        /// Whose window shows them.
        id: AppId,
        /// What, and where in it.
        previews: Vec<Preview<AppId>>,
    },
    /// Types into the most recently focused window other than the sender's (verb `input`).
    TypeText {
        /// Who asks.
        from: AppId,
        /// The text: contract, 5.2.
        text: String,
    },
    /// Input from a test driver.
    Inject(InjectedInput),
    /// Asks for [`FromCompositor::Screenshot`].
    Screenshot(Token),
    /// Asks for [`FromCompositor::Stats`].
    Stats(Token),
    /// Asks for [`FromCompositor::Pong`].
    Ping(Token),
    /// What the system itself shows.
    Page(SystemPage),
    /// Darkness, until there is input ([`FromCompositor::Woke`]) or another word. The input that ends it
    /// reaches nobody.
    Curtain(Curtain),
    /// The lock with its PIN pad, over every window; `None` ends it. Input reaches no app meanwhile.
    Lock(Option<LockView>),
    /// Asks for [`FromCompositor::Idle`] after so long without input.
    IdleAfter {
        /// Seconds, more than 0.
        secs: u32,
    },
    /// A toast.
    Notice {
        /// First line.
        title: String,
        /// Second line.
        text: String,
    },
    /// An opaque colour `0xRRGGBB` behind all windows instead of the sky.
    Wallpaper(Option<u32>),
    /// A picture behind all windows, with a sealed memfd of `w*h` opaque pixels `0xAARRGGBB` without padding.
    WallpaperPicture(PixelSize),
}

/// A message of the compositor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FromCompositor {
    /// A screen works. The first one decides the size apps draw for.
    OutputReady {
        /// Which.
        id: OutputId,
        /// Its size after rotation.
        size: PixelSize,
        /// Frames a second, times 1000.
        refresh_mhz: u32,
        /// How it is driven, for the log: "drm atomic virtio_gpu 1280x800".
        how: String,
    },
    /// A screen does not work.
    OutputFailed {
        /// Which.
        id: OutputId,
        /// The reason, for people.
        why: String,
    },
    /// An input device works.
    InputReady {
        /// Which.
        id: DeviceId,
        /// Its name and what it can do, for the log.
        what: String,
    },
    /// An input device does not work.
    InputFailed {
        /// Which.
        id: DeviceId,
        /// The reason, for people.
        why: String,
    },
    /// The first picture is on a screen: nanoseconds of the monotonic clock (which starts with the kernel).
    FirstFrame {
        /// When.
        at_ns: u64,
    },
    /// A window showed its first frame since its last start.
    WindowShown(AppId),
    /// Stacking and focus changed. What the supervisor gives back after a crash.
    Stacking(Stacking),
    /// A window moved or was resized.
    Placed {
        /// Whose.
        id: AppId,
        /// Where its content is now.
        place: Place,
    },
    /// People made something else of a window.
    Arranged {
        /// Whose.
        id: AppId,
        /// What.
        arranged: Arranged,
    },
    /// Input ended the curtain.
    Woke,
    /// There was no input for as long as [`ToCompositor::IdleAfter`] says; said once until there is some.
    Idle,
    /// The person at the lock entered this.
    Pin(String),
    /// The app-host closed its socket; this is what its window shows from now on.
    LastFrame {
        /// Whose.
        id: AppId,
        /// What.
        frame: LastFrame,
    },
    /// The power button: end in order.
    PowerButton,
    /// People closed a window: stop the app politely.
    CloseRequested(AppId),
    /// People asked for what is on the clipboard, in this window.
    PasteRequested(AppId),
    /// People resized a resizable window: make a canvas of this size.
    ResizeRequested {
        /// Whose.
        id: AppId,
        /// Wanted size.
        size: PixelSize,
    },
    /// Bytes on a surface socket were no message: the app-host is broken or captured. Kill it.
    ProtocolError {
        /// Whose.
        id: AppId,
        /// What was wrong.
        why: String,
    },
    /// A picture of the output, with a memfd of `w*h` pixels `0xAARRGGBB` without padding.
    Screenshot {
        /// The question's.
        token: Token,
        /// Its size.
        size: PixelSize,
    },
    /// There is no picture: why, for people.
    ScreenshotFailed {
        /// The question's.
        token: Token,
        /// Why.
        why: String,
    },
    /// The app does not take its input: the queue of presses and keys for it is full, and later ones are
    /// lost. Said once until it takes them again.
    Unresponsive(AppId),
    /// The app takes its input again.
    Responsive(AppId),
    /// Counters, for each window.
    Stats {
        /// The question's.
        token: Token,
        /// Whose and what.
        windows: Vec<(AppId, AppStats)>,
    },
    /// The event loop turns.
    Pong(Token),
    /// Something for the log.
    Log(crate::Level, String),
}
