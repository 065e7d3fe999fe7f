//! One family of icons: a 24 grid, strokes of 2, round ends. The same drawings as `assets/icons/*.svg`.

use crate::shape::Part::{Arc, Block, Disc, Line, Outline};
use crate::shape::{Part, Shape};

/// A drawing of the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Icon {
    /// Something is wrong.
    Alert,
    /// Four tiles: apps.
    Apps,
    /// An arrow to the left with a cross in it: the last one away.
    Backspace,
    /// An open book: learning.
    Book,
    /// A pocket calculator.
    Calculator,
    /// Three columns: numbers, work.
    Chart,
    /// A balloon: talking.
    Chat,
    /// It is done.
    Check,
    /// Down: more below.
    ChevronDown,
    /// To the left: back, previous.
    ChevronLeft,
    /// To the right: next.
    ChevronRight,
    /// Up: more above.
    ChevronUp,
    /// A clock face.
    Clock,
    /// Away with it.
    Close,
    /// A folder of files.
    Folder,
    /// A game pad.
    Gamepad,
    /// A gauge: how the system does.
    Gauge,
    /// The world: network.
    Globe,
    /// A picture.
    Image,
    /// A note: music, media.
    Note,
    /// A painter's palette.
    Palette,
    /// One more.
    Plus,
    /// On and off.
    Power,
    /// Once more from the start.
    Restart,
    /// Three sliders: settings and tools.
    Sliders,
    /// A prompt: development.
    Terminal,
    /// A bin: clear all.
    Trash,
    /// One step back.
    Undo,
}

impl Icon {
    /// Every drawing and its name, sorted by name.
    pub const ALL: [(Self, &'static str); 28] = [
        (Self::Alert, "alert"),
        (Self::Apps, "apps"),
        (Self::Backspace, "backspace"),
        (Self::Book, "book"),
        (Self::Calculator, "calculator"),
        (Self::Chart, "chart"),
        (Self::Chat, "chat"),
        (Self::Check, "check"),
        (Self::ChevronDown, "chevron-down"),
        (Self::ChevronLeft, "chevron-left"),
        (Self::ChevronRight, "chevron-right"),
        (Self::ChevronUp, "chevron-up"),
        (Self::Clock, "clock"),
        (Self::Close, "close"),
        (Self::Folder, "folder"),
        (Self::Gamepad, "gamepad"),
        (Self::Gauge, "gauge"),
        (Self::Globe, "globe"),
        (Self::Image, "image"),
        (Self::Note, "note"),
        (Self::Palette, "palette"),
        (Self::Plus, "plus"),
        (Self::Power, "power"),
        (Self::Restart, "restart"),
        (Self::Sliders, "sliders"),
        (Self::Terminal, "terminal"),
        (Self::Trash, "trash"),
        (Self::Undo, "undo"),
    ];

    /// How it is drawn.
    #[must_use]
    pub const fn shape(self) -> Shape<'static> {
        let (parts, holes): (&[Part], &[Part]) = match self {
            Self::Alert => (&ALERT, &[]),
            Self::Apps => (&APPS, &[]),
            Self::Backspace => (&BACKSPACE, &[]),
            Self::Book => (&BOOK, &[]),
            Self::Calculator => (&CALCULATOR, &[]),
            Self::Chart => (&CHART, &[]),
            Self::Chat => (&CHAT, &[]),
            Self::Check => (&CHECK, &[]),
            Self::ChevronDown => (&CHEVRON_DOWN, &[]),
            Self::ChevronLeft => (&CHEVRON_LEFT, &[]),
            Self::ChevronRight => (&CHEVRON_RIGHT, &[]),
            Self::ChevronUp => (&CHEVRON_UP, &[]),
            Self::Clock => (&CLOCK, &[]),
            Self::Close => (&CLOSE, &[]),
            Self::Folder => (&FOLDER, &[]),
            Self::Gamepad => (&GAMEPAD, &[]),
            Self::Gauge => (&GAUGE, &[]),
            Self::Globe => (&GLOBE, &[]),
            Self::Image => (&IMAGE, &[]),
            Self::Note => (&NOTE, &[]),
            Self::Palette => (&PALETTE, &PALETTE_HOLES),
            Self::Plus => (&PLUS, &[]),
            Self::Power => (&POWER, &[]),
            Self::Restart => (&RESTART, &[]),
            Self::Sliders => (&SLIDERS, &SLIDERS_HOLES),
            Self::Terminal => (&TERMINAL, &[]),
            Self::Trash => (&TRASH, &[]),
            Self::Undo => (&UNDO, &[]),
        };
        Shape { grid: 24.0, stroke: 2.0, parts, holes }
    }
}

const fn line(x0: f32, y0: f32, x1: f32, y1: f32) -> Part {
    Line { from: (x0, y0), to: (x1, y1) }
}

