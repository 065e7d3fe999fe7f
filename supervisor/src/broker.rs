//! What app-hosts say.

use control_protocol::host::{FromHost, Request, Target, ToHost};
use control_protocol::{AppId, Level, MAX_MESSAGE, MAX_TEXT, Stream};
use lifecycle::{Decision, Event, Focus, HEARD, SECOND, decide, verb};
use sys::{Nanos, Received};

use crate::supervisor::Supervisor;

/// Datagrams of one app taken in one turn of the loop: then others have their turn.
const A_TURN: usize = 32;
/// Datagrams taken of a dead app-host: more than its socket can hold.
const AT_MOST: usize = 4096;
/// How long one that says more than an honest one ever does is not heard.
const PAUSE: Nanos = SECOND / 10;
/// How long none is heard where the compositor is behind.
const BRIEFLY: Nanos = SECOND / 100;

/// Whether it tells why an app ended.
fn is_last_word(message: &FromHost) -> bool {
    matches!(message, FromHost::Log { .. } | FromHost::Ended(_))
}

impl Supervisor {
    /// Reads what an app-host says, as far as its share goes, and not while the compositor has to read what follows from
    /// what others said: they cannot make it overflow.
    pub(crate) fn on_host(&mut self, id: AppId) {
        let (now, is_behind) = (sys::monotonic_ns(), self.compositor_is_behind());
        let Some(process) = self.apps.get_mut(id).and_then(|e| e.process.as_mut()) else { return };
        if process.link.paused_until().is_some() {
            return;
        }
        if is_behind {
            return process.link.pause(now + BRIEFLY);
        }
        let read = self.read_host(id, A_TURN);
        let Some(process) = self.apps.get_mut(id).and_then(|e| e.process.as_mut()) else { return };
        if (0..read).all(|_| process.heard.take(now).is_some()) {
            return;
        }
        process.link.pause(now + PAUSE);
        if !std::mem::replace(&mut process.has_flooded, true) {
            let (name, most) = (self.name_of(id), HEARD.per_second);
            let why = format!("its host says more than {most} things a second: it has to wait");
            self.log.about(&name, Level::Warn, &why);
        }
    }

    /// When an app-host is heard again that said too much.
    pub(crate) fn next_hearing(&self) -> Option<Nanos> {
        self.apps.iter().filter_map(|e| e.process.as_ref()?.link.paused_until()).min()
    }

    /// Hears them again for whom it is time.
    pub(crate) fn hear_again(&mut self, now: Nanos) {
        for process in self.apps.iter_mut().filter_map(|e| e.process.as_mut()) {
            process.link.resume(now);
        }
    }

    /// Reads all that a dead app-host said.
    pub(crate) fn drain_host(&mut self, id: AppId) {
        let _: usize = self.read_host(id, AT_MOST);
    }

    /// Reads so many datagrams, or as many as there are; gives their number.
    fn read_host(&mut self, id: AppId, most: usize) -> usize {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(MAX_MESSAGE, 0);
        let mut read = 0;
        while read < most {
            let Some(process) = self.apps.get_mut(id).and_then(|e| e.process.as_mut()) else { break };
            if process.exit.is_some() {
                break;
            }
            let message = match process.link.socket().receive(&mut buffer) {
                Ok(Received::Datagram(len, _)) => {
                    control_protocol::decode::<FromHost>(&buffer[..len]).map_err(|e| e.to_string())
                }
                Ok(Received::Nothing) => break,
                Ok(Received::Gone) => {
                    // Its process follows. One that lives on without a socket would be an app nobody can hear or stop:
                    // it is helped, and one that is gone does not mind.
                    let _ = self.poller.remove(&process.link);
                    let _ = process.child.kill();
                    break;
                }
                Err(e) => Err(e.to_string()),
            };
            read += 1;
            match message {
                // Nobody waits for what a dead one wished.
                Ok(message) if most == AT_MOST && !is_last_word(&message) && self.compositor_is_behind() => {}
                Ok(message) => self.on_host_message(id, message),
                Err(e) => {
                    let name = self.name_of(id);
                    self.log.about(&name, Level::Error, &format!("its host broke the protocol: {e}"));
                    self.tell(id, Event::Condemn);
                    break;
                }
            }
        }
        self.buffer = buffer;
        read
    }

    fn on_host_message(&mut self, id: AppId, message: FromHost) {
        match message {
            FromHost::Running => self.on_app_running(id),
            FromHost::Alive => self.tell(id, Event::Alive),
            FromHost::Log { stream, level, mut line } => {
                truncate(&mut line, control_protocol::host::MAX_LOG_LINE);
                let name = self.name_of(id);
                self.log.app(&name, stream, level, &line);
            }
            FromHost::Send { target, text } => self.on_send(id, &target, text),
            FromHost::Request { seq, request } => self.on_request(id, seq, request),
            FromHost::OpenPicture { token, path } => self.on_open_picture(id, token, &path),
            FromHost::OpenFont { token, script } => self.on_open_font(id, token, script),
            FromHost::Audio(_) => {
                if !std::mem::replace(&mut self.said_no_sound, true) {
                    let name = self.name_of(id);
                    self.log.about(&name, Level::Warn, "this system has no sound device: nothing is heard");
                }
            }
            FromHost::Unresponsive => self.on_unresponsive(id),
            FromHost::JobDone(_) => {
                let name = self.name_of(id);
                self.log.about(&name, Level::Error, "its host broke the protocol: it has no job");
                self.tell(id, Event::Condemn);
            }
            FromHost::Ended(exit) => {
                let Some(process) = self.apps.get_mut(id).and_then(|e| e.process.as_mut()) else { return };
                process.exit = Some(exit);
                // Nothing follows. A host that does not go is helped; one that is gone does not mind.
                let _ = process.child.kill();
            }
        }
    }

