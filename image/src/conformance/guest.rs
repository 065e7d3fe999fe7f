//! Apps made for the suite: a manifest, and a module that plays a script.

use std::fmt::Write as _;

use super::page::{self, Language};
use crate::build::Site;

/// The module's text; [`Script`] says what its operations are.
const PLAYER: &str = include_str!("player.wat");

/// Bytes of a page of WebAssembly memory.
const PAGE: usize = 65_536;

/// Where the script lies in the module's memory.
const SCRIPT_AT: usize = 0x10_0000;

/// Standard output: what the system obeys.
const STDOUT: u32 = 1;
/// Standard error: the log.
const STDERR: u32 = 2;

/// What a guest does, step by step. It tells every line it hears, as `> ` and the line, on its standard error, and
/// ends with exit code 0 when its script or its standard input does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script(Vec<u8>);

impl Script {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    fn step(mut self, operation: u32, a: u32, b: u32, bytes: &[u8]) -> Self {
        for number in [operation, a, b] {
            self.0.extend(number.to_le_bytes());
        }
        self.0.extend(bytes);
        self
    }

    fn bytes(self, operation: u32, a: u32, bytes: &[u8]) -> Self {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.step(operation, a, length, bytes)
    }

    /// Then this.
    pub(crate) fn then(mut self, other: &Self) -> Self {
        self.0.extend_from_slice(&other.0);
        self
    }

    /// Prints a line.
    pub(crate) fn say(self, line: &str) -> Self {
        self.raw(format!("{line}\n").as_bytes())
    }

    /// Prints lines with one write.
    pub(crate) fn say_all(self, lines: &[&str]) -> Self {
        self.raw(lines.iter().fold(String::new(), |all, line| all + line + "\n").as_bytes())
    }

    /// Prints bytes.
    pub(crate) fn raw(self, bytes: &[u8]) -> Self {
        self.bytes(1, STDOUT, bytes)
    }

    /// Prints a line on standard error.
    pub(crate) fn note(self, line: &str) -> Self {
        self.bytes(1, STDERR, format!("{line}\n").as_bytes())
    }

    /// Writes to a descriptor that was opened.
    pub(crate) fn write(self, descriptor: u32, bytes: &[u8]) -> Self {
        self.bytes(1, descriptor, bytes)
    }

    /// Asks the supervisor.
    pub(crate) fn ask(self, request: &str) -> Self {
        self.say(&format!("@supervisor: {request}"))
    }

    /// Asks, and waits for any answer.
    pub(crate) fn ask_and_wait(self, request: &str) -> Self {
        self.ask(request).hear("REPLY:")
    }

    /// Waits for a line that begins so.
    pub(crate) fn hear(self, beginning: &str) -> Self {
        self.bytes(2, 0, beginning.as_bytes())
    }

    /// Waits for this line.
    pub(crate) fn hear_line(self, line: &str) -> Self {
        self.bytes(2, 1, line.as_bytes())
    }

    /// Waits for so many lines.
    pub(crate) fn hear_some(self, lines: u32) -> Self {
        self.step(3, lines, 0, &[])
    }

    /// Hears until the end of standard input, then ends.
    pub(crate) fn stay(self) -> Self {
        self.hear_some(u32::MAX)
    }

    /// Hears until the end of standard input, then goes on.
    pub(crate) fn hear_eof(self) -> Self {
        self.step(14, 0, 0, &[])
    }

    /// Does this over and over.
    pub(crate) fn forever(self, body: &Self) -> Self {
        let at = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.then(body).step(4, at, 0, &[])
    }

    /// Ends.
    pub(crate) fn exit(self, code: u32) -> Self {
        self.step(5, code, 0, &[])
    }

    /// Executes an instruction that traps.
    pub(crate) fn trap(self) -> Self {
        self.step(6, 0, 0, &[])
    }

    /// Prints so many letters `x`, without a newline.
    pub(crate) fn fill(self, letters: u32) -> Self {
        self.step(7, STDOUT, letters, &[])
    }

