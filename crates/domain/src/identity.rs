//! Run identity: what makes two starts the same operation (R02, DESIGN §4).
//!
//! sha256 over the tenant (or workspace), the type, and the canonical JSON of the inputs: keys sorted, sets sorted and
//! without repetition. Golden vectors below keep it from changing by accident; changing it would let a second run of an
//! active identity start during an upgrade.

use std::fmt;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::id::{TenantId, WorkspaceId};
use crate::operation::OperationType;

/// The identity of a run.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RunIdentity(pub [u8; 32]);

/// What a run belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// One tenant.
    Tenant(TenantId),
    /// A workspace as a whole.
    Workspace(WorkspaceId),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenant(id) => write!(f, "tenant:{id}"),
            Self::Workspace(id) => write!(f, "workspace:{id}"),
        }
    }
}

impl RunIdentity {
    /// The identity of starting `kind` for `owner` with `inputs`.
    ///
    /// Arrays in inputs are sets: order and repetition do not matter. An input whose order matters must not be an array.
    pub fn new(owner: Owner, kind: OperationType, inputs: &Value) -> Self {
        let owner = owner.to_string();
        let mut hash = Sha256::new();
        // Each part is preceded by its length, so that no two different triples read the same.
        for part in [owner.as_str(), kind.as_str(), canonical(inputs).as_str()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

impl fmt::Debug for RunIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// JSON with sorted keys and with arrays as sorted sets.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Array(values) => {
            let mut parts: Vec<String> = values.iter().map(canonical).collect();
            parts.sort_unstable();
            parts.dedup();
            format!("[{}]", parts.join(","))
        }
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            let parts: Vec<String> = keys
                .into_iter()
                .map(|key| format!("{}:{}", Value::from(key.as_str()), canonical(&map[key])))
                .collect();
            format!("{{{}}}", parts.join(","))
        }
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn tenant(last: u8) -> Owner {
        let mut bytes = [0; 16];
        bytes[15] = last;
        Owner::Tenant(TenantId(uuid::Uuid::from_bytes(bytes)))
    }

    #[test]
    fn r02_golden_vectors() {
        let vectors = [
            (
                RunIdentity::new(tenant(1), OperationType::InventorySync, &json!({"types": ["b", "a"]})),
                "224f7dd0195f6205df47aba28a0aa118b46abf8b8ca889c046bea56f96d5d9d4",
            ),
            (
                RunIdentity::new(tenant(1), OperationType::DirectoryGroupsSync, &json!({})),
                "c0e4fba8336bb92e05cb901da65ba8bc8b4846c30e56bff3ab4744ad25859cb2",
            ),
        ];
        for (identity, expected) in vectors {
            assert_eq!(format!("{identity:?}"), expected);
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-z\"\\\\]{0,4}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-c]{1,2}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// The same inputs with every array and every object turned round.
    fn shuffled(value: &Value) -> Value {
        match value {
            Value::Array(values) => values.iter().rev().chain(values.first()).map(shuffled).collect(),
            Value::Object(map) => Value::Object(map.iter().rev().map(|(k, v)| (k.clone(), shuffled(v))).collect()),
            scalar => scalar.clone(),
        }
    }

    proptest! {
        #[test]
        fn r02_order_of_keys_and_sets_does_not_matter(inputs in values()) {
            prop_assert_eq!(
                RunIdentity::new(tenant(1), OperationType::InventorySync, &inputs),
                RunIdentity::new(tenant(1), OperationType::InventorySync, &shuffled(&inputs))
            );
        }

        #[test]
        fn r02_any_change_of_input_changes_it(a in values(), b in values()) {
            let same = canonical(&a) == canonical(&b);
            let identity = |inputs| RunIdentity::new(tenant(1), OperationType::InventorySync, inputs);
            prop_assert_eq!(identity(&a) == identity(&b), same);
        }
    }

    #[test]
    fn r02_tenant_workspace_and_type_are_part_of_it() {
        let id = uuid::Uuid::nil();
        let inputs = json!({});
        let all = [
            RunIdentity::new(tenant(1), OperationType::InventorySync, &inputs),
            RunIdentity::new(tenant(2), OperationType::InventorySync, &inputs),
            RunIdentity::new(tenant(1), OperationType::PolicySync, &inputs),
            RunIdentity::new(Owner::Workspace(WorkspaceId(id)), OperationType::InventorySync, &inputs),
            RunIdentity::new(Owner::Tenant(TenantId(id)), OperationType::InventorySync, &inputs),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b));
        }
    }
}
