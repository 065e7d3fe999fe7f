//! What the clock remembers: a file of lines `<word> <value>`. What cannot be read is as if it were not there.

use alloc::string::String;
use alloc::vec::Vec;

use ui::number::{digits, two_digits};

use crate::zone::CITIES;

/// Most alarms.
pub(crate) const MOST: usize = 5;

/// An alarm of every day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Alarm {
    /// Minutes since midnight, by the clocks of home.
    pub(crate) minute: u64,
    pub(crate) is_on: bool,
}

/// How the time is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Face {
    /// Digits, and a light going round.
    #[default]
    Digital,
    /// Hands.
    Analogue,
}

/// How hours are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Hours {
    /// 0 to 23.
    #[default]
    Day,
    /// 12, 1 to 11, twice.
    Half,
}

/// A countdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timer {
    /// It stands at so many milliseconds.
    Set(u64),
    /// It ends at this moment, in milliseconds since 1970.
    Ends(u64),
}

impl Timer {
    /// What is left of it, in milliseconds.
    pub(crate) const fn left(self, unix_ms: u64) -> u64 {
        match self {
            Self::Set(ms) => ms,
            Self::Ends(at) => at.saturating_sub(unix_ms),
        }
    }
}

/// Everything that is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saved {
    pub(crate) face: Face,
    pub(crate) hours: Hours,
    /// Index into [`CITIES`].
    pub(crate) home: usize,
    pub(crate) alarms: Vec<Alarm>,
    pub(crate) timer: Timer,
}

impl Default for Saved {
    fn default() -> Self {
        Self {
            face: Face::default(),
            hours: Hours::default(),
            home: 0,
            alarms: Vec::new(),
            timer: Timer::Set(300_000),
        }
    }
}

/// The longest countdown, in milliseconds: a second less than a hundred hours.
pub(crate) const LONGEST_MS: u64 = 359_999_000;

impl Saved {
    pub(crate) fn read(text: &str) -> Self {
        let mut saved = Self::default();
        for (word, value) in text.lines().filter_map(|line| line.split_once(' ')) {
            match (word, value) {
                ("face", "analogue") => saved.face = Face::Analogue,
                ("hours", "12") => saved.hours = Hours::Half,
                ("home", id) => {
                    saved.home = CITIES.iter().position(|city| city.id == id).unwrap_or(saved.home);
                }
                ("alarm", value) => {
                    let (minute, is_on) = match value.strip_suffix(" off") {
                        Some(minute) => (minute, false),
                        None => (value, true),
                    };
                    if let Ok(minute @ 0..1440) = minute.parse()
                        && saved.alarms.len() < MOST
                    {
                        saved.alarms.push(Alarm { minute, is_on });
                    }
                }
                ("timer", ms) => {
                    if let Ok(ms @ 0..=LONGEST_MS) = ms.parse() {
                        saved.timer = Timer::Set(ms);
                    }
                }
                ("ends", at) => saved.timer = at.parse().map_or(saved.timer, Timer::Ends),
                _ => {}
            }
        }
        saved
    }

    pub(crate) fn write(&self) -> String {
        let mut text = String::new();
        let mut line = |parts: &[&str]| {
            text.push_str(&parts.concat());
            text.push('\n');
        };
        if self.face == Face::Analogue {
            line(&["face analogue"]);
        }
        if self.hours == Hours::Half {
            line(&["hours 12"]);
        }
        line(&["home ", CITIES[self.home].id]);
        for alarm in &self.alarms {
            let off = if alarm.is_on { "" } else { " off" };
            line(&["alarm ", &digits(alarm.minute.cast_signed()), off]);
        }
        let (word, ms) = match self.timer {
            Timer::Set(ms) => ("timer ", ms),
            Timer::Ends(at) => ("ends ", at),
        };
        line(&[word, &digits(ms.cast_signed())]);
        text
    }
}

/// A time of day, and what follows it where hours are counted twice.
pub(crate) fn clock(hour: u64, minute: u64, hours: Hours) -> (String, &'static str) {
    match hours {
        Hours::Day => ([&two_digits(hour), ":", &two_digits(minute)].concat(), ""),
        Hours::Half => {
            let shown = digits(((hour + 11) % 12 + 1).cast_signed());
            ([&shown, ":", &two_digits(minute)].concat(), if hour < 12 { " AM" } else { " PM" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        let alarm = |minute, is_on| Alarm { minute, is_on };
        for saved in [
            Saved::default(),
            Saved {
                face: Face::Analogue,
                hours: Hours::Half,
                home: 5,
                alarms: vec![alarm(450, true), alarm(0, false), alarm(1439, true)],
                timer: Timer::Ends(1_795_246_936_000),
            },
        ] {
            assert_eq!(Saved::read(&saved.write()), saved);
        }
    }

    #[test]
    fn what_makes_no_sense_is_left_out() {
        let text = "home atlantis\nalarm 1440\nalarm -1\nalarm x off\nalarm 7\ntimer 99999999999\nends x\nhours 13\n\n \n";
        let wanted = Saved { alarms: vec![Alarm { minute: 7, is_on: true }], ..Saved::default() };
        assert_eq!(Saved::read(text), wanted);
        let many = "alarm 1\n".repeat(99);
        assert_eq!(Saved::read(&many).alarms.len(), MOST);
    }

    #[test]
    fn clock_counts_hours_once_or_twice() {
        assert_eq!(clock(0, 5, Hours::Half), ("12:05".into(), " AM"));
        assert_eq!(clock(12, 0, Hours::Half), ("12:00".into(), " PM"));
        assert_eq!(clock(19, 42, Hours::Half), ("7:42".into(), " PM"));
        assert_eq!(clock(7, 4, Hours::Day), ("07:04".into(), ""));
    }
}
