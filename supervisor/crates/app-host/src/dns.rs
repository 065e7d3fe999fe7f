//! Names to addresses (RFC 1035): questions to the device's name servers, over UDP. The C library's resolver wants
//! files, threads and sockets of its own, none of which are in the jail.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;

/// How long one server has for one answer; each is asked twice.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Servers that are asked at most.
const MOST_SERVERS: usize = 3;

/// Addresses that are taken at most.
const MOST_ADDRESSES: usize = 16;

/// The longest answer over UDP without extensions (RFC 1035, 2.3.4).
const MOST_BYTES: usize = 512;

/// Record types.
const A: u16 = 1;
const AAAA: u16 = 28;

/// Why a name has no address.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookupError {
    /// No name.
    #[error("{0:?} is no name of a host")]
    Name(String),
    /// Nobody to ask.
    #[error("this device knows no name server")]
    NoServer,
    /// The name does not exist, or has no address.
    #[error("there is no such host")]
    Unknown,
    /// No server answered.
    #[error("no name server answered")]
    Silent,
    /// The servers cannot answer now.
    #[error("the name server cannot answer (code {0})")]
    Server(u8),
    /// The socket.
    #[error("the name server cannot be asked")]
    Socket(#[from] io::Error),
}

/// The addresses of a host, version 4 first; never none.
pub(crate) async fn resolve(name: &str, servers: &[SocketAddr]) -> Result<Vec<IpAddr>, LookupError> {
    let bare = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name);
    if let Ok(address) = bare.parse() {
        return Ok(vec![address]);
    }
    let wire = encode_name(name).ok_or_else(|| LookupError::Name(name.chars().take(80).collect()))?;
    // RFC 6761, 6.3: never a question to others.
    let lower = name.trim_end_matches('.').to_ascii_lowercase();
    if lower == "localhost" || lower.ends_with(".localhost") {
        return Ok(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]);
    }
    let mut last = LookupError::NoServer;
    for server in servers.iter().take(MOST_SERVERS).cycle().take(servers.len().min(MOST_SERVERS) * 2) {
        match ask_both(&wire, *server).await {
            Ok(addresses) => return Ok(addresses),
            Err(LookupError::Unknown) => return Err(LookupError::Unknown),
            Err(e) => last = e,
        }
    }
    Err(last)
}

/// Asks one server for both kinds of addresses at once.
async fn ask_both(name: &[u8], server: SocketAddr) -> Result<Vec<IpAddr>, LookupError> {
    let local: IpAddr =
        if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((local, 0)).await?;
    // Only this server's datagrams arrive; who guesses must guess port and number.
    socket.connect(server).await?;
    let mut open = Vec::new();
    for kind in [A, AAAA] {
        let id = random();
        socket.send(&question(id, name, kind)).await?;
        open.push((id, kind));
    }
    let (mut found, mut failed) = (Vec::new(), None);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let mut buffer = [0; MOST_BYTES];
    while !open.is_empty() {
        let Ok(received) = tokio::time::timeout_at(deadline, socket.recv(&mut buffer)).await else { break };
        let datagram = &buffer[..received?];
        let Some(i) = open.iter().position(|(id, kind)| is_answer(datagram, *id, name, *kind)) else {
            continue;
        };
        let (_, kind) = open.remove(i);
        match answers(datagram, name.len(), kind) {
            Ok(addresses) => found.extend(addresses),
            Err(e) => failed = Some(e),
        }
    }
    found.sort_by_key(IpAddr::is_ipv6);
    found.truncate(MOST_ADDRESSES);
    match (found.is_empty(), failed, open.is_empty()) {
        (false, ..) => Ok(found),
        (true, Some(e), _) => Err(e),
        (true, None, true) => Err(LookupError::Unknown),
        (true, None, false) => Err(LookupError::Silent),
    }
}

/// A number nobody can guess: the hash of nothing by a key that the kernel's random numbers made.
fn random() -> u16 {
    let [a, b, ..] = RandomState::new().build_hasher().finish().to_le_bytes();
    u16::from_le_bytes([a, b])
}

/// A host's name as labels; `None` for what is none.
fn encode_name(name: &str) -> Option<Vec<u8>> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let mut wire = Vec::with_capacity(name.len() + 2);
    for label in name.split('.') {
        if label.is_empty() || label.len() > 63 || !label.bytes().all(is_plain) {
            return None;
        }
        wire.push(u8::try_from(label.len()).ok()?);
        wire.extend(label.bytes());
    }
    wire.push(0);
    (wire.len() <= 255).then_some(wire)
}

