//! What `q` looks for: an id, a correlation id or a target, whole or its beginning.

use domain::names::search_key;
use sqlx::{PgPool, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::Result;
use crate::access::Access;
use crate::names::after_all_with;

/// Beginnings of ids shorter than this are not looked for: they would be words.
const SHORTEST_ID: usize = 6;

/// A text to search for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Search {
    /// As typed, in small letters: ids are looked for by it.
    text: String,
    /// The key of targets that begin with it ([`search_key`]), and the first key after all of those.
    from: String,
    below: Option<String>,
}

impl Search {
    pub(crate) fn new(text: &str) -> Self {
        let from = search_key(text);
        Self {
            text: text.to_lowercase(),
            below: after_all_with(&from),
            from,
        }
    }

    /// The first and the last id that begin with the text, if it can be the beginning of an id.
    pub(crate) fn ids(&self) -> Option<(Uuid, Uuid)> {
        let hyphens_in_place = self
            .text
            .char_indices()
            .all(|(at, c)| (c == '-') == matches!(at, 8 | 13 | 18 | 23));
        let digits: String = self.text.chars().filter(|c| *c != '-').collect();
        let is_id = (SHORTEST_ID..=32).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_hexdigit());
        if !is_id || (self.text.contains('-') && !hyphens_in_place) {
            return None;
        }
        let first = Uuid::try_parse(&format!("{digits:0<32}")).ok()?;
        let last = Uuid::try_parse(&format!("{digits:f<32}")).ok()?;
        Some((first, last))
    }

    /// ` and …`: what the text finds, as a condition of a list that is walked by something else. The targets are looked up once.
    pub(crate) fn push_condition(&self, sql: &mut QueryBuilder<Postgres>, access: &Access) {
        sql.push(" and (r.target_key in (");
        push_targets(sql, access, self, None);
        sql.push(")");
        if let Some((first, last)) = self.ids() {
            for column in ["r.id", "r.correlation_id"] {
                sql.push(format_args!(" or {column} between ")).push_bind(first);
                sql.push(" and ").push_bind(last);
            }
        }
        sql.push(")");
    }

    /// ` and …`: targets that begin with the text. A range, because `like` and `starts_with` are not leakproof and would not
    /// reach an index under row-level security.
    fn push_range(&self, sql: &mut QueryBuilder<Postgres>) {
        sql.push(" and s.search_key >= ").push_bind(self.from.clone());
        if let Some(below) = &self.below {
            sql.push(" and s.search_key < ").push_bind(below.clone());
        }
    }
}

/// The different targets that the text finds, from the table that has each once: a workspace has few targets and many runs of each.
///
/// With `tenant`, an expression, those of a tenant: walking the workspace's would step over every run of the tenants that are not
/// wanted.
pub(crate) fn push_targets(
    sql: &mut QueryBuilder<Postgres>,
    access: &Access,
    search: &Search,
    tenant: Option<&'static str>,
) {
    sql.push("select distinct s.target_key from operation_run_targets s where s.workspace_id = ")
        .push_bind(access.workspace.id.0)
        .push(" and ((select scope_sees_every_tenant()) or scope_sees_tenant(s.tenant_id))");
    if let Some(tenant) = tenant {
        sql.push(format_args!(" and s.tenant_id = {tenant}"));
    }
    search.push_range(sql);
}

/// Sets the keys of targets right that were written without Rust; answers how many. For the owner: some thousand rows in all.
pub(crate) async fn correct_keys(pool: &PgPool) -> Result<u64> {
    let rows = sqlx::query!("select distinct target_key, search_key from operation_run_targets")
        .fetch_all(pool)
        .await?;
    let (mut targets, mut keys) = (Vec::new(), Vec::new());
    for row in rows {
        let key = search_key(&row.target_key);
        if key != row.search_key {
            targets.push(row.target_key);
            keys.push(key);
        }
    }
    if targets.is_empty() {
        return Ok(0);
    }
    let corrected = sqlx::query!(
        "update operation_run_targets s set search_key = right_one.key from unnest($1::text[], $2::text[]) as right_one (target, key)
        where s.target_key = right_one.target",
        &targets,
        &keys
    )
    .execute(pool)
    .await?;
    Ok(corrected.rows_affected())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn beginnings_of_ids_are_ranges_of_them() {
        let range = |text| Search::new(text).ids().map(|(a, b)| (a.to_string(), b.to_string()));
        let expected = (
            "0193a2ff-0000-0000-0000-000000000000".to_owned(),
            "0193a2ff-ffff-ffff-ffff-ffffffffffff".to_owned(),
        );
        assert_eq!(range("0193A2FF"), Some(expected.clone()));
        assert_eq!(range("0193a2ff-"), Some(expected));
        let whole = "0193a2ff-1234-7abc-8def-0123456789ab";
        assert_eq!(range(whole), Some((whole.to_owned(), whole.to_owned())));
        for no_id in [
            "",
            "abc",
            "contoso",
            "0193a2-ff",
            "0193a2ff-1234-7abc-8def-0123456789abc",
            "décade",
        ] {
            assert_eq!(range(no_id), None, "{no_id}");
        }
    }

    proptest! {
        #[test]
        fn the_range_holds_exactly_what_begins_with_the_text(prefix in "[a-c\u{7f}\u{d7ff}\u{e000}\u{10ffff}]{1,4}", text in "[a-c\u{7f}\u{d7ff}\u{e000}\u{10ffff}]{0,6}") {
            let below = after_all_with(&prefix);
            let within = text >= prefix && below.as_ref().is_none_or(|below| text < *below);
            prop_assert_eq!(within, text.starts_with(&prefix));
        }
    }
}
