//! Between a test driver (the simulator, a boot test) and the supervisor.
//!
//! The channel exists only where somebody who owns the machine opened it: a descriptor given to a hosted
//! supervisor, or a serial port named on the kernel command line. Over a socket one message is one
//! datagram; over a serial port messages are framed by COBS (`postcard`'s), ended by a zero byte.

use serde::{Deserialize, Serialize};

use crate::{AppStats, InjectedInput, Level, PixelSize, Stream, Token};

/// What a driver asks for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Input.
    Inject(InjectedInput),
    /// SIGKILL to the compositor.
    KillCompositor,
    /// SIGKILL to an app.
    KillApp(String),
    /// Starts an app that does not run, at once and whatever happened to it before, as a person does who asks for it.
    StartApp(String),
    /// Asks for [`Report::Screenshot`]; sockets only.
    Screenshot(Token),
    /// Asks for [`Report::Stats`].
    Stats(Token),
    /// Orderly end: of the machine, or of a hosted supervisor and all it started.
    PowerOff,
}

/// What a driver is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Report {
    /// A line of an app, or of the system about it (`app` is empty for the system itself).
    Log {
        /// Milliseconds since the supervisor started.
        t_ms: u64,
        /// Name of the app.
        app: String,
        /// Where from.
        stream: Stream,
        /// How grave.
        level: Level,
        /// The line.
        line: String,
    },
    /// A screen works.
    OutputReady(PixelSize),
    /// An app was started: its process.
    Started {
        /// Name of the app.
        app: String,
        /// Process id as the supervisor sees it.
        pid: u32,
    },
    /// The compositor was started: its process.
    CompositorStarted {
        /// Process id as the supervisor sees it.
        pid: u32,
    },
    /// An app's first frame since its start is on the screen.
    Shown {
        /// Name of the app.
        app: String,
    },
    /// An app ended.
    Ended {
        /// Name of the app.
        app: String,
        /// How, for people.
        how: String,
        /// Whether that counts as a failure.
        failed: bool,
    },
    /// Somebody else has the keyboard.
    Focused {
        /// Name of the app; empty for nobody.
        app: String,
    },
    /// The answer, with a memfd of `w*h` pixels `0xAARRGGBB`.
    Screenshot {
        /// The question's.
        token: Token,
        /// Its size.
        size: PixelSize,
    },
    /// The answer.
    Stats {
        /// The question's.
        token: Token,
        /// Name of each app with a window, and what was counted.
        windows: Vec<(String, AppStats)>,
    },
    /// The question could not be answered.
    Failed {
        /// The question's.
        token: Token,
        /// Why.
        why: String,
    },
}
