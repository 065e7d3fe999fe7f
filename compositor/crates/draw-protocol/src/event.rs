use alloc::vec::Vec;

use crate::number::{write_i32, write_u64};

/// A display profile's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// One app full-screen at a time.
    Kiosk,
    /// Windows with title bars.
    Desktop,
    /// Zones.
    Signage,
}

/// A pointer's button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MouseButton {
    /// The first.
    Left,
    /// The second; `down2` and `up2`.
    Right,
    /// The wheel's; `down3` and `up3`.
    Middle,
}

/// A key without printable text that the contract has a line for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the keys' own names")]
pub enum NamedKey {
    Enter,
    Backspace,
    Tab,
    Escape,
    Up,
    Down,
    Right,
    Left,
    Home,
    End,
    PageUp,
    PageDown,
    Delete,
}

impl NamedKey {
    /// Every named key.
    pub const ALL: [Self; 13] = [
        Self::Enter,
        Self::Backspace,
        Self::Tab,
        Self::Escape,
        Self::Up,
        Self::Down,
        Self::Right,
        Self::Left,
        Self::Home,
        Self::End,
        Self::PageUp,
        Self::PageDown,
        Self::Delete,
    ];

    /// The bare line an app reads for this key.
    #[must_use]
    pub const fn line(self) -> &'static str {
        match self {
            Self::Enter => "",
            Self::Backspace => "\x7f",
            Self::Tab => "\t",
            Self::Escape => "\x1b",
            Self::Up => "\x1b[A",
            Self::Down => "\x1b[B",
            Self::Right => "\x1b[C",
            Self::Left => "\x1b[D",
            Self::Home => "\x1b[H",
            Self::End => "\x1b[F",
            Self::PageUp => "\x1b[5~",
            Self::PageDown => "\x1b[6~",
            Self::Delete => "\x1b[3~",
        }
    }
}

/// A key press as a bare line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key<'a> {
    /// Printable text from the layout.
    Text(&'a str),
    /// A key of the contract's table.
    Named(NamedKey),
    /// Ctrl and an ASCII letter in any case, as the control byte. Ctrl+J is the newline byte and arrives as Enter.
    Control(u8),
}

/// What happened to a key, for the opt-in `key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyPhase {
    /// Pressed.
    Down,
    /// Released.
    Up,
    /// Held long enough to repeat.
    Repeat,
}

/// The modifiers held, for the opt-in `key`: their names joined by `+` in this order, empty without any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Modifiers {
    /// `shift`.
    pub shift: bool,
    /// `ctrl`.
    pub ctrl: bool,
    /// `alt`.
    pub alt: bool,
    /// `super`.
    pub logo: bool,
}

/// What happened to a contact, for the opt-in `touch2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TouchPhase {
    /// It began.
    Down,
    /// It moved.
    Move,
    /// It ended.
    Up,
    /// The system took it; nothing happened.
    Cancel,
}

/// What happened to the keyboard focus, for the opt-in `focus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Focus {
    /// Keys arrive from now on.
    Gained,
    /// They no longer do.
    Lost,
}

/// A notification, for the opt-in `notification`. In the texts `"` is sent as `'`, `\` as `/`, a control character as a
/// space: apps find the values by their quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Notification<'a> {
    /// Headline.
    pub title: &'a str,
    /// Text.
    pub body: &'a str,
    /// Name of the app that sent it.
    pub app: &'a str,
    /// Time of day as it is to be shown.
    pub time: &'a str,
}

