//! Input events of the compositor to the contract's lines, by what the app may hear.

use draw_protocol::{
    AppEvent, Focus, Key, KeyPhase, Modifiers as KeyModifiers, MouseButton, TouchPhase, key_code_name,
};
use manifest::{Capabilities, CompatEntry, EventSet};
use paint::{Point, Surface};
use surface_protocol::{Button, Edge, InputEvent, KeyState, Modifiers, TouchPhase as Phase};

use crate::inbox::Kind;

/// Decides which lines an event becomes.
#[derive(Debug)]
pub(crate) struct Translator {
    mouse: bool,
    touch: bool,
    mouse2: bool,
    /// A press is also sent as `down`.
    down: bool,
    touch2: bool,
    key: bool,
    focus: bool,
    /// Actions of the menu's items.
    menu: Vec<String>,
    /// Mouse buttons held, one bit each.
    held: u8,
}

impl Translator {
    /// For an app with these rights and opt-ins, and these actions in its menu.
    pub(crate) fn new(
        capabilities: &Capabilities,
        events: EventSet,
        compat: &CompatEntry,
        menu: Vec<String>,
    ) -> Self {
        let has = |event| events.contains(event) || compat.events.contains(event);
        let mouse2 = capabilities.mouse && has(EventSet::MOUSE2);
        Self {
            mouse: capabilities.mouse,
            touch: capabilities.touch,
            mouse2,
            down: mouse2 || (capabilities.mouse && compat.mouse_down),
            touch2: capabilities.touch && has(EventSet::TOUCH2),
            key: has(EventSet::KEY),
            focus: has(EventSet::FOCUS),
            menu,
            held: 0,
        }
    }

