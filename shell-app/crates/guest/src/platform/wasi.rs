//! The device: WASI 0.2 by its own interfaces.

use alloc::string::String;
use alloc::vec::Vec;
use core::mem::ManuallyDrop;

use wasip2::cli::{stdin, stdout};
use wasip2::clocks::{monotonic_clock, wall_clock};
use wasip2::filesystem::preopens::get_directories;
use wasip2::filesystem::types::{Descriptor, DescriptorFlags, ErrorCode, OpenFlags, PathFlags};
use wasip2::io::poll::{Pollable, poll};
use wasip2::io::streams::{InputStream, OutputStream, StreamError as Failed};

use crate::StreamError;
use crate::files::FileError;

/// Most bytes taken at once.
const CHUNK: u64 = 64 * 1024;

/// What one blocking write may hold, by the definition of `wasi:io/streams`.
const ONE_CALL: usize = 4096;

/// Nanoseconds in a millisecond.
const MS: u64 = 1_000_000;

/// The last second whose milliseconds can be counted. Clocks are cut before they are multiplied: a product that
/// saturates is one of 128 bits, and costs every app its routine.
const LAST_SECOND: u64 = u64::MAX / 1000 - 1;

/// The app's input. A guest has one thread: it waits for its input and for a moment in one call.
///
/// It is open as long as the program runs: nothing is ever handed back, and what is not called is not imported.
#[derive(Debug)]
pub struct Stdin {
    stream: ManuallyDrop<InputStream>,
    ready: Option<ManuallyDrop<Pollable>>,
}

impl Stdin {
    /// Opens it. Once in a program.
    #[must_use]
    pub fn open() -> Self {
        Self { stream: ManuallyDrop::new(stdin::get_stdin()), ready: None }
    }

    /// Waits for bytes or for the moment `until` on the clock of [`monotonic_ms`]; nothing came if it is empty, the
    /// stream ended if it is `None`.
    ///
    /// # Errors
    /// [`StreamError::Stdin`].
    pub fn read(&mut self, until: Option<u64>) -> Result<Option<Vec<u8>>, StreamError> {
        let stream = &self.stream;
        let ready = self.ready.get_or_insert_with(|| ManuallyDrop::new(stream.subscribe()));
        let timer = until.map(|until| monotonic_clock::subscribe_instant(until.min(u64::MAX / MS) * MS));
        // Without a moment to wait for, the input is waited for twice.
        let input = &**ready;
        if !poll(&[input, timer.as_ref().unwrap_or(input)]).contains(&0) {
            return Ok(Some(Vec::new()));
        }
        came(self.stream.read(CHUNK))
    }

    /// Waits for bytes; `None` is the end of the stream.
    ///
    /// # Errors
    /// [`StreamError::Stdin`].
    pub fn wait(&mut self) -> Result<Option<Vec<u8>>, StreamError> {
        came(self.stream.blocking_read(CHUNK))
    }
}

fn came(read: Result<Vec<u8>, Failed>) -> Result<Option<Vec<u8>>, StreamError> {
    match read {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Failed::Closed) => Ok(None),
        Err(failed) => Err(kept(failed, StreamError::Stdin)),
    }
}

/// The program ends of it: what the host knows of the failure ends with it.
fn kept(failed: Failed, error: StreamError) -> StreamError {
    core::mem::forget(failed);
    error
}

/// The app's output, open as long as the program runs.
#[derive(Debug)]
pub struct Stdout(ManuallyDrop<OutputStream>);

impl Stdout {
    /// Opens it. Once in a program.
    #[must_use]
    pub fn open() -> Self {
        Self(ManuallyDrop::new(stdout::get_stdout()))
    }

    /// Writes all of `bytes`: one call of the host for each 4096 of them.
    ///
    /// # Errors
    /// [`StreamError::Stdout`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StreamError> {
        for part in bytes.chunks(ONE_CALL) {
            self.0.blocking_write_and_flush(part).map_err(|failed| kept(failed, StreamError::Stdout))?;
        }
        Ok(())
    }

    /// As [`write`](Self::write), for frames: two calls for as much as the stream takes, whatever that is.
    ///
    /// # Errors
    /// [`StreamError::Stdout`].
    pub fn write_frame(&mut self, mut bytes: &[u8]) -> Result<(), StreamError> {
        let failed = |failed| kept(failed, StreamError::Stdout);
        if bytes.len() <= ONE_CALL {
            return self.write(bytes);
        }
        while !bytes.is_empty() {
            let room = self.0.check_write().map_err(failed)?;
            let room = usize::try_from(room).unwrap_or(usize::MAX);
            // Where nothing is taken now, a little is written that waits until it is.
            let (part, rest) = bytes.split_at(if room == 0 { ONE_CALL } else { room }.min(bytes.len()));
            if room == 0 {
                self.write(part)?;
            } else {
                self.0.write(part).map_err(failed)?;
            }
            bytes = rest;
        }
        self.0.flush().map_err(failed)
    }
}

