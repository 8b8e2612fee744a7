-- What the hub's filters walk by. Each list is one ordered walk, or a few that are merged (`ledger::runs::walk`): for every
-- filter that can be rare there is an index that has its matches together and in the list's order, so that a page reads its
-- fifty rows and not the window. The included columns are those that the other filters, the policy and the counts look at: the
-- walk then stays in the index.
--
-- Under row-level security only leakproof operators reach an index: equality and order of uuid, text and timestamptz are
-- (`pg_proc.proleakproof`), `lower()`, `like` and `starts_with()` are not. Hence a stored search key, searched by range.

alter table operation_runs
    -- What `q` searches by prefix: `target`, in small letters whatever the database's locale, in the order of its bytes.
    add column target_key text collate "C" generated always as (lower(target collate "und-x-icu")) stored;

drop index operation_runs_created_idx, operation_runs_tenant_created_idx, operation_runs_trouble_idx, operation_runs_active_idx;
create index operation_runs_created_idx on operation_runs (workspace_id, created_at desc, id desc)
    include (tenant_id, type, outcome, origin, initiator_id);
create index operation_runs_tenant_created_idx on operation_runs (tenant_id, created_at desc, id desc)
    include (workspace_id, type, outcome, origin, initiator_id);
create index operation_runs_type_created_idx on operation_runs (workspace_id, type, created_at desc, id desc)
    include (tenant_id, outcome, origin);
-- Runs of a workspace as a whole: few, and seen by everybody in it, whatever tenants they are entitled to.
create index operation_runs_whole_created_idx on operation_runs (workspace_id, created_at desc, id desc)
    include (type, outcome, origin) where tenant_id is null;
create index operation_runs_initiator_created_idx on operation_runs (workspace_id, initiator_id, created_at desc, id desc)
    include (tenant_id, type, outcome) where initiator_id is not null;
create index operation_runs_rare_origin_idx on operation_runs (workspace_id, origin, created_at desc, id desc)
    include (tenant_id, type, outcome) where origin in ('system', 'api', 'import');
create index operation_runs_target_idx on operation_runs (workspace_id, target_key, created_at desc, id desc)
    include (tenant_id, type, outcome);
create index operation_runs_tenant_target_idx on operation_runs (tenant_id, target_key, created_at desc, id desc)
    include (workspace_id, type, outcome);
-- Trouble is looked at both ways: by when it ended (tabs Failed and Partial) and by when it began (status in the tab All).
create index operation_runs_trouble_idx on operation_runs (workspace_id, outcome, completed_at desc, id desc)
    include (tenant_id, type, origin, initiator_id, target_key, correlation_id) where outcome in ('failed', 'partially_succeeded', 'blocked');
create index operation_runs_tenant_trouble_idx on operation_runs (tenant_id, outcome, completed_at desc, id desc)
    include (workspace_id, type, origin, initiator_id, target_key, correlation_id) where outcome in ('failed', 'partially_succeeded', 'blocked');
create index operation_runs_trouble_created_idx on operation_runs (workspace_id, outcome, created_at desc, id desc)
    include (tenant_id, type, origin) where outcome in ('failed', 'partially_succeeded', 'blocked');
create index operation_runs_active_idx on operation_runs (workspace_id, created_at desc, id desc)
    include (tenant_id, type, status, origin, initiator_id, target_key, correlation_id) where status in ('queued', 'running');

-- Lists and counts stay in the index only for rows that the visibility map knows. By default it would learn of new ones when a
-- fifth of the table is new, which is weeks; a vacuum of what is new costs nothing else.
alter table operation_runs set (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000,
    autovacuum_analyze_scale_factor = 0.02);

-- As before, but for the search key: a generated column has no value yet when this runs.
create or replace function operation_runs_guard() returns trigger
    language plpgsql
as $$
begin
    if old.status = 'completed' then
        -- Final, but for what concerns keeping the row.
        if to_jsonb(new) - '{retention_hold,target_key}'::text[] is distinct from to_jsonb(old) - '{retention_hold,target_key}'::text[]
        then
            raise exception 'run % is completed and cannot change', old.id using errcode = 'check_violation', constraint = 'operation_runs_final';
        end if;
        return new;
    end if;
    if not (new.status = old.status
        or (old.status = 'queued' and new.status in ('running', 'completed'))
        or (old.status = 'running' and new.status = 'completed'))
    then
        raise exception 'run % cannot move from % to %', old.id, old.status, new.status using errcode = 'check_violation', constraint = 'operation_runs_transition';
    end if;
    if new.epoch < old.epoch or new.attempt < old.attempt then
        raise exception 'epoch and attempt of run % cannot go back', old.id using errcode = 'check_violation', constraint = 'operation_runs_transition';
    end if;
    if (new.id, new.workspace_id, new.type, new.origin, new.identity, new.inputs, new.initiator_name, new.correlation_id, new.created_at)
        is distinct from (old.id, old.workspace_id, old.type, old.origin, old.identity, old.inputs, old.initiator_name, old.correlation_id, old.created_at)
        or new.tenant_id is distinct from old.tenant_id
        or new.initiator_id is distinct from old.initiator_id
        or (old.scope_receipt is not null and new.scope_receipt is distinct from old.scope_receipt)
    then
        raise exception 'what run % was asked to do is frozen', old.id using errcode = 'check_violation', constraint = 'operation_runs_frozen';
    end if;
    return new;
end
$$;
