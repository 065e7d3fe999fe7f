//! Plays an app as the system would: for tests, and to look at pictures without a device.

use alloc::format;
use alloc::string::String;

use crate::event::Input;
use crate::frame::Frame;
use crate::geometry::Rect;
use crate::look::{Language, Look, Theme};
use crate::run::{App, Now};

/// An app, a clock that is moved by hand, and the lines between them and the system.
#[derive(Debug)]
pub struct Session<A> {
    /// The app.
    pub app: A,
    input: Input,
    frame: Frame,
    now: Now,
}

impl<A: App> Session<A> {
    /// Begins at `unix_ms` milliseconds since 1970; the clock that never goes back begins at a day, as on a device.
    #[must_use]
    pub fn new(app: A, unix_ms: u64) -> Self {
        let now = Now { ms: 86_400_000, unix_ms };
        Self { app, input: Input::default(), frame: Frame::new(), now }
    }

    /// The moment it is.
    #[must_use]
    pub const fn now(&self) -> Now {
        self.now
    }

    /// Sends one line without its newline, and answers the lines the app prints then.
    pub fn line(&mut self, line: &str) -> String {
        let (app, now) = (&mut self.app, self.now);
        self.input.read(line, |event| app.on_event(event, now));
        self.after(0)
    }

    /// Sends lines one after the other, and answers all the app prints.
    pub fn lines<L: AsRef<str>>(&mut self, lines: &[L]) -> String {
        lines.iter().map(|line| self.line(line.as_ref())).collect()
    }

    /// Lets time pass, and answers the lines the app prints then.
    pub fn after(&mut self, ms: u64) -> String {
        self.now = Now { ms: self.now.ms + ms, unix_ms: self.now.unix_ms + ms };
        self.app.on_time(self.now);
        self.app.draw(&mut self.frame);
        String::from_utf8_lossy(&self.frame.finish()).into_owned()
    }

    /// Touches the middle of `area` with a finger, and answers all the app prints.
    pub fn tap(&mut self, area: Rect) -> String {
        let at = area.center();
        self.lines(&["down", "up"].map(|phase| format!("VYOMA_INPUT:touch:{phase}:0,{},{}", at.x, at.y)))
    }
}

/// Screens that the shell is made for, in pixels.
const SCREENS: [(i32, i32); 5] = [(800, 480), (1280, 800), (1920, 1080), (1080, 1920), (480, 800)];

/// Windows of the desktop policy on these where an app wishes for no size, in pixels.
const WINDOWS: [(i32, i32); 4] = [(640, 400), (800, 500), (1200, 675), (675, 1200)];

/// Calls `on` with every size of a screen and every look that an app of the shell is made for.
pub fn each_look(on: impl FnMut((i32, i32), Look)) {
    each_look_at(&SCREENS, on);
}

/// As [`each_look`], with the sizes of windows too: for what does not always have the screen for itself.
pub fn each_window_look(on: impl FnMut((i32, i32), Look)) {
    each_look_at(&[SCREENS.as_slice(), &WINDOWS].concat(), on);
}

/// As [`each_look`], with these sizes.
pub fn each_look_at(sizes: &[(i32, i32)], mut on: impl FnMut((i32, i32), Look)) {
    for &size in sizes {
        for language in Language::ALL {
            for (theme, text_percent) in [(Theme::Dark, 100), (Theme::HighContrast, 130)] {
                on(size, Look { theme, text_percent, language });
            }
        }
    }
}

/// The smallest rectangle around all that lines fill. Text is not counted.
#[must_use]
pub fn filled(lines: &str) -> Rect {
    lines
        .lines()
        .filter_map(|line| {
            let args =
                line.strip_prefix("VYOMA_DRAW:fill_rect")?.trim_start_matches("_r").strip_prefix(':')?;
            let mut numbers = args.split(',').map_while(|number| number.parse().ok());
            let mut next = || numbers.next().unwrap_or(0);
            Some(Rect::new(next(), next(), next(), next()))
        })
        .fold(Rect::default(), Rect::union)
}
