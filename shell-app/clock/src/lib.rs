//! A clock: the time in digits or with hands, twelve cities, alarms, and a countdown.
//!
//! `1` to `4` choose a page, `t` changes between 24 and 12 hours, `f` between digits and hands, `n` begins an alarm, Esc
//! closes. What a person chose is kept below the app's `/data`; the city that is chosen is the one whose time it shows,
//! and whose time alarms go by. An alarm and the end of a countdown are told by a dialog, by sound and as a notification,
//! as long as the app runs.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod face;
mod pages;
mod saved;
mod zone;

use alloc::borrow::ToOwned;
use alloc::string::String;

use guest::{Ask, Store};
use ui::number::digits;
use ui::{Date, Key, NamedKey, Now, Rect, Screen, System, Text, View};

use crate::saved::{Alarm, Face, Hours, LONGEST_MS, MOST, Saved, Timer};
use crate::zone::CITIES;

const ALARM: Text = ["Alarm", "Wecker", "अलार्म", "المنبه"];
const TIMER: Text = ["Timer", "Timer", "टाइमर", "المؤقت"];

/// The file of what is remembered.
const FILE: &str = "clock.txt";
/// How long an alarm rings, in milliseconds.
const RING_MS: u64 = 60_000;
/// How long it is quiet after a snooze, in milliseconds.
const SNOOZE_MS: u64 = 300_000;
/// Between two tones, in milliseconds.
const BEEP_MS: u64 = 1000;
/// An alarm whose minute passed unseen rings late by so many minutes at most: a clock that was set jumps further.
const LATE_MINUTES: u64 = 2;
/// How long words stay at the lower edge, in milliseconds.
const TOAST_MS: u64 = 4000;

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The time.
    Time,
    /// Cities.
    World,
    /// Alarms.
    Alarms,
    /// The countdown.
    Timer,
}

impl Page {
    /// Every page, in the order of its tabs.
    pub const ALL: [Self; 4] = [Self::Time, Self::World, Self::Alarms, Self::Timer];
}

/// A digit, or two, of an alarm that is being set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Hours, 0 to 23.
    Hours,
    /// Tens of minutes.
    Tens,
    /// Single minutes.
    Ones,
}

/// Something that can be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Close the app.
    Back,
    /// Go to a page.
    Page(Page),
    /// Digits or hands.
    Face,
    /// Hours counted once or twice.
    Hours,
    /// The city whose time is shown, by its place in the list.
    Home(usize),
    /// Begin an alarm.
    NewAlarm,
    /// Set an alarm, by its place in the list.
    EditAlarm(usize),
    /// Switch it on or off.
    SwitchAlarm(usize),
    /// Take it away.
    DeleteAlarm(usize),
    /// More.
    More(Part),
    /// Less.
    Less(Part),
    /// Keep what was set.
    Save,
    /// Do not.
    Cancel,
    /// Make the countdown longer by so many seconds.
    Longer(u64),
    /// Begin the countdown, or hold it.
    Go,
    /// Back to nothing.
    Clear,
    /// Rows of a list before those that are shown.
    Up,
    /// Rows after them.
    Down,
    /// End the ringing.
    Stop,
    /// End it for some minutes.
    Snooze,
}

/// What rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// An alarm, of this minute of the day.
    Alarm(u64),
    /// The countdown.
    Timer,
}

/// Something rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ringing {
    cause: Cause,
    /// When the next tone comes, and when it gives up, on the clock that never goes back.
    beep_at: u64,
    until: u64,
}

/// An alarm that is being set: its place in the list, if it is there already, and its minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Editing {
    index: Option<usize>,
    minute: u64,
    /// How many digits were typed.
    typed: usize,
}

/// The app, with the files of `S`.
#[derive(Debug)]
pub struct Clock<S> {
    files: S,
    saved: Saved,
    page: Page,
    editing: Option<Editing>,
    ringing: Option<Ringing>,
    /// When an alarm that was put off rings again, on the clock that never goes back, and which.
    snoozed: Option<(u64, Cause)>,
    /// The minute, counted from 1970 by the clocks of home, up to which alarms were looked at.
    seen_minute: Option<u64>,
    /// What was shown last: a second of the wall clock, or of the countdown.
    shown: u64,
    unix_ms: u64,
    /// The first row that is shown of a list without room for all, and the canvas.
    first: usize,
    canvas: Rect,
    toast: Option<(String, u64)>,
}

