//! Who lies over whom, and who has the keyboard.

use crate::scene::{Front, Policy, Scene};
use crate::window::{Presence, Role, Window, WindowId, layer};

impl Scene {
    /// People turned to a window: it comes forward, with the focus. The desktop's launcher gets the focus where it is:
    /// a press beside windows does not hide them.
    pub fn activate(&mut self, id: WindowId) {
        let is_desk = self.policy == Policy::Desktop && self.window(id).is_some_and(Window::is_home);
        if is_desk { self.focus(id) } else { self.raise(id) }
    }

    /// To the top of its layer, with the focus; for a window without a picture, as soon as it has one. The
    /// launcher comes to the front. A window that was put away is there again.
    pub fn raise(&mut self, id: WindowId) {
        let Some(i) = self.index(id) else { return };
        let window = self.windows.remove(i);
        let rank = self.rank(&window);
        let at = self.windows.partition_point(|w| self.rank(w) <= rank);
        self.windows.insert(at, window);
        if at != i {
            self.damage_window(at);
        }
        if self.windows[at].is_home() && self.windows[at].has_picture() {
            self.set_front(Front::Home);
        }
        self.focus(id);
    }

    /// To the bottom of its layer. If it had the focus and is hidden now, the topmost window gets it. The desktop's
    /// launcher goes behind the windows, and the one used last gets the focus.
    pub fn lower(&mut self, id: WindowId) {
        let Some(i) = self.index(id) else { return };
        if self.policy == Policy::Desktop && self.windows[i].is_home() {
            return self.leave_home();
        }
        self.damage_window(i);
        let window = self.windows.remove(i);
        let rank = self.rank(&window);
        let at = self.windows.partition_point(|w| self.rank(w) < rank);
        self.windows.insert(at, window);
        let hidden = self.focus == Some(id) && !self.is_visible(id);
        if let Some(top) = self.topmost().filter(|_| hidden) {
            self.give_focus(top);
        }
    }

    /// The keyboard to the window, without raising; waits for a picture if it has none.
    pub fn focus(&mut self, id: WindowId) {
        let Some(i) = self.index(id) else { return };
        if self.windows[i].presence == Presence::Minimised {
            self.windows[i].presence = Presence::Open;
            self.settle();
            self.damage_window(i);
        }
        if self.windows[i].has_picture() {
            self.give_focus(id);
        } else {
            self.waiting = Some(id);
        }
    }

    /// The launcher to the front, with the focus, as soon as it has a picture. Under the desktop policy, where it is in
    /// front it goes behind the windows again.
    pub fn home(&mut self) {
        let Some(home) = self.windows.iter().find(|w| w.is_home()).map(|w| w.spec.id) else { return };
        if self.policy == Policy::Desktop && self.front == Front::Home {
            self.leave_home();
        } else {
            self.raise(home);
        }
    }

    /// The windows are before the launcher again; of those that people work in, the one used last gets the focus.
    fn leave_home(&mut self) {
        self.set_front(Front::Apps);
        let is_shown = |id: &WindowId| self.window(*id).is_some_and(|w| w.is_shown() && w.is_normal());
        let last = self.recent.iter().rev().copied().find(is_shown);
        if let Some(last) = last {
            self.give_focus(last);
        }
    }

    /// Whether the launcher is before the apps.
    #[must_use]
    pub const fn front(&self) -> Front {
        self.front
    }

    /// Puts a window away; what had the focus before gets it. Only under the desktop policy, where the
    /// switcher brings it back.
    pub fn minimise(&mut self, id: WindowId) {
        let Some(i) = self.index(id) else { return };
        if self.policy != Policy::Desktop || !self.windows[i].is_normal() || !self.windows[i].is_shown() {
            return;
        }
        self.damage_window(i);
        self.windows[i].presence = Presence::Minimised;
        self.settle();
        if self.focus == Some(id) {
            self.focus = None;
            self.focus_next();
        }
    }

    /// Who has the keyboard.
    #[must_use]
    pub const fn focused(&self) -> Option<WindowId> {
        self.focus
    }

    /// The window other than `than` that had the focus last.
    #[must_use]
    pub fn last_focused_but(&self, than: WindowId) -> Option<WindowId> {
        self.recent.iter().rev().copied().find(|id| *id != than)
    }

    /// Whether somebody is to have the keyboard as soon as it has a picture.
    #[must_use]
    pub const fn awaits_focus(&self) -> bool {
        self.waiting.is_some()
    }

