//! 90 days of plausible history, marked as demo: every type of the catalogue, good days and bad ones, a tenant that lost a
//! permission for a week, throttled Mondays. The same for everybody, because it comes from a fixed seed.

mod write;

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc, Weekday};
use domain::counts::Counts;
use domain::operation::OperationType;
use domain::reason::ReasonCode;
use domain::status::{ItemOutcome, Outcome};
use ledger::schedules::cron::CronSchedule;
use ledger::schedules::{self, NewSchedule};
use ledger::{Error, Result};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use self::write::write;
use super::{TENANTS, WORKSPACES};

/// How far back it goes.
const DAYS: i64 = 90;

/// Type, runs of a tenant on a working day, whether a schedule starts them, items, seconds of work.
const RHYTHM: &[(OperationType, f64, bool, u32, i64)] = &[
    (OperationType::InventorySync, 3.0, false, 40, 25),
    (OperationType::PolicySync, 1.2, false, 30, 18),
    (OperationType::PolicyCaptureSnapshot, 1.5, false, 1, 3),
    (OperationType::DirectoryGroupsSync, 1.0, true, 0, 12),
    (OperationType::DirectoryRoleDefinitionsSync, 0.2, false, 20, 4),
    (OperationType::DriftGenerate, 1.0, false, 12, 9),
    (OperationType::BackupSetAddPolicies, 0.4, false, 8, 14),
    (OperationType::BackupSetImport, 0.1, false, 20, 20),
    (OperationType::BackupSetExport, 0.2, false, 25, 11),
    (OperationType::BackupScheduleRunNow, 0.3, false, 35, 40),
    (OperationType::BackupScheduleRetry, 0.1, false, 35, 40),
    (OperationType::BackupScheduleScheduled, 1.0, true, 35, 45),
    (OperationType::BackupScheduleRetention, 1.0, true, 2, 2),
    (OperationType::RestorePreview, 0.3, false, 6, 7),
    (OperationType::RestoreExecute, 0.1, false, 6, 15),
    (OperationType::ProviderCheck, 0.5, false, 5, 2),
    (OperationType::PolicyDefinitionsSync, 0.2, false, 15, 10),
    (OperationType::BackupSetVerify, 0.3, false, 25, 8),
];

/// The same for a workspace as a whole.
const HOUSEKEEPING: &[(OperationType, f64, bool, u32, i64)] = &[(OperationType::RetentionPrune, 1.0, true, 0, 1)];

struct Place {
    workspace: Uuid,
    tenant: Option<Uuid>,
    target: String,
    scope: String,
}

struct Person {
    id: Uuid,
    name: String,
}

struct Drawn {
    outcome: Outcome,
    reason: Option<ReasonCode>,
    counts: Counts,
    items: Vec<(usize, ItemOutcome, Option<ReasonCode>)>,
}

