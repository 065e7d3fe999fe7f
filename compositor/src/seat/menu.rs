//! An open menu: hands and keys in it, and when it closes by itself.

use paint::{Output, Point, Rect};
use scene::{Direction, WindowId};
use surface_protocol::InputEvent;
use sys::Nanos;

use super::chrome::Drag;
use crate::shell::menu::{Menu, RowHeight, has_items};
use crate::state::{State, app_id};

/// Key codes of `input-event-codes.h`.
const ESC: u16 = 1;
const ENTER: u16 = 28;
const SPACE: u16 = 57;
const KEYPAD_ENTER: u16 = 96;
const HOME: u16 = 102;
const UP: u16 = 103;
const END: u16 = 107;
const DOWN: u16 = 108;

/// A press that travels farther scrolls a menu that is longer than the screen, in pixels.
const STILL: i32 = 10;
/// What a step of the wheel scrolls, in pixels.
const WHEEL: i32 = 48;

/// What opened a menu.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Opened {
    ByKeys,
    ByHand,
}

impl State {
    /// Opens a window's menu. Whether it has one.
    pub(super) fn open_menu(&mut self, id: WindowId, opened: Opened) -> bool {
        let entries = self.windows.get(&app_id(id)).map(|w| w.spec.menu.clone()).unwrap_or_default();
        let Some(anchor) = self.anchor(id).filter(|_| has_items(&entries) && !self.shell.covers()) else {
            return false;
        };
        self.cancel_switch();
        self.close_menu();
        let is_desktop = self.settings.policy == manifest::Policy::Desktop;
        // A finger hides the pointer.
        let by_finger = opened == Opened::ByHand && !self.shell.pointer.is_shown();
        let row = if is_desktop && !by_finger { RowHeight::Pointer } else { RowHeight::Finger };
        let mut menu = Menu::new(id, entries, (anchor, self.scene.size()), row);
        if opened == Opened::ByKeys {
            menu.end(Direction::Forward);
        }
        self.menu = Some(menu);
        self.damage_menu();
        true
    }

    /// What a window's menu hangs from: its button, or without one the corner of what can be seen of its content.
    fn anchor(&self, id: WindowId) -> Option<Rect<Output>> {
        let corner = || {
            let area = self.scene.area(id)?;
            Some(Rect::new(area.left().max(0), area.top().max(0), 0, 0))
        };
        self.scene.menu_button(id).or_else(corner)
    }

    pub(crate) fn close_menu(&mut self) {
        self.damage_menu();
        self.menu = None;
    }

    /// The window is gone, or another one now.
    pub(crate) fn forget_in_menu(&mut self, id: WindowId) {
        if self.menu.as_ref().is_some_and(|menu| menu.id == id) {
            self.close_menu();
        }
    }

    /// Closes the menu of a window that has the keyboard no more, that went elsewhere or that is covered.
    pub(crate) fn settle_menu(&mut self) {
        let Some(menu) = &self.menu else { return };
        let anchor = self.anchor(menu.id).filter(|_| self.scene.focused() == Some(menu.id));
        let stays = anchor.is_some_and(|anchor| menu.hangs_from((anchor, self.scene.size())));
        if !stays || self.shell.covers() || !self.scene.is_visible(menu.id) {
            self.close_menu();
        }
    }

    pub(super) fn on_menu_key(&mut self, code: u16, time: Nanos) {
        match code {
            ENTER | KEYPAD_ENTER | SPACE => self.choose_in_menu(time),
            UP => self.change_menu(|menu| menu.step(Direction::Backward)),
            DOWN => self.change_menu(|menu| menu.step(Direction::Forward)),
            HOME => self.change_menu(|menu| menu.end(Direction::Forward)),
            END => self.change_menu(|menu| menu.end(Direction::Backward)),
            ESC => self.close_menu(),
            code if super::keys::MENU.contains(&code) => self.close_menu(),
            _ => {}
        }
    }

    /// A press while the menu is open: inside it holds, elsewhere it closes the menu and is nobody's.
    pub(super) fn press_in_menu(&mut self, at: Point<Output>) -> Option<Drag> {
        let menu = self.menu.as_ref()?;
        if !menu.panel().contains(at) {
            self.close_menu();
            return None;
        }
        let drag = Drag::Menu { id: menu.id, press: at, scroll: menu.scroll() };
        self.change_menu(|menu| menu.point(at));
        Some(drag)
    }

    /// The hand that holds the menu is elsewhere.
    pub(super) fn drag_in_menu(&mut self, press: Point<Output>, scroll: i32, at: Point<Output>) {
        self.change_menu(|menu| {
            if (at.y - press.y).abs() > STILL || menu.scroll() != scroll {
                menu.scroll_to(scroll.saturating_add(press.y - at.y));
            }
            menu.point(at);
        });
    }

    pub(super) fn release_in_menu(
        &mut self,
        press: Point<Output>,
        scroll: i32,
        at: Point<Output>,
        time: Nanos,
    ) {
        self.drag_in_menu(press, scroll, at);
        if self.menu.as_ref().is_some_and(|menu| menu.scroll() == scroll) {
            self.choose_in_menu(time);
        }
    }

    /// The pointer is somewhere else.
    pub(super) fn point_in_menu(&mut self, at: Point<Output>) {
        self.change_menu(|menu| {
            // What keys chose stays chosen while the pointer is elsewhere.
            if menu.panel().contains(at) {
                menu.point(at);
            }
        });
    }

    pub(super) fn scroll_menu(&mut self, steps: i32, at: Point<Output>) {
        self.change_menu(|menu| {
            menu.scroll_to(menu.scroll().saturating_add(steps.saturating_mul(WHEEL)));
            menu.point(at);
        });
    }

    /// Tells the app of the chosen item. Without one the menu stays.
    fn choose_in_menu(&mut self, time: Nanos) {
        let chosen = self.menu.as_ref().and_then(|menu| Some((menu.id, u16::try_from(menu.chosen()?).ok()?)));
        if let Some((id, item)) = chosen {
            self.close_menu();
            self.send_input(id, time, InputEvent::Menu { item });
        }
    }

    fn change_menu(&mut self, change: impl FnOnce(&mut Menu)) {
        let Some(menu) = &mut self.menu else { return };
        let before = (menu.chosen(), menu.scroll());
        change(menu);
        if before != (menu.chosen(), menu.scroll()) {
            self.scene.add_damage(menu.panel());
        }
    }

    fn damage_menu(&mut self) {
        if let Some(menu) = &self.menu {
            self.scene.add_damage(menu.extents());
            // The button shows whether the menu is open.
            self.scene.add_damage(self.scene.menu_button(menu.id).unwrap_or(Rect::EMPTY));
        }
    }
}
