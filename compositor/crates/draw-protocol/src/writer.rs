use alloc::vec::Vec;

use crate::color::Rgba;
use crate::command::{Area, Audio, Command, ImageFormat, ImageSource, TextSize, Weight};
use crate::number::{write_color, write_i32, write_u64};

/// Draw commands to lines, for apps: collects a frame's lines in one buffer, to be written to stdout in one call.
///
/// Numbers are formatted here rather than by `core::fmt`, which would cost an app some ten kilobytes. A newline or a
/// carriage return inside a text would end the command: it is written as a space.
///
/// ```
/// use vyoma_draw_protocol::{Area, DrawWriter, Rgba, TextSize};
///
/// let mut frame = DrawWriter::new();
/// frame.fill_rect(Area::new(0, 0, 64, 16), Rgba::opaque(0x0b1020));
/// frame.draw_text(4, 0, Rgba::opaque(0xeaeffa), TextSize::Medium, "hello");
/// frame.flush();
/// assert_eq!(
///     frame.as_bytes(),
///     b"VYOMA_DRAW:fill_rect:0,0,64,16,0x0b1020ff\n\
///       VYOMA_DRAW:draw_text:4,0,0xeaeffaff,m,hello\n\
///       VYOMA_DRAW:flush\n"
/// );
/// ```
#[derive(Clone, Debug, Default)]
pub struct DrawWriter {
    out: Vec<u8>,
}

