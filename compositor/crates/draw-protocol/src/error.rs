use core::fmt;

use crate::limits::MAX_EXCERPT;

/// A `VYOMA_DRAW:` or `VYOMA_AUDIO:` line that was dropped, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} in `{}`", Excerpt(line))]
pub struct DrawError<'a> {
    /// The whole line after its `VYOMA_…:` prefix, as bytes of the app.
    pub line: &'a [u8],
    /// What is wrong with it.
    pub problem: Problem<'a>,
}

/// The argument an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Horizontal position.
    X,
    /// Vertical position.
    Y,
    /// Width.
    W,
    /// Height.
    H,
    /// A colour.
    Color,
    /// Corner radius.
    Radius,
    /// Cell size of text.
    Size,
    /// Width text is wrapped to.
    MaxW,
    /// Pixel size of proportional text.
    Px,
    /// Face of proportional text.
    Weight,
    /// The text itself.
    Text,
    /// Path or format of an image.
    Image,
    /// Opacity of the window.
    Alpha,
    /// Frequency of a tone.
    Hertz,
    /// Duration of a tone.
    Milliseconds,
    /// Loudness.
    Volume,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::X => "x",
            Self::Y => "y",
            Self::W => "w",
            Self::H => "h",
            Self::Color => "rgba",
            Self::Radius => "radius",
            Self::Size => "size",
            Self::MaxW => "max_w",
            Self::Px => "px",
            Self::Weight => "weight",
            Self::Text => "text",
            Self::Image => "path",
            Self::Alpha => "alpha",
            Self::Hertz => "hz",
            Self::Milliseconds => "ms",
            Self::Volume => "volume",
        })
    }
}

/// What is wrong with a line. Messages name the field, what was found (bounded) and what would be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem<'a> {
    /// No command has this name.
    #[error("`{}` is no command", Excerpt(name))]
    UnknownCommand {
        /// The name as written.
        name: &'a [u8],
    },
    /// The line ends before this field.
    #[error("{field} is missing")]
    Missing {
        /// The first absent field.
        field: Field,
    },
    /// The field is no number.
    #[error("{field} is `{}`, not a decimal integer such as -12", Excerpt(found))]
    Number {
        /// Which field.
        field: Field,
        /// What it holds.
        found: &'a [u8],
    },
    /// The field is no colour.
    #[error(
        "rgba is `{}`, not 0xRRGGBBAA (1 to 8 hex digits) or a decimal number up to 4294967295",
        Excerpt(found)
    )]
    Color {
        /// What it holds.
        found: &'a [u8],
    },
    /// The field is no cell size.
    #[error("size is `{}`, not s, m or l", Excerpt(found))]
    Size {
        /// What it holds.
        found: &'a [u8],
    },
    /// The field is no face.
    #[error("weight is `{}`, not regular, bold or mono", Excerpt(found))]
    Weight {
        /// What it holds.
        found: &'a [u8],
    },
    /// An image without a source.
    #[error("path is empty, not a file, or png or raw with base64 after a comma")]
    EmptyPath,
}

/// [`Problem`] without its data: what to count, and of what to log only the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ProblemKind {
    /// [`Problem::UnknownCommand`].
    UnknownCommand,
    /// [`Problem::Missing`].
    Missing,
    /// [`Problem::Number`].
    Number,
    /// [`Problem::Color`].
    Color,
    /// [`Problem::Size`].
    Size,
    /// [`Problem::Weight`].
    Weight,
    /// [`Problem::EmptyPath`].
    EmptyPath,
}

impl ProblemKind {
    /// How many kinds there are; `kind as usize` is below it.
    pub const COUNT: usize = Self::EmptyPath as usize + 1;
}

impl Problem<'_> {
    /// The kind of this problem.
    #[must_use]
    pub const fn kind(&self) -> ProblemKind {
        match self {
            Self::UnknownCommand { .. } => ProblemKind::UnknownCommand,
            Self::Missing { .. } => ProblemKind::Missing,
            Self::Number { .. } => ProblemKind::Number,
            Self::Color { .. } => ProblemKind::Color,
            Self::Size { .. } => ProblemKind::Size,
            Self::Weight { .. } => ProblemKind::Weight,
            Self::EmptyPath => ProblemKind::EmptyPath,
        }
    }
}

/// Bytes of an app, made safe and short for a message.
struct Excerpt<'a>(&'a [u8]);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.get(..MAX_EXCERPT).unwrap_or(self.0);
        write!(f, "{}", shown.escape_ascii())?;
        if shown.len() < self.0.len() { f.write_str("…") } else { Ok(()) }
    }
}
