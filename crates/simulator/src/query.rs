//! The query options that are understood; the others are refused, as a silent difference from Graph would be worse.

use crate::collection::{Collection, Version};

/// The largest page that may be asked for.
const MAX_TOP: usize = 999;

/// What a request asks of a collection or of an object.
#[derive(Debug, Default)]
pub(crate) struct Query {
    pub(crate) select: Vec<String>,
    pub(crate) expand: Vec<String>,
    pub(crate) top: Option<usize>,
    pub(crate) offset: usize,
}

impl Query {
    /// The message of an error is Graph's, as far as it is known.
    pub(crate) fn parse(pairs: &[(String, String)], collection: Collection, version: Version) -> Result<Self, String> {
        let mut query = Self::default();
        for (key, value) in pairs {
            match key.as_str() {
                "$select" => {
                    query.select = names(value);
                    if let Some(unknown) = query.select.iter().find(|name| !collection.has_property(version, name)) {
                        return Err(format!(
                            "Parsing OData Select and Expand failed: Could not find a property named '{unknown}' on type \
                             'microsoft.graph.{}'.",
                            collection.entity()
                        ));
                    }
                }
                "$expand" => query.expand = names(value),
                "$top" => {
                    let top = value.parse().ok().filter(|top| (1..=MAX_TOP).contains(top));
                    query.top = Some(top.ok_or_else(|| {
                        format!("Invalid page size specified: '{value}'. Must be between 1 and {MAX_TOP} inclusive.")
                    })?);
                }
                "$skiptoken" => {
                    query.offset = usize::from_str_radix(value, 16).map_err(|_| "Invalid skip token.".to_owned())?;
                }
                _ => return Err(format!("The query option '{key}' is not supported by the simulator.")),
            }
        }
        Ok(query)
    }

    /// The options of the page that begins at the offset.
    pub(crate) fn next(&self, offset: usize) -> String {
        let mut options = Vec::new();
        for (key, names) in [("$select", &self.select), ("$expand", &self.expand)] {
            if !names.is_empty() {
                options.push(format!("{key}={}", names.join(",")));
            }
        }
        if let Some(top) = self.top {
            options.push(format!("$top={top}"));
        }
        options.push(format!("$skiptoken={offset:08x}"));
        options.join("&")
    }
}

/// Names only: what is left can be written into a link as it is.
fn names(list: &str) -> Vec<String> {
    let is_name = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
    list.split(',')
        .map(str::trim)
        .filter(is_name)
        .map(ToOwned::to_owned)
        .collect()
}
