-- no-transaction
create index concurrently if not exists directory_groups_order_idx
    on directory_groups (tenant_id, name collate names, external_id);
