-- no-transaction
create index concurrently if not exists directory_groups_search_idx
    on directory_groups (tenant_id, search_key, external_id);
