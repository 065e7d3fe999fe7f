//! A captured app-host: stands in the place of the real one for apps whose name begins with `impostor`, and says
//! anything to supervisor and compositor. Built and used by `vyoma storm sockets` alone; no image has it.
//!
//! For every other app it becomes the real program, `app-host-real` beside it.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::ExitCode;
use std::time::Duration;

use control_protocol::host::{Audio, Exit, FromHost, Request, Start, Target, ToHost};
use control_protocol::job::JobResult;
use control_protocol::{Level, MAX_MESSAGE, PixelSize, Preview, Stream, decode, encode};
use paint::{Region, Size, Surface};
use rustix::event::{PollFd, PollFlags};
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, recv, sendmsg};
use surface_protocol::{Commit, Opacity, SlotId, ToCompositor};
use sys::{Received, SendOutcome, Seqpacket};

#[path = "../storm/chance.rs"]
mod chance;

use chance::Chance;

/// The descriptor the supervisor leaves open.
const BROKER: i32 = 3;

/// Where a commit's rectangles begin in its bytes.
const DAMAGE_AT: usize = 28;

/// What a life does at most before it ends as an app does.
const MOST_DEEDS: u64 = 4000;

/// Apps of these names do one thing without end: talk to the supervisor, or to the compositor.
const TALKER: &str = "impostor-talks";
const PAINTER: &str = "impostor-paints";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("impostor: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let broker = sys::take_inherited(BROKER)?;
    let mut first = vec![0; MAX_MESSAGE];
    let length = look(&broker, &mut first)?;
    match decode::<ToHost>(&first[..length]) {
        Ok(ToHost::Start(start)) if start.name.as_str().starts_with("impostor") => live(broker, &start),
        _ => become_real(&broker),
    }
}

