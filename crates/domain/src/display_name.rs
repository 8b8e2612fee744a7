//! Names that Microsoft has for objects: stored and exported as they are, and made safe where they are shown.
//!
//! A name is compared, searched for and mapped by what it is, so nothing is done to it where it is stored. A reader must be able to
//! see it, and must not be led astray by it: [`is_visible`] says whether there is anything to see, and [`shown`] takes the
//! characters out that would change what stands beside them.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Unicode's direction controls: they turn the text after them around until they are closed, also beyond the name's end.
const fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Marks of one place, which turn nothing around that follows: right-to-left names are written with them.
const fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}')
}

/// Characters that leave nothing on the screen: Unicode's `Default_Ignorable_Code_Point`, controls, and two blanks that count as
/// letters or symbols.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether a reader sees anything of the text. An object whose name is not visible counts as one without a name.
pub fn is_visible(text: &str) -> bool {
    text.chars()
        .any(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(c))
}

/// The text for a reader: as [`direction_marked`], and what would break the line is a space. Spaces stay as they are. Most names come
/// back unchanged.
pub fn shown(text: &str) -> Cow<'_, str> {
    let breaks_the_line = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if text.contains(breaks_the_line) {
        let line: String = text.chars().map(|c| if breaks_the_line(c) { ' ' } else { c }).collect();
        Cow::Owned(direction_marked(&line).into_owned())
    } else {
        direction_marked(text)
    }
}

/// The text with direction controls that reach beyond their place as their code, such as `[U+202E]`, and without marks of one place.
pub fn direction_marked(text: &str) -> Cow<'_, str> {
    if !text.contains(is_direction_control) {
        return Cow::Borrowed(text);
    }
    let mut said = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if !is_direction_control(c) {
            said.push(c);
        } else if !is_direction_mark(c) {
            // Writing into a string does not fail.
            let _ = write!(said, "[U+{:04X}]", u32::from(c));
        }
    }
    Cow::Owned(said)
}

/// The text as it is to be stored: unchanged, but for NUL, which PostgreSQL cannot hold, and for what is longer than so many
/// characters, whose cut is marked by an ellipsis.
pub fn kept(text: &str, characters: usize) -> String {
    let text = text.replace('\0', "\u{fffd}");
    match text.char_indices().nth(characters.saturating_sub(1)) {
        Some((at, c)) if at + c.len_utf8() < text.len() => format!("{}…", &text[..at]),
        _ => text,
    }
}

/// A text without direction controls, for sentences that may quote what others wrote.
pub(crate) fn without_direction_controls(text: &str) -> Cow<'_, str> {
    if text.contains(is_direction_control) {
        Cow::Owned(text.chars().filter(|c| !is_direction_control(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_invisible_names_count_as_none() {
        for nothing in [
            "",
            " \u{a0}\u{3000}",
            "\n\t",
            "\u{200b}\u{200b}",
            "\u{3164}",
            "\u{2060}\u{feff}\u{ad}",
            "\u{ffa0}\u{115f}\u{1160}",
            "\u{e0041}\u{fe0f}",
            "\u{2800}",
            "\u{202e}\u{202c}",
        ] {
            assert!(!is_visible(nothing), "{nothing:?}");
        }
        for something in ["a", "\u{200b}x", "–", "1", "\u{1f600}", "名", "\u{e000}"] {
            assert!(is_visible(something), "{something:?}");
        }
    }

    #[test]
    fn case_whitespace_in_names_is_kept() {
        for name in [
            "Double  space",
            "Double space",
            "Trailing space ",
            " leading",
            "a\r\n\tb",
            "Invoice \u{202e}xslx.exe",
            "",
        ] {
            assert_eq!(kept(name, 300), name);
        }
        assert_eq!(kept("a\0b", 300), "a\u{fffd}b");
        assert_eq!(kept(&"ä".repeat(300), 300), "ä".repeat(300));
        assert_eq!(kept(&"ä".repeat(301), 300), format!("{}…", "ä".repeat(299)));
    }

    #[test]
    fn case_bidi_override_in_name_is_shown_as_a_mark() {
        assert_eq!(shown("Invoice \u{202e}xslx.exe"), "Invoice [U+202E]xslx.exe");
        assert_eq!(shown("\u{2066}a\u{2069}"), "[U+2066]a[U+2069]");
        assert_eq!(shown("\u{200f}שלום\u{200e}"), "שלום");
        assert_eq!(shown("a\nb\tc\u{2028}d"), "a b c d");
        for same in ["Double  space ", " شركة", "👩\u{200d}💻", "\u{200b}x"] {
            assert!(matches!(shown(same), Cow::Borrowed(text) if text == same), "{same:?}");
        }
        for c in ('\u{0}'..='\u{ffff}').filter(|c| is_direction_control(*c)) {
            let said = shown(&format!("a{c}b")).into_owned();
            assert!(!said.contains(c), "{said:?}");
            assert_eq!(shown(&said), said, "what is shown is shown the same again");
        }
    }
}
