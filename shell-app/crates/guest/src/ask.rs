//! The conversation with the system: requests made, answers awaited.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::letters::push;

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
    unsent: Vec<String>,
    awaited: Vec<Ask>,
    is_tick_awaited: bool,
}

impl Talk {
    /// Asks for something. A tick, and a list that is awaited already, are asked for once.
    pub fn ask(&mut self, ask: Ask) {
        let message = message(&ask);
        match ask {
            Ask::Ping if self.is_tick_awaited => return,
            Ask::Ping => self.is_tick_awaited = true,
            Ask::Catalog | Ask::PsRaw | Ask::Ps if self.awaits(&ask) => return,
            _ => {
                if self.awaited.len() == MAX_AWAITED {
                    self.awaited.remove(0);
                }
                self.awaited.push(ask);
            }
        }
        self.unsent.push(message);
    }

    /// Whether the answer to something is still to come.
    #[must_use]
    pub fn awaits(&self, ask: &Ask) -> bool {
        self.place(ask).is_some()
    }

    /// No longer awaits something, so that it can be asked for again.
    pub fn give_up(&mut self, ask: &Ask) {
        while let Some(at) = self.place(ask) {
            self.awaited.remove(at);
        }
    }

    fn place(&self, ask: &Ask) -> Option<usize> {
        self.awaited.iter().position(|awaited| (awaited.kind(), awaited.text()) == (ask.kind(), ask.text()))
    }

    /// The messages to the system that are due, without `@supervisor: `.
    #[must_use]
    pub fn unsent(&mut self) -> Vec<String> {
        core::mem::take(&mut self.unsent)
    }

    /// Reads an answer, the text after `REPLY:`. `None` if nobody waits for it.
    ///
    /// Answers come in the order of the requests, but a request that the system does not know gets none: an answer is
    /// matched with the oldest request that it can belong to, and those before it are given up.
    pub fn hear(&mut self, text: &str) -> Option<Heard> {
        if text == "pong" {
            return core::mem::take(&mut self.is_tick_awaited).then_some(Heard::Tick);
        }
        if self.awaited.is_empty() {
            return None;
        }
        if let Some(why) = text.strip_prefix("error") {
            return Some(Heard::Refused(self.awaited.remove(0), reason(why)));
        }
        let at = self.awaited.iter().position(|ask| content(ask, text).is_some())?;
        // Those before it are given up.
        for _ in 0..at {
            self.awaited.remove(0);
        }
        let ask = self.awaited.remove(0);
        let content = content(&ask, text).unwrap_or_default().to_owned();
        Some(match ask {
            Ask::Kill(_) if text.ends_with(" not running") => {
                Heard::Refused(ask, "It does not run".to_owned())
            }
            ask => Heard::Answer(ask, content),
        })
    }
}

/// The words for every kind of request and how its answer begins, by [`Ask::kind`].
static WORDS: [(&str, &str); 17] = [
    ("catalog", "["),
    ("ps-raw", ""),
    ("ps", ""),
    ("run", "launched "),
    ("kill", "killed "),
    ("restart", "restarted "),
    ("raise", "raised "),
    ("log", ""),
    ("uptime", ""),
    ("version", ""),
    ("theme", "theme "),
    ("locale", "locale "),
    ("lock", "lock "),
    ("reboot", "reboot "),
    ("shutdown", "shutdown "),
    ("ping", "pong"),
    // Its text says all.
    ("", ""),
];

impl Ask {
    /// Which of the variants it is.
    const fn kind(&self) -> usize {
        match self {
            Self::Catalog => 0,
            Self::PsRaw => 1,
            Self::Ps => 2,
            Self::Run(_) => 3,
            Self::Kill(_) => 4,
            Self::Restart(_) => 5,
            Self::Raise(_) => 6,
            Self::Log(_) => 7,
            Self::Uptime => 8,
            Self::Version => 9,
            Self::Theme(_) => 10,
            Self::Locale(_) => 11,
            Self::Lock => 12,
            Self::Reboot => 13,
            Self::Shutdown => 14,
            Self::Ping => 15,
            Self::Other(_) => 16,
        }
    }

    /// What comes after the word for it.
    fn text(&self) -> &str {
        match self {
            Self::Run(text)
            | Self::Kill(text)
            | Self::Restart(text)
            | Self::Raise(text)
            | Self::Log(text)
            | Self::Other(text) => text,
            Self::Theme(value) | Self::Locale(value) => value.unwrap_or_default(),
            _ => "",
        }
    }
}

fn message(ask: &Ask) -> String {
    let (verb, text) = (WORDS[ask.kind()].0, ask.text());
    let mut message = verb.to_owned();
    if !verb.is_empty() && !text.is_empty() {
        push(&mut message, ' ');
    }
    message.push_str(text);
    message
}

/// What an answer says to a request, if it can be its answer.
fn content<'a>(ask: &Ask, text: &'a str) -> Option<&'a str> {
    let (name, rest) = (ask.text(), text.strip_prefix(WORDS[ask.kind()].1));
    match ask {
        Ask::Catalog => rest.map(|_| text),
        Ask::PsRaw => {
            let row = text.strip_prefix("ps-raw:").unwrap_or(text);
            let colons = row.bytes().take_while(|byte| *byte != b'|').filter(|byte| *byte == b':').count();
            (row.is_empty() || colons == 3).then_some(text)
        }
        // Bytes compared one by one: a search for text would cost every app a kilobyte.
        Ask::Ps => {
            let is_row = text.as_bytes().windows(9).any(|part| part == b" restarts");
            (text.is_empty() || is_row).then_some(text)
        }
        Ask::Kill(_) if text.strip_suffix(" not running") == Some(name) => Some(text),
        Ask::Run(_) | Ask::Kill(_) | Ask::Restart(_) | Ask::Raise(_) => rest.filter(|rest| *rest == name),
        _ => rest,
    }
}

/// The part of an error that says why, as a sentence: `: could not spawn x: no such file` → `No such file`.
fn reason(error: &str) -> String {
    let mut why = without_signs(error);
    if let Some(rest) = why.strip_prefix("could not spawn ") {
        let name = rest.bytes().take_while(|byte| *byte != b':').count();
        why = without_signs(rest.get(name..).unwrap_or_default());
    }
    let mut sentence = String::new();
    for letter in why.chars() {
        let is_first = sentence.is_empty();
        push(&mut sentence, if is_first { letter.to_ascii_uppercase() } else { letter });
    }
    if sentence.is_empty() { "The system gave no reason".to_owned() } else { sentence }
}

/// A text without the colons and spaces it begins with.
fn without_signs(text: &str) -> &str {
    let signs = text.bytes().take_while(|byte| matches!(byte, b':' | b' ')).count();
    text.get(signs..).unwrap_or_default()
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
