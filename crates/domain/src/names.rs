//! Names of things in tenants: how they are found and when two are the same (DESIGN §4, "Names").
//!
//! A name is stored and shown as Microsoft has it. What is compared is a key made from it, here and nowhere else: the
//! database would fold by the rules of the libraries it was built with, and two machines would disagree. The order of names
//! is the database's (the collation `names`), since a page of a list is read from an index.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// The rules of [`search_key`]. To be raised with any change of what it makes, that of the Unicode tables it uses included: stored keys
/// are made anew then.
pub const SEARCH_KEY_VERSION: i32 = 1;

/// What a name is searched by: compatible characters as one (NFKC), case folded, without marks, without what nobody sees, and
/// with single spaces.
///
/// Spaces too, because a name reaches a search field from a page, which shows a double space as one; that two names differ in
/// nothing but spaces is no reason to find only one of them. Prefixes of names have keys that are prefixes of the names' keys, so
/// that a search is a range in the order of code points.
pub fn search_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    let plain = name
        .nfkd()
        .flat_map(fold)
        .nfkd()
        .filter(|c| canonical_combining_class(*c) == 0 && !is_unseen(*c))
        .nfc();
    let mut space = false;
    for c in plain {
        if c.is_whitespace() || c.is_control() {
            space = !key.is_empty();
            continue;
        }
        if std::mem::take(&mut space) {
            key.push(' ');
        }
        key.push(c);
    }
    key
}

/// Whether a name that was written down, in a mapping or an import, is this one: in whichever way it is composed, and otherwise
/// exactly. Nothing is trimmed: "Pilot" and "Pilot " are two groups.
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || one.nfc().eq(other.nfc())
}

/// Case folding: as large and as small letters write it, so that "ß", "ẞ" and "SS" are one, as are "ſ" and "s", "ς" and "σ",
/// and the dotless "ı" with "i". Character by character: "Σ" at the end of a word would otherwise depend on what follows.
fn fold(c: char) -> impl Iterator<Item = char> {
    c.to_lowercase()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
}

/// What takes no room and has no ink: joiners, soft hyphens, marks of direction, selectors of variants.
const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_type_finds_what_microsoft_has() {
        for (typed, name) in [
            ("strasse", "Straße"),
            ("STRASSE", "straße"),
            ("straße", "STRASSE"),
            ("STRAẞE", "strasse"),
            ("ecran", "Écran"),
            ("E\u{301}CRAN", "\u{c9}cran"),
            ("policy", "\u{ff30}\u{ff4f}\u{ff4c}\u{ff49}\u{ff43}\u{ff59}"),
            ("istanbul", "ISTANBUL"),
            ("istanbul", "\u{130}stanbul"),
            ("istanbul", "\u{131}stanbul"),
            ("ISTANBUL", "\u{131}stanbul"),
            ("office", "o\u{fb03}ce"),
            ("\u{3c3}\u{3c2}", "\u{3a3}\u{3a3}"),
            ("  Double  space", "Double space"),
            ("Double space", "\tDouble\u{a0} space "),
            ("baseline", "Base\u{ad}line\u{200b}"),
        ] {
            assert_eq!(search_key(typed), search_key(name), "{typed:?} and {name:?}");
        }
        assert_ne!(search_key("Policy 1"), search_key("Policy 2"));
        assert_ne!(search_key("pilot"), search_key("pi lot"));
        // Vowel signs are letters, not marks.
        assert_ne!(search_key("कि"), search_key("कु"));
        assert_eq!(search_key("\u{200b}\u{2060}"), "");
    }

    #[test]
    fn equal_for_a_mapping_is_equal_but_for_how_it_is_composed() {
        assert!(is_same("\u{c9}cran", "E\u{301}cran"));
        for (one, other) in [
            ("Pilot", "Pilot "),
            ("Pilot", " Pilot"),
            ("Double  space", "Double space"),
            ("Pilot", "pilot"),
            ("Straße", "Strasse"),
            ("Ecran", "Écran"),
            ("1", "\u{ff11}"),
        ] {
            assert!(!is_same(one, other), "{one:?} and {other:?}");
        }
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(name in "\\PC{0,40}") {
            let key = search_key(&name);
            prop_assert_eq!(search_key(&key), key);
        }

        /// Cut at a boundary of words, where no mark is parted from its letter.
        #[test]
        fn the_beginning_of_a_name_has_the_beginning_of_its_key(words in prop::collection::vec("\\PC{0,8}", 1..5), taken in 0_usize..5) {
            let beginning = words[..taken.min(words.len())].join(" ");
            prop_assert!(search_key(&words.join(" ")).starts_with(&search_key(&beginning)));
        }

        #[test]
        fn composing_changes_nothing(name in "\\PC{0,40}") {
            let (composed, parted): (String, String) = (name.nfc().collect(), name.nfd().collect());
            prop_assert!(is_same(&composed, &parted));
            prop_assert_eq!(search_key(&composed), search_key(&parted));
        }
    }
}
