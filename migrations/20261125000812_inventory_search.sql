-- no-transaction
create index concurrently if not exists inventory_items_search_idx
    on inventory_items (tenant_id, search_key, external_id);
