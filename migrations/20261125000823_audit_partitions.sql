-- Audit entries by month. What was written so far becomes the first partition as it is: no row moves.

-- Who cannot have the lock at once gives way: whoever waits for it keeps all others waiting behind. `migrate` tries again.
set local lock_timeout = '1s';

alter table audit_entries rename to audit_entries_before;
alter table audit_entries_before
    drop constraint audit_entries_pkey,
    add constraint audit_entries_before_pkey primary key using index audit_entries_at_key;
alter index audit_entries_workspace_idx rename to audit_entries_before_workspace_idx;
alter index audit_entries_resource_idx rename to audit_entries_before_resource_idx;

create table audit_entries (
    id uuid not null,
    workspace_id uuid not null,
    tenant_id uuid,
    at timestamptz not null,
    actor_type text not null,
    actor_id uuid,
    -- Of people nothing: their names are in `actors`. The release before this one writes them here.
    actor_name text not null,
    action text not null,
    resource_type text not null,
    resource_id text not null,
    outcome text not null,
    details jsonb not null default '{}',
    correlation_id uuid,
    constraint audit_entries_pkey primary key (at, id),
    constraint audit_entries_actor_type_check check (actor_type in ('human', 'system', 'schedule', 'integration')),
    constraint audit_entries_action_check check (action ~ '^[a-z][a-z_]*(\.[a-z_]+)+$'),
    constraint audit_entries_outcome_check check (outcome in ('success', 'failure', 'partial', 'info', 'blocked')),
    constraint audit_entries_details_check check (octet_length(details::text) <= 16384)
) partition by range (at);
create index audit_entries_workspace_idx on audit_entries (workspace_id, at desc, id desc);
create index audit_entries_resource_idx on audit_entries (resource_type, resource_id);

-- The indexes that are there become those of the partition, and its bound is known to hold: nothing is built and nothing read.
do $$
declare
    bound timestamptz := (select (regexp_match(pg_get_constraintdef(oid), '''([^'']+)'''))[1]::timestamptz
        from pg_constraint where conname = 'audit_entries_before_check');
begin
    execute format('alter table audit_entries attach partition audit_entries_before for values from (minvalue) to (%L)', bound);
end
$$;
alter table audit_entries_before drop constraint audit_entries_before_check;
-- What is later than every month that was made.
create table audit_entries_rest partition of audit_entries default;

-- Append-only (R19) on every partition too: a statement may name it. Only of the one thing that may be forgotten, a person's name,
-- a row is looked at: `actor_name` may become empty and nothing else may change.
create function audit_entries_forget_only() returns trigger
    language plpgsql
as $$
begin
    if old.actor_type <> 'human' or new.actor_name <> '' or to_jsonb(new) - 'actor_name' is distinct from to_jsonb(old) - 'actor_name' then
        raise exception 'audit entries are append-only' using errcode = 'insufficient_privilege';
    end if;
    return new;
end
$$;
drop trigger audit_entries_append_only on audit_entries_before;
create trigger audit_entries_append_only before delete or truncate on audit_entries
    for each statement execute function audit_entries_append_only();
create trigger audit_entries_append_only before delete or truncate on audit_entries_before
    for each statement execute function audit_entries_append_only();
create trigger audit_entries_append_only before delete or truncate on audit_entries_rest
    for each statement execute function audit_entries_append_only();
-- Of rows, and so of all partitions by itself.
create trigger audit_entries_forget_only before update on audit_entries
    for each row execute function audit_entries_forget_only();

alter table audit_entries enable row level security;
alter table audit_entries force row level security;
create policy audit_entries_owner on audit_entries to current_user using (true);
create policy audit_entries_scope on audit_entries to tenantatlas_web, tenantatlas_worker
    using (workspace_id = (select scope_workspace()) and ((select scope_sees_every_tenant()) or scope_sees_tenant(tenant_id)));
create policy audit_entries_system on audit_entries to tenantatlas_worker using ((select scope_is_system()));
-- Reached through the parent, whose policies apply.
revoke all on audit_entries_before from tenantatlas_web, tenantatlas_worker;
drop policy audit_entries_owner on audit_entries_before;
drop policy audit_entries_scope on audit_entries_before;
drop policy audit_entries_system on audit_entries_before;
alter table audit_entries_before no force row level security, disable row level security;
grant select, insert on audit_entries to tenantatlas_web, tenantatlas_worker;

-- Makes the months from `moment` to two after it. Idempotent, one caller at a time; called by `migrate` and by the worker. The
-- owner's, because only an owner can create tables. Entries that have come to the rest meanwhile are moved to their month. Answers
-- how many months were made.
create function ensure_audit_partitions(moment timestamptz) returns integer
    language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    month timestamptz := date_trunc('month', moment at time zone 'UTC') at time zone 'UTC';
    following timestamptz;
    -- Where the first partition ends.
    whole_before timestamptz := (select (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz
        from pg_class c where c.oid = 'audit_entries_before'::regclass);
    made integer := 0;
    part text;
begin
    perform pg_advisory_xact_lock(hashtext('ensure_audit_partitions'));
    for ahead in 0..2 loop
        -- Of the calendar of UTC, whatever the session's time zone.
        following := ((month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
        part := 'audit_entries_' || to_char(month at time zone 'UTC', 'YYYY"m"MM');
        if month >= whole_before and to_regclass(part) is null then
            execute format('create table %I (like audit_entries including defaults including constraints)', part);
            if exists (select from audit_entries_rest where at >= month and at < following) then
                alter table audit_entries_rest disable trigger audit_entries_append_only;
                execute format('with moved as (delete from audit_entries_rest where at >= %L and at < %L returning *)
                    insert into %I select * from moved', month, following, part);
                alter table audit_entries_rest enable trigger audit_entries_append_only;
            end if;
            execute format('alter table audit_entries attach partition %I for values from (%L) to (%L)', part, month, following);
            execute format('create trigger audit_entries_append_only before delete or truncate on %I
                for each statement execute function audit_entries_append_only()', part);
            made := made + 1;
        end if;
        month := following;
    end loop;
    return made;
end
$$;
revoke execute on function ensure_audit_partitions(timestamptz) from public;
grant execute on function ensure_audit_partitions(timestamptz) to tenantatlas_worker;