/// Milliseconds of a clock that never goes back.
#[must_use]
pub fn monotonic_ms() -> u64 {
    monotonic_clock::now() / MS
}

/// Milliseconds since 1970, UTC.
#[must_use]
pub fn unix_ms() -> u64 {
    let now = wall_clock::now();
    now.seconds.min(LAST_SECOND) * 1000 + u64::from(now.nanoseconds) / MS
}

/// A number nobody can guess.
#[must_use]
pub fn random() -> u64 {
    wasip2::random::random::get_random_u64()
}

/// A directory that the app was given.
#[derive(Debug)]
pub(crate) struct Folder(Descriptor);

impl Folder {
    /// The one at `path`, if the app has it.
    pub(crate) fn open(path: &str) -> Option<Self> {
        get_directories().into_iter().find(|(_, name)| name == path).map(|(folder, _)| Self(folder))
    }

    /// A file's bytes: all of them, or some more than `most`.
    pub(crate) fn read(&self, name: &str, most: usize) -> Result<Vec<u8>, FileError> {
        let file = self
            .0
            .open_at(PathFlags::empty(), name, OpenFlags::empty(), DescriptorFlags::READ)
            .map_err(failed)?;
        let mut all = Vec::new();
        loop {
            let (bytes, is_end) = file.read(CHUNK, all.len() as u64).map_err(failed)?;
            all.extend_from_slice(&bytes);
            if is_end || bytes.is_empty() || all.len() > most {
                return Ok(all);
            }
        }
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let how = OpenFlags::CREATE | OpenFlags::TRUNCATE;
        let file = self.0.open_at(PathFlags::empty(), name, how, DescriptorFlags::WRITE).map_err(failed)?;
        let mut at = 0;
        while at < bytes.len() {
            let written = file.write(&bytes[at..], at as u64).map_err(failed)?;
            at += usize::try_from(written).unwrap_or(usize::MAX);
            if written == 0 {
                return Err(FileError::Failed);
            }
        }
        Ok(())
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), FileError> {
        self.0.rename_at(from, &self.0, to).map_err(failed)
    }

    pub(crate) fn remove(&self, name: &str) -> Result<(), FileError> {
        self.0.unlink_file_at(name).map_err(failed)
    }

    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>, FileError> {
        let how = (PathFlags::empty(), OpenFlags::DIRECTORY, DescriptorFlags::READ);
        let folder = self.0.open_at(how.0, if name.is_empty() { "." } else { name }, how.1, how.2);
        let entries = folder.map_err(failed)?.read_directory().map_err(failed)?;
        let mut names = Vec::new();
        while let Some(entry) = entries.read_directory_entry().map_err(failed)? {
            names.push(entry.name);
        }
        Ok(names)
    }
}

fn failed(code: ErrorCode) -> FileError {
    match code {
        ErrorCode::NoEntry | ErrorCode::NotDirectory => FileError::Absent,
        ErrorCode::InsufficientSpace | ErrorCode::Quota => FileError::Full,
        ErrorCode::Access | ErrorCode::NotPermitted | ErrorCode::ReadOnly => FileError::Refused,
        _ => FileError::Failed,
    }
}

/// What [`main!`](crate::main) is made of.
pub mod program {
    pub use wasip2::cli::command::export;
    pub use wasip2::exports::wasi::cli::run::Guest;

    /// A panic is a trap: the supervisor sees it and says which app it was. Its text would cost ten kilobytes.
    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
        core::arch::wasm32::unreachable()
    }

    /// The host allocates what it hands over by this, as the component model asks for.
    #[allow(unsafe_code, reason = "the signature and the name are the component model's")]
    // SAFETY: nothing else in the program has this name: the target's C library, which has one, is not linked.
    #[unsafe(no_mangle)]
    unsafe extern "C" fn cabi_realloc(old: *mut u8, old_len: usize, align: usize, new_len: usize) -> *mut u8 {
        use alloc::alloc::{Layout, alloc, realloc};
        let Ok(layout) = Layout::from_size_align(if old_len == 0 { new_len } else { old_len }, align) else {
            core::arch::wasm32::unreachable()
        };
        let block = if new_len == 0 {
            return core::ptr::without_provenance_mut(align);
        } else if old_len == 0 {
            // SAFETY: the layout's size is `new_len`, which is not 0.
            unsafe { alloc(layout) }
        } else {
            // SAFETY: the host hands back a block of ours with the layout it was asked for with.
            unsafe { realloc(old, layout, new_len) }
        };
        if block.is_null() {
            core::arch::wasm32::unreachable()
        }
        block
    }
}
