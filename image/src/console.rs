//! Progress for people: a bar on a terminal, a line for each step anywhere else.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::build::Progress;

/// Shows the steps of a build on stderr.
#[derive(Debug)]
pub struct Console {
    bar: Option<ProgressBar>,
    step: String,
}

/// How often a step whose length is not known shows that it goes on.
const TICK: Duration = Duration::from_millis(120);

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

impl Console {
    /// A bar where stderr is a terminal, lines where not.
    #[must_use]
    pub fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            bar.enable_steady_tick(TICK);
            bar
        });
        Self { bar, step: String::new() }
    }

    /// A line that stays.
    pub fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => eprintln!("{line}"),
        }
    }
}

impl Progress for Console {
    fn update(&mut self, step: &str, done: u64, total: u64) {
        let fresh = self.step != step;
        if fresh {
            step.clone_into(&mut self.step);
        }
        let Some(bar) = &self.bar else {
            if fresh {
                eprintln!("vyoma: {step}");
            }
            return;
        };
        if fresh {
            bar.reset_elapsed();
            bar.set_message(step.to_owned());
        }
        bar.set_style(style(total));
        bar.set_length(total);
        bar.set_position(done);
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn style(total: u64) -> ProgressStyle {
    let template = if total == 0 {
        "{spinner} {msg} ({elapsed})"
    } else {
        "{spinner} {msg} [{bar:28}] {pos}/{len} ({elapsed})"
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
