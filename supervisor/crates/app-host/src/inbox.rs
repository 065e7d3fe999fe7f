//! The lines that wait for the guest's stdin, and the answers that are still to come.
//!
//! Pure: time is an argument. Everything is bounded: moves are coalesced, everything else is kept up to
//! [`MAX_LINES`] lines and [`MAX_BYTES`] bytes and refused beyond.

use std::collections::VecDeque;

use draw_protocol::AppEvent;
use sys::Nanos;

/// Lines kept for a guest that does not read. A person types 15 keys a second: half a minute of typing and
/// clicking into an app that hangs, then it counts as unresponsive.
pub(crate) const MAX_LINES: usize = 512;

/// Bytes kept: sixteen of the longest messages.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// Requests without an answer. An app waits for its answers; one that asks more than this at once is flooding.
pub(crate) const MAX_OPEN_REQUESTS: usize = 256;

/// Answers to `ping` a second unless the compatibility list says otherwise (contract, 5.3).
const DEFAULT_PING_HZ: u32 = 30;

/// How long a `ping` may hold back the answers behind it: one tick of the default frame clock.
const TICK_NS: Nanos = 1_000_000_000 / 30;

/// Time between answers to an app that nobody sees.
const HIDDEN_PING_NS: Nanos = 1_000_000_000;

/// What a line is, as far as it can take the place of an older one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// The pointer moved: only the last one counts, wherever it stands in the queue.
    Move,
    /// The pointer moved with a button held: replaces a drag that is last in the queue.
    Drag,
    /// A contact moved: replaces a move of the same contact if nothing but moves came after it.
    TouchMove(u32),
    /// A frame was shown: only the last one counts.
    Frame,
    /// Everything else.
    Kept,
}

/// What became of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pushed {
    /// It waits.
    Queued,
    /// There is no room, and this is the first time since the guest last read: it was dropped.
    FirstOverflow,
    /// There is still no room: it was dropped.
    Dropped,
}

#[derive(Debug)]
struct Waiting {
    kind: Kind,
    bytes: Vec<u8>,
    /// Kernel time of the input that caused it, 0 for none.
    input_ns: Nanos,
}

/// A request whose answer has not been queued yet.
#[derive(Debug)]
enum Open {
    /// The supervisor has not answered.
    Asked(u32),
    /// Answered, but an earlier one is not.
    Answered(String),
    /// The frame clock: due at a time, and the time it was asked.
    Ping { asked: Nanos },
}

/// The queue.
#[derive(Debug)]
pub(crate) struct Inbox {
    lines: VecDeque<Waiting>,
    /// Bytes in `lines`.
    bytes: usize,
    /// The rest of a line that a short read cut.
    partial: Vec<u8>,
    open: VecDeque<Open>,
    next_seq: u32,
    ping_interval: Nanos,
    /// When the last pong was due.
    last_pong: Option<Nanos>,
    visible: bool,
    overflowed: bool,
    closed: bool,
}

/// What a read found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// Bytes, and the kernel time of the oldest input among them, 0 for none.
    Bytes(Vec<u8>, Nanos),
    /// Nothing before this time; `None`: until something is pushed.
    Nothing(Option<Nanos>),
    /// The stream has ended.
    End,
}

impl Inbox {
    /// An empty queue. `ping_hz` as in the compatibility list; 0 counts as 1.
    pub(crate) fn new(ping_hz: Option<u32>) -> Self {
        let hz = ping_hz.unwrap_or(DEFAULT_PING_HZ).max(1);
        Self {
            lines: VecDeque::new(),
            bytes: 0,
            partial: Vec::new(),
            open: VecDeque::new(),
            next_seq: 0,
            ping_interval: 1_000_000_000 / Nanos::from(hz),
            last_pong: None,
            visible: true,
            overflowed: false,
            closed: false,
        }
    }

    /// Adds a line.
    pub(crate) fn push(&mut self, kind: Kind, event: &AppEvent<'_>, input_ns: Nanos) -> Pushed {
        if self.closed {
            return Pushed::Dropped;
        }
        self.coalesce(kind);
        let mut bytes = Vec::new();
        event.encode(&mut bytes);
        let full = self.lines.len() >= MAX_LINES || self.bytes + bytes.len() > MAX_BYTES;
        if full {
            let first = !std::mem::replace(&mut self.overflowed, true);
            return if first && kind == Kind::Kept { Pushed::FirstOverflow } else { Pushed::Dropped };
        }
        self.bytes += bytes.len();
        self.lines.push_back(Waiting { kind, bytes, input_ns });
        Pushed::Queued
    }

