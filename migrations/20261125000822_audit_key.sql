-- no-transaction
-- The key of a partitioned table has the column it is partitioned by.
create unique index concurrently if not exists audit_entries_at_key on audit_entries (at, id);
