//! One family of icons: a 24 grid, strokes of 2, round ends. The same drawings as `assets/icons/*.svg`.

use crate::shape::Part::{Arc, Block, Disc, Line, Outline};
use crate::shape::{Part, Shape};

/// A drawing of the family. An app carries those it names, and no others.
#[derive(Clone, Copy)]
pub struct Icon(&'static Drawing);

struct Drawing {
    name: &'static str,
    parts: &'static [Part],
    holes: &'static [Part],
}

impl PartialEq for Icon {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.0, other.0)
    }
}

impl Eq for Icon {}

impl core::fmt::Debug for Icon {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.0.name)
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

    /// Its name, and that of its file in `assets/icons`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// How it is drawn.
    #[must_use]
    pub const fn shape(self) -> Shape<'static> {
        Shape { grid: 24.0, stroke: 2.0, parts: self.0.parts, holes: self.0.holes }
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

static ALERT: Drawing = Drawing {
    name: "alert",
    parts: &[circle(12.0, 12.0, 9.0), line(12.0, 7.5, 12.0, 12.5), disc(12.0, 16.4, 1.3)],
    holes: &[],
};
static APPS: Drawing = Drawing {
    name: "apps",
    parts: &[
        outline(4.0, 4.0, 6.0, 6.0, 1.5),
        outline(14.0, 4.0, 6.0, 6.0, 1.5),
        outline(4.0, 14.0, 6.0, 6.0, 1.5),
        outline(14.0, 14.0, 6.0, 6.0, 1.5),
    ],
    holes: &[],
};
static BACKSPACE: Drawing = Drawing {
    name: "backspace",
    parts: &[
        line(9.0, 5.5, 20.5, 5.5),
        line(20.5, 5.5, 20.5, 18.5),
        line(20.5, 18.5, 9.0, 18.5),
        line(9.0, 18.5, 3.5, 12.0),
        line(3.5, 12.0, 9.0, 5.5),
        line(11.5, 9.5, 16.5, 14.5),
        line(16.5, 9.5, 11.5, 14.5),
    ],
    holes: &[],
};
static BOOK: Drawing = Drawing {
    name: "book",
    parts: &[
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
    ],
    holes: &[],
};
static CALCULATOR: Drawing = Drawing {
    name: "calculator",
    parts: &[
        outline(5.0, 3.0, 14.0, 18.0, 2.5),
        line(9.0, 7.5, 15.0, 7.5),
        disc(9.0, 12.5, 1.2),
        disc(12.0, 12.5, 1.2),
        disc(15.0, 12.5, 1.2),
        disc(9.0, 16.7, 1.2),
        disc(12.0, 16.7, 1.2),
        disc(15.0, 16.7, 1.2),
    ],
    holes: &[],
};
static CHART: Drawing = Drawing {
    name: "chart",
    parts: &[
        Block { area: (3.5, 12.0, 4.0, 8.5), radius: 1.2 },
        Block { area: (10.0, 3.5, 4.0, 17.0), radius: 1.2 },
        Block { area: (16.5, 8.0, 4.0, 12.5), radius: 1.2 },
    ],
    holes: &[],
};
static CHAT: Drawing = Drawing {
    name: "chat",
    parts: &[
        outline(3.0, 4.0, 18.0, 12.5, 3.5),
        line(7.5, 16.5, 7.5, 20.5),
        line(7.5, 20.5, 12.0, 16.5),
        line(8.0, 8.5, 16.0, 8.5),
        line(8.0, 12.0, 13.0, 12.0),
    ],
    holes: &[],
};
static CHECK: Drawing =
    Drawing { name: "check", parts: &[line(5.0, 12.5, 10.0, 17.5), line(10.0, 17.5, 19.0, 7.0)], holes: &[] };
