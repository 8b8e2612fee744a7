//! An object as Graph answers it: less than an export of it has.

use serde_json::{Map, Value};

use crate::collection::{Collection, Version};
use crate::query::Query;

/// Ends the annotation that marks a property as navigation.
const NAVIGATION: &str = "@odata.navigationLink";

/// The object without what was not asked for: navigation properties stay only if expanded, others only if selected (if
/// anything is), annotations only where Graph writes them unasked.
pub(crate) fn answer(
    object: &Map<String, Value>,
    collection: Collection,
    version: Version,
    query: &Query,
) -> Map<String, Value> {
    let wanted = |key: &str| {
        if key == "@odata.type" {
            return collection.is_polymorphic();
        }
        // Annotations such as `platforms@odata.type`, and actions such as `#microsoft.graph.assign`.
        if key.contains(['@', '#']) {
            return false;
        }
        if is_navigation(object, key) {
            return query.expand.iter().any(|name| name == key);
        }
        let known = version == Version::Beta || !collection.is_beta_property(key);
        known && (query.select.is_empty() || query.select.iter().any(|name| name == key))
    };
    object
        .iter()
        .filter(|(key, _)| wanted(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

fn is_navigation(object: &Map<String, Value>, key: &str) -> bool {
    // The usual ones also count without their annotation, which newer exports leave out.
    matches!(
        key,
        "settings" | "assignments" | "scheduledActionsForRule" | "definitionValues" | "apps"
    ) && object.get(key).is_some_and(Value::is_array)
        || object.contains_key(&format!("{key}{NAVIGATION}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shaped(query: &Query, version: Version) -> Value {
        let object = json!({
            "@odata.type": "#microsoft.graph.iosCompliancePolicy",
            "@odata.id": "x",
            "id": "1",
            "displayName": "a",
            "version@odata.type": "#Int32",
            "version": 1,
            "roleScopeTagIds": ["0"],
            "passcodeRequired": true,
            "assignments@odata.navigationLink": "x",
            "assignments": [],
            "#microsoft.graph.assign": {},
        });
        Value::Object(answer(
            object.as_object().unwrap(),
            Collection::DeviceCompliancePolicies,
            version,
            query,
        ))
    }

    #[test]
    fn payload_and_annotations_are_left_out() {
        let all = json!({
            "@odata.type": "#microsoft.graph.iosCompliancePolicy",
            "id": "1", "displayName": "a", "version": 1, "roleScopeTagIds": ["0"], "passcodeRequired": true,
        });
        assert_eq!(shaped(&Query::default(), Version::Beta), all);
        assert!(shaped(&Query::default(), Version::V1).get("roleScopeTagIds").is_none());
        let query = Query {
            select: vec!["id".into()],
            expand: vec!["assignments".into()],
            ..Query::default()
        };
        let selected = json!({ "@odata.type": "#microsoft.graph.iosCompliancePolicy", "id": "1", "assignments": [] });
        assert_eq!(shaped(&query, Version::Beta), selected);
    }
}