impl<S: Store> Clock<S> {
    /// With what is remembered in `files`.
    #[must_use]
    pub fn new(files: S) -> Self {
        let bytes = files.read(FILE).unwrap_or_default();
        let saved = Saved::read(&String::from_utf8_lossy(&bytes));
        Self {
            files,
            saved,
            page: Page::Time,
            editing: None,
            ringing: None,
            snoozed: None,
            seen_minute: None,
            shown: 0,
            unix_ms: 0,
            first: 0,
            canvas: Rect::default(),
            toast: None,
        }
    }

    /// What keeps the settings.
    pub const fn files(&self) -> &S {
        &self.files
    }

    fn save(&mut self, system: &System) {
        if let Err(error) = self.files.write(FILE, self.saved.write().as_bytes()) {
            self.toast = Some((error.text().to_owned(), system.now.ms + TOAST_MS));
        }
    }

    /// Milliseconds since 1970 by the clocks of home.
    fn home_ms(&self, unix_ms: u64) -> u64 {
        CITIES[self.saved.home].clocks(unix_ms)
    }

    fn date(&self) -> Date {
        Date::of(self.home_ms(self.unix_ms))
    }

    /// Rings what is due.
    fn look_at_alarms(&mut self, system: &mut System) {
        let minute = self.home_ms(system.now.unix_ms) / 60_000;
        let seen = self.seen_minute.replace(minute).unwrap_or(minute);
        let from = seen.max(minute.saturating_sub(LATE_MINUTES)) + 1;
        let due = |alarm: &&Alarm| alarm.is_on && (from..=minute).any(|minute| minute % 1440 == alarm.minute);
        if let Some(alarm) = self.saved.alarms.iter().find(due).copied() {
            self.ring(Cause::Alarm(alarm.minute), system);
        }
        if let Timer::Ends(at) = self.saved.timer
            && at <= system.now.unix_ms
        {
            self.saved.timer = Timer::Set(0);
            self.save(system);
            self.ring(Cause::Timer, system);
        }
        if let Some((_, cause)) = self.snoozed.take_if(|(at, _)| *at <= system.now.ms) {
            self.ring(cause, system);
        }
    }

    fn ring(&mut self, cause: Cause, system: &mut System) {
        let now = system.now.ms;
        self.ringing = Some(Ringing { cause, beep_at: now, until: now + RING_MS });
        self.editing = None;
        let language = system.look.language;
        let (title, text) = match cause {
            Cause::Alarm(minute) => (ALARM, self.time_of(minute)),
            Cause::Timer => (TIMER, "0:00".to_owned()),
        };
        let notify = ["notify ", language.of_text(&title), "|", &text].concat();
        system.talk.ask(Ask::Other(notify));
        // In front of what covers it, if the system lets it.
        system.talk.ask(Ask::Raise("clock".to_owned()));
    }

    fn time_of(&self, minute: u64) -> String {
        let (time, half) = saved::clock(minute / 60, minute % 60, self.saved.hours);
        [&time, half].concat()
    }

    fn begin_alarm(&mut self) {
        if self.saved.alarms.len() < MOST {
            (self.page, self.first) = (Page::Alarms, 0);
            self.editing = Some(Editing { index: None, minute: 7 * 60, typed: 0 });
        }
    }

    fn keep_alarm(&mut self, system: &System) {
        let Some(Editing { index, minute, .. }) = self.editing.take() else { return };
        let alarm = Alarm { minute, is_on: true };
        match index.and_then(|index| self.saved.alarms.get_mut(index)) {
            Some(kept) => *kept = alarm,
            None => self.saved.alarms.push(alarm),
        }
        self.saved.alarms.sort_by_key(|alarm| alarm.minute);
        self.saved.alarms.truncate(MOST);
        self.save(system);
    }

