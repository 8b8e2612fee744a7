//! An element of a page, read so that it cannot cost the others: whatever JSON it is, and whatever stands in it twice.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// An element of a page.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// `None` if it is no object.
    properties: Option<Map<String, Value>>,
    /// Properties that stand there more than once with different values.
    ambiguous: BTreeSet<String>,
}

impl Element {
    pub(crate) fn is_object(&self) -> bool {
        self.properties.is_some()
    }

    /// The last value that stands there, as other readers take it.
    pub(crate) fn get(&self, property: &str) -> Option<&Value> {
        self.properties.as_ref()?.get(property)
    }

    pub(crate) fn is_ambiguous(&self, property: &str) -> bool {
        self.ambiguous.contains(property)
    }

    pub(crate) fn into_properties(self) -> Map<String, Value> {
        self.properties.unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyElement)
    }
}

struct AnyElement;

impl<'de> Visitor<'de> for AnyElement {
    type Value = Element;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Element, A::Error> {
        let (mut properties, mut ambiguous) = (Map::new(), BTreeSet::new());
        while let Some((property, value)) = map.next_entry::<String, Value>()? {
            if properties.get(&property).is_some_and(|before| *before != value) {
                ambiguous.insert(property.clone());
            }
            properties.insert(property, value);
        }
        Ok(Element {
            properties: Some(properties),
            ambiguous,
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Element, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Element::default())
    }

    fn visit_unit<E>(self) -> Result<Element, E> {
        Ok(Element::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Element, E> {
        Ok(Element::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Element, E> {
        Ok(Element::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Element, E> {
        Ok(Element::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Element, E> {
        Ok(Element::default())
    }

    fn visit_str<E>(self, _: &str) -> Result<Element, E> {
        Ok(Element::default())
    }
}
