//! A collection, page by page.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use domain::id::EntraTenantId;
use url::Url;

use crate::body::{self, Body, NextLink};
use crate::client::GraphClient;
use crate::contract::Contract;
use crate::credentials::Credentials;
use crate::error::{Defect, GraphError, UnsafeLink};
use crate::link;
use crate::object::{Object, UnreadableObject};
use crate::observer::{Observer, Oddity};

/// How often a listing is begun, if Graph gives it up in the middle.
const BEGUN_MOST: u32 = 3;

/// One page of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Counted from one, and from one again where the listing is begun anew.
    pub number: u32,
    /// In Graph's order; a page may be empty and have successors.
    pub objects: Vec<Object>,
    /// What of the page could not be read.
    pub unreadable: Vec<UnreadableObject>,
    /// Whether this is the last one.
    pub is_last: bool,
}

/// The pages of one collection of one tenant, fetched as they are asked for.
///
/// After an error, asking again repeats the request that failed; only `Ok(None)` means that everything was seen. A listing that
/// Graph gives up in the middle is begun anew: objects may come again.
#[derive(Debug)]
pub struct Pages<O> {
    client: GraphClient,
    tenant: EntraTenantId,
    credentials: Credentials,
    contract: Contract,
    observer: O,
    next: Next,
    /// Pages since the listing was begun.
    fetched: u32,
    /// Elements since then.
    elements: u32,
    begun: u32,
    whole: bool,
    /// Links that were followed, as hashes: a thousand of Graph's links are a megabyte.
    followed: HashSet<u64>,
    /// Objects that were seen, likewise.
    seen: HashSet<u64>,
    hasher: RandomState,
}

#[derive(Debug)]
enum Next {
    First(Url),
    Page(Url),
    /// The last page that came says where it goes on, and that is nowhere one may go.
    Nowhere(UnsafeLink),
    End,
}

/// What a page says of the next one.
enum Turn {
    End,
    Page(Url),
    /// A link that was followed already.
    Followed,
    Nowhere(UnsafeLink),
}

impl<O: Observer> Pages<O> {
    pub(crate) fn new(
        client: GraphClient,
        tenant: EntraTenantId,
        credentials: Credentials,
        contract: Contract,
        observer: O,
    ) -> Self {
        let mut pages = Self {
            next: Next::End,
            client,
            tenant,
            credentials,
            contract,
            observer,
            fetched: 0,
            elements: 0,
            begun: 0,
            whole: true,
            followed: HashSet::new(),
            seen: HashSet::new(),
            hasher: RandomState::new(),
        };
        pages.begin();
        pages
    }

    fn begin(&mut self) {
        let first = first(&self.client.config().base_url, self.contract);
        self.begun += 1;
        (self.fetched, self.elements) = (0, 0);
        self.followed = HashSet::from([self.hasher.hash_one(first.as_str())]);
        self.next = Next::First(first);
    }

    /// Whether the listing, once it has ended, held all there is: nothing in it was unreadable, and its end was one.
    pub fn is_whole(&self) -> bool {
        self.whole && matches!(self.next, Next::End)
    }

    /// The next page, or `None` after the last one. May be dropped at any time; a page is taken fully or not at all.
    pub async fn next(&mut self) -> Result<Option<Page>, GraphError> {
        loop {
            let (url, is_first) = match &self.next {
                Next::First(url) => (url, true),
                Next::Page(url) => (url, false),
                Next::Nowhere(reason) => return Err(GraphError::UnsafeLink(*reason)),
                Next::End => return Ok(None),
            };
            let limit = self.client.config().max_pages;
            if self.fetched >= limit {
                return Err(GraphError::InvalidResponse {
                    defect: Defect::TooManyPages(limit),
                    attempts: 1,
                });
            }
            let answer = self
                .client
                .get(
                    self.tenant,
                    &self.credentials,
                    self.contract,
                    (url, &self.observer),
                    body::read,
                )
                .await?;
            let refusal = match answer {
                Ok(body) => {
                    let next = self.next_of(&body);
                    if let Turn::Followed = next {
                        self.observer.noticed(self.contract, Oddity::EndedOnOldLink).await;
                    }
                    return Ok(Some(self.take(body, next)));
                }
                Err(refusal) => refusal,
            };
            if is_first || !refusal.ends_the_listing() {
                return Err(refusal.into_error(self.contract));
            }
            if self.begun >= BEGUN_MOST {
                return Err(refusal.expired(self.begun));
            }
            self.observer.noticed(self.contract, Oddity::BegunAnew).await;
            self.begin();
        }
    }

    /// Where a page says that the listing goes on.
    fn next_of(&self, body: &Body) -> Turn {
        match &body.next {
            NextLink::End => Turn::End,
            NextLink::Broken => Turn::Nowhere(UnsafeLink::Malformed),
            NextLink::To(text) => match link::check(&self.client.config().base_url, self.contract, text) {
                Err(reason) => Turn::Nowhere(reason),
                Ok(url) if self.followed.contains(&self.hasher.hash_one(url.as_str())) => Turn::Followed,
                Ok(url) => Turn::Page(url),
            },
        }
    }

    /// Whatever is wrong with the rest of a page, its objects were read and are not lost.
    fn take(&mut self, body: Body, next: Turn) -> Page {
        let (mut objects, mut unreadable) = (Vec::new(), Vec::new());
        let mut any_new = false;
        for element in body.elements {
            self.elements = self.elements.saturating_add(1);
            match Object::read(self.contract, element, self.elements) {
                Ok(object) => {
                    any_new |= self.seen.insert(self.hasher.hash_one(&object.external_id));
                    objects.push(object);
                }
                Err(bad) => unreadable.push(bad),
            }
        }
        self.whole &= unreadable.is_empty();
        self.fetched += 1;
        self.next = match next {
            Turn::End => Next::End,
            Turn::Nowhere(reason) => Next::Nowhere(reason),
            Turn::Page(url) => {
                self.followed.insert(self.hasher.hash_one(url.as_str()));
                Next::Page(url)
            }
            Turn::Followed => {
                // A way to say "no more". After a page with something new on it, nobody knows whether that is all.
                self.whole &= !any_new;
                Next::End
            }
        };
        Page {
            number: self.fetched,
            objects,
            unreadable,
            is_last: matches!(self.next, Next::End),
        }
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
