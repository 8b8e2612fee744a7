//! Which of a filter's fields drives: by what it can be rare, and where the index for that is.

use domain::cause::Cause;
use domain::filter::{Bucket, Choice, Initiator, RunFilter, Tab};
use domain::id::TenantId;
use domain::status::Origin;
use uuid::Uuid;

use super::{IndexScan, PerValue};
use crate::access::Access;
use crate::hub::predicate::{is_in, people};
use crate::hub::search::Search;
use crate::scope::Tenants;

/// By the first of the filter's fields that has an index of its own, the narrowest first.
pub(super) fn scans(access: &Access, tab: Tab, rest: &mut RunFilter) -> Vec<IndexScan> {
    // What is active is little.
    if tab == Tab::Active {
        return vec![IndexScan::of(PerValue::Once)];
    }
    if let Some(scans) = by_cause(tab, rest) {
        return scans;
    }
    let named = rest.tenant.clone();
    let tenants = tenants(access, rest);
    if tab.by_completion() {
        return each_tenant(tenants.as_ref(), outcomes(tab, rest));
    }
    if let Some(text) = rest.q.take() {
        return search(tenants, named, &text, rest);
    }
    if tenants.is_some() {
        return each_tenant(tenants.as_ref(), vec![None]);
    }
    by_value(access, rest).unwrap_or_else(|| vec![IndexScan::of(PerValue::Once)])
}

const WHOLE_WORKSPACE: &str = "r.tenant_id is null";

/// Which tenants' runs to scan instead of the workspace's.
struct TenantScans {
    ids: Vec<Uuid>,
    /// With those of the workspace as a whole, which everybody in it sees.
    and_whole_workspace: bool,
}

/// Those that the filter names, else the few of many that the person is entitled to.
fn tenants(access: &Access, rest: &mut RunFilter) -> Option<TenantScans> {
    if let Some(named) = rest.tenant.take_if(|tenants| !tenants.not) {
        return Some(TenantScans {
            ids: named.values.iter().map(|id| id.0).collect(),
            and_whole_workspace: false,
        });
    }
    match &access.tenants {
        Tenants::All => None,
        Tenants::Listed(ids) => Some(TenantScans {
            ids: ids.iter().map(|id| id.0).collect(),
            and_whole_workspace: true,
        }),
    }
}

/// Each condition in each tenant, or in the workspace.
fn each_tenant(tenants: Option<&TenantScans>, conditions: Vec<Option<String>>) -> Vec<IndexScan> {
    let mut scans = Vec::new();
    for condition in conditions {
        let Some(tenants) = tenants else {
            scans.push(IndexScan::with(PerValue::Once, condition));
            continue;
        };
        if tenants.and_whole_workspace {
            let also = condition
                .as_ref()
                .map_or_else(String::new, |condition| format!(" and {condition}"));
            scans.push(IndexScan::with(PerValue::Once, format!("{WHOLE_WORKSPACE}{also}")));
        }
        scans.push(IndexScan::with(
            PerValue::Id("r.tenant_id", tenants.ids.clone()),
            condition,
        ));
    }
    scans
}

/// By ids that begin with the text, whatever their tenant, and by targets that do. `named` are the tenants that the filter
/// names, which ids have to be looked at for.
fn search(
    tenants: Option<TenantScans>,
    named: Option<Choice<TenantId>>,
    text: &str,
    rest: &mut RunFilter,
) -> Vec<IndexScan> {
    let search = Search::new(text);
    let mut scans = Vec::new();
    if let Some((first, last)) = search.ids() {
        rest.tenant = named;
        for column in ["r.id", "r.correlation_id"] {
            scans.push(IndexScan {
                range: Some((column, first, last)),
                ..IndexScan::of(PerValue::Once)
            });
        }
    }
    let Some(tenants) = tenants else {
        scans.push(IndexScan::of(PerValue::Target(search)));
        return scans;
    };
    if tenants.and_whole_workspace {
        scans.push(IndexScan {
            search: Some(search.clone()),
            ..IndexScan::with(PerValue::Once, WHOLE_WORKSPACE.to_owned())
        });
    }
    scans.push(IndexScan::of(PerValue::TargetOf(tenants.ids, search)));
    scans
}

