//! One person's keyboard, pointer and touch, and which window each goes to.

pub(crate) mod chrome;
mod guarded;
mod keys;
mod menu;
mod pointer;
mod switch;
mod touch;

use std::collections::{BTreeMap, BTreeSet};

use control_protocol::{DeviceId, InjectedInput, Level};
use input_source::{
    Button, ContactId, Event, EventKind, Gestures, InputError, Keyboard, Keymap, Position, Press, Source,
};
use paint::{Output, Point, Size};
use scene::WindowId;
use surface_protocol::{InputEvent, ToApp};
use sys::Nanos;

use self::pointer::Grab;
use self::touch::Touch;
use crate::state::{State, app_id};

/// Who is being pointed at, touched and typed into.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(crate) keyboard: Keyboard,
    pub(crate) gestures: Gestures,
    screen: Size<Output>,
    /// Mouse buttons that are down.
    buttons: Vec<Button>,
    grab: Grab,
    /// The window under the pointer, which was told so.
    hover: Option<WindowId>,
    touches: BTreeMap<ContactId, Touch>,
    /// Who got the press of a key that is down, and so gets its release.
    keys: BTreeMap<u16, WindowId>,
    /// Keys that are down as part of a system chord.
    swallowed: BTreeSet<u16>,
    /// Whether Super is down and nothing else was pressed with it: its release is the Home chord.
    meta_alone: bool,
    /// The last click on a title bar: where and when.
    title_click: Option<(WindowId, Point<Output>, Nanos)>,
}

impl Seat {
    pub(crate) fn new() -> Self {
        // `us` is one of the tables in this program, held by a test; an empty map would type nothing.
        let keymap = Keymap::named("us").unwrap_or_default();
        Self {
            keyboard: Keyboard::new(keymap),
            gestures: Gestures::new(),
            screen: Size::clamped(1, 1),
            buttons: Vec::new(),
            grab: Grab::None,
            hover: None,
            touches: BTreeMap::new(),
            keys: BTreeMap::new(),
            swallowed: BTreeSet::new(),
            meta_alone: false,
            title_click: None,
        }
    }

    pub(crate) fn set_screen(&mut self, size: Size<Output>) {
        self.screen = size;
    }

    /// The window is gone: nothing goes to it any more.
    pub(crate) fn forget(&mut self, id: WindowId) {
        if self.hover == Some(id) {
            self.hover = None;
        }
        self.grab.forget(id);
        for touch in self.touches.values_mut() {
            touch.forget(id);
        }
        self.keys.retain(|_, to| *to != id);
    }

    /// When [`State::drive_seat`] has something to do.
    pub(crate) fn next_deadline(&self) -> Option<Nanos> {
        [self.keyboard.next_repeat(), self.gestures.next_long_press()].into_iter().flatten().min()
    }
}

impl State {
    /// A device has events.
    pub(crate) fn on_input(&mut self, id: DeviceId, now: Nanos) {
        let mut events = Vec::new();
        let Some(source) = self.inputs.get_mut(&id) else { return };
        let result = source.take(&mut events);
        for event in events {
            self.on_seat_event(event, now);
        }
        if let Err(why) = result {
            if !matches!(why, InputError::Gone(_)) {
                self.log(Level::Warn, format!("input {}: {why}", id.0));
            }
            self.remove_input(id);
        }
    }

