//! How the tool ends: a chain of causes for people, an exit code for scripts.

use std::error::Error;
use std::process::ExitCode;

/// How a command ended. Usage errors of the command line are clap's own and exit with 2 as well.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// All went well: 0.
    Success,
    /// The command ran, and what it ran or checked failed: 1.
    Failed,
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// What was asked for makes no sense: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// A file that was named has an error in it: exit code 2.
    #[error(transparent)]
    Script(#[from] crate::sim::ScriptErrors),
    /// The machine lacks something: exit code 3.
    #[error(transparent)]
    Missing(#[from] crate::doctor::DoctorError),
    /// Source to boot files: exit code 4.
    #[error("the build failed")]
    Build(#[source] Box<dyn Error + Send + Sync>),
    /// Keys and signatures: exit code 4.
    #[error(transparent)]
    Signing(crate::signing::SigningError),
    /// QEMU or what ran in it: exit code 5.
    #[error(transparent)]
    Machine(#[from] crate::qemu::MachineError),
    /// The simulator: exit code 5.
    #[error(transparent)]
    Sim(#[from] crate::sim::SimError),
    /// This machine's files and processes: exit code 6.
    #[error("{doing}")]
    System {
        /// What was tried.
        doing: String,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
}

impl CommandError {
    /// A build step's failure.
    pub fn build(source: impl Error + Send + Sync + 'static) -> Self {
        Self::Build(Box::new(source))
    }

    /// A key or a signature that is not to be had.
    pub const fn signing(error: crate::signing::SigningError) -> Self {
        Self::Signing(error)
    }

    /// Says what was tried when the system refused.
    pub fn system(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::System { doing, source }
    }

    const fn code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Script(_) => 2,
            Self::Missing(_) => 3,
            Self::Build(_) | Self::Signing(_) => 4,
            Self::Machine(_) | Self::Sim(_) => 5,
            Self::System { .. } => 6,
        }
    }
}

/// Prints what went wrong, cause under cause, and maps it to the exit code.
#[must_use]
pub fn report(result: Result<Outcome, CommandError>) -> ExitCode {
    match result {
        Ok(Outcome::Success) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {}", chain(&error));
            ExitCode::from(error.code())
        }
    }
}

/// The error and its causes, one a line, without saying a text twice.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut last = text.clone();
    let mut next = error.source();
    while let Some(cause) = next {
        let line = cause.to_string();
        if line != last {
            text.push_str("\n  because: ");
            text.push_str(&line.replace('\n', "\n    "));
        }
        last = line;
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chain_transparent_causes_are_said_once() {
        let inner = std::io::Error::other("disk full");
        let error = CommandError::system("cannot write a.png")(inner);
        assert_eq!(chain(&error), "cannot write a.png\n  because: disk full");
        assert_eq!(chain(&CommandError::Usage("x".into())), "x");
    }
}
