//! Enums whose values are words: stored, in URLs and on the wire the same.

/// A word that is stored but that this release does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown word `{0}`")]
pub struct UnknownWord(pub String);

/// Enums that another release may have extended: what is read may be unknown (R23).
macro_rules! words {
    ($($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A word that this release does not know: shown as unknown, never as something else, and never written.
            Unknown,
        }

        impl $name {
            /// Every value that this release knows.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word as stored and as in URLs.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Unknown => "unknown",
                }
            }

            /// What a stored word means, which a newer release may have written. Parsing, which is for what people ask for,
            /// refuses a word that is not known.
            pub fn read(stored: &str) -> Self {
                stored.parse().unwrap_or(Self::Unknown)
            }
        }

        $crate::words::as_word!($name { $($variant = $word,)* });

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                Ok(Self::read(&text))
            }
        }
    )*};
}

/// Enums that every release reads alike: a word that is not among them is an error.
macro_rules! closed_words {
    ($($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            /// The word as stored and as in URLs.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        $crate::words::as_word!($name { $($variant = $word,)* });

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

/// What both have: shown, parsed and serialized as the word.
macro_rules! as_word {
    ($name:ident { $($variant:ident = $word:literal,)* }) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::words::UnknownWord;
            fn from_str(text: &str) -> Result<Self, $crate::words::UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    other => Err($crate::words::UnknownWord(other.to_owned())),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

pub(crate) use {as_word, closed_words, words};

#[cfg(test)]
mod tests {
    use crate::access::Capability;
    use crate::filter::{Bucket, Tab};
    use crate::policy::PolicyType;

    #[test]
    fn a_word_is_the_same_shown_parsed_and_on_the_wire() {
        macro_rules! check {
            ($($name:ty)*) => {$(
                for value in <$name>::ALL {
                    assert_eq!(value.to_string(), value.as_str());
                    assert_eq!(value.as_str().parse(), Ok(value));
                    let wire = serde_json::to_value(value).unwrap();
                    assert_eq!(wire, value.as_str());
                    assert_eq!(serde_json::from_value::<$name>(wire).unwrap(), value);
                }
                assert!("x".parse::<$name>().is_err() && serde_json::from_str::<$name>("\"x\"").is_err());
            )*};
        }
        check!(Bucket Capability PolicyType Tab);
    }
}
