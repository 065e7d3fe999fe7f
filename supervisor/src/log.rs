//! Lines for people: on the console, in a ring for each app, and to the test driver.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use control_protocol::driver::Report;
use control_protocol::{Level, Stream};
use lifecycle::{KEPT_LINES, LOG_LINES, Nanos, TokenBucket};

use crate::driver::Driver;

/// Lines kept of each app.
const RING_LINES: usize = 200;
/// Bytes kept of each app.
const RING_BYTES: usize = 64 * 1024;
/// The name under which the system's own lines are kept.
pub(crate) const SYSTEM: &str = "supervisor";

/// Where lines for people at the machine go.
pub(crate) enum Console {
    /// The kernel's console, opened so that it never blocks: what it has no room for is lost.
    Device(std::fs::File),
    /// Standard error of a hosted supervisor.
    Stderr(std::io::Stderr),
}

impl Console {
    /// The console of a machine; standard error where it cannot be opened.
    pub(crate) fn machine() -> Self {
        match sys::machine::open_device(std::path::Path::new("/dev/console")) {
            Ok(fd) => Self::Device(fd.into()),
            Err(_) => Self::Stderr(std::io::stderr()),
        }
    }

    fn write(&mut self, line: &str) {
        // Nobody could be told that the console does not take a line.
        let _ = match self {
            Self::Device(file) => file.write_all(line.replace('\n', "\r\n").as_bytes()),
            Self::Stderr(stderr) => stderr.write_all(line.as_bytes()),
        };
    }
}

impl AsFd for Console {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Device(file) => file.as_fd(),
            Self::Stderr(stderr) => stderr.as_fd(),
        }
    }
}

struct Ring {
    lines: VecDeque<String>,
    bytes: usize,
    console: TokenBucket,
    kept: TokenBucket,
    level: Level,
}

pub(crate) struct Log {
    console: Console,
    rings: BTreeMap<String, Ring>,
    started: Nanos,
    pub(crate) driver: Option<Driver>,
}

impl Log {
    pub(crate) fn new(console: Console, now: Nanos) -> Self {
        Self { console, rings: BTreeMap::new(), started: now, driver: None }
    }

    /// For a child's standard error.
    pub(crate) fn stderr(&self) -> std::io::Result<OwnedFd> {
        self.console.as_fd().try_clone_to_owned()
    }

    /// A life-cycle line of the system: never suppressed.
    pub(crate) fn system(&mut self, level: Level, line: &str) {
        for line in line.lines() {
            self.console.write(&format!("vyoma: {line}\n"));
            self.keep("", Stream::System, level, line);
        }
    }

    /// A line of the system about an app: never suppressed.
    pub(crate) fn about(&mut self, app: &str, level: Level, line: &str) {
        for line in line.lines() {
            self.console.write(&format!("vyoma: {app}: {line}\n"));
            self.keep(app, Stream::System, level, line);
        }
    }

    /// A line of an app: kept and told to the driver as far as its rate allows, and on the console as far as the
    /// console's does.
    pub(crate) fn app(&mut self, app: &str, stream: Stream, level: Level, line: &str) {
        let now = sys::monotonic_ns();
        let ring = self.ring(app);
        if level > ring.level {
            return;
        }
        let Some(lost) = ring.kept.take(now) else { return };
        if lost > 0 {
            self.keep(app, Stream::System, Level::Warn, &format!("{lost} log lines suppressed: too many"));
        }
        if let Some(lost) = self.ring(app).console.take(now) {
            if lost > 0 {
                self.console.write(&format!("{app}: ({lost} lines not shown here)\n"));
            }
            self.console.write(&format!("{app}: {line}\n"));
        }
        self.keep(app, stream, level, line);
    }

    fn ring(&mut self, app: &str) -> &mut Ring {
        let key = if app.is_empty() { SYSTEM } else { app };
        if !self.rings.contains_key(key) {
            let now = sys::monotonic_ns();
            let (console, kept) = (TokenBucket::new(LOG_LINES, now), TokenBucket::new(KEPT_LINES, now));
            let ring = Ring { lines: VecDeque::new(), bytes: 0, console, kept, level: Level::Debug };
            self.rings.insert(key.to_owned(), ring);
        }
        self.rings.get_mut(key).expect("it was inserted above if it was missing")
    }

    fn keep(&mut self, app: &str, stream: Stream, level: Level, line: &str) {
        let t_ms = sys::monotonic_ns().saturating_sub(self.started) / 1_000_000;
        let ring = self.ring(app);
        ring.bytes += line.len();
        ring.lines.push_back(line.to_owned());
        while ring.lines.len() > RING_LINES || ring.bytes > RING_BYTES {
            let Some(old) = ring.lines.pop_front() else { break };
            ring.bytes -= old.len();
        }
        self.report(Report::Log { t_ms, app: app.to_owned(), stream, level, line: line.to_owned() });
    }

    /// Tells the driver, if there is one.
    pub(crate) fn report(&mut self, report: Report) {
        if let Some(driver) = &mut self.driver {
            driver.report(&report, None);
        }
    }

    /// Which lines of an app are kept.
    pub(crate) fn set_level(&mut self, app: &str, level: Level) {
        self.ring(app).level = level;
    }

    /// The last lines of an app joined by `|`, ASCII only; `None` if nothing is known of it.
    pub(crate) fn last(&self, app: &str, count: usize) -> Option<String> {
        let lines = &self.rings.get(app)?.lines;
        let mut text = String::new();
        for (i, line) in lines.iter().skip(lines.len().saturating_sub(count)).enumerate() {
            if i > 0 {
                text.push('|');
            }
            text.extend(line.chars().map(|c| if c.is_ascii() && !c.is_ascii_control() { c } else { '?' }));
        }
        Some(text)
    }

    /// Whose lines are kept.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.rings.keys().map(String::as_str).collect()
    }
}
