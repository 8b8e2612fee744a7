//! Writing a made-up run with its events and items.

use chrono::{DateTime, TimeDelta, Utc};
use domain::failure::Failure;
use domain::identity::{Owner, RunIdentity};
use domain::operation::OperationType;
use domain::policy::PolicyType;
use domain::reason::ReasonCode;
use domain::resolution::ResolutionKey;
use domain::status::{ItemOutcome, Origin, Outcome};
use ledger::{Result, ids};
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Drawn, Person, Place};
use crate::RunBuilder;

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
    let mut made = RunBuilder::new(place.workspace, place.tenant, &place.target, &place.scope, at)
        .set("id", run.to_string())
        .operation(kind.as_str())
        .ended(drawn.outcome.as_str(), started, completed)
        .set("origin", origin.as_str())
        .identity(&RunIdentity::new(owner, kind, &inputs).0)
        .resolution_key(&ResolutionKey::new(owner, kind.as_str(), &inputs, None, run.into()).0)
        .set("inputs", inputs)
        .set("counts", serde_json::to_value(drawn.counts)?)
        .set("failures", serde_json::to_value(&failures)?)
        .set("reason_code", drawn.reason.map(ReasonCode::as_str))
        .set("priority", 2)
        .set("epoch", 1)
        .set("correlation_id", ids::new::<Uuid>(at).to_string())
        .set("demo", true);
    made = match person {
        Some(person) => made.by(person.id, &person.name),
        None => made.set("initiator_name", "Schedule"),
    };
    made.insert(tx).await?;
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