static CHEVRON_DOWN: Drawing = Drawing {
    name: "chevron-down",
    parts: &[line(5.0, 9.0, 12.0, 16.0), line(12.0, 16.0, 19.0, 9.0)],
    holes: &[],
};
static CHEVRON_UP: Drawing = Drawing {
    name: "chevron-up",
    parts: &[line(5.0, 15.0, 12.0, 8.0), line(12.0, 8.0, 19.0, 15.0)],
    holes: &[],
};
static CHEVRON_LEFT: Drawing = Drawing {
    name: "chevron-left",
    parts: &[line(15.0, 5.0, 8.0, 12.0), line(8.0, 12.0, 15.0, 19.0)],
    holes: &[],
};
static CHEVRON_RIGHT: Drawing = Drawing {
    name: "chevron-right",
    parts: &[line(9.0, 5.0, 16.0, 12.0), line(16.0, 12.0, 9.0, 19.0)],
    holes: &[],
};
static CLOCK: Drawing = Drawing {
    name: "clock",
    parts: &[circle(12.0, 12.0, 9.0), line(12.0, 6.5, 12.0, 12.0), line(12.0, 12.0, 15.8, 14.2)],
    holes: &[],
};
static CLOSE: Drawing =
    Drawing { name: "close", parts: &[line(6.5, 6.5, 17.5, 17.5), line(17.5, 6.5, 6.5, 17.5)], holes: &[] };
static FOLDER: Drawing = Drawing {
    name: "folder",
    parts: &[
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
    ],
    holes: &[],
};
static GAMEPAD: Drawing = Drawing {
    name: "gamepad",
    parts: &[
        outline(2.5, 6.5, 19.0, 11.5, 5.5),
        line(8.0, 10.2, 8.0, 14.4),
        line(5.9, 12.3, 10.1, 12.3),
        disc(14.6, 13.8, 1.3),
        disc(17.4, 10.8, 1.3),
    ],
    holes: &[],
};
static GAUGE: Drawing = Drawing {
    name: "gauge",
    parts: &[arc(12.0, 13.5, 9.0, 240.0, 240.0), line(12.0, 13.5, 15.8, 8.8), disc(12.0, 13.5, 1.8)],
    holes: &[],
};
// The meridians are arcs through both poles and a point 4 units beside the middle.
static GLOBE: Drawing = Drawing {
    name: "globe",
    parts: &[
        circle(12.0, 12.0, 9.0),
        line(3.0, 12.0, 21.0, 12.0),
        arc(20.125, 12.0, 12.125, 222.1, 95.8),
        arc(3.875, 12.0, 12.125, 42.1, 95.8),
    ],
    holes: &[],
};
static IMAGE: Drawing = Drawing {
    name: "image",
    parts: &[
        outline(3.0, 4.5, 18.0, 15.0, 2.5),
        line(4.0, 17.0, 8.8, 11.8),
        line(8.8, 11.8, 13.0, 16.2),
        line(13.0, 16.2, 15.6, 13.4),
        line(15.6, 13.4, 20.0, 17.6),
        disc(15.6, 8.9, 1.4),
    ],
    holes: &[],
};
static KEYBOARD: Drawing = Drawing {
    name: "keyboard",
    parts: &[
        outline(2.0, 5.5, 20.0, 13.0, 2.5),
        disc(6.5, 9.8, 1.2),
        disc(12.0, 9.8, 1.2),
        disc(17.5, 9.8, 1.2),
        line(8.0, 14.5, 16.0, 14.5),
    ],
    holes: &[],
};
static LOCK: Drawing = Drawing {
    name: "lock",
    parts: &[
        outline(4.5, 10.5, 15.0, 10.0, 2.5),
        line(8.0, 10.0, 8.0, 7.5),
        arc(12.0, 7.5, 4.0, 270.0, 180.0),
        line(16.0, 7.5, 16.0, 10.0),
        disc(12.0, 15.5, 1.5),
    ],
    holes: &[],
};
static MOON: Drawing =
    Drawing { name: "moon", parts: &[disc(12.0, 12.0, 9.0)], holes: &[disc(15.8, 8.8, 7.4)] };
