-- What surrounds runs: notifications, audit entries, the inventory; and the look-ups that find a scope.

-- Notifications outlive their run, so they carry what they say and have no foreign key to it.
create table notifications (
    id uuid not null,
    user_id uuid not null,
    workspace_id uuid not null,
    tenant_id uuid,
    run_id uuid not null,
    kind text not null,
    type text not null,
    target text not null,
    outcome text not null,
    reason_code text,
    counts jsonb not null default '{}',
    created_at timestamptz not null,
    read_at timestamptz,
    constraint notifications_pkey primary key (id),
    -- R08: exactly one of a kind per run and recipient.
    constraint notifications_once_key unique (run_id, user_id, kind),
    constraint notifications_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint notifications_kind_check check (kind in ('queued', 'completed'))
);
create index notifications_user_idx on notifications (user_id, created_at desc, id desc);
create index notifications_unread_idx on notifications (user_id) where read_at is null;

-- Append-only (R19): nobody is granted more than insert and select, and the trigger refuses the owner as well.
create table audit_entries (
    id uuid not null,
    workspace_id uuid not null,
    tenant_id uuid,
    at timestamptz not null,
    actor_type text not null,
    actor_id uuid,
    actor_name text not null,
    action text not null,
    resource_type text not null,
    resource_id text not null,
    outcome text not null,
    details jsonb not null default '{}',
    correlation_id uuid,
    constraint audit_entries_pkey primary key (id),
    constraint audit_entries_actor_type_check check (actor_type in ('human', 'system', 'schedule', 'integration')),
    constraint audit_entries_action_check check (action ~ '^[a-z][a-z_]*(\.[a-z_]+)+$'),
    constraint audit_entries_outcome_check check (outcome in ('success', 'failure', 'partial', 'info', 'blocked')),
    constraint audit_entries_details_check check (octet_length(details::text) <= 16384)
);
create index audit_entries_workspace_idx on audit_entries (workspace_id, at desc, id desc);
create index audit_entries_resource_idx on audit_entries (resource_type, resource_id);

create function audit_entries_append_only() returns trigger
    language plpgsql
as $$
begin
    raise exception 'audit entries are append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_entries_append_only before update or delete or truncate on audit_entries
    for each statement execute function audit_entries_append_only();

-- Policies as last seen in the tenants: whitelisted metadata, no payloads.
create table inventory_items (
    tenant_id uuid not null,
    policy_type text not null,
    external_id text not null,
    workspace_id uuid not null,
    name text not null,
    platform text,
    modified_at timestamptz,
    meta jsonb not null default '{}',
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    last_seen_run_id uuid not null,
    constraint inventory_items_pkey primary key (tenant_id, policy_type, external_id),
    constraint inventory_items_tenant_fkey foreign key (workspace_id, tenant_id) references tenants (workspace_id, id),
    constraint inventory_items_name_check check (length(name) between 1 and 300),
    constraint inventory_items_external_id_check check (length(external_id) between 1 and 200),
    constraint inventory_items_meta_check check (jsonb_typeof(meta) = 'object' and octet_length(meta::text) <= 16384)
);
create index inventory_items_name_idx on inventory_items (tenant_id, name, policy_type, external_id);

alter table notifications enable row level security;
alter table notifications force row level security;
create policy notifications_owner on notifications to current_user using (true);
-- Of the person, whatever workspace is selected; what access was lost to is filtered by the query (R08).
create policy notifications_own on notifications to tenantatlas_web using (user_id = (select scope_user()));
create policy notifications_scope on notifications for insert to tenantatlas_web, tenantatlas_worker
    with check (workspace_id = (select scope_workspace()));
create policy notifications_system on notifications to tenantatlas_worker using ((select scope_is_system()));

alter table audit_entries enable row level security;
alter table audit_entries force row level security;
create policy audit_entries_owner on audit_entries to current_user using (true);
create policy audit_entries_scope on audit_entries to tenantatlas_web, tenantatlas_worker
    using (workspace_id = (select scope_workspace()) and scope_sees_tenant(tenant_id));
create policy audit_entries_system on audit_entries to tenantatlas_worker using ((select scope_is_system()));

alter table inventory_items enable row level security;
alter table inventory_items force row level security;
create policy inventory_items_owner on inventory_items to current_user using (true);
create policy inventory_items_scope on inventory_items to tenantatlas_web, tenantatlas_worker
    using (workspace_id = (select scope_workspace()) and scope_sees_tenant(tenant_id));

grant select, insert on notifications to tenantatlas_web, tenantatlas_worker;
grant update (read_at) on notifications to tenantatlas_web;
grant select, insert on audit_entries to tenantatlas_web, tenantatlas_worker;
grant select on inventory_items to tenantatlas_web;
grant select, insert, update on inventory_items to tenantatlas_worker;

-- The look-ups that find a scope. They are the owner's, because they must see a row before the asker has a scope; each takes
-- the person and an id, and says what that person is in the row's workspace, or nothing. "No such row" and "not yours" are
-- the same empty answer from the same single query (R11).

create type access_grant as (
    workspace_id uuid,
    workspace_name text,
    role text,
    all_tenants boolean,
    tenant_ids uuid[],
    -- Of the thing asked for; null for a workspace.
    tenant_id uuid,
    type text
);

create function access_to_workspace(asking uuid, wanted uuid) returns setof access_grant
    language sql stable security definer set search_path = public, pg_temp
begin atomic
    select w.id, w.name, m.role, m.all_tenants,
        array(select t.tenant_id from member_tenants t where t.workspace_id = m.workspace_id and t.user_id = m.user_id),
        null::uuid, null::text
    from members m
    join workspaces w on w.id = m.workspace_id
    join users u on u.id = m.user_id and u.disabled_at is null
    where m.user_id = asking and m.workspace_id = wanted;
end;

create function access_to_tenant(asking uuid, wanted uuid) returns setof access_grant
    language sql stable security definer set search_path = public, pg_temp
begin atomic
    select a.workspace_id, a.workspace_name, a.role, a.all_tenants, a.tenant_ids, t.id, null::text
    from tenants t
    cross join lateral access_to_workspace(asking, t.workspace_id) a
    where t.id = wanted and (a.all_tenants or t.id = any (a.tenant_ids));
end;

create function access_to_run(asking uuid, wanted uuid) returns setof access_grant
    language sql stable security definer set search_path = public, pg_temp
begin atomic
    select a.workspace_id, a.workspace_name, a.role, a.all_tenants, a.tenant_ids, r.tenant_id, r.type
    from operation_runs r
    cross join lateral access_to_workspace(asking, r.workspace_id) a
    where r.id = wanted and (r.tenant_id is null or a.all_tenants or r.tenant_id = any (a.tenant_ids));
end;

revoke execute on function access_to_workspace(uuid, uuid), access_to_tenant(uuid, uuid), access_to_run(uuid, uuid) from public;
grant execute on function access_to_workspace(uuid, uuid), access_to_tenant(uuid, uuid), access_to_run(uuid, uuid)
    to tenantatlas_web, tenantatlas_worker;

-- The engine's schema; River's own migrations fill it. Its one job kind carries a run id and an epoch and names no tenant,
-- which is why its tables are on the reviewed list.
create schema river;
grant usage on schema river to tenantatlas_web, tenantatlas_worker;
alter default privileges in schema river grant select, insert, update, delete on tables to tenantatlas_worker;
alter default privileges in schema river grant select, insert, update on tables to tenantatlas_web;
alter default privileges in schema river grant usage on sequences to tenantatlas_web, tenantatlas_worker;
