//! Starting an operation, and what is answered (DESIGN §7).

use domain::operation::OperationType;

use super::list::Noun;

/// The inventory page.
pub const INVENTORY: &str = "Inventory";
/// The legend over the policy types.
pub const TYPES: &str = "Policy types";
/// While the start is on its way.
pub const STARTING: &str = "Starting";
/// Under the title of an accepted start.
pub const BACKGROUND: &str = "Running in the background.";
/// Under the title of a start that was answered in words of another release.
pub const UNKNOWN_ANSWER: &str = "The service answered in a way that this page does not know, because one of them is newer. Reload the page; what was started is in the list.";
/// The form came back after signing in again.
pub const RESTORED: &str = "Your form is back. It was not sent.";
/// There is no run of it: never synced, or so long ago that the run was removed.
pub const NEVER_SYNCED: &str = "No sync is on record.";
/// Before the latest sync.
pub const LAST_SYNC: &str = "Latest sync";
/// Heading of the table.
pub const POLICIES: &str = "Policies";
/// What is listed.
pub const POLICY: Noun = Noun {
    one: "policy",
    many: "policies",
};

/// The title of an accepted start.
pub fn queued(operation: OperationType) -> String {
    format!("{} queued", operation.label())
}

/// Nobody answered a start.
pub fn not_known(button: &str) -> String {
    format!(
        "Not known whether it started: the server did not answer. Press {button} again when the connection is back; it will not be started twice."
    )
}

/// The title of a start that ended at once.
pub fn ended(operation: OperationType) -> String {
    format!("{} did not start", operation.label())
}

/// Why it ended at once, when only the run is known.
pub const ENDED_BARE: &str = "Its page says why.";

/// The sentence of a start that joined a run.
pub fn joined(initiator: &str, ago: &str) -> String {
    format!("Already running, started {ago} by {initiator} — you are following it.")
}

/// The same when only the run is known.
pub const JOINED_BARE: &str = "Already running — you are following it.";

/// The form was sent without its key.
pub const INCOMPLETE: &str = "The form is not complete. Reload the page and send it again.";
/// A policy type that is not in the list was sent.
pub const UNKNOWN_TYPE: &str = "One of the policy types is not known.";
/// No policy type was sent.
pub const NO_TYPE: &str = "Choose at least one policy type.";
/// The form was accepted before, and asked for something else then.
pub const SENT_ALREADY: &str = "This form was sent already and asked for something else then, which is under Operations. \
    To start this as well, reload the page and choose again.";

/// Somebody ended the account while the form was on its way.
pub const ACCOUNT_ENDED: &str = "Your account was ended, so this was not started.";

/// So many are waiting that one more is not taken.
pub fn too_many_queued(most: u32) -> String {
    format!(
        "{most} operations that you started are waiting for this tenant already. Start this one when some of them have begun."
    )
}

/// So many were started that one more is not.
pub fn too_many_started(most: u32) -> String {
    format!(
        "You started {most} operations within the last hour, and no more than that are taken. Start this one later."
    )
}

/// So many forms are kept that one more is not.
pub fn too_many_kept(most: u32) -> String {
    format!(
        "You are signed out, and {most} of your forms were kept in the last minutes, so this one was not. Sign in in another tab, \
        then send it again from here."
    )
}

/// Why the start is not possible for the viewer.
pub fn missing(key: &str) -> String {
    format!("You need the permission {key} to start this. Ask an owner of the workspace.")
}

/// The columns of the inventory.
pub mod column {
    pub const NAME: &str = "Name";
    pub const TYPE: &str = "Type";
    pub const PLATFORM: &str = "Platform";
    /// When it was last changed in the tenant.
    pub const MODIFIED: &str = "Last changed";
    /// When a sync last saw it.
    pub const SEEN: &str = "Last seen";
}
