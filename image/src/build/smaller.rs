//! Programs for WebAssembly without what nobody runs: names and notes of the tools that made them, and what Binaryen's
//! `wasm-opt` finds to be said shorter.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use wasmparser::BinaryReader;

use super::child;
use super::files::{self, FileError};

/// Where a component's or a module's sections begin: behind the magic number and the version.
const HEADER: usize = 8;
/// The fifth byte of a component is its version, of a module the first of its own.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
/// Kinds of sections of a component, by the component model's binary format,
/// <https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md>.
const CUSTOM: u8 = 0;
const CORE_MODULE: u8 = 1;

/// What Rust's and C's compilers use without being asked.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What makes a program smallest, found by trying: its control flow is made anew before anything else, what is called
/// and used most has the shortest numbers. No program has anything at the addresses below 1024: there its stack ends.
const PASSES: [&str; 9] = [
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--converge",
    "--reorder-functions",
    "--reorder-locals",
    "--low-memory-unused",
    "--strip-producers",
];

/// Writes the program `wasm` once more into the folder `small` beside it, smaller; gives its place. What was written
/// since `wasm` was is not written again.
///
/// # Errors
/// [`FileError`] names the file. That `wasm-opt` is not there or does not understand a program is none: the program is
/// larger, and as good.
pub(super) fn smaller(wasm: &Path) -> Result<PathBuf, FileError> {
    let folder = wasm.with_file_name("small");
    let place = folder.join(wasm.file_name().unwrap_or_default());
    let written = |path: &Path| std::fs::metadata(path).and_then(|of| of.modified());
    if let (Ok(before), Ok(after)) = (written(wasm), written(&place))
        && before < after
    {
        return Ok(place);
    }
    files::make_folder(&folder)?;
    let program = files::read(wasm)?;
    let small = of_modules(&program, |module| optimised(module, &place)).unwrap_or(program);
    std::fs::write(&place, small).map_err(files::failed("write", &place))?;
    Ok(place)
}

/// A component of other modules and without its custom sections; of a module alone the other. `None` if it is neither.
fn of_modules(program: &[u8], mut other: impl FnMut(&[u8]) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    if !program.starts_with(COMPONENT) {
        return other(program);
    }
    let mut made = COMPONENT.to_vec();
    for (kind, content) in sections(program)? {
        let content = &program[content];
        match kind {
            CUSTOM => {}
            CORE_MODULE => match other(content) {
                Some(module) if module.len() < content.len() => add(&mut made, kind, &module)?,
                _ => add(&mut made, kind, content)?,
            },
            _ => add(&mut made, kind, content)?,
        }
    }
    Some(made)
}

/// The sections of a component: of each its kind and where its content is. `None` if it is cut off.
fn sections(component: &[u8]) -> Option<Vec<(u8, Range<usize>)>> {
    let mut reader = BinaryReader::new(component.get(HEADER..)?, HEADER);
    let mut sections = Vec::new();
    while !reader.eof() {
        let kind = reader.read_u8().ok()?;
        let length = usize::try_from(reader.read_var_u32().ok()?).ok()?;
        let start = reader.original_position();
        reader.read_bytes(length).ok()?;
        sections.push((kind, start..start + length));
    }
    Some(sections)
}

/// Adds a section: its kind, its length in seven bits a byte, and its content.
fn add(made: &mut Vec<u8>, kind: u8, content: &[u8]) -> Option<()> {
    made.push(kind);
    let mut length = u32::try_from(content.len()).ok()?;
    loop {
        let [low, ..] = length.to_le_bytes();
        length >>= 7;
        if length == 0 {
            made.push(low);
            break;
        }
        made.push(low | 0x80);
    }
    made.extend_from_slice(content);
    Some(())
}

/// The module as `wasm-opt` writes it, by way of files beside `place`.
fn optimised(module: &[u8], place: &Path) -> Option<Vec<u8>> {
    let (before, after) = (place.with_extension("before"), place.with_extension("after"));
    std::fs::write(&before, module).ok()?;
    let mut command = Command::new("wasm-opt");
    command.args(PASSES).args(FEATURES).arg(&before).arg("-o").arg(&after);
    let done = child::run(&mut command, |_| {}).ok().and_then(|()| std::fs::read(&after).ok());
    for file in [before, after] {
        // One that is not there was never written.
        let _ = std::fs::remove_file(file);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(sections: &[(u8, &[u8])]) -> Vec<u8> {
        let mut made = COMPONENT.to_vec();
        for (kind, content) in sections {
            add(&mut made, *kind, content).expect("short");
        }
        made
    }

    #[test]
    fn of_modules_has_others_where_they_are_smaller_and_no_custom_sections() {
        let long = vec![7; 300];
        let whole = component(&[
            (CUSTOM, b"\x09producersx"),
            (CORE_MODULE, &long),
            (7, b"type"),
            (CORE_MODULE, b"m"),
        ]);
        let made = of_modules(&whole, |module| Some(vec![b'o'; module.len().min(130)]));
        assert_eq!(made, Some(component(&[(CORE_MODULE, &[b'o'; 130]), (7, b"type"), (CORE_MODULE, b"m")])));
        let as_they_are = component(&[(CORE_MODULE, &long), (7, b"type"), (CORE_MODULE, b"m")]);
        assert_eq!(of_modules(&whole, |_| None), Some(as_they_are));
        for end in HEADER + 1..whole.len() {
            // Cut between two sections it is a component, and elsewhere none.
            let cut = of_modules(&whole[..end], |_| None);
            assert!(cut.is_none_or(|cut| sections(&cut).is_some()), "{end}");
        }
    }

    #[test]
    fn of_modules_of_a_module_is_the_other() {
        assert_eq!(of_modules(b"\0asm\x01\0\0\0", |_| Some(vec![1])), Some(vec![1]));
        assert_eq!(of_modules(b"", |_| None), None);
    }
}
