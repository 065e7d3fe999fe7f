//! Builds, boots, simulates and tests VyomaOS.

use std::process::ExitCode;

use clap::Parser;
use vyoma::cli::Cli;
use vyoma::report::report;

fn main() -> ExitCode {
    report(Cli::parse().execute())
}
