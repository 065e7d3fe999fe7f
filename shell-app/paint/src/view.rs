//! How the paint program looks.

use ui::control::{self, Stance, Tone};
use ui::number::float;
use ui::{Align, Frame, Icon, Part, Point, Rect, Rgba, Shape, Text, TextStyle, space, type_size};

use guest::Store;

use crate::layout::{INKS, Layout};
use crate::painter::{PEN, Painter, TOOLS, Target, WIDTHS};
use crate::sheet::{Stroke, piece_bounds};

/// The sheet: white with a breath of blue, so that white beside it is white.
pub(crate) const PAPER: Rgba = Rgba::opaque(0xf7_f9fc);
/// Words and hairlines on it.
const PENCIL: Rgba = Rgba::opaque(0x5b_6784);
const TITLE: Text = ["Paint", "Malen", "पेंट", "الرسم"];
const EMPTY: Text = ["Draw something", "Etwas malen", "कुछ बनाएँ", "ارسم شيئا"];
/// The inks; the last one is the paper's, and rubs out.
pub(crate) const INK_COLORS: [Rgba; INKS] = [
    Rgba::opaque(0x1a_2236),
    Rgba::opaque(0xe0_4848),
    Rgba::opaque(0xf0_8a30),
    Rgba::opaque(0xf4_c542),
    Rgba::opaque(0x37_ad6b),
    Rgba::opaque(0x1f_a9a6),
    Rgba::opaque(0x2f_80e0),
    Rgba::opaque(0x8a_5cf0),
    PAPER,
];
/// Drawings in the manner of [`Icon`], for this app alone: an arrow forth again, and one into a tray.
#[rustfmt::skip]
static REDO: [Part; 5] = [
    line(16.0, 4.5, 20.2, 8.8),
    line(20.2, 8.8, 16.0, 13.1),
    line(20.2, 8.8, 9.5, 8.8),
    Part::arc((9.5, 14.2), 5.4, 180.0, 180.0),
    line(9.5, 19.6, 15.0, 19.6),
];
#[rustfmt::skip]
static SAVE: [Part; 6] = [
    line(12.0, 4.0, 12.0, 14.5),
    line(12.0, 14.5, 7.5, 10.2),
    line(12.0, 14.5, 16.5, 10.2),
    line(4.5, 15.5, 4.5, 19.5),
    line(4.5, 19.5, 19.5, 19.5),
    line(19.5, 19.5, 19.5, 15.5),
];

const fn line(x0: f32, y0: f32, x1: f32, y1: f32) -> Part {
    Part::line((x0, y0), (x1, y1))
}

/// Diameter of a colour's disc.
const DISC: f32 = 28.0;

/// Draws what is stale.
pub(crate) fn draw<S: Store>(painter: &Painter<S>, frame: &mut Frame) {
    let Some(layout) = &painter.layout else { return };
    let view = View { painter, layout };
    let stale = &painter.stale;
    if stale.all {
        view.ground(frame, layout.canvas);
        view.sheet(frame, layout.paper);
        if painter.has_back() {
            view.target(frame, Target::Back);
        }
        view.title(frame);
        TOOLS.into_iter().for_each(|tool| view.target(frame, tool));
        (0..layout.inks.len()).for_each(|ink| view.target(frame, Target::Ink(ink)));
        (0..layout.brushes.len()).for_each(|brush| view.target(frame, Target::Brush(brush)));
        return;
    }
    if stale.title {
        view.ground(frame, layout.title);
        view.title(frame);
    }
    let pieces = stale.pieces.iter().map(Stroke::bounds).fold(Rect::default(), Rect::union);
    if let Some(area) = stale.paper {
        // The sheet holds the new pieces too.
        view.sheet(frame, area.union(pieces.offset(layout.paper.x(), layout.paper.y())));
    } else {
        for stroke in &stale.pieces {
            view.stroke(frame, stroke, layout.paper);
        }
        // A soft edge cannot be drawn over itself: a corner is drawn from the paper up.
        for corner in
            view.corners().filter(|corner| corner.touches(pieces.offset(layout.paper.x(), layout.paper.y())))
        {
            view.sheet(frame, corner);
        }
    }
    for (n, target) in stale.targets.iter().enumerate() {
        if !stale.targets[..n].contains(target) {
            view.ground(frame, view.place(*target).grown(2));
            view.target(frame, *target);
        }
    }
}

