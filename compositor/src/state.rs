//! Everything the compositor knows, and where events go.

use std::collections::{BTreeMap, VecDeque};

use control_protocol::compositor::{Chord, FromCompositor, Settings, Stacking, SystemPage};
use control_protocol::{AppId, AppStats, DeviceId, Level};
use input_source::{Script, Source};
use paint::Size;
use scene::{Arrangement, Draw, Front, Policy, Scene, Switcher, WindowId};
use sys::{Nanos, Poller, monotonic_ns};

use crate::event_loop::{RunError, Token};
use crate::link::{Link, LinkError};
use crate::paint::blit::Scratch;
use crate::screen::Screen;
use crate::seat::Seat;
use crate::shell::Shell;
use crate::shell::menu::Menu;
use crate::window::Window;

/// Everything the compositor knows. Handlers change it; [`State::turn`] derives what follows and presents.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) link: Link,
    pub(crate) poller: Poller<Token>,
    pub(crate) phase: CompositorState,
    pub(crate) settings: Settings,
    pub(crate) scene: Scene,
    pub(crate) windows: BTreeMap<AppId, Window>,
    /// Counters of the last windows that went, oldest first.
    pub(crate) gone: VecDeque<(AppId, AppStats)>,
    pub(crate) screens: Vec<Screen>,
    pub(crate) inputs: BTreeMap<DeviceId, Source>,
    pub(crate) script: Source,
    pub(crate) seat: Seat,
    pub(crate) shell: Shell,
    /// Open while Alt is held.
    pub(crate) switcher: Option<Switcher>,
    /// The menu that is open.
    pub(crate) menu: Option<Menu>,
    /// What the supervisor knows of the stacking; `None`: it has not said yet what the compositor before us said.
    pub(crate) told_stacking: Option<Stacking>,
    pub(crate) work: Work,
}

/// Memory kept from frame to frame.
#[derive(Default)]
pub(crate) struct Work {
    pub(crate) draws: Vec<Draw>,
    pub(crate) scratch: Scratch,
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Work")
    }
}

/// How far the compositor is.
///
/// ```text
///              a screen works,                  every window that was given has
///              no windows: splash               committed, or 250 ms are over
///  Starting ----------------------> Ready <----------------------------------- Returning
///      \                                                                          ^
///       \------- a screen works, windows were given (we crashed before) ----------/
/// ```
/// Nothing is presented before `Ready`: after a crash the old picture stays on the screen until the same one
/// can be painted again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CompositorState {
    /// No screen yet.
    Starting,
    /// Windows were given back; their app-hosts are asked for their last frames by their new sockets.
    Returning { until: Nanos },
    /// Frames are presented.
    Ready { first_frame: FirstFrame },
}

/// Whether something was presented.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FirstFrame {
    Awaited,
    Shown,
}

/// How long to wait for the last frames of windows that were given back: app-hosts answer in a millisecond or
/// two, unless the machine is busy.
pub(crate) const PATIENCE: Nanos = 250_000_000;

impl State {
    pub(crate) fn new(link: Link, poller: Poller<Token>) -> Self {
        let settings = Settings {
            policy: manifest::Policy::Kiosk,
            theme: control_protocol::Theme::Dark,
            layout: "us".into(),
            brightness: 100,
            kiosk_chords: vec![Chord::Home],
            reduced_motion: false,
            rotation: 0,
            tiling: false,
            zones: Vec::new(),
        };
        Self {
            link,
            poller,
            phase: CompositorState::Starting,
            settings,
            scene: Scene::new(Size::clamped(1, 1), Policy::Kiosk),
            windows: BTreeMap::new(),
            gone: VecDeque::new(),
            screens: Vec::new(),
            inputs: BTreeMap::new(),
            script: Source::Script(Script::default()),
            seat: Seat::new(),
            shell: Shell::new(),
            switcher: None,
            menu: None,
            told_stacking: None,
            work: Work::default(),
        }
    }

    /// Handles every control message that is there.
    pub(crate) fn drain_control(&mut self) -> Result<(), LinkError> {
        while let Some((message, fds)) = self.link.receive()? {
            self.on_control(message, fds, monotonic_ns());
        }
        Ok(())
    }

