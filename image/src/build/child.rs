//! Other programs, run to their end: what they say is heard line by line, and kept for the error.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::process::{Command, ExitStatus, Stdio};

/// Lines of a failed program's output that its error repeats: a compiler's message and its surroundings.
const KEPT_LINES: usize = 60;

/// Why another program did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// It could not be started.
    #[error("cannot start `{command}`")]
    Start {
        /// The program and its arguments.
        command: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Its output broke off, or its end could not be waited for.
    #[error("lost `{command}`")]
    Lost {
        /// The program and its arguments.
        command: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// It ran and failed.
    #[error("`{command}` failed ({status}):\n{tail}")]
    Failed {
        /// The program and its arguments.
        command: String,
        /// How it ended.
        status: ExitStatus,
        /// The last lines it wrote.
        tail: String,
    },
}

/// Runs `command` to its end; `on_line` hears each line of its standard output and error, in the order written.
/// A line ends with a line feed or, for progress bars that draw over themselves, a carriage return.
pub(crate) fn run(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<(), ChildError> {
    let name = describe(command);
    let lost = |source| ChildError::Lost { command: name.clone(), source };
    // One pipe for both, so that a message stands where it was written.
    let (reader, writer) = std::io::pipe().map_err(lost)?;
    let second = writer.try_clone().map_err(lost)?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(second)
        .spawn()
        .map_err(|source| ChildError::Start { command: name.clone(), source })?;
    // The command owns the pipe's writing ends: without this the reader would never see its end.
    command.stdout(Stdio::null()).stderr(Stdio::null());

    let mut tail = VecDeque::with_capacity(KEPT_LINES);
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    loop {
        let ended = read_line(&mut reader, &mut line).map_err(lost)?;
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        if !text.is_empty() {
            on_line(text);
        }
        // A bar that was drawn over says nothing afterwards.
        if ended != Ended::Drawn {
            if tail.len() == KEPT_LINES {
                tail.pop_front();
            }
            tail.push_back(text.to_owned());
        }
        if ended == Ended::All {
            break;
        }
    }
    let status = child.wait().map_err(lost)?;
    if status.success() {
        return Ok(());
    }
    let tail = Vec::from(tail).join("\n").trim_end().to_owned();
    Err(ChildError::Failed { command: name, status, tail })
}

#[derive(PartialEq, Eq)]
enum Ended {
    /// By a line feed.
    Line,
    /// By a carriage return.
    Drawn,
    /// With the stream.
    All,
}

/// Reads to the next end of a line, which is not kept.
fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<Ended> {
    line.clear();
    loop {
        let chunk = reader.fill_buf()?;
        if chunk.is_empty() {
            return Ok(Ended::All);
        }
        let end = chunk.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        line.extend_from_slice(&chunk[..end.unwrap_or(chunk.len())]);
        let taken = end.map_or(chunk.len(), |end| end + 1);
        let last = chunk[taken - 1];
        reader.consume(taken);
        match (end, last) {
            (None, _) => {}
            (Some(_), b'\n') => return Ok(Ended::Line),
            (Some(_), _) => return Ok(Ended::Drawn),
        }
    }
}

/// Runs `command` and gives its standard output, trimmed.
pub(crate) fn answer(command: &mut Command) -> Result<String, ChildError> {
    let name = describe(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|source| ChildError::Start { command: name.clone(), source })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    let tail = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(ChildError::Failed { command: name, status: output.status, tail })
}

/// Takes from a child cargo or rustc what `cargo run` (which most likely started this tool) and the user's shell
/// put into the environment for another compiler.
pub(crate) fn forget_outer_cargo(command: &mut Command) {
    const KEPT: [&str; 6] =
        ["CARGO_HOME", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTRIES_", "RUSTUP_", "RUST_BACKTRACE"];
    for (name, _) in std::env::vars_os() {
        let Some(name) = name.to_str() else { continue };
        let ours = name.starts_with("CARGO") || name.starts_with("RUST") || name == "LD_LIBRARY_PATH";
        let kept = name != "RUSTUP_TOOLCHAIN" && KEPT.iter().any(|kept| name.starts_with(kept));
        if ours && !kept {
            command.env_remove(name);
        }
    }
}

fn describe(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_failing_program_repeats_both_streams_in_order() {
        let mut heard = Vec::new();
        let mut command = Command::new("sh");
        let error =
            run(command.args(["-c", "echo one; echo two >&2; exit 3"]), |line| heard.push(line.to_owned()))
                .expect_err("exits with 3");
        assert_eq!(heard, ["one", "two"]);
        assert!(error.to_string().ends_with("(exit status: 3):\none\ntwo"), "{error}");
    }

    #[test]
    fn run_overdrawn_bar_is_heard_but_not_repeated() {
        let mut heard = Vec::new();
        let mut command = Command::new("sh");
        let error = run(command.args(["-c", r"printf '1/2\r2/2\rbroken\n'; exit 1"]), |line| {
            heard.push(line.to_owned())
        })
        .expect_err("exits with 1");
        assert_eq!(heard, ["1/2", "2/2", "broken"]);
        assert!(error.to_string().ends_with("(exit status: 1):\nbroken"), "{error}");
    }

    #[test]
    fn answer_missing_program_names_it() {
        let error = answer(Command::new("no-such-program").arg("--version")).expect_err("does not exist");
        assert_eq!(error.to_string(), "cannot start `no-such-program --version`");
    }
}