    /// A driver's input takes the way of a device's.
    pub(crate) fn on_injected(&mut self, input: InjectedInput, now: Nanos) {
        let pixel = |x, y| Position::Pixel(Point::new(x, y));
        let press = |pressed| if pressed { Press::Down } else { Press::Up };
        let kind = match input {
            InjectedInput::Move { x, y } => EventKind::MoveTo(pixel(x, y)),
            InjectedInput::Button { button, pressed } => {
                let button = match button {
                    0 => Button::Left,
                    1 => Button::Right,
                    _ => Button::Middle,
                };
                EventKind::Button(button, press(pressed))
            }
            InjectedInput::Wheel { dx, dy } => EventKind::Wheel { dx, dy },
            InjectedInput::Touch { phase: 0, id, x, y } => EventKind::TouchDown(contact(id), pixel(x, y)),
            InjectedInput::Touch { phase: 1, id, x, y } => EventKind::TouchMove(contact(id), pixel(x, y)),
            InjectedInput::Touch { id, .. } => EventKind::TouchUp(contact(id)),
            InjectedInput::Key { code, pressed } => EventKind::Key(code, press(pressed)),
            InjectedInput::Text(text) if self.guard_takes_text(&text, now) => return,
            InjectedInput::Text(text) => return self.type_text(None, &text, now),
        };
        let mut events = Vec::new();
        if let Source::Script(script) = &mut self.script {
            script.push(Event { time_ns: now, kind });
        }
        // A script is never gone.
        let _ = self.script.take(&mut events);
        for event in events {
            self.on_seat_event(event, now);
        }
    }

    fn on_seat_event(&mut self, event: Event, now: Nanos) {
        if self.guard_takes(&event, now) {
            return;
        }
        let time = event.time_ns;
        match event.kind {
            EventKind::MoveBy { dx, dy } => {
                let at = self.shell.pointer.at.offset(dx, dy);
                self.on_pointer(self.on_screen(at), time, now);
            }
            EventKind::MoveTo(position) => self.on_pointer(self.place(position), time, now),
            EventKind::Button(button, press) => self.on_button(button, press, time, now),
            EventKind::Wheel { dx, dy } => self.on_wheel(dx, dy, time),
            EventKind::TouchDown(id, at) => self.on_touch_down(id, self.place(at), time, now),
            EventKind::TouchMove(id, at) => self.on_touch_move(id, self.place(at), time),
            EventKind::TouchUp(id) => self.on_touch_up(id, time),
            EventKind::TouchCancel(id) => self.on_touch_cancel(id, time),
            EventKind::Key(code, press) => self.on_key(code, press, time, now),
        }
    }

    /// What time does: keys repeat, presses become long, windows come and go under the pointer.
    pub(crate) fn drive_seat(&mut self, now: Nanos) {
        self.repeat_keys(now);
        self.take_long_presses(now);
        self.settle_hover(now);
    }

    /// The pixel of a device's position.
    fn place(&self, position: Position) -> Point<Output> {
        match position {
            Position::Pixel(at) => self.on_screen(at),
            Position::Fraction(x, y) => {
                let rotation = self.screens.first().map_or_else(Default::default, |s| s.output.rotation());
                let (x, y) = rotation.upright_fraction(x, y);
                let size = self.scene.size();
                let along = |v: u16, edge: u32| {
                    let pixel = u64::from(v) * u64::from(edge) / 65536;
                    i32::try_from(pixel).unwrap_or(0)
                };
                Point::new(along(x, size.w()), along(y, size.h()))
            }
        }
    }

    fn on_screen(&self, at: Point<Output>) -> Point<Output> {
        let size = self.scene.size();
        Point::new(at.x.clamp(0, size.w().cast_signed() - 1), at.y.clamp(0, size.h().cast_signed() - 1))
    }

    /// Sends an input event to a window.
    fn send_input(&mut self, id: WindowId, time_ns: Nanos, event: InputEvent) {
        if let Some(window) = self.windows.get_mut(&app_id(id)) {
            window.send(ToApp::Input { time_ns, event });
        }
    }

    fn takes_pointer(&self, id: WindowId) -> bool {
        self.windows.get(&app_id(id)).is_some_and(|w| w.spec.pointer)
    }

    fn takes_touch(&self, id: WindowId) -> bool {
        self.windows.get(&app_id(id)).is_some_and(|w| w.spec.touch)
    }

    /// People turned to a window: it comes forward.
    fn activate(&mut self, id: WindowId) {
        if self.scene.takes_focus(id) {
            self.scene.activate(id);
        }
    }
}

/// Contacts of a driver are apart from those of devices.
const fn contact(id: u32) -> ContactId {
    ContactId(0x1_0000 + id % 16)
}
