//! What becomes of every byte the guest writes to stdout (contract, 4).

use std::ops::ControlFlow;
use std::sync::Arc;

use control_protocol::host::{Audio, FromHost, Target as To};
use control_protocol::{Level, Stream};
use draw_protocol::{
    Audio as AskedAudio, Command, Decoder, DrawError, ImageSource, Line, ProblemKind, Request, Target,
    parse_request,
};
use manifest::{AppName, Capabilities, EventSet};
use raster::{MAX_PLAYING, Outcome};
use sys::{Nanos, monotonic_ns};

use crate::fonts::Fonts;
use crate::images::Images;
use crate::inbox::Kind;
use crate::picture::{Flushed, Picture, Stepped};
use crate::request;
use crate::shared::Shared;

/// Time between two signs of life.
const ALIVE_NS: Nanos = 500_000_000;

/// What the app may do, as far as its stdout is concerned.
#[derive(Debug)]
pub(crate) struct Grants {
    /// Its name.
    pub name: AppName,
    /// Its rights.
    pub capabilities: Capabilities,
    /// Its opt-ins.
    pub events: EventSet,
}

/// The guest's stdout.
pub(crate) struct Stdout {
    decoder: Decoder,
    sink: Sink,
}

impl Stdout {
    /// For an app with these rights; `picture` if it has a window.
    pub(crate) fn new(shared: Arc<Shared>, grants: Grants, picture: Option<Picture>) -> Self {
        let sink = Sink {
            shared,
            grants,
            picture,
            images: Images::default(),
            fonts: Fonts::default(),
            dropped: 0,
            seen: Vec::new(),
            said: Said::default(),
            alive_at: 0,
        };
        Self { decoder: Decoder::new(), sink }
    }

    /// Takes what the guest wrote. A flush in it may wait for the compositor.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.sink.on_write();
        self.decoder.push(bytes, &mut |line| {
            self.sink.on_line(line);
            ControlFlow::Continue(())
        });
        let next = self.sink.picture.as_ref().and_then(Picture::next_step);
        self.sink.shared.steps.set(next);
    }

    /// Shows the frames of animations that are due, at a time of the link's clock.
    pub(crate) fn step(&mut self, now: Nanos) -> Stepped {
        let (Some(picture), Some(link)) = (&mut self.sink.picture, &self.sink.shared.link) else {
            return Stepped::Done;
        };
        let stepped = picture.step(link, now);
        self.sink.shared.steps.put(picture.next_step());
        stepped
    }

    /// The guest ended.
    pub(crate) fn finish(&mut self) {
        self.decoder.finish(&mut |line| {
            self.sink.on_line(line);
            ControlFlow::Continue(())
        });
        if self.sink.dropped > 0 {
            let line = format!("{} malformed lines dropped", self.sink.dropped);
            self.sink.shared.broker.note(Level::Warn, &line);
        }
    }
}

struct Sink {
    shared: Arc<Shared>,
    grants: Grants,
    picture: Option<Picture>,
    images: Images,
    fonts: Fonts,
    /// Malformed lines.
    dropped: u64,
    /// Kinds of malformed lines that were logged.
    seen: Vec<ProblemKind>,
    said: Said,
    alive_at: Nanos,
}

/// Refusals that are said once.
#[derive(Default)]
struct Said {
    draw: bool,
    audio: bool,
    discarded: bool,
    long: bool,
}

impl Sink {
    fn on_write(&mut self) {
        if self.grants.capabilities.watchdog_secs > 0 {
            let now = monotonic_ns();
            if now.saturating_sub(self.alive_at) >= ALIVE_NS {
                self.alive_at = now;
                self.shared.broker.send(&FromHost::Alive);
            }
        }
        if let (Some((spec, memory)), Some(picture), Some(link)) =
            (self.shared.take_buffer(), &mut self.picture, &self.shared.link)
        {
            match picture.resize(spec, memory) {
                Ok(()) => link.resize(picture.size(), spec.generation),
                Err(e) => self.shared.broker.note(Level::Error, &format!("canvas keeps its size: {e}")),
            }
        }
    }

    #[inline]
    fn on_line(&mut self, line: Line<'_>) {
        match line {
            Line::Draw(Ok(command)) => self.draw(&command),
            Line::Draw(Err(e)) if self.picture.is_some() => self.malformed(&e),
            Line::Draw(Err(_)) => self.refuse_draw(),
            Line::Audio(Err(e)) if self.grants.capabilities.audio => self.malformed(&e),
            Line::Audio(Err(_)) => self.refuse_audio(),
            Line::Audio(Ok(audio)) => self.audio(audio),
            Line::To { target, message } => self.to(target, message),
            Line::Log(text) => {
                if self.stdio() {
                    self.shared.broker.log(Stream::Stdout, Level::Info, text);
                }
            }
            Line::TooLong { bytes } => {
                self.dropped += 1;
                if !std::mem::replace(&mut self.said.long, true) {
                    let max = draw_protocol::limits::MAX_LINE;
                    let line = format!("a line of {bytes} bytes dropped: at most {max} are read");
                    self.shared.broker.note(Level::Warn, &line);
                }
            }
        }
    }

