//! A database in which predicates restrict nothing, and statements run in it with whatever values.

use futures::TryStreamExt;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Connection, Either, Executor, Row, ValueRef};
use uuid::Uuid;

use crate::support::World;

/// Types whose `=` and `<>` say yes. Not `<`: comparing rows of columns needs the true one, and values do instead.
const TYPES: [&str; 8] = [
    "uuid",
    "text",
    "smallint",
    "integer",
    "bigint",
    "bytea",
    "timestamptz",
    "boolean",
];

/// Makes comparisons say yes, and fills every table with rows of a workspace and tenant. Answers the workspace.
pub(super) async fn prepare(world: &World, tables: &[String]) -> Uuid {
    let mut owner = PgConnection::connect(&world.database.owner_url()).await.unwrap();
    run(&mut owner, "create schema loose; grant usage on schema loose to public; create function loose.scope_sees_tenant(uuid) returns boolean language sql immutable return true").await;
    // The body of the true one is read when it is called, and would compare loosely.
    run(
        &mut owner,
        "alter function public.scope_sees_tenant(uuid) set search_path = pg_catalog",
    )
    .await;
    for of in TYPES {
        run(
            &mut owner,
            &format!("create function loose.yes({of}, {of}) returns boolean language sql immutable return true"),
        )
        .await;
        for sign in ["=", "<>"] {
            run(
                &mut owner,
                &format!("create operator loose.{sign} (function = loose.yes, leftarg = {of}, rightarg = {of})"),
            )
            .await;
        }
    }
    // Joined to nearly every row, and to all of them here: one is enough, and a dozen make each answer a dozen times as long.
    run(
        &mut owner,
        "delete from actors where id <> (select min(id::text)::uuid from actors)",
    )
    .await;
    let (workspace, tenant): (Uuid, Uuid) =
        sqlx::query_as("select workspace_id, id from tenants where name = 'Contoso'")
            .fetch_one(&mut owner)
            .await
            .unwrap();
    for table in tables {
        let constraints: Vec<String> = sqlx::query_scalar(
            "select conname::text from pg_constraint where conrelid = $1::regclass and contype in ('c', 'f')",
        )
        .bind(table)
        .fetch_all(&mut owner)
        .await
        .unwrap();
        for constraint in constraints {
            run(&mut owner, &format!("alter table {table} drop constraint {constraint}")).await;
        }
        // Rows as they are said, also those that a trigger would complete.
        run(&mut owner, &format!("alter table {table} disable trigger user")).await;
        fill(&mut owner, table, workspace, tenant).await;
        run(&mut owner, &format!("alter table {table} enable trigger user")).await;
    }
    workspace
}

/// Which of the columns that may be null a row has.
#[derive(Clone, Copy)]
enum Has<'a> {
    All,
    None,
    AllBut(&'a str),
}

impl Has<'_> {
    fn column(self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::AllBut(one) => one != name,
        }
    }
}

/// A row with everything, one with no more than it must have, and those that lack one column: whatever a statement says of
/// nulls, some row will do.
async fn fill(owner: &mut PgConnection, table: &str, workspace: Uuid, tenant: Uuid) {
    let columns: Vec<(String, String, bool)> = sqlx::query_as(
        "select attname::text, format_type(atttypid, atttypmod), attnotnull from pg_attribute
        where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
    )
    .bind(table)
    .fetch_all(&mut *owner)
    .await
    .unwrap();
    let mut rows = vec![Has::All, Has::None];
    for (name, _, needed) in &columns {
        if !needed {
            rows.push(Has::AllBut(name));
        }
    }
    for row in rows {
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for (name, of, needed) in &columns {
            let value = match (name.as_str(), of.as_str()) {
                ("workspace_id", _) => format!("'{workspace}'"),
                ("tenant_id", _) => format!("'{tenant}'"),
                _ if !needed && !row.column(name) => continue,
                (_, "uuid") => "gen_random_uuid()".to_owned(),
                (_, "text") => "gen_random_uuid()::text".to_owned(),
                (_, "uuid[]" | "text[]") => "'{}'".to_owned(),
                (_, "jsonb") => "'{\"a\": 1}'".to_owned(),
                (_, "bytea") => "decode(md5(random()::text), 'hex')".to_owned(),
                (_, "boolean") => (name == "enabled").to_string(),
                (_, "timestamp with time zone" | "timestamp without time zone" | "date") => "now()".to_owned(),
                (_, "integer" | "smallint" | "bigint") => "1".to_owned(),
                (_, other) => panic!("{table}.{name}: teach this test a value of type {other}"),
            };
            names.push(name.as_str());
            values.push(value);
        }
        let row = format!(
            "insert into {table} ({}) values ({}) on conflict do nothing",
            names.join(", "),
            values.join(", ")
        );
        run(owner, &row).await;
    }
}