    /// Sleeps, hearing nothing.
    pub(crate) fn sleep(self, milliseconds: u32) -> Self {
        self.step(8, milliseconds, 0, &[])
    }

    /// Computes for ever.
    pub(crate) fn spin(self) -> Self {
        self.step(9, 0, 0, &[])
    }

    /// Asks for so many pages of memory, and tells `grow <pages before>`, 4294967295 for a refusal.
    pub(crate) fn grow(self, pages: u32) -> Self {
        self.step(10, pages, 0, &[])
    }

    /// Tells `clock <seconds>` of the monotonic clock.
    pub(crate) fn clock(self) -> Self {
        self.step(11, 0, 0, &[])
    }

    /// Tells `millis <n>`, milliseconds of the monotonic clock.
    pub(super) fn milliseconds(self) -> Self {
        self.step(18, 0, 0, &[])
    }

    /// Tells `args <n>`, `evirons <n>`, `folder <name>` for each, `folders <n>`.
    pub(crate) fn world(self) -> Self {
        self.step(12, 0, 0, &[])
    }

    /// Opens a path below the first given folder, with creation flags of WASI (1 creates, 2 wants a folder); tells
    /// `open <error>`. The first file opened is descriptor 4.
    pub(crate) fn open(self, path: &str, flags: u32) -> Self {
        self.bytes(13, flags, path.as_bytes())
    }

    /// Writes so many bytes to a descriptor that was opened; tells `put <error>`, 0 for none.
    pub(crate) fn put(self, descriptor: u32, bytes: u32) -> Self {
        self.step(15, descriptor, bytes, &[])
    }

    /// Counts to so many millions.
    pub(super) fn count(self, millions: u32) -> Self {
        self.step(16, millions, 0, &[])
    }

    /// Tells `kept <n>`, how many records a file that was opened holds; then adds records for ever, each written,
    /// synchronised and only then told as `synced <n>`, with so many milliseconds between them.
    pub(crate) fn keep(self, descriptor: u32, milliseconds: u32) -> Self {
        self.step(17, descriptor, milliseconds, &[])
    }

    /// The module that plays it.
    pub(crate) fn module(&self) -> Result<Vec<u8>, wat::Error> {
        let script = self.clone().step(0, 0, 0, &[]).0;
        let pages = (SCRIPT_AT + script.len()).div_ceil(PAGE);
        let mut text = String::with_capacity(script.len() * 3);
        for byte in &script {
            // Writing to a text cannot fail.
            let _ = write!(text, "\\{byte:02x}");
        }
        wat::parse_str(PLAYER.replace("$PAGES", &pages.to_string()).replace("$SCRIPT", &text))
    }
}

/// An app of the suite.
#[derive(Clone, Debug)]
pub(crate) struct Guest {
    pub(crate) name: String,
    /// The whole manifest; `$SHA256` in it is the hash of its program, in capitals, and `$sha256` in small letters.
    pub(crate) manifest: String,
    pub(crate) code: Code,
    /// How boot starts it; `None`: it is installed only.
    pub(crate) boot: Option<&'static str>,
    /// Files beside the manifest.
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    /// Who vouches for it.
    pub(crate) origin: Origin,
    /// What is done to its bundle after its list was made, and signed: other bytes of a file, or none of it.
    pub(crate) tampers: Vec<(&'static str, Option<Vec<u8>>)>,
}

/// Where an app comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Origin {
    /// The image.
    Image,
    /// It was installed.
    Installed(Signer),
}

/// Whose signature an installed app carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Signer {
    /// By a key of the image.
    Trusted,
    /// By another one.
    Stranger,
    /// None.
    Nobody,
}

impl Origin {
    /// Where its folder is, in the system.
    pub(crate) const fn place(self) -> &'static str {
        match self {
            Self::Image => "apps",
            Self::Installed(_) => "data/apps",
        }
    }
}

