//! One line's arguments to a [`Command`] or an [`Audio`].

use crate::command::{Area, Audio, Command, ImageFormat, ImageSource, TextSize, Weight};
use crate::error::{DrawError, Field, Problem};
use crate::{Rgba, number};

/// Why a line gave no command.
#[derive(Debug)]
pub(crate) enum Fault<'a> {
    /// Its text is not UTF-8; the caller repairs the line and parses again.
    NotUtf8,
    /// It is wrong.
    Problem(Problem<'a>),
}

impl<'a> From<Problem<'a>> for Fault<'a> {
    fn from(problem: Problem<'a>) -> Self {
        Self::Problem(problem)
    }
}

/// The arguments not yet taken: `None` once the last field was.
struct Fields<'a>(Option<&'a [u8]>);

impl<'a> Fields<'a> {
    /// The next field up to a comma.
    #[inline]
    fn next(&mut self, field: Field) -> Result<&'a [u8], Problem<'a>> {
        let rest = self.0.ok_or(Problem::Missing { field })?;
        // Fields are a few bytes long: a plain loop beats the set-up of a vector search.
        match rest.iter().position(|&byte| byte == b',') {
            Some(comma) => {
                self.0 = Some(&rest[comma + 1..]);
                Ok(&rest[..comma])
            }
            None => {
                self.0 = None;
                Ok(rest)
            }
        }
    }

    /// Everything left, commas and all.
    #[inline]
    fn last(&mut self, field: Field) -> Result<&'a [u8], Problem<'a>> {
        self.0.take().ok_or(Problem::Missing { field })
    }

    #[inline]
    fn int(&mut self, field: Field) -> Result<i32, Problem<'a>> {
        let found = self.next(field)?;
        number::parse_i32(found).ok_or(Problem::Number { field, found })
    }

    #[inline]
    fn color(&mut self) -> Result<Rgba, Problem<'a>> {
        let found = self.next(Field::Color)?;
        number::parse_color(found).map(Rgba).ok_or(Problem::Color { found })
    }

    #[inline]
    fn area(&mut self) -> Result<Area, Problem<'a>> {
        Ok(Area {
            x: self.int(Field::X)?,
            y: self.int(Field::Y)?,
            w: self.int(Field::W)?,
            h: self.int(Field::H)?,
        })
    }

    fn text(&mut self) -> Result<&'a str, Fault<'a>> {
        core::str::from_utf8(self.last(Field::Text)?).map_err(|_| Fault::NotUtf8)
    }

    fn size(&mut self) -> Result<TextSize, Problem<'a>> {
        let found = self.next(Field::Size)?;
        size_of(found).ok_or(Problem::Size { found })
    }

    /// The last field is one too many, as a part of the field before it: `1,2` where a number ends the line.
    #[inline]
    fn end(&self, field: Field) -> Result<(), Problem<'a>> {
        match self.0 {
            None => Ok(()),
            Some(found) if field == Field::Color => Err(Problem::Color { found }),
            Some(found) => Err(Problem::Number { field, found }),
        }
    }
}

fn size_of(field: &[u8]) -> Option<TextSize> {
    match field {
        b"s" => Some(TextSize::Small),
        b"m" => Some(TextSize::Medium),
        b"l" => Some(TextSize::Large),
        _ => None,
    }
}

/// Parses what follows `VYOMA_DRAW:`.
#[inline]
pub(crate) fn command(line: &[u8]) -> Result<Command<'_>, Fault<'_>> {
    // Nearly every line of a busy app is this one.
    if let Some(rest) = line.strip_prefix(b"fill_rect:") {
        let mut fields = Fields(Some(rest));
        let (area, color) = (fields.area()?, fields.color()?);
        fields.end(Field::Color)?;
        return Ok(Command::FillRect { area, color });
    }
    other_command(line)
}

