//! The clipboard, as people paste it.

use control_protocol::AppId;
use control_protocol::host::{SystemLine, ToHost};

use crate::supervisor::Supervisor;

impl Supervisor {
    /// Gives an app what is on the clipboard, because people asked for it in its window. An empty one is no news.
    pub(crate) fn paste_into(&mut self, id: AppId) {
        let text = pasted(&self.clipboard);
        if !text.is_empty() && !self.guard.is_locked() {
            self.send(id, &ToHost::System(SystemLine::Paste(text)), Vec::new());
        }
    }
}

/// The text as a person would have typed it: every end of a line is a newline, and but for tabs no other control
/// character is left.
fn pasted(clipboard: &str) -> String {
    let text = clipboard.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::pasted;

    #[test]
    fn pasted_keeps_tabs_and_ends_of_lines_and_no_other_control() {
        assert_eq!(pasted("a\tb\r\nc\rd\n\u{1b}[31m\u{7f}\u{85}é"), "a\tb\nc\nd\n[31mé");
        assert_eq!(pasted("\u{0}"), "");
    }
}
