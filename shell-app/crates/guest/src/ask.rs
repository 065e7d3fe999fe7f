//! The conversation with the system: requests made, answers awaited.

use alloc::borrow::ToOwned;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;

/// Most answers awaited at once. When one more is asked for, the oldest is no longer awaited: its answer would be late
/// by more than anybody waits.
const MAX_AWAITED: usize = 16;

/// Something asked of the system. Its verbs are in section 5 of the contract; most want the capability `shell`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The list of apps, as JSON.
    Catalog,
    /// The apps, whether and how long they run.
    PsRaw,
    /// The apps with what they have cost, a row each.
    Ps,
    /// Start an app.
    Run(String),
    /// End an app.
    Kill(String),
    /// End an app and start it.
    Restart(String),
    /// Bring a running app to the front.
    Raise(String),
    /// The last lines of an app's log.
    Log(String),
    /// How long the device is on.
    Uptime,
    /// What runs on the device.
    Version,
    /// Dark or light: what it is, or what it shall be.
    Theme(Option<&'static str>),
    /// The language: what it is, or what it shall be.
    Locale(Option<&'static str>),
    /// Close the device until its PIN is typed.
    Lock,
    /// On again at once.
    Reboot,
    /// Off.
    Shutdown,
    /// The next tick of the display.
    Ping,
    /// Any other verb with its arguments; any answer is taken for its own.
    Other(String),
}

/// An answer and what it answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The next frame may be drawn.
    Tick,
    /// What was asked for, without what names it: `theme dark` is `dark`.
    Answer(Ask, String),
    /// It was not done, and why, as a sentence.
    Refused(Ask, String),
}

/// Requests not yet written, and those whose answers are awaited, oldest first.
///
/// ```
/// use vyoma_guest::{Ask, Heard, Talk};
///
/// let mut talk = Talk::default();
/// talk.ask(Ask::Theme(None));
/// assert_eq!(talk.unsent(), ["theme"]);
/// assert_eq!(talk.hear("theme dark"), Some(Heard::Answer(Ask::Theme(None), "dark".into())));
/// ```
#[derive(Debug, Default)]
pub struct Talk {
    unsent: Vec<Ask>,
    awaited: VecDeque<Ask>,
    is_tick_awaited: bool,
}

impl Talk {
    /// Asks for something. A tick, and a list that is awaited already, are asked for once.
    pub fn ask(&mut self, ask: Ask) {
        match ask {
            Ask::Ping if self.is_tick_awaited => return,
            Ask::Ping => self.is_tick_awaited = true,
            Ask::Catalog | Ask::PsRaw | Ask::Ps if self.awaits(&ask) => return,
            _ => {
                if self.awaited.len() == MAX_AWAITED {
                    self.awaited.pop_front();
                }
                self.awaited.push_back(ask.clone());
            }
        }
        self.unsent.push(ask);
    }

    /// Whether the answer to something is still to come.
    #[must_use]
    pub fn awaits(&self, ask: &Ask) -> bool {
        self.awaited.contains(ask)
    }

    /// No longer awaits something, so that it can be asked for again.
    pub fn give_up(&mut self, ask: &Ask) {
        self.awaited.retain(|awaited| awaited != ask);
    }

    /// The messages to the system that are due, without `@supervisor: `.
    #[must_use]
    pub fn unsent(&mut self) -> Vec<String> {
        core::mem::take(&mut self.unsent).into_iter().map(message).collect()
    }

    /// Reads an answer, the text after `REPLY:`. `None` if nobody waits for it.
    ///
    /// Answers come in the order of the requests, but a request that the system does not know gets none: an answer is
    /// matched with the oldest request that it can belong to, and those before it are given up.
    pub fn hear(&mut self, text: &str) -> Option<Heard> {
        if text == "pong" {
            return core::mem::take(&mut self.is_tick_awaited).then_some(Heard::Tick);
        }
        if let Some(why) = text.strip_prefix("error") {
            let ask = self.awaited.pop_front()?;
            return Some(Heard::Refused(ask, reason(why)));
        }
        let at = self.awaited.iter().position(|ask| content(ask, text).is_some())?;
        let ask = self.awaited.drain(..=at).next_back()?;
        let content = content(&ask, text).unwrap_or_default();
        if matches!(ask, Ask::Kill(_)) && text.ends_with(" not running") {
            return Some(Heard::Refused(ask, "It does not run".to_owned()));
        }
        Some(Heard::Answer(ask, content.to_owned()))
    }
}