/// Lays the history down.
pub(super) async fn seed(owner: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    let mut tx = owner.begin().await?;
    // The same for everybody: a screenshot of the demo is a screenshot of every demo.
    let mut random = StdRng::seed_from_u64(20_261_121);
    nightly(&mut tx, now).await?;
    // The weeks that the history is of; those ahead are there.
    sqlx::query_scalar!(
        r#"select ensure_item_partitions($1, $2) as "made!""#,
        now - TimeDelta::days(DAYS + 1),
        now
    )
    .fetch_one(&mut *tx)
    .await?;
    for tenant in TENANTS {
        let place = sqlx::query!(
            "select t.id, t.workspace_id from tenants t join workspaces w on w.id = t.workspace_id where w.slug = $1 and t.name = $2",
            tenant.workspace,
            tenant.name
        )
        .fetch_one(&mut *tx)
        .await?;
        let place = Place {
            workspace: place.workspace_id,
            tenant: Some(place.id),
            target: tenant.name.to_owned(),
            scope: format!("entra:{}", tenant.entra),
        };
        let people = people(&mut tx, place.workspace).await?;
        for back in (1..=DAYS).rev() {
            let day_of = now - TimeDelta::days(back);
            day(&mut tx, &mut random, &place, &people, RHYTHM, day_of).await?;
        }
    }
    // After the tenants', so that theirs are the same as before there was any.
    for (slug, name) in WORKSPACES {
        let workspace = sqlx::query_scalar!("select id from workspaces where slug = $1", slug)
            .fetch_one(&mut *tx)
            .await?;
        let place = Place {
            workspace,
            tenant: None,
            target: (*name).to_owned(),
            scope: format!("workspace:{workspace}"),
        };
        for back in (1..=DAYS).rev() {
            let day_of = now - TimeDelta::days(back);
            day(&mut tx, &mut random, &place, &[], HOUSEKEEPING, day_of).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Who starts things: everybody of the workspace who may.
async fn people(tx: &mut PgConnection, workspace: Uuid) -> Result<Vec<Person>> {
    let rows = sqlx::query!(
        "select u.id, u.name from members m join users u on u.id = m.user_id
        where m.workspace_id = $1 and m.role <> 'readonly' and m.all_tenants order by u.email",
        workspace
    )
    .fetch_all(tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Person {
            id: row.id,
            name: row.name,
        })
        .collect())
}

async fn day(
    tx: &mut PgConnection,
    random: &mut StdRng,
    place: &Place,
    people: &[Person],
    rhythm: &[(OperationType, f64, bool, u32, i64)],
    day: DateTime<Utc>,
) -> Result<()> {
    let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    for (kind, per_day, scheduled, items, seconds) in rhythm {
        let expected = if *scheduled || !weekend {
            *per_day
        } else {
            per_day * 0.15
        };
        let mut n = expected.trunc();
        if random.random_bool(expected.fract()) {
            n += 1.0;
        }
        while n >= 1.0 {
            n -= 1.0;
            let hour = if *scheduled { 2 } else { random.random_range(7..18) };
            let at = day
                .with_hour(hour)
                .and_then(|at| at.with_minute(random.random_range(0..60)))
                .unwrap_or(day)
                + TimeDelta::microseconds(random.random_range(0..60_000_000));
            let drawn = draw(random, place, *kind, *items, at);
            let person = if *scheduled { None } else { people.choose(random) };
            let worked = TimeDelta::milliseconds(seconds * random.random_range(500..2200));
            write(tx, random, place, person, *kind, at, worked, &drawn).await?;
        }
    }
    Ok(())
}

/// How a run of a day came out.
fn draw(random: &mut StdRng, place: &Place, kind: OperationType, items: u32, at: DateTime<Utc>) -> Drawn {
    let days_old = at.ordinal() % 90;
    // One tenant lost a permission for a week; Mondays are throttled. What has no tenant asks Microsoft nothing.
    let (bad, reason) = if place.tenant.is_none() {
        (0.0, ReasonCode::InternalError)
    } else if place.target == "Fabrikam" && (40..47).contains(&days_old) {
        (0.6, ReasonCode::PermissionMissing)
    } else if at.weekday() == Weekday::Mon {
        (0.12, ReasonCode::GraphThrottled)
    } else {
        let reasons = [
            ReasonCode::GraphThrottled,
            ReasonCode::GraphUnavailable,
            ReasonCode::GraphUnreachable,
            ReasonCode::ObjectNotFound,
        ];
        (0.05, *reasons.choose(random).unwrap_or(&ReasonCode::GraphUnavailable))
    };
    let total = if items < 2 {
        items
    } else {
        random.random_range(items / 2..items * 2)
    };
    let all = |outcome, reason| (0..total as usize).map(|at| (at, outcome, reason)).collect::<Vec<_>>();
    let (outcome, reason, items) = if !random.random_bool(bad) {
        (Outcome::Succeeded, None, all(ItemOutcome::Succeeded, None))
    } else if total > 2 && random.random_bool(0.6) {
        let failed = random.random_range(1..total.min(5)) as usize;
        let mut items = all(ItemOutcome::Succeeded, None);
        for item in items.iter_mut().take(failed) {
            *item = (item.0, ItemOutcome::Failed, Some(reason));
        }
        (Outcome::PartiallySucceeded, Some(reason), items)
    } else if kind == OperationType::RestoreExecute {
        (Outcome::Blocked, Some(ReasonCode::RestoreNotConfirmed), Vec::new())
    } else {
        (Outcome::Failed, Some(reason), Vec::new())
    };
    let mut counts = Counts::of(items.iter().map(|(_, outcome, _)| *outcome));
    counts.total = Some(counts.processed);
    Drawn {
        outcome,
        reason,
        counts,
        items,
    }
}

/// Groups every night for each tenant, retention every night for each workspace.
async fn nightly(tx: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    for tenant in TENANTS {
        let row = sqlx::query!(
            "select t.id, t.workspace_id, t.time_zone from tenants t join workspaces w on w.id = t.workspace_id where w.slug = $1 and t.name = $2",
            tenant.workspace,
            tenant.name
        )
        .fetch_one(&mut *tx)
        .await?;
        let rhythm =
            CronSchedule::parse_new("15 2 * * *", &row.time_zone).map_err(|error| Error::Stored(error.to_string()))?;
        let groups = NewSchedule {
            workspace: row.workspace_id.into(),
            tenant: Some(row.id.into()),
            kind: OperationType::DirectoryGroupsSync,
            name: "Groups, every night",
            rhythm: &rhythm,
            inputs: json!({}),
        };
        schedules::add(tx, &groups, now).await?;
    }
    for (slug, _) in WORKSPACES {
        let workspace = sqlx::query_scalar!("select id from workspaces where slug = $1", slug)
            .fetch_one(&mut *tx)
            .await?;
        schedules::add_retention(tx, workspace.into(), now).await?;
    }
    Ok(())
}