    /// Removes the line that one of this kind replaces.
    fn coalesce(&mut self, kind: Kind) {
        let replaced = match kind {
            Kind::Kept => None,
            Kind::Move | Kind::Frame => self.lines.iter().rposition(|l| l.kind == kind),
            Kind::Drag | Kind::TouchMove(_) => self
                .lines
                .iter()
                .enumerate()
                .rev()
                .take_while(|(_, l)| !matches!(l.kind, Kind::Kept))
                .find(|(_, l)| l.kind == kind)
                .map(|(i, _)| i),
        };
        if let Some(old) = replaced.and_then(|i| self.lines.remove(i)) {
            self.bytes -= old.bytes.len();
        }
    }

    /// Notes a request, and gives the number the supervisor's answer will carry; `None` if too many are open.
    pub(crate) fn ask(&mut self) -> Option<u32> {
        if self.open.len() >= MAX_OPEN_REQUESTS {
            return None;
        }
        let seq = self.next_seq;
        self.next_seq = self.next_seq.wrapping_add(1);
        self.open.push_back(Open::Asked(seq));
        Some(seq)
    }

    /// Notes a `ping`. Pings that wait already share one answer.
    pub(crate) fn ping(&mut self, now: Nanos) {
        if !self.open.iter().any(|o| matches!(o, Open::Ping { .. })) {
            self.open.push_back(Open::Ping { asked: now });
        }
    }

    /// Takes the supervisor's answer; `None`: there is none to this request.
    pub(crate) fn answer(&mut self, seq: u32, text: Option<String>) {
        let Some(i) = self.open.iter().position(|o| matches!(o, Open::Asked(s) if *s == seq)) else { return };
        match text {
            Some(text) => self.open[i] = Open::Answered(text),
            None => {
                self.open.remove(i);
            }
        }
    }

    /// Whether anybody sees the app: the frame clock of a hidden one is slow.
    pub(crate) fn set_visible(&mut self, visible: bool) {
        self.visible = visible;
    }

    /// The stream ends after what waits already; answers that came are a part of that.
    pub(crate) fn close(&mut self) {
        while let Some(Open::Answered(_)) = self.open.front() {
            if let Some(Open::Answered(text)) = self.open.pop_front() {
                self.push(Kind::Kept, &AppEvent::Reply(&text), 0);
            }
        }
        self.closed = true;
        self.open.clear();
    }

    /// When the first open ping is due.
    fn ping_due(&self, asked: Nanos) -> Nanos {
        let interval = if self.visible { self.ping_interval } else { self.ping_interval.max(HIDDEN_PING_NS) };
        self.last_pong.map_or(asked, |last| asked.max(last + interval))
    }

    /// Moves answers that may be given to the queue. The time at which to look again, if any.
    fn settle(&mut self, now: Nanos) -> Option<Nanos> {
        loop {
            let due = match self.open.front()? {
                Open::Asked(_) => return self.settle_ping_behind(now),
                Open::Answered(_) => {
                    if let Some(Open::Answered(text)) = self.open.pop_front() {
                        self.push(Kind::Kept, &AppEvent::Reply(&text), 0);
                    }
                    continue;
                }
                Open::Ping { asked } => {
                    let due = self.ping_due(*asked);
                    if due > now {
                        return self.overtake_ping(*asked, due, now);
                    }
                    due
                }
            };
            self.open.pop_front();
            self.pong(due, now);
        }
    }

    fn pong(&mut self, due: Nanos, now: Nanos) {
        // A clock that was late by less than a beat keeps its beat; one that stood still starts anew.
        self.last_pong = Some(if now - due < self.ping_interval { due } else { now });
        self.push(Kind::Kept, &AppEvent::Reply("pong"), 0);
    }

    /// The ping in front is not due: answers behind it wait one tick at most, then pass it.
    fn overtake_ping(&mut self, asked: Nanos, due: Nanos, now: Nanos) -> Option<Nanos> {
        let held_until = due.min(asked + TICK_NS);
        if now < held_until {
            let held = self.open.iter().any(|o| matches!(o, Open::Answered(_)));
            return Some(if held { held_until } else { due });
        }
        while let Some(Open::Answered(_)) = self.open.get(1) {
            if let Some(Open::Answered(text)) = self.open.remove(1) {
                self.push(Kind::Kept, &AppEvent::Reply(&text), 0);
            }
        }
        Some(due)
    }

