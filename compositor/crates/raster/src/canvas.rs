use draw_protocol::{Area, Command, Rgba};
use paint::{Color, PixelView, PixelViewMut, Rect, Region, Size, Surface};

use crate::corner::Corners;
use crate::damage::Damage;
use crate::picture::Picture;
use crate::playing::Playing;
use crate::text::{FontError, ScriptCode, Text};
use crate::{blend, text};

/// What a window without `set_transparent` is composed over: the contract's `0x0d1117ff`, as a pixel.
pub const BACKDROP: u32 = 0xff0d_1117;

/// Where an image will be: `raised` of the dark theme, with a hairline in `line`.
const PLACEHOLDER: (Rgba, Rgba) = (Rgba::opaque(0x001f_2842), Rgba::opaque(0x003a_4668));

/// What the caller has to do after a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing: pixels changed, or the command drew nothing.
    Drawn,
    /// Make everything since the last one visible.
    Present,
    /// Set the opacity of the window; pixels did not change.
    LayerAlpha(u8),
    /// The window is transparent from now on; all of it is damaged.
    Transparent,
    /// A placeholder stands where an image belongs.
    ImagePlaceholder,
    /// Nothing was drawn: the text needs a font for this script. Answer with [`Canvas::set_font`] and apply the
    /// command again. Each script is asked for once, and only after [`Canvas::ask_for_fonts`].
    Font(ScriptCode),
}

/// The retained pixels of one app's surface.
pub struct Canvas {
    pub(crate) size: Size<Surface>,
    pub(crate) pixels: Vec<u32>,
    pub(crate) damage: Damage,
    /// Animations, in the order of what [`Damage`] watches.
    pub(crate) playing: Vec<Playing>,
    /// Whether unpainted pixels show what is below the window.
    transparent: bool,
    placeholders: u64,
    corners: Corners,
    text: Text,
}

impl Canvas {
    /// A canvas without a painted pixel, all of it damaged.
    #[must_use]
    pub fn new(size: Size<Surface>) -> Self {
        let mut damage = Damage::new(size);
        damage.add(size.rect());
        Self {
            size,
            pixels: vec![0; size.area()],
            damage,
            playing: Vec::new(),
            transparent: false,
            placeholders: 0,
            corners: Corners::default(),
            text: Text::default(),
        }
    }

    /// Width and height.
    #[must_use]
    pub fn size(&self) -> Size<Surface> {
        self.size
    }

    /// Whether `set_transparent` was given: then the copied pixels have alpha and must be blended.
    #[must_use]
    pub fn is_transparent(&self) -> bool {
        self.transparent
    }

    /// From now on a text that needs a font beyond the embedded ones asks for it: [`Outcome::Font`]. Before, what no
    /// font has draws boxes.
    pub fn ask_for_fonts(&mut self) {
        self.text.ask_for_fonts();
    }

    /// The font of a script that [`Outcome::Font`] asked for; `None`: there is none.
    ///
    /// # Errors
    /// [`FontError`]; then it is as if there were none.
    pub fn set_font(&mut self, script: ScriptCode, font: Option<&'static [u8]>) -> Result<(), FontError> {
        self.text.set_font(script, font)
    }

    /// How many images were drawn as a placeholder.
    #[must_use]
    pub fn placeholders(&self) -> u64 {
        self.placeholders
    }

    /// The pixels as drawn, not composed over the backdrop; row by row, without gaps.
    #[must_use]
    pub fn pixels(&self) -> &[u32] {
        &self.pixels
    }

    /// Draws one command.
    #[inline]
    pub fn apply(&mut self, command: &Command<'_>) -> Outcome {
        if let Command::Text { text, .. } | Command::TextWrap { text, .. } | Command::Glyphs { text, .. } =
            *command
            && let Some(script) = self.text.wants(text)
        {
            return Outcome::Font(script);
        }
        match *command {
            Command::FillRect { area, color } => self.fill_rect(area, color),
            Command::FillRoundRect { area, color, radius } => self.fill_round_rect(area, color, radius),
            Command::RectBorder { area, color } => self.rect_border(area, color),
            Command::ClearRegion { area } => self.clear_region(area),
            Command::Text { x, y, color, size, text } => {
                let mut target = target(&mut self.pixels, self.size, &mut self.damage);
                self.text.cells(&mut target, (x, y), color, size, text);
            }
            Command::TextWrap { x, y, max_w, color, size, text } => {
                let columns = usize::try_from(max_w / size.cell().0).unwrap_or(0).max(1);
                let bottom = i32::try_from(self.size.h()).unwrap_or(i32::MAX);
                let mut y = y;
                for line in text::wrap(text, columns) {
                    if y >= bottom {
                        break;
                    }
                    let mut target = target(&mut self.pixels, self.size, &mut self.damage);
                    self.text.cells(&mut target, (x, y), color, size, line);
                    y = y.saturating_add(size.cell().1);
                }
            }
            Command::Glyphs { x, y, color, px, weight, text } => {
                let mut target = target(&mut self.pixels, self.size, &mut self.damage);
                self.text.glyphs(&mut target, (x, y), color, (px, weight), text);
            }
            Command::StopAnimation { area } => {
                let rect = self.clip(area);
                self.stop_animations(rect);
            }
            Command::Image { area, .. } | Command::Animation { area, .. } => {
                self.fill_rect(area, PLACEHOLDER.0);
                self.rect_border(area, PLACEHOLDER.1);
                self.placeholders = self.placeholders.saturating_add(1);
                return Outcome::ImagePlaceholder;
            }
            Command::LayerAlpha(alpha) => return Outcome::LayerAlpha(alpha),
            Command::Transparent => {
                if !self.transparent {
                    self.transparent = true;
                    self.damage.add(self.size.rect());
                }
                return Outcome::Transparent;
            }
            Command::Present => return Outcome::Present,
        }
        Outcome::Drawn
    }

