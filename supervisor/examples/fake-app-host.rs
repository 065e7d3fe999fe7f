//! An app-host without a guest, for the supervisor's tests: the "module" is a script of lines.
//!
//! `run` says that the guest runs; `log <text>`; `request <verb> [<argument>]`; `send <target> <text>`;
//! `wait` reads messages for ever, logging them, until stdin closes; `exit <code>`; `trap <why>`; `crash`;
//! `stubborn` waits and ignores that stdin closes.

use std::error::Error;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsRawFd;

use control_protocol::host::{Exit, FromHost, Request, Target, ToHost};
use control_protocol::job::{Job, JobResult};
use control_protocol::{Level, MAX_MESSAGE, Stream};
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

struct Host {
    socket: Seqpacket,
    poller: Poller<Only>,
    buffer: Vec<u8>,
    seq: u32,
}

type Outcome<T> = Result<T, Box<dyn Error>>;

impl Host {
    fn say(&self, message: &FromHost) -> Outcome<()> {
        self.socket.send(&control_protocol::encode(message)?, &[])?;
        Ok(())
    }

    fn log(&self, line: String) -> Outcome<()> {
        self.say(&FromHost::Log { stream: Stream::Stdout, level: Level::Info, line })
    }

    fn hear(&mut self) -> Outcome<Option<(ToHost, Vec<std::os::fd::OwnedFd>)>> {
        let mut events = Vec::new();
        loop {
            match self.socket.receive(&mut self.buffer)? {
                Received::Gone => return Ok(None),
                Received::Nothing => self.poller.wait(&mut events, None)?,
                Received::Datagram(len, fds) => {
                    return Ok(Some((control_protocol::decode(&self.buffer[..len])?, fds)));
                }
            }
        }
    }

