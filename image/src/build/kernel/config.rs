//! Fragments of a kernel configuration: read, merged, and held against what Kconfig resolved.
//!
//! Kconfig silently drops a symbol whose dependencies are not met. Here nothing is silent: what a fragment asks
//! for, and what `required.txt` demands whatever the fragments say, is compared with the resolved `.config`.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;

use super::Flavour;
use crate::build::files::{self, FileError};

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A line is no assignment.
    #[error("{place}: expected `CONFIG_NAME=value` or a comment, found `{found}`")]
    Line {
        /// File and line.
        place: Place,
        /// The line.
        found: String,
    },
    /// A line is for a kind of kernel that does not exist.
    #[error("{place}: expected `virt:` or `pc:` before the symbol, found `{found}:`")]
    Flavour {
        /// File and line.
        place: Place,
        /// The word.
        found: String,
    },
    /// Kconfig resolved something else.
    #[error("the kernel's configuration is not what was asked for:\n{}", list(.0))]
    Mismatch(Vec<Mismatch>),
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A line of a file, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Relative to the checkout.
    pub file: String,
    /// From 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

/// One symbol and the value somebody wants it to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// `CONFIG_…`.
    pub symbol: String,
    /// `y`, `n` for not set, a number, or a quoted string.
    pub value: String,
    /// Who wants it.
    pub place: Place,
}

/// A demand and what Kconfig made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What was asked for.
    pub demand: Demand,
    /// What the resolved configuration says; `n` for not set.
    pub found: String,
}

fn list(mismatches: &[Mismatch]) -> String {
    let line = |mismatch: &Mismatch| {
        let Mismatch { demand, found } = mismatch;
        format!("  {}: wanted {}, found {found} (asked for by {})", demand.symbol, demand.value, demand.place)
    };
    mismatches.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// One file of assignments.
#[derive(Debug, Clone)]
pub(crate) struct Fragment(Vec<Demand>);

impl Fragment {
    /// Reads the file at `path`; `name` is what messages call it.
    pub(crate) fn read(path: &Path, name: &str) -> Result<Self, ConfigError> {
        Self::parse(&files::read_text(path)?, name)
    }

    fn parse(text: &str, name: &str) -> Result<Self, ConfigError> {
        let demands = content_lines(text, name).map(|(place, line)| parse_demand(line, place));
        Ok(Self(demands.collect::<Result<_, _>>()?))
    }
}

/// Reads `required.txt`: the demands that hold for `flavour`.
pub(crate) fn read_demands(path: &Path, name: &str, flavour: Flavour) -> Result<Vec<Demand>, ConfigError> {
    parse_demands(&files::read_text(path)?, name, flavour)
}

fn parse_demands(text: &str, name: &str, flavour: Flavour) -> Result<Vec<Demand>, ConfigError> {
    let mut demands = Vec::new();
    for (place, line) in content_lines(text, name) {
        let line = match line.split_once(':') {
            None => line,
            Some((only, _)) if !["virt", "pc"].contains(&only) => {
                return Err(ConfigError::Flavour { place, found: only.to_owned() });
            }
            Some((only, _)) if only != flavour.name() => continue,
            Some((_, rest)) => rest.trim_start(),
        };
        demands.push(parse_demand(line, place)?);
    }
    Ok(demands)
}

fn content_lines<'a>(text: &'a str, name: &str) -> impl Iterator<Item = (Place, &'a str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (Place { file: name.to_owned(), line: index + 1 }, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn parse_demand(line: &str, place: Place) -> Result<Demand, ConfigError> {
    match line.split_once('=') {
        Some((symbol, value)) if symbol.starts_with("CONFIG_") && !value.is_empty() => {
            Ok(Demand { symbol: symbol.to_owned(), value: value.to_owned(), place })
        }
        _ => Err(ConfigError::Line { place, found: line.to_owned() }),
    }
}

/// One text of all assignments, for Kconfig; of several for one symbol, the last.
pub(crate) fn merge(fragments: &[Fragment]) -> String {
    effective(fragments).iter().map(|demand| format!("{}={}\n", demand.symbol, demand.value)).collect()
}

