//! Short storms, each with its own seed: the long ones are commands of their own.

use super::Suite;
use super::image::this_tool;

/// As many as half a minute has room for, one of them a compositor that hangs for 7 s.
const KILLS: &str = "16";

/// Of one run of a machine, and one more to have the app look.
const CUTS: &str = "5";

pub(super) fn run(suite: &mut Suite<'_>) {
    suite.check("storm::power-cuts", || storm(&["power-cuts", "--seed", "7", "--count", CUTS]));
    suite.check("storm::kills", || storm(&["kills", "--seed", "7", "--count", KILLS]));
    suite.check("storm::sockets", || storm(&["sockets", "--for", "8s"]));
}

fn storm(arguments: &[&str]) -> Result<String, String> {
    let output = this_tool().arg("storm").args(arguments).output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(format!("{said}\n{}", String::from_utf8_lossy(&output.stderr)))
    }
}
