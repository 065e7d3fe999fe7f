//! The guest's three WASI streams, in memory: no pipe and no copy between the guest's write and its effect.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use control_protocol::host::MAX_LOG_LINE;
use control_protocol::{Level, Stream};
use sys::monotonic_ns;
use tokio::io::{AsyncRead, AsyncWrite};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdinStream, StdoutStream};
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError, StreamResult};

use crate::inbox::{Poll, Read};
use crate::shared::Shared;
use crate::stdout::Stdout;

/// Bytes a guest may write at once; what a WASI host usually permits.
const WRITE_PERMIT: usize = 64 * 1024;

/// Bytes given to one read, whatever the guest asks for.
const MAX_READ: usize = 64 * 1024;

/// stdin: the inbox.
#[derive(Clone)]
pub(crate) struct GuestStdin(pub Arc<Shared>);

impl IsTerminal for GuestStdin {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdinStream for GuestStdin {
    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(self.clone())
    }

    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        // Only WASI 0.3 asks for this, and no such world is linked.
        Box::new(tokio::io::empty())
    }
}

#[async_trait]
impl Pollable for GuestStdin {
    async fn ready(&mut self) {
        loop {
            let woken = self.0.wake.notified();
            let mut woken = std::pin::pin!(woken);
            // From here on a wake-up is not missed.
            woken.as_mut().enable();
            let now = monotonic_ns();
            let again = match self.0.inbox().poll(now) {
                Poll::Ready | Poll::Ended => return,
                Poll::Waiting(again) => again,
            };
            match again {
                None => {
                    // Waiting for the next thing, not for a frame clock: what was read had nothing to show.
                    self.0.forget_input();
                    woken.await;
                }
                Some(at) => {
                    let wait = Duration::from_nanos(at.saturating_sub(now));
                    // Being woken and the time being over are the same: look again.
                    let _ = tokio::time::timeout(wait, woken).await;
                }
            }
        }
    }
}

#[async_trait]
impl InputStream for GuestStdin {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        match self.0.inbox().read(size.min(MAX_READ), monotonic_ns()) {
            Read::Bytes(bytes, input_ns) => {
                self.0.note_input(input_ns);
                Ok(bytes.into())
            }
            Read::Nothing(_) => Ok(Bytes::new()),
            Read::End => Err(StreamError::Closed),
        }
    }
}

/// stdout: decoded and drawn as it is written.
#[derive(Clone)]
pub(crate) struct GuestStdout(pub Arc<Mutex<Stdout>>);

impl IsTerminal for GuestStdout {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestStdout {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }

    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }
}

#[async_trait]
impl Pollable for GuestStdout {
    async fn ready(&mut self) {}
}

#[async_trait]
impl OutputStream for GuestStdout {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(WRITE_PERMIT)
    }

    async fn blocking_write_and_flush(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.write(bytes)
    }
}

/// stderr: log lines.
#[derive(Clone)]
pub(crate) struct GuestStderr(Arc<Mutex<Stderr>>);

struct Stderr {
    shared: Arc<Shared>,
    /// The unfinished line, at most [`MAX_LOG_LINE`] bytes; the rest of a longer one is dropped.
    line: Vec<u8>,
}

impl GuestStderr {
    /// Logs by this way.
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self(Arc::new(Mutex::new(Stderr { shared, line: Vec::new() })))
    }

    /// Logs a last line without a newline.
    pub(crate) fn finish(&self) {
        let mut stderr = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !stderr.line.is_empty() {
            stderr.end_line();
        }
    }
}

impl Stderr {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ended) = match part.split_last() {
                Some((b'\n', text)) => (text, true),
                _ => (part, false),
            };
            let room = MAX_LOG_LINE - self.line.len();
            self.line.extend_from_slice(&text[..text.len().min(room)]);
            if ended {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.shared.broker.log(Stream::Stderr, Level::Info, &String::from_utf8_lossy(&line));
    }
}

impl IsTerminal for GuestStderr {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestStderr {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }

    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }
}

#[async_trait]
impl Pollable for GuestStderr {
    async fn ready(&mut self) {}
}

#[async_trait]
impl OutputStream for GuestStderr {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(WRITE_PERMIT)
    }
}
