//! What a server function may answer instead of a result.
//!
//! It travels to the browser, into pages and (without JavaScript) into a URL, so it holds nothing but what the person may
//! read. Causes go to the log, where they happen.

use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// The one error of the app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// 401: nobody is signed in, or not any more. `sign_in` is where to go; it brings a form back.
    #[error("You are signed out. Sign in again; nothing was sent.")]
    Unauthenticated {
        /// A path of ours.
        sign_in: String,
    },
    /// 403: in scope, but without the key.
    #[error("You need the permission {capability} for this. Nothing was changed. Ask an owner of the workspace.")]
    Forbidden {
        /// The key that is missing.
        capability: String,
    },
    /// 404: no such thing, or none that the person may know of (R11).
    #[error("Not found.")]
    NotFound,
    /// 422: the input cannot be used; nothing was changed.
    #[error("{message} Nothing was changed.")]
    Invalid {
        /// The field, as in the form.
        field: String,
        /// What is wrong with it and what is expected.
        message: String,
    },
    /// 503: the database does not answer.
    #[error("The service is not available at the moment. Nothing was changed. Try again in {retry_seconds} seconds.")]
    Unavailable { retry_seconds: u32 },
    /// 500: our fault.
    #[error("Something went wrong on our side. Nothing was changed, as far as we know. Reference: {reference}.")]
    Internal {
        /// Finds the cause in the log.
        reference: String,
    },
    /// The browser could not reach the server, or did not understand it.
    #[error(
        "The server could not be reached, or did not answer. Not known whether anything was changed: look, and try again."
    )]
    Unreachable,
    /// What a release of tomorrow answered, as it stands (R23): an open tab survives a deploy.
    #[error(
        "The service answered with something that this page does not know, because one of them is newer. Not known whether anything was changed: reload the page and look."
    )]
    #[serde(untagged)]
    Unknown(serde_json::Value),
}

impl AppError {
    /// The input cannot be read, or holds what nothing of ours can.
    pub fn unreadable() -> Self {
        Self::Invalid {
            field: String::new(),
            message: crate::copy::UNREADABLE.to_owned(),
        }
    }

    /// The status of the answer.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated { .. } => 401,
            Self::Forbidden { .. } => 403,
            Self::NotFound => 404,
            Self::Invalid { .. } => 422,
            Self::Unavailable { .. } | Self::Unreachable => 503,
            Self::Internal { .. } | Self::Unknown(_) => 500,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        of(&error, cfg!(feature = "ssr"))
    }
}

/// On the server what cannot be read is what was sent; in the browser it is the answer, of which nobody knows what it says.
fn of(error: &ServerFnErrorErr, on_the_server: bool) -> AppError {
    match error {
        ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => AppError::unreadable(),
        ServerFnErrorErr::Deserialization(_) if on_the_server => AppError::unreadable(),
        _ => AppError::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn r23_an_error_of_tomorrow_is_an_error_and_says_that_nothing_is_known() {
        for said in [
            json!({ "Locked": { "until": "2030-01-01T00:00:00Z" } }),
            json!({ "Unavailable": { "until": "tomorrow" } }),
            json!("Postponed"),
        ] {
            let read = AppError::de(serde_json::to_vec(&said).unwrap().into());
            assert_eq!(read, AppError::Unknown(said.clone()));
            assert!(read.to_string().contains("Not known whether anything was changed"));
            assert_eq!(read.status(), 500);
            assert_eq!(read.ser(), serde_json::to_vec(&said).unwrap());
        }
        for known in [
            AppError::NotFound,
            AppError::Unavailable { retry_seconds: 5 },
            AppError::unreadable(),
        ] {
            assert_eq!(AppError::de(known.ser()), known);
        }
    }

    #[test]
    fn what_a_browser_cannot_read_is_not_said_to_have_changed_nothing() {
        // Such as the page of a proxy, or the answer of another release.
        let unread = ServerFnErrorErr::Deserialization("expected value at line 1".to_owned());
        assert_eq!(of(&unread, false), AppError::Unreachable);
        assert_eq!(of(&unread, true), AppError::unreadable());
        let missing = ServerFnErrorErr::MissingArg("tenant".to_owned());
        assert_eq!(of(&missing, false), AppError::unreadable());
    }
}
