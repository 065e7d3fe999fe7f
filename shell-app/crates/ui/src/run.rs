//! The loop of an app: read what came, let the app draw what changed, sleep until something happens.

use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::event::{Event, Input};
use crate::frame::Frame;

/// A moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds of a clock that never goes back.
    pub ms: u64,
    /// Milliseconds since 1970, UTC.
    pub unix_ms: u64,
}

impl Now {
    /// Milliseconds until the wall clock shows a whole multiple of `period` milliseconds, at least 1.
    #[must_use]
    pub const fn until_multiple(self, period: u64) -> u64 {
        period - self.unix_ms % period
    }
}

/// An app: a state that events change and that draws itself.
pub trait App {
    /// Something happened.
    fn on_event(&mut self, event: Event<'_>, now: Now);

    /// Time passed; called before each [`draw`](Self::draw).
    fn on_time(&mut self, now: Now);

    /// Draws what changed since it was last called, and makes the requests that are due.
    fn draw(&mut self, frame: &mut Frame);

    /// When it wants to be called next though nothing happens, on the clock of [`Now::ms`].
    fn wake_at(&self) -> Option<u64>;

    /// Whether it is over.
    fn is_done(&self) -> bool;
}

/// Longest line read. What an app of the shell is sent is far shorter but for `catalog`, which may list hundreds of
/// apps. A longer line is dropped as a whole.
const MAX_LINE: usize = 256 * 1024;

/// Runs an app until it is done or its stdin is closed.
///
/// # Errors
/// When stdout or stdin fail.
pub fn run(app: &mut impl App) -> io::Result<()> {
    let mut lines = Lines::default();
    let mut input = Input::default();
    let mut frame = Frame::new();
    let mut stdin = platform::Stdin::open();
    loop {
        app.on_time(now());
        app.draw(&mut frame);
        if !frame.is_empty() {
            let mut stdout = io::stdout().lock();
            stdout.write_all(&frame.finish())?;
            stdout.flush()?;
        }
        if app.is_done() {
            return Ok(());
        }
        let Some(bytes) = stdin.read(app.wake_at())? else { return Ok(()) };
        lines.push(&bytes, |line| input.read(line, |event| app.on_event(event, now())));
    }
}

fn now() -> Now {
    let unix_ms = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
    Now { ms: platform::monotonic_ms(), unix_ms }
}

/// Cuts a stream into lines.
#[derive(Debug, Default)]
struct Lines {
    begun: Vec<u8>,
    is_too_long: bool,
}

impl Lines {
    /// Takes bytes and calls `on` for each line they complete, without its newline. A line that is not UTF-8 or longer
    /// than [`MAX_LINE`] is dropped.
    fn push(&mut self, bytes: &[u8], mut on: impl FnMut(&str)) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            let (text, ends) = piece.strip_suffix(b"\n").map_or((piece, false), |text| (text, true));
            if self.begun.len() + text.len() > MAX_LINE {
                self.is_too_long = true;
                self.begun.clear();
            } else if !self.is_too_long {
                self.begun.extend_from_slice(text);
            }
            if ends {
                if !self.is_too_long
                    && let Ok(line) = core::str::from_utf8(&self.begun)
                {
                    on(line);
                }
                self.begun.clear();
                self.is_too_long = false;
            }
        }
    }
}

#[cfg(target_os = "wasi")]
mod platform {
    //! A guest has one thread: it waits for its stdin and for a moment in one poll.

    use std::io;

    use wasip2::cli::stdin::get_stdin;
    use wasip2::clocks::monotonic_clock;
    use wasip2::io::poll::{Pollable, poll};
    use wasip2::io::streams::{InputStream, StreamError};

    /// Most bytes taken at once.
    const CHUNK: u64 = 64 * 1024;

    /// Nanoseconds in a millisecond.
    const MS: u64 = 1_000_000;

    pub(super) struct Stdin {
        // The pollable is a child of the stream: dropped first.
        ready: Pollable,
        stream: InputStream,
    }

    impl Stdin {
        pub(super) fn open() -> Self {
            let stream = get_stdin();
            Self { ready: stream.subscribe(), stream }
        }

