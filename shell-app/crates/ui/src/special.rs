//! What few apps show: switches, sliders, strokes and charts.

use alloc::vec;
use alloc::vec::Vec;

use draw_protocol::Rgba;

use crate::control::{self, Stance, Tone};
use crate::frame::Frame;
use crate::geometry::{Point, Rect};
use crate::number::{float, round};
use crate::shape::{Form, Part};
use crate::theme::{Palette, WHITE, faded, space};

/// A switch: its width and height in pixels.
const SWITCH: (i32, i32) = (52, 28);
/// A knob's radius in pixels.
const KNOB: i32 = 12;

/// A switch, a slider, a stroke or a chart. It names the function that draws it: a program that puts none on a view
/// carries none of their code.
#[derive(Clone)]
pub struct Special {
    name: &'static str,
    numbers: Vec<f32>,
    color: Rgba,
    draw: fn(&Self, &mut Frame, &Palette, Rect, Stance),
}

impl PartialEq for Special {
    fn eq(&self, other: &Self) -> bool {
        (self.name, &self.numbers, self.color) == (other.name, &other.numbers, other.color)
    }
}

impl core::fmt::Debug for Special {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} {:?} {:?}", self.name, self.numbers, self.color)
    }
}

const SLIDER: &str = "slider";
const TOGGLE: &str = "switch";

impl Special {
    pub(crate) fn toggle(is_on: bool) -> Self {
        let numbers = vec![if is_on { 1.0 } else { 0.0 }];
        Self { name: TOGGLE, numbers, color: WHITE, draw: draw_toggle }
    }

    pub(crate) fn slider(thousandths: i32) -> Self {
        Self { name: SLIDER, numbers: vec![float(thousandths)], color: WHITE, draw: draw_slider }
    }

    pub(crate) fn stroke(part: Part, width: f32, color: Rgba) -> Self {
        let (form, [a, b, c, d, e]) = (f32::from(part.form as u8), part.numbers);
        Self { name: "stroke", numbers: vec![form, a, b, c, d, e, width], color, draw: draw_stroke }
    }

    pub(crate) fn chart(values: &[i32], color: Rgba) -> Self {
        let numbers = values.iter().map(|value| float((*value).clamp(0, 1000))).collect();
        Self { name: "chart", numbers, color, draw: draw_chart }
    }

    /// How far a slider is, in thousandths.
    pub(crate) fn value(&self) -> Option<i32> {
        (self.name == SLIDER).then(|| self.number())
    }

    /// The least width it fits into.
    pub(crate) fn width(&self) -> i32 {
        if self.name == TOGGLE { SWITCH.0 + space::S } else { 0 }
    }

    pub(crate) fn draw(&self, frame: &mut Frame, palette: &Palette, area: Rect, stance: Stance) {
        (self.draw)(self, frame, palette, area, stance);
    }

    /// The one that it is about.
    fn number(&self) -> i32 {
        round(self.numbers.first().copied().unwrap_or(0.0))
    }
}

fn draw_toggle(special: &Special, frame: &mut Frame, palette: &Palette, area: Rect, stance: Stance) {
    if stance != Stance::Rest {
        control::plate(frame, palette, area, space::RADIUS_CONTROL, Tone::Quiet, stance);
    }
    let (w, h) = SWITCH;
    let track = Rect::new(area.right() - w - space::S, area.y() + (area.h() - h) / 2, w, h);
    control::switch(frame, palette, track, special.number() > 0);
}

fn draw_slider(special: &Special, frame: &mut Frame, palette: &Palette, area: Rect, stance: Stance) {
    let (line, knob) = slider_places(area, special.number());
    frame.round(line, 2, palette.dim);
    frame.round(Rect::new(line.x(), line.y(), knob.x - line.x(), line.h()), 2, palette.accent);
    if stance != Stance::Rest {
        frame.round(Rect::around(knob, 4 * KNOB, 4 * KNOB), 2 * KNOB, faded(palette.accent, 60));
    }
    frame.round(Rect::around(knob, 2 * KNOB, 2 * KNOB), KNOB, palette.accent);
}

fn draw_stroke(special: &Special, frame: &mut Frame, _: &Palette, area: Rect, _: Stance) {
    if let [_, a, b, c, d, e, width] = special.numbers[..] {
        let form = Form::of(special.number().to_le_bytes()[0]);
        frame.part(&Part { form, numbers: [a, b, c, d, e] }, width, area, special.color);
    }
}

fn draw_chart(special: &Special, frame: &mut Frame, _: &Palette, area: Rect, _: Stance) {
    let values = &special.numbers;
    let last = i32::try_from(values.len()).unwrap_or(1).max(2) - 1;
    let at = |(n, value): (i32, &f32)| {
        let x = area.x() + 2 + (area.w() - 4) * n / last;
        (float(x), float(area.bottom() - 2 - (area.h() - 4) * round(*value) / 1000))
    };
    let mut points = (0..).zip(values).map(at);
    let mut from = points.next();
    for to in points {
        if let Some(from) = from {
            frame.part(&Part::line(from, to), 2.0, area, special.color);
        }
        from = Some(to);
    }
}

/// The line of a slider and the middle of its knob.
fn slider_places(area: Rect, thousandths: i32) -> (Rect, Point) {
    let line = Rect::new(area.x() + KNOB * 2, area.center().y - 2, area.w() - KNOB * 4, 4);
    (line, Point::new(line.x() + line.w() * thousandths / 1000, area.center().y))
}

/// Where on a slider a point is, in thousandths.
pub(crate) fn slider_value(area: Rect, at: Point) -> i32 {
    let (line, _) = slider_places(area, 0);
    ((at.x - line.x()) * 1000 / line.w().max(1)).clamp(0, 1000)
}
