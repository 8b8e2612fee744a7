//! Makes text safe to keep (R09): an allow-list of what plain text looks like first, patterns of secrets second.
//!
//! Error texts of other systems carry tokens, headers, connection strings and whole payloads. Listing the shapes of all
//! secrets cannot succeed, so a word is kept only if it looks like a word, a number, a dotted name or an id; whatever else
//! there is becomes `[redacted]`. Some useful words are lost that way; the code beside the message says what matters.
//!
//! For messages only. A name is how people tell objects apart and no place where secrets are kept: the guess would make one name of
//! several (see [`crate::display_name`]).

use crate::display_name::without_direction_controls;

/// The longest message that is kept, in characters.
pub const MESSAGE_MAX: usize = 300;

const REDACTED: &str = "[redacted]";

/// Names whose value is never kept, whatever it looks like. Compared without regard to case, `-` and `_`.
const SECRET_NAMES: &[&str] = &[
    "authorization",
    "bearer",
    "basic",
    "token",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "clientassertion",
    "clientsecret",
    "secret",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "pass",
    "apikey",
    "key",
    "accountkey",
    "sharedaccesskey",
    "sharedaccesssignature",
    "sig",
    "signature",
    "code",
    "session",
    "sessionid",
    "credential",
    "credentials",
    "privatekey",
    "connectionstring",
    "assertion",
    "nonce",
    "samlresponse",
    "xapikey",
    "proxyauthorization",
];

/// Names after which nothing is kept at all: their values contain spaces and separators.
const SECRET_TO_THE_END: &[&str] = &["cookie", "setcookie", "begin"];

/// A copy of `text` without secrets, control characters, direction controls and line breaks, at most [`MESSAGE_MAX`] characters long.
///
/// Idempotent: what it returned, it returns again.
pub fn sanitize(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut secret_follows = false;
    // Nothing beyond this can appear in the result, and a hostile text may be huge.
    let text = without_direction_controls(head(text, MESSAGE_MAX * 8));
    for word in text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
    {
        let (name, value) = split_name(word);
        let name_is_secret = is_one_of(name, SECRET_NAMES);
        if is_one_of(name, SECRET_TO_THE_END) && (value.is_some() || is_one_of(name, &["begin"])) {
            push_redacted(&mut kept);
            break;
        }
        let keep_word =
            !secret_follows && (word == REDACTED || (!(name_is_secret && value.is_some()) && is_plain(word)));
        // `password: x`, `password = x`, `Bearer x`: the value is the next word, or the one after the sign.
        let sign_alone = matches!(word, "=" | ":" | ":=" | "=>");
        secret_follows = if sign_alone {
            secret_follows
                || kept
                    .last()
                    .is_some_and(|last| is_one_of(split_name(last).0, SECRET_NAMES))
        } else {
            name_is_secret
                && (value.is_none_or(str::is_empty) || value.is_some_and(is_scheme))
                && (value.is_some() || is_scheme(name))
        };
        if keep_word || (sign_alone && !secret_follows) {
            kept.push(word);
        } else if sign_alone {
            // The sign itself is no secret, but is of no use either.
        } else {
            push_redacted(&mut kept);
        }
    }
    shorten(&kept.join(" "))
}

fn push_redacted(kept: &mut Vec<&str>) {
    if kept.last() != Some(&REDACTED) {
        kept.push(REDACTED);
    }
}

fn head(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(at, _)| &text[..at])
}

/// Cuts at a word, so that no half of anything is kept and a second pass finds whole words again.
fn shorten(text: &str) -> String {
    if text.chars().count() <= MESSAGE_MAX {
        return text.to_owned();
    }
    let cut = head(text, MESSAGE_MAX - 2);
    let end = cut.rfind(' ').unwrap_or(0);
    format!("{} …", &cut[..end]).trim_start().to_owned()
}

/// `name=value`, `name:value` and `"name":"value"` as name and value; a bare word has no value.
fn split_name(word: &str) -> (&str, Option<&str>) {
    const QUOTES: &[char] = &['"', '\'', '{', '(', '[', ',', '`', '-'];
    match word.find(['=', ':']) {
        Some(at) => (
            word[..at].trim_matches(QUOTES),
            Some(word[at + 1..].trim_matches(QUOTES)),
        ),
        None => (word.trim_matches(QUOTES), None),
    }
}

fn is_scheme(word: &str) -> bool {
    is_one_of(word, &["bearer", "basic", "digest", "negotiate"])
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    let mut plain = String::with_capacity(name.len().min(40));
    for c in name.chars().filter(|c| !matches!(c, '-' | '_' | '.')).take(40) {
        plain.extend(c.to_lowercase());
    }
    names.contains(&plain.as_str())
}

