//! `vyoma test`: everything that holds the product together, with one number at the end.

mod boot;
mod cargo;
mod conformance;
mod image;
mod plugs;
mod simulator;
mod storm;
mod tour;

use std::time::Instant;

use crate::build::{Image, Site};
use crate::report::Outcome;

/// A group of tests.
struct Group {
    name: &'static str,
    what: &'static str,
    run: fn(&mut Suite<'_>),
}

/// In the order they run: what answers soonest comes first.
const GROUPS: [Group; 10] = [
    Group { name: "format", what: "rustfmt has nothing to say", run: cargo::format },
    Group { name: "lints", what: "clippy has nothing to say", run: cargo::lints },
    Group {
        name: WORKSPACE,
        what: "units, properties, goldens, arrows, the app's jail",
        run: cargo::workspace,
    },
    Group {
        name: "image",
        what: "the image builds, twice the same, static, within its budgets",
        run: image::run,
    },
    Group { name: "sim", what: "the simulator, with the image's programs", run: simulator::run },
    Group { name: "conformance", what: "the app contract, rule by rule", run: conformance::run },
    Group { name: "storm", what: "processes that die at any moment", run: storm::run },
    Group { name: "boot", what: "the image in QEMU, emulated", run: boot::run },
    Group { name: "pc", what: "the kernel for ordinary computers, with VGA and USB", run: boot::run_pc },
    Group {
        name: "dependencies",
        what: "licences, sources, duplicates (cargo-deny)",
        run: cargo::dependencies,
    },
];

const WORKSPACE: &str = "workspace";

/// Prints the groups.
pub fn list() {
    for group in &GROUPS {
        println!("{:<14} {}", group.name, group.what);
    }
}

/// Runs all tests whose name contains `filter`; ends with `N passed, N failed`.
#[must_use]
pub fn run(site: &Site, filter: Option<&str>) -> Outcome {
    let mut suite = Suite { site, filter, image: None, passed: 0, failures: Vec::new() };
    for group in &GROUPS {
        // A filter that names no group is for cargo's own tests.
        let of_cargo = group.name == WORKSPACE && !suite.filter_is_ours();
        if of_cargo || suite.wants_group(group.name) {
            println!("\n== {}: {}", group.name, group.what);
            (group.run)(&mut suite);
        }
    }
    if !suite.failures.is_empty() {
        println!("\nfailed:");
        for failure in &suite.failures {
            println!("  {failure}");
        }
    }
    println!("\n{} passed, {} failed", suite.passed, suite.failures.len());
    if suite.failures.is_empty() && suite.passed > 0 { Outcome::Success } else { Outcome::Failed }
}

/// A run of the tests.
struct Suite<'a> {
    site: &'a Site,
    filter: Option<&'a str>,
    /// Built once for all who want it.
    image: Option<Image>,
    passed: u64,
    failures: Vec<String>,
}

impl Suite<'_> {
    fn wants_group(&self, name: &str) -> bool {
        self.filter.is_none_or(|filter| name.contains(filter) || filter.starts_with(name))
    }

    fn filter_is_ours(&self) -> bool {
        GROUPS.iter().any(|group| self.wants_group(group.name))
    }

    /// Runs one test; what it returns is printed beside its name.
    fn check(&mut self, name: &str, test: impl FnOnce() -> Result<String, String>) {
        let began = Instant::now();
        let result = test();
        self.note(name, began, result);
    }

    fn note(&mut self, name: &str, began: Instant, result: Result<String, String>) {
        let seconds = began.elapsed().as_secs_f32();
        match result {
            Ok(figures) => {
                self.passed += 1;
                let between = if figures.is_empty() { "" } else { ": " };
                println!("test {name} ... ok ({seconds:.1} s){between}{figures}");
            }
            Err(why) => {
                println!("test {name} ... FAILED ({seconds:.1} s)\n{why}");
                self.failures.push(name.to_owned());
            }
        }
    }

    /// The image, built the first time it is wanted; `None` after a build that failed and was said.
    fn image(&mut self) -> Option<Image> {
        if self.image.is_none() {
            image::build(self);
        }
        self.image.clone()
    }
}
