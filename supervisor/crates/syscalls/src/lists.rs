//! The lists, and the compiler from them to what the kernel runs.

use std::env;
use std::fmt::Write as _;
use std::path::Path;

use seccompiler::{TargetArch, compile_from_json, sock_filter};
use serde_json::{Value, json};

use crate::Filter;

const BASE: &str = include_str!("../lists/base.json");
const FILESYSTEM: &str = include_str!("../lists/filesystem.json");
const NETWORK: &str = include_str!("../lists/network.json");
const COMPOSITOR: &str = include_str!("../lists/compositor.json");

/// Why lists make no filter.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// A list is no array of rules.
    #[error("a list of system calls is not an array of {{ \"syscall\", \"comment\", \"args\"? }}: {0}")]
    Shape(String),
    /// A number is none.
    #[error("{0:?} is not a number as 0x1f or 31")]
    Number(String),
    /// The compiler would keep the conditions alone.
    #[error("{0} has rules with conditions and one without")]
    Mixed(String),
    /// The compiler refuses them.
    #[error("the lists do not compile")]
    Compiler(#[from] seccompiler::Error),
    /// The target's processor is unknown to the compiler.
    #[error("no filters for the processor {0:?}")]
    Processor(String),
    /// The target's C library is unknown.
    #[error("no filters for the C library {0:?}; gnu or musl would be right")]
    Libc(String),
    /// The build script's folder.
    #[error("the filters cannot be written")]
    Write(#[from] std::io::Error),
    /// Not run by cargo.
    #[error("filters are built by a build script: {0}")]
    Environment(#[from] env::VarError),
}

/// The C library that a program is built with: for some things each has a call of its own, and a program has those of
/// one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Libc {
    /// glibc: tests, and a system that is hosted.
    Gnu,
    /// musl: images.
    Musl,
}

impl Libc {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Gnu, Self::Musl];

    /// By cargo's word for it.
    fn of(word: &str) -> Result<Self, ListError> {
        match word {
            "gnu" => Ok(Self::Gnu),
            "musl" => Ok(Self::Musl),
            other => Err(ListError::Libc(other.to_owned())),
        }
    }
}

/// One line of a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// The call's name.
    pub syscall: String,
    /// What it is for.
    pub comment: String,
    /// The compiler's form of it.
    value: Value,
}

impl Rule {
    /// Whether only some arguments are let through.
    #[must_use]
    pub fn has_conditions(&self) -> bool {
        self.value.get("args").is_some()
    }
}

/// What a filter lets a program of this library through with, in the lists' order.
///
/// # Errors
/// [`ListError`] if a list is malformed: a mistake of ours, which every build finds.
pub fn rules(filter: Filter, libc: Libc) -> Result<Vec<Rule>, ListError> {
    let lists: &[&str] = match filter {
        Filter::Plain => &[BASE],
        Filter::Files => &[BASE, FILESYSTEM],
        Filter::Network => &[BASE, NETWORK],
        Filter::FilesAndNetwork => &[BASE, FILESYSTEM, NETWORK],
        Filter::Compositor => &[COMPOSITOR],
    };
    let mut rules = Vec::new();
    for list in lists {
        let shape = |e: &dyn std::fmt::Display| ListError::Shape(e.to_string());
        let values: Vec<Value> = serde_json::from_str(list).map_err(|e| shape(&e))?;
        for mut value in values {
            let text = |key: &str| value[key].as_str().map(str::to_owned).ok_or_else(|| shape(&value));
            let (syscall, comment) = (text("syscall")?, text("comment")?);
            // The compiler knows no such key.
            let only = value.as_object_mut().and_then(|rule| rule.remove("libc"));
            if let Some(only) = only
                && Libc::of(only.as_str().unwrap_or_default())? != libc
            {
                continue;
            }
            if let Some(arguments) = value.get_mut("args") {
                let arguments = arguments.as_array_mut().ok_or_else(|| shape(&syscall))?;
                for argument in arguments {
                    number(&mut argument["val"])?;
                    if let Some(mask) = argument["op"].get_mut("masked_eq") {
                        number(mask)?;
                    }
                }
            }
            rules.push(Rule { syscall, comment, value });
        }
    }
    // A rule without conditions beside one with them would not widen it: the compiler keeps the conditions alone.
    let free: Vec<&str> = rules.iter().filter(|r| !r.has_conditions()).map(|r| &*r.syscall).collect();
    if let Some(mixed) = rules.iter().find(|r| r.has_conditions() && free.contains(&&*r.syscall)) {
        return Err(ListError::Mixed(mixed.syscall.clone()));
    }
    Ok(rules)
}

