//! The last words, and the exit codes.

use std::error::Error;
use std::process::ExitCode;

use crate::event_loop::RunError;

/// Writes the chain of causes to stderr, which the supervisor logs. 1: the system refused something;
/// 2: not started by a supervisor.
pub(crate) fn report(error: &RunError) -> ExitCode {
    let mut line = format!("compositor: {error}");
    let mut cause = error.source();
    while let Some(c) = cause {
        line.push_str(": ");
        line.push_str(&c.to_string());
        cause = c.source();
    }
    eprintln!("{line}");
    match error {
        RunError::NoControlSocket(_) => ExitCode::from(2),
        RunError::Poll(_) | RunError::Link(_) | RunError::NotStarted | RunError::Jail(_) => ExitCode::from(1),
    }
}
