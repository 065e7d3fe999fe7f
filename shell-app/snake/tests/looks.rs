//! What the game looks like.

use snake::Snake;

#[test]
fn a_game_that_waits() {
    gallery::hold_printed(env!("CARGO_MANIFEST_DIR"), "paused", |theme, (w, h)| {
        let mut snake = Snake::new(7);
        for line in [
            format!("VYOMA_SYSTEM:screen:{w},{h}"),
            format!("REPLY:theme {}", theme.name()),
            "\x1b[A".to_owned(),
            "p".to_owned(),
        ] {
            snake.on_line(line.as_bytes(), 86_400_000);
        }
        String::from_utf8_lossy(snake.draw()).into_owned()
    });
}
