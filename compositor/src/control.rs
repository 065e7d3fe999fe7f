//! What the supervisor says.

use std::os::fd::OwnedFd;

use control_protocol::compositor::{
    FromCompositor, LastFrame, OutputKind, Settings, Stacking, ToCompositor, WindowPhase, WindowSpec,
};
use control_protocol::{AppId, DeviceId, Level, MAX_PREVIEWS, OutputId, PixelSize, Preview};
use input_source::{Evdev, Keymap, Source};
use output::{Output, OutputError, Rotation};
use paint::{Point, Rect, Size};
use scene::{Arrangement, Banner, Front, Policy, Role};
use sys::Nanos;

use crate::arranged;
use crate::event_loop::Token;
use crate::screen::{Health, Screen};
use crate::shell::Motion;
use crate::shell::ground::{Picture, Wallpaper};
use crate::shell::menu;
use crate::state::{State, window_id};
use crate::window::Window;

/// Longest title kept, in characters.
const TITLE: usize = 256;

/// Windows that went whose counters are kept for a question that comes later.
const GONE_KEPT: usize = 64;

impl State {
    pub(crate) fn on_control(&mut self, message: ToCompositor, fds: Vec<OwnedFd>, now: Nanos) {
        match message {
            // The jail is closed, and nothing opens it.
            ToCompositor::Start(_) => {}
            ToCompositor::Settings(settings) => self.on_settings(settings),
            ToCompositor::OutputAdded { id, kind } => self.on_output_added(id, &kind, fds),
            ToCompositor::OutputGone(id) => self.on_output_gone(id),
            ToCompositor::OutputChanged(id) => self.on_output_changed(id),
            ToCompositor::InputAdded(id) => self.on_input_added(id, fds),
            ToCompositor::InputGone(id) => self.remove_input(id),
            ToCompositor::WindowAdded(spec) => self.on_window_added(spec, fds),
            ToCompositor::WindowBuffer { id, generation, size } => {
                self.on_window_buffer(id, generation, size, fds);
            }
            ToCompositor::WindowFrame { id, frame } => self.on_window_frame(id, frame),
            ToCompositor::WindowPhase { id, phase } => self.on_window_phase(id, phase),
            ToCompositor::WindowRemoved(id) => self.on_window_removed(id),
            ToCompositor::Raise(id) => self.scene.raise(window_id(id)),
            ToCompositor::Lower(id) => self.scene.lower(window_id(id)),
            ToCompositor::Focus(id) => self.scene.focus(window_id(id)),
            ToCompositor::Restack(stacking) => self.on_restack(stacking),
            ToCompositor::Home => self.scene.home(),
            ToCompositor::Place { id, place } => {
                let size = Size::new(place.size.w, place.size.h);
                self.scene.place_sized(window_id(id), Point::new(place.x, place.y), size);
            }
            ToCompositor::Previews { id, previews } => self.on_previews(id, previews, now),
            ToCompositor::TypeText { from, text } => self.type_text(Some(from), &text, now),
            ToCompositor::Inject(input) => self.on_injected(input, now),
            ToCompositor::Screenshot(token) => self.on_screenshot(token),
            ToCompositor::Stats(token) => {
                let open = self.windows.iter().map(|(id, w)| (*id, w.counters.stats()));
                let gone = self.gone.iter().filter(|(id, _)| !self.windows.contains_key(id)).copied();
                let windows = gone.chain(open).collect();
                self.link.send(&FromCompositor::Stats { token, windows });
            }
            ToCompositor::Ping(token) => self.link.send(&FromCompositor::Pong(token)),
            ToCompositor::Page(page) => {
                self.cancel_switch();
                self.shell.set_page(page, &mut self.scene, now);
            }
            ToCompositor::Curtain(curtain) => self.set_curtain(curtain, now),
            ToCompositor::Lock(view) => self.set_lock(view, now),
            ToCompositor::IdleAfter { secs } => {
                self.shell.guard.set_idle_after(Nanos::from(secs) * 1_000_000_000, now);
            }
            ToCompositor::Notice { title, text } => {
                self.shell.notice(&title, &text, &mut self.scene, now);
            }
            ToCompositor::Wallpaper(color) => {
                let wallpaper = color.map_or(Wallpaper::Sky, |rgb| Wallpaper::Color(rgb & 0x00ff_ffff));
                self.shell.set_wallpaper(wallpaper, &mut self.scene);
            }
            ToCompositor::WallpaperPicture(size) => self.on_wallpaper(size, fds),
        }
    }

