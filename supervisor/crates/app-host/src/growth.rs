//! The guest's file functions that can make its `/data` larger, behind its quota. All others are the library's.
//!
//! Streams of files are wrapped for another reason too: the library starts a thread for a read or a write that is not
//! of the blocking kind, and the jail has no threads. Files never wait for long, so those are done at once.

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use wasmtime::component::{Linker, Resource};
use wasmtime::{AsContextMut, Caller, Extern, Linker as ModuleLinker, StoreContextMut};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::filesystem::{Descriptor, WasiFilesystemView as _};
use wasmtime_wasi::p1::wasi_snapshot_preview1::{self as preview1, WasiSnapshotPreview1 as _};
use wasmtime_wasi::p2::bindings::filesystem::types::{
    DescriptorFlags, ErrorCode, HostDescriptor, OpenFlags, PathFlags,
};
use wasmtime_wasi::p2::{
    DynInputStream, DynOutputStream, FsResult, InputStream, OutputStream, Pollable, StreamError, StreamResult,
};
use wiggle::GuestMemory;

use crate::quota::{Growth, Quota};
use crate::runtime::{Component, Module};

/// As the library names it: functions of this very instance are replaced.
const INTERFACE: &str = "wasi:filesystem/types@0.2.12";

/// The module of WASI 0.1.
const PREVIEW1: &str = "wasi_snapshot_preview1";

/// `errno` of WASI 0.1: no space left.
const NOSPC: i32 = 51;

/// `oflags` of WASI 0.1: make the file.
const CREAT: i32 = 1;

/// The largest descriptor of WASI 0.1 that is a standard stream.
const STDERR: i32 = 2;

/// `ENOSPC`.
const NO_SPACE: i32 = 28;

type Outcome<T> = wasmtime::Result<(Result<T, ErrorCode>,)>;
type Ctx<'a> = StoreContextMut<'a, Component>;
type Fd = Resource<Descriptor>;

fn plain<T>(result: FsResult<T>) -> Outcome<T> {
    Ok((match result {
        Ok(value) => Ok(value),
        Err(e) => Err(e.downcast()?),
    },))
}

fn full<T>() -> Outcome<T> {
    Ok((Err(ErrorCode::InsufficientSpace),))
}

fn quota(store: &Ctx<'_>) -> Option<Arc<Quota>> {
    store.data().quota.clone()
}

/// Whether there is room; without a quota there are no files at all.
fn takes(store: &Ctx<'_>, growth: Growth) -> bool {
    store.data().quota.as_ref().is_none_or(|q| q.take(growth))
}

/// Replaces the library's functions for WASI 0.2.
///
/// # Errors
/// If the linker refuses them.
pub(crate) fn add_to_linker(linker: &mut Linker<Component>) -> wasmtime::Result<()> {
    let mut files = linker.instance(INTERFACE)?;
    files.func_wrap_async(
        "[method]descriptor.write",
        |mut store: Ctx<'_>, (fd, bytes, at): (Fd, Vec<u8>, u64)| {
            Box::new(async move {
                if !takes(&store, Growth::Bytes(bytes.len() as u64)) {
                    return full();
                }
                plain(store.data_mut().filesystem().write(fd, bytes, at).await)
            })
        },
    )?;
    files.func_wrap_async("[method]descriptor.set-size", |mut store: Ctx<'_>, (fd, size): (Fd, u64)| {
        Box::new(async move {
            if quota(&store).is_some_and(|q| !q.allows_length(size)) {
                return full();
            }
            plain(store.data_mut().filesystem().set_size(fd, size).await)
        })
    })?;
    files.func_wrap_async(
        "[method]descriptor.open-at",
        |mut store: Ctx<'_>,
         (fd, links, path, open, flags): (Fd, PathFlags, String, OpenFlags, DescriptorFlags)| {
            Box::new(async move {
                if open.contains(OpenFlags::CREATE) && !takes(&store, Growth::Entry) {
                    return full();
                }
                plain(store.data_mut().filesystem().open_at(fd, links, path, open, flags).await)
            })
        },
    )?;
    files.func_wrap_async(
        "[method]descriptor.create-directory-at",
        |mut store: Ctx<'_>, (fd, path): (Fd, String)| {
            Box::new(async move {
                if !takes(&store, Growth::Entry) {
                    return full();
                }
                plain(store.data_mut().filesystem().create_directory_at(fd, path).await)
            })
        },
    )?;
    files.func_wrap_async(
        "[method]descriptor.symlink-at",
        |mut store: Ctx<'_>, (fd, to, path): (Fd, String, String)| {
            Box::new(async move {
                if !takes(&store, Growth::Entry) {
                    return full();
                }
                plain(store.data_mut().filesystem().symlink_at(fd, to, path).await)
            })
        },
    )?;
    files.func_wrap("[method]descriptor.read-via-stream", |mut store: Ctx<'_>, (fd, at): (Fd, u64)| {
        let stream = match store.data_mut().filesystem().read_via_stream(fd, at) {
            Ok(stream) => stream,
            Err(e) => return plain(Err(e)),
        };
        let table = &mut store.data_mut().table;
        let inner = table.delete(Resource::<DynInputStream>::new_own(stream.rep()))?;
        let inline: DynInputStream = Box::new(Inline(inner));
        Ok((Ok(table.push(inline)?),))
    })?;
    files.func_wrap("[method]descriptor.write-via-stream", |mut store: Ctx<'_>, (fd, at): (Fd, u64)| {
        let stream = store.data_mut().filesystem().write_via_stream(fd, at);
        bounded(&mut store, stream)
    })?;
    files.func_wrap("[method]descriptor.append-via-stream", |mut store: Ctx<'_>, (fd,): (Fd,)| {
        let stream = store.data_mut().filesystem().append_via_stream(fd);
        bounded(&mut store, stream)
    })?;
    Ok(())
}

