-- Schedules that start runs, the record of every fire, and what the first scheduled operations need: the cache of groups,
-- and retention.

create table schedules (
    id uuid not null,
    workspace_id uuid not null,
    -- Null for a schedule of the workspace as a whole.
    tenant_id uuid,
    type text not null,
    name text not null,
    -- Five fields, read on the wall clock of the time zone.
    cron text not null,
    time_zone text not null,
    inputs jsonb not null default '{}',
    enabled boolean not null default true,
    -- Moves only forward, which is why a fire time never opens again when retention has removed its run (R04).
    next_fire_at timestamptz,
    created_at timestamptz not null,
    constraint schedules_pkey primary key (id),
    constraint schedules_workspace_fkey foreign key (workspace_id) references workspaces (id),
    constraint schedules_tenant_fkey foreign key (workspace_id, tenant_id) references tenants (workspace_id, id),
    constraint schedules_name_check check (length(name) between 1 and 200),
    constraint schedules_inputs_check check (jsonb_typeof(inputs) = 'object' and octet_length(inputs::text) <= 65536)
);
create index schedules_due_idx on schedules (next_fire_at) where enabled;
create index schedules_tenant_idx on schedules (tenant_id);

create function schedules_forward() returns trigger
    language plpgsql
as $$
begin
    -- Unless the rhythm itself was changed.
    if new.next_fire_at < old.next_fire_at and new.cron = old.cron and new.time_zone = old.time_zone then
        raise exception 'schedule % cannot go back in time', old.id using errcode = 'check_violation', constraint = 'schedules_forward';
    end if;
    return new;
end
$$;
create trigger schedules_forward before update on schedules for each row execute function schedules_forward();

-- Every fire time, for ever: it outlives the run, hence no foreign key to it (R04).
create table schedule_fires (
    schedule_id uuid not null,
    fire_at timestamptz not null,
    workspace_id uuid not null,
    tenant_id uuid,
    outcome text not null,
    run_id uuid,
    recorded_at timestamptz not null,
    constraint schedule_fires_pkey primary key (schedule_id, fire_at),
    constraint schedule_fires_schedule_fkey foreign key (schedule_id) references schedules (id) on delete cascade,
    constraint schedule_fires_outcome_check check (outcome in ('started', 'merged', 'missed')),
    constraint schedule_fires_run_check check ((outcome = 'missed') = (run_id is null))
);

alter table operation_runs add constraint operation_runs_schedule_fkey foreign key (schedule_id) references schedules (id);

-- Groups of a tenant as last seen: names for pages, never looked up at Microsoft while a page is rendered (R13).
create table directory_groups (
    tenant_id uuid not null,
    external_id text not null,
    workspace_id uuid not null,
    name text not null,
    group_type text not null,
    security_enabled boolean not null,
    mail_enabled boolean not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    last_seen_run_id uuid not null,
    constraint directory_groups_pkey primary key (tenant_id, external_id),
    constraint directory_groups_tenant_fkey foreign key (workspace_id, tenant_id) references tenants (workspace_id, id),
    constraint directory_groups_external_id_check check (length(external_id) between 1 and 200),
    constraint directory_groups_name_check check (length(name) between 1 and 300),
    constraint directory_groups_type_check check (group_type in ('security', 'microsoft365', 'distribution', 'unknown'))
);
create index directory_groups_name_idx on directory_groups (tenant_id, name, external_id);
create index directory_groups_seen_idx on directory_groups (tenant_id, last_seen_at);

do $$
declare
    tab text;
begin
    foreach tab in array array['schedules', 'schedule_fires', 'directory_groups']
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

grant select on schedules, schedule_fires, directory_groups to tenantatlas_web;
grant select, update (next_fire_at) on schedules to tenantatlas_worker;
grant select, insert on schedule_fires to tenantatlas_worker;
grant select, insert, update, delete on directory_groups to tenantatlas_worker;

-- Drops the partitions of items whose every run is past every workspace's retention. Items of held runs move to the rest
-- first (R14, retention holds). The owner's, because only an owner can drop tables. Answers how many were dropped.
create function drop_item_partitions(at_most integer, moment timestamptz) returns integer
    language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    horizon uuid;
    part record;
    dropped integer := 0;
begin
    select uuid_at(moment - make_interval(days => max(retention_days) + 7)) into horizon from workspaces;
    for part in
        select c.relname as name,
            (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([0-9a-f-]{36})''\)'))[1]::uuid as lower_bound,
            (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([0-9a-f-]{36})''\)'))[1]::uuid as upper_bound
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'operation_run_items'::regclass and c.relname <> 'operation_run_items_rest'
        order by c.relname
    loop
        exit when dropped >= at_most;
        continue when part.upper_bound is null or part.upper_bound > horizon;
        -- Another workspace's expired runs may still be waiting for their own retention.
        continue when exists (select from operation_runs where id >= part.lower_bound and id < part.upper_bound and not retention_hold);
        -- Nobody writes items of runs that old, so taking the partition out waits for nobody for long.
        execute format('alter table operation_run_items detach partition %I', part.name);
        execute format('insert into operation_run_items select i.* from %I i join operation_runs r on r.id = i.run_id', part.name);
        execute format('drop table %I', part.name);
        dropped := dropped + 1;
    end loop;
    return dropped;
end
$$;
revoke execute on function drop_item_partitions(integer, timestamptz) from public;
grant execute on function drop_item_partitions(integer, timestamptz) to tenantatlas_worker;
