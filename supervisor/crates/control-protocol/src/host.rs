//! Between the supervisor and one app-host.

use std::net::SocketAddr;

use manifest::{AppName, Capabilities, CompatEntry, EventSet, Limits, Policy};
use serde::{Deserialize, Serialize};

use crate::job::{JobOrder, JobResult};
use crate::{Level, PixelSize, Preview, Stream};

/// All that an app-host is told about its app. With the message come, in this order: the bundle's directory (read
/// only); its list of hashes, in a memfd of at most `bundle::MAX_LIST` bytes; the app's data directory if `filesystem`
/// is granted; the surface's memfd and socket if `surface` is set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Start {
    /// Who it is.
    pub name: AppName,
    /// The precompiled program's path in the bundle.
    pub module: String,
    /// What is granted. What is not does not exist.
    pub capabilities: Capabilities,
    /// Its bounds.
    pub limits: Limits,
    /// Opt-ins, those of `compat.toml` included.
    pub events: EventSet,
    /// The actions of its menu, in the order of its manifest: the compositor names items by their place.
    pub menu: Vec<String>,
    /// What this app needs beyond the contract.
    pub compat: CompatEntry,
    /// The word of the display profile line.
    pub profile: Policy,
    /// Size for the screen line; for an app without a window only where it is due.
    pub screen: Option<PixelSize>,
    /// Its window's memory.
    pub surface: Option<SurfaceSpec>,
    /// Whom it asks for the addresses of names; empty without `network`.
    pub name_servers: Vec<SocketAddr>,
    /// Whether the process is in an appliance's jail or hosted on an ordinary system.
    pub jail: Jail,
}

/// The memory of a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SurfaceSpec {
    /// Size of the canvas.
    pub size: PixelSize,
    /// Number of the memfd.
    pub generation: u32,
}

/// How the process is confined beyond what the supervisor did when it made it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Jail {
    /// Everything: namespaces were made by the supervisor, the rest by the app-host itself.
    Full,
    /// The machine's kernel refuses user namespaces: all but them. Said in the log.
    WithoutNamespaces,
}

/// A message of the supervisor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ToHost {
    /// First message to a process for an app.
    Start(Box<Start>),
    /// First and only message to a process for a job.
    Job(Box<JobOrder>),
    /// A message of another app: one line, delivered bare.
    Deliver(String),
    /// The answer to a request; `None`: the request has no answer.
    Reply {
        /// The request's number.
        seq: u32,
        /// Text after `REPLY:`.
        text: Option<String>,
    },
    /// A `VYOMA_SYSTEM:` line.
    System(SystemLine),
    /// The compositor is a new one: the socket to it comes with the message.
    Surface,
    /// The canvas has a new size; the memfd comes with the message.
    Buffer(SurfaceSpec),
    /// Polite stop: the guest's stdin ends.
    CloseStdin,
    /// The answer to [`FromHost::OpenPicture`] and [`FromHost::OpenFont`]; with a file comes its descriptor, to read.
    File {
        /// The question's.
        token: u32,
        /// The file, or why there is none, for people.
        file: Result<OpenedFile, String>,
    },
}

/// A file that was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OpenedFile {
    /// Its length.
    pub bytes: u64,
    /// When its content last changed: nanoseconds since 1970.
    pub changed_ns: u64,
    /// The SHA-256 its bytes must have: that of a bundle's list. `None`: nobody vouches for them.
    pub sha256: Option<[u8; 32]>,
}

/// A line of the system for an app that may hear it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum SystemLine {
    /// Text pasted by the person, without control characters but tabs and newlines.
    Paste(String),
    /// The language changed.
    Locale(String),
    /// An app was started.
    AppLaunched(AppName),
    /// An app ended.
    AppExited(AppName),
    /// A notification, as the JSON of the contract.
    Notification(String),
    /// The theme changed: its words, as `theme` answers them.
    Theme(String),
}

