//! What lists are filtered by, whatever they list: a form of fields that applies as it changes, and a chip for each field that narrows
//! the list. A list describes its fields ([`form::Form`], [`choices::Ticked`], [`chips::Chips`]); it is shown here.

pub mod chips;
pub mod choices;
pub mod fold;
pub mod form;
pub mod search;

/// Values of a field and their words.
pub type Options = Vec<(String, String)>;
