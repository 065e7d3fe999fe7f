//! What the kernel could execute, and whether it could do so without anything beside it.

use std::path::{Path, PathBuf};

use object::elf;
use object::read::elf::{Dyn, FileHeader, ProgramHeader};

use crate::build::files::{self, FileError};

/// Why a program would not start on the device.
#[derive(Debug, thiserror::Error)]
pub enum StaticError {
    /// It needs a loader.
    #[error("{} is not static: it wants the interpreter {interpreter}", path.display())]
    Interpreter {
        /// The program.
        path: PathBuf,
        /// The loader's path.
        interpreter: String,
    },
    /// It needs a library.
    #[error("{} is not static: it needs {library}", path.display())]
    Needed {
        /// The program.
        path: PathBuf,
        /// The library's name.
        library: String,
    },
    /// It is no program of this machine.
    #[error("{} is no 64-bit ELF program: {reason}", path.display())]
    NoProgram {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Proves that the program at `path` has no interpreter and needs no library.
///
/// # Errors
/// [`StaticError`] names the one it wants.
pub fn check_static(path: &Path) -> Result<(), StaticError> {
    let bytes = files::read(path)?;
    match examine(&bytes) {
        Ok(Wants::Nothing) => Ok(()),
        Ok(Wants::Interpreter(interpreter)) => {
            Err(StaticError::Interpreter { path: path.to_owned(), interpreter })
        }
        Ok(Wants::Library(library)) => Err(StaticError::Needed { path: path.to_owned(), library }),
        Err(reason) => Err(StaticError::NoProgram { path: path.to_owned(), reason }),
    }
}

/// Whether the kernel would try to execute these bytes, were they marked so. A precompiled app is an ELF file too,
/// but an object, which nothing executes.
pub(super) fn is_program(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"#!") {
        return true;
    }
    // The type stands at the same place in 32 and 64 bits, little endian.
    let kind = bytes.get(16..18).map(|kind| u16::from_le_bytes([kind[0], kind[1]]));
    bytes.starts_with(&elf::ELFMAG)
        && matches!(kind, Some(kind) if kind == elf::ET_EXEC || kind == elf::ET_DYN)
}

/// What a file is to the kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A program that needs nothing beside it.
    Static,
    /// A program that needs a loader or a library, which is named.
    Dynamic(String),
    /// Compiled code that nothing executes by itself: an app.
    Object,
    /// A text with a program's name in its first line.
    Script,
    /// Anything else.
    Data,
}

/// What these bytes are to the kernel.
#[must_use]
pub fn kind(bytes: &[u8]) -> Kind {
    if bytes.starts_with(b"#!") {
        Kind::Script
    } else if !bytes.starts_with(&elf::ELFMAG) {
        Kind::Data
    } else if !is_program(bytes) {
        Kind::Object
    } else {
        match examine(bytes) {
            Ok(Wants::Nothing) => Kind::Static,
            Ok(Wants::Interpreter(what) | Wants::Library(what)) => Kind::Dynamic(what),
            // A program of another kind of machine, or a damaged one: whatever it wants is not here.
            Err(reason) => Kind::Dynamic(reason),
        }
    }
}

enum Wants {
    Nothing,
    Interpreter(String),
    Library(String),
}

fn examine(bytes: &[u8]) -> Result<Wants, String> {
    let text = |error: object::Error| error.to_string();
    let header = elf::FileHeader64::<object::LittleEndian>::parse(bytes).map_err(text)?;
    let endian = header.endian().map_err(text)?;
    if !is_program(bytes) {
        return Err("an object file".to_owned());
    }
    let programs = header.program_headers(endian, bytes).map_err(text)?;
    for program in programs {
        if let Some(interpreter) = program.interpreter(endian, bytes).map_err(text)? {
            return Ok(Wants::Interpreter(String::from_utf8_lossy(interpreter).into_owned()));
        }
    }
    let sections = header.sections(endian, bytes).map_err(text)?;
    for program in programs {
        let Some(entries) = program.dynamic(endian, bytes).map_err(text)? else { continue };
        for entry in entries {
            if entry.tag(endian) == elf::DT_NEEDED {
                let strings = sections.dynamic(endian, bytes).ok().flatten().map(|(_, link)| link);
                let name = strings
                    .and_then(|link| sections.strings(endian, bytes, link).ok())
                    .and_then(|strings| entry.string(endian, strings).ok());
                let name = name.map_or("a library".into(), String::from_utf8_lossy);
                return Ok(Wants::Library(name.into_owned()));
            }
        }
    }
    Ok(Wants::Nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_static_dynamic_program_names_its_interpreter() {
        let this = std::env::current_exe().expect("a test is a program");
        let error = check_static(&this).expect_err("tests are linked dynamically");
        assert!(error.to_string().contains("wants the interpreter /lib"), "{error}");
    }

    #[test]
    fn check_static_text_is_no_program() {
        let error =
            check_static(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))).expect_err("text");
        assert!(matches!(error, StaticError::NoProgram { .. }), "{error}");
    }
}
