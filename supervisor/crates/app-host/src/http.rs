//! One bounded HTTP/1.1 GET (RFC 9112), for the request `http-get`. Plain TCP: a TLS library would be larger than
//! everything else in the process.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::dns::{self, LookupError};

/// From the name to the last byte.
const WITHIN: Duration = Duration::from_secs(10);

/// How long one address has to take the connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// The longest head of an answer, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// Characters of the body that are wanted (contract, 5.2).
pub(crate) const MAX_TEXT: usize = 4096;

/// Bytes of the body that are read: a character has four at most, chunks have sizes between them.
const MAX_BODY: usize = 6 * MAX_TEXT;

/// Other places that are looked at when a server says so.
const MAX_REDIRECTS: usize = 5;

/// Addresses of a host that are tried.
const MAX_ADDRESSES: usize = 4;

/// What a server said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The first [`MAX_TEXT`] characters of the body.
    pub(crate) text: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    /// No address of a page.
    #[error("a URL like http://host/path would be right")]
    Url,
    /// TLS.
    #[error("https is not supported: this system has no TLS")]
    Tls,
    /// The name.
    #[error(transparent)]
    Lookup(#[from] LookupError),
    /// No connection.
    #[error("no connection")]
    Connect(#[source] io::Error),
    /// It broke.
    #[error("the connection broke")]
    Broken(#[from] io::Error),
    /// No HTTP.
    #[error("the answer is no HTTP")]
    Foreign,
    /// Too long.
    #[error("the answer's head is over {MAX_HEAD} bytes")]
    Head,
    /// Round and round.
    #[error("more than {MAX_REDIRECTS} redirects")]
    Redirects,
    /// Too late.
    #[error("no answer within {} s", WITHIN.as_secs())]
    Late,
}

/// Gets a page.
pub(crate) async fn get(url: &str, servers: &[SocketAddr]) -> Result<Answer, HttpError> {
    tokio::time::timeout(WITHIN, follow(url, servers)).await.map_err(|_| HttpError::Late)?
}

async fn follow(url: &str, servers: &[SocketAddr]) -> Result<Answer, HttpError> {
    let mut place = Place::parse(url)?;
    for _ in 0..=MAX_REDIRECTS {
        let (head, body) = exchange(&place, servers).await?;
        let location = head.field("location").filter(|_| matches!(head.status, 301..=303 | 307 | 308));
        match location {
            Some(to) => place = place.join(to)?,
            None => return Ok(Answer { status: head.status, text: text(&head, &body) }),
        }
    }
    Err(HttpError::Redirects)
}

/// Where a page is.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Place {
    host: String,
    port: u16,
    /// Path and query.
    target: String,
}

impl Place {
    fn parse(url: &str) -> Result<Self, HttpError> {
        let (scheme, rest) = url.split_once("://").ok_or(HttpError::Url)?;
        match scheme.to_ascii_lowercase().as_str() {
            "http" => {}
            "https" => return Err(HttpError::Tls),
            _ => return Err(HttpError::Url),
        }
        let rest = rest.split('#').next().unwrap_or(rest);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let port_at = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
        let (host, port) = match port_at {
            Some(at) => (&authority[..at], authority[at + 1..].parse().map_err(|_| HttpError::Url)?),
            None => (authority, 80),
        };
        // No user, and nothing that would end the line of the request.
        let fine = |c: char| c.is_ascii_graphic();
        if host.is_empty() || host.contains('@') || !host.chars().all(fine) || !target.chars().all(fine) {
            return Err(HttpError::Url);
        }
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Ok(Self { host: host.to_owned(), port, target })
    }

    /// The place that a page names, by itself or relative to this one.
    fn join(&self, to: &str) -> Result<Self, HttpError> {
        if to.contains("://") {
            return Self::parse(to);
        }
        let base = format!("http://{}:{}", self.host, self.port);
        if let Some(rest) = to.strip_prefix("//") {
            return Self::parse(&format!("http://{rest}"));
        }
        if to.starts_with('/') {
            return Self::parse(&format!("{base}{to}"));
        }
        let path = self.target.split('?').next().unwrap_or("/");
        let folder = &path[..=path.rfind('/').unwrap_or(0)];
        Self::parse(&format!("{base}{folder}{to}"))
    }
}

async fn connect(place: &Place, servers: &[SocketAddr]) -> Result<TcpStream, HttpError> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in dns::resolve(&place.host, servers).await?.into_iter().take(MAX_ADDRESSES) {
        let stream = TcpStream::connect((address, place.port));
        match tokio::time::timeout(CONNECT_WITHIN, stream).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(e)) => last = e,
            Err(_) => last = io::Error::from(io::ErrorKind::TimedOut),
        }
    }
    Err(HttpError::Connect(last))
}

