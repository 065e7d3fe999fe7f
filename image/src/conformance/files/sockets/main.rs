//! An app of the conformance suite: it does with sockets what its lines say, and tells on its standard error what came
//! of it. `serve` never ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};

fn main() {
    println!("@stage: ready");
    let mut listener = None;
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let done = match line.split_once(' ').unwrap_or((&line, "")) {
            ("listen", port) => TcpListener::bind((Ipv4Addr::LOCALHOST, number(port))).map(|l| {
                listener = Some(l);
                "ok".to_owned()
            }),
            ("connect", port) => fetch(number(port)),
            ("resolve", name) => (name, 80).to_socket_addrs().map(|mut all| match all.next() {
                Some(address) => address.ip().to_string(),
                None => "nothing".to_owned(),
            }),
            ("udp", port) => UdpSocket::bind((Ipv4Addr::LOCALHOST, number(port))).map(|_| "ok".to_owned()),
            ("serve", _) => {
                println!("@stage: serving");
                let Some(listener) = &listener else { return };
                while let Ok((stream, _)) = listener.accept() {
                    // A client that went away is its own concern.
                    let _ = answer(stream);
                }
                return;
            }
            _ => continue,
        };
        match done {
            Ok(what) => eprintln!("{line}: {what}"),
            Err(error) => eprintln!("{line}: {:?}", error.kind()),
        }
        println!("@stage: done");
    }
}

fn number(port: &str) -> u16 {
    port.parse().unwrap_or(0)
}

/// What a server says behind its head.
fn fetch(port: u16) -> std::io::Result<String> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.write_all(b"GET /short HTTP/1.0\r\n\r\n")?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text.split("\r\n\r\n").nth(1).unwrap_or("no answer").to_owned())
}

/// Answers one request, whatever its fields.
fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(&stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    drop(lines);
    let (status, field, body) = match first.split(' ').nth(1).unwrap_or_default() {
        "/short" => ("200 OK", "", "short".to_owned()),
        "/lines" => ("200 OK", "", "two\nlines".to_owned()),
        "/long" => ("200 OK", "", "\u{e9}".repeat(5000)),
        "/elsewhere" => ("302 Found", "Location: /short\r\n", String::new()),
        "/round" => ("302 Found", "Location: /round\r\n", String::new()),
        "/noise" => return stream.write_all(b"SSH-2.0-noise\r\n\r\n"),
        _ => ("404 Not Found", "", "nothing here".to_owned()),
    };
    write!(stream, "HTTP/1.1 {status}\r\n{field}Content-Length: {}\r\n\r\n{body}", body.len())
}
