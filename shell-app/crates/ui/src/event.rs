//! What happened, as apps want to know it: pointer and contacts as one kind of thing.

use draw_protocol::{AppEvent, Focus, Key, MouseButton, Profile, TouchPhase};

use crate::geometry::Point;

/// What presses: the pointer, or a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The pointer's left button.
    Mouse,
    /// A finger, by the number of its contact.
    Touch(u32),
}

/// What a pointer or a finger did. Positions are pixels of the canvas and may lie outside it while something is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// The pointer is here, with nothing held.
    Hover(Point),
    /// The pointer is no longer over the canvas.
    Leave,
    /// Something was pressed.
    Press(Source, Point),
    /// What is pressed moved.
    Drag(Source, Point),
    /// It was let go.
    Release(Source, Point),
    /// It was taken away by the system: nothing happened.
    Cancel(Source),
    /// The wheel turned: steps to the right and down.
    Wheel(i32, i32),
    /// A finger swept over the canvas: pixels to the right and down. Only where single moves are not reported.
    Swipe(i32, i32),
}

/// One event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The canvas has this size, in pixels, both at least 1.
    Size(i32, i32),
    /// How windows are shown.
    Profile(Profile),
    /// A key.
    Key(Key<'a>),
    /// A pointer or a finger.
    Pointer(Pointer),
    /// The keyboard came or went.
    Focus(Focus),
    /// An app runs now.
    AppLaunched(&'a str),
    /// An app no longer runs.
    AppExited(&'a str),
    /// The answer to a request.
    Reply(&'a str),
    /// The language is another one now: its code.
    Locale(&'a str),
    /// The theme is another one now: its words.
    Theme(&'a str),
    /// An item of the app's menu was chosen: its action.
    Menu(&'a str),
}

/// Turns lines into events.
///
/// An app that opts into `mouse2` and `touch2` also gets the plain lines `click`, `tap` and `swipe`. The richer ones win
/// as soon as one was seen; until then the plain ones stand in, so that an app works where the richer are not sent.
#[derive(Debug, Default)]
pub struct Input {
    rich_mouse: bool,
    rich_touch: bool,
}

impl Input {
    /// Reads one line without its newline, and calls `on` for each event in it: none, one, or a press and its release.
    pub fn read(&mut self, line: &str, mut on: impl FnMut(Event<'_>)) {
        let (first, then) = self.events(line);
        if let Some(event) = first {
            on(event);
        }
        if let Some(pointer) = then {
            on(Event::Pointer(pointer));
        }
    }

    /// The event in a line, and what follows it at once.
    fn events<'a>(&mut self, line: &'a str) -> (Option<Event<'a>>, Option<Pointer>) {
        let mut then = None;
        let pointer = match AppEvent::parse_usual(line) {
            AppEvent::MouseMove { x, y } => Pointer::Hover(point(x, y)),
            AppEvent::MouseDown { x, y, button: MouseButton::Left } => {
                self.rich_mouse = true;
                Pointer::Press(Source::Mouse, point(x, y))
            }
            AppEvent::MouseUp { x, y, button: MouseButton::Left } => {
                self.rich_mouse = true;
                Pointer::Release(Source::Mouse, point(x, y))
            }
            AppEvent::MouseDrag { x, y } => {
                self.rich_mouse = true;
                Pointer::Drag(Source::Mouse, point(x, y))
            }
            AppEvent::MouseWheel { dx, dy, .. } => Pointer::Wheel(bounded(dx), bounded(dy)),
            AppEvent::MouseEnter => {
                self.rich_mouse = true;
                return (None, None);
            }
            AppEvent::MouseLeave => {
                self.rich_mouse = true;
                Pointer::Leave
            }
            AppEvent::MouseClick { x, y, button: MouseButton::Left } if !self.rich_mouse => {
                then = Some(Pointer::Release(Source::Mouse, point(x, y)));
                Pointer::Press(Source::Mouse, point(x, y))
            }
            AppEvent::TouchTap { x, y } if !self.rich_touch => {
                then = Some(Pointer::Release(Source::Touch(0), point(x, y)));
                Pointer::Press(Source::Touch(0), point(x, y))
            }
            AppEvent::TouchSwipe { dx, dy } if !self.rich_touch => Pointer::Swipe(bounded(dx), bounded(dy)),
            AppEvent::TouchPoint { phase, id, x, y } => {
                self.rich_touch = true;
                let (source, at) = (Source::Touch(id), point(x, y));
                match phase {
                    TouchPhase::Down => Pointer::Press(source, at),
                    TouchPhase::Move => Pointer::Drag(source, at),
                    TouchPhase::Up => Pointer::Release(source, at),
                    TouchPhase::Cancel => Pointer::Cancel(source),
                }
            }
            other => return (event(other), None),
        };
        (Some(Event::Pointer(pointer)), then)
    }
}

/// What is no pointer's.
fn event(event: AppEvent<'_>) -> Option<Event<'_>> {
    Some(match event {
        AppEvent::Screen { w, h } | AppEvent::Resize { w, h } => {
            let edge = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX).clamp(1, MAX_EDGE);
            Event::Size(edge(w), edge(h))
        }
        AppEvent::DisplayProfile(profile) => Event::Profile(profile),
        AppEvent::Key(key) => Event::Key(key),
        AppEvent::Focus(focus) => Event::Focus(focus),
        AppEvent::AppLaunched(name) => Event::AppLaunched(name),
        AppEvent::AppExited(name) => Event::AppExited(name),
        AppEvent::Reply(text) => Event::Reply(text),
        AppEvent::Locale(code) => Event::Locale(code),
        AppEvent::Theme(words) => Event::Theme(words),
        AppEvent::MenuAction(action) => Event::Menu(action),
        _ => return None,
    })
}

/// A position, kept where sums of positions stay far from overflowing.
fn point(x: i32, y: i32) -> Point {
    Point::new(bounded(x), bounded(y))
}

// Many places call it: inlined it would weigh ten times as much.
#[inline(never)]
fn bounded(pixels: i32) -> i32 {
    pixels.clamp(-2 * MAX_EDGE, 2 * MAX_EDGE)
}

/// The longest edge a canvas can have, in pixels: the system's own bound.
const MAX_EDGE: i32 = 16_384;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &mut Input, line: &str) -> Vec<String> {
        let mut events = Vec::new();
        input.read(line, |event| events.push(format!("{event:?}")));
        events
    }

    #[test]
    fn read_click_without_richer_lines_is_press_and_release() {
        let mut input = Input::default();
        assert_eq!(read(&mut input, "VYOMA_INPUT:mouse:click:3,4:left").len(), 2);
        assert_eq!(read(&mut input, "VYOMA_INPUT:mouse:click:3,4:right").len(), 0);
    }

    #[test]
    fn read_click_after_richer_lines_is_nothing() {
        let mut input = Input::default();
        assert_eq!(read(&mut input, "VYOMA_INPUT:mouse:down:3,4").len(), 1);
        assert_eq!(read(&mut input, "VYOMA_INPUT:mouse:click:3,4:left").len(), 0);
        assert_eq!(read(&mut input, "VYOMA_INPUT:touch:down:0,3,4").len(), 1);
        assert_eq!(read(&mut input, "VYOMA_INPUT:touch:tap:3,4").len(), 0);
        assert_eq!(read(&mut input, "VYOMA_INPUT:touch:swipe:3,4").len(), 0);
    }

    #[test]
    fn read_size_is_bounded() {
        let mut input = Input::default();
        assert_eq!(read(&mut input, "VYOMA_SYSTEM:screen:0,99999999"), ["Size(1, 16384)"]);
        assert_eq!(read(&mut input, "VYOMA_SYSTEM:resize:800,480"), ["Size(800, 480)"]);
    }

    #[test]
    fn read_message_of_another_app_is_nothing() {
        assert!(read(&mut Input::default(), "hello there").is_empty());
    }
}