/// Puts the quota before a stream into a file.
fn bounded(
    store: &mut Ctx<'_>,
    stream: FsResult<Resource<DynOutputStream>>,
) -> Outcome<Resource<DynOutputStream>> {
    let (Ok(stream), Some(quota)) = (&stream, quota(store)) else { return plain(stream) };
    let table = &mut store.data_mut().table;
    let inner = table.delete(Resource::<DynOutputStream>::new_own(stream.rep()))?;
    let bounded: DynOutputStream = Box::new(Bounded { inner, quota });
    Ok((Ok(table.push(bounded)?),))
}

/// A stream into a file.
struct Bounded {
    inner: DynOutputStream,
    quota: Arc<Quota>,
}

#[async_trait]
impl Pollable for Bounded {
    async fn ready(&mut self) {
        self.inner.ready().await;
    }
}

#[async_trait]
impl OutputStream for Bounded {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        if !self.quota.take(Growth::Bytes(bytes.len() as u64)) {
            let e = std::io::Error::from_raw_os_error(NO_SPACE);
            return Err(StreamError::LastOperationFailed(e.into()));
        }
        at_once(self.inner.blocking_write_and_flush(bytes))
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.inner.flush()
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        self.inner.check_write()
    }

    async fn cancel(&mut self) {
        self.inner.cancel().await;
    }
}

/// A stream out of a file.
struct Inline(DynInputStream);

#[async_trait]
impl Pollable for Inline {
    /// Always: the library would begin to read, in a thread.
    async fn ready(&mut self) {}
}

#[async_trait]
impl InputStream for Inline {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        at_once(self.0.blocking_read(size))
    }

    async fn cancel(&mut self) {
        self.0.cancel().await;
    }
}

/// The result of what the library does on this thread, in one turn, because it was told that it may.
fn at_once<T>(work: impl Future<Output = StreamResult<T>>) -> StreamResult<T> {
    let mut work = std::pin::pin!(work);
    match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(StreamError::trap("a file made its guest wait")),
    }
}

/// Puts a check before one of the library's functions for WASI 0.1: without room it gives [`NOSPC`].
macro_rules! bound {
    ($linker:expr, $quota:expr, $name:ident($($arg:ident: $ty:ty),*), |$caller:ident, $q:ident| $room:expr) => {{
        let quota = Arc::clone($quota);
        $linker.func_wrap_async(
            PREVIEW1,
            stringify!($name),
            move |mut $caller: Caller<'_, Module>, ($($arg),*,): ($($ty),*,)| {
                let $q = Arc::clone(&quota);
                Box::new(async move {
                    if !$room {
                        return Ok(NOSPC);
                    }
                    let fuel = $caller.as_context_mut().hostcall_fuel();
                    let Some(Extern::Memory(memory)) = $caller.get_export("memory") else {
                        return Err(wasmtime::format_err!("missing required memory export"));
                    };
                    let (memory, state) = memory.data_and_store_mut(&mut $caller);
                    state.wasi.set_hostcall_fuel(fuel);
                    let mut memory = GuestMemory::Unshared(memory);
                    preview1::$name(&mut state.wasi, &mut memory, $($arg),*).await
                })
            },
        )?;
    }};
}

/// Puts the quota before the library's functions for WASI 0.1 that can make `/data` larger.
///
/// # Errors
/// If the linker refuses them.
pub(crate) fn bound_module(linker: &mut ModuleLinker<Module>, quota: &Arc<Quota>) -> wasmtime::Result<()> {
    linker.allow_shadowing(true);
    bound!(linker, quota, fd_write(fd: i32, list: i32, count: i32, out: i32), |caller, quota| fd <= STDERR
        || quota.take(Growth::Bytes(iovecs(&mut caller, list, count))));
    bound!(linker, quota, fd_pwrite(fd: i32, list: i32, count: i32, at: i64, out: i32), |caller, quota| {
        quota.take(Growth::Bytes(iovecs(&mut caller, list, count)))
    });
    bound!(linker, quota, fd_filestat_set_size(fd: i32, size: i64), |caller, quota| quota
        .allows_length(size.cast_unsigned()));
    bound!(
        linker,
        quota,
        path_open(fd: i32, links: i32, path: i32, len: i32, open: i32, base: i64, inherited: i64, flags: i32, out: i32),
        |caller, quota| open & CREAT == 0 || quota.take(Growth::Entry)
    );
    bound!(linker, quota, path_create_directory(fd: i32, path: i32, len: i32), |caller, quota| quota
        .take(Growth::Entry));
    bound!(
        linker,
        quota,
        path_symlink(to: i32, to_len: i32, fd: i32, path: i32, len: i32),
        |caller, quota| quota.take(Growth::Entry)
    );
    Ok(())
}

/// Bytes that a list of buffers names.
fn iovecs(caller: &mut Caller<'_, Module>, at: i32, count: i32) -> u64 {
    /// Address and length, four bytes each.
    const ENTRY: usize = 8;
    let Some(memory) = caller.get_export("memory").and_then(Extern::into_memory) else { return 0 };
    let start = at.cast_unsigned() as usize;
    let Some(len) = (count.cast_unsigned() as usize).checked_mul(ENTRY) else { return 0 };
    let list = start.checked_add(len).and_then(|end| memory.data(&*caller).get(start..end));
    let lengths = list.unwrap_or_default().chunks_exact(ENTRY);
    lengths.map(|e| u64::from(u32::from_le_bytes([e[4], e[5], e[6], e[7]]))).sum()
}