    /// An unanswered request in front does not stop the frame clock for longer than a tick.
    fn settle_ping_behind(&mut self, now: Nanos) -> Option<Nanos> {
        let (i, asked) = self.open.iter().enumerate().find_map(|(i, o)| match o {
            Open::Ping { asked } => Some((i, *asked)),
            _ => None,
        })?;
        let due = self.ping_due(asked).max(asked + TICK_NS);
        if due > now {
            return Some(due);
        }
        self.open.remove(i);
        self.pong(due, now);
        None
    }

    /// What the guest may read now without waiting.
    pub(crate) fn poll(&mut self, now: Nanos) -> Poll {
        let again = self.settle(now);
        if !self.partial.is_empty() || !self.lines.is_empty() {
            Poll::Ready
        } else if self.closed {
            Poll::Ended
        } else {
            Poll::Waiting(again)
        }
    }

    /// Takes at most `size` bytes, whole lines where they fit.
    pub(crate) fn read(&mut self, size: usize, now: Nanos) -> Read {
        match self.poll(now) {
            Poll::Ended => return Read::End,
            Poll::Waiting(again) => return Read::Nothing(again),
            Poll::Ready if size == 0 => return Read::Bytes(Vec::new(), 0),
            Poll::Ready => {}
        }
        let mut out = std::mem::take(&mut self.partial);
        let mut oldest = 0;
        while out.len() < size {
            let Some(line) = self.lines.pop_front() else { break };
            self.bytes -= line.bytes.len();
            if line.input_ns != 0 && (oldest == 0 || line.input_ns < oldest) {
                oldest = line.input_ns;
            }
            if out.is_empty() {
                out = line.bytes;
            } else {
                out.extend_from_slice(&line.bytes);
            }
        }
        if out.len() > size {
            self.partial = out.split_off(size);
        }
        if self.lines.is_empty() {
            self.overflowed = false;
        }
        Read::Bytes(out, oldest)
    }
}