const fn disc(x: f32, y: f32, radius: f32) -> Part {
    Disc { center: (x, y), radius }
}

const fn circle(x: f32, y: f32, radius: f32) -> Part {
    arc(x, y, radius, 0.0, 360.0)
}

const fn arc(x: f32, y: f32, radius: f32, from: f32, sweep: f32) -> Part {
    Arc { center: (x, y), radius, from, sweep }
}

const fn outline(x: f32, y: f32, w: f32, h: f32, radius: f32) -> Part {
    Outline { area: (x, y, w, h), radius }
}

static ALERT: [Part; 3] = [circle(12.0, 12.0, 9.0), line(12.0, 7.5, 12.0, 12.5), disc(12.0, 16.4, 1.3)];
static APPS: [Part; 4] = [
    outline(4.0, 4.0, 6.0, 6.0, 1.5),
    outline(14.0, 4.0, 6.0, 6.0, 1.5),
    outline(4.0, 14.0, 6.0, 6.0, 1.5),
    outline(14.0, 14.0, 6.0, 6.0, 1.5),
];
static BACKSPACE: [Part; 7] = [
    line(9.0, 5.5, 20.5, 5.5),
    line(20.5, 5.5, 20.5, 18.5),
    line(20.5, 18.5, 9.0, 18.5),
    line(9.0, 18.5, 3.5, 12.0),
    line(3.5, 12.0, 9.0, 5.5),
    line(11.5, 9.5, 16.5, 14.5),
    line(16.5, 9.5, 11.5, 14.5),
];
static BOOK: [Part; 11] = [
    line(12.0, 7.4, 12.0, 19.4),
    line(12.0, 7.4, 8.6, 5.2),
    line(8.6, 5.2, 3.2, 5.2),
    line(3.2, 5.2, 3.2, 17.2),
    line(3.2, 17.2, 8.6, 17.2),
    line(8.6, 17.2, 12.0, 19.4),
    line(12.0, 7.4, 15.4, 5.2),
    line(15.4, 5.2, 20.8, 5.2),
    line(20.8, 5.2, 20.8, 17.2),
    line(20.8, 17.2, 15.4, 17.2),
    line(15.4, 17.2, 12.0, 19.4),
];
static CALCULATOR: [Part; 8] = [
    outline(5.0, 3.0, 14.0, 18.0, 2.5),
    line(9.0, 7.5, 15.0, 7.5),
    disc(9.0, 12.5, 1.2),
    disc(12.0, 12.5, 1.2),
    disc(15.0, 12.5, 1.2),
    disc(9.0, 16.7, 1.2),
    disc(12.0, 16.7, 1.2),
    disc(15.0, 16.7, 1.2),
];
static CHART: [Part; 3] = [
    Block { area: (3.5, 12.0, 4.0, 8.5), radius: 1.2 },
    Block { area: (10.0, 3.5, 4.0, 17.0), radius: 1.2 },
    Block { area: (16.5, 8.0, 4.0, 12.5), radius: 1.2 },
];
static CHAT: [Part; 5] = [
    outline(3.0, 4.0, 18.0, 12.5, 3.5),
    line(7.5, 16.5, 7.5, 20.5),
    line(7.5, 20.5, 12.0, 16.5),
    line(8.0, 8.5, 16.0, 8.5),
    line(8.0, 12.0, 13.0, 12.0),
];
static CHECK: [Part; 2] = [line(5.0, 12.5, 10.0, 17.5), line(10.0, 17.5, 19.0, 7.0)];
static CHEVRON_DOWN: [Part; 2] = [line(5.0, 9.0, 12.0, 16.0), line(12.0, 16.0, 19.0, 9.0)];
static CHEVRON_UP: [Part; 2] = [line(5.0, 15.0, 12.0, 8.0), line(12.0, 8.0, 19.0, 15.0)];
static CHEVRON_LEFT: [Part; 2] = [line(15.0, 5.0, 8.0, 12.0), line(8.0, 12.0, 15.0, 19.0)];
static CHEVRON_RIGHT: [Part; 2] = [line(9.0, 5.0, 16.0, 12.0), line(16.0, 12.0, 9.0, 19.0)];
static CLOCK: [Part; 3] =
    [circle(12.0, 12.0, 9.0), line(12.0, 6.5, 12.0, 12.0), line(12.0, 12.0, 15.8, 14.2)];
