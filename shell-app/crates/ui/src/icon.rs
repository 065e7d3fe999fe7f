//! One family of icons: a 24 grid, strokes of 2, round ends. The same drawings as `assets/icons/*.svg`.

use crate::shape::{Form, Paint, Part};

/// Units of the grid that the drawings stand on.
pub(crate) const GRID: i32 = 24;
/// Width of their strokes in units.
pub(crate) const STROKE: f32 = 2.0;

/// A drawing of the family. An app carries those it names, and no others.
#[derive(Clone, Copy)]
pub struct Icon(&'static Drawing);

/// Parts, one over another.
type Drawing = &'static [Packed];

/// A part: its form, then the numbers of it, lengths in tenths of a unit and angles in two degrees. A part that is cut
/// out has [`HOLE`] added to its form.
type Packed = [u8; 6];

const HOLE: u8 = 0x80;

impl PartialEq for Icon {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.0, other.0)
    }
}

impl Eq for Icon {}

impl core::fmt::Debug for Icon {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

#[expect(non_upper_case_globals, reason = "they are chosen from like the variants of an enum")]
impl Icon {
    /// Something is wrong.
    pub const Alert: Self = Self(&ALERT);
    /// Four tiles: apps.
    pub const Apps: Self = Self(&APPS);
    /// An arrow to the left with a cross in it: the last one away.
    pub const Backspace: Self = Self(&BACKSPACE);
    /// An open book: learning.
    pub const Book: Self = Self(&BOOK);
    /// A pocket calculator.
    pub const Calculator: Self = Self(&CALCULATOR);
    /// Three columns: numbers, work.
    pub const Chart: Self = Self(&CHART);
    /// A balloon: talking.
    pub const Chat: Self = Self(&CHAT);
    /// It is done.
    pub const Check: Self = Self(&CHECK);
    /// Down: more below.
    pub const ChevronDown: Self = Self(&CHEVRON_DOWN);
    /// To the left: back, previous.
    pub const ChevronLeft: Self = Self(&CHEVRON_LEFT);
    /// To the right: next.
    pub const ChevronRight: Self = Self(&CHEVRON_RIGHT);
    /// Up: more above.
    pub const ChevronUp: Self = Self(&CHEVRON_UP);
    /// A clock face.
    pub const Clock: Self = Self(&CLOCK);
    /// Away with it.
    pub const Close: Self = Self(&CLOSE);
    /// A folder of files.
    pub const Folder: Self = Self(&FOLDER);
    /// A game pad.
    pub const Gamepad: Self = Self(&GAMEPAD);
    /// A gauge: how the system does.
    pub const Gauge: Self = Self(&GAUGE);
    /// The world: network.
    pub const Globe: Self = Self(&GLOBE);
    /// A picture.
    pub const Image: Self = Self(&IMAGE);
    /// Keys: writing.
    pub const Keyboard: Self = Self(&KEYBOARD);
    /// A padlock: closed to others.
    pub const Lock: Self = Self(&LOCK);
    /// A moon: darkness.
    pub const Moon: Self = Self(&MOON);
    /// A note: music, media.
    pub const Note: Self = Self(&NOTE);
    /// A painter's palette.
    pub const Palette: Self = Self(&PALETTE);
    /// One more.
    pub const Plus: Self = Self(&PLUS);
    /// On and off.
    pub const Power: Self = Self(&POWER);
    /// Once more from the start.
    pub const Restart: Self = Self(&RESTART);
    /// A magnifying glass: finding.
    pub const Search: Self = Self(&SEARCH);
    /// A broad arrow up: capitals.
    pub const Shift: Self = Self(&SHIFT);
    /// Three sliders: settings and tools.
    pub const Sliders: Self = Self(&SLIDERS);
    /// A prompt: development.
    pub const Terminal: Self = Self(&TERMINAL);
    /// A bin: clear all.
    pub const Trash: Self = Self(&TRASH);
    /// One step back.
    pub const Undo: Self = Self(&UNDO);
}

impl Icon {
    /// Every drawing, sorted by name.
    pub const ALL: [Self; 33] = [
        Self::Alert,
        Self::Apps,
        Self::Backspace,
        Self::Book,
        Self::Calculator,
        Self::Chart,
        Self::Chat,
        Self::Check,
        Self::ChevronDown,
        Self::ChevronLeft,
        Self::ChevronRight,
        Self::ChevronUp,
        Self::Clock,
        Self::Close,
        Self::Folder,
        Self::Gamepad,
        Self::Gauge,
        Self::Globe,
        Self::Image,
        Self::Keyboard,
        Self::Lock,
        Self::Moon,
        Self::Note,
        Self::Palette,
        Self::Plus,
        Self::Power,
        Self::Restart,
        Self::Search,
        Self::Shift,
        Self::Sliders,
        Self::Terminal,
        Self::Trash,
        Self::Undo,
    ];

