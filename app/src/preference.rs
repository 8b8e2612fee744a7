//! What a person likes to look at: kept in a cookie of the browser, and in force on `<html>` for the style sheet to read.

use leptos::prelude::*;

/// One thing to like, in several ways. The default is what nobody had to choose: it is neither kept nor said.
pub trait Preference: Copy + Default + PartialEq + Send + Sync + 'static {
    /// The name of the cookie, of the form's field, and after `data-` of the attribute.
    const NAME: &'static str;
    /// Every choice, in the order of the switch.
    const ALL: &'static [Self];

    /// The word in the cookie, in the form and in the attribute.
    fn as_str(self) -> &'static str;

    /// The word on the switch.
    fn label(self) -> &'static str;

    /// From the cookie or the form; anything unknown is the default.
    fn parse(word: &str) -> Self {
        let named = |choice: &&Self| choice.as_str() == word;
        Self::ALL.iter().find(named).copied().unwrap_or_default()
    }

    /// What the attribute holds; nothing for the default.
    fn attribute(self) -> Option<&'static str> {
        (self != Self::default()).then(|| self.as_str())
    }

    /// The choice in force, on the server by the cookie and in the browser by the document.
    fn current() -> Self {
        if cfg!(feature = "ssr") {
            return use_context().unwrap_or_default();
        }
        let attribute = document()
            .document_element()
            .and_then(|html| html.get_attribute(&format!("data-{}", Self::NAME)));
        attribute.map_or_else(Self::default, |word| Self::parse(&word))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system has it: the style sheet asks it.
    #[default]
    System,
    Light,
    Dark,
}

impl Preference for Theme {
    const NAME: &'static str = "theme";
    const ALL: &'static [Self] = &[Self::System, Self::Light, Self::Dark];

    fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

/// How high the rows of tables are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Density {
    /// 40 px.
    #[default]
    Comfortable,
    /// 32 px: a quarter more rows in a window.
    Compact,
}

impl Preference for Density {
    const NAME: &'static str = "density";
    const ALL: &'static [Self] = &[Self::Comfortable, Self::Compact];

    fn as_str(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Compact => "compact",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Comfortable => "Comfortable",
            Self::Compact => "Compact",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_read_as_written<P: Preference + std::fmt::Debug>() {
        for choice in P::ALL {
            assert_eq!(P::parse(choice.as_str()), *choice);
        }
        assert_eq!(P::parse("<script>"), P::default());
        assert_eq!(P::default().attribute(), None);
    }

    #[test]
    fn a_choice_is_read_as_it_is_written() {
        is_read_as_written::<Theme>();
        is_read_as_written::<Density>();
    }
}
