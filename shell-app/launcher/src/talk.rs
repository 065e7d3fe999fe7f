//! The conversation with the system: requests made, answers awaited.

use std::collections::VecDeque;

/// Most answers awaited at once. When one more is asked for, the oldest is no longer awaited: its answer would be late
/// by more than anybody waits.
const MAX_AWAITED: usize = 16;

/// How the device is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PowerAction {
    /// On again at once.
    Restart,
    /// Off.
    PowerOff,
}

/// Something asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// The list of apps.
    Catalog,
    /// Start an app.
    Run(String),
    /// Bring a running app to the front.
    Raise(String),
    /// Switch off.
    Power(PowerAction),
    /// The next frame's time.
    Frame,
}

/// What an answer means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The list of apps, as JSON.
    Catalog(String),
    /// It was done.
    Done(Request),
    /// It was not, and why.
    Refused(Request, String),
}

/// Requests not yet written, and those whose answers are awaited, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Talk {
    unsent: Vec<Request>,
    awaited: VecDeque<Request>,
    is_frame_awaited: bool,
}

impl Talk {
    /// Asks for something. A frame, and a catalog that is awaited already, are asked for once.
    pub(crate) fn ask(&mut self, request: Request) {
        match request {
            Request::Frame if self.is_frame_awaited => return,
            Request::Frame => self.is_frame_awaited = true,
            Request::Catalog if self.awaited.contains(&Request::Catalog) => return,
            _ => {
                if self.awaited.len() == MAX_AWAITED {
                    self.awaited.pop_front();
                }
                self.awaited.push_back(request.clone());
            }
        }
        self.unsent.push(request);
    }

    /// No longer awaits the catalog, so that it can be asked for again.
    pub(crate) fn give_up_catalog(&mut self) {
        self.awaited.retain(|request| *request != Request::Catalog);
    }

    /// The messages to the system that are due.
    pub(crate) fn unsent(&mut self) -> impl Iterator<Item = String> + '_ {
        self.unsent.drain(..).map(|request| match request {
            Request::Catalog => "catalog".to_owned(),
            Request::Run(name) => format!("run {name}"),
            Request::Raise(name) => format!("raise {name}"),
            Request::Power(PowerAction::Restart) => "reboot".to_owned(),
            Request::Power(PowerAction::PowerOff) => "shutdown".to_owned(),
            Request::Frame => "ping".to_owned(),
        })
    }

    /// Reads an answer. `None` if nobody waits for it.
    ///
    /// Answers come in the order of the requests, but a request that the system does not know gets none: an answer is
    /// matched with the oldest request that it can belong to, and those before it are given up.
    pub(crate) fn hear(&mut self, text: &str) -> Option<Answer> {
        if text == "pong" {
            return core::mem::take(&mut self.is_frame_awaited).then_some(Answer::Done(Request::Frame));
        }
        if let Some(why) = text.strip_prefix("error") {
            let request = self.awaited.pop_front()?;
            return Some(Answer::Refused(request, reason(why)));
        }
        let belongs = |request: &Request| match request {
            Request::Catalog => text.starts_with('['),
            Request::Run(name) => text.strip_prefix("launched ") == Some(name),
            Request::Raise(name) => text.strip_prefix("raised ") == Some(name),
            Request::Power(PowerAction::Restart) => text == "reboot ok",
            Request::Power(PowerAction::PowerOff) => text == "shutdown ok",
            Request::Frame => false,
        };
        let at = self.awaited.iter().position(belongs)?;
        let request = self.awaited.drain(..=at).next_back()?;
        Some(match request {
            Request::Catalog => Answer::Catalog(text.to_owned()),
            request => Answer::Done(request),
        })
    }
}

/// The part of an error that says why, as a sentence: `: could not spawn x: no such file` → `No such file`.
fn reason(error: &str) -> String {
    let error = error.trim_start_matches([':', ' ']);
    let why = match error.strip_prefix("could not spawn ") {
        Some(rest) => rest.split_once(": ").map_or(rest, |(_, why)| why),
        None => error,
    };
    let mut chars = why.trim().chars();
    chars.next().map_or_else(
        || "The system gave no reason".to_owned(),
        |first| first.to_uppercase().chain(chars).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hear_answers_in_order_matches_them() {
        let mut talk = Talk::default();
        talk.ask(Request::Catalog);
        talk.ask(Request::Run("clock".into()));
        assert_eq!(talk.unsent().collect::<Vec<_>>(), ["catalog", "run clock"]);
        assert_eq!(talk.hear("[]"), Some(Answer::Catalog("[]".into())));
        assert_eq!(
            talk.hear("error: could not spawn clock: no such file"),
            Some(Answer::Refused(Request::Run("clock".into()), "No such file".into()))
        );
        assert_eq!(talk.hear("error: nobody waits"), None);
    }

    #[test]
    fn hear_answer_after_one_that_never_came_is_matched() {
        let mut talk = Talk::default();
        talk.ask(Request::Catalog);
        talk.ask(Request::Raise("paint".into()));
        assert_eq!(talk.hear("raised paint"), Some(Answer::Done(Request::Raise("paint".into()))));
        assert_eq!(talk.hear("[]"), None);
    }

    #[test]
    fn ask_frame_twice_is_one_ping() {
        let mut talk = Talk::default();
        talk.ask(Request::Frame);
        talk.ask(Request::Frame);
        assert_eq!(talk.unsent().count(), 1);
        assert_eq!(talk.hear("pong"), Some(Answer::Done(Request::Frame)));
        assert_eq!(talk.hear("pong"), None);
    }

    #[test]
    fn ask_without_answers_is_bounded() {
        let mut talk = Talk::default();
        for n in 0..1000 {
            talk.ask(Request::Run(n.to_string()));
            assert!(talk.unsent().count() == 1 && talk.awaited.len() <= MAX_AWAITED);
        }
    }

    #[test]
    fn reason_is_a_sentence() {
        assert_eq!(reason(": denied catalog"), "Denied catalog");
        assert_eq!(reason(""), "The system gave no reason");
    }
}
