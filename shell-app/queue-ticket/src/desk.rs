//! The numbers drawn today, kept in a file: a terminal that was off goes on where it was.

use alloc::string::String;
use alloc::vec::Vec;

use guest::{FileError, Store};
use ui::number::digits;

/// The services, each with a letter of its own.
pub(crate) const SERVICES: usize = 4;
const LETTERS: [char; SERVICES] = ['A', 'B', 'C', 'D'];
/// The last number of a letter; after it comes the first again.
const LAST: u32 = 999;
/// Milliseconds of a day, UTC.
const DAY_MS: u64 = 86_400_000;
const FILE: &str = "drawn.txt";

/// A number drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// For which service.
    pub(crate) service: usize,
    number: u32,
    /// How many were drawn for it before, today.
    pub(crate) before: u32,
}

impl Ticket {
    /// `B 042`.
    pub(crate) fn text(&self) -> String {
        let number = digits(i64::from(self.number));
        let mut text = String::from_iter([LETTERS[self.service % SERVICES], ' ']);
        for _ in number.len()..3 {
            text.push('0');
        }
        text + &number
    }
}

/// How many were drawn for each service, and on which day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Desk {
    day: u64,
    drawn: [u32; SERVICES],
}

impl Desk {
    /// As it was kept; what cannot be read begins anew.
    pub(crate) fn read(files: &impl Store) -> Self {
        let bytes = files.read(FILE).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let numbers: Vec<u64> = text.split_whitespace().map_while(|word| word.parse().ok()).collect();
        let mut desk = Self { day: numbers.first().copied().unwrap_or(0), drawn: [0; SERVICES] };
        for (drawn, kept) in desk.drawn.iter_mut().zip(numbers.iter().skip(1)) {
            *drawn = u32::try_from(*kept).unwrap_or(0);
        }
        desk
    }

    /// Draws the next number. It is kept before it is given: no two people have the same.
    pub(crate) fn draw(
        &mut self,
        service: usize,
        unix_ms: u64,
        files: &mut impl Store,
    ) -> Result<Ticket, FileError> {
        let mut next = self.clone();
        if next.day != unix_ms / DAY_MS {
            next = Self { day: unix_ms / DAY_MS, drawn: [0; SERVICES] };
        }
        let service = service % SERVICES;
        let before = next.drawn[service];
        next.drawn[service] = before.saturating_add(1);
        let mut text = digits(i64::try_from(next.day).unwrap_or(0));
        for drawn in next.drawn {
            text.push(' ');
            text.push_str(&digits(i64::from(drawn)));
        }
        text.push('\n');
        files.write(FILE, text.as_bytes())?;
        *self = next;
        Ok(Ticket { service, number: before % LAST + 1, before })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use guest::MemoryFiles;

    #[test]
    fn draw_counts_each_service_and_begins_anew_each_day() {
        let mut files = MemoryFiles::default();
        let mut desk = Desk::read(&files);
        let mut draw = |desk: &mut Desk, service, day: u64| {
            desk.draw(service, day * DAY_MS + 5, &mut files).expect("room").text()
        };
        assert_eq!(draw(&mut desk, 0, 20_000), "A 001");
        assert_eq!(draw(&mut desk, 0, 20_000), "A 002");
        assert_eq!(draw(&mut desk, 3, 20_000), "D 001");
        assert_eq!(draw(&mut desk, 0, 20_001), "A 001");
        let mut again = Desk::read(&files);
        assert_eq!(again, desk);
        assert_eq!(again.draw(0, 20_001 * DAY_MS, &mut files).expect("room").text(), "A 002");
    }

    #[test]
    fn draw_without_room_gives_none_and_keeps_the_count() {
        let mut files = MemoryFiles::with_room(3);
        let mut desk = Desk::default();
        assert_eq!(desk.draw(1, 0, &mut files), Err(FileError::Full));
        assert_eq!(desk, Desk::default());
    }

    #[test]
    fn read_nonsense_begins_anew_and_numbers_go_round() {
        let mut files = MemoryFiles::default();
        for bad in ["", "x", "1 2 x", "\u{fffd}", "99999999999999999999"] {
            files.write(FILE, bad.as_bytes()).expect("room");
            let _ = Desk::read(&files);
        }
        files.write(FILE, b"0 999 4294967295").expect("room");
        let mut desk = Desk::read(&files);
        assert_eq!(desk.draw(0, 0, &mut files).expect("room").text(), "A 001");
        assert!(desk.draw(1, 0, &mut files).is_ok());
    }
}