/// What an app runs.
#[derive(Clone, Debug)]
pub(crate) enum Code {
    /// A script.
    Script(Script),
    /// WebAssembly, text or binary.
    Wasm(Vec<u8>),
    /// The suite's own app for sockets, in Rust.
    Sockets,
    /// An app of docs/apps.md.
    OfPage {
        /// Its folder on the page.
        app: &'static str,
        /// How it is built.
        language: Language,
    },
}

impl Guest {
    /// An app with these tables in its manifest, beside `[app]`.
    pub(crate) fn new(name: &str, tables: &str, script: Script) -> Self {
        let manifest =
            format!("[app]\nname = \"{name}\"\nversion = \"1.0.0\"\nwasm = \"app.wasm\"\n{tables}\n");
        Self::with_manifest(name, manifest, script)
    }

    /// An app with this manifest, right or wrong, in the folder `name`.
    pub(crate) fn with_manifest(name: &str, manifest: String, script: Script) -> Self {
        let code = Code::Script(script);
        let (name, files, tampers) = (name.to_owned(), Vec::new(), Vec::new());
        Self { name, manifest, code, boot: Some("never"), files, origin: Origin::Image, tampers }
    }

    /// An app that only has `stdio`.
    pub(crate) fn plain(name: &str, script: Script) -> Self {
        Self::new(name, "[capabilities]\nstdio = true", script)
    }

    /// An app with `stdio` and `shell`.
    pub(crate) fn shell(name: &str, script: Script) -> Self {
        Self::new(name, "[capabilities]\nstdio = true\nshell = true", script)
    }

    /// Boot starts it again by this policy.
    pub(crate) fn restart(mut self, policy: &'static str) -> Self {
        self.boot = Some(policy);
        self
    }

    /// Boot does not start it.
    pub(crate) fn installed(mut self) -> Self {
        self.boot = None;
        self
    }

    /// With this file beside its manifest.
    pub(crate) fn file(mut self, name: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.push((name, bytes.into()));
        self
    }

    /// In `/data/apps`, signed by this one.
    pub(crate) fn signed_by(mut self, signer: Signer) -> Self {
        self.origin = Origin::Installed(signer);
        self
    }

    /// With other bytes of this file, or without it, after its list was made.
    pub(crate) fn tampered(mut self, name: &'static str, bytes: Option<&[u8]>) -> Self {
        self.tampers.push((name, bytes.map(<[u8]>::to_vec)));
        self
    }

    /// With this WebAssembly instead of a script.
    pub(crate) fn wasm(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.code = Code::Wasm(bytes.into());
        self
    }

    /// The module's bytes.
    pub(crate) fn module(&self, site: &Site) -> Result<Vec<u8>, String> {
        let said = |error: wat::Error| error.to_string();
        match &self.code {
            Code::Script(script) => script.module().map_err(said),
            Code::Wasm(bytes) => Ok(wat::parse_bytes(bytes).map_err(said)?.into_owned()),
            Code::Sockets => page::sockets(site),
            Code::OfPage { app, language } => {
                let folder = tempfile::Builder::new()
                    .prefix("vyoma-page-")
                    .tempdir()
                    .map_err(|error| format!("no temporary folder: {error}"))?;
                page::build(site, app, *language, folder.path())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::{World, check_world};

    #[test]
    fn module_of_every_step_is_an_app() {
        let script = Script::new()
            .say("a \"b\" \\")
            .say_all(&["c", "d"])
            .note("e")
            .write(4, b"f")
            .ask_and_wait("list")
            .hear_line("g")
            .hear_some(1)
            .fill(3)
            .sleep(1)
            .grow(1)
            .count(1)
            .clock()
            .milliseconds()
            .world()
            .open("h", 1)
            .keep(4, 1)
            .spin()
            .trap()
            .exit(1)
            .hear_eof()
            .stay();
        let module = script.module().unwrap();
        assert!(matches!(check_world(&module), Ok(World::Module)));
        wasmparser::validate(&module).unwrap();
    }
}
