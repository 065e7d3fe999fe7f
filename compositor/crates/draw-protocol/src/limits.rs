//! What the system accepts from one app, each with its reason.

/// Longest line, in bytes without its newline; a longer one is discarded up to its newline. The contract's number: an
/// inline image of 512x256 in base64 fits, and an app without newlines cannot grow its host.
pub const MAX_LINE: usize = 1 << 20;

/// Bytes of line buffer kept between lines. One huge line must not pin a megabyte for the app's whole life.
pub const KEPT_BUFFER: usize = 64 << 10;

/// Longest message from app to app, in bytes. The contract's number.
pub const MAX_MESSAGE: usize = 64 << 10;

/// Most pictures in one `previews`. The contract's number: more would be too small to tell apart on any screen.
pub const MAX_PREVIEWS: usize = 16;

/// Longest app name, in bytes: `[a-z0-9][a-z0-9._-]{0,63}`.
pub const MAX_APP_NAME: usize = 64;

/// How much of an offending field an error message shows, in bytes: enough to recognise the line, not to flood a log.
pub const MAX_EXCERPT: usize = 40;

/// Largest pixel size of `draw_glyph`. Above it a glyph is larger than the largest screen the system drives, and its
/// coverage mask alone would cost megabytes; a larger size is drawn as this one.
pub const MAX_GLYPH_PX: i32 = 512;
