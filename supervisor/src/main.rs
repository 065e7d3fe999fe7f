//! PID 1: manifests, capabilities, life cycle, message broker, watchdog.
//!
//! One thread, one loop, one owner of all state ([`supervisor::Supervisor`]). Handlers take events, change state and
//! queue messages; nothing waits on a child. On a machine it is `/init`; with `--hosted` it does the same on an
//! ordinary Linux, started by tests and the simulator.
//!
//! Exit codes (hosted): 0 ended in order; 1 could not start or go on; 2 wrong arguments.

#![forbid(unsafe_code)]

mod app;
mod args;
mod boot;
mod broker;
mod bundles;
mod catalog;
mod chosen;
mod clipboard;
mod compositor;
mod data;
mod devices;
mod driver;
mod ending;
mod fonts;
mod guard;
mod jobs;
mod link;
mod log;
mod network;
mod pictures;
mod ps;
mod read;
mod screenshots;
mod settings;
mod spawn;
mod store;
mod supervisor;
mod verbs;
mod wallpaper;
mod watchdog;

use std::process::ExitCode;

fn main() -> ExitCode {
    let options = match args::parse(std::env::args().skip(1), std::process::id()) {
        Ok(options) => options,
        Err(e) => {
            eprintln!("supervisor: {e}\n{}", args::USAGE);
            return ExitCode::from(2);
        }
    };
    match supervisor::Supervisor::start(options).and_then(supervisor::Supervisor::run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            report(&e);
            ExitCode::FAILURE
        }
    }
}

/// The chain of an error on standard error, one line.
fn report(error: &dyn std::error::Error) {
    let mut line = format!("supervisor: {error}");
    let mut source = error.source();
    while let Some(e) = source {
        line = format!("{line}: {e}");
        source = e.source();
    }
    eprintln!("{line}");
}
