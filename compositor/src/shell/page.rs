//! What the system shows over everything: splash, diagnostic page, farewell.

use control_protocol::Facts;
use control_protocol::compositor::SystemPage;
use paint::{Output, PixelViewMut, Point, Rect};

use super::code::Code;
use super::{ground, logo};
use crate::paint::text::Face;
use crate::theme::Palette;

/// Paints the part of a page inside `clip`. The page is opaque.
pub(crate) fn draw(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    (page, code): (&SystemPage, Option<&Code>),
    palette: &Palette,
) {
    let screen = canvas.size().rect();
    ground::sky(canvas, clip, palette.ground, screen.h());
    match page {
        SystemPage::None => {}
        SystemPage::Splash => logo::splash(canvas, clip, screen, palette),
        SystemPage::Diagnostic(facts) => diagnostic(canvas, clip, screen, (facts, code), palette),
        SystemPage::PoweringOff => farewell(canvas, clip, screen, "Powering off", palette),
        SystemPage::Rebooting => farewell(canvas, clip, screen, "Restarting", palette),
    }
}

fn farewell(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    screen: Rect<Output>,
    text: &str,
    palette: &Palette,
) {
    let (cx, cy) = (screen.w().cast_signed() / 2, screen.h().cast_signed() / 2);
    logo::mark(canvas, clip, Point::new(cx, cy - 40), 72, palette);
    let left = cx - Face::LARGE.width(text) / 2;
    Face::LARGE.draw(canvas, clip, Point::new(left, cy + 56), palette.dim, text);
}

/// Lines a sentence may take, and rows a table may have: what fits the smallest screen.
const SENTENCE_LINES: usize = 3;
const ROWS: usize = 12;

/// The longest edge of the QR code, in pixels.
const MOST_CODE: i32 = 320;
/// What is written below it.
const CODE: &str = "These facts, for a camera";

fn diagnostic(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    screen: Rect<Output>,
    (facts, code): (&Facts, Option<&Code>),
    palette: &Palette,
) {
    let margin = if screen.w() <= 800 { 32 } else { 64 };
    let width = (screen.w().cast_signed() - 2 * margin).max(64);
    let mut y = margin;
    logo::mark(canvas, clip, Point::new(margin + 24, y + 24), 40, palette);
    let name = Point::new(margin + 64, y + 33);
    Face::LARGE.draw(canvas, clip, name, palette.dim, "Vyoma");
    y += 48 + 32;
    let mut width = width;
    // Right of the sentences, where that leaves them room.
    let room = (screen.w().cast_signed() / 4).min(screen.h().cast_signed() - y - margin).min(MOST_CODE);
    if let Some((code, edge)) = code.and_then(|code| Some((code, code.edge(room)?))) {
        let at = Point::new(margin + width - edge, y);
        code.draw(canvas, clip, at, edge);
        let left = at.x + (edge - Face::CAPTION.width(CODE)) / 2;
        let below = Point::new(left, at.y + edge + 24);
        Face::CAPTION.draw(canvas, clip, below, palette.dim, CODE);
        width -= edge + margin / 2;
    }
    let (title, gap) = if screen.w() < 640 { (Face::LARGE, 12) } else { (Face::DISPLAY, 16) };
    y = paragraph(canvas, clip, (margin, y, width), title, palette.text, &facts.wrong);
    y = paragraph(canvas, clip, (margin, y + gap, width), Face::LARGE, palette.dim, &facts.tried);
    y += 32;
    let face = Face::MONO;
    let names = facts.rows.iter().map(|(n, _)| face.width(n)).max().unwrap_or(0).min(width / 3);
    for (name, value) in facts.rows.iter().take(ROWS) {
        if y + face.line_height() > screen.h().cast_signed() - margin / 2 {
            break;
        }
        canvas_line(canvas, clip, (margin, y - 4, width), palette);
        let baseline = y + face.ascent() + 2;
        face.draw(canvas, clip, Point::new(margin, baseline), palette.dim, &face.fitted(name, names));
        let left = margin + names + 24;
        let value = face.fitted(value, (width - names - 24).max(16));
        face.draw(canvas, clip, Point::new(left, baseline), palette.text, &value);
        y += face.line_height() + 8;
    }
}

/// A hairline over a table's row.
fn canvas_line(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    (x, y, width): (i32, i32, i32),
    palette: &Palette,
) {
    let line = Rect::from_edges(x, y, x + width, y + 1).intersect(clip);
    canvas.fill(line, palette.line.premultiplied());
}

/// Draws wrapped text from the top `y` on; the answer is where it ends.
fn paragraph(
    canvas: &mut PixelViewMut<'_, Output>,
    clip: Rect<Output>,
    (x, y, width): (i32, i32, i32),
    face: Face,
    color: paint::Color,
    text: &str,
) -> i32 {
    let mut y = y;
    for line in face.wrapped(text, width, SENTENCE_LINES) {
        face.draw(canvas, clip, Point::new(x, y + face.ascent()), color, &line);
        y += face.line_height();
    }
    y
}