/// The first message, which stays in the socket.
fn look(broker: &OwnedFd, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        rustix::event::poll(&mut [PollFd::new(broker, PollFlags::IN)], None)?;
        match recv(broker, &mut *buffer, RecvFlags::PEEK) {
            Ok((length, _)) => return Ok(length),
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn become_real(broker: &OwnedFd) -> io::Result<()> {
    rustix::io::fcntl_setfd(broker, rustix::io::FdFlags::empty())?;
    let real = std::env::current_exe()?.with_file_name("app-host-real");
    Err(std::process::Command::new(real).arg0("app-host").exec())
}

fn live(broker: OwnedFd, start: &Start) -> io::Result<()> {
    let broker = Seqpacket::from_fd(broker)?;
    let mut buffer = vec![0; MAX_MESSAGE];
    let Received::Datagram(_, fds) = broker.receive(&mut buffer)? else { return Ok(()) };
    let seed = start.name.as_str().bytes().fold(Chance::seed_of_now(), |seed, b| (seed << 5) ^ u64::from(b));
    let mut fds = fds;
    let surface = if start.surface.is_some() { fds.pop().map(Seqpacket::from_fd).transpose()? } else { None };
    let memory = if start.surface.is_some() { fds.pop() } else { None };
    let mut captured = Captured {
        random: Random(Chance::new(seed)),
        size: start.surface.and_then(|s| Size::new(s.size.w, s.size.h)),
        generation: start.surface.map_or(0, |s| s.generation),
        serial: 0,
        seq: 0,
        broker: Some(broker),
        surface,
        memory,
        buffer,
    };
    captured.tell(&FromHost::Running);
    match start.name.as_str() {
        TALKER => captured.talk(),
        PAINTER => captured.paint(),
        _ => {}
    }
    captured.tell(&log(&format!("seed {seed}")));
    let deeds = captured.random.below(MOST_DEEDS);
    for _ in 0..deeds {
        captured.deed();
    }
    // The polite end of some, the sudden end of others.
    if captured.random.chance(2) {
        captured.tell(&FromHost::Ended(Exit::Code(0)));
    }
    Ok(())
}

/// Sends when there is room. The answer is whether there is still somebody to send to.
fn sent(socket: &Seqpacket, bytes: &[u8]) -> bool {
    let ready = rustix::event::poll(&mut [PollFd::new(socket, PollFlags::OUT)], None).is_ok();
    ready && matches!(socket.send(bytes, &[]), Ok(SendOutcome::Sent | SendOutcome::Full))
}

fn log(line: &str) -> FromHost {
    FromHost::Log { stream: Stream::Stderr, level: Level::Info, line: line.to_owned() }
}

/// What chance makes.
struct Random(Chance);

impl Random {
    fn next(&mut self) -> u64 {
        self.0.below(u64::MAX)
    }

    /// 0 up to, but not, `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0.below(end)
    }

    /// Once in so many times.
    fn chance(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        *self.0.one_of(all).unwrap_or(&all[0])
    }

    fn bytes(&mut self, most: u64) -> Vec<u8> {
        let length = self.below(most);
        (0..length).map(|_| self.byte()).collect()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// Small, large, negative, and the edges of the type.
    fn number(&mut self) -> i32 {
        match self.below(5) {
            0 => self.pick(&[0, 1, -1, i32::MIN, i32::MAX, 16_384, 16_385]),
            1 => i32::from(self.byte()) - 128,
            2 => i32::try_from(self.below(4000)).unwrap_or(0),
            _ => {
                let [a, b, c, d, ..] = self.next().to_le_bytes();
                i32::from_le_bytes([a, b, c, d])
            }
        }
    }

    fn text(&mut self) -> String {
        match self.below(8) {
            0 => String::new(),
            1 => self
                .pick(&["../../etc/passwd", "/data/../../x", "/apps/steady/vyoma.toml", "/proc/self/mem"])
                .to_owned(),
            2 => self
                .pick(&["steady", "impostor-0", "supervisor", "broadcast", "reply", "all", "."])
                .to_owned(),
            3 => self
                .pick(&["VYOMA_INPUT:mouse:click:1,1:left", "REPLY:pong", "MENU:1,1:a|b", "\x1b[A"])
                .to_owned(),
            4 => String::from_utf8_lossy(&self.bytes(200)).into_owned(),
            5 => "\n\r\0\u{202e}\u{7f}|\"\\".repeat(usize::from(self.byte())),
            6 => "x".repeat(usize::try_from(self.below(70_000)).unwrap_or(0)),
            _ => "notes.png".to_owned(),
        }
    }
}

/// The captured process and what it holds.
struct Captured {
    random: Random,
    broker: Option<Seqpacket>,
    surface: Option<Seqpacket>,
    memory: Option<OwnedFd>,
    size: Option<Size<Surface>>,
    generation: u32,
    serial: u32,
    seq: u32,
    buffer: Vec<u8>,
}

impl Captured {
    /// One thing that an honest process does not do, or not so.
    fn deed(&mut self) {
        match self.random.below(1000) {
            0..350 => {
                let message = self.message();
                self.tell(&message);
            }
            350..750 => self.commit(),
            750..830 => self.hear(),
            830..880 => {
                // Beside an honest message, descriptors that nobody asked for.
                let bytes = encode(&log("with descriptors")).unwrap_or_default();
                if let Some(socket) = &self.broker {
                    send_with_descriptors(socket, &bytes, self.random.below(9));
                }
            }
            880..910 => self.scribble(),
            910..930 => {
                for _ in 0..self.random.below(300) {
                    let message = self.message();
                    self.tell(&message);
                }
            }
            930..950 => {
                for _ in 0..self.random.below(100) {
                    self.commit();
                }
            }
            950..990 => std::thread::sleep(Duration::from_millis(self.random.below(30))),
            990..992 => self.garble_broker(),
            992..994 => self.garble_surface(),
            994 => self.surface = None,
            995 if self.random.chance(4) => self.broker = None,
            996 => {
                if let Some(socket) = &self.surface {
                    send_with_descriptors(socket, &[0; surface_protocol::MESSAGE_BYTES], 250);
                }
            }
            997 if self.random.chance(4) => {
                if let Some(socket) = &self.broker {
                    send_with_descriptors(socket, &[], 250);
                }
            }
            998 => self.resize_memory(),
            _ => {}
        }
    }

    fn tell(&self, message: &FromHost) {
        if let (Some(socket), Ok(bytes)) = (&self.broker, encode(message)) {
            // What does not go, does not go.
            let _ = socket.send(&bytes, &[]);
        }
    }

    /// Any message that decodes.
    fn message(&mut self) -> FromHost {
        let r = &mut self.random;
        match r.below(20) {
            0 => FromHost::Running,
            1 => FromHost::Alive,
            2 => FromHost::Unresponsive,
            3 => FromHost::Audio(Audio::Beep { hz: u32::MAX, ms: u32::MAX }),
            4 => FromHost::Audio(Audio::Volume(r.byte())),
            5 => {
                let script = [r.byte(), r.byte(), r.byte(), r.byte()];
                FromHost::OpenFont { token: r.number().cast_unsigned(), script }
            }
            6..9 => FromHost::OpenPicture { token: r.number().cast_unsigned(), path: r.text() },
            9..12 => {
                let target = match r.below(4) {
                    0 => Target::Broadcast,
                    1 => Target::Reply,
                    _ => Target::App(r.text()),
                };
                FromHost::Send { target, text: r.text() }
            }
            12 if r.chance(200) => FromHost::JobDone(JobResult::Written),
            12 if r.chance(200) => FromHost::Ended(Exit::Trap(r.text())),
            12..15 => {
                let stream = r.pick(&[Stream::Stdout, Stream::Stderr, Stream::System]);
                FromHost::Log {
                    stream,
                    level: r.pick(&[Level::Info, Level::Warn, Level::Error]),
                    line: r.text(),
                }
            }
            _ => {
                self.seq = if r.chance(10) { r.number().cast_unsigned() } else { self.seq.wrapping_add(1) };
                FromHost::Request { seq: self.seq, request: request(r) }
            }
        }
    }

    /// Says what PID 1 tells an app and what it tells the compositor, in turns and as fast as it is read.
    fn talk(&mut self) {
        let (target, text) = (Target::App("good".to_owned()), "x".to_owned());
        let messages = [FromHost::Send { target, text }, FromHost::Unresponsive];
        let messages = messages.map(|message| encode(&message).unwrap_or_default());
        let all = |socket| messages.iter().all(|message| sent(socket, message));
        while self.broker.as_ref().is_some_and(all) {}
    }

    /// Commits to memory that is no more: each is answered at once.
    fn paint(&mut self) {
        let Some(size) = self.size else { return };
        let commit = Commit {
            generation: self.generation.wrapping_sub(1),
            serial: 0,
            slot: SlotId::ALL[0],
            alpha: u8::MAX,
            opacity: Opacity::Opaque,
            committed_ns: 0,
            input_ns: 0,
            damage: Region::from_iter([size.rect()]),
        };
        let bytes = ToCompositor::Commit(commit).encode();
        while self.surface.as_ref().is_some_and(|socket| sent(socket, &bytes)) {
            self.hear();
        }
    }

    fn commit(&mut self) {
        let (Some(socket), Some(size)) = (&self.surface, self.size) else { return };
        let r = &mut self.random;
        self.serial = self.serial.wrapping_add(1);
        let commit = Commit {
            generation: if r.chance(50) { r.number().cast_unsigned() } else { self.generation },
            serial: if r.chance(20) { r.number().cast_unsigned() } else { self.serial },
            slot: SlotId::new(r.byte() % 3).unwrap_or(SlotId::ALL[0]),
            alpha: r.byte(),
            opacity: r.pick(&[Opacity::Opaque, Opacity::Translucent]),
            committed_ns: r.next(),
            input_ns: r.next(),
            damage: Region::from_iter([size.rect()]),
        };
        let mut bytes = ToCompositor::Commit(commit).encode();
        // Rectangles that an honest encoder cannot write: inside out, outside, overflowing.
        if !r.chance(3) {
            for edge in bytes[DAMAGE_AT..].chunks_exact_mut(4) {
                edge.copy_from_slice(&r.number().to_le_bytes());
            }
        }
        let _ = socket.send(&bytes, &[]);
    }

    /// Takes what came, so that the conversation goes on; new memory and sockets are taken into use.
    fn hear(&mut self) {
        for _ in 0..64 {
            let Some(socket) = &self.broker else { return };
            let Ok(Received::Datagram(length, fds)) = socket.receive(&mut self.buffer) else { break };
            let mut fds = fds.into_iter();
            match decode::<ToHost>(&self.buffer[..length]) {
                Ok(ToHost::Surface) => self.surface = fds.next().and_then(|fd| Seqpacket::from_fd(fd).ok()),
                Ok(ToHost::Buffer(spec)) => {
                    self.generation = spec.generation;
                    self.size = Size::new(spec.size.w, spec.size.h);
                    self.memory = fds.next();
                }
                Ok(ToHost::CloseStdin) if self.random.chance(2) => std::process::exit(0),
                _ => {}
            }
        }
        for _ in 0..64 {
            let Some(socket) = &self.surface else { return };
            if !matches!(socket.receive(&mut self.buffer), Ok(Received::Datagram(..))) {
                return;
            }
        }
    }

    /// Writes into memory that may be on the screen.
    fn scribble(&mut self) {
        let (Some(memory), Some(size)) = (&self.memory, self.size) else { return };
        let pixels = surface_protocol::Layout::new(size).pixels();
        let color = u32::from_le_bytes([
            self.random.byte(),
            self.random.byte(),
            self.random.byte(),
            self.random.byte(),
        ]);
        let at = usize::try_from(self.random.next()).unwrap_or(0) % pixels.max(1);
        let run = vec![color; (pixels - at).min(5000)];
        let bytes: Vec<u8> = run.iter().flat_map(|p| p.to_le_bytes()).collect();
        let _ = rustix::io::pwrite(memory, &bytes, u64::try_from(at * 4).unwrap_or(0));
    }

    /// The memory is sealed; were it not, who maps it would die of its end.
    fn resize_memory(&mut self) {
        if let Some(memory) = &self.memory {
            for length in [0, 4096, 1 << 40] {
                if rustix::fs::ftruncate(memory, length).is_ok() {
                    self.tell(&log("ESCAPED: the memory of a window changed its size"));
                }
            }
        }
    }

    fn garble_broker(&mut self) {
        let message = self.message();
        let mut bytes = encode(&message).unwrap_or_default();
        match self.random.below(4) {
            0 => bytes = self.random.bytes(400),
            1 => bytes.truncate(usize::try_from(self.random.below(8)).unwrap_or(0)),
            2 => bytes.resize(MAX_MESSAGE + 1, 0xff),
            _ => flip(&mut self.random, &mut bytes),
        }
        if let Some(socket) = &self.broker {
            let _ = socket.send(&bytes, &[]);
        }
    }

    fn garble_surface(&mut self) {
        let mut bytes = self.random.bytes(2 * u64::try_from(surface_protocol::MESSAGE_BYTES).unwrap_or(128));
        if self.random.chance(2) {
            bytes.resize(surface_protocol::MESSAGE_BYTES, 0);
            bytes[0] = 1;
        }
        if let Some(socket) = &self.surface {
            let _ = socket.send(&bytes, &[]);
        }
    }
}

fn flip(random: &mut Random, bytes: &mut [u8]) {
    for _ in 0..=random.below(4) {
        let n = u64::try_from(bytes.len()).unwrap_or(0);
        if let Some(byte) = usize::try_from(random.below(n)).ok().and_then(|at| bytes.get_mut(at)) {
            *byte ^= 1 << (random.byte() % 8);
        }
    }
}

/// Descriptors of any kind beside a message, also more than any message brings.
fn send_with_descriptors(socket: &Seqpacket, bytes: &[u8], count: u64) {
    let count = usize::try_from(count).unwrap_or(0);
    let Ok(folder) = rustix::fs::open(
        ".",
        rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::CLOEXEC,
        rustix::fs::Mode::empty(),
    ) else {
        return;
    };
    // A socket in its own queue is the classic leak; the kernel collects it, the receiver must not keep it.
    let kinds: [BorrowedFd<'_>; 2] = [folder.as_fd(), socket.as_fd()];
    let fds: Vec<BorrowedFd<'_>> = (0..count).map(|i| kinds[i % 2]).collect();
    let mut space = vec![std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(253))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !fds.is_empty() {
        ancillary.push(SendAncillaryMessage::ScmRights(&fds));
    }
    let _ = sendmsg(
        socket,
        &[io::IoSlice::new(bytes)],
        &mut ancillary,
        SendFlags::NOSIGNAL | SendFlags::DONTWAIT,
    );
}

/// Any request, as far as it cannot end the run: an app without `shell` must not do any of these.
fn request(r: &mut Random) -> Request {
    match r.below(37) {
        0 => Request::List,
        1 => Request::Ps,
        2 => Request::PsRaw,
        3 => Request::Run(r.text()),
        4 => Request::Kill(r.text()),
        5 => Request::Restart(r.text()),
        6 => Request::Reload,
        7 => Request::Focus(r.text()),
        8 => Request::Raise(r.text()),
        9 => Request::Lower(r.text()),
        10 => Request::Input(r.text()),
        11 => Request::Reposition { app: r.text(), x: r.number(), y: r.number() },
        12 => {
            let size = PixelSize { w: r.number().cast_unsigned(), h: r.number().cast_unsigned() };
            Request::Resize { app: r.text(), at: Some((r.number(), r.number())), size }
        }
        13 => Request::ClipboardSet(r.text()),
        14 => Request::ClipboardGet,
        15 => Request::HttpGet(r.text()),
        16 => Request::DnsResolve(r.text()),
        17 => Request::WinInfo(r.text()),
        18 => Request::Log(r.text()),
        19 => Request::Logf(r.text()),
        20 => Request::LogLevel { app: r.text(), level: r.text() },
        21 => Request::Wallpaper(r.text()),
        22 => Request::Theme(Some(r.text())),
        23 => Request::Locale(Some(r.text())),
        24 => Request::Notify { title: r.text(), text: r.text() },
        25 => Request::Screenshot(Some(r.text())),
        26 => Request::Catalog,
        27 => Request::Lock,
        28 => Request::Unlock(r.text()),
        29 => Request::Blank,
        30 => Request::Idle,
        31 => Request::Shutdown,
        32 => Request::Reboot,
        33 => Request::Malformed { verb: r.text(), why: r.text() },
        34 => Request::Unknown(r.text()),
        35 => {
            let size = PixelSize { w: r.number().cast_unsigned(), h: r.number().cast_unsigned() };
            let preview = Preview { of: r.text(), x: r.number(), y: r.number(), size };
            Request::Previews(vec![preview; usize::try_from(r.below(20)).unwrap_or(0)])
        }
        _ => Request::ScreenSize,
    }
}
