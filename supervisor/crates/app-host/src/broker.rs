//! The way to the supervisor: typed messages, and a log that no app can flood.
//!
//! Sending waits while the supervisor has not read what came before: it is the app that waits, never PID 1.

use std::sync::Mutex;
use std::time::Duration;

use control_protocol::host::{Exit, FromHost, MAX_LOG_LINE};
use control_protocol::{Level, Stream};
use rustix::event::{PollFd, PollFlags, poll};
use sys::{Nanos, SendOutcome, Seqpacket, monotonic_ns};

use crate::pace::Pace;
use crate::text::printable;

/// Log lines a second for one app, beyond a first burst. A person reads none faster; a serial console at 115 200
/// baud prints 100 lines of this length.
const LOG_LINES_PER_SECOND: u64 = 50;

/// Log lines an app may print at once: a panic with its backtrace, a start-up banner.
const LOG_BURST: u64 = 200;

/// Time from one message or request of an app to its next, beyond a first burst: five times as many as the supervisor
/// lets through of either, so that none that may pass waits. More would be PID 1's time, which no app's share bounds.
const SAY_NS: Nanos = 1_000_000;

/// Messages and requests an app may send at once: more than the supervisor's own burst.
const SAY_BURST: Nanos = 1000;

/// How many an app that has to wait may send after that: it wakes twenty times a second instead of for each.
const SAY_CHUNK: Nanos = 50;

/// The process's exit code when the supervisor is gone: there is nobody left to run for.
const SUPERVISOR_GONE: i32 = 70;

/// The supervisor's end of things.
#[derive(Debug)]
pub(crate) struct Broker {
    socket: Seqpacket,
    log: Mutex<Bucket>,
    pace: Mutex<Pace>,
}

/// Counts a message of the app, and gives how long it has to wait.
fn say_wait(pace: &mut Pace, now: Nanos) -> Nanos {
    let early = pace.take(SAY_NS, now);
    if early == 0 { 0 } else { early + SAY_CHUNK * SAY_NS }
}

/// A token bucket that counts what it refused.
#[derive(Debug)]
struct Bucket {
    tokens: u64,
    refilled: Nanos,
    suppressed: u64,
}

/// Time one token takes to come back.
const TOKEN_NS: Nanos = 1_000_000_000 / LOG_LINES_PER_SECOND;

impl Bucket {
    fn take(&mut self, now: Nanos) -> bool {
        let fresh = now.saturating_sub(self.refilled) / TOKEN_NS;
        if fresh > 0 {
            self.tokens = (self.tokens + fresh).min(LOG_BURST);
            self.refilled = now;
        }
        if self.tokens == 0 {
            self.suppressed += 1;
            return false;
        }
        self.tokens -= 1;
        true
    }
}

impl Broker {
    /// Talks over this socket.
    pub(crate) fn new(socket: Seqpacket) -> Self {
        Self {
            socket,
            log: Mutex::new(Bucket { tokens: LOG_BURST, refilled: monotonic_ns(), suppressed: 0 }),
            pace: Mutex::new(Pace::new(SAY_BURST * SAY_NS)),
        }
    }

    /// The socket, to watch and to receive from.
    pub(crate) fn socket(&self) -> &Seqpacket {
        &self.socket
    }

    /// Sends a message, waiting for room. Does not return if there is no supervisor any more.
    pub(crate) fn send(&self, message: &FromHost) {
        // What apps write is bounded far below the largest message before it becomes one.
        let Ok(bytes) = control_protocol::encode(message) else { return };
        loop {
            match self.socket.send(&bytes, &[]) {
                Ok(SendOutcome::Sent) => return,
                Ok(SendOutcome::Full) => {
                    // An interrupted wait is a turn like any other.
                    let _ = poll(&mut [PollFd::new(&self.socket, PollFlags::OUT)], None);
                }
                Ok(SendOutcome::Gone) | Err(_) => std::process::exit(SUPERVISOR_GONE),
            }
        }
    }

    /// Sends what the app says to others, at a pace that PID 1 can keep: the app waits.
    pub(crate) fn say(&self, message: &FromHost) {
        let wait = self.pace.lock().map_or(0, |mut pace| say_wait(&mut pace, monotonic_ns()));
        if wait > 0 {
            std::thread::sleep(Duration::from_nanos(wait));
        }
        self.send(message);
    }

    /// Logs a line of the app, as far as its share goes.
    pub(crate) fn log(&self, stream: Stream, level: Level, line: &str) {
        let suppressed = {
            let Ok(mut bucket) = self.log.lock() else { return };
            if !bucket.take(monotonic_ns()) {
                return;
            }
            std::mem::take(&mut bucket.suppressed)
        };
        self.say_suppressed(suppressed);
        self.send(&FromHost::Log { stream, level, line: printable(line, MAX_LOG_LINE) });
    }

    /// Logs a line of the system about the app.
    pub(crate) fn note(&self, level: Level, line: &str) {
        self.log(Stream::System, level, line);
    }

    /// The end.
    pub(crate) fn ended(&self, exit: Exit) {
        let suppressed = self.log.lock().map_or(0, |mut bucket| std::mem::take(&mut bucket.suppressed));
        self.say_suppressed(suppressed);
        let exit = match exit {
            Exit::Code(code) => Exit::Code(code),
            Exit::Trap(why) => Exit::Trap(printable(&why, MAX_LOG_LINE)),
            Exit::Refused(why) => Exit::Refused(printable(&why, MAX_LOG_LINE)),
        };
        self.send(&FromHost::Ended(exit));
    }

    fn say_suppressed(&self, lines: u64) {
        if lines > 0 {
            let line = format!("{lines} log lines suppressed: more than {LOG_LINES_PER_SECOND} a second");
            self.send(&FromHost::Log { stream: Stream::System, level: Level::Warn, line });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn take_at_the_pace_or_within_the_burst_never_waits_and_a_flood_does() {
        let (mut pace, second) = (Pace::new(SAY_BURST * SAY_NS), 1_000_000_000);
        let mut now = 10 * second;
        assert_eq!((0..SAY_BURST).map(|_| say_wait(&mut pace, now)).max(), Some(0));
        assert_ne!(say_wait(&mut pace, now), 0);
        // One that is told to wait and does.
        let (mut pace, mut sent, end) = (Pace::new(SAY_BURST * SAY_NS), 0, now + 10 * second);
        while now < end {
            now += say_wait(&mut pace, now);
            sent += 1;
        }
        assert!((10_900..=11_200).contains(&sent), "{sent}");
        let mut pace = Pace::new(SAY_BURST * SAY_NS);
        assert_eq!((0..5000).map(|n| say_wait(&mut pace, end + n * SAY_NS)).max(), Some(0));
    }

    #[test]
    fn take_beyond_the_burst_is_refused_and_counted_until_time_passes() {
        let mut bucket = Bucket { tokens: LOG_BURST, refilled: 0, suppressed: 0 };
        let taken = (0..LOG_BURST + 10).filter(|_| bucket.take(0)).count();
        assert_eq!((taken as u64, bucket.suppressed), (LOG_BURST, 10));
        assert!(bucket.take(TOKEN_NS));
        assert!(!bucket.take(TOKEN_NS));
    }
}
