-- The ledger of runs.

create table operation_runs (
    -- UUIDv7: sorts by time, tells nothing else.
    id uuid not null,
    workspace_id uuid not null,
    -- Null for a run of the workspace as a whole.
    tenant_id uuid,
    type text not null,
    status text not null default 'queued',
    outcome text not null default 'pending',
    origin text not null,
    -- sha256 of owner, type and canonical inputs (`domain::identity`).
    identity bytea not null,
    -- Whether a second start of the identity joins this run while it is active (R02); false for unique-per-click types.
    identity_exclusive boolean not null,
    inputs jsonb not null default '{}',
    -- What the run's type wants to remember: ids of what it made or built on.
    context jsonb not null default '{}',
    -- Frozen at dispatch (R16).
    scope_receipt jsonb,
    -- What the run aims at, in words; searched by prefix.
    target text not null,
    -- What "at most one at a time" counts by: the Entra tenant, or the workspace (R18).
    target_scope text not null,
    counts jsonb not null default '{}',
    failures jsonb not null default '[]',
    reason_code text,
    priority smallint not null,
    hold text,
    -- Set when the run was handed to the engine; a queued run without it waits for a slot of its target scope.
    admitted_at timestamptz,
    attempt integer not null default 0,
    max_attempts integer not null default 3,
    -- Fencing number: a worker that holds an older one can write nothing (R14).
    epoch integer not null default 0,
    engine_job_id bigint,
    schedule_id uuid,
    fire_at timestamptz,
    -- Null for the system and for schedules.
    initiator_id uuid,
    -- The name at that time; people change theirs.
    initiator_name text not null,
    correlation_id uuid not null,
    -- Kept by retention whatever its age.
    retention_hold boolean not null default false,
    -- Made-up history of the demo.
    demo boolean not null default false,
    created_at timestamptz not null,
    started_at timestamptz,
    completed_at timestamptz,
    constraint operation_runs_pkey primary key (id),
    constraint operation_runs_workspace_fkey foreign key (workspace_id) references workspaces (id),
    constraint operation_runs_tenant_fkey foreign key (workspace_id, tenant_id) references tenants (workspace_id, id),
    constraint operation_runs_initiator_fkey foreign key (initiator_id) references users (id),
    constraint operation_runs_type_check check (type ~ '^[a-z][a-z_]*(\.[a-z_]+)+$' and length(type) <= 80),
    constraint operation_runs_status_check check (status in ('queued', 'running', 'completed')),
    constraint operation_runs_outcome_check
        check (outcome in ('pending', 'succeeded', 'partially_succeeded', 'failed', 'blocked', 'cancelled')),
    constraint operation_runs_origin_check check (origin in ('manual', 'schedule', 'system', 'api', 'import')),
    constraint operation_runs_hold_check check (hold is null or hold in ('awaiting_confirmation')),
    constraint operation_runs_identity_check check (length(identity) = 32),
    constraint operation_runs_priority_check check (priority between 1 and 3),
    constraint operation_runs_target_check check (length(target) between 1 and 300),
    constraint operation_runs_initiator_name_check check (length(initiator_name) between 1 and 200),
    constraint operation_runs_reason_code_check check (reason_code is null or length(reason_code) between 1 and 80),
    -- One sentence of the state machine each: ended exactly when there is an outcome and a time; begun means started.
    constraint operation_runs_ended_check
        check ((status = 'completed') = (outcome <> 'pending') and (status = 'completed') = (completed_at is not null)),
    constraint operation_runs_running_check check (status <> 'running' or (started_at is not null and admitted_at is not null)),
    constraint operation_runs_hold_state_check check (hold is null or (status = 'queued' and admitted_at is null)),
    constraint operation_runs_fire_check check ((schedule_id is null) = (fire_at is null)),
    -- Bounds, so that no row can make a list slow.
    constraint operation_runs_inputs_check check (jsonb_typeof(inputs) = 'object' and octet_length(inputs::text) <= 65536),
    constraint operation_runs_context_check check (jsonb_typeof(context) = 'object' and octet_length(context::text) <= 65536),
    constraint operation_runs_receipt_check
        check (scope_receipt is null or (jsonb_typeof(scope_receipt) = 'object' and octet_length(scope_receipt::text) <= 1048576)),
    constraint operation_runs_counts_check check (jsonb_typeof(counts) = 'object' and octet_length(counts::text) <= 1024),
    constraint operation_runs_failures_check check (jsonb_typeof(failures) = 'array' and octet_length(failures::text) <= 32768)
)
-- Room on each page for the three or four updates of a run's life, so that they stay on their page.
with (fillfactor = 85);

-- R02: at most one active run per tenant (or workspace) and identity.
create unique index operation_runs_active_tenant_key on operation_runs (tenant_id, identity)
    where tenant_id is not null and identity_exclusive and status in ('queued', 'running');
create unique index operation_runs_active_workspace_key on operation_runs (workspace_id, identity)
    where tenant_id is null and identity_exclusive and status in ('queued', 'running');
