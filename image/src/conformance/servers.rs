//! What this machine serves to systems under test, on loopback alone: names, and one page.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::OnceLock;

/// The page.
pub(super) const PAGE: &str = "from beside the machine";

/// Ports of what is served; 0 where it could not be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ports {
    /// A name server, UDP: `host.test` is 127.0.0.1, `broken.test` an error of the server, no other name is there.
    pub(super) names: u16,
    /// HTTP: every page is [`PAGE`].
    pub(super) page: u16,
    /// Nobody's: for an app to listen on.
    pub(super) free: u16,
    /// Nobody's either.
    pub(super) other: u16,
}

/// Begins to serve, once; it ends with the process.
pub(super) fn ports() -> Ports {
    static PORTS: OnceLock<Ports> = OnceLock::new();
    *PORTS.get_or_init(|| begin().unwrap_or_default())
}

fn begin() -> std::io::Result<Ports> {
    let here = (Ipv4Addr::LOCALHOST, 0);
    let (names, page) = (UdpSocket::bind(here)?, TcpListener::bind(here)?);
    // Held together, so that they are two.
    let (free, other) = (TcpListener::bind(here)?, TcpListener::bind(here)?);
    let ports = Ports {
        names: names.local_addr()?.port(),
        page: page.local_addr()?.port(),
        free: free.local_addr()?.port(),
        other: other.local_addr()?.port(),
    };
    std::thread::spawn(move || serve_names(&names));
    std::thread::spawn(move || serve_page(&page));
    Ok(ports)
}

fn serve_names(socket: &UdpSocket) {
    let mut question = [0; 512];
    while let Ok((length, from)) = socket.recv_from(&mut question) {
        if let Some(answer) = answer(&question[..length]) {
            // Who asked asks again.
            let _ = socket.send_to(&answer, from);
        }
    }
}

/// The answer to one question (RFC 1035, 4.1).
fn answer(question: &[u8]) -> Option<Vec<u8>> {
    let name = question.get(12..question.len().checked_sub(4)?)?;
    let is_a = question.get(question.len() - 4..question.len() - 2)? == [0, 1];
    let (code, found) = match name {
        b"\x04host\x04test\0" => (0, is_a),
        b"\x06broken\x04test\0" => (2, false),
        _ => (3, false),
    };
    let mut answer = question.to_vec();
    answer[2] |= 0x80;
    answer[3] = code;
    answer[7] = u8::from(found);
    if found {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    }
    Some(answer)
}

fn serve_page(listener: &TcpListener) {
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { continue };
        // One read has the request, or its client is none of ours.
        let _ = stream.read(&mut [0; 4096]);
        let _ = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{PAGE}", PAGE.len());
    }
}