    fn on_request(&mut self, id: AppId, seq: u32, request: Request) {
        let focus = if self.compositor.focused() == Some(id) { Focus::Has } else { Focus::HasNot };
        let Some(entry) = self.apps.get_mut(id) else { return };
        let now = sys::monotonic_ns();
        let reply = if entry.requests.take(now).is_none() {
            Some("error: too many requests".to_owned())
        } else {
            match decide(&request, &entry.manifest.capabilities, entry.name(), focus) {
                Decision::Allow => {
                    let asker = self.asker(id, seq);
                    match self.answer_later(asker, &request) {
                        Some(Ok(())) => return,
                        Some(Err(text)) => Some(text),
                        None => self.answer(id, &request),
                    }
                }
                Decision::Deny => {
                    let name = entry.name().to_owned();
                    let what = format!("denied: {}", verb(&request));
                    self.log.app(&name, Stream::System, Level::Warn, &what);
                    Some(format!("error: denied {}", verb(&request)))
                }
                Decision::Ignore => {
                    let name = entry.name().to_owned();
                    let mut what = format!("unknown verb {:?}", verb(&request));
                    truncate(&mut what, 200);
                    self.log.app(&name, Stream::System, Level::Warn, &what);
                    None
                }
            }
        };
        let asker = self.asker(id, seq);
        self.reply(asker, reply);
    }

    /// A message of an app to others.
    fn on_send(&mut self, from: AppId, target: &Target, text: String) {
        let now = sys::monotonic_ns();
        let Some(entry) = self.apps.get_mut(from) else { return };
        let name = entry.name().to_owned();
        let is_shell = entry.manifest.capabilities.shell;
        let last_sender = entry.last_sender;
        if let Err(why) = check(&text) {
            self.log.app(&name, Stream::System, Level::Warn, &format!("message refused: {why}"));
            return;
        }
        if entry.messages.take(now).is_none() {
            self.log.app(&name, Stream::System, Level::Warn, "message refused: too many messages");
            return;
        }
        let menu = text.starts_with("MENU:");
        let to: Vec<AppId> = match target {
            Target::Broadcast => self.apps.iter().filter(|e| e.id != from).map(|e| e.id).collect(),
            Target::Reply => last_sender.into_iter().collect(),
            Target::App(app) => self.apps.find(app).into_iter().collect(),
        };
        let mut delivered = 0;
        for id in to {
            let Some(receiver) = self.apps.get_mut(id) else { continue };
            if !receiver.life.is_up() || receiver.process.is_none() {
                continue;
            }
            // A menu of an app that may not is no menu: context menus would open where nobody clicked.
            if menu && !is_shell && receiver.events().contains(manifest::EventSet::MENU) {
                continue;
            }
            receiver.last_sender = Some(from);
            self.send(id, &ToHost::Deliver(text.clone()), Vec::new());
            delivered += 1;
        }
        if delivered == 0 && *target != Target::Broadcast {
            let whom = match target {
                Target::App(app) => app.as_str(),
                _ => "reply",
            };
            let mut what = format!("message refused: {whom:?} does not run");
            truncate(&mut what, 200);
            self.log.app(&name, Stream::System, Level::Warn, &what);
        }
    }
}

/// The contract's rule on the text of a message (4). App-hosts check it too, but they run what they check.
fn check(text: &str) -> Result<(), &'static str> {
    if text.len() > MAX_TEXT {
        Err("it is longer than 64 KiB")
    } else if text.starts_with("VYOMA_") || text.starts_with("REPLY:") {
        Err("it begins like a line of the system")
    } else if text.bytes().any(|b| b.is_ascii_control() && b != b'\t') {
        Err("it holds a control byte")
    } else {
        Ok(())
    }
}

/// Cuts a text at a character.
pub(crate) fn truncate(text: &mut String, most: usize) {
    if text.len() > most {
        let mut end = most;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_forged_lines_are_refused() {
        assert!(check("hello\tthere").is_ok());
        for forged in ["VYOMA_INPUT:x", "REPLY:pong", "a\nb", "\x1b", "\x7f"] {
            assert!(check(forged).is_err(), "{forged:?}");
        }
        assert!(check(&"x".repeat(MAX_TEXT + 1)).is_err());
    }

    #[test]
    fn truncate_cuts_at_a_character() {
        let mut text = "aé".to_owned();
        truncate(&mut text, 2);
        assert_eq!(text, "a");
    }
}