/// Whether a read would find something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Poll {
    /// Bytes.
    Ready,
    /// The end.
    Ended,
    /// Nothing before this time; `None`: until something is pushed.
    Waiting(Option<Nanos>),
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Nanos = 1_000_000;

    fn text(inbox: &mut Inbox, now: Nanos) -> String {
        match inbox.read(usize::MAX, now) {
            Read::Bytes(bytes, _) => String::from_utf8(bytes).unwrap(),
            Read::Nothing(_) => String::new(),
            Read::End => "END".into(),
        }
    }

    fn mv(x: i32) -> AppEvent<'static> {
        AppEvent::MouseMove { x, y: 0 }
    }

    #[test]
    fn push_moves_only_the_last_is_read_and_kept_lines_stay_in_order() {
        let mut i = Inbox::new(None);
        i.push(Kind::Move, &mv(1), 5);
        i.push(Kind::Kept, &AppEvent::Message("a"), 7);
        i.push(Kind::Move, &mv(2), 9);
        assert_eq!(i.read(usize::MAX, 0), Read::Bytes(b"a\nVYOMA_INPUT:mouse:move:2,0\n".to_vec(), 7));
    }

    #[test]
    fn push_touch_moves_of_two_contacts_keep_the_last_of_each() {
        let mut i = Inbox::new(None);
        for (id, x) in [(0, 1), (1, 2), (0, 3), (1, 4)] {
            let at = AppEvent::TouchPoint { phase: draw_protocol::TouchPhase::Move, id, x, y: 0 };
            i.push(Kind::TouchMove(id), &at, 0);
        }
        assert_eq!(text(&mut i, 0), "VYOMA_INPUT:touch:move:0,3,0\nVYOMA_INPUT:touch:move:1,4,0\n");
    }

    #[test]
    fn push_beyond_the_bound_is_dropped_and_said_once_until_the_guest_reads() {
        let mut i = Inbox::new(None);
        for _ in 0..MAX_LINES {
            assert_eq!(i.push(Kind::Kept, &AppEvent::Message("x"), 0), Pushed::Queued);
        }
        assert_eq!(i.push(Kind::Kept, &AppEvent::Message("x"), 0), Pushed::FirstOverflow);
        assert_eq!(i.push(Kind::Kept, &AppEvent::Message("x"), 0), Pushed::Dropped);
        let _ = text(&mut i, 0);
        assert_eq!(i.push(Kind::Kept, &AppEvent::Message("x"), 0), Pushed::Queued);
    }

    #[test]
    fn read_short_pieces_give_the_same_bytes() {
        let mut i = Inbox::new(None);
        i.push(Kind::Kept, &AppEvent::Message("hello"), 0);
        i.push(Kind::Kept, &AppEvent::Message("you"), 0);
        i.close();
        let mut all = Vec::new();
        while let Read::Bytes(bytes, _) = i.read(3, 0) {
            assert!(bytes.len() <= 3);
            all.extend(bytes);
        }
        assert_eq!(all, b"hello\nyou\n");
        assert_eq!(i.read(3, 0), Read::End);
    }

    #[test]
    fn answers_come_in_the_order_of_the_requests() {
        let mut i = Inbox::new(None);
        let (a, b, c) = (i.ask().unwrap(), i.ask().unwrap(), i.ask().unwrap());
        i.answer(b, Some("b".into()));
        assert_eq!(text(&mut i, 0), "");
        i.answer(a, None);
        i.answer(c, Some("two\nlines".into()));
        assert_eq!(text(&mut i, 0), "REPLY:b\nREPLY:two\\nlines\n");
    }

    #[test]
    fn close_keeps_answers_that_came_and_drops_what_is_open() {
        let mut i = Inbox::new(None);
        let (a, b) = (i.ask().unwrap(), i.ask().unwrap());
        i.answer(a, Some("a".into()));
        i.close();
        i.answer(b, Some("b".into()));
        assert_eq!((text(&mut i, 0), text(&mut i, 0)), ("REPLY:a\n".into(), "END".into()));
    }

    #[test]
    fn ping_is_paced_and_collapses() {
        let mut i = Inbox::new(Some(10));
        i.ping(0);
        assert_eq!(text(&mut i, 0), "REPLY:pong\n");
        i.ping(MS);
        i.ping(2 * MS);
        assert_eq!(i.read(9, 3 * MS), Read::Nothing(Some(100 * MS)));
        assert_eq!(text(&mut i, 101 * MS), "REPLY:pong\n");
        i.ping(102 * MS);
        assert_eq!(i.poll(199 * MS), Poll::Waiting(Some(200 * MS)));
        assert_eq!(text(&mut i, 200 * MS), "REPLY:pong\n");
    }

    #[test]
    fn ping_holds_later_answers_back_for_a_tick_at_most() {
        let mut i = Inbox::new(Some(1));
        i.ping(0);
        let _ = text(&mut i, 0);
        i.ping(MS);
        let a = i.ask().unwrap();
        i.answer(a, Some("a".into()));
        assert_eq!(i.poll(2 * MS), Poll::Waiting(Some(MS + TICK_NS)));
        assert_eq!(text(&mut i, MS + TICK_NS), "REPLY:a\n");
        assert_eq!(text(&mut i, 1000 * MS), "REPLY:pong\n");
    }

    #[test]
    fn ping_behind_a_slow_answer_is_not_stuck() {
        let mut i = Inbox::new(None);
        let a = i.ask().unwrap();
        i.ping(0);
        assert_eq!(i.poll(0), Poll::Waiting(Some(TICK_NS)));
        assert_eq!(text(&mut i, TICK_NS), "REPLY:pong\n");
        i.answer(a, Some("late".into()));
        assert_eq!(text(&mut i, TICK_NS), "REPLY:late\n");
    }

    #[test]
    fn ping_of_a_hidden_app_is_answered_once_a_second() {
        let mut i = Inbox::new(None);
        i.set_visible(false);
        i.ping(0);
        let _ = text(&mut i, 0);
        i.ping(0);
        assert_eq!(i.poll(0), Poll::Waiting(Some(1000 * MS)));
        i.set_visible(true);
        assert_eq!(text(&mut i, 40 * MS), "REPLY:pong\n");
    }

    #[test]
    fn ask_beyond_the_bound_is_refused() {
        let mut i = Inbox::new(None);
        for _ in 0..MAX_OPEN_REQUESTS {
            assert!(i.ask().is_some());
        }
        assert!(i.ask().is_none());
    }
}
