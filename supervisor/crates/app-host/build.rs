//! Compiles `seccomp/*.json` to the BPF programs that the binary carries: the device parses no JSON.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use seccompiler::{TargetArch, compile_from_json, sock_filter};
use serde_json::{Value, json};

/// Name of the program in the source, and the files whose rules it has.
const PROGRAMS: [(&str, &[&str]); 4] = [
    ("BASE", &["base"]),
    ("FILESYSTEM", &["base", "filesystem"]),
    ("NETWORK", &["base", "network"]),
    ("FILESYSTEM_NETWORK", &["base", "filesystem", "network"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=seccomp");
    println!("cargo::rerun-if-changed=build.rs");
    let target = env::var("CARGO_CFG_TARGET_ARCH")?;
    let arch = TargetArch::try_from(target.as_str())?;
    let mut source = String::new();
    for (name, files) in PROGRAMS {
        let mut rules = Vec::new();
        for file in files {
            rules.extend(read(&format!("seccomp/{file}.json"))?);
        }
        check(&rules)?;
        let policy = json!({ "app": {
            "mismatch_action": "kill_process",
            "match_action": "allow",
            "filter": rules,
        }});
        let mut programs = compile_from_json(policy.to_string().as_bytes(), arch)?;
        let program = programs.remove("app").ok_or("the compiler lost the program")?;
        writeln!(source, "/// Rules of {}.", files.join(" and "))?;
        writeln!(source, "const {name}: &[u8] = &{:?};", encode(&program))?;
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("filters.rs"), source)?;
    Ok(())
}

/// A rule without conditions beside one with them would not widen it: the compiler keeps the conditions alone.
fn check(rules: &[Value]) -> Result<(), Box<dyn Error>> {
    let names = |has_args: bool| {
        let of_kind = rules.iter().filter(move |r| r.get("args").is_some() == has_args);
        of_kind.filter_map(|r| r["syscall"].as_str()).collect::<Vec<_>>()
    };
    let free = names(false);
    match names(true).into_iter().find(|name| free.contains(name)) {
        Some(name) => Err(format!("{name} has rules with conditions and one without").into()),
        None => Ok(()),
    }
}

/// The rules of one file: an array of `{ "syscall", "comment", "args"? }`.
fn read(path: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    match serde_json::from_str(&fs::read_to_string(path)?)? {
        Value::Array(rules) => Ok(rules),
        _ => Err(format!("{path}: not an array of rules").into()),
    }
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
