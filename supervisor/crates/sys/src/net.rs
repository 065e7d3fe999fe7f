//! Network interfaces (`netdevice(7)`): which there are, and bringing one up with an address and a way out.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::net::{AddressFamily, SocketFlags, SocketType};

/// The interface of a machine to itself.
const LOOPBACK: &str = "lo";

/// Interfaces that are looked at: a kiosk has one or two.
const MAX_INTERFACES: usize = 64;

/// Why an interface is not as it was asked to be.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// It has no such name.
    #[error("{0:?} is no name of an interface")]
    Name(String),
    /// The kernel refuses a step.
    #[error("{step}: {source}")]
    Step {
        /// What was tried.
        step: &'static str,
        /// The kernel's answer.
        source: io::Error,
    },
}

/// Brings up the machine's interface to itself; the kernel gives it 127.0.0.1.
///
/// # Errors
/// [`NetError::Step`].
pub fn bring_loopback_up() -> Result<(), NetError> {
    let socket = socket()?;
    bring_up(socket.as_fd(), LOOPBACK)
}

/// The name of the first Ethernet interface, if there is one.
///
/// # Errors
/// As reading `/proc/net/dev`, or [`NetError::Step`].
pub fn first_ethernet() -> Result<Option<String>, NetError> {
    let step = |source| NetError::Step { step: "/proc/net/dev", source };
    let text = fs::read_to_string("/proc/net/dev").map_err(step)?;
    let socket = socket()?;
    Ok(names(&text).find(|name| is_ethernet(socket.as_fd(), name)).map(str::to_owned))
}

/// The interfaces of `/proc/net/dev`: two lines of headings, then `  eth0: <numbers>` each.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.lines().skip(2).take(MAX_INTERFACES).filter_map(|line| Some(line.split_once(':')?.0.trim()))
}

