//! What cargo and its companions know how to test.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use super::Suite;
use crate::build::{ChildError, forget_outer_cargo, run_child};
use crate::report::chain;

/// The release of cargo-deny that the configuration was written for.
const DENY_VERSION: &str = "0.20.2";

pub(super) fn format(suite: &mut Suite<'_>) {
    one(suite, "format", &["fmt", "--all", "--check"]);
}

pub(super) fn lints(suite: &mut Suite<'_>) {
    one(suite, "lints", &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]);
}

/// Runs a cargo command as one test.
fn one(suite: &mut Suite<'_>, name: &str, arguments: &[&str]) {
    let mut command = cargo(suite, arguments);
    suite.check(name, || said(run_child(&mut command, |_| {})));
}

/// Runs the workspace's own tests and adds up what cargo counts.
pub(super) fn workspace(suite: &mut Suite<'_>) {
    let began = Instant::now();
    let mut command = cargo(suite, &["test", "--workspace", "--no-fail-fast"]);
    if let Some(filter) = suite.filter.filter(|_| !suite.filter_is_ours()) {
        command.args(["--", filter]);
    }
    let mut count = Count::default();
    let result = run_child(&mut command, |line| {
        count.hear(line);
        let news = line.contains("FAILED") || line.contains("panicked at") || line.starts_with("error");
        if news || line.trim_start().starts_with("Running ") {
            println!("{line}");
        }
    });
    suite.passed += count.passed;
    suite.failures.extend(count.names);
    println!("{} tests of the workspace passed in {:.0} s", count.passed, began.elapsed().as_secs_f32());
    match result {
        Ok(()) => {}
        // Every failure that cargo names is counted by its name already.
        Err(ChildError::Failed { .. }) if count.failed > 0 => {}
        Err(error) => suite.note(super::WORKSPACE, began, Err(chain(&error))),
    }
}

/// What cargo counted over all its test programs.
#[derive(Default)]
struct Count {
    passed: u64,
    failed: u64,
    names: Vec<String>,
}

impl Count {
    /// `test result: ok. 5 passed; 0 failed; 1 ignored; …` and `test tests::name ... FAILED`.
    fn hear(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.names.push(name.to_owned());
        }
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in counts.split("; ") {
            match part.split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
}

/// Licences, sources and duplicates. Advisories need a database from the network: they are looked at where it can be
/// had, and what they say counts.
pub(super) fn dependencies(suite: &mut Suite<'_>) {
    let began = Instant::now();
    let deny = match deny(suite) {
        Ok(deny) => deny,
        Err(why) => return suite.note("dependencies", began, Err(why)),
    };
    let checkout = suite.site.checkout.clone();
    let run = |what: &[&str]| {
        let mut command = Command::new(&deny);
        command.current_dir(&checkout).args(["--log-level", "error", "check"]).args(what);
        run_child(&mut command, |_| {})
    };
    suite.check("dependencies::bans-licenses-sources", || said(run(&["bans", "licenses", "sources"])));
    match run(&["advisories"]) {
        Err(ChildError::Failed { tail, .. }) if tail.contains("failed to fetch advisory database") => {
            println!("dependencies::advisories: not looked at, the database cannot be fetched from here");
        }
        other => suite.note("dependencies::advisories", began, said(other)),
    }
}

/// cargo-deny: one that was built into the cache, the machine's own, or a fresh build.
fn deny(suite: &Suite<'_>) -> Result<PathBuf, String> {
    let ours = suite.site.cache.join("tools/bin/cargo-deny");
    if ours.is_file() {
        return Ok(ours);
    }
    if Command::new("cargo-deny").arg("--version").output().is_ok() {
        return Ok("cargo-deny".into());
    }
    println!("building cargo-deny {DENY_VERSION}, once");
    let mut command = cargo(suite, &["install", "--quiet", "--locked", "--no-default-features"]);
    // Outside the checkout, whose configuration is not for it.
    command.current_dir(std::env::temp_dir());
    command.args(["--version", DENY_VERSION, "cargo-deny", "--root"]).arg(suite.site.cache.join("tools"));
    run_child(&mut command, |_| {}).map_err(|error| chain(&error))?;
    Ok(ours)
}

/// Cargo in the checkout, without what an outer cargo put into the environment.
fn cargo(suite: &Suite<'_>, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    forget_outer_cargo(&mut command);
    command.current_dir(&suite.site.checkout).args(arguments);
    // The tests share what building this tool has built.
    if let Some(target) = std::env::var_os("CARGO_TARGET_DIR") {
        command.env("CARGO_TARGET_DIR", target);
    }
    command
}

fn said(result: Result<(), ChildError>) -> Result<String, String> {
    result.map(|()| String::new()).map_err(|error| chain(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_adds_up_programs_and_names_failures() {
        let mut count = Count::default();
        for line in [
            "test a::b ... ok",
            "test a::c ... FAILED",
            "test result: FAILED. 7 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            count.hear(line);
        }
        assert_eq!((count.passed, count.failed), (12, 1));
        assert_eq!(count.names, ["a::c"]);
    }
}
