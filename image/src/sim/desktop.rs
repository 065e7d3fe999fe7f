//! The simulator's screen in a window of this desktop (feature `window`).
//!
//! The system draws into memory as it does without a window; the tool asks for its picture once a frame, shows it, and
//! hands on what the person does. So the window costs the programs of the image nothing, and behaves like them.

use std::num::NonZeroU32;
use std::rc::Rc;
use std::time::{Duration, Instant};

use control_protocol::{InjectedInput, PixelSize};
use winit::application::ApplicationHandler;
use winit::dpi::PhysicalSize;
use winit::event::{ElementState, KeyEvent, MouseButton, MouseScrollDelta, Touch, TouchPhase, WindowEvent};
use winit::event_loop::{ActiveEventLoop, EventLoop};
use winit::keyboard::{KeyCode, PhysicalKey};
use winit::platform::pump_events::{EventLoopExtPumpEvents, PumpStatus};
use winit::window::{Window, WindowId};

use crate::picture::Picture;

/// Between two pictures: 60 a second.
const FRAME: Duration = Duration::from_micros(16_667);

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum DesktopError {
    /// No X11 or Wayland, or its libraries are missing.
    #[error("no desktop answers")]
    EventLoop(#[from] winit::error::EventLoopError),
    /// The desktop refused.
    #[error("the desktop makes no window")]
    Window(#[from] winit::error::OsError),
    /// Pixels cannot be shown.
    #[error("the window takes no pixels: {0}")]
    Pixels(#[from] softbuffer::SoftBufferError),
}

/// A window and what was done in it.
pub(super) struct Desktop {
    events: EventLoop<()>,
    canvas: Canvas,
    /// When the next picture is due.
    pub(super) due: Instant,
}

/// The window's side of the event loop.
struct Canvas {
    /// The system's screen.
    size: PixelSize,
    window: Option<Shown>,
    failed: Option<DesktopError>,
    input: Vec<InjectedInput>,
    closed: bool,
}

struct Shown {
    window: Rc<Window>,
    surface: softbuffer::Surface<Rc<Window>, Rc<Window>>,
}

impl Desktop {
    /// Opens a window of this size.
    ///
    /// # Errors
    /// [`DesktopError`].
    pub(super) fn open(size: PixelSize) -> Result<Self, DesktopError> {
        let canvas = Canvas { size, window: None, failed: None, input: Vec::new(), closed: false };
        let mut desktop = Self { events: EventLoop::new()?, canvas, due: Instant::now() };
        desktop.pump();
        match desktop.canvas.failed.take() {
            Some(error) => Err(error),
            None => Ok(desktop),
        }
    }

    /// What was done since the last call; `None` once the window was closed.
    pub(super) fn turn(&mut self) -> Option<Vec<InjectedInput>> {
        self.due = Instant::now() + FRAME;
        self.pump();
        (!self.canvas.closed).then(|| std::mem::take(&mut self.canvas.input))
    }

    /// Shows a picture, scaled to the window by whole pixels.
    ///
    /// # Errors
    /// [`DesktopError::Pixels`].
    pub(super) fn show(&mut self, picture: &Picture) -> Result<(), DesktopError> {
        let Some(shown) = &mut self.canvas.window else { return Ok(()) };
        let size = shown.window.inner_size();
        let (Some(w), Some(h)) = (NonZeroU32::new(size.width), NonZeroU32::new(size.height)) else {
            return Ok(());
        };
        shown.surface.resize(w, h)?;
        let mut buffer = shown.surface.buffer_mut()?;
        let (width, height) = (w.get() as usize, h.get() as usize);
        for (y, row) in buffer.chunks_exact_mut(width).enumerate() {
            let from = y * picture.height / height * picture.width;
            for (x, pixel) in row.iter_mut().enumerate() {
                *pixel = picture.pixels.get(from + x * picture.width / width).copied().unwrap_or(0);
            }
        }
        Ok(buffer.present()?)
    }

    fn pump(&mut self) {
        if let PumpStatus::Exit(_) = self.events.pump_app_events(Some(Duration::ZERO), &mut self.canvas) {
            self.canvas.closed = true;
        }
    }
}

impl Canvas {
    fn make_window(&self, events: &ActiveEventLoop) -> Result<Shown, DesktopError> {
        let size = PhysicalSize::new(self.size.w, self.size.h);
        let attributes = Window::default_attributes().with_title("VyomaOS").with_inner_size(size);
        let window = Rc::new(events.create_window(attributes)?);
        let context = softbuffer::Context::new(Rc::clone(&window))?;
        let surface = softbuffer::Surface::new(&context, Rc::clone(&window))?;
        Ok(Shown { window, surface })
    }

    /// A place in the window as one on the system's screen.
    fn place(&self, x: f64, y: f64) -> (i32, i32) {
        let Some(shown) = &self.window else { return (0, 0) };
        let size = shown.window.inner_size();
        (scaled(x, size.width, self.size.w), scaled(y, size.height, self.size.h))
    }

    fn on_key(&mut self, event: &KeyEvent) {
        // The system repeats keys itself.
        let PhysicalKey::Code(code) = event.physical_key else { return };
        if event.repeat {
            return;
        }
        let name = match code {
            KeyCode::SuperLeft => "MetaLeft".to_owned(),
            KeyCode::SuperRight => "MetaRight".to_owned(),
            // The library's names are W3C's.
            other => format!("{other:?}"),
        };
        if let Some(code) = draw_protocol::key_code_by_name(&name) {
            self.input.push(InjectedInput::Key { code, pressed: event.state == ElementState::Pressed });
        }
    }

    fn on_touch(&mut self, touch: &Touch) {
        let phase = match touch.phase {
            TouchPhase::Started => 0,
            TouchPhase::Moved => 1,
            TouchPhase::Ended | TouchPhase::Cancelled => 2,
        };
        let (x, y) = self.place(touch.location.x, touch.location.y);
        // Contacts of the desktop have any number, the system's are ten.
        let id = u32::try_from(touch.id % 10).unwrap_or(0);
        self.input.push(InjectedInput::Touch { phase, id, x, y });
    }
}

/// A coordinate of one edge on another.
#[expect(clippy::cast_possible_truncation, reason = "a float to i32 cast saturates")]
fn scaled(v: f64, from: u32, to: u32) -> i32 {
    (v * f64::from(to) / f64::from(from.max(1))) as i32
}

/// Steps of a wheel.
#[expect(clippy::cast_possible_truncation, reason = "a float to i32 cast saturates")]
fn steps(v: f64) -> i32 {
    v.round() as i32
}

impl ApplicationHandler for Canvas {
    fn resumed(&mut self, events: &ActiveEventLoop) {
        if self.window.is_none() {
            match self.make_window(events) {
                Ok(window) => self.window = Some(window),
                Err(error) => self.failed = Some(error),
            }
        }
    }

    fn window_event(&mut self, _: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        match event {
            WindowEvent::CloseRequested => self.closed = true,
            WindowEvent::CursorMoved { position, .. } => {
                let (x, y) = self.place(position.x, position.y);
                // Of moves between two frames the last counts.
                self.input.pop_if(|last| matches!(last, InjectedInput::Move { .. }));
                self.input.push(InjectedInput::Move { x, y });
            }
            WindowEvent::MouseInput { state, button, .. } => {
                let button = match button {
                    MouseButton::Left => 0,
                    MouseButton::Right => 1,
                    MouseButton::Middle => 2,
                    _ => return,
                };
                self.input.push(InjectedInput::Button { button, pressed: state == ElementState::Pressed });
            }
            WindowEvent::MouseWheel { delta, .. } => {
                let (dx, dy) = match delta {
                    MouseScrollDelta::LineDelta(x, y) => (steps(f64::from(x)), -steps(f64::from(y))),
                    MouseScrollDelta::PixelDelta(d) => (steps(d.x / 48.0), -steps(d.y / 48.0)),
                };
                if (dx, dy) != (0, 0) {
                    self.input.push(InjectedInput::Wheel { dx, dy });
                }
            }
            WindowEvent::KeyboardInput { event, .. } => self.on_key(&event),
            WindowEvent::Touch(touch) => self.on_touch(&touch),
            _ => {}
        }
    }
}