    fn on_restack(&mut self, stacking: Stacking) {
        let windows = |ids: &[AppId]| -> Vec<_> { ids.iter().copied().map(window_id).collect() };
        let (order, recent) = (windows(&stacking.order), windows(&stacking.recent));
        let front = if stacking.home_in_front { Front::Home } else { Front::Apps };
        self.scene.restack(&order, &recent, stacking.focused.map(window_id), front);
        self.told_stacking = Some(stacking);
    }

    /// Where pictures lie in a window is said of what the app drew before it asked: that was sent first, and on another
    /// socket.
    fn on_previews(&mut self, id: AppId, previews: Vec<Preview<AppId>>, now: Nanos) {
        self.on_surface(id, now);
        let place = |Preview { of, x, y, size }| scene::Preview {
            of: window_id(of),
            place: Rect::new(x, y, size.w, size.h),
        };
        let previews = previews.into_iter().take(MAX_PREVIEWS).map(place).collect();
        self.scene.set_previews(window_id(id), previews);
    }

    fn on_settings(&mut self, settings: Settings) {
        if let Some(keymap) = Keymap::named(&settings.layout) {
            self.seat.keyboard.set_keymap(keymap);
        } else {
            let known: Vec<_> = Keymap::names().collect();
            let (layout, known) = (&settings.layout, known.join(", "));
            let line = format!("no keyboard layout \"{layout}\" on this device (there are: {known})");
            self.log(Level::Warn, line);
        }
        self.shell.set_theme(settings.theme, &mut self.scene);
        self.shell.guard.set_brightness(settings.brightness);
        self.shell.motion = if settings.reduced_motion { Motion::Cut } else { Motion::Glide };
        let policy = match settings.policy {
            manifest::Policy::Desktop => Policy::Desktop,
            manifest::Policy::Kiosk => Policy::Kiosk,
            manifest::Policy::Signage => Policy::Signage,
        };
        self.scene.set_policy(policy);
        if settings.tiling != self.settings.tiling {
            let tiled = settings.tiling;
            self.scene.set_arrangement(if tiled { Arrangement::Tiled } else { Arrangement::Floating });
        }
        if Rotation::from_degrees(settings.rotation).is_none() {
            let line = format!("rotation {} is none of 0, 90, 180, 270: not rotated", settings.rotation);
            self.log(Level::Warn, line);
        }
        self.settings = settings;
        self.lay_out_zones();
    }

    /// Tells the scene where zones are on a screen of its size.
    fn lay_out_zones(&mut self) {
        let (w, h) = (self.scene.size().w(), self.scene.size().h());
        let edge = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        let zones = self.settings.zones.iter().map(|zone| {
            let (x, y, w, h) = zone.rect(w, h);
            Rect::new(edge(x), edge(y), w, h)
        });
        self.scene.set_zones(zones.collect());
    }

    fn on_output_added(&mut self, id: OutputId, kind: &OutputKind, fds: Vec<OwnedFd>) {
        let rotation = Rotation::from_degrees(self.settings.rotation).unwrap_or_default();
        let mut fds = fds.into_iter();
        let missing = || String::from("no descriptor came with it");
        let made = match kind {
            OutputKind::Drm => {
                fds.next().ok_or_else(missing).and_then(|fd| opened(Output::drm(fd, rotation)))
            }
            OutputKind::Fbdev => {
                fds.next().ok_or_else(missing).and_then(|fd| opened(Output::fbdev(fd, rotation)))
            }
            OutputKind::Headless(size) => opened(Output::headless(size.w, size.h, rotation)),
        };
        match made {
            Ok(output) => self.add_screen(id, output),
            Err(why) => self.link.send(&FromCompositor::OutputFailed { id, why }),
        }
    }

