//! One frame of an app: draw commands, then requests to the system, in one buffer.

use alloc::vec::Vec;

use draw_protocol::{Area, DrawWriter, ImageSource, Rgba, Weight};

use crate::geometry::{Point, Rect};
use crate::icon::Icon;
use crate::number::{float, round};
use crate::shape::{Mask, Part, Shape};
use crate::text::{CAP_HEIGHT, ellipsized, measure};
use crate::theme::{Palette, faded, mix};

/// Masks kept for the next frame. An app uses some thirty; when there are more, all are dropped and made again.
const MAX_MASKS: usize = 96;

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    /// Size of the em in pixels.
    pub px: i32,
    /// Regular or bold.
    pub weight: Weight,
    /// Its colour.
    pub color: Rgba,
}

impl TextStyle {
    /// Regular text.
    #[must_use]
    pub const fn regular(px: i32, color: Rgba) -> Self {
        Self { px, weight: Weight::Regular, color }
    }

    /// Bold text.
    #[must_use]
    pub const fn bold(px: i32, color: Rgba) -> Self {
        Self { px, weight: Weight::Bold, color }
    }
}

/// Where text stands in its box, horizontally. Vertically its capitals are centred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// At the left edge.
    Start,
    /// In the middle.
    Center,
    /// At the right edge.
    End,
}

/// Collects what one turn of an app draws and asks for.
#[derive(Debug, Default)]
pub struct Frame {
    draw: DrawWriter,
    requests: DrawWriter,
    /// Lines of neither kind.
    lines: Vec<u8>,
    /// Some thirty, sought one by one: less code than a tree, and no slower.
    masks: Vec<(Icon, i32, Mask)>,
    /// What every colour's alpha is multiplied by, counted from opaque: 0 is as it is, 255 is invisible.
    veil: u8,
}

