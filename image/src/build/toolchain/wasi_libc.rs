//! The C library of WebAssembly programs, where the machine's distribution has only an old one.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::ToolchainError;
use crate::build::child;
use crate::build::files;
use crate::build::{Progress, Site};

/// The first Debian whose wasi-libc has sockets (`wasm32-wasip2`).
const SUITE: &str = "trixie main";

/// An apt source of its own for it, at the mirror this machine uses.
fn apt_source() -> String {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    let more = Path::new("/etc/apt/sources.list.d").read_dir().into_iter().flatten().flatten();
    files.extend(more.map(|entry| entry.path()));
    files.sort();
    let mirror = files.iter().filter_map(|file| mirror_in(&std::fs::read_to_string(file).ok()?)).next();
    let mirror = mirror.unwrap_or_else(|| "http://deb.debian.org/debian".to_owned());
    format!("deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {mirror} {SUITE}\n")
}

/// The first address of a Debian archive in an apt source, of either format.
fn mirror_in(source: &str) -> Option<String> {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with('#'));
    let words = lines.flat_map(str::split_whitespace);
    words
        .map(|word| word.trim_end_matches('/'))
        .find(|word| word.starts_with("http") && word.ends_with("/debian"))
        .map(str::to_owned)
}

/// The folder that holds `wasm32-wasip2` and `wasm32-wasi`: the system's, where they are new enough, else one
/// package of the next Debian, unpacked into the cache. Nothing is installed.
pub(super) fn find(site: &Site, progress: &mut dyn Progress) -> Result<PathBuf, ToolchainError> {
    let system = PathBuf::from("/usr/lib");
    if system.join("wasm32-wasip2/libc.a").is_file() {
        return Ok(system);
    }
    let place = site.cache.join("toolchain").join(SUITE.replace(' ', "-")).join("wasi-libc");
    if !place.join("usr/lib/wasm32-wasip2/libc.a").is_file() {
        let step = "fetching wasi-libc";
        progress.update(step, 0, 3);
        let work = files::beside(&place);
        files::remove_folder(&work)?;
        files::make_folder(&work.join("lists/partial"))?;
        files::make_folder(&work.join("cache/archives/partial"))?;
        files::write(&work.join("source.list"), apt_source().as_bytes())?;
        child::run(apt(&work).arg("update"), |_| {})?;
        progress.update(step, 1, 3);
        child::run(apt(&work).args(["download", "wasi-libc"]), |_| {})?;
        progress.update(step, 2, 3);
        let mut unpack = Command::new("sh");
        unpack.args(["-c", "dpkg -x wasi-libc_*.deb tree"]).current_dir(&work);
        child::run(&mut unpack, |_| {})?;
        files::remove_folder(&place)?;
        std::fs::rename(work.join("tree"), &place).map_err(files::failed("replace", &place))?;
        files::remove_folder(&work)?;
        progress.update(step, 3, 3);
    }
    Ok(place.join("usr/lib"))
}

/// `apt-get` with its lists, its cache and its one source in `folder`, as any user.
fn apt(folder: &Path) -> Command {
    let mut command = Command::new("apt-get");
    command.current_dir(folder).args(["-q", "-o", "APT::Sandbox::User=", "-o", "Dir::Etc::sourceparts=-"]);
    for (name, value) in
        [("Dir::Etc::sourcelist", "source.list"), ("Dir::State::Lists", "lists"), ("Dir::Cache", "cache")]
    {
        command.arg("-o").arg(format!("{name}={}", folder.join(value).display()));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirror_is_read_from_both_formats() {
        let new = "Types: deb\n# http://snapshot.debian.org/archive/debian/2025/\nURIs: http://mirror.local/debian/\n";
        assert_eq!(mirror_in(new).as_deref(), Some("http://mirror.local/debian"));
        assert_eq!(
            mirror_in("deb https://a.b/debian bookworm main\n").as_deref(),
            Some("https://a.b/debian")
        );
        assert_eq!(mirror_in("deb https://deb.nodesource.com/node_20.x nodistro main\n"), None);
    }
}