/// `"0xc0406400"` is how headers write it, and JSON does not.
fn number(value: &mut Value) -> Result<(), ListError> {
    if let Some(text) = value.as_str() {
        let digits = text.strip_prefix("0x").ok_or_else(|| ListError::Number(text.to_owned()))?;
        let n = u64::from_str_radix(digits, 16).map_err(|_| ListError::Number(text.to_owned()))?;
        *value = n.into();
    }
    Ok(())
}

/// The kernel's program for a filter, as `sys::jail::apply_filter` takes it: code (2 bytes), jumps (1 and 1), operand (4)
/// of each instruction, little endian. `processor` is cargo's word (`x86_64`).
///
/// # Errors
/// [`ListError`].
pub fn compile(filter: Filter, processor: &str, libc: Libc) -> Result<Vec<u8>, ListError> {
    let processor =
        TargetArch::try_from(processor).map_err(|_| ListError::Processor(processor.to_owned()))?;
    let rules: Vec<Value> = rules(filter, libc)?.into_iter().map(|rule| rule.value).collect();
    let policy = json!({ "filter": {
        "mismatch_action": "kill_process",
        "match_action": "allow",
        "filter": rules,
    }});
    let mut programs = compile_from_json(policy.to_string().as_bytes(), processor)?;
    Ok(encode(&programs.remove("filter").unwrap_or_default()))
}

fn encode(program: &[sock_filter]) -> Vec<u8> {
    let mut out = Vec::new();
    for i in program {
        out.extend(i.code.to_le_bytes());
        out.extend([i.jt, i.jf]);
        out.extend(i.k.to_le_bytes());
    }
    out
}

/// For a build script: writes `filters.rs` to its folder, with `PROGRAMS`, these filters in this order.
///
/// # Errors
/// [`ListError`].
pub fn build(filters: &[Filter]) -> Result<(), ListError> {
    println!("cargo::rerun-if-changed=build.rs");
    let processor = env::var("CARGO_CFG_TARGET_ARCH")?;
    let libc = Libc::of(&env::var("CARGO_CFG_TARGET_ENV")?)?;
    let programs: Result<Vec<_>, _> =
        filters.iter().map(|filter| compile(*filter, &processor, libc)).collect();
    let mut source = format!("const PROGRAMS: [&[u8]; {}] = [\n", filters.len());
    for program in programs? {
        // Writing to a text cannot fail.
        let _ = writeln!(source, "    &{program:?},");
    }
    source += "];\n";
    Ok(std::fs::write(Path::new(&env::var("OUT_DIR")?).join("filters.rs"), source)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_every_filter_compile_within_the_kernels_bound() {
        for (filter, libc) in Filter::ALL.into_iter().flat_map(|filter| Libc::ALL.map(|libc| (filter, libc)))
        {
            let program = compile(filter, "x86_64", libc).unwrap_or_else(|e| panic!("{filter:?}: {e}"));
            // BPF_MAXINSNS
            assert!(
                program.len().is_multiple_of(8) && (9..=4096).contains(&(program.len() / 8)),
                "{filter:?}"
            );
            assert!(
                rules(filter, libc).is_ok_and(|rules| rules.iter().all(|r| !r.comment.is_empty())),
                "{filter:?}"
            );
        }
    }

    #[test]
    fn number_in_hexadecimal_is_taken_and_others_are_named() {
        let mut value = json!("0xc0406400");
        number(&mut value).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(value, json!(0xc040_6400_u64));
        assert!(matches!(number(&mut json!("64")), Err(ListError::Number(_))));
    }
}
