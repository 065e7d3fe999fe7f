//! `/data/system/settings.toml`: what people chose on the device. The system writes it, and reads it over
//! `device.toml`.

use std::fmt::Write as _;

use crate::config::{self, salvage};
use crate::problem::{Report, Salvaged, quote};
use crate::section::{Section, Unknown};
use crate::{LAYOUTS, Theme};

/// Percent of a screen's own light: darker than that, nobody finds the way back.
pub const BRIGHTNESS: std::ops::RangeInclusive<u8> = 10..=100;

/// The longest text of a wallpaper, in bytes: a path's bound and the folders before it.
const MAX_WALLPAPER: usize = 2048;

/// What people chose; `None` is what the device's own configuration says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chosen {
    /// Palette of the system.
    pub theme: Option<Theme>,
    /// Whether apps are told to write large.
    pub large_text: Option<bool>,
    /// Language tag that `locale` answers.
    pub locale: Option<String>,
    /// Keyboard layout, one of [`LAYOUTS`].
    pub layout: Option<String>,
    /// A colour as the verb `wallpaper` takes it, or the path of a picture on the device.
    pub wallpaper: Option<String>,
    /// Percent, of [`BRIGHTNESS`].
    pub brightness: Option<u8>,
}

impl Chosen {
    /// Reads the file. One with an error is of no use: it was not written by the system.
    #[must_use]
    pub fn parse(file: &str, text: &str) -> Salvaged<Self> {
        let mut salvaged = salvage(file, text, chosen);
        if salvaged.invalid.is_some() {
            salvaged.value = Self::default();
        }
        salvaged
    }

    /// These choices, and where nothing was chosen, others.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            theme: self.theme.or(others.theme),
            large_text: self.large_text.or(others.large_text),
            locale: self.locale.or(others.locale),
            layout: self.layout.or(others.layout),
            wallpaper: self.wallpaper.or(others.wallpaper),
            brightness: self.brightness.or(others.brightness),
        }
    }

    /// The file's text: what [`Chosen::parse`] reads.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::from("# What people chose on this device. The system writes this file.\n");
        let mut say = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                // Writing to a text cannot fail.
                let _ = writeln!(text, "{key} = {value}");
            }
        };
        say("theme", self.theme.map(|theme| quoted(theme.word())));
        say("large_text", self.large_text.map(|large| large.to_string()));
        say("locale", self.locale.as_deref().map(quoted));
        say("layout", self.layout.as_deref().map(quoted));
        say("wallpaper", self.wallpaper.as_deref().map(quoted));
        say("brightness", self.brightness.map(|percent| percent.to_string()));
        text
    }
}

fn chosen(root: Section<'_, '_>, report: &mut Report<'_>) -> Chosen {
    let known = ["theme", "large_text", "locale", "layout", "wallpaper", "brightness"];
    root.check_keys(&known, Unknown::Warning, report);
    let (least, most) = (u32::from(*BRIGHTNESS.start()), u32::from(*BRIGHTNESS.end()));
    let brightness = root.number("brightness", least, most, report);
    Chosen {
        theme: root.word("theme", &Theme::WORDS, report),
        large_text: root.get("large_text").map(|_| root.flag("large_text", report)),
        locale: config::tag(root, "locale", "en-US", report),
        layout: root.word("layout", &LAYOUTS.map(|name| (name, name)), report).map(str::to_owned),
        wallpaper: wallpaper(root, report),
        brightness: brightness.and_then(|percent| u8::try_from(percent).ok()),
    }
}

fn wallpaper(root: Section<'_, '_>, report: &mut Report<'_>) -> Option<String> {
    let (text, at) = root.text("wallpaper", report)?;
    if (1..=MAX_WALLPAPER).contains(&text.len()) && !text.contains(char::is_control) {
        return Some(text.to_owned());
    }
    report
        .error(at, format!("wallpaper is {}; a colour or the path of a picture would be right", quote(text)));
    None
}

/// A basic string of TOML. Values hold no control characters: they were checked before they were kept.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_choice() -> impl Strategy<Value = Chosen> {
        let theme = prop::option::of(prop::sample::select(Theme::WORDS.map(|(_, theme)| theme).to_vec()));
        let layout = prop::option::of(prop::sample::select(LAYOUTS.map(str::to_owned).to_vec()));
        (
            theme,
            any::<Option<bool>>(),
            prop::option::of("[a-zA-Z0-9_-]{1,32}"),
            layout,
            prop::option::of("[^\\p{Cc}]{1,40}"),
            prop::option::of(BRIGHTNESS),
        )
            .prop_map(|(theme, large_text, locale, layout, wallpaper, brightness)| Chosen {
                theme,
                large_text,
                locale,
                layout,
                wallpaper,
                brightness,
            })
    }

    proptest! {
        #[test]
        fn to_toml_is_what_parse_reads(chosen in any_choice()) {
            let read = Chosen::parse("settings.toml", &chosen.to_toml());
            prop_assert_eq!(read.invalid, None);
            prop_assert_eq!(read.warnings, Vec::new());
            prop_assert_eq!(read.value, chosen);
        }

        #[test]
        fn or_keeps_every_choice_and_adds_to_none(one in any_choice(), other in any_choice()) {
            prop_assert_eq!(one.clone().or(Chosen::default()), one.clone());
            prop_assert_eq!(Chosen::default().or(other.clone()), other.clone());
            let both = one.clone().or(other);
            prop_assert_eq!(one.or(both.clone()), both);
        }

        #[test]
        fn parse_of_anything_is_bounded(text in ".{0,200}") {
            let read = Chosen::parse("settings.toml", &text);
            prop_assert!(read.invalid.is_none() || read.value == Chosen::default());
        }
    }

    #[test]
    fn parse_one_wrong_value_is_told_with_its_line_and_nothing_is_used() {
        for (line, what) in [
            ("brightness = 9", "from 10 to 100"),
            ("theme = \"blue\"", "\"dark\", \"light\" or \"high-contrast\""),
            ("layout = \"xx\"", "\"us\""),
            ("locale = \"../x\"", "a short code"),
            ("wallpaper = \"\"", "a colour or the path"),
            ("large_text = 1", "true or false"),
            ("theme = \"da", "string"),
        ] {
            let read = Chosen::parse("s.toml", &format!("# chosen\n{line}\n"));
            let told = read.invalid.expect(line).to_string();
            assert!(told.starts_with("s.toml:2:") && told.contains(what), "{line}: {told}");
            assert_eq!(read.value, Chosen::default());
        }
    }
}
