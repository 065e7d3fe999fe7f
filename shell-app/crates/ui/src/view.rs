//! What is on the canvas: a list of items from back to front, made anew for every frame and compared with the last.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use draw_protocol::{Rgba, Weight};

use crate::control::{Stance, Tone};
use crate::frame::{Align, TextStyle};
use crate::geometry::{Point, Rect};
use crate::icon::Icon;
use crate::look::{Look, Text};
use crate::number::ceil;
use crate::shape::Part;
use crate::special::Special;
use crate::text::measure;
use crate::theme::{Palette, space};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A plain rectangle of a colour.
    Fill,
    /// A rounded one.
    Card,
    /// A line of text.
    Label,
    /// A button: a label, an icon or both.
    Button,
    /// A button without a label: others put what they like on it.
    Plate,
    /// A rounded square of two colours, from top to bottom: below an app's glyph.
    Gradient,
    /// A drawing of a colour.
    Picture,
    /// What few apps show.
    Special,
    /// A picture from a file, or inline, as the contract names it.
    Image,
}

/// An item but for its place: what it is, and whatever of the rest belongs to that. One set of fields for all: what is
/// made of them and compared for every frame is a third as large as with fields of each its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// What it is.
    pub what: What,
    /// Its colour; of a gradient the upper one.
    pub color: Rgba,
    /// The lower colour of a gradient.
    pub lower: Rgba,
    /// Pixels: the radius of corners, the size of text, the edge of a drawing.
    pub size: i32,
    /// Where a label stands; mirrored where the language is.
    pub align: Align,
    /// How strong a label is.
    pub weight: Weight,
    /// Whether a label may be cut with an ellipsis: what a person or an app wrote.
    pub may_be_cut: bool,
    /// How much a button or a plate asks to be pressed.
    pub tone: Tone,
    /// The drawing; of a button before its label.
    pub icon: Option<Icon>,
    /// The text, the label or the path; a button without one is an icon alone.
    pub text: String,
    /// What is special.
    pub special: Option<Special>,
}

impl Kind {
    /// One with a colour and a measure, and nothing else.
    #[inline(never)]
    const fn new(what: What, color: Rgba, size: i32) -> Self {
        Self {
            what,
            color,
            lower: color,
            size,
            align: Align::Start,
            weight: Weight::Regular,
            may_be_cut: false,
            tone: Tone::Quiet,
            icon: None,
            text: String::new(),
            special: None,
        }
    }

    /// How a label is written.
    pub(crate) const fn style(&self) -> TextStyle {
        TextStyle { px: self.size, weight: self.weight, color: self.color }
    }
}

/// Something on the canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct Item<M> {
    /// Where it is.
    pub area: Rect,
    /// What it is.
    pub kind: Kind,
    /// What pressing it means. Without one it cannot be pressed.
    pub message: Option<M>,
    /// What state it is in.
    pub stance: Stance,
    /// Whether it shows that keys go to it.
    pub is_focused: bool,
}

/// A canvas to put items on. Areas are those of a language that is read from the left; where it is read from the right,
/// everything is mirrored.
#[derive(Clone, Debug)]
pub struct View<M> {
    /// The canvas.
    pub canvas: Rect,
    /// How everything looks.
    pub look: Look,
    /// The colours of it.
    pub palette: Palette,
    /// Whether the app has the screen for itself, and has to bring what closes it.
    pub is_alone: bool,
    pub(crate) items: Vec<Item<M>>,
    /// Items before this one lie under a dialog: they cannot be pressed.
    pub(crate) covered: usize,
}

impl<M: Copy + PartialEq> View<M> {
    /// An empty canvas of `w` by `h` pixels.
    #[must_use]
    pub fn new(w: i32, h: i32, look: Look) -> Self {
        let canvas = Rect::new(0, 0, w, h);
        Self { canvas, look, palette: look.theme.palette(), is_alone: true, items: Vec::new(), covered: 0 }
    }

