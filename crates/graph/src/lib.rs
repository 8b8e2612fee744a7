//! The one way to Microsoft Graph: registered collections only, read page by page, with the manners Graph asks for.
//!
//! Nothing here knows of runs or of the ledger. A caller gives a tenant, its credentials, a [`Contract`] and an
//! [`Observer`], and gets pages of [`Object`]s or a [`GraphError`] that knows its reason code. One object that cannot be read costs
//! itself and nothing beside it. Dropping a future stops the work at once, also in the middle of a wait.

// What others build on says what it means, in which unit and by which rule.
#![warn(missing_docs)]

mod answer;
mod body;
mod client;
mod config;
mod contract;
mod credentials;
mod element;
mod error;
mod json;
mod link;
mod object;
mod observer;
mod pages;
mod platform;
mod registry;
mod retry;
mod token;
mod transport;

pub use client::GraphClient;
pub use config::{ConfigError, GraphConfig, Setting};
pub use contract::Contract;
pub use credentials::Credentials;
pub use error::{Defect, ErrorCode, GraphError, ObjectDefect, TransportFailure, UnsafeLink};
pub use object::{Object, UnreadableObject};
pub use observer::{Observer, Oddity};
pub use pages::{Page, Pages};
pub use retry::RetryPolicy;