    /// Calls `line` for each line of the event, in order.
    pub(crate) fn translate(&mut self, event: &InputEvent, mut line: impl FnMut(Kind, AppEvent<'_>)) {
        match *event {
            InputEvent::Move(p) if self.mouse => match self.held {
                1.. if self.mouse2 => line(Kind::Drag, AppEvent::MouseDrag { x: p.x, y: p.y }),
                _ => line(Kind::Move, AppEvent::MouseMove { x: p.x, y: p.y }),
            },
            InputEvent::Pointer(Edge::Enter) if self.mouse2 => line(Kind::Kept, AppEvent::MouseEnter),
            InputEvent::Pointer(Edge::Leave) if self.mouse2 => line(Kind::Kept, AppEvent::MouseLeave),
            InputEvent::Button { at, button, pressed } if self.mouse => {
                let (button, bit) = match button {
                    Button::Left => (MouseButton::Left, 1),
                    Button::Right => (MouseButton::Right, 2),
                    Button::Middle => (MouseButton::Middle, 4),
                };
                if pressed {
                    self.held |= bit;
                    self.press(at, button, &mut line);
                } else {
                    self.held &= !bit;
                    self.release(at, button, &mut line);
                }
            }
            InputEvent::Wheel { at, dx, dy } if self.mouse2 => {
                line(Kind::Kept, AppEvent::MouseWheel { x: at.x, y: at.y, dx, dy });
            }
            InputEvent::Touch { phase, id, at } if self.touch2 => {
                let (kind, phase) = match phase {
                    Phase::Down => (Kind::Kept, TouchPhase::Down),
                    Phase::Move => (Kind::TouchMove(id), TouchPhase::Move),
                    Phase::Up => (Kind::Kept, TouchPhase::Up),
                    Phase::Cancel => (Kind::Kept, TouchPhase::Cancel),
                };
                line(kind, AppEvent::TouchPoint { phase, id, x: at.x, y: at.y });
            }
            InputEvent::Tap(p) if self.touch => line(Kind::Kept, AppEvent::TouchTap { x: p.x, y: p.y }),
            InputEvent::Tap(p) if self.mouse => {
                line(Kind::Move, AppEvent::MouseMove { x: p.x, y: p.y });
                self.press(p, MouseButton::Left, &mut line);
                self.release(p, MouseButton::Left, &mut line);
            }
            InputEvent::Swipe { dx, dy } if self.touch => {
                line(Kind::Kept, AppEvent::TouchSwipe { dx, dy });
            }
            InputEvent::Key { state, code, modifiers, line: text } => {
                if self.key {
                    let phase = match state {
                        KeyState::Down => KeyPhase::Down,
                        KeyState::Up => KeyPhase::Up,
                        KeyState::Repeat => KeyPhase::Repeat,
                    };

                    let code = key_code_name(code);
                    line(Kind::Kept, AppEvent::KeyState { phase, code, modifiers: held(modifiers) });
                }
                if let Some(text) = text.filter(|_| state != KeyState::Up) {
                    line(Kind::Kept, AppEvent::Key(Key::Text(text.as_str())));
                }
            }
            InputEvent::Menu { item } => {
                if let Some(action) = self.menu.get(usize::from(item)) {
                    line(Kind::Kept, AppEvent::MenuAction(action));
                }
            }
            _ => {}
        }
    }

    fn press(&self, at: Point<Surface>, button: MouseButton, line: &mut impl FnMut(Kind, AppEvent<'_>)) {
        if self.down {
            line(Kind::Kept, AppEvent::MouseDown { x: at.x, y: at.y, button });
        }
        line(Kind::Kept, AppEvent::MouseClick { x: at.x, y: at.y, button });
    }

    fn release(&self, at: Point<Surface>, button: MouseButton, line: &mut impl FnMut(Kind, AppEvent<'_>)) {
        if self.mouse2 {
            line(Kind::Kept, AppEvent::MouseUp { x: at.x, y: at.y, button });
        }
    }

    /// The line for a change of the keyboard focus, if the app wants it.
    pub(crate) fn focus(&self, focused: bool) -> Option<AppEvent<'static>> {
        let focus = if focused { Focus::Gained } else { Focus::Lost };
        self.focus.then_some(AppEvent::Focus(focus))
    }
}

fn held(modifiers: Modifiers) -> KeyModifiers {
    KeyModifiers {
        shift: modifiers.contains(Modifiers::SHIFT),
        ctrl: modifiers.contains(Modifiers::CTRL),
        alt: modifiers.contains(Modifiers::ALT),
        logo: modifiers.contains(Modifiers::META),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use surface_protocol::KeyLine;

    const P: Point<Surface> = Point::new(3, 4);

    fn lines(capabilities: Capabilities, events: EventSet, input: &[InputEvent]) -> String {
        let mut translator =
            Translator::new(&capabilities, events, &CompatEntry::default(), vec!["save".to_owned()]);
        let mut out = Vec::new();
        for event in input {
            translator.translate(event, |_, line| line.encode(&mut out));
        }
        String::from_utf8(out).unwrap()
    }

    fn press(pressed: bool) -> InputEvent {
        InputEvent::Button { at: P, button: Button::Left, pressed }
    }

    #[test]
    fn translate_without_rights_is_silent_but_for_keys() {
        let tab = KeyLine::new("\t");
        let key =
            InputEvent::Key { state: KeyState::Down, code: 15, modifiers: Modifiers::default(), line: tab };
        let input =
            [InputEvent::Move(P), press(true), InputEvent::Tap(P), InputEvent::Swipe { dx: 1, dy: 1 }, key];
        assert_eq!(lines(Capabilities::default(), EventSet::MOUSE2.with(EventSet::TOUCH2), &input), "\t\n");
    }

    #[test]
    fn translate_mouse_plain_and_rich() {
        let mouse = Capabilities { mouse: true, ..Capabilities::default() };
        let input = [press(true), InputEvent::Move(P), press(false), InputEvent::Move(P)];
        let plain =
            "VYOMA_INPUT:mouse:click:3,4:left\nVYOMA_INPUT:mouse:move:3,4\nVYOMA_INPUT:mouse:move:3,4\n";
        assert_eq!(lines(mouse, EventSet::default(), &input), plain);
        let rich = "VYOMA_INPUT:mouse:down:3,4\nVYOMA_INPUT:mouse:click:3,4:left\nVYOMA_INPUT:mouse:drag:3,4\n\
                    VYOMA_INPUT:mouse:up:3,4\nVYOMA_INPUT:mouse:move:3,4\n";
        assert_eq!(lines(mouse, EventSet::MOUSE2, &input), rich);
    }

    #[test]
    fn translate_tap_without_touch_is_a_click() {
        let mouse = Capabilities { mouse: true, ..Capabilities::default() };
        let click = "VYOMA_INPUT:mouse:move:3,4\nVYOMA_INPUT:mouse:click:3,4:left\n";
        assert_eq!(lines(mouse, EventSet::default(), &[InputEvent::Tap(P)]), click);
        let both = Capabilities { touch: true, ..mouse };
        assert_eq!(lines(both, EventSet::default(), &[InputEvent::Tap(P)]), "VYOMA_INPUT:touch:tap:3,4\n");
    }

    #[test]
    fn translate_menu_item_is_its_action_and_one_that_is_not_there_nothing() {
        let chosen = |item| InputEvent::Menu { item };
        let expected = "VYOMA_SYSTEM:menu_action:save\n";
        let none = Capabilities::default();
        assert_eq!(lines(none, EventSet::default(), &[chosen(1), chosen(0)]), expected);
    }

    #[test]
    fn translate_key_opt_in_names_the_key() {
        let modifiers = Modifiers::CTRL.with(Modifiers::SHIFT);
        let key = InputEvent::Key { state: KeyState::Up, code: 30, modifiers, line: None };
        let expected = "VYOMA_INPUT:key:up:KeyA:shift+ctrl\n";
        assert_eq!(lines(Capabilities::default(), EventSet::KEY, &[key]), expected);
    }
}