        /// Waits for bytes or for the moment `until`; nothing came if it is empty, the stream ended if it is `None`.
        pub(super) fn read(&mut self, until: Option<u64>) -> io::Result<Option<Vec<u8>>> {
            let came = match until {
                None => {
                    self.ready.block();
                    true
                }
                Some(until) => {
                    let timer = monotonic_clock::subscribe_instant(until.saturating_mul(MS));
                    poll(&[&self.ready, &timer]).contains(&0)
                }
            };
            if !came {
                return Ok(Some(Vec::new()));
            }
            match self.stream.read(CHUNK) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(StreamError::Closed) => Ok(None),
                Err(StreamError::LastOperationFailed(error)) => {
                    Err(io::Error::other(error.to_debug_string()))
                }
            }
        }
    }

    pub(super) fn monotonic_ms() -> u64 {
        monotonic_clock::now() / MS
    }
}

#[cfg(not(target_os = "wasi"))]
mod platform {
    //! An app started on the host, to look at what it prints: it reads on a thread of its own.

    use std::io::{self, Read};
    use std::sync::OnceLock;
    use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
    use std::time::{Duration, Instant};

    /// Chunks that wait for the app; the reader waits when there are more.
    const QUEUE: usize = 16;

    pub(super) struct Stdin {
        chunks: Receiver<io::Result<Vec<u8>>>,
    }

    impl Stdin {
        pub(super) fn open() -> Self {
            let (sender, chunks) = sync_channel(QUEUE);
            std::thread::spawn(move || {
                let mut buffer = vec![0; 4096];
                loop {
                    let read = io::stdin().lock().read(&mut buffer);
                    let is_last = matches!(read, Ok(0) | Err(_));
                    let sent = match read {
                        Ok(0) => break,
                        Ok(length) => sender.send(Ok(buffer[..length].to_vec())),
                        Err(error) => sender.send(Err(error)),
                    };
                    if is_last || sent.is_err() {
                        break;
                    }
                }
            });
            Self { chunks }
        }

        pub(super) fn read(&mut self, until: Option<u64>) -> io::Result<Option<Vec<u8>>> {
            let Some(until) = until else { return self.chunks.recv().ok().transpose() };
            let left = Duration::from_millis(until.saturating_sub(monotonic_ms()));
            match self.chunks.recv_timeout(left) {
                Ok(chunk) => chunk.map(Some),
                Err(RecvTimeoutError::Timeout) => Ok(Some(Vec::new())),
                Err(RecvTimeoutError::Disconnected) => Ok(None),
            }
        }
    }

    pub(super) fn monotonic_ms() -> u64 {
        static START: OnceLock<Instant> = OnceLock::new();
        u64::try_from(START.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(stream: &[u8], chunk: usize) -> Vec<String> {
        let mut lines = Lines::default();
        let mut found = Vec::new();
        for bytes in stream.chunks(chunk) {
            lines.push(bytes, |line| found.push(line.to_owned()));
        }
        found
    }

    #[test]
    fn push_any_split_gives_the_same_lines() {
        let stream = "VYOMA_SYSTEM:screen:1,2\n\nä€\n\x1b[A\nunfinished".as_bytes();
        for chunk in 1..stream.len() {
            assert_eq!(split(stream, chunk), ["VYOMA_SYSTEM:screen:1,2", "", "ä€", "\x1b[A"]);
        }
    }

    #[test]
    fn push_line_that_is_too_long_drops_it_alone() {
        let mut stream = vec![b'x'; MAX_LINE + 1];
        stream.extend_from_slice(b"\nnext\n\xff\xfe\nlast\n");
        assert_eq!(split(&stream, 4096), ["next", "last"]);
    }

    #[test]
    fn until_multiple_is_the_rest_of_the_minute() {
        assert_eq!(Now { ms: 0, unix_ms: 59_999 }.until_multiple(60_000), 1);
        assert_eq!(Now { ms: 0, unix_ms: 60_000 }.until_multiple(60_000), 60_000);
    }
}
