//! Who may use whom: the table of ARCHITECTURE.md, held against what cargo resolves; and `docs/dependencies.md` names
//! every direct dependency.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Our crates and those of ours that each may use. A shell app may use what `shell-app` may.
const ARROWS: [(&str, &[&str]); 21] = [
    ("draw-protocol", &[]),
    ("paint", &[]),
    ("raster", &["draw-protocol", "paint"]),
    ("scene", &["paint"]),
    ("output", &["paint", "sys"]),
    ("input", &["paint", "sys"]),
    ("surface-protocol", &["paint"]),
    (
        "compositor",
        &[
            "paint",
            "scene",
            "output",
            "input",
            "surface-protocol",
            "sys",
            "control-protocol",
            "manifest",
            "draw-protocol",
        ],
    ),
    ("manifest", &[]),
    ("control-protocol", &["manifest"]),
    ("lifecycle", &["manifest", "control-protocol"]),
    ("sys", &[]),
    ("syscalls", &["manifest"]),
    ("pin", &["manifest"]),
    ("bundle", &[]),
    (
        "app-host",
        &[
            "manifest",
            "control-protocol",
            "surface-protocol",
            "draw-protocol",
            "raster",
            "paint",
            "pin",
            "bundle",
            "sys",
            "syscalls",
        ],
    ),
    (
        "supervisor",
        &["bundle", "manifest", "control-protocol", "surface-protocol", "lifecycle", "sys", "paint"],
    ),
    ("guest", &["draw-protocol"]),
    ("ui", &["draw-protocol", "guest"]),
    ("gallery", &["draw-protocol", "paint", "raster", "ui"]),
    (
        "image",
        &[
            "manifest",
            "draw-protocol",
            "control-protocol",
            "surface-protocol",
            "paint",
            "pin",
            "bundle",
            "sys",
            "syscalls",
        ],
    ),
];

const SHELL_APP: &[&str] = &["draw-protocol", "guest", "ui"];

/// Crates of others, and the only ones of ours that may reach them on the way to the device, directly or not.
const HEAVY: [(&str, &[&str]); 10] = [
    ("minisign-verify", &["bundle", "supervisor", "app-host", "image"]),
    ("cranelift-codegen", &["image"]),
    ("wasmtime", &["app-host", "image"]),
    ("wasmtime-wasi", &["app-host"]),
    ("tiny-skia", &["raster", "app-host", "gallery"]),
    ("fontdue", &["raster", "app-host", "gallery"]),
    ("drm", &["output", "compositor"]),
    ("evdev", &["input", "compositor"]),
    (
        "toml",
        &[
            "manifest",
            "control-protocol",
            "lifecycle",
            "pin",
            "syscalls",
            "supervisor",
            "app-host",
            "compositor",
            "image",
        ],
    ),
    ("tokio", &["app-host"]),
];

/// The workspace as cargo resolves it.
struct Graph {
    /// Package id to name.
    names: BTreeMap<String, String>,
    /// Ids of ours, with the name in the tables.
    ours: BTreeMap<String, String>,
    /// Package id to the ids it uses when it is not tested or built.
    uses: BTreeMap<String, Vec<String>>,
    /// Direct dependencies of ours that are not ours, of every kind.
    direct: BTreeSet<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tool's folder is in the checkout")
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).current_dir(root()).args(arguments).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo speaks UTF-8")
}

fn graph() -> Graph {
    let output = cargo(&["metadata", "--format-version", "1", "--locked"]);
    let metadata: Value = serde_json::from_str(&output).expect("cargo speaks JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();

    let members: BTreeSet<String> = list(&metadata["workspace_members"]).iter().map(text).collect();
    let (mut names, mut ours, mut direct) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
    for package in list(&metadata["packages"]) {
        let (id, name) = (text(&package["id"]), text(&package["name"]));
        if members.contains(&id) {
            ours.insert(id.clone(), own_name(&name, &text(&package["manifest_path"])));
            direct.extend(list(&package["dependencies"]).iter().map(|d| text(&d["name"])));
        }
        names.insert(id, name);
    }
    let our_packages: BTreeSet<&String> =
        names.iter().filter(|(id, _)| members.contains(*id)).map(|(_, n)| n).collect();
    direct.retain(|name| !our_packages.contains(name));

    let mut uses = BTreeMap::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let normal = |dep: &Value| list(&dep["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
        let deps =
            list(&node["deps"]).iter().filter(|dep| normal(dep)).map(|dep| text(&dep["pkg"])).collect();
        uses.insert(text(&node["id"]), deps);
    }
    Graph { names, ours, uses, direct }
}

/// The crate's name in the tables: `vyoma-` is taken off; apps of the shell are `shell-app`.
fn own_name(package: &str, manifest: &str) -> String {
    let name = package.strip_prefix("vyoma-").unwrap_or(package);
    if package == "vyoma" {
        "image".to_owned()
    } else if manifest.contains("/shell-app/") && !manifest.contains("/shell-app/crates/") {
        "shell-app".to_owned()
    } else {
        name.to_owned()
    }
}

#[test]
fn arrows_between_our_crates_are_those_of_the_table() {
    let graph = graph();
    let mut wrong = Vec::new();
    for (id, name) in &graph.ours {
        let allowed = if name == "shell-app" {
            SHELL_APP
        } else {
            let Some((_, allowed)) = ARROWS.iter().find(|(known, _)| known == name) else {
                wrong.push(format!("{name} is not in the table"));
                continue;
            };
            allowed
        };
        let used = graph.uses[id].iter().filter_map(|used| graph.ours.get(used));
        wrong.extend(
            used.filter(|used| !allowed.contains(&used.as_str())).map(|used| format!("{name} -> {used}")),
        );
    }
    assert!(wrong.is_empty(), "arrows that ARCHITECTURE.md does not allow: {}", wrong.join(", "));
    assert!(graph.ours.len() >= ARROWS.len(), "only {} of our crates are in the workspace", graph.ours.len());
}

#[test]
fn heavy_crates_are_reached_only_from_where_they_belong() {
    let graph = graph();
    let mut wrong = Vec::new();
    for (id, name) in &graph.ours {
        for reached in linked(&graph.names[id]) {
            if let Some((heavy, allowed)) = HEAVY.iter().find(|(heavy, _)| *heavy == reached)
                && !allowed.contains(&name.as_str())
            {
                wrong.push(format!("{name} reaches {heavy}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join(", "));
}

/// Everything a package links when it alone is built: of the whole workspace cargo would tell the features that
/// others ask for as well, and with them the compiler for everybody.
fn linked(package: &str) -> BTreeSet<String> {
    let output = cargo(&["tree", "--locked", "--edges", "normal", "--prefix", "none", "-p", package]);
    output.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn direct_dependencies_are_each_named_with_their_reason() {
    let text =
        std::fs::read_to_string(root().join("docs/dependencies.md")).expect("docs/dependencies.md is there");
    let rows: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let direct = graph().direct;
    let missing: Vec<_> = direct.iter().filter(|name| !rows.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "docs/dependencies.md does not say why we use {missing:?}");
    let gone: Vec<_> = rows.iter().filter(|name| !direct.contains(**name)).collect();
    assert!(gone.is_empty(), "docs/dependencies.md names what nothing uses: {gone:?}");
}
