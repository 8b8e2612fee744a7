//! Facts, in the order of the page.

/// Who.
pub const STARTED_BY: &str = "Started by";
/// What made it start.
pub const ORIGIN: &str = "Origin";
/// Who else follows.
pub const FOLLOWED_BY: &str = "Followers";
/// Where.
pub const WORKSPACE: &str = "Workspace";
/// Where.
pub const TENANT: &str = "Tenant";
/// Where.
pub const TARGET: &str = "Target";
/// What fired it.
pub const SCHEDULE: &str = "Schedule";
/// The intended moment.
pub const FIRE_TIME: &str = "Fire time";
/// How long it is kept.
pub const RETENTION: &str = "Retention";
/// When.
pub const CREATED: &str = "Created";
/// When.
pub const STARTED: &str = "Began";
/// When.
pub const COMPLETED: &str = "Ended";
/// The difference.
pub const DURATION: &str = "Duration";
/// How often it was begun.
pub const ATTEMPT: &str = "Attempts";
/// The id.
pub const RUN_ID: &str = "Run id";
/// The other id.
pub const CORRELATION_ID: &str = "Correlation id";
/// The fencing number.
pub const EPOCH: &str = "Epoch";
/// What it may touch, as it is stored.
pub const RECEIPT: &str = "Scope receipt";
/// What it was asked.
pub const INPUTS: &str = "Inputs";
/// The stored name.
pub const TYPE: &str = "Type";