    /// Draws a picture, already scaled, with its top-left corner at (x, y), over what is there.
    pub fn draw_picture(&mut self, x: i32, y: i32, picture: &Picture) {
        let at = Rect::new(x, y, picture.size().w(), picture.size().h());
        let rect = at.intersect(self.size.rect());
        if rect.is_empty() {
            return;
        }
        self.damage.add(rect);
        let skip = rect.left().abs_diff(at.left()) as usize;
        if let Some(mut view) = PixelViewMut::new(&mut self.pixels, self.size.w() as usize, self.size) {
            view.for_rows(rect, |y, row| {
                let from = picture.row(y.abs_diff(at.top()) as usize);
                for (pixel, source) in row.iter_mut().zip(from.get(skip..).unwrap_or(&[])) {
                    *pixel = blend::over(*source, *pixel);
                }
            });
        }
    }

    /// What changed since the last call. It may be a little more than what changed, never less.
    #[must_use]
    pub fn take_damage(&mut self) -> Region<Surface> {
        self.end_touched();
        self.damage.take()
    }

    /// Copies the pixels of `damage` to the same place of `out`. Without `set_transparent` they are composed over
    /// [`BACKDROP`] on the way, and come out opaque: blending once here spares it at every later composition.
    pub fn copy_damage(&self, damage: &Region<Surface>, out: &mut PixelViewMut<'_, Surface>) {
        for &rect in damage.rects() {
            let rect = rect.intersect(self.size.rect());
            out.for_rows(rect, |y, to| {
                let from = self.span(rect.left(), y, to.len());
                if self.transparent || from.iter().fold(u32::MAX, |all, pixel| all & pixel) >> 24 == 255 {
                    to.copy_from_slice(from);
                } else {
                    to.iter_mut().zip(from).for_each(|(to, &from)| *to = blend::over(from, BACKDROP));
                }
            });
        }
    }

    /// Another size; what fits of the content stays at the top left, all of it is damaged.
    pub fn resize(&mut self, size: Size<Surface>) {
        if size == self.size {
            return;
        }
        let mut pixels = vec![0; size.area()];
        let kept = self.size.w().min(size.w()) as usize;
        let old = self.pixels.chunks_exact(self.size.w() as usize);
        for (new, old) in pixels.chunks_exact_mut(size.w() as usize).zip(old) {
            new[..kept].copy_from_slice(&old[..kept]);
        }
        self.size = size;
        self.pixels = pixels;
        self.damage = Damage::new(size);
        self.damage.add(size.rect());
        // What was beneath them is gone with the old size: the last frames stay, as what was drawn.
        self.playing.clear();
    }

