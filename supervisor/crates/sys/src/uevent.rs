//! Device hot-plug: the kernel's uevents (`netlink(7)`, `NETLINK_KOBJECT_UEVENT`).

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

/// What happened to a device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// It is new.
    Add,
    /// It is gone.
    Remove,
    /// Something about it changed.
    Change,
}

/// News of one device node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Uevent {
    /// What happened.
    pub action: Action,
    /// `drm`, `input`, `graphics`, …
    pub subsystem: String,
    /// The node below `/dev`: `dri/card0`.
    pub node: String,
}

/// The kernel's broadcasts.
#[derive(Debug)]
pub struct Uevents(OwnedFd);

impl Uevents {
    /// Listens.
    ///
    /// # Errors
    /// As `socket(2)` and `bind(2)`.
    pub fn new() -> io::Result<Self> {
        let kind = libc::SOCK_RAW | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        // SAFETY: plain system calls; the new descriptor is owned by nobody else, and the address is a
        // zeroed sockaddr_nl, for which all bits zero are valid, passed with its own size.
        unsafe {
            let fd = libc::socket(libc::AF_NETLINK, kind, libc::NETLINK_KOBJECT_UEVENT);
            if fd < 0 {
                return Err(io::Error::last_os_error());
            }
            let fd = OwnedFd::from_raw_fd(fd);
            let mut address: libc::sockaddr_nl = std::mem::zeroed();
            address.nl_family = libc::sa_family_t::try_from(libc::AF_NETLINK).unwrap_or_default();
            address.nl_groups = 1;
            let len = libc::socklen_t::try_from(size_of::<libc::sockaddr_nl>()).unwrap_or_default();
            if libc::bind(fd.as_raw_fd(), (&raw const address).cast(), len) != 0 {
                return Err(io::Error::last_os_error());
            }
            Ok(Self(fd))
        }
    }

    /// The next one about a device node, if any. Only the kernel's are heard.
    #[must_use]
    pub fn next(&self) -> Option<Uevent> {
        let mut buffer = [0u8; 8192];
        loop {
            // SAFETY: the buffer and the zeroed address are valid for writing their whole sizes, which are passed.
            let (got, from) = unsafe {
                let mut address: libc::sockaddr_nl = std::mem::zeroed();
                let mut len = libc::socklen_t::try_from(size_of::<libc::sockaddr_nl>()).unwrap_or_default();
                let got = libc::recvfrom(
                    self.0.as_raw_fd(),
                    buffer.as_mut_ptr().cast(),
                    buffer.len(),
                    0,
                    (&raw mut address).cast(),
                    &mut len,
                );
                (got, address.nl_pid)
            };
            let Ok(got) = usize::try_from(got) else {
                // Broadcasts that overflowed the socket are lost; what follows is not.
                if io::Error::last_os_error().raw_os_error() == Some(libc::ENOBUFS) {
                    continue;
                }
                return None;
            };
            if from == 0
                && let Some(event) = parse(&buffer[..got])
            {
                return Some(event);
            }
        }
    }
}

impl AsFd for Uevents {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// `add@/devices/…\0ACTION=add\0SUBSYSTEM=input\0DEVNAME=input/event3\0…`
fn parse(message: &[u8]) -> Option<Uevent> {
    let (mut action, mut subsystem, mut node) = (None, None, None);
    for field in message.split(|b| *b == 0) {
        let Some((key, value)) = std::str::from_utf8(field).ok().and_then(|f| f.split_once('=')) else {
            continue;
        };
        match key {
            "ACTION" => {
                action = match value {
                    "add" => Some(Action::Add),
                    "remove" => Some(Action::Remove),
                    "change" => Some(Action::Change),
                    _ => None,
                }
            }
            "SUBSYSTEM" => subsystem = Some(value.to_owned()),
            "DEVNAME" => node = Some(value.trim_start_matches("/dev/").to_owned()),
            _ => {}
        }
    }
    Some(Uevent { action: action?, subsystem: subsystem?, node: node? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_a_kernel_message_finds_the_node() {
        let message =
            b"add@/devices/x\0ACTION=add\0DEVPATH=/devices/x\0SUBSYSTEM=input\0DEVNAME=input/event3\0";
        let event = parse(message).unwrap();
        assert_eq!((event.action, event.node.as_str()), (Action::Add, "input/event3"));
        assert_eq!(parse(b"libudev\0\xff=\0ACTION=bind"), None);
        assert_eq!(parse(b""), None);
    }
}
