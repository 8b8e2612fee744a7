//! The resolution key of a run: what a later success has to be of to settle a failure (DESIGN §4, "What settles").
//!
//! sha256 over owner, operation family and subject, as [`RunIdentity`](crate::identity::RunIdentity) is made. Where the
//! identity says which two starts are one operation while it is active, this says which runs are attempts at the same thing,
//! however they were started and whatever they built on. It is frozen in the run's row, so changing it here would part the
//! failures of before from the successes of after; golden vectors keep it from changing by accident.

use std::fmt;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::id::{RunId, ScheduleId};
use crate::identity::{Owner, canonical};
use crate::operation::{OperationType, Subject};

/// What a run is an attempt at.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResolutionKey(pub [u8; 32]);

impl ResolutionKey {
    /// Of a run of `owner`. `kind` is the stored word, so that a run of a type that this release does not know has one too:
    /// by everything that it was asked to do, which settles too little rather than too much.
    pub fn new(owner: Owner, kind: &str, inputs: &Value, schedule: Option<ScheduleId>, run: RunId) -> Self {
        let subject = subject(kind, inputs, schedule, run);
        let mut hash = Sha256::new();
        for part in [owner.to_string().as_str(), family(kind), subject.as_str()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

impl fmt::Debug for ResolutionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Operations that do the same thing, started differently. One that is not known is a family of its own.
fn family(kind: &str) -> &str {
    kind.parse::<OperationType>()
        .map_or(kind, |operation| operation.spec().family)
}

fn subject(kind: &str, inputs: &Value, schedule: Option<ScheduleId>, run: RunId) -> String {
    let own = || format!("run:{run}");
    let subject = kind
        .parse::<OperationType>()
        .map_or(Subject::Inputs, |operation| operation.spec().subject);
    match (subject, schedule) {
        // Each restore is settled by a person and never by another one.
        (Subject::Restore, _) => named(inputs, "restore").map_or_else(own, |restore| format!("restore:{restore}")),
        (Subject::NamedSchedule, _) => {
            named(inputs, "schedule").map_or_else(own, |schedule| format!("schedule:{schedule}"))
        }
        (_, Some(schedule)) => format!("schedule:{schedule}"),
        (Subject::ComparedScope, None) if !inputs["scope"].is_null() => canonical(&inputs["scope"]),
        (Subject::ComparedScope | Subject::Inputs, None) => canonical(inputs),
    }
}

fn named<'a>(inputs: &'a Value, field: &str) -> Option<&'a str> {
    inputs[field].as_str().filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::id::{TenantId, WorkspaceId};

    fn id(last: u8) -> Uuid {
        let mut bytes = [0; 16];
        bytes[15] = last;
        Uuid::from_bytes(bytes)
    }

    fn key(kind: &str, inputs: &Value, schedule: Option<u8>, run: u8) -> ResolutionKey {
        let schedule = schedule.map(|last| ScheduleId(id(last)));
        ResolutionKey::new(Owner::Tenant(TenantId(id(1))), kind, inputs, schedule, RunId(id(run)))
    }

    #[test]
    fn golden_vectors() {
        let vectors = [
            (
                key("inventory.sync", &json!({"types": ["b", "a"]}), None, 9),
                "224f7dd0195f6205df47aba28a0aa118b46abf8b8ca889c046bea56f96d5d9d4",
            ),
            (
                key("directory.groups.sync", &json!({}), Some(7), 9),
                "0c535872d9594d31f52a536bb443006c02d9dc0386125933dde05ae62bf81cd4",
            ),
            (
                key("restore.execute", &json!({"restore": "r"}), None, 9),
                "d4ed1d133e93477e4aefbf3131392448e3820a823f22b787fabe76c431a01f59",
            ),
        ];
        for (key, expected) in vectors {
            assert_eq!(format!("{key:?}"), expected);
        }
    }

    #[test]
    fn attempts_at_the_same_thing_share_it() {
        let types = json!({"types": ["a", "b"]});
        assert_eq!(
            key("inventory.sync", &types, None, 1),
            key("inventory.sync", &json!({"types": ["b", "a"]}), None, 2)
        );
        // The runs of a schedule share their schedule, whatever its inputs were at the time.
        assert_eq!(
            key("inventory.sync", &types, Some(7), 1),
            key("inventory.sync", &json!({"types": ["c"]}), Some(7), 2)
        );
        let by_person = json!({"schedule": id(7).to_string()});
        for kind in ["backup_schedule.run_now", "backup_schedule.retry"] {
            assert_eq!(
                key(kind, &by_person, None, 1),
                key("backup_schedule.scheduled", &json!({}), Some(7), 2),
                "{kind}"
            );
        }
        // Drift goes by what is compared, not by the runs it is read from.
        let drift = |run: &str| json!({"scope": {"types": ["a"]}, "baseline_run": run, "current_run": run});
        assert_eq!(
            key("drift.generate", &drift("x"), None, 1),
            key("drift.generate", &drift("y"), None, 2)
        );
    }

    #[test]
    fn nothing_else_settles_a_failure() {
        let inputs = json!({});
        let restore = |id: &str| json!({ "restore": id });
        let all = [
            key("inventory.sync", &json!({"types": ["a"]}), None, 1),
            key("inventory.sync", &json!({"types": ["a", "b"]}), None, 1),
            key("policy.sync", &json!({"types": ["a"]}), None, 1),
            key("directory.groups.sync", &inputs, None, 1),
            key("directory.groups.sync", &inputs, Some(7), 1),
            key("directory.groups.sync", &inputs, Some(8), 1),
            key("backup_schedule.scheduled", &inputs, Some(7), 1),
            // Of what follows a backup, not of the backup.
            key("backup_schedule.retention", &inputs, Some(7), 1),
            key("restore.execute", &restore("a"), None, 1),
            key("restore.execute", &restore("b"), None, 1),
            key("restore.preview", &restore("a"), None, 1),
            // What cannot be told apart by its subject stands for itself.
            key("restore.execute", &inputs, None, 1),
            key("restore.execute", &inputs, None, 2),
            key("backup_schedule.run_now", &inputs, None, 1),
            key("backup_schedule.run_now", &inputs, None, 2),
            key("of.tomorrow", &json!({"a": 1}), None, 1),
            key("of.tomorrow", &json!({"a": 2}), None, 1),
            ResolutionKey::new(
                Owner::Workspace(WorkspaceId(id(1))),
                "directory.groups.sync",
                &inputs,
                None,
                RunId(id(1)),
            ),
        ];
        for (i, a) in all.iter().enumerate() {
            for (j, b) in all.iter().enumerate().skip(i + 1) {
                assert_ne!(a, b, "{i} and {j}");
            }
        }
    }
}
