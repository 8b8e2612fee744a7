//! What people call the things they make.
//!
//! A name is read by others: it must be visible, look the same whenever it is the same, and not pass for another one.
//! What Microsoft calls its objects is none of ours and is kept as it is.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// A name: in Unicode's form NFKC, single spaces between words, at most [`Name::MAX`] characters that can all be seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(String);

/// Why a text is not a [`Name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// There is nothing to see in it.
    #[error("a name needs something that can be seen")]
    Empty,
    /// More than [`Name::MAX`] characters.
    #[error("a name has at most {} characters", Name::MAX)]
    TooLong,
    /// A character that is not seen or that steers others: controls, direction marks, joiners, fillers, unassigned and
    /// private ones.
    #[error("a name holds no invisible characters")]
    Invisible,
    /// More than [`Name::MARKS_MAX`] marks on one letter, or a mark on none.
    #[error("a name has at most {} marks on a letter", Name::MARKS_MAX)]
    Marks,
    /// A word with letters of two scripts whose letters look alike.
    #[error("a word of a name is written in one script")]
    MixedScripts,
}

impl Name {
    /// The longest name, in characters.
    pub const MAX: usize = 80;
    /// The most combining marks on one letter. Vietnamese and Hebrew need three; letters are hidden under dozens.
    pub const MARKS_MAX: usize = 4;

