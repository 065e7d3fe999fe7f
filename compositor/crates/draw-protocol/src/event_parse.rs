//! The app's side of stdin.

use crate::event::{
    AppEvent, Focus, Key, KeyPhase, Modifiers, MouseButton, NamedKey, Notification, Profile, TouchPhase,
};
use crate::number;

impl<'a> AppEvent<'a> {
    /// Reads one line, without its newline. Never fails: what is no line of the system is a key if it could be one,
    /// else a message.
    ///
    /// Keys and messages share the bare line. Read as a key: the empty line, a control byte, the named keys'
    /// sequences, and a single code point (with the marks that combine with it typed as one text, at most four code
    /// points without a space). An app that is sent short messages by others tells them apart by what it expects.
    #[must_use]
    pub fn parse(line: &'a str) -> Self {
        match Self::parse_usual(line) {
            Self::Message(line) => rare(line).unwrap_or(Self::Message(line)),
            event => event,
        }
    }

    /// As [`parse`](Self::parse), for apps that opt into neither `key`, `frame`, `notification` nor `menu` and take no
    /// paste: such lines are messages to them. A program carries what it calls, and this is a kilobyte less.
    #[must_use]
    pub fn parse_usual(line: &'a str) -> Self {
        usual(line).unwrap_or(Self::Message(line))
    }
}

fn usual(line: &str) -> Option<AppEvent<'_>> {
    if let Some(rest) = line.strip_prefix("VYOMA_SYSTEM:") {
        system(rest)
    } else if let Some(rest) = line.strip_prefix("VYOMA_INPUT:") {
        input(rest)
    } else if let Some(text) = line.strip_prefix("REPLY:") {
        Some(AppEvent::Reply(text))
    } else {
        key(line).map(AppEvent::Key)
    }
}

/// What only apps hear that opted into it.
fn rare(line: &str) -> Option<AppEvent<'_>> {
    if let Some(rest) = line.strip_prefix("VYOMA_INPUT:key:") {
        let (kind, value) = cut(rest, b':')?;
        let phase = match kind {
            "down" => KeyPhase::Down,
            "up" => KeyPhase::Up,
            "repeat" => KeyPhase::Repeat,
            _ => return None,
        };
        let (code, held) = cut(value, b':')?;
        return Some(AppEvent::KeyState { phase, code, modifiers: modifiers(held) });
    }
    let (kind, value) = cut(line.strip_prefix("VYOMA_SYSTEM:")?, b':')?;
    Some(match kind {
        "paste" => AppEvent::Paste(value),
        "frame" => AppEvent::Frame { ms: value.parse().ok()? },
        "notification" => AppEvent::Notification(Notification {
            title: json_text(value, "\"title\":\"")?,
            body: json_text(value, "\"body\":\"")?,
            app: json_text(value, "\"app\":\"")?,
            time: json_text(value, "\"time\":\"")?,
        }),
        _ => return None,
    })
}

#[inline(never)]
fn key(line: &str) -> Option<Key<'_>> {
    if let Some(&named) = NamedKey::ALL.iter().find(|key| key.line() == line) {
        return Some(Key::Named(named));
    }
    match line.as_bytes() {
        &[byte @ 1..=26] => return Some(Key::Control(byte | 0x60)),
        [byte] if byte.is_ascii_control() => return None,
        _ => {}
    }
    let count = line.bytes().filter(|byte| byte & 0xc0 != 0x80).count();
    let is_word = count <= 4 && count < line.len() && !line.chars().any(is_space);
    (count == 1 || is_word).then_some(Key::Text(line))
}

/// `char::is_whitespace` without its table, which would cost an app a quarter of a kilobyte.
fn is_space(c: char) -> bool {
    let code = u32::from(c);
    SPACES.iter().any(|&(first, last)| (u32::from(first)..=u32::from(last)).contains(&code))
}

/// The first and the last of each run of spaces.
const SPACES: [(u16, u16); 10] = [
    (0x09, 0x0d),
    (0x20, 0x20),
    (0x85, 0x85),
    (0xa0, 0xa0),
    (0x1680, 0x1680),
    (0x2000, 0x200a),
    (0x2028, 0x2029),
    (0x202f, 0x202f),
    (0x205f, 0x205f),
    (0x3000, 0x3000),
];

fn system(rest: &str) -> Option<AppEvent<'_>> {
    let (kind, value) = cut(rest, b':')?;
    Some(match kind {
        "screen" | "resize" => {
            let [w, h, _] = integers(value, 2)?;
            let (w, h) = (number::to_u32(w), number::to_u32(h));
            if kind == "screen" { AppEvent::Screen { w, h } } else { AppEvent::Resize { w, h } }
        }
        "display_profile" => AppEvent::DisplayProfile(match value {
            "kiosk" => Profile::Kiosk,
            "desktop" => Profile::Desktop,
            "signage" => Profile::Signage,
            _ => return None,
        }),
        "menu_action" => AppEvent::MenuAction(value),
        "locale" => AppEvent::Locale(value),
        "theme" => AppEvent::Theme(value),
        "focus" => AppEvent::Focus(match value {
            "gained" => Focus::Gained,
            "lost" => Focus::Lost,
            _ => return None,
        }),
        "app_launched" => AppEvent::AppLaunched(value),
        "app_exited" => AppEvent::AppExited(value),
        _ => return None,
    })
}

