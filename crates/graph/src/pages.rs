//! A collection, page by page.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use domain::id::EntraTenantId;
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use crate::client::GraphClient;
use crate::contract::Contract;
use crate::credentials::Credentials;
use crate::error::{Defect, GraphError};
use crate::link;
use crate::object::Object;
use crate::observer::Observer;

/// One page of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Counted from one.
    pub number: u32,
    /// In Graph's order; a page may be empty and have successors.
    pub objects: Vec<Object>,
    /// Whether this is the last one.
    pub is_last: bool,
}

/// The pages of one collection of one tenant, fetched as they are asked for.
///
/// After an error, asking again repeats the request that failed; only `Ok(None)` means that everything was seen.
#[derive(Debug)]
pub struct Pages<O> {
    client: GraphClient,
    tenant: EntraTenantId,
    credentials: Credentials,
    contract: Contract,
    observer: O,
    next: Option<Url>,
    fetched: u32,
    /// Links that were followed, as hashes: a thousand of Graph's links are a megabyte.
    followed: HashSet<u64>,
    hasher: RandomState,
}

#[derive(Deserialize)]
struct Body {
    value: Vec<Map<String, Value>>,
    #[serde(rename = "@odata.nextLink")]
    next_link: Option<String>,
}

impl<O: Observer> Pages<O> {
    pub(crate) fn new(
        client: GraphClient,
        tenant: EntraTenantId,
        credentials: Credentials,
        contract: Contract,
        observer: O,
    ) -> Self {
        let first = first(&client.config().base_url, contract);
        let hasher = RandomState::new();
        let followed = HashSet::from([hasher.hash_one(first.as_str())]);
        Self {
            client,
            tenant,
            credentials,
            contract,
            observer,
            next: Some(first),
            fetched: 0,
            followed,
            hasher,
        }
    }

    /// The next page, or `None` after the last one. May be dropped at any time; a page is taken fully or not at all.
    pub async fn next(&mut self) -> Result<Option<Page>, GraphError> {
        let Some(url) = &self.next else { return Ok(None) };
        let limit = self.client.config().max_pages;
        if self.fetched >= limit {
            return Err(GraphError::InvalidResponse(Defect::TooManyPages(limit)));
        }
        let body = self
            .client
            .get(self.tenant, &self.credentials, self.contract, url, &self.observer)
            .await?;
        let (objects, next) = self.read(&body)?;

        if let Some(next) = &next
            && !self.followed.insert(self.hasher.hash_one(next.as_str()))
        {
            return Err(GraphError::InvalidResponse(Defect::PagingLoop));
        }
        self.fetched += 1;
        self.next = next;
        Ok(Some(Page {
            number: self.fetched,
            objects,
            is_last: self.next.is_none(),
        }))
    }

    fn read(&self, body: &[u8]) -> Result<(Vec<Object>, Option<Url>), GraphError> {
        let body: Body = serde_json::from_slice(body).map_err(|_| GraphError::InvalidResponse(Defect::Malformed))?;
        let next = body
            .next_link
            .map(|text| link::check(&self.client.config().base_url, self.contract, &text))
            .transpose()
            .map_err(GraphError::UnsafeLink)?;
        let objects = body
            .value
            .into_iter()
            .map(|item| Object::read(self.contract, item))
            .collect::<Result<_, _>>()
            .map_err(GraphError::InvalidResponse)?;
        Ok((objects, next))
    }
}

fn first(base: &Url, contract: Contract) -> Url {
    let mut url = base.clone();
    url.set_path(contract.path());
    let size = contract
        .page_size()
        .map(|size| format!("&$top={size}"))
        .unwrap_or_default();
    url.set_query(Some(&format!("$select={}{size}", contract.select().join(","))));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_name_their_properties() {
        let base = Url::parse("https://graph.microsoft.com").unwrap();
        assert_eq!(
            first(&base, Contract::Groups).as_str(),
            "https://graph.microsoft.com/v1.0/groups?$select=id,displayName,securityEnabled,mailEnabled,groupTypes&$top=999"
        );
        for contract in Contract::all() {
            let url = first(&base, contract);
            assert_eq!(link::check(&base, contract, url.as_str()), Ok(url));
        }
    }
}
