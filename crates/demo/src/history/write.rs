//! Writing a made-up run with its events and items.

use chrono::{DateTime, TimeDelta, Utc};
use domain::failure::Failure;
use domain::identity::{Owner, RunIdentity};
use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::reason::ReasonCode;
use domain::resolution::ResolutionKey;
use domain::status::{ItemOutcome, Origin, Outcome};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Drawn, Person, Place};
use crate::{Result, ids};

const NAMES: &[&str] = &[
    "Windows - Baseline - BitLocker",
    "Windows - Baseline - Defender Antivirus",
    "Windows - Updates - Pilot ring",
    "iOS - Compliance - Passcode",
    "Android - Work profile - Restrictions",
    "macOS - FileVault",
    "Edge - Managed browsing",
    "OneDrive - Known folders",
    "Kiosk - Reception",
    "VPN - Always on",
    "Windows - Firewall",
    "Office - Macro settings",
];

#[expect(clippy::too_many_arguments, reason = "one row of one table")]
pub(super) async fn write(
    tx: &mut PgConnection,
    random: &mut StdRng,
    place: &Place,
    person: Option<&Person>,
    kind: OperationType,
    at: DateTime<Utc>,
    worked: TimeDelta,
    drawn: &Drawn,
) -> Result<()> {
    let run: Uuid = ids::new(at);
    let queued = TimeDelta::milliseconds(random.random_range(4..900));
    let started = (drawn.outcome != Outcome::Blocked).then_some(at + queued);
    let completed = started.map_or(at + TimeDelta::hours(24), |started| started + worked);
    let inputs = if kind == OperationType::InventorySync {
        json!({ "types": PolicyType::ALL })
    } else {
        json!({})
    };
    let owner = place.tenant.map_or(Owner::Workspace(place.workspace.into()), |tenant| {
        Owner::Tenant(tenant.into())
    });
    let failures: Vec<Failure> = drawn
        .reason
        .map(|reason| Failure {
            count: drawn.counts.failures().max(1),
            ..Failure::new(reason, reason.technician())
        })
        .into_iter()
        .collect();
    let origin = if person.is_some() {
        Origin::Manual
    } else {
        Origin::Schedule
    };
    sqlx::query!(
        "insert into operation_runs (id, workspace_id, tenant_id, type, status, outcome, origin, identity, identity_exclusive, inputs,
            target, target_scope, counts, failures, reason_code, priority, admitted_at, attempt, epoch, initiator_id, initiator_name,
            correlation_id, demo, created_at, started_at, completed_at, resolution_key)
        values ($1, $2, $3, $4, 'completed', $5, $6, $7, false, $8, $9, $10, $11, $12, $13, 2, $14, $15, 1, $16, $17, $18, true, $19, $14, $20, $21)",
        run,
        place.workspace,
        place.tenant,
        kind.as_str(),
        drawn.outcome.as_str(),
        origin.as_str(),
        &RunIdentity::new(owner, kind, &inputs).0[..],
        inputs,
        place.target,
        place.scope,
        serde_json::to_value(drawn.counts)?,
        serde_json::to_value(&failures)?,
        drawn.reason.map(ReasonCode::as_str),
        started,
        i32::from(started.is_some()),
        person.map(|person| person.id),
        person.map_or("Schedule", |person| person.name.as_str()),
        ids::new::<Uuid>(at),
        at,
        completed,
        &ResolutionKey::new(owner, kind.as_str(), &inputs, None, run.into()).0[..]
    )
    .execute(&mut *tx)
    .await?;
    events(
        tx,
        run,
        place,
        person,
        drawn.outcome,
        [Some(at), started, Some(completed)],
    )
    .await?;
    items(tx, run, place, &drawn.items).await
}

async fn events(
    tx: &mut PgConnection,
    run: Uuid,
    place: &Place,
    person: Option<&Person>,
    outcome: Outcome,
    times: [Option<DateTime<Utc>>; 3],
) -> Result<()> {
    let told = [
        ("queued", if person.is_some() { "" } else { "by Schedule" }),
        ("started", "attempt 1"),
        ("completed", outcome.as_str()),
    ];
    let (mut at, mut kinds, mut details, mut numbers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (n, ((kind, detail), time)) in (1_i32..).zip(told.into_iter().zip(times)) {
        if let Some(time) = time {
            numbers.push(n);
            at.push(time);
            kinds.push(kind.to_owned());
            details.push(detail.to_owned());
        }
    }
    sqlx::query!(
        "insert into operation_run_events (run_id, seq, workspace_id, tenant_id, at, kind, detail, actor_id)
        select $1, e.seq, $2, $3, e.at, e.kind, e.detail, case when e.kind = 'queued' then $8::uuid end
        from unnest($4::integer[], $5::timestamptz[], $6::text[], $7::text[]) as e (seq, at, kind, detail)",
        run,
        place.workspace,
        place.tenant,
        &numbers,
        &at,
        &kinds,
        &details,
        person.map(|person| person.id)
    )
    .execute(tx)
    .await?;
    Ok(())
}

async fn items(
    tx: &mut PgConnection,
    run: Uuid,
    place: &Place,
    items: &[(usize, ItemOutcome, Option<ReasonCode>)],
) -> Result<()> {
    let ids: Vec<String> = items
        .iter()
        .map(|(n, ..)| format!("{:08x}-0000-4000-8000-{n:012x}", n * 2_654_435))
        .collect();
    let names: Vec<String> = items
        .iter()
        .map(|(n, ..)| {
            let name = NAMES[n % NAMES.len()];
            if *n < NAMES.len() {
                name.to_owned()
            } else {
                format!("{name} ({})", n / NAMES.len() + 1)
            }
        })
        .collect();
    let outcomes: Vec<String> = items
        .iter()
        .map(|(_, outcome, _)| outcome.as_str().to_owned())
        .collect();
    let reasons: Vec<Option<&str>> = items
        .iter()
        .map(|(.., reason)| reason.map(ReasonCode::as_str))
        .collect();
    let messages: Vec<Option<&str>> = items
        .iter()
        .map(|(.., reason)| reason.map(ReasonCode::technician))
        .collect();
    sqlx::query!(
        "insert into operation_run_items (run_id, kind, external_id, workspace_id, tenant_id, name, outcome, reason_code, message)
        select $1, 'policy', i.external_id, $2, $3, i.name, i.outcome, i.reason_code, i.message
        from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) as i (external_id, name, outcome, reason_code, message)",
        run,
        place.workspace,
        place.tenant,
        &ids,
        &names,
        &outcomes,
        &reasons as &[Option<&str>],
        &messages as &[Option<&str>]
    )
    .execute(tx)
    .await?;
    Ok(())
}