-- R04: a fire time has at most one run; that it also never gets one again is kept with the schedule's fires.
create unique index operation_runs_fire_key on operation_runs (schedule_id, fire_at) where schedule_id is not null;

-- The hub: keyset order, newest first; by completion where the tab goes by completion. `tenant_id` is included so that the
-- policy can be checked in the index when rows are only counted.
create index operation_runs_created_idx on operation_runs (workspace_id, created_at desc, id desc) include (tenant_id, type, outcome);
create index operation_runs_tenant_created_idx on operation_runs (tenant_id, created_at desc, id desc) include (type, outcome);
create index operation_runs_trouble_idx on operation_runs (workspace_id, outcome, completed_at desc, id desc) include (tenant_id, type)
    where outcome in ('failed', 'partially_succeeded', 'blocked');
create index operation_runs_active_idx on operation_runs (workspace_id, created_at desc, id desc) include (tenant_id, type)
    where status in ('queued', 'running');
-- Admission and the reconciler.
create index operation_runs_waiting_idx on operation_runs (target_scope, priority, created_at, id)
    where status = 'queued' and admitted_at is null and hold is null;
create index operation_runs_admitted_idx on operation_runs (target_scope)
    where status in ('queued', 'running') and admitted_at is not null;
create index operation_runs_identity_idx on operation_runs (tenant_id, identity, created_at desc);
create index operation_runs_correlation_idx on operation_runs (correlation_id);

-- R06: the database refuses every move that the ledger would not make.
create function operation_runs_guard() returns trigger
    language plpgsql
as $$
begin
    if old.status = 'completed' then
        -- Final, but for what concerns keeping the row.
        if row(new.*) is distinct from row(old.*)
            and to_jsonb(new) - 'retention_hold' is distinct from to_jsonb(old) - 'retention_hold'
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
create trigger operation_runs_guard before update on operation_runs for each row execute function operation_runs_guard();

-- Heartbeat, progress and waiting of an active run, one row each: beaten every few seconds, so without indexes and with room
-- for updates in place.
create table operation_run_live (
    run_id uuid not null,
    workspace_id uuid not null,
    tenant_id uuid,
    -- The process that executes it.
    worker text,
    heartbeat_at timestamptz,
    counts jsonb not null default '{}',
    -- What it is doing, in words.
    phase text,
    waiting_until timestamptz,
    wait_reason text,
    constraint operation_run_live_pkey primary key (run_id),
    constraint operation_run_live_run_fkey foreign key (run_id) references operation_runs (id) on delete cascade,
    constraint operation_run_live_counts_check check (octet_length(counts::text) <= 1024),
    constraint operation_run_live_phase_check check (length(phase) <= 200),
    constraint operation_run_live_waiting_check check ((waiting_until is null) = (wait_reason is null))
) with (fillfactor = 50);

-- The facts of a run's life, for its timeline.
create table operation_run_events (
    run_id uuid not null,
    seq integer not null,
    workspace_id uuid not null,
    tenant_id uuid,
    at timestamptz not null,
    kind text not null,
    detail text not null default '',
    constraint operation_run_events_pkey primary key (run_id, seq),
    constraint operation_run_events_run_fkey foreign key (run_id) references operation_runs (id) on delete cascade,
    constraint operation_run_events_kind_check check (kind ~ '^[a-z_]{1,40}$'),
    constraint operation_run_events_detail_check check (length(detail) <= 400)
);

-- Who pressed the button while it was active (R02).
create table operation_run_followers (
    run_id uuid not null,
    user_id uuid not null,
    workspace_id uuid not null,
    tenant_id uuid,
    name text not null,
    joined_at timestamptz not null,
    constraint operation_run_followers_pkey primary key (run_id, user_id),
    constraint operation_run_followers_run_fkey foreign key (run_id) references operation_runs (id) on delete cascade,
    constraint operation_run_followers_user_fkey foreign key (user_id) references users (id)
);

-- How each start form was answered: a second submit of the same form gets the same answer (R03).
create table start_requests (
    user_id uuid not null,
    idempotency_key uuid not null,
    workspace_id uuid not null,
    run_id uuid not null,
    joined boolean not null,
    created_at timestamptz not null,
    constraint start_requests_pkey primary key (user_id, idempotency_key),
    constraint start_requests_run_fkey foreign key (run_id) references operation_runs (id) on delete cascade
);
create index start_requests_run_idx on start_requests (run_id);

-- Items: one object a run worked on. Partitioned by the run's id, which is time (UUIDv7): all items of a run are in one
-- partition, a look-up by run touches only that one, and retention drops whole partitions. A date column would have to be in
-- the primary key and in every look-up besides.
create table operation_run_items (
    run_id uuid not null,
    -- What kind of object, in the run type's own words.
    kind text not null,
    external_id text not null,
    workspace_id uuid not null,
    tenant_id uuid,
    name text not null,
    outcome text not null,
    reason_code text,
    message text,
    constraint operation_run_items_pkey primary key (run_id, kind, external_id),
    constraint operation_run_items_outcome_check
        check (outcome in ('succeeded', 'failed', 'skipped', 'not_found', 'unsupported', 'unconfirmed')),
    constraint operation_run_items_kind_check check (length(kind) between 1 and 80),
    constraint operation_run_items_external_id_check check (length(external_id) between 1 and 200),
    constraint operation_run_items_name_check check (length(name) <= 300),
    constraint operation_run_items_message_check check (length(message) <= 300)
) partition by range (run_id);

