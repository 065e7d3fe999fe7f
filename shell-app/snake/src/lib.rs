//! Snake: arrows, `wasd`, a swipe or a press beside it turn it; Enter, Space, a tap or a click begins; `p` pauses, Esc
//! closes. It follows the system's theme, and says what it says with signs: they are the same in every language.
//!
//! It draws cells that changed and nothing else: two or three rectangles a step. No table of a font's widths is needed: the
//! whole game is below 20 KB.
#![cfg_attr(target_os = "wasi", no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod game;
mod input;

use guest::draw_protocol::{Area, DrawWriter, Rgba, Weight};

use crate::game::{BOARD, Cell, Game, Outcome, Way};
use crate::input::Input;

/// Milliseconds between two steps at the beginning, and the least there can be.
const STEP_MS: (u64, u64) = (160, 70);
/// Each apple makes it so much faster, in milliseconds.
const FASTER_MS: u64 = 4;
/// Height of the line with the score, in pixels.
const HEAD: i32 = 48;

/// The colours of a theme.
#[derive(Debug)]
struct Palette {
    ground: Rgba,
    field: Rgba,
    body: Rgba,
    face: Rgba,
    apple: Rgba,
    text: Rgba,
    dim: Rgba,
    error: Rgba,
}

static DARK: Palette = Palette {
    ground: Rgba::opaque(0x0b_1020),
    field: Rgba::opaque(0x15_1c30),
    body: Rgba::opaque(0x66_d9a0),
    face: Rgba::opaque(0xb6_f5d3),
    apple: Rgba::opaque(0xff_b454),
    text: Rgba::opaque(0xea_effa),
    dim: Rgba::opaque(0xa9_b4cf),
    error: Rgba::opaque(0xff_8080),
};
static LIGHT: Palette = Palette {
    ground: Rgba::opaque(0xf3_f5fa),
    field: Rgba::opaque(0xff_ffff),
    body: Rgba::opaque(0x0b_6b3a),
    face: Rgba::opaque(0x06_4023),
    apple: Rgba::opaque(0x9a_4b00),
    text: Rgba::opaque(0x12_1a2b),
    dim: Rgba::opaque(0x47_536e),
    error: Rgba::opaque(0xb3_261e),
};
static HIGH_CONTRAST: Palette = Palette {
    ground: Rgba::opaque(0),
    field: Rgba::opaque(0x22_2222),
    body: Rgba::opaque(0x66_ffa6),
    face: Rgba::opaque(0xff_ffff),
    apple: Rgba::opaque(0xff_d400),
    text: Rgba::opaque(0xff_ffff),
    dim: Rgba::opaque(0xff_ffff),
    error: Rgba::opaque(0xff_9a9a),
};

/// Width of what closes the game, at the top left, where the window has nothing that does.
const BACK: i32 = 64;

/// Signs that need no language: away, begin or go on, over and once more, and the best score so far.
const AWAY: &str = "‹";
const GO: &str = "▶";
const OVER: &str = "✗ ▶";
const BEST: &str = "★";

/// What is going on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing yet: a key begins.
    Ready,
    /// The next step is due at this moment, in milliseconds.
    Running(u64),
    /// Stopped by the player.
    Paused,
    /// It is over; the board is full, or it bit.
    Over,
}

/// The app.
#[derive(Debug)]
pub struct Snake {
    palette: &'static Palette,
    /// Whether the system is to be asked how things look.
    asks_look: bool,
    game: Game,
    phase: Phase,
    best: usize,
    canvas: (i32, i32),
    frame: DrawWriter,
    /// What is shown: nothing, or the snake's cells and the apple.
    shown: alloc::vec::Vec<(Cell, Rgba)>,
    is_stale: bool,
    has_new_words: bool,
    chance: u64,
    has_back: bool,
    is_done: bool,
}

impl Snake {
    /// A game that has not begun; the apples' places come of `chance`.
    #[must_use]
    pub fn new(chance: u64) -> Self {
        Self {
            palette: &DARK,
            asks_look: false,
            game: Game::new(chance),
            phase: Phase::Ready,
            best: 0,
            canvas: (0, 0),
            frame: DrawWriter::new(),
            shown: alloc::vec::Vec::new(),
            is_stale: false,
            has_new_words: false,
            chance,
            has_back: true,
            is_done: false,
        }
    }