    fn turn(&mut self, part: Part, is_up: bool) {
        let Some(editing) = &mut self.editing else { return };
        let (hour, tens, ones) = (editing.minute / 60, editing.minute % 60 / 10, editing.minute % 10);
        let next =
            |value: u64, count: u64| if is_up { (value + 1) % count } else { (value + count - 1) % count };
        editing.minute = match part {
            Part::Hours => next(hour, 24) * 60 + tens * 10 + ones,
            Part::Tens => hour * 60 + next(tens, 6) * 10 + ones,
            Part::Ones => hour * 60 + tens * 10 + next(ones, 10),
        };
    }

    /// A digit typed while an alarm is set: they fill its four places one after the other.
    fn type_digit(&mut self, digit: u64) {
        let Some(editing) = &mut self.editing else { return };
        let (hour, minute) = (editing.minute / 60, editing.minute % 60);
        let mut places = [hour / 10, hour % 10, minute / 10, minute % 10];
        places[editing.typed % 4] = digit;
        editing.typed += 1;
        editing.minute = (places[0] * 10 + places[1]).min(23) * 60 + (places[2] * 10 + places[3]).min(59);
    }

    fn go(&mut self, system: &System) {
        let unix_ms = system.now.unix_ms;
        self.saved.timer = match self.saved.timer {
            Timer::Set(0) => return,
            Timer::Set(ms) => Timer::Ends(unix_ms + ms),
            Timer::Ends(at) => Timer::Set(at.saturating_sub(unix_ms)),
        };
        self.save(system);
    }

    fn lengthen(&mut self, ms: u64, system: &System) {
        let left = self.saved.timer.left(system.now.unix_ms);
        let ms = ms.min(LONGEST_MS.saturating_sub(left));
        self.saved.timer = match self.saved.timer {
            Timer::Set(set) => Timer::Set(set + ms),
            Timer::Ends(at) => Timer::Ends(at + ms),
        };
        self.save(system);
    }

    /// Moves the list of the page by so many rows; answers whether it moved.
    fn scroll(&mut self, rows: i32) -> bool {
        let last = self.list(self.canvas).map_or(0, |list| list.last);
        let by = usize::try_from(rows.unsigned_abs()).unwrap_or(0);
        let to = if rows < 0 { self.first.saturating_sub(by) } else { self.first + by };
        core::mem::replace(&mut self.first, to.min(last)) != to.min(last)
    }

    /// What is shown and changes by itself, as a number.
    fn moment(&self, unix_ms: u64) -> u64 {
        match (self.page, self.saved.timer) {
            (Page::Time, _) => unix_ms / 1000,
            (Page::Timer, Timer::Ends(at)) => at.saturating_sub(unix_ms).div_ceil(1000),
            _ => unix_ms / 60_000,
        }
    }
}

impl<S: Store> Screen for Clock<S> {
    type Message = Press;

    fn view(&self, view: &mut View<Press>) {
        self.show(view);
    }

    fn on_message(&mut self, message: Press, system: &mut System) {
        match message {
            Press::Back => system.is_done = true,
            Press::Page(page) => (self.page, self.first) = (page, 0),
            Press::Face => {
                self.saved.face = match self.saved.face {
                    Face::Digital => Face::Analogue,
                    Face::Analogue => Face::Digital,
                };
                self.save(system);
            }
            Press::Hours => {
                self.saved.hours = match self.saved.hours {
                    Hours::Day => Hours::Half,
                    Hours::Half => Hours::Day,
                };
                self.save(system);
            }
            Press::Home(index) => {
                self.saved.home = index.min(CITIES.len() - 1);
                // Another place's minutes: none of them passed unseen.
                self.seen_minute = None;
                self.save(system);
            }
            Press::NewAlarm => self.begin_alarm(),
            Press::EditAlarm(index) => {
                let minute = self.saved.alarms.get(index).map(|alarm| alarm.minute);
                self.editing = minute.map(|minute| Editing { index: Some(index), minute, typed: 0 });
            }
            Press::SwitchAlarm(index) => {
                if let Some(alarm) = self.saved.alarms.get_mut(index) {
                    alarm.is_on = !alarm.is_on;
                    self.save(system);
                }
            }
            Press::DeleteAlarm(index) => {
                if index < self.saved.alarms.len() {
                    self.saved.alarms.remove(index);
                    self.scroll(0);
                    self.save(system);
                }
            }
            Press::More(part) => self.turn(part, true),
            Press::Less(part) => self.turn(part, false),
            Press::Save => self.keep_alarm(system),
            Press::Cancel => self.editing = None,
            Press::Longer(seconds) => self.lengthen(seconds * 1000, system),
            Press::Go => self.go(system),
            Press::Clear => {
                self.saved.timer = Timer::Set(0);
                self.save(system);
            }
            Press::Up => {
                self.scroll(-1);
            }
            Press::Down => {
                self.scroll(1);
            }
            Press::Stop => self.ringing = None,
            Press::Snooze => {
                if let Some(ringing) = self.ringing.take() {
                    self.snoozed = Some((system.now.ms + SNOOZE_MS, ringing.cause));
                }
            }
        }
    }