    /// Something is readable. Control messages were drained already.
    pub(crate) fn on_event(&mut self, token: Token) {
        let now = monotonic_ns();
        match token {
            Token::Control => {}
            Token::Surface(id) => self.on_surface(id, now),
            Token::Output(id) => self.on_output(id, now),
            Token::Input(id) => self.on_input(id, now),
        }
    }

    /// Derives what follows from what happened, presents, and says when to be called again at the latest.
    pub(crate) fn turn(&mut self, now: Nanos) -> Result<Option<Nanos>, RunError> {
        self.drive_seat(now);
        self.tick_guard(now);
        self.settle_menu();
        let spinning = self.spinning();
        self.leave_splash(now);
        self.shell.tick(&mut self.scene, &spinning, now);
        self.advance_phase(now)?;
        self.tell_places();
        self.tell_windows();
        let frame = self.present_all(now);
        self.let_go(now);
        self.tell_stacking();
        self.flush_windows();
        let seat = self.seat.next_deadline();
        let shell = self.shell.next_tick(&spinning);
        let phase = match self.phase {
            CompositorState::Returning { until } => Some(until),
            CompositorState::Starting | CompositorState::Ready { .. } => None,
        };
        let guard = self.shell.guard.next_tick();
        Ok([seat, shell, phase, frame, guard, self.next_letting_go()].into_iter().flatten().min())
    }

    /// The splash gives way to the window that people shall see first, not to one started behind it.
    fn leave_splash(&mut self, now: Nanos) {
        let seen = self.scene.focused().is_some_and(|id| self.scene.is_visible(id));
        if seen && *self.shell.page() == SystemPage::Splash {
            self.shell.set_page(SystemPage::None, &mut self.scene, now);
        }
    }

    fn advance_phase(&mut self, now: Nanos) -> Result<(), RunError> {
        if self.phase == CompositorState::Starting && !self.screens.is_empty() {
            // What the supervisor sent while the screen was set up decides whether this is a return.
            self.drain_control()?;
            self.phase = if self.windows.is_empty() {
                CompositorState::Ready { first_frame: FirstFrame::Awaited }
            } else {
                self.shell.skip_splash(&mut self.scene);
                CompositorState::Returning { until: now + PATIENCE }
            };
        }
        if let CompositorState::Returning { until } = self.phase {
            let all = self.windows.keys().all(|id| self.scene.has_picture(window_id(*id)));
            if all || now >= until {
                self.phase = CompositorState::Ready { first_frame: FirstFrame::Awaited };
            }
        }
        Ok(())
    }

    /// Windows whose banner turns and can be seen.
    fn spinning(&self) -> Vec<WindowId> {
        let ids = self.windows.keys().map(|id| window_id(*id));
        ids.filter(|id| self.scene.banner(*id) == scene::Banner::Restarting && self.scene.is_visible(*id))
            .collect()
    }

    fn tell_stacking(&mut self) {
        // Before we were told everything, and while who shall have the focus is not there yet, we know less than the
        // supervisor: what we said would be all that is left if we crashed.
        let awaits = self.scene.focused().is_none() && self.scene.awaits_focus();
        let Some(told) = self.told_stacking.as_ref().filter(|_| !awaits) else { return };
        let now = Stacking {
            order: self.scene.stacking().map(app_id).collect(),
            focused: self.scene.focused().map(app_id),
            recent: self.scene.recent().iter().copied().map(app_id).collect(),
            tiled: self.scene.arrangement() == Arrangement::Tiled,
            home_in_front: self.scene.front() == Front::Home,
        };
        if now != *told {
            self.link.send(&FromCompositor::Stacking(now.clone()));
            self.told_stacking = Some(now);
        }
    }

    pub(crate) fn log(&mut self, level: Level, line: impl Into<String>) {
        self.link.log(level, line.into());
    }
}

/// The window of an app: one each, of the same number.
pub(crate) const fn window_id(id: AppId) -> WindowId {
    WindowId(id.0)
}

/// The app of a window.
pub(crate) const fn app_id(id: WindowId) -> AppId {
    AppId(id.0)
}
