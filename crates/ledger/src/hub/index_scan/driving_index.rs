//! Which of a filter's fields drives: by what it can be rare, and where the index for that is.

use domain::cause::Cause;
use domain::filter::{Bucket, Choice, Initiator, RunFilter, Tab};
use domain::id::TenantId;
use domain::status::Origin;
use uuid::Uuid;

use super::{Each, Walk};
use crate::access::Access;
use crate::hub::predicate::{is_in, people};
use crate::hub::search::Search;
use crate::scope::Tenants;

/// By the first of the filter's fields that has an index of its own, the narrowest first.
pub(super) fn walks(access: &Access, tab: Tab, rest: &mut RunFilter) -> Vec<Walk> {
    // What is active is little.
    if tab == Tab::Active {
        return vec![Walk::of(Each::Once)];
    }
    if let Some(walks) = by_cause(tab, rest) {
        return walks;
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
    by_value(access, rest).unwrap_or_else(|| vec![Walk::of(Each::Once)])
}

const WHOLE_WORKSPACE: &str = "r.tenant_id is null";

/// Which tenants' runs to walk instead of the workspace's.
struct TenantWalks {
    ids: Vec<Uuid>,
    /// With those of the workspace as a whole, which everybody in it sees.
    and_whole_workspace: bool,
}

/// Those that the filter names, else the few of many that the person is entitled to.
fn tenants(access: &Access, rest: &mut RunFilter) -> Option<TenantWalks> {
    if let Some(named) = rest.tenant.take_if(|tenants| !tenants.not) {
        return Some(TenantWalks {
            ids: named.values.iter().map(|id| id.0).collect(),
            and_whole_workspace: false,
        });
    }
    match &access.tenants {
        Tenants::All => None,
        Tenants::Listed(ids) => Some(TenantWalks {
            ids: ids.iter().map(|id| id.0).collect(),
            and_whole_workspace: true,
        }),
    }
}

/// Each condition in each tenant, or in the workspace.
fn each_tenant(tenants: Option<&TenantWalks>, conditions: Vec<Option<String>>) -> Vec<Walk> {
    let mut walks = Vec::new();
    for condition in conditions {
        let Some(tenants) = tenants else {
            walks.push(Walk::with(Each::Once, condition));
            continue;
        };
        if tenants.and_whole_workspace {
            let also = condition
                .as_ref()
                .map_or_else(String::new, |condition| format!(" and {condition}"));
            walks.push(Walk::with(Each::Once, format!("{WHOLE_WORKSPACE}{also}")));
        }
        walks.push(Walk::with(Each::Id("r.tenant_id", tenants.ids.clone()), condition));
    }
    walks
}

/// By ids that begin with the text, whatever their tenant, and by targets that do. `named` are the tenants that the filter
/// names, which ids have to be looked at for.
fn search(
    tenants: Option<TenantWalks>,
    named: Option<Choice<TenantId>>,
    text: &str,
    rest: &mut RunFilter,
) -> Vec<Walk> {
    let search = Search::new(text);
    let mut walks = Vec::new();
    if let Some((first, last)) = search.ids() {
        rest.tenant = named;
        for column in ["r.id", "r.correlation_id"] {
            walks.push(Walk {
                range: Some((column, first, last)),
                ..Walk::of(Each::Once)
            });
        }
    }
    let Some(tenants) = tenants else {
        walks.push(Walk::of(Each::Target(search)));
        return walks;
    };
    if tenants.and_whole_workspace {
        walks.push(Walk {
            search: Some(search.clone()),
            ..Walk::with(Each::Once, WHOLE_WORKSPACE.to_owned())
        });
    }
    walks.push(Walk::of(Each::TargetOf(tenants.ids, search)));
    walks
}

/// By people, rare states, rare origins or types.
fn by_value(access: &Access, rest: &mut RunFilter) -> Option<Vec<Walk>> {
    let once = |condition: String| Walk::with(Each::Once, condition);
    if let Some(initiators) = rest.initiator.take_if(|initiators| is_people(initiators)) {
        let people = people(access.user, &initiators.values);
        return Some(vec![Walk::of(Each::Id("r.initiator_id", people))]);
    }
    if let Some(statuses) = rest.status.take_if(|statuses| is_rare_status(statuses)) {
        return Some(statuses.values.into_iter().map(|bucket| once(is_in(bucket))).collect());
    }
    if let Some(origins) = rest.origin.take_if(|origins| is_rare_origin(origins)) {
        let walks = origins
            .values
            .into_iter()
            .map(|origin| once(format!("r.origin = '{origin}'")));
        return Some(walks.collect());
    }
    let kinds = rest.kind.take_if(|kinds| !kinds.not)?;
    let words = kinds.values.iter().map(ToString::to_string).collect();
    Some(vec![Walk::of(Each::Word("r.type", words))])
}

/// Failures by their causes: `operation_runs_reason_idx` has nothing else, and the tenants to look at on the way.
fn by_cause(tab: Tab, rest: &mut RunFilter) -> Option<Vec<Walk>> {
    let are_codes =
        |causes: &mut Choice<Cause>| !causes.not && causes.values.iter().all(|cause| cause.code().is_some());
    if tab != Tab::Failed {
        return None;
    }
    let causes = rest.reason.take_if(are_codes)?;
    let codes = causes.values.iter().map(ToString::to_string).collect();
    let failures = "r.outcome in ('failed', 'blocked')".to_owned();
    Some(vec![Walk::with(Each::Word("r.reason_code", codes), failures)])
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

/// Nearly every run succeeds, so walking those in order finds them at once.
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