static NOTE: Drawing = Drawing {
    name: "note",
    parts: &[
        disc(7.0, 17.6, 3.0),
        disc(17.0, 15.6, 3.0),
        line(9.0, 17.6, 9.0, 6.4),
        line(9.0, 6.4, 19.0, 4.4),
        line(19.0, 4.4, 19.0, 15.6),
    ],
    holes: &[],
};
static PALETTE: Drawing = Drawing {
    name: "palette",
    parts: &[disc(12.0, 12.0, 10.0)],
    holes: &[
        disc(17.3, 17.6, 3.7),
        disc(7.2, 13.6, 1.6),
        disc(8.4, 8.5, 1.6),
        disc(13.2, 6.6, 1.6),
        disc(17.5, 9.8, 1.6),
    ],
};
static PLUS: Drawing =
    Drawing { name: "plus", parts: &[line(12.0, 5.0, 12.0, 19.0), line(5.0, 12.0, 19.0, 12.0)], holes: &[] };
static POWER: Drawing = Drawing {
    name: "power",
    parts: &[arc(12.0, 12.8, 8.2, 38.0, 284.0), line(12.0, 3.0, 12.0, 11.5)],
    holes: &[],
};
static RESTART: Drawing = Drawing {
    name: "restart",
    parts: &[arc(12.0, 12.8, 8.0, 62.0, 298.0), line(12.6, 4.8, 9.6, 1.8), line(12.6, 4.8, 9.6, 7.8)],
    holes: &[],
};
static SEARCH: Drawing =
    Drawing { name: "search", parts: &[circle(10.5, 10.5, 6.5), line(15.4, 15.4, 20.5, 20.5)], holes: &[] };
static SHIFT: Drawing = Drawing {
    name: "shift",
    parts: &[
        line(12.0, 4.0, 4.5, 12.0),
        line(4.5, 12.0, 8.5, 12.0),
        line(8.5, 12.0, 8.5, 19.5),
        line(8.5, 19.5, 15.5, 19.5),
        line(15.5, 19.5, 15.5, 12.0),
        line(15.5, 12.0, 19.5, 12.0),
        line(19.5, 12.0, 12.0, 4.0),
    ],
    holes: &[],
};
static SLIDERS: Drawing = Drawing {
    name: "sliders",
    parts: &[
        line(4.0, 6.0, 20.0, 6.0),
        line(4.0, 12.0, 20.0, 12.0),
        line(4.0, 18.0, 20.0, 18.0),
        disc(15.0, 6.0, 3.0),
        disc(8.0, 12.0, 3.0),
        disc(14.0, 18.0, 3.0),
    ],
    holes: &[disc(15.0, 6.0, 1.2), disc(8.0, 12.0, 1.2), disc(14.0, 18.0, 1.2)],
};
static TERMINAL: Drawing = Drawing {
    name: "terminal",
    parts: &[line(4.5, 6.0, 10.5, 12.0), line(10.5, 12.0, 4.5, 18.0), line(12.5, 18.5, 20.0, 18.5)],
    holes: &[],
};
static TRASH: Drawing = Drawing {
    name: "trash",
    parts: &[
        line(4.0, 7.0, 20.0, 7.0),
        line(6.0, 7.0, 7.0, 20.0),
        line(7.0, 20.5, 17.0, 20.5),
        line(17.0, 20.0, 18.0, 7.0),
        line(9.0, 7.0, 9.0, 4.0),
        line(9.0, 3.8, 15.0, 3.8),
        line(15.0, 4.0, 15.0, 7.0),
        line(10.2, 11.0, 10.2, 16.5),
        line(13.8, 11.0, 13.8, 16.5),
    ],
    holes: &[],
};
static UNDO: Drawing = Drawing {
    name: "undo",
    parts: &[
        line(8.0, 4.5, 3.8, 8.8),
        line(3.8, 8.8, 8.0, 13.1),
        line(3.8, 8.8, 14.5, 8.8),
        arc(14.5, 14.2, 5.4, 0.0, 180.0),
        line(14.5, 19.6, 9.0, 19.6),
    ],
    holes: &[],
};