async fn run(connection: &mut PgConnection, sql: &str) {
    connection
        .execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned())))
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The settings of a scope, the workspace as SQL.
pub(super) fn scope(workspace: &str, tenants: &str) -> String {
    format!(
        "select set_config('app.workspace_id', {workspace}, true), set_config('app.tenants', '{tenants}', true),
            set_config('app.user_id', gen_random_uuid()::text, true), set_config('app.scope', '', true)"
    )
}

/// A value by its place among all others of its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Last,
    /// Compared with `=`, which says yes to anything, or not compared.
    Any,
}

/// What values a statement is run with: each parameter on the side of its comparison on which all rows are.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    places: Vec<Place>,
    /// For every id that is not compared by order.
    id: Uuid,
}

impl Binding {
    fn of(sql: &str, id: Uuid) -> Self {
        let mut places: Vec<Place> = Vec::new();
        let mut after_between = false;
        // Parameters are numbered as they appear, but for those that appear twice.
        while let Some(at) = position(sql, places.len() + 1) {
            let before = sql[..at].trim_end_matches("lower(").trim_end();
            let row = before.strip_suffix('(').map_or(before, str::trim_end);
            let previous = position(sql, places.len()).map_or("", |previous| sql.get(previous..at).unwrap_or(""));
            let previous = previous.trim_start_matches(|c: char| c == '$' || c.is_ascii_digit());
            let place = if row.ends_with('<') || row.ends_with("<=") {
                Place::Last
            } else if row.ends_with('>') || row.ends_with(">=") || before.ends_with("between") {
                Place::First
            } else if after_between && previous == " and " {
                Place::Last
            } else if previous == ", " {
                // The rest of a row of columns.
                places.last().copied().unwrap_or(Place::Any)
            } else {
                Place::Any
            };
            after_between = before.ends_with("between");
            places.push(place);
        }
        Self { places, id }
    }

    fn values(&self, types: &[String]) -> Vec<String> {
        let value = |(of, place): (&String, Place)| match (of.as_str(), place) {
            ("uuid", Place::First) => format!("'{}'", Uuid::nil()),
            ("uuid", Place::Last) => format!("'{}'", Uuid::max()),
            ("uuid", Place::Any) => format!("'{}'", self.id),
            ("uuid[]", _) => format!("'{{{}}}'", self.id),
            ("timestamp with time zone" | "timestamp without time zone" | "date", Place::Last) => {
                "'infinity'".to_owned()
            }
            ("timestamp with time zone" | "timestamp without time zone" | "date", _) => "'-infinity'".to_owned(),
            ("timestamp with time zone[]" | "timestamp without time zone[]", _) => "'{2030-01-01}'".to_owned(),
            // Long enough for every limit and bound.
            ("integer" | "bigint", _) => "500".to_owned(),
            ("smallint", _) => "1".to_owned(),
            ("integer[]", _) => "'{1}'".to_owned(),
            ("boolean", _) => "true".to_owned(),
            ("boolean[]", _) => "'{true}'".to_owned(),
            ("jsonb", _) => "'{}'".to_owned(),
            ("jsonb[]", _) => "array['{}'::jsonb]".to_owned(),
            ("bytea", _) => "'\\x00'".to_owned(),
            ("bytea[]", _) => "array['\\x00'::bytea]".to_owned(),
            ("text", Place::Last) => "chr(1114111)".to_owned(),
            ("text", _) => "''".to_owned(),
            ("text[]", _) => "array['']".to_owned(),
            (other, _) => panic!("teach this test a value of type {other}"),
        };
        let places = self.places.iter().copied().chain(std::iter::repeat(Place::Any));
        types.iter().zip(places).map(value).collect()
    }
}

/// Where a parameter appears first.
fn position(sql: &str, parameter: usize) -> Option<usize> {
    let name = format!("${parameter}");
    sql.match_indices(&name)
        .map(|(at, _)| at)
        .find(|at| !sql[at + name.len()..].starts_with(|c: char| c.is_ascii_digit()))
}

/// What a statement found or changed.
#[derive(Debug)]
#[expect(dead_code, reason = "a test that fails shows what is in there")]
pub(super) enum Found {
    /// Values that tell something, and how many rows were changed or found.
    Something(Vec<String>, u64),
    /// Nothing, or only zeros and nulls.
    Nothing,
    /// Row-level security or a missing grant refused it.
    NotAllowed,
    /// Something else refused it, which takes having got as far as the row.
    Broken(String),
}

