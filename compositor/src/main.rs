//! The compositor: puts surfaces on outputs and sends input back.
//!
//! Started by the supervisor with the control socket as descriptor 3 and nothing else; it opens no path, and after the
//! first message it could not (`jail`). Screens, input devices and windows arrive as descriptors over that socket.

mod arranged;
mod control;
mod event_loop;
mod jail;
mod link;
mod outbox;
mod paint;
mod present;
mod report;
mod screen;
mod seat;
mod shell;
mod state;
mod stats;
mod surface;
mod theme;
mod window;

use std::process::ExitCode;

fn main() -> ExitCode {
    match event_loop::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => report::report(&why),
    }
}