fn input(rest: &str) -> Option<AppEvent<'_>> {
    let (device, rest) = cut(rest, b':')?;
    let (kind, value) = cut(rest, b':').unwrap_or((rest, ""));
    match device {
        "mouse" => mouse(kind, value),
        "touch" => touch(kind, value),
        _ => None,
    }
}

/// Buttons: the words for pressed and let go, and their names.
const BUTTONS: [(&str, &str, &str, MouseButton); 3] = [
    ("down", "up", "left", MouseButton::Left),
    ("down2", "up2", "right", MouseButton::Right),
    ("down3", "up3", "middle", MouseButton::Middle),
];

fn mouse<'a>(kind: &str, value: &str) -> Option<AppEvent<'a>> {
    match kind {
        "enter" => return Some(AppEvent::MouseEnter),
        "leave" => return Some(AppEvent::MouseLeave),
        _ => {}
    }
    let (at, extra) = cut(value, b':').unwrap_or((value, ""));
    let (x, y) = point(at)?;
    for &(down, up, name, button) in &BUTTONS {
        if kind == down {
            return Some(AppEvent::MouseDown { x, y, button });
        } else if kind == up {
            return Some(AppEvent::MouseUp { x, y, button });
        } else if kind == "click" && extra == name {
            return Some(AppEvent::MouseClick { x, y, button });
        }
    }
    Some(match kind {
        "move" => AppEvent::MouseMove { x, y },
        "drag" => AppEvent::MouseDrag { x, y },
        "wheel" => {
            let (dx, dy) = point(extra)?;
            AppEvent::MouseWheel { x, y, dx, dy }
        }
        _ => return None,
    })
}

fn touch<'a>(kind: &str, value: &str) -> Option<AppEvent<'a>> {
    let phase = match kind {
        "tap" | "swipe" => {
            let (x, y) = point(value)?;
            return Some(match kind {
                "tap" => AppEvent::TouchTap { x, y },
                _ => AppEvent::TouchSwipe { dx: x, dy: y },
            });
        }
        "down" => TouchPhase::Down,
        "move" => TouchPhase::Move,
        "up" => TouchPhase::Up,
        "cancel" => TouchPhase::Cancel,
        _ => return None,
    };
    let [id, x, y] = integers(value, 3)?;
    Some(AppEvent::TouchPoint { phase, id: number::to_u32(id), x: number::to_i32(x), y: number::to_i32(y) })
}

fn modifiers(mut names: &str) -> Modifiers {
    let mut held = Modifiers::default();
    loop {
        let (name, rest) = cut(names, b'+').unwrap_or((names, ""));
        match name {
            "shift" => held.shift = true,
            "ctrl" => held.ctrl = true,
            "alt" => held.alt = true,
            "super" => held.logo = true,
            _ => {}
        }
        if rest.is_empty() {
            return held;
        }
        names = rest;
    }
}

/// The text before the first `sign`, an ASCII one, and after it. Not `str::split_once`, whose search for any pattern
/// would cost an app a kilobyte.
fn cut(text: &str, sign: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == sign)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn point(text: &str) -> Option<(i32, i32)> {
    let [x, y, _] = integers(text, 2)?;
    Some((number::to_i32(x), number::to_i32(y)))
}

/// So many integers with commas between, at most three.
fn integers(text: &str, count: usize) -> Option<[i64; 3]> {
    let (mut found, mut seen) = ([0; 3], 0);
    for part in text.as_bytes().split(|byte| *byte == b',') {
        *found.get_mut(seen)? = number::parse(part)?;
        seen += 1;
    }
    (seen == count).then_some(found)
}

/// The text after `key` up to the next quote; the encoder sends none inside a text.
fn json_text<'a>(json: &'a str, key: &str) -> Option<&'a str> {
    let at = json.as_bytes().windows(key.len()).position(|part| part == key.as_bytes())?;
    Some(cut(json.get(at + key.len()..)?, b'"')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_space_of_every_char_is_that_of_the_standard_library() {
        assert!(('\0'..=char::MAX).all(|c| is_space(c) == c.is_whitespace()));
    }

    #[test]
    fn parse_usual_differs_in_what_is_opted_into_alone() {
        let rare = ["VYOMA_INPUT:key:down:KeyA:ctrl", "VYOMA_SYSTEM:frame:16", "VYOMA_SYSTEM:paste:x"];
        for line in rare {
            assert_eq!(AppEvent::parse_usual(line), AppEvent::Message(line));
            assert_ne!(AppEvent::parse(line), AppEvent::Message(line), "{line}");
        }
        for line in [
            "VYOMA_SYSTEM:screen:8,9",
            "VYOMA_SYSTEM:menu_action:save",
            "VYOMA_INPUT:touch:tap:1,2",
            "REPLY:pong",
            "a",
            "hello there",
        ] {
            assert_eq!(AppEvent::parse_usual(line), AppEvent::parse(line));
        }
    }
}
