//! What is kept of an object: an identity, a few columns, and the selected properties.

use chrono::{DateTime, Datelike, Utc};
use domain::display_name::{is_visible, kept as kept_text};
use serde_json::{Map, Value};

use crate::contract::Contract;
use crate::element::Element;
use crate::error::ObjectDefect;
use crate::platform;

/// No id is longer, in characters; Microsoft's have 36, or 73 where two stand together. A longer one is not shortened.
const MAX_ID: usize = 200;
/// No kept string is longer, in characters; what is cut ends with an ellipsis.
const MAX_TEXT: usize = 1_000;
/// No kept array is longer.
const MAX_ELEMENTS: usize = 1_000;

/// An object of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Graph's id.
    pub external_id: String,
    /// What people know it by, exactly as Microsoft has it; the id if it has no name, or one that nobody sees.
    pub name: String,
    /// `Windows`, `macOS`, `iOS`, `Android`, `Linux`, `visionOS`, or several joined by a comma.
    pub platform: Option<String>,
    /// When it was changed, as far as Graph knows.
    pub last_modified_at: Option<DateTime<Utc>>,
    /// The selected properties that have no field of their own: scalars and arrays of scalars, without nulls.
    pub meta: Map<String, Value>,
}

/// An object that could not be read, named as far as that is possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableObject {
    /// Its place in the listing, counted from one.
    pub position: u32,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// What is wrong with it.
    pub defect: ObjectDefect,
}

impl Object {
    pub(crate) fn read(contract: Contract, element: Element, position: u32) -> Result<Self, UnreadableObject> {
        let name = element.get(contract.name_property()).and_then(Value::as_str);
        let name = name
            .filter(|name| is_visible(name))
            .map(|name| kept_text(name, MAX_TEXT));
        let unreadable = |defect| UnreadableObject {
            position,
            name: name.clone(),
            defect,
        };
        let external_id = id_of(&element).map_err(unreadable)?;
        let mut item = element.into_properties();
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
            name: name.unwrap_or_else(|| external_id.clone()),
            external_id,
            platform,
            last_modified_at,
            meta,
        })
    }
}

/// A shortened or cleaned id would be another object's, so a strange one counts as none.
fn id_of(element: &Element) -> Result<String, ObjectDefect> {
    if !element.is_object() {
        return Err(ObjectDefect::NoObject);
    }
    if element.is_ambiguous("id") {
        return Err(ObjectDefect::TwoIds);
    }
    match element.get("id") {
        None | Some(Value::Null) => Err(ObjectDefect::NoId),
        Some(Value::String(id)) if !is_visible(id) => Err(ObjectDefect::NoId),
        Some(Value::String(id)) if id.contains(char::is_control) => Err(ObjectDefect::StrangeId),
        Some(Value::String(id)) if id.chars().count() > MAX_ID => Err(ObjectDefect::LongId(MAX_ID)),
        Some(Value::String(id)) => Ok(id.clone()),
        Some(_) => Err(ObjectDefect::StrangeId),
    }
}

fn scalar(value: Value) -> Option<Value> {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        Value::String(text) => Some(Value::String(kept_text(&text, MAX_TEXT))),
        scalar => Some(scalar),
    }
}

fn kept(value: Value) -> Option<Value> {
    match value {
        Value::Array(elements) => Some(elements.into_iter().take(MAX_ELEMENTS).filter_map(scalar).collect()),
        value => scalar(value),
    }
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

    fn read(item: Value) -> Result<Object, ObjectDefect> {
        let element = serde_json::from_value(item).unwrap();
        Object::read(PolicyType::SettingsCatalogPolicy.into(), element, 1).map_err(|unreadable| unreadable.defect)
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
    fn texts_stay_as_they_are_but_for_nul_and_are_capped() {
        let object = read(json!({ "id": "1", "name": "ä".repeat(1_500), "description": "a\u{0}b\r\n  c " })).unwrap();
        assert_eq!(object.name, format!("{}…", "ä".repeat(999)));
        assert_eq!(object.meta["description"], "a\u{fffd}b\r\n  c ");
        for name in ["ä".repeat(1_000), " Double  space ".to_owned(), "\u{202e}x".to_owned()] {
            assert_eq!(read(json!({ "id": "1", "name": name })).unwrap().name, name);
        }
    }

    #[test]
    fn case_one_bad_object_says_what_is_wrong_with_it() {
        for (item, defect) in [
            (json!({ "name": "a" }), ObjectDefect::NoId),
            (json!({ "id": null }), ObjectDefect::NoId),
            (json!({ "id": "" }), ObjectDefect::NoId),
            (json!({ "id": " \u{200b}" }), ObjectDefect::NoId),
            (json!({ "id": 12_345 }), ObjectDefect::StrangeId),
            (json!({ "id": { "a": 1 } }), ObjectDefect::StrangeId),
            (json!({ "id": "a\u{0}" }), ObjectDefect::StrangeId),
            (json!(null), ObjectDefect::NoObject),
            (json!([1]), ObjectDefect::NoObject),
            (json!("x"), ObjectDefect::NoObject),
            (json!({ "id": "i".repeat(201) }), ObjectDefect::LongId(200)),
        ] {
            assert_eq!(read(item.clone()), Err(defect), "{item}");
        }
        let id = "ü".repeat(200);
        assert_eq!(read(json!({ "id": id })).unwrap().external_id, id);
        let twice = |text: &str| {
            let element = serde_json::from_str(text).unwrap();
            Object::read(Contract::Groups, element, 7)
        };
        let unreadable = twice(r#"{"id":"1","displayName":"Sales","id":"2"}"#).unwrap_err();
        assert_eq!(
            (unreadable.position, unreadable.name.as_deref(), unreadable.defect),
            (7, Some("Sales"), ObjectDefect::TwoIds)
        );
        assert_eq!(twice(r#"{"id":"1","id":"1"}"#).unwrap().external_id, "1");
    }

    #[test]
    fn case_invisible_names_are_shown_by_their_id() {
        for name in [
            json!(null),
            json!(""),
            json!(" \n"),
            json!(5),
            json!({ "a": 1 }),
            json!("\u{200b}\u{200b}"),
            json!("\u{3164}"),
            json!("\u{2060}\u{feff}\u{ad}"),
        ] {
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
