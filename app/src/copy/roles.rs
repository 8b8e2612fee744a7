//! The roles page.

use super::list::Noun;

pub const TITLE: &str = "Roles";
/// What the start does.
pub const WHAT: &str = "Reads the roles of the directory from Microsoft Graph, Microsoft's own and the tenant's, so that pages can show \
    names without asking there.";
/// What is listed.
pub const ROLES: Noun = Noun {
    one: "role",
    many: "roles",
};

/// Who made a role.
pub const fn made_by(built_in: bool) -> &'static str {
    if built_in { "Microsoft" } else { "The tenant" }
}

/// Whether a role can be assigned.
pub const fn state(enabled: bool) -> &'static str {
    if enabled { "Enabled" } else { "Switched off" }
}

/// The columns of the table.
pub mod column {
    pub const NAME: &str = "Name";
    pub const MADE_BY: &str = "Made by";
    pub const STATE: &str = "State";
    /// When a sync last saw it.
    pub const SEEN: &str = "Last seen";
}
