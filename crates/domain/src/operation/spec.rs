//! What the catalogue says about each operation: the fields of a row, and what their values mean.

use std::time::Duration;

use chrono::TimeDelta;

use super::{OperationType, OwnerPage};
use crate::access::Capability;
use crate::receipt::ReceiptKind;

/// A row of the catalogue: every fact that other rooms need of an operation, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationSpec {
    /// Which operation.
    pub operation: OperationType,
    /// The stable name, as stored and as in URLs.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// The words on the control that starts it; `None` where only the product does.
    pub start_label: Option<&'static str>,
    /// How far this release is with it.
    pub availability: Availability,
    /// What a run of it is about.
    pub target: TargetKind,
    /// When two starts are the same operation.
    pub identity: IdentityKind,
    /// What the operations are called together that do the same thing, started differently; its own name, if it is the only one.
    pub family: &'static str,
    /// Which runs of the family are attempts at the same thing, for settling failures.
    pub subject: Subject,
    /// The key that guards viewing and starting it.
    pub capability: Capability,
    /// What its runs may touch; `None` as long as nothing executes it.
    pub receipt: Option<ReceiptKind>,
    /// The highest priority that a run of it gets.
    pub priority: Priority,
    /// The longest that one attempt may take; at the limit the run ends as `operation.timeout`.
    ///
    /// Of one attempt and not of all together: what a lost worker or a deploy took is not the operation's fault, and attempts are
    /// bounded themselves. Waiting for Microsoft Graph counts, waiting for a turn or a worker does not.
    pub time_limit: Duration,
    /// How many attempts may be lost before the run ends as `worker.lost`.
    pub attempts: u8,
    /// Whether executing it again after a crash is safe (R14); otherwise the run ends as `worker.lost`.
    pub repeatable: bool,
    /// Whether a schedule may start it.
    pub schedulable: bool,
    /// How often a good run is expected of each tenant where no schedule says so; `None` for what is done when there is a reason
    /// to (backups by hand, restores, snapshots, imports), of which nobody can say that it is late.
    pub expected_every: Option<TimeDelta>,
    /// The page that owns it: where it is started and its results are.
    pub page: Option<OwnerPage>,
}

/// How far a release is with an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// Workers execute it, and people can start it for a tenant.
    Offered,
    /// Workers execute it, and only the product starts it.
    Internal,
    /// Known by name, because runs of it may be there: of a newer release, of an import, of the demo's history.
    Named,
}

/// What a run is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// A tenant.
    Tenant,
    /// The workspace as a whole.
    Workspace,
}

/// When a second start is the same operation as the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityKind {
    /// While a run of the identity is active, a second start joins it (R02).
    WhileActive,
    /// Every start makes a run (R03).
    PerClick,
    /// At most once ever per schedule and fire time (R04).
    PerFireTime,
    /// One run per object, ever: a restore.
    OneEver,
}

/// What the runs of an operation are attempts at; part of the resolution key. Runs that a schedule started are attempts at what the
/// schedule does, whatever is said here, but for restores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// What they were asked to do, as a whole.
    Inputs,
    /// The schedule that the inputs name: a person's "Run now" is an attempt at what the schedule does.
    NamedSchedule,
    /// One restore, which no other one settles.
    Restore,
    /// What is compared; the runs that it is read from are others each time.
    ComparedScope,
}

/// Who goes first when runs wait for the same target scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i16)]
pub enum Priority {
    /// A person is waiting for it.
    Interactive = 1,
    /// A schedule's run.
    Scheduled = 2,
    /// Nobody is waiting for it.
    Housekeeping = 3,
}