    fn add_screen(&mut self, id: OutputId, output: Output) {
        self.on_output_gone(id);
        if let Some(fd) = output.event_fd()
            && let Err(why) = self.poller.add(fd, Token::Output(id))
        {
            self.log(Level::Error, format!("screen {} cannot be watched: {why}", id.0));
        }
        self.screens.push(Screen::new(id, output));
        self.lay_out();
        self.report_screen(id);
    }

    fn report_screen(&mut self, id: OutputId) {
        let Some(screen) = self.screens.iter().find(|s| s.id == id) else { return };
        let size = pixel_size(screen.output.size());
        let (refresh_mhz, how) = (screen.output.refresh_mhz(), screen.output.how());
        self.link.send(&FromCompositor::OutputReady { id, size, refresh_mhz, how });
    }

    /// The first screen decides the size of the scene.
    fn lay_out(&mut self) {
        let Some(size) = self.screens.first().map(|s| s.output.size()) else { return };
        if size == self.scene.size() {
            return;
        }
        self.scene.set_size(size);
        self.lay_out_zones();
        self.seat.set_screen(size);
    }

    fn on_output_gone(&mut self, id: OutputId) {
        let Some(i) = self.screens.iter().position(|s| s.id == id) else { return };
        let screen = self.screens.remove(i);
        if let Some(fd) = screen.output.event_fd() {
            // Closed right after; a failure could only mean that it is not watched.
            let _ = self.poller.remove(fd);
        }
        self.lay_out();
    }

    fn on_output_changed(&mut self, id: OutputId) {
        let Some(screen) = self.screens.iter_mut().find(|s| s.id == id) else { return };
        match screen.output.look_again() {
            Ok(changed) => {
                let back = screen.health == Health::Unplugged;
                if !changed && !back {
                    return;
                }
                screen.reset();
                self.lay_out();
                self.report_screen(id);
            }
            Err(why) => {
                screen.health = Health::Unplugged;
                self.link.send(&FromCompositor::OutputFailed { id, why: chain(&why) });
            }
        }
    }

    fn on_input_added(&mut self, id: DeviceId, fds: Vec<OwnedFd>) {
        self.remove_input(id);
        let Some(fd) = fds.into_iter().next() else { return };
        match Evdev::new(fd) {
            Ok(device) => {
                let what = device.what();
                let source = Source::Evdev(Box::new(device));
                if let Some(Err(why)) = source.fd().map(|fd| self.poller.add(fd, Token::Input(id))) {
                    return self.link.send(&FromCompositor::InputFailed { id, why: why.to_string() });
                }
                self.inputs.insert(id, source);
                self.link.send(&FromCompositor::InputReady { id, what });
            }
            Err(why) => self.link.send(&FromCompositor::InputFailed { id, why: chain(&why) }),
        }
    }

    pub(crate) fn remove_input(&mut self, id: DeviceId) {
        if let Some(source) = self.inputs.remove(&id)
            && let Some(fd) = source.fd()
        {
            // Closed right after; a failure could only mean that it is not watched.
            let _ = self.poller.remove(fd);
        }
    }

