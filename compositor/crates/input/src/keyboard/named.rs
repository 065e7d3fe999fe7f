//! Keys whose line does not depend on the layout (contract, 3).

/// The line of a named key.
pub(crate) fn line(code: u16) -> Option<&'static str> {
    Some(match code {
        1 => "\x1b",
        14 => "\x7f",
        15 => "\t",
        28 | 96 => "",
        102 => "\x1b[H",
        103 => "\x1b[A",
        104 => "\x1b[5~",
        105 => "\x1b[D",
        106 => "\x1b[C",
        107 => "\x1b[F",
        108 => "\x1b[B",
        109 => "\x1b[6~",
        111 => "\x1b[3~",
        _ => return None,
    })
}

/// Whether the key takes a waiting accent back.
pub(crate) fn cancels(code: u16) -> bool {
    matches!(code, 1 | 14)
}

/// The line of a key on the keypad.
pub(crate) fn keypad(code: u16, numbers: bool) -> Option<&'static str> {
    let (number, other) = match code {
        55 => ("*", "*"),
        74 => ("-", "-"),
        78 => ("+", "+"),
        98 => ("/", "/"),
        71 => ("7", "\x1b[H"),
        72 => ("8", "\x1b[A"),
        73 => ("9", "\x1b[5~"),
        75 => ("4", "\x1b[D"),
        76 => ("5", ""),
        77 => ("6", "\x1b[C"),
        79 => ("1", "\x1b[F"),
        80 => ("2", "\x1b[B"),
        81 => ("3", "\x1b[6~"),
        82 => ("0", ""),
        83 => (".", "\x1b[3~"),
        _ => return None,
    };
    // The middle and the zero type nothing without numbers.
    let line = if numbers { number } else { other };
    (numbers || !other.is_empty()).then_some(line)
}
