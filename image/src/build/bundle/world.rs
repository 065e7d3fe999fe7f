//! Whether WebAssembly is an app: a component of the world `wasi:cli/command`, or a `wasm32-wasip1` module with
//! `_start`, that asks for nothing but WASI.

use wasmparser::{Encoding, ExternalKind, Parser, Payload};

/// The kinds of WebAssembly an app may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    /// A `wasm32-wasip2` command component.
    Component,
    /// A `wasm32-wasip1` core module.
    Module,
}

/// What the bytes are instead of an app.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// No WebAssembly at all, or a damaged one.
    #[error("no WebAssembly: {0}")]
    Broken(#[from] wasmparser::BinaryReaderError),
    /// A component that is no command.
    #[error(
        "wrong world: a component that exports {}, but an app exports `wasi:cli/run@0.2` \
         (build a program, not a library, for wasm32-wasip2)", listed(.0)
    )]
    NoCommand(Vec<String>),
    /// A module without an entry.
    #[error(
        "wrong world: a module that exports {}, but an app exports the function `_start` \
         (build a program, not a library, for wasm32-wasip1)", listed(.0)
    )]
    NoStart(Vec<String>),
    /// It wants functions that no device has.
    #[error("wrong world: it imports `{0}`, but an app may import only WASI's own interfaces")]
    Foreign(String),
}

fn listed(names: &[String]) -> String {
    /// Enough to recognise what it is.
    const SHOWN: usize = 4;
    if names.is_empty() {
        return "nothing".to_owned();
    }
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(SHOWN);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// Tells which kind of app `wasm` is.
///
/// # Errors
/// [`WorldError`] when it is none.
pub fn check_world(wasm: &[u8]) -> Result<World, WorldError> {
    let mut world = World::Module;
    // Sections of nested modules and components are none of the outermost one.
    let mut depth = 0_usize;
    let mut exports = Vec::new();
    let mut found = false;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::Version { encoding, .. } if depth == 0 && encoding == Encoding::Component => {
                world = World::Component;
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ImportSection(imports) if depth == 0 => {
                for import in imports.into_imports() {
                    let module = import?.module;
                    if !module.starts_with("wasi_") {
                        return Err(WorldError::Foreign(module.to_owned()));
                    }
                }
            }
            Payload::ComponentImportSection(imports) if depth == 0 => {
                for import in imports {
                    let name = import?.name.name;
                    if !name.starts_with("wasi:") {
                        return Err(WorldError::Foreign(name.to_owned()));
                    }
                }
            }
            Payload::ExportSection(section) if depth == 0 => {
                for export in section {
                    let export = export?;
                    found |= export.name == "_start" && export.kind == ExternalKind::Func;
                    exports.push(export.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let name = export?.name.name;
                    found |= name.starts_with("wasi:cli/run@0.2.");
                    exports.push(name.to_owned());
                }
            }
            _ => {}
        }
    }
    match (found, world) {
        (true, world) => Ok(world),
        (false, World::Component) => Err(WorldError::NoCommand(exports)),
        (false, World::Module) => Err(WorldError::NoStart(exports)),
    }
}

/// Size of the largest core module in `wasm`, in bytes: all of it, where it is one itself.
pub(super) fn module_bytes(wasm: &[u8]) -> u64 {
    let modules = Parser::new(0).parse_all(wasm).filter_map(|payload| match payload.ok()? {
        Payload::ModuleSection { unchecked_range, .. } => Some(unchecked_range.len() as u64),
        _ => None,
    });
    modules.max().unwrap_or(wasm.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &[u8] = b"\0asm\x01\0\0\0";
    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
    /// `(func (export "NAME"))` with a name of six letters.
    fn exporting(name: &[u8; 6]) -> Vec<u8> {
        let sections: [&[u8]; 5] = [
            b"\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x0a\x01\x06",
            name,
            b"\0\0",
            b"\x0a\x04\x01\x02\0\x0b",
            b"",
        ];
        [MODULE, &sections.concat()].concat()
    }

    #[test]
    fn check_world_module_with_start_is_an_app() {
        assert_eq!(check_world(&exporting(b"_start")).expect("an app"), World::Module);
    }

    #[test]
    fn check_world_library_says_what_it_exports() {
        let error = check_world(&exporting(b"_Start")).expect_err("no entry");
        assert!(error.to_string().contains("exports `_Start`, but"), "{error}");
        let error = check_world(MODULE).expect_err("no entry");
        assert!(error.to_string().contains("exports nothing, but"), "{error}");
        let error = check_world(COMPONENT).expect_err("no command");
        assert!(error.to_string().contains("`wasi:cli/run@0.2`"), "{error}");
    }

    #[test]
    fn module_bytes_of_a_component_is_its_largest_module() {
        let module = exporting(b"_start");
        assert_eq!(module_bytes(&module), module.len() as u64);
        let length = |part: &[u8]| u8::try_from(part.len()).expect("short");
        let component = [COMPONENT, &[1, length(MODULE)], MODULE, &[1, length(&module)], &module].concat();
        assert_eq!(module_bytes(&component), module.len() as u64);
    }

    #[test]
    fn check_world_foreign_import_is_named() {
        // (import "env" "f" (func))
        let import: &[u8] = b"\x01\x04\x01\x60\0\0\x02\x09\x01\x03env\x01f\0\0";
        let error = check_world(&[MODULE, import].concat()).expect_err("no device has it");
        assert!(matches!(&error, WorldError::Foreign(name) if name == "env"), "{error}");
    }

    #[test]
    fn check_world_broken_bytes_are_refused() {
        check_world(b"").expect_err("empty");
        check_world(b"#!/bin/sh").expect_err("text");
        let whole = exporting(b"_start");
        for length in 0..whole.len() {
            // Some prefixes end between sections; none of them has the entry and panics are the point.
            let _ = check_world(&whole[..length]);
        }
    }
}
