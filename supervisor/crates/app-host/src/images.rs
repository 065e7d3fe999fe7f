//! `draw_image`: files come as descriptors from the supervisor, pixels from the decoders in [`raster`].

use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::fd::OwnedFd;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use control_protocol::host::{FromHost, MAX_PICTURE_PATH, PictureFile};
use draw_protocol::{Area, ImageFormat, ImageSource};
use paint::{Size, Surface};
use raster::{MAX_SOURCE_BYTES, Picture, PictureCache, PictureError, PictureKey, decode_base64};

use crate::broker::Broker;

/// How long the supervisor may take to answer. It never waits itself; beyond this it is in trouble, and the app goes
/// on without the picture.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// Lines about images remembered, so as not to repeat them.
const SAID: usize = 16;

/// Why an image was not drawn.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImageError {
    /// A path that is too long to be one.
    #[error("a path of {0} bytes: at most {MAX_PICTURE_PATH}")]
    Path(usize),
    /// The supervisor said no.
    #[error("{0}")]
    Refused(String),
    /// The supervisor said nothing.
    #[error("the supervisor did not open it in time")]
    NoAnswer,
    /// It could not be read.
    #[error("reading: {0}")]
    Read(#[from] rustix::io::Errno),
    /// It is no picture.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

/// What came for the question that is open.
type Answer = (u32, Result<(PictureFile, OwnedFd), String>);

/// Where the second thread puts answers and the guest's thread waits for them.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    slot: Mutex<Option<Answer>>,
    came: Condvar,
}

impl Answers {
    /// An answer came. One that nobody waits for any more is replaced.
    pub(crate) fn put(&self, token: u32, file: Result<(PictureFile, OwnedFd), String>) {
        *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = Some((token, file));
        self.came.notify_one();
    }

    fn wait(&self, token: u32) -> Result<(PictureFile, OwnedFd), ImageError> {
        let slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        let is_missing = |slot: &mut Option<Answer>| slot.as_ref().is_none_or(|(t, _)| *t != token);
        let (mut slot, _) = self
            .came
            .wait_timeout_while(slot, ANSWER_WITHIN, is_missing)
            .unwrap_or_else(PoisonError::into_inner);
        match slot.take() {
            Some((t, file)) if t == token => file.map_err(ImageError::Refused),
            _ => Err(ImageError::NoAnswer),
        }
    }
}

/// Pictures of one app.
#[derive(Debug, Default)]
pub(crate) struct Images {
    cache: PictureCache,
    asked: u32,
    /// What was said of images that were not drawn, the newest last.
    said: Vec<String>,
}

impl Images {
    /// Whether this was not said lately: an app that draws a missing image in every frame hears of it once.
    pub(crate) fn is_news(&mut self, line: &str) -> bool {
        if self.said.iter().any(|said| said == line) {
            return false;
        }
        if self.said.len() >= SAID {
            self.said.remove(0);
        }
        self.said.push(line.to_owned());
        true
    }

    /// The picture to draw at an area; `None` if it has no pixels.
    ///
    /// # Errors
    /// [`ImageError`], for the app's log.
    pub(crate) fn get(
        &mut self,
        source: ImageSource<'_>,
        area: Area,
        broker: &Broker,
        answers: &Answers,
    ) -> Result<Option<Arc<Picture>>, ImageError> {
        let edge = |v: i32| u32::try_from(v).ok().filter(|v| *v > 0);
        let (Some(w), Some(h)) = (edge(area.w), edge(area.h)) else { return Ok(None) };
        let size = Size::new(w, h).filter(|s| s.area() as u64 <= raster::MAX_SOURCE_PIXELS);
        let size = size.ok_or(PictureError::TooLarge { w, h })?;
        match source {
            ImageSource::Path(path) => self.of_file(path, size, broker, answers),
            ImageSource::Inline { format, base64 } => self.of_text(format, base64, size),
        }
        .map(Some)
    }

    fn of_file(
        &mut self,
        path: &str,
        size: Size<Surface>,
        broker: &Broker,
        answers: &Answers,
    ) -> Result<Arc<Picture>, ImageError> {
        if path.len() > MAX_PICTURE_PATH {
            return Err(ImageError::Path(path.len()));
        }
        let key = |version| PictureKey { source: path.to_owned(), version, size };
        // Bundles do not change while they run; only what is below /data is looked at again each time.
        let lasts = !path.starts_with("/data/");
        if lasts && let Some(picture) = self.cache.get(&key(0)) {
            return Ok(picture);
        }
        self.asked = self.asked.wrapping_add(1);
        broker.send(&FromHost::OpenPicture { token: self.asked, path: path.to_owned() });
        let (file, fd) = answers.wait(self.asked)?;
        let key = key(if lasts { 0 } else { u128::from(file.changed_ns) << 64 | u128::from(file.bytes) });
        if !lasts && let Some(picture) = self.cache.get(&key) {
            return Ok(picture);
        }
        self.keep(key, Picture::decode(&read(&fd, file.bytes)?, size)?)
    }

    fn of_text(
        &mut self,
        format: ImageFormat,
        base64: &str,
        size: Size<Surface>,
    ) -> Result<Arc<Picture>, ImageError> {
        let mut hasher = DefaultHasher::new();
        base64.hash(&mut hasher);
        let source = format!("{format:?} {} {:x}", base64.len(), hasher.finish());
        let key = PictureKey { source, version: 0, size };
        if let Some(picture) = self.cache.get(&key) {
            return Ok(picture);
        }
        let bytes = decode_base64(base64)?;
        self.keep(
            key,
            match format {
                ImageFormat::Png => Picture::decode(&bytes, size)?,
                ImageFormat::Raw => Picture::from_rgba(&bytes, size)?,
            },
        )
    }

    #[expect(clippy::unnecessary_wraps, reason = "ends both ways of making a picture")]
    fn keep(&mut self, key: PictureKey, picture: Picture) -> Result<Arc<Picture>, ImageError> {
        let picture = Arc::new(picture);
        self.cache.insert(key, Arc::clone(&picture));
        Ok(picture)
    }
}

/// The file's content.
fn read(fd: &OwnedFd, bytes: u64) -> Result<Vec<u8>, ImageError> {
    let length = usize::try_from(bytes).unwrap_or(usize::MAX);
    if length > MAX_SOURCE_BYTES {
        return Err(PictureError::TooManyBytes(length).into());
    }
    let mut content = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match rustix::io::read(fd, &mut content[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
    }
    content.truncate(filled);
    Ok(content)
}
