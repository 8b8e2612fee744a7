-- Saved views of the hub: a filter with a name, for its author alone or for the whole workspace.
create table saved_views (
    id uuid not null,
    workspace_id uuid not null,
    owner_id uuid not null,
    name text not null,
    -- The hub's query string in its canonical form, without a cursor.
    query text not null,
    -- What the query names: whoever may not see all of it is not shown a view that somebody else shares.
    tenant_ids uuid[] not null default '{}',
    types text[] not null default '{}',
    shared boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint saved_views_pkey primary key (id),
    constraint saved_views_name_key unique (workspace_id, owner_id, name),
    constraint saved_views_workspace_fkey foreign key (workspace_id) references workspaces (id),
    constraint saved_views_owner_fkey foreign key (owner_id) references users (id) on delete cascade,
    constraint saved_views_name_check check (length(name) between 1 and 80),
    constraint saved_views_query_check check (length(query) <= 4000),
    constraint saved_views_tenant_ids_check check (cardinality(tenant_ids) <= 200),
    constraint saved_views_types_check check (cardinality(types) <= 200)
);
create index saved_views_shared_idx on saved_views (workspace_id) where shared;

alter table saved_views enable row level security;
alter table saved_views force row level security;
create policy saved_views_owner on saved_views to current_user using (true);
create policy saved_views_own on saved_views to tenantatlas_web
    using (workspace_id = (select scope_workspace()) and owner_id = (select scope_user()));
create policy saved_views_shared on saved_views for select to tenantatlas_web
    using (shared and workspace_id = (select scope_workspace())
        and not exists (select from unnest(tenant_ids) as named (id) where not scope_sees_tenant(named.id)));

grant select, insert, update, delete on saved_views to tenantatlas_web;
