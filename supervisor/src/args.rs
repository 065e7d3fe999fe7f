//! What the supervisor is told when it starts.

use std::os::fd::RawFd;
use std::path::PathBuf;

use control_protocol::PixelSize;
use manifest::Policy;

/// What `--help` and a wrong argument print.
pub(crate) const USAGE: &str = "\
usage: supervisor --hosted --root <dir> [--headless <W>x<H>]
                  [--policy kiosk|desktop|signage] [--driver-fd <n>]

  --root <dir>       holds etc/vyoma, apps, bin/compositor, bin/app-host, data
  --headless <W>x<H> a screen in memory (default 1280x800)
  --policy <name>    instead of the one in etc/vyoma/device.toml
  --driver-fd <n>    an open SOCK_SEQPACKET socket for a test driver

Without --hosted it must be PID 1 and takes no arguments; the kernel command line may hold
vyoma.driver=<serial port>, vyoma.policy=<name> and vyoma.data=disk.";

/// Where it runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// As PID 1 of a machine.
    Machine,
    /// As a process among others.
    Hosted {
        /// Takes the place of `/`.
        root: PathBuf,
        /// The size of its screen in memory.
        screen: PixelSize,
        /// The test driver's socket.
        driver: Option<RawFd>,
    },
}

/// All options.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Options {
    pub(crate) place: Place,
    pub(crate) policy: Option<Policy>,
}

/// Why arguments are wrong.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum ArgsError {
    #[error("unknown argument {0:?}")]
    Unknown(String),
    #[error("{0} needs a value")]
    Missing(&'static str),
    #[error("{flag} is {found:?}; {right} would be right")]
    Wrong { flag: &'static str, found: String, right: &'static str },
    #[error("this is not PID 1: --hosted is needed")]
    NotInit,
    #[error("--hosted needs --root <dir>")]
    NoRoot,
}

/// Longest edge of a hosted screen.
const MAX_EDGE: u32 = 8192;

/// Reads arguments. PID 1 ignores what the kernel passes on from its command line.
pub(crate) fn parse(args: impl Iterator<Item = String>, pid: u32) -> Result<Options, ArgsError> {
    let mut args = args.peekable();
    if pid == 1 && args.peek().is_none_or(|a| a != "--hosted") {
        return Ok(Options { place: Place::Machine, policy: None });
    }
    let (mut hosted, mut root, mut driver, mut policy) = (false, None, None, None);
    let mut screen = PixelSize { w: 1280, h: 800 };
    while let Some(arg) = args.next() {
        let mut value = |flag| args.next().ok_or(ArgsError::Missing(flag));
        match arg.as_str() {
            "--hosted" => hosted = true,
            "--root" => root = Some(PathBuf::from(value("--root")?)),
            "--headless" => screen = size("--headless", value("--headless")?)?,
            "--driver-fd" => {
                let found = value("--driver-fd")?;
                let fd = found.parse().ok().filter(|n: &RawFd| *n > 2);
                let right = "the number of an open descriptor above 2";
                driver = Some(fd.ok_or(ArgsError::Wrong { flag: "--driver-fd", found, right })?);
            }
            "--policy" => {
                let found = value("--policy")?;
                let right = "kiosk, desktop or signage";
                policy =
                    Some(found.parse().map_err(|_| ArgsError::Wrong { flag: "--policy", found, right })?);
            }
            _ => return Err(ArgsError::Unknown(arg)),
        }
    }
    if !hosted {
        return Err(ArgsError::NotInit);
    }
    let root = root.ok_or(ArgsError::NoRoot)?;
    Ok(Options { place: Place::Hosted { root, screen, driver }, policy })
}

fn size(flag: &'static str, found: String) -> Result<PixelSize, ArgsError> {
    let edges = found.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    match edges {
        Some((w, h)) if (1..=MAX_EDGE).contains(&w) && (1..=MAX_EDGE).contains(&h) => Ok(PixelSize { w, h }),
        _ => Err(ArgsError::Wrong { flag, found, right: "a size like 1280x800" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Options, ArgsError> {
        parse(line.split_whitespace().map(str::to_owned), 7)
    }

    #[test]
    fn parse_hosted_arguments_are_taken() {
        let options = read("--hosted --root /r --headless 800x480 --driver-fd 5 --policy desktop").unwrap();
        let screen = PixelSize { w: 800, h: 480 };
        assert_eq!(options.place, Place::Hosted { root: "/r".into(), screen, driver: Some(5) });
        assert_eq!(options.policy, Some(Policy::Desktop));
    }

    #[test]
    fn parse_wrong_arguments_are_named() {
        assert_eq!(read("--hosted"), Err(ArgsError::NoRoot));
        assert_eq!(read(""), Err(ArgsError::NotInit));
        assert_eq!(read("--hosted --root"), Err(ArgsError::Missing("--root")));
        assert!(matches!(read("--hosted --root /r --headless 0x5"), Err(ArgsError::Wrong { .. })));
        assert!(matches!(read("--hosted --root /r --frob"), Err(ArgsError::Unknown(_))));
    }

    #[test]
    fn parse_as_init_ignores_the_kernels_leftovers() {
        assert_eq!(parse(["quiet".to_owned()].into_iter(), 1).unwrap().place, Place::Machine);
    }
}