struct View<'a, S> {
    painter: &'a Painter<S>,
    layout: &'a Layout,
}

impl<S: Store> View<'_, S> {
    fn ground(&self, frame: &mut Frame, area: Rect) {
        frame.ground(&self.painter.palette(), area.intersection(self.layout.canvas), self.layout.canvas.h());
    }

    fn title(&self, frame: &mut Frame) {
        let (look, palette) = (&self.painter.look, self.painter.palette());
        let style = TextStyle::bold(type_size::TITLE, palette.text);
        let words = self.painter.words.as_ref().map(|(words, _)| words.as_str());
        let words = words.unwrap_or_else(|| look.language.of_text(&TITLE));
        frame.text(self.layout.title, Align::Start, style, words);
    }

    /// The paper within `area`, and what is painted there. A corner that is touched is drawn whole.
    fn sheet(&self, frame: &mut Frame, area: Rect) {
        let paper = self.layout.paper;
        let area =
            self.corners().filter(|corner| corner.touches(area)).fold(area, Rect::union).intersection(paper);
        frame.fill(area, PAPER);
        if self.painter.sheet.is_empty() {
            let words = self.painter.look.language.of_text(&EMPTY);
            frame.text(paper, Align::Center, TextStyle::regular(type_size::TITLE, PENCIL), words);
        }
        for stroke in self.painter.sheet.strokes() {
            if stroke.bounds().offset(paper.x(), paper.y()).touches(area) {
                self.stroke(frame, stroke, area);
            }
        }
        for corner in self.corners().filter(|corner| corner.touches(area)) {
            self.round(frame, corner);
        }
        self.pen(frame, area);
    }

    /// Where keys paint: a ring in the accent, with a dark edge that is seen on any ink.
    fn pen(&self, frame: &mut Frame, drawn: Rect) {
        let Some(at) = self.painter.pen else { return };
        let palette = &self.painter.palette();
        let center = (float(at.x) + 0.5, float(at.y) + 0.5);
        let area = Rect::around(at, PEN, PEN).intersection(drawn);
        for (radius, width, color) in [(12.0, 5.0, palette.on_accent), (12.0, 2.0, palette.accent)] {
            let ring = Part::circle(center, radius);
            frame.part(&ring, width, area, color);
        }
    }

    fn stroke(&self, frame: &mut Frame, stroke: &Stroke, clip: Rect) {
        let paper = self.layout.paper;
        let color = INK_COLORS[stroke.ink.0.min(INKS - 1)];
        let at = |point: Point| (float(paper.x() + point.x) + 0.5, float(paper.y() + point.y) + 0.5);
        for piece in stroke.pieces() {
            let area = piece_bounds(piece, stroke.width).offset(paper.x(), paper.y()).intersection(clip);
            let line = Part::line(at(piece.0), at(piece.1));
            frame.part(&line, float(stroke.width), area, color);
        }
    }

    /// The squares that the paper's round corners are in.
    fn corners(&self) -> impl Iterator<Item = Rect> + use<S> {
        let (paper, r) = (self.layout.paper, space::RADIUS_CARD);
        let (right, bottom) = (paper.right() - r, paper.bottom() - r);
        [(paper.x(), paper.y()), (right, paper.y()), (paper.x(), bottom), (right, bottom)]
            .into_iter()
            .map(move |(x, y)| Rect::new(x, y, r, r))
    }

    /// Rounds one of them, in the colour of what is behind.
    fn round(&self, frame: &mut Frame, corner: Rect) {
        let (paper, palette, height) = (self.layout.paper, &self.painter.palette(), self.layout.canvas.h());
        let edge = float(corner.w());
        let inner = |start: i32, paper_start: i32| if start == paper_start { edge } else { 0.0 };
        let center = (inner(corner.x(), paper.x()), inner(corner.y(), paper.y()));
        let parts = [Part::block((0.0, 0.0, edge, edge), 0.0)];
        let holes = [Part::disc(center, edge)];
        let shape = Shape { grid: edge, stroke: 0.0, parts: &parts, holes: &holes };
        frame.shape(&shape, Point::new(corner.x(), corner.y()), corner.w(), |row| {
            palette.ground(corner.y() + row, height)
        });
    }

    fn place(&self, target: Target) -> Rect {
        match target {
            Target::Back => self.layout.back,
            Target::Open => self.layout.tools[0],
            Target::Save => self.layout.tools[1],
            Target::Undo => self.layout.tools[2],
            Target::Redo => self.layout.tools[3],
            Target::Clear => self.layout.tools[4],
            Target::Ink(ink) => self.layout.inks[ink],
            Target::Brush(brush) => self.layout.brushes[brush],
        }
    }

    fn target(&self, frame: &mut Frame, target: Target) {
        let (painter, palette) = (self.painter, &self.painter.palette());
        let area = self.place(target);
        let stance =
            if painter.is_enabled(target) { painter.attention.stance(target) } else { Stance::Disabled };
        let icon = match target {
            Target::Back => Icon::ChevronLeft,
            Target::Open => Icon::Folder,
            Target::Save => return self.drawing(frame, target, &SAVE),
            Target::Undo => Icon::Undo,
            Target::Redo => return self.drawing(frame, target, &REDO),
            Target::Clear => Icon::Trash,
            Target::Ink(ink) => {
                self.swatch(frame, area, stance, INK_COLORS[ink], DISC, Chosen::of(painter.ink, ink));
                self.focus(frame, target, area);
                return;
            }
            Target::Brush(brush) => {
                let chosen = Chosen::of(painter.brush, brush);
                self.swatch(frame, area, stance, palette.text, float(WIDTHS[brush]), chosen);
                self.focus(frame, target, area);
                return;
            }
        };
        control::icon_button(frame, palette, area, Tone::Quiet, stance, icon);
        self.focus(frame, target, area);
    }

    /// A button with a drawing of this app.
    fn drawing(&self, frame: &mut Frame, target: Target, parts: &[Part]) {
        let (painter, palette, area) = (self.painter, &self.painter.palette(), self.place(target));
        let stance =
            if painter.is_enabled(target) { painter.attention.stance(target) } else { Stance::Disabled };
        let color = control::plate(frame, palette, area, area.h() / 2, Tone::Quiet, stance);
        let shape = Shape { grid: 24.0, stroke: 2.0, parts, holes: &[] };
        let at = Rect::around(area.center(), 24, 24);
        frame.shape(&shape, Point::new(at.x(), at.y()), at.w(), |_| color);
        self.focus(frame, target, area);
    }

    /// A disc; the chosen one has a ring in the accent.
    fn swatch(
        &self,
        frame: &mut Frame,
        area: Rect,
        stance: Stance,
        color: Rgba,
        diameter: f32,
        chosen: Chosen,
    ) {
        let palette = &self.painter.palette();
        let middle = (float(area.x()) + float(area.w()) / 2.0, float(area.y()) + float(area.h()) / 2.0);
        match stance {
            Stance::Hover => frame.round(area, area.h() / 2, palette.raised),
            Stance::Pressed => frame.round(area, area.h() / 2, palette.pressed),
            Stance::Rest | Stance::Disabled => {}
        }
        frame.part(&Part::disc(middle, diameter / 2.0), 0.0, area, color);
        if color == INK_COLORS[0] || color == PAPER {
            // Dark ink on a dark ground, or the paper's on a light one: its edge says where it is.
            let edge = Part::circle(middle, diameter / 2.0);
            frame.part(&edge, 1.5, area, palette.dim);
        }
        if chosen == Chosen::Yes {
            let ring = Part::circle(middle, 20.0);
            frame.part(&ring, 3.0, area, palette.accent);
        }
    }

    fn focus(&self, frame: &mut Frame, target: Target, area: Rect) {
        if self.painter.attention.is_focused(target) {
            control::focus_ring(frame, &self.painter.palette(), area.grown(-2), area.h() / 2 - 2);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Chosen {
    Yes,
    No,
}

impl Chosen {
    fn of(chosen: usize, this: usize) -> Self {
        if chosen == this { Self::Yes } else { Self::No }
    }
}
