-- The second tenant is one of the same workspace. Its own migration: the lock that a foreign key needs on `tenants` is not held
-- together with the one on all runs.

-- Who cannot have the lock at once gives way: whoever waits for it keeps all others waiting behind. `migrate` tries again.
set local lock_timeout = '1s';
alter table operation_runs
    add constraint operation_runs_source_tenant_fkey foreign key (workspace_id, source_tenant_id)
        references tenants (workspace_id, id) not valid;
