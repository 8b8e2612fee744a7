-- What runs aim at, each target once: what `q` searches. The runs themselves have `target_key`, as the release before this one searches
-- it, and an index by it; a second key in ten million rows and in every index that has the first would be the dearest way to find some
-- thousand names. Kept by the database, so that no way of writing a run can forget it. Retention leaves these rows.

-- Who cannot have the lock at once gives way: whoever waits for it keeps all others waiting behind. `migrate` tries again.
set local lock_timeout = '1s';

create table operation_run_targets (
    workspace_id uuid not null,
    -- Null for runs of the workspace as a whole.
    tenant_id uuid,
    -- As in `operation_runs`.
    target_key text collate "C" not null,
    search_key text collate "C" not null,
    constraint operation_run_targets_key unique nulls not distinct (workspace_id, tenant_id, target_key),
    constraint operation_run_targets_workspace_fkey foreign key (workspace_id) references workspaces (id),
    constraint operation_run_targets_tenant_fkey foreign key (workspace_id, tenant_id) references tenants (workspace_id, id)
        on delete cascade
);
create index operation_run_targets_search_idx on operation_run_targets (workspace_id, search_key) include (tenant_id, target_key);
create index operation_run_targets_tenant_search_idx on operation_run_targets (tenant_id, search_key) include (workspace_id, target_key);

-- Nearly what the ledger makes in Rust (`domain::names::search_key`), for who writes runs without it: the release before this one.
-- `migrate` sets right where the two differ.
create function nearly_search_key(name text) returns text
    language sql immutable strict parallel safe
    return btrim(regexp_replace(replace(normalize(regexp_replace(lower(normalize(name, nfkd) collate "und-x-icu"),
        '[\u0300-\u036f]', '', 'g'), nfc), 'ß', 'ss'), '\s+', ' ', 'g'));

-- Once per statement, and sorted, so that two statements cannot wait for each other.
create function operation_runs_note_targets() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
as $$
begin
    insert into operation_run_targets (workspace_id, tenant_id, target_key, search_key)
    select workspace_id, tenant_id, target_key, nearly_search_key(target_key)
    from (select distinct workspace_id, tenant_id, target_key from written) as new
    order by 1, 2, 3
    on conflict do nothing;
    return null;
end
$$;
revoke execute on function operation_runs_note_targets() from public;
create trigger operation_runs_note_targets after insert on operation_runs
    referencing new table as written for each statement execute function operation_runs_note_targets();

alter table operation_run_targets enable row level security;
alter table operation_run_targets force row level security;
create policy operation_run_targets_owner on operation_run_targets to current_user using (true);
create policy operation_run_targets_scope on operation_run_targets to tenantatlas_web, tenantatlas_worker
    using (workspace_id = (select scope_workspace()) and ((select scope_sees_every_tenant()) or scope_sees_tenant(tenant_id)));
create policy operation_run_targets_system on operation_run_targets to tenantatlas_worker using ((select scope_is_system()));

grant select, insert on operation_run_targets to tenantatlas_web, tenantatlas_worker;
