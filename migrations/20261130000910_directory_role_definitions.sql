-- Role definitions of a tenant's directory as last seen (`directory.role_definitions.sync`): names for pages, never looked up at
-- Microsoft while a page is rendered (R13). About a hundred a tenant. Built-in roles have their template's id, the same in every
-- tenant; a tenant's own roles have another, so what compares tenants goes by `template_id`.
create table directory_role_definitions (
    tenant_id uuid not null,
    external_id text not null,
    workspace_id uuid not null,
    name text not null,
    search_key text collate "C" not null,
    template_id text,
    built_in boolean not null,
    enabled boolean not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    last_seen_run_id uuid not null,
    missing_since timestamptz,
    constraint directory_role_definitions_pkey primary key (tenant_id, external_id),
    constraint directory_role_definitions_tenant_fkey foreign key (workspace_id, tenant_id) references tenants (workspace_id, id),
    constraint directory_role_definitions_external_id_check check (length(external_id) between 1 and 200),
    constraint directory_role_definitions_name_check check (length(name) between 1 and 300),
    constraint directory_role_definitions_template_id_check check (length(template_id) between 1 and 200)
);

comment on column directory_role_definitions.missing_since is
    'When a complete listing of the roles first did not contain it; null while it is there.';

-- The list, and the search by the beginning of a name.
create index directory_role_definitions_order_idx
    on directory_role_definitions (tenant_id, name collate names, external_id);
create index directory_role_definitions_search_idx
    on directory_role_definitions (tenant_id, search_key, external_id);

call protect_tenant_table('directory_role_definitions');
