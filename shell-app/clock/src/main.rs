//! The clock's program: its state in the loop of the shell's apps.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    match ui::run(&mut clock::Clock::default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("clock: {error}");
            ExitCode::FAILURE
        }
    }
}