impl Found {
    pub(super) const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing | Self::NotAllowed)
    }
}

/// A session that runs statements and takes everything back.
pub(super) struct Prober {
    connection: PgConnection,
    workspace: Uuid,
}

impl Prober {
    pub(super) async fn connect(url: &str, workspace: Uuid) -> Self {
        let mut connection = PgConnection::connect(url).await.unwrap();
        run(&mut connection, "set search_path = loose, public, pg_catalog").await;
        Self { connection, workspace }
    }

    /// The statement with the types that sqlx sends beside its text, where PostgreSQL cannot tell them from the text.
    pub(super) async fn typed(&mut self, sql: &str) -> String {
        let mut last = None;
        for of in ["", "::uuid[]", "::text[]"] {
            let typed = with_type(sql, of);
            let prepared = self
                .connection
                .execute(sqlx::raw_sql(AssertSqlSafe(format!("prepare typed as {typed}"))))
                .await;
            match prepared {
                Ok(_) => {
                    run(&mut self.connection, "deallocate typed").await;
                    return typed;
                }
                Err(error) => last = Some(error),
            }
        }
        panic!("{last:?}\n{sql}");
    }

    /// The values with which the statement finds or changes something; for the owner.
    pub(super) async fn what_finds_something(&mut self, sql: &str) -> Result<Binding, Found> {
        let binding = Binding::of(sql, self.workspace);
        match self.run("select", sql, &binding).await {
            nothing if nothing.is_nothing() => Err(nothing),
            _ => Ok(binding),
        }
    }

    /// Runs a statement in a scope's transaction, which is rolled back.
    pub(super) async fn run(&mut self, scope: &str, sql: &str, binding: &Binding) -> Found {
        run(&mut self.connection, &format!("begin; {scope}")).await;
        let found = self.execute(sql, binding).await;
        run(&mut self.connection, "rollback; deallocate all").await;
        found.unwrap_or_else(|error| refusal(sql, &error))
    }

    async fn execute(&mut self, sql: &str, binding: &Binding) -> sqlx::Result<Found> {
        let connection = &mut self.connection;
        connection
            .execute(sqlx::raw_sql(AssertSqlSafe(format!("prepare probed as {sql}"))))
            .await?;
        let types: Vec<String> = sqlx::query_scalar(
            "select unnest(parameter_types)::text from pg_catalog.pg_prepared_statements where name like 'probed'",
        )
        .persistent(false)
        .fetch_all(&mut *connection)
        .await?;
        let values = binding.values(&types);
        let execute = if values.is_empty() {
            "execute probed".to_owned()
        } else {
            format!("execute probed({})", values.join(", "))
        };
        let (mut telling, mut n) = (Vec::new(), 0);
        let mut answers = connection.fetch_many(sqlx::raw_sql(AssertSqlSafe(execute)));
        while let Some(answer) = answers.try_next().await? {
            match answer {
                Either::Left(done) => n += done.rows_affected(),
                Either::Right(row) => telling.extend(telling_values(&row)),
            }
        }
        let changes = !sql.trim_start().starts_with("select");
        Ok(if telling.is_empty() && (n == 0 || !changes) {
            Found::Nothing
        } else {
            Found::Something(telling, n)
        })
    }
}

/// `unnest($1)` as `unnest($1::uuid[])`.
fn with_type(sql: &str, of: &str) -> String {
    let mut parts = sql.split("unnest($");
    let mut typed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap();
        let of = if part[digits..].starts_with(')') { of } else { "" };
        for text in ["unnest($", &part[..digits], of, &part[digits..]] {
            typed.push_str(text);
        }
    }
    typed
}

fn refusal(sql: &str, error: &sqlx::Error) -> Found {
    match error {
        sqlx::Error::Database(refusal) => match refusal.code().as_deref() {
            Some("42501") => Found::NotAllowed,
            Some(code) if code.starts_with("42") || code.starts_with("08") => {
                panic!("cannot be probed: {refusal}\n{sql}")
            }
            _ => Found::Broken(refusal.to_string()),
        },
        other => panic!("{other}\n{sql}"),
    }
}

/// Zeros and nulls are what counting nothing answers.
fn telling_values(row: &PgRow) -> Vec<String> {
    let values = (0..row.len()).filter_map(|at| {
        let value = row.try_get_raw(at).unwrap();
        (!value.is_null()).then(|| value.as_str().unwrap().to_owned())
    });
    values
        .filter(|value| value != "f" && !value.chars().all(|c| "{0,}".contains(c)))
        .collect()
}
