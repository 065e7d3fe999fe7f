//! `draw_image`: files come as descriptors from the supervisor, pixels from the decoders in [`raster`].

use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::fd::OwnedFd;
use std::sync::Arc;

use control_protocol::host::{FromHost, MAX_PICTURE_PATH, OpenedFile};
use draw_protocol::{Area, ImageFormat, ImageSource};
use paint::{Size, Surface};
use raster::{
    Animation, MAX_ANIMATION_BYTES, MAX_SOURCE_BYTES, Picture, PictureCache, PictureError, PictureKey,
    decode_base64,
};

use crate::broker::Broker;
use crate::files::{Answers, FileError, read};

/// Lines about images remembered, so as not to repeat them.
const SAID: usize = 16;

/// Why an image was not drawn.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImageError {
    /// A path that is too long to be one.
    #[error("a path of {0} bytes: at most {MAX_PICTURE_PATH}")]
    Path(usize),
    /// There is no file to read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no picture.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

/// Pictures of one app.
#[derive(Debug, Default)]
pub(crate) struct Images {
    cache: PictureCache,
    /// Animations that play, or did lately.
    animations: Vec<(PictureKey, Arc<Animation>)>,
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
        let Some(size) = size_of(area)? else { return Ok(None) };
        match source {
            ImageSource::Path(path) => self.of_file(path, size, broker, answers),
            ImageSource::Inline { format, base64 } => self.of_text(format, base64, size),
        }
        .map(Some)
    }

    /// The animation to play at an area; `None` if it has no pixels.
    ///
    /// # Errors
    /// [`ImageError`], for the app's log.
    pub(crate) fn animation(
        &mut self,
        path: &str,
        area: Area,
        broker: &Broker,
        answers: &Answers,
    ) -> Result<Option<Arc<Animation>>, ImageError> {
        let Some(size) = size_of(area)? else { return Ok(None) };
        let known = |all: &[(PictureKey, Arc<Animation>)], key: &PictureKey| {
            all.iter().find(|(k, _)| k == key).map(|(_, animation)| Arc::clone(animation))
        };
        let key = |version| PictureKey { source: path.to_owned(), version, size };
        if lasts(path)
            && let Some(animation) = known(&self.animations, &key(0))
        {
            return Ok(Some(animation));
        }
        let (version, file, fd) = self.open(path, broker, answers)?;
        let key = key(version);
        if let Some(animation) = known(&self.animations, &key) {
            return Ok(Some(animation));
        }
        // Those that the canvas plays stay.
        self.animations.retain(|(_, animation)| Arc::strong_count(animation) > 1);
        let taken: usize = self.animations.iter().map(|(_, animation)| animation.bytes()).sum();
        let bytes = read(&fd, &file, MAX_SOURCE_BYTES)?;
        let animation = Animation::decode(&bytes, size, MAX_ANIMATION_BYTES.saturating_sub(taken))?;
        let animation = Arc::new(animation);
        self.animations.push((key, Arc::clone(&animation)));
        Ok(Some(animation))
    }

    /// Has a file opened; with it comes what tells its content apart from an earlier one.
    fn open(
        &mut self,
        path: &str,
        broker: &Broker,
        answers: &Answers,
    ) -> Result<(u128, OpenedFile, OwnedFd), ImageError> {
        if path.len() > MAX_PICTURE_PATH {
            return Err(ImageError::Path(path.len()));
        }
        self.asked = self.asked.wrapping_add(1);
        broker.send(&FromHost::OpenPicture { token: self.asked, path: path.to_owned() });
        let (file, fd) = answers.wait(self.asked)?;
        let version =
            if lasts(path) { 0 } else { u128::from(file.changed_ns) << 64 | u128::from(file.bytes) };
        Ok((version, file, fd))
    }

    fn of_file(
        &mut self,
        path: &str,
        size: Size<Surface>,
        broker: &Broker,
        answers: &Answers,
    ) -> Result<Arc<Picture>, ImageError> {
        let key = |version| PictureKey { source: path.to_owned(), version, size };
        if lasts(path)
            && let Some(picture) = self.cache.get(&key(0))
        {
            return Ok(picture);
        }
        let (version, file, fd) = self.open(path, broker, answers)?;
        let key = key(version);
        if let Some(picture) = self.cache.get(&key) {
            return Ok(picture);
        }
        self.keep(key, Picture::decode(&read(&fd, &file, MAX_SOURCE_BYTES)?, size)?)
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

/// The size a picture is drawn at; `None` for nothing.
fn size_of(area: Area) -> Result<Option<Size<Surface>>, PictureError> {
    let edge = |v: i32| u32::try_from(v).ok().filter(|v| *v > 0);
    let (Some(w), Some(h)) = (edge(area.w), edge(area.h)) else { return Ok(None) };
    let size = Size::new(w, h).filter(|s| s.area() as u64 <= raster::MAX_SOURCE_PIXELS);
    size.map(Some).ok_or(PictureError::TooLarge { w, h })
}

/// Bundles do not change while they run; only what is below `/data` is looked at again each time.
fn lasts(path: &str) -> bool {
    !path.starts_with("/data/")
}