/// Whether a word looks like plain text: the allow-list.
fn is_plain(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() {
        return word.len() <= 3 || word == "…";
    }
    // Punctuation around a word is fine; what is inside may hold one of the joints of dotted names, paths and numbers.
    let outside = word.chars().count() - bare.chars().count();
    if outside > 6 || bare.chars().count() > 64 {
        return false;
    }
    is_id(bare) || is_number(bare) || bare.split(['.', '/', '-', '_', '\'', '’', ':', ',']).all(is_plain_part)
}

/// A hyphenated UUID.
fn is_id(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// A number, date, time or address.
fn is_number(word: &str) -> bool {
    word.len() <= 30
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ':' | ',' | '-' | '/' | 'T' | 'Z' | '+'))
}

/// A part of a word: letters; or letters with a number at one end (`AADSTS7000215`, `v1`, `404s`); or empty.
fn is_plain_part(part: &str) -> bool {
    let characters = part.chars().count();
    let mut changes = 0;
    let mut digits = 0;
    let mut case_changes = 0;
    let mut previous: Option<char> = None;
    for c in part.chars() {
        if !c.is_alphanumeric() {
            return false;
        }
        digits += usize::from(c.is_numeric());
        if let Some(before) = previous {
            changes += usize::from(before.is_numeric() != c.is_numeric());
            case_changes += usize::from(before.is_uppercase() && c.is_lowercase());
        }
        previous = Some(c);
    }
    // Words are long in German, names are long in Graph (`deviceManagementConfigurationPolicies`), and each hump of a name
    // has some length; random letters have a hump every fourth character.
    let humps_are_long = case_changes == 0 || characters / case_changes >= 4 || characters < 12;
    changes <= 1 && digits <= 12 && characters <= if digits > 0 { 20 } else { 48 } && humps_are_long
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn r09_plain_messages_stay_readable() {
        for message in [
            "Forbidden: the application lacks DeviceManagementConfiguration.Read.All",
            "AADSTS7000215: Invalid client",
            "tenant 0199f0a4-7c00-7000-8000-000000000001, attempt 3 of 5",
            "resumes 2026-11-21 14:03:20",
            "connection to 127.0.0.1:5432 refused (os error 111)",
            "Größe über dem Limit — bitte prüfen …",
            "the key was not found",
        ] {
            assert_eq!(sanitize(message), message);
        }
    }

    #[test]
    fn r09_secrets_do_not_stay() {
        for (message, secret) in [
            ("Authorization: Bearer abc.def.ghi", "abc.def.ghi"),
            ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
            ("authorization = Bearer abcdef", "abcdef"),
            ("Bearer abcdef", "abcdef"),
            ("client_secret=hello", "hello"),
            ("client_secret: hello", "hello"),
            ("\"password\":\"hello\",\"a\":1", "hello"),
            ("password = hello", "hello"),
            ("postgres://atlas:hello@db/atlas", "hello"),
            ("Server=db;User Id=sa;Password=hello;", "hello"),
            ("Set-Cookie: a=b; session=hello world", "hello"),
            ("cookie: id=hello", "hello"),
            ("-----BEGIN PRIVATE KEY----- MIIEvQ hello", "hello"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJ"),
            ("got Xk8~Q~9vTzq2LmN4pRs7uWyZa3Bc5De", "Xk8"),
            ("https://blob/x?sv=2024&sig=hello%2B", "hello"),
            ("AccountKey=hello==;EndpointSuffix=core", "hello"),
            ("x-api-key: hello", "hello"),
            ("4f3c2b1a9d8e7f6a5b4c3d2e1f0a9b8c", "4f3c"),
            ("QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "QWx"),
        ] {
            let kept = sanitize(message);
            assert!(!kept.contains(secret), "{message} → {kept}");
        }
    }

    #[test]
    fn case_bidi_override_in_name_does_not_turn_a_message_around() {
        assert_eq!(sanitize("the \u{202e}name\u{202c} is \u{2066}long"), "the name is long");
    }

    /// What tokens are made of.
    const TOKEN: &[u8; 65] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~-";

    proptest! {
        #[test]
        fn r09_sanitizing_twice_is_sanitizing_once(text in "(\\PC|[a-z =:;.\n]){0,400}") {
            let once = sanitize(&text);
            prop_assert_eq!(sanitize(&once), once.clone());
            prop_assert!(once.chars().count() <= MESSAGE_MAX);
            prop_assert!(!once.chars().any(char::is_control));
        }

        /// Each symbol as likely as any other: of a pattern, each of its ranges would be, and half of a token `_`, `~` and `-`.
        #[test]
        fn r09_random_tokens_do_not_stay(symbols in prop::collection::vec(prop::sample::select(TOKEN.to_vec()), 32..=80)) {
            let token = String::from_utf8(symbols).unwrap();
            // What a generator of tokens makes: letters and digits in no order.
            prop_assume!(token.bytes().filter(u8::is_ascii_digit).count() > 2 && token.bytes().filter(u8::is_ascii_alphabetic).count() > 8);
            let kept = sanitize(&format!("refused {token} again"));
            prop_assert!(!kept.contains(&token), "{}", kept);
        }
    }
}
