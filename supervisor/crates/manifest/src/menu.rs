//! `[[menu_items]]` and their shortcuts.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

use crate::manifest::label;
use crate::problem::{Report, quote};
use crate::section::{Section, Unknown};

/// Menu items of an app: more than people look through.
pub const MAX_MENU_ITEMS: usize = 64;
/// The longest label, in bytes: more than a menu is wide.
pub const MAX_MENU_LABEL: usize = 128;
/// The longest action, in bytes.
const MAX_ACTION: usize = 256;

/// One of `[[menu_items]]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MenuItem {
    /// What people read.
    pub label: String,
    /// What the app is told.
    pub action: String,
    /// Whether it can be chosen.
    pub enabled: bool,
    /// The keys that choose it while the app is focused.
    pub shortcut: Option<Shortcut>,
}

impl MenuItem {
    /// Whether it is a line between others: its label is empty, or hyphens.
    #[must_use]
    pub fn is_separator(&self) -> bool {
        is_separator(&self.label)
    }
}

fn is_separator(label: &str) -> bool {
    label.bytes().all(|b| b == b'-')
}

/// A key with the modifiers held while it is pressed. Written like `Ctrl+Shift+S`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shortcut {
    /// Control is held.
    pub ctrl: bool,
    /// Alt is held.
    pub alt: bool,
    /// Shift is held.
    pub shift: bool,
    /// The key.
    pub key: ShortcutKey,
}

/// The key of a [`Shortcut`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ShortcutKey {
    /// The key that types this in the layout of the device; letters are small ones.
    Char(char),
    /// The key of this code (`input-event-codes.h`), whatever the layout.
    Code(u16),
}

/// Why a text is no [`Shortcut`].
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ShortcutError {
    /// There is no such modifier.
    #[error("{0} is no modifier; Ctrl, Alt and Shift are")]
    Modifier(String),
    /// There is no such key.
    #[error(
        "{0} is no key; one character, F1 to F12, or a name like \"Delete\" would be right, as in \"Ctrl+S\""
    )]
    Key(String),
    /// It would take a key away that types text.
    #[error("a key that types text needs Ctrl or Alt, as in \"Ctrl+S\"")]
    Types,
    /// It never reaches an app.
    #[error("this combination is the system's; one with Ctrl would be right, as in \"Ctrl+S\"")]
    System,
}

const SPACE: u16 = 57;
const TAB: u16 = 15;
const F4: u16 = 62;

/// Names of keys and their codes. Where a key has two names the first one is shown.
const NAMED: [(&str, u16); 37] = [
    ("Esc", 1),
    ("Escape", 1),
    ("Backspace", 14),
    ("Tab", TAB),
    ("Enter", 28),
    ("Return", 28),
    ("Space", SPACE),
    ("F1", 59),
    ("F2", 60),
    ("F3", 61),
    ("F4", F4),
    ("F5", 63),
    ("F6", 64),
    ("F7", 65),
    ("F8", 66),
    ("F9", 67),
    ("F10", 68),
    ("F11", 87),
    ("F12", 88),
    ("Home", 102),
    ("Up", 103),
    ("ArrowUp", 103),
    ("PageUp", 104),
    ("PgUp", 104),
    ("Left", 105),
    ("ArrowLeft", 105),
    ("Right", 106),
    ("ArrowRight", 106),
    ("End", 107),
    ("Down", 108),
    ("ArrowDown", 108),
    ("PageDown", 109),
    ("PgDn", 109),
    ("Insert", 110),
    ("Ins", 110),
    ("Delete", 111),
    ("Del", 111),
];

impl FromStr for Shortcut {
    type Err = ShortcutError;

    fn from_str(text: &str) -> Result<Self, ShortcutError> {
        // The last `+` of "Ctrl++" is a key.
        let (modifiers, key) = match text.strip_suffix('+') {
            Some("") => ("", "+"),
            Some(rest) => rest.strip_suffix('+').map_or((rest, ""), |modifiers| (modifiers, "+")),
            None => text.rsplit_once('+').unwrap_or(("", text)),
        };
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        for modifier in modifiers.split('+').map(str::trim).filter(|_| !modifiers.is_empty()) {
            match modifier.to_ascii_lowercase().as_str() {
                // What other systems call the key that goes with letters of menus.
                "ctrl" | "control" | "cmd" | "command" => ctrl = true,
                "alt" | "option" => alt = true,
                "shift" => shift = true,
                "super" | "meta" | "win" => return Err(ShortcutError::System),
                _ => return Err(ShortcutError::Modifier(quote(modifier))),
            }
        }
        let shortcut = Self { ctrl, alt, shift, key: key_named(key.trim())? };
        let types = matches!(shortcut.key, ShortcutKey::Char(_) | ShortcutKey::Code(SPACE));
        if types && !ctrl && !alt {
            return Err(ShortcutError::Types);
        }
        let taken = matches!(shortcut.key, ShortcutKey::Char('w' | 'f') | ShortcutKey::Code(TAB | F4));
        if alt && !ctrl && taken {
            return Err(ShortcutError::System);
        }
        Ok(shortcut)
    }
}

