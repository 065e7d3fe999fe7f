//! From damage to frames on screens.

use control_protocol::compositor::FromCompositor;
use control_protocol::{AppId, OutputId, PixelSize, Token as Question};
use output::{HardwareCursor, Ready};
use paint::{Output, PixelViewMut, Rect, Region};
use scene::{Draw, Part, Switcher, What};
use std::os::fd::OwnedFd;
use sys::{Nanos, WriteMapping};

use crate::paint::blit;
use crate::screen::Health;
use crate::seat::chrome::ControlState;
use crate::shell::chrome::{self, Attention, TitleBar};
use crate::shell::menu::Menu;
use crate::shell::{self, Shell, pointer};
use crate::state::{CompositorState, FirstFrame, State, Work, app_id};

impl State {
    /// Presents on every screen that has damage and is ready. The answer is when the next one will be.
    pub(crate) fn present_all(&mut self, now: Nanos) -> Option<Nanos> {
        let CompositorState::Ready { .. } = self.phase else { return None };
        self.set_up_cursors();
        if self.scene.is_damaged() {
            let damage = self.scene.take_damage();
            for screen in &mut self.screens {
                screen.damage.add_region(&damage.clipped(screen.output.size().rect()));
            }
        }
        self.shell.begin_frame(now);
        let mut next: Option<Nanos> = None;
        for i in 0..self.screens.len() {
            let screen = &self.screens[i];
            if screen.damage.is_empty() || screen.health == Health::Unplugged {
                continue;
            }
            match screen.output.ready(now) {
                Ready::Now => self.present(i, now),
                Ready::At(at) => next = Some(next.map_or(at, |n| n.min(at))),
                // The event wakes us; if it got lost, look again after a while.
                Ready::OnEvent => next = Some(next.map_or(now + 100_000_000, |n| n.min(now + 100_000_000))),
            }
        }
        self.move_hardware_cursor();
        next
    }

    fn present(&mut self, i: usize, now: Nanos) {
        let screen = &mut self.screens[i];
        let damage = screen.damage.take();
        let cursor = screen.cursor.unwrap_or(HardwareCursor::No);
        let Some(mut frame) = screen.output.acquire() else {
            screen.damage = damage;
            return;
        };
        let bounds = frame.pixels.size().rect();
        let repaint = screen.history.repaint(&damage, frame.age, bounds);
        let (scene, windows, shell) = (&self.scene, &self.windows, &self.shell);
        let (switcher, menu) = (self.switcher.as_ref(), self.menu.as_ref());
        let painter = Painter { scene, windows, shell, switcher, menu };
        painter.paint(&mut frame.pixels, &repaint, cursor, &mut self.work);
        let result = screen.output.present(&damage, sys::monotonic_ns());
        screen.history.push(damage);
        match result {
            Ok(shown) => {
                if i == 0 {
                    self.take_commits();
                }
                if let Some(at) = shown {
                    self.on_shown(i, at);
                }
            }
            Err(why) => self.on_present_failed(i, &why, now),
        }
    }

    /// The frame that was just composed holds the newest commit of every window that can be seen.
    fn take_commits(&mut self) {
        if self.shell.covers() {
            return;
        }
        for (id, window) in &mut self.windows {
            let is_due = window.waiting_since().is_some() || window.awaits_eyes();
            if is_due && self.scene.is_visible(crate::state::window_id(*id)) {
                self.screens[0].in_flight.push((*id, window.composed()));
            }
        }
    }

    /// A screen shows the frame that was presented last.
    pub(crate) fn on_shown(&mut self, i: usize, at: Nanos) {
        let in_flight = std::mem::take(&mut self.screens[i].in_flight);
        for (id, pending) in in_flight {
            let Some(window) = self.windows.get_mut(&id) else { continue };
            let is_first = match pending {
                Some(frame) => window.shown(frame, at),
                None => window.seen(),
            };
            if is_first {
                self.link.send(&FromCompositor::WindowShown(id));
            }
        }
        if self.phase == (CompositorState::Ready { first_frame: FirstFrame::Awaited }) {
            self.phase = CompositorState::Ready { first_frame: FirstFrame::Shown };
            self.link.send(&FromCompositor::FirstFrame { at_ns: at });
        }
    }