    fn on_key(&mut self, key: Key<'_>, system: &mut System) -> bool {
        let message = match key {
            Key::Named(NamedKey::Escape) if self.ringing.is_some() => Press::Stop,
            Key::Named(NamedKey::Escape) if self.editing.is_some() => Press::Cancel,
            Key::Text(text) if self.editing.is_some() => {
                let Ok(digit @ 0..=9) = text.parse() else { return false };
                self.type_digit(digit);
                return true;
            }
            _ if self.ringing.is_some() => return false,
            Key::Text("t" | "T") => Press::Hours,
            Key::Text("f" | "F") => Press::Face,
            Key::Text("n" | "N") => Press::NewAlarm,
            Key::Text(text) => {
                let page = text.parse().ok().and_then(|n: usize| Page::ALL.get(n.checked_sub(1)?));
                let Some(page) = page else { return false };
                Press::Page(*page)
            }
            _ => return false,
        };
        self.on_message(message, system);
        true
    }

    fn on_scroll(&mut self, rows: i32, _: &mut System) -> bool {
        self.scroll(rows)
    }

    fn on_size(&mut self, w: i32, h: i32, _: &mut System) {
        self.canvas = Rect::new(0, 0, w, h);
        self.scroll(0);
    }

    fn on_time(&mut self, system: &mut System) -> bool {
        self.unix_ms = system.now.unix_ms;
        let rang = self.ringing.is_some();
        self.look_at_alarms(system);
        if let Some(ringing) = &mut self.ringing {
            if ringing.until <= system.now.ms {
                self.ringing = None;
            } else if ringing.beep_at <= system.now.ms {
                ringing.beep_at = system.now.ms + BEEP_MS;
                system.lines.push("VYOMA_AUDIO:beep:880,300".to_owned());
            }
        }
        let shown = self.moment(self.unix_ms);
        let is_changed = core::mem::replace(&mut self.shown, shown) != shown;
        let toast = self.toast.take_if(|(_, until)| *until <= system.now.ms).is_some();
        is_changed | toast | (rang != self.ringing.is_some())
    }

    fn wake_at(&self, now: Now) -> Option<u64> {
        let tick = match (self.page, self.saved.timer) {
            (Page::Time, _) => now.until_multiple(1000),
            (Page::Timer, Timer::Ends(at)) => at.saturating_sub(now.unix_ms).saturating_sub(1) % 1000 + 1,
            _ => now.until_multiple(60_000),
        };
        let end = match self.saved.timer {
            Timer::Ends(at) => Some(now.ms + at.saturating_sub(now.unix_ms)),
            Timer::Set(_) => None,
        };
        let toast = self.toast.as_ref().map(|(_, until)| *until);
        let beep = self.ringing.map(|ringing| ringing.beep_at.min(ringing.until));
        let snoozed = self.snoozed.map(|(at, _)| at);
        [Some(now.ms + tick), end, toast, beep, snoozed].into_iter().flatten().min()
    }
}

/// What is left of a countdown: `4:05`, `1:04:05`.
fn remaining(ms: u64) -> String {
    let seconds = ms.div_ceil(1000);
    let two = ui::number::two_digits;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let number = |n: u64| digits(n.cast_signed());
    if hours > 0 {
        [&number(hours), ":", &two(minutes), ":", &two(seconds % 60)].concat()
    } else {
        [&number(minutes), ":", &two(seconds % 60)].concat()
    }
}

#[cfg(test)]
mod tests;