static CLOSE: [Part; 2] = [line(6.5, 6.5, 17.5, 17.5), line(17.5, 6.5, 6.5, 17.5)];
static FOLDER: [Part; 10] = [
    arc(5.2, 7.2, 2.2, 270.0, 90.0),
    line(5.2, 5.0, 9.0, 5.0),
    line(9.0, 5.0, 11.6, 7.8),
    line(11.6, 7.8, 18.8, 7.8),
    arc(18.8, 10.0, 2.2, 0.0, 90.0),
    line(21.0, 10.0, 21.0, 17.0),
    arc(18.8, 17.0, 2.2, 90.0, 90.0),
    line(18.8, 19.2, 5.2, 19.2),
    arc(5.2, 17.0, 2.2, 180.0, 90.0),
    line(3.0, 17.0, 3.0, 7.2),
];
static GAMEPAD: [Part; 5] = [
    outline(2.5, 6.5, 19.0, 11.5, 5.5),
    line(8.0, 10.2, 8.0, 14.4),
    line(5.9, 12.3, 10.1, 12.3),
    disc(14.6, 13.8, 1.3),
    disc(17.4, 10.8, 1.3),
];
static GAUGE: [Part; 3] =
    [arc(12.0, 13.5, 9.0, 240.0, 240.0), line(12.0, 13.5, 15.8, 8.8), disc(12.0, 13.5, 1.8)];
// The meridians are arcs through both poles and a point 4 units beside the middle.
static GLOBE: [Part; 4] = [
    circle(12.0, 12.0, 9.0),
    line(3.0, 12.0, 21.0, 12.0),
    arc(20.125, 12.0, 12.125, 222.1, 95.8),
    arc(3.875, 12.0, 12.125, 42.1, 95.8),
];
static IMAGE: [Part; 6] = [
    outline(3.0, 4.5, 18.0, 15.0, 2.5),
    line(4.0, 17.0, 8.8, 11.8),
    line(8.8, 11.8, 13.0, 16.2),
    line(13.0, 16.2, 15.6, 13.4),
    line(15.6, 13.4, 20.0, 17.6),
    disc(15.6, 8.9, 1.4),
];
static NOTE: [Part; 5] = [
    disc(7.0, 17.6, 3.0),
    disc(17.0, 15.6, 3.0),
    line(9.0, 17.6, 9.0, 6.4),
    line(9.0, 6.4, 19.0, 4.4),
    line(19.0, 4.4, 19.0, 15.6),
];
static PALETTE: [Part; 1] = [disc(12.0, 12.0, 10.0)];
static PALETTE_HOLES: [Part; 5] = [
    disc(17.3, 17.6, 3.7),
    disc(7.2, 13.6, 1.6),
    disc(8.4, 8.5, 1.6),
    disc(13.2, 6.6, 1.6),
    disc(17.5, 9.8, 1.6),
];
static PLUS: [Part; 2] = [line(12.0, 5.0, 12.0, 19.0), line(5.0, 12.0, 19.0, 12.0)];
static POWER: [Part; 2] = [arc(12.0, 12.8, 8.2, 38.0, 284.0), line(12.0, 3.0, 12.0, 11.5)];
static RESTART: [Part; 3] =
    [arc(12.0, 12.8, 8.0, 62.0, 298.0), line(12.6, 4.8, 9.6, 1.8), line(12.6, 4.8, 9.6, 7.8)];
static SLIDERS: [Part; 6] = [
    line(4.0, 6.0, 20.0, 6.0),
    line(4.0, 12.0, 20.0, 12.0),
    line(4.0, 18.0, 20.0, 18.0),
    disc(15.0, 6.0, 3.0),
    disc(8.0, 12.0, 3.0),
    disc(14.0, 18.0, 3.0),
];
static SLIDERS_HOLES: [Part; 3] = [disc(15.0, 6.0, 1.2), disc(8.0, 12.0, 1.2), disc(14.0, 18.0, 1.2)];
static TERMINAL: [Part; 3] =
    [line(4.5, 6.0, 10.5, 12.0), line(10.5, 12.0, 4.5, 18.0), line(12.5, 18.5, 20.0, 18.5)];
static TRASH: [Part; 9] = [
    line(4.0, 7.0, 20.0, 7.0),
    line(6.0, 7.0, 7.0, 20.0),
    line(7.0, 20.5, 17.0, 20.5),
    line(17.0, 20.0, 18.0, 7.0),
    line(9.0, 7.0, 9.0, 4.0),
    line(9.0, 3.8, 15.0, 3.8),
    line(15.0, 4.0, 15.0, 7.0),
    line(10.2, 11.0, 10.2, 16.5),
    line(13.8, 11.0, 13.8, 16.5),
];
static UNDO: [Part; 5] = [
    line(8.0, 4.5, 3.8, 8.8),
    line(3.8, 8.8, 8.0, 13.1),
    line(3.8, 8.8, 14.5, 8.8),
    arc(14.5, 14.2, 5.4, 0.0, 180.0),
    line(14.5, 19.6, 9.0, 19.6),
];
