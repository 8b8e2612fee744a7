//! The operation catalogue: what can be done, and every fact that the rooms have to agree on about it.
//!
//! [`OPERATIONS`] is the one table. An operation is a row of it, and the rest of this module reads the table; so a type without
//! one of the facts does not compile, and nothing else in the product lists operations.

mod roles;
mod spec;
mod table;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

pub use self::spec::{Availability, IdentityKind, OperationSpec, Priority, Subject, TargetKind};
pub use self::table::{OPERATIONS, OperationType, OwnerPage};
use crate::access::Capability;
use crate::status::Origin;

impl OperationType {
    /// Its row of the catalogue.
    pub const fn spec(self) -> &'static OperationSpec {
        &OPERATIONS[self as usize]
    }

    /// The stable name, as stored and as in URLs.
    pub const fn as_str(self) -> &'static str {
        self.spec().name
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        self.spec().label
    }

    /// The words on the control that starts it; empty where only the product does.
    pub const fn start_label(self) -> &'static str {
        match self.spec().start_label {
            Some(words) => words,
            None => "",
        }
    }

    /// When two starts are the same operation.
    pub const fn identity(self) -> IdentityKind {
        self.spec().identity
    }

    /// The key that guards viewing and starting it.
    pub const fn capability(self) -> Capability {
        self.spec().capability
    }

    /// Whether executing it again after a crash is safe (R14).
    pub const fn is_repeatable(self) -> bool {
        self.spec().repeatable
    }

    /// The longest that one attempt may take.
    pub const fn time_limit(self) -> Duration {
        self.spec().time_limit
    }

    /// The longest of all limits: whatever stands above the operations must wait longer.
    pub const LONGEST: Duration = {
        let (mut longest, mut at) = (Duration::ZERO, 0);
        while at < OPERATIONS.len() {
            if OPERATIONS[at].time_limit.as_secs() > longest.as_secs() {
                longest = OPERATIONS[at].time_limit;
            }
            at += 1;
        }
        longest
    };

    /// How often a good run is expected of each tenant where no schedule says so.
    pub const fn expected_every(self) -> Option<TimeDelta> {
        self.spec().expected_every
    }

    /// Whether people can start it for a tenant in this release. What they cannot is on the overview only where it has been done: a
    /// board of what nobody can do would say nothing.
    pub const fn is_offered(self) -> bool {
        matches!(self.spec().availability, Availability::Offered)
    }

    /// Whether this release executes it, whoever starts it: what there can be new runs of.
    pub const fn is_executed(self) -> bool {
        !matches!(self.spec().availability, Availability::Named)
    }

    /// The priority of a run that came about like this.
    pub fn priority(self, origin: Origin) -> Priority {
        let by_origin = match origin {
            Origin::Manual | Origin::Api => Priority::Interactive,
            Origin::Schedule => Priority::Scheduled,
            Origin::System | Origin::Import | Origin::Unknown => Priority::Housekeeping,
        };
        by_origin.max(self.spec().priority)
    }

    /// What to call a stored name on screen; a name nobody knows is never passed off as something else.
    pub fn label_of(stored: &str) -> &'static str {
        stored.parse::<Self>().map_or("Unknown operation", Self::label)
    }
}

/// A name that is not in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown operation type")]
pub struct UnknownOperation;

impl FromStr for OperationType {
    type Err = UnknownOperation;
    fn from_str(text: &str) -> Result<Self, UnknownOperation> {
        OPERATIONS
            .iter()
            .find(|spec| spec.name == text)
            .map(|spec| spec.operation)
            .ok_or(UnknownOperation)
    }
}

impl fmt::Display for OperationType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for OperationType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for OperationType {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_round_trip_and_an_unknown_one_is_called_so() {
        for kind in OperationType::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
            assert_eq!(OperationType::label_of(kind.as_str()), kind.label());
        }
        assert_eq!(OperationType::label_of("what.ever"), "Unknown operation");
    }

    #[test]
    fn names_and_labels_tell_operations_apart() {
        let names: BTreeSet<&str> = OPERATIONS.iter().map(|spec| spec.name).collect();
        let labels: BTreeSet<&str> = OPERATIONS.iter().map(|spec| spec.label).collect();
        assert_eq!((names.len(), labels.len()), (OPERATIONS.len(), OPERATIONS.len()));
    }

    #[test]
    fn every_operation_has_a_limit_and_none_is_above_the_longest() {
        let limits = OperationType::ALL.iter().map(|kind| kind.time_limit());
        assert_eq!(limits.clone().max(), Some(OperationType::LONGEST));
        assert!(
            limits.min() > Some(Duration::from_mins(1)),
            "shorter than a throttled page waits"
        );
    }

    /// What is offered can be started, found again, expected and judged; what is executed has a frozen scope (R16).
    #[test]
    fn the_facts_of_a_row_agree_with_each_other() {
        for spec in OPERATIONS {
            let name = spec.name;
            if spec.availability == Availability::Offered {
                assert!(spec.start_label.is_some(), "{name}: no words on its control");
                assert!(spec.page.is_some(), "{name}: no page to start it from");
                assert!(spec.expected_every.is_some(), "{name}: no rhythm");
                assert_eq!(spec.target, TargetKind::Tenant, "{name}");
            }
            assert_eq!(spec.operation.is_executed(), spec.receipt.is_some(), "{name}");
            assert_eq!(spec.repeatable, spec.attempts > 1, "{name}: tried again, or not");
            let by_schedule_alone = spec.identity == IdentityKind::PerFireTime;
            assert!(
                !by_schedule_alone || (spec.schedulable && spec.start_label.is_none()),
                "{name}"
            );
            // A schedule asks for nothing, so what it starts has to have a receipt that follows from nothing.
            if spec.schedulable
                && let Some(receipt) = spec.receipt
            {
                assert!(receipt.whole().is_some(), "{name}");
            }
        }
    }

    #[test]
    fn where_a_run_comes_from_puts_it_back_and_never_forward() {
        let of = |kind: OperationType| {
            [Origin::Manual, Origin::Schedule, Origin::System].map(|origin| kind.priority(origin))
        };
        let (by_person, by_schedule, by_product) = (Priority::Interactive, Priority::Scheduled, Priority::Housekeeping);
        assert_eq!(of(OperationType::InventorySync), [by_person, by_schedule, by_product]);
        assert_eq!(
            of(OperationType::RetentionPrune),
            [by_schedule, by_schedule, by_product]
        );
    }
}
