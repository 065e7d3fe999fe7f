//! What app-hosts say, and what they are told.

use control_protocol::compositor::FromCompositor;
use control_protocol::{AppId, Level, PixelSize, Place};
use surface_protocol::{Commit, ToApp};
use sys::{Interest, Nanos};

use crate::arranged;
use crate::event_loop::Token;
use crate::outbox::Loss;
use crate::screen::Health;
use crate::state::{State, window_id};
use crate::window::{Flushed, Incoming, Responsive};

/// Messages taken from one app-host in a turn: it has three slots, so an honest one sends no more than a few.
const MESSAGES_A_TURN: usize = 8;
/// Messages of one app-host in a second: an honest one waits for one of its three slots before it sends the next, and
/// no screen lets them go 600 times a second.
const MESSAGES_A_SECOND: u32 = 2000;
/// A window nobody sees is answered this often: its app may go on, at leisure.
const UNSEEN: Nanos = 100_000_000;
/// Frames that change nothing are answered this often, as if a screen had shown them.
const UNCHANGED: Nanos = 16_000_000;

impl State {
    pub(crate) fn on_surface(&mut self, id: AppId, now: Nanos) {
        for _ in 0..MESSAGES_A_TURN {
            let Some(window) = self.windows.get_mut(&id) else { return };
            let incoming = window.receive();
            if window.says_more_than(MESSAGES_A_SECOND, now) {
                let why = format!("said more than {MESSAGES_A_SECOND} things within a second");
                return self.on_protocol_error(id, why);
            }
            match incoming {
                Incoming::Nothing => return,
                Incoming::Commit(commit) => self.on_commit(id, commit, now),
                Incoming::UnknownGeneration(commit) => self.on_early_commit(id, commit, now),
                // The app ended or its host was killed; the supervisor says what becomes of the window.
                Incoming::Gone => return self.close_surface(id),
                Incoming::Wrong(why) => return self.on_protocol_error(id, why),
            }
        }
    }

    /// The supervisor announced new memory to the app-host before the message to us was read.
    fn on_early_commit(&mut self, id: AppId, commit: Commit, now: Nanos) {
        // A supervisor that is gone is noticed by the next turn's own read.
        let _ = self.drain_control();
        if self.windows.get(&id).is_some_and(|w| w.knows(commit.generation)) {
            self.on_commit(id, commit, now);
        } else {
            let why = format!("committed to memory of generation {} that nobody gave it", commit.generation);
            self.on_protocol_error(id, why);
        }
    }

    fn on_commit(&mut self, id: AppId, commit: Commit, now: Nanos) {
        let Some(window) = self.windows.get_mut(&id) else { return };
        let accepted = match window.accept(commit, now) {
            Ok(Some(accepted)) => accepted,
            Ok(None) => return,
            Err(why) => return self.on_protocol_error(id, why),
        };
        let name = window_id(id);
        if let Some(size) = accepted.resized {
            self.scene.set_canvas(name, size);
        }
        if accepted.first {
            self.scene.set_banner(name, scene::Banner::None);
        }
        let before = self.scene.is_damaged();
        self.scene.commit(name, accepted.coverage, &accepted.damage);
        self.damage_in_switcher(name);
        // A frame that changes nothing is shown already.
        if !before && !self.scene.is_damaged() && self.scene.is_visible(name) {
            self.on_unchanged(id, now);
        }
    }

    fn on_unchanged(&mut self, id: AppId, now: Nanos) {
        if self.screens.iter().any(|s| !s.damage.is_empty()) {
            // A frame is due anyway; this commit goes with it.
            return;
        }
        let Some(window) = self.windows.get_mut(&id) else { return };
        window.waits_unchanged(UNCHANGED, now);
        if window.shown_unchanged(now) {
            self.link.send(&FromCompositor::WindowShown(id));
        }
    }

    fn on_protocol_error(&mut self, id: AppId, why: String) {
        self.close_surface(id);
        self.link.send(&FromCompositor::ProtocolError { id, why });
    }

    /// Stops listening to an app-host; the window and its picture stay.
    pub(crate) fn close_surface(&mut self, id: AppId) {
        if let Some(socket) = self.windows.get_mut(&id).and_then(crate::window::Window::close) {
            // It was added when it came; a failure could only mean that it is not watched.
            let _ = self.poller.remove(&socket);
            if let Some(frame) = self.windows.get(&id).and_then(crate::window::Window::last_frame) {
                self.link.send(&FromCompositor::LastFrame { id, frame });
            }
        }
    }

    /// Listens to a window's socket.
    pub(crate) fn watch_surface(&mut self, id: AppId) {
        let Some(socket) = self.windows.get(&id).and_then(crate::window::Window::socket) else { return };
        if let Err(why) = self.poller.add(socket, Token::Surface(id)) {
            self.log(Level::Error, format!("window {} cannot be watched: {why}", id.0));
        }
    }

