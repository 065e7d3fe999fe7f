//! The cable of an emulated display: pulled out, and put in with a display of some size.
//!
//! QEMU passes on to the guest what a viewer says of its window. The viewer speaks RFB 3.8 (RFC 6143, handshake in
//! section 7) and the message `SetDesktopSize` of the community's list (github.com/rfbproto/rfbproto); a size of 0x0 is a
//! display that was unplugged.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use control_protocol::PixelSize;

/// How long QEMU may take to answer.
const ANSWER: Duration = Duration::from_secs(20);

/// What the viewer understands besides pixels: `ExtendedDesktopSize`, without which it may not ask for a size.
const EXTENDED_DESKTOP_SIZE: i32 = -308;

/// Says to the guest, through QEMU's viewer socket, which display is there: none, or one of this size.
///
/// # Errors
/// As of the socket; `InvalidData` where the other end is no RFB server without a password.
pub(super) fn plug(socket: &Path, display: Option<PixelSize>) -> io::Result<()> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(ANSWER))?;
    stream.set_write_timeout(Some(ANSWER))?;
    shake_hands(&mut stream)?;
    stream.write_all(&encodings())?;
    stream.write_all(&desktop_size(display))?;
    // The answer to a question after it: QEMU has read what was before.
    stream.write_all(&update_request())?;
    stream.read_exact(&mut [0])
}

fn shake_hands(stream: &mut (impl Read + Write)) -> io::Result<()> {
    let mut version = [0; 12];
    stream.read_exact(&mut version)?;
    if !version.starts_with(b"RFB 003.") {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not an RFB server"));
    }
    stream.write_all(b"RFB 003.008\n")?;
    let kinds = usize::from(byte(stream)?);
    let mut security = vec![0; kinds];
    stream.read_exact(&mut security)?;
    if !security.contains(&1) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the RFB server wants a password"));
    }
    stream.write_all(&[1])?;
    let mut result = [0; 4];
    stream.read_exact(&mut result)?;
    // Shared: whoever else looks may go on.
    stream.write_all(&[1])?;
    let mut server = [0; 24];
    stream.read_exact(&mut server)?;
    let name = u32::from_be_bytes([server[20], server[21], server[22], server[23]]);
    io::copy(&mut stream.take(u64::from(name)), &mut io::sink()).map(drop)
}

fn byte(stream: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    stream.read_exact(&mut byte)?;
    Ok(byte[0])
}

/// `SetEncodings`.
fn encodings() -> Vec<u8> {
    let mut message = vec![2, 0, 0, 1];
    message.extend(EXTENDED_DESKTOP_SIZE.to_be_bytes());
    message
}

/// `SetDesktopSize` with one screen.
fn desktop_size(display: Option<PixelSize>) -> Vec<u8> {
    let side = |of: u32| u16::try_from(of).unwrap_or(u16::MAX).to_be_bytes();
    let [w, h] = display.map_or([[0; 2]; 2], |size| [side(size.w), side(size.h)]);
    let mut message = vec![251, 0];
    message.extend([w, h].concat());
    message.extend([1, 0]);
    // Identity 0 at 0,0; no flags.
    message.extend([0; 8]);
    message.extend([w, h].concat());
    message.extend([0; 4]);
    message
}

/// `FramebufferUpdateRequest` of one pixel, whether it changed or not.
fn update_request() -> [u8; 10] {
    [3, 0, 0, 0, 0, 0, 0, 1, 0, 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plug_says_a_size_after_the_handshake() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vnc");
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(b"RFB 003.008\n\x01\x01\0\0\0\0").unwrap();
            stream.write_all(&[0; 20]).unwrap();
            stream.write_all(b"\0\0\0\x04QEMU\0").unwrap();
            let mut heard = vec![0; 12 + 1 + 1 + 8 + 24 + 10];
            stream.read_exact(&mut heard).unwrap();
            heard
        });
        plug(&path, Some(PixelSize { w: 800, h: 480 })).unwrap();
        let heard = server.join().unwrap();
        assert_eq!(heard[22..28], [251, 0, 3, 32, 1, 224]);
        assert_eq!(desktop_size(None).len(), 24);
        assert_eq!(desktop_size(None)[2..6], [0; 4]);
    }
}