/// One request and its answer: the head, and the bytes of the body as they came.
async fn exchange(place: &Place, servers: &[SocketAddr]) -> Result<(Head, Vec<u8>), HttpError> {
    let mut stream = connect(place, servers).await?;
    let Place { host, port, target } = place;
    let port = if *port == 80 { String::new() } else { format!(":{port}") };
    let version = env!("CARGO_PKG_VERSION");
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: {host}{port}\r\nUser-Agent: VyomaOS/{version}\r\n\
         Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = find(&bytes, b"\r\n\r\n") {
            let body = bytes.split_off(end + 4);
            let head = Head::parse(&bytes).ok_or(HttpError::Foreign)?;
            bytes = body;
            // Early words before the answer itself (RFC 9110, 15.2).
            if !(100..200).contains(&head.status) {
                break head;
            }
            continue;
        }
        if bytes.len() > MAX_HEAD {
            return Err(HttpError::Head);
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(HttpError::Foreign);
        }
    };
    let announced = head.field("content-length").and_then(|n| n.trim().parse::<usize>().ok());
    let wanted = announced.filter(|_| !head.is_chunked()).unwrap_or(MAX_BODY).min(MAX_BODY);
    while bytes.len() < wanted && !(head.is_chunked() && find(&bytes, b"\r\n0\r\n").is_some()) {
        // A connection that breaks here gives what came: the first characters are all that is wanted.
        match stream.read_buf(&mut bytes).await {
            Ok(n) if n > 0 => {}
            _ => break,
        }
    }
    if !head.is_chunked() {
        bytes.truncate(wanted);
    }
    Ok((head, bytes))
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|w| w == what)
}

/// The head of an answer.
struct Head {
    status: u16,
    fields: Vec<(String, String)>,
}

impl Head {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.split("\r\n");
        let first = lines.next()?;
        let rest = first.strip_prefix("HTTP/1.")?;
        let status = rest.split(' ').nth(1)?.parse().ok().filter(|s| (100..=999).contains(s))?;
        let fields = lines.filter_map(|line| line.split_once(':'));
        let fields = fields.map(|(n, v)| (n.to_ascii_lowercase(), v.trim().to_owned())).collect();
        Some(Self { status, fields })
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    fn is_chunked(&self) -> bool {
        self.field("transfer-encoding").is_some_and(|v| v.to_ascii_lowercase().contains("chunked"))
    }
}

/// The first characters of a body.
fn text(head: &Head, body: &[u8]) -> String {
    let plain = if head.is_chunked() { unchunked(body) } else { body.to_vec() };
    String::from_utf8_lossy(&plain).chars().take(MAX_TEXT).collect()
}

/// The content of chunks (RFC 9112, 7.1), as far as it came.
fn unchunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(end) = find(bytes, b"\r\n") {
        let line = String::from_utf8_lossy(&bytes[..end]);
        let size = line.split(';').next().unwrap_or_default().trim();
        let Ok(size) = usize::from_str_radix(size, 16) else { break };
        bytes = &bytes[end + 2..];
        let there = size.min(bytes.len());
        out.extend_from_slice(&bytes[..there]);
        if size == 0 || there < size {
            break;
        }
        bytes = bytes.get(size + 2..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(host: &str, port: u16, target: &str) -> Place {
        Place { host: host.into(), port, target: target.into() }
    }

    #[test]
    fn parse_places_and_what_is_none() {
        assert_eq!(Place::parse("http://a.b").unwrap(), place("a.b", 80, "/"));
        assert_eq!(Place::parse("HTTP://a:81/x?y#z").unwrap(), place("a", 81, "/x?y"));
        assert_eq!(Place::parse("http://[::1]:8/").unwrap(), place("[::1]", 8, "/"));
        assert_eq!(Place::parse("http://[::1]?q").unwrap(), place("[::1]", 80, "/?q"));
        assert!(matches!(Place::parse("https://a/"), Err(HttpError::Tls)));
        for bad in
            ["", "a", "ftp://a", "http://", "http://a:x/", "http://u@a/", "http://a/ b", "http://a/\r\nX:"]
        {
            assert!(matches!(Place::parse(bad), Err(HttpError::Url)), "{bad:?}");
        }
    }

    #[test]
    fn join_follows_every_kind_of_reference() {
        let here = place("a", 81, "/x/y?z");
        assert_eq!(here.join("w").unwrap(), place("a", 81, "/x/w"));
        assert_eq!(here.join("/w").unwrap(), place("a", 81, "/w"));
        assert_eq!(here.join("//b/w").unwrap(), place("b", 80, "/w"));
        assert_eq!(here.join("http://b/").unwrap(), place("b", 80, "/"));
        assert!(matches!(here.join("https://b/"), Err(HttpError::Tls)));
    }

    #[test]
    fn unchunked_gives_what_came_whatever_is_missing() {
        let whole = b"4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\n\r\n";
        assert_eq!(unchunked(whole), b"Wikipedia");
        for len in 0..whole.len() {
            assert!(b"Wikipedia".starts_with(&unchunked(&whole[..len])));
        }
        assert_eq!(unchunked(b"ffffffffffffffff\r\nab"), b"ab");
        assert_eq!(unchunked(b"zz\r\nab"), b"");
    }

    #[test]
    fn head_of_anything_but_http_is_none() {
        assert_eq!(Head::parse(b"HTTP/1.1 204 No\r\nA: b\r\n\r\n").unwrap().status, 204);
        for bad in [&b""[..], b"HTTP/2 200", b"HTTP/1.1 x", b"HTTP/1.1 20", b"SSH-2.0"] {
            assert!(Head::parse(bad).is_none());
        }
    }
}
