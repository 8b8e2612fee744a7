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
            Self::Internal { .. } => 500,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::unreadable()
            }
            _ => Self::Unreachable,
        }
    }
}