/// By people, rare states, rare origins or types.
fn by_value(access: &Access, rest: &mut RunFilter) -> Option<Vec<IndexScan>> {
    let once = |condition: String| IndexScan::with(PerValue::Once, condition);
    if let Some(initiators) = rest.initiator.take_if(|initiators| is_people(initiators)) {
        let people = people(access.user, &initiators.values);
        return Some(vec![IndexScan::of(PerValue::Id("r.initiator_id", people))]);
    }
    if let Some(statuses) = rest.status.take_if(|statuses| is_rare_status(statuses)) {
        return Some(statuses.values.into_iter().map(|bucket| once(is_in(bucket))).collect());
    }
    if let Some(origins) = rest.origin.take_if(|origins| is_rare_origin(origins)) {
        let scans = origins
            .values
            .into_iter()
            .map(|origin| once(format!("r.origin = '{origin}'")));
        return Some(scans.collect());
    }
    let kinds = rest.kind.take_if(|kinds| !kinds.not)?;
    let words = kinds.values.iter().map(ToString::to_string).collect();
    Some(vec![IndexScan::of(PerValue::Word("r.type", words))])
}

/// Failures by their causes: `operation_runs_reason_idx` has nothing else, and the tenants to look at on the way.
fn by_cause(tab: Tab, rest: &mut RunFilter) -> Option<Vec<IndexScan>> {
    let are_codes =
        |causes: &mut Choice<Cause>| !causes.not && causes.values.iter().all(|cause| cause.code().is_some());
    if tab != Tab::Failed {
        return None;
    }
    let causes = rest.reason.take_if(are_codes)?;
    let codes = causes.values.iter().map(ToString::to_string).collect();
    let failures = "r.outcome in ('failed', 'blocked')".to_owned();
    Some(vec![IndexScan::with(PerValue::Word("r.reason_code", codes), failures)])
}

/// The outcomes of a tab that the filter's states leave, each as a condition.
fn outcomes(tab: Tab, rest: &mut RunFilter) -> Vec<Option<String>> {
    let statuses = rest.status.take();
    tab.buckets()
        .iter()
        .filter(|bucket| {
            statuses
                .as_ref()
                .is_none_or(|choice| choice.values.contains(bucket) != choice.not)
        })
        .map(|bucket| Some(is_in(*bucket)))
        .collect()
}

/// Whether the filter's states leave anything of a tab: a contradiction has no index that would find out quickly.
pub(super) fn statuses_meet(tab: Tab, rest: &mut RunFilter) -> bool {
    let Some(choice) = &rest.status else {
        return true;
    };
    let left = |bucket: &&Bucket| choice.values.contains(bucket) != choice.not;
    let all = tab.buckets().iter().filter(left).count();
    if tab != Tab::All && all == tab.buckets().len() && !tab.by_completion() {
        // The tab says it already.
        rest.status = None;
    }
    all > 0
}

/// What no person started has no index of its own.
fn is_people(choice: &Choice<Initiator>) -> bool {
    !choice.not && !choice.values.contains(&Initiator::System)
}

/// Nearly every run succeeds, so scanning those in order finds them at once.
fn is_rare_status(choice: &Choice<Bucket>) -> bool {
    !choice.not && !choice.values.contains(&Bucket::Succeeded)
}

/// Those of `operation_runs_rare_origin_idx`.
fn is_rare_origin(choice: &Choice<Origin>) -> bool {
    !choice.not
        && choice
            .values
            .iter()
            .all(|origin| matches!(origin, Origin::System | Origin::Api | Origin::Import))
}