    /// The pixels as drawn, to read.
    ///
    /// # Panics
    /// Never: the canvas holds the pixels of its size.
    #[must_use]
    pub fn view(&self) -> PixelView<'_, Surface> {
        PixelView::new(&self.pixels, self.size.w() as usize, self.size)
            .expect("a canvas holds the pixels of its size")
    }

    #[expect(clippy::cast_sign_loss, reason = "callers clip to the canvas")]
    fn span(&self, x: i32, y: i32, len: usize) -> &[u32] {
        &self.pixels[y as usize * self.size.w() as usize + x as usize..][..len]
    }

    /// The part of `area` on the canvas.
    #[inline]
    fn clip(&self, area: Area) -> Rect<Surface> {
        let (w, h) = (area.w.max(0).unsigned_abs(), area.h.max(0).unsigned_abs());
        Rect::new(area.x, area.y, w, h).intersect(self.size.rect())
    }

    #[inline]
    fn fill_rect(&mut self, area: Area, color: Rgba) {
        let rect = self.clip(area);
        let source = Color::from_rgba(color.0).premultiplied();
        if rect.is_empty() || source >> 24 == 0 {
            return;
        }
        self.damage.add(rect);
        self.rows(rect, |row| blend::over_row(row, source));
    }

    fn clear_region(&mut self, area: Area) {
        let rect = self.clip(area);
        self.damage.add(rect);
        self.rows(rect, |row| row.fill(0));
    }

    fn rect_border(&mut self, area: Area, color: Rgba) {
        let Area { x, y, w, h } = area;
        if w <= 0 || h <= 0 {
            return;
        }
        // Four strips that do not overlap, so that a translucent corner is blended once.
        self.fill_rect(Area::new(x, y, w, 1), color);
        if h > 1 {
            self.fill_rect(Area::new(x, y.saturating_add(h - 1), w, 1), color);
            self.fill_rect(Area::new(x, y.saturating_add(1), 1, h - 2), color);
        }
        if w > 1 && h > 1 {
            self.fill_rect(Area::new(x.saturating_add(w - 1), y.saturating_add(1), 1, h - 2), color);
        }
    }

    #[expect(
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        reason = "radius and offsets inside the clipped rectangle lie between 0 and a few times MAX_EDGE"
    )]
    fn fill_round_rect(&mut self, area: Area, color: Rgba, radius: i32) {
        // Sizes beyond any canvas are cut, so that a corner's table stays small: corners that far out are not seen.
        let limit = 4 * i64::from(paint::MAX_EDGE);
        let (x, y) = (i64::from(area.x), i64::from(area.y));
        let (w, h) = (i64::from(area.w), i64::from(area.h));
        let (right, bottom) = ((x + w).clamp(-limit, limit), (y + h).clamp(-limit, limit));
        let (x, y) = (x.clamp(-limit, limit), y.clamp(-limit, limit));
        let (w, h) = (right - x, bottom - y);
        let radius = i64::from(radius).clamp(0, w.min(h).max(0) / 2).min(i64::from(paint::MAX_EDGE) / 2);
        let rect = self.clip(area);
        let source = Color::from_rgba(color.0).premultiplied();
        if radius == 0 || rect.is_empty() || source >> 24 == 0 {
            return self.fill_rect(area, color);
        }
        self.damage.add(rect);
        let corner = self.corners.rows(radius as usize);
        let width = self.size.w() as usize;
        for line in rect.top()..rect.bottom() {
            let from_edge = (i64::from(line) - y).min(bottom - 1 - i64::from(line));
            let row = &mut self.pixels[line as usize * width..][..width];
            let mut span = |from: i64, to: i64| {
                let from = from.max(i64::from(rect.left())) as usize;
                let to = to.min(i64::from(rect.right())).max(0) as usize;
                if from < to {
                    blend::over_row(&mut row[from..to], source);
                }
            };
            let Some(edge) = corner.get(from_edge as usize) else {
                span(x, right);
                continue;
            };
            let (empty, soft) = (edge.empty as i64, edge.coverage.len() as i64);
            span(x + empty + soft, right - empty - soft);
            for (offset, &coverage) in (empty..).zip(&edge.coverage) {
                for at in [x + offset, right - 1 - offset] {
                    if at >= i64::from(rect.left()) && at < i64::from(rect.right()) {
                        blend::mask_row(&mut row[at as usize..=at as usize], &[coverage], source);
                    }
                }
            }
        }
    }

    /// Calls `each` for the pixels of every row of `rect`, which is inside the canvas.
    #[inline]
    #[expect(clippy::cast_sign_loss, reason = "the rectangle is clipped")]
    fn rows(&mut self, rect: Rect<Surface>, mut each: impl FnMut(&mut [u32])) {
        let width = self.size.w() as usize;
        let columns = rect.left() as usize..rect.right() as usize;
        for y in rect.top() as usize..rect.bottom() as usize {
            each(&mut self.pixels[y * width..][columns.clone()]);
        }
    }
}

/// A canvas may be drawn on by the thread that runs the app.
const _: () = {
    const fn is_send<T: Send>() {}
    is_send::<Canvas>();
};

/// What text is drawn on.
pub(crate) struct Target<'a> {
    pub(crate) pixels: &'a mut [u32],
    pub(crate) size: Size<Surface>,
    pub(crate) damage: &'a mut Damage,
}

fn target<'a>(pixels: &'a mut [u32], size: Size<Surface>, damage: &'a mut Damage) -> Target<'a> {
    Target { pixels, size, damage }
}

impl Target<'_> {
    /// Blends `source` through a mask of `w` columns whose top left is at (x, y), clipped for each pixel.
    #[expect(clippy::cast_sign_loss, reason = "edges are clipped to the canvas first")]
    pub(crate) fn mask(&mut self, (x, y): (i32, i32), w: u32, mask: &[u8], source: u32) {
        let h = u32::try_from(mask.len()).unwrap_or(0).checked_div(w).unwrap_or(0);
        let rect = Rect::new(x, y, w, h).intersect(self.size.rect());
        let width = self.size.w() as usize;
        for row in rect.top()..rect.bottom() {
            let skip = (row - y) as usize * w as usize;
            let columns = (rect.left() - x) as usize..(rect.right() - x) as usize;
            let pixels =
                &mut self.pixels[row as usize * width..][rect.left() as usize..rect.right() as usize];
            blend::mask_row(pixels, &mask[skip..][columns], source);
        }
    }
}
