//! The program: reads, plays, draws and sleeps.
#![cfg_attr(target_os = "wasi", no_std, no_main)]
#![forbid(unsafe_code)]

use guest::{Lines, Stdin, Stdout, StreamError};
use snake::Snake;

fn run() -> Result<(), StreamError> {
    let (mut stdin, mut stdout) = (Stdin::open(), Stdout::open());
    let (mut lines, mut snake) = (Lines::default(), Snake::new(guest::random()));
    loop {
        snake.on_time(guest::monotonic_ms());
        stdout.write_frame(snake.draw())?;
        if snake.is_done() {
            return Ok(());
        }
        let Some(bytes) = stdin.read(snake.wake_at())? else { return Ok(()) };
        lines.push_bytes(&bytes, |line| snake.on_line(line, guest::monotonic_ms()));
    }
}

guest::main!(run);
