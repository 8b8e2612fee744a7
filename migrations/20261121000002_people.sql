-- Workspaces, tenants, people, membership and entitlement, sessions.

create table workspaces (
    id uuid not null,
    slug text not null,
    name text not null,
    -- How long completed runs are kept, in days.
    retention_days integer not null default 90,
    created_at timestamptz not null,
    constraint workspaces_pkey primary key (id),
    constraint workspaces_slug_key unique (slug),
    constraint workspaces_slug_check check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    constraint workspaces_name_check check (length(name) between 1 and 200),
    constraint workspaces_retention_days_check check (retention_days between 1 and 3650)
);

create table tenants (
    id uuid not null,
    workspace_id uuid not null,
    -- Microsoft's id. Unique per workspace and not beyond, so that adding one tells nothing about other workspaces.
    entra_tenant_id uuid not null,
    name text not null,
    domain text not null,
    -- IANA name; run pages show the tenant's own clock.
    time_zone text not null default 'UTC',
    status text not null default 'active',
    created_at timestamptz not null,
    constraint tenants_pkey primary key (id),
    constraint tenants_workspace_key unique (workspace_id, id),
    constraint tenants_entra_key unique (workspace_id, entra_tenant_id),
    constraint tenants_workspace_fkey foreign key (workspace_id) references workspaces (id),
    constraint tenants_name_check check (length(name) between 1 and 200),
    constraint tenants_status_check check (status in ('active', 'archived'))
);

create table users (
    id uuid not null,
    email text not null,
    name text not null,
    -- argon2id in PHC form; null for people who sign in elsewhere.
    password_hash text,
    last_workspace_id uuid,
    created_at timestamptz not null,
    disabled_at timestamptz,
    constraint users_pkey primary key (id),
    constraint users_email_key unique (email),
    constraint users_email_check check (email = lower(email) and length(email) between 3 and 254),
    constraint users_name_check check (length(name) between 1 and 200),
    constraint users_last_workspace_fkey foreign key (last_workspace_id) references workspaces (id) on delete set null
);

-- Membership; `all_tenants` or the listed ones is entitlement, the second line of isolation.
create table members (
    workspace_id uuid not null,
    user_id uuid not null,
    role text not null,
    all_tenants boolean not null default true,
    created_at timestamptz not null,
    constraint members_pkey primary key (workspace_id, user_id),
    constraint members_workspace_fkey foreign key (workspace_id) references workspaces (id),
    constraint members_user_fkey foreign key (user_id) references users (id),
    constraint members_role_check check (role in ('owner', 'manager', 'operator', 'readonly'))
);
create index members_user_idx on members (user_id);

create table member_tenants (
    workspace_id uuid not null,
    user_id uuid not null,
    tenant_id uuid not null,
    constraint member_tenants_pkey primary key (workspace_id, user_id, tenant_id),
    constraint member_tenants_member_fkey foreign key (workspace_id, user_id) references members (workspace_id, user_id) on delete cascade,
    constraint member_tenants_tenant_fkey foreign key (workspace_id, tenant_id) references tenants (workspace_id, id) on delete cascade
);

-- Sessions. The cookie's token is stored only as its hash, so that a copy of this table signs nobody in.
create table sessions (
    id uuid not null,
    token_hash bytea not null,
    user_id uuid not null,
    workspace_id uuid,
    created_at timestamptz not null,
    -- Moves with use, but not with every request and never with polling.
    last_seen_at timestamptz not null,
    -- The absolute end. Ended sessions stay for a day, so that a form sent with one can be kept for its author.
    expires_at timestamptz not null,
    ended_at timestamptz,
    constraint sessions_pkey primary key (id),
    constraint sessions_token_hash_key unique (token_hash),
    constraint sessions_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint sessions_workspace_fkey foreign key (workspace_id) references workspaces (id) on delete set null
);
create index sessions_user_idx on sessions (user_id);
create index sessions_expires_idx on sessions (expires_at);

-- Failed sign-ins per account and per address, in a sliding window. Keys are hashes: what people mistype into the address
-- field is sometimes their password.
create table sign_in_failures (
    key bytea not null,
    window_started_at timestamptz not null,
    failures integer not null,
    constraint sign_in_failures_pkey primary key (key)
);

-- Forms whose author's session had ended; they come back, unsent, when the same person signs in.
create table form_drafts (
    id uuid not null,
    user_id uuid not null,
    path text not null,
    fields jsonb not null,
    created_at timestamptz not null,
    constraint form_drafts_pkey primary key (id),
    constraint form_drafts_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint form_drafts_path_check check (path like '/%' and length(path) <= 2000),
    constraint form_drafts_fields_check check (octet_length(fields::text) <= 65536)
);
create index form_drafts_user_idx on form_drafts (user_id);

-- Row-level security. Read before a scope exists, hence exempt and on the reviewed list of `ledger::isolation`: users,
-- sessions, sign_in_failures, form_drafts (each reached by a secret or a key of the person's own).

alter table workspaces enable row level security;
alter table workspaces force row level security;
create policy workspaces_owner on workspaces to current_user using (true);
create policy workspaces_scope on workspaces for select to tenantatlas_web, tenantatlas_worker
    using (id = (select scope_workspace())
        or exists (select from members m where m.workspace_id = workspaces.id and m.user_id = (select scope_user())));
create policy workspaces_system on workspaces for select to tenantatlas_worker using ((select scope_is_system()));

alter table tenants enable row level security;
alter table tenants force row level security;
create policy tenants_owner on tenants to current_user using (true);
create policy tenants_scope on tenants for select to tenantatlas_web, tenantatlas_worker
    using (workspace_id = (select scope_workspace()) and scope_sees_tenant(id));
create policy tenants_system on tenants for select to tenantatlas_worker using ((select scope_is_system()));

alter table members enable row level security;
alter table members force row level security;
create policy members_owner on members to current_user using (true);
create policy members_own on members for select to tenantatlas_web
    using (user_id = (select scope_user()));
create policy members_scope on members for select to tenantatlas_web, tenantatlas_worker
    using (workspace_id = (select scope_workspace()));

alter table member_tenants enable row level security;
alter table member_tenants force row level security;
create policy member_tenants_owner on member_tenants to current_user using (true);
create policy member_tenants_own on member_tenants for select to tenantatlas_web
    using (user_id = (select scope_user()));
create policy member_tenants_scope on member_tenants for select to tenantatlas_web, tenantatlas_worker
    using (workspace_id = (select scope_workspace()));

grant select on workspaces, tenants, members, member_tenants to tenantatlas_web, tenantatlas_worker;
grant select on users to tenantatlas_web;
grant update (last_workspace_id, password_hash) on users to tenantatlas_web;
-- The worker reads who somebody is, never how they sign in.
grant select (id, email, name, disabled_at) on users to tenantatlas_worker;
grant select, insert, update, delete on sessions, sign_in_failures, form_drafts to tenantatlas_web;
