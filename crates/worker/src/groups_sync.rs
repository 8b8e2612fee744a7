//! `directory.groups.sync`: reads all groups of a tenant into the cache that pages take names from.
//!
//! Groups are counted, not recorded as items: a hundred thousand rows a day and tenant would tell nobody anything.

use domain::counts::Counts;
use domain::reason::ReasonCode;
use graph::{Contract, Object};
use ledger::directory::{self, SeenGroup};
use ledger::runs::end::Ending;
use serde_json::Value;

use crate::execution::{Answer, Execution};
use crate::waits::Waits;

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
    let mut pages = graph.list(tenant, credentials, Contract::Groups, Waits(execution.clone()));
    loop {
        let page = match pages.next().await {
            Ok(Some(page)) => page,
            Ok(None) => break,
            // What was read stays in the cache, which says of each group when it was last seen.
            Err(failure) => return Ok(Ending::Failed(failure.reason(), failure.message())),
        };
        let groups: Vec<SeenGroup> = page.objects.iter().map(seen).collect();
        let read = u32::try_from(groups.len()).unwrap_or(u32::MAX);
        counts.succeeded = counts.succeeded.saturating_add(read);
        counts.processed = counts.processed.saturating_add(read);
        let mut tx = attempt.transaction(ledger).await?;
        directory::upsert_groups(&mut tx, attempt, &groups, ledger.now()).await?;
        attempt.progress(&mut tx, counts, PHASE).await?;
        tx.commit().await?;
    }
    let mut tx = attempt.transaction(ledger).await?;
    directory::forget_groups(&mut tx, attempt, ledger.now()).await?;
    tx.commit().await?;
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
