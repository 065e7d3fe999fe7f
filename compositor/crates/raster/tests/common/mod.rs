//! Golden images: `VYOMA_BLESS=1 cargo test -p vyoma-raster` writes them anew, for review as pictures.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use paint::{PixelViewMut, Rect, Region, Size, Surface};
use vyoma_raster::Canvas;

/// The canvas as it would be on screen, alpha ignored: `0xAARRGGBB`.
pub(crate) fn composed(canvas: &Canvas) -> Vec<u32> {
    let size = canvas.size();
    let mut pixels = vec![0; size.area()];
    let all: Region<Surface> = [Rect::new(0, 0, size.w(), size.h())].into_iter().collect();
    canvas.copy_damage(&all, &mut PixelViewMut::new(&mut pixels, size.w() as usize, size).unwrap());
    pixels
}

/// Compares with a picture; no channel may be off by more than `tolerance`.
pub(crate) fn assert_golden_at(path: &Path, canvas: &Canvas, tolerance: u8) {
    let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display();
    let got: Vec<u8> = composed(canvas)
        .into_iter()
        .flat_map(|pixel| {
            let [_, r, g, b] = pixel.to_be_bytes();
            [r, g, b]
        })
        .collect();
    if std::env::var_os("VYOMA_BLESS").is_some() {
        return write(path, canvas.size(), &got);
    }
    let (size, wanted) = read(path);
    assert_eq!(size, canvas.size(), "{name}");
    let worst = got.iter().zip(&wanted).map(|(got, wanted)| got.abs_diff(*wanted)).max().unwrap_or(0);
    if worst > tolerance {
        let beside = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("{}.png", name.to_string().replace('/', "-")));
        write(&beside, canvas.size(), &got);
        panic!("{name} differs by {worst} (tolerance {tolerance}): compare {}", beside.display());
    }
}

fn write(path: &Path, size: Size<Surface>, rgb: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path).unwrap()), size.w(), size.h());
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header().unwrap().write_image_data(rgb).unwrap();
}

fn read(path: &Path) -> (Size<Surface>, Vec<u8>) {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = png::Decoder::new(BufReader::new(file)).read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut rgb).unwrap();
    (Size::new(info.width, info.height).unwrap(), rgb)
}
