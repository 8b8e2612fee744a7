//! Every text that people read, in one place (DESIGN §7).
//!
//! Names of operations, states and reasons belong to `domain`, where the CLI and the API find them as well.

pub mod account;
pub mod filter;
pub mod groups;
pub mod hub;
pub mod list;
pub mod notifications;
pub mod overview;
pub mod rhythm;
pub mod roles;
pub mod run;
pub mod start;
pub mod time;

/// The product's name.
pub const PRODUCT: &str = "TenantAtlas";
/// Shown where there is nothing to show.
pub const NONE: &str = "–";
pub const SKIP: &str = "Skip to content";
/// The link to a run, wherever it stands.
pub const VIEW_RUN: &str = "View run";
/// The control that loads a page again.
pub const RETRY: &str = "Try again";
/// Read out while a page is loading.
pub const LOADING: &str = "Loading";
/// The link to newer entries.
pub const NEWER: &str = "Newer";
/// The link to older entries.
pub const OLDER: &str = "Older";
/// The link to the next part of a list.
pub const MORE: &str = "More";
/// The link back to the beginning of a list.
pub const FIRST: &str = "Back to the first page";
/// The cursor in the URL could not be read.
pub const CURSOR_BROKEN: &str = "The link to that page could not be read, so this is the first page.";
/// What was sent cannot be read or used.
pub const UNREADABLE: &str = "The request could not be read.";
pub const DISMISS: &str = "Dismiss";
/// Puts a text on the clipboard.
pub const COPY: &str = "Copy";
/// Said once it is there.
pub const COPIED: &str = "Copied";
/// Said if the browser refuses.
pub const NOT_COPIED: &str = "Not copied";

/// The region in which a table scrolls.
pub fn table_region(table: &str) -> String {
    format!("{table}, table")
}

/// Navigation. Its links are called as the pages they lead to ([`crate::routes`]).
pub mod nav {
    /// The landmark's name.
    pub const MAIN: &str = "Main";
    /// The folded navigation.
    pub const MENU: &str = "Menu";
    /// The heading over the tenants.
    pub const TENANTS: &str = "Tenants";
    /// Instead of a list of tenants.
    pub const NO_TENANTS: &str = "No tenants that you may see";
    /// The label of the workspace switcher.
    pub const WORKSPACE: &str = "Workspace";

    /// The unread count beside the link.
    pub fn unread(count: &str) -> String {
        format!("{count} unread")
    }
}

/// What the page says when something could not be shown.
pub mod error {
    /// Heading of what is not there, or not for the viewer: one and the same (R11).
    pub const NOT_FOUND: &str = "Not found";
    /// The sentence below.
    pub const NOT_FOUND_TEXT: &str =
        "There is nothing here, or nothing that you may see. Check the address, or ask whoever sent you the link.";
    /// Heading of a refusal.
    pub const FORBIDDEN: &str = "Not permitted";
    /// Heading when the session has ended.
    pub const SIGNED_OUT: &str = "You are signed out";
    /// Heading when the service does not answer.
    pub const UNAVAILABLE: &str = "This could not be loaded";
    /// Nobody answered what was only read.
    pub const UNREACHABLE: &str =
        "The server could not be reached, or did not answer. Check the connection; this page tries again by itself.";
    /// Above a page that came without the part of the app that makes it live.
    pub const NOT_TAKEN_OVER: &str =
        "A part of this page could not be loaded, so it does not update by itself. Its links and forms work.";
    /// In place of a part of a page that could not be loaded.
    pub const PART_MISSING: &str = "This could not be loaded. Load the page again.";
    /// Heading of everything else.
    pub const FAILED: &str = "Something went wrong";
    /// The link back to the hub.
    pub const TO_HUB: &str = "Go to Operations";

    /// What a refusal says: the key that is missing.
    pub fn forbidden(key: &str) -> String {
        format!("You need the permission {key} to see this. Ask an owner of the workspace.")
    }
}

/// What the live line says.
pub mod live {
    /// Being updated.
    pub const ON: &str = "Live";
    /// The tab is hidden.
    pub const PAUSED: &str = "Paused";
    /// Stops and resumes the updates.
    pub const PAUSE: &str = "Pause";
    /// The last update is late.
    pub const LATE: &str = "Not up to date, still waiting";
    /// The last update did not come.
    pub const RETRYING: &str = "Not up to date, trying again";
    /// The session has ended.
    pub const SIGNED_OUT: &str = "Signed out, not updating";
    /// What is shown is not there any more.
    pub const GONE: &str = "Not available any more";

    /// How old what is shown is.
    pub fn updated(ago: &str) -> String {
        format!("(updated {ago})")
    }

    /// What is announced after several rows have changed.
    pub fn changed(count: usize) -> String {
        format!("{count} operations changed")
    }

    /// What is announced after one row has changed.
    pub fn now(label: &str, target: &str, word: &str) -> String {
        format!("{label}, {target}: {word}")
    }
}
