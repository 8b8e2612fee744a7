//! Reading a whole collection of a tenant's directory into the cache that pages take names from.
//!
//! What is read is counted, not recorded as items: a hundred thousand rows a day and tenant would tell nobody anything. What could
//! not be read are items, so that it can be seen which objects they are.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use chrono::{DateTime, Utc};
use domain::counts::Counts;
use domain::id::EntraTenantId;
use domain::reason::ReasonCode;
use domain::status::ItemOutcome;
use graph::{Contract, Object, UnreadableObject};
use ledger::runs::end::Ending;
use ledger::runs::execute::Attempt;
use ledger::runs::progress::Item;
use ledger::scope::ScopedTx;

use crate::execution::{Execution, OperationResult};
use crate::waits::Waits;

/// So many that could not be read are recorded; more are counted.
const UNREADABLE_MOST: usize = 500;

/// A cache of one collection. Its writes check the scope receipt themselves (R16).
pub(super) trait Cache {
    /// The collection.
    const CONTRACT: Contract;
    /// The kind of the items.
    const ITEM: &'static str;
    /// What the run says that it is doing.
    const PHASE: &'static str;
    /// An object as the cache keeps it.
    type Seen: Send + Sync;

    /// What the cache keeps of an object.
    fn seen(object: &Object) -> Self::Seen;

    /// Writes a page.
    fn upsert(
        tx: &mut ScopedTx,
        attempt: &Attempt,
        seen: &[Self::Seen],
        now: DateTime<Utc>,
    ) -> impl Future<Output = ledger::Result<()>> + Send;

    /// After a complete listing: removes what was not seen for long, and marks what was not seen this time. Answers of how many that
    /// is news.
    fn conclude(
        tx: &mut ScopedTx,
        attempt: &Attempt,
        now: DateTime<Utc>,
    ) -> impl Future<Output = ledger::Result<u64>> + Send;
}

/// Reads the collection to its end, page by page, each in one transaction with its items and the progress.
pub(super) async fn read_all<C: Cache>(execution: &Execution, tenant: EntraTenantId) -> OperationResult {
    let Execution {
        ledger,
        graph,
        credentials,
        attempt,
    } = execution;
    let mut counts = Counts::default();
    // Objects are counted, not what came over the wire: one may be on several pages. As hashes, of which a hundred thousand are a
    // megabyte.
    let (hasher, mut counted) = (RandomState::new(), HashSet::new());
    let mut pages = graph.list(tenant, credentials, C::CONTRACT, Waits(execution.clone()));
    loop {
        let page = match pages.next().await {
            Ok(Some(page)) => page,
            Ok(None) => break,
            // What was read stays in the cache, which says of each object when it was last seen.
            Err(failure) => return Ok(Ending::Failed(failure.reason(), failure.message())),
        };
        for object in &page.objects {
            if counted.insert(hasher.hash_one(&object.external_id)) {
                counts.add(ItemOutcome::Succeeded);
            }
        }
        let seen: Vec<C::Seen> = page.objects.iter().map(C::seen).collect();
        let mut bad: Vec<Item> = page
            .unreadable
            .iter()
            .map(|object| unreadable(C::ITEM, object))
            .collect();
        let room = UNREADABLE_MOST.saturating_sub(usize::try_from(counts.failed).unwrap_or(usize::MAX));
        for item in &bad {
            if counted.insert(hasher.hash_one(&item.external_id)) {
                counts.add(ItemOutcome::Failed);
            }
        }
        bad.truncate(room);
        let mut tx = attempt.transaction(ledger).await?;
        C::upsert(&mut tx, attempt, &seen, ledger.now()).await?;
        if !bad.is_empty() {
            attempt.record(&mut tx, &bad).await?;
        }
        attempt.progress(&mut tx, counts, C::PHASE).await?;
        tx.commit().await?;
    }
    if pages.is_whole() {
        let mut tx = attempt.transaction(ledger).await?;
        let missing = C::conclude(&mut tx, attempt, ledger.now()).await?;
        if missing > 0 {
            let detail = format!("{}: {missing}", C::CONTRACT.label());
            attempt.note(&mut tx, ledger.now(), "not_seen", &detail).await?;
        }
        tx.commit().await?;
    }
    counts.total = Some(counts.processed);
    Ok(Ending::Counted(counts))
}

/// An object of a page that could not be read, under its place in the listing: it has no id that could be kept.
pub(super) fn unreadable(kind: &str, object: &UnreadableObject) -> Item {
    let UnreadableObject { position, name, defect } = object;
    Item {
        kind: kind.to_owned(),
        external_id: format!("#{position}"),
        name: name
            .clone()
            .unwrap_or_else(|| format!("Object {position} of the listing")),
        outcome: ItemOutcome::Failed,
        reason: Some(ReasonCode::ObjectUnreadable),
        message: Some(format!("Object {position} of the listing could not be read: {defect}.")),
    }
}
