//! Keys: moving the focus, and pressing what has it.

use alloc::vec::Vec;

use ui::{Key, NamedKey, Step};

use super::{Apps, Launcher, Target};
use crate::dialog::Dialog;

impl Launcher {
    pub(super) fn on_key(&mut self, key: Key<'_>) {
        if let Some(dialog) = self.dialog {
            self.on_dialog_key(dialog, key);
            return;
        }
        match key {
            Key::Named(NamedKey::Escape) => {
                if self.toast.is_some() {
                    self.close_toast();
                } else {
                    self.attention.hide_focus();
                    self.turn_to(0);
                }
            }
            Key::Named(NamedKey::PageUp) => self.turn_page_with_focus(-1),
            Key::Named(NamedKey::PageDown) => self.turn_page_with_focus(1),
            Key::Named(NamedKey::Home) => self.focus_app(0),
            Key::Named(NamedKey::End) => self.focus_app(self.listed().len().saturating_sub(1)),
            Key::Named(NamedKey::Enter) => self.press_focused(),
            Key::Text(" ") => self.press_focused(),
            Key::Named(
                arrow @ (NamedKey::Left | NamedKey::Right | NamedKey::Up | NamedKey::Down | NamedKey::Tab),
            ) => self.move_focus(arrow),
            Key::Text(text) => self.find(text),
            Key::Named(NamedKey::Backspace | NamedKey::Delete) | Key::Control(_) => {}
        }
    }

    fn on_dialog_key(&mut self, dialog: Dialog, key: Key<'_>) {
        let Some(layout) = &self.layout else { return };
        let order: Vec<Target> = (0..dialog.buttons(layout.canvas).len()).map(Target::Choice).collect();
        let Some((first, last)) = order.first().copied().zip(order.last().copied()) else { return };
        match key {
            Key::Named(NamedKey::Escape) => self.set_dialog(None),
            Key::Named(NamedKey::Enter) | Key::Text(" ") => match self.attention.shown_focus() {
                Some(target) => self.activate(target),
                None => self.attention.focus_on(first),
            },
            Key::Named(NamedKey::Tab | NamedKey::Right | NamedKey::Down) => {
                self.attention.step(&order, Step::On)
            }
            Key::Named(NamedKey::Left | NamedKey::Up) => self.attention.step(&order, Step::Back),
            Key::Named(NamedKey::Home) => self.attention.focus_on(first),
            Key::Named(NamedKey::End) => self.attention.focus_on(last),
            Key::Text(_) | Key::Control(_) | Key::Named(_) => {}
        }
    }

    fn press_focused(&mut self) {
        match self.attention.shown_focus() {
            Some(target) => self.activate(target),
            None => self.show_focus(),
        }
    }

    fn move_focus(&mut self, key: NamedKey) {
        let Some(layout) = &self.layout else { return };
        let count = self.listed().len();
        let Some(focus) = self.attention.shown_focus() else { return self.show_focus() };
        let (columns, per_page) = (layout.columns(), layout.per_page());
        match (focus, key) {
            (Target::Tile(index), _) => {
                let page = layout.apps_on(layout.page_of(index));
                let column = (index - page.start) % columns;
                match key {
                    NamedKey::Up if index < page.start + columns => self.attention.focus_on(Target::Power),
                    NamedKey::Up => self.focus_app(index - columns),
                    NamedKey::Down if index + columns < page.end => self.focus_app(index + columns),
                    // Below the last but one row may stand a shorter one.
                    NamedKey::Down if index - column + columns < page.end => self.focus_app(page.end - 1),
                    NamedKey::Down => {}
                    // At the edge of a page: the same row of the next.
                    NamedKey::Right if column + 1 == columns && page.end < count => {
                        self.focus_app((index + per_page + 1 - columns).min(count - 1));
                    }
                    NamedKey::Left if column == 0 && page.start > 0 => {
                        self.focus_app(index + columns - 1 - per_page)
                    }
                    NamedKey::Left => self.focus_app(index.saturating_sub(1)),
                    NamedKey::Tab if index + 1 >= count => self.attention.focus_on(Target::Power),
                    _ => self.focus_app((index + 1).min(count - 1)),
                }
            }
            (Target::Power, NamedKey::Down | NamedKey::Left | NamedKey::Tab) => {
                if let Apps::Failed(_) = self.apps {
                    self.attention.focus_on(Target::Retry);
                } else if count > 0 {
                    let first = if key == NamedKey::Tab { 0 } else { layout.apps_on(self.page).start };
                    self.focus_app(first);
                }
            }
            (Target::Retry, NamedKey::Up | NamedKey::Tab) => self.attention.focus_on(Target::Power),
            _ => {}
        }
    }

    fn turn_page_with_focus(&mut self, by: i32) {
        self.turn_by(by);
        if let Some(layout) = &self.layout
            && let Some(Target::Tile(_)) = self.attention.focus()
        {
            let first = layout.apps_on(self.page).start;
            self.focus_app(first);
        }
    }

    /// The next app whose title begins with what was typed.
    fn find(&mut self, text: &str) {
        let wanted = text.to_ascii_lowercase();
        let count = self.listed().len();
        let from = match self.attention.shown_focus() {
            Some(Target::Tile(index)) => index + 1,
            _ => 0,
        };
        let found = (from..from + count)
            .map(|index| index % count)
            .find(|index| self.listed()[*index].title.to_ascii_lowercase().starts_with(&wanted));
        if let Some(index) = found {
            self.focus_app(index);
        }
    }

    fn focus_app(&mut self, index: usize) {
        if index < self.listed().len() {
            self.attention.focus_on(Target::Tile(index));
            if let Some(layout) = &self.layout {
                self.turn_to(layout.page_of(index));
            }
        }
    }

    /// Shows where keys go; on the first thing of the page if that is nowhere yet.
    fn show_focus(&mut self) {
        let Some(layout) = &self.layout else { return };
        let first = layout.apps_on(self.page);
        let target = match (self.attention.focus(), &self.apps) {
            (Some(target @ Target::Tile(index)), Apps::Listed(_)) if first.contains(&index) => target,
            (Some(Target::Power), _) => Target::Power,
            (_, Apps::Failed(_)) => Target::Retry,
            (_, Apps::Listed(apps)) if !apps.is_empty() => Target::Tile(first.start),
            _ => Target::Power,
        };
        self.attention.focus_on(target);
    }
}
