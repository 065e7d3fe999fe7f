//! Runs one WebAssembly app inside its jail.
//!
//! The supervisor starts this program in namespaces of its own with one descriptor, its socket, as number 3. The first
//! message says all there is to know about the app ([`control_protocol::host::Start`]). The process then closes the
//! jail behind itself (`jail`), loads the app (`module`), and runs it (`runtime`): what the guest prints
//! becomes pixels in shared memory and typed messages (`stdout`, `picture`), what it reads are the lines of the
//! contract (`inbox`, `input`).
//!
//! Instead of an app the message may name a job, which is done in the same jail (`job`).
//!
//! Two threads: the guest's, and the pump that reads both sockets. They share two queues (`shared`).
//!
//! Exit code: 0 after the guest's end was reported, whatever it was; 70 if the supervisor is gone; 71 for a bug here.

mod broker;
mod dns;
mod files;
mod fonts;
mod growth;
mod http;
mod images;
mod inbox;
mod input;
mod jail;
mod job;
mod keep;
mod link;
mod lookup;
mod module;
mod pace;
mod picture;
mod pump;
mod quota;
mod request;
mod runtime;
mod shared;
mod start;
mod stdout;
mod streams;
mod text;

use std::process::ExitCode;

/// The descriptor the supervisor leaves open.
const BROKER: i32 = 3;

/// The process's exit code after a bug of ours.
const BUG: i32 = 71;

fn main() -> ExitCode {
    // No abort: it takes calls that an app's filter does not have.
    std::panic::set_hook(Box::new(|bug| {
        eprintln!("app-host: {bug}");
        std::process::exit(BUG);
    }));
    sys::use_one_heap();
    // SAFETY: the program's first act: nothing in it owns a descriptor above the standard streams yet.
    let closed = unsafe { sys::close_from(BROKER + 1) };
    let socket = closed.and_then(|()| sys::take_inherited(BROKER)).and_then(sys::Seqpacket::from_fd);
    match socket {
        Ok(socket) => {
            start::run(socket);
            ExitCode::SUCCESS
        }
        Err(e) => {
            eprintln!("app-host: descriptor {BROKER} must be the supervisor's socket: {e}");
            ExitCode::from(64)
        }
    }
}