fn effective(fragments: &[Fragment]) -> Vec<&Demand> {
    let mut merged: Vec<&Demand> = Vec::new();
    let mut positions = HashMap::new();
    for demand in fragments.iter().flat_map(|fragment| &fragment.0) {
        let position = *positions.entry(demand.symbol.as_str()).or_insert(merged.len());
        match merged.get_mut(position) {
            Some(earlier) => *earlier = demand,
            None => merged.push(demand),
        }
    }
    merged
}

/// Holds the resolved configuration against the fragments and the demands.
pub(crate) fn check(resolved: &str, fragments: &[Fragment], demands: &[Demand]) -> Result<(), ConfigError> {
    let resolved: HashMap<&str, &str> = resolved
        .lines()
        .filter(|line| line.starts_with("CONFIG_"))
        .filter_map(|line| line.split_once('='))
        .collect();
    let mismatches: Vec<Mismatch> = effective(fragments)
        .into_iter()
        .chain(demands)
        .filter_map(|demand| {
            let found = resolved.get(demand.symbol.as_str()).copied().unwrap_or("n");
            (found != demand.value).then(|| Mismatch { demand: demand.clone(), found: found.to_owned() })
        })
        .collect();
    if mismatches.is_empty() { Ok(()) } else { Err(ConfigError::Mismatch(mismatches)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragment(name: &str, text: &str) -> Fragment {
        Fragment::parse(text, name).expect("well formed")
    }

    #[test]
    fn merge_symbol_given_twice_keeps_the_later_value() {
        let fragments = [fragment("a", "CONFIG_X=y\nCONFIG_Y=y\n"), fragment("b", "# why\nCONFIG_X=n\n")];
        assert_eq!(merge(&fragments), "CONFIG_X=n\nCONFIG_Y=y\n");
    }

    #[test]
    fn check_dropped_symbol_names_symbol_values_and_line() {
        let fragments = [fragment("kernel/a.config", "\n# why\nCONFIG_X=y\n")];
        let error = check("# CONFIG_X is not set\n", &fragments, &[]).expect_err("dropped");
        assert_eq!(
            error.to_string(),
            "the kernel's configuration is not what was asked for:\n  \
             CONFIG_X: wanted y, found n (asked for by kernel/a.config:3)"
        );
    }

    #[test]
    fn check_overridden_symbol_is_held_to_the_later_fragment_alone() {
        let fragments = [fragment("a", "CONFIG_X=y\n"), fragment("b", "CONFIG_X=n\n")];
        check("CONFIG_Z=y\n", &fragments, &[]).expect("X is off");
    }

    #[test]
    fn check_forbidden_symbol_turned_on_is_refused() {
        let demands = parse_demands("CONFIG_DEVMEM=n\n", "required.txt", Flavour::Virt).expect("well formed");
        check("CONFIG_DEVMEM=y\n", &[], &demands).expect_err("must stay off");
    }

    #[test]
    fn demands_of_the_other_flavour_do_not_count() {
        let text = "virt: CONFIG_A=y\npc: CONFIG_B=y\nCONFIG_C=y\n";
        let symbols = |flavour| -> Vec<String> {
            let demands = parse_demands(text, "required.txt", flavour).expect("well formed");
            demands.into_iter().map(|demand| demand.symbol).collect()
        };
        assert_eq!(symbols(Flavour::Virt), ["CONFIG_A", "CONFIG_C"]);
        assert_eq!(symbols(Flavour::Pc), ["CONFIG_B", "CONFIG_C"]);
    }

    #[test]
    fn broken_lines_are_refused_with_their_place() {
        let error = Fragment::parse("CONFIG_X=y\nCONFIG_Y\n", "kernel/a.config").expect_err("no value");
        assert!(error.to_string().starts_with("kernel/a.config:2: expected"), "{error}");
        let error =
            parse_demands("vrit: CONFIG_X=y", "required.txt", Flavour::Virt).expect_err("no such flavour");
        assert!(error.to_string().contains("`vrit:`"), "{error}");
    }
}