fn message(ask: Ask) -> String {
    let with = |verb: &str, what: &str| [verb, " ", what].concat();
    let set = |verb: &str, value: Option<&str>| value.map_or_else(|| verb.to_owned(), |to| with(verb, to));
    match ask {
        Ask::Catalog => "catalog".to_owned(),
        Ask::PsRaw => "ps-raw".to_owned(),
        Ask::Ps => "ps".to_owned(),
        Ask::Run(name) => with("run", &name),
        Ask::Kill(name) => with("kill", &name),
        Ask::Restart(name) => with("restart", &name),
        Ask::Raise(name) => with("raise", &name),
        Ask::Log(name) => with("log", &name),
        Ask::Uptime => "uptime".to_owned(),
        Ask::Version => "version".to_owned(),
        Ask::Theme(value) => set("theme", value),
        Ask::Locale(value) => set("locale", value),
        Ask::Lock => "lock".to_owned(),
        Ask::Reboot => "reboot".to_owned(),
        Ask::Shutdown => "shutdown".to_owned(),
        Ask::Ping => "ping".to_owned(),
        Ask::Other(text) => text,
    }
}

/// What an answer says to a request, if it can be its answer.
fn content<'a>(ask: &Ask, text: &'a str) -> Option<&'a str> {
    let about =
        |verb: &str, name: &str| text.strip_prefix(verb)?.strip_prefix(' ').filter(|rest| *rest == name);
    match ask {
        Ask::Catalog => text.starts_with('[').then_some(text),
        Ask::PsRaw => {
            let row = text.strip_prefix("ps-raw:").unwrap_or(text);
            (row.is_empty() || row.split('|').next()?.split(':').count() == 4).then_some(text)
        }
        Ask::Ps => (text.is_empty() || text.contains(" restarts")).then_some(text),
        Ask::Run(name) => about("launched", name),
        Ask::Kill(name) if text.strip_suffix(" not running") == Some(name) => Some(name_of(text)),
        Ask::Kill(name) => about("killed", name),
        Ask::Restart(name) => about("restarted", name),
        Ask::Raise(name) => about("raised", name),
        Ask::Theme(_) => text.strip_prefix("theme "),
        Ask::Locale(_) => text.strip_prefix("locale "),
        Ask::Lock => text.strip_prefix("lock "),
        Ask::Reboot => text.strip_prefix("reboot "),
        Ask::Shutdown => text.strip_prefix("shutdown "),
        Ask::Ping => None,
        Ask::Log(_) | Ask::Uptime | Ask::Version | Ask::Other(_) => Some(text),
    }
}

fn name_of(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}

/// The part of an error that says why, as a sentence: `: could not spawn x: no such file` → `No such file`.
fn reason(error: &str) -> String {
    let error = error.trim_start_matches([':', ' ']);
    let why = match error.strip_prefix("could not spawn ") {
        Some(rest) => rest.split_once(": ").map_or(rest, |(_, why)| why),
        None => error,
    }
    .trim();
    let mut sentence = why.to_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    } else if sentence.is_empty() {
        return "The system gave no reason".to_owned();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hear_answers_in_order_matches_them() {
        let mut talk = Talk::default();
        talk.ask(Ask::Catalog);
        talk.ask(Ask::Run("clock".into()));
        assert_eq!(talk.unsent(), ["catalog", "run clock"]);
        assert_eq!(talk.hear("[]"), Some(Heard::Answer(Ask::Catalog, "[]".into())));
        assert_eq!(
            talk.hear("error: could not spawn clock: no such file"),
            Some(Heard::Refused(Ask::Run("clock".into()), "No such file".into()))
        );
        assert_eq!(talk.hear("error: nobody waits"), None);
    }

    #[test]
    fn hear_answer_after_one_that_never_came_is_matched() {
        let mut talk = Talk::default();
        talk.ask(Ask::Catalog);
        talk.ask(Ask::Raise("paint".into()));
        let answer = Heard::Answer(Ask::Raise("paint".into()), "paint".into());
        assert_eq!(talk.hear("raised paint"), Some(answer));
        assert_eq!(talk.hear("[]"), None);
    }

    #[test]
    fn hear_kill_of_what_does_not_run_is_refused() {
        let mut talk = Talk::default();
        talk.ask(Ask::Kill("paint".into()));
        let refused = Heard::Refused(Ask::Kill("paint".into()), "It does not run".into());
        assert_eq!(talk.hear("paint not running"), Some(refused));
    }

    #[test]
    fn ask_tick_or_list_twice_is_one_message() {
        let mut talk = Talk::default();
        for ask in [Ask::Ping, Ask::PsRaw, Ask::Ping, Ask::PsRaw] {
            talk.ask(ask);
        }
        assert_eq!(talk.unsent(), ["ping", "ps-raw"]);
        assert_eq!(talk.hear("pong"), Some(Heard::Tick));
        assert_eq!(talk.hear("pong"), None);
        assert!(talk.hear("a:run:1:0").is_some());
    }

    #[test]
    fn ask_without_answers_is_bounded() {
        let mut talk = Talk::default();
        for n in 0..1000 {
            talk.ask(Ask::Run(n.to_string()));
            assert!(talk.unsent().len() == 1 && talk.awaited.len() <= MAX_AWAITED);
        }
    }

    #[test]
    fn reason_is_a_sentence() {
        assert_eq!(reason(": denied catalog"), "Denied catalog");
        assert_eq!(reason(""), "The system gave no reason");
        assert_eq!(reason("änd"), "änd");
    }
}
