use alloc::string::String;
use alloc::vec::Vec;
use core::ops::ControlFlow;

use crate::command::{Audio, Command};
use crate::error::DrawError;
use crate::fields::{self, Fault};
use crate::limits::{KEPT_BUFFER, MAX_LINE};
use crate::message::is_app_name;

/// Whom a message line addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target<'a> {
    /// `@supervisor:`: see [`parse_request`](crate::parse_request).
    Supervisor,
    /// `@broadcast:`: every other running app.
    Broadcast,
    /// `@reply:`: the app that last messaged the sender.
    Reply,
    /// An app's name; it matches the contract's pattern, but no such app need run.
    App(&'a str),
}

/// One line of an app's stdout, classified in the contract's order. It borrows from the pushed chunk or the decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// `VYOMA_DRAW:…`.
    Draw(Result<Command<'a>, DrawError<'a>>),
    /// `VYOMA_AUDIO:…`.
    Audio(Result<Audio, DrawError<'a>>),
    /// `@<target>: <message>`.
    To {
        /// Whom.
        target: Target<'a>,
        /// After the colon and one space, if there is one; otherwise verbatim, not checked.
        message: &'a str,
    },
    /// Anything else. Also a line that begins with `@` but names nothing that could be an app.
    Log(&'a str),
    /// A line above [`MAX_LINE`], which was discarded. Reported when its newline is seen.
    TooLong {
        /// Its length without the newline.
        bytes: u64,
    },
}

/// Bytes of an app's stdout to [`Line`]s.
///
/// Lines end with `\n`; nothing else is trimmed. A line that is not UTF-8 is repaired first: each malformed sequence
/// becomes U+FFFD, so that one bad byte costs one character and not the line.
///
/// ```
/// use core::ops::ControlFlow;
/// use vyoma_draw_protocol::{Command, Decoder, Line};
///
/// let mut decoder = Decoder::new();
/// let mut presented = 0;
/// for chunk in ["VYOMA_DRAW:fill_rect:0,0,8,8,0xff", "0000ff\nVYOMA_DRAW:flush\n"] {
///     decoder.push(chunk.as_bytes(), &mut |line: Line<'_>| {
///         presented += u32::from(line == Line::Draw(Ok(Command::Present)));
///         ControlFlow::Continue(())
///     });
/// }
/// assert_eq!(presented, 1);
/// ```
#[derive(Debug, Default)]
pub struct Decoder {
    /// The unfinished line; empty while `discarded` counts.
    partial: Vec<u8>,
    /// Bytes of the current line thrown away so far, if it is too long.
    discarded: u64,
}

impl Decoder {
    /// A decoder at the start of a line.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes and gives each line that ends in them to `sink`.
    ///
    /// Returns how many bytes were taken: all, or up to and including the line at which `sink` broke off. The caller
    /// pushes the rest later, for example after the picture that a flush waits for was shown.
    pub fn push<F>(&mut self, bytes: &[u8], sink: &mut F) -> usize
    where
        F: FnMut(Line<'_>) -> ControlFlow<()>,
    {
        let mut taken = 0;
        while let Some(end) = memchr::memchr(b'\n', &bytes[taken..]) {
            let chunk = &bytes[taken..taken + end];
            taken += end + 1;
            if self.end_line(chunk, sink).is_break() {
                return taken;
            }
        }
        self.keep(&bytes[taken..]);
        bytes.len()
    }

    /// The stream ended: gives the last line to `sink` if it lacks its newline.
    pub fn finish<F>(&mut self, sink: &mut F)
    where
        F: FnMut(Line<'_>) -> ControlFlow<()>,
    {
        if !self.partial.is_empty() || self.discarded > 0 {
            let _ = self.end_line(&[], sink);
        }
    }

    /// `chunk` is what remains of the current line.
    #[inline]
    fn end_line<F>(&mut self, chunk: &[u8], sink: &mut F) -> ControlFlow<()>
    where
        F: FnMut(Line<'_>) -> ControlFlow<()>,
    {
        if self.partial.is_empty() && self.discarded == 0 && chunk.len() <= MAX_LINE {
            return give(chunk, sink);
        }
        self.keep(chunk);
        if self.discarded > 0 {
            let bytes = core::mem::take(&mut self.discarded);
            return sink(Line::TooLong { bytes });
        }
        let flow = give(&self.partial, sink);
        self.partial.clear();
        self.partial.shrink_to(KEPT_BUFFER);
        flow
    }

    /// Adds to the unfinished line, or counts if it is too long by now.
    fn keep(&mut self, chunk: &[u8]) {
        if self.discarded == 0 && self.partial.len() + chunk.len() <= MAX_LINE {
            self.partial.extend_from_slice(chunk);
            return;
        }
        let length = self.partial.len() as u64 + chunk.len() as u64;
        self.discarded = self.discarded.saturating_add(length);
        self.partial = Vec::new();
    }
}

/// Classifies one complete line.
#[inline]
fn give<F>(line: &[u8], sink: &mut F) -> ControlFlow<()>
where
    F: FnMut(Line<'_>) -> ControlFlow<()>,
{
    if let Some(rest) = line.strip_prefix(b"VYOMA_DRAW:") {
        return match fields::command(rest) {
            Ok(command) => sink(Line::Draw(Ok(command))),
            Err(Fault::Problem(problem)) => sink(Line::Draw(Err(DrawError { line: rest, problem }))),
            Err(Fault::NotUtf8) => repaired(line, sink),
        };
    }
    if let Some(rest) = line.strip_prefix(b"VYOMA_AUDIO:") {
        return sink(Line::Audio(fields::audio(rest)));
    }
    match core::str::from_utf8(line) {
        Ok(text) => sink(text_line(text)),
        Err(_) => repaired(line, sink),
    }
}

/// Gives a line after replacing what is not UTF-8.
#[cold]
fn repaired<F>(line: &[u8], sink: &mut F) -> ControlFlow<()>
where
    F: FnMut(Line<'_>) -> ControlFlow<()>,
{
    give(String::from_utf8_lossy(line).as_bytes(), sink)
}

fn text_line(line: &str) -> Line<'_> {
    let Some((target, message)) = line.strip_prefix('@').and_then(|rest| rest.split_once(':')) else {
        return Line::Log(line);
    };
    let target = match target {
        "supervisor" => Target::Supervisor,
        "broadcast" => Target::Broadcast,
        "reply" => Target::Reply,
        name if is_app_name(name) => Target::App(name),
        _ => return Line::Log(line),
    };
    Line::To { target, message: message.strip_prefix(' ').unwrap_or(message) }
}
