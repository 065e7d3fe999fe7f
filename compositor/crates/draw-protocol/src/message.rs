use crate::limits::{MAX_APP_NAME, MAX_MESSAGE};

/// Why a message from app to app is not delivered. An app could otherwise forge input, replies or system lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageRefusal {
    /// It begins like a line of the system.
    #[error("a message may not begin with VYOMA_ or REPLY:")]
    SystemPrefix,
    /// It holds a control character other than tab.
    #[error("a message may not hold the control byte {byte:#04x}; tab is the only one allowed")]
    ControlByte {
        /// The first such byte.
        byte: u8,
    },
    /// It is above [`MAX_MESSAGE`].
    #[error("a message may have {MAX_MESSAGE} bytes, this one has {bytes}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

/// The contract's rule for a message from app to app, on its text alone. Whether the receiver runs, and how fast the
/// sender may send, are not decided here.
///
/// # Errors
/// The first rule the message breaks.
pub fn check_message(message: &str) -> Result<(), MessageRefusal> {
    if message.len() > MAX_MESSAGE {
        return Err(MessageRefusal::TooLong { bytes: message.len() });
    }
    if message.starts_with("VYOMA_") || message.starts_with("REPLY:") {
        return Err(MessageRefusal::SystemPrefix);
    }
    match message.bytes().find(|&byte| byte.is_ascii_control() && byte != b'\t') {
        Some(byte) => Err(MessageRefusal::ControlByte { byte }),
        None => Ok(()),
    }
}

/// Whether `name` matches `[a-z0-9][a-z0-9._-]{0,63}`. Reserved names match too.
#[must_use]
pub fn is_app_name(name: &str) -> bool {
    let first = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let mut bytes = name.bytes();
    name.len() <= MAX_APP_NAME
        && bytes.next().is_some_and(first)
        && bytes.all(|byte| first(byte) || matches!(byte, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forged_lines_are_refused() {
        for forged in ["VYOMA_INPUT:mouse:click:1,2:left", "REPLY:pong", "\x1b", "a\rb", "\x7f", "x\0"] {
            assert!(check_message(forged).is_err(), "{forged:?}");
        }
        for fine in ["", "hello", "a\tb", " REPLY:x", "naïve", "MENU:1,2:a|b"] {
            assert_eq!(check_message(fine), Ok(()), "{fine:?}");
        }
    }

    #[test]
    fn app_names_follow_the_pattern() {
        assert!(is_app_name("a") && is_app_name("file-manager") && is_app_name("0.x_y"));
        for bad in ["", "-a", ".a", "A", "a b", "ä", "a/b"] {
            assert!(!is_app_name(bad), "{bad:?}");
        }
        assert!(!is_app_name(&"a".repeat(65)));
    }
}
