//! A compositor without pixels, for the supervisor's tests: screens work at once, windows stack as they are
//! added, raised and lowered, and the first message after a raise moves the focus.

use std::error::Error;

use control_protocol::compositor::{FromCompositor, OutputKind, Stacking, ToCompositor};
use control_protocol::{AppId, InjectedInput, MAX_MESSAGE, PixelSize};
use sys::{Poller, Received, Seqpacket};

#[derive(Clone, Copy)]
struct Only;
impl sys::Token for Only {
    fn to_u64(self) -> u64 {
        0
    }
    fn from_u64(_: u64) -> Self {
        Only
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let socket = Seqpacket::from_fd(sys::take_inherited(3)?)?;
    let poller = Poller::new()?;
    poller.add(&socket, Only)?;
    let mut buffer = vec![0; MAX_MESSAGE];
    let mut events = Vec::new();
    let mut windows: Vec<AppId> = Vec::new();
    let mut focused = None;
    let mut is_deaf = false;
    loop {
        poller.wait(&mut events, None)?;
        loop {
            match socket.receive(&mut buffer)? {
                Received::Gone => return Ok(()),
                Received::Nothing => break,
                Received::Datagram(len, fds) => {
                    let message: ToCompositor = control_protocol::decode(&buffer[..len])?;
                    let say = |m: &FromCompositor| -> Result<(), Box<dyn Error>> {
                        socket.send(&control_protocol::encode(m)?, &[])?;
                        Ok(())
                    };
                    let mut restack = true;
                    match message {
                        ToCompositor::OutputAdded { id, kind } => {
                            let OutputKind::Headless(size) = kind else { return Err("not headless".into()) };
                            say(&FromCompositor::OutputReady {
                                id,
                                size,
                                refresh_mhz: 60_000,
                                how: "fake".into(),
                            })?;
                            say(&FromCompositor::FirstFrame { at_ns: sys::monotonic_ns() })?;
                        }
                        ToCompositor::WindowAdded(spec) => {
                            assert_eq!(fds.len(), 2, "a window comes with its memory and its socket");
                            if !windows.contains(&spec.id) {
                                windows.push(spec.id);
                            }
                            say(&FromCompositor::WindowShown(spec.id))?;
                        }
                        ToCompositor::WindowRemoved(id) => {
                            windows.retain(|w| *w != id);
                            focused = focused.filter(|f| *f != id);
                        }
                        ToCompositor::Raise(id) => {
                            windows.retain(|w| *w != id);
                            windows.push(id);
                            focused = Some(id);
                        }
                        ToCompositor::Focus(id) => focused = Some(id),
                        ToCompositor::Restack(stacking) => {
                            windows.sort_by_key(|w| stacking.order.iter().position(|id| id == w));
                            focused = stacking.focused;
                        }
                        ToCompositor::Home => focused = windows.first().copied(),
                        ToCompositor::Ping(token) if !is_deaf => {
                            restack = false;
                            say(&FromCompositor::Pong(token))?;
                        }
                        // The tests' way to make it do what it must not: a filter that knows no call.
                        ToCompositor::Inject(InjectedInput::Text(text)) if text == "forbidden" => {
                            sys::jail::apply_filter(&[6, 0, 0, 0, 0, 0, 0, 0x80])?;
                        }
                        // The tests' way to make it hang, and to close a window.
                        ToCompositor::Inject(InjectedInput::Text(text)) if text == "hang" => is_deaf = true,
                        ToCompositor::Inject(InjectedInput::Text(text)) if text == "close" => {
                            if let Some(id) = focused {
                                say(&FromCompositor::CloseRequested(id))?;
                            }
                        }
                        ToCompositor::Screenshot(token) => {
                            let fd = sys::create_surface_memory("shot", 4)?;
                            let m = FromCompositor::Screenshot { token, size: PixelSize { w: 1, h: 1 } };
                            use std::os::fd::AsFd;
                            socket.send(&control_protocol::encode(&m)?, &[fd.as_fd()])?;
                        }
                        _ => restack = false,
                    }
                    if restack {
                        let order = windows.clone();
                        say(&FromCompositor::Stacking(Stacking { order, focused, ..Stacking::default() }))?;
                    }
                }
            }
        }
    }
}
