//! Answers that another release may have given (R23): an open tab survives a deploy.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What this release knows, or whatever else was said, as it stands. On the wire it is the thing alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Open<T> {
    /// Of this release, or understood by it.
    Known(T),
    /// What a release of tomorrow has to say, as it stands.
    Unknown(Value),
}

impl<T> Open<T> {
    /// What is known; nothing of another release.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(known) => Some(known),
            Self::Unknown(_) => None,
        }
    }
}
