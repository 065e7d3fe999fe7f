//! The machine protocol of QEMU: JSON lines over a socket
//! (<https://www.qemu.org/docs/master/interop/qmp-spec.html>).

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use control_protocol::PixelSize;
use serde_json::{Value, json};

/// Longest time QEMU takes for an answer, pictures of a large screen in emulation included.
const PATIENCE: Duration = Duration::from_secs(20);

/// The largest value of an absolute axis (`INPUT_EVENT_ABS_MAX`).
const AXIS_MAX: u64 = 0x7fff;

/// What went wrong in the conversation.
#[derive(Debug, thiserror::Error)]
pub enum QmpError {
    /// The socket.
    #[error("the conversation with QEMU broke")]
    Socket(#[from] io::Error),
    /// QEMU closed it.
    #[error("QEMU ended the conversation")]
    Gone,
    /// No JSON, or not what the protocol says.
    #[error("QEMU said something that is no answer: {0}")]
    Malformed(String),
    /// QEMU refused a command.
    #[error("QEMU refused `{command}`: {why}")]
    Refused {
        /// The command.
        command: String,
        /// Its description.
        why: String,
    },
}

/// The client's end.
#[derive(Debug)]
pub struct Qmp {
    reader: BufReader<UnixStream>,
}

impl Qmp {
    /// Takes a fresh connection: reads the greeting and leaves negotiation mode.
    ///
    /// # Errors
    /// [`QmpError`].
    pub fn begin(stream: UnixStream) -> Result<Self, QmpError> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut qmp = Self { reader: BufReader::new(stream) };
        let greeting = qmp.read()?;
        if greeting.get("QMP").is_none() {
            return Err(QmpError::Malformed(greeting.to_string()));
        }
        qmp.execute("qmp_capabilities", &Value::Null)?;
        Ok(qmp)
    }

    /// Runs one command and returns its answer; events in between are dropped.
    ///
    /// # Errors
    /// [`QmpError`].
    pub fn execute(&mut self, command: &str, arguments: &Value) -> Result<Value, QmpError> {
        let mut order = json!({ "execute": command });
        if !arguments.is_null() {
            order["arguments"] = arguments.clone();
        }
        self.reader.get_mut().write_all(format!("{order}\n").as_bytes())?;
        loop {
            let mut answer = self.read()?;
            if let Some(value) = answer.get_mut("return") {
                return Ok(value.take());
            }
            if let Some(error) = answer.get("error") {
                let why = error["desc"].as_str().unwrap_or("for no reason").to_owned();
                return Err(QmpError::Refused { command: command.to_owned(), why });
            }
        }
    }

    /// Writes the first screen's picture as PPM.
    ///
    /// # Errors
    /// [`QmpError`].
    pub fn screendump(&mut self, path: &Path) -> Result<(), QmpError> {
        self.execute("screendump", &json!({ "filename": path.to_string_lossy() })).map(drop)
    }

    /// Moves the absolute pointer to a pixel of a screen of `size`.
    ///
    /// # Errors
    /// [`QmpError`].
    pub fn point(&mut self, x: u32, y: u32, size: PixelSize) -> Result<(), QmpError> {
        let axis = |name: &str, at: u32, of: u32| {
            // The middle of the pixel: whichever way the guest rounds, it lands inside.
            let value = (u64::from(at) * 2 + 1) * (AXIS_MAX + 1) / (u64::from(of.max(1)) * 2);
            json!({ "type": "abs", "data": { "axis": name, "value": value.min(AXIS_MAX) } })
        };
        self.send_input(&[axis("x", x, size.w), axis("y", y, size.h)])
    }

    /// Presses or releases the left button.
    ///
    /// # Errors
    /// [`QmpError`].
    pub fn button(&mut self, motion: Motion) -> Result<(), QmpError> {
        let down = motion == Motion::Press;
        self.send_input(&[json!({ "type": "btn", "data": { "button": "left", "down": down } })])
    }

    /// Presses and releases keys one after the other, by QEMU's names (`a`, `ret`, `esc`).
    ///
    /// # Errors
    /// [`QmpError`].
    pub fn keys(&mut self, names: &[&str]) -> Result<(), QmpError> {
        for name in names {
            for down in [true, false] {
                let key = json!({ "type": "qcode", "data": name });
                self.send_input(&[json!({ "type": "key", "data": { "down": down, "key": key } })])?;
            }
        }
        Ok(())
    }

    fn send_input(&mut self, events: &[Value]) -> Result<(), QmpError> {
        self.execute("input-send-event", &json!({ "events": events })).map(drop)
    }

    fn read(&mut self) -> Result<Value, QmpError> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(QmpError::Gone);
        }
        serde_json::from_str(&line).map_err(|_| QmpError::Malformed(line))
    }
}

/// What a button does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Motion {
    /// Down.
    Press,
    /// Up.
    Release,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A QEMU that says these lines, and returns what it heard.
    fn qemu(says: &'static [&'static str]) -> (UnixStream, std::thread::JoinHandle<Vec<String>>) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let peer = std::thread::spawn(move || {
            let mut out = theirs.try_clone().unwrap();
            for line in says {
                writeln!(out, "{line}").unwrap();
            }
            out.shutdown(std::net::Shutdown::Write).unwrap();
            BufReader::new(theirs).lines().map_while(Result::ok).collect()
        });
        (ours, peer)
    }

    #[test]
    fn execute_events_between_are_skipped_and_refusals_named() {
        let (stream, peer) = qemu(&[
            r#"{"QMP":{}}"#,
            r#"{"return":{}}"#,
            r#"{"event":"RESET"}"#,
            r#"{"return":{}}"#,
            r#"{"error":{"class":"GenericError","desc":"no such thing"}}"#,
        ]);
        let mut qmp = Qmp::begin(stream).unwrap();
        qmp.point(0, 799, PixelSize { w: 1280, h: 800 }).unwrap();
        let error = qmp.execute("nonsense", &Value::Null).unwrap_err();
        assert_eq!(error.to_string(), "QEMU refused `nonsense`: no such thing");
        assert!(matches!(qmp.execute("x", &Value::Null), Err(QmpError::Gone | QmpError::Socket(_))));
        drop(qmp);
        let heard = peer.join().unwrap();
        let input: Value = serde_json::from_str(&heard[1]).unwrap();
        assert_eq!(input["arguments"]["events"][0]["data"]["value"], 12);
        assert_eq!(input["arguments"]["events"][1]["data"]["value"], 32747);
    }
}
