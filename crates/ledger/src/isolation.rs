//! The reviewed list of tables without row-level security (R10). A test walks all tables and fails on one that has neither a
//! forced policy nor an entry here.

/// A table that is read before a scope exists, or that belongs to no tenant, and why that is safe.
pub const EXEMPT: &[(&str, &str)] = &[
    (
        "public.users",
        "read at sign-in by address and joined to a session by its key; names no tenant",
    ),
    (
        "public.actors",
        "names of people by the ids that rows in a scope hold; names no tenant",
    ),
    (
        "public.backfills",
        "how far the owner's batches are; nobody else is granted anything on it",
    ),
    (
        "public.sessions",
        "read by the hash of a secret, before anybody is known",
    ),
    (
        "public.sign_in_failures",
        "read by the hash of an account or address, before anybody is known",
    ),
    (
        "public.form_drafts",
        "every statement carries the author's id; read during sign-in",
    ),
    (
        "public.target_scopes",
        "ids of Entra tenants and limits, locked by admission across workspaces",
    ),
    (
        "public.operation_run_items_rest",
        "a partition: nobody is granted anything on it, access is through the parent",
    ),
    ("public._sqlx_migrations", "versions of the schema"),
    (
        "river.*",
        "the engine's own: one job kind that carries a run id and an epoch and names no tenant",
    ),
];

/// Partitions are reached through their parent, whose policy applies; nobody is granted anything on them.
pub const EXEMPT_PARTITIONS_OF: &[&str] = &["public.operation_run_items", "public.audit_entries_"];