/// Who a message is for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Target {
    /// Every other running app.
    Broadcast,
    /// The app that last messaged the sender.
    Reply,
    /// One app. The name is as written; the broker looks it up.
    App(String),
}

/// A request of an app: contract, 5. Texts are verbatim.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the verb of the contract's table of the same name")]
pub enum Request {
    List,
    Apps,
    Status,
    PsRaw,
    Ps,
    Run(String),
    Kill(String),
    Restart(String),
    Reload,
    Focus(String),
    Raise(String),
    Lower(String),
    Input(String),
    Reposition {
        app: String,
        x: i32,
        y: i32,
    },
    Resize {
        app: String,
        at: Option<(i32, i32)>,
        size: PixelSize,
    },
    Previews(Vec<Preview<String>>),
    ClipboardSet(String),
    ClipboardGet,
    ClipboardClear,
    HttpGet(String),
    DnsResolve(String),
    WinInfo(String),
    ScreenSize,
    Log(String),
    Logs,
    Logf(String),
    LogLevel {
        app: String,
        level: String,
    },
    Uptime,
    Version,
    Wallpaper(String),
    Theme(Option<String>),
    Locale(Option<String>),
    Keyboard(Option<String>),
    Keyboards,
    Brightness(Option<String>),
    Sound,
    SettingsReset,
    Notify {
        title: String,
        text: String,
    },
    Screenshot(Option<String>),
    PkgList,
    Catalog,
    Lock,
    Unlock(String),
    Blank,
    Unblank,
    Idle,
    Shutdown,
    Reboot,
    /// A known verb with arguments that make no sense; answered with this text.
    Malformed {
        verb: String,
        why: String,
    },
    /// A verb nobody knows: logged, no reply.
    Unknown(String),
}

/// How an app ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Exit {
    /// It returned or called exit.
    Code(i32),
    /// It trapped: why.
    Trap(String),
    /// It could not be started: why.
    Refused(String),
}

/// A message of an app-host.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FromHost {
    /// The jail is closed and the guest's code is about to run.
    Running,
    /// The app printed a line (at most twice a second while it goes on): food for the watchdog.
    Alive,
    /// A log line, at most [`crate::host::MAX_LOG_LINE`] bytes.
    Log {
        /// Where from.
        stream: Stream,
        /// How grave.
        level: Level,
        /// The line, without control bytes.
        line: String,
    },
    /// A message to other apps, already checked by the rules of the contract, 4.
    Send {
        /// To whom.
        target: Target,
        /// What.
        text: String,
    },
    /// An `@supervisor:` line.
    Request {
        /// Counts the app's requests; the reply carries it.
        seq: u32,
        /// What.
        request: Request,
    },
    /// Asks for a file of `draw_image`: in the app's bundle, in its `/data`, or an icon `/apps/<name>/<icon>`.
    /// One question at a time.
    OpenPicture {
        /// Tells answers apart.
        token: u32,
        /// The path as the app wrote it, at most [`MAX_PICTURE_PATH`] bytes.
        path: String,
    },
    /// Asks for a font of the device for a script. One question at a time.
    OpenFont {
        /// Tells answers apart.
        token: u32,
        /// The script's ISO 15924 code: four letters of ASCII, the first a capital.
        script: [u8; 4],
    },
    /// A sound.
    Audio(Audio),
    /// The guest does not read: queues for it overflowed.
    Unresponsive,
    /// The end. Nothing follows.
    Ended(Exit),
    /// The end of a job. Nothing follows.
    JobDone(JobResult),
}

/// The longest log line, in bytes; longer ones are cut.
pub const MAX_LOG_LINE: usize = 4096;

/// The longest path of a picture, in bytes.
pub const MAX_PICTURE_PATH: usize = 1024;

/// What `VYOMA_AUDIO:` asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Audio {
    /// A tone.
    Beep {
        /// Hertz.
        hz: u32,
        /// Milliseconds.
        ms: u32,
    },
    /// 0 to 100.
    Volume(u8),
    /// Silence.
    Mute,
    /// As before.
    Unmute,
}
