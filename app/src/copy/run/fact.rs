//! Facts, in the order of the page.

pub const STARTED_BY: &str = "Started by";
/// What made it start.
pub const ORIGIN: &str = "Origin";
pub const FOLLOWED_BY: &str = "Followers";
pub const WORKSPACE: &str = "Workspace";
pub const TENANT: &str = "Tenant";
pub const TARGET: &str = "Target";
pub const SCHEDULE: &str = "Schedule";
/// The intended moment.
pub const FIRE_TIME: &str = "Fire time";
/// How long it is kept.
pub const RETENTION: &str = "Retention";
pub const CREATED: &str = "Created";
pub const STARTED: &str = "Began";
pub const COMPLETED: &str = "Ended";
pub const DURATION: &str = "Duration";
/// How often it was begun.
pub const ATTEMPT: &str = "Attempts";
pub const RUN_ID: &str = "Run id";
pub const CORRELATION_ID: &str = "Correlation id";
/// The fencing number.
pub const EPOCH: &str = "Epoch";
/// What it may touch, as it is stored.
pub const RECEIPT: &str = "Scope receipt";
/// What it was asked.
pub const INPUTS: &str = "Inputs";
/// The stored name.
pub const TYPE: &str = "Type";