    /// Reads a line of stdin.
    pub fn on_line(&mut self, line: &[u8], now: u64) {
        match input::read(line) {
            Some(Input::Size(w, h)) => {
                self.asks_look |= self.canvas == (0, 0);
                self.canvas = (w, h);
                self.is_stale = true;
            }
            Some(Input::Focus) => self.asks_look = true,
            Some(Input::Theme(name)) => {
                let palette: &'static Palette = match name.first() {
                    Some(b'l') => &LIGHT,
                    Some(b'h') => &HIGH_CONTRAST,
                    _ => &DARK,
                };
                self.is_stale |= !core::ptr::eq(self.palette, palette);
                self.palette = palette;
            }
            Some(Input::Chrome) => {
                self.has_back = false;
                self.has_new_words = true;
            }
            Some(Input::Point(x, y)) if self.has_back && x < BACK && y < HEAD => self.is_done = true,
            Some(Input::Point(x, y)) => self.point(x, y, now),
            Some(Input::Turn(way)) => self.turn(way, now),
            Some(Input::Go) => self.go(now),
            Some(Input::Pause) => self.pause(now),
            Some(Input::Close) => self.is_done = true,
            None => {}
        }
    }

    fn turn(&mut self, way: Way, now: u64) {
        if self.phase == Phase::Ready {
            self.go(now);
        }
        if matches!(self.phase, Phase::Running(_)) {
            self.game.turn(way);
        }
    }

    /// Something on the canvas was pressed: it begins, or the snake turns to where that is.
    fn point(&mut self, x: i32, y: i32, now: u64) {
        if !matches!(self.phase, Phase::Running(_)) {
            return self.go(now);
        }
        let (left, top, edge) = self.board();
        let Some(head) = self.game.body.front().copied() else { return };
        let (dx, dy) = (x - (left + head.x * edge + edge / 2), y - (top + head.y * edge + edge / 2));
        self.game.turn(match (dx.abs() > dy.abs(), dx > 0, dy > 0) {
            (true, true, _) => Way::Right,
            (true, false, _) => Way::Left,
            (false, _, true) => Way::Down,
            (false, _, false) => Way::Up,
        });
    }

    fn pause(&mut self, now: u64) {
        match self.phase {
            Phase::Running(_) => self.enter(Phase::Paused),
            Phase::Paused => self.go(now),
            Phase::Ready | Phase::Over => {}
        }
    }

    /// Begins, goes on, or begins again.
    fn go(&mut self, now: u64) {
        if self.phase == Phase::Over {
            self.chance = self.chance.wrapping_add(now).rotate_left(17);
            self.game = Game::new(self.chance);
            self.is_stale = true;
        }
        if !matches!(self.phase, Phase::Running(_)) {
            self.enter(Phase::Running(now + self.step_ms()));
        }
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.has_new_words = true;
    }

    fn step_ms(&self) -> u64 {
        STEP_MS.0.saturating_sub(FASTER_MS * self.game.score() as u64).max(STEP_MS.1)
    }

    /// Time passed: at most one step, however late it is; what was slept through is not made up for.
    pub fn on_time(&mut self, now: u64) {
        let Phase::Running(due) = self.phase else { return };
        if now < due {
            return;
        }
        self.phase = Phase::Running(now + self.step_ms());
        match self.game.step() {
            Outcome::Moved => {}
            Outcome::Ate => self.has_new_words = true,
            Outcome::Over | Outcome::Won => self.enter(Phase::Over),
        }
        self.best = self.best.max(self.game.score());
    }

    /// When it wants to be called next, in milliseconds.
    #[must_use]
    pub fn wake_at(&self) -> Option<u64> {
        match self.phase {
            Phase::Running(due) => Some(due),
            Phase::Ready | Phase::Paused | Phase::Over => None,
        }
    }

    /// Whether the player had enough.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.is_done
    }

    /// The lines that bring the canvas up to date; empty if it is.
    pub fn draw(&mut self) -> &[u8] {
        self.frame.clear();
        if self.canvas != (0, 0) {
            let all = core::mem::take(&mut self.is_stale);
            if all {
                let (w, h) = self.canvas;
                self.frame.fill_rect(Area::new(0, 0, w, h), self.palette.ground);
                let (x, y, edge) = self.board();
                self.frame.fill_rect(Area::new(x, y, BOARD.0 * edge, BOARD.1 * edge), self.palette.field);
                self.shown.clear();
            }
            self.draw_cells();
            if core::mem::take(&mut self.has_new_words) || all {
                self.draw_words();
            }
            if !self.frame.is_empty() {
                self.frame.flush();
            }
            if core::mem::take(&mut self.asks_look) {
                self.frame.message("supervisor", "theme");
            }
        }
        self.frame.as_bytes()
    }

    /// The board's top left and the edge of its cells, in pixels.
    fn board(&self) -> (i32, i32, i32) {
        let (w, h) = self.canvas;
        let edge = ((w - 32) / BOARD.0).min((h - HEAD - 32) / BOARD.1).max(1);
        ((w - BOARD.0 * edge) / 2, HEAD + (h - HEAD - 16 - BOARD.1 * edge) / 2, edge)
    }

    fn draw_cells(&mut self) {
        let head = self.game.body.front().copied();
        let color = |cell: &Cell| if Some(*cell) == head { self.palette.face } else { self.palette.body };
        let mut wanted: alloc::vec::Vec<(Cell, Rgba)> =
            self.game.body.iter().map(|cell| (*cell, color(cell))).collect();
        wanted.push((self.game.apple, self.palette.apple));
        let (left, top, edge) = self.board();
        let place = |cell: Cell, by: i32| {
            Area::new(left + cell.x * edge + by, top + cell.y * edge + by, edge - 2 * by, edge - 2 * by)
        };
        for (cell, _) in self.shown.iter().filter(|was| !wanted.contains(was)) {
            self.frame.fill_rect(place(*cell, 0), self.palette.field);
        }
        for (cell, color) in wanted.iter().filter(|is| !self.shown.contains(is)) {
            self.frame.fill_rect_r(
                place(*cell, 1),
                *color,
                if *color == self.palette.apple { edge / 2 } else { edge / 4 },
            );
        }
        self.shown = wanted;
    }

    fn draw_words(&mut self) {
        let (w, _) = self.canvas;
        let (left, _, edge) = self.board();
        self.frame.fill_rect(Area::new(0, 0, w, HEAD), self.palette.ground);
        let mut digits = [b' '; 12];
        let score = number(self.game.score(), &mut digits);
        let score_left = if self.has_back { left.max(BACK) } else { left };
        self.frame.draw_glyph((score_left, 36), self.palette.text, 32, Weight::Bold, score);
        let mut digits = [b' '; 12];
        let best = number(self.best, &mut digits);
        // Digits are ten pixels wide at most.
        let best_left = left + BOARD.0 * edge - 10 * i32::try_from(best.len()).unwrap_or(0);
        let (sign, color) = match self.phase {
            Phase::Ready | Phase::Paused => (GO, self.palette.text),
            Phase::Running(_) => ("", self.palette.text),
            Phase::Over => (OVER, self.palette.error),
        };
        let dim = self.palette.dim;
        if self.has_back {
            self.frame.draw_glyph((24, 36), dim, 32, Weight::Regular, AWAY);
        }
        for (x, color, text) in
            [(best_left, dim, best), (best_left - 24, dim, BEST), (w / 2 - 12, color, sign)]
        {
            self.frame.draw_glyph((x, 31), color, 18, Weight::Regular, text);
        }
    }
}