/// The code (`input-event-codes.h`) of a key that types nothing by itself, or of Space, by its name in any case.
#[must_use]
pub fn key_code(name: &str) -> Option<u16> {
    NAMED.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, code)| *code)
}

/// The name by which menus show a key of [`key_code`].
#[must_use]
pub fn key_name(code: u16) -> Option<&'static str> {
    NAMED.iter().find(|(_, known)| *known == code).map(|(name, _)| *name)
}

fn key_named(name: &str) -> Result<ShortcutKey, ShortcutError> {
    if let Some(code) = key_code(name) {
        return Ok(ShortcutKey::Code(code));
    }
    let mut chars = name.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else {
        return Err(ShortcutError::Key(quote(name)));
    };
    if c.is_control() || c.is_whitespace() {
        return Err(ShortcutError::Key(quote(name)));
    }
    let mut small = c.to_lowercase();
    Ok(ShortcutKey::Char(small.next().filter(|_| small.next().is_none()).unwrap_or(c)))
}

/// As menus show it.
impl fmt::Display for Shortcut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (held, name) in [(self.ctrl, "Ctrl+"), (self.alt, "Alt+"), (self.shift, "Shift+")] {
            f.write_str(if held { name } else { "" })?;
        }
        match self.key {
            ShortcutKey::Char(c) => c.to_uppercase().try_for_each(|c| write!(f, "{c}")),
            ShortcutKey::Code(code) => f.write_str(key_name(code).unwrap_or("?")),
        }
    }
}

/// Reads the list.
pub(crate) fn menu(root: Section<'_, '_>, report: &mut Report<'_>) -> Vec<MenuItem> {
    let mut items: Vec<MenuItem> = Vec::new();
    for value in root.list("menu_items", report) {
        if items.len() == MAX_MENU_ITEMS {
            report.error(value.span().start, format!("more than {MAX_MENU_ITEMS} menu items"));
            break;
        }
        let item = Section::of(value, "[[menu_items]]", report);
        item.check_keys(&["label", "action", "enabled", "shortcut"], Unknown::Warning, report);
        let text = label(item, "label", MAX_MENU_LABEL, report);
        let is_line = text.as_deref().is_some_and(is_separator);
        for key in ["label", "action"] {
            if item.is_present() && item.get(key).is_none() && !is_line {
                report.error(item.at, format!("{key} is missing in [[menu_items]]"));
            }
        }
        let action = label(item, "action", MAX_ACTION, report);
        let enabled = item.get("enabled").is_none() || item.flag("enabled", report);
        let shortcut = shortcut(item, &items, report);
        if let Some(label) = text {
            items.push(MenuItem { label, action: action.unwrap_or_default(), enabled, shortcut });
        }
    }
    items
}

fn shortcut(item: Section<'_, '_>, before: &[MenuItem], report: &mut Report<'_>) -> Option<Shortcut> {
    let (text, at) = item.text("shortcut", report)?;
    // An item without one may say so.
    if text.is_empty() {
        return None;
    }
    match text.parse::<Shortcut>() {
        Ok(shortcut) => {
            if let Some(first) = before.iter().find(|item| item.shortcut == Some(shortcut)) {
                report.warn(
                    at,
                    format!("{shortcut} is the shortcut of {} too, which gets it", quote(&first.label)),
                );
            }
            Some(shortcut)
        }
        Err(why) => {
            report.error(at, format!("shortcut is {}; {why}", quote(text)));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_shortcut_reads_modifiers_and_key_in_any_case() {
        for (text, shown) in [
            ("Ctrl+S", "Ctrl+S"),
            ("shift + ctrl+s", "Ctrl+Shift+S"),
            ("Cmd+Q", "Ctrl+Q"),
            ("Ctrl++", "Ctrl++"),
            ("Ctrl+-", "Ctrl+-"),
            ("Alt+Enter", "Alt+Enter"),
            ("F5", "F5"),
            ("del", "Delete"),
            ("Ctrl+Space", "Ctrl+Space"),
            ("Ctrl+Alt+F", "Ctrl+Alt+F"),
            ("Ctrl+ä", "Ctrl+Ä"),
        ] {
            assert_eq!(text.parse::<Shortcut>().map(|s| s.to_string()), Ok(shown.to_owned()), "{text}");
        }
    }

    #[test]
    fn parse_shortcut_that_is_impossible_says_why() {
        for (text, why) in [
            ("S", ShortcutError::Types),
            ("Shift+S", ShortcutError::Types),
            ("Space", ShortcutError::Types),
            ("+", ShortcutError::Types),
            ("Super+S", ShortcutError::System),
            ("Alt+F4", ShortcutError::System),
            ("Alt+Shift+Tab", ShortcutError::System),
            ("Alt+W", ShortcutError::System),
            ("Hyper+S", ShortcutError::Modifier("\"Hyper\"".into())),
            ("Ctrl+", ShortcutError::Key("\"\"".into())),
            ("Ctrl+Foo", ShortcutError::Key("\"Foo\"".into())),
            ("Ctrl+\u{7}", ShortcutError::Key(quote("\u{7}"))),
        ] {
            assert_eq!(text.parse::<Shortcut>(), Err(why), "{text}");
        }
    }
}
