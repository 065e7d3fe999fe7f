//! What the shell's own apps share: the palette and the scales of space and type, text metrics, shapes and icons,
//! events, and the loop that reads, updates, draws and sleeps.
//!
//! It speaks the app contract alone, through `draw-protocol`: whatever an app of the shell shows, another app can show.
//! An app is a state behind [`App`]: events change it, it draws what changed into a [`Frame`]. It has no clock and no
//! descriptor of its own, so that a test plays whole sessions with it; [`run`] owns those.
//!
//! Two ways to draw: an app with few and large parts draws what changed into the [`Frame`] itself; an app of controls is
//! a [`Screen`] on a [`Stage`]: it puts everything on a [`View`] and the stage draws what differs from the last one,
//! walks the focus and turns presses into messages.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod advances;
mod attention;
pub mod control;
mod date;
mod event;
mod frame;
mod geometry;
mod icon;
mod item;
mod keys;
mod look;
pub mod number;
mod picture;
mod run;
mod session;
mod shape;
mod special;
mod split;
mod stage;
mod text;
mod theme;
mod view;
mod words;

pub use attention::{Attention, Step};
pub use control::{Stance, Tone};
pub use date::Date;
pub use draw_protocol::{Focus, Key, NamedKey, Profile, Rgba, Weight};
pub use event::{Event, Input, Pointer, Source};
pub use frame::{Align, Frame, TextStyle};
pub use geometry::{Point, Rect};
pub use icon::Icon;
pub use item::faults;
pub use keys::{Keys, Stroke};
pub use look::{Language, Look, Text, Theme};
pub use picture::Picture;
pub use run::{App, Now, run};
pub use session::{Session, each_look, each_look_at, each_window_look, filled};
pub use shape::{Form, Mask, Paint, Part, Run, Shape};
pub use special::Special;
pub use stage::{Screen, Stage, System, typed};
pub use text::{CAP_HEIGHT, ellipsized, measure, wrapped};
pub use theme::{Palette, WHITE, faded, mix, space, type_size};
pub use view::{Item, Kind, View, What};
pub use words::Words;
#[doc(hidden)]
pub use words::{packed, packed_length};
