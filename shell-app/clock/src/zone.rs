//! Cities, and how far their clocks are from UTC at a moment.
//!
//! Rules of 2026: the European Union's directive 2000/84/EC, the United States' Energy Policy Act of 2005, and those of
//! New South Wales. A device has no table of the world's zones; these twelve need three rules.

use ui::{Date, Text};

/// When a city's clocks are an hour ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Summer {
    /// Never.
    None,
    /// From the last Sunday of March to that of October, at 1:00 UTC.
    Europe,
    /// From the second Sunday of March to the first of November, at 2:00 of its own clocks.
    America,
    /// From the first Sunday of October to that of April, at 2:00 of its winter's clocks.
    Australia,
}

/// A city.
#[derive(Debug)]
pub(crate) struct City {
    /// What it is called in a file.
    pub(crate) id: &'static str,
    pub(crate) name: Text,
    /// Minutes ahead of UTC in winter.
    minutes: i64,
    summer: Summer,
}

const fn city(id: &'static str, name: Text, minutes: i64, summer: Summer) -> City {
    City { id, name, minutes, summer }
}

/// From west to east, after the device's own clock.
pub(crate) static CITIES: [City; 12] = [
    city("utc", ["UTC", "UTC", "यूटीसी", "توقيت عالمي"], 0, Summer::None),
    city("los-angeles", ["Los Angeles", "Los Angeles", "लॉस एंजेलिस", "لوس أنجلوس"], -480, Summer::America),
    city("new-york", ["New York", "New York", "न्यूयॉर्क", "نيويورك"], -300, Summer::America),
    city("sao-paulo", ["São Paulo", "São Paulo", "साओ पाउलो", "ساو باولو"], -180, Summer::None),
    city("london", ["London", "London", "लंदन", "لندن"], 0, Summer::Europe),
    city("berlin", ["Berlin", "Berlin", "बर्लिन", "برلين"], 60, Summer::Europe),
    city("nairobi", ["Nairobi", "Nairobi", "नैरोबी", "نيروبي"], 180, Summer::None),
    city("dubai", ["Dubai", "Dubai", "दुबई", "دبي"], 240, Summer::None),
    city("delhi", ["Delhi", "Delhi", "दिल्ली", "دلهي"], 330, Summer::None),
    city("shanghai", ["Shanghai", "Shanghai", "शंघाई", "شنغهاي"], 480, Summer::None),
    city("tokyo", ["Tokyo", "Tokio", "टोक्यो", "طوكيو"], 540, Summer::None),
    city("sydney", ["Sydney", "Sydney", "सिडनी", "سيدني"], 600, Summer::Australia),
];

/// Seconds in a day.
const DAY: i64 = 86_400;

impl City {
    /// Minutes its clocks are ahead of UTC at this moment, in milliseconds since 1970.
    pub(crate) fn ahead(&self, unix_ms: u64) -> i64 {
        let year = i64::try_from(Date::of(unix_ms).year).unwrap_or(1970);
        let now = i64::try_from(unix_ms / 1000).unwrap_or(i64::MAX / 2);
        let own = self.minutes * 60;
        let is_summer = match self.summer {
            Summer::None => false,
            Summer::Europe => {
                (last_sunday(year, 3) * DAY + 3600..last_sunday(year, 10) * DAY + 3600).contains(&now)
            }
            Summer::America => {
                let from = (first_sunday(year, 3) + 7) * DAY + 7200 - own;
                let to = first_sunday(year, 11) * DAY + 3600 - own;
                (from..to).contains(&now)
            }
            Summer::Australia => {
                let to = first_sunday(year, 4) * DAY + 7200 - own;
                let from = first_sunday(year, 10) * DAY + 7200 - own;
                !(to..from).contains(&now)
            }
        };
        self.minutes + i64::from(is_summer) * 60
    }

    /// What its clocks show at a moment, in milliseconds since 1970 of a day that is its own.
    pub(crate) fn clocks(&self, unix_ms: u64) -> u64 {
        unix_ms.saturating_add_signed(self.ahead(unix_ms) * 60_000)
    }
}

/// Days since 1970 of a date: Howard Hinnant's `days_from_civil`, for years after 0.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The first Sunday on or after a day. Day 0 was a Thursday.
const fn sunday_from(day: i64) -> i64 {
    day + (10 - day.rem_euclid(7)) % 7
}

const fn first_sunday(year: i64, month: i64) -> i64 {
    sunday_from(days(year, month, 1))
}

/// Of a month with 31 days.
const fn last_sunday(year: i64, month: i64) -> i64 {
    sunday_from(days(year, month, 25))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ahead(id: &str, unix_s: u64) -> i64 {
        CITIES.iter().find(|city| city.id == id).expect("a city").ahead(unix_s * 1000)
    }

    #[test]
    fn ahead_changes_at_the_second_the_law_says() {
        // 2026: Europe 29 March and 25 October 1:00 UTC; New York 8 March 7:00 UTC and 1 November 6:00 UTC; Sydney
        // 4 April 16:00 UTC and 3 October 16:00 UTC.
        for (id, change, before, after) in [
            ("berlin", 1_774_746_000, 60, 120),
            ("berlin", 1_792_890_000, 120, 60),
            ("london", 1_774_746_000, 0, 60),
            ("new-york", 1_772_953_200, -300, -240),
            ("new-york", 1_793_512_800, -240, -300),
            ("los-angeles", 1_772_964_000, -480, -420),
            ("sydney", 1_775_318_400, 660, 600),
            ("sydney", 1_791_043_200, 600, 660),
        ] {
            assert_eq!((ahead(id, change - 1), ahead(id, change)), (before, after), "{id} at {change}");
        }
        assert_eq!((ahead("delhi", 0), ahead("tokyo", 1 << 31), ahead("utc", 1_774_746_000)), (330, 540, 0));
    }

    #[test]
    fn clocks_of_any_moment_are_some_time() {
        for moment in [0, 1, u64::MAX / 1000, u64::MAX] {
            for city in &CITIES {
                let shown = Date::of(city.clocks(moment));
                assert!(shown.hour < 24);
            }
        }
        let berlin = &CITIES[5];
        assert_eq!(Date::of(berlin.clocks(1_795_246_936_000)).clock(), "08:42");
    }
}
