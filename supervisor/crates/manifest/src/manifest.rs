//! `vyoma.toml`.

use crate::menu::menu;
use crate::problem::{Checked, Invalid, Report, quote};
use crate::section::{Section, Unknown, document};
use crate::{AppName, Capabilities, EventSet, Limits, MenuItem, WindowWish};

/// What an app is and what it is granted; every rule of the contract, 1, holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    /// Identity.
    pub name: AppName,
    /// Semantic version.
    pub version: String,
    /// The program, relative to the manifest, inside its directory.
    pub wasm: String,
    /// What the program's bytes must hash to.
    pub wasm_sha256: Option<[u8; 32]>,
    /// Launcher tile, relative to the manifest, inside its directory.
    pub icon: Option<String>,
    /// For launchers.
    pub description: Option<String>,
    /// For launchers.
    pub category: Option<String>,
    /// What is granted.
    pub capabilities: Capabilities,
    /// Wishes for the window.
    pub window: WindowWish,
    /// Items of its menu.
    pub menu_items: Vec<MenuItem>,
    /// Bounds.
    pub limits: Limits,
    /// Opt-ins.
    pub events: EventSet,
}

/// Longest texts for people, in bytes: more than any screen shows.
const MAX_LABEL: usize = 256;
/// The longest edge of a canvas: `paint::MAX_EDGE`.
const MAX_EDGE: u32 = 16_384;
/// One page of WebAssembly memory: no program needs less.
const MIN_MEMORY: u64 = 64 << 10;
/// What 32 bits can address.
const MAX_MEMORY: u64 = 4 << 30;
/// 64 cores.
const MAX_CPU: u32 = 6400;
/// A terabyte.
const MAX_DATA: u64 = 1 << 40;

const BUSES: [&str; 5] = ["gpio", "i2c", "spi", "uart", "adc"];

impl Manifest {
    /// Reads a manifest. `file` names it in messages.
    ///
    /// # Errors
    /// [`Invalid`] with all that is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Checked<Self>, Invalid> {
        let mut report = Report::new(text);
        let value = document(text, &mut report).and_then(|d| read(Section::root(&d), &mut report));
        match (value, report.take(file)) {
            (Some(value), (None, warnings)) => Ok(Checked { value, warnings }),
            (_, (invalid, _)) => {
                Err(invalid.unwrap_or(Invalid { file: file.to_owned(), problems: Vec::new(), more: 0 }))
            }
        }
    }

    /// The precompiled program's path: [`Manifest::wasm`] with the extension `.cwasm`.
    #[must_use]
    pub fn compiled(&self) -> String {
        format!("{}.cwasm", self.wasm.strip_suffix(".wasm").unwrap_or(&self.wasm))
    }

    /// The window's title.
    #[must_use]
    pub fn title(&self) -> &str {
        self.window.title.as_deref().unwrap_or(self.name.as_str())
    }
}

fn read(root: Section<'_, '_>, report: &mut Report<'_>) -> Option<Manifest> {
    let sections = ["app", "capabilities", "window", "menu_items", "limits", "input"];
    root.check_keys(&sections, Unknown::Warning, report);
    if root.get("app").is_none() {
        report.error(0, "the section [app] is missing; it needs name, version and wasm".to_owned());
    }
    let app = root.section("app", "[app]", report);
    let (name, version, wasm) = if app.is_present() { identity(app, report) } else { (None, None, None) };
    let wasm_sha256 = app.text("wasm_sha256", report).and_then(|(t, at)| sha256(t, at, report));
    let icon = app.text("icon", report).and_then(|(t, at)| path("icon", t, at, report));
    let description = label(app, "description", MAX_LABEL, report);
    let category = label(app, "category", MAX_LABEL, report);
    let capabilities = capabilities(root.section("capabilities", "[capabilities]", report), report);
    let window = window(root.section("window", "[window]", report), report);
    let menu_items = menu(root, report);
    let limits = limits(root.section("limits", "[limits]", report), report);
    let input = root.section("input", "[input]", report);
    input.check_keys(&["events"], Unknown::Error, report);
    let events = events(input, report);
    if report.errors() > 0 {
        return None;
    }
    Some(Manifest {
        name: name?,
        version: version?,
        wasm: wasm?,
        wasm_sha256,
        icon,
        description,
        category,
        capabilities,
        window,
        menu_items,
        limits,
        events,
    })
}

type Identity = (Option<AppName>, Option<String>, Option<String>);

fn identity(app: Section<'_, '_>, report: &mut Report<'_>) -> Identity {
    let known = ["name", "version", "wasm", "wasm_sha256", "icon", "description", "category"];
    app.check_keys(&known, Unknown::Warning, report);
    let name = app.required("name", report).and_then(|(text, at)| {
        AppName::new(text).map_err(|e| report.error(at, format!("name is {}: {e}", quote(text)))).ok()
    });
    let version = app.required("version", report).and_then(|(text, at)| {
        if is_semantic(text) {
            return Some(text.to_owned());
        }
        let right = "three numbers would be right, like \"1.2.3\" or \"1.2.3-beta.1\"";
        report.error(at, format!("version is {}; {right}", quote(text)));
        None
    });
    let wasm = app.required("wasm", report).and_then(|(text, at)| path("wasm", text, at, report));
    (name, version, wasm)
}

