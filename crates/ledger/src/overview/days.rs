//! Runs per day, summed from the tallies.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::overview::{CHARTED, DayCounts};
use sqlx::QueryBuilder;

use super::tallies;
use crate::Result;
use crate::access::Access;
use crate::scope::ScopedTx;

/// The days of the chart, oldest first, those without runs too.
pub(super) async fn count(tx: &mut ScopedTx, access: &Access, now: DateTime<Utc>) -> Result<Vec<DayCounts>> {
    let mut sql = QueryBuilder::new("");
    let from = tallies::push_days(&mut sql, access, now);
    let found: Vec<(NaiveDate, String, i64)> = sql.build_query_as().fetch_all(&mut **tx).await?;

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
