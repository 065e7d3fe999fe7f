//! The verb `ps`: what each app costs. The compositor is asked how many frames it showed, and then it is answered.

use std::collections::BTreeMap;

use control_protocol::compositor::ToCompositor;
use control_protocol::{AppId, AppStats, Token};

use crate::jobs::Asker;
use crate::screenshots::OUR_TOKENS;
use crate::supervisor::Supervisor;

/// Columns of the longest usual name.
const NAME_COLUMN: usize = 20;

/// Questions on their way to the compositor, which answers at once. One more is answered without frames.
const MAX_ASKED: usize = 64;

/// Who waits for an answer to `ps`.
#[derive(Default)]
pub(crate) struct Counting {
    asked: BTreeMap<Token, Asker>,
    last: u64,
}

impl Supervisor {
    /// Asks the compositor; without one the answer has no frames.
    pub(crate) fn begin_ps(&mut self, asker: Asker) {
        if !self.compositor.is_up() || self.counting.asked.len() >= MAX_ASKED {
            return self.answer_ps(asker, None);
        }
        self.counting.last += 1;
        let token = Token(OUR_TOKENS | self.counting.last);
        self.counting.asked.insert(token, asker);
        self.tell_compositor(&ToCompositor::Stats(token), Vec::new());
    }

    /// The compositor counted.
    pub(crate) fn on_counted(&mut self, token: Token, windows: &[(AppId, AppStats)]) {
        if let Some(asker) = self.counting.asked.remove(&token) {
            self.answer_ps(asker, Some(windows));
        }
    }

    /// The compositor that was asked is gone.
    pub(crate) fn forget_counting(&mut self) {
        for (_, asker) in std::mem::take(&mut self.counting.asked) {
            self.answer_ps(asker, None);
        }
    }

    /// For people: the rows of `ps-raw` with what each app's process has cost, and what it showed.
    fn answer_ps(&mut self, asker: Asker, counted: Option<&[(AppId, AppStats)]>) {
        let row = |(name, state, up, again): &(&str, &str, u64, u32)| {
            let id = self.apps.find(name);
            let process = id.and_then(|id| self.apps.get(id)?.process.as_ref());
            let cost = process.map_or_else(sys::Usage::default, |process| sys::usage(process.child.pid()));
            let (cpu, memory) = (cost.cpu_ms, cost.memory_kib);
            let row = format!(
                "{name:<NAME_COLUMN$} {state:<4} {up:>6}s {again:>3} restarts {cpu:>8}ms {memory:>7}KiB"
            );
            let Some(counted) = counted else { return row };
            let shown =
                counted.iter().find(|(of, _)| Some(*of) == id).map_or(0, |(_, stats)| stats.presented);
            format!("{row} {shown:>8} frames")
        };
        let text = self.rows().iter().map(row).collect::<Vec<_>>().join("|");
        self.reply(asker, Some(text));
    }
}