    /// The names of [`ALL`](Self::ALL): not kept in the drawings, where every app would carry them.
    const NAMES: [&'static str; 33] = [
        "alert",
        "apps",
        "backspace",
        "book",
        "calculator",
        "chart",
        "chat",
        "check",
        "chevron-down",
        "chevron-left",
        "chevron-right",
        "chevron-up",
        "clock",
        "close",
        "folder",
        "gamepad",
        "gauge",
        "globe",
        "image",
        "keyboard",
        "lock",
        "moon",
        "note",
        "palette",
        "plus",
        "power",
        "restart",
        "search",
        "shift",
        "sliders",
        "terminal",
        "trash",
        "undo",
    ];

    /// Its name, and that of its file in `assets/icons`.
    #[must_use]
    pub fn name(self) -> &'static str {
        let place = Self::ALL.iter().position(|icon| *icon == self);
        place.map_or("", |place| Self::NAMES[place])
    }

    /// What it is drawn with, on a grid of 24 units with strokes of 2.
    pub fn parts(self) -> impl Iterator<Item = (Part, Paint)> {
        self.0.iter().map(|&[form, x, y, a, b, c]| {
            let paint = if form < HOLE { Paint::Cover } else { Paint::Bare };
            let form = Form::of(form & !HOLE);
            let mut numbers = [x, y, a, b, c].map(|tenths| f32::from(tenths) / 10.0);
            if form == Form::Arc {
                (numbers[3], numbers[4]) = (f32::from(b) * 2.0, f32::from(c) * 2.0);
            }
            (Part { form, numbers }, paint)
        })
    }
}

/// A number of steps that are `1 / per` long.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what it is asked for is below 256"
)]
const fn steps(value: f32, per: f32) -> u8 {
    let steps = value * per + 0.5;
    assert!(steps >= 0.0 && steps < 256.0, "a number that has no place in a byte");
    steps as u8
}

const fn packed(Part { form, numbers: [x, y, a, b, c] }: Part) -> Packed {
    let other = if matches!(form, Form::Arc) { 0.5 } else { 10.0 };
    [form as u8, steps(x, 10.0), steps(y, 10.0), steps(a, 10.0), steps(b, other), steps(c, other)]
}

const fn line(x0: f32, y0: f32, x1: f32, y1: f32) -> Packed {
    packed(Part::line((x0, y0), (x1, y1)))
}

const fn disc(x: f32, y: f32, radius: f32) -> Packed {
    packed(Part::disc((x, y), radius))
}

const fn hole(x: f32, y: f32, radius: f32) -> Packed {
    let [form, rest @ ..] = disc(x, y, radius);
    [form | HOLE, rest[0], rest[1], rest[2], rest[3], rest[4]]
}

const fn circle(x: f32, y: f32, radius: f32) -> Packed {
    packed(Part::circle((x, y), radius))
}

const fn arc(x: f32, y: f32, radius: f32, from: f32, sweep: f32) -> Packed {
    packed(Part::arc((x, y), radius, from, sweep))
}

const fn outline(x: f32, y: f32, w: f32, h: f32, radius: f32) -> Packed {
    packed(Part { form: Form::Outline, numbers: [x, y, w, h, radius] })
}

const fn block(x: f32, y: f32, w: f32, h: f32, radius: f32) -> Packed {
    packed(Part::block((x, y, w, h), radius))
}

