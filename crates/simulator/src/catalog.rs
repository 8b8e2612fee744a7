//! What a tenant has: the fixtures, then the generated objects.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::collection::Collection;
use crate::fixtures::Fixtures;
use crate::generate::Generator;

/// Everything that is served. Only the fixtures are kept; generated objects are made when asked for.
#[derive(Debug)]
pub(crate) struct Catalog {
    pub(crate) fixtures: Fixtures,
    pub(crate) generator: Generator,
}

impl Catalog {
    fn fixtures(&self, collection: Collection) -> &[Map<String, Value>] {
        self.fixtures.get(&collection).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn len(&self, collection: Collection) -> usize {
        self.fixtures(collection).len() + self.generator.len(collection)
    }

    /// The object at a place below [`Self::len`].
    pub(crate) fn nth(&self, tenant: Uuid, collection: Collection, index: usize) -> Map<String, Value> {
        let fixtures = self.fixtures(collection);
        match fixtures.get(index) {
            Some(fixture) => fixture.clone(),
            None => self.generator.object(tenant, collection, index - fixtures.len()),
        }
    }

    /// The object with an id.
    pub(crate) fn find(&self, tenant: Uuid, collection: Collection, id: &str) -> Option<Map<String, Value>> {
        let fixture = self
            .fixtures(collection)
            .iter()
            .find(|fixture| fixture.get("id").is_some_and(|own| own == id));
        fixture.cloned().or_else(|| self.generator.find(tenant, collection, id))
    }
}
