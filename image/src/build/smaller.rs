//! Programs for WebAssembly without what nobody runs: names and notes of the tools that made them, and what Binaryen's
//! `wasm-opt` finds to be said shorter.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

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
/// there of the same program, by the same tool in the same way, is not written again: beside it is a key that says so.
///
/// # Errors
/// [`FileError`] names the file. That `wasm-opt` is not there or does not understand a program is none: the program is
/// larger, and as good.
pub(super) fn smaller(wasm: &Path) -> Result<PathBuf, FileError> {
    let place = wasm.with_file_name("small").join(wasm.file_name().unwrap_or_default());
    let program = files::read(wasm)?;
    let key = way().iter().fold(files::Key::default(), files::Key::with).with(&program).hex();
    let key_place = place.with_extension("key");
    if place.is_file() && std::fs::read_to_string(&key_place).is_ok_and(|before| before == key) {
        return Ok(place);
    }
    if let Some(folder) = place.parent() {
        files::make_folder(folder)?;
    }
    // Away with the key first: it must never stand beside another program than its own.
    match std::fs::remove_file(&key_place) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(files::failed("remove", &key_place)(error));
        }
        _ => {}
    }
    let small = of_modules(&program, |module| optimised(module, &place)).unwrap_or(program);
    files::write(&place, &small)?;
    files::write(&key_place, key.as_bytes())?;
    Ok(place)
}

/// What decides how a program is made smaller, beside itself: the tool's version, and what it is told.
fn way() -> &'static [String] {
    static WAY: OnceLock<Vec<String>> = OnceLock::new();
    WAY.get_or_init(|| {
        let mut version = String::new();
        // Without the tool there is no version, and its coming makes another key.
        let _ = child::run(Command::new("wasm-opt").arg("--version"), |line| version.push_str(line));
        [version].into_iter().chain(PASSES.iter().chain(&FEATURES).map(ToString::to_string)).collect()
    })
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
    fn smaller_writes_again_what_is_of_another_program_or_was_broken_off() {
        let folder = std::env::temp_dir().join(format!("vyoma-smaller-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let wasm = folder.join("app.wasm");
        // No tool makes these smaller: they are no programs.
        std::fs::write(&wasm, b"first").expect("written");
        let place = smaller(&wasm).expect("made");
        assert_eq!(std::fs::read(&place).expect("is there"), b"first");
        let written = || std::fs::metadata(&place).and_then(|of| of.modified()).expect("is there");
        let before = written();
        assert_eq!(smaller(&wasm).expect("is there"), place);
        assert_eq!(written(), before, "what is there is left alone");
        // As a build leaves it that is broken off while it writes.
        std::fs::remove_file(place.with_extension("key")).expect("was there");
        std::fs::write(&place, b"fi").expect("written");
        smaller(&wasm).expect("made");
        assert_eq!(std::fs::read(&place).expect("is there"), b"first");
        std::fs::write(&wasm, b"second").expect("written");
        smaller(&wasm).expect("made");
        assert_eq!(std::fs::read(&place).expect("is there"), b"second");
        std::fs::remove_dir_all(&folder).expect("was there");
    }

    #[test]
    fn of_modules_of_a_module_is_the_other() {
        assert_eq!(of_modules(b"\0asm\x01\0\0\0", |_| Some(vec![1])), Some(vec![1]));
        assert_eq!(of_modules(b"", |_| None), None);
    }
}