    /// The items, from back to front.
    #[must_use]
    pub fn items(&self) -> &[Item<M>] {
        &self.items
    }

    /// The canvas without its margins.
    #[must_use]
    pub fn content(&self) -> Rect {
        self.canvas.inset(space::margin(self.canvas.w()))
    }

    /// A row with the app's title, and before it what closes an app that is alone. Answers what is left of `content`.
    pub fn header(&mut self, content: Rect, title: &str, back: M) -> Rect {
        let (mut row, rest) = content.cut_top(space::TARGET, space::S);
        if self.is_alone {
            let (place, after) = row.cut_start(space::TARGET, space::XS);
            self.icon_button(
                place,
                if self.look.is_mirrored() { Icon::ChevronRight } else { Icon::ChevronLeft },
                back,
            );
            row = after;
        }
        let width = self.width(title, crate::theme::type_size::HEADING, Weight::Bold).min(row.w());
        let style = self.bold(crate::theme::type_size::HEADING);
        self.cut_label(row.cut_start(width, 0).0, Align::Start, style, title);
        rest
    }

    /// A question over everything: a title, a text, and its answers from the start to the end, the last one primary.
    pub fn dialog(&mut self, title: &str, text: &str, answers: &[(&str, M)]) {
        self.cover();
        let card = self.canvas.inset(space::M).at_most(480, 240);
        self.card(card);
        let (buttons, above) = card.inset(space::L).cut_bottom(space::TARGET, space::S);
        let (head, below) = above.cut_top(self.look.line(crate::theme::type_size::TITLE), space::XS);
        let style = self.bold(crate::theme::type_size::TITLE);
        self.cut_label(head, Align::Start, style, title);
        let style = self.dim(crate::theme::type_size::BODY);
        self.paragraph(below, Align::Start, style, text);
        let count = i32::try_from(answers.len()).unwrap_or(1);
        for (n, (place, (label, message))) in
            buttons.columns(count, space::S).into_iter().zip(answers).enumerate()
        {
            let tone = if n + 1 == answers.len() { Tone::Primary } else { Tone::Raised };
            self.button(place, tone, label, *message);
        }
    }

    /// A few words at the lower edge, over everything.
    pub fn toast(&mut self, text: &str) {
        let width = (self.width(text, crate::theme::type_size::BODY, Weight::Regular) + 2 * space::L)
            .min(self.canvas.w() - 2 * space::M);
        let place = Rect::new((self.canvas.w() - width) / 2, self.canvas.h() - 48 - space::M, width, 48);
        self.block(place, self.palette.raised, space::RADIUS_CARD);
        let style = self.regular(crate::theme::type_size::BODY);
        let inside = Rect::new(place.x() + space::L, place.y(), place.w() - 2 * space::L, place.h());
        self.push_label(inside, Align::Center, style, text, true);
    }

