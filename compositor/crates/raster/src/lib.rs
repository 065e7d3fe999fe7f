//! Draw commands to pixels.
//!
//! A [`Canvas`] keeps the pixels of one app's surface from frame to frame, applies [`draw_protocol::Command`]s to
//! them, and knows what changed since it was last asked. Everything is integer arithmetic but glyph outlines and the
//! arcs of rounded corners, so that the same commands give the same bytes on every machine.
//!
//! What it is not: it reads no file, decodes no line, and knows nothing of windows. It holds no descriptor, clock,
//! thread or global.
//!
//! Invariants:
//! - Pixels are premultiplied `0xAARRGGBB`.
//! - Every changed pixel is inside the damage; the damage may cover more, by at most one tile of 16x16 at each edge
//!   and by the joining of a [`paint::Region`].
//! - Recording damage costs constant time for each command; memory is bounded whatever is drawn.
//! - Fonts are parsed glyph by glyph on first use: nothing is loaded at start.
#![forbid(unsafe_code)]

mod animation;
mod blend;
mod canvas;
mod corner;
mod damage;
mod picture;
mod playing;
mod text;

pub use animation::{Animation, MAX_ANIMATION_BYTES, MAX_ANIMATION_PIXELS, MAX_FRAMES, Moment};
pub use canvas::{BACKDROP, Canvas, Outcome};
pub use picture::{
    MAX_CACHE_BYTES, MAX_DECODE_BYTES, MAX_SOURCE_BYTES, MAX_SOURCE_PIXELS, Picture, PictureCache,
    PictureError, PictureKey, decode_base64,
};
pub use playing::MAX_PLAYING;
pub use text::{FontError, GLYPH_CACHE_BYTES, MAX_FONTS, ScriptCode, measure};
