//! What is kept of a failure: a stable code and a short sanitized message (R09).

use serde::{Deserialize, Serialize};

use crate::sanitize::sanitize;

/// One kind of failure of a run, with how often it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A code of the catalogue, or one that a newer release wrote.
    pub code: String,
    /// Sanitized, at most [`crate::sanitize::MESSAGE_MAX`] characters.
    #[serde(default)]
    pub message: String,
    /// How many items failed this way; 1 for the run as a whole.
    #[serde(default)]
    pub count: u32,
}

/// How many different failures a run keeps; the items have all of them.
pub const FAILURES_MAX: usize = 20;

impl Failure {
    /// The failures that a run keeps. What a newer release keeps otherwise is left out: the items have all of it.
    pub fn read_all(stored: serde_json::Value) -> Vec<Self> {
        match stored {
            serde_json::Value::Array(all) => all
                .into_iter()
                .filter_map(|one| serde_json::from_value(one).ok())
                .collect(),
            _ => Vec::new(),
        }
    }

    /// A failure of the run as a whole.
    pub fn new(code: crate::reason::ReasonCode, message: &str) -> Self {
        Self {
            code: code.as_str().to_owned(),
            message: sanitize(message),
            count: 1,
        }
    }
}

/// Adds a failure to the summary of a run, merging it with one of the same code, within the bound.
pub fn merge(summary: &mut Vec<Failure>, failure: Failure) {
    if let Some(same) = summary.iter_mut().find(|kept| kept.code == failure.code) {
        same.count = same.count.saturating_add(failure.count);
    } else if summary.len() < FAILURES_MAX {
        summary.push(failure);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason::ReasonCode;

    #[test]
    fn the_summary_merges_by_code_and_is_bounded() {
        let mut summary = Vec::new();
        for _ in 0..3 {
            merge(&mut summary, Failure::new(ReasonCode::PermissionMissing, "no"));
        }
        assert_eq!(summary.len(), 1);
        assert_eq!(summary[0].count, 3);
        for n in 0..100 {
            merge(
                &mut summary,
                Failure {
                    code: format!("x.{n}"),
                    message: String::new(),
                    count: 1,
                },
            );
        }
        assert_eq!(summary.len(), FAILURES_MAX);
    }
}
