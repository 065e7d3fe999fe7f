//! Dead keys: an accent and a letter are one character.

/// For each accent (by the character it stands for alone), letters and what they become.
const TABLE: &[(char, &str, &str)] = &[
    ('´', "aeiouyAEIOUYcnsrzlCNSRZL", "áéíóúýÁÉÍÓÚÝćńśŕźĺĆŃŚŔŹĹ"),
    ('`', "aeiouAEIOUnN", "àèìòùÀÈÌÒÙǹǸ"),
    ('^', "aeiouAEIOUcghjswyCGHJSWY", "âêîôûÂÊÎÔÛĉĝĥĵŝŵŷĈĜĤĴŜŴŶ"),
    ('¨', "aeiouyAEIOUY", "äëïöüÿÄËÏÖÜŸ"),
    ('~', "anoiuANOIU", "ãñõĩũÃÑÕĨŨ"),
    ('¸', "csCStT", "çşÇŞţŢ"),
    ('°', "auAU", "åůÅŮ"),
    ('ˇ', "cdenrstzCDENRSTZ", "čďěňřšťžČĎĚŇŘŠŤŽ"),
    ('˙', "zegcZEGCI", "żėġċŻĖĠĊİ"),
    ('¯', "aeiouAEIOU", "āēīōūĀĒĪŌŪ"),
    ('˘', "aguAGU", "ăğŭĂĞŬ"),
    ('˝', "ouOU", "őűŐŰ"),
    ('˛', "aeiuAEIU", "ąęįųĄĘĮŲ"),
    ('/', "oOlLdD", "øØłŁđĐ"),
];

/// The accent of a dead key's name in XKB.
pub(crate) fn accent(name: &str) -> Option<char> {
    Some(match name {
        "dead_acute" => '´',
        "dead_grave" => '`',
        "dead_circumflex" => '^',
        "dead_diaeresis" => '¨',
        "dead_tilde" => '~',
        "dead_cedilla" => '¸',
        "dead_abovering" => '°',
        "dead_caron" => 'ˇ',
        "dead_abovedot" => '˙',
        "dead_macron" => '¯',
        "dead_breve" => '˘',
        "dead_doubleacute" => '˝',
        "dead_ogonek" => '˛',
        "dead_stroke" => '/',
        _ => return None,
    })
}

/// The accent as a character of its own.
pub(crate) const fn alone(dead: char) -> char {
    dead
}

/// The composed character; with a space the accent itself; `None` if there is none.
pub(crate) fn compose(dead: char, letter: char) -> Option<char> {
    if letter == ' ' {
        return Some(alone(dead));
    }
    let (_, from, to) = TABLE.iter().find(|(accent, ..)| *accent == dead)?;
    let at = from.chars().position(|c| c == letter)?;
    to.chars().nth(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compose_table_rows_have_as_many_letters_as_results() {
        for (accent, from, to) in TABLE {
            assert_eq!(from.chars().count(), to.chars().count(), "{accent}");
        }
    }
}