    /// Windows that had the focus, latest last.
    #[must_use]
    pub fn recent(&self) -> &[WindowId] {
        &self.recent
    }

    /// Windows as another scene had them: bottom to top within their layers, those who had the focus with the latest
    /// last, who has it, and who is in front, whatever was given or awaited here meanwhile.
    pub fn restack(
        &mut self,
        order: &[WindowId],
        recent: &[WindowId],
        focused: Option<WindowId>,
        front: Front,
    ) {
        let place = |w: &Window| order.iter().position(|id| *id == w.spec.id);
        self.windows.sort_by_key(place);
        self.front = front;
        self.sort();
        self.recent = recent.iter().copied().filter(|id| self.index(*id).is_some()).collect();
        (self.focus, self.waiting) = (None, None);
        match focused.filter(|id| self.index(*id).is_some()) {
            Some(id) => self.focus(id),
            None => self.focus_next(),
        }
        self.damage.add(self.size.rect());
    }

    /// Windows that people can switch to, the latest used first, those never used last.
    #[must_use]
    pub fn switch_order(&self) -> Vec<WindowId> {
        let can = |w: &&Window| w.has_picture() && !w.is_home() && w.spec.z < layer::BAR;
        let used = self.recent.iter().rev().filter_map(|id| self.window(*id)).filter(can);
        let mut order: Vec<WindowId> = used.map(|w| w.spec.id).collect();
        for window in self.top_down().filter(can) {
            if !order.contains(&window.spec.id) {
                order.push(window.spec.id);
            }
        }
        order
    }

    /// All windows, bottom to top; the launcher is the first whether or not it is in front.
    pub fn stacking(&self) -> impl Iterator<Item = WindowId> + '_ {
        let homes = self.windows.iter().filter(|w| w.is_home());
        homes.chain(self.windows.iter().filter(|w| !w.is_home())).map(|w| w.spec.id)
    }

    pub(crate) fn home_window(&self) -> Option<WindowId> {
        self.windows.iter().find(|w| w.is_home() && w.has_picture()).map(|w| w.spec.id)
    }

    fn topmost(&self) -> Option<WindowId> {
        let mut shown = self.top_down().filter(|w| w.is_shown());
        shown.clone().find(|w| w.spec.z < layer::BAR).or_else(|| shown.next()).map(|w| w.spec.id)
    }

    fn last_used(&self) -> Option<WindowId> {
        let shown = |id: &WindowId| self.window(*id).is_some_and(Window::is_shown);
        self.recent.iter().rev().copied().find(shown)
    }

    /// Whoever had the focus lost it for good.
    pub(crate) fn focus_next(&mut self) {
        let home = self.home_window().filter(|_| self.policy == Policy::Kiosk);
        let next = home.or_else(|| self.last_used()).or_else(|| self.topmost());
        if let Some(next) = next {
            self.give_focus(next);
        }
    }

    /// Sorts windows: the launcher at the bottom or, when it is in front, over the apps but not the bars.
    pub(crate) fn rank(&self, w: &Window) -> u64 {
        match (w.spec.role, self.front) {
            (Role::Home, Front::Apps) => 0,
            (Role::Home, Front::Home) => 2 * u64::from(layer::BAR),
            (Role::App, _) => 2 * u64::from(w.spec.z) + 1,
        }
    }

    pub(crate) fn sort(&mut self) {
        let mut windows = std::mem::take(&mut self.windows);
        windows.sort_by_key(|w| self.rank(w));
        self.windows = windows;
    }

    pub(crate) fn set_front(&mut self, front: Front) {
        if self.front != front {
            self.front = front;
            self.sort();
            self.damage.add(self.size.rect());
        }
    }

    pub(crate) fn give_focus(&mut self, id: WindowId) {
        self.waiting = None;
        if !self.window(id).is_some_and(Window::is_home) {
            if self.takes_focus(id) {
                self.set_front(Front::Apps);
            }
        } else if self.policy != Policy::Desktop {
            self.set_front(Front::Home);
        }
        if self.focus == Some(id) {
            return;
        }
        let old = self.focus.replace(id);
        self.recent.retain(|r| *r != id);
        self.recent.push(id);
        // Title bar and outline say who has it.
        for changed in [old, Some(id)].into_iter().flatten() {
            if let Some(i) = self.index(changed).filter(|i| !self.windows[*i].title_bar().is_empty()) {
                self.damage_window(i);
            }
        }
    }
}