fn question(id: u16, name: &[u8], kind: u16) -> Vec<u8> {
    let mut out = Vec::with_capacity(16 + name.len());
    out.extend(id.to_be_bytes());
    // Recursion desired; one question.
    out.extend([1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    out.extend(name);
    out.extend(kind.to_be_bytes());
    out.extend([0, 1]);
    out
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// Whether a datagram answers this question.
fn is_answer(datagram: &[u8], id: u16, name: &[u8], kind: u16) -> bool {
    let end = 12 + name.len();
    u16_at(datagram, 0) == Some(id)
        && datagram.get(2).is_some_and(|flags| flags & 0x80 != 0)
        && u16_at(datagram, 4) == Some(1)
        && datagram.get(12..end).is_some_and(|n| n.eq_ignore_ascii_case(name))
        && u16_at(datagram, end) == Some(kind)
}

/// The addresses in an answer. A server that resolves for others follows aliases itself, and puts the addresses
/// of the last one beside them.
fn answers(datagram: &[u8], name: usize, kind: u16) -> Result<Vec<IpAddr>, LookupError> {
    match datagram.get(3).map_or(0, |b| b & 15) {
        0 => {}
        3 => return Err(LookupError::Unknown),
        code => return Err(LookupError::Server(code)),
    }
    let mut found = Vec::new();
    let mut at = 12 + name + 4;
    for _ in 0..u16_at(datagram, 6).unwrap_or(0) {
        let Some((address, next)) = record(datagram, at, kind) else { break };
        found.extend(address);
        at = next;
    }
    Ok(found)
}

/// The record at a place: its address if it has one of this kind, and where the next one is.
fn record(datagram: &[u8], at: usize, kind: u16) -> Option<(Option<IpAddr>, usize)> {
    let at = skip_name(datagram, at)?;
    let (found, class) = (u16_at(datagram, at)?, u16_at(datagram, at + 2)?);
    let len = usize::from(u16_at(datagram, at + 8)?);
    let data = datagram.get(at + 10..at + 10 + len)?;
    let address = match (found == kind && class == 1, data.len()) {
        (true, 4) => <[u8; 4]>::try_from(data).ok().map(IpAddr::from),
        (true, 16) => <[u8; 16]>::try_from(data).ok().map(IpAddr::from),
        _ => None,
    };
    Some((address, at + 10 + len))
}

/// Where a name ends. A pointer ends it: what it points at is not looked at.
fn skip_name(datagram: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *datagram.get(at)? {
            0 => return Some(at + 1),
            len if len & 0xc0 == 0xc0 => return Some(at + 2),
            len if len & 0xc0 == 0 => at += 1 + usize::from(len),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(kind: u16, code: u8, records: &[(u16, &[u8])]) -> (Vec<u8>, Vec<u8>) {
        let name = encode_name("a.example").unwrap();
        let mut out = question(7, &name, kind);
        out[2] |= 0x80;
        out[3] = code;
        out[7] = u8::try_from(records.len()).unwrap();
        for (kind, data) in records {
            out.extend([0xc0, 12]);
            out.extend(kind.to_be_bytes());
            out.extend([0, 1, 0, 0, 0, 60]);
            out.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            out.extend(*data);
        }
        (name, out)
    }

    #[test]
    fn answers_are_addresses_of_the_kind_that_was_asked_for() {
        let (name, datagram) = answer(A, 0, &[(5, b"\x01b\xc0\x0c"), (A, &[10, 0, 0, 7]), (AAAA, &[1; 16])]);
        assert!(is_answer(&datagram, 7, &name, A));
        assert!(!is_answer(&datagram, 8, &name, A) && !is_answer(&datagram, 7, &name, AAAA));
        assert_eq!(answers(&datagram, name.len(), A).unwrap(), [IpAddr::from([10, 0, 0, 7])]);
        let (name, none) = answer(A, 3, &[]);
        assert!(matches!(answers(&none, name.len(), A), Err(LookupError::Unknown)));
        let (name, busy) = answer(A, 2, &[]);
        assert!(matches!(answers(&busy, name.len(), A), Err(LookupError::Server(2))));
    }

    #[test]
    fn answers_cut_anywhere_or_full_of_noise_do_no_harm() {
        let (name, datagram) = answer(A, 0, &[(A, &[10, 0, 0, 7]), (A, &[10, 0, 0, 8])]);
        for len in 0..datagram.len() {
            let _ = is_answer(&datagram[..len], 7, &name, A);
            let _ = answers(&datagram[..len], name.len(), A);
        }
        for byte in 0..datagram.len() {
            for value in [0, 0x3f, 0x80, 0xc0, 0xff] {
                let mut noisy = datagram.clone();
                noisy[byte] = value;
                let _ = answers(&noisy, name.len(), A);
            }
        }
    }

    #[test]
    fn encode_name_takes_hosts_alone() {
        assert_eq!(encode_name("a.bc."), Some(b"\x01a\x02bc\0".to_vec()));
        let long = "x".repeat(64);
        for bad in ["", ".", "a..b", "a b", "ä.de", &long, &format!("{}a", "a.".repeat(127))] {
            assert_eq!(encode_name(bad), None, "{bad:?}");
        }
    }
}