fn other_command(line: &[u8]) -> Result<Command<'_>, Fault<'_>> {
    let (name, mut fields) = match line.iter().position(|&byte| byte == b':') {
        Some(colon) => (&line[..colon], Fields(Some(&line[colon + 1..]))),
        None => (line, Fields(None)),
    };
    match name {
        // Without arguments: what follows a colon is ignored, as dropping a flush would freeze the app's picture.
        b"flush" | b"present" => Ok(Command::Present),
        b"set_transparent" => Ok(Command::Transparent),
        b"fill_rect" => Err(Problem::Missing { field: Field::X }.into()),
        b"fill_rect_r" => {
            let (area, color, radius) = (fields.area()?, fields.color()?, fields.int(Field::Radius)?);
            fields.end(Field::Radius)?;
            Ok(Command::FillRoundRect { area, color, radius })
        }
        b"rect_border" => {
            let (area, color) = (fields.area()?, fields.color()?);
            fields.end(Field::Color)?;
            Ok(Command::RectBorder { area, color })
        }
        b"clear_region" => {
            let area = fields.area()?;
            fields.end(Field::H)?;
            Ok(Command::ClearRegion { area })
        }
        b"draw_text" => text(fields),
        b"draw_text_wrap" => Ok(Command::TextWrap {
            x: fields.int(Field::X)?,
            y: fields.int(Field::Y)?,
            max_w: fields.int(Field::MaxW)?,
            color: fields.color()?,
            size: fields.size()?,
            text: fields.text()?,
        }),
        b"draw_glyph" => Ok(Command::Glyphs {
            x: fields.int(Field::X)?,
            y: fields.int(Field::Y)?,
            color: fields.color()?,
            px: fields.int(Field::Px)?,
            weight: weight(&mut fields)?,
            text: fields.text()?,
        }),
        b"draw_image" => image(fields),
        b"draw_animation" => animation(fields),
        b"stop_animation" => {
            let area = fields.area()?;
            fields.end(Field::H)?;
            Ok(Command::StopAnimation { area })
        }
        b"set_layer_alpha" => {
            let found = fields.last(Field::Alpha)?;
            let alpha = number::parse_u8(found, u8::MAX);
            alpha.map(Command::LayerAlpha).ok_or(Problem::Number { field: Field::Alpha, found }.into())
        }
        _ => Err(Problem::UnknownCommand { name }.into()),
    }
}

/// `draw_text`, with a size or in the legacy form. The fourth field is a size if it is one *and* another field
/// follows: a legacy line that draws the single letter `s` stays text.
fn text(mut fields: Fields<'_>) -> Result<Command<'_>, Fault<'_>> {
    let (x, y, color) = (fields.int(Field::X)?, fields.int(Field::Y)?, fields.color()?);
    let sized = match fields.0 {
        Some([size, b',', rest @ ..]) => size_of(&[*size]).map(|size| (size, rest)),
        _ => None,
    };
    let size = match sized {
        Some((size, rest)) => {
            fields.0 = Some(rest);
            size
        }
        None => TextSize::Medium,
    };
    Ok(Command::Text { x, y, color, size, text: fields.text()? })
}

fn weight<'a>(fields: &mut Fields<'a>) -> Result<Weight, Problem<'a>> {
    match fields.next(Field::Weight)? {
        b"regular" => Ok(Weight::Regular),
        b"bold" => Ok(Weight::Bold),
        b"mono" => Ok(Weight::Mono),
        found => Err(Problem::Weight { found }),
    }
}

fn image(mut fields: Fields<'_>) -> Result<Command<'_>, Fault<'_>> {
    let area = fields.area()?;
    let rest = fields.last(Field::Image)?;
    let rest = core::str::from_utf8(rest).map_err(|_| Fault::NotUtf8)?;
    let source = if let Some(base64) = rest.strip_prefix("png,") {
        ImageSource::Inline { format: ImageFormat::Png, base64 }
    } else if let Some(base64) = rest.strip_prefix("raw,") {
        ImageSource::Inline { format: ImageFormat::Raw, base64 }
    } else if rest.is_empty() {
        return Err(Problem::EmptyPath.into());
    } else {
        ImageSource::Path(rest)
    };
    Ok(Command::Image { area, source })
}

fn animation(mut fields: Fields<'_>) -> Result<Command<'_>, Fault<'_>> {
    let area = fields.area()?;
    let path = fields.last(Field::Image)?;
    let path = core::str::from_utf8(path).map_err(|_| Fault::NotUtf8)?;
    if path.is_empty() {
        return Err(Problem::EmptyPath.into());
    }
    Ok(Command::Animation { area, path })
}

/// Parses what follows `VYOMA_AUDIO:`.
pub(crate) fn audio(line: &[u8]) -> Result<Audio, DrawError<'_>> {
    parse_audio(line).map_err(|problem| DrawError { line, problem })
}

fn parse_audio(line: &[u8]) -> Result<Audio, Problem<'_>> {
    let (name, mut fields) = match line.iter().position(|&byte| byte == b':') {
        Some(colon) => (&line[..colon], Fields(Some(&line[colon + 1..]))),
        None => (line, Fields(None)),
    };
    match name {
        b"beep" => {
            let found = fields.next(Field::Hertz)?;
            let hz = number::parse_u32(found).ok_or(Problem::Number { field: Field::Hertz, found })?;
            let found = fields.last(Field::Milliseconds)?;
            let ms = number::parse_u32(found).ok_or(Problem::Number { field: Field::Milliseconds, found })?;
            Ok(Audio::Beep { hz, ms })
        }
        b"volume" => {
            let found = fields.last(Field::Volume)?;
            let percent = number::parse_u8(found, 100);
            percent.map(Audio::Volume).ok_or(Problem::Number { field: Field::Volume, found })
        }
        b"mute" => Ok(Audio::Mute),
        b"unmute" => Ok(Audio::Unmute),
        _ => Err(Problem::UnknownCommand { name }),
    }
}
