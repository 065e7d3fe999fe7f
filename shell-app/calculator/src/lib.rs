//! A calculator: an expression, what it comes to while it is typed, and large keys. Decimal, not binary: 0.1 + 0.2 is 0.3.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod decimal;
mod expression;

use alloc::string::String;

use ui::control::Tone;
use ui::{Align, Icon, Key, Language, NamedKey, Screen, System, Text, View, space, type_size};

use crate::decimal::{Decimal, Fault};

/// The keys, row by row.
const KEYS: [char; 20] =
    ['C', '(', ')', '÷', '7', '8', '9', '×', '4', '5', '6', '–', '1', '2', '3', '+', '0', '.', '⌫', '='];

/// Longest expression, in code points: what a person can still read.
const LONGEST: usize = 64;

const DIVISION: Text = ["Division by zero", "Division durch null", "शून्य से भाग", "قسمة على صفر"];
const TOO_LARGE: Text = ["Too large", "Zu groß", "बहुत बड़ा", "كبير جدا"];
const UNFINISHED: Text = ["Not finished", "Unvollständig", "अधूरा", "غير مكتمل"];

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// A key, by what stands on it.
    Key(char),
    /// Close the calculator.
    Back,
}

/// The calculator.
#[derive(Debug, Default)]
pub struct Calculator {
    expression: String,
    /// What `=` could not reckon.
    fault: Option<Fault>,
    /// Whether the expression is a result: a digit begins a new one.
    is_result: bool,
}

impl Calculator {
    /// What is typed so far.
    #[must_use]
    pub fn expression(&self) -> &str {
        &self.expression
    }

    fn press(&mut self, key: char) {
        let is_result = core::mem::take(&mut self.is_result);
        self.fault = None;
        match key {
            'C' => self.expression.clear(),
            '⌫' => {
                self.expression.pop();
            }
            '=' => match expression::value(&self.expression) {
                Ok(value) => {
                    self.expression = typed(value);
                    self.is_result = true;
                }
                Err(_) if self.expression.is_empty() => {}
                Err(fault) => self.fault = Some(fault),
            },
            key => {
                if is_result && (key.is_ascii_digit() || matches!(key, '.' | '(')) {
                    self.expression.clear();
                }
                if self.expression.chars().count() < LONGEST {
                    self.expression.push(key);
                }
            }
        }
    }

    /// What stands below the expression: its value, if it has one and is not that value; or what is wrong.
    fn below(&self, view: &View<Press>) -> String {
        let point = if view.look.language == Language::German { ',' } else { '.' };
        let fault = |fault: Fault| {
            let text = match fault {
                Fault::DivisionByZero => &DIVISION,
                Fault::TooLarge => &TOO_LARGE,
                Fault::Unfinished => &UNFINISHED,
            };
            String::from(view.text(text))
        };
        match (self.fault, expression::value(&self.expression)) {
            (Some(known), _) => fault(known),
            (None, Ok(value)) if typed(value) != self.expression => {
                String::from_iter(["= ", &value.text(point).replace('-', "–")])
            }
            (None, Err(known @ (Fault::DivisionByZero | Fault::TooLarge))) => fault(known),
            (None, _) => String::new(),
        }
    }
}

/// A number as it would have been typed.
fn typed(value: Decimal) -> String {
    value.text('.').replace('-', "–")
}

impl Screen for Calculator {
    type Message = Press;

    fn view(&self, view: &mut View<Press>) {
        let content = view.content().at_most(720, 960);
        let is_wide = content.w() > content.h() * 5 / 4;
        let (display, pad) = if is_wide {
            let (pad, display) = content.cut_end(content.w() / 2, space::L);
            (display, pad)
        } else {
            content.cut_top((content.h() / 4).max(112), space::M)
        };
        view.card(display);
        let mut inside = display.inset(space::M);
        if view.is_alone {
            let (row, rest) = inside.cut_top(space::TARGET, space::XS);
            view.icon_button(row.cut_start(space::TARGET, 0).0, Icon::ChevronLeft, Press::Back);
            // On a low display the expression stands beside the button, not below it.
            inside = if rest.h() < 64 { inside.cut_start(space::TARGET, space::XS).1 } else { rest };
        }
        let (below, above) = inside.cut_bottom(view.look.line(type_size::TITLE), 0);
        let px = if self.expression.chars().count() > 14 { type_size::HEADING } else { type_size::DISPLAY };
        let shown = if self.expression.is_empty() { "0" } else { &self.expression };
        let style = view.bold(px);
        let last = tail(shown, view.look.px(px), above.w());
        view.cut_label(above, Align::End, style, last);
        let mut style = view.dim(type_size::TITLE);
        if self.fault.is_some() {
            style.color = view.palette.error;
        }
        let text = self.below(view);
        view.cut_label(below, Align::End, style, &text);
        for (place, key) in pad.grid(4, 5, space::XS).into_iter().zip(KEYS) {
            let tone = match key {
                '=' => Tone::Primary,
                '0'..='9' | '.' => Tone::Raised,
                _ => Tone::Chosen,
            };
            let mut bytes = [0; 4];
            let label = match key {
                '.' if view.look.language == Language::German => ",",
                '⌫' => "",
                key => key.encode_utf8(&mut bytes),
            };
            let icon = (key == '⌫').then_some(Icon::Backspace);
            view.button_of(place, tone, icon, label, type_size::HEADING, Press::Key(key));
        }
    }

    fn on_message(&mut self, message: Press, system: &mut System) {
        match message {
            Press::Key(key) => self.press(key),
            Press::Back => system.is_done = true,
        }
    }

    fn on_key(&mut self, key: Key<'_>, _: &mut System) -> bool {
        let pressed = match key {
            Key::Text("*" | "x") => '×',
            Key::Text("/" | ":") => '÷',
            Key::Text("-") => '–',
            Key::Text(",") => '.',
            Key::Text("c") | Key::Named(NamedKey::Delete) => 'C',
            Key::Named(NamedKey::Backspace) => '⌫',
            Key::Text(text) => match text.chars().next() {
                Some(known) if KEYS.contains(&known) => known,
                _ => return false,
            },
            _ => return false,
        };
        self.press(pressed);
        true
    }
}

/// As much of the end of a text as fits: what was typed last is what is looked at.
fn tail(text: &str, px: i32, width: i32) -> &str {
    let fits = |text: &str| ui::measure(text, px, ui::Weight::Bold) <= ui::number::float(width);
    text.char_indices().map(|(at, _)| &text[at..]).find(|rest| fits(rest)).unwrap_or("")
}

#[cfg(test)]
mod tests;
