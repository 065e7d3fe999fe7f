//! A virtual machine that runs an image: QEMU with a screen, a pointer, a keyboard and a serial console.
//!
//! QEMU connects to sockets that exist before it starts, so nothing is polled for; what it and the guest say
//! arrives as [`Event`]s. A machine that goes out of scope is ended.

mod accel;
mod display;
mod ppm;
mod qmp;
mod spec;

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use control_protocol::driver::{Command as Order, Report};
use control_protocol::{Frames, PixelSize};
use serde_json::Value;

use crate::picture::{Picture, PictureError};

pub use accel::{Accel, prove as prove_accel};
pub use ppm::PpmError;
pub use qmp::{Motion, Qmp, QmpError};
use spec::CABLE;
pub use spec::{
    Access, Disk, DriverPort, HOST, Hardware, Nic, PROGRAM, SharedFolder, Spec, View, Watchdog,
    window_display,
};
pub(crate) use spec::{KEYBOARD, POINTER};

/// Events that wait for a reader; a guest that says more is slowed down, as by any terminal.
const EVENTS: usize = 4096;

/// QEMU has its sockets connected within this, on a loaded machine.
const START: Duration = Duration::from_secs(30);

/// An orderly end takes 3 s for the apps and some for the rest.
const POWER_DOWN: Duration = Duration::from_secs(8);

/// Serial lines kept for error messages.
const TAIL: usize = 25;

/// Something QEMU or its guest did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A line on the first serial port.
    Line(String),
    /// A line of QEMU itself.
    Qemu(String),
    /// A report of the supervisor on the second serial port.
    Report(Report),
    /// The machine is off.
    Off,
}

