//! Pictures of the screen, to and from PNG.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

/// A screen's pixels: `0x00RRGGBB`, rows from the top.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` of them.
    pub pixels: Vec<u32>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Picture({}x{})", self.width, self.height)
    }
}

/// Why a picture could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file.
    #[error("cannot {verb} {}", path.display())]
    File {
        /// What was tried.
        verb: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The encoder.
    #[error("cannot encode {}", .0.display())]
    Encode(PathBuf, #[source] png::EncodingError),
    /// The bytes.
    #[error("{} is no PNG that the tool reads", .0.display())]
    Decode(PathBuf, #[source] png::DecodingError),
    /// A PNG, but not of a screen.
    #[error("{} has pixels of another kind than 8-bit RGB or RGBA", .0.display())]
    Kind(PathBuf),
}

impl Picture {
    /// The pixel at (x, y), or `None` outside.
    #[must_use]
    pub fn at(&self, x: usize, y: usize) -> Option<u32> {
        (x < self.width).then(|| self.pixels.get(y * self.width + x).copied()).flatten()
    }

    /// How many of all pixels differ from `other`'s; all when the sizes do.
    #[must_use]
    pub fn differing(&self, other: &Self) -> usize {
        if (self.width, self.height) != (other.width, other.height) {
            return self.pixels.len();
        }
        self.pixels.iter().zip(&other.pixels).filter(|(a, b)| a != b).count()
    }

    /// Number of different colours, counted up to `bound`: a blank screen has one.
    #[must_use]
    pub fn colours(&self, bound: usize) -> usize {
        let mut seen = std::collections::HashSet::new();
        self.pixels
            .iter()
            .take_while(|pixel| {
                seen.insert(**pixel);
                seen.len() < bound
            })
            .count();
        seen.len()
    }

    /// Writes it as an 8-bit RGB PNG.
    ///
    /// # Errors
    /// [`PictureError`] names the file.
    pub fn write(&self, path: &Path) -> Result<(), PictureError> {
        let failed = |source| PictureError::File { verb: "write", path: path.to_owned(), source };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = BufWriter::new(File::create(path).map_err(failed)?);
        let edge = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut encoder = png::Encoder::new(file, edge(self.width), edge(self.height));
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        // A screen is fields of one colour and repeated letters: as they are they pack best.
        encoder.set_filter(png::Filter::NoFilter);
        let bytes: Vec<u8> = self
            .pixels
            .iter()
            .flat_map(|pixel| {
                let [_, r, g, b] = pixel.to_be_bytes();
                [r, g, b]
            })
            .collect();
        let mut writer = encoder.write_header().map_err(|e| PictureError::Encode(path.to_owned(), e))?;
        writer.write_image_data(&bytes).map_err(|e| PictureError::Encode(path.to_owned(), e))?;
        writer.finish().map_err(|e| PictureError::Encode(path.to_owned(), e))
    }

    /// Reads an 8-bit RGB or RGBA PNG; alpha is dropped.
    ///
    /// # Errors
    /// [`PictureError`] names the file.
    pub fn read(path: &Path) -> Result<Self, PictureError> {
        let file = File::open(path).map_err(|source| PictureError::File {
            verb: "read",
            path: path.to_owned(),
            source,
        })?;
        let broken = |e| PictureError::Decode(path.to_owned(), e);
        let mut reader = png::Decoder::new(BufReader::new(file)).read_info().map_err(broken)?;
        let mut bytes =
            vec![0; reader.output_buffer_size().ok_or_else(|| PictureError::Kind(path.to_owned()))?];
        let frame = reader.next_frame(&mut bytes).map_err(broken)?;
        let samples = match (frame.color_type, frame.bit_depth) {
            (png::ColorType::Rgb, png::BitDepth::Eight) => 3,
            (png::ColorType::Rgba, png::BitDepth::Eight) => 4,
            _ => return Err(PictureError::Kind(path.to_owned())),
        };
        let pixels = bytes[..frame.buffer_size()]
            .chunks_exact(samples)
            .map(|p| u32::from_be_bytes([0, p[0], p[1], p[2]]))
            .collect();
        Ok(Self { width: frame.width as usize, height: frame.height as usize, pixels })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn write_then_read_gives_the_same_pixels() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/a.png");
        let picture =
            Picture { width: 3, height: 2, pixels: vec![0xff_0000, 0xff00, 0xff, 0, 0x12_3456, 0xff_ffff] };
        picture.write(&path).unwrap();
        assert_eq!(Picture::read(&path).unwrap(), picture);
        assert_eq!(picture.colours(100), 6);
        assert_eq!(picture.at(1, 1), Some(0x12_3456));
        assert_eq!(picture.at(3, 0), None);
    }
}
