-- What the overview reads by.

-- The last good run of a tenant and an operation: one look for each cell of the freshness board, at the first entry.
create index operation_runs_good_idx on operation_runs (tenant_id, type, created_at desc) include (workspace_id, id, completed_at)
    where outcome = 'succeeded';
-- Failures by cause, and the list of one cause: both stay in the index.
create index operation_runs_reason_idx on operation_runs (workspace_id, reason_code, completed_at desc, id desc)
    include (tenant_id, type, outcome) where outcome in ('failed', 'blocked');