/// Gives an interface an address, brings it up, and sends what is for others by the gateway.
///
/// # Errors
/// [`NetError`] of the first step that fails.
pub fn configure(
    name: &str,
    address: Ipv4Addr,
    mask: Ipv4Addr,
    gateway: Option<Ipv4Addr>,
) -> Result<(), NetError> {
    let socket = socket()?;
    let fd = socket.as_fd();
    request(fd, libc::SIOCSIFADDR, &mut Request::new(name, Union::of(address))?, "set its address")?;
    request(fd, libc::SIOCSIFNETMASK, &mut Request::new(name, Union::of(mask))?, "set its network")?;
    bring_up(fd, name)?;
    if let Some(gateway) = gateway {
        let mut route = Route {
            destination: Union::of(Ipv4Addr::UNSPECIFIED).0,
            gateway: Union::of(gateway).0,
            mask: Union::of(Ipv4Addr::UNSPECIFIED).0,
            flags: libc::RTF_UP | libc::RTF_GATEWAY,
            ..Route::default()
        };
        match request(fd, libc::SIOCADDRT, &mut route, "set its gateway") {
            // The same way is there already.
            Err(NetError::Step { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {}
            other => other?,
        }
    }
    Ok(())
}

fn socket() -> Result<OwnedFd, NetError> {
    rustix::net::socket_with(AddressFamily::INET, SocketType::DGRAM, SocketFlags::CLOEXEC, None)
        .map_err(|e| NetError::Step { step: "a socket to ask the kernel by", source: e.into() })
}

fn bring_up(fd: BorrowedFd<'_>, name: &str) -> Result<(), NetError> {
    let mut flags = Request::new(name, Union([0; 16], 0))?;
    request(fd, libc::SIOCGIFFLAGS, &mut flags, "ask for its state")?;
    let before = u16::from_ne_bytes([flags.union.0[0], flags.union.0[1]]);
    let after = before | u16::try_from(libc::IFF_UP).unwrap_or(1);
    flags.union.0[..2].copy_from_slice(&after.to_ne_bytes());
    request(fd, libc::SIOCSIFFLAGS, &mut flags, "bring it up")
}

fn is_ethernet(fd: BorrowedFd<'_>, name: &str) -> bool {
    let Ok(mut hardware) = Request::new(name, Union([0; 16], 0)) else { return false };
    let asked = request(fd, libc::SIOCGIFHWADDR, &mut hardware, "ask what it is");
    let kind = u16::from_ne_bytes([hardware.union.0[0], hardware.union.0[1]]);
    asked.is_ok() && kind == libc::ARPHRD_ETHER
}

/// The second half of `struct ifreq`: a `struct sockaddr`, flags, and more; padded to the largest of them.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Union([u8; 16], u64);

impl Union {
    /// A `struct sockaddr_in`.
    fn of(address: Ipv4Addr) -> Self {
        let mut bytes = [0; 16];
        let family = u16::try_from(libc::AF_INET).unwrap_or(0);
        bytes[..2].copy_from_slice(&family.to_ne_bytes());
        bytes[4..8].copy_from_slice(&SocketAddrV4::new(address, 0).ip().octets());
        Self(bytes, 0)
    }
}

/// `struct ifreq`.
#[repr(C)]
struct Request {
    name: [u8; libc::IFNAMSIZ],
    union: Union,
}

impl Request {
    fn new(name: &str, union: Union) -> Result<Self, NetError> {
        let mut bytes = [0; libc::IFNAMSIZ];
        // The last byte ends it.
        if name.is_empty() || name.len() >= bytes.len() {
            return Err(NetError::Name(name.to_owned()));
        }
        bytes[..name.len()].copy_from_slice(name.as_bytes());
        Ok(Self { name: bytes, union })
    }
}

/// `struct rtentry` of 64-bit Linux.
#[repr(C)]
#[derive(Default)]
struct Route {
    pad1: u64,
    destination: [u8; 16],
    gateway: [u8; 16],
    mask: [u8; 16],
    flags: u16,
    pad2: i16,
    pad3: u64,
    tos: u8,
    class: u8,
    pad4: [i16; 3],
    metric: i16,
    device: usize,
    mtu: u64,
    window: u64,
    irtt: u16,
}

/// What the kernel takes with a request: structures of plain numbers, of the size it expects.
///
/// # Safety
/// Every bit pattern is a value, and the layout is that of the kernel's structure of the requests it is used with.
unsafe trait Plain {}

// SAFETY: numbers alone; 40 bytes as `struct ifreq` on 64-bit Linux, which the test below holds.
unsafe impl Plain for Request {}
// SAFETY: numbers alone, `device` null; 120 bytes as `struct rtentry` on 64-bit Linux, which the test below holds.
unsafe impl Plain for Route {}

fn request<T: Plain>(
    fd: BorrowedFd<'_>,
    number: libc::c_ulong,
    argument: &mut T,
    step: &'static str,
) -> Result<(), NetError> {
    // SAFETY: `argument` is exclusively ours for the call and, by `Plain`, what the kernel reads and writes for it.
    let result = unsafe { libc::ioctl(fd.as_raw_fd(), number as _, std::ptr::from_mut(argument)) };
    if result < 0 {
        return Err(NetError::Step { step, source: io::Error::last_os_error() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structures_are_as_large_as_the_kernels() {
        assert_eq!((size_of::<Request>(), size_of::<Route>()), (size_of::<libc::ifreq>(), 120));
    }

    #[test]
    fn names_are_those_of_the_kernels_table() {
        let text = "Inter-|   Receive\n face |bytes\n    lo: 0 0\n  eth0: 1 2\nwlan0:3\n\n";
        assert_eq!(names(text).collect::<Vec<_>>(), ["lo", "eth0", "wlan0"]);
        assert!(Request::new("a-name-that-is-too-long", Union::default()).is_err());
    }

    #[test]
    fn addresses_are_socket_addresses_in_network_order() {
        assert_eq!(Union::of([10, 0, 2, 15].into()).0, [2, 0, 0, 0, 10, 0, 2, 15, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn loopback_is_no_ethernet() {
        assert!(!is_ethernet(socket().unwrap().as_fd(), LOOPBACK));
    }
}
