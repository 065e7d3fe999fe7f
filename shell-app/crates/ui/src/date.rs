//! The civil date of a moment.

use alloc::string::String;

use crate::look::Language;
use crate::number::{digits, two_digits};
use crate::words;
use crate::words::Words;

/// A date and a time of day, UTC, in the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// Year.
    pub year: u64,
    /// 1 to 12.
    pub month: u64,
    /// Day of the month, from 1.
    pub day: u64,
    /// 0 is Monday.
    pub weekday: u64,
    /// 0 to 23.
    pub hour: u64,
    /// 0 to 59.
    pub minute: u64,
    /// 0 to 59.
    pub second: u64,
}

/// Where the months begin in them, and the rest.
const MONTHS: u64 = 7;
const COMMA: u64 = 19;
const DOT: u64 = 20;

// How a language writes a date: the days of the week, the months, and what stands after either number. Each by itself:
// an app with one language carries one.
#[rustfmt::skip]
const ENGLISH: Words = words!(Language::English, "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|\
    January|February|March|April|May|June|July|August|September|October|November|December|\
    , | ");
#[rustfmt::skip]
const GERMAN: Words = words!(Language::German, "Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|\
    Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|\
    , |. ");
#[rustfmt::skip]
const HINDI: Words = words!(Language::Hindi, "सोमवार|मंगलवार|बुधवार|गुरुवार|शुक्रवार|शनिवार|रविवार|\
    जनवरी|फ़रवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|अक्टूबर|नवंबर|दिसंबर|\
    , | ");
#[rustfmt::skip]
const ARABIC: Words = words!(Language::Arabic, "الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد|\
    يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر|\
    ، | ");

impl Date {
    /// The date at this many milliseconds since 1970. The algorithm is Howard Hinnant's `civil_from_days`,
    /// <https://howardhinnant.github.io/date_algorithms.html>, for days that are not negative.
    #[must_use]
    pub const fn of(unix_ms: u64) -> Self {
        let seconds = unix_ms / 1000;
        let days = seconds / 86_400;
        let of_day = seconds % 86_400;
        // Days since 0000-03-01, in eras of 400 years.
        let shifted = days + 719_468;
        let era = shifted / 146_097;
        let of_era = shifted % 146_097;
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        Self {
            year: year_of_era + era * 400 + if month <= 2 { 1 } else { 0 },
            month,
            day: of_year - (153 * from_march + 2) / 5 + 1,
            weekday: (days + 3) % 7,
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
        }
    }

    /// `07:42`.
    #[must_use]
    pub fn clock(&self) -> String {
        let mut text = two_digits(self.hour);
        guest::push(&mut text, ':');
        text.push_str(&two_digits(self.minute));
        text
    }

    /// `Saturday, 21 November`.
    #[must_use]
    pub fn day_and_month(&self) -> String {
        self.written(Language::English, ENGLISH)
    }

    /// As [`day_and_month`](Self::day_and_month), as a language writes it: `Samstag, 21. November`.
    #[must_use]
    pub fn day_and_month_in(&self, language: Language) -> String {
        let names = match language {
            Language::English => ENGLISH,
            Language::German => GERMAN,
            Language::Hindi => HINDI,
            Language::Arabic => ARABIC,
        };
        self.written(language, names)
    }

    fn written(&self, language: Language, names: Words) -> String {
        let mut text = String::new();
        let push = |text: &mut String, place: u64| {
            language.push_nth(text, names, usize::try_from(place).unwrap_or(0));
        };
        push(&mut text, self.weekday);
        push(&mut text, COMMA);
        text.push_str(&digits(self.day.cast_signed()));
        push(&mut text, DOT);
        push(&mut text, MONTHS + self.month - 1);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_known_moments_is_their_date() {
        let epoch = Date::of(0);
        assert_eq!((epoch.year, epoch.month, epoch.day, epoch.weekday), (1970, 1, 1, 3));
        let leap = Date::of(1_709_210_096_789);
        assert_eq!((leap.clock(), leap.day_and_month()), ("12:34".into(), "Thursday, 29 February".into()));
        let late = Date::of(1_795_244_336_000);
        assert_eq!(late.day_and_month(), "Saturday, 21 November");
        assert_eq!(late.year, 2026);
        let all = Language::ALL.map(|language| late.day_and_month_in(language));
        let wanted =
            ["Saturday, 21 November", "Samstag, 21. November", "शनिवार, 21 नवंबर", "السبت، 21 نوفمبر"];
        assert_eq!(all, wanted);
    }
}