/// What can go wrong with a machine.
#[derive(Debug, thiserror::Error)]
pub enum MachineError {
    /// The program.
    #[error("cannot start {PROGRAM}")]
    Start(#[source] std::io::Error),
    /// It started and ended again.
    #[error("{PROGRAM} does not take its arguments: {0}")]
    Refused(String),
    /// Neither connected nor ended.
    #[error("{PROGRAM} did not come up within {} s", START.as_secs())]
    Stuck,
    /// The machine protocol.
    #[error(transparent)]
    Qmp(#[from] QmpError),
    /// A socket or a folder for them.
    #[error("cannot {doing}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The guest's kernel gave up.
    #[error("the guest's kernel panicked: {line}\n{tail}")]
    Panic {
        /// Its line.
        line: String,
        /// What came before.
        tail: String,
    },
    /// The machine went off while something was waited for.
    #[error("the machine went off while waiting for {what}\n{tail}")]
    Off {
        /// What.
        what: String,
        /// The last lines on its console.
        tail: String,
    },
    /// It did not come.
    #[error("no {what} within {} s\n{tail}", within.as_secs())]
    Deadline {
        /// What.
        what: String,
        /// How long was waited.
        within: Duration,
        /// The last lines on its console.
        tail: String,
    },
    /// There is no driver port in this machine.
    #[error("the machine has no driver port")]
    NoDriver,
    /// The screen's picture.
    #[error(transparent)]
    Ppm(#[from] PpmError),
    /// A picture's file.
    #[error(transparent)]
    Picture(#[from] PictureError),
}

/// A machine that is on.
#[derive(Debug)]
pub struct Machine {
    child: Child,
    qmp: Qmp,
    driver: Option<UnixStream>,
    events: Receiver<Event>,
    tail: Vec<String>,
    folder: tempfile::TempDir,
    off: bool,
}

impl Machine {
    /// Turns a machine on.
    ///
    /// # Errors
    /// [`MachineError`].
    pub fn start(spec: &Spec) -> Result<Self, MachineError> {
        let folder = tempfile::Builder::new()
            .prefix("vyoma-")
            .tempdir()
            .map_err(system("make a folder for sockets"))?;
        let control = listen(&folder.path().join("qmp"))?;
        let serial = match spec.driver {
            DriverPort::Present => Some(listen(&folder.path().join("driver"))?),
            DriverPort::Absent => None,
        };
        let mut command = spec.command(folder.path());
        // Its own process group: Ctrl+C reaches the tool, which ends the machine in order.
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(MachineError::Start)?;
        let (sender, events) = sync_channel(EVENTS);
        if let Some(out) = child.stdout.take() {
            read_lines(out, sender.clone(), Event::Line, Some(Event::Off));
        }
        let (words, complaints) = sync_channel(EVENTS);
        if let Some(err) = child.stderr.take() {
            read_lines(err, words, Event::Qemu, None);
        }
        let connected = accept(&control, &mut child, &complaints).and_then(|stream| {
            Ok((stream, serial.map(|s| accept(&s, &mut child, &complaints)).transpose()?))
        });
        let (stream, driver) = match connected {
            Ok(both) => both,
            Err(error) => {
                end(&mut child);
                return Err(error);
            }
        };
        if let Some(driver) = &driver {
            read_reports(driver.try_clone().map_err(system("share the driver's socket"))?, sender);
        }
        let qmp = Qmp::begin(stream);
        let qmp = match qmp {
            Ok(qmp) => qmp,
            Err(error) => {
                end(&mut child);
                return Err(error.into());
            }
        };
        Ok(Self { child, qmp, driver, events, tail: Vec::new(), folder, off: false })
    }

    /// Unplugs the display of a machine with [`View::Cable`], or plugs in one of a size.
    ///
    /// # Errors
    /// [`MachineError`].
    pub fn plug_display(&mut self, display: Option<PixelSize>) -> Result<(), MachineError> {
        display::plug(&self.folder.path().join(CABLE), display).map_err(system("tell QEMU of a display"))
    }

    /// QEMU's control socket.
    pub const fn qmp(&mut self) -> &mut Qmp {
        &mut self.qmp
    }

    /// QEMU's process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `wanted` makes something of an event.
    ///
    /// # Errors
    /// [`MachineError`] when the kernel panics, the machine goes off, or `within` passes first.
    pub fn wait<T>(
        &mut self,
        what: &str,
        within: Duration,
        mut wanted: impl FnMut(&Event) -> Option<T>,
    ) -> Result<T, MachineError> {
        let deadline = Instant::now() + within;
        loop {
            let Some(event) = self.next_event(deadline) else {
                let tail = self.tail();
                return Err(MachineError::Deadline { what: what.to_owned(), within, tail });
            };
            if let Some(found) = wanted(&event) {
                return Ok(found);
            }
            match event {
                Event::Off => return Err(MachineError::Off { what: what.to_owned(), tail: self.tail() }),
                Event::Line(line) if is_panic(&line) => {
                    return Err(MachineError::Panic { line, tail: self.tail() });
                }
                _ => {}
            }
        }
    }

    /// The next event, or `None` at the deadline.
    pub fn next_event(&mut self, deadline: Instant) -> Option<Event> {
        if self.off {
            return Some(Event::Off);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        let event = match self.events.recv_timeout(left) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => return None,
            Err(RecvTimeoutError::Disconnected) => Event::Off,
        };
        match &event {
            Event::Line(line) | Event::Qemu(line) => {
                if self.tail.len() == TAIL {
                    self.tail.remove(0);
                }
                self.tail.push(line.clone());
            }
            Event::Off => self.off = true,
            Event::Report(_) => {}
        }
        Some(event)
    }

    /// The last lines on the console, for an error message.
    #[must_use]
    pub fn tail(&self) -> String {
        self.tail.iter().map(|line| format!("    | {line}\n")).collect()
    }

    /// Tells the supervisor something through the driver port.
    ///
    /// # Errors
    /// [`MachineError::NoDriver`], or the socket's.
    pub fn order(&mut self, order: &Order) -> Result<(), MachineError> {
        let driver = self.driver.as_mut().ok_or(MachineError::NoDriver)?;
        let frame = control_protocol::encode_frame(order).map_err(|error| MachineError::System {
            doing: "encode an order",
            source: std::io::Error::other(error),
        })?;
        driver.write_all(&frame).map_err(system("send an order to the supervisor"))
    }

    /// What is on the screen.
    ///
    /// # Errors
    /// [`MachineError`].
    pub fn picture(&mut self) -> Result<Picture, MachineError> {
        let path = self.folder.path().join("screen.ppm");
        self.qmp.screendump(&path)?;
        Ok(ppm::read(&path)?)
    }

    /// Waits until the screen's picture is as wanted, and returns it.
    ///
    /// # Errors
    /// [`MachineError`]; at the deadline the last picture is kept at `evidence`.
    pub fn wait_picture(
        &mut self,
        what: &str,
        within: Duration,
        evidence: &Path,
        mut wanted: impl FnMut(&Picture) -> bool,
    ) -> Result<Picture, MachineError> {
        let deadline = Instant::now() + within;
        loop {
            let picture = self.picture()?;
            if wanted(&picture) {
                return Ok(picture);
            }
            if Instant::now() >= deadline {
                picture.write(evidence)?;
                let what = format!("{what} (the screen is kept in {})", evidence.display());
                return Err(MachineError::Deadline { what, within, tail: self.tail() });
            }
            // The screen tells nobody when it changes: look again a few frames later, hearing the guest meanwhile.
            if let Some(Event::Off) = self.next_event(Instant::now() + Duration::from_millis(60)) {
                return Err(MachineError::Off { what: what.to_owned(), tail: self.tail() });
            }
        }
    }

    /// Waits until the machine is off by itself.
    ///
    /// # Errors
    /// [`MachineError`] when it panics or stays on.
    pub fn wait_off(&mut self, within: Duration) -> Result<ExitStatus, MachineError> {
        self.wait("power-off", within, |event| (*event == Event::Off).then_some(()))?;
        self.child.wait().map_err(system("wait for QEMU"))
    }

    /// Presses the power button, and pulls the plug if that does not help.
    ///
    /// # Errors
    /// [`MachineError`] when QEMU cannot be ended.
    pub fn stop(mut self) -> Result<Stopped, MachineError> {
        if self.qmp.execute("system_powerdown", &Value::Null).is_ok() && self.wait_off(POWER_DOWN).is_ok() {
            return Ok(Stopped::InOrder);
        }
        // Gone already is as good as ended.
        let _ = self.qmp.execute("quit", &Value::Null);
        end(&mut self.child);
        Ok(Stopped::PlugPulled)
    }
}

/// How a machine ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// The guest did it.
    InOrder,
    /// The guest did not answer its power button.
    PlugPulled,
}

impl Drop for Machine {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// Ends QEMU whatever it does; one that has ended already is left alone.
fn end(child: &mut Child) {
    if matches!(child.try_wait(), Ok(None)) {
        let _ = child.kill();
    }
    let _ = child.wait();
}

/// Whether a console line says that the kernel gave up.
#[must_use]
pub fn is_panic(line: &str) -> bool {
    line.contains("Kernel panic - not syncing")
}

fn system(doing: &'static str) -> impl FnOnce(std::io::Error) -> MachineError {
    move |source| MachineError::System { doing, source }
}

fn listen(path: &Path) -> Result<UnixListener, MachineError> {
    let listener = UnixListener::bind(path).map_err(system("listen for QEMU"))?;
    listener.set_nonblocking(true).map_err(system("listen for QEMU"))?;
    Ok(listener)
}

/// The connection that QEMU makes, or why it does not.
fn accept(
    listener: &UnixListener,
    child: &mut Child,
    says: &Receiver<Event>,
) -> Result<UnixStream, MachineError> {
    let deadline = Instant::now() + START;
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false).map_err(system("talk to QEMU"))?;
                return Ok(stream);
            }
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(e) => return Err(system("accept QEMU's connection")(e)),
        }
        if !matches!(child.try_wait(), Ok(None)) {
            let words: Vec<String> = says
                .iter()
                .filter_map(|event| if let Event::Qemu(line) = event { Some(line) } else { None })
                .collect();
            return Err(MachineError::Refused(words.join("; ")));
        }
        if Instant::now() >= deadline {
            return Err(MachineError::Stuck);
        }
        // A listener has no timeout of its own, and the child may end instead: both are looked at in turns.
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// Sends each line of `from` until it ends, then `last`.
fn read_lines(
    from: impl Read + Send + 'static,
    to: SyncSender<Event>,
    as_event: fn(String) -> Event,
    last: Option<Event>,
) {
    std::thread::spawn(move || {
        let mut reader = BufReader::new(from);
        let mut line = Vec::new();
        while let Ok(1..) = reader.by_ref().take(64 * 1024).read_until(b'\n', &mut line) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            if to.send(as_event(text)).is_err() {
                return;
            }
        }
        if let Some(last) = last {
            // Nobody listens any more: then nobody waits for the end either.
            let _ = to.send(last);
        }
    });
}

/// Sends each report that comes through the driver port.
fn read_reports(mut from: UnixStream, to: SyncSender<Event>) {
    std::thread::spawn(move || {
        let mut frames = Frames::new();
        let mut chunk = [0; 4096];
        while let Ok(count @ 1..) = from.read(&mut chunk) {
            let mut open = true;
            frames.push(&chunk[..count], |report| {
                let event = match report {
                    Ok(report) => Event::Report(report),
                    Err(error) => Event::Qemu(format!("a frame on the driver port: {error}")),
                };
                open &= to.send(event).is_ok();
            });
            if !open {
                return;
            }
        }
    });
}

/// The path of a socket in a machine's folder, as QEMU's option wants it.
fn socket_option(folder: &Path, name: &str) -> String {
    let path: PathBuf = folder.join(name);
    format!("socket,id={name},path={}", path.display())
}
