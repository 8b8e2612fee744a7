//! The document that a page comes as.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use crate::element::Element;
use crate::error::Defect;
use crate::json;

/// A page as it was sent.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) elements: Vec<Element>,
    pub(crate) next: NextLink,
}

/// Where the listing goes on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum NextLink {
    /// Nowhere. Services write no link, null, or an empty text where they mean this.
    #[default]
    End,
    /// There.
    To(String),
    /// Something stands there that is no link.
    Broken,
}

/// Reads a page. What is no JSON, or says that it is an error, is no page, and may be one the next time.
pub(crate) fn read(body: &[u8]) -> Result<Body, Defect> {
    let text = json::text(body);
    match serde_json::from_str::<Document>(&text) {
        // An error beside the objects: they are those that were there before the service failed.
        Ok(document) if document.is_error => Err(Defect::Malformed),
        Ok(Document {
            elements: Some(elements),
            next,
            ..
        }) => Ok(Body { elements, next }),
        Ok(_) => Err(Defect::Shape),
        Err(_) if serde_json::from_str::<IgnoredAny>(&text).is_ok() => Err(Defect::Shape),
        Err(_) => Err(Defect::Malformed),
    }
}

#[derive(Default)]
struct Document {
    elements: Option<Vec<Element>>,
    next: NextLink,
    is_error: bool,
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnyDocument)
    }
}

struct AnyDocument;

impl<'de> Visitor<'de> for AnyDocument {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page of a collection")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
        let mut document = Document::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                // Twice is once: nothing that was sent is left out.
                "value" => document
                    .elements
                    .get_or_insert_default()
                    .extend(map.next_value::<Vec<Element>>()?),
                "@odata.nextLink" => document.next = next_link(map.next_value()?),
                "error" => document.is_error |= !map.next_value::<Value>()?.is_null(),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(document)
    }
}

fn next_link(value: Value) -> NextLink {
    match value {
        Value::Null => NextLink::End,
        Value::String(link) if link.trim().is_empty() => NextLink::End,
        Value::String(link) => NextLink::To(link),
        _ => NextLink::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(usize, NextLink), Defect> {
        super::read(text.as_bytes()).map(|body| (body.elements.len(), body.next))
    }

    #[test]
    fn case_next_link_empty_text_is_the_end_as_null_and_none_are() {
        for end in [
            "",
            r#","@odata.nextLink":"""#,
            r#","@odata.nextLink":null"#,
            r#","@odata.nextLink":" ""#,
        ] {
            assert_eq!(
                read(&format!(r#"{{"value":[1,{{}},null]{end}}}"#)),
                Ok((3, NextLink::End)),
                "{end}"
            );
        }
        assert_eq!(
            read(r#"{"@odata.nextLink":"x","value":[]}"#),
            Ok((0, NextLink::To("x".to_owned())))
        );
        assert_eq!(read(r#"{"value":[1],"@odata.nextLink":5}"#), Ok((1, NextLink::Broken)));
        assert_eq!(read(r#"{"value":[1],"value":[2,3]}"#), Ok((3, NextLink::End)));
    }

    #[test]
    fn case_ok_but_not_json_and_broken_off_are_told_from_another_shape() {
        for malformed in [
            "",
            "<!DOCTYPE html><html></html>",
            r#"{"value":[{"id":"1"},{"id":"2","tags":[""]{"error":{"code":"UnknownError"}}"#,
            r#"{"value":[{"id":"1"}],"error":{"code":"UnknownError"}}"#,
            r#"{"error":{"code":"UnknownError"}}"#,
            r#"{"value":[]}{"error":{}}"#,
        ] {
            assert_eq!(read(malformed), Err(Defect::Malformed), "{malformed}");
        }
        for shape in ["{}", r#"{"value":{}}"#, r#"{"value":null}"#, "[]", "5", "null"] {
            assert_eq!(read(shape), Err(Defect::Shape), "{shape}");
        }
    }
}
