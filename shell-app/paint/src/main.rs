//! The paint program: its state in the loop of the shell's apps.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    match ui::run(&mut paint::Painter::default()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("paint: {error}");
            ExitCode::FAILURE
        }
    }
}
