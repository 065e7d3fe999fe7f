//! Fonts of scripts beyond the embedded ones: asked for when the app first writes such a script.

use control_protocol::host::FromHost;
use raster::ScriptCode;

use crate::broker::Broker;
use crate::files::{Answers, FileError, read};

/// Bytes of all fonts of one app together. The largest of ours, of East Asia, has 0.8 MB; whole ones have 4. They
/// stay until the process ends and count as its memory.
const MAX_BYTES: usize = 4 << 20;

/// Tokens of questions about fonts have this bit, those about pictures count up from 1.
const TOKEN: u32 = 1 << 31;

/// The fonts one app was given.
#[derive(Debug, Default)]
pub(crate) struct Fonts {
    asked: u32,
    bytes: usize,
}

impl Fonts {
    /// The font of a script. The canvas asks for each script once.
    ///
    /// # Errors
    /// [`FileError`], for the app's log; the script's characters are boxes then.
    pub(crate) fn open(
        &mut self,
        script: ScriptCode,
        broker: &Broker,
        answers: &Answers,
    ) -> Result<&'static [u8], FileError> {
        self.asked = self.asked.wrapping_add(1);
        let token = TOKEN | self.asked;
        broker.send(&FromHost::OpenFont { token, script: script.letters() });
        let (file, fd) = answers.wait(token)?;
        let content = read(&fd, &file, MAX_BYTES - self.bytes)?;
        self.bytes += content.len();
        // It is used until the process ends, and what is given away is bounded above.
        Ok(Vec::leak(content))
    }
}