/// A number's digits, in `digits`.
fn number(mut value: usize, digits: &mut [u8; 12]) -> &str {
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10).to_le_bytes()[0];
        value /= 10;
        if value == 0 || at == 0 {
            return core::str::from_utf8(&digits[at..]).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MORNING: u64 = 86_400_000;

    fn begun() -> Snake {
        let mut snake = Snake::new(1);
        snake.on_line(b"VYOMA_SYSTEM:screen:800,480", MORNING);
        assert!(text(&mut snake).contains(GO));
        snake.game.apple = Cell { x: 0, y: 0 };
        snake.on_line(b"", MORNING);
        snake
    }

    fn text(snake: &mut Snake) -> alloc::string::String {
        alloc::string::String::from_utf8_lossy(snake.draw()).into_owned()
    }

    #[test]
    fn session_turns_by_keys_and_swipes_and_ends_at_the_wall() {
        let mut snake = begun();
        let head = snake.game.body[0];
        snake.on_line(b"\x1b[A", MORNING);
        snake.on_line(b"VYOMA_INPUT:touch:swipe:-80,5", MORNING);
        let mut now = MORNING;
        for _ in 0..2 {
            now = snake.wake_at().expect("running");
            snake.on_time(now);
        }
        assert_eq!(snake.game.body[0], Cell { x: head.x - 1, y: head.y - 1 });
        while let Some(due) = snake.wake_at() {
            now = due;
            snake.on_time(due);
        }
        assert!(text(&mut snake).contains(OVER));
        snake.on_line(b"VYOMA_INPUT:touch:tap:400,240", now);
        assert_eq!(snake.game.body.len(), 4);
        assert!(snake.wake_at().is_some());
        snake.on_line(b"\x1b", now);
        assert!(snake.is_done());
    }

    #[test]
    fn draw_of_a_step_is_four_cells_and_of_nothing_is_nothing() {
        let mut snake = begun();
        let _ = text(&mut snake);
        let due = snake.wake_at().expect("running");
        snake.on_time(due - 1);
        assert_eq!(text(&mut snake), "", "not yet due");
        snake.on_time(due);
        let lines = text(&mut snake);
        // The head forward, the neck no longer a head, the tail away.
        assert_eq!(lines.lines().count(), 5, "{lines}");
        assert!(lines.ends_with("VYOMA_DRAW:flush\n"));
    }

    #[test]
    fn session_by_pointer_alone() {
        let mut snake = begun();
        let head = snake.game.body[0];
        // Above the snake, then beside it.
        snake.on_line(b"VYOMA_INPUT:mouse:click:400,60:left", MORNING);
        snake.on_time(snake.wake_at().expect("running"));
        assert_eq!(snake.game.body[0], Cell { x: head.x, y: head.y - 1 });
        snake.on_line(b"VYOMA_INPUT:mouse:click:20,240:left", MORNING);
        snake.on_time(snake.wake_at().expect("running"));
        assert_eq!(snake.game.body[0], Cell { x: head.x - 1, y: head.y - 1 });
        snake.on_line(b"VYOMA_INPUT:mouse:click:780,240:right", MORNING);
        assert!(snake.wake_at().is_some());
    }

    #[test]
    fn what_closes_it_is_there_where_the_window_has_nothing_that_does() {
        let close = |snake: &mut Snake| snake.on_line(b"VYOMA_INPUT:touch:tap:30,20", MORNING);
        let mut snake = begun();
        snake.on_line(b"VYOMA_SYSTEM:display_profile:desktop", MORNING);
        assert!(!text(&mut snake).contains(AWAY));
        close(&mut snake);
        assert!(!snake.is_done());
        let mut snake = begun();
        close(&mut snake);
        assert!(snake.is_done());
    }

    #[test]
    fn theme_of_the_system_is_followed() {
        let mut snake = begun();
        let _ = text(&mut snake);
        snake.on_line(b"p", MORNING);
        assert!(text(&mut snake).contains(GO));
        snake.on_line(b"REPLY:theme dark", MORNING);
        assert_eq!(text(&mut snake), "");
        snake.on_line(b"REPLY:theme high-contrast large", MORNING);
        assert!(text(&mut snake).contains("fill_rect:0,0,800,480,0x000000ff\n"));
        snake.on_line(b"VYOMA_SYSTEM:focus:gained", MORNING);
        assert_eq!(text(&mut snake), "@supervisor: theme\n");
    }

    #[test]
    fn every_colour_can_be_told_from_what_is_below() {
        let luminance = |color: Rgba| {
            let [r, g, b, _] = color.channels().map(|c| {
                let c = f64::from(c) / 255.0;
                if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
        };
        let contrast = |a, b| (luminance(a) / luminance(b)).max(luminance(b) / luminance(a));
        for p in [&DARK, &LIGHT, &HIGH_CONTRAST] {
            for (color, below) in [
                (p.text, p.ground),
                (p.dim, p.ground),
                (p.error, p.ground),
                (p.body, p.field),
                (p.face, p.field),
                (p.apple, p.field),
            ] {
                assert!(contrast(color, below) >= 4.5, "{color:08x?} on {below:08x?}");
            }
        }
    }

    #[test]
    fn pause_stops_time() {
        let mut snake = begun();
        snake.on_line(b"p", MORNING);
        assert_eq!(snake.wake_at(), None);
        let before = snake.game.body.clone();
        snake.on_time(MORNING + 60_000);
        assert_eq!(snake.game.body, before);
        snake.on_line(b"p", MORNING + 60_000);
        assert!(snake.wake_at() > Some(MORNING + 60_000));
    }

    #[test]
    fn on_line_nonsense_changes_nothing() {
        let mut snake = begun();
        let _ = text(&mut snake);
        let resize = |size: &str| ["VYOMA_SYSTEM:resize:", size].concat();
        for line in ["VYOMA_SYSTEM:screen:x", "hello there", "REPLY:pong", "ä", "\x1b[3~", &resize("0,0")] {
            snake.on_line(line.as_bytes(), MORNING);
        }
        assert_eq!(text(&mut snake), "");
        for size in ["1,1", "99999,7", "480,800"] {
            snake.on_line(resize(size).as_bytes(), MORNING);
            assert!(!text(&mut snake).is_empty());
        }
    }

    #[test]
    fn number_is_its_digits() {
        for value in [0, 7, 10, 380] {
            assert_eq!(number(value, &mut [b' '; 12]), value.to_string());
        }
    }
}