    #[inline]
    fn draw(&mut self, command: &Command<'_>) {
        let Some(picture) = &mut self.picture else { return self.refuse_draw() };
        let Shared { broker, files, link, .. } = &*self.shared;
        if let Command::Animation { area, path } = *command {
            let now = link.as_ref().map_or(0, |link| link.clock(monotonic_ns()));
            match self.images.animation(path, area, broker, files) {
                Ok(Some(animation)) => {
                    let line = format!("animation stands still: {path}: {MAX_PLAYING} play already");
                    if !picture.play(area.x, area.y, &animation, now) && self.images.is_news(&line) {
                        broker.note(Level::Warn, &line);
                    }
                    return;
                }
                Ok(None) => return,
                Err(e) => {
                    let line = format!("animation not played: {path}: {e}");
                    if self.images.is_news(&line) {
                        broker.note(Level::Warn, &line);
                    }
                    // What cannot move may still be seen.
                    let source = ImageSource::Path(path);
                    if let Ok(Some(image)) = self.images.get(source, area, broker, files) {
                        return picture.draw_image(area.x, area.y, &image);
                    }
                }
            }
        }
        if let Command::Image { area, source } = *command {
            match self.images.get(source, area, broker, files) {
                Ok(Some(image)) => return picture.draw_image(area.x, area.y, &image),
                Ok(None) => return,
                Err(e) => {
                    let what = match source {
                        ImageSource::Path(path) => path,
                        ImageSource::Inline { .. } => "inline data",
                    };
                    let line = format!("image not drawn: {what}: {e}");
                    if self.images.is_news(&line) {
                        broker.note(Level::Warn, &line);
                    }
                }
            }
        }
        loop {
            match picture.apply(command) {
                Outcome::Present => return self.flush(),
                Outcome::Font(script) => {
                    let font = self.fonts.open(script, broker, files);
                    let taken = match font {
                        Ok(font) => picture.set_font(script, Some(font)).map_err(|e| e.to_string()),
                        Err(e) => {
                            picture.set_font(script, None).map_err(|e| e.to_string()).and(Err(e.to_string()))
                        }
                    };
                    if let Err(why) = taken {
                        broker.note(Level::Info, &format!("no font for the script {script}: {why}"));
                    }
                }
                _ => return,
            }
        }
    }

    fn flush(&mut self) {
        let (Some(picture), Some(link)) = (&mut self.picture, &self.shared.link) else { return };
        let flushed = picture.flush(link, || self.shared.take_input());
        if flushed == Flushed::Unchanged && self.grants.events.contains(EventSet::FRAME) {
            // Nothing will be shown for it; an app that waits for its frame goes on.
            let ms = monotonic_ns().saturating_sub(self.shared.started_ns) / 1_000_000;
            self.shared.inbox().push(Kind::Frame, &draw_protocol::AppEvent::Frame { ms }, 0);
        }
    }

    fn audio(&mut self, audio: AskedAudio) {
        if !self.grants.capabilities.audio {
            return self.refuse_audio();
        }
        self.shared.broker.say(&FromHost::Audio(match audio {
            AskedAudio::Beep { hz, ms } => Audio::Beep { hz, ms },
            AskedAudio::Volume(percent) => Audio::Volume(percent),
            AskedAudio::Mute => Audio::Mute,
            AskedAudio::Unmute => Audio::Unmute,
        }));
    }

    fn to(&mut self, target: Target<'_>, message: &str) {
        // The frame clock comes with the window: it says nothing to anybody.
        let clock = target == Target::Supervisor && parse_request(message) == Request::Ping;
        let heard = (clock && self.picture.is_some()) || self.stdio();
        if !heard {
            return;
        }
        let target = match target {
            Target::Supervisor => return self.request(message),
            Target::Broadcast => To::Broadcast,
            Target::Reply => To::Reply,
            Target::App(name) => To::App(name.to_owned()),
        };
        match draw_protocol::check_message(message) {
            Ok(()) => self.shared.broker.say(&FromHost::Send { target, text: message.to_owned() }),
            Err(refusal) => self.shared.broker.note(Level::Warn, &format!("message refused: {refusal}")),
        }
    }

    fn request(&mut self, message: &str) {
        if message.len() > control_protocol::MAX_TEXT {
            let line =
                format!("request of {} bytes refused: at most {}", message.len(), control_protocol::MAX_TEXT);
            return self.shared.broker.note(Level::Warn, &line);
        }
        let Some(request) = request::typed(&parse_request(message)) else {
            return self.shared.inbox().ping(monotonic_ns());
        };
        let seq = self.shared.inbox().ask();
        match seq {
            Some(seq) => self.shared.broker.say(&FromHost::Request { seq, request }),
            None => self.shared.broker.note(Level::Warn, "request refused: too many without an answer"),
        }
    }

    fn refuse_draw(&mut self) {
        let said = std::mem::replace(&mut self.said.draw, true);
        self.refused(said, "VYOMA_DRAW lines", "display");
    }

    fn refuse_audio(&mut self) {
        let said = std::mem::replace(&mut self.said.audio, true);
        self.refused(said, "VYOMA_AUDIO lines", "audio");
    }

    fn stdio(&mut self) -> bool {
        if self.grants.capabilities.stdio {
            return true;
        }
        let said = std::mem::replace(&mut self.said.discarded, true);
        self.refused(said, "stdout", "stdio");
        false
    }

    fn refused(&self, said: bool, what: &str, capability: &str) {
        if !said {
            let name = &self.grants.name;
            let line = format!("{what} discarded: {name} has no capability `{capability}`");
            self.shared.broker.note(Level::Warn, &line);
        }
    }

    fn malformed(&mut self, e: &DrawError<'_>) {
        self.dropped += 1;
        let kind = e.problem.kind();
        if !self.seen.contains(&kind) {
            self.seen.push(kind);
            self.shared.broker.note(Level::Warn, &format!("line dropped, the first of its kind: {e}"));
        }
    }
}
