//! Runs per day.
//!
//! Counted in one pass over `operation_runs_created_idx`, which includes tenant, type and outcome: the window's part of the
//! index is read, the table is not. That grows with the runs of the window, not with those of the ledger.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::filter::Tab;
use domain::overview::{CHARTED, DayCounts, chart_filter};
use sqlx::{Postgres, QueryBuilder};

use crate::Result;
use crate::access::Access;
use crate::runs::predicate::push_where;
use crate::scope::ScopedTx;

/// The days of the chart, oldest first, those without runs too.
pub(super) async fn count(tx: &mut ScopedTx, access: &Access, now: DateTime<Utc>) -> Result<Vec<DayCounts>> {
    let filter = chart_filter();
    let mut sql = QueryBuilder::<Postgres>::new(
        "select (r.created_at at time zone 'UTC')::date, r.outcome, count(*) from operation_runs r",
    );
    push_where(&mut sql, access, &filter, Tab::All, now);
    sql.push(" group by 1, 2");
    let found: Vec<(NaiveDate, String, i64)> = sql.build_query_as().fetch_all(&mut **tx).await?;

    let from = filter.window(now).map_or(now, |(from, _)| from).date_naive();
    let count_of = |day: NaiveDate, outcome: &str| {
        let counted = found.iter().find(|(at, how, _)| *at == day && how == outcome);
        counted.map_or(0, |(.., count)| u32::try_from(*count).unwrap_or(u32::MAX))
    };
    let mut days = Vec::new();
    let mut day = from;
    while day <= now.date_naive() {
        days.push(DayCounts {
            day,
            counts: CHARTED.map(|bucket| count_of(day, bucket.stored().1.as_str())),
        });
        let Some(next) = day.checked_add_days(Days::new(1)) else {
            break;
        };
        day = next;
    }
    Ok(days)
}
