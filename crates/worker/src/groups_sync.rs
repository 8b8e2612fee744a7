//! `directory.groups.sync`: reads all groups of a tenant into the cache that pages take names from.
//!
//! Groups are counted, not recorded as items: a hundred thousand rows a day and tenant would tell nobody anything. Those that could
//! not be read are items, so that it can be seen which they are.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use domain::counts::Counts;
use domain::reason::ReasonCode;
use domain::status::ItemOutcome;
use graph::{Contract, Object};
use ledger::directory::{self, SeenGroup};
use ledger::runs::end::Ending;
use serde_json::Value;

use crate::execution::{Answer, Execution};
use crate::inventory_sync::unreadable;
use crate::waits::Waits;

/// The kind of the items.
const ITEM: &str = "group";
/// So many that could not be read are recorded; more are counted.
const UNREADABLE_MOST: usize = 500;
const PHASE: &str = "Reading groups";

pub(crate) async fn execute(execution: &Execution) -> Answer {
    let Execution {
        ledger,
        graph,
        credentials,
        attempt,
    } = execution;
    let Some(tenant) = attempt.entra_tenant else {
        return Ok(Ending::Failed(
            ReasonCode::TenantMissing,
            "the run has no tenant".to_owned(),
        ));
    };
    if attempt
        .receipt
        .as_ref()
        .is_none_or(|receipt| receipt.allows_groups().is_err())
    {
        return Ok(Ending::Failed(
            ReasonCode::ScopeExceeded,
            "groups are not in the scope receipt".to_owned(),
        ));
    }
    let mut counts = Counts::default();
    // Objects are counted, not what came over the wire: a group may be on several pages. As hashes, of which a hundred thousand are
    // a megabyte.
    let (hasher, mut counted) = (RandomState::new(), HashSet::new());
    let mut pages = graph.list(tenant, credentials, Contract::Groups, Waits(execution.clone()));
    loop {
        let page = match pages.next().await {
            Ok(Some(page)) => page,
            Ok(None) => break,
            // What was read stays in the cache, which says of each group when it was last seen.
            Err(failure) => return Ok(Ending::Failed(failure.reason(), failure.message())),
        };
        let groups: Vec<SeenGroup> = page.objects.iter().map(seen).collect();
        for group in &groups {
            if counted.insert(hasher.hash_one(&group.external_id)) {
                counts.add(ItemOutcome::Succeeded);
            }
        }
        let mut bad: Vec<_> = page.unreadable.iter().map(|object| unreadable(ITEM, object)).collect();
        let room = UNREADABLE_MOST.saturating_sub(usize::try_from(counts.failed).unwrap_or(usize::MAX));
        for item in &bad {
            if counted.insert(hasher.hash_one(&item.external_id)) {
                counts.add(ItemOutcome::Failed);
            }
        }
        bad.truncate(room);
        let mut tx = attempt.transaction(ledger).await?;
        directory::upsert_groups(&mut tx, attempt, &groups, ledger.now()).await?;
        if !bad.is_empty() {
            attempt.record(&mut tx, &bad).await?;
        }
        attempt.progress(&mut tx, counts, PHASE).await?;
        tx.commit().await?;
    }
    if pages.is_whole() {
        let mut tx = attempt.transaction(ledger).await?;
        directory::forget_groups(&mut tx, attempt, ledger.now()).await?;
        let missing = directory::conclude_groups(&mut tx, attempt, ledger.now()).await?;
        if missing > 0 {
            attempt
                .note(&mut tx, ledger.now(), "not_seen", &format!("Groups: {missing}"))
                .await?;
        }
        tx.commit().await?;
    }
    counts.total = Some(counts.processed);
    Ok(Ending::Counted(counts))
}

fn seen(object: &Object) -> SeenGroup {
    let flag = |name| object.meta.get(name).and_then(Value::as_bool).unwrap_or(false);
    let unified = object
        .meta
        .get("groupTypes")
        .and_then(Value::as_array)
        .is_some_and(|types| types.iter().any(|of| of == "Unified"));
    let (security_enabled, mail_enabled) = (flag("securityEnabled"), flag("mailEnabled"));
    let group_type = match (unified, security_enabled, mail_enabled) {
        (true, ..) => "microsoft365",
        (false, true, _) => "security",
        (false, false, true) => "distribution",
        (false, false, false) => "unknown",
    };
    SeenGroup {
        external_id: object.external_id.clone(),
        name: object.name.clone(),
        group_type,
        security_enabled,
        mail_enabled,
    }
}
