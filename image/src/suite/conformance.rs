//! The app contract, rule by rule: everything in the simulator, a sample of it in QEMU.

use std::time::Instant;

use super::Suite;
use crate::conformance::{self, Options, Place};
use crate::console::Console;
use crate::report::chain;

pub(super) fn run(suite: &mut Suite<'_>) {
    // `conformance::2.draw_text` is rules of that name in the simulator.
    let filter = suite.filter.and_then(|filter| filter.strip_prefix("conformance::")).map(str::to_owned);
    let everything = filter.is_none();
    place(suite, "conformance", &Options { filter, ..Options::default() });
    if everything {
        place(suite, "conformance-qemu", &Options { place: Place::QemuSample, ..Options::default() });
    }
}

fn place(suite: &mut Suite<'_>, name: &str, options: &Options) {
    let mut began = Instant::now();
    let site = suite.site.clone();
    let mut console = Console::new();
    let judged = conformance::judge(&site, options, &mut console, &mut |judgement| {
        let verdict = judgement.verdict.map(|()| judgement.says.to_owned());
        suite.note(&format!("{name}::{}", judgement.id), began, verdict);
        began = Instant::now();
    });
    if let Err(error) = judged {
        suite.note(name, began, Err(chain(&error)));
    }
}