    /// Logs what comes until stdin closes (`None`), or until a reply.
    fn pump(&mut self, until_reply: Option<u32>) -> Outcome<()> {
        while let Some((message, _)) = self.hear()? {
            match message {
                ToHost::CloseStdin if until_reply.is_none() => return Ok(()),
                ToHost::Deliver(text) => self.log(format!("heard {text}"))?,
                ToHost::System(line) => self.log(format!("system {line:?}"))?,
                ToHost::Surface => self.log("surface".to_owned())?,
                ToHost::Buffer(spec) => self.log(format!("buffer {}x{}", spec.size.w, spec.size.h))?,
                ToHost::Reply { seq, text } => {
                    self.log(format!("reply {}", text.unwrap_or_else(|| "(none)".to_owned())))?;
                    if until_reply == Some(seq) {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        std::process::exit(0)
    }

    fn step(&mut self, line: &str) -> Outcome<()> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "run" => self.say(&FromHost::Running)?,
            "log" => self.log(rest.to_owned())?,
            "wait" => self.pump(None)?,
            "stubborn" => self.pump(Some(u32::MAX))?,
            "exit" => self.end(Exit::Code(rest.parse()?))?,
            "trap" => self.end(Exit::Trap(rest.to_owned()))?,
            "crash" => std::process::abort(),
            "send" => {
                let (target, text) = rest.split_once(' ').ok_or("send <target> <text>")?;
                let target = match target {
                    "broadcast" => Target::Broadcast,
                    "reply" => Target::Reply,
                    app => Target::App(app.to_owned()),
                };
                self.say(&FromHost::Send { target, text: text.to_owned() })?;
            }
            "request" => {
                let (verb, argument) = rest.split_once(' ').unwrap_or((rest, ""));
                let argument = argument.to_owned();
                let value = (!argument.is_empty()).then(|| argument.clone());
                let request = match verb {
                    "list" => Request::List,
                    "ps" => Request::Ps,
                    "ps-raw" => Request::PsRaw,
                    "run" => Request::Run(argument),
                    "kill" => Request::Kill(argument),
                    "restart" => Request::Restart(argument),
                    "raise" => Request::Raise(argument),
                    "catalog" => Request::Catalog,
                    "screen-size" => Request::ScreenSize,
                    "win-info" => Request::WinInfo(argument),
                    "clipboard-set" => Request::ClipboardSet(argument),
                    "clipboard-get" => Request::ClipboardGet,
                    "wallpaper" => Request::Wallpaper(argument),
                    "screenshot" => Request::Screenshot(value),
                    "theme" => Request::Theme(value),
                    "locale" => Request::Locale(value),
                    "keyboard" => Request::Keyboard(value),
                    "brightness" => Request::Brightness(value),
                    "settings-reset" => Request::SettingsReset,
                    "lock" => Request::Lock,
                    "unlock" => Request::Unlock(argument),
                    "blank" => Request::Blank,
                    "unblank" => Request::Unblank,
                    "idle" => Request::Idle,
                    "dns-resolve" => Request::DnsResolve(argument),
                    "http-get" => Request::HttpGet(argument),
                    "shutdown" => Request::Shutdown,
                    _ => Request::Unknown(verb.to_owned()),
                };
                self.seq += 1;
                let seq = self.seq;
                self.say(&FromHost::Request { seq, request })?;
                self.pump(Some(seq))?;
            }
            _ => return Err(format!("no step {line:?}").into()),
        }
        Ok(())
    }

    /// Does as if: a picture's file gets its size as text; a folder with a pipe `slow` is a disk that takes as long as
    /// nobody writes to that.
    fn job(&self, job: &Job, fds: Vec<std::os::fd::OwnedFd>) -> Outcome<()> {
        let result = match job {
            Job::Png { size } => {
                let file = fds.into_iter().nth(1).ok_or("no file")?;
                File::from(file).write_all(format!("{}x{}", size.w, size.h).as_bytes())?;
                JobResult::Written
            }
            Job::Dns { host, .. } if host == "there" => JobResult::Address(Some([10, 0, 0, 7].into())),
            Job::Dns { .. } => JobResult::Address(None),
            Job::HttpGet { url, .. } => JobResult::Page { status: 200, text: format!("of {url}\n.") },
            Job::Pin { pin, .. } => JobResult::Pin { right: pin == "2580" },
            Job::Wallpaper { size, file } => {
                let mut text = String::new();
                File::from(fds.into_iter().next().ok_or("no file")?).read_to_string(&mut text)?;
                match text.as_str() {
                    "a picture" if file.bytes == 9 && size.w > 0 => JobResult::Written,
                    _ => JobResult::Failed("not a picture".to_owned()),
                }
            }
            Job::Keep { file, text } => {
                let folder = fds.first().ok_or("no folder")?.as_raw_fd();
                let [slow, path] = ["slow", file].map(|name| format!("/proc/self/fd/{folder}/{name}"));
                // Where there is no pipe, nothing is waited for.
                drop(File::open(slow));
                match text {
                    Some(text) => std::fs::write(path, text)?,
                    // One that is not there needs no removing.
                    None => drop(std::fs::remove_file(path)),
                }
                JobResult::Written
            }
        };
        self.say(&FromHost::JobDone(result))
    }

    fn end(&self, exit: Exit) -> Outcome<()> {
        self.say(&FromHost::Ended(exit))?;
        std::process::exit(0)
    }
}

fn main() -> Outcome<()> {
    let socket = Seqpacket::from_fd(sys::take_inherited(3)?)?;
    let poller = Poller::new()?;
    poller.add(&socket, Only)?;
    let mut host = Host { socket, poller, buffer: vec![0; MAX_MESSAGE], seq: 0 };
    let (start, fds) = match host.hear()? {
        Some((ToHost::Start(start), fds)) => (start, fds),
        Some((ToHost::Job(order), fds)) => return host.job(&order.job, fds),
        _ => return Err("no start".into()),
    };
    let expected = 2 + usize::from(start.capabilities.filesystem) + 2 * usize::from(start.surface.is_some());
    assert_eq!(fds.len(), expected, "descriptors come as the protocol says");
    let bundle = fds.first().ok_or("no bundle")?.as_raw_fd();
    let script = std::fs::read_to_string(format!("/proc/self/fd/{bundle}/{}", start.module))?;
    for line in script.lines() {
        host.step(line)?;
    }
    host.end(Exit::Code(0))
}