    /// The name that somebody typed.
    pub fn new(typed: &str) -> Result<Self, BadName> {
        let typed = typed.trim();
        // Looked at before anything is made of it: one character may become eighteen.
        if typed.chars().nth(4 * Self::MAX).is_some() {
            return Err(BadName::TooLong);
        }
        // A control is refused rather than read as a space: nobody types one.
        if typed.chars().any(char::is_control) {
            return Err(BadName::Invisible);
        }
        let normal = normalize(typed);
        let words: Vec<&str> = normal.split_whitespace().collect();
        let name = words.join(" ");
        if name.chars().any(|c| c != ' ' && !can_be_seen(c)) {
            return Err(BadName::Invisible);
        }
        if name.is_empty() {
            return Err(BadName::Empty);
        }
        if name.chars().count() > Self::MAX {
            return Err(BadName::TooLong);
        }
        if has_heaps_of_marks(&name) {
            return Err(BadName::Marks);
        }
        if words.iter().any(|word| mixes_scripts(word)) {
            return Err(BadName::MixedScripts);
        }
        Ok(Self(name))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// NFKC, but for accents that stand alone: it makes a space of them with the accent on it, and `Bob´s` two words. Variation
/// selectors, which only choose between pictures of the same character, are left out.
fn normalize(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    for part in text.split_inclusive(is_lone_accent) {
        let bare = part.trim_end_matches(is_lone_accent);
        let chosen = |c: &char| !matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
        normal.extend(bare.chars().filter(chosen).nfkc());
        normal.push_str(&part[bare.len()..]);
    }
    normal
}

const fn is_lone_accent(c: char) -> bool {
    matches!(
        c,
        '\u{A8}' | '\u{AF}' | '\u{B4}' | '\u{B8}' | '\u{2D8}'..='\u{2DD}' | '\u{2017}' | '\u{203E}'
    )
}

/// Whether a reader sees the character, as itself or on the one before.
fn can_be_seen(c: char) -> bool {
    use GeneralCategoryGroup as Group;
    // Letters, marks and symbols by category that show nothing: fillers, the joiner of graphemes, Mongolian selectors, the blank
    // pattern of Braille, the null note head; and what stands for an object that is not there.
    let is_blank = matches!(
        c,
        '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'
            ..='\u{180F}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}' | '\u{FFFC}' | '\u{1D159}'
    );
    // Not Other (controls, formats, unassigned, private) and not Separator: spaces are split off before.
    let is_shown = matches!(
        c.general_category_group(),
        Group::Letter | Group::Mark | Group::Number | Group::Punctuation | Group::Symbol
    );
    is_shown && !is_blank
}

fn has_heaps_of_marks(name: &str) -> bool {
    // At the beginning and after a space there is nothing that a mark could be on.
    let mut room = 0;
    for c in name.chars() {
        let is_mark = matches!(
            c.general_category(),
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark | GeneralCategory::SpacingMark
        );
        room = match (is_mark, c, room) {
            (true, _, 0) => return true,
            (true, _, left) => left - 1,
            (false, ' ', _) => 0,
            (false, ..) => Name::MARKS_MAX,
        };
    }
    false
}

/// Scripts with letters that look like those of another one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Cherokee,
}

fn script(c: char) -> Option<Script> {
    Some(match c {
        // Signs of units and of mathematics, which look like no Latin letter: µm, kΩ, Δt.
        'μ' | 'Ω' | 'π' | 'Δ' | 'Σ' | 'λ' => return None,
        'a'..='z' | 'A'..='Z' | '\u{AA}' | '\u{BA}' => Script::Latin,
        '\u{C0}'..='\u{24F}' | '\u{250}'..='\u{2AF}' | '\u{1E00}'..='\u{1EFF}' | '\u{A720}'..='\u{A7FF}' => {
            Script::Latin
        }
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
        '\u{400}'..='\u{52F}' | '\u{1C80}'..='\u{1C8F}' | '\u{A640}'..='\u{A69F}' => Script::Cyrillic,
        '\u{531}'..='\u{58F}' => Script::Armenian,
        '\u{13A0}'..='\u{13FF}' | '\u{AB70}'..='\u{ABBF}' => Script::Cherokee,
        _ => return None,
    })
}

/// Whether one word (letters without anything between them) is written in two of the scripts: `Fаiled` with a Cyrillic `а`. A
/// name may have words of several.
fn mixes_scripts(word: &str) -> bool {
    word.split(|c: char| !c.is_alphabetic()).any(|letters| {
        let mut scripts = letters.chars().filter_map(script);
        let first = scripts.next();
        scripts.any(|other| Some(other) != first)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(typed: &str) -> Result<String, BadName> {
        Name::new(typed).map(|name| name.0)
    }

    #[test]
    fn what_people_call_things_stays_as_they_wrote_it() {
        for plain in [
            "Failed today",
            "Größe über 5 µm".replace('µ', "μ").as_str(),
            "Bob´s policies",
            "日本語の名前",
            "Ошибки Contoso",
            "אבטחה",
            "Tiếng Việt",
            "kΩ / Δt",
            "★ 5 % — “quoted”",
            "🔥 urgent",
            "C#/.NET (v2.0)",
        ] {
            assert_eq!(name(plain).as_deref(), Ok(plain));
        }
        assert_eq!(name("  two   words\u{A0}here "), Ok("two words here".to_owned()));
        assert_eq!(name("e\u{301}te\u{301}"), Ok("été".to_owned()), "composed");
        assert_eq!(name("ﬁle №２"), Ok("file No2".to_owned()), "compatibility forms");
        assert_eq!(name("❤\u{FE0F}"), Ok("❤".to_owned()));
    }

    #[test]
    fn c16_nothing_to_see_is_no_name() {
        for empty in ["", " ", "\u{A0}\u{2003}", "\u{FE0F}"] {
            assert_eq!(name(empty), Err(BadName::Empty), "{empty:?}");
        }
        // In a row alone, and hidden between letters.
        for hidden in [
            "\u{200B}",
            "\u{FEFF}",
            "\u{E0041}",
            "\u{202E}",
            "\u{2066}",
            "\u{200D}",
            "\u{AD}",
            "\u{3164}",
            "\u{FFA0}",
            "\u{115F}",
            "\u{2800}",
            "\u{34F}",
            "\u{180B}",
            "\u{1D159}",
            "\u{FFFC}",
            "\u{E000}",
            "\u{378}",
            "\u{F0000}",
            "\u{FFFF}",
            "\0",
            "\u{7F}",
            "\u{85}",
            "a\tb",
            "a\nb",
            "\u{1B}[31m",
        ] {
            for typed in [hidden.repeat(2), format!("a{hidden}b")] {
                let refused = name(&typed);
                assert!(
                    matches!(refused, Err(BadName::Invisible | BadName::Empty)),
                    "{typed:?} → {refused:?}"
                );
            }
        }
    }

    #[test]
    fn c16_marks_are_bounded_and_stand_on_something() {
        assert_eq!(name(&format!("x{}", "\u{335}".repeat(80))), Err(BadName::TooLong));
        for heap in [5, 40] {
            assert_eq!(name(&format!("ox{}", "\u{335}".repeat(heap))), Err(BadName::Marks));
        }
        assert!(name(&format!("x{}", "\u{335}".repeat(Name::MARKS_MAX))).is_ok());
        for bare in ["\u{301}", "a \u{20E3}b"] {
            assert_eq!(name(bare), Err(BadName::Marks), "{bare:?}");
        }
    }

    #[test]
    fn c16_a_word_is_of_one_script() {
        for mixed in [
            "F\u{430}iled",
            "Contos\u{43E}",
            "f\u{3BF}o",
            "\u{13A0}BC",
            "a-F\u{430}iled b",
        ] {
            assert_eq!(name(mixed), Err(BadName::MixedScripts), "{mixed}");
        }
        for apart in ["Failed Ошибки", "Contoso-Ошибки", "5μm"] {
            assert!(name(apart).is_ok(), "{apart}");
        }
    }

    #[test]
    fn c16_the_length_is_that_of_the_name_and_not_of_what_was_typed() {
        assert!(name(&"é".repeat(Name::MAX)).is_ok());
        assert!(
            name(&"e\u{301}".repeat(Name::MAX)).is_ok(),
            "composed, they are as many"
        );
        assert_eq!(name(&"é".repeat(Name::MAX + 1)), Err(BadName::TooLong));
        assert_eq!(name(&"\u{FDFA}".repeat(Name::MAX)), Err(BadName::TooLong), "18 each");
        assert_eq!(name(&"x".repeat(60_000)), Err(BadName::TooLong));
    }

    proptest! {
        #[test]
        fn c16_a_name_is_a_name_again_and_is_seen(typed in "(\\PC|[ \u{A8}\u{B4}\u{300}-\u{303}\u{200B}\u{FE0F}aｆﬁ]){0,30}") {
            if let Ok(once) = Name::new(&typed) {
                prop_assert_eq!(Name::new(once.as_str()), Ok(once.clone()));
                prop_assert!(once.as_str().chars().count() <= Name::MAX);
                prop_assert!(once.as_str().chars().any(|c| c != ' ' && can_be_seen(c)));
                prop_assert!(!once.as_str().starts_with(' ') && !once.as_str().contains("  "));
            }
        }
    }
}