    fn on_present_failed(&mut self, i: usize, why: &output::OutputError, _now: Nanos) {
        let screen = &mut self.screens[i];
        screen.health = Health::Unplugged;
        let id = screen.id;
        self.link.send(&FromCompositor::OutputFailed { id, why: crate::control::chain(why) });
    }

    /// A flip is done.
    pub(crate) fn on_output(&mut self, id: OutputId, now: Nanos) {
        let Some(i) = self.screens.iter().position(|s| s.id == id) else { return };
        if let Some(at) = self.screens[i].output.on_event(now) {
            self.on_shown(i, at);
        }
    }

    /// Gives screens the pointer's picture when it is to be seen first.
    fn set_up_cursors(&mut self) {
        if !self.shell.pointer.is_shown() || self.screens.iter().all(|s| s.cursor.is_some()) {
            return;
        }
        for screen in self.screens.iter_mut().filter(|s| s.cursor.is_none()) {
            screen.cursor = Some(screen.output.set_cursor(self.shell.arrow(), pointer::EDGE, pointer::HOT));
        }
        let all = self.screens.iter().all(|s| s.cursor == Some(HardwareCursor::Yes));
        self.shell.cursor = if all { HardwareCursor::Yes } else { HardwareCursor::No };
    }

    fn move_hardware_cursor(&mut self) {
        let pointer = &self.shell.pointer;
        let at = pointer.is_shown().then_some((pointer.at.x, pointer.at.y));
        for screen in &mut self.screens {
            if screen.cursor == Some(HardwareCursor::Yes) && screen.cursor_at != at {
                screen.cursor_at = at;
                screen.output.move_cursor(at);
            }
        }
    }

    /// Answers with a picture of the first screen, the pointer included.
    pub(crate) fn on_screenshot(&mut self, token: Question) {
        let size = self.scene.size();
        let mut pixels = vec![0; size.area()];
        if let Some(mut canvas) = PixelViewMut::new(&mut pixels, size.w() as usize, size) {
            let all: Region<Output> = [size.rect()].into_iter().collect();
            self.shell.begin_frame(sys::monotonic_ns());
            let Self { scene, windows, shell, switcher, menu, .. } = self;
            let (switcher, menu) = (switcher.as_ref(), menu.as_ref());
            let painter = Painter { scene, windows, shell, switcher, menu };
            painter.paint(&mut canvas, &all, HardwareCursor::No, &mut self.work);
        }
        match picture_memory(&pixels) {
            Ok(fd) => {
                let size = PixelSize { w: size.w(), h: size.h() };
                self.link.send_with(&FromCompositor::Screenshot { token, size }, Some(fd));
            }
            Err(why) => {
                let why = format!("no memory for a picture: {why}");
                self.link.send(&FromCompositor::ScreenshotFailed { token, why });
            }
        }
    }
}

fn picture_memory(pixels: &[u32]) -> std::io::Result<OwnedFd> {
    let fd = sys::create_surface_memory("screenshot", pixels.len() * 4)?;
    WriteMapping::new(&fd, pixels.len())?.write(0, pixels);
    Ok(fd)
}

/// What a frame is painted from.
struct Painter<'a> {
    scene: &'a scene::Scene,
    windows: &'a std::collections::BTreeMap<AppId, crate::window::Window>,
    shell: &'a Shell,
    switcher: Option<&'a Switcher>,
    menu: Option<&'a Menu>,
}