impl Frame {
    /// An empty frame.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing was drawn and nothing asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.draw.is_empty() && self.requests.is_empty() && self.lines.is_empty()
    }

    /// The lines: what was drawn, a flush if anything was, then the requests.
    #[must_use]
    pub fn finish(&mut self) -> Vec<u8> {
        if !self.draw.is_empty() {
            self.draw.flush();
        }
        let mut lines = Vec::new();
        for part in [self.draw.as_bytes(), &self.lines, self.requests.as_bytes()] {
            lines.extend_from_slice(part);
        }
        self.draw.clear();
        self.requests.clear();
        self.lines.clear();
        lines
    }

    /// Writes a line that is neither drawn nor a request: a log line, or sound.
    pub fn line(&mut self, line: &str) {
        self.lines.extend_from_slice(line.as_bytes());
        self.lines.push(b'\n');
    }

    /// A picture by its path, scaled to `area`.
    pub fn image(&mut self, area: Rect, path: &str) {
        if !area.is_empty() {
            self.draw.draw_image(Area::new(area.x(), area.y(), area.w(), area.h()), ImageSource::Path(path));
        }
    }

    /// Lets what is below the window be seen through what the app leaves unpainted. Once is enough.
    pub fn set_transparent(&mut self) {
        self.draw.set_transparent();
    }

    /// Takes what was painted in `area` away.
    pub fn clear(&mut self, area: Rect) {
        if !area.is_empty() {
            self.draw.clear_region(Area::new(area.x(), area.y(), area.w(), area.h()));
        }
    }

    /// Asks the system: `@supervisor: <request>`.
    pub fn request(&mut self, request: &str) {
        self.requests.message("supervisor", request);
    }

    /// Draws what follows with its alpha multiplied by `opacity / 255`, until it is set again.
    pub fn set_opacity(&mut self, opacity: u8) {
        self.veil = 255 - opacity;
    }

    /// What colours' alpha is multiplied by now.
    #[must_use]
    pub const fn opacity(&self) -> u8 {
        255 - self.veil
    }

    /// Fills a rectangle.
    pub fn fill(&mut self, area: Rect, color: Rgba) {
        if let Some(color) = self.shade(color)
            && !area.is_empty()
        {
            self.draw.fill_rect(Area::new(area.x(), area.y(), area.w(), area.h()), color);
        }
    }

    /// Fills a rounded rectangle.
    pub fn round(&mut self, area: Rect, radius: i32, color: Rgba) {
        if let Some(color) = self.shade(color)
            && !area.is_empty()
        {
            self.draw.fill_rect_r(Area::new(area.x(), area.y(), area.w(), area.h()), color, radius);
        }
    }

    /// The wallpaper of a canvas `height` high, inside `area`: one rectangle for each run of rows of one colour.
    pub fn ground(&mut self, palette: &Palette, area: Rect, height: i32) {
        let area = area.intersection(Rect::new(0, 0, i32::MAX, height));
        let mut top = area.y();
        while top < area.bottom() {
            let color = palette.ground(top, height);
            let mut bottom = top + 1;
            while bottom < area.bottom() && palette.ground(bottom, height) == color {
                bottom += 1;
            }
            self.fill(Rect::new(area.x(), top, area.w(), bottom - top), color);
            top = bottom;
        }
    }

    /// A ring `width` wide inside the edge of a rounded rectangle; what it encloses stays.
    pub fn ring(&mut self, area: Rect, radius: i32, width: i32, color: Rgba) {
        let most = area.w().min(area.h()) / 2;
        if most <= width {
            return self.fill(area, color);
        }
        let r = radius.clamp(width, most);
        let (inner_w, inner_h) = (area.w() - 2 * r, area.h() - 2 * r);
        self.fill(Rect::new(area.x() + r, area.y(), inner_w, width), color);
        self.fill(Rect::new(area.x() + r, area.bottom() - width, inner_w, width), color);
        self.fill(Rect::new(area.x(), area.y() + r, width, inner_h), color);
        self.fill(Rect::new(area.right() - width, area.y() + r, width, inner_h), color);
        let stroke = float(width);
        // From the upper left corner on, clockwise.
        for (n, from) in (0..).zip([270.0_f32, 0.0, 90.0, 180.0]) {
            let (is_right, is_lower) = (n == 1 || n == 2, n > 1);
            let x = if is_right { area.right() - r } else { area.x() };
            let y = if is_lower { area.bottom() - r } else { area.y() };
            let center = (float(if is_right { x } else { x + r }), float(if is_lower { y } else { y + r }));
            // A little longer than the quarter, so that the round ends lie outside the corner.
            let arc = Part::arc(center, float(r) - stroke / 2.0, from - 1.0, 92.0);
            self.part(&arc, stroke, Rect::new(x, y, r, r), color);
        }
    }

    /// One part where a unit is a pixel, cut to `clip`.
    pub fn part(&mut self, part: &Part, stroke: f32, clip: Rect, color: Rgba) {
        self.runs(Point::new(clip.x(), clip.y()), &Mask::of_part(part, stroke, clip), (color, color), 0);
    }

    /// A shape that is not kept, `edge` pixels wide, its top left at `at`; `color` by row.
    pub fn shape(&mut self, shape: &Shape<'_>, at: Point, edge: i32, color: impl Fn(i32) -> Rgba) {
        for run in Mask::of(shape, edge).runs() {
            let color = faded(color(run.y), run.coverage);
            self.fill(Rect::new(at.x + run.x, at.y + run.y, run.len, 1), color);
        }
    }

    /// An icon, `edge` pixels wide, in the middle of `area`.
    pub fn icon(&mut self, icon: Icon, area: Rect, edge: i32, color: Rgba) {
        let at = Rect::around(area.center(), edge, edge);
        let known = self.masks.iter().position(|(of, size, _)| (*of, *size) == (icon, edge));
        let index = known.unwrap_or_else(|| {
            if self.masks.len() >= MAX_MASKS {
                self.masks.clear();
            }
            self.masks.push((icon, edge, Mask::of_icon(icon, edge)));
            self.masks.len() - 1
        });
        let mask = core::mem::take(&mut self.masks[index].2);
        self.runs(Point::new(at.x(), at.y()), &mask, (color, color), 0);
        self.masks[index].2 = mask;
    }

    /// An app icon's plate: a rounded square with a gradient from top to bottom.
    pub fn plate(&mut self, area: Rect, top: Rgba, bottom: Rgba) {
        let parts = [Part::block((0.0, 0.0, 64.0, 64.0), 16.0)];
        let square = Shape { grid: 64.0, stroke: 0.0, parts: &parts, holes: &[] };
        let last = u32::try_from(area.h() - 1).unwrap_or(0);
        self.runs(Point::new(area.x(), area.y()), &Mask::of(&square, area.w()), (top, bottom), last);
    }

    /// Text in a box, cut with an ellipsis where it is too long. Answers where it was drawn: left edge and width.
    pub fn text(&mut self, area: Rect, align: Align, style: TextStyle, text: &str) -> (i32, i32) {
        let text = ellipsized(text, style.px, style.weight, area.w());
        let width = measure(&text, style.px, style.weight);
        let free = (float(area.w()) - width).max(0.0);
        let x = area.x()
            + match align {
                Align::Start => 0,
                Align::Center => round(free / 2.0),
                Align::End => round(free),
            };
        let cap = round(CAP_HEIGHT * float(style.px));
        let baseline = area.y() + (area.h() + cap) / 2;
        if let Some(color) = self.shade(style.color)
            && !text.is_empty()
        {
            self.draw.draw_glyph((x, baseline), color, style.px, style.weight, &text);
        }
        (x, crate::number::ceil(width))
    }

    /// A mask's pixels, in colours that go from the first in row 0 to the second in row `last`.
    fn runs(&mut self, at: Point, mask: &Mask, (top, bottom): (Rgba, Rgba), last: u32) {
        for run in mask.runs() {
            let color = mix(top, bottom, u32::try_from(run.y).unwrap_or(0), last);
            self.fill(Rect::new(at.x + run.x, at.y + run.y, run.len, 1), faded(color, run.coverage));
        }
    }

    /// The colour under the current opacity; `None` if nothing of it is left.
    fn shade(&self, color: Rgba) -> Option<Rgba> {
        let color = faded(color, 255 - self.veil);
        (color.alpha() > 0).then_some(color)
    }
}
