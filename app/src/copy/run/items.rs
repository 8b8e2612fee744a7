//! Items, their outcomes and their reasons, in words.

use domain::counts::Counts;
use domain::policy::PolicyType;
use domain::reason::ReasonCode;
use domain::status::ItemOutcome;
use domain::view::BoundedCount;

use super::unknown_reason;
use crate::copy::time::number;

/// A count of items; a bounded one says so.
pub fn items(count: BoundedCount) -> String {
    let word = if count.count == 1 && !count.more {
        "item"
    } else {
        "items"
    };
    format!("{} {word}", bounded(count))
}

/// A number that may be the bound of counting.
pub fn bounded(count: BoundedCount) -> String {
    let plus = if count.more { "+" } else { "" };
    format!("{}{plus}", number(count.count))
}

/// A reason of the whole run, of which there are no items.
pub const WHOLE_RUN: &str = "the operation as a whole";

pub fn kind(stored: &str) -> String {
    if let Ok(policy) = stored.parse::<PolicyType>() {
        return policy.label().to_owned();
    }
    let words = stored.replace('_', " ");
    let mut characters = words.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}

/// What a reason means, in a sentence.
pub fn reason(code: &str) -> String {
    code.parse::<ReasonCode>()
        .map_or_else(|_| unknown_reason(code), |known| known.technician().to_owned())
}

/// The chip of an outcome.
pub fn outcome_chip(word: &str) -> String {
    format!("Outcome: {word}")
}

/// The chip of a reason.
pub fn reason_chip(text: &str) -> String {
    format!("Reason: {text}")
}

/// The chip of a value that is not understood.
pub fn not_known(field: &str, value: &str) -> String {
    let shown: String = value.chars().take(80).collect();
    format!("{field}: “{shown}” is not known")
}

/// How far it is, without a percentage that nobody knows.
pub fn processed(counts: &Counts) -> String {
    match counts.total {
        Some(total) => format!("{} of {} processed", number(counts.processed), number(total)),
        None => format!("{} processed", number(counts.processed)),
    }
}

/// How its items came out, in one line: the parts that are not nothing.
pub fn result(counts: &Counts) -> String {
    let parts: Vec<_> = ItemOutcome::ALL
        .iter()
        .chain([&ItemOutcome::Unknown])
        .map(|outcome| (counts.get(*outcome), outcome_word(*outcome)))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", number(count)))
        .collect();
    if parts.is_empty() {
        crate::copy::NONE.to_owned()
    } else {
        parts.join(", ")
    }
}

/// Why a run ended as it did, in a word or two, and how its items came out: what a list has room for.
pub fn result_with_reason(counts: &Counts, reason: Option<&str>) -> String {
    let Some(reason) = reason.filter(|code| !code.is_empty()) else {
        return result(counts);
    };
    let label = ReasonCode::label_of(reason);
    match counts.failures() {
        0 => label,
        failures => format!("{label} · {} of {}", number(failures), number(counts.processed)),
    }
}

/// An outcome within a sentence.
pub fn outcome_word(outcome: ItemOutcome) -> &'static str {
    match outcome {
        ItemOutcome::Succeeded => "succeeded",
        ItemOutcome::Failed => "failed",
        ItemOutcome::Skipped => "skipped",
        ItemOutcome::NotFound => "not found",
        ItemOutcome::Unsupported => "unsupported",
        ItemOutcome::Unconfirmed => "unconfirmed",
        ItemOutcome::NotAttempted => "not attempted",
        ItemOutcome::Unknown => "unknown",
    }
}
