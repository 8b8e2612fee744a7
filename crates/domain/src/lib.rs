//! The vocabulary of TenantAtlas Operations.
//!
//! Pure and safe for wasm: no I/O, no clock, no randomness; time is passed in. Everything the other rooms have to agree
//! on is here: what operations there are ([`operation`]), what a run's state can be ([`status`]) and what it is called
//! on screen ([`badge`]), when two starts are the same operation ([`identity`]) and which runs are attempts at the same thing
//! ([`resolution`]), how names are found ([`names`]) and what is shown of people ([`person`]), who may do what ([`access`]), what
//! failures are called ([`reason`]), what a run asks of people ([`decision`]) and how failures' text is made safe to keep ([`sanitize`]), how
//! the hub is filtered ([`filter`]), what people may call things ([`name`]), how lists are paged ([`page`], [`cursor`]) and what crosses
//! the wire ([`view`]).

// What others build on says what it means, in which unit and by which rule.
#![warn(missing_docs)]

pub mod access;
pub mod badge;
pub mod cause;
pub mod counts;
pub mod cron;
pub mod cursor;
pub mod decision;
pub mod display_name;
pub mod failure;
pub mod filter;
pub mod freshness;
pub mod id;
pub mod identity;
pub mod items;
pub mod name;
pub mod names;
pub mod open;
pub mod operation;
pub mod overview;
pub mod page;
pub mod person;
pub mod policy;
pub mod query;
pub mod reason;
mod reason_label;
pub mod receipt;
pub mod resolution;
pub mod sanitize;
pub mod secret;
pub mod status;
pub mod timeline;
pub mod version_tag;
pub mod view;
pub mod words;