/// <https://semver.org>: the grammar, with bounded length.
fn is_semantic(text: &str) -> bool {
    let (text, build) = text.split_once('+').map_or((text, None), |(t, b)| (t, Some(b)));
    let (core, pre) = text.split_once('-').map_or((text, None), |(t, p)| (t, Some(p)));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let number = |s: &str| digits(s) && (s == "0" || !s.starts_with('0'));
    let word = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    text.len() <= 64
        && core.split('.').count() == 3
        && core.split('.').all(number)
        && pre.is_none_or(|p| p.split('.').all(|s| word(s) && (!digits(s) || number(s))))
        && build.is_none_or(|b| b.len() <= 64 && b.split('.').all(word))
}

/// A path that stays inside the directory it is relative to.
fn path(key: &str, text: &str, at: usize, report: &mut Report<'_>) -> Option<String> {
    let inside = !text.is_empty()
        && text.len() <= MAX_LABEL
        && !text.starts_with('/')
        && !text.ends_with('/')
        && !text.contains(|c: char| c.is_control() || c == '\\')
        && text.split('/').all(|part| part != "..");
    if inside {
        return Some(text.to_owned());
    }
    let right = "a file's path inside the manifest's directory would be right";
    report.error(at, format!("{key} is {}; {right}", quote(text)));
    None
}

fn sha256(text: &str, at: usize, report: &mut Report<'_>) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    let is_hex = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_hex {
        report.error(at, format!("wasm_sha256 is {}; 64 hex digits would be right", quote(text)));
        return None;
    }
    for (i, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(hash)
}

/// A text for people: one line of at most `most` bytes.
pub(crate) fn label(
    section: Section<'_, '_>,
    key: &str,
    most: usize,
    report: &mut Report<'_>,
) -> Option<String> {
    let (text, at) = section.text(key, report)?;
    if text.len() > most || text.contains(char::is_control) {
        let right = format!("one line of at most {most} bytes would be right");
        report.error(at, format!("{key} is {}; {right}", quote(text)));
        return None;
    }
    Some(text.to_owned())
}

fn capabilities(section: Section<'_, '_>, report: &mut Report<'_>) -> Capabilities {
    let mut known = vec![
        "stdio",
        "filesystem",
        "network",
        "network_port",
        "display",
        "shell",
        "mouse",
        "touch",
        "audio",
        "watchdog_secs",
    ];
    known.extend(BUSES);
    section.check_keys(&known, Unknown::Error, report);
    for bus in BUSES {
        if let Some(value) = section.get(bus) {
            report.error(value.span().start, format!("{bus} is not supported on this device"));
        }
    }
    Capabilities {
        stdio: section.flag("stdio", report),
        filesystem: section.flag("filesystem", report),
        network: section.flag("network", report),
        network_port: section.number("network_port", 1, 65_535, report).and_then(|n| u16::try_from(n).ok()),
        display: section.flag("display", report),
        shell: section.flag("shell", report),
        mouse: section.flag("mouse", report),
        touch: section.flag("touch", report),
        audio: section.flag("audio", report),
        watchdog_secs: section.number("watchdog_secs", 0, u32::MAX, report).unwrap_or(0),
    }
}

fn window(section: Section<'_, '_>, report: &mut Report<'_>) -> WindowWish {
    let known = ["x", "y", "w", "h", "width", "height", "z", "title", "resizable"];
    section.check_keys(&known, Unknown::Warning, report);
    let edge = |short, long, report: &mut Report<'_>| {
        if let (Some(_), Some(twice)) = (section.get(short), section.get(long)) {
            report.warn(twice.span().start, format!("{long} is another name of {short}; {short} counts"));
        }
        let a = section.number(short, 1, MAX_EDGE, report);
        let b = section.number(long, 1, MAX_EDGE, report);
        a.or(b)
    };
    WindowWish {
        w: edge("w", "width", report),
        h: edge("h", "height", report),
        x: section.number("x", 0, MAX_EDGE, report),
        y: section.number("y", 0, MAX_EDGE, report),
        z: section.number("z", 0, u32::MAX, report),
        title: label(section, "title", MAX_LABEL, report),
        resizable: section.flag("resizable", report),
    }
}

fn limits(section: Section<'_, '_>, report: &mut Report<'_>) -> Limits {
    section.check_keys(&["memory", "cpu", "data"], Unknown::Error, report);
    let default = Limits::default();
    Limits {
        memory: section.bytes("memory", MIN_MEMORY, MAX_MEMORY, report).unwrap_or(default.memory),
        cpu: section.number("cpu", 1, MAX_CPU, report).unwrap_or(default.cpu),
        data: section.bytes("data", 0, MAX_DATA, report).unwrap_or(default.data),
    }
}

/// The set of a list of opt-ins.
pub(crate) fn events(section: Section<'_, '_>, report: &mut Report<'_>) -> EventSet {
    let mut set = EventSet::default();
    for (text, at) in section.texts("events", report) {
        match EventSet::by_name(text) {
            Some(event) => set = set.with(event),
            None => {
                let right = crate::section::one_of(&EventSet::NAMES);
                report.error(at, format!("events holds {}; {right} would be right", quote(text)));
            }
        }
    }
    set
}
