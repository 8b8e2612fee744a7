//! What is kept of an object: an identity, a few columns, and the selected properties.

use chrono::{DateTime, Datelike, Utc};
use serde_json::{Map, Value};

use crate::contract::Contract;
use crate::error::Defect;
use crate::platform;

/// No kept string is longer, in characters.
const MAX_TEXT: usize = 1_000;
/// No kept array is longer.
const MAX_ELEMENTS: usize = 1_000;

/// An object of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Graph's id.
    pub external_id: String,
    /// What people know it by; the id if it has no name.
    pub name: String,
    /// `Windows`, `macOS`, `iOS`, `Android`, `Linux`, `visionOS`, or several joined by a comma.
    pub platform: Option<String>,
    /// When it was changed, as far as Graph knows.
    pub last_modified_at: Option<DateTime<Utc>>,
    /// The selected properties that have no field of their own: scalars and arrays of scalars, without nulls.
    pub meta: Map<String, Value>,
}

impl Object {
    pub(crate) fn read(contract: Contract, mut item: Map<String, Value>) -> Result<Self, Defect> {
        let external_id = match item.get("id") {
            // A shortened or cleaned id would be another object's, so a strange one counts as none.
            Some(Value::String(id)) if !id.is_empty() && clean(id) == *id => id.clone(),
            _ => return Err(Defect::MissingId),
        };
        let name = item.get(contract.name_property()).and_then(Value::as_str).map(clean);
        let name = name
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| external_id.clone());
        let platform = platform::of(contract, &item);
        let last_modified_at = item
            .get("lastModifiedDateTime")
            .and_then(Value::as_str)
            .and_then(moment);

        let own = ["id", contract.name_property(), "lastModifiedDateTime"];
        let meta = contract
            .select()
            .iter()
            .filter(|key| !own.contains(*key))
            .filter_map(|key| Some(((*key).to_owned(), kept(item.remove(*key)?)?)))
            .collect();
        Ok(Self {
            external_id,
            name,
            platform,
            last_modified_at,
            meta,
        })
    }
}

fn scalar(value: Value) -> Option<Value> {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        Value::String(text) => Some(Value::String(clean(&text))),
        scalar => Some(scalar),
    }
}

fn kept(value: Value) -> Option<Value> {
    match value {
        Value::Array(elements) => Some(elements.into_iter().take(MAX_ELEMENTS).filter_map(scalar).collect()),
        value => scalar(value),
    }
}

/// Shortened, and without control characters: PostgreSQL refuses a NUL in text and in JSON, and a line break in a name
/// would make two log lines of one.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_TEXT)
        .collect()
}

/// Graph writes the year 1 where it means "never".
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    (1970..10_000).contains(&moment.year()).then_some(moment)
}

#[cfg(test)]
mod tests {
    use domain::policy::PolicyType;
    use serde_json::json;

    use super::*;

    fn read(item: Value) -> Result<Object, Defect> {
        let Value::Object(item) = item else {
            panic!("not an object")
        };
        Object::read(PolicyType::SettingsCatalogPolicy.into(), item)
    }

    #[test]
    fn r09_only_selected_scalars_are_kept() {
        let object = read(json!({
            "@odata.type": "#microsoft.graph.deviceManagementConfigurationPolicy",
            "id": "1",
            "name": "BitLocker",
            "description": null,
            "platforms": "windows10",
            "settingCount": 3,
            "isAssigned": true,
            "roleScopeTagIds": ["0", { "secret": 1 }, null, 7],
            "technologies": { "payload": "x" },
            "createdDateTime": "2026-01-02T03:04:05.1234567Z",
            "lastModifiedDateTime": "2026-02-03T04:05:06.1234567Z",
            "settings": [{ "value": "secret" }],
        }))
        .unwrap();
        assert_eq!((object.external_id.as_str(), object.name.as_str()), ("1", "BitLocker"));
        assert_eq!(object.platform.as_deref(), Some("Windows"));
        assert_eq!(
            object.last_modified_at.unwrap().to_rfc3339(),
            "2026-02-03T04:05:06.123456700+00:00"
        );
        let meta = json!({
            "platforms": "windows10",
            "settingCount": 3,
            "isAssigned": true,
            "roleScopeTagIds": ["0", 7],
            "createdDateTime": "2026-01-02T03:04:05.1234567Z",
        });
        assert_eq!(Value::Object(object.meta), meta);
    }

    #[test]
    fn texts_are_capped_and_cleaned() {
        let object = read(json!({ "id": "1", "name": "ä".repeat(1_500), "description": "a\u{0}b\r\n" })).unwrap();
        assert_eq!(object.name.chars().count(), 1_000);
        assert_eq!(object.meta["description"], "a b  ");
    }

    #[test]
    fn an_object_needs_an_id_and_can_do_without_a_name() {
        for item in [
            json!({ "name": "a" }),
            json!({ "id": "" }),
            json!({ "id": 5 }),
            json!({ "id": "a\u{0}" }),
        ] {
            assert_eq!(read(item), Err(Defect::MissingId));
        }
        assert_eq!(read(json!({ "id": "i".repeat(2_000) })), Err(Defect::MissingId));
        for name in [json!(null), json!(""), json!(" \n"), json!(5)] {
            assert_eq!(read(json!({ "id": "7", "name": name })).unwrap().name, "7");
        }
    }

    #[test]
    fn moments_that_mean_never_are_none() {
        for text in ["0001-01-01T00:00:00Z", "yesterday", "+12345-01-01T00:00:00Z", ""] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
