//! The diagnostic page's facts as a QR code: a telephone reads what people would have to copy.

use control_protocol::Facts;
use paint::{Output, PixelViewMut, Point, Rect};
use qrcodegen::{QrCode, QrCodeEcc};

use crate::paint::shapes::rounded;

/// Bytes of the text: about 80 modules an edge, which a telephone reads from a hand's breadth to a metre away.
const LONGEST: usize = 600;
/// Light modules around it, as the standard (ISO/IEC 18004) wants them.
const QUIET: i32 = 4;
/// Pixels of a module below which cameras fail.
const SMALLEST: i32 = 2;
/// Dark on light whatever the theme: not every reader takes the inverse.
const LIGHT: u32 = 0xffff_ffff;
const DARK: u32 = 0xff0b_1020;

/// A code, module by module.
pub(crate) struct Code(QrCode);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Code of {0}x{0} modules", self.0.size())
    }
}

impl Code {
    /// `None` if the text is none that a code can hold.
    pub(crate) fn of(facts: &Facts) -> Option<Self> {
        let mut lines = vec![facts.wrong.clone(), facts.tried.clone()];
        lines.extend(facts.rows.iter().map(|(name, value)| format!("{name}: {value}")));
        let mut text = lines.join("\n");
        let mut end = text.len().min(LONGEST);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        QrCode::encode_text(&text, QrCodeEcc::Low).ok().map(Self)
    }

    /// The edge in pixels at the largest whole number of pixels for a module that fits `room`; `None` if it
    /// would be too small to be read.
    pub(crate) fn edge(&self, room: i32) -> Option<i32> {
        let modules = self.modules();
        let scale = room / modules;
        (scale >= SMALLEST).then_some(scale * modules)
    }

    fn modules(&self) -> i32 {
        self.0.size() + 2 * QUIET
    }

    /// Draws it, `edge` pixels wide and high.
    pub(crate) fn draw(
        &self,
        canvas: &mut PixelViewMut<'_, Output>,
        clip: Rect<Output>,
        at: Point<Output>,
        edge: i32,
    ) {
        let all = Rect::new(at.x, at.y, edge.unsigned_abs(), edge.unsigned_abs());
        let scale = (edge / self.modules()).max(1);
        rounded(canvas, clip, all, 12, paint::Color::from_rgb(LIGHT & 0x00ff_ffff));
        for y in 0..self.0.size() {
            for x in (0..self.0.size()).filter(|x| self.0.get_module(*x, y)) {
                let (left, top) = (at.x + (x + QUIET) * scale, at.y + (y + QUIET) * scale);
                canvas.fill(Rect::from_edges(left, top, left + scale, top + scale).intersect(clip), DARK);
            }
        }
    }
}