static ALERT: Drawing = &[circle(12.0, 12.0, 9.0), line(12.0, 7.5, 12.0, 12.5), disc(12.0, 16.4, 1.3)];
static APPS: Drawing = &[
    outline(4.0, 4.0, 6.0, 6.0, 1.5),
    outline(14.0, 4.0, 6.0, 6.0, 1.5),
    outline(4.0, 14.0, 6.0, 6.0, 1.5),
    outline(14.0, 14.0, 6.0, 6.0, 1.5),
];
static BACKSPACE: Drawing = &[
    line(9.0, 5.5, 20.5, 5.5),
    line(20.5, 5.5, 20.5, 18.5),
    line(20.5, 18.5, 9.0, 18.5),
    line(9.0, 18.5, 3.5, 12.0),
    line(3.5, 12.0, 9.0, 5.5),
    line(11.5, 9.5, 16.5, 14.5),
    line(16.5, 9.5, 11.5, 14.5),
];
static BOOK: Drawing = &[
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
static CALCULATOR: Drawing = &[
    outline(5.0, 3.0, 14.0, 18.0, 2.5),
    line(9.0, 7.5, 15.0, 7.5),
    disc(9.0, 12.5, 1.2),
    disc(12.0, 12.5, 1.2),
    disc(15.0, 12.5, 1.2),
    disc(9.0, 16.7, 1.2),
    disc(12.0, 16.7, 1.2),
    disc(15.0, 16.7, 1.2),
];
static CHART: Drawing =
    &[block(3.5, 12.0, 4.0, 8.5, 1.2), block(10.0, 3.5, 4.0, 17.0, 1.2), block(16.5, 8.0, 4.0, 12.5, 1.2)];
static CHAT: Drawing = &[
    outline(3.0, 4.0, 18.0, 12.5, 3.5),
    line(7.5, 16.5, 7.5, 20.5),
    line(7.5, 20.5, 12.0, 16.5),
    line(8.0, 8.5, 16.0, 8.5),
    line(8.0, 12.0, 13.0, 12.0),
];
static CHECK: Drawing = &[line(5.0, 12.5, 10.0, 17.5), line(10.0, 17.5, 19.0, 7.0)];
static CHEVRON_DOWN: Drawing = &[line(5.0, 9.0, 12.0, 16.0), line(12.0, 16.0, 19.0, 9.0)];
static CHEVRON_UP: Drawing = &[line(5.0, 15.0, 12.0, 8.0), line(12.0, 8.0, 19.0, 15.0)];
static CHEVRON_LEFT: Drawing = &[line(15.0, 5.0, 8.0, 12.0), line(8.0, 12.0, 15.0, 19.0)];
static CHEVRON_RIGHT: Drawing = &[line(9.0, 5.0, 16.0, 12.0), line(16.0, 12.0, 9.0, 19.0)];
static CLOCK: Drawing = &[circle(12.0, 12.0, 9.0), line(12.0, 6.5, 12.0, 12.0), line(12.0, 12.0, 15.8, 14.2)];
static CLOSE: Drawing = &[line(6.5, 6.5, 17.5, 17.5), line(17.5, 6.5, 6.5, 17.5)];
static FOLDER: Drawing = &[
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
static GAMEPAD: Drawing = &[
    outline(2.5, 6.5, 19.0, 11.5, 5.5),
    line(8.0, 10.2, 8.0, 14.4),
    line(5.9, 12.3, 10.1, 12.3),
    disc(14.6, 13.8, 1.3),
    disc(17.4, 10.8, 1.3),
];
static GAUGE: Drawing =
    &[arc(12.0, 13.5, 9.0, 240.0, 240.0), line(12.0, 13.5, 15.8, 8.8), disc(12.0, 13.5, 1.8)];
// The meridians are arcs through both poles and a point 4 units beside the middle.
static GLOBE: Drawing = &[
    circle(12.0, 12.0, 9.0),
    line(3.0, 12.0, 21.0, 12.0),
    arc(20.125, 12.0, 12.125, 222.1, 95.8),
    arc(3.875, 12.0, 12.125, 42.1, 95.8),
];
static IMAGE: Drawing = &[
    outline(3.0, 4.5, 18.0, 15.0, 2.5),
    line(4.0, 17.0, 8.8, 11.8),
    line(8.8, 11.8, 13.0, 16.2),
    line(13.0, 16.2, 15.6, 13.4),
    line(15.6, 13.4, 20.0, 17.6),
    disc(15.6, 8.9, 1.4),
];
static KEYBOARD: Drawing = &[
    outline(2.0, 5.5, 20.0, 13.0, 2.5),
    disc(6.5, 9.8, 1.2),
    disc(12.0, 9.8, 1.2),
    disc(17.5, 9.8, 1.2),
    line(8.0, 14.5, 16.0, 14.5),
];
static LOCK: Drawing = &[
    outline(4.5, 10.5, 15.0, 10.0, 2.5),
    line(8.0, 10.0, 8.0, 7.5),
    arc(12.0, 7.5, 4.0, 270.0, 180.0),
    line(16.0, 7.5, 16.0, 10.0),
    disc(12.0, 15.5, 1.5),
];
static MOON: Drawing = &[disc(12.0, 12.0, 9.0), hole(15.8, 8.8, 7.4)];
static NOTE: Drawing = &[
    disc(7.0, 17.6, 3.0),
    disc(17.0, 15.6, 3.0),
    line(9.0, 17.6, 9.0, 6.4),
    line(9.0, 6.4, 19.0, 4.4),
    line(19.0, 4.4, 19.0, 15.6),
];
static PALETTE: Drawing = &[
    disc(12.0, 12.0, 10.0),
    hole(17.3, 17.6, 3.7),
    hole(7.2, 13.6, 1.6),
    hole(8.4, 8.5, 1.6),
    hole(13.2, 6.6, 1.6),
    hole(17.5, 9.8, 1.6),
];
static PLUS: Drawing = &[line(12.0, 5.0, 12.0, 19.0), line(5.0, 12.0, 19.0, 12.0)];
static POWER: Drawing = &[arc(12.0, 12.8, 8.2, 38.0, 284.0), line(12.0, 3.0, 12.0, 11.5)];
static RESTART: Drawing =
    &[arc(12.0, 12.8, 8.0, 62.0, 298.0), line(12.6, 4.8, 9.6, 1.8), line(12.6, 4.8, 9.6, 7.8)];
static SEARCH: Drawing = &[circle(10.5, 10.5, 6.5), line(15.4, 15.4, 20.5, 20.5)];
static SHIFT: Drawing = &[
    line(12.0, 4.0, 4.5, 12.0),
    line(4.5, 12.0, 8.5, 12.0),
    line(8.5, 12.0, 8.5, 19.5),
    line(8.5, 19.5, 15.5, 19.5),
    line(15.5, 19.5, 15.5, 12.0),
    line(15.5, 12.0, 19.5, 12.0),
    line(19.5, 12.0, 12.0, 4.0),
];
static SLIDERS: Drawing = &[
    line(4.0, 6.0, 20.0, 6.0),
    line(4.0, 12.0, 20.0, 12.0),
    line(4.0, 18.0, 20.0, 18.0),
    disc(15.0, 6.0, 3.0),
    disc(8.0, 12.0, 3.0),
    disc(14.0, 18.0, 3.0),
    hole(15.0, 6.0, 1.2),
    hole(8.0, 12.0, 1.2),
    hole(14.0, 18.0, 1.2),
];
static TERMINAL: Drawing =
    &[line(4.5, 6.0, 10.5, 12.0), line(10.5, 12.0, 4.5, 18.0), line(12.5, 18.5, 20.0, 18.5)];
static TRASH: Drawing = &[
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
static UNDO: Drawing = &[
    line(8.0, 4.5, 3.8, 8.8),
    line(3.8, 8.8, 8.0, 13.1),
    line(3.8, 8.8, 14.5, 8.8),
    arc(14.5, 14.2, 5.4, 0.0, 180.0),
    line(14.5, 19.6, 9.0, 19.6),
];
