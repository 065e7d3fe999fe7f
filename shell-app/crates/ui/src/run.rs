//! The loop of an app: read what came, let the app draw what changed, sleep until something happens.

use core::mem::ManuallyDrop;

use guest::{Lines, Stdin, Stdout, StreamError};

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

/// Runs an app until it is done or its stdin is closed.
///
/// # Errors
/// When stdout or stdin fail.
pub fn run(app: impl App) -> Result<(), StreamError> {
    // The program ends with it: nothing is given back piece by piece.
    let mut app = ManuallyDrop::new(app);
    let mut lines = ManuallyDrop::new(Lines::default());
    let mut input = Input::default();
    let mut frame = ManuallyDrop::new(Frame::new());
    let (mut stdin, mut stdout) = (Stdin::open(), Stdout::open());
    while let Some(bytes) = stdin.read(app.wake_at())? {
        // One moment for all that came together: a clock is two calls of the host.
        let now = Now { ms: guest::monotonic_ms(), unix_ms: guest::unix_ms() };
        lines.push(&bytes, |line| input.read(line, |event| app.on_event(event, now)));
        app.on_time(now);
        app.draw(&mut frame);
        if !frame.is_empty() {
            stdout.write_frame(&frame.finish())?;
        }
        if app.is_done() {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn until_multiple_is_the_rest_of_the_minute() {
        assert_eq!(Now { ms: 0, unix_ms: 59_999 }.until_multiple(60_000), 1);
        assert_eq!(Now { ms: 0, unix_ms: 60_000 }.until_multiple(60_000), 60_000);
    }
}