impl Painter<'_> {
    fn paint(
        &self,
        canvas: &mut PixelViewMut<'_, Output>,
        region: &Region<Output>,
        cursor: HardwareCursor,
        work: &mut Work,
    ) {
        // Rectangle by rectangle, each from the ground up: where two overlap, nothing is blended twice.
        for rect in region.rects() {
            if self.shell.covers() {
                self.shell.draw_page(canvas, *rect);
            } else {
                self.paint_windows(canvas, *rect, work);
            }
            if let Some(menu) = self.menu.filter(|_| !self.shell.covers()) {
                menu.draw(canvas, *rect, &self.shell.palette);
            }
            if let Some(switcher) = self.switcher {
                self.paint_switcher(canvas, *rect, switcher, work);
            }
            self.shell.draw_over(canvas, *rect);
            if cursor == HardwareCursor::No {
                self.shell.draw_pointer(canvas, *rect);
            }
        }
    }

    fn paint_windows(&self, canvas: &mut PixelViewMut<'_, Output>, rect: Rect<Output>, work: &mut Work) {
        let mut draws = std::mem::take(&mut work.draws);
        draws.clear();
        self.scene.draws(&[rect].into_iter().collect(), &mut draws);
        for draw in &draws {
            self.draw(canvas, draw, work);
        }
        work.draws = draws;
        // A second screen may be larger than the scene.
        for outside in rect.subtract(self.scene.size().rect()) {
            self.shell.draw_ground(canvas, outside);
        }
    }

    fn paint_switcher(
        &self,
        canvas: &mut PixelViewMut<'_, Output>,
        clip: Rect<Output>,
        switcher: &Switcher,
        work: &mut Work,
    ) {
        let size = self.scene.size();
        let panel = switcher.panel(size);
        if shell::switcher::extents(panel).intersect(clip).is_empty() {
            return;
        }
        let (chosen, palette) = (switcher.chosen(), &self.shell.palette);
        shell::switcher::panel(canvas, clip, panel, palette);
        for cell in switcher.cells(size) {
            let pixels = self.windows.get(&app_id(cell.id)).and_then(crate::window::Window::pixels);
            let fitted = pixels.map(|p| scene::Placement::fit(p.layout.size(), cell.picture));
            let picture = fitted.map_or(cell.picture, |placement| placement.content);
            shell::switcher::cell(canvas, clip, (&cell, picture), chosen, palette);
            shell::switcher::title(canvas, clip, &cell, self.title(cell.id), chosen, palette);
            if let (Some(pixels), Some(placement), Some(coverage)) =
                (pixels, fitted, self.scene.coverage(cell.id))
            {
                blit::window(canvas, clip, placement, coverage, pixels, &mut work.scratch);
            }
        }
    }

    fn draw(&self, canvas: &mut PixelViewMut<'_, Output>, draw: &Draw, work: &mut Work) {
        let (clip, palette) = (draw.clip, &self.shell.palette);
        match draw.what {
            What::Ground => self.shell.draw_ground(canvas, clip),
            What::Content { id, placement, coverage } | What::Preview { id, placement, coverage } => {
                if let Some(pixels) = self.windows.get(&app_id(id)).and_then(crate::window::Window::pixels) {
                    blit::window(canvas, clip, placement, coverage, pixels, &mut work.scratch);
                }
            }
            What::Backing => canvas.fill(clip, palette.backing().premultiplied()),
            What::Shadow { id, frame } => {
                chrome::shadow(canvas, clip, frame, 0, palette);
                chrome::outline(canvas, clip, frame, self.attention(id), palette);
            }
            What::TitleBar { id, bar } => {
                let open =
                    self.menu.filter(|menu| menu.id == id).map(|_| (Part::Menu, ControlState::Pressed));
                let control = self.shell.control.filter(|c| c.id == id).map(|c| (c.part, c.state)).or(open);
                let (title, attention) = (self.title(id), self.attention(id));
                let menu = self.scene.menu_button(id);
                let bar = TitleBar { rect: bar, menu, title, attention, control };
                chrome::title_bar(canvas, clip, &bar, palette);
            }
            What::Banner { id, rect, banner } => {
                let step = self.shell.spinner_step();
                chrome::banner(canvas, clip, rect, (banner, self.title(id)), step, palette);
            }
        }
    }

    fn attention(&self, id: scene::WindowId) -> Attention {
        if self.scene.focused() == Some(id) { Attention::Focused } else { Attention::Resting }
    }

    fn title(&self, id: scene::WindowId) -> &str {
        self.windows.get(&app_id(id)).map_or("", |w| w.spec.title.as_str())
    }
}