    /// A text in the language of the person.
    #[must_use]
    pub const fn text(&self, text: &Text) -> &'static str {
        self.look.language.of_text(text)
    }

    /// How wide a text is at a size of type, in whole pixels.
    #[must_use]
    pub fn width(&self, text: &str, size: i32, weight: Weight) -> i32 {
        ceil(measure(text, self.look.px(size), weight))
    }

    /// A plain rectangle.
    pub fn fill(&mut self, area: Rect, color: Rgba) {
        self.push(area, Kind::new(What::Fill, color, 0), None);
    }

    /// A rounded one in the tone of cards.
    pub fn card(&mut self, area: Rect) {
        self.block(area, self.palette.surface, space::RADIUS_CARD);
    }

    /// A rounded one of any colour.
    pub fn block(&mut self, area: Rect, color: Rgba, radius: i32) {
        self.push(area, Kind::new(What::Card, color, radius), None);
    }

    /// A line of text that has to fit: it is set smaller where it is too wide.
    pub fn label(&mut self, area: Rect, align: Align, style: TextStyle, text: &str) {
        self.push_label(area, align, style, text, false);
    }

    /// A line of text that is cut where it is too long.
    pub fn cut_label(&mut self, area: Rect, align: Align, style: TextStyle, text: &str) {
        self.push_label(area, align, style, text, true);
    }

    /// Text in as many lines as it needs, cut where they are too many. Answers the height it took.
    pub fn paragraph(&mut self, area: Rect, align: Align, style: TextStyle, text: &str) -> i32 {
        let line = crate::theme::type_size::line_height(style.px);
        let mut rest = area;
        for text in crate::text::wrapped(text, style.px, style.weight, area.w()) {
            if rest.h() < line {
                break;
            }
            let (row, below) = rest.cut_top(line, 0);
            self.push_label(row, align, style, text, true);
            rest = below;
        }
        rest.y() - area.y()
    }

    /// Regular text in the first colour, at a size of type.
    #[must_use]
    pub fn regular(&self, size: i32) -> TextStyle {
        TextStyle::regular(self.look.px(size), self.palette.text)
    }

    /// Bold text in the first colour, at a size of type.
    #[must_use]
    pub fn bold(&self, size: i32) -> TextStyle {
        TextStyle::bold(self.look.px(size), self.palette.text)
    }

    /// Regular text in the second colour, at a size of type.
    #[must_use]
    pub fn dim(&self, size: i32) -> TextStyle {
        TextStyle::regular(self.look.px(size), self.palette.dim)
    }

    /// A button with a label.
    pub fn button(&mut self, area: Rect, tone: Tone, label: &str, message: M) {
        self.button_of(area, tone, None, label, crate::theme::type_size::BODY, message);
    }

    /// A round button with an icon.
    pub fn icon_button(&mut self, area: Rect, icon: Icon, message: M) {
        self.button_of(area, Tone::Quiet, Some(icon), "", 0, message);
    }

    /// A button with an icon and a label of any size of type, or a smaller one where that is too wide.
    pub fn button_of(
        &mut self,
        area: Rect,
        tone: Tone,
        icon: Option<Icon>,
        label: &str,
        size: i32,
        message: M,
    ) {
        let beside = if icon.is_some() { space::TARGET } else { space::XS };
        let px = fitted(label, self.look.px(size), Weight::Bold, area.w() - beside);
        let mut kind = Kind::new(What::Button, self.palette.text, px);
        (kind.tone, kind.icon, kind.text) = (tone, icon, label.to_owned());
        self.push(area, kind, Some(message));
    }

    /// A plate that is pressed like a button.
    pub fn plate(&mut self, area: Rect, tone: Tone, radius: i32, message: M) {
        let mut kind = Kind::new(What::Plate, self.palette.text, radius);
        kind.tone = tone;
        self.push(area, kind, Some(message));
    }

    /// The plate of an app's icon.
    pub fn gradient(&mut self, area: Rect, top: Rgba, bottom: Rgba) {
        let mut kind = Kind::new(What::Gradient, top, 0);
        kind.lower = bottom;
        self.push(area, kind, None);
    }

    /// A row of words of which one is chosen.
    pub fn tabs(&mut self, area: Rect, names: &[&str], chosen: usize, message: impl Fn(usize) -> M) {
        self.block(area, self.palette.surface, area.h() / 2);
        let count = i32::try_from(names.len()).unwrap_or(1);
        for (n, (place, name)) in area.columns(count, 0).into_iter().zip(names).enumerate() {
            let tone = if n == chosen { Tone::Chosen } else { Tone::Quiet };
            self.button_of(place, tone, None, name, crate::theme::type_size::BODY, message(n));
        }
    }

    /// A switch at the end of a row with a name: all of the row can be pressed.
    pub fn toggle(&mut self, area: Rect, is_on: bool, message: M) {
        self.push_special(area, Special::toggle(is_on), Some(message));
    }

    /// A knob on a line; where it is pressed or dragged to, the app hears through `on_drag`.
    pub fn slider(&mut self, area: Rect, thousandths: i32, message: M) {
        self.push_special(area, Special::slider(thousandths.clamp(0, 1000)), Some(message));
    }

    /// A drawing of the family.
    pub fn icon(&mut self, area: Rect, icon: Icon, edge: i32, color: Rgba) {
        let mut kind = Kind::new(What::Picture, color, edge);
        kind.icon = Some(icon);
        self.push(area, kind, None);
    }

    /// A line through values.
    pub fn chart(&mut self, area: Rect, values: Vec<i32>, color: Rgba) {
        self.push_special(area, Special::chart(&values, color), None);
    }

    /// A picture by its path in the app's bundle or data.
    pub fn image(&mut self, area: Rect, path: &str) {
        let mut kind = Kind::new(What::Image, self.palette.text, 0);
        kind.text = path.to_owned();
        self.push(area, kind, None);
    }

    /// A part of a drawing inside `area`, in pixels of the canvas.
    pub fn stroke(&mut self, area: Rect, part: Part, width: f32, color: Rgba) {
        // Not mirrored: it lies in pixels of the canvas.
        let mut kind = Kind::new(What::Special, color, 0);
        kind.special = Some(Special::stroke(part, width, color));
        self.items.push(Item { area, kind, message: None, stance: Stance::Rest, is_focused: false });
    }

    /// Everything so far lies under a dialog: a scrim over it, and nothing of it can be pressed.
    pub fn cover(&mut self) {
        self.fill(self.canvas, self.palette.scrim);
        self.covered = self.items.len();
    }

    /// The last item cannot be pressed now.
    pub fn disable(&mut self) {
        if let Some(item) = self.items.last_mut() {
            item.message = None;
            item.stance = Stance::Disabled;
        }
    }

    /// What is at a point.
    #[must_use]
    pub fn hit(&self, at: Point) -> Option<M> {
        let items = self.items.get(self.covered..).unwrap_or_default();
        items.iter().rev().find(|item| item.message.is_some() && item.area.contains(at))?.message
    }

    /// Everything that can be pressed, with its place, in the order it was put on the canvas.
    pub fn pressable(&self) -> impl Iterator<Item = (M, Rect)> + '_ {
        let items = self.items.get(self.covered..).unwrap_or_default();
        items.iter().filter_map(|item| Some((item.message?, item.area)))
    }

    fn push_label(&mut self, area: Rect, align: Align, mut style: TextStyle, text: &str, may_be_cut: bool) {
        if text.is_empty() {
            return;
        }
        if !may_be_cut {
            style.px = fitted(text, style.px, style.weight, area.w());
        }
        let align = match align {
            Align::Start if self.look.is_mirrored() => Align::End,
            Align::End if self.look.is_mirrored() => Align::Start,
            align => align,
        };
        let mut kind = Kind::new(What::Label, style.color, style.px);
        (kind.align, kind.weight, kind.may_be_cut, kind.text) =
            (align, style.weight, may_be_cut, text.to_owned());
        self.push(area, kind, None);
    }

    fn push_special(&mut self, area: Rect, special: Special, message: Option<M>) {
        let mut kind = Kind::new(What::Special, self.palette.text, 0);
        kind.special = Some(special);
        self.push(area, kind, message);
    }

    fn push(&mut self, mut area: Rect, kind: Kind, message: Option<M>) {
        if self.look.is_mirrored() {
            area = area.mirrored(self.canvas);
        }
        self.items.push(Item { area, kind, message, stance: Stance::Rest, is_focused: false });
    }
}

/// What a text is set smaller to at most, in pixels of the em.
const SMALLEST: i32 = 11;

/// The size at which a text is at most `room` pixels wide: `px`, or less.
#[inline(never)]
fn fitted(text: &str, mut px: i32, weight: Weight, room: i32) -> i32 {
    while px > SMALLEST && ceil(measure(text, px, weight)) > room {
        px -= 1;
    }
    px
}
