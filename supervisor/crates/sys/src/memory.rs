//! Shared memory of surfaces: sealed memfds, and mappings that never pretend to be exclusive.
//!
//! Another process may write to these pages at any time, so no Rust reference to them exists: pixels are
//! copied in and out through raw pointers. Torn pixels are the worst a misbehaving peer can cause, and only
//! in its own window.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::ptr::{self, NonNull};

use rustix::fs::{MemfdFlags, SealFlags};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};

/// Makes all threads share one heap. glibc gives each its own, and reads `/proc` before one of them first gives memory
/// back, which no filter of system calls allows. musl has one.
pub fn use_one_heap() {
    #[cfg(target_env = "gnu")]
    // SAFETY: the call takes numbers and changes a setting of the allocator, under the allocator's own lock. What it
    // answers is whether the number is in bounds: 1 is.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// A memfd of exactly `bytes` bytes, all zero, that can neither shrink nor grow: a mapping of it never
/// faults (`memfd_create(2)`, `F_SEAL_SHRINK`).
///
/// # Errors
/// As `memfd_create(2)` and `ftruncate(2)`.
pub fn create_surface_memory(name: &str, bytes: usize) -> io::Result<OwnedFd> {
    let fd = rustix::fs::memfd_create(name, MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    rustix::fs::ftruncate(&fd, bytes as u64)?;
    rustix::fs::fcntl_add_seals(&fd, SEALS)?;
    Ok(fd)
}

/// A memfd of exactly these bytes that nobody can change any more, nor its size (`F_SEAL_WRITE`).
///
/// # Errors
/// As `memfd_create(2)` and `write(2)`.
pub fn create_sealed_file(name: &str, bytes: &[u8]) -> io::Result<OwnedFd> {
    use std::io::{Seek, Write};
    let fd = rustix::fs::memfd_create(name, MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    let mut file = std::fs::File::from(fd);
    file.write_all(bytes)?;
    file.rewind()?;
    rustix::fs::fcntl_add_seals(&file, SEALS.union(SealFlags::WRITE))?;
    Ok(file.into())
}

const SEALS: SealFlags = SealFlags::SHRINK.union(SealFlags::GROW).union(SealFlags::SEAL);

/// A mapping of shared pixels.
struct Pixels {
    start: NonNull<u32>,
    len: usize,
}

impl Pixels {
    fn new(fd: impl AsFd, pixels: usize, prot: ProtFlags) -> io::Result<Self> {
        let fd = fd.as_fd();
        let wrong = |what| io::Error::new(io::ErrorKind::InvalidData, what);
        let bytes =
            pixels.checked_mul(4).ok_or_else(|| wrong("surface memory larger than the address space"))?;
        if bytes == 0 || u64::try_from(rustix::fs::fstat(fd)?.st_size) != Ok(bytes as u64) {
            return Err(wrong("surface memory of another size than its surface"));
        }
        if !rustix::fs::fcntl_get_seals(fd)?.contains(SealFlags::SHRINK | SealFlags::GROW) {
            return Err(wrong("surface memory that is not sealed"));
        }
        // SAFETY: a fresh shared mapping at an address the kernel chooses aliases no Rust object. The file
        // has this size and is sealed against shrinking, so no access inside it can fault.
        let start = unsafe { mmap(ptr::null_mut(), bytes, prot, MapFlags::SHARED, fd, 0)? };
        let start = NonNull::new(start.cast()).ok_or_else(|| wrong("surface memory mapped at address 0"))?;
        Ok(Self { start, len: pixels })
    }

    /// A pointer to `len` pixels from `at` on.
    fn at(&self, at: usize, len: usize) -> *mut u32 {
        assert!(
            at.checked_add(len).is_some_and(|end| end <= self.len),
            "rows of a surface layout lie inside the memory that was mapped for it"
        );
        // SAFETY: `at` is at most `self.len`, so the result is in or one past the mapping.
        unsafe { self.start.as_ptr().add(at) }
    }
}

impl Drop for Pixels {
    fn drop(&mut self) {
        // SAFETY: `start` and the length are those of the mapping made in `new`; nothing points into it
        // after its only owner is gone. A failure would mean that it was not mapped: nothing is left to do.
        let _ = unsafe { munmap(self.start.as_ptr().cast(), self.len * 4) };
    }
}

// SAFETY: the mapping belongs to the process, not to a thread, and is only reached through `&self` copies.
unsafe impl Send for Pixels {}

/// Pixels another process writes.
pub struct ReadMapping(Pixels);

/// Pixels that another process reads.
pub struct WriteMapping(Pixels);

/// Length of a mapping, whichever its direction.
pub trait Mapping {
    /// Pixels in it.
    fn pixels(&self) -> usize;
}

impl ReadMapping {
    /// Maps a memfd that must have exactly `pixels` pixels and be sealed against a change of size.
    ///
    /// # Errors
    /// `InvalidData` says what is wrong with the memfd; else as `mmap(2)`.
    pub fn new(fd: impl AsFd, pixels: usize) -> io::Result<Self> {
        Ok(Self(Pixels::new(fd, pixels, ProtFlags::READ)?))
    }

    /// Copies pixels from `at` on into `out`.
    ///
    /// # Panics
    /// If that is beyond the mapping: offsets come from a layout, never from a peer.
    pub fn read(&self, at: usize, out: &mut [u32]) {
        let from = self.0.at(at, out.len());
        // SAFETY: `from` is valid for reading `out.len()` pixels, aligned because the mapping is and
        // offsets are whole pixels, and does not overlap `out`, which is ours alone. The peer may write
        // meanwhile; no reference to the pages exists and any bits are a valid u32.
        unsafe { ptr::copy_nonoverlapping(from, out.as_mut_ptr(), out.len()) };
    }
}

impl WriteMapping {
    /// Maps a memfd that must have exactly `pixels` pixels and be sealed against a change of size.
    ///
    /// # Errors
    /// `InvalidData` says what is wrong with the memfd; else as `mmap(2)`.
    pub fn new(fd: impl AsFd, pixels: usize) -> io::Result<Self> {
        Ok(Self(Pixels::new(fd, pixels, ProtFlags::READ | ProtFlags::WRITE)?))
    }

    /// Copies pixels to `at` and after.
    ///
    /// # Panics
    /// If that is beyond the mapping: offsets come from a layout, never from a peer.
    pub fn write(&self, at: usize, pixels: &[u32]) {
        let to = self.0.at(at, pixels.len());
        // SAFETY: `to` is valid for writing that many pixels, aligned, and does not overlap `pixels`. The
        // peer may read meanwhile; no reference to the pages exists.
        unsafe { ptr::copy_nonoverlapping(pixels.as_ptr(), to, pixels.len()) };
    }
}

impl Mapping for ReadMapping {
    fn pixels(&self) -> usize {
        self.0.len
    }
}

impl Mapping for WriteMapping {
    fn pixels(&self) -> usize {
        self.0.len
    }
}

impl fmt::Debug for ReadMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReadMapping({} pixels)", self.0.len)
    }
}

impl fmt::Debug for WriteMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WriteMapping({} pixels)", self.0.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn write_pixels_are_read_by_the_other_mapping() {
        let fd = create_surface_memory("test", 4096).unwrap();
        let (w, r) = (WriteMapping::new(&fd, 1024).unwrap(), ReadMapping::new(&fd, 1024).unwrap());
        w.write(1020, &[1, 2, 3, 4]);
        let mut out = [0; 4];
        r.read(1020, &mut out);
        assert_eq!(out, [1, 2, 3, 4]);
    }

    #[test]
    fn create_sealed_file_is_read_and_never_changed() {
        use std::io::{Read, Write};
        let mut file = std::fs::File::from(create_sealed_file("test", b"words").unwrap());
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "words");
        assert!(file.write_all(b"x").is_err() && file.set_len(0).is_err());
    }

    #[test]
    fn new_wrong_size_or_unsealed_memory_is_refused() {
        let fd = create_surface_memory("test", 4096).unwrap();
        assert!(ReadMapping::new(&fd, 1023).is_err());
        let loose = rustix::fs::memfd_create("loose", MemfdFlags::ALLOW_SEALING).unwrap();
        rustix::fs::ftruncate(&loose, 4096).unwrap();
        assert!(ReadMapping::new(&loose, 1024).is_err());
    }
}
