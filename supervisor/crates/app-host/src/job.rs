//! A process without an app: one piece of work in the same jail (`control_protocol::job`).

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::fd::{AsFd, OwnedFd};

use control_protocol::PixelSize;
use control_protocol::job::{Job, JobOrder, JobResult, MAX_WHY};
use manifest::{AppName, Capabilities};
use paint::{Size, Surface, blend_over};
use raster::{BACKDROP, MAX_SOURCE_BYTES, Picture, PictureError};
use sys::{Mapping as _, ReadMapping, WriteMapping};

use crate::dns::{self, LookupError};
use crate::files::{self, FileError};
use crate::http::{self, HttpError};
use crate::jail::{self, Cell, JailError};
use crate::keep;
use crate::start::tokio_runtime;
use crate::text::printable;

/// Why a job failed.
#[derive(Debug, thiserror::Error)]
enum JobError {
    /// A descriptor is missing.
    #[error("the supervisor sent no {0}")]
    Missing(&'static str),
    /// The jail.
    #[error(transparent)]
    Jail(#[from] JailError),
    /// The picture's memory.
    #[error("the picture's memory")]
    Memory(#[source] io::Error),
    /// No size of a screen.
    #[error("a picture of {0}x{1} pixels")]
    Size(u32, u32),
    /// The file is no picture.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// The encoder, or the file under it.
    #[error("the picture cannot be written")]
    Encode(#[from] png::EncodingError),
    /// The name.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// The page.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The process itself.
    #[error("the job's own process")]
    Process(#[source] io::Error),
    /// The file.
    #[error("the picture cannot be written")]
    Write(#[from] io::Error),
    /// The system's own file.
    #[error("the file cannot be replaced")]
    Keep(#[source] io::Error),
}

/// Does the work, in the jail.
pub(crate) fn run(order: JobOrder, fds: Vec<OwnedFd>) -> JobResult {
    done(order, fds).unwrap_or_else(|e| JobResult::Failed(printable(&crate::start::chain(&e), MAX_WHY)))
}

fn done(order: JobOrder, fds: Vec<OwnedFd>) -> Result<JobResult, JobError> {
    let name = AppName::new("job").expect("it obeys the rule of names");
    // To make a file last takes the calls for files. What there is to open is below the one folder of `Keep`; for
    // others, nothing in an empty root.
    let writes = matches!(order.job, Job::Png { .. } | Job::Keep { .. });
    let capabilities =
        Capabilities { filesystem: writes, network: order.job.needs_network(), ..Capabilities::default() };
    let data = fds.first().filter(|_| matches!(order.job, Job::Keep { .. })).map(AsFd::as_fd);
    let cell = Cell { name: &name, capabilities: &capabilities, jail: order.jail, bundle: None, data };
    jail::close(&cell)?;
    let mut fds = fds.into_iter();
    match order.job {
        Job::Pin { pin, hash } => {
            jail::seal(&capabilities)?;
            Ok(JobResult::Pin { right: pin::matches(&pin, &hash) })
        }
        Job::Dns { host, servers } => {
            let runtime = tokio_runtime(true).map_err(JobError::Process)?;
            jail::seal(&capabilities)?;
            match runtime.block_on(dns::resolve(&host, &servers)) {
                Ok(addresses) => Ok(JobResult::Address(addresses.first().copied())),
                Err(LookupError::Unknown | LookupError::Name(_)) => Ok(JobResult::Address(None)),
                Err(e) => Err(e.into()),
            }
        }
        Job::HttpGet { url, servers } => {
            let runtime = tokio_runtime(true).map_err(JobError::Process)?;
            jail::seal(&capabilities)?;
            let http::Answer { status, text } = runtime.block_on(http::get(&url, &servers))?;
            Ok(JobResult::Page { status, text })
        }
        Job::Png { size } => {
            let memory = fds.next().ok_or(JobError::Missing("picture"))?;
            let file = fds.next().ok_or(JobError::Missing("file"))?;
            let pixels = size.w as usize * size.h as usize;
            let memory = ReadMapping::new(memory, pixels).map_err(JobError::Memory)?;
            jail::seal(&capabilities)?;
            write_png(&memory, size, file.into())?;
            Ok(JobResult::Written)
        }
        Job::Wallpaper { size, file } => {
            let fd = fds.next().ok_or(JobError::Missing("file"))?;
            let memory = fds.next().ok_or(JobError::Missing("memory"))?;
            let size = Size::new(size.w, size.h).ok_or(JobError::Size(size.w, size.h))?;
            let memory = WriteMapping::new(&memory, size.area()).map_err(JobError::Memory)?;
            jail::seal(&capabilities)?;
            paint_wallpaper(&files::read(&fd, &file, MAX_SOURCE_BYTES)?, &memory, size)?;
            Ok(JobResult::Written)
        }
        Job::Keep { file, text } => {
            let folder = fds.next().ok_or(JobError::Missing("folder"))?;
            jail::seal(&capabilities)?;
            let kept = match text {
                Some(text) => keep::replace(folder.as_fd(), &file, &text),
                None => keep::remove(folder.as_fd(), &file),
            };
            kept.map(|()| JobResult::Written).map_err(JobError::Keep)
        }
    }
}

/// Fills a screen with the middle of a picture; where that is translucent, over the contract's backdrop.
fn paint_wallpaper(bytes: &[u8], memory: &WriteMapping, size: Size<Surface>) -> Result<(), JobError> {
    let picture = Picture::decode_covering(bytes, size)?;
    let mut row: Vec<u32> = Vec::with_capacity(size.w() as usize);
    for y in 0..size.h() as usize {
        row.clear();
        row.extend(picture.row(y).iter().map(|pixel| blend_over(*pixel, BACKDROP, 255)));
        memory.write(y * size.w() as usize, &row);
    }
    Ok(())
}

/// Writes pixels as an 8-bit RGB PNG, row by row.
fn write_png(memory: &ReadMapping, size: PixelSize, file: File) -> Result<(), JobError> {
    let mut out = BufWriter::with_capacity(64 * 1024, &file);
    let mut encoder = png::Encoder::new(&mut out, size.w, size.h);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    let mut stream = writer.stream_writer()?;
    let width = size.w as usize;
    let (mut pixels, mut bytes) = (vec![0; width], Vec::with_capacity(width * 3));
    for at in (0..memory.pixels()).step_by(width.max(1)) {
        memory.read(at, &mut pixels);
        bytes.clear();
        for pixel in &pixels {
            let [_, r, g, b] = pixel.to_be_bytes();
            bytes.extend([r, g, b]);
        }
        stream.write_all(&bytes)?;
    }
    stream.finish()?;
    writer.finish()?;
    out.flush()?;
    drop(out);
    Ok(file.sync_all()?)
}
