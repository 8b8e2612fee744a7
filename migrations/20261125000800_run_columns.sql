-- Columns of runs that later features need and that cost next to nothing while no feature writes them.
--
-- Nullable and without a default, so that adding them changes the catalogue and no row: an instant at any size. Constraints are
-- added without looking at the rows that are there; the next migration looks, without keeping writers out.

-- Who cannot have the lock at once gives way: whoever waits for it keeps all others waiting behind. `migrate` tries again.
set local lock_timeout = '1s';

alter table operation_runs
    -- What a later success has to be of to settle this run's failure (`domain::resolution`). Written with every new run; those of
    -- before are given theirs in batches (`ledger::runs::resolution`).
    add column resolution_key bytea,
    -- Runs that one action started for many tenants.
    add column batch_id uuid,
    -- The run whose remaining work this one does. Not a foreign key: that run may be removed first.
    add column continues_run_id uuid,
    -- The second tenant that the run reads, of the same workspace (R10).
    add column source_tenant_id uuid,
    -- The connection it went through. Not a foreign key: the record of what was done outlives the connection.
    add column connection_id uuid,
    add constraint operation_runs_resolution_key_check check (length(resolution_key) = 32) not valid,
    add constraint operation_runs_continues_check check (continues_run_id <> id) not valid,
    add constraint operation_runs_source_tenant_check check (source_tenant_id <> tenant_id) not valid;

-- How far something is that is done to many rows in batches, so that it goes on where it stopped.
create table backfills (
    name text not null,
    -- The last row that was done, in the order of ids.
    place uuid not null,
    constraint backfills_pkey primary key (name)
);

-- As before, and the new columns do not change any more once they are set. A run that has ended takes nothing but the resolution
-- key that it does not have: the release before this one writes none, and a batch fills it in.
create or replace function operation_runs_guard() returns trigger
    language plpgsql
as $$
declare
    -- The one thing that may be forgotten of any run: the name of whoever started it.
    forgets boolean := new.initiator_name = 'A former user';
    set_later text[] := '{retention_hold,target_key,resolution_key}';
begin
    if forgets then
        set_later := set_later || array['initiator_name'];
    end if;
    if old.resolution_key is not null and new.resolution_key is distinct from old.resolution_key then
        raise exception 'what run % was asked to do is frozen', old.id using errcode = 'check_violation', constraint = 'operation_runs_frozen';
    end if;
    if old.status = 'completed' then
        -- Final, but for what concerns keeping the row.
        if to_jsonb(new) - set_later is distinct from to_jsonb(old) - set_later then
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
    if (new.id, new.workspace_id, new.type, new.origin, new.identity, new.inputs, new.correlation_id, new.created_at)
        is distinct from (old.id, old.workspace_id, old.type, old.origin, old.identity, old.inputs, old.correlation_id, old.created_at)
        or (not forgets and new.initiator_name <> old.initiator_name)
        or new.tenant_id is distinct from old.tenant_id
        or new.initiator_id is distinct from old.initiator_id
        or (old.batch_id is not null and new.batch_id is distinct from old.batch_id)
        or (old.continues_run_id is not null and new.continues_run_id is distinct from old.continues_run_id)
        or (old.source_tenant_id is not null and new.source_tenant_id is distinct from old.source_tenant_id)
        or (old.connection_id is not null and new.connection_id is distinct from old.connection_id)
        or (old.scope_receipt is not null and new.scope_receipt is distinct from old.scope_receipt)
    then
        raise exception 'what run % was asked to do is frozen', old.id using errcode = 'check_violation', constraint = 'operation_runs_frozen';
    end if;
    return new;
end
$$;