    fn on_window_added(&mut self, mut spec: WindowSpec, fds: Vec<OwnedFd>) {
        let id = spec.id;
        spec.title = spec.title.chars().take(TITLE).collect();
        spec.menu.truncate(manifest::MAX_MENU_ITEMS);
        self.close_surface(id);
        self.forget_in_menu(window_id(id));
        let scene_spec = scene::WindowSpec {
            id: window_id(id),
            z: spec.z,
            canvas: Size::clamped(spec.size.w, spec.size.h),
            position: spec.position.map(|(x, y)| Point::new(x, y)),
            role: if spec.home { Role::Home } else { Role::App },
            resizable: spec.resizable,
            has_menu: menu::has_items(&spec.menu),
            zone: spec.zone,
        };
        // A window that is there is as people made it.
        let arranged = spec.arranged.filter(|_| !self.windows.contains_key(&id));
        let made = match self.windows.get_mut(&id) {
            Some(window) => window.restart(spec, fds),
            None => Window::new(spec, fds).map(|window| {
                self.windows.insert(id, window);
            }),
        };
        match made {
            Ok(()) => {
                self.scene.add(scene_spec);
                if let Some(arranged) = arranged.and_then(arranged::to_scene) {
                    self.scene.arrange(window_id(id), arranged);
                }
                self.watch_surface(id);
            }
            Err(why) => self.log(Level::Error, format!("window {}: {}", id.0, chain(&why))),
        }
    }

    fn on_wallpaper(&mut self, size: PixelSize, fds: Vec<OwnedFd>) {
        let Some(memory) = fds.into_iter().next() else { return };
        match Picture::new(size.w, size.h, memory) {
            Ok(picture) => self.shell.set_wallpaper(Wallpaper::Picture(picture), &mut self.scene),
            Err(why) => self.log(Level::Error, format!("wallpaper: {why}")),
        }
    }

    fn on_window_buffer(&mut self, id: AppId, generation: u32, size: PixelSize, fds: Vec<OwnedFd>) {
        let (Some(window), Some(memory)) = (self.windows.get_mut(&id), fds.into_iter().next()) else {
            return;
        };
        if let Err(why) = window.set_buffer(generation, (size.w, size.h), memory) {
            self.log(Level::Error, format!("memory of window {}: {}", id.0, chain(&why)));
        }
    }

    /// What an app showed that is no more.
    fn on_window_frame(&mut self, id: AppId, frame: LastFrame) {
        let Some(coverage) = self.windows.get_mut(&id).and_then(|w| w.show_last(frame)) else {
            return self.log(Level::Warn, format!("window {} has no frame {frame:?}", id.0));
        };
        let all = self.windows.get(&id).map(|w| w.canvas().rect());
        self.scene.commit(window_id(id), coverage, &all.into_iter().collect());
    }

    fn on_window_phase(&mut self, id: AppId, phase: WindowPhase) {
        let name = window_id(id);
        let banner = match phase {
            // Whatever it says now stays until the first commit, or until the app answers.
            WindowPhase::Starting => return,
            WindowPhase::Running if self.scene.banner(name) == Banner::Unresponsive => Banner::None,
            WindowPhase::Running => return,
            WindowPhase::Restarting { .. } => Banner::Restarting,
            WindowPhase::Quarantined => Banner::Quarantined,
            WindowPhase::Unresponsive => Banner::Unresponsive,
        };
        self.scene.set_banner(name, banner);
    }

    fn on_window_removed(&mut self, id: AppId) {
        self.close_surface(id);
        if let Some(window) = self.windows.remove(&id) {
            self.gone.retain(|(gone, _)| *gone != id);
            if self.gone.len() >= GONE_KEPT {
                self.gone.pop_front();
            }
            self.gone.push_back((id, window.counters.stats()));
        }
        for screen in &mut self.screens {
            screen.in_flight.retain(|(app, _)| *app != id);
        }
        self.seat.forget(window_id(id));
        self.forget_in_switcher(window_id(id));
        self.forget_in_menu(window_id(id));
        self.scene.remove(window_id(id));
    }
}

fn opened(result: Result<Output, OutputError>) -> Result<Output, String> {
    result.map_err(|why| chain(&why))
}

/// An error and its causes in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(c) = cause {
        line.push_str(": ");
        line.push_str(&c.to_string());
        cause = c.source();
    }
    line
}

pub(crate) fn pixel_size<S: paint::Space>(size: Size<S>) -> PixelSize {
    PixelSize { w: size.w(), h: size.h() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keymaps_are_those_that_people_can_choose() {
        assert_eq!(Keymap::names().collect::<Vec<_>>(), manifest::LAYOUTS);
    }
}
