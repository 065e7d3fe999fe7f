//! SVG through resvg: shapes, gradients, clips, masks and filters. No text, no external files.

use paint::{Size, Surface};
use resvg::{tiny_skia, usvg};

use super::{Picture, PictureError};

/// How far into a file its root element is looked for: after a declaration, a comment and a document type.
const HEAD_BYTES: usize = 4096;

/// The largest SVG source, in bytes. Its tree takes many times as much memory.
const MAX_SVG_BYTES: usize = 1 << 20;

/// Whether the bytes are text whose root may be `<svg>`.
pub(super) fn looks_like_svg(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let text = head.trim_ascii_start();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    text.first() == Some(&b'<') && head.windows(4).any(|w| w == b"<svg")
}

/// The drawing, fitted into `size` without distortion and centred.
pub(super) fn render(bytes: &[u8], size: Size<Surface>) -> Result<Picture, PictureError> {
    if bytes.len() > MAX_SVG_BYTES {
        return Err(PictureError::TooManyBytes(bytes.len()));
    }
    let mut options = usvg::Options::default();
    // Nothing outside the file is ever read: an image inside is drawn only if it is inline.
    options.image_href_resolver.resolve_string = Box::new(|_, _| None);
    let tree = usvg::Tree::from_data(bytes, &options).map_err(|e| PictureError::BrokenSvg(e.to_string()))?;
    let mut map = tiny_skia::Pixmap::new(size.w(), size.h())
        .ok_or(PictureError::TooLarge { w: size.w(), h: size.h() })?;
    let (w, h) = (edge(size.w()), edge(size.h()));
    let scale = (w / tree.size().width()).min(h / tree.size().height());
    let dx = (w - tree.size().width() * scale) / 2.0;
    let dy = (h - tree.size().height() * scale) / 2.0;
    let transform = tiny_skia::Transform::from_row(scale, 0.0, 0.0, scale, dx, dy);
    resvg::render(&tree, transform, &mut map.as_mut());
    let (pixels, _) = map.data().as_chunks::<4>();
    let pixels = pixels.iter().map(|&[r, g, b, a]| u32::from_be_bytes([a, r, g, b])).collect();
    Ok(Picture { size, pixels })
}

/// An edge as a float; edges are at most 16 384 and so exact.
#[expect(clippy::cast_precision_loss, reason = "edges are far below 2^24")]
fn edge(v: u32) -> f32 {
    v as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn render_wide_drawing_in_a_square_is_centred_not_stretched() {
        let svg = br##"<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10" fill="#f00"/></svg>"##;
        assert!(looks_like_svg(svg));
        let p = render(svg, Size::clamped(8, 8)).unwrap();
        assert_eq!(p.row(0), &[0; 8]);
        assert_eq!(p.row(4), &[0xffff_0000; 8]);
        assert_eq!(p.row(7), &[0; 8]);
    }

    #[test]
    fn render_broken_svg_is_an_error() {
        assert!(matches!(render(b"<svg", Size::clamped(8, 8)), Err(PictureError::BrokenSvg(_))));
    }
}