    /// Frames of windows that nobody sees are let go after a while, so that their apps neither race nor stop, and those
    /// that change nothing.
    pub(crate) fn let_go(&mut self, now: Nanos) {
        let nobody = self.nobody_sees();
        for (id, window) in &mut self.windows {
            if window.shown_unchanged(now) {
                self.link.send(&FromCompositor::WindowShown(*id));
            }
            let due = window.waiting_since().is_some_and(|since| now >= since + UNSEEN);
            if due && (nobody || !self.scene.is_visible(window_id(*id))) {
                window.skip(now);
            }
        }
    }

    /// Whether no window can be seen at all: a page hides them, or no screen works.
    fn nobody_sees(&self) -> bool {
        self.shell.covers() || self.screens.iter().all(|s| s.health == Health::Unplugged)
    }

    /// When [`State::let_go`] has something to do.
    pub(crate) fn next_letting_go(&self) -> Option<Nanos> {
        let nobody = self.nobody_sees();
        let unseen = self.windows.iter().filter(|(id, _)| nobody || !self.scene.is_visible(window_id(**id)));
        let unseen = unseen.filter_map(|(_, w)| w.waiting_since()).min().map(|since| since + UNSEEN);
        let unchanged = self.windows.values().filter_map(|w| w.unchanged_at()).min();
        unseen.into_iter().chain(unchanged).min()
    }

    /// Tells the supervisor where windows are, and asks for canvases that fill their places.
    pub(crate) fn tell_places(&mut self) {
        // Before there is a screen there is nothing to fill.
        if self.screens.is_empty() {
            return;
        }
        for (id, window) in &mut self.windows {
            let name = window_id(*id);
            let Some(placement) = self.scene.placement(name) else { continue };
            let content = placement.content;
            let size = PixelSize { w: content.w(), h: content.h() };
            let place = Place { x: content.left(), y: content.top(), size };
            if window.told.place != Some(place) {
                window.told.place = Some(place);
                self.link.send(&FromCompositor::Placed { id: *id, place });
            }
            let Some(arranged) = self.scene.arranged(name).map(arranged::to_wire) else { continue };
            if window.told.arranged != Some(arranged) {
                window.told.arranged = Some(arranged);
                self.link.send(&FromCompositor::Arranged { id: *id, arranged });
            }
        }
        let ids: Vec<AppId> = self.windows.keys().copied().collect();
        for id in ids {
            self.ask_for_canvas(id);
        }
    }

    fn ask_for_canvas(&mut self, id: AppId) {
        let Some(wanted) = self.scene.wanted_canvas(window_id(id)) else { return };
        let dragged = self.is_resizing(window_id(id));
        let Some(window) = self.windows.get_mut(&id).filter(|w| w.spec.resizable) else { return };
        let canvas = window.canvas();
        if canvas == wanted || window.asked == Some(wanted) {
            return;
        }
        // While an edge is dragged, one question at a time: the app's speed is the pace.
        if dragged && window.asked.is_some_and(|asked| asked != canvas) {
            return;
        }
        window.asked = Some(wanted);
        self.link.send(&FromCompositor::ResizeRequested { id, size: crate::control::pixel_size(wanted) });
    }

    /// Says to each app what changed for it: whether it is seen, whether it has the keyboard.
    pub(crate) fn tell_windows(&mut self) {
        let focused = self.scene.focused();
        let hidden = self.shell.guard.hides();
        for (id, window) in &mut self.windows {
            let visible = !hidden && self.scene.is_visible(window_id(*id));
            if window.told.visible != Some(visible) {
                window.told.visible = Some(visible);
                window.send(ToApp::Visible(visible));
            }
            let has_focus = focused == Some(window_id(*id));
            if window.told.focused.unwrap_or(false) != has_focus {
                window.told.focused = Some(has_focus);
                window.send(ToApp::Focused(has_focus));
            }
        }
    }

    /// Sends what app-hosts have not taken yet, and tells the supervisor of those that take nothing.
    pub(crate) fn flush_windows(&mut self) {
        for (id, window) in &mut self.windows {
            // Before what is left is sent: a loss is told though the rest goes at once.
            let loss = window.loss();
            let waits = window.flush() == Flushed::Waiting;
            let interest = if waits { Interest::ReadWrite } else { Interest::Read };
            if let Some(socket) = window.socket().filter(|_| window.told.waits != waits) {
                // A failure leaves it to the next message to try again.
                let _ = self.poller.set_interest(socket, Token::Surface(*id), interest);
            }
            window.told.waits = waits;
            let responsive = match loss {
                Loss::Some => Responsive::No,
                Loss::None => Responsive::Yes,
            };
            if window.told.responsive != responsive {
                window.told.responsive = responsive;
                let message = match responsive {
                    Responsive::No => FromCompositor::Unresponsive(*id),
                    Responsive::Yes => FromCompositor::Responsive(*id),
                };
                self.link.send(&message);
            }
        }
    }
}
