//! How everything looks to the person in front of it: theme, size of text, language and its direction.

use crate::theme::{Palette, type_size};

/// A language of the shell's own apps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// Hindi.
    Hindi,
    /// Arabic: from right to left.
    Arabic,
}

/// A text in every language, in the order of [`Language::ALL`].
pub type Text = [&'static str; 4];

impl Language {
    /// Every language.
    pub const ALL: [Self; 4] = [Self::English, Self::German, Self::Hindi, Self::Arabic];

    /// Its own name for itself.
    pub const NAMES: Text = ["English", "Deutsch", "हिन्दी", "عربي"];

    /// Its code as the system knows it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Hindi => "hi",
            Self::Arabic => "ar",
        }
    }

    /// The language of a code such as `de` or `de-AT`; English, where there is none of ours.
    #[must_use]
    pub fn of(code: &str) -> Self {
        let is = |language: &Self| code.get(..2) == Some(language.code());
        Self::ALL.into_iter().find(is).unwrap_or_default()
    }

    /// What a text is in this language.
    #[must_use]
    pub const fn of_text(self, text: &Text) -> &'static str {
        match self {
            Self::English => text[0],
            Self::German => text[1],
            Self::Hindi => text[2],
            Self::Arabic => text[3],
        }
    }
}

/// A theme of the palette.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Night.
    #[default]
    Dark,
    /// Day.
    Light,
    /// Black, white and yellow.
    HighContrast,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::HighContrast];

    /// Its colours.
    #[must_use]
    pub const fn palette(self) -> Palette {
        match self {
            Self::Dark => Palette::DARK,
            Self::Light => Palette::LIGHT,
            Self::HighContrast => Palette::HIGH_CONTRAST,
        }
    }

    /// The system's name for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
        }
    }

    /// The theme of the system's name for it; dark, where there is none.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.name() == name).unwrap_or_default()
    }
}

/// How everything looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its colours.
    pub theme: Theme,
    /// Size of text in percent of the ordinary: 100, or 130 for large text.
    pub text_percent: i32,
    /// Its words, and from which side they are read.
    pub language: Language,
}

impl Default for Look {
    fn default() -> Self {
        Self { theme: Theme::default(), text_percent: 100, language: Language::default() }
    }
}

/// What large text is, in percent of the ordinary.
const LARGE_PERCENT: i32 = 130;

impl Look {
    /// Takes what the system answers to `theme`: a name, and `large` after it for large text. Words that are not known
    /// change nothing.
    pub fn take_theme(&mut self, answer: &str) {
        let is_it = |theme: &Theme| answer.starts_with(theme.name());
        self.theme = Theme::ALL.into_iter().find(is_it).unwrap_or_default();
        self.text_percent = if answer.ends_with(" large") { LARGE_PERCENT } else { 100 };
    }

    /// Takes what the system answers to `theme` or `locale`, for an app that reads its replies itself; whether anything
    /// looks different now.
    pub fn hear(&mut self, reply: &str) -> bool {
        let before = *self;
        if let Some(words) = reply.strip_prefix("theme ") {
            self.take_theme(words);
        } else if let Some(code) = reply.strip_prefix("locale ") {
            self.language = Language::of(code);
        }
        *self != before
    }

    /// What the system is asked for to look like this: the other way of [`take_theme`](Self::take_theme).
    #[must_use]
    pub const fn theme_words(&self) -> &'static str {
        match (self.theme, self.text_percent > 100) {
            (Theme::Dark, false) => "dark",
            (Theme::Light, false) => "light",
            (Theme::HighContrast, false) => "high-contrast",
            (Theme::Dark, true) => "dark large",
            (Theme::Light, true) => "light large",
            (Theme::HighContrast, true) => "high-contrast large",
        }
    }

    /// A size of type in pixels, one of [`type_size`].
    #[must_use]
    #[inline(never)]
    pub const fn px(&self, size: i32) -> i32 {
        size * self.text_percent / 100
    }

    /// The height of a line at a size of type, in pixels.
    #[must_use]
    #[inline(never)]
    pub const fn line(&self, size: i32) -> i32 {
        type_size::line_height(self.px(size))
    }

    /// Whether the canvas is mirrored.
    #[must_use]
    pub fn is_mirrored(&self) -> bool {
        self.language == Language::Arabic
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn take_theme_is_the_other_way_of_its_words() {
        for theme in Theme::ALL {
            for text_percent in [100, LARGE_PERCENT] {
                let wanted = Look { theme, text_percent, ..Look::default() };
                let mut look = Look::default();
                look.take_theme(wanted.theme_words());
                assert_eq!(look, wanted);
            }
        }
        let mut look = Look { theme: Theme::Light, text_percent: LARGE_PERCENT, ..Look::default() };
        look.take_theme("sepia");
        assert_eq!((look.theme, look.text_percent), (Theme::Dark, 100));
    }

    #[test]
    fn of_code_takes_regions_and_falls_back() {
        assert_eq!(Language::of("de-AT"), Language::German);
        assert_eq!(Language::of("ar_EG.UTF-8"), Language::Arabic);
        for other in ["", "x", "fr", "ä"] {
            assert_eq!(Language::of(other), Language::English);
        }
    }
}