impl DrawWriter {
    /// An empty frame.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The lines so far.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.out
    }

    /// Whether nothing was written since the last [`clear`](Self::clear).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Forgets the lines and keeps the buffer for the next frame.
    pub fn clear(&mut self) {
        self.out.clear();
    }

    /// Fills a rectangle.
    pub fn fill_rect(&mut self, area: Area, color: Rgba) {
        self.start(b"fill_rect:");
        self.area(area);
        self.color(color);
        self.out.push(b'\n');
    }

    /// Fills a rounded rectangle; `radius` in pixels.
    pub fn fill_rect_r(&mut self, area: Area, color: Rgba, radius: i32) {
        self.start(b"fill_rect_r:");
        self.area(area);
        self.color(color);
        self.out.push(b',');
        write_i32(&mut self.out, radius);
        self.out.push(b'\n');
    }

    /// Draws a 1-pixel outline inside a rectangle.
    pub fn rect_border(&mut self, area: Area, color: Rgba) {
        self.start(b"rect_border:");
        self.area(area);
        self.color(color);
        self.out.push(b'\n');
    }

    /// Makes a rectangle transparent again.
    pub fn clear_region(&mut self, area: Area) {
        self.start(b"clear_region:");
        self.area(area);
        self.out.push(b'\n');
    }

    /// Draws text in fixed cells, (x, y) is the top left of the first.
    pub fn draw_text(&mut self, x: i32, y: i32, color: Rgba, size: TextSize, text: &str) {
        self.start(b"draw_text:");
        self.point(x, y);
        self.color(color);
        self.size(size);
        self.text(text);
    }

    /// Draws text in fixed cells, wrapped to `max_w` pixels.
    pub fn draw_text_wrap(&mut self, at: (i32, i32), max_w: i32, color: Rgba, size: TextSize, text: &str) {
        self.start(b"draw_text_wrap:");
        self.point(at.0, at.1);
        self.out.push(b',');
        write_i32(&mut self.out, max_w);
        self.color(color);
        self.size(size);
        self.text(text);
    }

    /// Draws proportional text, `px` pixels an em; `at` is the pen position on the baseline.
    pub fn draw_glyph(&mut self, at: (i32, i32), color: Rgba, px: i32, weight: Weight, text: &str) {
        self.start(b"draw_glyph:");
        self.point(at.0, at.1);
        self.color(color);
        self.out.push(b',');
        write_i32(&mut self.out, px);
        self.out.extend_from_slice(match weight {
            Weight::Regular => b",regular,",
            Weight::Bold => b",bold,",
            Weight::Mono => b",mono,",
        });
        self.text(text);
    }

    /// Draws an image scaled to `area`.
    pub fn draw_image(&mut self, area: Area, source: ImageSource<'_>) {
        self.start(b"draw_image:");
        self.area(area);
        self.out.push(b',');
        match source {
            ImageSource::Path(path) => self.text(path),
            ImageSource::Inline { format, base64 } => {
                self.out.extend_from_slice(match format {
                    ImageFormat::Png => b"png,",
                    ImageFormat::Raw => b"raw,",
                });
                self.text(base64);
            }
        }
    }

    /// Plays an animation scaled to `area`.
    pub fn draw_animation(&mut self, area: Area, path: &str) {
        self.start(b"draw_animation:");
        self.area(area);
        self.out.push(b',');
        self.text(path);
    }

    /// Ends animations that touch `area`.
    pub fn stop_animation(&mut self, area: Area) {
        self.start(b"stop_animation:");
        self.area(area);
        self.out.push(b'\n');
    }

    /// Sets the opacity of the whole window.
    pub fn set_layer_alpha(&mut self, alpha: u8) {
        self.start(b"set_layer_alpha:");
        write_u64(&mut self.out, u64::from(alpha));
        self.out.push(b'\n');
    }

    /// Lets unpainted pixels show what is below the window.
    pub fn set_transparent(&mut self) {
        self.start(b"set_transparent\n");
    }

    /// Makes everything since the last flush visible at once.
    pub fn flush(&mut self) {
        self.start(b"flush\n");
    }

    /// Writes any command.
    pub fn command(&mut self, command: &Command<'_>) {
        match *command {
            Command::FillRect { area, color } => self.fill_rect(area, color),
            Command::FillRoundRect { area, color, radius } => self.fill_rect_r(area, color, radius),
            Command::RectBorder { area, color } => self.rect_border(area, color),
            Command::ClearRegion { area } => self.clear_region(area),
            Command::Text { x, y, color, size, text } => self.draw_text(x, y, color, size, text),
            Command::TextWrap { x, y, max_w, color, size, text } => {
                self.draw_text_wrap((x, y), max_w, color, size, text);
            }
            Command::Glyphs { x, y, color, px, weight, text } => {
                self.draw_glyph((x, y), color, px, weight, text);
            }
            Command::Image { area, source } => self.draw_image(area, source),
            Command::Animation { area, path } => self.draw_animation(area, path),
            Command::StopAnimation { area } => self.stop_animation(area),
            Command::LayerAlpha(alpha) => self.set_layer_alpha(alpha),
            Command::Transparent => self.set_transparent(),
            Command::Present => self.flush(),
        }
    }

    /// Plays a tone, or sets the loudness.
    pub fn audio(&mut self, audio: Audio) {
        self.out.extend_from_slice(b"VYOMA_AUDIO:");
        match audio {
            Audio::Beep { hz, ms } => {
                self.out.extend_from_slice(b"beep:");
                write_u64(&mut self.out, u64::from(hz));
                self.out.push(b',');
                write_u64(&mut self.out, u64::from(ms));
                self.out.push(b'\n');
            }
            Audio::Volume(percent) => {
                self.out.extend_from_slice(b"volume:");
                write_u64(&mut self.out, u64::from(percent));
                self.out.push(b'\n');
            }
            Audio::Mute => self.out.extend_from_slice(b"mute\n"),
            Audio::Unmute => self.out.extend_from_slice(b"unmute\n"),
        }
    }

    /// Writes `@<target>: <message>`: a request to `supervisor`, or a message.
    pub fn message(&mut self, target: &str, message: &str) {
        self.out.push(b'@');
        self.out.extend_from_slice(target.as_bytes());
        self.out.extend_from_slice(b": ");
        self.text(message);
    }

    fn start(&mut self, command: &[u8]) {
        self.out.extend_from_slice(b"VYOMA_DRAW:");
        self.out.extend_from_slice(command);
    }

    fn point(&mut self, x: i32, y: i32) {
        write_i32(&mut self.out, x);
        self.out.push(b',');
        write_i32(&mut self.out, y);
    }

    fn area(&mut self, area: Area) {
        self.point(area.x, area.y);
        self.out.push(b',');
        self.point(area.w, area.h);
    }

    fn color(&mut self, color: Rgba) {
        self.out.push(b',');
        write_color(&mut self.out, color.0);
    }

    fn size(&mut self, size: TextSize) {
        self.out.extend_from_slice(match size {
            TextSize::Small => b",s,",
            TextSize::Medium => b",m,",
            TextSize::Large => b",l,",
        });
    }

    fn text(&mut self, text: &str) {
        self.out.extend(text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
        self.out.push(b'\n');
    }
}