-- What is older or newer than every partition, and the items of held runs whose partition was dropped.
create table operation_run_items_rest partition of operation_run_items default;

-- The first UUIDv7 of a moment.
create function uuid_at(moment timestamptz) returns uuid
    language sql immutable strict parallel safe
    return (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid;

-- Makes the weekly partitions that runs of the given time need. Idempotent; called by `migrate` and by the worker.
-- The owner's, because only an owner can create tables; it takes nothing but two moments.
create function ensure_item_partitions(earliest timestamptz, latest timestamptz) returns integer
    language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    week timestamptz := date_trunc('week', earliest at time zone 'UTC') at time zone 'UTC';
    made integer := 0;
    part text;
begin
    if latest > earliest + interval '3 years' then
        raise exception 'not more than three years of partitions at once';
    end if;
    while week <= latest loop
        part := 'operation_run_items_' || to_char(week at time zone 'UTC', 'IYYY"w"IW');
        if to_regclass(part) is null then
            execute format('create table %I partition of operation_run_items for values from (%L) to (%L)',
                part, uuid_at(week), uuid_at(week + interval '7 days'));
            made := made + 1;
        end if;
        week := week + interval '7 days';
    end loop;
    return made;
end
$$;

-- Limits per target scope, where the default does not do; the row is also what admission locks (R18).
create table target_scopes (
    scope text not null,
    admitted_limit integer,
    constraint target_scopes_pkey primary key (scope),
    constraint target_scopes_limit_check check (admitted_limit between 1 and 100)
);

-- How many runs of a target scope are admitted, over all workspaces: two workspaces may manage the same Entra tenant.
-- Tells a number and nothing else, which is why the web may ask it outside its own workspace.
create function admitted_runs(asked_scope text) returns bigint
    language sql stable security definer set search_path = public, pg_temp
    return (select count(*) from operation_runs
            where target_scope = asked_scope and status in ('queued', 'running') and admitted_at is not null);

-- Whether a run waits for a slot of the scope before the given place in the queue.
create function runs_wait_before(asked_scope text, asked_priority smallint, asked_at timestamptz, asked_id uuid) returns boolean
    language sql stable security definer set search_path = public, pg_temp
    return exists (select from operation_runs
            where target_scope = asked_scope and status = 'queued' and admitted_at is null and hold is null
                and (priority, created_at, id) < (asked_priority, asked_at, asked_id));

do $$
declare
    tab text;
begin
    foreach tab in array array['operation_runs', 'operation_run_live', 'operation_run_events', 'operation_run_followers', 'operation_run_items']
    loop
        execute format('alter table %I enable row level security', tab);
        execute format('alter table %I force row level security', tab);
        execute format('create policy %I on %I to current_user using (true)', tab || '_owner', tab);
        execute format('create policy %I on %I to tenantatlas_web, tenantatlas_worker
            using (workspace_id = (select scope_workspace()) and scope_sees_tenant(tenant_id))', tab || '_scope', tab);
        execute format('create policy %I on %I to tenantatlas_worker using ((select scope_is_system()))', tab || '_system', tab);
    end loop;
end
$$;

alter table start_requests enable row level security;
alter table start_requests force row level security;
create policy start_requests_owner on start_requests to current_user using (true);
create policy start_requests_own on start_requests to tenantatlas_web
    using (user_id = (select scope_user()) and workspace_id = (select scope_workspace()));
create policy start_requests_system on start_requests to tenantatlas_worker using ((select scope_is_system()));

-- The web starts runs and lets people join them; it cannot touch what a worker writes.
grant select, insert on operation_runs to tenantatlas_web;
grant update (status, outcome, reason_code, failures, hold, admitted_at, epoch, engine_job_id, completed_at) on operation_runs to tenantatlas_web;
grant select, insert on operation_run_live, operation_run_events, operation_run_followers, start_requests to tenantatlas_web;
grant select on operation_run_items to tenantatlas_web;
grant select, insert, update, delete on operation_runs, operation_run_live, operation_run_items to tenantatlas_worker;
grant select, insert, delete on operation_run_events to tenantatlas_worker;
grant select, delete on operation_run_followers, start_requests to tenantatlas_worker;
-- Locking the row is an update in PostgreSQL's eyes.
grant select, insert, update on target_scopes to tenantatlas_web, tenantatlas_worker;
revoke execute on function ensure_item_partitions(timestamptz, timestamptz) from public;
grant execute on function ensure_item_partitions(timestamptz, timestamptz) to tenantatlas_worker;
revoke execute on function admitted_runs(text), runs_wait_before(text, smallint, timestamptz, uuid) from public;
grant execute on function admitted_runs(text), runs_wait_before(text, smallint, timestamptz, uuid) to tenantatlas_web, tenantatlas_worker;
