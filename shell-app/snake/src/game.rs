//! The game alone: a board, a snake, an apple. Time and chance are given.

use alloc::collections::VecDeque;

/// Columns and rows of the board.
pub(crate) const BOARD: (i32, i32) = (24, 16);
/// Turns that wait: as many as a person types ahead.
const TURNS: usize = 3;

/// A cell of the board, from its top left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) x: i32,
    pub(crate) y: i32,
}

/// Where the snake goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Up,
    Down,
    Left,
    Right,
}

impl Way {
    const fn step(self) -> (i32, i32) {
        match self {
            Self::Up => (0, -1),
            Self::Down => (0, 1),
            Self::Left => (-1, 0),
            Self::Right => (1, 0),
        }
    }

    fn is_back(self, other: Self) -> bool {
        let (a, b) = (self.step(), other.step());
        (a.0 + b.0, a.1 + b.1) == (0, 0)
    }
}

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It went on.
    Moved,
    /// It ate.
    Ate,
    /// It bit itself or a wall.
    Over,
    /// The board is full of it.
    Won,
}

/// A game. The first cell is the head.
#[derive(Clone, Debug)]
pub(crate) struct Game {
    pub(crate) body: VecDeque<Cell>,
    pub(crate) apple: Cell,
    way: Way,
    turns: VecDeque<Way>,
    chance: u64,
}

impl Game {
    /// A snake of four in the middle, going right.
    pub(crate) fn new(chance: u64) -> Self {
        let (x, y) = (BOARD.0 / 2, BOARD.1 / 2);
        let body: VecDeque<Cell> = (0..4).map(|n| Cell { x: x - n, y }).collect();
        let mut game = Self {
            body,
            apple: Cell { x: 0, y: 0 },
            way: Way::Right,
            turns: VecDeque::new(),
            // The generator below stays at 0.
            chance: chance | 1,
        };
        game.grow_apple();
        game
    }

    /// How often it ate.
    pub(crate) fn score(&self) -> usize {
        self.body.len() - 4
    }

    /// Turns at one of the next steps. Straight back is no turn.
    pub(crate) fn turn(&mut self, way: Way) {
        let last = self.turns.back().copied().unwrap_or(self.way);
        if way != last && !way.is_back(last) && self.turns.len() < TURNS {
            self.turns.push_back(way);
        }
    }

    /// One step.
    pub(crate) fn step(&mut self) -> Outcome {
        self.way = self.turns.pop_front().unwrap_or(self.way);
        let (dx, dy) = self.way.step();
        let Some(head) = self.body.front() else { return Outcome::Over };
        let next = Cell { x: head.x + dx, y: head.y + dy };
        let is_inside = (0..BOARD.0).contains(&next.x) && (0..BOARD.1).contains(&next.y);
        // The tail moves away, unless the snake grows.
        let eats = next == self.apple;
        let body = self.body.len() - usize::from(!eats);
        if !is_inside || self.body.iter().take(body).any(|cell| *cell == next) {
            return Outcome::Over;
        }
        self.body.push_front(next);
        if !eats {
            self.body.pop_back();
            return Outcome::Moved;
        }
        if self.grow_apple() { Outcome::Ate } else { Outcome::Won }
    }

    /// An apple on one of the free cells; `false` if there is none.
    fn grow_apple(&mut self) -> bool {
        let all = BOARD.0 * BOARD.1;
        let free = all - i32::try_from(self.body.len()).unwrap_or(all);
        if free <= 0 {
            return false;
        }
        // Xorshift64* of Sebastiano Vigna, <https://vigna.di.unimi.it/ftp/papers/xorshift.pdf>.
        self.chance ^= self.chance >> 12;
        self.chance ^= self.chance << 25;
        self.chance ^= self.chance >> 27;
        let drawn = (self.chance.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % u64::from(free.unsigned_abs());
        let cells = (0..all).map(|n| Cell { x: n % BOARD.0, y: n / BOARD.0 });
        let mut left = drawn;
        for cell in cells {
            if !self.body.contains(&cell) {
                if left == 0 {
                    self.apple = cell;
                    return true;
                }
                left -= 1;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_into_the_wall_is_the_end() {
        let mut game = Game::new(7);
        game.apple = Cell { x: 0, y: 0 };
        let steps = (0..100).map(|_| game.step()).position(|outcome| outcome == Outcome::Over);
        assert_eq!(steps, Some(usize::try_from(BOARD.0 / 2 - 1).expect("small")));
    }

    #[test]
    fn step_onto_the_apple_grows() {
        let mut game = Game::new(7);
        let head = game.body[0];
        game.apple = Cell { x: head.x + 1, y: head.y };
        assert_eq!(game.step(), Outcome::Ate);
        assert_eq!((game.score(), game.body.len()), (1, 5));
        assert!(!game.body.contains(&game.apple));
    }

    #[test]
    fn turn_back_is_none_and_turns_wait() {
        let mut game = Game::new(7);
        game.apple = Cell { x: 0, y: 0 };
        let head = game.body[0];
        for way in [Way::Left, Way::Up, Way::Down, Way::Left] {
            game.turn(way);
        }
        game.step();
        game.step();
        assert_eq!(game.body[0], Cell { x: head.x - 1, y: head.y - 1 });
    }

    #[test]
    fn step_onto_the_leaving_tail_is_fine() {
        let mut game = Game::new(7);
        game.apple = Cell { x: 0, y: 0 };
        for way in [Way::Up, Way::Left, Way::Down] {
            game.turn(way);
        }
        for _ in 0..3 {
            assert_eq!(game.step(), Outcome::Moved);
        }
        game.turn(Way::Right);
        assert_eq!(game.step(), Outcome::Moved);
    }

    #[test]
    fn apples_are_always_on_the_board_and_free() {
        let mut game = Game::new(99);
        for _ in 0..380 {
            let has_room = game.grow_apple();
            assert!(has_room && !game.body.contains(&game.apple));
            game.body.push_back(game.apple);
        }
        assert!(!game.grow_apple(), "the board is full");
    }
}