/// One line to an app's stdin. Coordinates are pixels of the app's canvas.
///
/// No text can break out of its line: a newline inside one is sent as the two characters `\n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppEvent<'a> {
    /// `VYOMA_SYSTEM:screen:<w>,<h>`: the content size, first line of a display app.
    Screen {
        /// Pixels.
        w: u32,
        /// Pixels.
        h: u32,
    },
    /// `VYOMA_SYSTEM:display_profile:<name>`.
    DisplayProfile(Profile),
    /// `VYOMA_SYSTEM:resize:<w>,<h>`: the content size changed.
    Resize {
        /// Pixels.
        w: u32,
        /// Pixels.
        h: u32,
    },
    /// `VYOMA_SYSTEM:menu_action:<action>`.
    MenuAction(&'a str),
    /// `VYOMA_SYSTEM:paste:<text>`.
    Paste(&'a str),
    /// `VYOMA_SYSTEM:locale:<code>`.
    Locale(&'a str),
    /// `VYOMA_SYSTEM:theme:<words>`, as `theme` answers them; opt-in `theme`.
    Theme(&'a str),
    /// A key as a bare line.
    Key(Key<'a>),
    /// `VYOMA_INPUT:key:<down|up|repeat>:<code>:<modifiers>`; opt-in `key`.
    KeyState {
        /// What happened.
        phase: KeyPhase,
        /// W3C `KeyboardEvent.code`, such as `KeyA`.
        code: &'a str,
        /// What is held with it.
        modifiers: Modifiers,
    },
    /// `VYOMA_INPUT:mouse:move:<x>,<y>`.
    MouseMove {
        /// Pixels.
        x: i32,
        /// Pixels.
        y: i32,
    },
    /// `VYOMA_INPUT:mouse:click:<x>,<y>:<left|right|middle>`: a button was pressed.
    MouseClick {
        /// Pixels.
        x: i32,
        /// Pixels.
        y: i32,
        /// Which.
        button: MouseButton,
    },
    /// `VYOMA_INPUT:mouse:down:<x>,<y>`, other buttons `down2`, `down3`; opt-in `mouse2`.
    MouseDown {
        /// Pixels.
        x: i32,
        /// Pixels.
        y: i32,
        /// Which.
        button: MouseButton,
    },
    /// `VYOMA_INPUT:mouse:up:<x>,<y>`, other buttons `up2`, `up3`; opt-in `mouse2`.
    MouseUp {
        /// Pixels.
        x: i32,
        /// Pixels.
        y: i32,
        /// Which.
        button: MouseButton,
    },
    /// `VYOMA_INPUT:mouse:drag:<x>,<y>`: moved with a button held; opt-in `mouse2`.
    MouseDrag {
        /// Pixels.
        x: i32,
        /// Pixels.
        y: i32,
    },
    /// `VYOMA_INPUT:mouse:wheel:<x>,<y>:<dx>,<dy>`; opt-in `mouse2`.
    MouseWheel {
        /// Pixels.
        x: i32,
        /// Pixels.
        y: i32,
        /// Steps, positive to the right.
        dx: i32,
        /// Steps, positive down.
        dy: i32,
    },
    /// `VYOMA_INPUT:mouse:enter`; opt-in `mouse2`.
    MouseEnter,
    /// `VYOMA_INPUT:mouse:leave`; opt-in `mouse2`.
    MouseLeave,
    /// `VYOMA_INPUT:touch:tap:<x>,<y>`: a short contact.
    TouchTap {
        /// Pixels.
        x: i32,
        /// Pixels.
        y: i32,
    },
    /// `VYOMA_INPUT:touch:swipe:<dx>,<dy>`: a longer contact.
    TouchSwipe {
        /// Pixels, positive to the right.
        dx: i32,
        /// Pixels, positive down.
        dy: i32,
    },
    /// `VYOMA_INPUT:touch:<down|move|up|cancel>:<id>,<x>,<y>`; opt-in `touch2`.
    TouchPoint {
        /// What happened.
        phase: TouchPhase,
        /// The contact, the same from down to up.
        id: u32,
        /// Pixels.
        x: i32,
        /// Pixels.
        y: i32,
    },
    /// `VYOMA_SYSTEM:focus:<gained|lost>`; opt-in `focus`.
    Focus(Focus),
    /// `VYOMA_SYSTEM:frame:<ms>`: a flush was shown; opt-in `frame`.
    Frame {
        /// Milliseconds since the app's start.
        ms: u64,
    },
    /// `VYOMA_SYSTEM:app_launched:<name>`; opt-in `apps`.
    AppLaunched(&'a str),
    /// `VYOMA_SYSTEM:app_exited:<name>`; opt-in `apps`.
    AppExited(&'a str),
    /// `VYOMA_SYSTEM:notification:<json>`; opt-in `notification`.
    Notification(Notification<'a>),
    /// `REPLY:<text>`: the answer to a request.
    Reply(&'a str),
    /// The bare text of a message of another app.
    Message(&'a str),
}

impl AppEvent<'_> {
    /// Appends the line, its newline included.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Screen { w, h } => size(out, b"VYOMA_SYSTEM:screen:", w, h),
            Self::Resize { w, h } => size(out, b"VYOMA_SYSTEM:resize:", w, h),
            Self::DisplayProfile(profile) => {
                let name = match profile {
                    Profile::Kiosk => "kiosk",
                    Profile::Desktop => "desktop",
                    Profile::Signage => "signage",
                };
                tagged(out, b"VYOMA_SYSTEM:display_profile:", name);
            }
            Self::MenuAction(action) => tagged(out, b"VYOMA_SYSTEM:menu_action:", action),
            Self::Paste(text) => tagged(out, b"VYOMA_SYSTEM:paste:", text),
            Self::Locale(code) => tagged(out, b"VYOMA_SYSTEM:locale:", code),
            Self::Theme(words) => tagged(out, b"VYOMA_SYSTEM:theme:", words),
            Self::Key(key) => bare_key(out, key),
            Self::KeyState { phase, code, modifiers } => key_state(out, phase, code, modifiers),
            Self::MouseMove { x, y } => point(out, b"VYOMA_INPUT:mouse:move:", x, y),
            Self::MouseClick { x, y, button } => {
                point(out, b"VYOMA_INPUT:mouse:click:", x, y);
                let name: &[u8] = match button {
                    MouseButton::Left => b":left",
                    MouseButton::Right => b":right",
                    MouseButton::Middle => b":middle",
                };
                out.extend_from_slice(name);
            }
            Self::MouseDown { x, y, button } => {
                let tag: &[u8] = match button {
                    MouseButton::Left => b"VYOMA_INPUT:mouse:down:",
                    MouseButton::Right => b"VYOMA_INPUT:mouse:down2:",
                    MouseButton::Middle => b"VYOMA_INPUT:mouse:down3:",
                };
                point(out, tag, x, y);
            }
            Self::MouseUp { x, y, button } => {
                let tag: &[u8] = match button {
                    MouseButton::Left => b"VYOMA_INPUT:mouse:up:",
                    MouseButton::Right => b"VYOMA_INPUT:mouse:up2:",
                    MouseButton::Middle => b"VYOMA_INPUT:mouse:up3:",
                };
                point(out, tag, x, y);
            }
            Self::MouseDrag { x, y } => point(out, b"VYOMA_INPUT:mouse:drag:", x, y),
            Self::MouseWheel { x, y, dx, dy } => {
                point(out, b"VYOMA_INPUT:mouse:wheel:", x, y);
                point(out, b":", dx, dy);
            }
            Self::MouseEnter => out.extend_from_slice(b"VYOMA_INPUT:mouse:enter"),
            Self::MouseLeave => out.extend_from_slice(b"VYOMA_INPUT:mouse:leave"),
            Self::TouchTap { x, y } => point(out, b"VYOMA_INPUT:touch:tap:", x, y),
            Self::TouchSwipe { dx, dy } => point(out, b"VYOMA_INPUT:touch:swipe:", dx, dy),
            Self::TouchPoint { phase, id, x, y } => {
                out.extend_from_slice(match phase {
                    TouchPhase::Down => b"VYOMA_INPUT:touch:down:",
                    TouchPhase::Move => b"VYOMA_INPUT:touch:move:",
                    TouchPhase::Up => b"VYOMA_INPUT:touch:up:",
                    TouchPhase::Cancel => b"VYOMA_INPUT:touch:cancel:",
                });
                write_u64(out, u64::from(id));
                point(out, b",", x, y);
            }
            Self::Focus(Focus::Gained) => out.extend_from_slice(b"VYOMA_SYSTEM:focus:gained"),
            Self::Focus(Focus::Lost) => out.extend_from_slice(b"VYOMA_SYSTEM:focus:lost"),
            Self::Frame { ms } => {
                out.extend_from_slice(b"VYOMA_SYSTEM:frame:");
                write_u64(out, ms);
            }
            Self::AppLaunched(name) => tagged(out, b"VYOMA_SYSTEM:app_launched:", name),
            Self::AppExited(name) => tagged(out, b"VYOMA_SYSTEM:app_exited:", name),
            Self::Notification(notification) => json(out, notification),
            Self::Reply(text) => tagged(out, b"REPLY:", text),
            Self::Message(text) => tagged(out, b"", text),
        }
        out.push(b'\n');
    }
}

fn size(out: &mut Vec<u8>, tag: &[u8], w: u32, h: u32) {
    out.extend_from_slice(tag);
    write_u64(out, u64::from(w));
    out.push(b',');
    write_u64(out, u64::from(h));
}

fn point(out: &mut Vec<u8>, tag: &[u8], x: i32, y: i32) {
    out.extend_from_slice(tag);
    write_i32(out, x);
    out.push(b',');
    write_i32(out, y);
}

/// A tag and a text that stays inside its line.
fn tagged(out: &mut Vec<u8>, tag: &[u8], text: &str) {
    out.extend_from_slice(tag);
    let mut parts = text.split('\n');
    out.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        out.extend_from_slice(b"\\n");
        out.extend_from_slice(part.as_bytes());
    }
}

fn bare_key(out: &mut Vec<u8>, key: Key<'_>) {
    match key {
        Key::Text(text) => tagged(out, b"", text),
        Key::Named(key) => out.extend_from_slice(key.line().as_bytes()),
        Key::Control(letter) => match letter & 0x1f {
            b'\n' => {}
            byte => out.push(byte),
        },
    }
}

fn key_state(out: &mut Vec<u8>, phase: KeyPhase, code: &str, modifiers: Modifiers) {
    let tag: &[u8] = match phase {
        KeyPhase::Down => b"VYOMA_INPUT:key:down:",
        KeyPhase::Up => b"VYOMA_INPUT:key:up:",
        KeyPhase::Repeat => b"VYOMA_INPUT:key:repeat:",
    };
    tagged(out, tag, code);
    let mut separator = b':';
    for (held, name) in [
        (modifiers.shift, "shift"),
        (modifiers.ctrl, "ctrl"),
        (modifiers.alt, "alt"),
        (modifiers.logo, "super"),
    ] {
        if held {
            out.push(separator);
            out.extend_from_slice(name.as_bytes());
            separator = b'+';
        }
    }
    if separator == b':' {
        out.push(separator);
    }
}

fn json(out: &mut Vec<u8>, notification: Notification<'_>) {
    let Notification { title, body, app, time } = notification;
    let mut tag: &[u8] = b"VYOMA_SYSTEM:notification:{\"";
    for (name, text) in [("title", title), ("body", body), ("app", app), ("time", time)] {
        out.extend_from_slice(tag);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":\"");
        out.extend(text.bytes().map(|byte| match byte {
            b'"' => b'\'',
            b'\\' => b'/',
            byte if byte.is_ascii_control() => b' ',
            byte => byte,
        }));
        tag = b"\",\"";
    }
    out.extend_from_slice(b"\"}");
}
